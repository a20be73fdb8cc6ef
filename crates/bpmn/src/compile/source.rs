//! What an element's compiler reads from: the element, the file around it, and where problems go.

use crate::{
    BPMN, Problem, ZEEBE,
    definition::{Mapping, Text},
    xml::Element,
};
use feel::{Expression, Value};
use std::collections::HashMap;

/// What elements refer to: the messages by their id.
pub(crate) struct File<'a> {
    messages: HashMap<&'a str, &'a Element>,
}

impl<'a> File<'a> {
    pub fn read(root: &'a Element) -> File<'a> {
        let messages = root.children().filter(|child| child.is(BPMN, "message"));
        let with_id = messages.filter_map(|message| Some((message.attribute("id")?, message)));
        File { messages: with_id.collect() }
    }
}

/// One element being compiled.
pub(crate) struct Source<'a> {
    pub element: &'a Element,
    pub file: &'a File<'a>,
    pub problems: &'a mut Vec<Problem>,
}

/// A problem at an element.
pub(crate) fn problem_at(element: &Element, message: impl Into<String>) -> Problem {
    Problem {
        element: element.attribute("id").map(str::to_string),
        name: element.attribute("name").filter(|name| !name.is_empty()).map(str::to_string),
        message: message.into(),
        line: Some(element.line),
    }
}

/// A child of `extensionElements` in the zeebe namespace.
pub(crate) fn zeebe<'a>(element: &'a Element, local: &str) -> Option<&'a Element> {
    element.child(BPMN, "extensionElements")?.child(ZEEBE, local)
}

impl<'a> Source<'a> {
    pub fn problem(&mut self, message: impl Into<String>) {
        self.problems.push(problem_at(self.element, message));
    }

    pub fn zeebe(&self, local: &str) -> Option<&'a Element> {
        zeebe(self.element, local)
    }

    /// A flat attribute of our own namespace.
    pub fn ritorno(&self, name: &str) -> Option<&'a str> {
        let mut attributes = self.element.attributes_of(crate::RITORNO);
        attributes.find(|(found, _)| *found == name).map(|(_, value)| value)
    }

    /// The event definitions of an event.
    pub fn event_definitions(&self) -> Vec<&'a Element> {
        let children = self.element.children().filter(|child| child.in_namespace(BPMN));
        children.filter(|child| child.local().contains("ventDefinition")).collect()
    }

    /// The message that an element refers to: its name and its correlation key.
    pub fn message(&mut self, reference: Option<&str>) -> Option<(String, Option<&'a Element>)> {
        let found = reference.and_then(|id| self.file.messages.get(id).copied());
        let Some(message) = found else {
            self.problem("no message: choose one, or make one with a name such as Order Completed");
            return None;
        };
        let name = message.attribute("name").unwrap_or_default().trim();
        if name.is_empty() || name.starts_with('=') {
            self.problem("the message needs a fixed name, such as Order Completed");
            return None;
        }
        Some((name.to_string(), zeebe(message, "subscription")))
    }

    /// Parses a formula, with or without its leading `=`.
    pub fn formula(&mut self, text: &str, what: &str) -> Option<Expression> {
        let text = text.trim();
        if text.starts_with("${") || text.starts_with("#{") {
            self.problem(format!("{what} is a Java expression; write FEEL, such as = cart.total >= 100"));
            return None;
        }
        match Expression::parse(text.strip_prefix('=').unwrap_or(text)) {
            Ok(expression) => Some(expression),
            Err(error) => {
                self.problem(format!("{what} is not understood: {error}, in {text:?}"));
                None
            }
        }
    }

    /// A text that is a formula after `=`, else a constant.
    pub fn text(&mut self, text: &str, what: &str) -> Text {
        if !text.trim_start().starts_with('=') {
            return Text::Constant(Value::from(text));
        }
        match self.formula(text, what) {
            Some(formula) => Text::Formula(formula),
            None => Text::Constant(Value::Null),
        }
    }

    /// The `zeebe:input` or `zeebe:output` mappings.
    pub fn mappings(&mut self, which: &str) -> Vec<Mapping> {
        let Some(mapping) = self.zeebe("ioMapping") else {
            return Vec::new();
        };
        let mut mappings = Vec::<Mapping>::new();
        for child in mapping.children().filter(|child| child.is(ZEEBE, which)) {
            let target = child.attribute("target").unwrap_or_default().trim();
            let name = |c: char| c.is_alphanumeric() || c == '_';
            if target.is_empty() || !target.chars().all(name) {
                self.problem(format!("the {which} mapping needs a target that is one name, not {target:?}"));
                continue;
            }
            if mappings.iter().any(|earlier| earlier.target == target) {
                self.problem(format!("two {which} mappings have the target {target}"));
            }
            let source = child.attribute("source").unwrap_or_default();
            let source = self.text(source, &format!("the source of the {which} {target}"));
            mappings.push(Mapping { target: target.to_string(), source });
        }
        mappings
    }
}
