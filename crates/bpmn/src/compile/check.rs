//! What must hold between the elements: each sentence says what to draw instead.

use super::{
    gateways,
    source::{notice_at, problem_at},
};
use crate::{
    Definition, Kind, Node, NodeId, Problem,
    elements::{Catch, Throw},
    xml::Element,
};

/// A rule and a sentence.
pub(super) type Fault = (&'static str, String);

/// Checks a compiled process; `elements` are those of its nodes.
pub(super) fn check(definition: &Definition, process: &Element, elements: &[&Element], problems: &mut Vec<Problem>) {
    check_starts(definition, process, elements, problems);
    check_reached(definition, elements, problems);
    check_loops(definition, elements, problems);
    for ((_, node), element) in definition.nodes().zip(elements) {
        let mut faults: Vec<Fault> = Vec::new();
        match &node.kind {
            Kind::ExclusiveGateway { default, weighted } => {
                gateways::check_exclusive(definition, node, *default, *weighted, &mut faults);
                gateways::notice_no_default(definition, node, *default, element, problems);
            }
            Kind::InclusiveGateway { default } => {
                gateways::check_inclusive(definition, node, *default, &mut faults);
                gateways::notice_no_default(definition, node, *default, element, problems);
            }
            kind => gateways::check_conditions(definition, node, kind, &mut faults),
        }
        gateways::notice_stuck_join(definition, node, element, problems);
        check_place(definition, node, &mut faults);
        problems.extend(faults.into_iter().map(|(rule, message)| problem_at(element, rule, message)));
    }
}

/// Flows where none belong, and what an element needs around it.
fn check_place(definition: &Definition, node: &Node, faults: &mut Vec<Fault>) {
    let mut fault = |message: &str| faults.push(("misplaced_flow", message.to_string()));
    match &node.kind {
        Kind::StartEvent { .. } if !node.incoming.is_empty() => {
            fault("a start event has no incoming flow: lead the flow to the element after it");
        }
        Kind::EndEvent(_) if !node.outgoing.is_empty() => fault("an end event has no outgoing flow"),
        Kind::Boundary { .. } if !node.incoming.is_empty() => {
            fault("an event on the border of an activity has no incoming flow");
        }
        Kind::Boundary { catch: Catch::Compensation { .. }, .. } if !node.outgoing.is_empty() => {
            fault("a compensation event has no flow: draw an association to the task that undoes the activity");
        }
        Kind::EventSubProcess if !node.incoming.is_empty() || !node.outgoing.is_empty() => {
            fault("an event sub-process has no flows: it begins by its event");
        }
        Kind::IntermediateThrow(Throw::Link { .. }) if !node.outgoing.is_empty() => {
            fault("the throwing end of a link has no outgoing flow: it goes on at the other end");
        }
        Kind::IntermediateCatch(Catch::Link { .. }) if !node.incoming.is_empty() => {
            fault("the catching end of a link has no incoming flow");
        }
        _ if node.for_compensation && !(node.incoming.is_empty() && node.outgoing.is_empty()) => {
            fault("a compensation handler has no flows: it is reached by an association");
        }
        Kind::EventBasedGateway => gateways::check_event_gateway(definition, node, faults),
        Kind::SubProcess | Kind::EventSubProcess => check_inside(definition, node, faults),
        _ => {}
    }
}

fn check_inside(definition: &Definition, node: &Node, faults: &mut Vec<Fault>) {
    if node.starts.len() != 1 {
        let message = format!("it needs one start event inside, and has {}", node.starts.len());
        faults.push(("sub_process_start", message));
    }
    for start in &node.starts {
        if let Kind::StartEvent { catch: Some(Catch::Error { .. }), interrupting: false } = definition.node(*start).kind
        {
            faults.push(("wrong_event", "an error always interrupts: set isInterrupting to true".into()));
        }
    }
}

fn check_starts(definition: &Definition, process: &Element, elements: &[&Element], problems: &mut Vec<Problem>) {
    let own =
        |node: &&Node| node.parent.is_none() && matches!(node.kind, Kind::StartEvent { .. } | Kind::Unsupported(_));
    let is_start = |element: &&Element| element.local() == "startEvent";
    let starts = definition.nodes.iter().zip(elements).filter(|(node, element)| own(node) && is_start(element));
    if starts.count() == 0 {
        problems.push(problem_at(process, "missing_start", "the process has no start event: draw one"));
    }
    let manual = |node: &&Node| node.parent.is_none() && matches!(node.kind, Kind::StartEvent { catch: None, .. });
    if definition.nodes.iter().filter(manual).count() > 1 {
        let message = "the process has several start events without a message: keep one";
        problems.push(problem_at(process, "several_starts", message));
    }
}

/// What a token of a scope can come to next, besides by flows.
fn successors(definition: &Definition, id: NodeId) -> Vec<NodeId> {
    let node = definition.node(id);
    let mut next: Vec<NodeId> = node.outgoing.iter().map(|flow| definition.flow(*flow).target).collect();
    next.extend(&node.boundaries);
    if let Kind::IntermediateThrow(Throw::Link { target }) = node.kind {
        next.push(target);
    }
    next
}

/// Every node is reached from a start event of its scope. Without any start there is nothing to say.
fn check_reached(definition: &Definition, elements: &[&Element], problems: &mut Vec<Problem>) {
    let mut reached = vec![false; elements.len()];
    let begins = |(id, node): (NodeId, &Node)| {
        // What is not executed may be entered in ways that are not known here; it was said to be refused.
        let is_known = node.for_compensation || matches!(node.kind, Kind::EventSubProcess);
        let element = elements[id.index()].local();
        (is_known || matches!(element, "startEvent" | "boundaryEvent" | "adHocSubProcess")).then_some(id)
    };
    let mut open: Vec<NodeId> = definition.nodes().filter_map(begins).collect();
    if !elements.iter().any(|element| element.local() == "startEvent") {
        return;
    }
    while let Some(id) = open.pop() {
        if !std::mem::replace(&mut reached[id.index()], true) {
            open.extend(successors(definition, id));
        }
    }
    for (element, _) in elements.iter().zip(&reached).filter(|(_, reached)| !**reached) {
        let message = "no flow leads here from a start event: connect it or delete it";
        problems.push(problem_at(element, "unreachable", message));
    }
}

/// A loop in which nothing waits runs until it is stopped as an incident. Looks for a node that comes back to itself through
/// nodes that do not wait.
fn check_loops(definition: &Definition, elements: &[&Element], problems: &mut Vec<Problem>) {
    let waits = |node: &Node| {
        node.repeat.is_none()
            && !matches!(
                node.kind,
                Kind::Task
                    | Kind::Script(_)
                    | Kind::ExclusiveGateway { .. }
                    | Kind::InclusiveGateway { .. }
                    | Kind::ParallelGateway
                    | Kind::IntermediateThrow(
                        Throw::Nothing | Throw::Link { .. } | Throw::Signal(_) | Throw::Escalation(_)
                    )
                    | Kind::IntermediateCatch(Catch::Link { .. })
            )
    };
    let count = elements.len();
    // 0 is new, 1 on the way, 2 done.
    let mut seen = vec![0u8; count];
    for root in 0..count {
        let mut way: Vec<(NodeId, Vec<NodeId>)> = Vec::new();
        let enter = |id: NodeId, seen: &mut Vec<u8>, way: &mut Vec<(NodeId, Vec<NodeId>)>| {
            seen[id.index()] = 1;
            way.push((id, successors(definition, id)));
        };
        let root = NodeId(root as u16);
        if seen[root.index()] != 0 || waits(definition.node(root)) {
            continue;
        }
        enter(root, &mut seen, &mut way);
        while let Some((id, next)) = way.last_mut() {
            let Some(after) = next.pop() else {
                seen[id.index()] = 2;
                way.pop();
                continue;
            };
            if waits(definition.node(after)) {
                continue;
            }
            match seen[after.index()] {
                0 => enter(after, &mut seen, &mut way),
                1 => {
                    let message = "the flow can come back here without waiting for anything: put a timer or a message into the loop";
                    problems.push(notice_at(elements[after.index()], "loop_without_wait", message));
                }
                _ => {}
            }
        }
    }
}
