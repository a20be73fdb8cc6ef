//! What happens, as it happens: server-sent events.

use crate::{api::ApiState, shared::Shared};
use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use base::{SharedClock, Time};
use crm::{
    calls::Input,
    desk::{Area, Caller},
};
use futures_util::{Stream, stream};
use http_kit::{OpenApiRouter, Problem, Refused, routes};
use runtime::Handle;
use serde::Serialize;
use serde_json::Value;
use std::{convert::Infallible, sync::Arc, time::Duration};
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::{Instant, Interval, MissedTickBehavior},
};

/// How often the status is told.
const STATUS_EVERY: Duration = Duration::from_secs(3);
/// A stream ends after this long and the browser opens it again: a session or key that ended meanwhile is noticed then.
const ENDS_AFTER: Duration = Duration::from_secs(10 * 60);

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(live))
}

/// How the workspace's loop stands.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct LiveStatus {
    /// The newest event that is applied.
    position: i64,
    /// The newest event that is in the log.
    appended: i64,
    /// When the newest applied event was received.
    #[schema(value_type = String, format = DateTime)]
    received_at: Time,
    /// The server's clock.
    #[schema(value_type = String, format = DateTime)]
    now: Time,
    /// When the next timer fires.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_due_at: Option<Time>,
    /// Since when sending is paused.
    #[schema(value_type = Option<String>, format = DateTime)]
    hold_since: Option<Time>,
}

/// What happens in the workspace, as server-sent events: `status` (at the start and every few seconds), and announcements named
/// by their `kind`, such as `cart_state` and `agent_notice`. `missed` says how many announcements a slow reader did not get. The
/// stream ends after ten minutes; open it again.
#[utoipa::path(get, path = "/live", tag = "live", security(("key" = ["carts:read"])),
    responses((status = 200, body = LiveStatus, content_type = "text/event-stream"), Refused))]
async fn live(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    caller.read(Area::Carts)?;
    let handle = state.handle(&caller);
    let mut status = tokio::time::interval(STATUS_EVERY);
    status.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let listener = Listener {
        news: handle.live(),
        clock: state.facts.clock.clone(),
        handle,
        status,
        ends: Instant::now() + ENDS_AFTER,
    };
    let events = stream::unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok(event), listener))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

/// One open stream.
struct Listener {
    clock: SharedClock,
    handle: Handle<Input>,
    news: Receiver<Arc<Value>>,
    status: Interval,
    ends: Instant,
}

impl Listener {
    /// The next thing to tell; `None`: it is time to end.
    async fn next(&mut self) -> Option<Event> {
        tokio::select! {
            news = self.news.recv() => match news {
                Ok(news) => {
                    let kind = news.get("kind").and_then(Value::as_str).unwrap_or("news").to_owned();
                    Some(Event::default().event(kind).data(news.to_string()))
                }
                Err(RecvError::Lagged(missed)) => Some(Event::default().event("missed").data(missed.to_string())),
                Err(RecvError::Closed) => None,
            },
            _ = self.status.tick() => Some(self.status()),
            () = tokio::time::sleep_until(self.ends) => None,
        }
    }

    fn status(&self) -> Event {
        let status = self.handle.status();
        let shared: Shared = runtime::applier::decode(&self.handle.shared());
        let status = LiveStatus {
            position: status.position(),
            appended: status.appended(),
            received_at: status.received(),
            now: self.clock.now(),
            next_due_at: status.next_due(),
            hold_since: shared.hold,
        };
        Event::default().event("status").data(serde_json::to_string(&status).expect("plain values"))
    }
}
