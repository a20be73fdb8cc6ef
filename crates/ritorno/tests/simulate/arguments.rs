//! What can be said wrongly: options, flow files, dates. The exit code is not 0 and the last line says why, or the result is whole.

use crate::rig::{Shop, TWO_BRANCH, at, cart, flow, message, run};
use serde_json::{Value, json};
use std::process::{Command, Output};

const READY: &str = "two-branch-follow-up";

fn last_line(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default().to_owned()
}

/// The run fails, says nothing on standard output, and the last line of the other has these words.
fn refused(arguments: &[&str], words: &str) {
    let output = run(&Shop::default().text(), arguments);
    let last = last_line(&output);
    assert!(!output.status.success() && output.stdout.is_empty(), "{arguments:?}");
    assert!(last.contains(words), "{arguments:?}: {last}");
}

#[test]
fn a_parameter_must_have_the_kind_of_the_flows_own() {
    let with = |set: &'static str| ["--flow", READY, "--set", set];
    refused(&with("threshold=many"), "the parameter threshold cannot be \"many\": a number is expected, 0 or more");
    for set in ["threshold=-1", "threshold=1,5", "threshold=", "threshold=true", "threshold=null"] {
        refused(&with(set), "the parameter threshold cannot be");
    }
    for set in ["wait_hours=-1", "recheck_hours=-0.5", "recheck_hours=two", "wait_hours=NaN"] {
        refused(&with(set), "a number is expected, 0 or more, such as");
    }
    refused(&with("wait_hours=0"), "wait_hours of the flow two_branch_follow_up is 0: hours above 0 are expected");
    refused(&with("treshold=5"), "no flow has this parameter; there are: wait_hours, threshold, recheck_hours");
    refused(&with("threshold"), "not NAME=VALUE");
    refused(&["--set", "threshold=5"], "no --flow");
    // Each flow takes those that are its own.
    let both = ["--flow", READY, "--flow", "three-step-recovery", "--set", "threshold=5;step2_hours=9", "--json"];
    assert!(run("", &both).status.success());
}

#[test]
fn flow_files_that_are_none_are_told() {
    refused(&["--flow", "nowhere.bpmn"], "the flow file nowhere.bpmn cannot be read: No such file");
    refused(&["--flow", "nowhere/two-branch-follow-up.bpmn"], "cannot be read");
    refused(&["--flow", "events.ndjson"], "events.ndjson: line 1: the file is not well-formed XML");
    refused(&["--flow", "."], "cannot be read: Is a directory");
    let folder = tempfile::tempdir().unwrap();
    let check = |xml: &str, words: &str| {
        let file = folder.path().join("mine.bpmn");
        std::fs::write(&file, xml).unwrap();
        refused(&["--flow", file.to_str().unwrap()], words);
    };
    check("", "mine.bpmn: ");
    check("no XML", "not well-formed XML");
    check("<x/>", "it starts with <x>");
    let good = std::fs::read_to_string(flow(TWO_BRANCH)).unwrap();
    check(&good[..good.len() / 2], "mine.bpmn: ");
    check(&good.replace("cart-agent", "no-such-template"), "no-such-template");
    let holes = good.replace("targetRef=\"send_email\"", "targetRef=\"nowhere\"");
    check(&holes, "problems; the first: ");
    for name in [READY, "two_branch_follow_up", TWO_BRANCH] {
        assert!(run("", &["--flow", name, "--json"]).status.success(), "{name}");
    }
}

#[test]
fn what_the_line_says_wrongly_stands_last() {
    refused(&["--bogus"], "unexpected argument '--bogus'");
    refused(&["--until"], "a value is required for '--until");
    for until in ["never", "+soon", "96h", "+-4d", "2026-02-30T00:00:00Z", ""] {
        refused(&["--until", until], "neither an instant");
    }
    let binary = |arguments: &[&str]| Command::new(env!("CARGO_BIN_EXE_ritorno")).args(arguments).output().unwrap();
    for (arguments, words) in [
        (&["simulate"][..], "required arguments were not provided: <EVENTS>"),
        (&["simulate", "no-such-file.ndjson"], "no-such-file.ndjson: No such file"),
        (&["simulate", "/"], "/: Is a directory"),
        (&["simulat"], "unrecognized subcommand 'simulat'"),
        (&[], "no command was given"),
    ] {
        let output = binary(arguments);
        assert!(!output.status.success() && output.stdout.is_empty(), "{arguments:?}");
        assert!(last_line(&output).contains(words), "{arguments:?}: {}", last_line(&output));
    }
    for arguments in [&["--help"][..], &["--version"], &["help", "simulate"], &["simulate", "--help"], &["serve", "-h"]]
    {
        let output = binary(arguments);
        assert!(output.status.success() && !output.stdout.is_empty() && output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn dates_beyond_belief_are_left_out_and_harm_nothing() {
    let shop = || Shop::two_branch().customer(0.0, "ada", json!({})).add(0.0, "ada", "c1", "10");
    let wild = |when: &str| {
        let added = json!({
            "type": "track", "userId": "wild", "event": "Product Added", "timestamp": when,
            "properties": { "cart_id": "w", "product_id": "p", "price": 1, "quantity": 1 },
        });
        let text = shop().text();
        let (first, second) = text.split_once('\n').unwrap();
        run(&format!("{added}\n{first}\n{added}\n{second}"), &["--json", "--until", "+96h", "--flow", READY])
    };
    for (when, is_told) in [
        ("0001-01-01T00:00:00Z", true),
        ("-009999-01-02T01:59:59Z", true),
        ("1969-12-31T23:59:59Z", true),
        ("2100-01-01T00:00:00Z", true),
        ("9999-12-30T00:00:00Z", true),
        ("9999-12-31T23:59:59Z", true),
        ("9999-12-31T23:59:59.999999+14:00", true),
        ("1970-01-01T00:00:00Z", false),
    ] {
        let output = wild(when);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{when}: {errors}");
        let all: Value = serde_json::from_slice(&output.stdout).unwrap();
        let names: Vec<_> = all["carts"].as_array().unwrap().iter().map(|cart| cart["id"].as_str().unwrap()).collect();
        assert_eq!(errors.contains(":1: timestamp") && errors.contains("1970 and 2099"), is_told, "{when}: {errors}");
        assert_eq!(names, if is_told { vec!["c1"] } else { vec!["c1", "w"] }, "{when}");
        let mails: Vec<_> = all["messages"].as_array().unwrap().iter().map(|mail| mail["time"].clone()).collect();
        assert_eq!(mails, [json!(at(24.0))], "{when}");
    }
}

#[test]
fn at_the_beginning_of_time_customers_exist() {
    let line = |event: Value| format!("{event}\n");
    let text = line(json!({
        "type": "identify", "userId": "ada", "timestamp": "1970-01-01T00:00:00Z",
        "traits": { "email": "ada@example.com", "consent": { "marketing": { "email": true } } },
    })) + &line(json!({
        "type": "track", "userId": "ada", "event": "Product Added", "timestamp": "1970-01-01T00:00:00Z",
        "properties": { "cart_id": "c1", "product_id": "p", "price": 1, "quantity": 1 },
    }));
    let output = run(&text, &["--json", "--until", "+96h", "--flow", READY]);
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(all["messages"][0]["time"], "1970-01-02T00:00:00Z");
}

#[test]
fn what_comes_after_the_end_has_not_happened() {
    let shop = || Shop::two_branch().customer(0.0, "ada", json!({})).add(0.0, "ada", "c1", "10");
    let ordered = || shop().order(30.0, "ada", "c1", 10.0);
    let result = ordered().until(&at(29.0)).simulate();
    assert_eq!(
        (result.messages(), result.carts()),
        (vec![message(24.0, "ada", "send_email")], vec![cart("c1", "abandoned")])
    );
    assert_eq!(ordered().until(&at(30.0)).simulate().carts(), [cart("c1", "recovered")]);
    let none = ordered().until("2020-01-01T00:00:00Z").simulate();
    assert!(none.all.as_object().unwrap().values().all(|list| list == &json!([])), "{}", none.all);
    let output = run(&ordered().text(), &["--json", "--until", &at(29.0)]);
    assert!(last_line(&output).contains("1 of 3 lines come after --until"), "{}", last_line(&output));
}

#[test]
fn very_many_bad_lines_are_counted() {
    let output = run(&"no\n".repeat(3_000), &["--json"]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && errors.lines().count() == 1_001, "{}", errors.lines().count());
    assert!(last_line(&output).contains("3000 of 3000 lines were left out"), "{}", last_line(&output));
}

#[test]
fn options_are_variables_and_keys_of_the_file() {
    let text = Shop::two_branch().customer(0.0, "ada", json!({})).add(0.0, "ada", "c1", "10").text();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("e.ndjson"), text).unwrap();
    let command = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ritorno"));
        command.args(["simulate", "e.ndjson"]).current_dir(folder.path());
        command
    };
    let mails = |mut command: Command| {
        let output = command.output().unwrap();
        let all: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", last_line(&output)));
        all["messages"].as_array().unwrap().len()
    };
    let mut by_variables = command();
    by_variables.envs([("RITORNO_FLOW", READY), ("RITORNO_JSON", "1"), ("RITORNO_UNTIL", "+96h")]);
    assert_eq!(mails(by_variables), 1);
    let file =
        "flow = [\"two-branch-follow-up\"]\njson = true\nuntil = \"+96h\"\nset = [\"wait_hours=2\", \"threshold=9\"]\n";
    std::fs::write(folder.path().join("ritorno.toml"), file).unwrap();
    assert_eq!(mails(command()), 1);
    let mut shorter = command();
    shorter.args(["--until", "+1h"]);
    assert_eq!(mails(shorter), 0);
    for (file, words) in [("jsn = true", "ritorno.toml: there is no option jsn"), ("json = ", "ritorno.toml, line 1")] {
        std::fs::write(folder.path().join("ritorno.toml"), file).unwrap();
        let output = command().output().unwrap();
        assert!(!output.status.success() && last_line(&output).contains(words), "{}", last_line(&output));
    }
}
