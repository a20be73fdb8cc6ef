//! How flows begin, over HTTP: the table of triggers, and beginning a journey by hand.

use super::{
    AskedStart, DateOf, Reentry, StartEvent, StartKind,
    asked::Asked,
    table::{Kind, TRIGGERS, TriggerKind, TriggerOf},
};
use crate::{
    api::ApiState,
    flows::{Compiled, api::flow_of, api::hours},
    ledger::words::{Why, reason_why},
};
use axum::{Json, extract::State, http::StatusCode};
use base::{DAY, Id};
use crm::desk::{Area, Caller};
use http_kit::{JsonBody, OpenApiRouter, Page, PathOf, Problem, Refused, routes};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list_triggers)).routes(routes!(start_journey))
}

/// What may begin a flow.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct Trigger {
    id: &'static str,
    kind: TriggerKind,
    /// The name of the message that the start event waits for; `null`: it is another kind of start event.
    event: Option<&'static str>,
    /// What happens, in words.
    words: Why,
    /// What `event.properties` holds.
    properties: Vec<TriggerProperty>,
    /// Whether the shop may send other properties too.
    is_open: bool,
    /// The `ritorno:` attributes of the start event that say more.
    attributes: &'static [&'static str],
}

#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct TriggerProperty {
    name: &'static str,
    #[serde(rename = "type")]
    of: Kind,
    words: Why,
}

fn words(it: &str, en: &str) -> Why {
    Why { it: it.to_owned(), en: en.to_owned() }
}

impl Trigger {
    fn of(trigger: &TriggerOf) -> Trigger {
        let property =
            |p: &super::table::PropertyOf| TriggerProperty { name: p.name, of: p.of, words: words(p.it, p.en) };
        Trigger {
            id: trigger.id,
            kind: trigger.kind,
            event: trigger.event,
            words: words(trigger.it, trigger.en),
            properties: trigger.properties.iter().map(property).collect(),
            is_open: trigger.is_open,
            attributes: trigger.attributes,
        }
    }
}

/// Everything that may begin a flow. An event of any other name does too; what it holds is not known here.
#[utoipa::path(get, path = "/triggers", tag = "flows",
    security(("key" = ["flows:read"])), responses((status = 200, body = Page<Trigger>), Refused))]
async fn list_triggers(caller: Caller) -> Result<Json<Page<Trigger>>, Problem> {
    caller.read(Area::Flows)?;
    Ok(Json(Page { items: TRIGGERS.iter().map(Trigger::of).collect(), next: None }))
}

/// How a flow begins, and how often for one customer.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct FlowStart {
    /// The id of the start event.
    at: String,
    /// Its title in the diagram.
    name: String,
    kind: TriggerKind,
    /// The trigger in the table of triggers; `null`: an event that is not there.
    trigger: Option<&'static str>,
    /// What happens, in words, where it is in the table.
    words: Option<Why>,
    /// The name of the event or signal.
    event: Option<String>,
    /// For quiet: for how long.
    #[schema(value_type = Option<f64>)]
    idle_hours: Option<f64>,
    date: Option<StartDate>,
    /// For the clock: its date, cycle or cron.
    schedule: Option<String>,
    /// What must be true, as an expression.
    filter: Option<String>,
    reentry: StartReentry,
}

/// A date that a flow begins by.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct StartDate {
    /// The customer's property.
    property: String,
    is_yearly: bool,
    /// Days from the date; below zero before it.
    days: i32,
    /// The hour of the shop's clock, such as `09:00`.
    at: String,
}

/// How often one customer may go through.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, utoipa::ToSchema)]
struct StartReentry {
    rule: ReentryRule,
    /// For `every`: at most once in so many days.
    #[schema(value_type = Option<f64>)]
    days: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum ReentryRule {
    /// Once for each cart; without a cart not while one is under way.
    OncePerCart,
    /// Once for each order; without an order not while one is under way.
    OncePerOrder,
    /// Once for a customer, ever.
    Once,
    /// Not while another journey of the flow is under way.
    WhileIdle,
    Every,
    Always,
}

impl From<Reentry> for StartReentry {
    fn from(reentry: Reentry) -> StartReentry {
        let (rule, days) = match reentry {
            Reentry::OncePerCart => (ReentryRule::OncePerCart, None),
            Reentry::OncePerOrder => (ReentryRule::OncePerOrder, None),
            Reentry::OnceEver => (ReentryRule::Once, None),
            Reentry::WhileIdle => (ReentryRule::WhileIdle, None),
            Reentry::Every(pause) => (ReentryRule::Every, Some(pause as f64 / DAY as f64)),
            Reentry::Always => (ReentryRule::Always, None),
        };
        StartReentry { rule, days }
    }
}

impl From<&DateOf> for StartDate {
    fn from(date: &DateOf) -> StartDate {
        let DateOf { property, is_yearly, days, at } = date;
        StartDate {
            property: property.to_string(),
            is_yearly: *is_yearly,
            days: *days,
            at: at.strftime("%H:%M").to_string(),
        }
    }
}

/// How a version begins.
pub fn starts_of(compiled: &Compiled) -> Vec<FlowStart> {
    compiled.starts.iter().map(|start| start_of(compiled, start)).collect()
}

fn start_of(compiled: &Compiled, start: &StartEvent) -> FlowStart {
    let node = compiled.definition.node(start.node);
    let message = |name: &str| (Some(name.to_owned()), super::table::of_event(name));
    let of = |id: &str| (None, TRIGGERS.iter().find(|trigger| trigger.id == id));
    let (event, trigger) = match &start.kind {
        StartKind::Event(name) => message(name),
        StartKind::CartIdle(_) => message(super::CART_IDLE),
        StartKind::CheckoutLeft(_) => message(super::CHECKOUT_LEFT),
        StartKind::BrowseLeft(_) => message(super::BROWSE_LEFT),
        StartKind::Date(_) => message(super::CUSTOMER_DATE),
        StartKind::Signal(name) => (Some(name.to_string()), of("signal").1),
        StartKind::Schedule => of("schedule"),
        StartKind::Condition(_) => of("condition"),
        StartKind::Asked => of("asked"),
    };
    let idle = match &start.kind {
        StartKind::CartIdle(idle) | StartKind::CheckoutLeft(idle) | StartKind::BrowseLeft(idle) => Some(*idle),
        _ => None,
    };
    let filter = match &start.kind {
        StartKind::Condition(condition) => Some(condition.source().to_owned()),
        _ => node.attribute("filter").map(str::to_owned),
    };
    FlowStart {
        at: node.id.clone(),
        name: node.title().to_owned(),
        kind: trigger.map_or(TriggerKind::Event, |trigger| trigger.kind),
        trigger: trigger.map(|trigger| trigger.id),
        words: trigger.map(|trigger| words(trigger.it, trigger.en)),
        event,
        idle_hours: idle.map(hours),
        date: match &start.kind {
            StartKind::Date(date) => Some(date.into()),
            _ => None,
        },
        schedule: match node.catch() {
            Some(bpmn::Catch::Timer(timer)) => Some(timer.written()),
            _ => None,
        },
        filter: filter.map(|text| text.trim().trim_start_matches('=').trim().to_owned()),
        reentry: start.reentry.into(),
    }
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct StartBody {
    #[schema(value_type = String)]
    customer: Id,
    /// The cart it is about; one of the customer's.
    #[schema(value_type = Option<String>)]
    cart: Option<Id>,
    /// The order it is about, by the shop's id.
    order: Option<String>,
    /// What the journey keeps from its start.
    #[serde(default)]
    variables: Map<String, Value>,
    /// Also where re-entry forbids it.
    #[serde(default)]
    is_anyway: bool,
}

/// A journey that has begun.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct StartedJourney {
    #[schema(value_type = String)]
    id: Id,
}

/// Begins a journey for a customer at the flow's start without an event. Re-entry holds unless the caller says otherwise; why
/// it did not begin is the problem's code, such as `flows.once_per_cart`. Send an `Idempotency-Key` to be able to ask twice.
#[utoipa::path(post, path = "/flows/{id}/start", tag = "flows", params(("id" = String, Path)), request_body = StartBody,
    security(("key" = ["flows:write"])), responses((status = 201, body = StartedJourney), Refused))]
async fn start_journey(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    JsonBody(body): JsonBody<StartBody>,
) -> Result<(StatusCode, Json<StartedJourney>), Problem> {
    caller.write(Area::Flows)?;
    let shared = state.shared(&caller);
    let flow = flow_of(&shared, &id)?;
    let version = flow.enabled.and_then(|number| flow.version(number));
    let off = || Problem::conflict("flows.is_off", format!("the flow {id} is switched off"));
    let compiled = state.domain.compiler.compile(version.ok_or_else(off)?).map_err(super::super::api::wrong_flow)?;
    if !compiled.starts.iter().any(|start| matches!(start.kind, StartKind::Asked)) {
        let detail = format!("the flow {id} has no start without an event: draw one to begin it by hand");
        return Err(Problem::conflict("flows.no_plain_start", detail));
    }
    state.customer(&caller, body.customer).await?;
    let StartBody { customer, cart, order, variables, is_anyway } = body;
    let said = AskedStart { customer, flow: id.clone(), cart, order, variables, is_anyway };
    let reply = state.carry_out(&caller, "flow.start", &said).await?;
    let asked: Asked = serde_json::from_value(reply)
        .map_err(|error| Problem::unavailable("log.slow", format!("the answer was not understood: {error}")))?;
    match asked.journey {
        Some(id) => Ok((StatusCode::CREATED, Json(StartedJourney { id }))),
        None => Err(not_started(&id, asked.reason.as_deref().unwrap_or_default())),
    }
}

fn not_started(flow: &str, reason: &str) -> Problem {
    let words = reason_why(reason).map_or_else(|| reason.to_owned(), |why| why.en);
    let detail = format!("no journey of the flow {flow} began: {words}");
    match reason {
        "once_ever" => Problem::conflict("flows.once_ever", detail),
        "once_per_cart" => Problem::conflict("flows.once_per_cart", detail),
        "once_per_order" => Problem::conflict("flows.once_per_order", detail),
        "under_way" => Problem::conflict("flows.under_way", detail),
        "too_soon" => Problem::conflict("flows.too_soon", detail),
        "too_many_journeys" => Problem::conflict("flows.too_many_journeys", detail),
        "exit_rule" => Problem::conflict("flows.exit_rule", detail),
        "not_a_person" => Problem::conflict("flows.not_a_person", detail),
        _ => Problem::conflict("flows.not_started", detail),
    }
}
