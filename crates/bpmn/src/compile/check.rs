//! What must hold between the elements: each sentence says what to draw instead.

use super::problem_at;
use crate::{Definition, Kind, Node, NodeId, Problem, xml::Element};

/// Checks a compiled process; `elements` are those of its nodes.
pub(crate) fn check(definition: &Definition, process: &Element, elements: &[&Element], problems: &mut Vec<Problem>) {
    check_starts(definition, process, elements, problems);
    for ((_, node), element) in definition.nodes().zip(elements) {
        let mut faults = Vec::new();
        match &node.kind {
            Kind::ExclusiveGateway { default, weighted } => {
                check_exclusive(definition, node, *default, *weighted, &mut faults);
            }
            kind => check_conditions(definition, node, kind, &mut faults),
        }
        match &node.kind {
            Kind::StartEvent { .. } if !node.incoming.is_empty() => {
                faults.push("a start event has no incoming flow: lead the flow to the element after it".into());
            }
            Kind::EndEvent { .. } if !node.outgoing.is_empty() => {
                faults.push("an end event has no outgoing flow".into());
            }
            Kind::EventBasedGateway => check_event_gateway(definition, node, &mut faults),
            _ => {}
        }
        problems.extend(faults.into_iter().map(|fault| problem_at(element, fault)));
    }
}

fn check_starts(definition: &Definition, process: &Element, elements: &[&Element], problems: &mut Vec<Problem>) {
    let is_start = |node: &Node| matches!(node.kind, Kind::StartEvent { .. });
    let starts: Vec<NodeId> = definition.nodes().filter(|(_, node)| is_start(node)).map(|(id, _)| id).collect();
    if starts.is_empty() {
        problems.push(problem_at(process, "the process has no start event: draw one"));
        return;
    }
    let manual = |id: &&NodeId| matches!(definition.node(**id).kind, Kind::StartEvent { message: None, .. });
    if starts.iter().filter(manual).count() > 1 {
        let message = "the process has several start events without a message: keep one";
        problems.push(problem_at(process, message));
    }
    let mut reached = vec![false; elements.len()];
    let mut open = starts;
    // What hangs on the border of an activity is reached with it; it is refused anyway.
    let on_border = |(index, _): &(usize, &&Element)| elements[*index].local() == "boundaryEvent";
    let border = elements.iter().enumerate().filter(on_border);
    open.extend(border.map(|(index, _)| NodeId(index as u16)));
    while let Some(id) = open.pop() {
        if !std::mem::replace(&mut reached[usize::from(id.0)], true) {
            let outgoing = definition.node(id).outgoing.iter();
            open.extend(outgoing.map(|flow| definition.flow(*flow).target));
        }
    }
    for (element, _) in elements.iter().zip(&reached).filter(|(_, reached)| !**reached) {
        let message = "no flow leads here from a start event: connect it or delete it";
        problems.push(problem_at(element, message));
    }
}

fn check_exclusive(
    definition: &Definition,
    node: &Node,
    default: Option<crate::FlowId>,
    weighted: bool,
    faults: &mut Vec<String>,
) {
    let mut total = 0u64;
    for id in &node.outgoing {
        let flow = definition.flow(*id);
        let title = flow.name.as_deref().unwrap_or(&flow.id);
        if weighted {
            match flow.weight {
                Some(weight) => total += u64::from(weight),
                None => faults.push(format!("the flow {title} of this weighted split needs ritorno:weight")),
            }
            if flow.condition.is_some() {
                faults.push(format!("the flow {title} of this weighted split has a condition: remove it"));
            }
        } else {
            let alone = node.outgoing.len() == 1;
            if flow.condition.is_none() && default != Some(*id) && !alone {
                faults.push(format!("the flow {title} needs a condition, or make it the default flow"));
            }
            if flow.weight.is_some() {
                faults.push(format!("the flow {title} has a weight: set ritorno:split=\"weighted\" on the gateway"));
            }
        }
    }
    if weighted && total == 0 && faults.is_empty() {
        faults.push("the weights of this split add up to nothing".into());
    }
}

/// Flows out of anything but an exclusive gateway are taken always.
fn check_conditions(definition: &Definition, node: &Node, kind: &Kind, faults: &mut Vec<String>) {
    for id in &node.outgoing {
        let flow = definition.flow(*id);
        if flow.condition.is_none() && flow.weight.is_none() {
            continue;
        }
        let title = flow.name.as_deref().unwrap_or(&flow.id);
        faults.push(match kind {
            Kind::ParallelGateway => {
                format!("the flow {title} has a condition, but a parallel gateway takes all its flows: use an exclusive gateway")
            }
            Kind::EventBasedGateway => {
                format!("the flow {title} has a condition, but here the event decides: put an exclusive gateway behind the event")
            }
            _ => format!("the flow {title} has a condition: put an exclusive gateway before it"),
        });
    }
}

fn check_event_gateway(definition: &Definition, node: &Node, faults: &mut Vec<String>) {
    if node.outgoing.is_empty() {
        faults.push("an event-based gateway needs flows to the events it waits for".into());
    }
    for id in &node.outgoing {
        let target = definition.node(definition.flow(*id).target);
        let title = target.title();
        if !matches!(target.kind, Kind::TimerCatch(_) | Kind::MessageCatch(_)) {
            faults.push(format!(
                "{title} does not wait for an event: lead the flow to a timer, a message or a receive task"
            ));
        } else if target.incoming.len() > 1 {
            faults.push(format!("{title} waits for this gateway and has another incoming flow: draw it twice"));
        }
    }
}
