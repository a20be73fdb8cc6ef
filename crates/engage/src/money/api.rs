//! The credits behind the report over HTTP: one row for each touch of each recovered order.

use super::sql;
use crate::api::ApiState;
use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use base::{Id, Time};
use crm::{
    api::{
        Amount,
        csv::{self, Cell, Csv},
    },
    carts::api::Owner,
    desk::{Area, Caller},
};
use http_kit::{OpenApiRouter, Page, Paging, PagingQuery, Problem, QueryOf, Refused, routes};
use insight::reports::{api::Format, period::AskedPeriod};
use serde::Serialize;
use store::Row;

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list_credits))
}

/// One touch's share of an order.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct CreditItem {
    /// The shop's own id.
    order: String,
    /// The number of the touch within the order, oldest first, from 0.
    n: i64,
    #[schema(value_type = String, format = DateTime)]
    ordered_at: Time,
    customer: Owner,
    /// The whole order.
    total: Option<Amount>,
    /// `message`, `click`, `contact` or `visit`.
    kind: String,
    #[schema(value_type = String, format = DateTime)]
    touched_at: Time,
    #[schema(value_type = Option<String>)]
    message: Option<Id>,
    flow: String,
    step: String,
    linear: Option<Amount>,
    last_interaction: Option<Amount>,
    /// An agent had a part in the order, so that it is theirs and no touch has a share.
    is_agent_closed: bool,
}

/// Rows of one table for a spreadsheet.
const TABLE_MAX: usize = 100_000;
/// Rows read at a time for it.
const TABLE_SLICE: i64 = 2_000;

/// Shares of recovered orders in a period, newest order first. As a table: all of them, up to 100,000 rows.
#[utoipa::path(get, path = "/reports/credits", tag = "reports", params(AskedPeriod, Format, PagingQuery),
    security(("key" = ["reports:read"])),
    responses((status = 200, content((Page<CreditItem> = "application/json"), (String = "text/csv"))), Refused))]
async fn list_credits(
    State(state): State<ApiState>,
    caller: Caller,
    QueryOf(asked): QueryOf<AskedPeriod>,
    QueryOf(Format { format }): QueryOf<Format>,
    paging: Paging,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    caller.read(Area::Reports)?;
    let settings = state.shared(&caller).settings.clone();
    let period = asked.days(&settings, state.facts.clock.now())?;
    let within = period.instants(&settings);
    if csv::is_wanted(format.as_deref(), &headers) {
        let table = table(&state, &caller, within).await?;
        return Ok(table.into_response(&format!("credits-{}-{}.csv", period.from, period.to)));
    }
    let before = paging.after()?.unwrap_or_else(newest);
    let items = read(&state, &caller, within, &before, paging.rows()).await?;
    Ok(Json(Page::of(items, &paging, spot)).into_response())
}

/// Where a row stands in the order of the list.
type Spot = (Time, String, i64);

fn newest() -> Spot {
    (Time::MAX, String::new(), 0)
}

fn spot(item: &CreditItem) -> Spot {
    (item.ordered_at, item.order.clone(), item.n)
}

async fn read(
    state: &ApiState,
    caller: &Caller,
    (from, to): (Time, Time),
    before: &Spot,
    rows: i64,
) -> Result<Vec<CreditItem>, Problem> {
    let (at, order, n) = before;
    let params = [
        caller.workspace.into(),
        from.into(),
        to.into(),
        (*at).into(),
        order.as_str().into(),
        (*n).into(),
        rows.into(),
    ];
    Ok(state.query(&sql::CREDITS, &params).await?.iter().map(item).collect())
}

fn item(row: &Row) -> CreditItem {
    let amount = |name: &str| Amount::of(row.opt_int(name), row.opt_text("currency"));
    CreditItem {
        order: row.text("order_id").to_owned(),
        n: row.int("n"),
        ordered_at: row.time("ordered_at"),
        customer: Owner::of_row(row),
        total: amount("order_minor"),
        kind: row.text("kind").to_owned(),
        touched_at: row.time("touched_at"),
        message: row.opt_id("message"),
        flow: row.text("flow").to_owned(),
        step: row.text("step").to_owned(),
        linear: amount("linear"),
        last_interaction: amount("last"),
        is_agent_closed: row.flag("is_agent"),
    }
}

async fn table(state: &ApiState, caller: &Caller, within: (Time, Time)) -> Result<Csv, Problem> {
    let mut csv = Csv::new(&[
        "order",
        "ordered_at",
        "customer",
        "name",
        "email",
        "currency",
        "total",
        "kind",
        "touched_at",
        "flow",
        "step",
        "linear",
        "last_interaction",
        "is_agent_closed",
    ]);
    let (mut before, mut written) = (newest(), 0);
    while written < TABLE_MAX {
        let items = read(state, caller, within, &before, TABLE_SLICE).await?;
        let Some(last) = items.last() else { break };
        before = spot(last);
        written += items.len();
        for item in items {
            let number = |amount: Option<Amount>| amount.map_or(Cell::Empty, |amount| Cell::Number(amount.decimal()));
            csv.row([
                item.order.into(),
                item.ordered_at.to_string().into(),
                item.customer.id.to_string().into(),
                item.customer.name.into(),
                item.customer.email.into(),
                item.total.map(|amount| amount.currency.to_string()).into(),
                number(item.total),
                item.kind.into(),
                item.touched_at.to_string().into(),
                item.flow.into(),
                item.step.into(),
                number(item.linear),
                number(item.last_interaction),
                i64::from(item.is_agent_closed).into(),
            ]);
        }
    }
    Ok(csv)
}
