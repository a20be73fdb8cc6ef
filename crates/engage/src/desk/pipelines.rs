//! Pipelines as commands change them, and what is written when a deal is moved.

use crate::{
    domain::Ritorno,
    ledger::{About, decide},
    shared::Shared,
};
use crm::carts::{PIPELINE, PipelineSaid};
use runtime::{FoldError, World};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A pipeline to take away.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RemovePipeline {
    pub id: String,
}

/// Makes or changes a pipeline; the reply is the pipeline as it is now.
pub(crate) fn put(world: &mut World<'_, Ritorno>, said: &PipelineSaid, by: &str) -> Result<(), FoldError> {
    let mut pipelines = world.shared().pipelines.clone();
    let pipeline = pipelines.put(said).map_err(|error| FoldError::Refused(error.to_string()))?;
    world.shared_mut().pipelines = pipelines;
    let action = if said.id.is_some() { "pipeline.changed" } else { "pipeline.created" };
    let stages: Vec<&str> = pipeline.stages.iter().map(|stage| &*stage.name).collect();
    audit(world, by, action, &pipeline.id, json!({ "name": pipeline.name, "stages": stages }));
    world.reply(json!(pipeline));
    Ok(())
}

/// Takes a pipeline away.
pub(crate) fn remove(world: &mut World<'_, Ritorno>, said: &RemovePipeline, by: &str) -> Result<(), FoldError> {
    let mut pipelines = world.shared().pipelines.clone();
    let gone = pipelines.remove(&said.id).map_err(|error| FoldError::Refused(error.to_string()))?;
    world.shared_mut().pipelines = pipelines;
    audit(world, by, "pipeline.removed", &gone.id, json!({ "name": gone.name }));
    Ok(())
}

/// Writes the audit log in the commit of what it tells of.
pub(crate) fn audit(
    world: &mut World<'_, Ritorno>,
    by: &str,
    action: &'static str,
    object: &str,
    detail: serde_json::Value,
) {
    let (id, now) = (world.new_id(), world.now());
    world.insert(
        &crm::desk::sql::AUDIT_INSERT,
        [
            world.partition().into(),
            id.into(),
            now.into(),
            by.into(),
            store::Value::Static(action),
            object.into(),
            store::Value::Text(detail.to_string()),
        ],
    );
}

/// Leaves the sentence that a deal was moved, with the names of that moment.
pub(crate) fn decide_move(world: &mut World<'_, Ritorno>, shared: &Shared, about: &About, pipeline: &str, stage: &str) {
    let known = shared.pipelines.find(pipeline);
    let stage = known.map_or(stage, |known| known.stage_name(stage));
    let name = known.map_or(pipeline, |known| &known.name);
    let code = if pipeline == PIPELINE { "deal_moved" } else { "deal_moved_to" };
    decide(world, about, code, json!({ "stage": stage, "pipeline": name }));
}
