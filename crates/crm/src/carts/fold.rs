//! Applying one operation to a customer's carts. Pure: carts in, carts out.

use super::model::{Cart, CartOp, CartState, Line, OpItem, OpKind, Order};
use base::{DAY, Id, IdMaker, Time};

/// What the workspace says about carts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Without activity for so many microseconds a cart with products is abandoned.
    pub idle: i64,
    /// Without activity for so long it is not waited for any more.
    pub expires: i64,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules { idle: DAY, expires: 90 * DAY }
    }
}

/// Lines a cart keeps; further products are refused at the door.
const LINES_MAX: usize = 500;

/// Lets time pass for the open carts: whoever stood still for too long is abandoned at the moment it became too long.
pub(super) fn pass(carts: &mut [Cart], to: Time, rules: Rules) {
    for cart in carts.iter_mut().filter(|cart| cart.is_open() && cart.has_products()) {
        let idle_at = cart.last_activity_at + rules.idle;
        if idle_at <= to && cart.state == CartState::Active {
            cart.state = CartState::Abandoned;
            cart.abandoned_at.get_or_insert(idle_at);
        }
        if cart.last_activity_at + rules.expires <= to {
            cart.state = CartState::Expired;
            cart.closed_at = Some(cart.last_activity_at + rules.expires);
        }
    }
}

/// Applies one operation; `orders` are the customer's, for what an order bought.
pub(super) fn apply(carts: &mut Vec<Cart>, op: &CartOp, orders: &[Order], rules: Rules) {
    pass(carts, op.at, rules);
    if let OpKind::Order(order_id) = &op.kind {
        return close(carts, op, order_id, orders);
    }
    let opens = !matches!(op.kind, OpKind::Remove(_) | OpKind::Step(_) | OpKind::Payment | OpKind::Coupon { .. });
    let Some(i) = cart_of(carts, op).or_else(|| opens.then(|| open(carts, op))) else { return };
    let cart = &mut carts[i];
    let before = op.is_activity().then(|| cart.lines.clone()).filter(|_| matches!(op.kind, OpKind::Snapshot(_)));
    if let (Some(currency), true) = (op.currency, !cart.lines.is_empty() || cart.currency.is_none()) {
        cart.is_mixed |= cart.currency.is_some_and(|known| known != currency) && has_items(&op.kind);
        cart.currency = Some(cart.currency.unwrap_or(currency));
    } else if let Some(currency) = op.currency {
        cart.currency = Some(currency);
    }
    if let Some(checkout_id) = &op.checkout_id {
        cart.checkout_id = Some(checkout_id.clone());
    }
    match &op.kind {
        OpKind::Snapshot(items) => {
            cart.lines = items.iter().map(line_of).collect();
            cart.is_mixed = false;
        }
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
        OpKind::Payment => {}
        OpKind::Coupon { code, is_entered } => cart.coupon = code.clone().filter(|_| *is_entered),
        OpKind::Order(_) => unreachable!("closed above"),
    }
    // A whole cart that says what was known already is no activity.
    let is_same = before.is_some_and(|before| same_products(&before, &cart.lines));
    if op.is_activity() && !is_same {
        cart.last_activity_at = cart.last_activity_at.max(op.at);
        cart.state = CartState::Active;
    }
}

fn has_items(kind: &OpKind) -> bool {
    matches!(kind, OpKind::Add(_) | OpKind::Snapshot(_))
}

fn same_products(before: &[Line], after: &[Line]) -> bool {
    let of = |lines: &[Line]| {
        let mut all: Vec<_> = lines.iter().filter(|l| l.quantity > 0).map(|l| (l.product_id.clone(), l.sku.clone(), l.quantity)).collect();
        all.sort();
        all
    };
    of(before) == of(after)
}

/// The cart an operation means. With an id: that one, unless it was ordered before (an addition after an order begins anew).
/// Without: the newest open one, those without an id first.
fn cart_of(carts: &[Cart], op: &CartOp) -> Option<usize> {
    if op.cart_id.is_some() {
        return carts.iter().position(|cart| cart.shop_id == op.cart_id && is_before_close(cart, op.at));
    }
    if let Some(checkout_id) = &op.checkout_id
        && let Some(i) = carts.iter().position(|cart| cart.checkout_id.as_ref() == Some(checkout_id) && is_before_close(cart, op.at))
    {
        return Some(i);
    }
    let open = |cart: &&(usize, &Cart)| cart.1.is_open();
    let all: Vec<(usize, &Cart)> = carts.iter().enumerate().collect();
    let newest = |own: bool| all.iter().filter(open).filter(|(_, c)| c.shop_id.is_none() == own).max_by_key(|(i, c)| (c.opened_at, *i)).map(|(i, _)| *i);
    newest(true).or_else(|| newest(false))
}

/// An order closes a cart for what is strictly later.
fn is_before_close(cart: &Cart, at: Time) -> bool {
    cart.closed_at.is_none_or(|closed| at <= closed)
}

fn open(carts: &mut Vec<Cart>, op: &CartOp) -> usize {
    let id = IdMaker::new(op.at, op.tie, carts.len() as i64).next_id();
    carts.push(Cart { id, shop_id: op.cart_id.clone(), opened_at: op.at, last_activity_at: op.at, ..Cart::default() });
    carts.len() - 1
}

/// An order closes its cart: by the cart's id, the checkout's, the order that a checkout announced, else the newest open cart
/// that shares a product.
fn close(carts: &mut Vec<Cart>, op: &CartOp, order_id: &str, orders: &[Order]) {
    let by = |test: &dyn Fn(&Cart) -> bool| carts.iter().position(|cart| cart.is_open() && test(cart));
    let order = orders.iter().find(|order| *order.id == *order_id);
    let shares = |cart: &Cart| {
        order.is_some_and(|order| {
            cart.lines.iter().any(|line| line.quantity > 0 && order.lines.iter().any(|bought| bought.product_id == line.product_id))
        })
    };
    let found = match &op.cart_id {
        Some(cart_id) => by(&|cart| cart.shop_id.as_ref() == Some(cart_id)),
        None => None,
    };
    let found = found
        .or_else(|| op.checkout_id.as_ref().and_then(|id| by(&|cart| cart.checkout_id.as_ref() == Some(id))))
        .or_else(|| by(&|cart| cart.expected_order.as_deref() == Some(order_id)));
    let found = found.or_else(|| {
        let sharing = carts.iter().enumerate().filter(|(_, cart)| cart.is_open() && shares(cart));
        sharing.max_by_key(|(i, cart)| (cart.opened_at, *i)).map(|(i, _)| i)
    });
    // An order for a cart we have not heard of yet: late additions find it closed.
    let was_closed = carts.iter().any(|cart| cart.shop_id.is_some() && cart.shop_id == op.cart_id);
    let i = match found {
        Some(i) => i,
        None if op.cart_id.is_some() && !was_closed => open(carts, op),
        None => return,
    };
    let cart = &mut carts[i];
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
    }
}

fn fill(cart: &mut Cart, items: &[OpItem]) {
    if cart.lines.is_empty() {
        cart.lines = items.iter().map(line_of).collect();
    }
}

/// The line of a product: the very variant, else the only one of that product.
fn line_index(cart: &Cart, item: &OpItem) -> Option<usize> {
    let same = |line: &Line| line.product_id == item.product_id;
    let exact = cart.lines.iter().position(|line| same(line) && line.sku == item.sku);
    exact.or_else(|| item.sku.is_none().then(|| cart.lines.iter().position(same)).flatten())
}

fn add(cart: &mut Cart, item: &OpItem, quantity: i64) {
    match line_index(cart, item) {
        Some(i) => {
            let line = &mut cart.lines[i];
            line.quantity = line.quantity.saturating_add(quantity);
            line.price = item.price.or(line.price);
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
}

/// Takes products out: so many as the event says, all where it says nothing. A line that comes to nothing goes, except a
/// negative one, which waits for its late addition.
fn remove(cart: &mut Cart, item: &OpItem) {
    match (line_index(cart, item), item.quantity) {
        (Some(i), Some(quantity)) => cart.lines[i].quantity = cart.lines[i].quantity.saturating_sub(quantity),
        (Some(i), None) => cart.lines[i].quantity = cart.lines[i].quantity.min(0),
        (None, _) => {}
    }
    cart.lines.retain(|line| line.quantity != 0);
}

/// Gives folded carts the ids that they had: the k-th cart of a shop id stays the k-th.
pub(super) fn keep_ids(new: &mut [Cart], old: &[Cart]) {
    let mut used: Vec<Id> = Vec::new();
    for i in 0..new.len() {
        let shop_id = new[i].shop_id.clone();
        let nth = new[..i].iter().filter(|cart| cart.shop_id == shop_id).count();
        if let Some(known) = old.iter().filter(|cart| cart.shop_id == shop_id).nth(nth)
            && !used.contains(&known.id)
        {
            new[i].id = known.id;
        }
        used.push(new[i].id);
    }
}
