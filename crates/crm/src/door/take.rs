//! From a body to events: split once, read each event in one pass, keep its bytes as a slice of the body.

use super::DoorLimits;
use crate::calls::{Act, Call, Envelope, Input, corrected, read_call};
use base::{Time, stable_hash, stable_hash_seeded};
use bytes::Bytes;
use runtime::{NewEvent, Origin};
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::RawValue;
use std::{borrow::Cow, fmt};

/// What a body holds.
#[derive(Debug, Default)]
pub struct Taken {
    pub events: Vec<NewEvent<Input>>,
    pub refused: Vec<Refusal>,
}

/// An event that is not understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// As far as it could be read; `call` where it could not.
    pub kind: &'static str,
    pub name: Box<str>,
    pub reason: String,
    pub body: Bytes,
}

/// The whole call is wrong, in words: nothing of it was taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Wrong(pub String);

/// The outside of a batch. Read by hand, because a derived struct would also read a list.
struct Batch<'a> {
    events: Option<Vec<&'a RawValue>>,
    sent_at: Option<&'a RawValue>,
}

impl<'de> Deserialize<'de> for Batch<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Batch<'de>, D::Error> {
        struct Outside;

        impl<'de> Visitor<'de> for Outside {
            type Value = Batch<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with a list of events in \"batch\"")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Batch<'de>, A::Error> {
                let mut batch = Batch { events: None, sent_at: None };
                while let Some(key) = map.next_key::<Cow<'de, str>>()? {
                    match &*key {
                        "batch" => batch.events = Some(map.next_value()?),
                        "sentAt" => batch.sent_at = Some(map.next_value()?),
                        _ => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(batch)
            }
        }

        deserializer.deserialize_map(Outside)
    }
}

/// The body as text; it must be UTF-8.
pub(super) fn text_of(body: &Bytes) -> Result<&str, Wrong> {
    std::str::from_utf8(body).map_err(|_| Wrong("the body is not UTF-8".to_owned()))
}

/// The largest event that is made of what a shop said: a cart of as many products as one may have.
const MADE_BYTES: usize = 160 << 10;
/// Why a page may not speak of the catalogue.
const NOT_BY_WRITE_KEY: &str =
    "the catalogue is told by a server: send this with a secret key, a write key may be seen by anybody";

/// The kind of what an import brought and nobody understood: put right, it is history still.
pub(super) const IMPORT: &str = "import";

/// Takes a batch apart. With `corrects` the events' times are corrected by how far the client's
/// clock is off; without (an import) they stand as they are. An event that is not understood is refused, the others go in.
pub fn take_batch(
    body: &Bytes,
    source: i64,
    received: Time,
    limits: &DoorLimits,
    corrects: bool,
) -> Result<Taken, Wrong> {
    let batch: Batch<'_> =
        serde_json::from_str(text_of(body)?).map_err(|e| Wrong(format!("the body is not JSON of a batch: {e}")))?;
    let events = batch.events.ok_or_else(|| Wrong("the body has no \"batch\", a list of events".to_owned()))?;
    if events.len() > limits.batch_events {
        return Err(Wrong(format!("{} events in one batch, at most {} go in", events.len(), limits.batch_events)));
    }
    // A batch's own clock that cannot be read corrects nothing.
    let sent_at = batch.sent_at.and_then(|raw| serde_json::from_str::<Cow<'_, str>>(raw.get()).ok());
    let sent_at = sent_at.and_then(|text| Time::parse(&text).ok());
    let mut taken = Taken { events: Vec::with_capacity(events.len()), refused: Vec::new() };
    for event in events {
        let text = event.get();
        let payload = body.slice_ref(text.as_bytes());
        if text.len() > limits.event_bytes {
            let reason =
                format!("the event is {} KB large, at most {} KB go in", text.len() >> 10, limits.event_bytes >> 10);
            let kind = if corrects { "call" } else { IMPORT };
            taken.refused.push(Refusal { kind, name: Box::default(), reason, body: payload });
            continue;
        }
        let times = Times { received, sent_at, corrects };
        taken.add(text, payload, None, source, times);
    }
    Ok(taken)
}

/// Takes one call of the kind that its address names. One that is not JSON, or too large, is wrong as a whole.
pub fn take_call(
    body: &Bytes,
    kind: &'static str,
    source: i64,
    received: Time,
    limits: &DoorLimits,
) -> Result<Taken, Wrong> {
    let text = text_of(body)?;
    if text.len() > limits.event_bytes {
        return Err(Wrong(format!(
            "the event is {} KB large, at most {} KB go in",
            text.len() >> 10,
            limits.event_bytes >> 10
        )));
    }
    let is_object = text.trim_start().starts_with('{');
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        return Err(Wrong(format!("the body is not JSON: {error}")));
    }
    if !is_object {
        return Err(Wrong("the body is not a JSON object of a call".to_owned()));
    }
    let mut taken = Taken::default();
    taken.add(text, body.clone(), Some(kind), source, Times { received, sent_at: None, corrects: true });
    Ok(taken)
}

/// The clocks of a call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    pub received: Time,
    /// The batch's; an event's own comes first.
    pub sent_at: Option<Time>,
    pub corrects: bool,
}

impl Taken {
    /// Adds a call that was made here of something a shop said.
    pub(crate) fn add_text(&mut self, text: String, source: i64, times: Times) {
        let payload = Bytes::from(text);
        if payload.len() > MADE_BYTES {
            let kind = if times.corrects { "call" } else { IMPORT };
            let reason =
                format!("the event is {} KB large, at most {} KB go in", payload.len() >> 10, MADE_BYTES >> 10);
            self.refused.push(Refusal { kind, name: Box::default(), reason, body: payload });
            return;
        }
        let text = payload.clone();
        self.add(std::str::from_utf8(&text).expect("it was a text"), payload, None, source, times);
    }

    /// Refuses what is said of the catalogue.
    pub(super) fn refuse_catalogue(&mut self) {
        let is_of_catalogue = |event: &NewEvent<Input>| matches!(&event.input, Input::Call(call) if matches!(call.act, Act::Catalogue(_)));
        if !self.events.iter().any(is_of_catalogue) {
            return;
        }
        let (wrong, right) = std::mem::take(&mut self.events).into_iter().partition(is_of_catalogue);
        self.events = right;
        let refusal = |event: NewEvent<Input>| Refusal {
            kind: event.kind,
            name: event.name,
            reason: NOT_BY_WRITE_KEY.to_owned(),
            body: event.payload,
        };
        self.refused.extend(Vec::into_iter(wrong).map(refusal));
    }

    fn add(&mut self, text: &str, payload: Bytes, kind: Option<&'static str>, source: i64, times: Times) {
        match read_call(text, kind) {
            Ok((envelope, Ok(call))) => self.events.push(new_event(envelope, call, payload, source, times)),
            Ok((envelope, Err(reason))) => {
                let body = with_sent_at(payload, text, &envelope, times);
                let kind = if times.corrects { envelope.kind } else { IMPORT };
                self.refused.push(Refusal { kind, name: envelope.name, reason, body });
            }
            Err(reason) => {
                self.refused.push(Refusal {
                    kind: kind.unwrap_or(if times.corrects { "call" } else { IMPORT }),
                    name: Box::default(),
                    reason,
                    body: payload,
                });
            }
        }
    }
}

/// An event for the log.
pub(super) fn new_event(envelope: Envelope, call: Call, payload: Bytes, source: i64, times: Times) -> NewEvent<Input> {
    let Envelope { kind, name, message_id, timestamp, sent_at } = envelope;
    let sent_at = sent_at.or(times.sent_at).filter(|_| times.corrects);
    let message_id = match (message_id, timestamp) {
        (Some(id), _) => id,
        // The same bytes with the same time are the same event, whoever forgot to number it.
        (None, Some(_)) => format!("~{:016x}{:016x}", stable_hash(&payload), stable_hash_seeded(1, &payload)).into(),
        (None, None) => Box::default(),
    };
    NewEvent {
        message_id,
        sent: timestamp,
        occurred: corrected(timestamp, sent_at, times.received),
        // What is brought in without correcting its times is an import.
        origin: if times.corrects { Origin::Outside } else { Origin::History },
        source,
        kind,
        name,
        payload,
        input: Input::Call(Box::new(call)),
    }
}

/// The refused event with its batch's `sentAt` in it, which a replay needs to correct its time.
fn with_sent_at(payload: Bytes, text: &str, envelope: &Envelope, times: Times) -> Bytes {
    let Some(sent_at) = times.sent_at.filter(|_| times.corrects && envelope.sent_at.is_none()) else {
        return payload;
    };
    let Some(inside) = text.trim_start().strip_prefix('{').filter(|inside| !inside.trim_start().starts_with('}'))
    else {
        return payload;
    };
    // An unreadable or null one of its own would stand there twice, and then the event could not be read at all.
    if text.contains("\"sentAt\"") {
        return payload;
    }
    format!("{{\"sentAt\":\"{sent_at}\",{inside}").into()
}
