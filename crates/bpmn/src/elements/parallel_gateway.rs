//! Parallel gateway: waits for one token on every incoming flow, then sends one down every outgoing flow. Two tokens on
//! one flow do not fire it: the second waits for the next round.

use crate::{
    Waiting,
    step::run::{Arrival, Run},
};

pub(super) fn enter(run: &mut Run, arrival: Arrival) {
    let node = run.definition.node(arrival.node);
    if node.incoming.len() < 2 {
        return run.leave(arrival.node, arrival.scope);
    }
    run.park(arrival, None, Waiting::Join);
    let waiting = |run: &Run, flow| {
        let mut tokens = run.state.tokens.iter();
        tokens.position(|token| {
            token.node == arrival.node
                && token.scope == arrival.scope
                && token.via == Some(flow)
                && token.waiting == Waiting::Join
        })
    };
    if node.incoming.iter().any(|flow| waiting(run, *flow).is_none()) {
        return;
    }
    for flow in &node.incoming {
        if let Some(oldest) = waiting(run, *flow) {
            run.state.tokens.remove(oldest);
        }
    }
    run.leave(arrival.node, arrival.scope);
}
