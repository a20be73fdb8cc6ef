//! What an end event or an intermediate throw event does.

use super::{
    Signal,
    error_event_definition::{self, Which},
    link_event_definition, service_task, signal_event_definition,
};
use crate::step::run::Arrival;
use crate::{
    Effect, NodeId, Waiting,
    compile::Source,
    definition::Text,
    step::{run::Run, throw::Thrown},
};
use feel::{Expression, Value};

/// What is thrown.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Throw {
    /// Nothing: the token passes or ends.
    Nothing,
    /// A message: sent by a job of this type.
    Job(String),
    Signal(Signal),
    Error(Text),
    Escalation(Text),
    /// One activity, or all that were completed in the scope.
    Compensate {
        activity: Option<NodeId>,
        reference: Option<String>,
    },
    Link {
        target: NodeId,
    },
    /// Everything in the scope ends.
    Terminate,
    /// A link that leads nowhere, or what is not executed; the reason.
    Unsupported(String),
}

impl Throw {
    pub(crate) fn expression(&self) -> Option<&Expression> {
        match self {
            Throw::Error(code) | Throw::Escalation(code) => code.formula(),
            _ => None,
        }
    }
}

/// Reads what an end event (`ends`) or an intermediate throw event throws. A link's target is found later.
pub(super) fn compile(source: &mut Source, ends: bool) -> Throw {
    match read(source, ends) {
        Ok(throw) => throw,
        Err(reason) => Throw::Unsupported(reason),
    }
}

fn read(source: &mut Source, ends: bool) -> Result<Throw, String> {
    let definitions = source.event_definitions();
    let definition = match definitions.as_slice() {
        [] => return Ok(Throw::Nothing),
        [one] => *one,
        _ => return Err(source.refuse("several_events", "several events on one element: draw one after the other")),
    };
    Ok(match definition.local() {
        "messageEventDefinition" => Throw::Job(service_task::kind_of(source)),
        "signalEventDefinition" => Throw::Signal(signal_event_definition::compile(source, definition)?),
        "escalationEventDefinition" => {
            Throw::Escalation(error_event_definition::thrown(source, definition, Which::Escalation)?)
        }
        "compensateEventDefinition" => {
            let reference = definition.attribute("activityRef").map(|text| local_name(text).to_string());
            Throw::Compensate { activity: None, reference }
        }
        "errorEventDefinition" if ends => {
            Throw::Error(error_event_definition::thrown(source, definition, Which::Error)?)
        }
        "terminateEventDefinition" if ends => Throw::Terminate,
        "linkEventDefinition" if !ends => {
            link_event_definition::name(source, definition)?;
            Throw::Unsupported("the link leads nowhere".into())
        }
        other => {
            let kind = other.trim_end_matches("EventDefinition");
            let advice = match (kind, ends) {
                ("cancel", _) => "throw an error instead",
                ("link", true) => "draw it as an intermediate event",
                ("error" | "terminate", false) => "draw it as an end event",
                _ => "remove it",
            };
            return Err(source.refuse("unsupported_event", format!("a {kind} event is not executed here: {advice}")));
        }
    })
}

/// A reference may carry the prefix of its file's namespace.
pub(crate) fn local_name(text: &str) -> &str {
    text.rsplit_once(':').map_or(text, |(_, local)| local)
}

/// A token comes to the event. `ends`: its path ends there.
pub(super) fn enter(run: &mut Run, arrival: Arrival, throw: &Throw, ends: bool) {
    let go_on = |run: &mut Run| if ends { run.end_path(arrival.node) } else { run.leave(arrival.node, arrival.scope) };
    match throw {
        Throw::Nothing => go_on(run),
        Throw::Job(kind) => service_task::perform(run, arrival, kind),
        Throw::Link { target } => run.arrive(Arrival { node: *target, via: None, ..arrival }),
        Throw::Terminate => run.terminate(arrival),
        Throw::Unsupported(reason) => run.incident(arrival, reason.clone()),
        Throw::Signal(signal) => {
            let payload = Value::Context(run.inputs(arrival.node, arrival.scope).into_iter().collect());
            go_on(run);
            let name = signal.name.clone();
            run.effects.push(Effect::Signal { node: arrival.node, name, payload: payload.clone() });
            run.broadcast(&signal.name, &payload);
        }
        Throw::Escalation(code) => {
            let thrown = thrown(run, arrival, Which::Escalation, code);
            go_on(run);
            run.climb(arrival.scope, None, &thrown);
        }
        Throw::Error(code) => {
            let thrown = thrown(run, arrival, Which::Error, code);
            if !run.climb(arrival.scope, None, &thrown) {
                run.uncaught(arrival, &thrown);
            }
        }
        Throw::Compensate { activity, .. } => {
            let token = run.park(arrival, None, Waiting::Compensation);
            if !run.compensate(token, arrival.scope, *activity) {
                run.remove(token);
                go_on(run);
            }
        }
    }
}

fn thrown(run: &Run, arrival: Arrival, which: Which, code: &Text) -> Thrown {
    let variables = run.inputs(arrival.node, arrival.scope);
    Thrown { which, code: feel::to_text(&run.text(code, arrival.scope)), message: String::new(), variables }
}
