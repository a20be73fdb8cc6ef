//! What a person or a program does to a journey under way: trying again or going on after an incident, correcting its
//! variables, giving and completing its user tasks.

use super::journey::{Stage, told};
use crate::{desk::pipelines::audit, domain::Ritorno, ledger::decide_in, tasks};
use base::Id;
use bpmn::{Command, Rejected, Waiting};
use feel::Value;
use runtime::World;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

/// A command about one journey. Which of the fields count depends on its name.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct SteerJourney {
    pub customer: Id,
    pub journey: Id,
    /// The visit that is meant; for variables `None` means those of the whole journey.
    pub token: Option<u32>,
    /// After an incident at a gateway: the id of the sequence flow to go on by.
    #[serde(default)]
    pub flow: Option<String>,
    #[serde(default)]
    pub variables: Map<String, Json>,
    #[serde(default)]
    pub assignee: Option<String>,
    /// Only where nobody else has the task.
    #[serde(default)]
    pub claim: bool,
    /// The name of whoever does it, for people to read.
    #[serde(default)]
    pub who: Option<String>,
}

/// Commands that [`fold`] carries out.
pub const NAMES: [&str; 6] =
    ["journey.retry", "journey.resolve", "journey.variables", "journey.assign", "journey.complete", "journey.cancel"];

/// Why a journey ended that a person called off.
const CALLED_OFF: &str = "ended_by_person";

/// The longest name of a variable, in characters.
const NAME_MAX: usize = 100;

/// Carries out one of [`NAMES`]; the error is the refusal that its caller reads.
pub(crate) fn fold(
    stage: &mut Stage<'_>,
    world: &mut World<'_, Ritorno>,
    name: &str,
    by: &str,
    said: SteerJourney,
) -> Result<(), String> {
    let SteerJourney { journey, token, flow, variables, assignee, claim, who, .. } = said;
    let run = stage.cell.action.journeys.iter().find(|run| run.id == journey);
    let run = run.ok_or_else(|| format!("journey {journey} is not under way"))?;
    let compiled = stage.compiled(run).ok_or_else(|| format!("the flow of journey {journey} is not there any more"))?;
    let definition = &compiled.definition;
    let place = token.and_then(|token| run.state.tokens().iter().find(|known| known.id == token));
    let at = place.map(|place| definition.node(place.node).id.clone());
    let about = stage.about(run);
    let flow = match &flow {
        None => None,
        Some(id) => Some(definition.find_flow(id).ok_or_else(|| format!("no sequence flow is called {id:?}"))?),
    };
    let names: Vec<&str> = variables.keys().map(String::as_str).collect();
    if let Some(long) = names.iter().find(|name| name.is_empty() || name.chars().count() > NAME_MAX) {
        return Err(format!(
            "the name of a variable has 1 to {NAME_MAX} characters: {:?}",
            long.get(..20).unwrap_or(long)
        ));
    }
    let detail = json!({ "at": at, "token": token, "flow": flow.map(|flow| &definition.flow(flow).id), "variables": names, "assignee": assignee });
    let given: Vec<(String, Value)> =
        variables.iter().map(|(name, value)| (name.clone(), feel::from_json(value))).collect();
    let needed = || token.ok_or_else(|| "the place that is meant (token) is not said".to_owned());
    let (command, action) = match name {
        "journey.retry" => (Command::RetryIncident { token: needed()? }, "journey.retried"),
        "journey.resolve" => {
            (Command::ResolveIncident { token: needed()?, flow, variables: given }, "journey.resolved")
        }
        "journey.variables" => (Command::SetVariables { token, variables: given }, "journey.corrected"),
        "journey.assign" => (Command::AssignUserTask { token: needed()?, assignee, claim }, "journey.assigned"),
        "journey.cancel" => (Command::Cancel { reason: CALLED_OFF.to_owned() }, "journey.cancelled"),
        _ => (Command::CompleteUserTask { token: needed()?, variables: given }, "journey.completed"),
    };
    if action == "journey.completed" && !place.is_some_and(|place| matches!(place.waiting, Waiting::User { .. })) {
        return Err(format!("journey {journey} has no task for a person at token {}", needed()?));
    }
    if let (Some(token), "journey.completed") = (token, action)
        && let Some(task) = stage.cell.action.task_mut(journey, token)
    {
        task.done_by = Some(who.as_deref().unwrap_or(by).into());
    }
    // The ledger says first what was done, then where that led.
    let line = world.next_line();
    told(stage, world, journey, command).map_err(|rejected| match rejected {
        Some(Rejected::NotWaiting | Rejected::AlreadyLeft) | None if action.starts_with("journey.re") => {
            format!("journey {journey} has no incident at token {}", token.unwrap_or_default())
        }
        Some(rejected) => format!("journey {journey}: {rejected}"),
        None => format!("journey {journey} did not take it"),
    })?;
    if let (Some(token), "journey.assigned") = (token, action) {
        tasks::put(stage, world, journey, token);
    }
    let code = match action {
        "journey.resolved" => Some("journey_resolved"),
        "journey.corrected" => Some("journey_corrected"),
        "journey.completed" => Some("task_completed"),
        _ => None,
    };
    if let Some(code) = code {
        decide_in(world, line, &about, code, json!({ "at": at, "variables": names.join(", "), "by": by }));
    }
    audit(world, by, action, &journey.to_string(), detail);
    Ok(())
}
