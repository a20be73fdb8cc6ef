//! `/healthz` (the process), `/readyz` (database and loops), `/metrics` (Prometheus text).

use crate::serve::Server;
use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use base::Time;
use prometheus_client::{encoding::text::encode, metrics::gauge::Gauge, registry::Registry};
use serde_json::json;
use std::sync::{Arc, atomic::AtomicI64};
use tokio::sync::Mutex;

pub fn router(server: Arc<Server>) -> Router {
    let kept = Kept::default();
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(move |state| metrics(state, kept.clone())))
        .route("/version", get(|| async { Json(json!({ "version": env!("CARGO_PKG_VERSION") })) }))
        .with_state(server)
}

/// Figures of all workspaces together, the worst of each.
pub struct Figures {
    pub oldest_unapplied_ms: i64,
    pub timers_overdue: i64,
    pub outbox_depth: i64,
    pub events: i64,
    pub dirty_bytes: i64,
    /// Why the process is not ready, in words.
    pub trouble: Option<String>,
    pub holds: bool,
}

/// Reads the figures.
pub async fn figures(server: &Server) -> Figures {
    let now = server.clock.now();
    let mut figures = Figures {
        oldest_unapplied_ms: 0,
        timers_overdue: 0,
        outbox_depth: 0,
        events: 0,
        dirty_bytes: 0,
        trouble: None,
        holds: false,
    };
    if let Err(error) = server.db.ping().await {
        figures.trouble = Some(format!("the database does not answer: {error}"));
        return figures;
    }
    for handle in server.runtime.running() {
        let status = handle.status();
        let partition = handle.partition();
        figures.events += status.position();
        figures.dirty_bytes += status.dirty_bytes();
        if status.appended() > status.position() {
            figures.oldest_unapplied_ms = figures.oldest_unapplied_ms.max((now - status.received()) / 1000).max(1);
        }
        if let Some(due) = status.next_due() {
            figures.timers_overdue += i64::from(now - due > base::SECOND);
        }
        let rows = server.db.query(&runtime::sql::EFFECT_COUNT, &[partition.into()]).await;
        figures.outbox_depth += rows.ok().and_then(|rows| rows.first().map(|row| row.int("n"))).unwrap_or(0);
        let overdue =
            server.db.query(&runtime::sql::TIMERS_OVERDUE, &[partition.into(), (now + -base::SECOND).into()]).await;
        figures.timers_overdue += overdue.ok().and_then(|rows| rows.first().map(|row| row.int("n"))).unwrap_or(0);
        let shared: engage::shared::Shared = runtime::applier::decode(&handle.shared());
        figures.holds |= shared.hold.is_some();
        if server.runtime.applies() && !status.is_running() && server.db.engine() == store::Engine::Sqlite {
            figures.trouble = Some(format!("the loop of workspace {partition} is not running; the log says why"));
        }
    }
    figures
}

/// Sources in trouble as they were counted last, and when. Counting reads two weeks of hours of each workspace, and a silence is
/// told in whole hours: who asks every few seconds gets what was counted.
type Kept = Arc<Mutex<Option<(Time, (i64, i64))>>>;
/// How long a count is given again.
const KEPT_FOR: i64 = base::MINUTE;

async fn troubled_lately(server: &Server, kept: &Kept) -> (i64, i64) {
    let mut kept = kept.lock().await;
    let now = server.clock.now();
    match *kept {
        Some((at, found)) if (0..KEPT_FOR).contains(&(now - at)) => found,
        _ => kept.insert((now, troubled(server).await)).1,
    }
}

/// Sources that are silent for longer than usual, and shops that need a person.
async fn troubled(server: &Server) -> (i64, i64) {
    let (mut silent, mut stopped) = (0, 0);
    for handle in server.runtime.running() {
        // A database that does not answer is told by `up`.
        for alarm in crm::health::alarms(&server.db, handle.partition(), server.clock.now()).await.unwrap_or_default() {
            let is_silent = alarm.trouble == crm::health::Trouble::Silent;
            silent += i64::from(is_silent);
            stopped += i64::from(!is_silent);
        }
    }
    (silent, stopped)
}

async fn ready(State(server): State<Arc<Server>>) -> Response {
    let figures = figures(&server).await;
    let status = match (&figures.trouble, figures.holds) {
        (Some(_), _) => "not_ready",
        (None, true) => "hold",
        (None, false) => "ready",
    };
    let body = json!({
        "status": status,
        "reason": figures.trouble,
        "version": env!("CARGO_PKG_VERSION"),
        "oldest_unapplied_ms": figures.oldest_unapplied_ms,
        "timers_overdue": figures.timers_overdue,
        "outbox_depth": figures.outbox_depth,
    });
    let code = if figures.trouble.is_some() { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    (code, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

async fn metrics(State(server): State<Arc<Server>>, kept: Kept) -> Response {
    let figures = figures(&server).await;
    let (silent, stopped) = troubled_lately(&server, &kept).await;
    let mut registry = Registry::with_prefix("ritorno");
    let mut gauge = |name: &str, help: &str, value: i64| {
        let gauge: Gauge<i64, AtomicI64> = Gauge::default();
        gauge.set(value);
        registry.register(name, help, gauge);
    };
    gauge(
        "oldest_unapplied_ms",
        "Age of the oldest event that is in the log and not applied",
        figures.oldest_unapplied_ms,
    );
    gauge("timers_overdue", "Timers past their time and not fired", figures.timers_overdue);
    gauge("outbox_depth", "Effects waiting to be carried out", figures.outbox_depth);
    gauge("events_applied", "The newest applied position of all workspaces, added up", figures.events);
    gauge("dirty_bytes", "Encoded cells not yet in their own rows", figures.dirty_bytes);
    gauge("sources_silent", "Sources that are silent for longer than they ever were", silent);
    gauge("shops_stopped", "Shops whose API is not read any more until a person has put something right", stopped);
    gauge("up", "1 where the process is ready", i64::from(figures.trouble.is_none()));
    let mut text = String::new();
    let encoded = encode(&mut text, &registry);
    match encoded {
        Ok(()) => ([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text)
            .into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn sources_are_counted_once_a_minute() {
        let server = Server::in_memory().await.expect("a server in memory");
        let now = server.clock.now();
        let check = async |at: Time, expected: (i64, i64)| {
            let kept: Kept = Arc::new(Mutex::new(Some((at, (7, 8)))));
            assert_eq!(troubled_lately(&server, &kept).await, expected);
        };
        check(now, (7, 8)).await;
        check(now.plus(-2 * base::MINUTE), (0, 0)).await;
        // A clock that was put back gives nothing again for long.
        check(now.plus(base::HOUR), (0, 0)).await;
        server.runtime.close().await;
    }
}
