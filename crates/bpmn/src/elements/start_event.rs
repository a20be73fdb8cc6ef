//! Start event: by a message (our trigger), or without one (a person or a program starts the journey).

use crate::{Kind, compile::Source};

pub(super) fn compile(source: &mut Source) -> Kind {
    let definitions = source.event_definitions();
    let mut message = None;
    match definitions.as_slice() {
        [] => {}
        [one] if one.local() == "messageEventDefinition" => {
            message = source.message(one.attribute("messageRef")).map(|(name, _)| name);
        }
        [other] => {
            let kind = other.local().trim_end_matches("EventDefinition").to_string();
            source.problem(format!("a {kind} start event is not executed: start by a message, such as Cart Idle"));
        }
        _ => source.problem("several events on one start event: draw one start event for each"),
    }
    let filter = source.ritorno("filter");
    let filter = filter.and_then(|text| source.formula(text, "ritorno:filter"));
    if message.is_none() && filter.is_some() {
        source.problem("ritorno:filter needs a message to look at");
    }
    Kind::StartEvent { message, filter }
}
