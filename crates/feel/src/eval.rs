//! The tree to a value.

use crate::{
    Env, Range, Value, arithmetic,
    ast::{Comparison, Expr, Loop, Test},
    builtins::Args,
    compare,
    property::{property, walk},
};
use rust_decimal::Decimal;
use std::{cell::Cell, collections::BTreeMap};

/// What one evaluation may cost: visited nodes plus the values it makes and copies.
const STEPS_MAX: u32 = 200_000;

pub(crate) fn evaluate(tree: &Expr, env: &Env) -> Value {
    let run = Run { env, left: Cell::new(STEPS_MAX) };
    let value = run.eval(tree, None);
    // What was computed after the budget ran out is not an answer.
    if run.left.get() == 0 { Value::Null } else { value }
}

/// Names that the expression itself made, innermost first.
struct Local<'a> {
    outer: Option<&'a Local<'a>>,
    names: Names<'a>,
}

#[derive(Clone, Copy)]
enum Names<'a> {
    One(&'a str, &'a Value),
    /// The item that a filter looks at: it is `item`, and its entries have names.
    Item(&'a Value),
    /// The entries of a context that stand before the one being made.
    Entries(&'a BTreeMap<String, Value>),
}

struct Run<'a> {
    env: &'a Env<'a>,
    left: Cell<u32>,
}

type Locals<'l> = Option<&'l Local<'l>>;

impl Run<'_> {
    /// Takes from the budget; false where nothing is left.
    fn pay(&self, steps: u32) -> bool {
        self.left.set(self.left.get().saturating_sub(steps));
        self.left.get() > 0
    }

    /// Pays for a value that was made or copied; null where the budget does not allow it.
    fn made(&self, value: Value) -> Value {
        if self.pay(weight(&value)) { value } else { Value::Null }
    }

    fn eval(&self, tree: &Expr, locals: Locals) -> Value {
        if !self.pay(1) {
            return Value::Null;
        }
        match tree {
            Expr::Literal(value) => self.made(value.clone()),
            Expr::Path(path) => self.made(self.path(path, locals)),
            Expr::Property(of, name) => self.made(property(&self.eval(of, locals), name)),
            Expr::Filter(list, condition) => self.filter(list, condition, locals),
            Expr::Negate(inner) => negate(self.eval(inner, locals)),
            Expr::Arithmetic(operator, left, right) => {
                let (left, right) = (self.eval(left, locals), self.eval(right, locals));
                self.made(arithmetic::apply(*operator, &left, &right, self.env.zone))
            }
            Expr::Compare(comparison, left, right) => {
                let (left, right) = (self.eval(left, locals), self.eval(right, locals));
                compared(*comparison, &left, &right).into()
            }
            Expr::And(left, right) => {
                let left = truth(&self.eval(left, locals));
                if left == Some(false) {
                    return Value::Bool(false);
                }
                compare::and(left, truth(&self.eval(right, locals))).into()
            }
            Expr::Or(left, right) => {
                let left = truth(&self.eval(left, locals));
                if left == Some(true) {
                    return Value::Bool(true);
                }
                compare::or(left, truth(&self.eval(right, locals))).into()
            }
            Expr::If(parts) => {
                let [condition, yes, no] = &**parts;
                let taken = if self.eval(condition, locals).is_true() { yes } else { no };
                self.eval(taken, locals)
            }
            _ => self.eval_compound(tree, locals),
        }
    }

    /// The rarer nodes, apart so that the frame of the frequent ones stays small.
    fn eval_compound(&self, tree: &Expr, locals: Locals) -> Value {
        match tree {
            Expr::Between(parts) => {
                let [value, low, high] = &**parts;
                let value = self.eval(value, locals);
                let low = compared(Comparison::GreaterOrEqual, &value, &self.eval(low, locals));
                let high = compared(Comparison::LessOrEqual, &value, &self.eval(high, locals));
                compare::and(low, high).into()
            }
            Expr::In(value, tests) => {
                let value = self.eval(value, locals);
                let mut result = Some(false);
                for test in tests {
                    result = compare::or(result, self.test(&value, test, locals));
                }
                result.into()
            }
            Expr::For(loops, body) => {
                let mut results = Vec::new();
                let complete = self.each(loops, locals, &mut |locals| {
                    results.push(self.eval(body, locals));
                    true
                });
                if complete { self.made(Value::List(results)) } else { Value::Null }
            }
            Expr::Some(loops, body) => self.quantified(loops, body, locals, false),
            Expr::Every(loops, body) => self.quantified(loops, body, locals, true),
            Expr::List(items) => {
                let items = items.iter().map(|item| self.eval(item, locals)).collect();
                self.made(Value::List(items))
            }
            Expr::Context(entries) => self.context(entries, locals),
            Expr::Range(range) => {
                let (start, end) = (self.eval(&range.start, locals), self.eval(&range.end, locals));
                // The ends must be of one kind that has an order, and stand in it.
                if compare::compare(&start, &end).is_none_or(std::cmp::Ordering::is_gt) {
                    return Value::Null;
                }
                Value::Range(Box::new(Range {
                    start: Some(start),
                    start_included: range.start_included,
                    end: Some(end),
                    end_included: range.end_included,
                }))
            }
            Expr::Call(builtin, arguments) => {
                let values: Vec<Value> = arguments.iter().map(|argument| self.eval(argument, locals)).collect();
                if !self.pay(1) {
                    return Value::Null;
                }
                self.made((builtin.run)(&Args(&values), self.env).unwrap_or_default())
            }
            _ => Value::Null,
        }
    }

    fn path(&self, path: &[String], locals: Locals) -> Value {
        let (root, rest) = path.split_first().expect("the parser makes no empty path");
        let mut local = locals;
        while let Some(Local { outer, names }) = local {
            match *names {
                Names::One(name, value) if name == root => return walk(value, rest),
                Names::Entries(entries) | Names::Item(Value::Context(entries)) if entries.contains_key(root) => {
                    return walk(&entries[root], rest);
                }
                Names::Item(value) if root == "item" => return walk(value, rest),
                _ => local = *outer,
            }
        }
        self.env.scope.get_path(path).unwrap_or_default()
    }

    /// Runs the body for every combination, the last loop fastest, until it returns false. False where a source is not
    /// something to loop over.
    fn each(&self, loops: &[Loop], locals: Locals, body: &mut dyn FnMut(Locals) -> bool) -> bool {
        let Some((first, rest)) = loops.split_first() else {
            return body(locals);
        };
        let source = self.eval(&first.source, locals);
        let source = match &first.end {
            Some(end) => self.counted(source, self.eval(end, locals)),
            None => source,
        };
        let items = match source {
            Value::List(items) => items,
            Value::Null => return false,
            Value::Range(range) => {
                let Value::List(items) = self.range_items(&range) else {
                    return false;
                };
                items
            }
            single => vec![single],
        };
        for item in &items {
            if !self.pay(1) {
                return false;
            }
            let local = Local { outer: locals, names: Names::One(&first.name, item) };
            if !self.each(rest, Some(&local), body) {
                return false;
            }
        }
        true
    }

    fn range_items(&self, range: &Range) -> Value {
        let (Some(start), Some(end)) = (range.start.clone(), range.end.clone()) else {
            return Value::Null;
        };
        if range.start_included && range.end_included { self.counted(start, end) } else { Value::Null }
    }

    /// The whole numbers (or the days) from one to the other, up or down, both included.
    fn counted(&self, start: Value, end: Value) -> Value {
        let down = compare::compare(&start, &end).is_some_and(std::cmp::Ordering::is_gt);
        let step = match (&start, &end) {
            (Value::Number(start), Value::Number(end)) if start.is_integer() && end.is_integer() => {
                Value::Number(if down { Decimal::NEGATIVE_ONE } else { Decimal::ONE })
            }
            (Value::Date(_), Value::Date(_)) => Value::DayTime(if down { -base::DAY } else { base::DAY }),
            _ => return Value::Null,
        };
        let (mut items, mut at) = (Vec::new(), start);
        loop {
            if !self.pay(1) {
                return Value::Null;
            }
            let last = at == end;
            let next = arithmetic::apply(crate::ast::Arithmetic::Add, &at, &step, self.env.zone);
            items.push(at);
            if last || next.is_null() {
                return Value::List(items);
            }
            at = next;
        }
    }

    fn quantified(&self, loops: &[Loop], body: &Expr, locals: Locals, every: bool) -> Value {
        let mut result = Some(every);
        let mut decided = false;
        let complete = self.each(loops, locals, &mut |locals| {
            let one = truth(&self.eval(body, locals));
            result = if every { compare::and(result, one) } else { compare::or(result, one) };
            decided = result == Some(!every);
            !decided
        });
        if complete || decided { result.into() } else { Value::Null }
    }

    /// Later entries see the earlier ones.
    fn context(&self, entries: &[(String, Expr)], locals: Locals) -> Value {
        let mut made = BTreeMap::new();
        for (name, expression) in entries {
            let local = Local { outer: locals, names: Names::Entries(&made) };
            let value = self.eval(expression, Some(&local));
            made.insert(name.clone(), value);
        }
        self.made(Value::Context(made))
    }

    fn test(&self, value: &Value, test: &Test, locals: Locals) -> Option<bool> {
        match test {
            Test::Compare(comparison, with) => compared(*comparison, value, &self.eval(with, locals)),
            Test::Value(with) => match self.eval(with, locals) {
                Value::Range(range) if !matches!(value, Value::Range(_)) => compare::contains(&range, value),
                Value::List(items) => {
                    let mut result = compare::equals(value, &Value::List(items.clone()))
                        .filter(|same| *same && matches!(value, Value::List(_)))
                        .or(Some(false));
                    for item in &items {
                        let one = match item {
                            Value::Range(range) if !matches!(value, Value::Range(_)) => compare::contains(range, value),
                            item => compare::equals(value, item),
                        };
                        result = compare::or(result, one);
                    }
                    result
                }
                // A range whose ends have no order.
                Value::Null if matches!(with, Expr::Range(_)) => None,
                with => compare::equals(value, &with),
            },
        }
    }

    /// `list[condition]`: the items of which it is true, or the one whose place it is (from 1, or from the end below 0).
    fn filter(&self, list: &Expr, condition: &Expr, locals: Locals) -> Value {
        let items = match self.eval(list, locals) {
            Value::List(items) => items,
            // Nothing is an empty list to a filter, a single value a list of one.
            Value::Null => Vec::new(),
            single => vec![single],
        };
        if let Expr::Literal(Value::Number(place)) = condition {
            return item_at(&items, *place);
        }
        if items.is_empty() {
            return match self.eval(condition, locals) {
                Value::Number(_) => Value::Null,
                _ => Value::List(Vec::new()),
            };
        }
        let mut kept = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let local = Local { outer: locals, names: Names::Item(item) };
            match self.eval(condition, Some(&local)) {
                Value::Bool(true) => kept.push(item.clone()),
                Value::Number(place) if index == 0 => return item_at(&items, place),
                _ => {}
            }
        }
        self.made(Value::List(kept))
    }
}

fn item_at(items: &[Value], place: Decimal) -> Value {
    let Ok(place) = i64::try_from(place.trunc()) else {
        return Value::Null;
    };
    let index = if place > 0 { place - 1 } else { items.len() as i64 + place };
    let index = if place == 0 { None } else { usize::try_from(index).ok() };
    index.and_then(|index| items.get(index)).cloned().unwrap_or_default()
}

fn negate(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::Number(-number),
        Value::DayTime(micros) => micros.checked_neg().map_or(Value::Null, Value::DayTime),
        Value::YearMonth(months) => months.checked_neg().map_or(Value::Null, Value::YearMonth),
        _ => Value::Null,
    }
}

fn truth(value: &Value) -> Option<bool> {
    if let Value::Bool(value) = value { Some(*value) } else { None }
}

fn compared(comparison: Comparison, left: &Value, right: &Value) -> Option<bool> {
    let order = || compare::compare(left, right);
    match comparison {
        Comparison::Equal => compare::equals(left, right),
        Comparison::NotEqual => compare::equals(left, right).map(|same| !same),
        Comparison::Less => order().map(std::cmp::Ordering::is_lt),
        Comparison::LessOrEqual => order().map(std::cmp::Ordering::is_le),
        Comparison::Greater => order().map(std::cmp::Ordering::is_gt),
        Comparison::GreaterOrEqual => order().map(std::cmp::Ordering::is_ge),
    }
}

/// What a value costs to copy, in steps.
fn weight(value: &Value) -> u32 {
    match value {
        Value::String(text) => (text.len() / 64) as u32,
        Value::List(items) => items.iter().fold(1, |sum: u32, item| sum.saturating_add(1 + weight(item))),
        Value::Context(entries) => entries.values().fold(1, |sum: u32, value| sum.saturating_add(2 + weight(value))),
        _ => 0,
    }
}
