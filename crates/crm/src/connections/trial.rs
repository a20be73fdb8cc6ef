//! Trying a mapping on a body before any shop is connected with it: nothing is kept, neither the one nor the other.

use super::{
    reader::{GENERIC, Reader},
    rows::MAPPING_MAX,
};
use crate::{
    desk::{Area, Caller},
    door::{Taken, Times},
};
use adapters::shops::{Settings, joined};
use axum::{Json, extract::State};
use base::{Currency, Time};
use http_kit::{JsonBody, Problem, Refused};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The largest body that is tried.
const BODY_MAX: usize = 1 << 20;
/// Events that are shown.
const EVENTS_MAX: usize = 50;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TryMapping {
    /// The mapping document, as its author wrote it.
    mapping: String,
    /// A body as the shop sends it.
    body: String,
    /// What the shop says in the header `x-topic`.
    topic: Option<String>,
    /// The IANA zone of times that name none; UTC if not said.
    zone: Option<String>,
    /// The currency of amounts that name none.
    currency: Option<String>,
}

/// What a body would become.
#[derive(Debug, Default, PartialEq, Serialize, ToSchema)]
pub(super) struct TriedMapping {
    /// What is wrong with the mapping, with the place; then nothing was read.
    mapping_problem: Option<String>,
    /// Why nothing of the body is understood.
    refusal: Option<String>,
    /// The first 50 events that it would become.
    #[schema(value_type = Vec<Object>)]
    events: Vec<serde_json::Value>,
    /// Why parts of it say nothing that is kept.
    ignored: Vec<String>,
    /// Why parts of it, or events that it became, would be kept aside.
    refused: Vec<String>,
}

/// See what a mapping makes of a body. Nothing is kept.
#[utoipa::path(post, operation_id = "try_mapping", path = "/api/v1/mappings/try", tag = "connections", request_body = TryMapping,
    responses((status = 200, body = TriedMapping), Refused))]
pub(super) async fn try_mapping(
    State(state): State<super::Connections>,
    caller: Caller,
    JsonBody(asked): JsonBody<TryMapping>,
) -> Result<Json<TriedMapping>, Problem> {
    caller.read(Area::Sources)?;
    if asked.mapping.len() > MAPPING_MAX || asked.body.len() > BODY_MAX {
        let text = format!("a mapping of at most {} KB and a body of at most 1 MB are tried", MAPPING_MAX >> 10);
        return Err(Problem::unprocessable("connections.trial_too_large", text));
    }
    Ok(Json(tried(&asked, state.desk.clock.now())))
}

fn tried(asked: &TryMapping, now: Time) -> TriedMapping {
    let reader = match Reader::of(GENERIC, Some(&asked.mapping)) {
        Ok(reader) => reader,
        Err(reason) => return TriedMapping { mapping_problem: Some(reason), ..TriedMapping::default() },
    };
    let zone = asked.zone.as_deref().and_then(|zone| TimeZone::get(zone).ok()).unwrap_or(TimeZone::UTC);
    let currency = asked.currency.as_deref().and_then(Currency::parse);
    let settings = Settings { zone, currency, namespace: None };
    let topic = asked.topic.as_deref().filter(|topic| !topic.is_empty());
    let parsed = match reader.parse(topic, asked.body.as_bytes(), &settings) {
        Ok(parsed) => parsed,
        Err(refusal) => return TriedMapping { refusal: Some(refusal.0), ..TriedMapping::default() },
    };
    let mut outcome = TriedMapping { ignored: parsed.ignored, ..TriedMapping::default() };
    if !parsed.refused.is_empty() {
        outcome.refused.push(joined(&parsed.refused));
    }
    // The door looks at each event once more: what it refuses would go to quarantine.
    let mut taken = Taken::default();
    for event in &parsed.events {
        let text = event.to_json();
        if outcome.events.len() < EVENTS_MAX {
            outcome.events.push(serde_json::from_str(&text).expect("an event is written as JSON"));
        }
        taken.add_text(text, 0, Times { received: now, sent_at: None, corrects: true });
    }
    let refused = taken.refused.into_iter().take(EVENTS_MAX);
    outcome.refused.extend(refused.map(|refusal| format!("{}: {}", refusal.name, refusal.reason)));
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = r#"{"events":[{"event":"Order Completed","user_id":"who","properties":{
        "order_id":"id","currency":"currency","total":"total"}}]}"#;

    fn check(mapping: &str, body: &str, expected: impl Fn(&TriedMapping) -> bool) {
        let asked =
            TryMapping { mapping: mapping.to_owned(), body: body.to_owned(), topic: None, zone: None, currency: None };
        let outcome = tried(&asked, Time::parse("2026-11-22T12:00:00Z").unwrap());
        assert!(expected(&outcome), "{mapping} on {body}: {outcome:?}");
    }

    #[test]
    fn a_trial_says_the_events_or_the_place_of_the_mistake() {
        check(RULE, r#"{"id":"7","who":"a","currency":"EUR","total":"9.90"}"#, |outcome| {
            outcome.events.len() == 1
                && outcome.events[0]["event"] == "Order Completed"
                && outcome.events[0]["properties"]["order_id"] == "7"
                && outcome.refused.is_empty()
        });
        check("{", "{}", |outcome| outcome.mapping_problem.is_some());
        check(r#"{"events":[{"evnt":"x"}]}"#, "{}", |outcome| {
            outcome.mapping_problem.as_deref().is_some_and(|reason| reason.contains("events.0"))
        });
        check(RULE, "<html>", |outcome| outcome.refusal.is_some());
        check(RULE, "{}", |outcome| outcome.refusal.as_deref().is_some_and(|reason| reason.contains("user_id")));
        check(&RULE.replace("\"event\"", "\"when\":{\"path\":\"kind\",\"is\":\"x\"},\"event\""), "{}", |outcome| {
            outcome.ignored.len() == 1
        });
    }

    #[test]
    fn what_the_door_would_refuse_is_told() {
        check(RULE, r#"{"id":"7","who":"a","currency":"XYZ1","total":"1"}"#, |outcome| outcome.refused.len() == 1);
    }
}
