//! Reports over HTTP, as JSON or as a table for a spreadsheet.

use super::{
    Recovery, Sum,
    period::{AskedPeriod, Period, settings_of},
    sql,
};
use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use base::Currency;
use crm::{
    api::{
        Amount, ApiState,
        csv::{self, Cell, Csv},
    },
    desk::{Area, Caller},
};
use http_kit::{OpenApiRouter, Problem, QueryOf, Refused, routes};
use serde::{Deserialize, Serialize};

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(recovery_report))
}

/// The form of a report.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Format {
    /// `csv` for a table (so does an Accept header of `text/csv`), else JSON.
    pub format: Option<String>,
}

/// The recovery of carts in a period, beside the period of the same length right before it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct RecoveryReport {
    /// The first day.
    #[schema(value_type = String, format = Date)]
    from: String,
    /// The last day, counted in full.
    #[schema(value_type = String, format = Date)]
    to: String,
    /// The zone of the days.
    time_zone: String,
    recovery: Recovery,
    previous: PreviousRecovery,
}

/// The period before, for comparison.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct PreviousRecovery {
    #[schema(value_type = String, format = Date)]
    from: String,
    #[schema(value_type = String, format = Date)]
    to: String,
    recovery: Recovery,
}

/// What the recovery of carts did and earned in a period.
///
/// Sums are exact: the linear credits of an order add up to its value, to the cent.
#[utoipa::path(get, path = "/reports/recovery", tag = "reports", params(AskedPeriod, Format), security(("key" = ["reports:read"])),
    responses((status = 200, content((RecoveryReport = "application/json"), (String = "text/csv"))), Refused))]
async fn recovery_report(
    State(state): State<ApiState>,
    caller: Caller,
    QueryOf(asked): QueryOf<AskedPeriod>,
    QueryOf(Format { format }): QueryOf<Format>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    caller.read(Area::Reports)?;
    let settings = settings_of(&state.handle(&caller).shared());
    let period = asked.days(&settings, state.clock.now())?;
    let found = sums(&state, &caller, period).await?;
    if csv::is_wanted(format.as_deref(), &headers) {
        return Ok(table(&found, period).into_response(&format!("recovery-{}-{}.csv", period.from, period.to)));
    }
    let before = period.previous();
    let report = RecoveryReport {
        from: period.from.to_string(),
        to: period.to.to_string(),
        time_zone: settings.time_zone,
        recovery: Recovery::of(&found),
        previous: PreviousRecovery {
            from: before.from.to_string(),
            to: before.to.to_string(),
            recovery: Recovery::of(&sums(&state, &caller, before).await?),
        },
    };
    Ok(Json(report).into_response())
}

async fn sums(state: &ApiState, caller: &Caller, period: Period) -> Result<Vec<Sum>, Problem> {
    let (from, to) = period.numbers();
    let rows = state.query(&sql::RECOVERY, &[caller.workspace.into(), from.into(), to.into()]).await?;
    let sum = |row: &store::Row| Sum {
        metric: row.text("metric").to_owned(),
        flow: row.text("flow").to_owned(),
        step: row.text("step").to_owned(),
        currency: row.text("currency").to_owned(),
        n: row.int("n"),
        minor: row.int("minor"),
    };
    Ok(rows.iter().map(sum).collect())
}

/// One line for each sum.
fn table(sums: &[Sum], period: Period) -> Csv {
    let mut csv = Csv::new(&["from", "to", "metric", "flow", "step", "currency", "count", "amount"]);
    for sum in sums {
        let amount = Currency::parse(&sum.currency)
            .filter(|_| sum.minor != 0)
            .map(|currency| Cell::Number(Amount::new(sum.minor, currency).decimal()));
        csv.row([
            period.from.to_string().into(),
            period.to.to_string().into(),
            sum.metric.as_str().into(),
            sum.flow.as_str().into(),
            sum.step.as_str().into(),
            sum.currency.as_str().into(),
            sum.n.into(),
            amount.unwrap_or(Cell::Empty),
        ]);
    }
    csv
}
