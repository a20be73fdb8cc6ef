//! Receive task: waits for a message, as a catch event does.

use super::{message_event_definition, unsupported};
use crate::{Kind, compile::Source};

pub(super) fn compile(source: &mut Source) -> Kind {
    unsupported::check_activity(source);
    if source.element.attribute("instantiate") == Some("true") {
        source.problem("a receive task that starts the process is not executed: use a start event with a message");
    }
    message_event_definition::compile(source, source.element.attribute("messageRef"))
}
