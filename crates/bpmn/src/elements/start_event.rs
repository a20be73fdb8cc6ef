//! Start event: by a message (our trigger), a timer, a signal or a condition; or without an event, where a person, a program
//! or the sub-process around it begins. The start of an event sub-process may catch errors and escalations too.

use super::catch::{self, Place};
use crate::{
    Kind,
    compile::Source,
    step::run::{Arrival, Run},
};

pub(super) fn compile(source: &mut Source) -> Kind {
    let place = if source.in_event_sub_process() { Place::EventStart } else { Place::Start };
    let catch = match catch::compile(source, place) {
        Ok(catch) => catch,
        Err(reason) => return Kind::Unsupported(reason),
    };
    match (place, source.is_inside(), &catch) {
        (Place::EventStart, _, None) => {
            return source.unsupported(
                "missing_event",
                "the start of an event sub-process needs an event: choose a message, a timer, a signal, an error, an escalation or a condition",
            );
        }
        (Place::Start, true, Some(_)) => {
            return source.unsupported(
                "unsupported_event",
                "a sub-process starts without an event: make it an event sub-process, or use a plain start event",
            );
        }
        (Place::Start, false, None) => {
            if source.ritorno("filter").is_some() {
                source.problem("wrong_attribute", "ritorno:filter needs a message to look at");
            }
            source.notice(
                "plain_start",
                "nothing starts this flow by itself: a person or a program does, or give it a trigger",
            );
        }
        _ => {}
    }
    let interrupting = source.element.attribute("isInterrupting") != Some("false");
    Kind::StartEvent { catch, interrupting }
}

pub(super) fn enter(run: &mut Run, arrival: Arrival) {
    run.leave(arrival.node, arrival.scope);
}
