//! Event-based gateway: opens all the waits behind it; the first that comes wins and closes the rest.

use crate::{
    Kind, Waiting,
    compile::Source,
    step::run::{Arrival, Run},
};
use base::Time;

pub(super) fn compile(source: &mut Source) -> Kind {
    if source.element.attribute("instantiate") == Some("true") {
        source.problem(
            "instantiating_gateway",
            "an event-based gateway that starts the process is not executed: use start events with messages",
        );
    }
    if source.element.attribute("eventGatewayType") == Some("Parallel") {
        source.problem(
            "parallel_event_gateway",
            "a parallel event-based gateway is not executed: use a parallel gateway with one event on each flow",
        );
    }
    Kind::EventBasedGateway
}

/// Each open wait is a token of its own at its event; they are one group, named by the id of the first.
pub(super) fn enter(run: &mut Run, arrival: Arrival) {
    let definition = run.definition;
    let mut arms = Vec::new();
    for flow in &definition.node(arrival.node).outgoing {
        let target = definition.flow(*flow).target;
        let waiting = match definition.node(target).catch().map(|catch| catch.waiting(run, arrival.scope)) {
            Some(Ok(Some(waiting))) => Ok(waiting),
            Some(Err(reason)) => Err(reason),
            _ => Err("a flow leads to something that waits for nothing".to_string()),
        };
        match waiting {
            Ok(waiting) => arms.push((Arrival { node: target, via: Some(*flow), ..arrival }, waiting)),
            Err(reason) => return run.incident(arrival, reason),
        }
    }
    let due = |waiting: &Waiting| match waiting {
        Waiting::Timer { due, .. } => *due,
        _ => Time::MAX,
    };
    // A time that is past wins at once; of several the earliest, then the first drawn.
    let earliest = arms.iter().min_by_key(|(_, waiting)| due(waiting));
    if let Some((arm, waiting)) = earliest
        && due(waiting) <= run.env.now
    {
        let arm = *arm;
        run.win(arm.via, arm.node);
        return run.complete(arm.node, arm.scope, None);
    }
    let group = run.state.next_token;
    for (arm, waiting) in arms {
        run.park(arm, Some(group), waiting);
    }
}
