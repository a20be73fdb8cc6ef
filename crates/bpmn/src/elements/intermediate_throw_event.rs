//! Intermediate throw event: without a definition it marks a place, and the token passes.

use crate::{Kind, compile::Source};

pub(super) fn compile(source: &mut Source) -> Kind {
    if let Some(definition) = source.event_definitions().first() {
        let kind = definition.local().trim_end_matches("EventDefinition").to_string();
        let advice = match kind.as_str() {
            "message" => "use a send task",
            "link" => "draw a sequence flow",
            _ => "remove it",
        };
        source.problem(format!("a {kind} throw event is not executed: {advice}"));
    }
    Kind::PassThrough
}
