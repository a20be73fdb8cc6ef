//! The simulation: lines in, timers between them, messages granted and sent at once.

use super::{Until, output::Report};
use base::{Id, Time, stable_hash, stable_hash_seeded};
use bytes::Bytes;
use crm::calls::{Input, read_call};
use engage::{
    Ritorno,
    cell::Cell,
    commands, coupons,
    delivery::Patience,
    destinations,
    messages::{Claim, Grant, Outcome, Result_},
    templates::{Template, built_in},
};
use runtime::{
    Effect, NewEvent, Origin, Sequences,
    applier::{Answer, Applier, Limits, Opening, Verdict},
};
use serde_json::json;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};
use store::{Db, DbConfig};

/// Events folded between two looks at memory; nothing is written to a disk.
const CHUNK_EVENTS: usize = 2_000;
/// The longest line taken in: as large as the largest batch that the server takes.
pub const LINE_MAX: usize = 500 << 10;

/// When shops' events happen: from 1970 on, before 2100. A clock that was never set says otherwise, and here, where each line is
/// received at its own time, a date in the year 9999 would put the clock there and make history of all that follows.
const TIMES: std::ops::Range<Time> = Time(0)..Time(4_102_444_800_000_000);

/// A simulation under way.
pub struct Simulation {
    applier: Applier<Ritorno>,
    domain: Arc<Ritorno>,
    now: Time,
    last_event: Option<Time>,
    /// Later lines are not taken in, only counted.
    end: Time,
    after_end: u64,
    templates: HashMap<(String, u32, String), Arc<Template>>,
    pub report: Report,
    /// Hashes of message ids with their times, to know a line that comes twice.
    seen: HashSet<u64>,
    events_since_settled: usize,
}

impl Simulation {
    /// An empty workspace with these flows switched on.
    pub async fn open(flows: Vec<commands::ImportFlow>) -> Result<Simulation, String> {
        let db = Db::open(&"sqlite::memory:".parse::<DbConfig>().map_err(|e| e.to_string())?)
            .await
            .map_err(|e| e.to_string())?;
        db.migrate(&crate::migrations()).await.map_err(|e| e.to_string())?;
        let domain = Arc::new(Ritorno::default());
        let opening = Opening {
            partition: 1,
            limits: Limits {
                cache_bytes: usize::MAX / 4,
                dirty_bytes: usize::MAX / 4,
                image_bytes: usize::MAX / 4,
                ..Limits::default()
            },
            sequences: Arc::new(Sequences::default()),
            writes_log: false,
            is_ephemeral: true,
        };
        let opened =
            Applier::open(domain.clone(), db, "simulator", opening, Time(0)).await.map_err(|e| e.to_string())?;
        let applier = opened.ok_or("the simulator's own database is in use")?;
        let mut simulation = Simulation {
            applier,
            domain,
            now: Time(0),
            last_event: None,
            end: Time::MAX,
            after_end: 0,
            templates: HashMap::new(),
            report: Report::default(),
            seen: HashSet::new(),
            events_since_settled: 0,
        };
        let settings = crm::desk::Settings {
            name: "Negozio".to_owned(),
            sender_name: "Negozio".to_owned(),
            sender_address: "negozio@shop.example".to_owned(),
            ..crm::desk::Settings::default()
        };
        simulation.command("settings.set", &settings).await?;
        for flow in flows {
            let imported = simulation.command("flow.import", &flow).await?;
            let id = imported.get("flow").cloned().unwrap_or_default();
            simulation.command("flow.enable", &json!({ "flow": id })).await?;
        }
        Ok(simulation)
    }

    /// Stops the clock at `end`: what comes later has not happened yet.
    pub fn end_at(&mut self, end: Time) {
        self.end = end;
    }

    /// How many lines came after the end.
    pub fn after_end(&self) -> u64 {
        self.after_end
    }

    /// Takes in one line. The error says what is wrong with it.
    pub async fn line(&mut self, line: &str) -> Result<(), String> {
        let (envelope, call) = read_call(line, None)?;
        let at = envelope.timestamp.ok_or("the event has no timestamp")?;
        let call = call?;
        if !TIMES.contains(&at) {
            return Err(format!("timestamp {at} is not between the years 1970 and 2099"));
        }
        if at > self.end {
            self.after_end += 1;
            return Ok(());
        }
        // The same id at the same time is the same event; without an id the text speaks for itself.
        let id = envelope
            .message_id
            .as_deref()
            .map_or_else(|| stable_hash_seeded(1, line.as_bytes()), |id| stable_hash(id.as_bytes()));
        if !self.seen.insert(id ^ (at.0 as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)) {
            return Ok(());
        }
        if at > self.now {
            self.advance(at, false).await?;
            self.now = at;
        }
        self.last_event = Some(self.last_event.map_or(at, |last| last.max(at)));
        let event = NewEvent {
            // Known ones were turned away above.
            message_id: Box::default(),
            sent: Some(at),
            occurred: at,
            origin: Origin::Outside,
            source: 1,
            kind: envelope.kind,
            name: envelope.name,
            payload: Bytes::copy_from_slice(line.as_bytes()),
            input: Input::Call(Box::new(call)),
        };
        match self.fold(event).await?.verdict {
            Verdict::Refused(reason) => Err(reason),
            _ => Ok(()),
        }
    }

    /// Runs on to the end and takes stock.
    pub async fn finish(mut self, until: Option<Until>) -> Result<Report, String> {
        let end = match until {
            Some(Until::At(at)) => at,
            Some(Until::After(micros)) => self.last_event.unwrap_or(self.now) + micros,
            None => self.last_event.unwrap_or(self.now),
        };
        self.advance(end, true).await?;
        let shared = self.applier.shared().clone();
        for id in self.applier.known_cells() {
            let Some(data) = self.applier.read_cell(id).await.map_err(|e| e.to_string())? else { continue };
            let cell: Cell = runtime::applier::decode(&data);
            self.report.take_stock(id, &cell, &shared);
        }
        self.report.finish(&shared);
        Ok(self.report)
    }

    /// Moves the clock up to `to`, firing what is due on the way, in order. What is due at the very instant of an event waits
    /// until everything received at that instant is folded.
    async fn advance(&mut self, to: Time, inclusive: bool) -> Result<(), String> {
        let is_reached = |due: &Time| *due < to || (inclusive && *due == to);
        while let Some(due) = self.applier.next_due_known().filter(is_reached) {
            self.now = self.now.max(due);
            let timers = self.applier.due_timers(self.now).await.map_err(|e| e.to_string())?;
            if timers.is_empty() {
                break;
            }
            for timer in timers {
                self.fold(timer).await?;
            }
        }
        Ok(())
    }

    /// Folds one event and carries out what it put in the outbox.
    async fn fold(&mut self, event: NewEvent<Input>) -> Result<Answer, String> {
        let now = self.now;
        let mut answers = self.applier.receive(vec![event], now).await.map_err(|e| e.to_string())?;
        let answer = answers.pop().ok_or("the loop gave no answer")?;
        self.collect();
        let mut effects = self.applier.take_effects();
        while let Some(effect) = (!effects.is_empty()).then(|| effects.remove(0)) {
            self.deliver(&effect).await?;
            effects.extend(self.applier.take_effects());
        }
        self.events_since_settled += 1;
        if self.events_since_settled >= CHUNK_EVENTS {
            self.events_since_settled = 0;
            // Keeps memory flat: what was decoded goes back to its encoded form.
            self.applier.settle_in_memory();
        }
        Ok(answer)
    }

    /// Asks for a message and, where the loop says yes, sends it to nobody.
    async fn deliver(&mut self, effect: &Effect) -> Result<(), String> {
        if effect.kind == destinations::HAND_OVER {
            return self.hand_over(effect).await;
        }
        if effect.kind == coupons::COUPON {
            return self.coupon(effect).await;
        }
        let Patience { send_within, retry_after } = Patience::default();
        let claim = Claim { message: effect.id, customer: effect.cell, run_at: effect.run_at, send_within };
        let reply = self.command("message.claim", &claim).await?;
        let Some(grant) = reply.get("grant") else { return Ok(()) };
        let grant: Grant = serde_json::from_value(grant.clone()).map_err(|e| e.to_string())?;
        if !grant.is_to_agent {
            let template = self.template(&grant)?;
            self.report.sent(self.now, &grant, &template)?;
        }
        let outcome = Outcome {
            message: grant.message,
            customer: grant.customer,
            attempt: grant.attempt,
            result: Result_::Sent,
            detail: String::new(),
            retry_after,
        };
        self.command("message.outcome", &outcome).await?;
        Ok(())
    }

    /// Another CRM takes whatever is handed over, at once.
    async fn hand_over(&mut self, effect: &Effect) -> Result<(), String> {
        let (handover, customer) = (effect.id, effect.cell);
        let claim = destinations::Claim { handover, customer, run_at: effect.run_at };
        let reply = self.command("handover.claim", &claim).await?;
        let Some(attempt) = reply["grant"]["attempt"].as_u64() else { return Ok(()) };
        let ended = destinations::Ended::Done { destination: Id::ZERO, remotes: Vec::new() };
        let outcome = destinations::Outcome { handover, customer, attempt: attempt as u32, ended };
        self.command("handover.outcome", &outcome).await.map(drop)
    }

    /// A shop takes whatever code is made up for it, at once.
    async fn coupon(&mut self, effect: &Effect) -> Result<(), String> {
        let (coupon, customer) = (effect.id, effect.cell);
        let claim = coupons::Claim { coupon, customer, run_at: effect.run_at };
        let reply = self.command("coupon.claim", &claim).await?;
        let Some(grant) = reply.get("grant") else { return Ok(()) };
        let grant: coupons::Grant = serde_json::from_value(grant.clone()).map_err(|e| e.to_string())?;
        let code = coupons::code_of(b"simulated", &grant.prefix, grant.journey, grant.visit);
        let ended = coupons::Ended::Done { code, shop: "simulated".to_owned() };
        let outcome = coupons::Outcome { coupon, customer, attempt: grant.attempt, ended };
        self.command("coupon.outcome", &outcome).await.map(drop)
    }

    fn template(&mut self, grant: &Grant) -> Result<Arc<Template>, String> {
        let key = (grant.flow.clone(), grant.version, grant.template.clone());
        if let Some(known) = self.templates.get(&key) {
            return Ok(known.clone());
        }
        let version = self.applier.shared().flow(&grant.flow).and_then(|flow| flow.version(grant.version));
        let own = version
            .and_then(|version| self.domain.compiler.compile(version).ok())
            .and_then(|c| c.templates.get(&*grant.template).cloned());
        let template = own.or_else(|| built_in(&grant.template).map(|t| Arc::new(t.clone())));
        let template = template.ok_or_else(|| format!("there is no template {:?}", grant.template))?;
        self.templates.insert(key, template.clone());
        Ok(template)
    }

    async fn command(&mut self, name: &'static str, data: &impl serde::Serialize) -> Result<serde_json::Value, String> {
        let event = commands::new(name, data, self.now);
        let now = self.now;
        let mut answers = self.applier.receive(vec![event], now).await.map_err(|e| e.to_string())?;
        self.collect();
        match answers.pop() {
            Some(Answer { verdict: Verdict::Refused(reason), .. }) => Err(reason),
            Some(answer) => Ok(answer.reply.unwrap_or_default()),
            None => Ok(serde_json::Value::Null),
        }
    }

    /// Notices, decisions and what the cells let go, of what was just folded.
    fn collect(&mut self) {
        for announcement in self.applier.take_announcements() {
            self.report.announced(self.now, &announcement);
        }
        for row in self.applier.take_inserts(&engage::flows::sql::DECISION_INSERT) {
            self.report.decided(&row);
        }
        for row in self.applier.take_inserts(&crm::customers::sql::CART_PUT) {
            self.report.cart_let_go(&row);
        }
        for row in self.applier.take_inserts(&crm::customers::sql::DEAL_PUT) {
            self.report.deal_let_go(&row);
        }
    }
}
