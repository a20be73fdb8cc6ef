//! What came of a message: settled by the worker's word, or by silence.

use super::{
    ATTEMPTS_MAX, RETRY_AFTER,
    queue::effect_of,
    rows::{self, Envelope},
};
use crate::{
    cell::{Message, MessageState, Purpose, Recipient},
    domain::Ritorno,
    flows::journey::{Stage, advance},
    ledger::{About, decide},
};
use base::{HOUR, Id};
use bpmn::Command;
use insight::attribution::{Touch, TouchKind};
use runtime::World;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The worker's word on one attempt.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Outcome {
    pub message: Id,
    pub customer: Id,
    pub attempt: u32,
    pub result: Result_,
    /// What the mail server said, without the address.
    #[serde(default)]
    pub detail: String,
    /// Microseconds until a first retry; each further one waits twice as long, at most four hours.
    #[serde(default = "retry_after")]
    pub retry_after: i64,
}

fn retry_after() -> i64 {
    RETRY_AFTER
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Result_ {
    Sent,
    /// Not sent, try later.
    Later,
    /// Refused for good.
    Refused,
    /// The connection ended after the message had gone: nobody knows.
    Unknown,
    /// The worker never began.
    NotBegun,
}

/// Settles an attempt. A word about an older attempt, or about a message already settled, changes nothing, except that a late
/// "sent" resolves a doubt.
pub fn settle(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, outcome: &Outcome) {
    let Some(i) = stage.cell.action.messages.iter().position(|m| m.id == outcome.message) else {
        world.reply(json!({ "no": "unknown" }));
        return;
    };
    let message = stage.cell.action.messages[i].clone();
    let resolves_doubt = message.state == MessageState::InDoubt && outcome.result == Result_::Sent;
    if message.attempt != outcome.attempt || !(message.state == MessageState::Sending || resolves_doubt) {
        world.reply(json!({ "no": message.state.as_str() }));
        return;
    }
    world.reply(json!({ "ok": true }));
    match outcome.result {
        Result_::Sent => sent(stage, world, i, resolves_doubt),
        Result_::Later | Result_::NotBegun if message.attempt < ATTEMPTS_MAX => later(stage, world, i, outcome),
        Result_::Later | Result_::NotBegun | Result_::Refused => failed(stage, world, i, outcome),
        Result_::Unknown => in_doubt(stage, world, i, &outcome.detail, outcome.retry_after),
    }
}

/// Puts messages in doubt that were granted and then nothing was heard of.
pub fn doubt(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>) {
    let now = world.now();
    loop {
        let silent =
            |m: &Message| m.state == MessageState::Sending && m.deadline.is_some_and(|deadline| deadline <= now);
        let Some(i) = stage.cell.action.messages.iter().position(silent) else { return };
        in_doubt(stage, world, i, "the sender stopped before it could say what became of it", 0);
    }
}

fn about(stage: &Stage<'_>, message: &Message) -> About {
    About {
        customer: stage.customer,
        cart: message.cart,
        journey: Some(message.journey),
        flow: message.flow.to_string(),
    }
}

fn sent(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, i: usize, resolves_doubt: bool) {
    let now = world.now();
    let message = &mut stage.cell.action.messages[i];
    message.state = MessageState::Sent;
    message.sent_at = Some(now);
    let message = message.clone();
    rows::put(world, stage.customer, &message, None, Envelope::default());
    if message.recipient == Recipient::Customer {
        let is_first =
            !stage.cell.action.touches.iter().any(|t| t.kind == TouchKind::Message && t.cart == message.cart);
        stage.cell.action.touches.push(Touch {
            at: now,
            kind: TouchKind::Message,
            cart: message.cart,
            message: Some(message.id),
            flow: message.flow.clone(),
            step: message.step.clone(),
            agent: None,
        });
        crate::flows::count(stage, world, "messages_sent", &message.flow, &message.step, "", 1, 0);
        if is_first && message.cart.is_some() {
            crate::flows::count(stage, world, "carts_messaged", "", "", "", 1, 0);
        }
    }
    decide(
        world,
        &about(stage, &message),
        "message_sent",
        json!({ "message": message.id, "step": message.step, "template": message.template }),
    );
    if !resolves_doubt {
        finish(stage, world, &message, None);
    }
}

/// The longest wait between two attempts.
const RETRY_MAX: i64 = 4 * HOUR;

/// Not now: the first wait, then twice as long each time.
fn later(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, i: usize, outcome: &Outcome) {
    let wait = if outcome.result == Result_::NotBegun {
        0
    } else {
        (outcome.retry_after.clamp(0, RETRY_MAX) << (outcome.attempt.clamp(1, 9) - 1)).min(RETRY_MAX)
    };
    let (customer, run_at) = (stage.customer, world.now() + wait);
    let message = &mut stage.cell.action.messages[i];
    (message.state, message.run_at, message.deadline) = (MessageState::Queued, run_at, None);
    world.effect(effect_of(customer, message));
    rows::put(world, customer, message, Some(&outcome.detail), Envelope::default());
}

fn failed(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, i: usize, outcome: &Outcome) {
    let message = &mut stage.cell.action.messages[i];
    message.state = MessageState::Failed;
    let message = message.clone();
    rows::put(world, stage.customer, &message, Some(&outcome.detail), Envelope::default());
    decide(
        world,
        &about(stage, &message),
        "message_failed",
        json!({ "message": message.id, "step": message.step, "detail": outcome.detail }),
    );
    crate::flows::count(stage, world, "messages_failed", &message.flow, &message.step, "", 1, 0);
    finish(stage, world, &message, None);
}

/// Marketing is not sent again; service mail is, under the same Message-ID. Both wait for a person's word in the list.
fn in_doubt(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, i: usize, detail: &str, wait: i64) {
    let (customer, now) = (stage.customer, world.now());
    let message = &mut stage.cell.action.messages[i];
    if message.purpose == Purpose::Service && message.attempt < ATTEMPTS_MAX {
        (message.state, message.run_at, message.deadline) = (MessageState::Queued, now + wait, None);
        world.effect(effect_of(customer, message));
        rows::put(world, customer, message, Some(detail), Envelope::default());
        return;
    }
    message.state = MessageState::InDoubt;
    let message = message.clone();
    rows::put(world, customer, &message, Some(detail), Envelope::default());
    decide(
        world,
        &about(stage, &message),
        "message_in_doubt",
        json!({ "message": message.id, "step": message.step, "detail": detail }),
    );
    crate::flows::count(stage, world, "messages_in_doubt", &message.flow, &message.step, "", 1, 0);
    finish(stage, world, &message, None);
}

/// The send task is done, however it ended: the journey goes on, or ends with the reason.
pub(super) fn finish(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, message: &Message, end: Option<String>) {
    if message.recipient == Recipient::Agent {
        return;
    }
    match end {
        Some(reason) => advance(stage, world, message.journey, Command::Cancel { reason }),
        None => {
            advance(stage, world, message.journey, Command::CompleteJob { token: message.token, variables: Vec::new() })
        }
    };
}
