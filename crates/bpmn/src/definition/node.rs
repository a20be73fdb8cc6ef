//! What a flow is made of, ready to run.

use crate::elements::{Call, Catch, Decision, MultiInstance, Script, Throw};
use feel::{Expression, Value};
use minicbor::{Decode, Encode};

/// A node of one definition: its place among the flow nodes of the process, from 0; those of a sub-process follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct NodeId(#[n(0)] pub u16);

/// A sequence flow of one definition: its place among the sequence flows of the process, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct FlowId(#[n(0)] pub u16);

impl NodeId {
    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl FlowId {
    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// An event, gateway or activity.
#[derive(Debug, Clone)]
pub struct Node {
    /// The id in the file.
    pub id: String,
    /// The name in the diagram, where it has one.
    pub name: Option<String>,
    pub kind: Kind,
    /// The sub-process that it stands in; `None` is the process.
    pub parent: Option<NodeId>,
    /// The flat `ritorno:` attributes as written, without the prefix.
    pub attributes: Vec<(String, String)>,
    pub incoming: Vec<FlowId>,
    /// In document order.
    pub outgoing: Vec<FlowId>,
    /// What a job, a user task or a called flow is given; of a sub-process its own variables.
    pub inputs: Vec<Mapping>,
    /// What the journey keeps of a job's variables or of an event. Empty: all of a job's variables, nothing of an event.
    pub outputs: Vec<Mapping>,
    /// The events on the border of an activity.
    pub boundaries: Vec<NodeId>,
    /// The start events inside a sub-process.
    pub starts: Vec<NodeId>,
    /// The event sub-processes inside a sub-process.
    pub event_subs: Vec<NodeId>,
    /// An activity that is done for each item of a list.
    pub repeat: Option<MultiInstance>,
    /// A compensation handler: no flow leads there.
    pub for_compensation: bool,
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

    /// A task, a sub-process or a call activity.
    pub fn is_activity(&self) -> bool {
        self.kind.is_activity()
    }

    /// What it waits for, where it is an event or a receive task.
    pub fn catch(&self) -> Option<&Catch> {
        match &self.kind {
            Kind::StartEvent { catch, .. } => catch.as_ref(),
            Kind::IntermediateCatch(catch) | Kind::Boundary { catch, .. } | Kind::ReceiveTask(catch) => Some(catch),
            _ => None,
        }
    }
}

pub(super) fn find<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// What a node does.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Kind {
    /// Without an event a person, a program or the sub-process around it begins here. `interrupting`: of an event
    /// sub-process, what else is under way around it ends.
    StartEvent {
        catch: Option<Catch>,
        interrupting: bool,
    },
    EndEvent(Throw),
    IntermediateThrow(Throw),
    IntermediateCatch(Catch),
    /// On the border of an activity. `interrupting`: the activity ends.
    Boundary {
        host: NodeId,
        interrupting: bool,
        catch: Catch,
    },
    /// `weighted`: chance decides by the weights of the flows, not conditions.
    ExclusiveGateway {
        default: Option<FlowId>,
        weighted: bool,
    },
    InclusiveGateway {
        default: Option<FlowId>,
    },
    ParallelGateway,
    EventBasedGateway,
    /// A service task or a send task: the type of its job.
    Job(String),
    UserTask,
    ReceiveTask(Catch),
    Script(Script),
    /// A business rule task.
    Decision(Decision),
    Call(Call),
    SubProcess,
    EventSubProcess,
    /// A plain or manual task.
    Task,
    /// What this engine does not execute, with the reason. Only in a flow that is not enabled.
    Unsupported(String),
}

impl Kind {
    pub(crate) fn is_activity(&self) -> bool {
        use Kind::{Call, Decision, Job, ReceiveTask, Script, SubProcess, Task, UserTask};
        matches!(self, Job(_) | UserTask | ReceiveTask(_) | Script(_) | Decision(_) | Call(_) | SubProcess | Task)
    }
}

/// A value that is written in the file, or computed when it is needed.
#[derive(Debug, Clone, PartialEq)]
pub enum Text {
    Constant(Value),
    Formula(Expression),
}

impl Text {
    pub(crate) fn formula(&self) -> Option<&Expression> {
        match self {
            Text::Constant(_) => None,
            Text::Formula(formula) => Some(formula),
        }
    }
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
    /// Its condition is written in a language that is not ours. Only in a flow that is not enabled.
    pub is_foreign: bool,
    /// Its part in a weighted split.
    pub weight: Option<u32>,
}

impl Flow {
    /// The name that the diagram shows, else the id.
    pub fn title(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }
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
    /// A flat `ritorno:` attribute of the start event, as written ([`crate::Definition::value_of`] gives its value).
    pub fn attribute(&self, name: &str) -> Option<&'a str> {
        find(self.attributes, name)
    }
}
