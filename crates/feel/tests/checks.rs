//! What is said of an expression before it runs.

use feel::{Expression, Type};
use std::collections::BTreeMap;

fn names() -> BTreeMap<String, Type> {
    let item = Type::context([("sku", Type::String), ("price", Type::Number)]);
    let cart = Type::context([
        ("id", Type::String),
        ("total", Type::Number),
        ("items", Type::list(item)),
        ("since", Type::DateTime),
        ("open", Type::Boolean),
    ]);
    BTreeMap::from([
        ("cart".into(), cart),
        ("threshold".into(), Type::Number),
        ("birthday".into(), Type::Date),
        ("event".into(), Type::context([("name", Type::String), ("properties", Type::Any)])),
    ])
}

#[test]
fn what_is_right_has_no_problem() {
    let check = |text: &str, of: &str| {
        let checked = Expression::parse(text).unwrap().check(&names());
        assert_eq!((checked.problems, checked.of.to_string()), (vec![], of.to_string()), "{text}");
    };
    check("cart.total >= threshold", "boolean");
    check("cart.items[price > 5].sku", "list<string>");
    check("cart.items[1].price * 2", "number");
    check("sum(for i in cart.items return i.price)", "number");
    check("some i in cart.items satisfies i.price > threshold", "boolean");
    check("now() - cart.since > duration(\"P1D\")", "boolean");
    check("event.properties.deep.inside = 3", "boolean");
    check("if cart.open then 1 else null", "number");
    check("birthday + duration(\"P1Y\")", "date");
    check("cart.total in (1, [2..3], > 5)", "boolean");
    check("{a: cart.total, b: a + 1}.b", "number");
    check("(function(x) x > 1)(3)", "boolean");
    check("cart.since.year = today().year", "boolean");
    check("cart.id != null and cart.total = null", "boolean");
    check("substring(cart.id, 2) + \"x\"", "string");
    check("for x in 1..3 return x", "list<number>");
    check("max(cart.items.price)", "number");
    check("string(cart.total) + \" EUR\"", "string");
}

#[test]
fn what_is_wrong_is_said_with_its_place_and_advice() {
    let check = |text: &str, at: usize, message: &str, advice: &str| {
        let problems = Expression::parse(text).unwrap().check(&names()).problems;
        let [problem] = &problems[..] else { panic!("{text}: {problems:?}") };
        assert!(problem.message.contains(message) && problem.advice.contains(advice), "{text}: {problem}");
        assert_eq!(problem.at, at, "{text}: {problem}");
    };
    check("cart.totl > 1", 0, "there is no totl here", "did you mean total?");
    check("1 + treshold", 4, "no name treshold", "did you mean threshold?");
    check("cart.total = \"100\"", 11, "a number and a string cannot be compared", "without quotes");
    check("cart.since > \"2026-01-01\"", 11, "cannot be compared", "date and time(\"…\")");
    check("birthday < now()", 9, "a date and a date and time", "date(…)");
    check("cart.total and true", 0, "a number is neither true nor false", "> 0");
    check("cart.id + 1", 8, "+ has no answer for a string and a number", "string(…)");
    check("cart.since + 1", 11, "+ has no answer", "duration(\"P1D\")");
    check("cart.items > 3", 11, "cannot be compared", "some");
    check("cart.items[pric > 3]", 11, "no name pric", "price");
    check("upper case(cart.total)", 11, "needs a string", "upper case(string)");
    check("duration(\"1 day\") < duration(\"P2D\")", 9, "is no duration", "P1D");
    check("cart.open < true", 10, "a boolean has no order", "= or !=");
    check("cart.total.cents", 0, "a number has no cents", "leave out");
    check("-cart.id", 0, "- cannot stand before a string", "number");
    check("cart.id in (1, \"b\")", 8, "cannot be compared", "quotes");
    check("cart.total(1)", 0, "a number is no function", "call a function");
    check("for x in \"a\"..\"c\" return x", 9, "nothing can be counted", "one number");
}

#[test]
fn a_condition_must_be_one() {
    let wrong = |text: &str| Expression::parse(text).unwrap().check_is(&Type::Boolean, &names());
    assert!(wrong("cart.total > 1").is_empty());
    assert!(wrong("event.properties.flag").is_empty());
    assert_eq!(wrong("cart.total")[0].message, "this is a number, where boolean is needed");
}
