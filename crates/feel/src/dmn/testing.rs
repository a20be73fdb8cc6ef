//! Files of tests beside a model, in the form of the DMN compatibility kit: inputs and expected results.

use super::{
    Model, Problem,
    read::{child, children, name_of, open},
};
use crate::{
    Env, Value,
    cases::{self, Ended, Report},
};
use roxmltree::Node;
use std::collections::BTreeMap;

/// Runs a file of tests against a model; the group is the model's name. The error is why the file cannot be read.
///
/// Results of kinds that are left out (decision services, business knowledge models asked for by themselves) and decisions
/// that need such a part are skipped.
pub fn run(model: &Model, tests: &str, env: &Env, group: &str, report: &mut Report) -> Result<(), Problem> {
    let document = open(tests)?;
    for case in document.root_element().descendants().filter(|node| node.tag_name().name() == "testCase") {
        let inputs: BTreeMap<String, Value> =
            children(case, "inputNode").map(|node| (name_of(node), value_of(node, env))).collect();
        let env = Env { scope: &inputs, ..*env };
        for result in children(case, "resultNode") {
            let id = format!("{} {}", case.attribute("id").unwrap_or_default(), name_of(result));
            let kind = result.attribute("type").or(case.attribute("type")).unwrap_or("decision");
            report.add(group, &id, ended(model, result, kind, &env));
        }
    }
    Ok(())
}

fn ended(model: &Model, result: Node, kind: &str, env: &Env) -> Ended {
    if kind != "decision" {
        return Ended::Skipped;
    }
    let wanted = child(result, "expected").map_or(Value::Null, |node| value_of(node, env));
    let name = name_of(result);
    let decided = match model.decide(&name, env) {
        Ok(decided) => decided,
        Err(message) => return Ended::Failed(message),
    };
    if cases::matches(&decided.value, &wanted) {
        return Ended::Passed;
    }
    if model.problems().iter().any(|problem| problem.unsupported) {
        return Ended::Skipped;
    }
    let reasons: Vec<&str> = decided.reasons.iter().map(|reason| reason.message.as_str()).collect();
    let (found, wanted) = (cases::quoted(&decided.value), cases::quoted(&wanted));
    Ended::Failed(format!("{name} is {found}, expected {wanted} ({})", reasons.join("; ")))
}

/// A value, a list or components.
fn value_of(node: Node, env: &Env) -> Value {
    let nil = |node: Node| node.attributes().any(|attribute| attribute.name() == "nil" && attribute.value() == "true");
    if let Some(list) = child(node, "list") {
        return Value::List(children(list, "item").map(|item| value_of(item, env)).collect());
    }
    if let Some(value) = child(node, "value") {
        if nil(value) {
            return Value::Null;
        }
        let kind =
            value.attributes().find(|attribute| attribute.name() == "type").map_or("string", |found| found.value());
        let kind = kind.rsplit_once(':').map_or(kind, |(_, local)| local);
        return cases::typed(kind, value.text().unwrap_or_default(), env).unwrap_or_default();
    }
    let components: BTreeMap<String, Value> =
        children(node, "component").map(|part| (name_of(part), value_of(part, env))).collect();
    if components.is_empty() || nil(node) { Value::Null } else { Value::Context(components) }
}
