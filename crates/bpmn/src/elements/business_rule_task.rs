//! Business rule task: a DMN decision that the caller evaluates, within the same step of its work. With a job type instead,
//! it is a job.

use super::{service_task, unsupported};
use crate::{
    Effect, Kind, Waiting,
    compile::Source,
    definition::Text,
    step::run::{Arrival, Run},
};

/// Which decision, and the variable that takes its result.
#[derive(Debug, Clone)]
pub struct Decision {
    pub decision: Text,
    pub binding: Binding,
    pub result: String,
}

/// Which version of a decision or a flow is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binding {
    /// The newest when the token comes there.
    Latest,
    /// The one that was deployed with this version of the flow.
    Deployment,
    /// The newest with this tag.
    Tag(String),
}

impl Binding {
    pub(super) fn read(source: &mut Source, element: &crate::xml::Element) -> Binding {
        match element.attribute("bindingType").unwrap_or("latest") {
            "latest" => Binding::Latest,
            "deployment" => Binding::Deployment,
            "versionTag" => match element.attribute("versionTag").map(str::trim).filter(|tag| !tag.is_empty()) {
                Some(tag) => Binding::Tag(tag.to_string()),
                None => {
                    source.problem("wrong_binding", "the binding by version tag needs a versionTag");
                    Binding::Latest
                }
            },
            other => {
                let message = format!("bindingType is latest, deployment or versionTag, not {other:?}");
                source.problem("wrong_binding", message);
                Binding::Latest
            }
        }
    }
}

pub(super) fn compile(source: &mut Source) -> Kind {
    unsupported::check_activity(source);
    if source.zeebe("taskDefinition").is_some() {
        return Kind::Job(service_task::kind_of(source));
    }
    let called = source.zeebe("calledDecision");
    let attribute =
        |name| called.and_then(|element| element.attribute(name)).map(str::trim).filter(|text| !text.is_empty());
    let (Some(called), Some(decision), Some(result)) = (called, attribute("decisionId"), attribute("resultVariable"))
    else {
        return source.unsupported(
            "missing_decision",
            "the task names no decision: set decisionId and resultVariable (zeebe:calledDecision)",
        );
    };
    let decision = source.text(decision, "the decision id");
    let binding = Binding::read(source, called);
    Kind::Decision(Decision { decision, binding, result: result.to_string() })
}

pub(super) fn perform(run: &mut Run, arrival: Arrival, decision: &Decision) {
    let (node, inputs) = (arrival.node, run.inputs(arrival.node, arrival.scope));
    let name = run.text(&decision.decision, arrival.scope);
    let Some(name) = name.as_str().filter(|name| !name.is_empty()).map(str::to_string) else {
        return run.incident(arrival, format!("the decision id is {}, which names nothing", feel::to_text(&name)));
    };
    let mut context = run.state.variables_at(arrival.scope);
    for (parameter, value) in run.definition.parameters() {
        context.entry(parameter.clone()).or_insert_with(|| value.clone());
    }
    context.extend(inputs);
    if let Some(token) = run.try_park(arrival, Waiting::Job) {
        let binding = decision.binding.clone();
        run.effects.push(Effect::Decide { token, node, decision: name, binding, context });
    }
}
