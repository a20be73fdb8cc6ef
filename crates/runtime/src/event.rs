//! Events: what comes in through the door.

use base::Time;
use bytes::Bytes;

/// Whose word an event is. A back-test feeds only what came from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Outside,
    Ours,
    /// From outside too, but brought in as history: it is read, and nobody is written to because of it.
    History,
}

impl Origin {
    pub fn code(self) -> i64 {
        match self {
            Origin::Outside => 0,
            Origin::Ours => 1,
            Origin::History => 2,
        }
    }

    pub fn from_code(code: i64) -> Origin {
        match code {
            0 => Origin::Outside,
            2 => Origin::History,
            _ => Origin::Ours,
        }
    }
}

/// An event that has no place in the log yet.
#[derive(Debug)]
pub struct NewEvent<I> {
    /// The client's own id; empty where it has none, then the event is never taken for a duplicate.
    pub message_id: Box<str>,
    /// The event's own time exactly as sent: with the id it makes a duplicate. `None`: the id alone counts, for a day.
    pub sent: Option<Time>,
    /// When it happened, corrected for the client's clock; never after it was received (the log clamps it).
    pub occurred: Time,
    pub origin: Origin,
    /// The source it came through; 0 is Ritorno itself.
    pub source: i64,
    /// `track`, `identify`, …; `command` and `timer` are ours.
    pub kind: &'static str,
    /// The event's name, as in `Product Added`.
    pub name: Box<str>,
    /// The JSON text as received.
    pub payload: Bytes,
    pub input: I,
}

impl<I> NewEvent<I> {
    /// Makes its texts such that both engines store them: no character NUL, and UTF-8. One that is not would take the events
    /// beside it down with it.
    pub(crate) fn tidy(&mut self) {
        for text in [&mut self.message_id, &mut self.name] {
            if text.contains('\0') {
                *text = text.replace('\0', "\u{fffd}").into();
            }
        }
        if self.payload.contains(&0) || std::str::from_utf8(&self.payload).is_err() {
            let text = String::from_utf8_lossy(&self.payload).replace('\0', "\u{fffd}");
            self.payload = Bytes::from(text);
        }
    }
}

/// An event with its place in the log.
#[derive(Debug)]
pub struct Event<I> {
    pub position: i64,
    /// The door's clock; never goes back in log order. It is the `now` of everything the event causes.
    pub received: Time,
    pub occurred: Time,
    pub origin: Origin,
    pub source: i64,
    pub kind: &'static str,
    pub name: Box<str>,
    pub message_id: Box<str>,
    pub payload: Bytes,
    pub input: I,
}

impl Event<()> {
    /// The event with its parsed input.
    pub fn with<I>(self, input: I) -> Event<I> {
        Event {
            position: self.position,
            received: self.received,
            occurred: self.occurred,
            origin: self.origin,
            source: self.source,
            kind: self.kind,
            name: self.name,
            message_id: self.message_id,
            payload: self.payload,
            input,
        }
    }
}

const KINDS: [&str; 9] = ["track", "identify", "page", "screen", "group", "alias", "command", "timer", "import"];

/// The static text of a stored kind.
pub fn kind_from(text: &str) -> &'static str {
    KINDS.iter().find(|k| **k == text).copied().unwrap_or("other")
}
