//! Putting messages in the outbox, and taking them out again.

use super::{
    claim::hold,
    rows::{self, Envelope},
};
use crate::{
    cell::Journey,
    cell::{Message, MessageState, Purpose, Recipient},
    domain::Ritorno,
    flows::{Compiled, journey::Stage},
    ledger::decide,
};
use base::{Id, IdMaker, stable_hash};
use feel::Value;
use runtime::{Effect, World};
use serde_json::json;
use store::Value as Sql;

/// What a task asks for.
pub struct Job {
    pub token: u32,
    pub step: String,
    pub inputs: Vec<(String, Value)>,
    pub attributes: Vec<(String, String)>,
}

impl Job {
    pub fn input(&self, name: &str) -> Option<&str> {
        self.value(name).and_then(Value::as_str)
    }

    pub fn value(&self, name: &str) -> Option<&Value> {
        self.inputs.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The kind of effect that a mail is.
pub const EMAIL: &str = "email";

/// Queues the message of a send task, or holds it.
pub fn queue(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, _compiled: &Compiled, run: &Journey, job: &Job) {
    let purpose = if job.attribute("purpose") == Some("service") { Purpose::Service } else { Purpose::Marketing };
    let from: Box<str> = job.input("from").unwrap_or("shop").into();
    let reply_to = job.input("replyTo").map(Into::into);
    let template = job.input("template").unwrap_or_default().into();
    enqueue(stage, world, run, job, Draft { template, purpose, recipient: Recipient::Customer, from, reply_to });
}

struct Draft {
    template: Box<str>,
    purpose: Purpose,
    recipient: Recipient,
    from: Box<str>,
    reply_to: Option<Box<str>>,
}

fn enqueue(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, run: &Journey, job: &Job, draft: Draft) {
    let now = world.now();
    let cause =
        [run.id.0.as_slice(), &job.token.to_be_bytes(), &[u8::from(draft.recipient == Recipient::Agent)]].concat();
    let id = IdMaker::new(now, stable_hash(&cause), i64::from(job.token)).next_id();
    if stage.cell.action.messages.iter().any(|known| known.id == id) {
        return;
    }
    let message = Message {
        id,
        journey: run.id,
        flow: run.flow.clone(),
        version: run.version,
        step: job.step.as_str().into(),
        token: job.token,
        cart: run.cart,
        template: draft.template,
        purpose: draft.purpose,
        recipient: draft.recipient,
        from: draft.from,
        reply_to: draft.reply_to,
        state: MessageState::Queued,
        queued_at: now,
        run_at: now,
        attempt: 0,
        deadline: None,
        sent_at: None,
        is_forced: false,
        granted_at: None,
    };
    world.effect(effect_of(stage.customer, &message));
    // Most are claimed at once, which writes their row; one that waits for longer gets it with the sweep of its customer.
    stage.cell.action.messages.push(message);
    if stage.shared.hold.is_some() {
        hold(stage, world, stage.cell.action.messages.len() - 1);
    }
    stage.cell.trim();
}

pub(super) fn effect_of(customer: Id, message: &Message) -> Effect {
    Effect { id: message.id, run_at: message.run_at, kind: EMAIL, cell: customer, attempt: i64::from(message.attempt) }
}

/// Tells the customer's agent: in the app at once, and by e-mail.
pub fn notify_agent(
    stage: &mut Stage<'_>,
    world: &mut World<'_, Ritorno>,
    _compiled: &Compiled,
    run: &Journey,
    job: &Job,
) {
    let reason = job.input("reason").unwrap_or("notice").to_owned();
    let shared = stage.shared;
    let agent = shared.agent_of(stage.cell.facts.profile.agent).cloned();
    let now = world.now();
    let cause = [run.id.0.as_slice(), &job.token.to_be_bytes(), b"notice"].concat();
    let id = IdMaker::new(now, stable_hash(&cause), i64::from(job.token)).next_id();
    world.insert(
        &super::sql::NOTICE_INSERT,
        [
            world.partition().into(),
            id.into(),
            agent.as_ref().map(|agent| agent.id).into(),
            stage.customer.into(),
            run.cart.into(),
            Sql::Text(run.flow.to_string()),
            Sql::Text(reason.clone()),
            now.into(),
        ],
    );
    let who = agent.as_ref().map(|agent| agent.email.clone());
    decide(world, &stage.about(run), "agent_notified", json!({ "agent": who, "reason": reason, "step": job.step }));
    world.announce(|| json!({ "kind": "agent_notice", "agent": who, "reason": reason, "customer": stage.customer, "cart": run.cart, "at": now }));
    if agent.is_some_and(|agent| !agent.email.is_empty()) {
        let draft = Draft {
            template: "agent-notice".into(),
            purpose: Purpose::Service,
            recipient: Recipient::Agent,
            from: "shop".into(),
            reply_to: None,
        };
        enqueue(stage, world, run, job, draft);
    }
}

/// Takes a message of a journey back, if no worker has it yet.
pub fn withdraw(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, journey: Id, token: u32, reason: &str) {
    let customer = stage.customer;
    let waits = |m: &&mut Message| {
        m.journey == journey
            && m.token == token
            && m.recipient == Recipient::Customer
            && matches!(m.state, MessageState::Queued | MessageState::Held)
    };
    let Some(message) = stage.cell.action.messages.iter_mut().find(waits) else { return };
    world.drop_effect(message.id, message.run_at);
    message.state = MessageState::Skipped;
    rows::put(world, customer, message, Some(reason), Envelope::default());
}

/// A person's word on a message in doubt: send it again, or leave it. The error says why not, in words.
pub fn resolve(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, id: Id, again: bool) -> Result<(), String> {
    let (customer, now) = (stage.customer, world.now());
    let Some(message) = stage.cell.action.messages.iter_mut().find(|m| m.id == id) else {
        return Err(format!("message {id} is not among those of customer {customer}"));
    };
    if message.state != MessageState::InDoubt {
        return Err(format!("message {id} is {}, not in doubt", message.state.as_str()));
    }
    if again {
        (message.state, message.run_at, message.is_forced, message.deadline) = (MessageState::Queued, now, true, None);
        world.effect(effect_of(customer, message));
        rows::put(world, customer, message, Some("a person said: send again"), Envelope::default());
    } else {
        message.state = MessageState::Failed;
        rows::put(world, customer, message, Some("a person said: leave it"), Envelope::default());
    }
    Ok(())
}
