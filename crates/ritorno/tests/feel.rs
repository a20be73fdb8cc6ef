//! `ritorno feel` and `ritorno dmn`, run as anyone would run them.

use std::process::{Command, Stdio};
use testkit::TempDir;

/// Exit code is 0, standard output, standard error.
fn run(words: &[&str]) -> (bool, String, String) {
    let folder = TempDir::with_prefix("ritorno-feel-").expect("the temporary folder is writable");
    let mut command = Command::new(env!("CARGO_BIN_EXE_ritorno"));
    let output =
        command.args(words).current_dir(folder.path()).stdin(Stdio::null()).output().expect("the binary starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn an_expression_is_evaluated_with_the_context_and_the_clock_that_are_given() {
    let check = |words: &[&str], expected: &str| {
        let (well, found, said) = run(&[&["feel", "eval"], words].concat());
        assert!(well && found == expected, "{words:?}: {found} {said}");
    };
    check(&["0.1 + 0.2"], "0.3");
    check(&["=cart.total >= 100", "--context", r#"{"cart": {"total": 129.90}}"#], "true");
    check(&["now()", "--now", "2026-11-22T09:00:00+01:00"], "\"2026-11-22T08:00:00Z\"");
    check(&["today()", "--now", "2026-11-22T23:30:00Z", "--zone", "Europe/Rome"], "\"2026-11-23\"");
    check(&["{a: [1, null], b: \"x\"}"], r#"{"a":[1,null],"b":"x"}"#);
    check(&["missing.name"], "null");
}

#[test]
fn what_cannot_be_evaluated_says_why() {
    let check = |words: &[&str], well: bool, words_said: &str| {
        let (ended_well, found, said) = run(&[&["feel", "eval"], words].concat());
        let last = said.lines().last().unwrap_or_default();
        assert!(ended_well == well && last.contains(words_said), "{words:?}: {found} {said}");
    };
    check(&["1 + \"a\""], true, "at character 3: + has no answer for the number 1 and the string \"a\"");
    check(&["1 +"], false, "expected a value, found the end (at character 4)");
    check(&["for a in 1..1000, b in 1..1000 return a"], false, "more than 200,000 steps");
    check(&["1", "--context", "[1]"], false, "--context is no JSON object");
    check(&["1", "--now", "tomorrow"], false, "--now \"tomorrow\" is no time");
    check(&["1", "--zone", "Europe/Roma"], false, "--zone \"Europe/Roma\" is no time zone");
}

#[test]
fn cases_and_models_are_counted_by_group() {
    let folder = TempDir::with_prefix("ritorno-feel-").expect("the temporary folder is writable");
    let write = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).expect("the temporary folder is writable");
        file.to_str().expect("a plain path").to_owned()
    };
    let cases = write(
        "cases.ndjson",
        "{\"group\": \"sums\", \"case\": \"1\", \"expr\": \"0.1 + 0.2\", \"expected\": {\"decimal\": \"0.3\"}}\n\
         {\"group\": \"sums\", \"case\": \"2\", \"expr\": \"1 + 1\", \"expected\": {\"decimal\": \"3\"}}\n\
         {\"group\": \"other\", \"case\": \"3\", \"expr\": \"nothing(\", \"expected\": null, \"error\": true}\n\
         {\"group\": \"other\", \"case\": \"4\", \"expr\": \"function(x) external {java: {}}\", \"expected\": null}\n",
    );
    let (well, found, said) = run(&["feel", "test", &cases, "--json"]);
    assert!(!well && said.contains("1 of 3 cases fail"), "{said}");
    let json: serde_json::Value = serde_json::from_str(&found).expect("the output is JSON");
    let expected = serde_json::json!({"passed": 2, "failed": 1, "skipped": 1, "groups": {
        "sums": {"passed": 1, "failed": 1, "skipped": 0}, "other": {"passed": 1, "failed": 0, "skipped": 1}}});
    assert_eq!(json, expected);

    let broken = write("broken.ndjson", "{\"group\": 1}\n");
    let (well, _, said) = run(&["feel", "test", &broken]);
    assert!(!well && said.contains("line 1: there is no text \"group\""), "{said}");

    let model = write(
        "discount.dmn",
        r##"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="M">
              <inputData id="c" name="Cart total"/>
              <decision id="d" name="Discount">
                <informationRequirement><requiredInput href="#c"/></informationRequirement>
                <decisionTable hitPolicy="FIRST">
                  <input><inputExpression><text>Cart total</text></inputExpression></input><output/>
                  <rule><inputEntry><text>&gt; 100</text></inputEntry><outputEntry><text>10</text></outputEntry></rule>
                  <rule><inputEntry><text>-</text></inputEntry><outputEntry><text>0</text></outputEntry></rule>
                </decisionTable>
              </decision>
            </definitions>"##,
    );
    let value = |number: &str| format!(r#"<value xsi:type="xsd:decimal">{number}</value>"#);
    let case = |total: &str, discount: &str| {
        format!(
            r#"<testCase><inputNode name="Cart total">{}</inputNode>
               <resultNode name="Discount"><expected>{}</expected></resultNode></testCase>"#,
            value(total),
            value(discount)
        )
    };
    let tests = write(
        "discount-test.xml",
        &format!(
            r#"<testCases xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{}{}</testCases>"#,
            case("150", "10"),
            case("50", "0")
        ),
    );
    let (well, found, said) = run(&["dmn", "test", &model, &tests, "--json"]);
    let json: serde_json::Value = serde_json::from_str(&found).expect("the output is JSON");
    assert!(well && json["passed"] == 2 && json["groups"]["discount"]["failed"] == 0, "{found} {said}");
    let (well, _, said) = run(&["dmn", "test", &tests, &model]);
    assert!(!well && said.contains("not definitions of DMN"), "{said}");
}
