//! What service and send tasks may ask for. Everything but a message, a coupon and what is handed over is done within the step, on the
//! customer's own cell.
//!
//! Journeys that wait for a condition look again after it; it raises no event of the shop's, and begins no flow.

use super::{Compiled, journey::Stage, starts::Touched};
use crate::{
    cell::Journey,
    desk::pipelines::decide_move,
    domain::Ritorno,
    ledger::decide,
    messages::{Job, notify_agent},
    tag_writes,
};
use bpmn::{Definition, Kind, Problem, Severity, Throw};
use crm::{
    calls::Traits,
    customers::{apply_traits, count_tags, tag_of},
};
use feel::Value;
use runtime::World;
use serde_json::json;

/// The type of the task that writes an e-mail: it ends later, when the message is out.
pub const SEND_EMAIL: &str = "ritorno:send-email";
/// The type of the task that hands something over to another CRM: it ends later, when that has it.
pub const HAND_OVER: &str = "ritorno:hand-over";
/// The type of the task that has a shop take a coupon: it ends later, when the shop has it.
pub const COUPON: &str = "ritorno:coupon";
const NOTIFY_AGENT: &str = "ritorno:notify-agent";
const TAG_CUSTOMER: &str = "ritorno:tag-customer";
const UPDATE_CUSTOMER: &str = "ritorno:update-customer";
const ASSIGN_AGENT: &str = "ritorno:assign-agent";
const MOVE_DEAL: &str = "ritorno:move-deal";
const WRITE_NOTE: &str = "ritorno:write-note";

/// Every type of task there is, with the inputs of which it needs at least one; none: it can do without.
const KINDS: [(&str, &[&str]); 9] = [
    (SEND_EMAIL, &[]),
    (HAND_OVER, &["destination"]),
    (COUPON, &["percent", "amount"]),
    (NOTIFY_AGENT, &[]),
    (TAG_CUSTOMER, &["add", "remove"]),
    (UPDATE_CUSTOMER, &[]),
    (ASSIGN_AGENT, &["agent"]),
    (MOVE_DEAL, &["stage"]),
    (WRITE_NOTE, &["text"]),
];

/// Tasks of a type that nobody carries out here, or without what their type needs.
pub(super) fn check(definition: &Definition) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (_, node) in definition.nodes() {
        let kind = match &node.kind {
            Kind::Job(kind) | Kind::EndEvent(Throw::Job(kind)) | Kind::IntermediateThrow(Throw::Job(kind)) => kind,
            _ => continue,
        };
        let is_given = |name: &&str| node.inputs.iter().any(|input| input.target == **name);
        let (rule, message) = match KINDS.iter().find(|(known, _)| known == kind) {
            None => {
                let known = KINDS.map(|(known, _)| known).join(", ");
                ("unknown_task", format!("nobody carries out {kind:?} here; the types of task are {known}"))
            }
            Some((_, needed)) if !needed.is_empty() && !needed.iter().any(is_given) => {
                ("missing_input", format!("{kind} needs the input {}", needed.join(" or ")))
            }
            Some((_, _)) if kind == UPDATE_CUSTOMER && node.inputs.is_empty() => {
                ("missing_input", format!("{kind} needs an input for each property that it sets, such as language"))
            }
            Some(_) => continue,
        };
        let (element, name) = (Some(node.id.clone()), node.name.clone());
        problems.push(Problem { rule, severity: Severity::Unfit, element, name, message, line: None });
    }
    problems
}

/// Carries out a task on the customer's cell and says what it touched; the error is why the journey has to stop.
pub(super) fn carry_out(
    stage: &mut Stage<'_>,
    world: &mut World<'_, Ritorno>,
    compiled: &Compiled,
    run: &Journey,
    kind: &str,
    job: &Job,
) -> Result<Touched, String> {
    let by = format!("flow:{}", run.flow);
    match kind {
        NOTIFY_AGENT => notify_agent(stage, world, compiled, run, job),
        TAG_CUSTOMER => return tag(stage, world, job, &by).map(|()| Touched::CUSTOMER),
        UPDATE_CUSTOMER => return update(stage, world, job).map(|()| Touched::CUSTOMER),
        ASSIGN_AGENT => return assign(stage, job).map(|()| Touched::CUSTOMER),
        MOVE_DEAL => return move_deal(stage, world, run, job).map(|()| Touched::DEAL),
        WRITE_NOTE => {
            let text = job.input("text").map(str::trim).filter(|text| !text.is_empty());
            let text = text.ok_or("the note has no text")?;
            decide(world, &stage.about(run), "note", json!({ "text": text, "by": by }));
        }
        other => return Err(format!("there is no task {other:?} here")),
    }
    Ok(Touched::NOTHING)
}

fn tag(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, job: &Job, by: &str) -> Result<(), String> {
    let (add, remove) = (names(job, "add")?, names(job, "remove")?);
    let tags = &mut stage.cell.facts.tags;
    let before = tags.clone();
    remove.iter().for_each(|name| tags.take(name));
    let given = add.iter().try_for_each(|name| tags.give(name, world.now(), by));
    count_tags(world, &[&before], tags);
    tag_writes::queue(stage, world, &before);
    given
}

/// A text or a list of texts, as tags.
fn names(job: &Job, input: &str) -> Result<Vec<String>, String> {
    let said: Vec<&Value> = match job.value(input) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::List(items)) => items.iter().collect(),
        Some(value) => vec![value],
    };
    let tag = |value: &&Value| value.as_str().and_then(tag_of);
    let wrong = |value: &&Value| format!("{input} is {}, which is no tag", feel::to_text(value));
    said.iter().map(|value| tag(value).ok_or_else(|| wrong(value))).collect()
}

/// Each input is a property of the customer; null takes it away. Address and number come from the customer alone.
fn update(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, job: &Job) -> Result<(), String> {
    let mut traits = Traits::default();
    for (name, value) in &job.inputs {
        let text = || value.as_str().map(Into::into);
        match name.as_str() {
            "email" | "phone" | "id" | "user_id" | "consent" | "tags" | "orders" => {
                return Err(format!("{name} is not for a flow to set"));
            }
            "first_name" => traits.first_name = text(),
            "last_name" => traits.last_name = text(),
            "language" => traits.language = text(),
            "time_zone" => traits.time_zone = text(),
            other => traits.open.push((other.into(), feel::to_json(value).to_string().into())),
        }
    }
    apply_traits(&mut stage.cell.facts, &traits, world.now());
    Ok(())
}

fn assign(stage: &mut Stage<'_>, job: &Job) -> Result<(), String> {
    let said = job.input("agent").unwrap_or_default();
    let mut agents = stage.shared.agents.iter();
    let known = agents.find(|agent| agent.email.eq_ignore_ascii_case(said) || agent.id.to_string() == said);
    stage.cell.facts.profile.agent = Some(known.ok_or_else(|| format!("there is no agent {said:?}"))?.id);
    Ok(())
}

fn move_deal(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, run: &Journey, job: &Job) -> Result<(), String> {
    let cart = run.cart.filter(|cart| stage.cell.facts.book.cart(*cart).is_some());
    let cart = cart.ok_or("the journey is about no cart, so there is no deal to move")?;
    let (wanted, to) = (job.input("pipeline"), job.input("stage").unwrap_or_default());
    let found = stage.shared.pipelines.resolve(wanted, to);
    let (pipeline, to) = found.ok_or_else(|| format!("there is no pipeline {:?}", wanted.unwrap_or_default()))?;
    stage.cell.facts.book.say_stage(Some(cart), None, (pipeline, to), world.now());
    decide_move(world, stage.shared, &stage.about(run), pipeline, to);
    Ok(())
}
