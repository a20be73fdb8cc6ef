#![expect(clippy::unwrap_used, reason = "a test that cannot read its files has nothing to say")]
//! Decision models: the compatibility kit's tables, and each hit policy.

use base::Time;
use feel::{Env, Limit, Value, cases::Report, dmn::Model, from_json, to_text};
use jiff::tz::TimeZone;
use std::{collections::BTreeMap, path::Path};

/// Every result of the kit's models that lie in the shared data.
const PASSING_MIN: usize = 73;

fn env(scope: &BTreeMap<String, Value>, see: impl FnOnce(&Env)) {
    let zone = TimeZone::unknown();
    see(&Env { scope, now: Time::parse("2026-11-21T12:00:00Z").unwrap(), zone: &zone });
}

fn files(folder: &Path, extension: &str) -> Vec<String> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let wanted = files.into_iter().filter(|file| file.extension().is_some_and(|found| found == extension));
    wanted.map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

#[test]
fn the_compatibility_kit_s_tables_decide_as_expected() {
    let Some(folder) = testkit::shared_data("dmn-tables") else { return };
    let mut report = Report::default();
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let group = entry.file_name().unwrap().to_string_lossy().into_owned();
        let model = Model::read(&files(&entry, "dmn")[0]).unwrap();
        for problem in model.problems() {
            eprintln!("{group}: {problem}");
        }
        for tests in files(&entry, "xml") {
            env(&BTreeMap::new(), |env| feel::dmn::testing::run(&model, &tests, env, &group, &mut report).unwrap());
        }
    }
    for failure in &report.failures {
        eprintln!("{} {}: {}", failure.group, failure.case, failure.said);
    }
    let total = report.total();
    eprintln!("{} passed, {} failed, {} skipped", total.passed, total.failed, total.skipped);
    assert!(total.passed >= PASSING_MIN && total.failed == 0, "{total:?}");
}

/// A model of one decision table on `a` and `b`, with rows of input and output cells.
fn table(policy: &str, outputs: &str, rows: &[(&str, &str, &[&str])]) -> String {
    let text = |text: &str| format!("<text>{}</text>", text.replace('<', "&lt;"));
    let rule = |(a, b, results): &(&str, &str, &[&str])| {
        let results: String = results.iter().map(|cell| format!("<outputEntry>{}</outputEntry>", text(cell))).collect();
        let tests = [a, b].map(|cell| format!("<inputEntry>{}</inputEntry>", text(cell))).concat();
        format!("<rule>{tests}{results}</rule>")
    };
    let rules: String = rows.iter().map(rule).collect();
    model(&format!(
        r##"<inputData id="a" name="a"><variable name="a" typeRef="number"/></inputData>
           <inputData id="b" name="b"/>
           <decision id="d" name="D">
             <informationRequirement><requiredInput href="#a"/></informationRequirement>
             <informationRequirement><requiredInput href="#b"/></informationRequirement>
             <decisionTable id="t" hitPolicy="{policy}">
               <input><inputExpression typeRef="number"><text>a</text></inputExpression></input>
               <input><inputExpression><text>b</text></inputExpression></input>
               {outputs}{rules}
             </decisionTable>
           </decision>"##
    ))
}

fn model(inside: &str) -> String {
    format!(
        r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="M">{inside}</definitions>"#
    )
}

/// What the decision D is with these inputs, and the reasons.
fn decide(xml: &str, inputs: serde_json::Value) -> (String, String) {
    let model = Model::read(xml).unwrap();
    assert_eq!(model.problems(), [], "{xml}");
    let Value::Context(scope) = from_json(&inputs) else { panic!("inputs are an object") };
    let (mut found, mut why) = (String::new(), String::new());
    env(&scope, |env| {
        let decided = model.decide("D", env).unwrap();
        found = to_text(&decided.value);
        why = decided.reasons.iter().map(|reason| reason.message.clone()).collect::<Vec<_>>().join("; ");
    });
    (found, why)
}

const ONE: &str = r#"<output name="x"/>"#;
const LISTED: &str = r#"<output name="x"><outputValues><text>"high", "mid", "low"</text></outputValues></output>"#;

#[test]
fn each_hit_policy_has_its_meaning() {
    let rows: &[(&str, &str, &[&str])] = &[
        ("> 1", "-", &["\"low\""]),
        ("> 2", "true", &["\"high\""]),
        ("> 2", "not(false)", &["\"mid\""]),
        ("< 0", "", &["\"low\""]),
    ];
    let check = |policy: &str, a: i64, expected: &str| {
        let (found, why) = decide(&table(policy, LISTED, rows), serde_json::json!({"a": a, "b": true}));
        assert_eq!(found, expected, "{policy} {a}: {why}");
    };
    check("UNIQUE", 2, "low");
    check("UNIQUE", 3, "null");
    check("ANY", 2, "low");
    check("ANY", 3, "null");
    check("FIRST", 3, "low");
    check("PRIORITY", 3, "high");
    check("RULE ORDER", 3, "[\"low\", \"high\", \"mid\"]");
    check("OUTPUT ORDER", 3, "[\"high\", \"mid\", \"low\"]");
    check("COLLECT", 3, "[\"low\", \"high\", \"mid\"]");
    check("COLLECT\" aggregation=\"COUNT", 3, "3");
    check("COLLECT\" aggregation=\"MIN", 3, "high");
    check("COLLECT\" aggregation=\"MAX", 3, "mid");
    check("COLLECT\" aggregation=\"SUM", 3, "null");
    check("FIRST", 1, "null");

    let numbers: &[(&str, &str, &[&str])] = &[("> 1", "-", &["a * 2", "1"]), ("> 2", "-", &["10.5", "2"])];
    let two = r#"<output name="x"/><output name="y z"/>"#;
    let (found, _) = decide(&table("COLLECT\" aggregation=\"SUM", two, numbers), serde_json::json!({"a": 3}));
    assert_eq!(found, "{x: 16.5, y z: 3}");
    let (found, _) = decide(
        &table("COLLECT\" aggregation=\"SUM", ONE, &[("-", "-", &["0.1"]), ("-", "-", &["0.2"])]),
        serde_json::json!({}),
    );
    assert_eq!(found, "0.3");
}

#[test]
fn the_reasons_name_rules_and_values() {
    let check = |policy: &str, outputs: &str, rows: &[(&str, &str, &[&str])], inputs, expected: &str, words: &str| {
        let (found, why) = decide(&table(policy, outputs, rows), inputs);
        assert!(found == expected && why.contains(words), "{policy}: {found}, {why}");
    };
    let twice: &[(&str, &str, &[&str])] = &[("> 1", "-", &["1"]), ("> 2", "-", &["2"])];
    check("UNIQUE", ONE, twice, serde_json::json!({"a": 3}), "null", "the rules 1, 2 match, but only one may");
    check("ANY", ONE, twice, serde_json::json!({"a": 3}), "null", "the rules 1, 2 match, but do not say the same");
    check("UNIQUE", ONE, twice, serde_json::json!({"a": 0}), "null", "no rule matches");
    check("UNIQUE", ONE, twice, serde_json::json!({"a": "3"}), "null", "the input a is string, not number");
    let default = r#"<output name="x"><defaultOutputEntry><text>7</text></defaultOutputEntry></output>"#;
    check("UNIQUE", default, twice, serde_json::json!({"a": 0}), "7", "");
    let typed = r#"<output name="x" typeRef="string"/>"#;
    check("UNIQUE", typed, twice, serde_json::json!({"a": 2}), "null", "the output x is number, not string");
}

#[test]
fn a_cell_may_ask_about_the_value_itself() {
    let check = |cell: &str, b: serde_json::Value, expected: &str| {
        let xml = table("FIRST", ONE, &[("-", cell, &["true"]), ("-", "-", &["false"])]);
        assert_eq!(decide(&xml, serde_json::json!({"a": 1, "b": b})).0, expected, "{cell}");
    };
    check("starts with(?, \"IT\")", "IT-1".into(), "true");
    check("starts with(?, \"IT\")", "DE-1".into(), "false");
    check("? > a and ? < 10", 5.into(), "true");
    check("not(contains(?, \"x\"))", "abc".into(), "true");
    check("\"a\", \"b\"", "b".into(), "true");
    check("not(\"a\", \"b\")", "b".into(), "false");
    check("[1..3), > 5", 3.into(), "false");
    check("[1..3), > 5", 6.into(), "true");
    check("null", serde_json::Value::Null, "true");
    check("[\"a\", \"b\"]", "a".into(), "true");
    check("a", 1.into(), "true");
    check("a > 0", "any".into(), "true");
    check("a > 1", "any".into(), "false");
    check("a > 1", false.into(), "true");
}

#[test]
fn every_boxed_form_is_evaluated() {
    let literal = |text: &str| format!("<literalExpression><text>{text}</text></literalExpression>");
    let check = |inside: &str, expected: &str| {
        let xml = model(&format!(r#"<decision id="d" name="D">{inside}</decision>"#));
        let (found, why) = decide(&xml, serde_json::json!({"n": 4}));
        assert_eq!(found, expected, "{inside}: {why}");
    };
    let part = |name: &str, text: &str| format!("<{name}>{}</{name}>", literal(text));
    check(&literal("n * 2"), "8");
    check(&format!("<list>{}{}</list>", literal("1"), literal("n")), "[1, 4]");
    check(
        &format!(
            r#"<relation><column name="a b"/><column name="c"/><row>{}{}</row></relation>"#,
            literal("1"),
            literal("n")
        ),
        "[{a b: 1, c: 4}]",
    );
    let entry =
        |name: &str, text: &str| format!(r#"<contextEntry><variable name="{name}"/>{}</contextEntry>"#, literal(text));
    check(&format!("<context>{}{}</context>", entry("x y", "n"), entry("z", "x y + 1")), "{x y: 4, z: 5}");
    check(&format!("<context>{}<contextEntry>{}</contextEntry></context>", entry("x", "n"), literal("x + 1")), "5");
    check(
        &format!("<conditional>{}{}{}</conditional>", part("if", "n > 3"), part("then", "1"), part("else", "2")),
        "1",
    );
    check(&format!("<filter>{}{}</filter>", part("in", "[1, 5, 9]"), part("match", "item > n")), "[5, 9]");
    check(
        &format!(r#"<for iteratorVariable="an i">{}{}</for>"#, part("in", "[1..3]"), part("return", "an i * n")),
        "[4, 8, 12]",
    );
    check(
        &format!(r#"<some iteratorVariable="i">{}{}</some>"#, part("in", "[1, 5]"), part("satisfies", "i > n")),
        "true",
    );
    check(
        &format!(r#"<every iteratorVariable="i">{}{}</every>"#, part("in", "[1, 5]"), part("satisfies", "i > n")),
        "false",
    );
    let function =
        format!(r#"<functionDefinition><formalParameter name="p"/>{}</functionDefinition>"#, literal("p + n"));
    check(
        &format!(
            r#"<context><contextEntry><variable name="f"/>{function}</contextEntry><contextEntry>{}</contextEntry></context>"#,
            literal("f(p: 2) + f(1)")
        ),
        "11",
    );
    check(
        &format!(
            r#"<invocation>{}<binding><parameter name="q"/>{}</binding></invocation>"#,
            literal("function(q) q * q"),
            literal("n")
        ),
        "16",
    );
}

#[test]
fn decisions_see_what_they_require() {
    let literal = |text: &str| format!("<literalExpression><text>{text}</text></literalExpression>");
    let xml = model(&format!(
        r##"<itemDefinition name="tCart"><itemComponent name="Net total"><typeRef>number</typeRef></itemComponent></itemDefinition>
            <inputData id="i" name="The  cart"><variable name="The cart" typeRef="tCart"/></inputData>
            <businessKnowledgeModel id="k" name="With tax">
              <encapsulatedLogic><formalParameter name="amount" typeRef="number"/>{}</encapsulatedLogic>
            </businessKnowledgeModel>
            <decision id="g" name="Gross total"><variable name="Gross total" typeRef="number"/>
              <informationRequirement><requiredInput href="#i"/></informationRequirement>
              <knowledgeRequirement><requiredKnowledge href="#k"/></knowledgeRequirement>{}</decision>
            <decision id="d" name="D">
              <informationRequirement><requiredDecision href="#g"/></informationRequirement>{}</decision>"##,
        literal("amount * 1.22"),
        literal("With tax(The cart.Net total)"),
        literal("Gross total - 2 instance of number and Gross total > 100")
    ));
    assert_eq!(decide(&xml, serde_json::json!({"The cart": {"Net total": 100}})).0, "null");
    let xml = xml.replace("Gross total - 2 instance of number and ", "");
    assert_eq!(decide(&xml, serde_json::json!({"The cart": {"Net total": 100}})).0, "true");
}

#[test]
fn a_model_is_shared_between_threads_and_may_be_old() {
    fn shared<T: Send + Sync>() {}
    shared::<Model>();
    let old = table("FIRST", ONE, &[("< 5", "-", &["1"])])
        .replace("https://www.omg.org/spec/DMN/20191111/MODEL/", "http://www.omg.org/spec/DMN/20151101/dmn.xsd")
        .replace("typeRef=\"number\"", "typeRef=\"feel:number\"");
    assert_eq!(decide(&old, serde_json::json!({"a": 4})).0, "1");
}

#[test]
fn an_input_may_be_called_like_a_function() {
    let xml = model(
        r##"<inputData id="i" name="date"/>
            <decision id="d" name="D"><informationRequirement><requiredInput href="#i"/></informationRequirement>
              <literalExpression><text>date("2026-01-01") &lt; date(date)</text></literalExpression></decision>"##,
    );
    assert_eq!(decide(&xml, serde_json::json!({"date": "2026-02-01"})).0, "true");
}

#[test]
fn what_is_wrong_in_a_model_is_listed_with_its_line() {
    let check = |inside: &str, unsupported: bool, words: &str| {
        let model = Model::read(&model(inside)).unwrap();
        let said: Vec<String> = model.problems().iter().map(ToString::to_string).collect();
        let found = model
            .problems()
            .iter()
            .any(|problem| problem.unsupported == unsupported && problem.message.contains(words));
        assert!(found, "{inside}: {said:?}");
    };
    let decision = |inside: &str| format!(r#"<decision id="d" name="D">{inside}</decision>"#);
    check(&decision("<literalExpression><text>1 +</text></literalExpression>"), false, "expected a value");
    check(&decision("<decisionTable hitPolicy=\"BEST\"/>"), false, "no hit policy BEST");
    check(&decision("<decisionTable/>"), false, "no output");
    check(
        &decision(r##"<informationRequirement><requiredDecision href="#d"/></informationRequirement>"##),
        false,
        "back to itself",
    );
    check(
        &decision(r##"<informationRequirement><requiredInput href="#x"/></informationRequirement>"##),
        false,
        "requires x",
    );
    check(&decision(r#"<variable name="D" typeRef="tNone"/>"#), false, "no type tNone");
    check(r#"<import namespace="x" name="y"/>"#, true, "not imported");
    check(r#"<decisionService id="s" name="S"/>"#, true, "decision services");
    check(
        r#"<businessKnowledgeModel id="k" name="K"><encapsulatedLogic kind="Java"/></businessKnowledgeModel>"#,
        true,
        "functions in Java",
    );
    check(&format!("{0}{0}", decision("")), false, "two decisions");
}

#[test]
fn hostile_files_are_refused() {
    let check = |xml: &str, words: &str| {
        let problem = Model::read(xml).unwrap_err();
        assert!(problem.message.contains(words), "{problem}");
    };
    check("", "root");
    check("<a/>", "not definitions");
    check("<definitions", "");
    check("<!DOCTYPE d [<!ENTITY a \"b\">]><definitions>&a;</definitions>", "DTD");
    check(&model(&format!("{}{}", "<a>".repeat(70), "</a>".repeat(70))), "nested deeper");
    check(&model(&"<a>".repeat(200_000)), "");
    check(&" ".repeat(5 << 20), "larger than 4 MiB");
    let mut many = String::new();
    for _ in 0..200_001 {
        many.push_str("<a/>");
    }
    check(&model(&many), "");
    // Types that contain themselves, and functions that call themselves, end.
    let own =
        r#"<itemDefinition name="t"><itemComponent name="x"><typeRef>t</typeRef></itemComponent></itemDefinition>"#;
    Model::read(&model(own)).unwrap();
    let again = r#"<decision id="d" name="D"><literalExpression><text>(function(f) f(f))(function(f) f(f))</text></literalExpression></decision>"#;
    let model = Model::read(&model(again)).unwrap();
    env(&BTreeMap::new(), |env| assert_eq!(model.decide("D", env).unwrap().limit, Some(Limit::Depth)));
}
