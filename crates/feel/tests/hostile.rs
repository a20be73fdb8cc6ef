//! Texts and files that nobody would write: whatever comes, an answer, soon, and never a panic.

use base::Time;
use feel::{Env, Expression, Type, UnaryTests, Vocabulary, dmn::Model, from_json};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Pieces that mean something, so that their random order goes deep into the parser.
const PIECES: [&str; 78] = [
    "if ",
    "then ",
    "else ",
    "for ",
    "in ",
    "return ",
    "some ",
    "every ",
    "satisfies ",
    "between ",
    "and ",
    "or ",
    "function",
    "instance of ",
    "not",
    "cart",
    ".total",
    ".items",
    "x",
    "item",
    "partial",
    "..",
    ".",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<",
    "<=",
    ">",
    "=",
    "!=",
    "+",
    "-",
    "*",
    "/",
    "**",
    ",",
    ":",
    "?",
    "@",
    "\"",
    "`",
    "\\",
    "1",
    "0",
    "-1",
    "2.5",
    "1e9",
    "99999999999999999999",
    "null",
    "true",
    "false",
    "\"PT1H\"",
    "\"a\"",
    "@\"2026-03-29T02:30:00@Europe/Rome\"",
    "duration(\"P1M\")",
    "date(\"2026-01-31\")",
    "now()",
    "sum(",
    "sort(",
    "count(",
    "string(",
    "matches(",
    "replace(",
    "split(",
    "sublist(",
    "range(",
    "concatenate(",
    "list<number>",
    "date and time",
    "//",
    "/*",
    "*/",
    "🐎",
    " ",
];

fn look_at(text: &str) {
    let scope = match from_json(&serde_json::json!({"cart": {"total": 10, "items": [1, "a", null]}, "x": [3, 1, 2]})) {
        feel::Value::Context(entries) => entries,
        _ => BTreeMap::new(),
    };
    let zone = TimeZone::UTC;
    let env = Env { scope: &scope, now: Time(0), zone: &zone };
    if let Ok(expression) = Expression::parse(text) {
        let explained = expression.explain(&env);
        feel::to_json(&explained.value);
        feel::to_text(&explained.value);
        expression.check(&BTreeMap::from([("cart".into(), Type::Any), ("x".into(), Type::list(Type::Number))]));
        let _ = expression.to_sql(&BTreeMap::new(), &env, 1);
    }
    let mut vocabulary = Vocabulary::default();
    vocabulary.name("cart total");
    if let Ok(tests) = UnaryTests::parse(text, &vocabulary) {
        let _ = tests.try_eval(&feel::Value::from(1), &env);
    }
}

const MODEL: &str = r##"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="M">
  <itemDefinition name="tRate" isCollection="true"><typeRef>number</typeRef><allowedValues><text>[0..1]</text></allowedValues></itemDefinition>
  <inputData id="a" name="Base amount"><variable name="Base amount" typeRef="number"/></inputData>
  <businessKnowledgeModel id="k" name="Twice"><encapsulatedLogic><formalParameter name="p"/>
    <literalExpression><text>p * 2</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>
  <decision id="d" name="D"><variable name="D" typeRef="string"/>
    <informationRequirement><requiredInput href="#a"/></informationRequirement>
    <knowledgeRequirement><requiredKnowledge href="#k"/></knowledgeRequirement>
    <decisionTable hitPolicy="COLLECT" aggregation="MAX">
      <input><inputExpression typeRef="number"><text>Twice(Base amount)</text></inputExpression><inputValues><text>&lt; 100</text></inputValues></input>
      <output name="x"><outputValues><text>"a", "b"</text></outputValues></output>
      <rule><inputEntry><text>[1..5), &gt; 7</text></inputEntry><outputEntry><text>"a" + "b"</text></outputEntry></rule>
      <rule><inputEntry><text>not(3)</text></inputEntry><outputEntry><text>string(Base amount)</text></outputEntry></rule>
    </decisionTable>
  </decision>
  <decision id="e" name="E"><context><contextEntry><variable name="c d"/><relation><column name="x"/><row><list/></row></relation></contextEntry></context></decision>
</definitions>"##;

fn decide(xml: &str) {
    let Ok(model) = Model::read(xml) else { return };
    let scope = BTreeMap::from([("Base amount".to_string(), feel::Value::from(4))]);
    let zone = TimeZone::UTC;
    let env = Env { scope: &scope, now: Time(0), zone: &zone };
    for (id, _) in model.decisions() {
        drop(model.decide(id, &env).expect("the model has this decision"));
    }
}

#[test]
fn the_model_that_is_mutated_decides() {
    let model = Model::read(MODEL).unwrap();
    assert_eq!(model.problems(), []);
    decide(MODEL);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_in_any_order_get_an_answer(pieces in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..24)) {
        look_at(&pieces.concat());
    }

    #[test]
    fn any_characters_get_an_answer(text in "\\PC{0,60}") {
        look_at(&text);
    }
}

/// Expressions that use all of the language, to be mutated.
const SEEDS: [&str; 10] = [
    "sum(for i in cart.items return if i = 1 then i * 2 else partial[-1]) >= 10 and not(cart.total in [1..3))",
    "some a in x, b in 1..3 satisfies a between b and 7 or every c in x satisfies c instance of list<number>",
    "{a b: 1, f: function(p: number, q) p ** q, r: f(q: 2, p: a b)}.r",
    "date and time(\"2026-03-29T02:30:00@Europe/Rome\") + duration(\"P1M\") - @\"PT36H\" < now()",
    "replace(\"abracadabra\", \"a(.)|(b+?)[^c-x-[d]]{2,3}\", \"$1\\\\$\", \"ix\")",
    "sort(x, function(a, b) a > b)[item > 1][1]",
    "string join(split(\"a;b\", \";\"), substring(\"-,\", -2, 1))",
    "context put({a: {b: 1}}, [\"a\", \"b\"], decimal(1 / 3, 2)).a.b",
    "overlaps([1..5], (3..9]) and range(\"[1..3]\") = [1..3] and (< 5) != (>= 2)",
    "-2.5e-3 ** 2 / .5 - cart.`total` * 1 // comment\n/* another */ + 0",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_bytes_get_an_answer(
        seed in proptest::sample::select(&SEEDS[..]),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3u8), 1..6),
    ) {
        look_at(&mutated(seed, &changes));
    }

    #[test]
    fn changed_models_get_an_answer(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3u8), 1..6),
    ) {
        decide(&mutated(MODEL, &changes));
    }
}

/// Bytes changed, left out or doubled.
fn mutated(text: &str, changes: &[(prop::sample::Index, u8, u8)]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for (place, byte, kind) in changes {
        if bytes.is_empty() {
            break;
        }
        let at = place.index(bytes.len());
        match kind {
            0 => bytes[at] = *byte,
            1 => drop(bytes.remove(at)),
            _ => {
                let end = (at + usize::from(*byte) % 24).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn what_would_take_forever_ends_with_its_reason() {
    let check = |text: &str, words: &str| {
        let scope = BTreeMap::new();
        let zone = TimeZone::UTC;
        let env = Env { scope: &scope, now: Time(0), zone: &zone };
        let explained = Expression::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).explain(&env);
        let said = explained.limit.map(|limit| limit.to_string()).unwrap_or_default();
        assert!(
            explained.value.is_null() && said.contains(words),
            "{text}: {said:?}, {}",
            feel::to_text(&explained.value)
        );
    };
    check("for a in 1..1000, b in 1..1000 return 1", "200,000 steps");
    check("count(for a in 1..1000000000 return 1)", "200,000 steps");
    check("(function(f) f(f))(function(f) f(f))", "too deeply");
    check("(function(f) [f(f), f(f)])(function(f) [f(f), f(f)])", "too deeply");
    check("for i in 1..10000 return [partial]", "200,000 steps");
    check("for i in 1..10000 return concatenate(partial, partial)", "200,000 steps");
    check("sort(for i in 1..100000 return -i)", "200,000 steps");
    check("for i in 1..40 return distinct values(for x in 1..1900 return x)", "200,000 steps");
    check("for i in 1..40 return duplicate values(for x in 1..1900 return x)", "200,000 steps");
    check("some a in 1..1000 satisfies (some b in 1..1000 satisfies false)", "200,000 steps");
}

#[test]
fn texts_grow_only_so_far() {
    let check = |text: &str| {
        let scope = BTreeMap::new();
        let zone = TimeZone::UTC;
        let env = Env { scope: &scope, now: Time(0), zone: &zone };
        let value = Expression::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).eval(&env);
        assert!(feel::to_text(&value).len() < 4 << 20, "{text}");
    };
    let long = "x".repeat(4_000);
    check(&format!(
        "replace(replace(\"{long}\", \"x\", \"{}\"), \"x\", \"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\")",
        "x".repeat(2_000)
    ));
    check(&format!("string join(for i in 1..10000 return \"a\", \"{long}\")"));
    check("(for i in 1..60 return if i = 1 then \"0123456789\" else partial[-1] + partial[-1])[-1]");
    check("99999999999999999999 ** 99999999");
    check("exp(99999999999)");
}
