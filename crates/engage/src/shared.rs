//! What belongs to the workspace: settings, agents, flows, and whether it holds.

use crate::flows::{Compiler, starts::Starts};
use base::{Id, Time, stable_hash};
use crm::{
    carts::Pipelines,
    connections::TagShop,
    desk::{Agent, Settings},
};
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use std::{
    fmt,
    ops::{Deref, DerefMut},
    sync::{Arc, OnceLock},
};

/// The workspace's own cell. A copy costs nothing until it is changed: each step of a journey holds one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shared(Arc<Workspace>);

impl Deref for Shared {
    type Target = Workspace;
    fn deref(&self) -> &Workspace {
        &self.0
    }
}

impl DerefMut for Shared {
    fn deref_mut(&mut self) -> &mut Workspace {
        let workspace = Arc::make_mut(&mut self.0);
        // What is changed may be a flow.
        workspace.starts = Index::default();
        workspace
    }
}

impl<C> Encode<C> for Shared {
    fn encode<W: encode::Write>(&self, to: &mut Encoder<W>, context: &mut C) -> Result<(), encode::Error<W::Error>> {
        self.0.encode(to, context)
    }
}

impl<'b, C> Decode<'b, C> for Shared {
    fn decode(from: &mut Decoder<'b>, context: &mut C) -> Result<Shared, decode::Error> {
        Workspace::decode(from, context).map(|workspace| Shared(Arc::new(workspace)))
    }
}

/// What is in it.
#[derive(Debug, Clone, Default, PartialEq, Encode, Decode)]
pub struct Workspace {
    #[n(0)]
    pub settings: Settings,
    #[n(1)]
    pub agents: Vec<Agent>,
    #[n(2)]
    pub flows: Vec<Flow>,
    /// Since when nothing is sent, after a restore or a long stop.
    #[n(3)]
    pub hold: Option<Time>,
    #[n(4)]
    #[cbor(default)]
    pub pipelines: Pipelines,
    /// The shops that are told of tags which people and flows give.
    #[n(5)]
    #[cbor(default)]
    pub tag_shops: Vec<TagShop>,
    #[cbor(skip)]
    starts: Index,
}

/// The start events of the flows that are switched on, found once after each change. A copy finds them anew, because copies
/// are what is changed.
#[derive(Default)]
struct Index(OnceLock<Arc<Starts>>);

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Index")
    }
}

impl Clone for Index {
    fn clone(&self) -> Index {
        Index::default()
    }
}

impl PartialEq for Index {
    fn eq(&self, _: &Index) -> bool {
        true
    }
}

/// A flow with its versions.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Flow {
    /// The process id of its BPMN file.
    #[n(0)]
    pub id: Box<str>,
    #[n(1)]
    pub name: String,
    /// Immutable once there; journeys stay on theirs.
    #[n(2)]
    pub versions: Vec<FlowVersion>,
    /// The version that starts journeys; `None`: switched off.
    #[n(3)]
    pub enabled: Option<u32>,
    /// Microseconds a cart must stand idle for the enabled version to start; `None`: it has no such trigger.
    #[n(4)]
    pub idle: Option<i64>,
    /// Since when it is switched on without a break; of one that is off, when it last was.
    #[n(5)]
    #[cbor(default)]
    pub enabled_at: Time,
}

#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct FlowVersion {
    #[n(0)]
    pub number: u32,
    #[n(1)]
    pub xml: String,
    /// Parameter values set by a person, over those in the file: name and text.
    #[n(2)]
    pub parameters: Vec<(Box<str>, Box<str>)>,
    /// Templates as they were when the version was made: name and source.
    #[n(3)]
    pub templates: Vec<(Box<str>, String)>,
    #[n(4)]
    pub made_at: Time,
    /// Decision models (DMN) as they were when the version was made: name and file.
    #[n(5)]
    #[cbor(default)]
    pub decisions: Vec<(Box<str>, String)>,
    #[cbor(skip)]
    pub fingerprint: Fingerprint,
}

impl FlowVersion {
    /// Tells contents apart: file, parameters, templates and decisions.
    pub fn fingerprint(&self) -> u64 {
        *self.fingerprint.0.get_or_init(|| {
            let mut text = self.xml.clone();
            let pairs = self.parameters.iter().map(|(name, value)| (name, &**value));
            let sources = self.templates.iter().chain(&self.decisions).map(|(name, source)| (name, &**source));
            for (name, value) in pairs.chain(sources) {
                text.push_str(name);
                text.push_str(value);
            }
            stable_hash(text.as_bytes())
        })
    }
}

/// A hash that is worked out once: a flow and its templates are tens of kilobytes, and each step asks. A copy works it out
/// anew, because copies are what is changed.
#[derive(Debug, Default)]
pub struct Fingerprint(OnceLock<u64>);

impl Clone for Fingerprint {
    fn clone(&self) -> Fingerprint {
        Fingerprint::default()
    }
}

impl PartialEq for Fingerprint {
    fn eq(&self, _: &Fingerprint) -> bool {
        true
    }
}

/// Versions kept of a flow; the oldest without journeys on them go first (a journey ends long before fifty publications).
pub const VERSIONS_MAX: usize = 50;

impl Workspace {
    /// What begins journeys.
    pub fn starts(&self, compiler: &Compiler) -> &Arc<Starts> {
        self.starts.0.get_or_init(|| Arc::new(Starts::of(&self.flows, compiler)))
    }

    pub fn flow(&self, id: &str) -> Option<&Flow> {
        self.flows.iter().find(|flow| *flow.id == *id)
    }

    pub fn agent(&self, id: Id) -> Option<&Agent> {
        self.agents.iter().find(|agent| agent.id == id)
    }

    /// The customer's own agent, else the workspace's default one.
    pub fn agent_of(&self, own: Option<Id>) -> Option<&Agent> {
        let active = |id: Id| self.agent(id).filter(|agent| agent.is_active);
        own.and_then(active).or_else(|| self.settings.default_agent.and_then(active))
    }

    /// The shortest idle time of the enabled flows, else the workspace's own.
    pub fn idle(&self) -> i64 {
        let flows = self.flows.iter().filter(|flow| flow.enabled.is_some());
        flows.filter_map(|flow| flow.idle).min().unwrap_or_else(|| self.settings.idle())
    }
}

impl Flow {
    pub fn version(&self, number: u32) -> Option<&FlowVersion> {
        self.versions.iter().find(|version| version.number == number)
    }

    pub fn newest(&self) -> Option<&FlowVersion> {
        self.versions.last()
    }
}
