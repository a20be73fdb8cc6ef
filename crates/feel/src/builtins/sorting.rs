//! Functions on lists that take a function.

use super::{Args, Builtin, lists::place};
use crate::{Function, Value, compare, eval::Run};
use std::cmp::Ordering;

pub(super) const TABLE: &[Builtin] = &[
    Builtin { name: "sort", signatures: &[&["list", "?precedes"]], run: |a, run| sort(a, run) },
    Builtin {
        name: "list replace",
        signatures: &[&["list", "position", "newItem"], &["list", "match", "newItem"]],
        run: |a, run| match a.get(1) {
            Value::Function(matches) => replace_matching(a.list(0)?, matches, a.get(2), run),
            _ => {
                let mut list = a.list(0)?.to_vec();
                let place = place(&list, a.whole(1)?)?;
                list[place] = a.get(2).clone();
                Some(Value::List(list))
            }
        },
    },
];

/// The new item in place of each that the function, asked with both, says true to.
fn replace_matching(list: &[Value], matches: &Function, new: &Value, run: &Run) -> Option<Value> {
    let mut replaced = Vec::with_capacity(list.len());
    for item in list {
        match run.invoke(0, matches, vec![item.clone(), new.clone()]) {
            Value::Bool(true) => replaced.push(new.clone()),
            Value::Bool(false) => replaced.push(item.clone()),
            _ => return None,
        }
    }
    Some(Value::List(replaced))
}

/// By the function that says whether its first argument stands before its second, else by the natural order.
fn sort(a: &Args, run: &Run) -> Option<Value> {
    let list = a.list(0)?.to_vec();
    let sorted = match a.get(1) {
        Value::Null if a.0.len() == 1 => {
            merged(list, run, &|left, right| compare::compare(left, right).map(Ordering::is_lt))
        }
        Value::Function(precedes) => {
            merged(list, run, &|left, right| match run.invoke(0, precedes, vec![left.clone(), right.clone()]) {
                Value::Bool(before) => Some(before),
                _ => None,
            })
        }
        _ => None,
    };
    sorted.map(Value::List)
}

/// A merge sort, stable, that ends whatever the function says; the library's own may panic on a contradictory order.
fn merged(mut list: Vec<Value>, run: &Run, before: &dyn Fn(&Value, &Value) -> Option<bool>) -> Option<Vec<Value>> {
    if list.len() < 2 {
        return Some(list);
    }
    let right = list.split_off(list.len() / 2);
    let left = merged(list, run, before)?;
    let right = merged(right, run, before)?;
    let mut sorted = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(first), Some(second)) = (left.peek(), right.peek()) {
        if !run.pay(1) {
            return None;
        }
        let take_right = before(second, first)?;
        sorted.extend(if take_right { right.next() } else { left.next() });
    }
    sorted.extend(left);
    sorted.extend(right);
    Some(sorted)
}
