//! Applying one operation to a customer's carts. Pure: carts in, carts out.

use super::model::{Cart, CartOp, CartState, Line, OpItem, OpKind, Order};
use base::{DAY, Id, IdMaker, Time, stable_hash};
use minicbor::{Decode, Encode};

/// What the workspace says about carts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Rules {
    /// Without activity for so many microseconds a cart with products is abandoned.
    #[n(0)]
    pub idle: i64,
    /// Without activity for so many microseconds it is not waited for any more.
    #[n(1)]
    pub expires: i64,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules { idle: DAY, expires: 90 * DAY }
    }
}

/// Lines a cart keeps; further products are left out.
const LINES_MAX: usize = 500;

/// Up to where time passes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// Something happened at this instant: whoever becomes idle at the same instant is not idle yet.
    Event(Time),
    /// A timer fired, after everything that was received up to this instant.
    Timer(Time),
}

/// Lets time pass for the open carts: whoever stood still for too long is abandoned at the moment it became too long. Says
/// whether that was news.
pub(super) fn pass(carts: &mut [Cart], until: Until, rules: Rules) -> bool {
    let is_reached = |at: Time| match until {
        Until::Event(now) => at < now,
        Until::Timer(now) => at <= now,
    };
    let mut is_news = false;
    for cart in carts.iter_mut().filter(|cart| cart.is_open() && cart.has_products()) {
        let idle_at = cart.last_activity_at + rules.idle;
        if cart.state == CartState::Active && is_reached(idle_at) {
            cart.state = CartState::Abandoned;
            cart.abandoned_at.get_or_insert(idle_at);
            is_news = true;
        }
        let expires_at = cart.last_activity_at + rules.expires;
        if is_reached(expires_at) {
            (cart.state, cart.closed_at) = (CartState::Expired, Some(expires_at));
            is_news = true;
        }
    }
    is_news
}

/// Applies one operation; `orders` are the customer's, for what an order bought.
pub(super) fn apply(carts: &mut Vec<Cart>, op: &CartOp, orders: &[Order], rules: Rules) {
    if op.kind == OpKind::Passed {
        pass(carts, Until::Timer(op.at), rules);
        return;
    }
    pass(carts, Until::Event(op.at), rules);
    if let OpKind::Order(order_id) = &op.kind {
        return close(carts, op, order_id, orders);
    }
    let Some(i) = cart_of(carts, op).or_else(|| opens(carts, op).then(|| open(carts, op))) else { return };
    let cart = &mut carts[i];
    let before = matches!(op.kind, OpKind::Snapshot(_)).then(|| cart.lines.clone());
    take_currency(cart, op);
    if let Some(checkout_id) = &op.checkout_id {
        cart.checkout_id = Some(checkout_id.clone());
    }
    match &op.kind {
        OpKind::Snapshot(items) => cart.lines = items.iter().take(LINES_MAX).map(line_of).collect(),
        OpKind::Add(item) => add(cart, item, item.quantity.unwrap_or(1)),
        OpKind::Remove(item) => remove(cart, item),
        // What a page shows or a checkout lists fills a cart that we know nothing of; it never overrules what was counted.
        OpKind::Viewed(items) => fill(cart, items),
        OpKind::Checkout { items, order_id, url } => {
            fill(cart, items);
            cart.expected_order = order_id.clone().or(cart.expected_order.take());
            cart.checkout_url = url.clone().or(cart.checkout_url.take());
        }
        OpKind::Step(step) => cart.step = step.or(cart.step),
        OpKind::Coupon { code, is_entered } => cart.coupon = code.clone().filter(|_| *is_entered),
        OpKind::Link(url) => cart.checkout_url = Some(url.clone()),
        OpKind::Payment | OpKind::Order(_) | OpKind::Passed => {}
    }
    if matches!(op.kind, OpKind::Checkout { .. } | OpKind::Step(_) | OpKind::Payment) {
        cart.checkout_at = cart.checkout_at.max(Some(op.at));
    }
    // A whole cart that says what was known already is no activity.
    let is_same = before.is_some_and(|before| same_products(&before, &cart.lines)) && op.at > cart.opened_at;
    if op.is_activity() && !is_same {
        if op.at >= cart.last_activity_at {
            (cart.last_activity_at, cart.late_hours) = (op.at, op.late_hours);
        }
        // What a late word says of an ordered cart leaves it ordered.
        if cart.is_open() || cart.state == CartState::Expired {
            (cart.state, cart.closed_at) = (CartState::Active, None);
        }
    }
}

/// A cart is in the currency of its prices. Prices of a second one leave it without a total, until it is emptied or told anew.
fn take_currency(cart: &mut Cart, op: &CartOp) {
    let Some(said) = op.currency else { return };
    let is_whole = matches!(op.kind, OpKind::Snapshot(_));
    match cart.currency {
        Some(known) if known == said => cart.is_mixed &= !is_whole,
        Some(_) if !is_whole && cart.has_products() => {
            cart.is_mixed |= matches!(&op.kind, OpKind::Add(item) if item.price.is_some());
        }
        _ => (cart.currency, cart.is_mixed) = (Some(said), false),
    }
}

fn same_products(before: &[Line], after: &[Line]) -> bool {
    let of = |lines: &[Line]| {
        let mut all: Vec<_> = lines
            .iter()
            .filter(|l| l.quantity > 0)
            .map(|l| (l.product_id.clone(), l.sku.clone(), l.quantity))
            .collect();
        all.sort();
        all
    };
    of(before) == of(after)
}

/// The cart an operation means. With an id: that one, unless it was ordered before. Without: the newest open one, those
/// without an id first.
fn cart_of(carts: &[Cart], op: &CartOp) -> Option<usize> {
    if op.cart_id.is_some() {
        return carts.iter().position(|cart| cart.shop_id == op.cart_id && takes(cart, op.at));
    }
    if op.checkout_id.is_some() {
        let its = |cart: &Cart| cart.checkout_id == op.checkout_id;
        if let Some(i) = carts.iter().position(|cart| its(cart) && takes(cart, op.at)) {
            return Some(i);
        }
        // A late word of an ordered checkout is about no other cart.
        if !matches!(op.kind, OpKind::Add(_)) && carts.iter().any(its) {
            return None;
        }
    }
    let open = carts.iter().enumerate().filter(|(_, cart)| cart.is_open());
    open.max_by_key(|(i, cart)| (cart.shop_id.is_none(), cart.opened_at, *i)).map(|(i, _)| i)
}

/// An order closes a cart for what is strictly later; a cart that only ran out of time comes back.
fn takes(cart: &Cart, at: Time) -> bool {
    cart.state == CartState::Expired || cart.closed_at.is_none_or(|closed| at <= closed)
}

/// Whether an operation on a cart that is not there (any more) begins one. On an ordered cart only something put in does: a
/// page that still shows the old cart, or a late word of its checkout, does not.
fn opens(carts: &[Cart], op: &CartOp) -> bool {
    let is_its = |cart: &&Cart| match &op.cart_id {
        Some(_) => cart.shop_id == op.cart_id,
        None => op.checkout_id.is_some() && cart.checkout_id == op.checkout_id,
    };
    let ordered = || carts.iter().rev().find(is_its);
    match &op.kind {
        OpKind::Add(_) => true,
        OpKind::Remove(item) => item.quantity.is_some() && ordered().is_none(),
        OpKind::Snapshot(items) => {
            let lines: Vec<Line> = items.iter().map(line_of).collect();
            ordered()
                .is_none_or(|cart| lines.iter().any(|line| line.quantity > 0) && !same_products(&cart.lines, &lines))
        }
        OpKind::Viewed(_) | OpKind::Checkout { .. } => ordered().is_none(),
        _ => false,
    }
}

fn open(carts: &mut Vec<Cart>, op: &CartOp) -> usize {
    let id = IdMaker::new(op.at, op.tie, carts.len() as i64).next_id();
    carts.push(Cart {
        id,
        shop_id: op.cart_id.clone(),
        opened_at: op.at,
        last_activity_at: op.at,
        late_hours: op.late_hours,
        ..Cart::default()
    });
    carts.len() - 1
}

/// An order closes its cart: by the cart's id, the checkout's, the order that a checkout announced, else the newest open cart
/// that shares a product. An order that names a cart never closes another one by chance.
fn close(carts: &mut Vec<Cart>, op: &CartOp, order_id: &str, orders: &[Order]) {
    let order = orders.iter().find(|order| *order.id == *order_id);
    let by = |test: &dyn Fn(&Cart) -> bool| {
        let waiting = |cart: &Cart| cart.is_open() || cart.state == CartState::Expired;
        carts.iter().position(|cart| waiting(cart) && test(cart))
    };
    let is_named = |cart: &Cart| op.cart_id.is_some() && cart.shop_id == op.cart_id;
    let found = by(&is_named)
        .or_else(|| by(&|cart| op.checkout_id.is_some() && cart.checkout_id == op.checkout_id))
        .or_else(|| by(&|cart| cart.expected_order.as_deref() == Some(order_id)));
    let found = found.or_else(|| {
        let bought =
            |line: &&Line| order.is_some_and(|order| order.lines.iter().any(|b| b.product_id == line.product_id));
        let shares = |cart: &Cart| cart.lines.iter().filter(|line| line.quantity > 0).any(|line| bought(&line));
        let sharing =
            carts.iter().enumerate().filter(|(_, cart)| op.cart_id.is_none() && cart.is_open() && shares(cart));
        sharing.max_by_key(|(i, cart)| (cart.opened_at, *i)).map(|(i, _)| i)
    });
    let i = match found {
        Some(i) => i,
        // A cart that we have not heard of yet: what is heard of it late finds it ordered.
        None if op.cart_id.is_some() && !carts.iter().any(is_named) => open(carts, op),
        None => return,
    };
    let cart = &mut carts[i];
    if !cart.has_products() {
        cart.lines = order.map(|order| order.lines.clone()).unwrap_or_default();
        cart.currency = order.map(|order| order.currency).or(cart.currency);
    }
    cart.state = if cart.abandoned_at.is_some() { CartState::Recovered } else { CartState::Converted };
    cart.closed_at = Some(op.at);
    cart.order_id = Some(order_id.into());
    cart.currency = cart.currency.or(op.currency);
}

fn line_of(item: &OpItem) -> Line {
    Line {
        product_id: item.product_id.clone(),
        sku: item.sku.clone(),
        name: item.name.clone(),
        url: item.url.clone(),
        image_url: item.image_url.clone(),
        quantity: item.quantity.unwrap_or(1),
        price: item.price,
        variant_id: item.variant_id.clone(),
    }
}

fn fill(cart: &mut Cart, items: &[OpItem]) {
    if !cart.has_products() {
        cart.lines = items.iter().map(line_of).collect();
    }
}

/// The line of a product: the very variant, else one of which either side does not say the variant.
fn line_index(cart: &Cart, item: &OpItem) -> Option<usize> {
    let is_other = |line: &Line| matches!((&line.variant_id, &item.variant_id), (Some(a), Some(b)) if a != b);
    let same = |line: &Line| line.product_id == item.product_id && !is_other(line);
    let exact = cart.lines.iter().position(|line| same(line) && line.sku == item.sku);
    exact.or_else(|| cart.lines.iter().position(|line| same(line) && (item.sku.is_none() || line.sku.is_none())))
}

fn add(cart: &mut Cart, item: &OpItem, quantity: i64) {
    match line_index(cart, item) {
        Some(i) => {
            let line = &mut cart.lines[i];
            line.quantity = line.quantity.saturating_add(quantity);
            line.price = item.price.or(line.price);
            line.sku = line.sku.take().or(item.sku.clone());
            line.variant_id = line.variant_id.take().or(item.variant_id.clone());
            line.name = item.name.clone().or(line.name.take());
            line.url = item.url.clone().or(line.url.take());
            line.image_url = item.image_url.clone().or(line.image_url.take());
        }
        None if cart.lines.len() < LINES_MAX => {
            let mut line = line_of(item);
            line.quantity = quantity;
            cart.lines.push(line);
        }
        None => {}
    }
    cart.lines.retain(|line| line.quantity != 0);
}

/// Takes products out: so many as the event says, all where it says nothing. A line that comes to nothing goes; one that comes
/// to less waits for its late addition.
fn remove(cart: &mut Cart, item: &OpItem) {
    match (line_index(cart, item), item.quantity) {
        (Some(i), Some(quantity)) => cart.lines[i].quantity = cart.lines[i].quantity.saturating_sub(quantity),
        (Some(i), None) => cart.lines[i].quantity = cart.lines[i].quantity.min(0),
        (None, Some(quantity)) if cart.lines.len() < LINES_MAX => {
            cart.lines.push(Line { quantity: -quantity, ..line_of(item) });
        }
        (None, _) => {}
    }
    cart.lines.retain(|line| line.quantity != 0);
}

/// Gives folded carts the ids that they had: the one opened at the same instant, else the k-th of those left stays the k-th.
pub(super) fn keep_ids(new: &mut [Cart], old: &[Cart]) {
    let mut left: Vec<&Cart> = old.iter().collect();
    let mut take = |test: &dyn Fn(&Cart) -> bool| left.iter().position(|cart| test(cart)).map(|i| left.remove(i).id);
    let exact: Vec<Option<Id>> =
        new.iter().map(|cart| take(&|old| old.shop_id == cart.shop_id && old.opened_at == cart.opened_at)).collect();
    let mut fresh = Vec::new();
    for (i, exact) in exact.into_iter().enumerate() {
        match exact.or_else(|| take(&|old| old.shop_id == new[i].shop_id)) {
            Some(id) => new[i].id = id,
            None => fresh.push(i),
        }
    }
    // A new cart's id follows from the operation that opened it, which may have opened another one before.
    for i in fresh {
        while new.iter().enumerate().any(|(other, cart)| other != i && cart.id == new[i].id) {
            new[i].id = IdMaker::new(new[i].opened_at, stable_hash(&new[i].id.0), 0).next_id();
        }
    }
}
