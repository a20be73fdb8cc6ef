//! What a flow names: messages, signals, jobs, decisions, and what its expressions read.

use super::{Definition, Kind, Node, Text};
use crate::elements::{Call, Catch, Decision, Throw};
use feel::Expression;

/// Each once, in the order of the file.
fn once<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = Vec::new();
    for name in names {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen
}

impl Definition {
    /// The texts written for an input of some task, such as the names of its templates; formulas are not among them.
    pub fn constant_inputs(&self, target: &str) -> Vec<String> {
        let mappings = self.nodes.iter().flat_map(|node| &node.inputs);
        let named = mappings.filter(|mapping| mapping.target == target);
        let texts = named.filter_map(|mapping| match &mapping.source {
            Text::Constant(value) => value.as_str().map(str::to_owned),
            Text::Formula(_) => None,
        });
        texts.collect()
    }

    /// Whether a node begins a journey: those are not waited for inside one.
    fn begins(node: &Node) -> bool {
        node.parent.is_none() && matches!(node.kind, Kind::StartEvent { .. })
    }

    /// Every message name that some node of a journey waits for, once each; those of the triggers are not among them.
    pub fn message_names(&self) -> Vec<&str> {
        let waiting = self.nodes.iter().filter(|node| !Definition::begins(node));
        once(waiting.filter_map(|node| match node.catch() {
            Some(Catch::Message(message)) => Some(message.name.as_str()),
            _ => None,
        }))
    }

    /// The messages that a wait may look back for: the journey must hear of them even when nothing waits yet.
    pub fn looked_back_names(&self) -> &[String] {
        &self.looked_back
    }

    /// Every signal that some node of a journey waits for, once each.
    pub fn signal_names(&self) -> Vec<&str> {
        let waiting = self.nodes.iter().filter(|node| !Definition::begins(node));
        once(waiting.filter_map(|node| match node.catch() {
            Some(Catch::Signal(signal)) => Some(signal.name.as_str()),
            _ => None,
        }))
    }

    /// The type of every job, once each, such as `ritorno:send-email`.
    pub fn job_kinds(&self) -> Vec<&str> {
        once(self.nodes.iter().filter_map(|node| match &node.kind {
            Kind::Job(kind) | Kind::EndEvent(Throw::Job(kind)) | Kind::IntermediateThrow(Throw::Job(kind)) => {
                Some(kind.as_str())
            }
            _ => None,
        }))
    }

    /// The decisions of its business rule tasks.
    pub fn decisions(&self) -> impl Iterator<Item = &Decision> {
        self.nodes.iter().filter_map(|node| match &node.kind {
            Kind::Decision(decision) => Some(decision),
            _ => None,
        })
    }

    /// The flows that it calls.
    pub fn calls(&self) -> impl Iterator<Item = &Call> {
        self.nodes.iter().filter_map(|node| match &node.kind {
            Kind::Call(call) => Some(call),
            _ => None,
        })
    }

    /// Every path that a conditional event reads from outside its parameters: when one of them changes, the journeys that
    /// wait for a condition want [`crate::Command::Recheck`].
    pub fn condition_names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for node in &self.nodes {
            if let Some(Catch::Condition(condition)) = node.catch() {
                names.extend(condition.names());
            }
        }
        names.sort();
        names.dedup();
        names
    }

    /// Every expression, with the id of the element or sequence flow that has it, and whether it also sees what the element
    /// gives (as the output mappings of a task do).
    pub fn expressions(&self) -> Vec<(&str, &Expression, bool)> {
        let mut all = Vec::new();
        for node in &self.nodes {
            let given = node.outputs.iter().filter_map(|mapping| mapping.source.formula());
            let repeated = node.repeat.iter().flat_map(|repeat| repeat.output.iter().chain(&repeat.until));
            let given: Vec<&Expression> = given.chain(repeated).collect();
            for expression in expressions(node) {
                let sees_more = given.iter().any(|given| std::ptr::eq(*given, expression));
                all.push((node.id.as_str(), expression, sees_more));
            }
        }
        let conditions = self.flows.iter().filter_map(|flow| Some((flow.id.as_str(), flow.condition.as_ref()?, false)));
        all.extend(conditions);
        all
    }

    /// Every path that an expression of the flow reads from outside its parameters, with the node or flow that reads it:
    /// for the check at publish that the names exist. A variable of the journey looks like any other name.
    pub fn names_read(&self) -> Vec<(&str, String)> {
        let mut read = Vec::new();
        let mut add = |id, expression: &Expression| {
            for path in expression.names() {
                let root = path.split('.').next().unwrap_or_default();
                if !self.parameters.iter().any(|(name, _)| name == root) {
                    read.push((id, path));
                }
            }
        };
        for node in &self.nodes {
            for expression in expressions(node) {
                add(node.id.as_str(), expression);
            }
        }
        for flow in &self.flows {
            flow.condition.iter().for_each(|condition| add(flow.id.as_str(), condition));
        }
        read
    }
}

/// Every expression of a node.
fn expressions(node: &Node) -> Vec<&Expression> {
    let mappings = node.inputs.iter().chain(&node.outputs);
    let mut all: Vec<&Expression> = mappings.filter_map(|mapping| mapping.source.formula()).collect();
    if let Some(catch) = node.catch() {
        all.extend(catch.expressions());
    }
    match &node.kind {
        Kind::Script(script) => all.push(&script.formula),
        Kind::Call(call) => all.extend(call.process.formula()),
        Kind::Decision(decision) => all.extend(decision.decision.formula()),
        Kind::EndEvent(throw) | Kind::IntermediateThrow(throw) => all.extend(throw.expression()),
        _ => {}
    }
    if let Some(repeat) = &node.repeat {
        all.extend(repeat.expressions());
    }
    all
}
