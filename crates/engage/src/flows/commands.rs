//! Importing flows and switching them on and off.

use super::{compiled::template_names, decisions};
use crate::{
    domain::Ritorno,
    shared::{Flow, FlowVersion, VERSIONS_MAX},
    templates::{Template, built_in},
};
use bpmn::Definition;
use crm::calls::Command;
use runtime::World;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;

/// A BPMN file to be taken in, with the templates found beside it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportFlow {
    pub xml: String,
    #[serde(default)]
    pub templates: BTreeMap<String, String>,
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// Decision models (DMN): each name with its file.
    #[serde(default)]
    pub decisions: BTreeMap<String, String>,
}

/// Switches the newest version on, with these parameter values.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnableFlow {
    pub flow: String,
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
}

pub(crate) fn fold(domain: &Ritorno, command: &Command, world: &mut World<'_, Ritorno>) -> Result<(), String> {
    let data = command.data.get();
    let said = |e: serde_json::Error| format!("{}: {e}", command.name);
    match &*command.name {
        "flow.import" => {
            let import: ImportFlow = serde_json::from_str(data).map_err(said)?;
            let flow = take_in(domain, world, &import)?;
            world.reply(json!(flow));
            Ok(())
        }
        "flow.enable" => {
            let enable: EnableFlow = serde_json::from_str(data).map_err(said)?;
            switch_on(domain, world, &enable)
        }
        _ => {
            let disable: EnableFlow = serde_json::from_str(data).map_err(said)?;
            let flow = find(world, &disable.flow)?;
            (flow.enabled, flow.idle) = (None, None);
            let reply = json!({ "flow": flow.id, "version": null });
            world.reply(reply);
            Ok(())
        }
    }
}

/// The flow that is meant: dashes do for underscores, as in the name of its file.
fn find<'w>(world: &'w mut World<'_, Ritorno>, name: &str) -> Result<&'w mut Flow, String> {
    let flows = &mut world.shared_mut().flows;
    let by_id = |id: &str| flows.iter().position(|flow| *flow.id == *id);
    match by_id(name).or_else(|| by_id(&name.replace('-', "_"))) {
        Some(i) => Ok(&mut flows[i]),
        None => {
            let known: Vec<&str> = flows.iter().map(|flow| &*flow.id).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            Err(format!("there is no flow {name:?}; import it first; so far there are: {known}"))
        }
    }
}

/// What an import answers.
#[derive(Debug, Serialize)]
struct Imported {
    flow: String,
    version: u32,
    name: String,
}

fn take_in(domain: &Ritorno, world: &mut World<'_, Ritorno>, import: &ImportFlow) -> Result<Imported, String> {
    let version = prepare(import, world.now())?;
    let compiled = domain.compiler.compile(&version)?;
    let definition = &compiled.definition;
    let (id, name) = (definition.process_id().to_owned(), definition.name().to_owned());
    let flows = &mut world.shared_mut().flows;
    let number = add_version(flows, &id, &name, version);
    Ok(Imported { flow: id, version: number, name })
}

/// A version out of an import, which may be one that cannot be switched on yet: templates that the flow names and the import lacks are copied from the built-in ones, so that
/// a version never changes under a journey.
pub fn prepare(import: &ImportFlow, now: base::Time) -> Result<FlowVersion, String> {
    let parameters: Vec<(Box<str>, Box<str>)> =
        import.parameters.iter().map(|(name, value)| (name.as_str().into(), value.as_str().into())).collect();
    let (definition, _) =
        Definition::draft(&import.xml, &[]).map_err(|problems| super::compiled::in_words(&problems))?;
    let mut templates: Vec<(Box<str>, String)> = Vec::new();
    for (name, source) in &import.templates {
        Template::parse(name, source).map_err(|e| format!("template {name}: {e}"))?;
        templates.push((name.as_str().into(), source.clone()));
    }
    for name in template_names(&definition).into_iter().chain(["agent-notice".to_owned()]) {
        if import.templates.contains_key(&name) {
            continue;
        }
        let template = built_in(&name)
            .ok_or_else(|| format!("the flow names the template {name:?}, which is neither beside it nor built in"))?;
        templates.push((name.into(), template.to_source()));
    }
    Ok(FlowVersion {
        number: 0,
        xml: import.xml.clone(),
        parameters,
        templates,
        decisions: decisions::read(&import.decisions)?,
        made_at: now,
        fingerprint: Default::default(),
    })
}

fn add_version(flows: &mut Vec<Flow>, id: &str, name: &str, mut version: FlowVersion) -> u32 {
    let i = flows.iter().position(|flow| *flow.id == *id).unwrap_or_else(|| {
        flows.push(Flow { id: id.into(), name: name.to_owned(), versions: Vec::new(), enabled: None, idle: None });
        flows.len() - 1
    });
    let flow = &mut flows[i];
    name.clone_into(&mut flow.name);
    if let Some(newest) = flow.newest()
        && newest.xml == version.xml
        && newest.templates == version.templates
        && newest.parameters == version.parameters
        && newest.decisions == version.decisions
    {
        return newest.number;
    }
    version.number = flow.newest().map_or(1, |newest| newest.number + 1);
    let number = version.number;
    flow.versions.push(version);
    if flow.versions.len() > VERSIONS_MAX {
        flow.versions.remove(0);
    }
    number
}

fn switch_on(domain: &Ritorno, world: &mut World<'_, Ritorno>, enable: &EnableFlow) -> Result<(), String> {
    let flow = find(world, &enable.flow)?;
    let newest = flow.newest().cloned().ok_or_else(|| format!("flow {:?} has no version", enable.flow))?;
    let mut wanted = newest.clone();
    for (name, value) in &enable.parameters {
        wanted.parameters.retain(|(known, _)| **known != **name);
        wanted.parameters.push((name.as_str().into(), value.as_str().into()));
    }
    wanted.parameters.sort();
    let compiled = domain.compiler.compile(&wanted)?;
    compiled.may_run()?;
    if wanted.parameters != newest.parameters {
        // A version is immutable: other parameters are another version.
        wanted.number = newest.number + 1;
        flow.versions.push(wanted.clone());
    }
    (flow.enabled, flow.idle) = (Some(wanted.number), compiled.idle);
    let reply = json!({ "flow": flow.id, "version": wanted.number });
    world.reply(reply);
    Ok(())
}
