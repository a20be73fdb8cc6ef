//! A BPMN file as it is.

use crate::{
    Problem,
    xml::{self, Document, Element},
};

/// The namespace of BPMN 2.0 itself.
pub const BPMN: &str = "http://www.omg.org/spec/BPMN/20100524/MODEL";
/// The Camunda 8 extension elements that carry the mechanics: task type, input mapping, correlation key.
pub const ZEEBE: &str = "http://camunda.org/schema/zeebe/1.0";
/// Our own flat attributes.
pub const RITORNO: &str = "urn:ritorno:bpmn:1";

/// A BPMN file with everything in it: diagram, foreign extensions, documentation, comments.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    document: Document,
}

impl Model {
    /// Reads a file; elements that cannot run are kept, only what is not BPMN XML is a problem.
    pub fn parse(xml: &str) -> Result<Model, Vec<Problem>> {
        let document = xml::read(xml).map_err(|problem| vec![problem])?;
        if !document.root.is(BPMN, "definitions") {
            let tag = &document.root.tag;
            let message = format!("the file is not BPMN 2.0: it starts with <{tag}> and not with <definitions>");
            return Err(vec![Problem { line: Some(document.root.line), ..Problem::of_file("not_bpmn", message) }]);
        }
        Ok(Model { document })
    }

    /// Writes the file again. What differs from the text that was read: the declaration, the quotes around attributes,
    /// the blanks inside tags, and which characters stand as references.
    pub fn to_xml(&self) -> String {
        xml::write(&self.document)
    }

    /// The element `definitions`.
    pub fn root(&self) -> &Element {
        &self.document.root
    }
}
