//! What must hold around gateways.

use super::{check::Fault, source::notice_at};
use crate::{Definition, FlowId, Kind, Node, NodeId, Problem, elements::Catch, xml::Element};

pub(super) fn check_exclusive(
    definition: &Definition,
    node: &Node,
    default: Option<FlowId>,
    weighted: bool,
    faults: &mut Vec<Fault>,
) {
    let mut total = 0u64;
    for id in &node.outgoing {
        let flow = definition.flow(*id);
        let title = flow.title();
        if weighted {
            match flow.weight {
                Some(weight) => total += u64::from(weight),
                None => {
                    faults
                        .push(("wrong_split", format!("the flow {title} of this weighted split needs ritorno:weight")));
                }
            }
            if flow.condition.is_some() || flow.is_foreign {
                let message = format!("the flow {title} of this weighted split has a condition: remove it");
                faults.push(("wrong_split", message));
            }
        } else {
            let alone = node.outgoing.len() == 1;
            if flow.condition.is_none() && !flow.is_foreign && default != Some(*id) && !alone {
                let message = format!("the flow {title} needs a condition, or make it the default flow");
                faults.push(("missing_condition", message));
            }
            check_weight(node, flow.weight, title, faults);
        }
    }
    if weighted && total == 0 && faults.is_empty() {
        faults.push(("wrong_split", "the weights of this split add up to nothing".into()));
    }
}

fn check_weight(node: &Node, weight: Option<u32>, title: &str, faults: &mut Vec<Fault>) {
    if weight.is_none() {
        return;
    }
    let advice = match node.kind {
        Kind::ExclusiveGateway { .. } => "set ritorno:split=\"weighted\" on the gateway",
        _ => "a weighted split is an exclusive gateway",
    };
    faults.push(("wrong_split", format!("the flow {title} has a weight: {advice}")));
}

pub(super) fn check_inclusive(definition: &Definition, node: &Node, default: Option<FlowId>, faults: &mut Vec<Fault>) {
    for id in &node.outgoing {
        let flow = definition.flow(*id);
        check_weight(node, flow.weight, flow.title(), faults);
        let bare = flow.condition.is_none() && !flow.is_foreign && default != Some(*id);
        if bare && node.outgoing.len() > 1 {
            let message = format!("the flow {} needs a condition, or make it the default flow", flow.title());
            faults.push(("missing_condition", message));
        }
    }
}

/// Where no condition may be true, a journey stops as an incident.
pub(super) fn notice_no_default(
    definition: &Definition,
    node: &Node,
    default: Option<FlowId>,
    element: &Element,
    problems: &mut Vec<Problem>,
) {
    let has_condition = |id: &FlowId| definition.flow(*id).condition.is_some();
    if default.is_none() && !node.outgoing.is_empty() && node.outgoing.iter().all(has_condition) {
        let message = "where no condition is true the journey stops here: make one flow the default";
        problems.push(notice_at(element, "no_default", message));
    }
}

/// Flows out of anything but an exclusive or inclusive gateway are taken always.
pub(super) fn check_conditions(definition: &Definition, node: &Node, kind: &Kind, faults: &mut Vec<Fault>) {
    for id in &node.outgoing {
        let flow = definition.flow(*id);
        if flow.condition.is_none() && flow.weight.is_none() && !flow.is_foreign {
            continue;
        }
        let title = flow.title();
        let message = match kind {
            Kind::ParallelGateway => {
                format!(
                    "the flow {title} has a condition, but a parallel gateway takes all its flows: use an exclusive or inclusive gateway"
                )
            }
            Kind::EventBasedGateway => {
                format!(
                    "the flow {title} has a condition, but here the event decides: put an exclusive gateway behind the event"
                )
            }
            _ => format!("the flow {title} has a condition: put an exclusive gateway before it"),
        };
        faults.push(("misplaced_condition", message));
    }
}

pub(super) fn check_event_gateway(definition: &Definition, node: &Node, faults: &mut Vec<Fault>) {
    if node.outgoing.is_empty() {
        faults.push(("event_gateway", "an event-based gateway needs flows to the events it waits for".into()));
    }
    for id in &node.outgoing {
        let target = definition.node(definition.flow(*id).target);
        let title = target.title();
        let waits = match target.catch() {
            Some(Catch::Message(_) | Catch::Timer(_) | Catch::Signal(_) | Catch::Condition(_)) => {
                matches!(target.kind, Kind::IntermediateCatch(_) | Kind::ReceiveTask(_))
            }
            _ => false,
        };
        let message = if !waits {
            format!(
                "{title} does not wait for an event: lead the flow to a timer, a message, a signal, a condition or a receive task"
            )
        } else if target.incoming.len() > 1 {
            format!("{title} waits for this gateway and has another incoming flow: draw it twice")
        } else if target.repeat.is_some() || !target.boundaries.is_empty() {
            format!("{title} waits for this gateway: it has no events on its border and is not repeated")
        } else {
            continue;
        };
        faults.push(("event_gateway", message));
    }
}

/// A parallel join whose flows come from one gateway that takes only one of them: it will never have all its tokens, but for
/// a loop that brings the rest.
pub(super) fn notice_stuck_join(definition: &Definition, node: &Node, element: &Element, problems: &mut Vec<Problem>) {
    if !matches!(node.kind, Kind::ParallelGateway) || node.incoming.len() < 2 {
        return;
    }
    let deciding: Vec<Option<NodeId>> = node.incoming.iter().map(|flow| decided_by(definition, *flow)).collect();
    let twice = deciding.iter().enumerate().find_map(|(index, found)| {
        let found = (*found)?;
        deciding[..index].contains(&Some(found)).then_some(found)
    });
    if let Some(gateway) = twice {
        let title = definition.node(gateway).title();
        let message =
            format!("it waits for several flows, of which {title} takes only one: join them with an exclusive gateway");
        problems.push(notice_at(element, "stuck_join", message));
    }
}

/// The gateway that decides whether a token comes by a flow, as far back as there is only one way.
fn decided_by(definition: &Definition, flow: FlowId) -> Option<NodeId> {
    let mut at = definition.flow(flow).source;
    for _ in 0..definition.nodes.len() {
        let node = definition.node(at);
        let decides = matches!(node.kind, Kind::ExclusiveGateway { .. } | Kind::EventBasedGateway);
        match (decides && node.outgoing.len() > 1, node.incoming.as_slice(), node.outgoing.len()) {
            (true, ..) => return Some(at),
            (false, [only], 1) => at = definition.flow(*only).source,
            _ => return None,
        }
    }
    None
}
