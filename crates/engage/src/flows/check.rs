//! Looking before switching on: what is wrong with a flow, and what it would begin with.

use super::{
    ImportFlow,
    api::{flow_of, hours, texts, with_parameters, wrong_flow},
    commands::prepare,
    sql,
};
use crate::{
    api::ApiState,
    shared::{Flow, FlowVersion},
    templates::Template,
};
use axum::{Json, extract::State};
use base::Time;
use bpmn::{Definition, Severity};
use crm::{
    api::Amount,
    desk::{Area, Caller},
};
use http_kit::{JsonBody, PathOf, Problem, Refused};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A draft to be checked; what is not said is taken from the newest version.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckBody {
    xml: Option<String>,
    templates: Option<BTreeMap<String, String>>,
    #[serde(default)]
    parameters: BTreeMap<String, Value>,
    decisions: Option<BTreeMap<String, String>>,
}

/// What keeps a flow from running well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(super) struct FlowProblem {
    /// It cannot be imported or switched on like this.
    is_fatal: bool,
    /// The id of the BPMN element, or the name of the template.
    element: Option<String>,
    /// What the diagram shows for it; for a template its language and part.
    name: Option<String>,
    line: Option<u32>,
    message: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(super) struct CheckedFlow {
    /// None that is fatal: it may be switched on.
    problems: Vec<FlowProblem>,
}

/// Checks a flow, or a draft of it, without changing anything. A draft may be of a flow that is not there yet.
#[utoipa::path(post, path = "/flows/{id}/check", tag = "flows", params(("id" = String, Path)), request_body = CheckBody,
    security(("key" = ["flows:read"])), responses((status = 200, body = CheckedFlow), Refused))]
pub(super) async fn check_flow(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    JsonBody(body): JsonBody<CheckBody>,
) -> Result<Json<CheckedFlow>, Problem> {
    caller.read(Area::Flows)?;
    let shared = state.shared(&caller);
    let newest = match (&body.xml, shared.flow(&id)) {
        (Some(_), known) => known.and_then(Flow::newest),
        (None, _) => flow_of(&shared, &id)?.newest(),
    };
    let of_newest = |of: fn(&FlowVersion) -> &Vec<(Box<str>, String)>| {
        newest.into_iter().flat_map(of).map(|(name, source)| (name.to_string(), source.clone())).collect()
    };
    let mut parameters: BTreeMap<String, String> = newest
        .into_iter()
        .flat_map(|v| &v.parameters)
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .collect();
    parameters.extend(texts(body.parameters));
    let draft = ImportFlow {
        xml: body.xml.or_else(|| newest.map(|version| version.xml.clone())).unwrap_or_default(),
        templates: body.templates.unwrap_or_else(|| of_newest(|version| &version.templates)),
        decisions: body.decisions.unwrap_or_else(|| of_newest(|version| &version.decisions)),
        parameters,
    };
    Ok(Json(CheckedFlow { problems: problems(&state, &draft) }))
}

fn problems(state: &ApiState, draft: &ImportFlow) -> Vec<FlowProblem> {
    let fatal = |message: String| FlowProblem { is_fatal: true, element: None, name: None, line: None, message };
    let problem = |p: &bpmn::Problem| FlowProblem {
        is_fatal: p.severity > Severity::Notice,
        element: p.element.clone(),
        name: p.name.clone(),
        line: p.line,
        message: p.message.clone(),
    };
    if let Err(broken) = Definition::draft(&draft.xml, &[]) {
        return broken.iter().map(problem).collect();
    }
    let compiled = prepare(draft, state.facts.clock.now())
        .and_then(|version| Ok((state.domain.compiler.compile(&version)?, version)));
    let (compiled, version) = match compiled {
        Ok(compiled) => compiled,
        Err(reason) => return vec![fatal(reason)],
    };
    let names: Vec<&str> = compiled.definition.parameters().iter().map(|(name, _)| name.as_str()).collect();
    let mut all: Vec<FlowProblem> = compiled.problems.iter().map(problem).collect();
    for (name, source) in &version.templates {
        let Ok(template) = Template::parse(name, source) else {
            continue;
        };
        let to_customer = **name != *"agent-notice";
        all.extend(template.check(&names, to_customer).into_iter().map(|found| FlowProblem {
            is_fatal: false,
            element: Some(name.to_string()),
            name: Some(format!("{} {}", found.language, found.part)),
            line: None,
            message: found.text,
        }));
    }
    all
}

/// What switching a flow on would begin with, by the lists: how many carts stand idle for long enough now.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(super) struct EnablingPreview {
    /// Carts whose journey would start at once, unless the flow has had its say on them before.
    carts: i64,
    /// What they are worth together, as far as their prices are known.
    totals: Vec<Amount>,
    /// Carts that have stood idle for longer than the flow wants to know of.
    carts_too_old: i64,
    idle_hours: f64,
    max_age_hours: f64,
    /// The wait is longer than the age at which a cart counts as too old: one of the two is probably mistyped.
    is_wait_beyond_max_age: bool,
}

/// What would happen now if the flow were switched on with its newest version.
#[utoipa::path(get, path = "/flows/{id}/preview-of-enabling", tag = "flows", params(("id" = String, Path)),
    security(("key" = ["flows:read"])), responses((status = 200, body = EnablingPreview), Refused))]
pub(super) async fn preview_enabling(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<Json<EnablingPreview>, Problem> {
    caller.read(Area::Flows)?;
    let shared = state.shared(&caller);
    let version = with_parameters(flow_of(&shared, &id)?, &BTreeMap::new())?;
    let compiled = state.domain.compiler.compile(&version).map_err(wrong_flow)?;
    let idle = compiled.idle.ok_or_else(|| wrong_flow(format!("flow {id} does not start by an idle cart")))?;
    let newest = state.facts.clock.now() + -idle;
    let oldest = newest + -compiled.max_age;
    let between = async |from: Time, to: Time| {
        state.query(&sql::CARTS_IDLE, &[caller.workspace.into(), from.into(), to.into()]).await
    };
    let (due, too_old) = (between(oldest, newest).await?, between(Time::MIN, oldest).await?);
    Ok(Json(EnablingPreview {
        carts: due.iter().map(|row| row.int("n")).sum(),
        totals: due.iter().filter_map(|row| Amount::of(Some(row.int("total")), row.opt_text("currency"))).collect(),
        carts_too_old: too_old.iter().map(|row| row.int("n")).sum(),
        idle_hours: hours(idle),
        max_age_hours: hours(compiled.max_age),
        is_wait_beyond_max_age: idle > compiled.max_age,
    }))
}
