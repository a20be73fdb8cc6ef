//! The Perché ledger: each decision leaves a short machine-readable reason, which [`words`] turns into a sentence.

pub mod api;
pub mod path;
pub mod words;

use crate::{domain::Ritorno, flows::sql};
use base::Id;
use runtime::World;
use serde::Serialize;
use store::Value;

/// What a decision was about.
#[derive(Debug, Clone, Default)]
pub struct About {
    pub customer: Id,
    pub cart: Option<Id>,
    pub journey: Option<Id>,
    pub flow: String,
}

/// Log positions that share one chunk of the ledger's index.
pub const CHUNK: i64 = 65_536;

/// Writes one decision down.
pub fn decide(world: &mut World<'_, Ritorno>, about: &About, code: &'static str, data: impl Serialize) {
    let line = world.next_line();
    decide_in(world, line, about, code, data);
}

/// As [`decide`], in a line that was drawn before.
pub fn decide_in(world: &mut World<'_, Ritorno>, line: i64, about: &About, code: &'static str, data: impl Serialize) {
    let position = world.position();
    let row = [
        world.partition().into(),
        position.into(),
        line.into(),
        (position / CHUNK).into(),
        about.customer.into(),
        about.cart.into(),
        about.journey.into(),
        Value::Text(about.flow.clone()),
        world.now().into(),
        Value::Static(code),
        Value::Text(serde_json::to_string(&data).expect("what a decision says has only texts for names")),
    ];
    world.insert(&sql::DECISION_INSERT, row);
}
