//! Script task: a FEEL expression whose value becomes a variable. With a job type instead, it is a job.

use super::{service_task, unsupported};
use crate::{
    BPMN, Kind,
    compile::Source,
    step::run::{Arrival, Run},
};
use feel::Expression;

/// What is computed, and the variable that takes it.
#[derive(Debug, Clone)]
pub struct Script {
    pub formula: Expression,
    pub result: String,
}

pub(super) fn compile(source: &mut Source) -> Kind {
    unsupported::check_activity(source);
    if source.zeebe("taskDefinition").is_some() {
        return Kind::Job(service_task::kind_of(source));
    }
    if let Some(script) = source.zeebe("script") {
        let (text, result) = (script.attribute("expression").unwrap_or_default(), script.attribute("resultVariable"));
        let result = result.unwrap_or_default().trim();
        if text.trim().is_empty() || result.is_empty() {
            return source
                .unsupported("missing_script", "the script needs an expression and a result variable (zeebe:script)");
        }
        return match source.formula(text, "the script") {
            Some(formula) => Kind::Script(Script { formula, result: result.to_string() }),
            None => Kind::Unsupported("the script is not FEEL".into()),
        };
    }
    let language = source.element.attribute("scriptFormat").unwrap_or_default().to_string();
    let message = match source.element.child(BPMN, "script") {
        Some(_) => format!(
            "a script in {language:?} is not executed: write it in FEEL, as zeebe:script with expression and resultVariable"
        ),
        None => "the script task has no script: write one in FEEL, as zeebe:script with expression and resultVariable"
            .into(),
    };
    source.unsupported("foreign_script", message)
}

pub(super) fn perform(run: &mut Run, arrival: Arrival, script: &Script) {
    let inputs = run.inputs(arrival.node, arrival.scope).into_iter().collect();
    let value = run.eval_with(&script.formula, arrival.scope, None, Some(&inputs));
    run.complete_activity(arrival, vec![(script.result.clone(), value)]);
}
