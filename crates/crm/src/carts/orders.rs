//! Orders: known once, by their first word; refunds and cancellations, also those heard before the order.

use super::{
    book::Book,
    fold::Rules,
    model::{CartOp, OpKind, Order},
};
use base::{Time, stable_hash};
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

impl Book {
    /// Takes in an order, and what it does to a cart of this customer (`op`; `None`: the cart is another customer's). An order
    /// heard twice stays as it was first placed.
    pub fn record_order(&mut self, order: Order, op: Option<CartOp>, rules: Rules) -> Heard {
        if self.orders_known.contains(&stable_hash(order.id.as_bytes())) {
            return Heard::Known;
        }
        if let Some(i) = self.orders.iter().position(|known| known.id == order.id) {
            let known = &mut self.orders[i];
            if (order.at, order.tie) >= (known.at, known.tie) {
                return Heard::Known;
            }
            let (refunded, cancelled_at) = (known.refunded, known.cancelled_at);
            let id = order.id.clone();
            *known = Order { refunded: at_most(refunded, order.total), cancelled_at, cart: known.cart, ..order };
            self.sort_orders();
            let place = self.ops.len();
            self.ops.retain(|op| !matches!(&op.kind, OpKind::Order(known) if *known == id));
            if place != self.ops.len() {
                self.fold_again();
            }
        } else {
            let at = self
                .orders
                .partition_point(|known| (known.at, known.tie, &known.id) < (order.at, order.tie, &order.id));
            let id = order.id.clone();
            self.orders.insert(at, order);
            let (mine, others) = std::mem::take(&mut self.order_words).into_iter().partition(|word| word.order == id);
            self.order_words = others;
            let mine: Vec<OrderWord> = mine;
            for word in mine {
                self.change_order(&id, word.what, word.at);
            }
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
                order.lines = Vec::new();
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
        for mut order in orders {
            match self.orders.iter_mut().find(|mine| mine.id == order.id) {
                // Its halves were with two customers who turn out to be one.
                Some(mine) if mine.place != order.place => {
                    mine.place = super::Place::Here;
                    mine.refunded = at_most(mine.refunded.max(order.refunded), mine.total);
                    mine.cancelled_at = mine.cancelled_at.or(order.cancelled_at);
                    mine.cart = mine.cart.or(order.cart);
                    if mine.lines.is_empty() {
                        mine.lines = order.lines;
                    }
                }
                Some(mine) => {
                    if (order.at, order.tie) < (mine.at, mine.tie) {
                        std::mem::swap(mine, &mut order);
                    }
                    mine.refunded = at_most(mine.refunded.saturating_add(order.refunded), mine.total);
                    mine.cancelled_at = [mine.cancelled_at, order.cancelled_at].into_iter().flatten().min();
                    recounted.extend(order.is_own().then_some((order, None)));
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
        for order in self.orders.iter_mut().filter(|order| order.place != super::Place::CartElsewhere) {
            if let Some(cart) = self.carts.iter().find(|cart| cart.order_id.as_ref() == Some(&order.id)) {
                order.cart = Some(cart.id);
            } else if self.ops.iter().any(|op| matches!(&op.kind, OpKind::Order(id) if *id == order.id)) {
                order.cart = None;
            }
        }
    }
}

fn at_most(refunded: i64, total: Option<i64>) -> i64 {
    total.map_or(refunded, |total| refunded.min(total.max(0)))
}
