//! The fold of Ritorno: facts first, then what follows from them, in one commit.

use crate::{
    cell::{Cell, SCHEDULE_CELL},
    flows::{self, Compiler, Touched, journey::Stage},
    messages,
    shared::Shared,
    shop, tasks,
};
use base::{Currency, HOUR, Id, MINUTE, Time};
use bytes::Bytes;
use crm::{
    calls::{Act, Input, parse_call},
    carts::{Rules, Snapshot},
    catalogue::{self, Entry, Shelf},
    customers::{self, Facts, Holder, list_rows, move_order_rows},
};
use runtime::{Domain, Event, FoldError, Key, Need, NewEvent, Origin, Sweep, World};
use serde_json::{json, value::RawValue};

/// The domain: stateless but for compiled flows, which follow from what is stored.
#[derive(Default)]
pub struct Ritorno {
    pub compiler: Compiler,
}

/// Down for longer than this, and nothing is sent until a person has looked.
const HOLD_AFTER: i64 = 15 * MINUTE;
/// Agents a workspace may have.
pub const AGENTS_MAX: usize = 2_000;
/// Events older than this at their arrival are history: they are read, nobody is written to.
pub const HISTORY_AFTER: i64 = 48 * HOUR;

/// What the workspace says about carts.
pub fn rules(shared: &Shared) -> Rules {
    let days = i64::from(shared.settings.expire_days);
    Rules { idle: shared.idle(), expires: if days == 0 { i64::MAX } else { days * base::DAY } }
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
        let cell = into;
        let into = &mut cell.action;
        into.journeys.extend(from.journeys);
        into.messages.extend(from.messages);
        into.touches.extend(from.touches);
        into.touches.sort_by_key(|touch| touch.at);
        into.starts.extend(from.starts);
        into.join_began(from.began);
        from.told.into_iter().for_each(|told| into.tell(told.start, told.until));
        into.goals.extend(from.goals);
        into.goals.sort_by_key(|goal| goal.started_at);
        into.tasks.extend(from.tasks);
        into.handovers.extend(from.handovers);
        into.remotes.extend(from.remotes);
        into.refills.extend(from.refills);
        into.coupons.extend(from.coupons);
        into.tag_writes.extend(from.tag_writes);
        into.accounts.extend(from.accounts);
        into.no_account.extend(from.no_account);
        cell.trim();
    }

    fn merged(&self, world: &mut World<'_, Ritorno>, from: Id, into: Id, cell: &mut Cell, before: &Snapshot) {
        let shared = world.shared().clone();
        if !before.orders.is_empty() || !cell.facts.totals.is_empty() {
            move_order_rows(world, from, into, &cell.facts.book.orders);
        }
        let touches = cell.action.touches.len();
        let changed = shop::follow(self, world, &shared, into, cell, before, touches);
        // A cart of the one may have been ordered by the other.
        let mut stage = Stage { domain: self, customer: into, cell, shared: &shared };
        for cart in shop::newly_ordered(&changed) {
            flows::journey::deliver(&mut stage, world, shop::ORDER_COMPLETED, Some(cart), &feel::Value::Null);
        }
        flows::journey::recheck(&mut stage, world, Touched::ALL);
        shop::keep_small(self, world, into, stage.cell);
    }
}

impl Shelf for Ritorno {
    fn entry(cell: &Cell) -> Option<&Entry> {
        cell.entry.as_deref()
    }

    fn set_entry(cell: &mut Cell, entry: Entry) {
        cell.entry = Some(Box::new(entry));
    }

    fn currency(shared: &Shared) -> Currency {
        shared.settings.currency
    }

    fn low_stock(shared: &Shared) -> i64 {
        i64::from(shared.settings.low_stock)
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
            Input::Call(call) => match &call.act {
                Act::Catalogue(said) => catalogue::touches(said, keys),
                Act::OfShop => {}
                _ => customers::touches(call, keys),
            },
            Input::Timer { cell } => cells.push(*cell),
            Input::Command(command) => crate::commands::touches(command, keys, cells),
        }
    }

    fn fold(&self, event: &Event<Input>, world: &mut World<'_, Ritorno>) -> Result<(), FoldError> {
        match &event.input {
            // What a shop says of what it sells, or of itself, is about no customer.
            Input::Call(call) if matches!(call.act, Act::OfShop) => Ok(()),
            Input::Call(call) if let Act::Catalogue(said) = &call.act => {
                catalogue::fold(self, event, said, world).map_err(FoldError::from)
            }
            Input::Call(call) => {
                shop::refuse_call(call, world)?;
                shop::fold_call(self, event, call, world).map_err(FoldError::from)
            }
            Input::Timer { cell } => self.fold_timer(*cell, world).map_err(FoldError::from),
            Input::Command(command) => crate::commands::fold(self, event, command, world),
        }
    }

    fn due(&self, cell: &Cell, shared: &Shared) -> Option<Time> {
        if cell.entry.is_some() {
            return None;
        }
        flows::due(cell, shared, &self.compiler)
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
            payload: Bytes::from(format!("{{\"cell\":\"{cell}\",\"due\":\"{due}\"}}")),
            input: Input::Timer { cell },
        }
    }

    fn may_wait(&self) -> &'static [(&'static str, &'static store::Sql)] {
        static MAY_WAIT: [(&str, &store::Sql); 1] = [("decision", &crate::flows::sql::DECISION_INSERT)];
        &MAY_WAIT
    }

    fn woke(&self, down: i64, now: Time) -> Option<NewEvent<Input>> {
        (down > HOLD_AFTER).then(|| crate::commands::new("hold.start", &json!({ "down_minutes": down / MINUTE }), now))
    }

    fn list(&self, id: Id, cell: &mut Cell, shared: &Shared, sweep: &mut Sweep<'_>) {
        if id == SCHEDULE_CELL {
            return;
        }
        if let Some(entry) = &mut cell.entry {
            return catalogue::list_rows(id, entry, Self::currency(shared), Self::low_stock(shared), sweep);
        }
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
            for task in cell.action.tasks.iter().filter(|task| task.journey == run.id) {
                let row = tasks::rows::row(sweep.partition, id, task, run, &compiled, None);
                let hash = crm::customers::hash_of(&row);
                if !cell.action.listed.contains(&hash) {
                    sweep.write(&tasks::sql::TASK_PUT, row);
                }
                listed.push(hash);
            }
        }
        for message in cell.action.messages.iter().filter(|message| message.only_waits()) {
            let row = messages::list_row(sweep.partition, id, message);
            let hash = crm::customers::hash_of(&row);
            if !cell.action.listed.contains(&hash) {
                sweep.write(&messages::sql::MESSAGE_PUT, row);
            }
            listed.push(hash);
        }
        cell.action.listed = listed;
    }

    fn successor(&self, cell: &Cell) -> Option<Id> {
        match &cell.entry {
            Some(entry) => entry.merged_into(),
            None => cell.facts.merged_into,
        }
    }
}

#[derive(serde::Deserialize)]
struct TimerSaid {
    cell: Id,
}

impl Ritorno {
    /// Everything of a cell that is due: carts left behind, messages in doubt, journeys' timers, flows to start.
    fn fold_timer(&self, id: Id, world: &mut World<'_, Ritorno>) -> Result<(), Need> {
        if id == SCHEDULE_CELL {
            return flows::starts::fold_timer(self, world);
        }
        let id = world.living(self, id)?;
        let mut cell = world.take(id)?;
        let shared = world.shared().clone();
        let now = world.now();
        let stage = Stage { domain: self, customer: id, cell: &mut cell, shared: &shared };
        let seen = flows::starts::see(&stage, world, Touched::TRADE);
        let before = Snapshot::of(&cell.facts.book);
        cell.facts.book.pass(now, rules(&shared));
        let touches = cell.action.touches.len();
        shop::follow(self, world, &shared, id, &mut cell, &before, touches);
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
        flows::journey::recheck(&mut stage, world, Touched::TRADE);
        flows::starts::start_by_condition(&mut stage, world, &seen, Touched::TRADE, None, 0);
        flows::start_due(&mut stage, world);
        world.put(id, cell);
        Ok(())
    }
}
