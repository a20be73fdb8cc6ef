//! What is wrong with a file, said so that the person who drew it can mend it.

use std::fmt;

/// One thing to mend before the flow can run: what, where, and what to do instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The id of the BPMN element, where the problem belongs to one.
    pub element: Option<String>,
    /// The name that the diagram shows for it.
    pub name: Option<String>,
    pub message: String,
    /// The line of the XML text, from 1.
    pub line: Option<u32>,
}

impl Problem {
    /// A problem of the file as a whole.
    pub(crate) fn of_file(message: impl Into<String>) -> Problem {
        Problem { element: None, name: None, message: message.into(), line: None }
    }
}

impl fmt::Display for Problem {
    /// `"Totale" (gateway_1, line 12): exclusive gateway has …`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut place = Vec::new();
        place.extend(self.element.clone());
        place.extend(self.line.map(|line| format!("line {line}")));
        match (&self.name, place.is_empty()) {
            (Some(name), false) => write!(f, "\"{name}\" ({}): ", place.join(", "))?,
            (Some(name), true) => write!(f, "\"{name}\": ")?,
            (None, false) => write!(f, "{}: ", place.join(", "))?,
            (None, true) => {}
        }
        f.write_str(&self.message)
    }
}
