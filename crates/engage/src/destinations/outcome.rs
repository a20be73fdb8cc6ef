//! What became of a hand-over: the other side has it, will have it later, or does not take it.

use super::{GIVE_UP_AFTER, Handed, Handover, Remote, claim::about, queue::effect_of};
use crate::{
    domain::Ritorno,
    flows::journey::{Stage, advance},
    ledger::decide,
    retry,
};
use base::{DAY, Id};
use bpmn::Command;
use feel::Value;
use runtime::World;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A carrier's word on one attempt.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Outcome {
    pub handover: Id,
    pub customer: Id,
    pub attempt: u32,
    pub ended: Ended,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// The other side has it.
    Done {
        destination: Id,
        /// What is called how over there: `customer`, `cart` or `order`, our id, theirs.
        remotes: Vec<(String, String, String)>,
    },
    /// Not now; again after so many seconds, where that was said.
    Later { after_s: Option<u64>, reason: String },
    /// Not at all.
    Refused { reason: String },
}

/// Settles an attempt. Of an attempt before the last one only "done" counts: it is there then, whatever comes after.
pub fn settle(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, outcome: &Outcome) {
    if let Ended::Done { destination, remotes } = &outcome.ended {
        remotes.iter().for_each(|(object, about, id)| remember(stage, *destination, object, about, id));
    }
    let Some(i) = stage.cell.action.handovers.iter().position(|known| known.id == outcome.handover) else {
        stage.cell.trim();
        world.reply(json!({ "no": "unknown" }));
        return;
    };
    let is_done = matches!(outcome.ended, Ended::Done { .. });
    if !is_done && stage.cell.action.handovers[i].attempt != outcome.attempt {
        world.reply(json!({ "no": "taken" }));
        return;
    }
    world.reply(json!({ "ok": true }));
    let handover = stage.cell.action.handovers[i].clone();
    world.drop_effect(handover.id, handover.run_at);
    match &outcome.ended {
        Ended::Done { remotes, .. } => {
            stage.cell.action.handovers.remove(i);
            done(stage, world, &handover, remotes);
        }
        Ended::Refused { reason } => {
            stage.cell.action.handovers.remove(i);
            let reason = format!("the destination {} does not take it: {reason}", handover.destination);
            fail(stage, world, &handover, reason);
        }
        Ended::Later { after_s, reason } => later(stage, world, i, *after_s, reason),
    }
    stage.cell.trim();
}

fn remember(stage: &mut Stage<'_>, destination: Id, object: &str, about: &str, id: &str) {
    let object = match object {
        "customer" => Handed::Customer,
        "cart" => Handed::Cart,
        _ => Handed::Order,
    };
    let remotes = &mut stage.cell.action.remotes;
    remotes.retain(|known| (known.destination, known.object, &*known.about) != (destination, object, about));
    remotes.push(Remote { destination, object, about: about.into(), id: id.into() });
}

fn done(
    stage: &mut Stage<'_>,
    world: &mut World<'_, Ritorno>,
    handover: &Handover,
    remotes: &[(String, String, String)],
) {
    let object = handover.object.as_str();
    let remote = remotes.iter().find(|(known, ..)| known == object).map(|(_, _, id)| id.as_str());
    let data = json!({
        "step": handover.step, "destination": handover.destination, "object": object, "remote": remote,
        "order": handover.order,
    });
    decide(world, &about(stage, handover), "handed_over", data);
    crate::flows::count(stage, world, "handed_over", &handover.flow, &handover.step, "", 1, 0);
    let variables = vec![
        ("handed_over".to_owned(), Value::Bool(true)),
        ("remote_id".to_owned(), remote.map_or(Value::Null, Value::from)),
    ];
    advance(stage, world, handover.journey, Command::CompleteJob { token: handover.token, variables });
}

/// A person sees it among the journeys that stopped, with the other side's words.
fn fail(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, handover: &Handover, reason: String) {
    crate::flows::count(stage, world, "hand_overs_failed", &handover.flow, &handover.step, "", 1, 0);
    advance(stage, world, handover.journey, Command::FailJob { token: handover.token, reason });
}

fn later(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, i: usize, after_s: Option<u64>, reason: &str) {
    let (customer, now) = (stage.customer, world.now());
    let handover = &mut stage.cell.action.handovers[i];
    let give_up_at = handover.queued_at.plus(GIVE_UP_AFTER);
    if now >= give_up_at {
        let handover = stage.cell.action.handovers.remove(i);
        let days = GIVE_UP_AFTER / DAY;
        let reason = format!("the destination {} did not take it in {days} days: {reason}", handover.destination);
        return fail(stage, world, &handover, reason);
    }
    handover.run_at = now.plus(retry::wait(handover.attempt, after_s, handover.id)).min(give_up_at);
    world.effect(effect_of(customer, handover));
    if handover.attempt == 1 {
        let handover = handover.clone();
        let data = json!({ "step": handover.step, "destination": handover.destination, "detail": reason });
        decide(world, &about(stage, &handover), "hand_over_delayed", data);
    }
}
