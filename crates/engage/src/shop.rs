//! Calls from outside: whom they are about, what they change, and what follows from that.

use crate::{
    cell::{Cell, MessageState},
    desk::pipelines,
    domain::{AGENTS_MAX, Ritorno, rules},
    flows::{
        self, Touched,
        journey::{Stage, advance, deliver, recheck},
        start_by_event, starts,
    },
    ledger::{About, decide},
    money,
    shared::Shared,
    tag_writes,
};
use base::{HOUR, Id};
use bpmn::Command;
use crm::{
    calls::{Act, AgentTrait, Call, Input, ShopEvent, What},
    carts::{CartDiff, CartState, Heard, Snapshot, diffs},
    customers::{
        self, Applied, Scene, Side, apply_shop, apply_traits, change_order_row, count_tags, let_go_rows, order_rows,
    },
};
use insight::attribution::{Touch, TouchKind};
use runtime::{Event, FoldError, Need, Origin, World};
use serde_json::json;

/// The largest cell, encoded. What grows beyond it is no person.
pub const CELL_MAX: usize = 60 << 10;
/// Below this weight a cell is not measured.
const WEIGHT_SMALL: usize = 24 << 10;
/// Words on what flows began for that even a large cell keeps, besides those on its carts: on orders among others.
const STARTS_KEPT: usize = 64;
/// The event that ends the wait on a cart.
pub(crate) const ORDER_COMPLETED: &str = "Order Completed";

/// Refuses a call that means nothing as things stand: it waits in the quarantine until a person has put that right.
pub(crate) fn refuse_call(call: &Call, world: &World<'_, Ritorno>) -> Result<(), FoldError> {
    if let Act::Shop(event) = &call.act
        && let What::DealStageChanged { pipeline: Some(named), .. } = &event.what
        && world.shared().pipelines.named(Some(named)).is_none()
    {
        return Err(FoldError::Refused(format!("there is no pipeline {named:?}: make it, then replay the event")));
    }
    Ok(())
}

/// A call from outside: find whom it is about, apply it, and let what changed have its consequences.
pub(crate) fn fold_call(
    domain: &Ritorno,
    event: &Event<Input>,
    call: &Call,
    world: &mut World<'_, Ritorno>,
) -> Result<(), Need> {
    let resolved = customers::resolve(domain, call, world)?;
    let id = resolved.customer;
    world.stamp(id);
    let shop = match &call.act {
        Act::Shop(shop) => Some(&**shop),
        _ => None,
    };
    let mut side = Side::Both;
    if let (Some(owner), Some(shop)) = (resolved.owner, shop) {
        world.stamp(owner);
        let cart = apply(domain, event, call, shop, owner, world.take(owner)?, Side::Owner, world)?;
        side = Side::Person(cart);
    }
    let mut cell = world.take(id)?;
    let shared = world.shared().clone();
    let touched = match &call.act {
        Act::Identify(_) => Touched::CUSTOMER,
        // A shop event looks for itself.
        _ => Touched::NOTHING,
    };
    let stage = Stage { domain, customer: id, cell: &mut cell, shared: &shared };
    let seen = starts::see(&stage, world, touched);
    tag_writes::remember(&mut cell, &shared, event.source, call.user_id.as_deref());
    let facts = &mut cell.facts;
    facts.last_seen = facts.last_seen.max(event.occurred);
    facts.events += 1;
    match &call.act {
        Act::Identify(traits) => {
            let tags = traits.tags.as_ref().map(|_| facts.tags.clone());
            let names_agent = apply_traits(facts, traits, event.occurred);
            if let Some(before) = tags {
                count_tags(world, &[&before], &facts.tags);
            }
            if let Some(agent) = traits.agent.as_ref().filter(|_| names_agent) {
                facts.profile.agent = agent_of(world, agent).or(facts.profile.agent);
            }
        }
        Act::Page { .. } => facts.pages = facts.pages.saturating_add(1),
        Act::Shop(shop) => {
            apply(domain, event, call, shop, id, cell, side, world)?;
            return Ok(());
        }
        Act::Alias { .. } | Act::Group | Act::Other | Act::OfShop | Act::Catalogue(_) => {}
    }
    let mut stage = Stage { domain, customer: id, cell: &mut cell, shared: &shared };
    tell(&mut stage, world, event, None);
    recheck(&mut stage, world, touched);
    start_by_event(&mut stage, world, &event.name, age(event), None, || event_value(event));
    starts::start_by_condition(&mut stage, world, &seen, touched, None, age(event));
    keep_small(domain, world, id, &mut cell);
    world.put(id, cell);
    Ok(())
}

/// What happened reaches the goals and the journeys that wait for it.
fn tell(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, event: &Event<Input>, cart: Option<Id>) {
    let action = &stage.cell.action;
    if action.journeys.is_empty() && action.goals.is_empty() {
        return;
    }
    let payload = event_value(event);
    if event.origin != Origin::History {
        flows::reached(stage, world, &event.name, event.occurred, &payload);
    }
    deliver(stage, world, &event.name, cart, &payload);
}

/// Applies one side of a shop event to a customer's cell and puts the cell back; returns the cart it was about.
fn apply(
    domain: &Ritorno,
    event: &Event<Input>,
    call: &Call,
    shop: &ShopEvent,
    id: Id,
    mut cell: Box<Cell>,
    side: Side,
    world: &mut World<'_, Ritorno>,
) -> Result<Option<Id>, Need> {
    let late_hours = match event.origin {
        Origin::History => u32::MAX,
        _ => u32::try_from((event.received - event.occurred) / HOUR).unwrap_or(u32::MAX),
    };
    let shared = world.shared().clone();
    let scene = Scene {
        event: shop,
        at: event.occurred,
        tie: call.tie,
        rules: rules(&shared),
        currency: shared.settings.currency,
        pipelines: &shared.pipelines,
        late_hours,
    };
    let mut about = None;
    let is_quiet = matches!(shop.what, What::ProductViewed(_))
        || cell.facts.is_crowd && !matches!(shop.what, What::OrderCompleted(_));
    if is_quiet {
        if matches!(shop.what, What::ProductViewed(_)) {
            apply_shop(&mut cell.facts, &scene, side);
            if !cell.facts.is_crowd && !matches!(side, Side::Owner) {
                let mut stage = Stage { domain, customer: id, cell: &mut cell, shared: &shared };
                tell(&mut stage, world, event, None);
                start_by_event(&mut stage, world, &event.name, age(event), None, || event_value(event));
            }
        }
    } else {
        let stage = Stage { domain, customer: id, cell: &mut cell, shared: &shared };
        let seen = starts::see(&stage, world, Touched::TRADE);
        let before = Snapshot::of(&cell.facts.book);
        let applied = apply_shop(&mut cell.facts, &scene, side);
        about = react(domain, event, shop, id, &mut cell, &before, side, applied, world);
        let mut stage = Stage { domain, customer: id, cell: &mut cell, shared: &shared };
        recheck(&mut stage, world, Touched::TRADE);
        starts::start_by_condition(&mut stage, world, &seen, Touched::TRADE, about, age(event));
        keep_small(domain, world, id, &mut cell);
    }
    world.put(id, cell);
    Ok(about)
}

/// What follows from a shop event: rows, counts, credit, journeys. Returns the cart it was about.
fn react(
    domain: &Ritorno,
    event: &Event<Input>,
    shop: &ShopEvent,
    id: Id,
    cell: &mut Cell,
    before: &Snapshot,
    side: Side,
    applied: Applied,
    world: &mut World<'_, Ritorno>,
) -> Option<Id> {
    let shared = world.shared().clone();
    let touches = cell.action.touches.len();
    let mut known_cart = None;
    match applied {
        Applied::Ordered(order) => {
            if order.is_own() {
                order_rows(world, id, &order);
            }
        }
        Applied::OrderChanged { order, what, heard } => {
            if heard == Heard::LetGo {
                change_order_row(world, id, &order, what, event.occurred);
            }
        }
        Applied::Contacted { cart, agent, outcome } => {
            known_cart = cart;
            cell.action.touches.push(Touch {
                at: event.occurred,
                kind: TouchKind::Contact,
                cart,
                message: None,
                flow: Box::default(),
                step: Box::default(),
                agent: agent.clone(),
            });
            let about = About { customer: id, cart, ..About::default() };
            decide(world, &about, "agent_contacted", json!({ "agent": agent, "outcome": outcome }));
        }
        Applied::StageMoved { cart, pipeline, stage } => {
            known_cart = cart;
            let about = About { customer: id, cart, ..About::default() };
            pipelines::decide_move(world, &shared, &about, &pipeline, &stage);
        }
        Applied::Nothing => {}
    }
    let changed = follow(domain, world, &shared, id, cell, before, touches);
    let cart = match (side, &shop.order_id) {
        (Side::Person(cart), _) => cart,
        // An order is about the cart that it closed, if it closed one.
        (_, Some(order)) if !matches!(shop.what, What::CheckoutStarted { .. }) => {
            cell.facts.book.order(order).and_then(|order| order.cart)
        }
        _ => known_cart.or_else(|| customers::cart_of_event(&cell.facts, shop, &changed)),
    };
    let mut stage = Stage { domain, customer: id, cell, shared: &shared };
    if matches!(side, Side::Owner) {
        // The goal is the customer's who did it.
        if !stage.cell.action.journeys.is_empty() {
            deliver(&mut stage, world, &event.name, cart, &event_value(event));
        }
    } else {
        tell(&mut stage, world, event, cart);
    }
    if !stage.cell.action.journeys.is_empty() {
        // An order may close a cart that only this event made known: whoever waits for the order hears of it all the same.
        let is_told = |closed: Id| &*event.name == ORDER_COMPLETED && cart == Some(closed);
        for closed in newly_ordered(&changed).filter(|closed| !is_told(*closed)) {
            deliver(&mut stage, world, ORDER_COMPLETED, Some(closed), &feel::Value::Null);
        }
    }
    // What an event is to the owner of another's cart is not told twice.
    if !matches!(side, Side::Owner) {
        start_by_event(&mut stage, world, &event.name, age(event), cart, || event_value(event));
    }
    cart
}

/// How long ago an event was, in microseconds; of history for ever.
fn age(event: &Event<Input>) -> i64 {
    match event.origin {
        Origin::History => i64::MAX,
        _ => event.received - event.occurred,
    }
}

/// What follows from a change of a customer's book, however it came about: rows of what the cell lets go or an order became,
/// the counts, the credits, the end of journeys whose cart is no longer there. `touches` is how many there were before.
pub(crate) fn follow(
    domain: &Ritorno,
    world: &mut World<'_, Ritorno>,
    shared: &Shared,
    id: Id,
    cell: &mut Cell,
    before: &Snapshot,
    touches: usize,
) -> Vec<CartDiff> {
    let changed = diffs(before, &cell.facts.book);
    for order in &cell.facts.book.orders {
        let is_same = before.order(&order.id).is_none_or(|old| {
            (old.cart, old.refunded, old.cancelled_at) == (order.cart, order.refunded, order.cancelled_at)
        });
        if order.is_own() && !is_same {
            order_rows(world, id, order);
        }
    }
    money::count_carts(world, shared, &changed);
    money::settle(world, shared, cell, id, before, touches);
    announce(world, id, &changed);
    let_go_rows(world, id, &mut cell.facts);
    cell.trim();
    let lost: Vec<Id> =
        changed.iter().filter(|diff| diff.after.is_none()).filter_map(|diff| Some(diff.before.as_ref()?.id)).collect();
    if !lost.is_empty() {
        let mut stage = Stage { domain, customer: id, cell, shared };
        let journeys =
            stage.cell.action.journeys.iter().filter(|journey| journey.cart.is_some_and(|cart| lost.contains(&cart)));
        for journey in journeys.map(|journey| journey.id).collect::<Vec<_>>() {
            advance(&mut stage, world, journey, Command::Cancel { reason: "merged".to_owned() });
        }
    }
    changed
}

/// The carts that are ordered now and were not before.
pub(crate) fn newly_ordered(changed: &[CartDiff]) -> impl Iterator<Item = Id> {
    let is_ordered = |cart: &crm::carts::Cart| matches!(cart.state, CartState::Recovered | CartState::Converted);
    let news = changed.iter().filter(move |diff| !diff.before.as_ref().is_some_and(is_ordered));
    news.filter_map(|diff| diff.after.as_ref()).filter(move |cart| is_ordered(cart)).map(|cart| cart.id)
}

/// Keeps a cell within its bound: first what only late events need goes, then the customer is no person any more.
pub(crate) fn keep_small(domain: &Ritorno, world: &mut World<'_, Ritorno>, id: Id, cell: &mut Cell) {
    if cell.weight() < WEIGHT_SMALL || size_of(cell) <= CELL_MAX {
        return;
    }
    cell.facts.book.slim();
    let shared = world.shared().clone();
    if size_of(cell) > CELL_MAX {
        become_crowd(domain, world, &shared, id, cell);
    }
    let_go_rows(world, id, &mut cell.facts);
    let (book, starts) = (&cell.facts.book, &mut cell.action.starts);
    let mut left = starts.len();
    starts.retain(|start| {
        left -= 1;
        left < STARTS_KEPT || book.cart(start.about).is_some()
    });
}

fn size_of(cell: &Cell) -> usize {
    runtime::applier::encode(cell).len()
}

/// From now on this customer is only counted: journeys end, what waits is not sent.
fn become_crowd(domain: &Ritorno, world: &mut World<'_, Ritorno>, shared: &Shared, id: Id, cell: &mut Cell) {
    cell.facts.is_crowd = true;
    let mut stage = Stage { domain, customer: id, cell, shared };
    for journey in stage.cell.action.journeys.iter().map(|journey| journey.id).collect::<Vec<_>>() {
        advance(&mut stage, world, journey, Command::Cancel { reason: "not_a_person".to_owned() });
    }
    let waiting = |state: MessageState| matches!(state, MessageState::Queued | MessageState::Held);
    for message in stage.cell.action.messages.iter().filter(|m| waiting(m.state)) {
        world.drop_effect(message.id, message.run_at);
    }
    let action = &mut stage.cell.action;
    action.messages.retain(|message| !waiting(message.state) && !message.state.is_final());
    (action.touches, action.starts) = (Vec::new(), Vec::new());
    cell.facts.book.clear();
    cell.facts.profile.open = Vec::new();
    decide(
        world,
        &About { customer: id, ..About::default() },
        "not_a_person",
        json!({ "limit_bytes": CELL_MAX, "events": cell.facts.events }),
    );
}

/// Tells the live stream what a person would want to see at once.
fn announce(world: &mut World<'_, Ritorno>, customer: Id, changed: &[CartDiff]) {
    for diff in changed {
        let state = |cart: &Option<crm::carts::Cart>| cart.as_ref().map(|cart| cart.state);
        if let (Some(cart), true) = (&diff.after, state(&diff.before) != state(&diff.after)) {
            world.announce(|| {
                json!({
                    "kind": "cart_state", "customer": customer, "cart": cart.id, "state": cart.state.as_str(),
                    "total_minor": cart.total(), "currency": cart.currency,
                })
            });
        }
    }
}

/// The agent that a trait names, made if the workspace does not know the address yet.
fn agent_of(world: &mut World<'_, Ritorno>, said: &AgentTrait) -> Option<Id> {
    match said {
        AgentTrait::Id(id) => {
            let id = id.parse::<Id>().ok()?;
            world.shared().agent(id).map(|agent| agent.id)
        }
        AgentTrait::Person { email, name } => {
            let known = world
                .shared()
                .agents
                .iter()
                .find(|agent| agent.email.eq_ignore_ascii_case(email))
                .map(|agent| agent.id);
            if known.is_some() || !crm::desk::is_address(email) || world.shared().agents.len() >= AGENTS_MAX {
                return known;
            }
            let id = world.new_id();
            let name = name.as_deref().unwrap_or(email).to_owned();
            world.shared_mut().agents.push(crm::desk::Agent { id, name, email: email.to_string(), is_active: true });
            Some(id)
        }
    }
}

/// The event as conditions see it.
fn event_value(event: &Event<Input>) -> feel::Value {
    let payload: serde_json::Value = serde_json::from_slice(&event.payload).unwrap_or_default();
    let properties = payload.get("properties").cloned().unwrap_or_default();
    feel::from_json(&json!({ "name": event.name, "properties": properties }))
}
