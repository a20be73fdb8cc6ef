//! The simulation: lines in, timers between them, messages granted and sent at once.

use super::{Until, output::Report};
use base::Time;
use bytes::Bytes;
use crm::calls::{Input, parse_call, read_envelope};
use engage::{
    Ritorno,
    cell::Cell,
    commands,
    delivery::Patience,
    messages::{Claim, Grant, Outcome, Result_},
    templates::{Template, built_in},
};
use runtime::{
    Effect, NewEvent, Origin, Sequences,
    applier::{Answer, Applier, Limits, Opening, Verdict},
};
use serde_json::json;
use std::{collections::HashMap, sync::Arc};
use store::{Db, DbConfig};

/// Lines folded between two looks at memory; nothing is written to a disk.
const CHUNK_LINES: usize = 2_000;

/// A simulation under way.
pub struct Simulation {
    applier: Applier<Ritorno>,
    domain: Arc<Ritorno>,
    now: Time,
    last_event: Option<Time>,
    templates: HashMap<(String, u32, String), Arc<Template>>,
    pub report: Report,
    lines_since_commit: usize,
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
            templates: HashMap::new(),
            report: Report::default(),
            lines_since_commit: 0,
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

    /// Takes in one line. The error says what is wrong with it.
    pub async fn line(&mut self, line: &str) -> Result<(), String> {
        let payload = Bytes::copy_from_slice(line.as_bytes());
        let envelope = read_envelope(&payload, None)?;
        let at = envelope.timestamp.ok_or("the event has no timestamp")?;
        let call = parse_call(envelope.kind, &envelope.name, &payload)?;
        self.advance(at).await?;
        self.last_event = Some(self.last_event.map_or(at, |last| last.max(at)));
        let event = NewEvent {
            message_id: envelope.message_id.unwrap_or_default(),
            sent: Some(at),
            occurred: at.min(self.now),
            origin: Origin::Outside,
            source: 1,
            kind: envelope.kind,
            name: envelope.name,
            payload,
            input: Input::Call(Box::new(call)),
        };
        self.fold(event).await?;
        self.lines_since_commit += 1;
        if self.lines_since_commit >= CHUNK_LINES {
            self.lines_since_commit = 0;
            // Keeps memory flat: what was decoded goes back to its encoded form.
            self.applier.settle_in_memory();
        }
        Ok(())
    }

    /// Runs on to the end and takes stock.
    pub async fn finish(mut self, until: Option<Until>) -> Result<Report, String> {
        let end = match until {
            Some(Until::At(at)) => at,
            Some(Until::After(micros)) => self.last_event.unwrap_or(self.now) + micros,
            None => self.last_event.unwrap_or(self.now),
        };
        self.advance(end).await?;
        let shared = self.applier.shared().clone();
        for id in self.applier.known_cells() {
            let Some(data) = self.applier.read_cell(id).await.map_err(|e| e.to_string())? else { continue };
            let cell: Cell = runtime::applier::decode(&data);
            self.report.take_stock(id, &cell, &shared);
        }
        Ok(self.report)
    }

    /// Moves the clock, firing what is due on the way, in order.
    async fn advance(&mut self, to: Time) -> Result<(), String> {
        while let Some(due) = self.applier.next_due_known().filter(|due| *due <= to) {
            self.now = self.now.max(due);
            let timers = self.applier.due_timers(self.now).await.map_err(|e| e.to_string())?;
            if timers.is_empty() {
                break;
            }
            for timer in timers {
                self.fold(timer).await?;
            }
        }
        self.now = self.now.max(to);
        Ok(())
    }

    /// Folds one event and carries out what it put in the outbox.
    async fn fold(&mut self, event: NewEvent<Input>) -> Result<Answer, String> {
        let now = self.now;
        let mut answers = self.applier.receive(vec![event], now).await.map_err(|e| e.to_string())?;
        let answer = answers.pop().ok_or("the loop gave no answer")?;
        if let Verdict::Refused(reason) = &answer.verdict {
            self.report.refused.push((now, reason.clone()));
        }
        self.collect();
        let mut effects = self.applier.take_effects();
        while let Some(effect) = (!effects.is_empty()).then(|| effects.remove(0)) {
            self.deliver(&effect).await?;
            effects.extend(self.applier.take_effects());
        }
        Ok(answer)
    }

    /// Asks for a message and, where the loop says yes, sends it to nobody.
    async fn deliver(&mut self, effect: &Effect) -> Result<(), String> {
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

    /// Notices and decisions of what was just folded.
    fn collect(&mut self) {
        for announcement in self.applier.take_announcements() {
            self.report.announced(self.now, &announcement);
        }
        for row in self.applier.take_inserts(&engage::flows::sql::DECISION_INSERT) {
            self.report.decided(&row);
        }
    }
}
