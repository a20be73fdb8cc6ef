//! What is wrong with a file, said so that the person who drew it can mend it.

use std::fmt;

/// One thing to mend: what, where, and what to do instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A stable name for the kind of problem, such as `unsupported_element`.
    pub rule: &'static str,
    pub severity: Severity,
    /// The id of the BPMN element, where the problem belongs to one.
    pub element: Option<String>,
    /// The name that the diagram shows for it.
    pub name: Option<String>,
    /// What is wrong, and what to do instead.
    pub message: String,
    /// The line of the XML text, from 1.
    pub line: Option<u32>,
}

/// How far a flow with a problem gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It can be enabled; somebody should look all the same.
    Notice,
    /// It can be imported and drawn further, and not enabled.
    Unfit,
    /// It cannot be imported.
    Broken,
}

impl Problem {
    /// A problem of the file as a whole, which cannot be imported.
    pub(crate) fn of_file(rule: &'static str, message: impl Into<String>) -> Problem {
        Problem { rule, severity: Severity::Broken, element: None, name: None, message: message.into(), line: None }
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
