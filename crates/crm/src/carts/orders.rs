//! Orders: known once, by their first word; refunds and cancellations, also those heard before the order.

use super::{
    book::Book,
    fold::Rules,
    model::{CartOp, Line, OpKind, Order, Place},
};
use base::{Currency, Time, stable_hash};
use minicbor::{Decode, Encode};

/// Orders kept in the cell beside those that a late event may still link to another cart; all are rows of their own.
const ORDERS_MAX: usize = 16;
/// Hashes of orders let go.
const KNOWN_MAX: usize = 512;
/// Words on orders that we have not heard of.
const WORDS_MAX: usize = 32;

/// A refund or a cancellation of an order not heard of yet.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub(super) struct OrderWord {
    #[n(0)]
    pub order: Box<str>,
    #[n(1)]
    pub at: Time,
    #[n(2)]
    pub what: OrderChange,
}

/// What happens to an order after it was placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum OrderChange {
    /// Minor units; `None`: the whole order.
    #[n(0)]
    Refunded(#[n(0)] Option<i64>),
    #[n(1)]
    Cancelled,
}

/// What became of a word on an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It changed what is known.
    New,
    /// It was known already.
    Known,
    /// The order was let go long ago: only its rows can be changed.
    LetGo,
    /// The order was not heard of yet: the word waits for it.
    Early,
}

/// Words on one order that are kept, the earliest.
const TOLD_MAX: usize = 4;

/// What one word on an order said.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Told {
    #[n(0)]
    at: Time,
    #[n(1)]
    tie: u64,
    #[n(2)]
    currency: Currency,
    #[n(3)]
    total: Option<i64>,
    #[n(4)]
    lines: Vec<Line>,
    #[n(5)]
    cart_id: Option<Box<str>>,
    #[n(6)]
    checkout_id: Option<Box<str>>,
}

impl Told {
    fn of(order: &Order, op: &CartOp) -> Told {
        Told {
            at: order.at,
            tie: order.tie,
            currency: order.currency,
            total: order.total,
            lines: order.lines.clone(),
            cart_id: op.cart_id.clone(),
            checkout_id: op.checkout_id.clone(),
        }
    }

    /// Takes its place among the words, earliest first; `false`: those before it say all that it says.
    fn join(self, told: &mut Vec<Told>) -> bool {
        let at = told.partition_point(|word| (word.at, word.tie) < (self.at, self.tie));
        if told.get(at).is_some_and(|word| (word.at, word.tie) == (self.at, self.tie)) {
            return false;
        }
        if at == TOLD_MAX || self.is_said_by(&told[..at]) {
            return false;
        }
        told.insert(at, self);
        // What is left does not depend on the order of arrival.
        let mut kept = at + 1;
        while kept < told.len() {
            if told[kept].is_said_by(&told[..kept]) {
                told.remove(kept);
            } else {
                kept += 1;
            }
        }
        told.truncate(TOLD_MAX);
        true
    }

    /// Whether earlier words leave nothing open that this one says.
    fn is_said_by(&self, before: &[Told]) -> bool {
        !before.is_empty()
            && (self.total.is_none() || before.iter().any(|word| word.total.is_some()))
            && (self.lines.is_empty() || before.iter().any(|word| !word.lines.is_empty()))
            && (self.cart_id.is_none() || before.iter().any(|word| word.cart_id.is_some()))
            && (self.checkout_id.is_none() || before.iter().any(|word| word.checkout_id.is_some()))
    }

    /// What the first word's operation does with all that was said.
    fn op_of(told: &[Told], first: CartOp) -> CartOp {
        CartOp {
            cart_id: told.iter().find_map(|word| word.cart_id.clone()),
            checkout_id: told.iter().find_map(|word| word.checkout_id.clone()),
            ..first
        }
    }
}

impl Order {
    /// This word on the order in the place of a later one.
    fn instead_of(self, known: &Order) -> Order {
        let refunded = at_most(known.refunded, self.total);
        Order { refunded, cancelled_at: known.cancelled_at, cart: known.cart, place: known.place, ..self }
    }

    /// All that was said of it, earliest first; `op` is what it does to a cart.
    fn all_told(&self, op: &CartOp) -> Vec<Told> {
        if self.told.is_empty() { vec![Told::of(self, op)] } else { self.told.clone() }
    }

    /// The order that these words tell of.
    fn as_told(&self, mut told: Vec<Told>) -> Order {
        let first = told.first().expect("an order was told of at least once");
        let priced = told.iter().find(|word| word.total.is_some()).unwrap_or(first);
        let lines = told.iter().map(|word| &word.lines).find(|lines| !lines.is_empty()).cloned().unwrap_or_default();
        let (at, tie, currency, total) = (first.at, first.tie, priced.currency, priced.total);
        if told.len() == 1 {
            told.clear();
        }
        let refunded = at_most(self.refunded, total);
        Order { at, tie, currency, total, refunded, lines, id: self.id.clone(), told, ..*self }
    }
}

impl Book {
    /// Takes in an order, and what it does to a cart of this customer (`op`; `None`: the cart is another customer's). An order
    /// heard twice stays as it was first placed.
    pub fn record_order(&mut self, order: Order, op: Option<CartOp>, rules: Rules) -> Heard {
        if self.orders_known.contains(&stable_hash(order.id.as_bytes())) {
            return Heard::Known;
        }
        if let Some(i) = self.orders.iter().position(|known| known.id == order.id) {
            return self.hear_again(i, order, op, rules);
        }
        let at =
            self.orders.partition_point(|known| (known.at, known.tie, &known.id) < (order.at, order.tie, &order.id));
        let id = order.id.clone();
        self.orders.insert(at, order);
        let (mine, others) = std::mem::take(&mut self.order_words).into_iter().partition(|word| word.order == id);
        self.order_words = others;
        let mine: Vec<OrderWord> = mine;
        for word in mine {
            self.change_order(&id, word.what, word.at);
        }
        match op {
            Some(op) => self.record(op, rules),
            None => {
                self.let_orders_go();
                self.settle();
            }
        }
        Heard::New
    }

    /// Another word on an order that is known: the first in time counts, and the others say what it leaves open. A shop's page
    /// and its server both tell of an order, and often only one of them names the cart or the products.
    fn hear_again(&mut self, i: usize, order: Order, op: Option<CartOp>, rules: Rules) -> Heard {
        let known = &self.orders[i];
        let is_first = (order.at, order.tie) < (known.at, known.tie);
        if known.place == Place::CartElsewhere {
            if !is_first {
                return Heard::Known;
            }
            self.orders[i] = Order { told: Vec::new(), ..order.instead_of(known) };
            self.sort_orders();
            self.settle();
            return Heard::New;
        }
        let id = known.id.clone();
        let Some(old_op) = self.ops.iter().find(|op| op.kind == OpKind::Order(id.clone())).cloned() else {
            // No late word can change any more which cart it closed.
            return Heard::Known;
        };
        let mut told = known.all_told(&old_op);
        let Some(op) = op.filter(|op| Told::of(&order, op).join(&mut told)) else { return Heard::Known };
        let first_op = if is_first { op } else { old_op.clone() };
        let op = Told::op_of(&told, first_op);
        self.orders[i] = known.as_told(told);
        self.sort_orders();
        let rules = if is_first { rules } else { self.rules_of(&old_op) };
        self.ops.retain(|op| op.kind != OpKind::Order(id.clone()));
        self.fold_again();
        self.record(op, rules);
        Heard::New
    }

    /// An order is refunded or cancelled, now or as soon as it is heard of.
    pub fn change_order(&mut self, id: &str, what: OrderChange, at: Time) -> Heard {
        let Some(order) = self.orders.iter_mut().find(|order| *order.id == *id) else {
            if self.orders_known.contains(&stable_hash(id.as_bytes())) {
                return Heard::LetGo;
            }
            if self.order_words.len() == WORDS_MAX {
                self.order_words.remove(0);
            }
            self.order_words.push(OrderWord { order: id.into(), at, what });
            return Heard::Early;
        };
        let before = (order.refunded, order.cancelled_at);
        match what {
            OrderChange::Refunded(Some(minor)) => {
                order.refunded = at_most(order.refunded.saturating_add(minor.max(0)), order.total)
            }
            OrderChange::Refunded(None) => order.refunded = order.total.unwrap_or(order.refunded),
            OrderChange::Cancelled => order.cancelled_at = Some(order.cancelled_at.map_or(at, |known| known.min(at))),
        }
        if before == (order.refunded, order.cancelled_at) { Heard::Known } else { Heard::New }
    }

    /// Remembers an order by its hash alone; `false`: it was known.
    pub fn know_order(&mut self, id: &str) -> bool {
        let hash = stable_hash(id.as_bytes());
        let is_new = !self.orders_known.contains(&hash) && self.order(id).is_none();
        if is_new {
            self.orders_known.push(hash);
            self.let_orders_go();
        }
        is_new
    }

    /// Lets orders go that no kept operation names, oldest first, beyond those kept anyway.
    pub(super) fn let_orders_go(&mut self) {
        let is_kept = |ops: &[CartOp], order: &Order| {
            ops.iter().any(|op| matches!(&op.kind, OpKind::Order(id) if *id == order.id))
        };
        for order in &mut self.orders {
            if !order.lines.is_empty() && !is_kept(&self.ops, order) {
                (order.lines, order.told) = (Vec::new(), Vec::new());
            }
        }
        while self.orders.len() > ORDERS_MAX {
            let Some(i) = self.orders.iter().position(|order| !is_kept(&self.ops, order)) else { break };
            let order = self.orders.remove(i);
            self.orders_known.push(stable_hash(order.id.as_bytes()));
        }
        if self.orders_known.len() > KNOWN_MAX {
            self.orders_known.drain(..self.orders_known.len() - KNOWN_MAX);
        }
    }

    /// Takes over another customer's orders; returns those counted otherwise from now on, as they were and as they are: what
    /// both had counted as their own, and what the one had and the other had a word on.
    pub(super) fn merge_orders(
        &mut self,
        orders: Vec<Order>,
        words: Vec<OrderWord>,
        known: Vec<u64>,
    ) -> Vec<(Order, Option<Order>)> {
        let mut recounted = Vec::new();
        for order in orders {
            match self.orders.iter_mut().find(|mine| mine.id == order.id) {
                // Its halves were with two customers who turn out to be one.
                Some(mine) if mine.place != order.place => {
                    mine.place = Place::Here;
                    mine.refunded = at_most(mine.refunded.max(order.refunded), mine.total);
                    mine.cancelled_at = mine.cancelled_at.or(order.cancelled_at);
                    mine.cart = mine.cart.or(order.cart);
                    if mine.lines.is_empty() {
                        mine.lines = order.lines;
                    }
                }
                Some(mine) => {
                    let (before, other) = (mine.clone(), order.clone());
                    join_words(mine, order, &mut self.ops);
                    if mine.is_own() {
                        recounted.extend([(before, Some(mine.clone())), (other, None)]);
                    }
                }
                None => self.orders.push(order),
            }
        }
        // Of an order heard by both, the first word counts.
        let orders = &self.orders;
        self.ops.retain(|op| match &op.kind {
            OpKind::Order(id) => {
                orders.iter().find(|order| order.id == *id).is_none_or(|o| (o.at, o.tie) == (op.at, op.tie))
            }
            _ => true,
        });
        self.sort_orders();
        self.orders_known.extend(known);
        let mine = std::mem::take(&mut self.order_words);
        for word in mine.into_iter().chain(words) {
            let before = self.order(&word.order).cloned();
            self.change_order(&word.order, word.what, word.at);
            if let Some(before) = before.filter(|before| self.order(&word.order) != Some(before)) {
                recounted.push((before, self.order(&word.order).cloned()));
            }
        }
        recounted
    }

    fn sort_orders(&mut self) {
        self.orders.sort_by(|a, b| (a.at, a.tie, &a.id).cmp(&(b.at, b.tie, &b.id)));
    }

    /// Which cart each order closed, as far as a late event can still change that.
    pub(super) fn link_orders(&mut self) {
        for order in self.orders.iter_mut().filter(|order| order.place != Place::CartElsewhere) {
            if let Some(cart) = self.carts.iter().find(|cart| cart.order_id.as_ref() == Some(&order.id)) {
                order.cart = Some(cart.id);
            } else if self.ops.iter().any(|op| matches!(&op.kind, OpKind::Order(id) if *id == order.id)) {
                order.cart = None;
            }
        }
    }
}

/// Takes over what another customer, who turned out to be the same, had heard of an order.
fn join_words(mine: &mut Order, mut order: Order, ops: &mut [CartOp]) {
    let op_of = |ops: &[CartOp], order: &Order| {
        ops.iter()
            .position(|op| op.key() == (order.at, op.key().1, order.tie) && op.kind == OpKind::Order(order.id.clone()))
    };
    let refunded = mine.refunded.saturating_add(order.refunded);
    let cancelled_at = [mine.cancelled_at, order.cancelled_at].into_iter().flatten().min();
    if let (Some(a), Some(b)) = (op_of(ops, mine), op_of(ops, &order)) {
        let mut told = mine.all_told(&ops[a]);
        for word in order.all_told(&ops[b]) {
            word.join(&mut told);
        }
        let first = if (order.at, order.tie) < (mine.at, mine.tie) { b } else { a };
        ops[first] = Told::op_of(&told, ops[first].clone());
        *mine = mine.as_told(told);
    } else if (order.at, order.tie) < (mine.at, mine.tie) {
        std::mem::swap(mine, &mut order);
    }
    (mine.refunded, mine.cancelled_at) = (at_most(refunded, mine.total), cancelled_at);
}

fn at_most(refunded: i64, total: Option<i64>) -> i64 {
    total.map_or(refunded, |total| refunded.min(total.max(0)))
}
