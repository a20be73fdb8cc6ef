//! Journeys over HTTP: where each one stands, which way it came, and trying again what stopped.

use super::{reasons::Incident, sql};
use crate::{
    api::ApiState,
    cell::{Action, Journey},
    domain::Ritorno,
    ledger::api::{Asked, Decision, decisions},
    ledger::words::{Why, reason_why},
    shared::Shared,
};
use axum::{Json, extract::State};
use base::{Id, Time};
use bpmn::Waiting;
use crm::{
    api::Spot,
    carts::api::{Owner, states},
    desk::{Area, Caller, store_problem},
};
use http_kit::{OpenApiRouter, Page, Paging, PagingQuery, PathOf, Problem, QueryOf, Refused, Said, routes};
use serde::{Deserialize, Serialize};
use serde_json::Map;
use store::{Row, Rows};

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list_journeys)).routes(routes!(find_journey)).merge(super::steer_api::router())
}

/// A journey in a list.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct JourneyItem {
    #[schema(value_type = String)]
    id: Id,
    flow: String,
    flow_name: String,
    version: u32,
    customer: Owner,
    #[schema(value_type = Option<String>)]
    cart: Option<Id>,
    /// `waiting`, `incident` (a person is needed) or `ended`.
    state: String,
    /// Ids of the elements where it stands.
    at: Vec<String>,
    #[schema(value_type = String, format = DateTime)]
    started_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Time>,
    /// When it next goes on by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Time>,
    /// Why it ended, where it did not reach an end of the flow.
    why: Option<Why>,
    /// Why it stopped, where a person is needed.
    stopped: Option<Stopped>,
}

/// Why a journey stopped: the first of its places that did.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(super) struct Stopped {
    pub reason: String,
    /// Which of the known reasons it is.
    pub said: Option<Said<Incident>>,
}

impl Stopped {
    pub fn of(reason: &str) -> Stopped {
        Stopped { reason: reason.to_owned(), said: Incident::read(reason) }
    }
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListJourneys {
    flow: Option<String>,
    /// One or more of `waiting`, `incident` and `ended`, with commas between; all where nothing is said.
    state: Option<String>,
    /// Those for these carts: up to 200 ids with commas between. All of them on one page, of each cart at most the newest 20.
    cart: Option<String>,
}

/// Carts asked for at once.
const CARTS_MAX: usize = 200;
/// Journeys shown of one cart.
const OF_CART_MAX: i64 = 20;

fn read_carts(text: &str) -> Result<Vec<Id>, Problem> {
    let wrong = |detail: String| Problem::bad_request("http.wrong_query", detail);
    let carts: Result<Vec<Id>, Problem> = text
        .split(',')
        .filter(|id| !id.is_empty())
        .map(|id| id.parse().map_err(|_| wrong(format!("cart {id:?} is not an id"))))
        .collect();
    let mut carts = carts?;
    carts.sort_unstable();
    carts.dedup();
    if carts.len() > CARTS_MAX {
        return Err(wrong(format!("{} carts are asked for, at most {CARTS_MAX} go at once", carts.len())));
    }
    Ok(carts)
}

/// Journeys, newest first. Behind the log by at most a few seconds.
#[utoipa::path(get, path = "/journeys", tag = "flows", params(ListJourneys, PagingQuery),
    security(("key" = ["flows:read"])), responses((status = 200, body = Page<JourneyItem>), Refused))]
async fn list_journeys(
    State(state): State<ApiState>,
    caller: Caller,
    QueryOf(asked): QueryOf<ListJourneys>,
    paging: Paging,
) -> Result<Json<Page<JourneyItem>>, Problem> {
    caller.read(Area::Flows)?;
    let shared = state.shared(&caller);
    let wanted_states = states(asked.state.as_deref(), &["waiting", "incident", "ended"])?;
    if let Some(carts) = asked.cart.as_deref() {
        let mut keys = Rows::new(3);
        for cart in read_carts(carts)? {
            keys.push([caller.workspace.into(), cart.into(), OF_CART_MAX.into()]);
        }
        let rows =
            state.facts.db.query_each(&sql::JOURNEYS_OF_CART, keys).await.map_err(|error| store_problem(&error))?;
        let of_flow = |item: &JourneyItem| asked.flow.as_ref().is_none_or(|flow| *flow == item.flow);
        let mut items: Vec<JourneyItem> = rows.iter().map(|row| journey_item(row, &shared)).collect();
        items.retain(|item| of_flow(item) && wanted_states.contains(&&*item.state));
        items.sort_by_key(|item| std::cmp::Reverse(item.id));
        return Ok(Json(Page { items, next: None }));
    }
    let flows: Vec<&str> = match asked.flow.as_deref() {
        Some(flow) => vec![flow],
        None => shared.flows.iter().map(|flow| &*flow.id).collect(),
    };
    let before: Id = paging.after()?.unwrap_or(Id([0xff; 16]));
    let mut keys = Rows::new(5);
    for wanted in wanted_states {
        for flow in &flows {
            keys.push([caller.workspace.into(), (*flow).into(), wanted.into(), before.into(), paging.rows().into()]);
        }
    }
    let rows = state.facts.db.query_each(&sql::JOURNEYS, keys).await.map_err(|error| store_problem(&error))?;
    let mut items: Vec<JourneyItem> = rows.iter().map(|row| journey_item(row, &shared)).collect();
    items.sort_by_key(|item| std::cmp::Reverse(item.id));
    Ok(Json(Page::of(items, &paging, |item| item.id)))
}

fn journey_item(row: &Row, shared: &Shared) -> JourneyItem {
    let (flow, reason) = (row.text("flow"), row.opt_text("reason"));
    JourneyItem {
        id: row.id("id"),
        flow_name: flow_name(shared, flow),
        flow: flow.to_owned(),
        version: u32::try_from(row.int("version")).unwrap_or(0),
        customer: Owner::of_row(row),
        cart: row.opt_id("cart"),
        state: row.text("state").to_owned(),
        at: row.text("node").split_whitespace().map(str::to_owned).collect(),
        started_at: row.time("started_at"),
        ended_at: row.opt_time("ended_at"),
        due_at: row.opt_time("due_at"),
        why: reason
            .filter(|_| row.text("state") == "ended")
            .map(|code| reason_why(code).unwrap_or_else(|| plain(code))),
        stopped: reason.filter(|_| row.text("state") == "incident").map(Stopped::of),
    }
}

fn plain(text: &str) -> Why {
    Why { it: text.to_owned(), en: text.to_owned() }
}

fn flow_name(shared: &Shared, id: &str) -> String {
    shared.flow(id).map_or_else(|| id.to_owned(), |flow| flow.name.clone())
}

/// A journey under way, as it stands now.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct JourneyView {
    #[schema(value_type = String)]
    id: Id,
    flow: String,
    flow_name: String,
    version: u32,
    #[schema(value_type = Option<String>)]
    cart: Option<Id>,
    #[schema(value_type = String, format = DateTime)]
    started_at: Time,
    pub(super) places: Vec<JourneyPlace>,
}

/// Where a journey stands and what it waits for.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(super) struct JourneyPlace {
    /// Names this visit to the element, to try it again after an incident.
    token: u32,
    /// The element's id.
    at: String,
    /// Its title.
    name: String,
    waits_for: WaitsFor,
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Time>,
    /// The event waited for, the destination handed over to, or why it stopped.
    detail: Option<String>,
    /// Which of the known reasons it stopped for.
    said: Option<Said<Incident>>,
    /// Where it stopped and a person may choose how to go on: the ways out of the element.
    ways: Vec<Way>,
    /// The task of a person that it waits for.
    #[schema(value_type = Option<String>)]
    task: Option<Id>,
    /// The journey that it called and waits for.
    #[schema(value_type = Option<String>)]
    called: Option<Id>,
}

/// A sequence flow out of an element.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct Way {
    /// The sequence flow's id.
    flow: String,
    /// What the diagram shows on it.
    name: Option<String>,
    /// The title of the element that it leads to.
    to: String,
}

/// The ways out of where several lead on.
fn ways(definition: &bpmn::Definition, node: &bpmn::Node) -> Vec<Way> {
    if node.is_activity() || node.outgoing.len() < 2 {
        return Vec::new();
    }
    let way = |flow: &bpmn::FlowId| {
        let flow = definition.flow(*flow);
        Way { flow: flow.id.clone(), name: flow.name.clone(), to: definition.node(flow.target).title().to_owned() }
    };
    node.outgoing.iter().map(way).collect()
}

/// What a journey waits for at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum WaitsFor {
    Timer,
    Event,
    /// That something becomes true.
    Condition,
    /// That its message is sent.
    Send,
    /// That another CRM has what is handed over to it.
    HandOver,
    /// That a shop takes a coupon.
    Coupon,
    Person,
    /// The other branches, at a join.
    Others,
    /// The end of a flow that it called.
    Called,
    /// That what was done before is undone.
    Undoing,
    /// A person, because it stopped.
    Incident,
}

impl JourneyView {
    /// `action`: of the customer's cell, for the tasks and the called journeys.
    pub fn of(run: &Journey, action: &Action, shared: &Shared, domain: &Ritorno) -> JourneyView {
        let version = shared.flow(&run.flow).and_then(|flow| flow.version(run.version));
        let compiled = version.and_then(|version| domain.compiler.compile(version).ok());
        let task = |token: u32| action.tasks.iter().find(|task| (task.journey, task.token) == (run.id, token));
        let called = |token: u32| {
            let is_called =
                |other: &&Journey| other.caller.is_some_and(|caller| (caller.journey, caller.token) == (run.id, token));
            action.journeys.iter().find(is_called).map(|other| other.id)
        };
        let handover =
            |token: u32| action.handovers.iter().find(|known| (known.journey, known.token) == (run.id, token));
        let coupon = |token: u32| action.coupons.iter().any(|known| (known.journey, known.token) == (run.id, token));
        let place = |token: &bpmn::Token| {
            let node = compiled.as_ref().map(|compiled| compiled.definition.node(token.node));
            let (waits_for, due_at, detail) = match &token.waiting {
                Waiting::Timer { due, .. } => (WaitsFor::Timer, Some(*due), None),
                Waiting::Message { name, .. } => (WaitsFor::Event, None, Some(name.clone())),
                Waiting::Signal { name } => (WaitsFor::Event, None, Some(name.clone())),
                Waiting::Condition { .. } => {
                    let condition = node.and_then(|node| match node.catch() {
                        Some(bpmn::Catch::Condition(condition)) => Some(format!("={}", condition.source())),
                        _ => None,
                    });
                    (WaitsFor::Condition, None, condition)
                }
                Waiting::Job => match handover(token.id) {
                    Some(handover) => (WaitsFor::HandOver, None, Some(handover.destination.to_string())),
                    None if coupon(token.id) => (WaitsFor::Coupon, None, None),
                    None => (WaitsFor::Send, None, None),
                },
                Waiting::User { assignee } => {
                    (WaitsFor::Person, task(token.id).and_then(|task| task.due_at), assignee.clone())
                }
                Waiting::Join => (WaitsFor::Others, None, None),
                Waiting::Child => (WaitsFor::Called, None, None),
                Waiting::Compensation => (WaitsFor::Undoing, None, None),
                Waiting::Incident { reason } => (WaitsFor::Incident, None, Some(reason.clone())),
            };
            JourneyPlace {
                token: token.id,
                at: node.map_or_else(String::new, |node| node.id.clone()),
                name: node.map_or_else(String::new, |node| node.title().to_owned()),
                waits_for,
                said: detail.as_deref().filter(|_| waits_for == WaitsFor::Incident).and_then(Incident::read),
                ways: match (&compiled, node) {
                    (Some(compiled), Some(node)) if waits_for == WaitsFor::Incident => ways(&compiled.definition, node),
                    _ => Vec::new(),
                },
                task: task(token.id).filter(|_| waits_for == WaitsFor::Person).map(|task| task.id),
                called: called(token.id).filter(|_| waits_for == WaitsFor::Called),
                due_at,
                detail,
            }
        };
        JourneyView {
            id: run.id,
            flow: run.flow.to_string(),
            flow_name: flow_name(shared, &run.flow),
            version: run.version,
            cart: run.cart,
            started_at: run.started_at,
            places: run.state.tokens().iter().map(place).collect(),
        }
    }
}

/// A journey with the way it came.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct JourneyPage {
    #[serde(flatten)]
    journey: JourneyItem,
    /// Where it stands now; empty once it has ended.
    places: Vec<JourneyPlace>,
    /// What it keeps, by name; empty once it has ended.
    #[schema(value_type = Object)]
    variables: Map<String, serde_json::Value>,
    /// The journey whose call activity began this one.
    #[schema(value_type = Option<String>)]
    caller: Option<Id>,
    /// What was decided on the way, oldest first; of a very long journey the newest thousand.
    path: Vec<Decision>,
}

/// Decisions shown of one journey.
const PATH_MAX: usize = 1_000;

/// One journey, with its path.
#[utoipa::path(get, path = "/journeys/{id}", tag = "flows", params(("id" = String, Path)),
    security(("key" = ["flows:read"])), responses((status = 200, body = JourneyPage), Refused))]
async fn find_journey(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
) -> Result<Json<JourneyPage>, Problem> {
    caller.read(Area::Flows)?;
    let rows = state.query(&sql::JOURNEY_FIND, &[caller.workspace.into(), id.into()]).await?;
    let shared = state.shared(&caller);
    let journey = rows.first().map(|row| journey_item(row, &shared)).ok_or_else(|| no_journey(id))?;
    let (customer, cell) = state.customer(&caller, journey.customer.id).await?;
    let run = cell.action.journeys.iter().find(|run| run.id == id);
    let places = run.map(|run| JourneyView::of(run, &cell.action, &shared, &state.domain).places).unwrap_or_default();
    let variables = run.into_iter().flat_map(|run| run.state.variables());
    let variables = variables.map(|(name, value)| (name.clone(), feel::to_json(value))).collect();
    let called_by = run.and_then(|run| run.caller).map(|caller| caller.journey);
    let asked = Asked { customer, facts: &cell.facts, since: journey.started_at, journey: Some(id) };
    let (mut path, _) = decisions(&state, &caller, &asked, Spot::NEWEST, PATH_MAX).await?;
    path.reverse();
    Ok(Json(JourneyPage { journey, places, variables, caller: called_by, path }))
}

pub(super) fn no_journey(id: Id) -> Problem {
    Problem::not_found("journeys.not_found", format!("there is no journey {id}"))
}
