//! The book: a customer's carts, orders and deals, with the operations that may still have to be folded again.

use super::{
    fold::{self, Rules, Until},
    model::{Cart, CartOp, CartState, Deal, OpKind, Order, StageWord},
    orders::OrderWord,
};
use base::{Id, Time};
use minicbor::{Decode, Encode};

/// Operations kept for folding again; older ones are final.
pub const OPS_MAX: usize = 256;
/// And about so many bytes of them.
const OPS_BYTES: usize = 20 << 10;
/// Closed carts kept in the cell beside those that a late event may still change; all are rows of their own.
const CLOSED_MAX: usize = 16;
/// Open carts that a cell keeps when it must become smaller.
const LEFT_KEPT: usize = 24;
/// Carts filled again that a book remembers.
const ALIASES_MAX: usize = 32;
/// Rules that one book remembers; a workspace that changes its mind more often while operations are kept is read by the last.
const RULES_MAX: usize = 16;

#[derive(Debug, Clone, PartialEq, Default, Encode, Decode)]
pub struct Book {
    #[n(0)]
    pub carts: Vec<Cart>,
    #[n(1)]
    pub orders: Vec<Order>,
    #[n(2)]
    pub deals: Vec<Deal>,
    /// Carts as they were before the operations kept.
    #[n(3)]
    pub(super) base: Vec<Cart>,
    #[n(4)]
    pub(super) ops: Vec<CartOp>,
    /// Carts and deals that folding again has done away with: their list rows go at the next sweep.
    #[n(5)]
    pub gone: Vec<Id>,
    /// The rules under which the operations were recorded.
    #[n(6)]
    pub(super) rules: Vec<Rules>,
    /// Stages that people said.
    #[n(7)]
    pub(super) words: Vec<StageWord>,
    /// What was said of orders before the orders were heard of.
    #[n(8)]
    pub(super) order_words: Vec<OrderWord>,
    /// Hashes of orders let go, so that one heard again is known.
    #[n(9)]
    pub(super) orders_known: Vec<u64>,
    /// Carts that were filled again at the shop: what the shop calls the new one, and what it called the one before.
    #[cbor(n(10), default, skip_if = "Vec::is_empty")]
    pub(super) aliases: Vec<(Box<str>, Option<Box<str>>)>,
    /// Closed carts let go in this fold, with their deals: whoever folds writes their rows before the cell forgets them.
    #[cbor(skip)]
    pub let_go: Vec<(Cart, Option<Deal>)>,
}

impl Book {
    pub fn cart(&self, id: Id) -> Option<&Cart> {
        self.carts.iter().find(|cart| cart.id == id)
    }

    pub fn order(&self, id: &str) -> Option<&Order> {
        self.orders.iter().find(|order| *order.id == *id)
    }

    pub fn deal_of(&self, cart: Id) -> Option<&Deal> {
        self.deals.iter().find(|deal| deal.cart == cart)
    }

    pub fn open_carts(&self) -> impl Iterator<Item = &Cart> {
        self.carts.iter().filter(|cart| cart.is_open())
    }

    /// Takes in one operation, whenever it happened. Applying the same one twice changes nothing.
    pub fn record(&mut self, op: CartOp, rules: Rules) {
        self.insert(op, rules);
        self.shorten();
        self.settle();
    }

    /// The cart that the shop calls `id` is the one that it called `before` (`None`: that had no id) and filled again: what is
    /// said of either is about one cart, whichever was heard of first.
    pub fn same_cart(&mut self, id: &str, before: Option<&str>) {
        let before = before.map(|before| Box::<str>::from(self.known_as(before)));
        if before.as_deref() == Some(id) || self.aliases.iter().any(|(known, _)| **known == *id) {
            return;
        }
        if self.aliases.len() == ALIASES_MAX {
            self.aliases.remove(0);
        }
        self.aliases.push((id.into(), before));
        self.rename();
        self.fold_again();
        self.settle();
    }

    /// What a cart is called here that the shop calls `id`: the id of the cart that it was filled again from, where it was.
    pub fn known_as<'a>(&'a self, id: &'a str) -> &'a str {
        let alias = self.aliases.iter().find(|(known, _)| **known == *id);
        alias.and_then(|(_, before)| before.as_deref()).unwrap_or(id)
    }

    /// Operations on carts that were filled again are about the carts before.
    fn rename(&mut self) {
        for op in &mut self.ops {
            rename(&self.aliases, op);
        }
    }

    /// Puts an operation in its place; what is later than all others is applied in place, anything else folds again.
    pub(super) fn insert(&mut self, mut op: CartOp, rules: Rules) {
        op.rule = self.rule_of(rules);
        rename(&self.aliases, &mut op);
        let key = op.key();
        let at = self.ops.partition_point(|known| known.key() < key);
        let mut same = self.ops[at..].iter().take_while(|known| known.key() == key);
        if same.any(|known| known.kind == op.kind) {
            return;
        }
        if at == self.ops.len() {
            fold::apply(&mut self.carts, &op, &self.orders, rules);
            self.ops.push(op);
        } else {
            // What comes late is read by the rules of its time, not by those of its arrival.
            op.rule = self.ops[at].rule;
            self.ops.insert(at, op);
            self.fold_again();
        }
    }

    /// Lets time pass up to `now`, because a timer fired. Where that was news it is remembered, so that folding again passes
    /// the same time.
    pub fn pass(&mut self, now: Time, rules: Rules) {
        if fold::pass(&mut self.carts, Until::Timer(now), rules) {
            let op = CartOp {
                at: now,
                tie: 0,
                cart_id: None,
                checkout_id: None,
                currency: None,
                kind: OpKind::Passed,
                rule: 0,
                late_hours: 0,
            };
            self.record(op, rules);
        }
    }

    /// When the next open cart is abandoned or expires.
    pub fn due(&self, rules: Rules) -> Option<Time> {
        let carts = self.carts.iter().filter(|cart| cart.is_open() && cart.has_products());
        let due = carts.map(|cart| match cart.state {
            CartState::Active => cart.last_activity_at + rules.idle.min(rules.expires),
            _ => cart.last_activity_at + rules.expires,
        });
        due.filter(|due| *due < Time::MAX).min()
    }

    /// Takes over another customer's book (a merge): what happened is folded together. Returns the orders that count otherwise
    /// from now on, as they were and as they are.
    pub fn merge(&mut self, other: Book) -> Vec<(Order, Option<Order>)> {
        let mut old = std::mem::take(&mut self.carts);
        old.extend(other.carts);
        old.sort_by_key(|cart| (cart.opened_at, cart.id));
        self.base.extend(other.base);
        self.base.sort_by_key(|cart| (cart.opened_at, cart.id));
        join_unnamed(&mut self.base);
        for mut op in other.ops {
            let rules = other.rules.get(usize::from(op.rule)).copied().unwrap_or_default();
            op.rule = self.rule_of(rules);
            self.ops.push(op);
        }
        for (id, before) in other.aliases {
            if !self.aliases.iter().any(|(known, _)| *known == id) && self.aliases.len() < ALIASES_MAX {
                self.aliases.push((id, before));
            }
        }
        self.rename();
        self.ops.sort_by_key(CartOp::key);
        self.ops.dedup_by(|a, b| a.key() == b.key() && a.kind == b.kind);
        self.gone.extend(other.gone);
        other.words.into_iter().for_each(|word| self.keep_word(word));
        let recounted = self.merge_orders(other.orders, other.order_words, other.orders_known);
        self.deals.extend(other.deals);
        self.carts = old;
        self.fold_again();
        self.shorten();
        self.settle();
        recounted
    }

    /// The carts again, from the operations kept.
    pub(super) fn fold_again(&mut self) {
        let mut carts = self.base.clone();
        for op in &self.ops {
            fold::apply(&mut carts, op, &self.orders, self.rules_of(op));
        }
        fold::keep_ids(&mut carts, &self.carts);
        for old in &self.carts {
            if !carts.iter().any(|cart| cart.id == old.id) && !self.gone.contains(&old.id) {
                self.gone.push(old.id);
            }
        }
        self.gone.retain(|gone| !carts.iter().any(|cart| cart.id == *gone));
        self.carts = carts;
    }

    pub(super) fn rules_of(&self, op: &CartOp) -> Rules {
        self.rules.get(usize::from(op.rule)).copied().unwrap_or_default()
    }

    fn rule_of(&mut self, rules: Rules) -> u8 {
        if let Some(i) = self.rules.iter().position(|known| *known == rules) {
            return i as u8;
        }
        if self.ops.is_empty() {
            self.rules.clear();
        }
        if self.rules.len() == RULES_MAX {
            self.rules.pop();
        }
        self.rules.push(rules);
        (self.rules.len() - 1) as u8
    }

    /// Makes the oldest half of the operations final when there are too many, and lets old closed carts go.
    fn shorten(&mut self) {
        let is_long = self.ops.len() > OPS_MAX;
        let is_heavy = || self.ops.len() > 8 && self.ops.iter().map(weight).sum::<usize>() > OPS_BYTES;
        if is_long || is_heavy() {
            self.finalise(self.ops.len() / 2);
        }
        self.forget(CLOSED_MAX);
    }

    /// Makes the oldest `n` operations final.
    fn finalise(&mut self, n: usize) {
        let old: Vec<CartOp> = self.ops.drain(..n).collect();
        for op in &old {
            let rules = self.rules_of(op);
            fold::apply(&mut self.base, op, &self.orders, rules);
        }
        fold::keep_ids(&mut self.base, &self.carts);
        self.let_orders_go();
    }

    /// Lets closed carts go, oldest first, until at most `kept` are left. One that a kept operation closed stays: a late event
    /// may still change it.
    fn forget(&mut self, kept: usize) {
        let mut closed = self.carts.iter().filter(|cart| !cart.is_open()).count();
        while closed > kept {
            let is_final =
                |cart: &&Cart| !cart.is_open() && self.base.iter().any(|old| old.id == cart.id && !old.is_open());
            let Some(id) =
                self.carts.iter().filter(is_final).min_by_key(|cart| (cart.closed_at, cart.id)).map(|cart| cart.id)
            else {
                break;
            };
            self.let_cart_go(id);
            closed -= 1;
        }
    }

    fn let_cart_go(&mut self, id: Id) {
        let Some(i) = self.carts.iter().position(|cart| cart.id == id) else { return };
        let cart = self.carts.remove(i);
        self.base.retain(|old| old.id != id);
        let is_last = !self.carts.iter().any(|other| other.shop_id == cart.shop_id);
        self.words.retain(|word| {
            word.cart != Some(id) && (word.shop_id.is_none() || word.shop_id != cart.shop_id || !is_last)
        });
        let deal = self.deals.iter().position(|deal| deal.cart == id).map(|i| self.deals.remove(i));
        self.let_go.push((cart, deal));
    }

    /// About how many bytes it takes, by what grows.
    pub fn weight(&self) -> usize {
        let of_line = |line: &super::Line| {
            16 + [&line.sku, &line.name, &line.url, &line.image_url]
                .into_iter()
                .flatten()
                .map(|t| t.len() + 2)
                .sum::<usize>()
                + line.product_id.len()
                + line.variant_id.as_deref().map_or(0, str::len)
        };
        let of_cart = |cart: &Cart| 120 + cart.lines.iter().map(of_line).sum::<usize>();
        let carts = self.carts.iter().chain(&self.base).map(of_cart).sum::<usize>();
        let of_order = |order: &Order| {
            80 + order.lines.iter().map(of_line).sum::<usize>() * (1 + order.told.len()) + order.told.len() * 80
        };
        let orders = self.orders.iter().map(of_order).sum::<usize>();
        carts
            + orders
            + self.ops.iter().map(weight).sum::<usize>()
            + self.deals.len() * 80
            + self.orders_known.len() * 9
            + self.aliases.len() * 80
    }

    /// Gives up what is only kept for late events, and carts left long ago beyond the newest, because the cell has grown too
    /// large.
    pub fn slim(&mut self) {
        self.finalise(self.ops.len());
        self.forget(0);
        while self.carts.len() > LEFT_KEPT {
            let Some(oldest) =
                self.carts.iter().min_by_key(|cart| (cart.last_activity_at, cart.id)).map(|cart| cart.id)
            else {
                break;
            };
            self.let_cart_go(oldest);
        }
        self.settle();
    }

    /// Gives up everything, for a customer who is not a person: what there was is let go, as rows.
    pub fn clear(&mut self) {
        for cart in std::mem::take(&mut self.carts) {
            let deal = self.deals.iter().position(|deal| deal.cart == cart.id).map(|i| self.deals.remove(i));
            self.let_go.push((cart, deal));
        }
        let (let_go, gone) = (std::mem::take(&mut self.let_go), std::mem::take(&mut self.gone));
        let orders_known = std::mem::take(&mut self.orders_known);
        *self = Book { let_go, gone, orders_known, ..Book::default() };
    }

    /// What follows from the carts: which order closed which, and the deals.
    pub(super) fn settle(&mut self) {
        self.link_orders();
        self.settle_deals();
    }
}

fn rename(aliases: &[(Box<str>, Option<Box<str>>)], op: &mut CartOp) {
    let alias = op.cart_id.as_deref().and_then(|id| aliases.iter().find(|(known, _)| **known == *id));
    if let Some((_, before)) = alias {
        op.cart_id.clone_from(before);
    }
}

/// Two open carts without an id of their own are one: a customer has one such cart.
fn join_unnamed(carts: &mut Vec<Cart>) {
    let Some(first) = carts.iter().position(|cart| cart.shop_id.is_none() && cart.is_open()) else { return };
    let mut i = first + 1;
    while i < carts.len() {
        if carts[i].shop_id.is_some() || !carts[i].is_open() {
            i += 1;
            continue;
        }
        let other = carts.remove(i);
        let cart = &mut carts[first];
        for line in other.lines {
            match cart.lines.iter_mut().find(|known| known.product_id == line.product_id && known.sku == line.sku) {
                Some(known) => known.quantity = known.quantity.saturating_add(line.quantity),
                None => cart.lines.push(line),
            }
        }
        cart.is_mixed |=
            other.is_mixed || (cart.currency.is_some() && other.currency.is_some() && cart.currency != other.currency);
        cart.currency = cart.currency.or(other.currency);
        if other.last_activity_at > cart.last_activity_at {
            (cart.last_activity_at, cart.state) = (other.last_activity_at, other.state);
        }
        cart.abandoned_at = [cart.abandoned_at, other.abandoned_at].into_iter().flatten().min();
        cart.checkout_id = cart.checkout_id.take().or(other.checkout_id);
        cart.expected_order = cart.expected_order.take().or(other.expected_order);
        cart.checkout_url = cart.checkout_url.take().or(other.checkout_url);
    }
}

/// About how many bytes an operation takes.
fn weight(op: &CartOp) -> usize {
    let len = |text: &Option<Box<str>>| text.as_deref().map_or(1, |text| text.len() + 2);
    let items = op.items().iter().map(|item| {
        item.product_id.len()
            + len(&item.variant_id)
            + len(&item.sku)
            + len(&item.name)
            + len(&item.url)
            + len(&item.image_url)
            + 12
    });
    32 + len(&op.cart_id) + len(&op.checkout_id) + items.sum::<usize>()
}
