//! Waiting for a message: a catch event or a receive task. The correlation key is evaluated once, when the wait opens.

use crate::{
    Kind, Waiting,
    compile::Source,
    definition::Text,
    step::run::{Arrival, Run},
};
use feel::{Expression, Value};

/// What a node waits for.
#[derive(Debug, Clone)]
pub struct Message {
    pub name: String,
    /// `None`: any message with the name that reaches the journey.
    pub key: Option<Text>,
    /// Must be true of the `event`.
    pub filter: Option<Expression>,
}

impl Message {
    pub(crate) fn expressions(&self) -> impl Iterator<Item = &Expression> {
        let key = match &self.key {
            Some(Text::Formula(formula)) => Some(formula),
            _ => None,
        };
        key.into_iter().chain(&self.filter)
    }

    /// The key to wait for, or why there is none.
    pub(crate) fn key_now(&self, run: &Run) -> Result<Option<String>, String> {
        let Some(key) = &self.key else {
            return Ok(None);
        };
        match run.text(key) {
            Value::Null => {
                let source = match key {
                    Text::Formula(formula) => formula.source(),
                    Text::Constant(_) => "nothing",
                };
                Err(format!("the correlation key {source} of the message {} has no value", self.name))
            }
            value => Ok(Some(feel::to_text(&value))),
        }
    }
}

pub(super) fn compile(source: &mut Source, reference: Option<&str>) -> Kind {
    let Some((name, subscription)) = source.message(reference) else {
        return Kind::PassThrough;
    };
    let key = subscription.and_then(|element| element.attribute("correlationKey"));
    let key = key.filter(|text| !text.trim().is_empty());
    let key = key.map(|text| source.text(text, "the correlation key"));
    let filter = source.ritorno("filter");
    let filter = filter.and_then(|text| source.formula(text, "ritorno:filter"));
    Kind::MessageCatch(Message { name, key, filter })
}

pub(super) fn enter(run: &mut Run, arrival: Arrival, message: &Message) {
    match message.key_now(run) {
        Ok(key) => {
            let waiting = Waiting::Message { name: message.name.clone(), key };
            run.park(arrival, None, waiting);
        }
        Err(reason) => run.incident(arrival, reason),
    }
}
