//! What the routes of the API share: their state, how a customer is read through the loop, amounts, and how the loop's refusals
//! become problems.

pub mod csv;
mod history;

pub use history::{Spot, Walk, chunk_at};

use crate::{
    calls::{Command, Input},
    catalogue::Entry,
    customers::Facts,
    desk::{Caller, DeskState, store_problem},
    door::Loops,
};
use axum::extract::FromRef;
use base::{Currency, Id, Money, SharedClock};
use bytes::Bytes;
use http_kit::Problem;
use minicbor::Decode;
use runtime::{AppendError, Handle, NewEvent, Origin};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use store::{Db, Row, Sql, Value};

/// What a route of the facts needs. Cheap to clone.
#[derive(Clone)]
pub struct ApiState {
    pub db: Db,
    pub clock: SharedClock,
    pub desk: DeskState,
    pub loops: Loops,
}

impl FromRef<ApiState> for DeskState {
    fn from_ref(state: &ApiState) -> DeskState {
        state.desk.clone()
    }
}

impl ApiState {
    /// The loop of the caller's workspace.
    pub fn handle(&self, caller: &Caller) -> Handle<Input> {
        (self.loops)(caller.workspace)
    }

    /// Reads rows; an error becomes the problem that the caller sees.
    pub async fn query(&self, sql: &'static Sql, params: &[Value]) -> Result<Vec<Row>, Problem> {
        self.db.query(sql, params).await.map_err(|error| store_problem(&error))
    }

    /// The customer with this id, or the one it was joined to.
    pub async fn customer(&self, caller: &Caller, id: Id) -> Result<(Id, Facts), Problem> {
        let (id, data) = living_cell(&self.handle(caller), id).await.ok_or_else(|| no_customer(id))?;
        Ok((id, facts_of(&data)))
    }
}

/// The answer where there is no such customer (in the caller's workspace).
pub fn no_customer(id: Id) -> Problem {
    Problem::not_found("customers.not_found", format!("there is no customer {id}"))
}

/// The front of a customer's cell: the facts. What comes after them is action's, and is skipped; so is what makes it a product.
#[derive(Default, Decode)]
struct Head {
    #[n(0)]
    facts: Facts,
    #[n(3)]
    entry: Option<Entry>,
}

/// The facts in a customer's encoded cell.
pub fn facts_of(data: &Bytes) -> Facts {
    runtime::applier::decode::<Head>(data).facts
}

/// The facts in an encoded cell; `None`: it is a product, a store or a collection.
fn customer_of(data: &Bytes) -> Option<Facts> {
    let head = runtime::applier::decode::<Head>(data);
    head.entry.is_none().then_some(head.facts)
}

/// Joins that are followed; a chain is as long as the customer's history of joins, which is short.
const JOINS_MAX: usize = 32;

/// The cell of a customer, or of the one it was joined to; `None`: there is no such customer.
pub async fn living_cell(handle: &Handle<Input>, id: Id) -> Option<(Id, Bytes)> {
    let mut id = id;
    for _ in 0..JOINS_MAX {
        // The cell with the id 0 is the workspace's own.
        let data = handle.cell(id).await.filter(|_| !id.is_zero())?;
        match customer_of(&data)?.merged_into {
            Some(next) => id = next,
            None => return Some((id, data)),
        }
    }
    None
}

/// An amount: integer minor units (cents for EUR, yen for JPY) and the currency they are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Amount {
    pub minor: i64,
    #[schema(value_type = String, example = "EUR")]
    pub currency: Currency,
}

impl Amount {
    pub fn new(minor: i64, currency: Currency) -> Amount {
        Amount { minor, currency }
    }

    /// Of two columns; `None` where either is unknown.
    pub fn of(minor: Option<i64>, currency: Option<&str>) -> Option<Amount> {
        Some(Amount { minor: minor?, currency: Currency::parse(currency?)? })
    }

    /// The amount in major units, as a plain decimal text.
    pub fn decimal(&self) -> String {
        Money::new(self.minor, self.currency).decimal().to_string()
    }
}

/// A command as the log takes it: `data` with who gave it under `by`.
pub fn command(name: &'static str, data: &impl Serialize, caller: &Caller, state: &ApiState) -> NewEvent<Input> {
    let mut data = serde_json::to_value(data).expect("our own commands are JSON");
    if let Json::Object(fields) = &mut data {
        fields.insert("by".to_owned(), Json::String(caller.name()));
    }
    let data = serde_json::value::to_raw_value(&data).expect("JSON is JSON");
    NewEvent {
        message_id: Box::default(),
        sent: None,
        occurred: state.clock.now(),
        origin: Origin::Ours,
        source: 0,
        kind: "command",
        name: name.into(),
        payload: Bytes::copy_from_slice(data.get().as_bytes()),
        input: Input::Command(Box::new(Command { name: name.into(), data })),
    }
}

/// Puts a command in the log of the caller's workspace, waits until it is applied, and answers what the fold replied.
pub async fn carry_out(
    state: &ApiState,
    caller: &Caller,
    name: &'static str,
    data: &impl Serialize,
) -> Result<Json, Problem> {
    let event = command(name, data, caller, state);
    state.handle(caller).command(event).await.map_err(refusal)
}

/// The loop's no, as a problem.
pub fn refusal(error: AppendError) -> Problem {
    match error {
        AppendError::Busy { retry_after_s } => Problem::too_many("log.busy", error.to_string(), retry_after_s),
        AppendError::Refused(reason) => Problem::conflict("command.refused", reason),
        AppendError::Unavailable(reason) => {
            tracing::warn!(reason, "a command could not be put in the log");
            Problem::unavailable("log.unavailable", "the log cannot be written now, try again in a moment")
        }
        AppendError::Slow(_) => Problem::unavailable("log.slow", error.to_string()),
    }
}
