//! Joins the two ends of links.

use super::{nodes::Compiler, source::problem_at};
use crate::{
    BPMN, Kind, NodeId,
    elements::{Catch, Throw},
};
use std::collections::HashMap;

pub(super) fn resolve(compiler: &mut Compiler) {
    let mut catching: HashMap<(Option<NodeId>, String), NodeId> = HashMap::new();
    for index in 0..compiler.nodes.len() {
        let node = &compiler.nodes[index];
        let Kind::IntermediateCatch(Catch::Link { name }) = &node.kind else { continue };
        let key = (node.parent, name.clone());
        if catching.insert(key, NodeId(index as u16)).is_some() {
            let message = format!("two links named {name} come out here: keep one");
            compiler.problems.push(problem_at(compiler.elements[index], "wrong_link", message));
        }
    }
    for index in 0..compiler.nodes.len() {
        let element = compiler.elements[index];
        let link = element.child(BPMN, "linkEventDefinition");
        let is_throw = matches!(compiler.nodes[index].kind, Kind::IntermediateThrow(Throw::Unsupported(_)));
        let Some(name) = link.filter(|_| is_throw).and_then(|link| link.attribute("name")).map(str::trim) else {
            continue;
        };
        let parent = compiler.nodes[index].parent;
        match catching.get(&(parent, name.to_string())) {
            Some(target) => compiler.nodes[index].kind = Kind::IntermediateThrow(Throw::Link { target: *target }),
            None if name.is_empty() => {}
            None => {
                let message = format!("no link named {name} comes out in the same process: draw the catching end");
                compiler.problems.push(problem_at(element, "wrong_link", message));
            }
        }
    }
}
