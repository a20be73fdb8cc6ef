//! The tree to a value.

pub(crate) mod calls;
mod loops;
mod tests;

use crate::{
    Env, Limit, Range, Reason, Type, Value, arithmetic,
    ast::{Comparison, Expr, Kind, RangeExpr},
    compare,
    property::{property, walk},
};
use rust_decimal::Decimal;
use std::{
    cell::{Cell, RefCell},
    cmp::Ordering,
    collections::BTreeMap,
};

/// What one evaluation may cost: visited nodes plus the values it makes and copies.
const STEPS_MAX: u32 = 200_000;
/// How deep evaluation may nest, functions calling functions included, so that it fits on any stack.
const DEPTH_MAX: u16 = 160;
/// More reasons than these nobody reads.
const REASONS_MAX: usize = 16;
/// Tables of which it is kept which rules matched.
const MATCHED_MAX: usize = 64;

/// One evaluation: what it sees, what it may still cost, and what it found wrong.
pub(crate) struct Run<'a> {
    pub env: &'a Env<'a>,
    left: Cell<u32>,
    depth: Cell<u16>,
    stopped: Cell<Option<Limit>>,
    reasons: Option<RefCell<Vec<Reason>>>,
    /// Of decision tables: which rules matched, where reasons are kept.
    matched: RefCell<Vec<(String, Vec<usize>)>>,
}

/// Names that the expression itself made, innermost first.
pub(crate) struct Local<'a> {
    pub outer: Option<&'a Local<'a>>,
    pub names: Names<'a>,
}

#[derive(Clone, Copy)]
pub(crate) enum Names<'a> {
    One(&'a str, &'a Value),
    /// The item that a filter looks at: it is `item`, and its entries have names.
    Item(&'a Value),
    /// The entries of a context that stand before the one being made.
    Entries(&'a BTreeMap<String, Value>),
}

pub(crate) type Locals<'l> = Option<&'l Local<'l>>;

impl<'a> Run<'a> {
    /// A fresh budget. With `explain`, the reasons of nulls are kept.
    pub fn new(env: &'a Env<'a>, explain: bool) -> Run<'a> {
        Run {
            env,
            left: Cell::new(STEPS_MAX),
            depth: Cell::new(0),
            stopped: Cell::new(None),
            reasons: explain.then(RefCell::default),
            matched: RefCell::default(),
        }
    }

    /// Which limit ended the evaluation, if one did: what was computed then is not an answer.
    pub fn limit(&self) -> Option<Limit> {
        self.stopped.get()
    }

    /// Keeps which rules of a table matched, by their numbers from 1.
    pub fn matched(&self, table: &str, rules: impl Iterator<Item = usize>) {
        let mut matched = self.matched.borrow_mut();
        if self.reasons.is_some() && matched.len() < MATCHED_MAX {
            matched.push((table.to_owned(), rules.collect()));
        }
    }

    pub fn take_matched(&self) -> Vec<(String, Vec<usize>)> {
        self.matched.take()
    }

    pub fn into_reasons(self) -> Vec<Reason> {
        self.reasons.map(RefCell::into_inner).unwrap_or_default()
    }

    /// Keeps a reason, where reasons are asked for.
    pub fn note(&self, at: u32, message: impl FnOnce() -> String) {
        if let Some(reasons) = &self.reasons {
            let mut reasons = reasons.borrow_mut();
            if reasons.len() < REASONS_MAX {
                reasons.push(Reason { at: at as usize, message: message() });
            }
        }
    }

    /// Takes from the budget; false where nothing is left.
    pub fn pay(&self, steps: u32) -> bool {
        self.left.set(self.left.get().saturating_sub(steps));
        if self.left.get() == 0 && self.stopped.get().is_none() {
            self.stopped.set(Some(Limit::Steps));
        }
        self.stopped.get().is_none()
    }

    /// Pays for a value that was made or copied; null where the budget does not allow it.
    pub fn made(&self, value: Value) -> Value {
        if self.pay(weight(&value)) { value } else { Value::Null }
    }

    pub fn eval(&self, tree: &Expr, locals: Locals) -> Value {
        self.deeper(|| self.eval_node(tree, locals))
    }

    /// One step, nested in those that are under way.
    pub fn deeper(&self, step: impl FnOnce() -> Value) -> Value {
        if !self.pay(1) {
            return Value::Null;
        }
        let depth = self.depth.get();
        if depth == DEPTH_MAX {
            self.stopped.set(self.stopped.get().or(Some(Limit::Depth)));
            return Value::Null;
        }
        self.depth.set(depth + 1);
        let value = step();
        self.depth.set(depth);
        value
    }

    fn eval_node(&self, tree: &Expr, locals: Locals) -> Value {
        match &tree.kind {
            Kind::Literal(value) => self.made(value.clone()),
            Kind::Path(path) => self.made(self.path(path, locals)),
            Kind::Property(of, name) => self.made(property(&self.eval(of, locals), name)),
            Kind::Arithmetic(operator, left, right) => {
                let (left, right) = (self.eval(left, locals), self.eval(right, locals));
                let value = self.made(arithmetic::apply(*operator, &left, &right, self.env.zone));
                if value.is_null() && !left.is_null() && !right.is_null() {
                    self.note(tree.at, || no_answer(operator.sign(), &left, &right));
                }
                value
            }
            Kind::Compare(comparison, left, right) => {
                let (left, right) = (self.eval(left, locals), self.eval(right, locals));
                self.compared(tree.at, *comparison, &left, &right).into()
            }
            Kind::And(left, right) => {
                let left = self.truth(left, locals);
                if left == Some(false) {
                    return Value::Bool(false);
                }
                compare::and(left, self.truth(right, locals)).into()
            }
            Kind::Or(left, right) => {
                let left = self.truth(left, locals);
                if left == Some(true) {
                    return Value::Bool(true);
                }
                compare::or(left, self.truth(right, locals)).into()
            }
            Kind::If(parts) => {
                let [condition, yes, no] = &**parts;
                let taken = if self.truth(condition, locals) == Some(true) { yes } else { no };
                self.eval(taken, locals)
            }
            Kind::Call(builtin, arguments) => self.call(tree.at, builtin, arguments, locals),
            _ => self.eval_compound(tree, locals),
        }
    }

    /// The rarer nodes, apart so that the frame of the frequent ones stays small.
    fn eval_compound(&self, tree: &Expr, locals: Locals) -> Value {
        match &tree.kind {
            Kind::Filter(list, condition) => self.filter(list, condition, locals),
            Kind::Negate(inner) => {
                let value = self.eval(inner, locals);
                let negated = negate(&value);
                if negated.is_null() && !value.is_null() {
                    self.note(tree.at, || format!("- has no answer for {}", described(&value)));
                }
                negated
            }
            Kind::Between(parts) => {
                let [value, low, high] = &**parts;
                let value = self.eval(value, locals);
                let low = self.compared(tree.at, Comparison::GreaterOrEqual, &value, &self.eval(low, locals));
                let high = self.compared(tree.at, Comparison::LessOrEqual, &value, &self.eval(high, locals));
                compare::and(low, high).into()
            }
            Kind::In(value, tests) => {
                let value = self.eval(value, locals);
                self.passes_one(&value, tests, locals).into()
            }
            Kind::InstanceOf(value, of) => {
                let value = self.eval(value, locals);
                of.holds(&value).into()
            }
            Kind::For(loops, body) => self.iterated(tree.at, loops, body, locals),
            Kind::Some(loops, body) => self.quantified(tree.at, loops, body, locals, false),
            Kind::Every(loops, body) => self.quantified(tree.at, loops, body, locals, true),
            Kind::List(items) => {
                let items = items.iter().map(|item| self.eval(item, locals)).collect();
                self.made(Value::List(items))
            }
            Kind::Context(entries) => self.context(entries, locals),
            Kind::Range(range) => self.range(tree.at, range, locals),
            Kind::Invoke(callee, arguments, names) => self.invocation(tree.at, callee, arguments, names, locals),
            Kind::Function(lambda) => self.closure(lambda, locals),
            _ => Value::Null,
        }
    }

    /// The truth of a part; what is neither true nor false counts as null.
    fn truth(&self, tree: &Expr, locals: Locals) -> Option<bool> {
        match self.eval(tree, locals) {
            Value::Bool(value) => Some(value),
            Value::Null => None,
            other => {
                self.note(tree.at, || format!("{} is neither true nor false", described(&other)));
                None
            }
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
        match self.env.scope.get_path(path) {
            Some(value) => value,
            None if rest.is_empty() => calls::builtin_value(root).unwrap_or_default(),
            None => Value::Null,
        }
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

    fn range(&self, at: u32, range: &RangeExpr, locals: Locals) -> Value {
        let start = range.start.as_ref().map(|start| self.eval(start, locals));
        let end = range.end.as_ref().map(|end| self.eval(end, locals));
        // The ends must be of one kind that has an order, and stand in it.
        let (low, high) = (start.as_ref().or(end.as_ref()), end.as_ref().or(start.as_ref()));
        let (Some(low), Some(high)) = (low, high) else {
            return Value::Null;
        };
        // A range of one value needs equality alone.
        let single = range.start_included && range.end_included && low == high && !low.is_null();
        if !single && compare::compare(low, high).is_none_or(Ordering::is_gt) {
            self.note(at, || no_answer("..", low, high));
            return Value::Null;
        }
        Value::Range(Box::new(Range {
            start,
            start_included: range.start_included,
            end,
            end_included: range.end_included,
        }))
    }

    /// `list[condition]`: the items of which it is true, or the one whose place it is (from 1, or from the end below 0).
    fn filter(&self, list: &Expr, condition: &Expr, locals: Locals) -> Value {
        let items = match self.eval(list, locals) {
            Value::List(items) => items,
            // Nothing is an empty list to a filter, a single value a list of one.
            Value::Null => Vec::new(),
            single => vec![single],
        };
        self.filtered(items, condition, locals)
    }

    pub(crate) fn filtered(&self, items: Vec<Value>, condition: &Expr, locals: Locals) -> Value {
        if let Kind::Literal(Value::Number(place)) = &condition.kind {
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

    /// The comparison, with the reason where types do not go together.
    fn compared(&self, at: u32, comparison: Comparison, left: &Value, right: &Value) -> Option<bool> {
        let result = compared(comparison, left, right);
        if result.is_none() && !left.is_null() && !right.is_null() {
            self.note(at, || no_answer(comparison.sign(), left, right));
        }
        result
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

fn negate(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::Number(-*number),
        Value::DayTime(micros) => micros.checked_neg().map_or(Value::Null, Value::DayTime),
        Value::YearMonth(months) => months.checked_neg().map_or(Value::Null, Value::YearMonth),
        _ => Value::Null,
    }
}

pub(crate) fn compared(comparison: Comparison, left: &Value, right: &Value) -> Option<bool> {
    let order = || compare::compare(left, right);
    match comparison {
        Comparison::Equal => compare::equals(left, right),
        Comparison::NotEqual => compare::equals(left, right).map(|same| !same),
        Comparison::Less => order().map(Ordering::is_lt),
        Comparison::LessOrEqual => order().map(Ordering::is_le),
        Comparison::Greater => order().map(Ordering::is_gt),
        Comparison::GreaterOrEqual => order().map(Ordering::is_ge),
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

/// A value as a reason names it: its type and the beginning of its text.
pub(crate) fn described(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::List(items) => format!("a list of {}", items.len()),
        Value::Context(_) => "a context".into(),
        Value::Function(_) => "a function".into(),
        Value::String(text) => format!("the string {:?}", text.chars().take(40).collect::<String>()),
        other => format!("the {} {}", Type::of(other), crate::to_text(other)),
    }
}

fn no_answer(sign: &str, left: &Value, right: &Value) -> String {
    format!("{sign} has no answer for {} and {}", described(left), described(right))
}
