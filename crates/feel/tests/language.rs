//! What expressions mean, one case a line.

use base::Time;
use feel::{Env, Expression, Value, from_json, to_text};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// 2026-11-21T12:00:00Z, 13:00 in Rome.
const NOW: &str = "2026-11-21T12:00:00Z";

fn scope() -> BTreeMap<String, Value> {
    let json = serde_json::json!({
        "cart": {"id": "c-1", "total": 2000, "currency": "EUR", "items": [
            {"sku": "a", "price": 19.99, "qty": 2}, {"sku": "b", "price": 5, "qty": 1}]},
        "empty": {"total": null},
        "threshold": 2000,
        "item": "outside",
        "a-b": 7
    });
    match from_json(&json) {
        Value::Context(entries) => entries,
        _ => unreachable!("the text above is an object"),
    }
}

fn eval(text: &str) -> Value {
    let zone = TimeZone::get("Europe/Rome").expect("the zones are bundled");
    let scope = scope();
    let env = Env { scope: &scope, now: Time::parse(NOW).expect("a fixed text"), zone: &zone };
    Expression::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).eval(&env)
}

/// `expected` is the text of the value; strings stand in quotes.
fn check(text: &str, expected: &str) {
    let found = match eval(text) {
        Value::String(found) => format!("\"{found}\""),
        other => to_text(&other),
    };
    assert_eq!(found, expected, "{text}");
}

#[test]
fn numbers_are_decimals() {
    check("0.1 + 0.2 = 0.3", "true");
    check("19.99 * 0.22", "4.3978");
    check("1999.99 >= 2000", "false");
    check("2 + 3 * 4", "14");
    check("(2 + 3) * 4", "20");
    check("2 ** 3 ** 2", "64");
    check("10 - 2 - 3", "5");
    check("-5--5", "0");
    check("1e3", "1000");
    check(".5 + 1", "1.5");
    check("1 / 0", "null");
    check("79228162514264337593543950335 + 1", "null");
    check("10 + null", "null");
    check("2 ** 0.5 > 1.414", "true");
    check("2 ** -1", "0.5");
    check("\"a\" + \"b\"", "\"ab\"");
    check("\"a\" + 1", "null");
}

#[test]
fn minus_is_always_minus() {
    check("cart.total-1", "1999");
    check("threshold-threshold", "0");
    check("`a-b` - 1", "6");
}

#[test]
fn logic_has_three_values() {
    check("true and null", "null");
    check("false and null", "false");
    check("null or true", "true");
    check("null or false", "null");
    check("not(null)", "null");
    check("not(false)", "true");
    check("if null then 1 else 2", "2");
    check("null > 1", "null");
    check("null >= threshold", "null");
    check("if empty.total >= threshold then \"above\" else \"below\"", "\"below\"");
    check("1 and true", "null");
}

#[test]
fn null_is_unequal_to_everything_else_on_either_side() {
    check("null = null", "true");
    check("null != null", "false");
    check("null != 3", "true");
    check("3 != null", "true");
    check("null = 3", "false");
    check("3 = null", "false");
    check("1 = \"1\"", "null");
    check("missing = null", "true");
    check("cart.missing.deeper = null", "true");
}

#[test]
fn values_are_found_in_ranges_and_lists() {
    check("3000 in [1000..3000)", "false");
    check("1000 in [1000..3000)", "true");
    check("1000 in (1000..3000)", "false");
    check("1000 in ]1000..3000]", "false");
    check("3000 in ]1000..3000[", "false");
    check("5 in (< 3, > 4)", "true");
    check("5 in < 3", "false");
    check("2 in (1, 2, 3)", "true");
    check("2 in [1, 2, 3]", "true");
    check("null in [1..3]", "null");
    check("5 between 1 and 5", "true");
    check("0 between 1 and 5 or true", "true");
    check("\"IT\" in (\"IT\", \"SM\")", "true");
    check("@\"2026-01-15\" in [@\"2026-01-01\"..@\"2026-02-01\")", "true");
}

#[test]
fn lists_are_made_filtered_and_summed() {
    check("sum(for i in cart.items return i.price * i.qty)", "44.98");
    check("cart.items[qty > 1].sku", "[\"a\"]");
    check("cart.items[1].sku", "\"a\"");
    check("cart.items[-1].sku", "\"b\"");
    check("cart.items[3]", "null");
    check("cart.items.price", "[19.99, 5]");
    check("[1, 2, 3, 4][item > 2]", "[3, 4]");
    check("[][1]", "null");
    check("some i in cart.items satisfies i.qty > 1", "true");
    check("every i in cart.items satisfies i.qty > 1", "false");
    check("for x in 1..3, y in [10, 20] return x * y", "[10, 20, 20, 40, 30, 60]");
    check("for x in 3..1 return x", "[3, 2, 1]");
    check("count(cart.items)", "2");
    check("max(3, 1, 2)", "3");
    check("min([3, 1, 2])", "1");
    check("sum([])", "null");
    check("list contains([1, null], null)", "true");
    check("concatenate([1], [2, 3])", "[1, 2, 3]");
    check("distinct values([1, 2, 1])", "[1, 2]");
    check("sublist([1, 2, 3], 2)", "[2, 3]");
    check("flatten([[1, [2]], 3])", "[1, 2, 3]");
    check("string join([\"a\", \"b\"], \"-\")", "\"a-b\"");
}

#[test]
fn contexts_see_their_earlier_entries() {
    check("{a: 1, b: a + 1}.b", "2");
    check("{\"a b\": 1}.`a b`", "1");
    check("get value({a: 1}, \"a\")", "1");
    check("{a: 1} = {a: 1}", "true");
    check("item", "\"outside\"");
    check("[{x: 1}][{y: x, z: y}.z = 1].x", "[1]");
}

#[test]
fn instants_are_compared_across_zones() {
    let later = "date and time(\"2026-01-01T00:00:00+01:00\")";
    check(&format!("{later} > date and time(\"2020-01-01T00:00:00Z\")"), "true");
    check(&format!("{later} < date and time(\"2020-01-01T00:00:00Z\")"), "false");
    check(&format!("{later} = date and time(\"2025-12-31T23:00:00Z\")"), "true");
    check("@\"2026-07-01T12:00:00@Europe/Rome\" = @\"2026-07-01T10:00:00Z\"", "true");
    check("now() > date and time(\"2020-01-01T00:00:00Z\")", "true");
    check("now() = date and time(\"2026-11-21T12:00:00Z\")", "true");
    // Without a zone, the zone of the environment.
    check("now() = date and time(\"2026-11-21T13:00:00\")", "true");
    check("today() = date(\"2026-11-21\")", "true");
    check("now().hour", "13");
    check("time(\"10:00:00Z\") < time(\"10:30:00+01:00\")", "false");
}

#[test]
fn durations_move_dates_and_instants() {
    check("date(\"2026-01-31\") + duration(\"P1M\")", "2026-02-28");
    check("date(\"2026-03-01\") - date(\"2026-02-28\")", "P1D");
    check("@\"2026-03-29T01:30:00@Europe/Rome\" + duration(\"PT1H\")", "2026-03-29T03:30:00@Europe/Rome");
    check("@\"2026-03-28T12:00:00@Europe/Rome\" + duration(\"P1D\")", "2026-03-29T13:00:00@Europe/Rome");
    check("@\"2026-10-25T02:30:00+02:00\" - @\"2026-10-25T02:30:00+01:00\"", "-PT1H");
    check("duration(\"PT\" + string(48) + \"H\")", "P2D");
    check("duration(\"PT36H\") > duration(\"P1D\")", "true");
    check("duration(\"P1Y2M\") * 2", "P2Y4M");
    check("duration(\"P1D\") / duration(\"PT6H\")", "4");
    check("-duration(\"PT90M\")", "-PT1H30M");
    check("duration(\"P1Y1D\")", "null");
    check("duration(\"soon\")", "null");
    check("time(\"23:30:00\") + duration(\"PT1H\")", "00:30:00");
    check("now() - duration(\"P30D\") < now()", "true");
    check("years and months duration(date(\"2025-12-31\"), date(\"2026-11-30\"))", "P10M");
    check("date(\"2026-11-21\").weekday", "6");
    check("day of week(@\"2026-11-21\")", "\"Saturday\"");
    check("duration(\"P1DT2H\").hours", "2");
}

#[test]
fn ranges_lie_before_over_and_in_each_other() {
    let check_all = |function: &str, cases: &[(&str, &str, bool)]| {
        for (one, other, expected) in cases {
            check(&format!("{function}({one}, {other})"), &expected.to_string());
        }
    };
    check_all(
        "before",
        &[
            ("1", "10", true),
            ("10", "1", false),
            ("1", "[1..10]", false),
            ("1", "(1..10]", true),
            ("[1..10]", "10", false),
            ("[1..10)", "10", true),
            ("[1..10]", "[10..20]", false),
            ("[1..10)", "[10..20]", true),
            ("[1..10]", "(10..20]", true),
        ],
    );
    check_all(
        "after",
        &[
            ("10", "5", true),
            ("12", "[1..10]", true),
            ("10", "[1..10)", true),
            ("10", "[1..10]", false),
            ("(11..20]", "11", true),
            ("[11..20]", "11", false),
            ("[11..20]", "[1..11)", true),
        ],
    );
    check_all("meets", &[("[1..5]", "[5..10]", true), ("[1..5)", "[5..10]", false), ("[1..5]", "[6..10]", false)]);
    check_all("met by", &[("[5..10]", "[1..5]", true), ("(5..10]", "[1..5]", false)]);
    check_all(
        "overlaps",
        &[
            ("[1..5]", "[3..8]", true),
            ("[3..5]", "[1..8]", true),
            ("[1..5]", "[6..8]", false),
            ("[1..5]", "[5..8]", true),
            ("[1..5]", "(5..8]", false),
            ("(5..8]", "[1..5]", false),
        ],
    );
    check_all(
        "overlaps before",
        &[
            ("[1..5]", "[3..8]", true),
            ("[1..5]", "[6..8]", false),
            ("[1..5]", "[5..8]", true),
            ("[1..5]", "(5..8]", false),
            ("[1..5)", "(1..5]", true),
            ("[1..5]", "(1..5]", true),
            ("[1..5)", "[1..5]", false),
            ("[1..5]", "[1..5]", false),
        ],
    );
    check_all(
        "overlaps after",
        &[
            ("[3..8]", "[1..5]", true),
            ("[6..8]", "[1..5]", false),
            ("[5..8]", "[1..5]", true),
            ("(5..8]", "[1..5]", false),
            ("(1..5]", "[1..5)", true),
            ("(1..5]", "[1..5]", true),
            ("[1..5]", "[1..5]", false),
            ("(1..5]", "[1..6]", false),
        ],
    );
    check_all(
        "finishes",
        &[
            ("10", "[1..10]", true),
            ("10", "[1..10)", false),
            ("[5..10]", "[1..10]", true),
            ("[5..10)", "[1..10]", false),
            ("[5..10)", "[1..10)", true),
            ("(1..10]", "[1..10]", true),
        ],
    );
    check_all(
        "includes",
        &[
            ("[1..10]", "5", true),
            ("[1..10]", "12", false),
            ("(1..10]", "1", false),
            ("[1..10)", "10", false),
            ("[1..10]", "[4..6]", true),
            ("[1..10)", "(1..10)", true),
            ("(1..10)", "[1..10)", false),
        ],
    );
    check_all("during", &[("5", "[1..10]", true), ("1", "(1..10]", false)]);
    check_all(
        "starts",
        &[
            ("1", "[1..10]", true),
            ("1", "(1..10]", false),
            ("[1..5]", "[1..10]", true),
            ("(1..5]", "[1..10]", false),
            ("[1..10)", "[1..10]", true),
            ("(1..10)", "(1..10)", true),
        ],
    );
    check_all("started by", &[("[1..10]", "1", true), ("(1..10]", "1", false)]);
    check_all(
        "coincides",
        &[("5", "5", true), ("3", "4", false), ("[1..5]", "[1..5]", true), ("(1..5]", "[1..5]", false)],
    );
    check("[1..5].start included and [1..5).end = 5", "true");
    check("(< 5) = (< 5) and not((< 5) = (<= 5))", "true");
    check("range(\"[1..3)\") = [1..3)", "true");
}

#[test]
fn functions_are_values() {
    check("(function(a, b) a - b)(5, 3)", "2");
    check("(function(a: number, b) a)(b: 1, a: 2)", "2");
    check("(function(a: number) a)(\"x\")", "null");
    check("(function(a) a)(1, 2)", "null");
    check("{twice: function(x) x * 2, r: twice(4)}.r", "8");
    check("{k: 3, f: function(x) x * k}.f(2)", "6");
    check("sort([3, 1, 2], function(a, b) a > b)", "[3, 2, 1]");
    check("sort([\"b\", \"a\"])", "[\"a\", \"b\"]");
    check("sort([1, 2, 3], function(a, b) true)", "[3, 2, 1]");
    check("list replace([1, 2, 3], function(item, new) item > 1, 9)", "[1, 9, 9]");
    check("(function(f) f(-3))(abs)", "3");
    check("for x in [1, 2] return (function(y) x + y)(10)", "[11, 12]");
    check("(function(my value) my value + 1)(1)", "2");
    check("cart.total(1)", "null");
}

#[test]
fn types_can_be_asked() {
    check("1 instance of number", "true");
    check("null instance of Any", "false");
    check("[1, null] instance of list<number>", "true");
    check("[1, \"a\"] instance of list<number>", "false");
    check("{a: 1, b: 2} instance of context<a: number>", "true");
    check("{a: \"x\"} instance of context<a: number>", "false");
    check("now() instance of date and time", "true");
    check("@\"P1D\" instance of days and time duration", "true");
    check("[1..2] instance of range<number>", "true");
    check("(function(a) a) instance of function<number>->Any", "true");
    check("1 + 1 instance of number", "null");
}

#[test]
fn patterns_are_those_of_xpath() {
    check("matches(\"foobar\", \"^fo*b\")", "true");
    check("matches(\"FOO\", \"foo\", \"i\")", "true");
    check("matches(\"a\\nb\", \"a.b\")", "false");
    check("matches(\"a\\nb\", \"a.b\", \"s\")", "true");
    check("matches(\"a b\", \"a  b\", \"x\")", "false");
    check("matches(\"a.b\", \"a.b\", \"q\")", "true");
    check("matches(\"axb\", \"a.b\", \"q\")", "false");
    check("matches(\"e\", \"[a-z-[aeiou]]\")", "false");
    check("matches(\"aa\", \"(a)\\\\1\")", "null");
    check("matches(\"a\", \"[\")", "null");
    check("matches(\"a\", \"(?<=a)\")", "null");
    check("matches(\"a\", \"a\", \"z\")", "null");
    check("replace(\"abcd\", \"(b)(c)\", \"$2$1\")", "\"acbd\"");
    check("replace(\"abc\", \"b\", \"\\\\$\")", "\"a$c\"");
    check("replace(\"abc\", \"x*\", \"-\")", "null");
    check("replace(\"a.c\", \".\", \"$1\", \"q\")", "\"a$1c\"");
    check("split(\"a1b22c\", \"[0-9]+\")", "[\"a\", \"b\", \"c\"]");
}

#[test]
fn without_a_zone_times_stay_without_one() {
    let zone = TimeZone::unknown();
    let scope = scope();
    let env = Env { scope: &scope, now: Time::parse(NOW).expect("a fixed text"), zone: &zone };
    let check = |text: &str, expected: &str| {
        assert_eq!(to_text(&Expression::parse(text).unwrap().eval(&env)), expected, "{text}");
    };
    check("@\"2026-11-21T10:00:00\"", "2026-11-21T10:00:00");
    check("@\"2026-11-21T10:00:00\" + @\"PT1H\"", "2026-11-21T11:00:00");
    check("@\"2026-11-21T10:00:00\" < @\"2026-11-21T10:00:00Z\"", "null");
    check("@\"2026-11-21T10:00:00\" - @\"2026-11-21T10:00:00Z\"", "null");
    check("time(@\"2026-11-21T10:00:00\")", "10:00:00");
    check("@\"2026-11-21T10:00:00\".timezone", "null");
    check("now()", "2026-11-21T12:00:00Z");
}

#[test]
fn reasons_say_why_a_part_is_null() {
    let zone = TimeZone::UTC;
    let scope = scope();
    let env = Env { scope: &scope, now: Time(0), zone: &zone };
    let check = |text: &str, at: usize, words: &str| {
        let explained = Expression::parse(text).unwrap().explain(&env);
        let [reason] = &explained.reasons[..] else { panic!("{text}: {:?}", explained.reasons) };
        assert!(reason.message.contains(words) && reason.at == at, "{text}: {reason:?}");
    };
    check("cart.total > \"100\"", 11, "> has no answer for the number 2000 and the string \"100\"");
    check("cart.id + 1", 8, "+ has no answer");
    check("1 / 0", 2, "/ has no answer for the number 1 and the number 0");
    check("duration(\"soon\")", 0, "duration has no answer for the string \"soon\"");
    check("cart.total and true", 0, "the number 2000 is neither true nor false");
    check("if cart.items then 1 else 2", 3, "a list of 2 is neither");
    check("cart.total(1)", 10, "is no function");
    check("[3..1]", 0, ".. has no answer");
    let nothing = Expression::parse("missing.total > 5 or null + 1 = 2").unwrap().explain(&env);
    assert!(nothing.reasons.is_empty(), "{nothing:?}");
}

#[test]
fn functions_take_arguments_by_name_too() {
    check("substring(string: \"foobar\", start position: 4)", "\"bar\"");
    check("is(value1: 1)", "false");
    check("context put(context: {a: {b: 1}}, keys: [\"a\", \"b\"], value: 2)", "{a: {b: 2}}");
    check("get or else(null, 3)", "3");
    check("duplicate values([1, 2, 1, 1])", "[1]");
    check("substring(\"foobar\", -3, 2)", "\"ba\"");
    check("round half up(2.5, 0)", "3");
    check("floor(-1.5)", "-2");
    check("decimal(1.125, 2)", "1.12");
    check("modulo(-12, 5)", "3");
    check("number(\"1 000,5\", \" \", \",\")", "1000.5");
    check("string length(\"🐎ab\")", "3");
    check("\"\\uD83D\\uDC0E\" = \"🐎\"", "true");
    check("upper case(\"è\")", "\"È\"");
    check("contains(\"ritorno\", \"torn\")", "true");
    check("/* a */ 1 // b", "1");
}

/// The text is refused, at this character and with these words.
fn refuse(text: &str, at: usize, words: &str) {
    let error = Expression::parse(text).expect_err(text);
    assert!(error.message.contains(words), "{text}: {error}");
    assert_eq!(error.at, at, "{text}: {error}");
}

#[test]
fn what_is_not_understood_is_refused_with_its_place() {
    refuse("", 0, "empty");
    refuse("1 +", 3, "expected a value");
    refuse("cart.total >> 1", 12, "expected a value");
    refuse("fetch(\"x\")", 0, "no function fetch");
    refuse("1 + substring(\"a\")", 4, "substring(string, start position, [length])");
    refuse("foo bar", 4, "expected the end, found bar");
    refuse("\"open", 0, "never closed");
    refuse("a & b", 2, "write and");
    refuse("[1, 2", 5, "expected ]");
    refuse("@\"tomorrow\"", 0, "not a date");
    refuse("{a: 1, a: 2}", 7, "two entries a");
    refuse("function(x) external {java: {}}", 12, "other languages");
    refuse("function(x, x) x", 12, "two parameters x");
    refuse("1 instance of numbre", 14, "no type numbre");
    refuse("? > 1", 0, "cells of decision tables");
    refuse("if true then 1", 14, "expected else");
}

#[test]
fn hostile_texts_are_refused_or_null() {
    for (open, close) in [("(", ")"), ("[", "]"), ("-", ""), ("not(", ")"), ("1 in (", ")"), ("[1][", "]")] {
        let deep = format!("{}1{}", open.repeat(700), close.repeat(700));
        assert!(Expression::parse(&deep).is_err(), "{open}");
    }
    assert!(Expression::parse(&vec!["1"; 2_000].join("+")).is_err());
    assert!(Expression::parse(&"1".repeat(9_000)).is_err());
    check("for a in 1..1000, b in 1..1000 return a * b", "null");
    let doubled =
        (1..60).fold("[1]".to_string(), |inner, _| format!("(for s in [{inner}] return concatenate(s, s))[1]"));
    if let Ok(expression) = Expression::parse(&doubled) {
        let zone = TimeZone::UTC;
        let env = Env { scope: &scope(), now: Time(0), zone: &zone };
        assert_eq!(expression.eval(&env), Value::Null);
    }
}

#[test]
fn an_expression_says_what_it_reads() {
    let check = |text: &str, expected: &[&str]| {
        assert_eq!(Expression::parse(text).unwrap().names(), expected, "{text}");
    };
    check("cart.total >= threshold and cart.total < 5000", &["cart.total", "threshold"]);
    check("some i in cart.items satisfies i.qty > minimum", &["cart.items", "minimum"]);
    check("orders[total > 5][1].id", &["orders"]);
    check("{a: cart.total, b: a}.b", &["cart.total"]);
    check("now() - last > duration(\"P1D\")", &["last"]);

    let zone = TimeZone::UTC;
    let scope = scope();
    let env = Env { scope: &scope, now: Time(0), zone: &zone };
    let expression = Expression::parse("cart.total >= limit").unwrap();
    let expected = vec![("cart.total".to_string(), Value::from(2000)), ("limit".to_string(), Value::Null)];
    assert_eq!(expression.reads(&env), expected);
}

#[test]
fn json_numbers_keep_their_decimal_digits() {
    for text in ["1999.99", "2000", "-0.001", "12345678901234567", "1e3"] {
        let json: serde_json::Value = serde_json::from_str(text).unwrap();
        let back = feel::to_json(&from_json(&json));
        assert_eq!(from_json(&back), from_json(&json), "{text}");
    }
    assert_eq!(
        feel::to_json(&from_json(&serde_json::json!({"a": [1, "x", null]}))).to_string(),
        r#"{"a":[1,"x",null]}"#
    );
    assert_eq!(from_json(&serde_json::json!(1e60)), Value::Null);
}

#[test]
fn expressions_are_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Expression>();
    shared::<Value>();
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[ a-c0-9.,+*/()\\[\\]{}<>=\"@:`-]{0,40}") {
        if let Ok(expression) = Expression::parse(&text) {
            let zone = TimeZone::UTC;
            let scope = scope();
            expression.eval(&Env { scope: &scope, now: Time(0), zone: &zone });
        }
    }

    #[test]
    fn words_in_any_order_do_not_make_it_panic(words in proptest::collection::vec(proptest::sample::select(vec![
        "if", "then", "else", "for", "in", "return", "some", "satisfies", "between", "and", "or", "cart", "total", ".", "..",
        "(", ")", "[", "]", "1", "-1", "\"PT1H\"", "duration(", "sum(", "date(", "=", "<", "+", "-", "**", ",", "null", "true",
    ]), 0..14)) {
        if let Ok(expression) = Expression::parse(&words.join(" ")) {
            let zone = TimeZone::UTC;
            let scope = scope();
            expression.eval(&Env { scope: &scope, now: Time(0), zone: &zone });
        }
    }
}
