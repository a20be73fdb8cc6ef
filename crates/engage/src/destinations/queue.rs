//! Asking for a hand-over, and taking the question back.

use super::{HAND_OVER, HANDOVERS_MAX, Handed, Handover};
use crate::{cell::Journey, domain::Ritorno, flows::journey::Stage, messages::Job};
use base::{Id, IdMaker, stable_hash};
use feel::Value;
use runtime::{Effect, World};

/// Queues what a task hands over; the error is why the journey has to stop.
pub fn queue(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, run: &Journey, job: &Job) -> Result<(), String> {
    let destination = job.input("destination").map(str::trim).filter(|name| !name.is_empty());
    let destination = destination.ok_or("the task names no destination")?;
    let book = &stage.cell.facts.book;
    let (object, order) = match job.input("object").unwrap_or_default() {
        "customer" => (Handed::Customer, None),
        "cart" if run.cart.is_some() => (Handed::Cart, None),
        "cart" => return Err("the journey is about no cart, so there is none to hand over".to_owned()),
        "order" => {
            let said = job.value("order").filter(|said| **said != Value::Null).map(feel::to_text);
            let said = said.and_then(|id| book.order(&id));
            let of_cart = || book.orders.iter().rev().find(|order| run.cart.is_some() && order.cart == run.cart);
            let order = said.or_else(of_cart).or_else(|| book.orders.iter().rev().find(|order| order.is_own()));
            (Handed::Order, Some(order.ok_or("there is no order to hand over")?.id.clone()))
        }
        other => {
            return Err(format!("{other:?} is nothing that can be handed over: say cart, order or customer"));
        }
    };
    if stage.cell.action.handovers.len() >= HANDOVERS_MAX {
        return Err(format!("the customer has {HANDOVERS_MAX} things under way to other CRMs already"));
    }
    let now = world.now();
    let cause = [run.id.0.as_slice(), &job.token.to_be_bytes(), b"hand over"].concat();
    let handover = Handover {
        id: IdMaker::new(now, stable_hash(&cause), i64::from(job.token)).next_id(),
        journey: run.id,
        flow: run.flow.clone(),
        step: job.step.as_str().into(),
        token: job.token,
        object,
        cart: run.cart,
        order,
        destination: destination.into(),
        needs_consent: matches!(job.value("needs_consent"), Some(Value::Bool(true)))
            || job.input("needs_consent") == Some("true"),
        queued_at: now,
        run_at: now,
        attempt: 0,
    };
    world.effect(effect_of(stage.customer, &handover));
    stage.cell.action.handovers.push(handover);
    Ok(())
}

pub(super) fn effect_of(customer: Id, handover: &Handover) -> Effect {
    let attempt = i64::from(handover.attempt);
    Effect { id: handover.id, run_at: handover.run_at, kind: HAND_OVER, cell: customer, attempt }
}

/// Takes a journey's question back. What a carrier has in hand already may still arrive over there.
pub fn withdraw(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, journey: Id, token: u32) {
    let is_meant = |handover: &Handover| handover.journey == journey && handover.token == token;
    if let Some(i) = stage.cell.action.handovers.iter().position(is_meant) {
        let handover = stage.cell.action.handovers.remove(i);
        world.drop_effect(handover.id, handover.run_at);
    }
}
