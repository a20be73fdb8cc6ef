//! Journeys through small processes, with what must hold after each step.

pub use crate::drawing::process;
use base::{HOUR, Time};
use bpmn::{Command, Definition, Effect, Kind, NodeId, Rejected, State, WaitKind};
use feel::{Env, Value};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

pub const START: Time = Time(1_764_000_000_000_000);

/// A journey, what it sees, and the time.
pub struct Journey {
    pub definition: Definition,
    pub state: State,
    pub scope: BTreeMap<String, Value>,
    pub now: Time,
    pub zone: TimeZone,
    /// Writes and reads the state again after each step, as a crash would have it.
    pub reloads: bool,
    pub trace: Vec<String>,
    pub effects: Vec<Effect>,
}

impl Journey {
    pub fn of(xml: &str) -> Journey {
        let definition = Definition::compile(xml).unwrap_or_else(|problems| {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            panic!("{}", lines.join("\n"))
        });
        Journey {
            definition,
            state: State::default(),
            scope: BTreeMap::new(),
            now: START,
            zone: TimeZone::get("Europe/Rome").expect("bundled"),
            reloads: true,
            trace: Vec::new(),
            effects: Vec::new(),
        }
    }

    pub fn new(lines: &str) -> Journey {
        Journey::of(&process(lines))
    }

    /// Sets a root name that the conditions see.
    pub fn with(mut self, name: &str, value: serde_json::Value) -> Journey {
        self.scope.insert(name.into(), feel::from_json(&value));
        self
    }

    pub fn start(mut self) -> Journey {
        let begins = |node: &bpmn::Node| matches!(node.kind, Kind::StartEvent { .. }) && node.parent.is_none();
        let (first, _) = self.definition.nodes().find(|(_, node)| begins(node)).expect("a start event");
        self.send(Command::Start { trigger: first, payload: &Value::Null }).expect("a fresh journey starts");
        self
    }

    /// Steps, and checks what must hold after each step; the trace grows by what happened.
    pub fn send(&mut self, command: Command) -> Result<(), Rejected> {
        let before = self.state.clone();
        let env = Env { scope: &self.scope, now: self.now, zone: &self.zone };
        let result = bpmn::step(&self.definition, &mut self.state, command, &env);
        if result.is_err() {
            assert!(self.state == before, "a rejected command changed the state");
        }
        if self.reloads {
            let bytes = minicbor::to_vec(&self.state).expect("a vector takes all");
            let back: State = minicbor::decode(&bytes).expect("what was written is read");
            assert!(back == self.state, "the state changed on its way through bytes");
            self.state = back;
        }
        check_invariants(&self.definition, &self.state);
        self.effects = result?;
        let texts: Vec<String> = self.effects.iter().filter_map(|effect| self.text(effect)).collect();
        self.trace.extend(texts);
        Ok(())
    }

    fn text(&self, effect: &Effect) -> Option<String> {
        let id = |node: &NodeId| self.definition.node(*node).id.clone();
        Some(match effect {
            Effect::Entered { node } => id(node),
            Effect::TookFlow { .. } => return None,
            Effect::Job { node, .. } => format!("job:{}", id(node)),
            Effect::UserTask { node, .. } => format!("user:{}", id(node)),
            Effect::CancelJob { .. } => "cancel-job".into(),
            Effect::Decide { node, decision, .. } => format!("decide:{}:{decision}", id(node)),
            Effect::StartChild { node, process, .. } => format!("child:{}:{process}", id(node)),
            Effect::CancelChild { .. } => "cancel-child".into(),
            Effect::ThrewToCaller { code, .. } => format!("threw:{code}"),
            Effect::EscalatedToCaller { code, .. } => format!("escalated:{code}"),
            Effect::Signal { name, .. } => format!("signal:{name}"),
            Effect::Assigned { .. } | Effect::Took { .. } | Effect::Heavy { .. } => return None,
            Effect::Incident { node, .. } => format!("incident:{}", id(node)),
            Effect::Ended { node, terminate } => {
                format!("{}:{}", if *terminate { "terminated" } else { "ended" }, id(node))
            }
            Effect::Cancelled { .. } => "cancelled".into(),
        })
    }

    pub fn after_hours(&mut self, hours: i64) -> Result<(), Rejected> {
        self.now = self.now + hours * HOUR;
        self.send(Command::FireTimers)
    }

    pub fn message(&mut self, name: &str, key: Option<&str>) -> Result<(), Rejected> {
        let keys: Vec<&str> = key.into_iter().collect();
        self.send(Command::Message { name, keys: &keys, id: None, is_taken: false, payload: &Value::Null })
    }

    /// Completes the oldest job.
    pub fn done(&mut self) -> Result<(), Rejected> {
        let job = self.state.waits().find(|wait| wait.kind == WaitKind::Job);
        let token = job.expect("a job waits").token;
        self.send(Command::CompleteJob { token, variables: Vec::new() })
    }

    /// Completes the oldest job of a node with one variable.
    pub fn done_at(&mut self, node: &str, name: &str, value: impl Into<Value>) {
        let token = self.token(node);
        self.send(Command::CompleteJob { token, variables: vec![(name.into(), value.into())] }).expect("it waits");
    }

    /// The oldest token at a node.
    pub fn token(&self, node: &str) -> u32 {
        let found = self.state.tokens().iter().find(|token| self.definition.node(token.node).id == node);
        found.unwrap_or_else(|| panic!("nothing at {node}; it waits at {}", self.waiting())).id
    }

    /// A job throws a business error.
    pub fn throw(&mut self, node: &str, code: &str) {
        let token = self.token(node);
        let command = Command::ThrowError { token, code: code.into(), message: "no".into(), variables: Vec::new() };
        self.send(command).expect("it waits");
    }

    pub fn user_done(&mut self, node: &str) {
        let token = self.token(node);
        self.send(Command::CompleteUserTask { token, variables: Vec::new() }).expect("it waits");
    }

    pub fn signal(&mut self, name: &str) -> Result<(), Rejected> {
        self.send(Command::Signal { name, id: None, payload: &Value::Null })
    }

    /// What happened since the last call.
    #[track_caller]
    pub fn expect(&mut self, wanted: &str) {
        assert_eq!(std::mem::take(&mut self.trace).join(" "), wanted);
    }

    /// What it waits for, by node.
    pub fn waiting(&self) -> String {
        let ids: Vec<&str> = self.state.waits().map(|wait| self.definition.node(wait.node).id.as_str()).collect();
        ids.join(" ")
    }
}

/// A journey that runs has a token; one that has ended has nothing; ids are unique; what runs waits for something, a person or
/// other tokens that do; scopes hang together and none is empty.
pub fn check_invariants(definition: &Definition, state: &State) {
    assert!(!state.is_ended() || (state.tokens().is_empty() && state.scopes().next().is_none()));
    assert!(!state.is_started() || state.is_ended() || !state.tokens().is_empty());
    let mut ids: Vec<u32> = state.tokens().iter().map(|token| token.id).collect();
    ids.extend(state.scopes().map(|(id, ..)| id));
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
    assert_eq!(state.is_ended() || state.waits().count() + state.incidents().count() > 0, state.is_started());
    let due = state.waits().filter_map(|wait| match wait.kind {
        WaitKind::Timer { due } => Some(due),
        _ => None,
    });
    assert_eq!(due.min(), state.next_due());
    let known = |scope: Option<u32>| scope.is_none_or(|scope| state.scopes().any(|(id, ..)| id == scope));
    for token in state.tokens() {
        assert!(known(token.scope), "token {} is in no scope", token.id);
        // A token stands where its node is drawn, or on the activity that the scope belongs to.
        let node = definition.node(token.node);
        let around =
            token.scope.and_then(|id| state.scopes().find(|(found, ..)| *found == id)).map(|(_, node, _)| node);
        let host = match node.kind {
            Kind::Boundary { host, .. } => Some(host),
            _ => None,
        };
        let event_start = node.parent.filter(|_| matches!(node.kind, Kind::StartEvent { .. }));
        let outside = event_start.map(|sub| definition.node(sub).parent);
        let fits = around == Some(token.node) || around == node.parent || (host.is_some() && around == host);
        assert!(fits || outside == Some(around), "{} waits in a scope of {around:?}", node.id);
    }
    for (id, _, parent) in state.scopes() {
        assert!(known(parent));
        let lives = state.tokens().iter().any(|token| token.scope == Some(id));
        assert!(lives || state.scopes().any(|(_, _, outer)| outer == Some(id)), "scope {id} is empty");
    }
}
