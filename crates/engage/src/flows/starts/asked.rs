//! Journeys that a person or a program begins.

use super::{
    Beginning, NotStarted, Start, StartKind, Starting,
    begin::{Subject, begin_journey},
};
use crate::{domain::Ritorno, flows::journey::Stage};
use base::Id;
use feel::Value;
use runtime::World;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

/// A journey that is to begin now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AskedStart {
    pub customer: Id,
    pub flow: String,
    /// The cart it is about.
    #[serde(default)]
    pub cart: Option<Id>,
    /// The shop's id of the order it is about.
    #[serde(default)]
    pub order: Option<String>,
    #[serde(default)]
    pub variables: Map<String, Json>,
    /// Also where re-entry forbids it.
    #[serde(default)]
    pub is_anyway: bool,
}

/// What it answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Asked {
    pub journey: Option<Id>,
    /// Why it did not begin.
    pub reason: Option<String>,
}

/// Begins it and replies [`Asked`]; the error is the refusal that its caller reads.
pub fn start_asked(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, said: &AskedStart) -> Result<(), String> {
    let shared = stage.shared;
    let flow = shared.flow(&said.flow).ok_or_else(|| format!("there is no flow {:?}", said.flow))?;
    let version = flow.enabled.and_then(|number| flow.version(number));
    let version = version.ok_or_else(|| format!("the flow {} is switched off", flow.id))?;
    let compiled = stage.domain.compiler.compile(version)?;
    let nth = compiled.starts.iter().position(|start| matches!(start.kind, StartKind::Asked));
    let nth = nth.ok_or_else(|| format!("the flow {} has no start without an event", flow.id))?;
    if let Some(cart) = said.cart.filter(|cart| stage.cell.facts.book.cart(*cart).is_none()) {
        return Err(format!("cart {cart} is not one of customer {}", stage.customer));
    }
    let start = Start::new(flow, version.number, compiled, nth);
    let starting = Starting {
        code: "journey_asked",
        variables: said.variables.iter().map(|(name, value)| (name.clone(), feel::from_json(value))).collect(),
        is_anyway: said.is_anyway,
        ..Starting::default()
    };
    let subject = Subject { cart: said.cart, order: said.order.as_deref() };
    let begun = begin_journey(stage, world, &Beginning { start: &start, subject, payload: &Value::Null }, starting);
    let reason = |refusal: NotStarted| refusal.as_str().to_owned();
    world.reply(json!(Asked { journey: begun.ok(), reason: begun.err().map(reason) }));
    Ok(())
}
