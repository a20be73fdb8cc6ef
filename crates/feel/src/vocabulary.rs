//! Names and types that a text may use beyond plain identifiers.

use crate::{Type, lexer};
use std::collections::{BTreeMap, BTreeSet};

/// What a text may use without saying so itself: names with blanks or signs in them (as DMN models have), functions from
/// outside, and named types. An empty one, the default, is what conditions of flows get: names are identifiers there.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    names: BTreeSet<String>,
    types: BTreeMap<String, Type>,
}

impl Vocabulary {
    /// Makes a name known, such as `Monthly Salary`; known names win over anything else their text could mean. How many
    /// blanks stand between its words does not matter.
    pub fn name(&mut self, name: &str) {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if !name.is_empty() {
            self.names.insert(name);
        }
    }

    /// Makes a type known for `instance of`, and the names of its entries.
    pub fn define(&mut self, name: &str, of: Type) {
        self.names_in(&of);
        self.types.insert(name.into(), of);
    }

    fn names_in(&mut self, of: &Type) {
        match of {
            Type::Context(entries) => {
                for (name, of) in entries {
                    self.name(name);
                    self.names_in(of);
                }
            }
            Type::List(of) | Type::Range(of) => self.names_in(of),
            _ => {}
        }
    }

    pub(crate) fn knows(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    pub fn type_named(&self, name: &str) -> Option<&Type> {
        self.types.get(name)
    }

    /// Those that are more than one identifier.
    pub(crate) fn long_names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str).filter(|name| !lexer::is_identifier(name))
    }
}
