//! Receive task: waits for a message, as a catch event does; it is an activity, with events on its border.

use super::{Catch, message_event_definition, unsupported};
use crate::{Kind, compile::Source};

pub(super) fn compile(source: &mut Source) -> Kind {
    unsupported::check_activity(source);
    if source.element.attribute("instantiate") == Some("true") {
        source.problem(
            "instantiating_receive",
            "a receive task that starts the process is not executed: use a start event with a message",
        );
    }
    match message_event_definition::compile(source, source.element.attribute("messageRef")) {
        Ok(message) => Kind::ReceiveTask(Catch::Message(message)),
        Err(reason) => Kind::Unsupported(reason),
    }
}
