//! FEEL alone: what one evaluation of a parsed expression costs, and what parsing it does.

use crate::clock::{Watch, spread};
use feel::{Env, Expression, Value, from_json, to_json};
use jiff::tz::TimeZone;
use std::{collections::BTreeMap, hint::black_box};

/// The conditions that flows have, from a plain comparison to a sum over a list.
const EXPRESSIONS: [&str; 6] = [
    "cart.total >= 2000 and customer.country = \"IT\"",
    "cart.total * 1.22 - 5 > threshold",
    "sum(for i in cart.items return i.price * i.qty)",
    "cart.items[price > 10].sku",
    "now() - cart.since > duration(\"P1D\")",
    "matches(customer.email, \"[a-z]+@example[.](com|it)\")",
];
const TURNS: usize = 7;
/// Evaluations in a turn.
const EVALUATIONS: u32 = 100_000;

#[derive(Debug, clap::Args)]
pub struct Options {
    /// Evaluations of each expression in each of seven turns.
    #[arg(long, default_value_t = EVALUATIONS)]
    evaluations: u32,
}

pub fn run(options: &Options) -> Result<(), String> {
    let zone = TimeZone::get("Europe/Rome").map_err(|error| error.to_string())?;
    let scope = scope();
    let now = base::Time::parse("2026-11-21T12:00:00Z").map_err(|error| error.to_string())?;
    let env = Env { scope: &scope, now, zone: &zone };
    for text in EXPRESSIONS {
        let expression = Expression::parse(text).map_err(|error| error.to_string())?;
        let found = to_json(&expression.eval(&env));
        let evaluated = nanoseconds(options.evaluations, || drop(black_box(expression.eval(black_box(&env)))));
        let parsed = nanoseconds(options.evaluations / 10, || drop(black_box(Expression::parse(black_box(text)))));
        println!("feel: {text}");
        println!(
            "  {:.0} ns an evaluation ({:.0}-{:.0}), {:.0} ns to parse; {found}",
            evaluated.1, evaluated.0, evaluated.2, parsed.1
        );
    }
    Ok(())
}

/// Least, middle and greatest of the turns, for one call.
fn nanoseconds(times: u32, mut call: impl FnMut()) -> (f64, f64, f64) {
    let turns: Vec<f64> = (0..TURNS)
        .map(|_| {
            let watch = Watch::start();
            (0..times).for_each(|_| call());
            watch.elapsed().as_nanos() as f64 / f64::from(times.max(1))
        })
        .collect();
    spread(&turns)
}

fn scope() -> BTreeMap<String, Value> {
    let items: Vec<_> = (0..5)
        .map(|n| serde_json::json!({"sku": format!("lamp-{n}"), "price": 9.99 + f64::from(n), "qty": 2}))
        .collect();
    let json = serde_json::json!({
        "cart": {"total": 2999.90, "items": items},
        "customer": {"country": "IT", "email": "ada@example.com"},
        "threshold": 500,
    });
    let Value::Context(mut scope) = from_json(&json) else { return BTreeMap::new() };
    if let Some(Value::Context(cart)) = scope.get_mut("cart") {
        cart.insert("since".into(), Value::date_time(base::Time(1_795_000_000_000_000), &TimeZone::UTC));
    }
    scope
}
