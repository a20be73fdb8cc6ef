//! Flows over HTTP: the list with its figures, import, checking, and switching on and off.

use super::{
    Compiled, ImportFlow, check,
    commands::{EnableFlow, prepare},
    look_again::look_again,
    ready_made, sql,
    starts::{
        self,
        api::{FlowStart, starts_of},
    },
};
use crate::{
    api::ApiState,
    destinations,
    shared::{Flow, FlowVersion, Shared},
};
use axum::{Json, extract::State, http::StatusCode};
use base::{HOUR, Time};
use bpmn::Definition;
use crm::{
    api::Amount,
    desk::{Area, Caller, store_problem},
};
use http_kit::{JsonBody, OpenApiRouter, Page, PathOf, Problem, Refused, routes};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_flows, import_flow))
        .routes(routes!(find_flow))
        .routes(routes!(find_version))
        .routes(routes!(ready_made::list_ready_made))
        .routes(routes!(enable_flow))
        .routes(routes!(disable_flow))
        .routes(routes!(check::check_flow))
        .routes(routes!(check::preview_enabling))
        .merge(starts::api::router())
}

/// A flow in the list.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct FlowItem {
    /// The process id of its BPMN file.
    id: String,
    name: String,
    is_enabled: bool,
    /// The version that starts journeys.
    enabled_version: Option<u32>,
    newest_version: u32,
    /// Hours a cart must stand idle for a journey to start; `null`: it starts by nothing of the kind.
    #[schema(value_type = Option<f64>)]
    idle_hours: Option<f64>,
    /// How it begins, and how often for one customer.
    starts: Vec<FlowStart>,
    /// What its journeys are to lead to.
    goal: Option<FlowGoal>,
    parameters: Vec<Parameter>,
    figures: Figures,
}

/// What the journeys of a flow are to lead to, counted once for each, also after it has ended.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct FlowGoal {
    /// The name of the event.
    event: String,
    /// From the journey's start.
    within_hours: f64,
}

/// A named value that a person may set.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct Parameter {
    name: String,
    value: Value,
    /// The one in the file.
    default: Value,
}

/// Journeys by state, and what they led to. Behind the log by at most a few seconds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, utoipa::ToSchema)]
struct Figures {
    waiting: i64,
    /// Waiting for a person.
    incidents: i64,
    ended: i64,
    /// Journeys that ever began.
    started: i64,
    /// Those of them that began with a goal.
    with_goal: i64,
    /// Those of them that reached it.
    reached: i64,
    /// Of a hundred with a goal; `null`: there are none. Those of the last days may still reach it.
    #[schema(value_type = Option<f64>)]
    reached_percent: Option<f64>,
    /// What the events that reached it are worth together, by currency.
    reached_worth: Vec<Amount>,
}

/// The workspace's flows, by name.
#[utoipa::path(get, path = "/flows", tag = "flows",
    security(("key" = ["flows:read"])), responses((status = 200, body = Page<FlowItem>), Refused))]
async fn list_flows(State(state): State<ApiState>, caller: Caller) -> Result<Json<Page<FlowItem>>, Problem> {
    caller.read(Area::Flows)?;
    let shared = state.shared(&caller);
    let figures = figures(&state, &caller).await?;
    let mut items: Vec<FlowItem> = shared.flows.iter().map(|flow| item(&state, flow, &figures)).collect();
    items.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Ok(Json(Page { items, next: None }))
}

async fn figures(state: &ApiState, caller: &Caller) -> Result<BTreeMap<String, Figures>, Problem> {
    let mut all: BTreeMap<String, Figures> = BTreeMap::new();
    for row in state.query(&sql::JOURNEY_FIGURES, &[caller.workspace.into()]).await? {
        let of = all.entry(row.text("flow").to_owned()).or_default();
        match row.text("state") {
            "ended" => of.ended += row.int("n"),
            "incident" => of.incidents += row.int("n"),
            _ => of.waiting += row.int("n"),
        }
    }
    for row in state.query(&sql::FLOW_SUMS, &[caller.workspace.into()]).await? {
        let of = all.entry(row.text("flow").to_owned()).or_default();
        match row.text("metric") {
            "journeys_started" => of.started += row.int("n"),
            "goals_set" => of.with_goal += row.int("n"),
            _ => {
                of.reached += row.int("n");
                of.reached_worth.extend(Amount::of(Some(row.int("minor")), row.opt_text("currency")));
            }
        }
    }
    for of in all.values_mut().filter(|of| of.with_goal > 0) {
        of.reached_percent = Some((of.reached * 1_000 / of.with_goal) as f64 / 10.0);
    }
    Ok(all)
}

fn item(state: &ApiState, flow: &Flow, figures: &BTreeMap<String, Figures>) -> FlowItem {
    let shown = flow.enabled.and_then(|number| flow.version(number)).or(flow.newest());
    let compiled = shown.and_then(|version| state.domain.compiler.compile(version).ok());
    FlowItem {
        id: flow.id.to_string(),
        name: flow.name.clone(),
        is_enabled: flow.enabled.is_some(),
        enabled_version: flow.enabled,
        newest_version: flow.newest().map_or(0, |version| version.number),
        idle_hours: compiled.as_ref().and_then(|compiled| compiled.idle).map(hours),
        starts: compiled.as_deref().map(starts_of).unwrap_or_default(),
        goal: compiled
            .as_ref()
            .and_then(|compiled| compiled.goal.as_ref())
            .map(|goal| FlowGoal { event: goal.event.to_string(), within_hours: hours(goal.within) }),
        parameters: shown
            .zip(compiled.as_deref())
            .map(|(version, compiled)| parameters(version, compiled))
            .unwrap_or_default(),
        figures: figures.get(&*flow.id).cloned().unwrap_or_default(),
    }
}

pub(super) fn hours(micros: i64) -> f64 {
    micros as f64 / HOUR as f64
}

fn parameters(version: &FlowVersion, compiled: &Compiled) -> Vec<Parameter> {
    let in_file = Definition::draft(&version.xml, &[])
        .map(|(definition, _)| definition.parameters().to_vec())
        .unwrap_or_default();
    let default = |name: &str| {
        in_file.iter().find(|(known, _)| known == name).map_or(Value::Null, |(_, value)| feel::to_json(value))
    };
    let set = compiled.definition.parameters().iter();
    set.map(|(name, value)| Parameter { name: name.clone(), value: feel::to_json(value), default: default(name) })
        .collect()
}

/// A flow with its file and its versions.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct FlowPage {
    #[serde(flatten)]
    flow: FlowItem,
    /// The newest version's BPMN file.
    xml: String,
    /// The newest version's templates: each name with its source.
    templates: BTreeMap<String, String>,
    /// The newest version's decision models: each name with its DMN file.
    decisions: BTreeMap<String, String>,
    /// Oldest first.
    versions: Vec<VersionItem>,
}

#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct VersionItem {
    number: u32,
    #[schema(value_type = String, format = DateTime)]
    made_at: Time,
    is_enabled: bool,
    /// The values set over those in the file.
    parameters: BTreeMap<String, String>,
    /// Names of the templates that it holds.
    templates: Vec<String>,
    /// Names of the decision models that it holds.
    decisions: Vec<String>,
}

/// One flow.
#[utoipa::path(get, path = "/flows/{id}", tag = "flows", params(("id" = String, Path)),
    security(("key" = ["flows:read"])), responses((status = 200, body = FlowPage), Refused))]
async fn find_flow(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<Json<FlowPage>, Problem> {
    caller.read(Area::Flows)?;
    flow_page(&state, &caller, &state.shared(&caller), &id).await.map(Json)
}

/// A version's own files.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct VersionPage {
    number: u32,
    #[schema(value_type = String, format = DateTime)]
    made_at: Time,
    /// Its BPMN file.
    xml: String,
    /// Its decision models: each name with its DMN file.
    decisions: BTreeMap<String, String>,
}

/// One version of a flow: what journeys on it follow.
#[utoipa::path(get, path = "/flows/{id}/versions/{number}", tag = "flows",
    params(("id" = String, Path), ("number" = u32, Path)),
    security(("key" = ["flows:read"])), responses((status = 200, body = VersionPage), Refused))]
async fn find_version(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf((id, number)): PathOf<(String, String)>,
) -> Result<Json<VersionPage>, Problem> {
    caller.read(Area::Flows)?;
    let shared = state.shared(&caller);
    let flow = flow_of(&shared, &id)?;
    let version = number.parse().ok().and_then(|number| flow.version(number));
    let missing = || Problem::not_found("flows.no_such_version", format!("flow {id} has no version {number}"));
    let version = version.ok_or_else(missing)?;
    let decisions = version.decisions.iter().map(|(name, source)| (name.to_string(), source.clone())).collect();
    Ok(Json(VersionPage { number: version.number, made_at: version.made_at, xml: version.xml.clone(), decisions }))
}

async fn flow_page(state: &ApiState, caller: &Caller, shared: &Shared, id: &str) -> Result<FlowPage, Problem> {
    let flow = flow_of(shared, id)?;
    let newest = flow.newest();
    let version = |version: &FlowVersion| VersionItem {
        number: version.number,
        made_at: version.made_at,
        is_enabled: flow.enabled == Some(version.number),
        parameters: version.parameters.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
        templates: version.templates.iter().map(|(name, _)| name.to_string()).collect(),
        decisions: version.decisions.iter().map(|(name, _)| name.to_string()).collect(),
    };
    let texts = |of: fn(&FlowVersion) -> &Vec<(Box<str>, String)>| {
        newest.into_iter().flat_map(of).map(|(name, source)| (name.to_string(), source.clone())).collect()
    };
    Ok(FlowPage {
        flow: item(state, flow, &figures(state, caller).await?),
        xml: newest.map_or_else(String::new, |newest| newest.xml.clone()),
        templates: texts(|newest| &newest.templates),
        decisions: texts(|newest| &newest.decisions),
        versions: flow.versions.iter().map(version).collect(),
    })
}

pub(crate) fn flow_of<'s>(shared: &'s Shared, id: &str) -> Result<&'s Flow, Problem> {
    let detail = || format!("there is no flow {:?}: import it first", id.chars().take(80).collect::<String>());
    shared.flow(id).ok_or_else(|| Problem::not_found("flows.not_found", detail()))
}

/// A BPMN file with the templates that it names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ImportBody {
    xml: String,
    /// Each name with its source, in which every part stands behind a line such as `=== it txt`. A template that is named in the
    /// file and not given here is taken from the built-in ones.
    #[serde(default)]
    templates: BTreeMap<String, String>,
    /// Values over those in the file.
    #[serde(default)]
    parameters: BTreeMap<String, Value>,
    /// The decision models (DMN) of its business rule tasks: each name with its file.
    #[serde(default)]
    decisions: BTreeMap<String, String>,
}

impl ImportBody {
    fn read(self) -> ImportFlow {
        let parameters = texts(self.parameters);
        ImportFlow { xml: self.xml, templates: self.templates, parameters, decisions: self.decisions }
    }
}

/// Parameter values as the file would hold them.
pub(super) fn texts(parameters: BTreeMap<String, Value>) -> BTreeMap<String, String> {
    let text = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    parameters.into_iter().map(|(name, value)| (name, text(value))).collect()
}

/// Takes in a flow, or a further version of one; the same file again makes no other version. It is not switched on by this,
/// and may hold what keeps it from being switched on.
#[utoipa::path(post, path = "/flows", tag = "flows", request_body = ImportBody,
    security(("key" = ["flows:write"])), responses((status = 201, body = FlowPage), Refused))]
async fn import_flow(
    State(state): State<ApiState>,
    caller: Caller,
    JsonBody(body): JsonBody<ImportBody>,
) -> Result<(StatusCode, Json<FlowPage>), Problem> {
    caller.write(Area::Flows)?;
    let import = body.read();
    let version = prepare(&import, state.facts.clock.now()).map_err(wrong_flow)?;
    state.domain.compiler.compile(&version).map_err(wrong_flow)?;
    let imported = state.carry_out(&caller, "flow.import", &import).await?;
    let id = imported.get("flow").and_then(Value::as_str).unwrap_or_default();
    let number = imported.get("version").and_then(Value::as_u64);
    let has_it = |shared: &Shared| shared.flow(id).and_then(Flow::newest).map(|v| u64::from(v.number)) == number;
    let shared = state.shared_once(&caller, has_it).await;
    Ok((StatusCode::CREATED, Json(flow_page(&state, &caller, &shared, id).await?)))
}

pub(super) fn wrong_flow(reason: String) -> Problem {
    Problem::unprocessable("flows.wrong_file", reason)
}

#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct EnableBody {
    /// Values to be set; those not named stay as they are. Other values make another version.
    #[serde(default)]
    parameters: BTreeMap<String, Value>,
}

/// Switches the newest version on. Carts that already stand idle are looked at again in the background.
#[utoipa::path(post, path = "/flows/{id}/enable", tag = "flows", params(("id" = String, Path)), request_body = EnableBody,
    security(("key" = ["flows:write"])), responses((status = 200, body = FlowPage), Refused))]
async fn enable_flow(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    JsonBody(body): JsonBody<EnableBody>,
) -> Result<Json<FlowPage>, Problem> {
    caller.write(Area::Flows)?;
    let shared = state.shared(&caller);
    let wanted = with_parameters(flow_of(&shared, &id)?, &texts(body.parameters))?;
    let compiled = state.domain.compiler.compile(&wanted).map_err(wrong_flow)?;
    compiled.may_run().map_err(wrong_flow)?;
    let missing = destinations::missing(&state.facts.db, caller.workspace, &compiled.definition).await;
    let missing = missing.map_err(|error| store_problem(&error))?;
    if !missing.is_empty() {
        let names = missing.join(", ");
        let text = format!("the flow hands over to {names}, and there is no such destination: make it in the settings");
        return Err(Problem::unprocessable("flows.no_destination", text));
    }
    let parameters = wanted.parameters.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    let command = EnableFlow { flow: id.clone(), parameters };
    let enabled = state.carry_out(&caller, "flow.enable", &command).await?;
    let number = enabled.get("version").and_then(Value::as_u64);
    let is_on = |shared: &Shared| shared.flow(&id).and_then(|flow| flow.enabled).map(u64::from) == number;
    let shared = state.shared_once(&caller, is_on).await;
    let page = flow_page(&state, &caller, &shared, &id).await?;
    let (db, clock, handle) = (state.facts.db.clone(), state.facts.clock.clone(), state.handle(&caller));
    tokio::spawn(async move { look_again(db, &*clock, handle).await });
    Ok(Json(page))
}

/// The newest version with other values for some parameters.
pub(super) fn with_parameters(flow: &Flow, parameters: &BTreeMap<String, String>) -> Result<FlowVersion, Problem> {
    let newest = flow
        .newest()
        .ok_or_else(|| Problem::conflict("flows.no_version", format!("flow {} has no version", flow.id)))?;
    let mut wanted = newest.clone();
    for (name, value) in parameters {
        wanted.parameters.retain(|(known, _)| **known != **name);
        wanted.parameters.push((name.as_str().into(), value.as_str().into()));
    }
    Ok(wanted)
}

/// Switches a flow off: no journey starts any more, those under way go on.
#[utoipa::path(post, path = "/flows/{id}/disable", tag = "flows", params(("id" = String, Path)),
    security(("key" = ["flows:write"])), responses((status = 200, body = FlowPage), Refused))]
async fn disable_flow(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<Json<FlowPage>, Problem> {
    caller.write(Area::Flows)?;
    flow_of(&state.shared(&caller), &id)?;
    let command = EnableFlow { flow: id.clone(), parameters: BTreeMap::new() };
    state.carry_out(&caller, "flow.disable", &command).await?;
    let is_off = |shared: &Shared| shared.flow(&id).is_some_and(|flow| flow.enabled.is_none());
    let shared = state.shared_once(&caller, is_off).await;
    flow_page(&state, &caller, &shared, &id).await.map(Json)
}
