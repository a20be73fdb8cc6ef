//! What an event can wait for, and where each may stand.

use super::{
    Message, Signal, Timer, When, conditional_event_definition,
    error_event_definition::{self, Which},
    link_event_definition, message_event_definition, signal_event_definition, timer,
};
use crate::{NodeId, Waiting, compile::Source, step::run::Run};
use feel::Expression;

/// What a start, catch or boundary event, or a receive task, waits for.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Catch {
    Message(Message),
    Timer(Timer),
    Signal(Signal),
    Condition(Expression),
    /// `None` catches every error.
    Error {
        code: Option<String>,
    },
    /// `None` catches every escalation.
    Escalation {
        code: Option<String>,
    },
    /// On the border of an activity: what undoes it.
    Compensation {
        handler: Option<NodeId>,
    },
    /// Where a link comes out.
    Link {
        name: String,
    },
}

/// Where an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Start,
    /// The start of an event sub-process.
    EventStart,
    Intermediate,
    Boundary,
}

impl Catch {
    pub(crate) fn expressions(&self) -> Vec<&Expression> {
        match self {
            Catch::Message(message) => message.expressions().collect(),
            Catch::Timer(timer) => timer.expressions().collect(),
            Catch::Signal(signal) => signal.filter.iter().collect(),
            Catch::Condition(condition) => vec![condition],
            _ => Vec::new(),
        }
    }

    /// What a token waits for from now on. `None`: nothing, it is found when something is thrown. The error says why it
    /// cannot wait.
    pub(crate) fn waiting(&self, run: &Run, scope: Option<u32>) -> Result<Option<Waiting>, String> {
        Ok(Some(match self {
            Catch::Message(message) => message.waiting(run, scope)?,
            Catch::Timer(timer) => {
                let (due, left) = timer.first(run.env, &|text| run.text(text, scope))?;
                Waiting::Timer { due, left }
            }
            Catch::Signal(signal) => Waiting::Signal { name: signal.name.clone() },
            Catch::Condition(_) => Waiting::Condition { was: false },
            _ => return Ok(None),
        }))
    }
}

/// Reads the event; `None` where it has none. The error was said already.
pub(super) fn compile(source: &mut Source, place: Place) -> Result<Option<Catch>, String> {
    let definitions = source.event_definitions();
    let definition = match definitions.as_slice() {
        [] => return Ok(None),
        [one] => *one,
        _ => {
            let advice = match place {
                Place::Intermediate => "use an event-based gateway with one event each",
                _ => "draw one event for each",
            };
            return Err(source.refuse("several_events", format!("several events on one element: {advice}")));
        }
    };
    let catch = match definition.local() {
        "messageEventDefinition" => {
            Catch::Message(message_event_definition::compile(source, definition.attribute("messageRef"))?)
        }
        "timerEventDefinition" => Catch::Timer(timer::compile(source, definition)?),
        "signalEventDefinition" => Catch::Signal(signal_event_definition::compile(source, definition)?),
        "conditionalEventDefinition" => Catch::Condition(conditional_event_definition::compile(source, definition)?),
        "errorEventDefinition" => {
            Catch::Error { code: error_event_definition::caught(source, definition, Which::Error)? }
        }
        "escalationEventDefinition" => {
            Catch::Escalation { code: error_event_definition::caught(source, definition, Which::Escalation)? }
        }
        "compensateEventDefinition" => Catch::Compensation { handler: None },
        "linkEventDefinition" => Catch::Link { name: link_event_definition::name(source, definition)? },
        other => return Err(source.refuse("unsupported_event", unsupported(other, place))),
    };
    match misplaced(&catch, place) {
        Some(message) => Err(source.refuse("unsupported_event", message)),
        None => {
            check_attributes(source, &catch);
            Ok(Some(catch))
        }
    }
}

fn unsupported(local: &str, place: Place) -> String {
    let kind = local.trim_end_matches("EventDefinition");
    match (kind, place) {
        ("cancel", _) => {
            "a cancel event belongs to a transaction, which is not executed: throw an error instead".into()
        }
        _ => format!("a {kind} event is not executed here: wait for a message, a signal, a condition or a timer"),
    }
}

/// Why an event cannot stand where it does.
fn misplaced(catch: &Catch, place: Place) -> Option<String> {
    let message = match (catch, place) {
        (Catch::Error { .. } | Catch::Escalation { .. }, Place::Start) => {
            "an error or escalation starts no flow: start by a message, such as Cart Idle"
        }
        (Catch::Error { .. } | Catch::Escalation { .. }, Place::Intermediate) => {
            "an error or escalation is caught on the border of an activity or by an event sub-process, not here"
        }
        (Catch::Compensation { .. }, Place::EventStart) => {
            "a compensation event sub-process is not executed: put compensation events on the activities themselves"
        }
        (Catch::Compensation { .. }, Place::Start | Place::Intermediate) => {
            "a compensation event stands on the border of the activity that it undoes"
        }
        (Catch::Link { .. }, Place::Start | Place::EventStart | Place::Boundary) => {
            "a link is a catch event between two flows: draw it as one"
        }
        (Catch::Timer(Timer { when: When::Cycle(_), .. }), Place::Intermediate) => {
            "a catch event waits once: use timeDuration or timeDate, and a loop to repeat"
        }
        (Catch::Timer(Timer { when: When::Duration(_), .. }), Place::Start) => {
            "a flow starts at a date (timeDate) or again and again (timeCycle), not after a duration"
        }
        _ => return None,
    };
    Some(message.to_string())
}

fn check_attributes(source: &mut Source, catch: &Catch) {
    let wrong: &[(&str, &str)] = match catch {
        Catch::Message(_) => &[("at", "a timer"), ("calendar", "a timer")],
        Catch::Signal(_) => {
            &[("at", "a timer"), ("calendar", "a timer"), ("since", "a message"), ("delivery", "a message")]
        }
        Catch::Timer(_) => &[("filter", "a message"), ("since", "a message"), ("delivery", "a message")],
        _ => &[
            ("at", "a timer"),
            ("calendar", "a timer"),
            ("filter", "a message"),
            ("since", "a message"),
            ("delivery", "a message"),
        ],
    };
    for (name, belongs) in wrong {
        if source.ritorno(name).is_some() {
            source.problem("wrong_attribute", format!("ritorno:{name} belongs to {belongs}"));
        }
    }
}
