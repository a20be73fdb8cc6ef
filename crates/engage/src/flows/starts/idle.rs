//! Flows that begin by quiet: a cart that stands idle, one left at the checkout, a customer who only looked around.

use super::{
    Beginning, NotStarted, Reentry, Start, Starting,
    begin::{Subject, begin_journey},
    dates, events,
};
use crate::{
    cell,
    domain::Ritorno,
    flows::{CART_IDLE, journey::Stage},
};
use base::{HOUR, Id, IdMaker, Time, stable_hash};
use crm::carts::Cart;
use feel::Value;
use runtime::World;

use super::{BROWSE_LEFT, CHECKOUT_LEFT};

/// When a cart is due for a start event; `None`: it has nothing to say on it.
pub(super) fn cart_due(cell: &cell::Cell, start: &Start, idle: i64, at_checkout: bool, cart: &Cart) -> Option<Time> {
    if !cart.has_products() || (at_checkout && cart.checkout_at.is_none()) {
        return None;
    }
    let due = cart.last_activity_at + idle;
    let is_once = matches!(start.reentry(), Reentry::OncePerCart | Reentry::OnceEver);
    (!cell.action.has_started(&start.flow, cart.id, cart.last_activity_at, due, is_once)).then_some(due)
}

/// When a customer who only looked around is due for a start event.
pub(super) fn browse_due(cell: &cell::Cell, start: &Start, idle: i64) -> Option<Time> {
    let browse = cell.facts.browse.as_ref().filter(|_| !cell.facts.is_crowd)?;
    let due = browse.last_at + idle;
    cell.action.told(start.hash).is_none_or(|until| due > until).then_some(due)
}

/// A cart that was left, and the start event that waited for it.
struct Left<'s> {
    at: Time,
    start: &'s Start,
    at_checkout: bool,
    cart: Id,
    last_activity_at: Time,
    late_hours: u32,
    /// What the start event reads; nothing, where it reads nothing.
    payload: Value,
}

impl<'s> Left<'s> {
    fn new(at: Time, start: &'s Start, at_checkout: bool, cart: &Cart) -> Left<'s> {
        let is_read = start.compiled.definition.reads_event(start.event().node);
        let payload = if is_read { left_event(at_checkout, cart, at) } else { Value::Null };
        let Cart { last_activity_at, late_hours, .. } = *cart;
        Left { at, start, at_checkout, cart: cart.id, last_activity_at, late_hours, payload }
    }
}

/// Starts the flows for which something of the customer is due now.
pub fn start_due(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>) {
    let (starts, now) = (stage.starts(), world.now());
    let mut due: Vec<Left<'_>> = Vec::new();
    for (start, idle, at_checkout) in &starts.carts {
        for cart in stage.cell.facts.book.open_carts() {
            let at = cart_due(stage.cell, start, *idle, *at_checkout, cart);
            due.extend(at.filter(|at| *at <= now).map(|at| Left::new(at, start, *at_checkout, cart)));
        }
    }
    due.sort_by(|a, b| (a.at, &a.start.flow, a.cart).cmp(&(b.at, &b.start.flow, b.cart)));
    for left in due {
        // Another start event of the same flow may have taken it a moment ago.
        let Left { at, start, cart, last_activity_at, .. } = left;
        let is_once = matches!(start.reentry(), Reentry::OncePerCart | Reentry::OnceEver);
        if !stage.cell.action.has_started(&start.flow, cart, last_activity_at, at, is_once) {
            start_for_cart(stage, world, left);
        }
    }
    for (start, idle) in &starts.browses {
        if let Some(at) = browse_due(stage.cell, start, *idle).filter(|at| *at <= now) {
            start_for_browse(stage, world, start, at);
        }
    }
    dates::start_due(stage, world);
    stage.cell.trim();
}

fn start_for_cart(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, left: Left<'_>) {
    let Left { at: idle_at, start, at_checkout, cart, last_activity_at, late_hours, payload } = left;
    let now = world.now();
    // The id follows from the cause: this flow for this cart, once at a time.
    let cause = [start.flow.as_bytes(), &cart.0].concat();
    let late = i64::from(late_hours).saturating_mul(HOUR);
    let starting = Starting {
        code: if at_checkout { "journey_left_checkout" } else { "journey_started" },
        age: late.max(now - idle_at),
        idle_at: Some(idle_at),
        id: Some(IdMaker::new(now, stable_hash(&cause), 0).next_id()),
        ..Starting::default()
    };
    let subject = Subject { cart: Some(cart), order: None };
    let begun = if events::accepts(stage, world, start, subject.cart, &payload) {
        begin_journey(stage, world, &Beginning { start, subject, payload: &payload }, starting)
    } else {
        Err(NotStarted::Filtered)
    };
    if begun.is_err() {
        // After a later activity it is asked again.
        let refused_at = Some(last_activity_at);
        stage.cell.action.say(cell::Start { flow: start.flow.clone(), about: cart, at: idle_at, refused_at });
    }
}

/// What begins a flow by a cart that was left.
fn left_event(at_checkout: bool, cart: &Cart, idle_at: Time) -> Value {
    let named = cart.shop_id.as_deref().map_or_else(|| cart.id.to_string(), str::to_owned);
    let name = if at_checkout { CHECKOUT_LEFT } else { CART_IDLE };
    let step = cart.step.map_or(Value::Null, |step| Value::Number(step.into()));
    let said =
        [("cart_id", Value::from(named.as_str())), ("idle_at", idle_at.to_string().as_str().into()), ("step", step)];
    event(name, said)
}

fn start_for_browse(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, start: &Start, at: Time) {
    stage.cell.action.tell(start.hash, at);
    let Some(browse) = stage.cell.facts.browse.clone() else { return };
    let (product, since) = (Value::from(&*browse.product_id), browse.since.to_string());
    let said =
        [("product_id", product), ("views", Value::Number(browse.views.into())), ("since", since.as_str().into())];
    let payload = event(BROWSE_LEFT, said);
    let age = world.now() - at;
    // What is long past is for nobody: after a stop of days nobody is told of each visitor.
    if age > start.compiled.max_age || !events::accepts(stage, world, start, None, &payload) {
        return;
    }
    let starting = Starting { code: "journey_left_browse", age, ..Starting::default() };
    let beginning = Beginning { start, subject: Subject::default(), payload: &payload };
    let _ = begin_journey(stage, world, &beginning, starting);
}

/// What begins such a flow, as a start event's filter and outputs see it.
fn event<const N: usize>(name: &str, properties: [(&str, Value); N]) -> Value {
    let context = |entries: Vec<(&str, Value)>| {
        Value::Context(entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    };
    context(vec![("name", name.into()), ("properties", context(properties.into()))])
}

/// When the next of these is due for a cell.
pub(in crate::flows) fn next_due(cell: &cell::Cell, starts: &super::Starts, zone: &jiff::tz::TimeZone) -> Option<Time> {
    let mut earliest: Option<Time> = None;
    let mut consider = |at: Option<Time>| earliest = earliest.into_iter().chain(at).min();
    if !starts.carts.is_empty() {
        for cart in cell.facts.book.open_carts() {
            for (start, idle, at_checkout) in &starts.carts {
                consider(cart_due(cell, start, *idle, *at_checkout, cart));
            }
        }
    }
    for (start, idle) in &starts.browses {
        consider(browse_due(cell, start, *idle));
    }
    consider(dates::next_due(cell, starts, zone));
    earliest
}
