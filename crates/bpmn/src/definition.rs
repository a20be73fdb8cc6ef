//! A flow that can run: nodes and sequence flows by number, expressions parsed.

use crate::Problem;
use feel::{Expression, Value};
use minicbor::{Decode, Encode};

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
}

/// What a node does.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Kind {
    PassThrough,
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

/// A flow that can run. Immutable, shared as `Arc`.
#[derive(Debug, Clone)]
pub struct Definition {
    process_id: String,
    name: Option<String>,
    parameters: Vec<(String, Value)>,
    attributes: Vec<(String, String)>,
    nodes: Vec<Node>,
    flows: Vec<Flow>,
}

impl Definition {
    /// Compiles the one process of a file, or says everything that keeps it from running.
    pub fn compile(xml: &str) -> Result<Definition, Vec<Problem>> {
        Definition::compile_with(xml, &[])
    }

    /// As [`Definition::compile`], with other values for some of the parameters that the process declares.
    pub fn compile_with(
        _xml: &str,
        _parameters: &[(String, Value)],
    ) -> Result<Definition, Vec<Problem>> {
        Err(vec![Problem::of_file("not built yet")])
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
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The start events that wait for a message.
    pub fn triggers(&self) -> impl Iterator<Item = Trigger<'_>> {
        std::iter::empty()
    }

    /// Every message name that some node waits for, once each; those of the triggers are not among them.
    pub fn message_names(&self) -> Vec<&str> {
        Vec::new()
    }

    /// A node. Panics where the id is from another definition.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[usize::from(id.0)]
    }

    /// A sequence flow. Panics where the id is from another definition.
    pub fn flow(&self, id: FlowId) -> &Flow {
        &self.flows[usize::from(id.0)]
    }

    /// All nodes, in document order.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        self.nodes
            .iter()
            .enumerate()
            .map(|(index, node)| (NodeId(index as u16), node))
    }

    /// The value of an attribute's text: after `=` a FEEL expression over the parameters, else a number, a boolean or the
    /// text itself.
    pub fn value_of(&self, text: &str) -> Value {
        Value::from(text)
    }
}
