//! What a flow hands over to, as far as it is known before a journey begins.

use super::rows;
use crate::flows::HAND_OVER_TASK;
use bpmn::{Definition, Kind, Text, Throw};
use store::{Db, StoreError};

/// Destinations that the flow's tasks name and that the workspace does not have, once each. One that follows from the journey
/// is known only there.
pub async fn missing(db: &Db, workspace: i64, definition: &Definition) -> Result<Vec<String>, StoreError> {
    let mut missing = Vec::new();
    for name in named(definition) {
        if !missing.contains(&name) && rows::named(db, workspace, &name).await?.is_none() {
            missing.push(name);
        }
    }
    Ok(missing)
}

fn named(definition: &Definition) -> Vec<String> {
    let hands_over = |kind: &Kind| match kind {
        Kind::Job(kind) | Kind::EndEvent(Throw::Job(kind)) | Kind::IntermediateThrow(Throw::Job(kind)) => {
            kind == HAND_OVER_TASK
        }
        _ => false,
    };
    let tasks = definition.nodes().filter(|(_, node)| hands_over(&node.kind));
    let inputs = tasks.flat_map(|(_, node)| &node.inputs).filter(|input| input.target == "destination");
    let value = |text: &Text| match text {
        Text::Constant(value) => value.clone(),
        Text::Formula(formula) => definition.value_of(&format!("={}", formula.source())),
    };
    let names = inputs.filter_map(|input| value(&input.source).as_str().map(|name| name.trim().to_owned()));
    names.filter(|name| !name.is_empty()).collect()
}
