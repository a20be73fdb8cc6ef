//! One run of the engine: tokens that are ready, tokens that wait, effects.

use super::{Effect, scope::Layers};
use crate::{Definition, FlowId, NodeId, State, Token, Waiting, definition::Text, elements, state::Phase};
use feel::{Env, Expression, Value};
use std::collections::{BTreeMap, VecDeque};

/// Nodes that one step may enter; a loop without a wait stops here and becomes an incident.
const NODES_MAX: usize = 1_000;

/// A token that comes to a node.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival {
    pub node: NodeId,
    pub via: Option<FlowId>,
    /// It was here before, and became an incident.
    pub again: bool,
}

pub(crate) struct Run<'a> {
    pub definition: &'a Definition,
    pub state: &'a mut State,
    pub env: &'a Env<'a>,
    pub effects: Vec<Effect>,
    ready: VecDeque<Arrival>,
    entered: usize,
    /// Where the last token ended.
    last_end: Option<NodeId>,
    terminated: bool,
}

impl<'a> Run<'a> {
    pub fn new(definition: &'a Definition, state: &'a mut State, env: &'a Env<'a>) -> Run<'a> {
        Run {
            definition,
            state,
            env,
            effects: Vec::new(),
            ready: VecDeque::new(),
            entered: 0,
            last_end: None,
            terminated: false,
        }
    }

    /// Goes on until nothing is ready.
    pub fn finish(mut self) -> Vec<Effect> {
        while let Some(arrival) = self.ready.pop_front() {
            if self.entered == NODES_MAX {
                let reason =
                    format!("the journey passed {NODES_MAX} nodes without waiting: is there a loop without a timer?");
                self.incident(arrival, reason);
                continue;
            }
            self.entered += 1;
            if !arrival.again {
                self.effects.push(Effect::Entered { node: arrival.node });
            }
            elements::enter(&mut self, arrival);
        }
        if self.state.tokens.is_empty() {
            self.state.phase = Phase::Ended;
            if let Some(node) = self.last_end {
                self.effects.push(Effect::Ended { node, terminate: self.terminated });
            }
        } else if self.state.tokens.iter().all(|token| token.waiting == Waiting::Join) {
            self.report_deadlock();
        }
        self.effects
    }

    /// Only joins wait, and nothing is left that could reach them.
    fn report_deadlock(&mut self) {
        let reason =
            "the parallel gateway waits for a flow that nothing can come by any more: end the branches at one gateway";
        for token in &mut self.state.tokens {
            token.waiting = Waiting::Incident { reason: reason.into() };
            let reason = reason.into();
            self.effects.push(Effect::Incident { token: token.id, node: token.node, reason });
        }
    }

    /// A token comes to a node, in its turn.
    pub fn arrive(&mut self, arrival: Arrival) {
        self.ready.push_back(arrival);
    }

    /// A token waits. Returns its id, which no other token of the journey ever had.
    pub fn park(&mut self, arrival: Arrival, group: Option<u32>, waiting: Waiting) -> u32 {
        let id = self.state.next_token;
        self.state.next_token += 1;
        self.state.tokens.push(Token { id, node: arrival.node, waiting, via: arrival.via, group });
        id
    }

    /// A token cannot go on until a person has looked.
    pub fn incident(&mut self, arrival: Arrival, reason: String) {
        let token = self.park(arrival, None, Waiting::Incident { reason: reason.clone() });
        self.effects.push(Effect::Incident { token, node: arrival.node, reason });
    }

    /// A token goes down one flow.
    pub fn take(&mut self, node: NodeId, flow: FlowId, read: Vec<(String, Value)>) {
        self.effects.push(Effect::TookFlow { node, flow, read });
        let target = self.definition.flow(flow).target;
        self.arrive(Arrival { node: target, via: Some(flow), again: false });
    }

    /// One token goes down every outgoing flow; where there is none its path ends.
    pub fn leave(&mut self, node: NodeId) {
        let outgoing = &self.definition.node(node).outgoing;
        if outgoing.is_empty() {
            self.end_path(node);
        }
        for flow in outgoing {
            self.take(node, *flow, Vec::new());
        }
    }

    /// A token is gone.
    pub fn end_path(&mut self, node: NodeId) {
        self.last_end = Some(node);
    }

    /// All tokens are gone.
    pub fn terminate(&mut self, node: NodeId) {
        self.clear();
        self.last_end = Some(node);
        self.terminated = true;
    }

    /// Takes all tokens away and calls off their jobs.
    pub fn clear(&mut self) {
        self.ready.clear();
        for token in std::mem::take(&mut self.state.tokens) {
            if matches!(token.waiting, Waiting::Job | Waiting::User) {
                self.effects.push(Effect::CancelJob { token: token.id });
            }
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

    /// A waiting token's moment has come: the token and the others of its group are gone.
    pub fn fire(&mut self, id: u32, event: Option<&Value>) {
        let Some(token) = self.remove(id) else { return };
        if let Some(group) = token.group {
            self.state.tokens.retain(|other| other.group != Some(group));
            self.win(token.via, token.node);
        }
        self.complete(token.node, event);
    }

    pub fn remove(&mut self, id: u32) -> Option<Token> {
        let place = self.state.tokens.iter().position(|token| token.id == id)?;
        Some(self.state.tokens.remove(place))
    }

    /// A catch event is over: its output mappings are written, its flows taken.
    pub fn complete(&mut self, node: NodeId, event: Option<&Value>) {
        self.write_outputs(node, event, None);
        self.leave(node);
    }

    /// A job or user task is over.
    pub fn complete_task(&mut self, node: NodeId, variables: Vec<(String, Value)>) {
        if self.definition.node(node).outputs.is_empty() {
            self.state.variables.extend(variables);
        } else {
            let variables: BTreeMap<String, Value> = variables.into_iter().collect();
            self.write_outputs(node, None, Some(&variables));
        }
        self.leave(node);
    }

    /// Each mapping sees what the ones before it wrote.
    fn write_outputs(&mut self, node: NodeId, event: Option<&Value>, job: Option<&BTreeMap<String, Value>>) {
        let definition = self.definition;
        for mapping in &definition.node(node).outputs {
            let value = match &mapping.source {
                Text::Constant(value) => value.clone(),
                Text::Formula(formula) => self.eval_with(formula, event, job),
            };
            self.state.variables.insert(mapping.target.clone(), value);
        }
    }

    /// What a task is given.
    pub fn inputs(&self, node: NodeId) -> Vec<(String, Value)> {
        let inputs = self.definition.node(node).inputs.iter();
        inputs.map(|mapping| (mapping.target.clone(), self.text(&mapping.source))).collect()
    }

    pub fn text(&self, text: &Text) -> Value {
        match text {
            Text::Constant(value) => value.clone(),
            Text::Formula(formula) => self.eval_with(formula, None, None),
        }
    }

    /// A condition's value, and the values it read.
    pub fn decide(&self, condition: &Expression) -> (Value, Vec<(String, Value)>) {
        let layers = self.layers(None, None);
        let env = Env { scope: &layers, ..*self.env };
        (condition.eval(&env), condition.reads(&env))
    }

    pub fn eval_with(
        &self,
        expression: &Expression,
        event: Option<&Value>,
        job: Option<&BTreeMap<String, Value>>,
    ) -> Value {
        let layers = self.layers(event, job);
        expression.eval(&Env { scope: &layers, ..*self.env })
    }

    fn layers<'s>(&'s self, event: Option<&'s Value>, job: Option<&'s BTreeMap<String, Value>>) -> Layers<'s> {
        Layers {
            event,
            job,
            variables: &self.state.variables,
            parameters: &self.definition.parameters,
            outer: self.env.scope,
        }
    }
}
