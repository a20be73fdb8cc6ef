//! From the file to what can run: everything that is missing or not executed here is said at once.

mod attributes;
mod check;
mod ends;
mod gateways;
mod ids;
mod links;
mod nodes;
mod parameters;
mod process;
mod source;

pub(crate) use parameters::constant;
pub(crate) use source::Source;

use crate::{Definition, Model, Problem, Severity, definition, elements::Catch, xml::Element};
use nodes::Compiler;
use source::File;
use std::collections::HashMap;

/// Compiles the process of the file that runs. The error is what leaves nothing to compile.
pub(crate) fn compile(
    model: &Model,
    parameters: &[(String, String)],
) -> Result<(Definition, Vec<Problem>), Vec<Problem>> {
    let mut problems = Vec::new();
    let process = process::find(model.root(), &mut problems).map_err(|problem| vec![problem])?;
    attributes::check(model.root(), &mut problems);
    ids::check(model.root(), &mut HashMap::new(), &mut problems);
    let file = File::read(model.root());
    let parameters = parameters::read(process, parameters, &mut problems);
    let mut compiler = Compiler::new(&file, problems);
    compiler.read_scope(process, None);
    compiler.read_flows(process, None);
    ends::resolve(&mut compiler, process);
    let Compiler { nodes, flows, elements, event_subs, mut problems, .. } = compiler;
    let mut definition = Definition {
        process_id: process.attribute("id").unwrap_or_default().to_string(),
        name: process.attribute("name").filter(|name| !name.is_empty()).map(str::to_string),
        version_tag: source::zeebe(process, "versionTag").and_then(|tag| tag.attribute("value")).map(str::to_string),
        parameters,
        attributes: own_attributes(process),
        nodes,
        flows,
        event_subs,
        reach: Vec::new(),
        looked_back: Vec::new(),
    };
    definition.reach = definition::of_joins(&definition);
    definition.looked_back = looked_back(&definition);
    check::check(&definition, process, &elements, &mut problems);
    problems.sort_by_key(|problem| problem.line);
    problems.dedup();
    debug_assert!(problems.iter().all(|problem| problem.severity >= Severity::Notice));
    Ok((definition, problems))
}

/// The names of the messages that some wait looks back for.
fn looked_back(definition: &Definition) -> Vec<String> {
    let mut names = Vec::new();
    for (_, node) in definition.nodes() {
        if let Some(Catch::Message(message)) = node.catch()
            && message.since.is_some()
            && !names.contains(&message.name)
        {
            names.push(message.name.clone());
        }
    }
    names
}

/// The flat attributes of our own namespace.
fn own_attributes(element: &Element) -> Vec<(String, String)> {
    let attributes = element.attributes_of(crate::RITORNO);
    attributes.map(|(name, value)| (name.to_string(), value.to_string())).collect()
}
