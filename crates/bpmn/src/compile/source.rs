//! What an element's compiler reads from: the element, the file around it, and where problems go.

use crate::{
    BPMN, Kind, Problem, Severity, ZEEBE,
    definition::{Mapping, Text},
    elements::throw::local_name,
    xml::Element,
};
use feel::{Expression, Value};
use std::collections::HashMap;

/// What elements refer to: messages, signals, errors and escalations by their id.
pub(crate) struct File<'a> {
    named: HashMap<(&'a str, &'a str), &'a Element>,
}

impl<'a> File<'a> {
    pub fn read(root: &'a Element) -> File<'a> {
        let kinds = ["message", "signal", "error", "escalation"];
        let named = root.children().filter(|child| child.in_namespace(BPMN) && kinds.contains(&child.local()));
        let with_id = named.filter_map(|found| Some(((found.local(), found.attribute("id")?), found)));
        File { named: with_id.collect() }
    }
}

/// One element being compiled.
pub(crate) struct Source<'a> {
    pub element: &'a Element,
    /// The process or sub-process that it stands in.
    pub around: &'a Element,
    pub file: &'a File<'a>,
    pub problems: &'a mut Vec<Problem>,
}

/// A problem at an element, which keeps the flow from being enabled.
pub(crate) fn problem_at(element: &Element, rule: &'static str, message: impl Into<String>) -> Problem {
    Problem {
        rule,
        severity: Severity::Unfit,
        element: element.attribute("id").map(str::to_string),
        name: element.attribute("name").filter(|name| !name.is_empty()).map(str::to_string),
        message: message.into(),
        line: Some(element.line),
    }
}

/// A problem at an element, which keeps the file from being imported.
pub(crate) fn broken_at(element: &Element, rule: &'static str, message: impl Into<String>) -> Problem {
    Problem { severity: Severity::Broken, ..problem_at(element, rule, message) }
}

/// Something that somebody should look at.
pub(crate) fn notice_at(element: &Element, rule: &'static str, message: impl Into<String>) -> Problem {
    Problem { severity: Severity::Notice, ..problem_at(element, rule, message) }
}

/// A child of `extensionElements` in the zeebe namespace.
pub(crate) fn zeebe<'a>(element: &'a Element, local: &str) -> Option<&'a Element> {
    element.child(BPMN, "extensionElements")?.child(ZEEBE, local)
}

impl<'a> Source<'a> {
    /// What keeps the flow from being enabled.
    pub fn problem(&mut self, rule: &'static str, message: impl Into<String>) {
        self.problems.push(problem_at(self.element, rule, message));
    }

    /// As [`Source::problem`], and gives the message again.
    pub fn refuse(&mut self, rule: &'static str, message: impl Into<String>) -> String {
        let message = message.into();
        self.problem(rule, message.clone());
        message
    }

    /// As [`Source::problem`]; a token that comes to the element all the same becomes an incident.
    pub fn unsupported(&mut self, rule: &'static str, message: impl Into<String>) -> Kind {
        Kind::Unsupported(self.refuse(rule, message))
    }

    pub fn notice(&mut self, rule: &'static str, message: impl Into<String>) {
        self.problems.push(notice_at(self.element, rule, message));
    }

    pub fn zeebe(&self, local: &str) -> Option<&'a Element> {
        zeebe(self.element, local)
    }

    /// A flat attribute of our own namespace.
    pub fn ritorno(&self, name: &str) -> Option<&'a str> {
        let mut attributes = self.element.attributes_of(crate::RITORNO);
        attributes.find(|(found, _)| *found == name).map(|(_, value)| value)
    }

    pub fn is_inside(&self) -> bool {
        self.around.local() != "process"
    }

    pub fn in_event_sub_process(&self) -> bool {
        is_event_sub_process(self.around)
    }

    pub fn is_event_sub_process(&self) -> bool {
        is_event_sub_process(self.element)
    }

    /// The event definitions of an event.
    pub fn event_definitions(&self) -> Vec<&'a Element> {
        let children = self.element.children().filter(|child| child.in_namespace(BPMN));
        children.filter(|child| child.local().contains("ventDefinition")).collect()
    }

    /// The root element that a reference names; `None` where there is no reference.
    pub fn referred(&mut self, from: &Element, attribute: &str, kind: &str) -> Result<Option<&'a Element>, String> {
        let Some(wanted) = from.attribute(attribute).filter(|text| !text.is_empty()) else { return Ok(None) };
        let find = |id: &str| self.file.named.get(&(kind, id)).copied();
        match find(wanted).or_else(|| find(local_name(wanted))) {
            Some(found) => Ok(Some(found)),
            None => {
                let message = format!("{attribute} names {wanted:?}, which is no {kind} of this file");
                self.problems.push(broken_at(self.element, "dangling_reference", message.clone()));
                Err(message)
            }
        }
    }

    /// The message that an element refers to: its name and its subscription.
    pub fn message(&mut self, reference: Option<&str>) -> Result<(String, Option<&'a Element>), String> {
        let found = match reference {
            Some(id) => {
                let known = |id: &str| self.file.named.get(&("message", id)).copied();
                let found = known(id).or_else(|| known(local_name(id)));
                if found.is_none() && !id.is_empty() {
                    let message = format!("messageRef names {id:?}, which is no message of this file");
                    self.problems.push(broken_at(self.element, "dangling_reference", message.clone()));
                    return Err(message);
                }
                found
            }
            None => None,
        };
        let Some(message) = found else {
            return Err(self
                .refuse("missing_message", "no message: choose one, or make one with a name such as Order Completed"));
        };
        let name = message.attribute("name").unwrap_or_default().trim();
        if name.is_empty() || name.starts_with('=') {
            return Err(self.refuse("missing_message", "the message needs a fixed name, such as Order Completed"));
        }
        Ok((name.to_string(), zeebe(message, "subscription")))
    }

    /// Parses a formula, with or without its leading `=`.
    pub fn formula(&mut self, text: &str, what: &str) -> Option<Expression> {
        let text = text.trim();
        if text.starts_with("${") || text.starts_with("#{") {
            let message = format!("{what} is a Java expression, {text}; write FEEL, such as = cart.total >= 100");
            self.problem("foreign_expression", message);
            return None;
        }
        match Expression::parse(text.strip_prefix('=').unwrap_or(text)) {
            Ok(expression) => Some(expression),
            Err(error) => {
                self.problem("wrong_expression", format!("{what} is not understood: {error}, in {text:?}"));
                None
            }
        }
    }

    /// A text that is a formula after `=`, else a constant.
    pub fn text(&mut self, text: &str, what: &str) -> Text {
        let is_java = text.trim_start().starts_with("${") || text.trim_start().starts_with("#{");
        if !text.trim_start().starts_with('=') && !is_java {
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
                let message = format!("the {which} mapping needs a target that is one name, not {target:?}");
                self.problem("wrong_mapping", message);
                continue;
            }
            if mappings.iter().any(|earlier| earlier.target == target) {
                self.problem("wrong_mapping", format!("two {which} mappings have the target {target}"));
            }
            let source = child.attribute("source").unwrap_or_default();
            let source = self.text(source, &format!("the source of the {which} {target}"));
            mappings.push(Mapping { target: target.to_string(), source });
        }
        mappings
    }

    /// The `zeebe:header`s of a task, as inputs; an input of the same name comes first.
    pub fn headers(&mut self, inputs: &mut Vec<Mapping>) {
        let Some(headers) = self.zeebe("taskHeaders") else { return };
        for header in headers.children().filter(|child| child.is(ZEEBE, "header")) {
            let (key, value) =
                (header.attribute("key").unwrap_or_default(), header.attribute("value").unwrap_or_default());
            if key.is_empty() {
                self.problem("wrong_mapping", "a task header needs a key");
            } else if !inputs.iter().any(|input| input.target == key) {
                inputs.push(Mapping { target: key.to_string(), source: Text::Constant(Value::from(value)) });
            }
        }
    }
}

pub(crate) fn is_event_sub_process(element: &Element) -> bool {
    element.local() == "subProcess" && element.attribute("triggeredByEvent") == Some("true")
}
