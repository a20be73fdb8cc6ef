//! An activity for each item of a list, one after the other or all at once.
//!
//! Around all there is one scope, and one for each item with `loopCounter` (from 1) and the item. What each gives is gathered
//! in the order of the items, and written when all are done. The completion condition, asked after each, ends the rest.

use crate::{
    BPMN, ZEEBE,
    compile::Source,
    state::Repeat,
    step::{
        limits::ITEMS_MAX,
        run::{Arrival, Run},
    },
};
use feel::{Expression, Value};
use std::collections::BTreeMap;

/// How an activity is repeated.
#[derive(Debug, Clone)]
pub struct MultiInstance {
    pub sequential: bool,
    /// A list, or a number of times.
    pub items: Expression,
    /// The variable that holds the item.
    pub item: Option<String>,
    /// The variable that gets the list of what each gave.
    pub collection: Option<String>,
    /// What each gives.
    pub output: Option<Expression>,
    /// When it is true after an item, the rest is ended.
    pub until: Option<Expression>,
}

impl MultiInstance {
    pub(crate) fn expressions(&self) -> impl Iterator<Item = &Expression> {
        std::iter::once(&self.items).chain(&self.output).chain(&self.until)
    }
}

/// Reads it; `None` where the activity is done once, or where what is missing was said.
pub(crate) fn compile(source: &mut Source) -> Option<MultiInstance> {
    let element = source.element.child(BPMN, "multiInstanceLoopCharacteristics")?;
    let zeebe = element.child(BPMN, "extensionElements").and_then(|e| e.child(ZEEBE, "loopCharacteristics"));
    let attribute = |name: &str| zeebe.and_then(|e| e.attribute(name)).map(str::trim).filter(|text| !text.is_empty());
    let text = |local| element.child(BPMN, local).map(|e| e.text()).filter(|text| !text.is_empty());
    let items = attribute("inputCollection").map(str::to_string).or_else(|| text("loopCardinality"));
    let Some(items) = items else {
        source.problem(
            "missing_items",
            "the activity is done for each item of no list: set inputCollection (zeebe:loopCharacteristics)",
        );
        return None;
    };
    let items = source.formula(&items, "the list of items")?;
    let name = |source: &mut Source, which: &str| {
        let found = attribute(which)?;
        if found.chars().all(|c| c.is_alphanumeric() || c == '_') {
            return Some(found.to_string());
        }
        source.problem("wrong_name", format!("{which} is one name, not {found:?}"));
        None
    };
    let (item, collection) = (name(source, "inputElement"), name(source, "outputCollection"));
    let output = attribute("outputElement").and_then(|text| source.formula(text, "the output element"));
    if collection.is_some() != attribute("outputElement").is_some() {
        source.problem("missing_output", "outputCollection and outputElement come together");
    }
    let until = text("completionCondition").and_then(|text| source.formula(&text, "the completion condition"));
    let sequential = element.attribute("isSequential") == Some("true");
    Some(MultiInstance { sequential, items, item, collection, output, until })
}

/// Opens the scope around all, unless there is nothing to do.
pub(super) fn begin(run: &mut Run, arrival: Arrival, repeat: &MultiInstance) {
    let (items, total) = match items(run, arrival, repeat) {
        Ok(found) => found,
        Err(reason) => return run.incident(arrival, reason),
    };
    if total == 0 {
        if let Some(name) = &repeat.collection {
            run.set(arrival.scope, name.clone(), Value::List(Vec::new()));
        }
        return run.leave(arrival.node, arrival.scope);
    }
    let scope = match run.open_activity(arrival) {
        Ok(scope) => scope,
        Err(reason) => return run.incident(arrival, reason),
    };
    let outputs = if repeat.output.is_some() { vec![Value::Null; total as usize] } else { Vec::new() };
    let mut items = items.into_iter();
    let first: Vec<Option<Value>> = match repeat.sequential {
        true => vec![items.next()],
        false => (0..total).map(|_| items.next()).collect(),
    };
    if let Some(scope) = run.state.scope_mut(scope) {
        scope.repeat = Some(Repeat { total, items: items.collect(), outputs, ..Repeat::default() });
    }
    for item in first {
        begin_next(run, arrival, scope, item);
    }
}

/// The items (none where only a number of times is given), and how many times.
fn items(run: &Run, arrival: Arrival, repeat: &MultiInstance) -> Result<(Vec<Value>, u32), String> {
    let found = run.eval_with(&repeat.items, arrival.scope, None, None);
    let total = match &found {
        Value::List(items) => u32::try_from(items.len()).ok(),
        Value::Number(number) => u32::try_from(number.trunc()).ok(),
        _ => None,
    };
    let Some(total) = total else {
        return Err(format!("{} is no list of items: {}", repeat.items.source(), feel::to_text(&found)));
    };
    if total > ITEMS_MAX {
        return Err(format!("{} has {total} items; at most {ITEMS_MAX} are done", repeat.items.source()));
    }
    Ok((if let Value::List(items) = found { items } else { Vec::new() }, total))
}

fn begin_next(run: &mut Run, arrival: Arrival, around: u32, item: Option<Value>) {
    let definition = run.definition;
    let Some(repeat) = run.state.scope_mut(around).and_then(|scope| scope.repeat.as_mut()) else { return };
    let index = repeat.started;
    repeat.started += 1;
    let scope = run.open_scope(arrival.node, Some(around));
    if let Some(scope) = run.state.scope_mut(scope) {
        scope.index = Some(index);
    }
    run.set_local(scope, "loopCounter".into(), Value::from(i64::from(index) + 1));
    let name = definition.node(arrival.node).repeat.as_ref().and_then(|repeat| repeat.item.clone());
    if let Some((name, item)) = name.zip(item) {
        run.set_local(scope, name, item);
    }
    run.arrive(Arrival { node: arrival.node, via: arrival.via, scope: Some(scope), again: true });
}

/// What the item of a scope gives, before the scope goes.
pub(crate) fn gather(run: &mut Run, scope: u32, around: u32, index: u32) {
    let definition = run.definition;
    let Some(node) = run.state.node_of(Some(scope)) else { return };
    let Some(output) = definition.node(node).repeat.as_ref().and_then(|repeat| repeat.output.as_ref()) else { return };
    let value = run.eval_with(output, Some(scope), None, None);
    if let Some(repeat) = run.state.scope_mut(around).and_then(|scope| scope.repeat.as_mut())
        && let Some(place) = repeat.outputs.get_mut(index as usize)
    {
        *place = value;
    }
}

/// Whether the rest is to be ended, asked in the scope of the item that is done.
pub(crate) fn is_enough(run: &Run, scope: u32, around: u32) -> bool {
    let Some(node) = run.state.node_of(Some(scope)) else { return false };
    let Some(until) = run.definition.node(node).repeat.as_ref().and_then(|repeat| repeat.until.as_ref()) else {
        return false;
    };
    let Some(repeat) = run.state.scope(around).and_then(|scope| scope.repeat.as_ref()) else { return false };
    let done = repeat.done + 1;
    let counts = [
        ("numberOfInstances", repeat.total),
        ("numberOfActiveInstances", repeat.started - done),
        ("numberOfCompletedInstances", done),
        ("numberOfTerminatedInstances", 0),
    ];
    let counts: BTreeMap<String, Value> =
        counts.into_iter().map(|(name, count)| (name.to_string(), Value::from(i64::from(count)))).collect();
    run.eval_with(until, Some(scope), None, Some(&counts)).is_true()
}

/// An item is done and its scope is gone: the next begins, or all are done.
pub(crate) fn item_done(run: &mut Run, around: u32, is_enough: bool) {
    let Some(scope) = run.state.scope_mut(around) else { return };
    let (node, parent) = (scope.node, scope.parent);
    let Some(repeat) = scope.repeat.as_mut() else { return };
    repeat.done += 1;
    let all_done = repeat.done == repeat.total;
    if !all_done && !is_enough {
        if repeat.started < repeat.total && run.definition.node(node).repeat.as_ref().is_some_and(|r| r.sequential) {
            let item = (!repeat.items.is_empty()).then(|| repeat.items.remove(0));
            begin_next(run, Arrival { node, via: None, scope: parent, again: true }, around, item);
        }
        return;
    }
    let outputs = std::mem::take(&mut repeat.outputs);
    run.drain(Some(around), false);
    let name = run.definition.node(node).repeat.as_ref().and_then(|repeat| repeat.collection.clone());
    if let Some(name) = name {
        run.set(parent, name, Value::List(outputs));
    }
    run.complete_scope(around);
}
