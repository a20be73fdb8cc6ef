//! Pipelines over HTTP: how they are defined, and how many deals are in each stage.

use super::pipelines::RemovePipeline;
use crate::api::ApiState;
use axum::{Json, extract::State, http::StatusCode};
use crm::{
    api::Amount,
    carts::{PIPELINE, Pipeline, PipelineError, PipelineSaid, Pipelines, StageKind, StageSaid, sql},
    desk::{Area, Caller},
};
use http_kit::{JsonBody, OpenApiRouter, Page, PathOf, Problem, QueryOf, Refused, routes};
use serde::{Deserialize, Serialize};

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_pipelines, create_pipeline))
        .routes(routes!(set_pipeline, remove_pipeline))
        .routes(routes!(list_deal_stages))
}

/// The pipelines that deals go through, with their stages in order. All of them: a workspace has at most 20.
#[utoipa::path(get, path = "/pipelines", tag = "carts",
    security(("key" = ["carts:read"])), responses((status = 200, body = Page<Pipeline>), Refused))]
async fn list_pipelines(State(state): State<ApiState>, caller: Caller) -> Result<Json<Page<Pipeline>>, Problem> {
    caller.read(Area::Carts)?;
    Ok(Json(Page { items: state.shared(&caller).pipelines.all().to_vec(), next: None }))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PipelineBody {
    /// 1 to 60 characters; no two pipelines have the same.
    name: String,
    /// In their order; exactly one is won, at least one is open. At most 30.
    stages: Vec<StageSaid>,
    /// The `revision` of the pipeline as it was read; for a new one nothing.
    #[serde(default)]
    revision: u32,
}

impl PipelineBody {
    fn said(self, id: Option<String>) -> PipelineSaid {
        PipelineSaid { id, revision: self.revision, name: self.name, stages: self.stages }
    }
}

fn problem(error: PipelineError) -> Problem {
    let text = error.to_string();
    match error {
        PipelineError::NotFound(_) => Problem::not_found("pipelines.not_found", text),
        PipelineError::Wrong(_) => Problem::unprocessable("pipelines.wrong_value", text),
        PipelineError::Stale(_) => Problem::conflict("pipelines.changed_meanwhile", text),
    }
}

/// Makes a pipeline.
#[utoipa::path(post, path = "/pipelines", tag = "carts", request_body = PipelineBody,
    security(("key" = ["settings:write"])), responses((status = 201, body = Pipeline), Refused))]
async fn create_pipeline(
    State(state): State<ApiState>,
    caller: Caller,
    JsonBody(body): JsonBody<PipelineBody>,
) -> Result<(StatusCode, Json<Pipeline>), Problem> {
    caller.write(Area::Settings)?;
    Ok((StatusCode::CREATED, Json(put(&state, &caller, body.said(None)).await?)))
}

/// Changes a pipeline: its name, and its stages with their names, order and meaning. A stage that is not named any more goes;
/// while deals are in it, it cannot.
#[utoipa::path(put, path = "/pipelines/{id}", tag = "carts", params(("id" = String, Path)), request_body = PipelineBody,
    security(("key" = ["settings:write"])), responses((status = 200, body = Pipeline), Refused))]
async fn set_pipeline(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    JsonBody(body): JsonBody<PipelineBody>,
) -> Result<Json<Pipeline>, Problem> {
    caller.write(Area::Settings)?;
    let pipelines = state.shared(&caller).pipelines.clone();
    let said = body.said(Some(id.clone()));
    pipelines.clone().put(&said).map_err(problem)?;
    let pipeline = find(&pipelines, &id)?;
    let counts = counts(&state, &caller, &id).await?;
    for emptied in pipeline.emptied_by(&said.stages) {
        let Some(stage) = counts.iter().find(|stage| stage.stage == emptied && stage.deals > 0) else { continue };
        let (name, deals) = (pipeline.stage_name(&emptied), stage.deals);
        let text = format!("{deals} deals are in the stage {name:?}: move them to another stage first");
        return Err(Problem::conflict("pipelines.stage_not_empty", text));
    }
    put(&state, &caller, said).await.map(Json)
}

async fn put(state: &ApiState, caller: &Caller, said: PipelineSaid) -> Result<Pipeline, Problem> {
    state.shared(caller).pipelines.clone().put(&said).map_err(problem)?;
    let made = state.carry_out(caller, "pipeline.put", &said).await?;
    let made: Pipeline = serde_json::from_value(made).map_err(|error| Problem::internal(&error))?;
    state.shared_once(caller, |shared| shared.pipelines.find(&made.id) == Some(&made)).await;
    Ok(made)
}

/// Takes a pipeline away; while it has deals, it cannot.
#[utoipa::path(delete, path = "/pipelines/{id}", tag = "carts", params(("id" = String, Path)),
    security(("key" = ["settings:write"])), responses((status = 204), Refused))]
async fn remove_pipeline(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, Problem> {
    caller.write(Area::Settings)?;
    let mut pipelines = state.shared(&caller).pipelines.clone();
    let gone = pipelines.remove(&id).map_err(problem)?;
    let deals: i64 = counts(&state, &caller, &id).await?.iter().map(|stage| stage.deals).sum();
    if deals > 0 {
        let text = format!("{deals} deals are in the pipeline {:?}: move them to another one first", gone.name);
        return Err(Problem::conflict("pipelines.not_empty", text));
    }
    state.carry_out(&caller, "pipeline.remove", &RemovePipeline { id: id.clone() }).await?;
    state.shared_once(&caller, |shared| shared.pipelines.find(&id).is_none()).await;
    Ok(StatusCode::NO_CONTENT)
}

fn find<'a>(pipelines: &'a Pipelines, id: &str) -> Result<&'a Pipeline, Problem> {
    pipelines.find(id).ok_or_else(|| problem(PipelineError::NotFound(id.to_owned())))
}

/// A stage of a pipeline, with the deals in it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct DealStage {
    /// The pipeline's id.
    pipeline: String,
    /// The stage's id.
    stage: String,
    name: String,
    kind: StageKind,
    /// Whether the pipeline knows it; else an event said it, and it stands at the end.
    is_known: bool,
    deals: i64,
    /// What they are worth together, by currency.
    amounts: Vec<Amount>,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListStages {
    /// A pipeline's id; `Sales management` where nothing is said.
    pipeline: Option<String>,
}

/// The stages of a pipeline in order, with how many deals are in each and what they are worth: the head of a board. Stages that
/// the pipeline does not know, and deals are in, come last.
#[utoipa::path(get, path = "/deal_stages", tag = "carts", params(ListStages),
    security(("key" = ["carts:read"])), responses((status = 200, body = Page<DealStage>), Refused))]
async fn list_deal_stages(
    State(state): State<ApiState>,
    caller: Caller,
    QueryOf(asked): QueryOf<ListStages>,
) -> Result<Json<Page<DealStage>>, Problem> {
    caller.read(Area::Carts)?;
    let id = asked.pipeline.unwrap_or_else(|| PIPELINE.to_owned());
    let pipelines = state.shared(&caller).pipelines.clone();
    let pipeline = find(&pipelines, &id)?;
    let mut strays = counts(&state, &caller, &id).await?;
    let mut items = Vec::with_capacity(pipeline.stages.len() + strays.len());
    for stage in &pipeline.stages {
        let counted = strays.iter().position(|stray| stray.stage == stage.id).map(|i| strays.remove(i));
        let (deals, amounts) = counted.map_or((0, Vec::new()), |counted| (counted.deals, counted.amounts));
        items.push(DealStage {
            pipeline: id.clone(),
            stage: stage.id.clone(),
            name: stage.name.clone(),
            kind: stage.kind,
            is_known: true,
            deals,
            amounts,
        });
    }
    items.extend(strays);
    Ok(Json(Page { items, next: None }))
}

/// The stages that deals of a pipeline are in.
async fn counts(state: &ApiState, caller: &Caller, pipeline: &str) -> Result<Vec<DealStage>, Problem> {
    let rows = state.query(&sql::DEAL_STAGES, &[caller.workspace.into(), pipeline.into()]).await?;
    let mut stages: Vec<DealStage> = Vec::new();
    for row in &rows {
        let stage = row.text("stage");
        if stages.last().is_none_or(|last| last.stage != stage) {
            stages.push(DealStage {
                pipeline: pipeline.to_owned(),
                stage: stage.to_owned(),
                name: stage.to_owned(),
                kind: StageKind::Open,
                is_known: false,
                deals: 0,
                amounts: Vec::new(),
            });
        }
        let last = stages.last_mut().expect("just made sure of it");
        last.deals += row.int("deals");
        last.amounts.extend(Amount::of(Some(row.int("amount")), row.opt_text("currency")));
    }
    Ok(stages)
}
