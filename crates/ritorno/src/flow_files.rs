//! Flow files: a BPMN file and the templates beside it, or the name of a ready-made one.

use base::Time;
use engage::{
    commands::ImportFlow,
    flows::{Compiled, Compiler, READY_MADE, ReadyMade, ReadyMadeFiles, commands::prepare},
    templates::Template,
};
use std::{collections::BTreeMap, path::Path, sync::Arc};

/// Reads a flow file; where there is none of that name, a ready-made flow ([`ReadyMade::find`]).
pub fn read(path: &Path) -> Result<ImportFlow, String> {
    match std::fs::read_to_string(path) {
        Ok(xml) => {
            let definition = bpmn::Definition::draft(&xml, &[]).ok().map(|(definition, _)| definition);
            let templates = templates_beside(path, &named(definition.as_ref()))?;
            let decisions = definition.map_or_else(|| Ok(BTreeMap::new()), |flow| decisions_beside(path, &flow))?;
            Ok(ImportFlow { templates, decisions, xml, parameters: BTreeMap::new() })
        }
        Err(error) => {
            let name = path.to_str().unwrap_or_default();
            let missing = || {
                let names = READY_MADE.map(|flow| flow.stem).join(", ");
                format!("the flow file {} cannot be read: {error}; ready-made flows are: {names}", path.display())
            };
            let ReadyMadeFiles { xml, decisions } = ReadyMade::find(name).ok_or_else(missing)?;
            Ok(ImportFlow { xml: xml.to_owned(), templates: BTreeMap::new(), parameters: BTreeMap::new(), decisions })
        }
    }
}

/// Whether it can be taken in, with its templates, its decisions and its parameters; the error says what is wrong, with the
/// file's name.
pub fn check_import(path: &Path, import: &ImportFlow) -> Result<Arc<Compiled>, String> {
    let version = prepare(import, Time(0)).map_err(|problems| wrong(path, &problems))?;
    Compiler::default().compile(&version).map_err(|problems| wrong(path, &problems))
}

/// Whether it can run: as [`check_import`], and nothing is in the way of switching it on.
pub fn check(path: &Path, import: &ImportFlow) -> Result<(), String> {
    check_import(path, import)?.may_run().map_err(|problems| wrong(path, &problems))
}

/// What is wrong with a flow file: each problem on a line, and last one that can stand alone.
fn wrong(path: &Path, problems: &str) -> String {
    let path = path.display();
    match problems.lines().count() {
        0 | 1 => format!("{path}: {problems}"),
        n => format!("{problems}\n{path} has {n} problems; the first: {}", problems.lines().next().unwrap_or_default()),
    }
}

/// The templates that a flow names, and the one that its agent notices use.
fn named(definition: Option<&bpmn::Definition>) -> Vec<String> {
    let mut names = definition.map_or_else(Vec::new, |definition| definition.constant_inputs("template"));
    names.push("agent-notice".to_owned());
    names
}

/// The decision models (`NAME.dmn`) in the folder of a flow that have one of its decisions; all of them where the flow works
/// out which decision it wants. A model of the flow's own name comes first: what it decides is looked for in no other.
fn decisions_beside(flow: &Path, definition: &bpmn::Definition) -> Result<BTreeMap<String, String>, String> {
    let wanted: Vec<&bpmn::Text> = definition.decisions().map(|called| &called.decision).collect();
    let mut models = BTreeMap::new();
    if wanted.is_empty() {
        return Ok(models);
    }
    let is_wanted = |id: &str| {
        wanted.iter().any(|wanted| match wanted {
            bpmn::Text::Constant(value) => value.as_str() == Some(id),
            bpmn::Text::Formula(_) => true,
        })
    };
    let folder = flow.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort_by_key(|path| (path.file_stem() != flow.file_stem(), path.clone()));
    let mut decided: Vec<String> = Vec::new();
    for path in paths {
        let Some(name) = path.file_stem().and_then(|stem| stem.to_str()).filter(|_| has_ending(&path, "dmn")) else {
            continue;
        };
        let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let model = feel::dmn::Model::read(&text).map_err(|e| format!("{}: {e}", path.display()))?;
        let own: Vec<&str> =
            model.decisions().filter(|(id, name)| is_wanted(id) || is_wanted(name)).map(|(id, _)| id).collect();
        if own.iter().any(|id| !decided.iter().any(|known| known == id)) {
            if path.file_stem() == flow.file_stem() {
                decided.extend(own.iter().map(|id| (*id).to_owned()));
            }
            models.insert(name.to_owned(), text);
        }
    }
    Ok(models)
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|found| found.eq_ignore_ascii_case(ending))
}

/// Templates in the folder of a flow, or in its `templates/`, as `NAME.LANGUAGE.html` and `NAME.LANGUAGE.txt`.
fn templates_beside(flow: &Path, named: &[String]) -> Result<BTreeMap<String, String>, String> {
    let folder = flow.parent().unwrap_or_else(|| Path::new("."));
    let mut files: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for folder in [folder.to_path_buf(), folder.join("templates")] {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let file = entry.file_name().to_string_lossy().into_owned();
            let mut parts = file.split('.');
            let (Some(name), Some(_), Some("html" | "txt"), None) =
                (parts.next(), parts.next(), parts.next(), parts.next())
            else {
                continue;
            };
            if !named.iter().any(|known| known == name) {
                continue;
            }
            let text = std::fs::read_to_string(entry.path()).map_err(|e| format!("{}: {e}", entry.path().display()))?;
            files.entry(name.to_owned()).or_default().push((file, text));
        }
    }
    let mut templates = BTreeMap::new();
    for (name, files) in files {
        let files = files.iter().map(|(file, text)| (file.as_str(), text.as_str()));
        let template = Template::from_files(&name, files).map_err(|e| format!("template {name}: {e}"))?;
        templates.insert(name, template.to_source());
    }
    Ok(templates)
}
