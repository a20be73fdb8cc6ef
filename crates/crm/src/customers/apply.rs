//! What a call does to a customer's facts. Pure.

use super::model::Facts;
use crate::{
    calls::{Item, OrderSaid, ShopEvent, What},
    carts::{
        CartDiff, CartOp, Heard, Line, OpItem, OpKind, Order, OrderChange, PIPELINE, Pipelines, Place, Rules, total_of,
    },
};
use base::{Currency, Id, Time, minor_of};
use rust_decimal::Decimal;

/// What an event turned out to be, for those who act on it.
#[derive(Debug, Clone, PartialEq)]
pub enum Applied {
    Nothing,
    /// An order that was not known, or not by its first word.
    Ordered(Box<Order>),
    /// A refund or a cancellation, and whether the cell still knew the order.
    OrderChanged {
        order: Box<str>,
        what: OrderChange,
        heard: Heard,
    },
    /// An agent spoke with the customer about a cart.
    Contacted {
        cart: Option<Id>,
        agent: Option<Box<str>>,
        outcome: Option<Box<str>>,
    },
    StageMoved {
        cart: Option<Id>,
        /// Ids of the pipeline and of the stage.
        pipeline: Box<str>,
        stage: Box<str>,
    },
}

/// Which part of an event is applied: a customer may order what lies in another's cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The event and the cart are the customer's own.
    Both,
    /// The person who ordered; the cart, if it is known, is another's.
    Person(Option<Id>),
    /// The owner of the cart; the money is another's.
    Owner,
}

/// Everything about an event that its fold needs to know.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    pub event: &'a ShopEvent,
    pub at: Time,
    /// Message id, hashed.
    pub tie: u64,
    pub rules: Rules,
    /// The workspace's: what prices are in where the shop does not say.
    pub currency: Currency,
    pub pipelines: &'a Pipelines,
    /// Hours from when it happened until we heard of it; [`u32::MAX`] for history that was brought in as such.
    pub late_hours: u32,
}

/// Applies a shop event.
pub fn apply_shop(facts: &mut Facts, scene: &Scene<'_>, side: Side) -> Applied {
    let event = scene.event;
    let has_cart = !matches!(side, Side::Person(_));
    if puts_in_cart(&event.what) {
        facts.stop_browsing(scene.at);
    }
    // What one event says of several things happened in the order in which it says it.
    let mut record_nth = |n: usize, kind: OpKind| {
        if has_cart {
            let op = scene.op(kind);
            facts.book.record(CartOp { tie: op.tie.wrapping_add(n as u64), ..op }, scene.rules);
        }
    };
    let mut record = |kind: OpKind| {
        record_nth(0, kind);
        if let Some(coupon) = &event.coupon {
            record_nth(1, OpKind::Coupon { code: Some(coupon.clone()), is_entered: true });
        }
    };
    match &event.what {
        What::ProductViewed(item) if side != Side::Owner => {
            facts.products_viewed = facts.products_viewed.saturating_add(1);
            if scene.late_hours != u32::MAX && !facts.is_crowd {
                facts.view(&item.product_id, scene.at);
            }
        }
        What::ProductViewed(_) => {}
        What::ProductWished { item, is_once } if side != Side::Owner => {
            facts.wish(&item.product_id, item.sku.as_deref(), (scene.at, scene.tie), *is_once);
        }
        What::ProductUnwished(item) if side != Side::Owner => facts.unwish(&item.product_id, (scene.at, scene.tie)),
        What::ProductWished { .. } | What::ProductUnwished(_) => {}
        What::ProductAdded(items) => {
            items.iter().enumerate().for_each(|(n, item)| record_nth(n, OpKind::Add(scene.item(item))));
        }
        What::ProductRemoved(items) => {
            items.iter().enumerate().for_each(|(n, item)| record_nth(n, OpKind::Remove(scene.item(item))));
        }
        What::CartViewed(list) if list.is_empty() => {}
        What::CartViewed(list) => record(OpKind::Viewed(scene.items(list))),
        What::CartUpdated { items, url } => {
            record_nth(0, OpKind::Snapshot(scene.items(items)));
            if let Some(url) = url {
                record_nth(1, OpKind::Link(url.clone()));
            }
        }
        What::CheckoutStarted { items, url } => {
            record(OpKind::Checkout { items: scene.items(items), order_id: event.order_id.clone(), url: url.clone() });
        }
        What::CheckoutStep { step } => record(OpKind::Step(*step)),
        What::PaymentInfoEntered => record(OpKind::Payment),
        What::CouponEntered(code) => record(OpKind::Coupon { code: code.clone(), is_entered: true }),
        What::CouponRemoved(code) => record(OpKind::Coupon { code: code.clone(), is_entered: false }),
        What::OrderCompleted(said) => {
            if side != Side::Owner {
                // Who has bought it does not ask for it any more.
                said.items.iter().for_each(|item| facts.unwish(&item.product_id, (scene.at, scene.tie)));
            }
            return apply_order(facts, scene, said, side);
        }
        What::OrderRefunded { total, items } => return refund(facts, scene, *total, items),
        What::OrderCancelled => return change_order(facts, scene, OrderChange::Cancelled),
        What::DealStageChanged { stage, pipeline } if has_cart => {
            let cart = cart_named(facts, event.cart_id.as_deref());
            if cart.is_some() || event.cart_id.is_some() {
                // A word by our own id finds the cart by that; any other may come before the cart is heard of.
                let shop_id =
                    event.cart_id.as_deref().filter(|named| cart.is_none_or(|cart| named.parse() != Ok(cart)));
                // Whoever folds has refused a pipeline that is not there.
                let meant = scene.pipelines.resolve(pipeline.as_deref(), stage);
                let (pipeline, stage) = meant.unwrap_or((PIPELINE, stage));
                facts.book.say_stage(cart, shop_id, (pipeline, stage), scene.at);
                return Applied::StageMoved { cart, pipeline: pipeline.into(), stage: stage.into() };
            }
        }
        What::AgentContacted { agent, outcome } if has_cart => {
            let cart = cart_named(facts, event.cart_id.as_deref());
            return Applied::Contacted { cart, agent: agent.clone(), outcome: outcome.clone() };
        }
        What::DealStageChanged { .. } | What::AgentContacted { .. } | What::Told => {}
    }
    Applied::Nothing
}

/// Whether the customer went on from looking: put something in a cart, went to the checkout, ordered.
fn puts_in_cart(what: &What) -> bool {
    match what {
        What::CartUpdated { items, .. } => !items.is_empty(),
        What::ProductAdded(_)
        | What::CheckoutStarted { .. }
        | What::CheckoutStep { .. }
        | What::PaymentInfoEntered
        | What::OrderCompleted(_) => true,
        _ => false,
    }
}

/// The cart that a command or event names by the shop's id, or by ours; without a name the newest open one.
pub(crate) fn cart_named(facts: &Facts, named: Option<&str>) -> Option<Id> {
    let carts = &facts.book.carts;
    let Some(named) = named else { return carts.iter().rev().find(|cart| cart.is_open()).map(|cart| cart.id) };
    let named = facts.book.known_as(named);
    let by_shop = carts.iter().rev().find(|cart| cart.shop_id.as_deref() == Some(named));
    by_shop.or_else(|| carts.iter().find(|cart| named.parse() == Ok(cart.id))).map(|cart| cart.id)
}

/// The cart that an event was about: the one it changed, else the one it names.
pub fn cart_of_event(facts: &Facts, event: &ShopEvent, changed: &[CartDiff]) -> Option<Id> {
    let newest = changed.iter().filter_map(|diff| diff.after.as_ref()).max_by_key(|cart| cart.last_activity_at);
    newest.map(|cart| cart.id).or_else(|| cart_named(facts, event.cart_id.as_deref()))
}

impl Scene<'_> {
    fn op(&self, kind: OpKind) -> CartOp {
        let event = self.event;
        let mut op = CartOp {
            at: self.at,
            tie: self.tie,
            cart_id: event.cart_id.clone(),
            checkout_id: event.checkout_id.clone(),
            currency: event.currency,
            kind,
            rule: 0,
            late_hours: self.late_hours,
        };
        if op.currency.is_none() && op.items().iter().any(|item| item.price.is_some()) {
            op.currency = Some(self.currency);
        }
        op
    }

    fn item(&self, item: &Item) -> OpItem {
        let currency = self.event.currency.unwrap_or(self.currency);
        OpItem {
            product_id: item.product_id.clone(),
            sku: item.sku.clone(),
            name: item.name.clone(),
            url: item.url.clone(),
            image_url: item.image_url.clone(),
            quantity: item.quantity,
            price: item.price.and_then(|price| minor_of(price, currency)),
            variant_id: item.variant_id.clone(),
        }
    }

    fn items(&self, items: &[Item]) -> Vec<OpItem> {
        items.iter().map(|item| self.item(item)).collect()
    }

    fn lines(&self, items: &[Item]) -> Vec<Line> {
        let line = |item: OpItem| Line {
            product_id: item.product_id,
            sku: item.sku,
            name: item.name,
            url: item.url,
            image_url: item.image_url,
            quantity: item.quantity.unwrap_or(1),
            price: item.price,
            variant_id: item.variant_id,
        };
        self.items(items).into_iter().map(line).collect()
    }
}

fn apply_order(facts: &mut Facts, scene: &Scene<'_>, said: &OrderSaid, side: Side) -> Applied {
    let id = scene.event.order_id.clone().expect("an order without an id is refused when it is read");
    let currency = scene.event.currency.unwrap_or(scene.currency);
    let lines = scene.lines(&said.items);
    let total = said
        .total
        .and_then(|total| minor_of(total, currency))
        .or_else(|| total_of(&lines).filter(|_| !lines.is_empty()));
    if facts.profile.email.is_none() && said.email.is_some() && side != Side::Owner {
        facts.profile.email.clone_from(&said.email);
        facts.profile.guess("email");
    }
    let (place, cart) = match side {
        Side::Both => (Place::Here, None),
        Side::Person(cart) => (Place::CartElsewhere, cart),
        Side::Owner => (Place::PaidElsewhere, None),
    };
    let order = Order {
        id: id.clone(),
        at: scene.at,
        currency,
        total,
        refunded: 0,
        cart,
        lines,
        cancelled_at: None,
        tie: scene.tie,
        place,
        told: Vec::new(),
    };
    let op = (place != Place::CartElsewhere)
        .then(|| CartOp { currency: Some(currency), ..scene.op(OpKind::Order(id.clone())) });
    if facts.is_crowd {
        if !facts.book.know_order(&id) {
            return Applied::Nothing;
        }
        facts.count_order(None, Some(&order));
        return Applied::Ordered(Box::new(order));
    }
    let before = facts.book.order(&id).cloned();
    let lines = order.lines.clone();
    if facts.book.record_order(order, op, scene.rules) != Heard::New {
        return Applied::Nothing;
    }
    let after = facts.book.order(&id).cloned();
    facts.count_order(before.as_ref(), after.as_ref());
    // The cell may have let the lines go already; the rows keep them.
    after.map_or(Applied::Nothing, |order| Applied::Ordered(Box::new(Order { lines, ..order })))
}

/// A refund: of what it says, else of the products that it names, else of the whole order.
fn refund(facts: &mut Facts, scene: &Scene<'_>, total: Option<Decimal>, items: &[Item]) -> Applied {
    let id = scene.event.order_id.as_deref().expect("a refund without an order id is refused when it is read");
    let known = facts.book.order(id);
    let currency = scene.event.currency.or(known.map(|order| order.currency)).unwrap_or(scene.currency);
    let price_of = |item: &Item| {
        let said = item.price.and_then(|price| minor_of(price, currency));
        let bought = || known?.lines.iter().find(|line| line.product_id == item.product_id)?.price;
        said.or_else(bought)?.checked_mul(item.quantity.unwrap_or(1))
    };
    let of_items = || items.iter().map(price_of).sum::<Option<i64>>().filter(|_| !items.is_empty());
    let minor = total.and_then(|total| minor_of(total, currency)).or_else(of_items);
    change_order(facts, scene, OrderChange::Refunded(minor))
}

fn change_order(facts: &mut Facts, scene: &Scene<'_>, what: OrderChange) -> Applied {
    let id = scene.event.order_id.clone().expect("an event on an order without an id is refused when it is read");
    let before = facts.book.order(&id).cloned();
    let heard = facts.book.change_order(&id, what, scene.at);
    match heard {
        Heard::New => {
            let after = facts.book.order(&id).cloned();
            facts.count_order(before.as_ref(), after.as_ref());
        }
        Heard::LetGo => {
            // What the order was worth is only in its rows; what goes back is known where it was said.
            let currency = scene.event.currency.unwrap_or(scene.currency);
            if let (OrderChange::Refunded(Some(minor)), Some(totals)) =
                (what, facts.totals.iter_mut().find(|t| t.currency == currency))
            {
                totals.refunded = totals.refunded.saturating_add(minor.max(0));
            }
        }
        Heard::Known | Heard::Early => {}
    }
    Applied::OrderChanged { order: id, what, heard }
}
