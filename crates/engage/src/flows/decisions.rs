//! The decision models of a flow: kept with its version, made when a journey comes to a business rule task.

use super::scope::StepScope;
use crate::shared::FlowVersion;
use bpmn::{Definition, Problem, Severity, Text};
use feel::{Env, Scope, Value, dmn::Model};
use serde::Serialize;
use std::collections::BTreeMap;

/// The models of one version, ready to decide.
#[derive(Debug, Default)]
pub struct Decisions(Vec<(Box<str>, Model)>);

/// Models of one flow.
const MODELS_MAX: usize = 20;

/// Models as they are kept: the error names the one that is no DMN file.
pub(super) fn read(models: &BTreeMap<String, String>) -> Result<Vec<(Box<str>, String)>, String> {
    if models.len() > MODELS_MAX {
        return Err(format!("a flow has at most {MODELS_MAX} decision models, not {}", models.len()));
    }
    for (name, xml) in models {
        parse(name, xml)?;
    }
    Ok(models.iter().map(|(name, xml)| (name.as_str().into(), xml.clone())).collect())
}

fn parse(name: &str, xml: &str) -> Result<Model, String> {
    Model::read(xml).map_err(|problem| format!("decision model {name}: {problem}"))
}

/// A decision that was made, for the ledger.
#[derive(Debug, Serialize)]
pub(super) struct Made {
    decision: String,
    value: serde_json::Value,
    /// The rules of its table that matched, from 1; none where it is no table.
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<Vec<usize>>,
}

impl Decisions {
    pub(super) fn compile(version: &FlowVersion) -> Result<Decisions, String> {
        let models = version.decisions.iter().map(|(name, xml)| Ok((name.clone(), parse(name, xml)?)));
        models.collect::<Result<_, String>>().map(Decisions)
    }

    /// The model that has the decision, by its id or else by its name.
    fn model_of(&self, decision: &str) -> Option<&Model> {
        let models = || self.0.iter().map(|(_, model)| model);
        let by_id = models().find(|model| model.decisions().any(|(id, _)| id == decision));
        by_id.or_else(|| models().find(|model| model.decisions().any(|(_, name)| name == decision)))
    }

    /// What the decision gives: the context comes before what the shop knows. The error is why a person has to look: there is
    /// no such decision, or it gives nothing for a reason other than that no rule fits.
    pub(super) fn decide(
        &self,
        decision: &str,
        context: &BTreeMap<String, Value>,
        scope: &StepScope<'_>,
        env: &Env<'_>,
    ) -> Result<(Value, Made), String> {
        let model = self.model_of(decision).ok_or_else(|| format!("there is no decision {decision} here"))?;
        let names = Over { context, scope };
        let decided = model.decide(decision, &Env { scope: &names, ..*env })?;
        if decided.limit.is_some() {
            return Err(format!("the decision {decision} takes too long"));
        }
        let fits_none = decided.reasons.iter().any(|reason| reason.message.ends_with(NO_RULE));
        match decided.reasons.last() {
            Some(reason) if decided.value == Value::Null && !fits_none => {
                Err(format!("the decision {decision} gives nothing: {}", reason.message))
            }
            _ => {
                let known = model.decisions().find(|(id, name)| *id == decision || *name == decision);
                let rules = decided.matched.last().map(|matched| matched.rules.clone());
                let name = known.map_or(decision, |(_, name)| name).to_owned();
                let value = feel::to_json(&decided.value);
                Ok((decided.value, Made { decision: name, value, rules }))
            }
        }
    }
}

/// How the reason ends that is none to stop for: a table without a fitting rule gives null.
const NO_RULE: &str = "no rule matches";

/// What a decision sees: what the task gives it, else what the shop knows.
struct Over<'a> {
    context: &'a BTreeMap<String, Value>,
    scope: &'a StepScope<'a>,
}

impl Scope for Over<'_> {
    fn get(&self, name: &str) -> Option<Value> {
        self.context.get(name).cloned().or_else(|| self.scope.get(name))
    }

    fn get_path(&self, path: &[String]) -> Option<Value> {
        match path.first() {
            Some(root) if self.context.contains_key(root) => Scope::get_path(self.context, path),
            _ => self.scope.get_path(path),
        }
    }
}

/// What keeps the flow from being switched on: a decision that no model has, a model with something wrong.
pub(super) fn check(definition: &Definition, decisions: &Decisions) -> Vec<Problem> {
    let unfit = |rule, element: Option<String>, name: Option<String>, message: String| Problem {
        rule,
        severity: Severity::Unfit,
        element,
        name,
        message,
        line: None,
    };
    let mut problems = Vec::new();
    for (_, node) in definition.nodes() {
        if let bpmn::Kind::Decision(called) = &node.kind
            && let Text::Constant(id) = &called.decision
            && let Some(id) = id.as_str()
            && decisions.model_of(id).is_none()
        {
            let message = format!("there is no decision {id:?}: put the DMN file that has it beside the flow");
            problems.push(unfit("missing_decision", Some(node.id.clone()), node.name.clone(), message));
        }
    }
    for (name, model) in &decisions.0 {
        for problem in model.problems() {
            let message = format!("decision model {name}, {problem}");
            problems.push(unfit("wrong_decision", problem.element.clone(), None, message));
        }
    }
    problems
}
