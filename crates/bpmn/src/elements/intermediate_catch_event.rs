//! Intermediate catch event: waits for a message or for a time.

use super::{message_event_definition, timer_event_definition};
use crate::{Kind, compile::Source};

pub(super) fn compile(source: &mut Source) -> Kind {
    let definitions = source.event_definitions();
    let [definition] = definitions.as_slice() else {
        source.problem(if definitions.is_empty() {
            "the event waits for nothing: give it a message or a timer"
        } else {
            "several events on one element: use an event-based gateway with one event each"
        });
        return Kind::PassThrough;
    };
    let timer_only: Vec<&str> = ["at", "calendar"].into_iter().filter(|name| source.ritorno(name).is_some()).collect();
    match definition.local() {
        "messageEventDefinition" => {
            if !timer_only.is_empty() {
                source.problem(format!("ritorno:{} belongs to a timer", timer_only.join(", ritorno:")));
            }
            message_event_definition::compile(source, definition.attribute("messageRef"))
        }
        "timerEventDefinition" => {
            if source.ritorno("filter").is_some() {
                source.problem("ritorno:filter belongs to a message");
            }
            timer_event_definition::compile(source, definition)
        }
        other => {
            let kind = other.trim_end_matches("EventDefinition").to_string();
            source.problem(format!("a {kind} catch event is not executed: wait for a message or a timer"));
            Kind::PassThrough
        }
    }
}
