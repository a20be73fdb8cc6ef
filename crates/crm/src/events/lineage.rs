//! Where a fact comes from: the event that said it, found again in the customer's own events. Nothing is kept for it; of facts
//! that an event long ago said, only so many events are looked through, and the answer says so.

use crate::{
    api::{ApiState, Spot, Walk, chunk_at},
    calls::{Act, parse_call},
    carts::Cart,
    customers::{Facts, api::everyone},
    desk::{Area, Caller, find_source, store_problem},
};
use axum::{Json, extract::State};
use base::{Id, Time};
use http_kit::{OpenApiRouter, PathOf, Problem, QueryOf, Refused, routes};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Row;

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(find_lineage))
}

/// Events looked through for one answer, and in one read.
const LOOKED_AT_MAX: usize = 2_000;
const SLICE: usize = 250;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct AskLineage {
    /// Of the customer: `email`, `phone`, `first_name`, `last_name`, `name`, `language`, `time_zone`, `address`, `agent`,
    /// `traits.NAME`, `tags.NAME`, `consent.PURPOSE.CHANNEL`. Of a cart: `lines`, `total`, `currency`, `coupon`, `step`,
    /// `checkout_url`, `order`.
    #[serde(default)]
    field: String,
    /// The cart whose field it is, by its id or the shop's.
    cart: Option<String>,
}

/// Which event said what a field holds now.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct Lineage {
    field: String,
    /// `null`: no event among those looked through says it.
    event: Option<Origin>,
    /// How many events were looked through, the newest first.
    looked_at: usize,
    /// Whether that was all of them.
    is_complete: bool,
}

/// The event that a fact comes from.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct Origin {
    /// Its place in the log.
    position: i64,
    #[schema(value_type = String, format = DateTime)]
    occurred_at: Time,
    #[schema(value_type = String, format = DateTime)]
    received_at: Time,
    kind: String,
    name: String,
    /// The sender's own id of it; empty where it has none.
    message_id: String,
    /// The source it came through; 0 is Ritorno itself.
    source: i64,
    source_name: Option<String>,
    /// Who did it, where a person or program did it here: `person:ID`, `key:ID`.
    by: Option<String>,
}

/// Which event of which source said what a customer's or a cart's field holds now.
#[utoipa::path(get, path = "/customers/{id}/lineage", tag = "customers", params(("id" = String, Path), AskLineage),
    security(("key" = ["customers:read"])), responses((status = 200, body = Lineage), Refused))]
async fn find_lineage(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
    QueryOf(asked): QueryOf<AskLineage>,
) -> Result<Json<Lineage>, Problem> {
    caller.read(Area::Customers)?;
    let (id, facts) = state.customer(&caller, id).await?;
    let cart = match &asked.cart {
        Some(named) => {
            let cart = crate::customers::cart_named(&facts, Some(named)).and_then(|id| facts.book.cart(id));
            Some(cart.ok_or_else(|| Problem::not_found("carts.not_found", format!("there is no cart {named}")))?)
        }
        None => None,
    };
    let question = Question::of(&asked.field, cart).ok_or_else(|| {
        let field: String = asked.field.chars().take(60).collect();
        Problem::bad_request("lineage.wrong_field", format!("{field:?} is no field whose origin is known"))
    })?;
    let mut lineage = look(&state, &caller, id, &facts, &question).await?;
    lineage.field = asked.field;
    if let Some(event) = lineage.event.as_mut().filter(|event| event.source != 0) {
        let source = find_source(&state.db, caller.workspace, event.source).await;
        event.source_name = source.map_err(|error| store_problem(&error))?.map(|source| source.name);
    }
    Ok(Json(lineage))
}

/// Looks through the customer's events, newest first. The last word is that of the latest time, however late it came.
async fn look(
    state: &ApiState,
    caller: &Caller,
    id: Id,
    facts: &Facts,
    question: &Question<'_>,
) -> Result<Lineage, Problem> {
    let ids = everyone(id, facts);
    let partition = caller.workspace;
    let head = state.handle(caller).status().appended();
    let oldest_chunk =
        chunk_at(&state.db, partition, head, facts.created_at).await.map_err(|error| store_problem(&error))?;
    let walk = Walk { db: &state.db, partition, ids: &ids, head, oldest_chunk };
    let key = |chunk: i64, id: Id, before: Spot, limit: i64| {
        vec![partition.into(), chunk.into(), id.into(), before.0.into(), limit.into()]
    };
    let mut best: Option<Origin> = None;
    let (mut before, mut looked_at) = (Spot::NEWEST, 0);
    loop {
        let read = |row: &Row| (Spot(row.int("position"), 0), Some(question.origin(row)));
        let page = walk.newest(&runtime::sql::EVENTS_OF_CELL, before, SLICE, key, read).await;
        let (found, next) = page.map_err(|error| store_problem(&error))?;
        looked_at += found.len();
        for origin in found.into_iter().flatten() {
            // Of two at one time the one that came later, which is met first.
            if best.as_ref().is_none_or(|best| origin.occurred_at > best.occurred_at) {
                best = Some(origin);
            }
        }
        match next.filter(|_| looked_at < LOOKED_AT_MAX) {
            Some(spot) => before = spot,
            None => return Ok(Lineage { field: String::new(), event: best, looked_at, is_complete: next.is_none() }),
        }
    }
}

/// What is asked for, in the words of events.
enum Question<'a> {
    /// A trait, by the names it may have; `of_order`: an order says it as well.
    Trait {
        names: Vec<&'a str>,
        of_command: Option<&'a str>,
        of_order: bool,
    },
    Agent,
    Tag,
    Consent {
        purpose: &'a str,
        channel: &'a str,
    },
    Cart {
        cart: &'a Cart,
        field: CartField,
    },
}

#[derive(Clone, Copy, PartialEq)]
enum CartField {
    Lines,
    Currency,
    Coupon,
    Step,
    Url,
    Order,
}

impl<'a> Question<'a> {
    fn of(field: &'a str, cart: Option<&'a Cart>) -> Option<Question<'a>> {
        if let Some(cart) = cart {
            let field = match field {
                "lines" | "total" | "products" => CartField::Lines,
                "currency" => CartField::Currency,
                "coupon" => CartField::Coupon,
                "step" => CartField::Step,
                "checkout_url" => CartField::Url,
                "order" => CartField::Order,
                _ => return None,
            };
            return Some(Question::Cart { cart, field });
        }
        let said = |names: &[&'a str], command: bool| Question::Trait {
            names: names.to_vec(),
            of_command: command.then_some(field),
            of_order: field == "email",
        };
        Some(match field {
            "email" | "phone" => said(&[field], true),
            "first_name" => said(&["first_name", "firstName"], true),
            "last_name" => said(&["last_name", "lastName"], true),
            "name" => said(&["name", "first_name", "firstName", "last_name", "lastName"], true),
            "language" => said(&["language"], true),
            "time_zone" => said(&["timeZone", "timezone"], false),
            "address" => said(&["address"], false),
            "agent" => Question::Agent,
            _ => match field.split_once('.')? {
                ("traits", name) => Question::Trait { names: vec![name], of_command: None, of_order: false },
                ("tags", _) => Question::Tag,
                ("consent", rest) => {
                    let (purpose, channel) = rest.split_once('.')?;
                    Question::Consent { purpose, channel }
                }
                _ => return None,
            },
        })
    }

    /// The event, if it says what is asked for.
    fn origin(&self, row: &Row) -> Option<Origin> {
        let (kind, name) = (row.text("kind"), row.text("name"));
        let payload: Value = serde_json::from_str(row.text("payload")).ok()?;
        let says = match kind {
            "command" => self.is_commanded(name, &payload),
            "identify" => self.is_identified(payload.get("traits").unwrap_or(&Value::Null)),
            "track" => {
                self.is_tracked(kind, name, row.text("payload"), payload.get("properties").unwrap_or(&Value::Null))
            }
            _ => false,
        };
        says.then(|| Origin {
            position: row.int("position"),
            occurred_at: row.time("occurred_at"),
            received_at: row.time("received_at"),
            kind: kind.to_owned(),
            name: name.to_owned(),
            message_id: row.text("message_id").to_owned(),
            source: row.int("source"),
            source_name: None,
            by: payload.get("by").and_then(Value::as_str).filter(|_| kind == "command").map(str::to_owned),
        })
    }

    fn is_commanded(&self, name: &str, data: &Value) -> bool {
        let has = |field: &str| data.get(field).is_some_and(|value| !value.is_null());
        match self {
            Question::Trait { of_command: Some("name"), .. } => {
                name == "customer.set" && (has("first_name") || has("last_name"))
            }
            Question::Trait { of_command: Some(field), .. } => name == "customer.set" && has(field),
            Question::Trait { .. } => false,
            Question::Agent => name == "customer.agent",
            Question::Tag => name == "customer.tags",
            Question::Consent { purpose, channel } => match name {
                "consent.set" => data["purpose"] == *purpose && data["channel"] == *channel,
                "link.unsubscribed" => *purpose == "marketing" && *channel == "email",
                _ => false,
            },
            Question::Cart { .. } => false,
        }
    }

    fn is_identified(&self, traits: &Value) -> bool {
        match self {
            Question::Trait { names, .. } => names.iter().any(|name| traits.get(name).is_some()),
            Question::Agent => traits.get("agent").is_some_and(|agent| !agent.is_null()),
            Question::Tag => traits.get("tags").is_some(),
            Question::Consent { purpose, channel } => {
                let said = traits.get("consent").and_then(|consent| consent.get(purpose));
                said.and_then(|channels| channels.get(channel)).is_some_and(Value::is_boolean)
            }
            Question::Cart { .. } => false,
        }
    }

    fn is_tracked(&self, kind: &str, name: &str, payload: &str, properties: &Value) -> bool {
        match self {
            Question::Trait { of_order: true, .. } => name == "Order Completed" && properties.get("email").is_some(),
            Question::Cart { cart, field } => is_of_cart(cart, kind, name, payload) && field.is_said(name, properties),
            _ => false,
        }
    }
}

/// Whether an event is about the cart: it names it, or names no cart while this one was open.
fn is_of_cart(cart: &Cart, kind: &str, name: &str, payload: &str) -> bool {
    let Ok(call) = parse_call(kind, name, payload.as_bytes()) else { return false };
    let Act::Shop(event) = &call.act else { return false };
    match (&event.cart_id, &event.checkout_id, &event.order_id) {
        (Some(named), _, _) => cart.shop_id.as_deref() == Some(named),
        (None, _, Some(order)) => cart.order_id.as_deref() == Some(order),
        (None, None, None) => true,
        // A checkout stands for the cart it began with; its id is not kept with the cart.
        (None, Some(_), None) => true,
    }
}

impl CartField {
    fn is_said(self, name: &str, properties: &Value) -> bool {
        let has_products = properties.get("products").or_else(|| properties.get("items")).is_some();
        match self {
            CartField::Lines => match name {
                "Product Added" | "Product Removed" | "Cart Updated" => true,
                "Cart Viewed" | "Checkout Started" => has_products,
                _ => false,
            },
            CartField::Currency => properties.get("currency").is_some(),
            CartField::Coupon => {
                matches!(name, "Coupon Entered" | "Coupon Applied" | "Coupon Removed")
                    || properties.get("coupon").is_some()
            }
            CartField::Step => {
                matches!(
                    name,
                    "Checkout Started" | "Checkout Step Viewed" | "Checkout Step Completed" | "Payment Info Entered"
                )
            }
            CartField::Url => properties.get("checkout_url").is_some(),
            CartField::Order => name == "Order Completed",
        }
    }
}
