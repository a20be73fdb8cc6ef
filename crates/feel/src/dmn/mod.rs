//! Decision models (DMN): decision tables with all hit policies, required decisions, contexts, lists, relations,
//! invocations, business knowledge models, and the boxed forms of `if`, `for`, `some`, `every` and filters.
//!
//! Not here: imports of other models, decision services, functions of other languages. A model that has them is read, says so
//! among its problems, and what would need them is null.

mod boxed;
mod model;
mod read;
mod table;
pub mod testing;
mod types;

pub use model::{Decided, Matched, Model, Read};
pub use table::HitPolicy;

/// What a model should not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The id of the element, or its name where it has none.
    pub element: Option<String>,
    pub line: u32,
    /// Of a cell of a decision table.
    pub cell: Option<Place>,
    pub message: String,
    /// Left out of this implementation, rather than wrong.
    pub unsupported: bool,
}

/// A cell of a decision table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The rule's place in the table, from 1; 0 is the head.
    pub rule: u32,
    /// The column's place, from 1: first the inputs, then the outputs.
    pub column: u32,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: ", self.line)?;
        if let Some(element) = &self.element {
            write!(f, "{element}: ")?;
        }
        f.write_str(&self.message)
    }
}
