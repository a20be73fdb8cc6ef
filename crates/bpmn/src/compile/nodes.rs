//! Reads the flow nodes and the sequence flows of a process, those of its sub-processes behind each.

use super::{
    own_attributes, process,
    source::{File, Source, broken_at, problem_at},
};
use crate::{Flow, FlowId, Kind, Node, NodeId, Problem, elements, xml::Element};
use std::collections::HashMap;

/// More is not drawn by people; the numbers of nodes are kept in 16 bits.
const NODES_MAX: usize = 1_000;
/// Sub-processes inside one another.
const DEPTH_MAX: usize = 20;

pub(super) struct Compiler<'a> {
    file: &'a File<'a>,
    pub problems: Vec<Problem>,
    pub nodes: Vec<Node>,
    /// The element of each node.
    pub elements: Vec<&'a Element>,
    pub flows: Vec<Flow>,
    pub by_id: HashMap<&'a str, NodeId>,
    /// The event sub-processes of the process itself.
    pub event_subs: Vec<NodeId>,
    depth: usize,
}

impl<'a> Compiler<'a> {
    pub fn new(file: &'a File<'a>, problems: Vec<Problem>) -> Compiler<'a> {
        Compiler {
            file,
            problems,
            nodes: Vec::new(),
            elements: Vec::new(),
            flows: Vec::new(),
            by_id: HashMap::new(),
            event_subs: Vec::new(),
            depth: 0,
        }
    }

    /// The nodes of a process or sub-process, and of the sub-processes inside.
    pub fn read_scope(&mut self, around: &'a Element, parent: Option<NodeId>) {
        for element in around.children().filter(|child| child.in_namespace(crate::BPMN)) {
            if process::is_not_executed(element.local()) {
                continue;
            }
            if self.nodes.len() == NODES_MAX || self.depth == DEPTH_MAX {
                let message = format!(
                    "more than {NODES_MAX} nodes, or {DEPTH_MAX} sub-processes inside one another: split the process"
                );
                self.problems.push(broken_at(around, "too_large", message));
                return;
            }
            let Some(id) = self.read_node(element, around, parent) else { continue };
            if matches!(self.nodes[id.index()].kind, Kind::SubProcess | Kind::EventSubProcess) {
                self.depth += 1;
                self.read_scope(element, Some(id));
                self.depth -= 1;
            }
        }
    }

    fn read_node(&mut self, element: &'a Element, around: &'a Element, parent: Option<NodeId>) -> Option<NodeId> {
        let mut source = Source { element, around, file: self.file, problems: &mut self.problems };
        let kind = elements::compile(&mut source);
        let (mut inputs, outputs) = (source.mappings("input"), source.mappings("output"));
        if matches!(kind, Kind::UserTask) {
            inputs.extend(elements::user_task::assignment(&mut source));
        }
        source.headers(&mut inputs);
        let repeat = if kind.is_activity() { elements::multi_instance::compile(&mut source) } else { None };
        let for_compensation = kind.is_activity() && element.attribute("isForCompensation") == Some("true");
        if for_compensation && repeat.is_some() {
            source.problem("wrong_handler", "a compensation handler is not repeated: repeat it inside a sub-process");
        }
        let Some(xml_id) = element.attribute("id").filter(|id| !id.is_empty()) else {
            let message = format!("<{}> has no id: save it with a modelling tool, which gives it one", element.local());
            self.problems.push(broken_at(element, "missing_id", message));
            return None;
        };
        if self.by_id.contains_key(xml_id) {
            // Said by the check of the ids; what leads here leads to the first of them.
            return None;
        }
        let id = NodeId(self.nodes.len() as u16);
        match (&kind, parent) {
            (Kind::StartEvent { .. }, Some(parent)) => self.nodes[parent.index()].starts.push(id),
            (Kind::EventSubProcess, Some(parent)) => self.nodes[parent.index()].event_subs.push(id),
            (Kind::EventSubProcess, None) => self.event_subs.push(id),
            _ => {}
        }
        self.by_id.insert(xml_id, id);
        self.nodes.push(Node {
            id: xml_id.to_string(),
            name: element.attribute("name").filter(|name| !name.is_empty()).map(str::to_string),
            kind,
            parent,
            attributes: own_attributes(element),
            incoming: Vec::new(),
            outgoing: Vec::new(),
            inputs,
            outputs,
            boundaries: Vec::new(),
            starts: Vec::new(),
            event_subs: Vec::new(),
            repeat,
            for_compensation,
        });
        self.elements.push(element);
        Some(id)
    }

    /// The sequence flows of a process or sub-process, and of the sub-processes inside.
    pub fn read_flows(&mut self, around: &'a Element, parent: Option<NodeId>) {
        let is_flow = |child: &&Element| child.is(crate::BPMN, "sequenceFlow");
        for element in around.children().filter(is_flow) {
            if self.flows.len() == NODES_MAX * 4 {
                let message = "the process has too many sequence flows: split it";
                self.problems.push(broken_at(around, "too_large", message));
                return;
            }
            self.read_flow(element, around);
        }
        for index in 0..self.nodes.len() {
            let node = &self.nodes[index];
            if node.parent == parent && matches!(node.kind, Kind::SubProcess | Kind::EventSubProcess) {
                self.read_flows(self.elements[index], Some(NodeId(index as u16)));
            }
        }
    }

    fn read_flow(&mut self, element: &'a Element, around: &'a Element) {
        let ends = (self.end_of(element, "sourceRef"), self.end_of(element, "targetRef"));
        let mut source = Source { element, around, file: self.file, problems: &mut self.problems };
        let (condition, is_foreign) = elements::sequence_flow::condition(&mut source);
        let weight = elements::sequence_flow::weight(&mut source);
        let (Some(from), Some(to)) = ends else {
            return;
        };
        let xml_id = element.attribute("id").unwrap_or_default();
        if xml_id.is_empty() {
            self.problems.push(broken_at(element, "missing_id", "<sequenceFlow> has no id"));
        }
        if self.nodes[from.index()].parent != self.nodes[to.index()].parent {
            let message = "a sequence flow does not cross the border of a sub-process: end it inside, and lead on from the sub-process";
            self.problems.push(problem_at(element, "flow_across_border", message));
            return;
        }
        let id = FlowId(self.flows.len() as u16);
        self.nodes[from.index()].outgoing.push(id);
        self.nodes[to.index()].incoming.push(id);
        self.flows.push(Flow {
            id: xml_id.to_string(),
            name: element.attribute("name").filter(|name| !name.is_empty()).map(str::to_string),
            source: from,
            target: to,
            condition,
            is_foreign,
            weight,
        });
    }

    fn end_of(&mut self, flow: &Element, which: &str) -> Option<NodeId> {
        let wanted = flow.attribute(which).unwrap_or_default();
        let found = self.find(wanted);
        if found.is_none() {
            let message = format!("{which} names {wanted:?}, which is not an event, gateway or task here");
            self.problems.push(broken_at(flow, "dangling_reference", message));
        }
        found
    }

    /// The node with this id; a reference may carry the prefix of its file's namespace.
    pub fn find(&self, wanted: &str) -> Option<NodeId> {
        let found = self.by_id.get(wanted).or_else(|| self.by_id.get(elements::throw::local_name(wanted)));
        found.copied()
    }
}
