//! End event: ends its token; a terminate end ends the whole journey.

use crate::{
    Kind,
    compile::Source,
    step::run::{Arrival, Run},
};

pub(super) fn compile(source: &mut Source) -> Kind {
    let definitions = source.event_definitions();
    let terminate = match definitions.as_slice() {
        [] => false,
        [one] if one.local() == "terminateEventDefinition" => true,
        [other] => {
            let kind = other.local().trim_end_matches("EventDefinition").to_string();
            let advice = match kind.as_str() {
                "message" => "put a send task before a plain end event",
                _ => "use a plain end event",
            };
            source.problem(format!("a {kind} end event is not executed: {advice}"));
            false
        }
        _ => {
            source.problem("several events on one end event: keep one");
            false
        }
    };
    Kind::EndEvent { terminate }
}

pub(super) fn enter(run: &mut Run, arrival: Arrival, terminate: bool) {
    if terminate { run.terminate(arrival.node) } else { run.end_path(arrival.node) }
}
