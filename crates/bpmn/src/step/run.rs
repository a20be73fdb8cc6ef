//! One run of the engine: tokens that are ready, tokens that wait, effects.

use super::{
    Effect,
    limits::{ALL_NODES_MAX, NODES_MAX, TOKENS_MAX},
};
use crate::{
    Definition, FlowId, NodeId, State, Token, Waiting,
    definition::Kind,
    elements::{self, Catch},
    state::Phase,
};
use feel::{Env, Value};
use std::collections::{BTreeMap, VecDeque};

/// A token that comes to a node.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival {
    pub node: NodeId,
    pub via: Option<FlowId>,
    pub scope: Option<u32>,
    /// It was here before: it became an incident, or is one of several items.
    pub again: bool,
}

pub(crate) struct Run<'a> {
    pub definition: &'a Definition,
    pub state: &'a mut State,
    pub env: &'a Env<'a>,
    pub effects: Vec<Effect>,
    pub(super) ready: VecDeque<Arrival>,
    /// Message waits that were opened and look back.
    pub(super) looking_back: VecDeque<u32>,
    /// Nodes entered: in all, in the process itself, in each scope.
    entered: u32,
    entered_outside: u32,
    entered_inside: BTreeMap<u32, u32>,
    /// Where the last token ended.
    pub(super) last_end: Option<NodeId>,
    pub(super) terminated: bool,
    /// Bytes of all variables, once they were counted.
    pub(super) weight: Option<usize>,
    /// A variable that was too large to be written.
    pub(super) too_large: Option<String>,
}

impl<'a> Run<'a> {
    pub fn new(definition: &'a Definition, state: &'a mut State, env: &'a Env<'a>) -> Run<'a> {
        Run {
            definition,
            state,
            env,
            effects: Vec::new(),
            ready: VecDeque::new(),
            looking_back: VecDeque::new(),
            entered: 0,
            entered_outside: 0,
            entered_inside: BTreeMap::new(),
            last_end: None,
            terminated: false,
            weight: None,
            too_large: None,
        }
    }

    /// Goes on until nothing is ready.
    pub fn finish(mut self) -> Vec<Effect> {
        if self.state.phase == Phase::Ended {
            return self.effects;
        }
        loop {
            while let Some(arrival) = self.ready.pop_front() {
                self.enter(arrival);
            }
            if !self.settle() {
                break;
            }
        }
        if self.state.phase == Phase::Ended {
            return self.effects;
        }
        if self.is_over() {
            self.state.tokens.clear();
            self.end();
            if let Some(node) = self.last_end {
                self.effects.push(Effect::Ended { node, terminate: self.terminated });
            }
        } else {
            self.report_deadlocks();
        }
        self.effects
    }

    fn enter(&mut self, arrival: Arrival) {
        let count = match arrival.scope {
            None => &mut self.entered_outside,
            Some(scope) => self.entered_inside.entry(scope).or_default(),
        };
        if *count == NODES_MAX || self.entered == ALL_NODES_MAX {
            let reason = format!("the journey passed {count} nodes without waiting: is there a loop without a timer?");
            self.incident(arrival, reason);
            return;
        }
        *count += 1;
        self.entered += 1;
        if !arrival.again {
            self.effects.push(Effect::Entered { node: arrival.node });
        }
        elements::enter(self, arrival);
    }

    /// Nothing is left but events that could have interrupted the process.
    fn is_over(&self) -> bool {
        self.state.scopes.is_empty() && self.state.tokens.iter().all(|token| self.is_watcher(token))
    }

    /// Over: only the variables stay, for who started the journey.
    pub(super) fn end(&mut self) {
        self.state.phase = Phase::Ended;
        self.state.kept.clear();
        self.state.completed.clear();
        self.state.taken.clear();
    }

    /// An event on the border of an activity, or the start of an event sub-process: its scope ends without it.
    pub(super) fn is_watcher(&self, token: &Token) -> bool {
        matches!(self.definition.node(token.node).kind, Kind::Boundary { .. } | Kind::StartEvent { .. })
            && !matches!(token.waiting, Waiting::Incident { .. })
    }

    /// A token comes to a node, in its turn.
    pub fn arrive(&mut self, arrival: Arrival) {
        self.ready.push_back(arrival);
    }

    /// A token waits. Returns its id, which no other token of the journey ever had. Where there are too many tokens it is an
    /// incident.
    pub fn park(&mut self, arrival: Arrival, group: Option<u32>, waiting: Waiting) -> u32 {
        let id = self.next_id();
        let is_full = self.state.tokens.len() >= TOKENS_MAX && !matches!(waiting, Waiting::Incident { .. });
        let waiting = if is_full {
            let reason = format!("the journey has {TOKENS_MAX} tokens already: does a loop begin more and more?");
            self.effects.push(Effect::Incident { token: id, node: arrival.node, reason: reason.clone() });
            Waiting::Incident { reason }
        } else {
            waiting
        };
        if matches!(waiting, Waiting::Message { .. }) {
            let catch = self.definition.node(arrival.node).catch();
            if matches!(catch, Some(Catch::Message(message)) if message.since.is_some()) {
                self.looking_back.push_back(id);
            }
        }
        let Arrival { node, via, scope, .. } = arrival;
        self.state.tokens.push(Token { id, node, waiting, via, group, scope });
        id
    }

    /// As [`Run::park`]; `None` where there are too many tokens.
    pub fn try_park(&mut self, arrival: Arrival, waiting: Waiting) -> Option<u32> {
        let is_full = self.state.tokens.len() >= TOKENS_MAX;
        let id = self.park(arrival, None, waiting);
        (!is_full).then_some(id)
    }

    pub(super) fn next_id(&mut self) -> u32 {
        let id = self.state.next_token;
        self.state.next_token += 1;
        id
    }

    /// A token cannot go on until a person has looked.
    pub fn incident(&mut self, arrival: Arrival, reason: String) {
        let token = self.park(arrival, None, Waiting::Incident { reason: reason.clone() });
        self.effects.push(Effect::Incident { token, node: arrival.node, reason });
    }

    /// A token goes down one flow.
    pub fn take(&mut self, from: Arrival, flow: FlowId, read: Vec<(String, Value)>) {
        self.effects.push(Effect::TookFlow { node: from.node, flow, read });
        let target = self.definition.flow(flow).target;
        self.arrive(Arrival { node: target, via: Some(flow), scope: from.scope, again: false });
    }

    /// One token goes down every outgoing flow; where there is none its path ends.
    pub fn leave(&mut self, node: NodeId, scope: Option<u32>) {
        let definition = self.definition;
        let outgoing = &definition.node(node).outgoing;
        if outgoing.is_empty() {
            self.end_path(node);
        }
        for flow in outgoing {
            self.take(Arrival { node, via: None, scope, again: false }, *flow, Vec::new());
        }
    }

    /// A token is gone.
    pub fn end_path(&mut self, node: NodeId) {
        self.last_end = Some(node);
    }

    /// All tokens of the scope are gone; the scope around it goes on.
    pub fn terminate(&mut self, arrival: Arrival) {
        self.drain(arrival.scope, true);
        self.end_path(arrival.node);
        match arrival.scope {
            Some(scope) => self.complete_scope(scope),
            None => self.terminated = true,
        }
    }

    /// The event behind a gateway came: the gateway's flow is taken and its event entered.
    pub fn win(&mut self, via: Option<FlowId>, node: NodeId) {
        if let Some(flow) = via {
            let gateway = self.definition.flow(flow).source;
            self.effects.push(Effect::TookFlow { node: gateway, flow, read: Vec::new() });
        }
        self.effects.push(Effect::Entered { node });
    }

    pub fn remove(&mut self, id: u32) -> Option<Token> {
        let place = self.state.tokens.iter().position(|token| token.id == id)?;
        Some(self.state.tokens.remove(place))
    }

    /// A time that is past.
    pub fn is_due(&self, waiting: &Waiting) -> bool {
        matches!(waiting, Waiting::Timer { due, .. } if *due <= self.env.now)
    }
}
