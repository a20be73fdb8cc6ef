//! Any text as an expression and as a cell of a decision table.
#![no_main]

use feel::{Env, Expression, UnaryTests, Value, Vocabulary};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let scope = BTreeMap::from([("cart".to_string(), Value::List(vec![1.into(), "a".into(), Value::Null]))]);
    let zone = TimeZone::UTC;
    let env = Env { scope: &scope, now: base::Time(0), zone: &zone };
    if let Ok(expression) = Expression::parse(text) {
        feel::to_text(&expression.explain(&env).value);
        expression.check(&BTreeMap::new());
        let _ = expression.to_sql(&BTreeMap::new(), &env, 1);
    }
    if let Ok(tests) = UnaryTests::parse(text, &Vocabulary::default()) {
        let _ = tests.try_eval(&1.into(), &env);
    }
});
