//! Functions on lists. Places count from 1, or from the end below zero.

use super::{Args, Builtin};
use crate::{Value, compare, eval::Run};
use rust_decimal::{Decimal, MathematicalOps};
use std::cmp::Ordering;

pub(super) const TABLE: &[Builtin] = &[
    Builtin {
        name: "list contains",
        signatures: &[&["list", "element"]],
        run: |a, _| {
            let found = a.list(0)?.iter().any(|item| is_equal(item, a.get(1)));
            Some(found.into())
        },
    },
    Builtin { name: "count", signatures: &[&["list"]], run: |a, _| Some((a.list(0)?.len() as i64).into()) },
    Builtin { name: "min", signatures: LIST_OR_ITEMS, run: |a, _| extreme(a, Ordering::Less) },
    Builtin { name: "max", signatures: LIST_OR_ITEMS, run: |a, _| extreme(a, Ordering::Greater) },
    Builtin { name: "sum", signatures: LIST_OR_ITEMS, run: |a, _| sum(&numbers(a.items()?)?).map(Value::from) },
    Builtin {
        name: "product",
        signatures: LIST_OR_ITEMS,
        run: |a, _| {
            let numbers = numbers(a.items()?)?;
            let (first, rest) = numbers.split_first()?;
            let mut product = *first;
            for number in rest {
                product = product.checked_mul(*number)?;
            }
            Some(product.into())
        },
    },
    Builtin { name: "mean", signatures: LIST_OR_ITEMS, run: |a, _| mean(&numbers(a.items()?)?).map(Value::from) },
    Builtin { name: "median", signatures: LIST_OR_ITEMS, run: |a, _| median(a) },
    Builtin { name: "stddev", signatures: LIST_OR_ITEMS, run: |a, _| deviation(a) },
    Builtin { name: "mode", signatures: LIST_OR_ITEMS, run: |a, _| mode(a) },
    Builtin { name: "all", signatures: LIST_OR_ITEMS, run: |a, _| truths(a, true) },
    Builtin { name: "any", signatures: LIST_OR_ITEMS, run: |a, _| truths(a, false) },
    Builtin {
        name: "sublist",
        signatures: &[&["list", "start position", "?length"]],
        run: |a, _| {
            let list = a.list(0)?;
            let start = place(list, a.whole(1)?)?;
            let length = match a.get(2) {
                Value::Null => list.len() - start,
                _ => usize::try_from(a.whole(2)?).ok()?,
            };
            Some(Value::List(list.get(start..start.checked_add(length)?)?.to_vec()))
        },
    },
    Builtin {
        name: "append",
        signatures: &[&["list", "item..."]],
        run: |a, _| {
            let mut list = a.list(0)?.to_vec();
            list.extend_from_slice(&a.0[1..]);
            Some(Value::List(list))
        },
    },
    Builtin {
        name: "concatenate",
        signatures: LIST_OR_ITEMS,
        run: |a, _| {
            let mut all = Vec::new();
            for at in 0..a.0.len() {
                all.extend_from_slice(a.list(at)?);
            }
            Some(Value::List(all))
        },
    },
    Builtin {
        name: "insert before",
        signatures: &[&["list", "position", "newItem"]],
        run: |a, _| {
            let mut list = a.list(0)?.to_vec();
            list.insert(place(&list, a.whole(1)?)?, a.get(2).clone());
            Some(Value::List(list))
        },
    },
    Builtin {
        name: "remove",
        signatures: &[&["list", "position"]],
        run: |a, _| {
            let mut list = a.list(0)?.to_vec();
            list.remove(place(&list, a.whole(1)?)?);
            Some(Value::List(list))
        },
    },
    Builtin {
        name: "reverse",
        signatures: &[&["list"]],
        run: |a, _| Some(Value::List(a.list(0)?.iter().rev().cloned().collect())),
    },
    Builtin {
        name: "index of",
        signatures: &[&["list", "match"]],
        run: |a, _| {
            let hits = a.list(0)?.iter().enumerate().filter(|(_, item)| is_equal(item, a.get(1)));
            Some(Value::List(hits.map(|(index, _)| (index as i64 + 1).into()).collect()))
        },
    },
    Builtin {
        name: "union",
        signatures: LIST_OR_ITEMS,
        run: |a, run| {
            let mut all = Vec::new();
            for at in 0..a.0.len() {
                distinct(a.list(at)?, &mut all, run)?;
            }
            Some(Value::List(all))
        },
    },
    Builtin {
        name: "distinct values",
        signatures: &[&["list"]],
        run: |a, run| {
            let mut all = Vec::new();
            distinct(a.list(0)?, &mut all, run)?;
            Some(Value::List(all))
        },
    },
    Builtin {
        name: "duplicate values",
        signatures: &[&["list"]],
        run: |a, run| {
            let list = a.list(0).filter(|list| list.len() <= DISTINCT_ITEMS_MAX)?;
            let mut twice: Vec<Value> = Vec::new();
            for (index, item) in list.iter().enumerate() {
                if !run.pay((list.len() / COMPARISONS_A_STEP) as u32) {
                    return None;
                }
                let again = list[index + 1..].iter().any(|other| is_equal(item, other));
                if again && !twice.iter().any(|known| is_equal(known, item)) {
                    twice.push(item.clone());
                }
            }
            Some(Value::List(twice))
        },
    },
    Builtin {
        name: "is empty",
        signatures: &[&["list"]],
        run: |a, _| match a.get(0) {
            Value::List(items) => Some(items.is_empty().into()),
            _ => None,
        },
    },
    Builtin {
        name: "flatten",
        signatures: &[&["list"]],
        run: |a, _| {
            let mut flat = Vec::new();
            flatten(a.list(0)?, &mut flat);
            Some(Value::List(flat))
        },
    },
];

const LIST_OR_ITEMS: &[&[&str]] = &[&["list"], &["item..."]];
/// Comparing each with each costs the square; longer lists are refused.
const DISTINCT_ITEMS_MAX: usize = 2_000;
const COMPARISONS_A_STEP: usize = 32;

fn is_equal(left: &Value, right: &Value) -> bool {
    compare::equals(left, right) == Some(true)
}

/// The index of a place in the list.
pub(super) fn place(list: &[Value], place: i64) -> Option<usize> {
    let index = match place {
        0 => return None,
        place if place > 0 => place - 1,
        place => list.len() as i64 + place,
    };
    usize::try_from(index).ok().filter(|index| *index < list.len())
}

fn extreme(a: &Args, wanted: Ordering) -> Option<Value> {
    let items = a.items()?;
    let (mut best, rest) = items.split_first()?;
    // A list of one must have an order too.
    compare::compare(best, best)?;
    for item in rest {
        if compare::compare(item, best)? == wanted {
            best = item;
        }
    }
    Some(best.clone())
}

/// All numbers, or none.
fn numbers(items: &[Value]) -> Option<Vec<Decimal>> {
    items.iter().map(Value::as_number).collect()
}

fn sum(numbers: &[Decimal]) -> Option<Decimal> {
    let (first, rest) = numbers.split_first()?;
    rest.iter().try_fold(*first, |sum, number| sum.checked_add(*number))
}

fn mean(numbers: &[Decimal]) -> Option<Decimal> {
    sum(numbers)?.checked_div(Decimal::from(numbers.len()))
}

fn median(a: &Args) -> Option<Value> {
    let mut numbers = numbers(a.items()?)?;
    numbers.sort();
    let middle = numbers.len() / 2;
    if numbers.len() % 2 == 1 {
        return Some(numbers[middle].into());
    }
    mean(numbers.get(middle.checked_sub(1)?..=middle)?).map(Value::from)
}

/// The deviation of a sample: the squares are divided by one less than their number.
fn deviation(a: &Args) -> Option<Value> {
    let numbers = numbers(a.items()?)?;
    let mean = mean(&numbers)?;
    let mut squares = Decimal::ZERO;
    for number in &numbers {
        let distance = number.checked_sub(mean)?;
        squares = squares.checked_add(distance.checked_mul(distance)?)?;
    }
    squares.checked_div(Decimal::from(numbers.len() - 1))?.sqrt().map(Value::from)
}

/// The most frequent numbers, smallest first.
fn mode(a: &Args) -> Option<Value> {
    let mut numbers = numbers(a.items()?)?;
    numbers.sort();
    let runs: Vec<&[Decimal]> = numbers.chunk_by(|left, right| left == right).collect();
    let longest = runs.iter().map(|run| run.len()).max().unwrap_or(0);
    let modes = runs.iter().filter(|run| run.len() == longest);
    Some(Value::List(modes.map(|run| run[0].into()).collect()))
}

fn truths(a: &Args, all: bool) -> Option<Value> {
    let mut result = Some(all);
    for item in a.items()? {
        let one = match item {
            Value::Bool(value) => Some(*value),
            _ => None,
        };
        result = if all { compare::and(result, one) } else { compare::or(result, one) };
    }
    result.map(Value::Bool)
}

fn distinct(items: &[Value], into: &mut Vec<Value>, run: &Run) -> Option<()> {
    for item in items {
        // Looking through what is known costs more than a step where much is.
        if !run.pay((into.len() / COMPARISONS_A_STEP) as u32) {
            return None;
        }
        if !into.iter().any(|known| is_equal(known, item)) {
            into.push(item.clone());
        }
        if into.len() > DISTINCT_ITEMS_MAX {
            return None;
        }
    }
    Some(())
}

fn flatten(items: &[Value], into: &mut Vec<Value>) {
    for item in items {
        match item {
            Value::List(inner) => flatten(inner, into),
            other => into.push(other.clone()),
        }
    }
}
