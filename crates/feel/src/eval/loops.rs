//! `for`, `some` and `every`.

use super::{Local, Locals, Names, Run, described};
use crate::{
    Range, Value, arithmetic,
    ast::{Arithmetic, Expr, Loop},
    compare,
};
use rust_decimal::Decimal;
use std::cmp::Ordering;

impl Run<'_> {
    pub(super) fn iterated(&self, at: u32, loops: &[Loop], body: &Expr, locals: Locals) -> Value {
        self.each_result(at, loops, locals, &mut |locals| self.eval(body, locals))
    }

    /// The results of the body for every combination. It sees those before it as `partial`.
    fn each_result(&self, at: u32, loops: &[Loop], locals: Locals, body: &mut dyn FnMut(Locals) -> Value) -> Value {
        let mut results = Value::List(Vec::new());
        let complete = self.each(at, loops, locals, &mut |locals| {
            let value = {
                let partial = Local { outer: locals, names: Names::One("partial", &results) };
                body(Some(&partial))
            };
            if let Value::List(results) = &mut results {
                results.push(value);
            }
            true
        });
        if complete { self.made(results) } else { Value::Null }
    }

    pub(super) fn quantified(&self, at: u32, loops: &[Loop], body: &Expr, locals: Locals, every: bool) -> Value {
        let mut result = Some(every);
        let mut decided = false;
        let complete = self.each(at, loops, locals, &mut |locals| {
            let one = self.truth(body, locals);
            result = if every { compare::and(result, one) } else { compare::or(result, one) };
            decided = result == Some(!every);
            !decided
        });
        if complete || decided { result.into() } else { Value::Null }
    }

    /// Runs the body for every combination, the last loop fastest, until it returns false. False where a source is not
    /// something to loop over.
    fn each(&self, at: u32, loops: &[Loop], locals: Locals, body: &mut dyn FnMut(Locals) -> bool) -> bool {
        let Some((first, rest)) = loops.split_first() else {
            return body(locals);
        };
        let source = self.eval(&first.source, locals);
        let source = match &first.end {
            Some(end) => self.counted(at, source, self.eval(end, locals)),
            None => source,
        };
        let Some(items) = self.items(at, source) else {
            return false;
        };
        for item in &items {
            if !self.pay(1) {
                return false;
            }
            let local = Local { outer: locals, names: Names::One(&first.name, item) };
            if !self.each(at, rest, Some(&local), body) {
                return false;
            }
        }
        true
    }

    /// What a loop goes over: a list, the whole numbers or days of a closed range, a single value alone.
    pub(crate) fn items(&self, at: u32, source: Value) -> Option<Vec<Value>> {
        match source {
            Value::List(items) => Some(items),
            Value::Null => None,
            Value::Range(range) => match self.range_items(at, &range) {
                Value::List(items) => Some(items),
                _ => None,
            },
            single => Some(vec![single]),
        }
    }

    fn range_items(&self, at: u32, range: &Range) -> Value {
        let (Some(start), Some(end)) = (range.start.clone(), range.end.clone()) else {
            return Value::Null;
        };
        let Value::List(mut items) = self.counted(at, start, end) else {
            return Value::Null;
        };
        if !range.start_included {
            items.remove(0);
        }
        if !range.end_included {
            items.pop();
        }
        Value::List(items)
    }

    /// The whole numbers (or the days) from one to the other, up or down, both included.
    fn counted(&self, at: u32, start: Value, end: Value) -> Value {
        let down = compare::compare(&start, &end).is_some_and(Ordering::is_gt);
        let step = match (&start, &end) {
            (Value::Number(start), Value::Number(end)) if start.is_integer() && end.is_integer() => {
                Value::Number(if down { Decimal::NEGATIVE_ONE } else { Decimal::ONE })
            }
            (Value::Date(_), Value::Date(_)) => Value::DayTime(if down { -base::DAY } else { base::DAY }),
            _ => {
                self.note(at, || format!("nothing can be counted from {} to {}", described(&start), described(&end)));
                return Value::Null;
            }
        };
        let (mut items, mut next) = (Vec::new(), start);
        loop {
            if !self.pay(1) {
                return Value::Null;
            }
            let last = next == end;
            let after = arithmetic::apply(Arithmetic::Add, &next, &step, self.env.zone);
            items.push(next);
            if last || after.is_null() {
                return Value::List(items);
            }
            next = after;
        }
    }
}
