//! Snowplow's trackers at the door: `POST /com.snowplowanalytics.snowplow/tp2` and `GET /i`, as they call a collector. The key is
//! the tracker's app id (`aid`), or stands in the path, `/snowplow/KEY/…`, where the app id is needed for itself.
//!
//! What [`adapters::snowplow`] makes of a tracked event goes the way of every call; what it cannot read waits in quarantine as the
//! tracker sent it.

use super::{
    Door, DoorLimits, NotKept,
    answer::{self, Answer},
    body, keep, key,
    take::{Refusal, Taken, Times, text_of},
};
use crate::desk::KeyKind;
use adapters::{
    shops::json::Json,
    snowplow::{self, Parsed},
};
use axum::{
    Router,
    body::Body,
    extract::{Path, RawQuery, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base::Time;
use std::sync::Arc;

/// The kind under which a tracked event waits in quarantine.
pub(super) const TRACKED: &str = "snowplow";
/// What a tracker says when nobody is to be known by what it sends.
const ANONYMOUS: HeaderName = HeaderName::from_static("sp-anonymous");
/// A tracked event may be so much larger than a call: its entities are base64 and name their schemas.
const LARGER: usize = 2;
/// The smallest picture there is.
const PIXEL: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x01D\x00;";

const POST: &str = "/com.snowplowanalytics.snowplow/tp2";
const GET: &str = "/i";

/// The two addresses, with and without a key in the path.
pub(super) fn router() -> Router<Arc<Door>> {
    let mut router = Router::new();
    for before in ["", "/snowplow/{key}"] {
        router = router
            .route(&format!("{before}{POST}"), post(receive).options(answer::preflight))
            .route(&format!("{before}{GET}"), get(look).options(answer::preflight));
    }
    router.layer(from_fn(for_its_origin))
}

async fn receive(
    State(door): State<Arc<Door>>,
    in_path: Option<Path<String>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Answer, Answer> {
    let said = in_path.map(|Path(key)| key).or_else(|| key::from_header(&headers));
    // A wrong key is told before a byte of the body is read.
    if said.as_ref().is_some_and(|key| door.desk.keys.find(key).is_none()) {
        return Err(Answer::UnknownKey);
    }
    let body = body::read(&headers, body, door.limits.batch_bytes).await?;
    let tracked = snowplow::read_post(text_of(&body)?, door.limits.batch_events).map_err(Answer::Wrong)?;
    take_in(&door, said, &headers, tracked, body.len()).await
}

async fn look(
    State(door): State<Arc<Door>>,
    in_path: Option<Path<String>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    let fields = snowplow::read_query(&query);
    if !snowplow::has_fields(&fields) {
        return Answer::Wrong("the query says nothing of an event".to_owned()).into_response();
    }
    let said = in_path.map(|Path(key)| key).or_else(|| key::from_header(&headers));
    match take_in(&door, said, &headers, vec![fields], query.len()).await {
        Ok(_) => {
            let headers = [(header::CONTENT_TYPE, "image/gif"), (header::CACHE_CONTROL, "no-store")];
            (headers, PIXEL).into_response()
        }
        Err(answer) => answer.into_response(),
    }
}

/// Durable when it returns `Ok`, in the log or in quarantine.
async fn take_in(
    door: &Door,
    said: Option<String>,
    headers: &HeaderMap,
    mut tracked: Vec<Json>,
    bytes: usize,
) -> Result<Answer, Answer> {
    let said = said.or_else(|| snowplow::app_id(&tracked)).ok_or(Answer::UnknownKey)?;
    let key = door.desk.keys.find(&said).ok_or(Answer::UnknownKey)?;
    if !key.may_send() {
        return Err(Answer::NotAllowed);
    }
    let is_anonymous = headers.contains_key(ANONYMOUS);
    if is_anonymous {
        for fields in &mut tracked {
            forget_network(fields);
        }
    }
    let received = door.desk.clock.now();
    let mut taken = take_tracked(&tracked, &said, key.source, received, &door.limits, bytes);
    if is_anonymous {
        // Whoever asked that nobody be known has nothing here to be put right.
        taken.refused.retain(|refusal| refusal.reason != NOBODY);
    }
    if key.kind == KeyKind::Write {
        taken.refuse_catalogue();
    } else {
        // A write key is public anyway; no other key's text is kept.
        for refusal in &mut taken.refused {
            refusal.body = key::mask(&refusal.body, &said);
        }
    }
    let handle = (door.loops)(key.workspace);
    let kept = keep(&door.desk, &handle, key.workspace, key.source, received, taken).await;
    kept.map(|_| Answer::Taken).map_err(|error| match error {
        NotKept::Busy { retry_after_s } => Answer::Busy { retry_after_s },
        NotKept::Unavailable => Answer::Unavailable,
    })
}

/// As the reading of a call says it.
const NOBODY: &str = "the event has neither userId nor anonymousId";

fn forget_network(fields: &mut Json) {
    if let Json::Object(fields) = fields {
        fields.retain(|(name, _)| name != "nuid");
    }
}

/// Makes calls of tracked events. `bytes` is the size of all of them: where it is small, none of them can be too large.
pub(super) fn take_tracked(
    tracked: &[Json],
    key: &str,
    source: i64,
    received: Time,
    limits: &DoorLimits,
    bytes: usize,
) -> Taken {
    let bytes_max = limits.event_bytes * LARGER;
    let mut taken = Taken::default();
    let is_large = |fields: &&Json| bytes > bytes_max && fields.to_string().len() > bytes_max;
    let (large, read): (Vec<&Json>, Vec<&Json>) = tracked.iter().partition(is_large);
    for fields in large {
        let body = fields.to_string();
        let reason = format!("the event is {} KB large, at most {} KB go in", body.len() >> 10, bytes_max >> 10);
        taken.refused.push(Refusal { kind: TRACKED, name: Box::default(), reason, body: body.into() });
    }
    let read: Vec<Json> = read.into_iter().cloned().collect();
    let Parsed { events, refused, .. } = snowplow::parse(&read, key);
    let times = Times { received, sent_at: None, corrects: true };
    for event in events {
        taken.add_text(event.to_json(), source, times);
    }
    for (place, reason) in refused {
        let fields = &read[place];
        let name = fields.text("e").unwrap_or_default().into();
        taken.refused.push(Refusal { kind: TRACKED, name, reason, body: fields.to_string().into() });
    }
    taken
}

/// What a tracked event that waits in quarantine becomes; the error is why nothing.
pub(super) fn read_again(text: &str, source: i64, received: Time, limits: &DoorLimits) -> Result<Taken, String> {
    let fields = Json::read(text)?;
    let mut taken = take_tracked(std::slice::from_ref(&fields), "", source, received, limits, text.len());
    match taken.refused.pop() {
        Some(refusal) => Err(refusal.reason),
        None if taken.events.is_empty() => Err("the event says nothing that is kept: it can be dropped".to_owned()),
        None => Ok(taken),
    }
}

/// Trackers call with the page's cookies, and a browser lets them only where its own origin is named. No cookie is looked at.
async fn for_its_origin(request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("Retry-After"));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    response
}
