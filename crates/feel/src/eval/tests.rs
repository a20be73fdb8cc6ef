//! Tests of one value: after `in`, and in the cells of decision tables.

use super::{Locals, Run};
use crate::{
    Value,
    ast::{Kind, Test},
    compare,
};

impl Run<'_> {
    /// Does the value pass one of the tests?
    pub(crate) fn passes_one(&self, value: &Value, tests: &[Test], locals: Locals) -> Option<bool> {
        let mut result = Some(false);
        for test in tests {
            result = compare::or(result, self.passes(value, test, locals));
            if result == Some(true) {
                break;
            }
        }
        result
    }

    fn passes(&self, value: &Value, test: &Test, locals: Locals) -> Option<bool> {
        match test {
            Test::Compare(comparison, with) => self.compared(with.at, *comparison, value, &self.eval(with, locals)),
            Test::Holds(condition) | Test::Truth(condition) => match (test, value, self.eval(condition, locals)) {
                (Test::Truth(_), Value::Bool(_), with) => compare::equals(value, &with),
                (_, _, Value::Bool(holds)) => Some(holds),
                _ => None,
            },
            Test::Value(with) => match self.eval(with, locals) {
                // A range whose ends have no order.
                Value::Null if matches!(with.kind, Kind::Range(_)) => None,
                with => passes_value(value, &with),
            },
        }
    }
}

/// Is the value in the range or list, or equal to the value?
fn passes_value(value: &Value, with: &Value) -> Option<bool> {
    match with {
        Value::Range(range) if !matches!(value, Value::Range(_)) => compare::contains(range, value),
        Value::List(items) => {
            let same = compare::equals(value, with).filter(|same| *same && matches!(value, Value::List(_)));
            let mut result = same.or(Some(false));
            for item in items {
                let one = match item {
                    Value::Range(range) if !matches!(value, Value::Range(_)) => compare::contains(range, value),
                    item => compare::equals(value, item),
                };
                result = compare::or(result, one);
            }
            result
        }
        with => compare::equals(value, with),
    }
}
