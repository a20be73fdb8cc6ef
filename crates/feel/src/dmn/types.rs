//! The types that a model defines.

use super::read::{child, children, name_of, text_of};
use crate::{Type, Vocabulary};
use roxmltree::Node;
use std::collections::BTreeMap;

/// Item definitions by name: their types, and the texts of their allowed values.
#[derive(Debug, Default)]
pub(super) struct Items {
    types: BTreeMap<String, Type>,
    allowed: BTreeMap<String, String>,
}

impl Items {
    /// Reads all of a file. A definition may use one that stands after it, so each is read where it is first needed.
    pub fn read(root: Node) -> Items {
        let definitions: BTreeMap<&str, Node> =
            children(root, "itemDefinition").filter_map(|node| Some((node.attribute("name")?, node))).collect();
        let mut items = Items::default();
        for (name, node) in &definitions {
            items.types.insert((*name).to_string(), resolve(*node, &definitions, 0));
            if let Some(allowed) = child(*node, "allowedValues") {
                items.allowed.insert((*name).to_string(), text_of(allowed));
            }
        }
        items
    }

    /// The type that a reference names; what is not known is any.
    pub fn named(&self, reference: Option<&str>) -> Type {
        let Some(name) = reference.map(local) else {
            return Type::Any;
        };
        builtin(name).or_else(|| self.types.get(name).cloned()).unwrap_or_default()
    }

    pub fn knows(&self, reference: &str) -> bool {
        let name = local(reference);
        builtin(name).is_some() || self.types.contains_key(name)
    }

    /// The text of the values that are allowed for a type.
    pub fn allowed(&self, reference: Option<&str>) -> Option<&str> {
        self.allowed.get(local(reference?)).map(String::as_str)
    }

    pub fn define_in(&self, vocabulary: &mut Vocabulary) {
        for (name, of) in &self.types {
            vocabulary.define(name, of.clone());
        }
    }
}

/// Without the prefix that older files have: `feel:number`, `tns:tLoan`.
fn local(reference: &str) -> &str {
    reference.rsplit_once(':').map_or(reference, |(_, local)| local).trim()
}

/// Types of the language, and names for them that editors write.
fn builtin(name: &str) -> Option<Type> {
    Type::named(name).or(match name {
        "integer" | "long" | "double" | "decimal" => Some(Type::Number),
        "any" => Some(Type::Any),
        _ => None,
    })
}

fn resolve(node: Node, definitions: &BTreeMap<&str, Node>, depth: usize) -> Type {
    // Definitions that contain themselves end in anything.
    if depth > 16 {
        return Type::Any;
    }
    let components: BTreeMap<String, Type> =
        children(node, "itemComponent").map(|part| (name_of(part), resolve(part, definitions, depth + 1))).collect();
    let of = if let Some(function) = child(node, "functionItem") {
        let parameters = children(function, "parameters").map(|_| Type::Any).collect();
        Type::Function(parameters, Box::new(Type::Any))
    } else if components.is_empty() {
        let reference = child(node, "typeRef").map(|node| node.text().unwrap_or_default().trim().to_string());
        let reference = reference.as_deref().map(local);
        let defined = |name: &str| definitions.get(name).map(|node| resolve(*node, definitions, depth + 1));
        reference.and_then(|name| builtin(name).or_else(|| defined(name))).unwrap_or_default()
    } else {
        Type::Context(components)
    };
    if node.attribute("isCollection") == Some("true") { Type::list(of) } else { of }
}
