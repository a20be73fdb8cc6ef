//! Intermediate catch event: waits for a message, a signal, a time or a condition; or a link comes out of it.

use super::catch::{self, Catch, Place};
use crate::{
    Kind,
    compile::Source,
    step::run::{Arrival, Run},
};

pub(super) fn compile(source: &mut Source) -> Kind {
    match catch::compile(source, Place::Intermediate) {
        Ok(Some(catch)) => Kind::IntermediateCatch(catch),
        Ok(None) => source.unsupported(
            "missing_event",
            "the event waits for nothing: give it a message, a timer, a signal or a condition",
        ),
        Err(reason) => Kind::Unsupported(reason),
    }
}

/// Also how a receive task waits.
pub(super) fn enter(run: &mut Run, arrival: Arrival, catch: &Catch) {
    match catch.waiting(run, arrival.scope) {
        Err(reason) => run.incident(arrival, reason),
        Ok(None) => run.leave(arrival.node, arrival.scope),
        Ok(Some(waiting)) if run.is_due(&waiting) => run.complete(arrival.node, arrival.scope, None),
        Ok(Some(waiting)) => {
            run.park(arrival, None, waiting);
        }
    }
}
