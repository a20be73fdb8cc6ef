//! Decision models over HTTP, before they are saved: what is wrong with one, cell by cell, and what it would decide.

use super::names::unknown_part;
use crate::api::ApiState;
use axum::{Json, extract::State};
use crm::desk::{Area, Caller};
use feel::{Env, Type, Value, dmn::Model};
use http_kit::{JsonBody, OpenApiRouter, Problem, Refused, routes};
use serde::{Deserialize, Serialize};
use serde_json::Map;
use std::collections::BTreeMap;

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(check_model)).routes(routes!(try_model))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct CheckModelBody {
    /// The DMN file.
    xml: String,
}

/// What is wrong with a decision model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
struct ModelProblem {
    /// The id of the element of the file.
    element: Option<String>,
    line: u32,
    /// Of a cell of a decision table: the rule's place from 1, 0 is the head.
    rule: Option<u32>,
    /// The column's place from 1, first the inputs, then the outputs.
    column: Option<u32>,
    message: String,
}

/// What a decision reads from the journey, the cart, the customer and the shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
struct DecisionInput {
    /// A name, or a path such as `cart.total`.
    name: String,
    /// `number`, `string`, `boolean`, `date`, or `Any` where the model does not say.
    kind: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
struct DecisionOf {
    id: String,
    name: String,
    /// With those of the decisions that it requires.
    inputs: Vec<DecisionInput>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
struct CheckedModel {
    /// In the order of the file; none: it can be used.
    problems: Vec<ModelProblem>,
    /// None where the text is no DMN file.
    decisions: Vec<DecisionOf>,
}

/// Checks a decision model without keeping it: each cell whose text is not understood is named.
#[utoipa::path(post, path = "/decision_models/check", tag = "flows", request_body = CheckModelBody,
    security(("key" = ["flows:read"])), responses((status = 200, body = CheckedModel), Refused))]
async fn check_model(
    caller: Caller,
    JsonBody(CheckModelBody { xml }): JsonBody<CheckModelBody>,
) -> Result<Json<CheckedModel>, Problem> {
    caller.read(Area::Flows)?;
    let problem = |problem: &feel::dmn::Problem| ModelProblem {
        element: problem.element.clone(),
        line: problem.line,
        rule: problem.cell.map(|place| place.rule),
        column: problem.cell.map(|place| place.column),
        message: problem.message.clone(),
    };
    let model = match Model::read(&xml) {
        Ok(model) => model,
        Err(broken) => return Ok(Json(CheckedModel { problems: vec![problem(&broken)], decisions: Vec::new() })),
    };
    let mut problems: Vec<ModelProblem> = model.problems().iter().map(problem).collect();
    let mut decisions = Vec::new();
    for (id, name) in model.decisions() {
        let reads = model.reads(id);
        for read in &reads {
            if let Some(message) = unknown_part(&read.name) {
                let element = Some(id.to_owned());
                let wrong = ModelProblem { element, line: 1, rule: None, column: None, message };
                if !problems.contains(&wrong) {
                    problems.push(wrong);
                }
            }
        }
        let inputs = reads.into_iter().map(|read| DecisionInput { name: read.name, kind: kind_of(&read.of) });
        decisions.push(DecisionOf { id: id.to_owned(), name: name.to_owned(), inputs: inputs.collect() });
    }
    Ok(Json(CheckedModel { problems, decisions }))
}

fn kind_of(of: &Type) -> String {
    match of {
        Type::Number | Type::String | Type::Boolean | Type::Date => of.to_string(),
        _ => Type::Any.to_string(),
    }
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct TryModelBody {
    /// The DMN file.
    xml: String,
    /// The id or the name of the decision.
    decision: String,
    /// What it reads, by name: `{"cart": {"total": 120}}`. A text that is a date is given as it stands.
    #[serde(default)]
    context: Map<String, serde_json::Value>,
}

/// The rules of a decision table that matched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
struct MatchedRules {
    /// The id of the table's element.
    table: String,
    /// By their places, from 1.
    rules: Vec<usize>,
}

/// What a decision gave.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct TriedModel {
    #[schema(value_type = Value)]
    value: serde_json::Value,
    /// Of each table that was asked, in the order in which they were.
    matched: Vec<MatchedRules>,
    /// Why there is nothing, or parts of it are missing.
    reasons: Vec<String>,
}

/// Decides with a model that need not be kept, over values given by hand.
#[utoipa::path(post, path = "/decision_models/try", tag = "flows", request_body = TryModelBody,
    security(("key" = ["flows:read"])), responses((status = 200, body = TriedModel), Refused))]
async fn try_model(
    State(state): State<ApiState>,
    caller: Caller,
    JsonBody(TryModelBody { xml, decision, context }): JsonBody<TryModelBody>,
) -> Result<Json<TriedModel>, Problem> {
    caller.read(Area::Flows)?;
    let wrong = |reason: String| Problem::unprocessable("flows.wrong_model", reason);
    let model = Model::read(&xml).map_err(|problem| wrong(problem.to_string()))?;
    let scope: BTreeMap<String, Value> =
        context.iter().map(|(name, value)| (name.clone(), feel::from_json(value))).collect();
    let zone = state.shared(&caller).settings.zone();
    let env = Env { scope: &scope, now: state.facts.clock.now(), zone: &zone };
    let decided = model.decide(&decision, &env).map_err(wrong)?;
    let mut reasons: Vec<String> = decided.reasons.into_iter().map(|reason| reason.message).collect();
    reasons.extend(decided.limit.map(|limit| limit.to_string()));
    let matched = decided.matched.into_iter().map(|hit| MatchedRules { table: hit.table, rules: hit.rules });
    Ok(Json(TriedModel { value: feel::to_json(&decided.value), matched: matched.collect(), reasons }))
}
