//! A worker asks for a message; the loop, with everything acknowledged before applied, decides.

use super::{
    BEGIN_WITHIN,
    context::context,
    gates,
    outcome::finish,
    rows::{self, Envelope},
};
use crate::{
    cell::{MessageState, Recipient},
    domain::Ritorno,
    flows::{EXIT_RULE, is_open_for, journey::Stage},
    ledger::{About, decide},
};
use base::{Id, Time};
use runtime::{Need, World};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

/// The question.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claim {
    pub message: Id,
    pub customer: Id,
    pub run_at: Time,
    /// Microseconds the worker's mail client may need at most from its first byte to the server's answer.
    #[serde(default = "send_within")]
    pub send_within: i64,
}

fn send_within() -> i64 {
    super::SEND_WITHIN
}

/// The yes: everything needed to send it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Grant {
    pub message: Id,
    pub customer: Id,
    pub attempt: u32,
    /// The mail's first byte must leave before this, else ask again.
    pub begin_before: Time,
    pub to: String,
    pub to_name: String,
    pub from: String,
    pub from_name: String,
    pub reply_to: Option<String>,
    pub language: String,
    pub template: String,
    pub flow: String,
    pub version: u32,
    pub step: String,
    pub is_marketing: bool,
    pub is_to_agent: bool,
    pub context: Json,
}

/// Decides on a claim and replies: a [`Grant`] under `grant`, else a reason under `no`.
pub fn claim(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, claim: &Claim) -> Result<(), Need> {
    let now = world.now();
    let Some(i) = stage.cell.action.messages.iter().position(|m| m.id == claim.message) else {
        world.drop_effect(claim.message, claim.run_at);
        world.reply(json!({ "no": "unknown" }));
        return Ok(());
    };
    let message = stage.cell.action.messages[i].clone();
    if !matches!(message.state, MessageState::Queued | MessageState::Held) {
        // Somebody else has it, or nobody wants it: an effect row that is still there goes.
        world.drop_effect(claim.message, claim.run_at);
        world.reply(json!({ "no": message.state.as_str() }));
        return Ok(());
    }
    let about = About {
        customer: stage.customer,
        cart: message.cart,
        journey: Some(message.journey),
        flow: message.flow.to_string(),
    };
    if stage.shared.hold.is_some() {
        // It stays in the outbox: nothing needs to find it again when the hold is released.
        if message.state != MessageState::Held {
            hold(stage, world, i);
        }
        world.reply(json!({ "no": "held" }));
        return Ok(());
    }
    world.drop_effect(message.id, message.run_at);
    if claim.run_at != message.run_at {
        world.drop_effect(message.id, claim.run_at);
    }
    let latest = version_latest(stage, &message.flow, message.version);
    let sender = sender(stage, &message.from);
    let is_over = stage.cell.action.journeys.iter().find(|run| run.id == message.journey);
    let is_over = is_over.is_some_and(|run| is_open_for(stage, world, run));
    let gate = match gates::check(stage.cell, stage.shared, &message, latest, world)? {
        // The flow's way out: nothing of it is said any more.
        _ if is_over => Err(gates::Stop { code: EXIT_RULE, ends_journey: true }),
        Ok(_) if sender.is_none() => Err(gates::Stop { code: "no_sender_address", ends_journey: false }),
        gate => gate,
    };
    if let Err(stop) = gate {
        stage.cell.action.messages[i].state = MessageState::Skipped;
        rows::put(world, stage.customer, &stage.cell.action.messages[i], Some(stop.code), Envelope::default());
        let reason = json!({ "message": message.id, "step": message.step, "reason": stop.code });
        decide(world, &about, "message_skipped", reason);
        crate::flows::count(stage, world, "messages_skipped", &message.flow, &message.step, "", 1, 0);
        world.reply(json!({ "no": stop.code }));
        let end = stop.ends_journey.then(|| stop.code.to_owned());
        finish(stage, world, &message, end);
        return Ok(());
    }
    if let Ok(Some(code)) = gate {
        let reason = json!({ "message": message.id, "step": message.step, "reason": code });
        decide(world, &about, "message_allowed", reason);
    }
    let (from, from_name) = sender.expect("checked above");
    let begin_before = now + BEGIN_WITHIN.min(claim.send_within);
    let grant = grant(stage, &message, begin_before, from, from_name);
    let message = &mut stage.cell.action.messages[i];
    message.state = MessageState::Sending;
    message.attempt += 1;
    (message.granted_at, message.deadline) = (Some(now), Some(begin_before + claim.send_within));
    let message = message.clone();
    let envelope = Envelope {
        to: Some(grant.to.clone()),
        from: Some(grant.from.clone()),
        reply_to: grant.reply_to.clone(),
        language: Some(grant.language.clone()),
        context: Some(grant.context.to_string()),
    };
    rows::put(world, stage.customer, &message, None, envelope);
    world.reply(json!({ "grant": grant }));
    Ok(())
}

/// Keeps a message back: it stays where it is, and is asked about again when the hold is released.
pub(super) fn hold(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, i: usize) {
    stage.cell.action.messages[i].state = MessageState::Held;
    let message = &stage.cell.action.messages[i];
    rows::put(world, stage.customer, message, Some("held"), Envelope::default());
    let about = About {
        customer: stage.customer,
        cart: message.cart,
        journey: Some(message.journey),
        flow: message.flow.to_string(),
    };
    decide(world, &about, "message_held", json!({ "message": message.id, "step": message.step }));
}

fn grant(
    stage: &Stage<'_>,
    message: &crate::cell::Message,
    begin_before: Time,
    from: String,
    from_name: String,
) -> Grant {
    let (shared, facts) = (stage.shared, &stage.cell.facts);
    let agent = shared.agent_of(facts.profile.agent);
    let is_to_agent = message.recipient == Recipient::Agent;
    let (mut to, to_name) = if is_to_agent {
        agent.map(|agent| (agent.email.clone(), agent.name.clone())).unwrap_or_default()
    } else {
        (facts.profile.email.as_deref().unwrap_or_default().to_owned(), facts.full_name())
    };
    if !shared.settings.send_all_to.is_empty() {
        to.clone_from(&shared.settings.send_all_to);
    }
    let reply_to = match message.reply_to.as_deref() {
        Some("agent") => agent.map(|agent| agent.email.clone()),
        Some("shop") | None => None,
        Some(address) => Some(address.to_owned()),
    };
    let language = if is_to_agent { None } else { facts.profile.language.as_deref() };
    let language = language.unwrap_or(&shared.settings.language).to_owned();
    Grant {
        message: message.id,
        customer: stage.customer,
        attempt: message.attempt + 1,
        begin_before,
        to,
        to_name,
        from,
        from_name,
        reply_to,
        language,
        template: message.template.to_string(),
        flow: message.flow.to_string(),
        version: message.version,
        step: message.step.to_string(),
        is_marketing: message.purpose == crate::cell::Purpose::Marketing,
        is_to_agent,
        context: context(stage.cell, stage.customer, message, shared),
    }
}

/// Who signs: the customer's agent where the flow says so and there is one, else the shop.
fn sender(stage: &Stage<'_>, from: &str) -> Option<(String, String)> {
    let shop = &stage.shared.settings;
    let own = (!shop.sender_address.is_empty()).then(|| {
        let name = if shop.sender_name.is_empty() { shop.name.clone() } else { shop.sender_name.clone() };
        (shop.sender_address.clone(), name)
    });
    if from != "agent" {
        return own;
    }
    let agent = stage.shared.agent_of(stage.cell.facts.profile.agent).filter(|agent| !agent.email.is_empty());
    agent.map(|agent| (agent.email.clone(), agent.name.clone())).or(own)
}

fn version_latest(stage: &Stage<'_>, flow: &str, version: u32) -> i64 {
    let version = stage.shared.flow(flow).and_then(|flow| flow.version(version));
    version.and_then(|version| stage.domain.compiler.compile(version).ok()).map_or(crate::flows::LATEST, |c| c.latest)
}
