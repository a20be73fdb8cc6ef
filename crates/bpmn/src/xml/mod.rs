//! XML as a tree that keeps everything: prefixes, the order of attributes, foreign elements, comments, blanks.

mod read;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;

use std::sync::Arc;

/// A whole file.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Comments and instructions before the root element.
    pub before: Vec<Content>,
    pub root: Element,
    pub after: Vec<Content>,
}

/// An element. Two are equal where their content is, whatever their lines.
#[derive(Debug, Clone)]
pub struct Element {
    /// As written, with its prefix.
    pub tag: String,
    pub namespace: Option<Arc<str>>,
    /// In the order written, declarations of namespaces among them.
    pub attributes: Vec<Attribute>,
    pub content: Vec<Content>,
    /// The line where it starts, from 1.
    pub line: u32,
}

/// An attribute.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// As written, with its prefix.
    pub name: String,
    /// `None` for one without a prefix.
    pub namespace: Option<Arc<str>>,
    pub value: String,
}

/// What stands inside an element.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    Element(Element),
    Text(String),
    CData(String),
    Comment(String),
    Instruction(String),
}

impl PartialEq for Element {
    fn eq(&self, other: &Element) -> bool {
        (&self.tag, &self.namespace, &self.attributes, &self.content)
            == (&other.tag, &other.namespace, &other.attributes, &other.content)
    }
}

/// A name without its prefix.
pub(crate) fn local_of(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, local)| local)
}

impl Element {
    /// The name without its prefix.
    pub fn local(&self) -> &str {
        local_of(&self.tag)
    }

    pub fn is(&self, namespace: &str, local: &str) -> bool {
        self.in_namespace(namespace) && self.local() == local
    }

    pub fn in_namespace(&self, namespace: &str) -> bool {
        self.namespace.as_deref() == Some(namespace)
    }

    /// The value of an attribute without a prefix.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let plain = |attribute: &&Attribute| attribute.namespace.is_none() && attribute.name == name;
        self.attributes.iter().find(plain).map(|attribute| attribute.value.as_str())
    }

    /// The attributes of one namespace: name without prefix, and value.
    pub fn attributes_of(&self, namespace: &str) -> impl Iterator<Item = (&str, &str)> {
        self.attributes
            .iter()
            .filter(move |attribute| attribute.namespace.as_deref() == Some(namespace))
            .map(|attribute| (local_of(&attribute.name), attribute.value.as_str()))
    }

    /// The elements directly inside.
    pub fn children(&self) -> impl Iterator<Item = &Element> {
        self.content.iter().filter_map(|content| match content {
            Content::Element(element) => Some(element),
            _ => None,
        })
    }

    pub fn child(&self, namespace: &str, local: &str) -> Option<&Element> {
        self.children().find(|child| child.is(namespace, local))
    }

    /// The text directly inside, without the blanks around it.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for content in &self.content {
            if let Content::Text(part) | Content::CData(part) = content {
                text.push_str(part);
            }
        }
        text.trim().to_string()
    }
}
