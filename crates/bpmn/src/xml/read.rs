//! Text to tree.

use super::{Attribute, Content, Document, Element};
use crate::Problem;
use quick_xml::{
    Reader, XmlVersion,
    events::{BytesRef, BytesStart, Event},
};
use std::sync::Arc;

/// Larger files are refused.
const BYTES_MAX: usize = 8 << 20;
/// Deeper files are refused: writing and dropping a tree follow its depth.
const DEPTH_MAX: usize = 128;
const ELEMENTS_MAX: usize = 200_000;

/// Reads a file. A document type is refused: BPMN has none, and entities are a way to attack.
pub(crate) fn read(text: &str) -> Result<Document, Problem> {
    if text.len() > BYTES_MAX {
        return Err(Problem::of_file("too_large", format!("the file is larger than {} MiB", BYTES_MAX >> 20)));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut builder = Builder::new(text);
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_comments = true;
    loop {
        let at = reader.buffer_position() as usize;
        let event = reader.read_event().map_err(|error| {
            let line = builder.line_at(reader.error_position() as usize);
            not_xml(&error.to_string(), line)
        })?;
        let line = builder.line_at(at);
        if !builder.take(event, line)? {
            return builder.finish(line);
        }
    }
}

fn not_xml(what: &str, line: u32) -> Problem {
    Problem { line: Some(line), ..Problem::of_file("not_xml", format!("the file is not well-formed XML: {what}")) }
}

struct Builder<'a> {
    text: &'a str,
    /// Lines are counted up to here.
    counted: usize,
    line: u32,
    before: Vec<Content>,
    after: Vec<Content>,
    root: Option<Element>,
    /// Elements that are open, and how many namespaces were declared before each.
    open: Vec<(Element, usize)>,
    namespaces: Vec<(String, Arc<str>)>,
    elements: usize,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str) -> Builder<'a> {
        let xml = ("xml".to_string(), Arc::from("http://www.w3.org/XML/1998/namespace"));
        Builder {
            text,
            counted: 0,
            line: 1,
            before: Vec::new(),
            after: Vec::new(),
            root: None,
            open: Vec::new(),
            namespaces: vec![xml],
            elements: 0,
        }
    }

    /// The line of a byte; places are asked for in rising order (an error may lie a little before).
    fn line_at(&mut self, at: usize) -> u32 {
        let bytes = self.text.as_bytes();
        let at = at.min(bytes.len());
        if at < self.counted {
            self.counted = 0;
            self.line = 1;
        }
        self.line += bytes[self.counted..at].iter().filter(|byte| **byte == b'\n').count() as u32;
        self.counted = at;
        self.line
    }

    /// Takes one event; false at the end of the file.
    fn take(&mut self, event: Event, line: u32) -> Result<bool, Problem> {
        match event {
            Event::Start(start) => self.start(&start, line)?,
            Event::Empty(start) => {
                self.start(&start, line)?;
                self.end();
            }
            Event::End(_) => self.end(),
            Event::Text(text) => self.put_text(&text.xml10_content(), line)?,
            Event::GeneralRef(reference) => {
                let character =
                    character(&reference).ok_or_else(|| not_xml(&format!("unknown entity &{};", &*reference), line))?;
                self.put_text(character.encode_utf8(&mut [0; 4]), line)?;
            }
            Event::CData(data) => self.put(Content::CData(data.xml10_content().into_owned())),
            Event::Comment(text) => self.put(Content::Comment(text.xml10_content().into_owned())),
            Event::PI(instruction) => self.put(Content::Instruction(instruction.to_string())),
            Event::Decl(_) => {}
            Event::DocType(_) => {
                return Err(not_xml("a document type (<!DOCTYPE …>) is not allowed", line));
            }
            Event::Eof => return Ok(false),
        }
        Ok(true)
    }

    fn start(&mut self, start: &BytesStart, line: u32) -> Result<(), Problem> {
        self.elements += 1;
        if self.open.len() == DEPTH_MAX || self.elements > ELEMENTS_MAX {
            return Err(not_xml("too many elements, or nested too deeply", line));
        }
        if self.root.is_some() {
            return Err(not_xml("a second element after the first", line));
        }
        let known_before = self.namespaces.len();
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| not_xml(&error.to_string(), line))?;
            let name = attribute.key.as_ref().to_string();
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| not_xml(&error.to_string(), line))?
                .into_owned();
            if name == "xmlns" {
                self.namespaces.push((String::new(), value.as_str().into()));
            } else if let Some(prefix) = name.strip_prefix("xmlns:") {
                self.namespaces.push((prefix.to_string(), value.as_str().into()));
            }
            attributes.push(Attribute { name, namespace: None, value });
        }
        for attribute in &mut attributes {
            if attribute.name.contains(':') && !attribute.name.starts_with("xmlns:") {
                attribute.namespace = self.resolve(&attribute.name, line)?;
            }
        }
        let tag = start.name().as_ref().to_string();
        let namespace = self.resolve(&tag, line)?;
        let element = Element { tag, namespace, attributes, content: Vec::new(), line };
        self.open.push((element, known_before));
        Ok(())
    }

    /// The namespace of a name as written; an empty one is none.
    fn resolve(&self, name: &str, line: u32) -> Result<Option<Arc<str>>, Problem> {
        let prefix = name.split_once(':').map_or("", |(prefix, _)| prefix);
        let found = self.namespaces.iter().rev().find(|(known, _)| known == prefix);
        match found {
            Some((_, uri)) => Ok(Some(uri.clone()).filter(|uri| !uri.is_empty())),
            None if prefix.is_empty() => Ok(None),
            None => Err(not_xml(&format!("the prefix {prefix} is not declared"), line)),
        }
    }

    fn end(&mut self) {
        let Some((element, known_before)) = self.open.pop() else {
            return;
        };
        self.namespaces.truncate(known_before);
        match self.open.is_empty() {
            true => self.root = Some(element),
            false => self.put(Content::Element(element)),
        }
    }

    fn put(&mut self, content: Content) {
        match self.open.last_mut() {
            Some((element, _)) => element.content.push(content),
            None if self.root.is_some() => self.after.push(content),
            None => self.before.push(content),
        }
    }

    /// Puts text behind the text that is there: references come as parts of their own.
    fn put_text(&mut self, text: &str, line: u32) -> Result<(), Problem> {
        let Some((element, _)) = self.open.last_mut() else {
            return match text.trim() {
                "" => Ok(()),
                _ => Err(not_xml("text outside of the root element", line)),
            };
        };
        match element.content.last_mut() {
            Some(Content::Text(before)) => before.push_str(text),
            _ => element.content.push(Content::Text(text.to_string())),
        }
        Ok(())
    }

    fn finish(self, line: u32) -> Result<Document, Problem> {
        match (self.root, self.open.last()) {
            (_, Some((element, _))) => Err(not_xml(&format!("<{}> is never closed", element.tag), element.line)),
            (None, None) => Err(not_xml("there is no element", line)),
            (Some(root), None) => Ok(Document { before: self.before, root, after: self.after }),
        }
    }
}

/// What a reference such as `&amp;` or `&#233;` stands for.
fn character(reference: &BytesRef) -> Option<char> {
    match &**reference {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => reference.resolve_char_ref().ok().flatten(),
    }
}
