//! Event-based gateway: opens all the waits behind it; the first that comes wins and closes the rest.

use crate::{
    Kind, Waiting,
    compile::Source,
    step::run::{Arrival, Run},
};
use base::Time;

pub(super) fn compile(source: &mut Source) -> Kind {
    if source.element.attribute("instantiate") == Some("true") {
        source
            .problem("an event-based gateway that starts the process is not executed: use start events with messages");
    }
    if source.element.attribute("eventGatewayType") == Some("Parallel") {
        source.problem(
            "a parallel event-based gateway is not executed: use a parallel gateway with one event on each flow",
        );
    }
    Kind::EventBasedGateway
}

/// Each open wait is a token of its own at its event; they are one group, named by the id of the first.
pub(super) fn enter(run: &mut Run, arrival: Arrival) {
    let node = run.definition.node(arrival.node);
    let mut arms = Vec::new();
    for flow in &node.outgoing {
        let target = run.definition.flow(*flow).target;
        let waiting = match &run.definition.node(target).kind {
            Kind::TimerCatch(timer) => timer.due(run).map(|due| Waiting::Timer { due }),
            Kind::MessageCatch(message) => {
                let name = message.name.clone();
                message.key_now(run).map(|key| Waiting::Message { name, key })
            }
            _ => Err("a flow leads to something that waits for nothing".to_string()),
        };
        match waiting {
            Ok(waiting) => arms.push((Arrival { node: target, via: Some(*flow), again: false }, waiting)),
            Err(reason) => return run.incident(arrival, reason),
        }
    }
    let due = |waiting: &Waiting| match waiting {
        Waiting::Timer { due } => *due,
        _ => Time::MAX,
    };
    // A time that is past wins at once; of several the earliest, then the first drawn.
    let earliest = arms.iter().min_by_key(|(_, waiting)| due(waiting));
    if let Some((arm, waiting)) = earliest
        && due(waiting) <= run.env.now
    {
        let node = arm.node;
        run.win(arm.via, node);
        return run.complete(node, None);
    }
    let group = run.state.next_token;
    for (arm, waiting) in arms {
        run.park(arm, Some(group), waiting);
    }
}
