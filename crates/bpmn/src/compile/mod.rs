//! From the file to what can run: everything that is missing or not executed here is said at once.

mod attributes;
mod check;
mod ids;
mod parameters;
mod process;
mod source;

pub(crate) use parameters::constant;
pub(crate) use source::{Source, problem_at};

use crate::{Definition, Flow, FlowId, Kind, Model, Node, NodeId, Problem, elements, xml::Element};
use source::File;
use std::collections::HashMap;

/// More is not drawn by people; the numbers of nodes are kept in 16 bits.
const NODES_MAX: usize = 1_000;

/// Compiles the one process of the file.
pub(crate) fn compile(model: &Model, parameters: &[(String, String)]) -> Result<Definition, Vec<Problem>> {
    let mut problems = Vec::new();
    let process = process::find(model.root()).map_err(|problem| vec![problem])?;
    attributes::check(model.root(), &mut problems);
    ids::check(model.root(), &mut HashMap::new(), &mut problems);
    let file = File::read(model.root());
    let parameters = parameters::read(process, parameters, &mut problems);
    let mut compiler = Compiler {
        file: &file,
        problems,
        nodes: Vec::new(),
        elements: Vec::new(),
        flows: Vec::new(),
        by_id: HashMap::new(),
    };
    compiler.read_nodes(process);
    compiler.read_flows(process);
    compiler.resolve_defaults();
    let definition = Definition {
        process_id: process.attribute("id").unwrap_or_default().to_string(),
        name: process.attribute("name").map(str::to_string),
        parameters,
        attributes: own_attributes(process),
        nodes: compiler.nodes,
        flows: compiler.flows,
    };
    let mut problems = compiler.problems;
    check::check(&definition, process, &compiler.elements, &mut problems);
    if problems.is_empty() {
        return Ok(definition);
    }
    problems.sort_by_key(|problem| problem.line);
    problems.dedup();
    Err(problems)
}

/// The flat attributes of our own namespace.
fn own_attributes(element: &Element) -> Vec<(String, String)> {
    let attributes = element.attributes_of(crate::RITORNO);
    attributes.map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

struct Compiler<'a> {
    file: &'a File<'a>,
    problems: Vec<Problem>,
    nodes: Vec<Node>,
    /// The element of each node.
    elements: Vec<&'a Element>,
    flows: Vec<Flow>,
    by_id: HashMap<&'a str, NodeId>,
}

impl<'a> Compiler<'a> {
    fn read_nodes(&mut self, process: &'a Element) {
        for element in process.children().filter(|child| child.in_namespace(crate::BPMN)) {
            if process::is_not_executed(element.local()) {
                continue;
            }
            if self.nodes.len() == NODES_MAX {
                let message = format!("the process has more than {NODES_MAX} nodes: split it");
                self.problems.push(problem_at(process, message));
                return;
            }
            let mut source = Source { element, file: self.file, problems: &mut self.problems };
            let kind = elements::compile(&mut source);
            let (mut inputs, outputs) = (source.mappings("input"), source.mappings("output"));
            if matches!(kind, Kind::UserTask) {
                inputs.extend(elements::user_task::assignment(&mut source));
            }
            let id = NodeId(self.nodes.len() as u16);
            let Some(xml_id) = element.attribute("id").filter(|id| !id.is_empty()) else {
                let message = format!("<{}> has no id", element.local());
                self.problems.push(problem_at(element, message));
                continue;
            };
            if self.by_id.contains_key(xml_id) {
                // Said by the check of the ids; what leads here leads to the first of them.
                continue;
            }
            self.by_id.insert(xml_id, id);
            self.nodes.push(Node {
                id: xml_id.to_string(),
                name: element.attribute("name").filter(|name| !name.is_empty()).map(str::to_string),
                kind,
                attributes: own_attributes(element),
                incoming: Vec::new(),
                outgoing: Vec::new(),
                inputs,
                outputs,
            });
            self.elements.push(element);
        }
    }

    fn read_flows(&mut self, process: &'a Element) {
        let is_flow = |child: &&Element| child.is(crate::BPMN, "sequenceFlow");
        for element in process.children().filter(is_flow) {
            let ends = (self.end_of(element, "sourceRef"), self.end_of(element, "targetRef"));
            let mut source = Source { element, file: self.file, problems: &mut self.problems };
            let condition = elements::sequence_flow::condition(&mut source);
            let weight = elements::sequence_flow::weight(&mut source);
            let (Some(from), Some(to)) = ends else {
                continue;
            };
            let xml_id = element.attribute("id").unwrap_or_default();
            if xml_id.is_empty() {
                self.problems.push(problem_at(element, "<sequenceFlow> has no id"));
            }
            let id = FlowId(self.flows.len() as u16);
            if self.flows.len() == NODES_MAX * 4 {
                let message = "the process has too many sequence flows: split it";
                self.problems.push(problem_at(process, message));
                return;
            }
            self.nodes[usize::from(from.0)].outgoing.push(id);
            self.nodes[usize::from(to.0)].incoming.push(id);
            self.flows.push(Flow {
                id: xml_id.to_string(),
                name: element.attribute("name").filter(|name| !name.is_empty()).map(str::to_string),
                source: from,
                target: to,
                condition,
                weight,
            });
        }
    }

    fn end_of(&mut self, flow: &Element, which: &str) -> Option<NodeId> {
        let wanted = flow.attribute(which).unwrap_or_default();
        let found = self.by_id.get(wanted).copied();
        if found.is_none() {
            let message = format!("{which} names {wanted:?}, which is not an event, gateway or task here");
            self.problems.push(problem_at(flow, message));
        }
        found
    }

    /// The default flow of a gateway is known only after the flows.
    fn resolve_defaults(&mut self) {
        for index in 0..self.nodes.len() {
            let Some(wanted) = self.elements[index].attribute("default") else {
                continue;
            };
            let node = &self.nodes[index];
            let of_node = |flow: &&FlowId| self.flows[usize::from(flow.0)].id == wanted;
            let found = node.outgoing.iter().find(of_node).copied();
            let message = match (&mut self.nodes[index].kind, found) {
                (Kind::ExclusiveGateway { default, .. }, Some(flow)) => {
                    *default = Some(flow);
                    continue;
                }
                (Kind::ExclusiveGateway { .. }, None) => {
                    format!("the default flow {wanted} does not leave this gateway")
                }
                _ => "a default flow belongs to an exclusive gateway: put one after this element".into(),
            };
            self.problems.push(problem_at(self.elements[index], message));
        }
    }
}
