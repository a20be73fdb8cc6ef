//! Ids are unique in a file: every tool and every journey finds elements by them.

use super::source::broken_at;
use crate::{BPMN, Problem, xml::Element};
use std::collections::HashMap;

/// Checks all BPMN elements; foreign ones have rules of their own.
pub(super) fn check<'a>(element: &'a Element, seen: &mut HashMap<&'a str, u32>, problems: &mut Vec<Problem>) {
    if element.in_namespace(BPMN)
        && let Some(id) = element.attribute("id")
        && let Some(line) = seen.insert(id, element.line)
    {
        let message = format!("the id {id} is that of the element in line {line} too: rename one");
        problems.push(broken_at(element, "duplicate_id", message));
    }
    for child in element.children() {
        check(child, seen, problems);
    }
}
