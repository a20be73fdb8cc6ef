//! A flow that can run: nodes and sequence flows by number, expressions parsed.

mod names;
mod node;
mod reach;

pub use node::{Flow, FlowId, Kind, Mapping, Node, NodeId, Text, Trigger};
pub(crate) use reach::{Reach, of_joins};

use crate::{Model, Problem, Severity, elements::Catch};
use feel::{Env, Expression, Value};
use jiff::tz::TimeZone;
use node::find;
use std::collections::BTreeMap;

/// A flow that can run. Immutable, shared as `Arc`.
#[derive(Debug, Clone)]
pub struct Definition {
    pub(crate) process_id: String,
    pub(crate) name: Option<String>,
    pub(crate) version_tag: Option<String>,
    pub(crate) parameters: Vec<(String, Value)>,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) flows: Vec<Flow>,
    /// The event sub-processes of the process itself.
    pub(crate) event_subs: Vec<NodeId>,
    /// Of each join.
    pub(crate) reach: Vec<Reach>,
    /// The names of the messages that some wait looks back for.
    pub(crate) looked_back: Vec<String>,
}

impl Definition {
    /// Compiles the process of a file that runs, or says everything that keeps it from being enabled.
    pub fn compile(xml: &str) -> Result<Definition, Vec<Problem>> {
        Definition::compile_with(xml, &[])
    }

    /// As [`Definition::compile`], with other values for some of the parameters that the process declares: name and text. A text
    /// is read as what the declared value is, a number where that is one, and refused where it is none.
    pub fn compile_with(xml: &str, parameters: &[(String, String)]) -> Result<Definition, Vec<Problem>> {
        let (definition, mut problems) = Definition::draft(xml, parameters)?;
        problems.retain(|problem| problem.severity > Severity::Notice);
        if problems.is_empty() { Ok(definition) } else { Err(problems) }
    }

    /// Compiles as far as it goes: the error is what keeps the file from being imported, the problems beside the definition
    /// are what keeps it from being enabled, and notices. Where such a definition runs all the same, what is not executed
    /// becomes an incident.
    pub fn draft(xml: &str, parameters: &[(String, String)]) -> Result<(Definition, Vec<Problem>), Vec<Problem>> {
        let (definition, problems) = crate::compile::compile(&Model::parse(xml)?, parameters)?;
        if problems.iter().any(|problem| problem.severity == Severity::Broken) {
            return Err(problems);
        }
        Ok((definition, problems))
    }

    /// Everything there is to say about a file, in the order of its lines.
    pub fn problems(xml: &str) -> Vec<Problem> {
        match Definition::draft(xml, &[]) {
            Ok((_, problems)) | Err(problems) => problems,
        }
    }

    pub fn process_id(&self) -> &str {
        &self.process_id
    }

    /// The name of the process, else its id.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.process_id)
    }

    /// What `zeebe:versionTag` says, for call activities that are bound to it.
    pub fn version_tag(&self) -> Option<&str> {
        self.version_tag.as_deref()
    }

    /// The named values of `ritorno:parameters`, in the order written.
    pub fn parameters(&self) -> &[(String, Value)] {
        &self.parameters
    }

    /// A flat `ritorno:` attribute of the process, as written.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        find(&self.attributes, name)
    }

    /// The start events of the process itself.
    fn own_starts(&self) -> impl Iterator<Item = (NodeId, &Node, Option<&Catch>)> {
        self.nodes().filter_map(|(id, node)| match &node.kind {
            Kind::StartEvent { catch, .. } if node.parent.is_none() => Some((id, node, catch.as_ref())),
            _ => None,
        })
    }

    /// The start events that wait for a message.
    pub fn triggers(&self) -> impl Iterator<Item = Trigger<'_>> {
        self.own_starts().filter_map(|(id, node, catch)| match catch {
            Some(Catch::Message(message)) => Some(Trigger {
                node: id,
                message: &message.name,
                attributes: &node.attributes,
                filter: message.filter.as_ref(),
            }),
            _ => None,
        })
    }

    /// The start events that wait for a timer, a signal or a condition.
    pub fn other_triggers(&self) -> impl Iterator<Item = (NodeId, &Catch)> {
        let is_other = |catch: &&Catch| !matches!(catch, Catch::Message(_));
        self.own_starts().filter_map(move |(id, _, catch)| catch.filter(is_other).map(|catch| (id, catch)))
    }

    /// The start event without an event: for a journey that a person or a program starts.
    pub fn manual_start(&self) -> Option<NodeId> {
        self.own_starts().find(|(_, _, catch)| catch.is_none()).map(|(id, _, _)| id)
    }

    /// A node. Panics where the id is from another definition.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// A sequence flow. Panics where the id is from another definition.
    pub fn flow(&self, id: FlowId) -> &Flow {
        &self.flows[id.index()]
    }

    /// The node with this id in the file.
    pub fn find_node(&self, id: &str) -> Option<NodeId> {
        self.nodes().find(|(_, node)| node.id == id).map(|(id, _)| id)
    }

    /// The sequence flow with this id in the file.
    pub fn find_flow(&self, id: &str) -> Option<FlowId> {
        self.flows.iter().position(|flow| flow.id == id).map(|index| FlowId(index as u16))
    }

    /// All nodes, in document order.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        self.nodes.iter().enumerate().map(|(index, node)| (NodeId(index as u16), node))
    }

    /// The event sub-processes inside a scope.
    pub(crate) fn event_subs(&self, activity: Option<NodeId>) -> &[NodeId] {
        activity.map_or(&self.event_subs, |node| &self.node(node).event_subs)
    }

    /// The value of an attribute's text: after `=` a FEEL expression over the parameters alone, else a number, a boolean
    /// or the text itself.
    pub fn value_of(&self, text: &str) -> Value {
        let Some(formula) = text.trim().strip_prefix('=') else {
            return crate::compile::constant(text);
        };
        let scope: BTreeMap<String, Value> = self.parameters.iter().cloned().collect();
        let env = Env { scope: &scope, now: base::Time(0), zone: &TimeZone::UTC };
        Expression::parse(formula).map_or(Value::Null, |formula| formula.eval(&env))
    }
}
