//! The row of a message: written at each change of its state, and by the sweep as long as it only waits.

use super::sql;
use crate::{
    cell::{Message, Recipient},
    domain::Ritorno,
};
use base::Id;
use runtime::World;
use store::Value;

/// What a grant adds to the row.
#[derive(Default)]
pub(super) struct Envelope {
    pub to: Option<String>,
    pub from: Option<String>,
    pub reply_to: Option<String>,
    pub language: Option<String>,
    pub context: Option<String>,
}

pub(super) fn put(
    world: &mut World<'_, Ritorno>,
    customer: Id,
    message: &Message,
    reason: Option<&str>,
    envelope: Envelope,
) {
    let row = row(world.partition(), customer, message, reason, envelope);
    world.upsert_row(&sql::MESSAGE_PUT, &message.id.0, row);
}

/// A message that only waits, as a list row.
pub fn list_row(partition: i64, customer: Id, message: &Message) -> Vec<Value> {
    row(partition, customer, message, None, Envelope::default())
}

fn row(partition: i64, customer: Id, message: &Message, reason: Option<&str>, envelope: Envelope) -> Vec<Value> {
    let recipient = match message.recipient {
        Recipient::Customer => "customer",
        Recipient::Agent => "agent",
    };
    vec![
        partition.into(),
        message.id.into(),
        customer.into(),
        message.cart.into(),
        message.journey.into(),
        Value::Text(message.flow.to_string()),
        i64::from(message.version).into(),
        Value::Text(message.step.to_string()),
        Value::Static("email"),
        Value::Text(message.template.to_string()),
        Value::Static(recipient),
        Value::Static(message.state.as_str()),
        message.queued_at.into(),
        message.sent_at.into(),
        envelope.to.into(),
        envelope.from.into(),
        envelope.reply_to.into(),
        envelope.language.into(),
        envelope.context.into(),
        reason.map(str::to_owned).into(),
        i64::from(message.attempt).into(),
    ]
}
