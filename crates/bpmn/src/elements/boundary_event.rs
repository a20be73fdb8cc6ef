//! Boundary event: waits as long as its activity is under way. Interrupting, it ends the activity and goes on instead of it;
//! otherwise it goes on beside it. Errors, escalations and compensation are found when they are thrown.

use super::catch::{self, Catch, Place};
use crate::{Kind, NodeId, compile::Source};

/// The activity that it stands on is found when all nodes are known.
pub(super) fn compile(source: &mut Source) -> Kind {
    let catch = match catch::compile(source, Place::Boundary) {
        Ok(Some(catch)) => catch,
        Ok(None) => {
            return source.unsupported(
                "missing_event",
                "the event on the border waits for nothing: give it a message, a timer or an error",
            );
        }
        Err(reason) => return Kind::Unsupported(reason),
    };
    let says_not = source.element.attribute("cancelActivity") == Some("false");
    if says_not && matches!(catch, Catch::Error { .. }) {
        source.problem("wrong_event", "an error always ends its activity: set cancelActivity to true");
    }
    let interrupting = !says_not && !matches!(catch, Catch::Compensation { .. });
    Kind::Boundary { host: NodeId(u16::MAX), interrupting, catch }
}
