//! The book: a customer's carts, orders and deals, with the operations that may still have to be folded again.

use super::{
    fold::{self, Rules},
    model::{Cart, CartOp, CartState, Deal, OpKind, Order, STAGE_ABANDONED, STAGE_WON},
};
use base::{Id, IdMaker, Time};
use minicbor::{Decode, Encode};

/// Operations kept for folding again; older ones are final.
pub const OPS_MAX: usize = 256;
/// Closed carts and orders kept in the cell; older ones are rows of their own.
const CLOSED_MAX: usize = 16;
const ORDERS_MAX: usize = 32;
/// Deals kept in the cell.
const DEALS_MAX: usize = 32;

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
    base: Vec<Cart>,
    #[n(4)]
    ops: Vec<CartOp>,
    /// Carts and deals that folding again has done away with: their list rows go at the next sweep.
    #[n(5)]
    pub gone: Vec<Id>,
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
        let at = self.ops.partition_point(|known| known.key() < op.key());
        if self.ops.get(at).is_some_and(|known| known.key() == op.key() && known.kind == op.kind) {
            return;
        }
        if at == self.ops.len() {
            fold::apply(&mut self.carts, &op, &self.orders, rules);
            self.ops.push(op);
        } else {
            self.ops.insert(at, op);
            self.fold_again(rules);
        }
        self.shorten(rules);
        self.link_orders();
        self.settle_deals();
    }

    /// Takes in an order: its own facts, then what it does to a cart. An order that is known stays as it was first heard of,
    /// by its own time.
    pub fn record_order(&mut self, order: Order, op: CartOp, rules: Rules) -> bool {
        if let Some(known) = self.orders.iter_mut().find(|known| known.id == order.id) {
            if order.at >= known.at {
                return false;
            }
            let (refunded, cancelled_at) = (known.refunded, known.cancelled_at);
            *known = Order { refunded, cancelled_at, ..order };
            self.ops.retain(|known| !matches!(&known.kind, OpKind::Order(id) if matches!(&op.kind, OpKind::Order(new) if new == id)));
            self.fold_again(rules);
        } else {
            let at = self.orders.partition_point(|known| (known.at, &known.id) < (order.at, &order.id));
            self.orders.insert(at, order);
        }
        self.record(op, rules);
        if self.orders.len() > ORDERS_MAX {
            self.orders.remove(0);
        }
        true
    }

    /// Lets time pass up to `now`.
    pub fn pass(&mut self, now: Time, rules: Rules) {
        fold::pass(&mut self.carts, now, rules);
        self.settle_deals();
    }

    /// When the next open cart is abandoned or expires.
    pub fn due(&self, rules: Rules) -> Option<Time> {
        let carts = self.carts.iter().filter(|cart| cart.is_open() && cart.has_products());
        carts
            .map(|cart| match cart.state {
                CartState::Active => cart.last_activity_at + rules.idle.min(rules.expires),
                _ => cart.last_activity_at + rules.expires,
            })
            .min()
    }

    /// Takes over another customer's book (a merge): what happened is folded together.
    pub fn merge(&mut self, other: Book, rules: Rules) {
        let old = self.carts.iter().chain(&other.carts).cloned().collect::<Vec<_>>();
        self.base.extend(other.base);
        self.ops.extend(other.ops);
        self.ops.sort_by_key(CartOp::key);
        for order in other.orders {
            if self.order(&order.id).is_none() {
                self.orders.push(order);
            }
        }
        self.orders.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        for deal in other.deals {
            if self.deal_of(deal.cart).is_none() {
                self.deals.push(deal);
            }
        }
        self.carts = old;
        self.fold_again(rules);
        self.shorten(rules);
        self.link_orders();
        self.settle_deals();
    }

    fn fold_again(&mut self, rules: Rules) {
        let mut carts = self.base.clone();
        for op in &self.ops {
            fold::apply(&mut carts, op, &self.orders, rules);
        }
        fold::keep_ids(&mut carts, &self.carts);
        // What time has done since the last operation stays done; a timer's word is as good as an operation's.
        for cart in &mut carts {
            if let Some(old) = self.carts.iter().find(|old| old.id == cart.id)
                && old.state == CartState::Abandoned
                && cart.state == CartState::Active
                && old.last_activity_at >= cart.last_activity_at
            {
                (cart.state, cart.abandoned_at) = (CartState::Abandoned, cart.abandoned_at.or(old.abandoned_at));
            }
        }
        let gone = self.carts.iter().filter(|old| !carts.iter().any(|cart| cart.id == old.id)).map(|old| old.id);
        self.gone.extend(gone);
        self.carts = carts;
    }

    /// Makes the oldest half of the operations final when there are too many, and lets old closed carts go.
    fn shorten(&mut self, rules: Rules) {
        if self.ops.len() > OPS_MAX {
            let old: Vec<CartOp> = self.ops.drain(..OPS_MAX / 2).collect();
            for op in &old {
                fold::apply(&mut self.base, op, &self.orders, rules);
            }
            fold::keep_ids(&mut self.base, &self.carts);
        }
        let closed = self.carts.iter().filter(|cart| !cart.is_open()).count();
        if closed > CLOSED_MAX {
            let oldest = self.carts.iter().filter(|cart| !cart.is_open()).min_by_key(|cart| cart.closed_at).map(|cart| cart.id);
            if let Some(cart) = self.carts.iter().find(|cart| Some(cart.id) == oldest).cloned() {
                self.forget(&cart);
            }
        }
    }

    /// Lets a closed cart go, with the operations that made it.
    fn forget(&mut self, gone: &Cart) {
        let closed_at = gone.closed_at.unwrap_or(Time::MIN);
        self.carts.retain(|cart| cart.id != gone.id);
        self.base.retain(|cart| cart.id != gone.id);
        self.ops.retain(|op| op.at > closed_at || op.cart_id != gone.shop_id);
        self.deals.retain(|deal| deal.cart != gone.id || deal.won_at.is_none());
        if self.deals.len() > DEALS_MAX {
            self.deals.remove(0);
        }
    }

    fn link_orders(&mut self) {
        for order in &mut self.orders {
            if let Some(cart) = self.carts.iter().find(|cart| cart.order_id.as_ref() == Some(&order.id)) {
                order.cart = Some(cart.id);
            }
        }
    }

    /// A deal for each cart that was ever abandoned; won when it is recovered. One that a person moved stays where it is,
    /// until it is won.
    fn settle_deals(&mut self) {
        for cart in &self.carts {
            let known = self.deals.iter().position(|deal| deal.cart == cart.id);
            match (cart.abandoned_at, known) {
                (Some(abandoned_at), None) => {
                    let id = IdMaker::new(abandoned_at, base::stable_hash(&cart.id.0), 1).next_id();
                    let won_at = (cart.state == CartState::Recovered).then_some(cart.closed_at).flatten();
                    let stage = if won_at.is_some() { STAGE_WON } else { STAGE_ABANDONED };
                    self.deals.push(Deal { id, cart: cart.id, stage: stage.into(), created_at: abandoned_at, won_at, moved_at: None });
                }
                (Some(abandoned_at), Some(i)) => {
                    let deal = &mut self.deals[i];
                    deal.created_at = abandoned_at;
                    if cart.state == CartState::Recovered {
                        (deal.won_at, deal.stage) = (cart.closed_at, STAGE_WON.into());
                    } else if deal.won_at.is_some() && deal.moved_at.is_none() {
                        (deal.won_at, deal.stage) = (None, STAGE_ABANDONED.into());
                    }
                }
                (None, Some(i)) if self.deals[i].moved_at.is_none() => self.gone.push(self.deals.remove(i).id),
                (None, _) => {}
            }
        }
    }

    /// A person or the shop moves the deal of a cart; `None`: there is no such deal.
    pub fn move_deal(&mut self, cart: Id, stage: &str, at: Time) -> Option<&Deal> {
        let deal = self.deals.iter_mut().find(|deal| deal.cart == cart)?;
        deal.stage = stage.into();
        deal.moved_at = Some(at);
        deal.won_at = if stage == STAGE_WON { deal.won_at.or(Some(at)) } else { None };
        Some(deal)
    }
}
