//! How tasks follow from the steps of journeys.

use super::{
    TASKS_MAX, TOLD_MAX,
    rows::{self, Over},
    sql,
};
use crate::{
    cell::{Journey, Task},
    domain::Ritorno,
    flows::{
        Compiled,
        compiled::duration_of,
        journey::{Stage, put_row},
    },
};
use base::{Id, IdMaker, Time, stable_hash};
use bpmn::{NodeId, Waiting};
use feel::Value;
use jiff::tz::TimeZone;
use runtime::World;

/// What says for whom a task is and until when; the rest of what it is given is for its person to read.
const ASSIGNMENT: [&str; 5] = ["assignee", "candidateGroups", "candidateUsers", "dueDate", "followUpDate"];

/// A journey has come to a user task.
pub(crate) fn opened(
    stage: &mut Stage<'_>,
    world: &mut World<'_, Ritorno>,
    run: &Journey,
    compiled: &Compiled,
    (token, node): (u32, NodeId),
    inputs: &[(String, Value)],
) {
    if stage.cell.action.tasks.len() >= TASKS_MAX {
        tracing::warn!(customer = %stage.customer, journey = %run.id, "a task is in no list: there are {TASKS_MAX} already");
        return;
    }
    let input = |name: &str| inputs.iter().find(|(known, _)| known == name).map(|(_, value)| value);
    let zone = stage.shared.settings.zone();
    let mut groups = texts(input("candidateGroups"));
    groups.extend(texts(input("candidateUsers")));
    let told: serde_json::Map<String, serde_json::Value> = inputs
        .iter()
        .filter(|(name, _)| !ASSIGNMENT.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), feel::to_json(value)))
        .collect();
    let told = serde_json::Value::Object(told).to_string();
    let cause = [run.id.0.as_slice(), &token.to_be_bytes(), b"task"].concat();
    stage.cell.action.tasks.push(Task {
        id: IdMaker::new(world.now(), stable_hash(&cause), i64::from(token)).next_id(),
        journey: run.id,
        token,
        step: compiled.definition.node(node).id.as_str().into(),
        created_at: world.now(),
        due_at: input("dueDate").and_then(|due| time_of(due, world.now(), &zone)),
        assignee: input("assignee").and_then(Value::as_str).filter(|text| !text.trim().is_empty()).map(Into::into),
        groups: groups.join(", ").into(),
        told: if told.len() > TOLD_MAX { "{}".into() } else { told.into() },
        done_by: None,
    });
}

/// A person was given the task, or gave it back.
pub(crate) fn assigned(stage: &mut Stage<'_>, journey: Id, token: u32, assignee: Option<String>) {
    if let Some(task) = stage.cell.action.task_mut(journey, token) {
        task.assignee = assignee.map(Into::into);
    }
}

/// The row of an open task, at once: a person waits to see it.
pub(crate) fn put(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, journey: Id, token: u32) {
    let action = &stage.cell.action;
    let Some(task) = action.tasks.iter().find(|task| task.journey == journey && task.token == token) else { return };
    let Some(run) = action.journeys.iter().find(|run| run.id == journey) else { return };
    let Some(compiled) = stage.compiled(run) else { return };
    let row = rows::row(world.partition(), stage.customer, task, run, &compiled, None);
    world.upsert_row(&sql::TASK_PUT, &task.id.0, row);
}

/// Tasks that the journey does not wait for any more leave the cell, each with a last row; one that has just come up gets its row
/// at once, because who sent the journey on opens it.
pub(crate) fn settle(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, run: &Journey, compiled: &Compiled) {
    if stage.cell.action.tasks.is_empty() {
        return;
    }
    let waits = |token: u32| {
        run.state.tokens().iter().any(|known| known.id == token && matches!(known.waiting, Waiting::User { .. }))
    };
    let is_over = |task: &mut Task| task.journey == run.id && !waits(task.token);
    let over: Vec<Task> = stage.cell.action.tasks.extract_if(.., is_over).collect();
    let is_new = |task: &&Task| task.journey == run.id && task.created_at == world.now();
    let new: Vec<Task> = stage.cell.action.tasks.iter().filter(is_new).cloned().collect();
    if !new.is_empty() {
        // The task leads to its journey.
        put_row(world, stage.customer, run, compiled, None);
    }
    for task in new {
        let row = rows::row(world.partition(), stage.customer, &task, run, compiled, None);
        world.upsert_row(&sql::TASK_PUT, &task.id.0, row);
    }
    for task in over {
        let how = if task.done_by.is_some() { Over::Done } else { Over::Withdrawn };
        let row = rows::row(world.partition(), stage.customer, &task, run, compiled, Some((how, world.now())));
        world.upsert_row(&sql::TASK_PUT, &task.id.0, row);
    }
}

/// One text, or those of a list; a text may hold several with commas between.
fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::List(items)) => items.iter().flat_map(|item| texts(Some(item))).collect(),
        Some(Value::String(text)) => {
            text.split(',').map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// When a task is due: a date and time, the end of a date, or so long after now.
fn time_of(value: &Value, now: Time, zone: &TimeZone) -> Option<Time> {
    let of = |zoned: &jiff::Zoned| Time(zoned.timestamp().as_microsecond());
    match value {
        Value::DateTime(zoned) => Some(of(zoned)),
        Value::Date(date) => date.at(23, 59, 0, 0).to_zoned(zone.clone()).ok().as_ref().map(of),
        Value::DayTime(micros) => Some(now + *micros),
        Value::String(text) => {
            let text = text.trim();
            let date_time = |text: &str| text.parse::<jiff::civil::DateTime>().ok()?.to_zoned(zone.clone()).ok();
            // What names no zone is meant in the shop's.
            let whole = |text: &str| date_time(text).as_ref().map(of).or_else(|| Time::parse(text).ok());
            if text.len() == 10 {
                return whole(&format!("{text}T23:59:00"));
            }
            duration_of(text).map(|micros| now + micros).or_else(|| whole(text))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_due_at_a_time_at_the_end_of_a_day_or_after_a_while() {
        let now = Time::parse("2026-11-21T08:00:00Z").expect("a time");
        let zone = TimeZone::get("Europe/Rome").expect("a zone");
        let check = |value: Value, expected: Option<&str>| {
            let found = time_of(&value, now, &zone).map(|time| time.to_string());
            assert_eq!(found.as_deref(), expected, "{value:?}");
        };
        check(Value::from("2026-11-22T10:00:00Z"), Some("2026-11-22T10:00:00Z"));
        check(Value::from("2026-11-22T10:00:00"), Some("2026-11-22T09:00:00Z"));
        check(Value::from("2026-11-22"), Some("2026-11-22T22:59:00Z"));
        check(Value::from("PT4H"), Some("2026-11-21T12:00:00Z"));
        check(Value::DayTime(base::HOUR), Some("2026-11-21T09:00:00Z"));
        check(Value::from("soon"), None);
        check(Value::Null, None);
    }

    #[test]
    fn groups_are_a_list_or_a_text_with_commas() {
        let check = |value: Value, expected: &str| assert_eq!(texts(Some(&value)).join(", "), expected);
        check(Value::from("sales, support ,"), "sales, support");
        check(Value::List(vec![Value::from("sales"), Value::from("a,b")]), "sales, a, b");
        check(Value::Null, "");
    }
}
