//! A flow that can run: nodes and sequence flows by number, expressions parsed.

use crate::{
    Model, Problem,
    elements::{Message, Timer},
};
use feel::{Env, Expression, Value};
use jiff::tz::TimeZone;
use minicbor::{Decode, Encode};
use std::collections::BTreeMap;

/// A node of one definition: its place among the flow nodes of the file, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct NodeId(#[n(0)] pub u16);

/// A sequence flow of one definition: its place among the sequence flows of the file, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct FlowId(#[n(0)] pub u16);

/// An event, gateway or task.
#[derive(Debug, Clone)]
pub struct Node {
    /// The id in the file.
    pub id: String,
    /// The name in the diagram, where it has one.
    pub name: Option<String>,
    pub kind: Kind,
    /// The flat `ritorno:` attributes as written, without the prefix.
    pub attributes: Vec<(String, String)>,
    pub incoming: Vec<FlowId>,
    /// In document order.
    pub outgoing: Vec<FlowId>,
    /// What a job or a user task is given.
    pub inputs: Vec<Mapping>,
    /// What the journey keeps of a job's variables or of an event. Empty: all of a job's variables, nothing of an event.
    pub outputs: Vec<Mapping>,
}

impl Node {
    /// The name that the diagram shows, else the id.
    pub fn title(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }

    /// A flat `ritorno:` attribute, as written.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        find(&self.attributes, name)
    }
}

/// What a node does.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Kind {
    /// Without a message a person or a program starts the journey.
    StartEvent {
        message: Option<String>,
        filter: Option<Expression>,
    },
    EndEvent {
        terminate: bool,
    },
    /// `weighted`: chance decides by the weights of the flows, not conditions.
    ExclusiveGateway {
        default: Option<FlowId>,
        weighted: bool,
    },
    ParallelGateway,
    EventBasedGateway,
    TimerCatch(Timer),
    /// An intermediate catch event or a receive task.
    MessageCatch(Message),
    /// A service task or a send task: the type of its job.
    Job(String),
    UserTask,
    /// A plain or manual task, a throw event without a definition.
    PassThrough,
}

/// A value that is written in the file, or computed when it is needed.
#[derive(Debug, Clone, PartialEq)]
pub enum Text {
    Constant(Value),
    Formula(Expression),
}

/// `target = source`.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapping {
    pub target: String,
    pub source: Text,
}

/// A sequence flow.
#[derive(Debug, Clone)]
pub struct Flow {
    /// The id in the file.
    pub id: String,
    pub name: Option<String>,
    pub source: NodeId,
    pub target: NodeId,
    pub condition: Option<Expression>,
    /// Its part in a weighted split.
    pub weight: Option<u32>,
}

/// A start event that waits for a message.
#[derive(Debug, Clone, Copy)]
pub struct Trigger<'a> {
    pub node: NodeId,
    /// The name of the message, such as `Cart Idle`.
    pub message: &'a str,
    /// The flat `ritorno:` attributes of the start event as written, without the prefix.
    pub attributes: &'a [(String, String)],
    /// Must be true of the `event` for a journey to start.
    pub filter: Option<&'a Expression>,
}

impl<'a> Trigger<'a> {
    /// A flat `ritorno:` attribute of the start event, as written ([`Definition::value_of`] gives its value).
    pub fn attribute(&self, name: &str) -> Option<&'a str> {
        find(self.attributes, name)
    }
}

fn find<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// A flow that can run. Immutable, shared as `Arc`.
#[derive(Debug, Clone)]
pub struct Definition {
    pub(crate) process_id: String,
    pub(crate) name: Option<String>,
    pub(crate) parameters: Vec<(String, Value)>,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) flows: Vec<Flow>,
}

impl Definition {
    /// Compiles the one process of a file, or says everything that keeps it from running.
    pub fn compile(xml: &str) -> Result<Definition, Vec<Problem>> {
        Definition::compile_with(xml, &[])
    }

    /// As [`Definition::compile`], with other values for some of the parameters that the process declares: name and text. A text
    /// is read as what the declared value is, a number where that is one, and refused where it is none.
    pub fn compile_with(xml: &str, parameters: &[(String, String)]) -> Result<Definition, Vec<Problem>> {
        crate::compile::compile(&Model::parse(xml)?, parameters)
    }

    pub fn process_id(&self) -> &str {
        &self.process_id
    }

    /// The name of the process, else its id.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.process_id)
    }

    /// The named values of `ritorno:parameters`, in the order written.
    pub fn parameters(&self) -> &[(String, Value)] {
        &self.parameters
    }

    /// A flat `ritorno:` attribute of the process, as written.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        find(&self.attributes, name)
    }

    /// The start events that wait for a message.
    pub fn triggers(&self) -> impl Iterator<Item = Trigger<'_>> {
        self.nodes().filter_map(|(id, node)| match &node.kind {
            Kind::StartEvent { message: Some(message), filter } => {
                Some(Trigger { node: id, message, attributes: &node.attributes, filter: filter.as_ref() })
            }
            _ => None,
        })
    }

    /// The start event without a message: for a journey that a person or a program starts.
    pub fn manual_start(&self) -> Option<NodeId> {
        let mut nodes = self.nodes();
        let manual = |kind: &Kind| matches!(kind, Kind::StartEvent { message: None, .. });
        nodes.find(|(_, node)| manual(&node.kind)).map(|(id, _)| id)
    }

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

    /// Every message name that some node waits for, once each; those of the triggers are not among them.
    pub fn message_names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for node in &self.nodes {
            if let Kind::MessageCatch(message) = &node.kind
                && !names.contains(&message.name.as_str())
            {
                names.push(message.name.as_str());
            }
        }
        names
    }

    /// The type of every job, once each, such as `ritorno:send-email`.
    pub fn job_kinds(&self) -> Vec<&str> {
        let mut kinds = Vec::new();
        for node in &self.nodes {
            if let Kind::Job(kind) = &node.kind
                && !kinds.contains(&kind.as_str())
            {
                kinds.push(kind.as_str());
            }
        }
        kinds
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
            let id = node.id.as_str();
            for mapping in node.inputs.iter().chain(&node.outputs) {
                if let Text::Formula(formula) = &mapping.source {
                    add(id, formula);
                }
            }
            match &node.kind {
                Kind::StartEvent { filter: Some(filter), .. } => add(id, filter),
                Kind::MessageCatch(message) => message.expressions().for_each(|e| add(id, e)),
                Kind::TimerCatch(timer) => timer.expressions().for_each(|e| add(id, e)),
                _ => {}
            }
        }
        for flow in &self.flows {
            flow.condition.iter().for_each(|condition| add(flow.id.as_str(), condition));
        }
        read
    }

    /// A node. Panics where the id is from another definition.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[usize::from(id.0)]
    }

    /// A sequence flow. Panics where the id is from another definition.
    pub fn flow(&self, id: FlowId) -> &Flow {
        &self.flows[usize::from(id.0)]
    }

    /// The node with this id in the file.
    pub fn find_node(&self, id: &str) -> Option<NodeId> {
        self.nodes().find(|(_, node)| node.id == id).map(|(id, _)| id)
    }

    /// All nodes, in document order.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        self.nodes.iter().enumerate().map(|(index, node)| (NodeId(index as u16), node))
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
