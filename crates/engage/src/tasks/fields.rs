//! What a task asks its person for: `ritorno:fields`.
//!
//! ```text
//! outcome* "How did it go?": interested | call again | no; note "Note": paragraph; discount: number
//! ```
//! A name, a star where it has to be filled in, what is shown for it, and its kind: `text` (also where none is said),
//! `paragraph`, `number`, `boolean`, `date`, or choices with bars between.

use bpmn::{Definition, Kind as Element, Problem, Severity};
use serde::Serialize;
use serde_json::{Map, Value};

/// Fields of one task.
const FIELDS_MAX: usize = 30;
/// The longest text that a person may give, in characters.
const TEXT_MAX: usize = 4_000;

/// One value that a person gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TaskField {
    /// The variable.
    pub name: String,
    /// What is shown for it; `null`: its name.
    pub label: Option<String>,
    pub kind: FieldKind,
    pub is_required: bool,
    /// Of a choice.
    pub choices: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    Text,
    Paragraph,
    Number,
    Boolean,
    /// `2026-11-21`.
    Date,
    Choice,
}

/// Reads the attribute; the error says which part is not understood.
pub fn read(text: &str) -> Result<Vec<TaskField>, String> {
    let fields: Vec<TaskField> =
        text.split(';').map(str::trim).filter(|part| !part.is_empty()).map(field).collect::<Result<_, _>>()?;
    if fields.len() > FIELDS_MAX {
        return Err(format!("a task has at most {FIELDS_MAX} fields, not {}", fields.len()));
    }
    for (i, field) in fields.iter().enumerate() {
        if fields[..i].iter().any(|other| other.name == field.name) {
            return Err(format!("the field {} stands there twice", field.name));
        }
    }
    Ok(fields)
}

fn field(part: &str) -> Result<TaskField, String> {
    let wrong = |what: &str| format!("{what} in the field {part:?}: say it as in outcome* \"Outcome\": yes | no");
    let (head, kind) = split_label(part).ok_or_else(|| wrong("a quotation mark is missing"))?;
    let (name, label) = head;
    let (name, is_required) = name.strip_suffix('*').map_or((name, false), |name| (name.trim(), true));
    let is_name = name.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if !is_name {
        return Err(wrong("the name is none (letters, digits and _)"));
    }
    let choices: Vec<String> = match kind.contains('|') {
        true => kind.split('|').map(|choice| choice.trim().to_owned()).collect(),
        false => Vec::new(),
    };
    if choices.iter().any(String::is_empty) {
        return Err(wrong("a choice is empty"));
    }
    let kind = match kind {
        _ if !choices.is_empty() => FieldKind::Choice,
        "" | "text" => FieldKind::Text,
        "paragraph" => FieldKind::Paragraph,
        "number" => FieldKind::Number,
        "boolean" => FieldKind::Boolean,
        "date" => FieldKind::Date,
        other => {
            let known = "text, paragraph, number, boolean, date, or choices with | between";
            return Err(wrong(&format!("the kind {other:?} is not one of {known}")));
        }
    };
    Ok(TaskField { name: name.to_owned(), label: label.map(str::to_owned), kind, is_required, choices })
}

/// Name and label, and what stands behind the colon.
fn split_label(part: &str) -> Option<((&str, Option<&str>), &str)> {
    let kind = |rest: &'_ str| -> Option<usize> { rest.find(':') };
    let Some((name, rest)) = part.split_once('"') else {
        return Some(match kind(part) {
            Some(at) => ((part[..at].trim(), None), part[at + 1..].trim()),
            None => ((part.trim(), None), ""),
        });
    };
    let (label, rest) = rest.split_once('"')?;
    let label = Some(label.trim()).filter(|label| !label.is_empty());
    Some(((name.trim(), label), rest.trim().strip_prefix(':').unwrap_or(rest).trim()))
}

/// The fields of a user task of the flow; none where it says none, or wrong ones.
pub fn of_step(definition: &Definition, step: &str) -> Vec<TaskField> {
    let node = definition.find_node(step).map(|node| definition.node(node));
    node.and_then(|node| node.attribute("fields")).and_then(|text| read(text).ok()).unwrap_or_default()
}

/// Fields that are not understood keep a flow from being switched on.
pub(crate) fn check(definition: &Definition) -> Vec<Problem> {
    let tasks = definition.nodes().filter(|(_, node)| matches!(node.kind, Element::UserTask));
    let problem = |node: &bpmn::Node, message: String| Problem {
        rule: "wrong_fields",
        severity: Severity::Unfit,
        element: Some(node.id.clone()),
        name: node.name.clone(),
        message,
        line: None,
    };
    tasks.filter_map(|(_, node)| Some(problem(node, read(node.attribute("fields")?).err()?))).collect()
}

/// Whether what a person gave fits; the error names the field and says what is wrong. What the fields do not name may be
/// given too.
pub fn check_result(fields: &[TaskField], given: &Map<String, Value>) -> Result<(), String> {
    for field in fields {
        let (name, value) = (&field.name, given.get(&field.name).unwrap_or(&Value::Null));
        let is_empty = value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
        if is_empty {
            match field.is_required {
                true => return Err(format!("{name} has to be filled in")),
                false => continue,
            }
        }
        let fits = match field.kind {
            FieldKind::Text | FieldKind::Paragraph => {
                value.as_str().is_some_and(|text| text.chars().count() <= TEXT_MAX)
            }
            FieldKind::Number => value.is_number(),
            FieldKind::Boolean => value.is_boolean(),
            FieldKind::Date => value.as_str().is_some_and(|text| text.parse::<jiff::civil::Date>().is_ok()),
            FieldKind::Choice => value.as_str().is_some_and(|text| field.choices.iter().any(|known| known == text)),
        };
        if !fits {
            let wanted = match field.kind {
                FieldKind::Text | FieldKind::Paragraph => format!("a text of at most {TEXT_MAX} characters"),
                FieldKind::Number => "a number".to_owned(),
                FieldKind::Boolean => "true or false".to_owned(),
                FieldKind::Date => "a date such as 2026-11-21".to_owned(),
                FieldKind::Choice => format!("one of {}", field.choices.join(", ")),
            };
            return Err(format!("{name} should be {wanted}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_are_read_with_names_labels_kinds_and_choices() {
        let check = |text: &str, expected: Result<Value, &str>| match (read(text), expected) {
            (Ok(fields), Ok(expected)) => assert_eq!(json!(fields), expected, "{text}"),
            (Err(message), Err(part)) => assert!(message.contains(part), "{text}: {message}"),
            (found, expected) => panic!("{text}: {found:?}, expected {expected:?}"),
        };
        let one = |name: &str, label: Option<&str>, kind: &str, is_required: bool, choices: &[&str]| json!([{ "name": name, "label": label, "kind": kind, "is_required": is_required, "choices": choices }]);
        check("", Ok(json!([])));
        check("note", Ok(one("note", None, "text", false, &[])));
        check("note: paragraph;", Ok(one("note", None, "paragraph", false, &[])));
        check("n*: number", Ok(one("n", None, "number", true, &[])));
        check(
            "outcome* \"How: did it go?\": yes | not now",
            Ok(one("outcome", Some("How: did it go?"), "choice", true, &["yes", "not now"])),
        );
        check("on \"Quando\": date", Ok(one("on", Some("Quando"), "date", false, &[])));
        check("esito_è \"È\"", Ok(one("esito_è", Some("È"), "text", false, &[])));
        check("a b: text", Err("the name"));
        check("1a", Err("the name"));
        check("a \"open: text", Err("quotation"));
        check("a: money", Err("money"));
        check("a: x | ", Err("choice is empty"));
        check("a; a", Err("twice"));
        check(&"a;".repeat(40), Err("at most 30"));
    }

    #[test]
    fn a_result_has_to_fit_its_fields() {
        let fields = read("outcome*: yes | no; n: number; on: date; ok: boolean; note: paragraph").expect("fields");
        let check = |given: Value, expected: Option<&str>| {
            let given = given.as_object().cloned().unwrap_or_default();
            let found = check_result(&fields, &given).err();
            assert_eq!(found.is_some(), expected.is_some(), "{given:?}: {found:?}");
            assert!(found.unwrap_or_default().contains(expected.unwrap_or_default()), "{given:?}");
        };
        check(json!({ "outcome": "yes" }), None);
        check(json!({ "outcome": "yes", "n": 1.5, "on": "2026-11-21", "ok": false, "note": "", "more": [1] }), None);
        check(json!({}), Some("outcome has to be filled in"));
        check(json!({ "outcome": " " }), Some("outcome has to be filled in"));
        check(json!({ "outcome": "perhaps" }), Some("one of yes, no"));
        check(json!({ "outcome": "no", "n": "1" }), Some("n should be a number"));
        check(json!({ "outcome": "no", "on": "tomorrow" }), Some("a date"));
        check(json!({ "outcome": "no", "ok": "true" }), Some("true or false"));
        check(json!({ "outcome": "no", "note": "x".repeat(5_000) }), Some("4000"));
    }
}
