//! What elements refer to one another by, known only when all are read: default flows, borders, links, handlers.

use super::{
    links,
    nodes::Compiler,
    source::{broken_at, problem_at},
};
use crate::{
    FlowId, Kind, NodeId,
    elements::{Catch, Throw},
    xml::Element,
};

pub(super) fn resolve(compiler: &mut Compiler, process: &Element) {
    for index in 0..compiler.nodes.len() {
        resolve_default(compiler, index);
        resolve_border(compiler, index);
        resolve_compensation(compiler, index);
    }
    resolve_handlers(compiler, process);
    links::resolve(compiler);
}

/// The default flow of a gateway.
fn resolve_default(compiler: &mut Compiler, index: usize) {
    let element = compiler.elements[index];
    let Some(wanted) = element.attribute("default").filter(|text| !text.is_empty()) else {
        return;
    };
    let of_node = |flow: &&FlowId| compiler.flows[flow.index()].id == wanted;
    let found = compiler.nodes[index].outgoing.iter().find(of_node).copied();
    let problem = match (&mut compiler.nodes[index].kind, found) {
        (Kind::ExclusiveGateway { default, .. } | Kind::InclusiveGateway { default }, Some(flow)) => {
            *default = Some(flow);
            return;
        }
        (Kind::ExclusiveGateway { .. } | Kind::InclusiveGateway { .. }, None) => {
            broken_at(element, "dangling_reference", format!("the default flow {wanted} does not leave this gateway"))
        }
        _ => {
            let message = "a default flow belongs to an exclusive or inclusive gateway: put one after this element";
            problem_at(element, "misplaced_default", message)
        }
    };
    compiler.problems.push(problem);
}

/// The activity that an event stands on.
fn resolve_border(compiler: &mut Compiler, index: usize) {
    let element = compiler.elements[index];
    if element.local() != "boundaryEvent" {
        return;
    }
    let wanted = element.attribute("attachedToRef").unwrap_or_default();
    let found = compiler.find(wanted);
    let Some(host) = found else {
        let message = format!("attachedToRef names {wanted:?}, which is no activity of this process");
        compiler.problems.push(broken_at(element, "dangling_reference", message.clone()));
        compiler.nodes[index].kind = Kind::Unsupported(message);
        return;
    };
    let (own, other) = (&compiler.nodes[index], &compiler.nodes[host.index()]);
    // What is not executed may have events on its border; it was said to be refused.
    let is_known = other.is_activity() || matches!(other.kind, Kind::Unsupported(_));
    if own.parent != other.parent || !is_known {
        let message = "an event stands on the border of an activity beside it: attach it to a task or a sub-process";
        compiler.problems.push(problem_at(element, "misplaced_border", message));
        compiler.nodes[index].kind = Kind::Unsupported(message.into());
        return;
    }
    if let Kind::Boundary { host: place, .. } = &mut compiler.nodes[index].kind {
        *place = host;
        compiler.nodes[host.index()].boundaries.push(NodeId(index as u16));
    }
}

/// The activity that a compensation event names.
fn resolve_compensation(compiler: &mut Compiler, index: usize) {
    let (Kind::EndEvent(Throw::Compensate { reference: Some(wanted), .. })
    | Kind::IntermediateThrow(Throw::Compensate { reference: Some(wanted), .. })) = &compiler.nodes[index].kind
    else {
        return;
    };
    let found = compiler.find(wanted);
    let element = compiler.elements[index];
    let Some(named) = found else {
        let message = format!("activityRef names {wanted:?}, which is no activity of this process");
        compiler.problems.push(broken_at(element, "dangling_reference", message));
        return;
    };
    if !compiler.nodes[named.index()].is_activity() {
        compiler.problems.push(problem_at(
            element,
            "wrong_compensation",
            "what is compensated is an activity: choose one",
        ));
    }
    if let Kind::EndEvent(Throw::Compensate { activity, .. })
    | Kind::IntermediateThrow(Throw::Compensate { activity, .. }) = &mut compiler.nodes[index].kind
    {
        *activity = Some(named);
    }
}

/// The handler of each compensation event: at the other end of an association.
fn resolve_handlers(compiler: &mut Compiler, process: &Element) {
    let mut associations = Vec::new();
    collect_associations(process, &mut associations);
    for index in 0..compiler.nodes.len() {
        let is_compensation =
            matches!(compiler.nodes[index].kind, Kind::Boundary { catch: Catch::Compensation { .. }, .. });
        if !is_compensation {
            continue;
        }
        let element = compiler.elements[index];
        let id = element.attribute("id").unwrap_or_default();
        let mut others = associations.iter().filter_map(|(from, to)| match () {
            () if *from == id => Some(*to),
            () if *to == id => Some(*from),
            () => None,
        });
        let found = others.find_map(|other| compiler.find(other));
        match found {
            Some(handler) if compiler.nodes[handler.index()].for_compensation => {
                if let Kind::Boundary { catch: Catch::Compensation { handler: place }, .. } =
                    &mut compiler.nodes[index].kind
                {
                    *place = Some(handler);
                }
            }
            _ => {
                let message =
                    "nothing undoes the activity: draw an association from here to a task that is for compensation";
                compiler.problems.push(problem_at(element, "missing_handler", message));
            }
        }
    }
}

fn collect_associations<'e>(element: &'e Element, into: &mut Vec<(&'e str, &'e str)>) {
    for child in element.children().filter(|child| child.in_namespace(crate::BPMN)) {
        if child.local() == "association" {
            let end = |name| child.attribute(name).map(crate::elements::throw::local_name).unwrap_or_default();
            into.push((end("sourceRef"), end("targetRef")));
        } else if child.local() == "subProcess" {
            collect_associations(child, into);
        }
    }
}
