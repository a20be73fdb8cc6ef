//! A task as its row in the lists.

use crate::{
    cell::{Journey, Task},
    flows::Compiled,
};
use base::{Id, Time};
use store::Value;

/// How a task is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    Done,
    /// The journey went on or ended without it.
    Withdrawn,
}

/// Behind every date there is: tasks without one come last, in the order in which they came up.
const WITHOUT_DATE: i64 = 1 << 60;

/// The key by which tasks of somebody are found: how an address or a name is written makes no other person of them.
pub(crate) fn owner_key(assignee: &str) -> String {
    assignee.trim().to_lowercase()
}

/// The row of an open task, or of one that is over.
pub(crate) fn row(
    partition: i64,
    customer: Id,
    task: &Task,
    run: &Journey,
    compiled: &Compiled,
    over: Option<(Over, Time)>,
) -> Vec<Value> {
    let node = compiled.definition.find_node(&task.step).map(|node| compiled.definition.node(node));
    let title = node.map_or(&*task.step, |node| node.title());
    let (state, order_at) = match over {
        None => ("open", task.due_at.map_or(WITHOUT_DATE + task.created_at.0, |due| due.0)),
        Some((Over::Done, at)) => ("done", -at.0),
        Some((Over::Withdrawn, at)) => ("withdrawn", -at.0),
    };
    vec![
        partition.into(),
        task.id.into(),
        customer.into(),
        run.cart.into(),
        run.id.into(),
        i64::from(task.token).into(),
        Value::Text(run.flow.to_string()),
        i64::from(run.version).into(),
        Value::Text(task.step.to_string()),
        Value::Text(title.to_owned()),
        task.assignee.as_deref().map(str::to_owned).into(),
        Value::Text(task.assignee.as_deref().map(owner_key).unwrap_or_default()),
        Value::Text(task.groups.to_string()),
        Value::Text(task.told.to_string()),
        Value::Static(state),
        task.created_at.into(),
        task.due_at.into(),
        order_at.into(),
        over.map(|(_, at)| at).into(),
        task.done_by.as_deref().map(str::to_owned).into(),
    ]
}
