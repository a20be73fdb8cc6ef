//! The fold of Ritorno: facts first, then what follows from them, in one commit.

use crate::{
    cell::Cell,
    flows::{self, Compiler, journey::{Stage, deliver}},
    ledger::{About, decide},
    messages, money,
    shared::Shared,
};
use base::{Currency, HOUR, Id, MINUTE, Time};
use bytes::Bytes;
use crm::{
    calls::{Act, AgentTrait, Call, Input, ShopEvent, What, parse_call},
    carts::{Book, CartDiff, Rules, diffs},
    customers::{self, Applied, Facts, Holder, apply_shop, apply_traits, list_rows, order_rows},
};
use insight::attribution::{Touch, TouchKind};
use runtime::{Domain, Event, FoldError, Key, Need, NewEvent, Origin, Sweep, World};
use serde_json::{json, value::RawValue};

/// The domain: stateless but for compiled flows, which follow from what is stored.
#[derive(Default)]
pub struct Ritorno {
    pub compiler: Compiler,
}

/// Down for longer than this, and nothing is sent until a person has looked.
const HOLD_AFTER: i64 = 15 * MINUTE;
/// Events older than this at their arrival are history: they are read, nobody is written to.
pub const HISTORY_AFTER: i64 = 48 * HOUR;

/// What the workspace says about carts.
pub fn rules(shared: &Shared) -> Rules {
    Rules { idle: shared.idle(), expires: i64::from(shared.settings.expire_days.max(1)) * base::DAY }
}

impl Holder for Ritorno {
    fn facts(cell: &Cell) -> &Facts {
        &cell.facts
    }

    fn facts_mut(cell: &mut Cell) -> &mut Facts {
        &mut cell.facts
    }

    fn rules(shared: &Shared) -> Rules {
        rules(shared)
    }

    fn merge_action(from: &mut Cell, into: &mut Cell) {
        let from = std::mem::take(&mut from.action);
        let into = &mut into.action;
        into.journeys.extend(from.journeys);
        into.messages.extend(from.messages);
        into.touches.extend(from.touches);
        into.touches.sort_by_key(|touch| touch.at);
        into.starts.extend(from.starts);
        into.trim();
    }
}

impl Domain for Ritorno {
    type Input = Input;
    type Cell = Cell;
    type Shared = Shared;

    fn parse(&self, kind: &str, name: &str, payload: &[u8]) -> Result<Input, String> {
        match kind {
            "timer" => {
                let cell: TimerSaid = serde_json::from_slice(payload).map_err(|e| e.to_string())?;
                Ok(Input::Timer { cell: cell.cell })
            }
            "command" => {
                let data: Box<RawValue> = serde_json::from_slice(payload).map_err(|e| e.to_string())?;
                Ok(Input::Command(Box::new(crm::calls::Command { name: name.into(), data })))
            }
            _ => parse_call(kind, name, payload).map(|call| Input::Call(Box::new(call))),
        }
    }

    fn touches(&self, input: &Input, keys: &mut Vec<Key>, cells: &mut Vec<Id>) {
        match input {
            Input::Call(call) => customers::touches(call, keys),
            Input::Timer { cell } => cells.push(*cell),
            Input::Command(command) => crate::commands::touches(command, keys, cells),
        }
    }

    fn fold(&self, event: &Event<Input>, world: &mut World<'_, Ritorno>) -> Result<(), FoldError> {
        match &event.input {
            Input::Call(call) => self.fold_call(event, call, world).map_err(FoldError::from),
            Input::Timer { cell } => self.fold_timer(*cell, world).map_err(FoldError::from),
            Input::Command(command) => crate::commands::fold(self, event, command, world),
        }
    }

    fn due(&self, cell: &Cell, shared: &Shared) -> Option<Time> {
        flows::due(cell, shared)
    }

    fn timer(&self, cell: Id, due: Time, now: Time) -> NewEvent<Input> {
        NewEvent {
            message_id: Box::default(),
            sent: None,
            occurred: now,
            origin: Origin::Ours,
            source: 0,
            kind: "timer",
            name: "Timer Fired".into(),
            payload: Bytes::from(json!({ "cell": cell, "due": due }).to_string()),
            input: Input::Timer { cell },
        }
    }

    fn woke(&self, down: i64, now: Time) -> Option<NewEvent<Input>> {
        (down > HOLD_AFTER).then(|| crate::commands::new("hold.start", &json!({ "down_minutes": down / MINUTE }), now))
    }

    fn list(&self, id: Id, cell: &mut Cell, shared: &Shared, sweep: &mut Sweep<'_>) {
        list_rows(id, &mut cell.facts, sweep);
        let mut listed = Vec::with_capacity(cell.action.journeys.len());
        for run in &cell.action.journeys {
            let version = shared.flow(&run.flow).and_then(|flow| flow.version(run.version));
            let Some(compiled) = version.and_then(|version| self.compiler.compile(version).ok()) else { continue };
            let row = flows::journey::row(sweep.partition, id, run, &compiled, None, None);
            let hash = crm::customers::hash_of(&row);
            if !cell.action.listed.contains(&hash) {
                sweep.write(&flows::sql::JOURNEY_PUT, row);
            }
            listed.push(hash);
        }
        cell.action.listed = listed;
    }

    fn successor(&self, cell: &Cell) -> Option<Id> {
        cell.facts.merged_into
    }
}

#[derive(serde::Deserialize)]
struct TimerSaid {
    cell: Id,
}

impl Ritorno {
    /// A call from outside: find whom it is about, apply it, and let what changed have its consequences.
    fn fold_call(&self, event: &Event<Input>, call: &Call, world: &mut World<'_, Ritorno>) -> Result<(), Need> {
        let resolved = customers::resolve(self, call, world)?;
        world.stamp(resolved.customer);
        let shop = match &call.act {
            Act::Shop(shop) => Some(&**shop),
            _ => None,
        };
        if let (Some(owner), Some(shop)) = (resolved.owner, shop) {
            world.stamp(owner);
            self.apply_at_owner(event, call, shop, owner, world)?;
        }
        let id = resolved.customer;
        let mut cell = world.take(id)?;
        let facts = &mut cell.facts;
        facts.last_seen = facts.last_seen.max(event.occurred);
        facts.events += 1;
        match &call.act {
            Act::Identify(traits) => {
                apply_traits(facts, traits, event.occurred);
                if let Some(agent) = &traits.agent {
                    facts.profile.agent = agent_of(world, agent).or(facts.profile.agent);
                }
            }
            Act::Page { .. } => facts.pages = facts.pages.saturating_add(1),
            Act::Shop(shop) if resolved.owner.is_none() => {
                return self.apply_here(event, call, shop, id, cell, world);
            }
            // The object is another's: here only the person and the money.
            Act::Shop(shop) if matches!(shop.what, What::OrderCompleted(_) | What::OrderRefunded { .. }) => {
                let shop = ShopEvent { cart_id: None, checkout_id: None, ..(**shop).clone() };
                return self.apply_here(event, call, &shop, id, cell, world);
            }
            _ => {}
        }
        if !cell.action.journeys.is_empty() {
            let shared = world.shared().clone();
            let mut stage = Stage { domain: self, customer: id, cell: &mut cell, shared: &shared };
            deliver(&mut stage, world, &event.name, None, &feel::Value::Null);
        }
        world.put(id, cell);
        Ok(())
    }

    fn apply_here(&self, event: &Event<Input>, call: &Call, shop: &ShopEvent, id: Id, mut cell: Cell, world: &mut World<'_, Ritorno>) -> Result<(), Need> {
        let rules = rules(world.shared());
        let currency = world.shared().settings.currency;
        let is_quiet = matches!(shop.what, What::ProductViewed(_));
        let before = (!is_quiet).then(|| cell.facts.book.clone());
        let applied = apply_shop(&mut cell.facts, shop, event.occurred, call.tie, rules, currency);
        if let Some(before) = before {
            self.react(event, shop, id, &mut cell, &before, &applied, world)?;
        }
        world.put(id, cell);
        Ok(())
    }

    /// The cart belongs to another customer than the one stamped: its state and its waits move there.
    fn apply_at_owner(&self, event: &Event<Input>, call: &Call, shop: &ShopEvent, owner: Id, world: &mut World<'_, Ritorno>) -> Result<(), Need> {
        let mut cell = world.take(owner)?;
        let rules = rules(world.shared());
        let currency: Currency = world.shared().settings.currency;
        let before = cell.facts.book.clone();
        let totals = cell.facts.totals.clone();
        let email = cell.facts.profile.email.clone();
        let applied = apply_shop(&mut cell.facts, shop, event.occurred, call.tie, rules, currency);
        // The money is the stamped customer's.
        (cell.facts.totals, cell.facts.profile.email) = (totals, email);
        self.react(event, shop, owner, &mut cell, &before, &applied, world)?;
        world.put(owner, cell);
        Ok(())
    }

    /// What follows from a shop event: the counts, the credit, the journeys.
    fn react(
        &self,
        event: &Event<Input>,
        shop: &ShopEvent,
        id: Id,
        cell: &mut Cell,
        before: &Book,
        applied: &Applied,
        world: &mut World<'_, Ritorno>,
    ) -> Result<(), Need> {
        let changed = diffs(before, &cell.facts.book);
        let shared = world.shared().clone();
        money::count_carts(world, &shared, &changed);
        announce(world, id, &changed);
        let mut cart = customers::cart_of_event(&cell.facts, shop, &changed);
        match applied {
            Applied::Ordered(order_id) => {
                if let Some(order) = cell.facts.book.order(order_id).cloned() {
                    order_rows(world, id, &order);
                    cart = order.cart.or(cart);
                    let closed = order.cart.and_then(|cart| cell.facts.book.cart(cart)).cloned();
                    if let Some(closed) = closed {
                        money::credit(world, &shared, cell, id, &closed, &order);
                    }
                }
            }
            Applied::Refunded { order, .. } => {
                if let Some(order) = cell.facts.book.order(order).cloned() {
                    order_rows(world, id, &order);
                }
            }
            Applied::Contacted { cart: contacted, agent, outcome } => {
                cart = *contacted;
                cell.action.touches.push(Touch {
                    at: event.occurred,
                    kind: TouchKind::Contact,
                    cart: *contacted,
                    message: None,
                    flow: Box::default(),
                    step: Box::default(),
                    agent: agent.clone(),
                });
                cell.action.trim();
                let about = About { customer: id, cart: *contacted, ..About::default() };
                decide(world, &about, "agent_contacted", json!({ "agent": agent, "outcome": outcome }));
            }
            Applied::StageMoved { cart: moved, stage } => {
                cart = Some(*moved);
                let about = About { customer: id, cart, ..About::default() };
                decide(world, &about, "deal_moved", json!({ "stage": stage }));
            }
            Applied::Nothing => {}
        }
        if cell.action.journeys.is_empty() {
            return Ok(());
        }
        let payload = event_value(event);
        let mut stage = Stage { domain: self, customer: id, cell, shared: &shared };
        deliver(&mut stage, world, &event.name, cart, &payload);
        Ok(())
    }

    /// Everything of a cell that is due: carts left behind, messages in doubt, journeys' timers, flows to start.
    fn fold_timer(&self, id: Id, world: &mut World<'_, Ritorno>) -> Result<(), Need> {
        let id = world.living(self, id)?;
        let mut cell = world.take(id)?;
        world.stamp(id);
        let shared = world.shared().clone();
        let now = world.now();
        let before = cell.facts.book.clone();
        cell.facts.book.pass(now, rules(&shared));
        let changed = diffs(&before, &cell.facts.book);
        money::count_carts(world, &shared, &changed);
        announce(world, id, &changed);
        let mut stage = Stage { domain: self, customer: id, cell: &mut cell, shared: &shared };
        messages::doubt(&mut stage, world);
        let due: Vec<Id> = stage
            .cell
            .action
            .journeys
            .iter()
            .filter(|journey| journey.state.next_due().is_some_and(|due| due <= now))
            .map(|journey| journey.id)
            .collect();
        for journey in due {
            flows::journey::advance(&mut stage, world, journey, bpmn::Command::FireTimers);
        }
        flows::start_due(&mut stage, world);
        world.put(id, cell);
        Ok(())
    }
}

/// Tells the live stream what a person would want to see at once.
fn announce(world: &mut World<'_, Ritorno>, customer: Id, changed: &[CartDiff]) {
    for diff in changed {
        let state = |cart: &Option<crm::carts::Cart>| cart.as_ref().map(|cart| cart.state);
        if let (Some(cart), true) = (&diff.after, state(&diff.before) != state(&diff.after)) {
            world.announce(json!({
                "kind": "cart_state", "customer": customer, "cart": cart.id, "state": cart.state.as_str(),
                "total_minor": cart.total(), "currency": cart.currency,
            }));
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
            let known = world.shared().agents.iter().find(|agent| agent.email.eq_ignore_ascii_case(email)).map(|agent| agent.id);
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

/// Agents a workspace may have.
pub const AGENTS_MAX: usize = 2_000;

/// The event as conditions see it.
fn event_value(event: &Event<Input>) -> feel::Value {
    let payload: serde_json::Value = serde_json::from_slice(&event.payload).unwrap_or_default();
    let properties = payload.get("properties").cloned().unwrap_or_default();
    feel::from_json(&json!({ "name": event.name, "properties": properties }))
}
