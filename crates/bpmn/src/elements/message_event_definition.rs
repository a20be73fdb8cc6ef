//! Waiting for a message: the correlation key is evaluated once, when the wait opens.
//!
//! A message takes every wait that it fits, each once. `ritorno:delivery="one"`: of all such waits, one alone takes it.
//! `ritorno:since`: the wait takes an event that came before it opened, since the journey's start or within a duration.

use crate::{Waiting, compile::Source, definition::Text, step::run::Run, xml::Element};
use feel::{Expression, Value};

/// What a node waits for.
#[derive(Debug, Clone)]
pub struct Message {
    pub name: String,
    /// `None`: any message with the name that reaches the journey.
    pub key: Option<Text>,
    /// Must be true of the `event`.
    pub filter: Option<Expression>,
    /// How far back it looks when it opens, in microseconds; `i64::MAX` is to the journey's start. `None`: not at all.
    pub since: Option<i64>,
    /// Of all waits of this kind that an event fits, one alone takes it.
    pub only_one: bool,
}

impl Message {
    pub(crate) fn expressions(&self) -> impl Iterator<Item = &Expression> {
        self.key.iter().filter_map(Text::formula).chain(&self.filter)
    }

    /// What a token waits for from now on, or why it cannot.
    pub(crate) fn waiting(&self, run: &Run, scope: Option<u32>) -> Result<Waiting, String> {
        let name = self.name.clone();
        let Some(key) = &self.key else {
            return Ok(Waiting::Message { name, key: None });
        };
        match run.text(key, scope) {
            Value::Null => {
                let source = key.formula().map_or("nothing", Expression::source);
                Err(format!("the correlation key {source} of the message {name} has no value"))
            }
            value => Ok(Waiting::Message { name, key: Some(feel::to_text(&value)) }),
        }
    }
}

/// `reference` names the message.
pub(super) fn compile(source: &mut Source, reference: Option<&str>) -> Result<Message, String> {
    let (name, subscription) = source.message(reference)?;
    let key = subscription.and_then(|element: &Element| element.attribute("correlationKey"));
    let key = key.filter(|text| !text.trim().is_empty());
    let key = key.map(|text| source.text(text, "the correlation key"));
    let filter = source.ritorno("filter");
    let filter = filter.and_then(|text| source.formula(text, "ritorno:filter"));
    let since = source.ritorno("since").and_then(|text| since(source, text));
    let only_one = match source.ritorno("delivery") {
        None | Some("all") => false,
        Some("one") => true,
        Some(other) => {
            source.problem("wrong_attribute", format!("ritorno:delivery is one or all, not {other:?}"));
            false
        }
    };
    Ok(Message { name, key, filter, since, only_one })
}

fn since(source: &mut Source, text: &str) -> Option<i64> {
    if text.trim() == "journey" {
        return Some(i64::MAX);
    }
    match feel::temporal::parse_iso_duration(text.trim()) {
        Some(duration) if duration.months == 0 && duration.micros > 0 => Some(duration.micros),
        _ => {
            let message = format!("ritorno:since is journey, or a duration such as PT2H, not {text:?}");
            source.problem("wrong_attribute", message);
            None
        }
    }
}
