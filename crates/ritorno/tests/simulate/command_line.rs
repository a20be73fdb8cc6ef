//! The command's own promises: keys, formats, bad lines, exit codes.

use crate::rig::{Shop, TWO_BRANCH, at, cart, flow, message, run};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

fn session() -> Shop {
    Shop::two_branch()
        .customer(0.0, "ada", json!({}))
        .add(0.0, "ada", "c1", "100")
        .customer(0.0, "bruno", json!({}))
        .add(1.0, "bruno", "c2", "2480")
        .order(30.0, "ada", "c1", 100.0)
}

#[test]
fn the_object_has_exactly_these_keys_and_forms() {
    let result = session().simulate();
    assert_eq!(
        keys(&result.all),
        BTreeSet::from(["messages", "agent_notices", "journeys", "carts", "deals", "revenue"])
    );
    let first = |name: &str| &result.list(name)[0];
    let message_keys =
        ["time", "customer", "cart", "flow", "step", "channel", "template", "to", "from", "reply_to", "subject"];
    assert_eq!(keys(first("messages")), BTreeSet::from(message_keys));
    assert_eq!(keys(first("agent_notices")), BTreeSet::from(["time", "agent", "customer", "cart", "reason"]));
    let cart_keys = ["id", "customer", "state", "total_minor", "currency", "abandoned_at", "recovered_at", "order"];
    assert_eq!(keys(first("carts")), BTreeSet::from(cart_keys));
    let revenue_keys = ["currency", "linear_minor", "last_interaction_minor", "agent_closed_minor", "orders"];
    assert_eq!(keys(first("revenue")), BTreeSet::from(revenue_keys));
    assert!(keys(first("journeys")).is_superset(&BTreeSet::from(["flow", "customer", "cart", "path", "reasons"])));
    assert_eq!(
        *first("messages"),
        json!({
            "time": at(24.0), "customer": "ada", "cart": "c1", "flow": "two_branch_follow_up", "step": "send_email", "channel": "email",
            "template": "cart-agent", "to": "ada@example.com", "from": "marco@example.com", "reply_to": "marco@example.com",
            "subject": "Hai lasciato qualcosa nel carrello degli acquisti",
        })
    );
    assert_eq!(
        *first("carts"),
        json!({
            "id": "c1", "customer": "ada", "state": "recovered", "total_minor": 10_000, "currency": "EUR",
            "abandoned_at": at(24.0), "recovered_at": at(30.0), "order": "o-c1",
        })
    );
    assert_eq!(result.list("agent_notices").len(), 1, "one notice is one entry, however it is delivered");
    assert_eq!(
        *first("agent_notices"),
        json!({ "time": at(25.0), "agent": "marco@example.com", "customer": "bruno", "cart": "c2", "reason": "high_value_cart" })
    );
    for entry in result.list("messages") {
        assert!(entry["time"].as_str().is_some_and(|time| time.ends_with('Z')));
    }
}

#[test]
fn until_ends_the_simulation() {
    let mails = |until: &str| session().until(until).simulate().messages().len();
    // The last event is at 30 hours; the mails at 24 and 73.
    assert_eq!(
        [mails("+42h"), mails("+43h"), mails("+96h"), mails("+4d"), mails("+PT96H"), mails("+P4D")],
        [1, 2, 2, 2, 2, 2]
    );
    assert_eq!([mails(&at(72.9)), mails(&at(73.0))], [1, 2]);
    let none = run(&session().text(), &["--json", "--flow", flow(TWO_BRANCH).to_str().unwrap()]);
    let none: Value = serde_json::from_slice(&none.stdout).unwrap();
    assert_eq!(none["messages"].as_array().unwrap().len(), 1);
}

#[test]
fn without_flows_the_workspaces_own_day_says_what_is_abandoned() {
    let output = run(&session().text(), &["--json", "--until", "+96h"]);
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    let states: Vec<_> = all["carts"].as_array().unwrap().iter().map(|cart| cart["state"].as_str().unwrap()).collect();
    assert_eq!((states, all["messages"].as_array().unwrap().len()), (vec!["recovered", "abandoned"], 0));
    assert_eq!(all["deals"].as_array().unwrap().len(), 2);
}

#[test]
fn a_line_that_comes_twice_counts_once() {
    let text = session().text();
    let doubled: String = text.lines().map(|line| format!("{line}\n{line}\n")).collect();
    let arguments = ["--json", "--until", "+96h", "--flow", flow(TWO_BRANCH).to_str().unwrap()].map(str::to_owned);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    assert_eq!(run(&doubled, &arguments).stdout, run(&text, &arguments).stdout);
    // The same id at another time is another event, and so are two alike without an id at different times.
    let twice = |a: Value, b: Value| {
        let shop = Shop::two_branch().customer(0.0, "ada", json!({})).call(1.0, a).call(2.0, b).simulate();
        shop.list("carts")[0]["total_minor"].as_i64().unwrap()
    };
    let add = |id: Value| json!({ "type": "track", "userId": "ada", "event": "Product Added", "messageId": id, "properties": { "cart_id": "c", "product_id": "p", "price": 1, "quantity": 1 } });
    assert_eq!(twice(add(json!("same")), add(json!("same"))), 200);
    assert_eq!(twice(add(Value::Null), add(Value::Null)), 200);
}

#[test]
fn lines_in_any_order_give_the_same_facts() {
    let shop = session().track(
        31.0,
        "bruno",
        "Product Added",
        json!({ "cart_id": "c2", "product_id": "q", "price": 5, "quantity": 2, "currency": "EUR" }),
    );
    let text = shop.text();
    let facts = |text: &str| {
        let output = run(text, &["--json", "--until", "+96h", "--flow", flow(TWO_BRANCH).to_str().unwrap()]);
        let all: Value = serde_json::from_slice(&output.stdout).unwrap();
        let deals: Vec<Value> = all["deals"]
            .as_array()
            .unwrap()
            .iter()
            .map(|d| json!([d["cart"], d["stage"], d["created_at"], d["won_at"]]))
            .collect();
        (all["carts"].clone(), deals)
    };
    let mut lines: Vec<&str> = text.lines().collect();
    let ordered = facts(&text);
    for turn in 0..lines.len() {
        lines.rotate_left(1);
        if turn % 2 == 0 {
            lines.reverse();
        }
        assert_eq!(facts(&lines.join("\n")), ordered, "turn {turn}");
    }
}

#[test]
fn a_bad_line_is_told_with_its_number_and_left_out() {
    let bad = [
        ("not json", "not a JSON object"),
        ("[1,2]", "not a JSON object"),
        ("\"text\"", "not a JSON object"),
        (r#"{"type":"track","userId":"x","event":"E"}"#, "no timestamp"),
        (r#"{"type":"track","userId":"x","event":"E","timestamp":"yesterday"}"#, "not a time"),
        (r#"{"type":"sing","userId":"x","timestamp":"2026-03-02T09:00:00Z"}"#, "not one of track"),
        (r#"{"userId":"x","timestamp":"2026-03-02T09:00:00Z"}"#, "no type"),
        (r#"{"type":"track","event":"E","timestamp":"2026-03-02T09:00:00Z"}"#, "neither userId nor anonymousId"),
        (
            r#"{"type":"track","userId":"x","event":"Product Added","properties":{"product_id":"p","quantity":-1},"timestamp":"2026-03-02T09:00:00Z"}"#,
            "negative",
        ),
        (
            r#"{"type":"track","userId":"x","event":"Product Added","properties":{"product_id":"p","currency":"ZZZ"},"timestamp":"2026-03-02T09:00:00Z"}"#,
            "ISO 4217",
        ),
        (
            r#"{"type":"track","userId":"x","event":"Order Completed","properties":{},"timestamp":"2026-03-02T09:00:00Z"}"#,
            "no order_id",
        ),
    ];
    let (mut text, mut number) = (String::new(), 0);
    let mut expected = Vec::new();
    let good = session().text();
    for (line, words) in bad {
        text.push_str(&format!("{line}\n\n"));
        expected.push((number + 1, words));
        number += 2;
    }
    text.push_str(&good);
    let output = run(&text, &["--json", "--until", "+96h", "--flow", flow(TWO_BRANCH).to_str().unwrap()]);
    assert!(output.status.success());
    let errors = String::from_utf8_lossy(&output.stderr);
    let mut told: Vec<&str> = errors.lines().collect();
    let sum = told.pop().unwrap_or_default();
    assert!(sum.contains(&format!(": {} of ", expected.len())), "{sum}");
    assert_eq!(told.len(), expected.len(), "{errors}");
    for ((number, words), line) in expected.iter().zip(told) {
        assert!(line.contains(&format!(":{number}: ")) && line.contains(words), "{number} {words}: {line}");
    }
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(all["messages"].as_array().unwrap().len(), 2);
}

#[test]
fn bytes_that_are_no_text_and_endless_lines_do_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("e.ndjson");
    let mut bytes = b"\xff\xfe{\n\xef\xbb\xbf".to_vec();
    bytes.extend(session().text().into_bytes());
    bytes.extend(vec![b'['; 8 << 20]);
    bytes.extend(
        b"\n{\"type\":\"track\",\"userId\":\"u\",\"event\":\"\\u0000\",\"timestamp\":\"2026-03-02T09:00:00Z\"}",
    );
    std::fs::write(&file, bytes).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_ritorno"))
        .args(["simulate", file.to_str().unwrap(), "--json"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(errors.contains(":1: it is not UTF-8") && errors.contains("larger than 500 KB"), "{errors}");
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(all["carts"].as_array().unwrap().len(), 2);
}

#[test]
fn an_empty_file_is_a_quiet_shop() {
    let output = run("", &["--json", "--flow", flow(TWO_BRANCH).to_str().unwrap()]);
    assert!(output.status.success());
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(all.as_object().unwrap().values().all(|list| list == &json!([])));
    let tables = run(&session().text(), &["--flow", flow(TWO_BRANCH).to_str().unwrap(), "--until", "+96h"]);
    let tables = String::from_utf8(tables.stdout).unwrap();
    assert!(tables.starts_with("Messages (2)") && tables.contains("Confirmed"), "{tables}");
}

#[test]
fn a_customer_with_very_many_carts_keeps_them_all_in_the_list() {
    let mut shop = Shop::two_branch().customer(0.0, "ada", json!({}));
    for i in 0..300 {
        let name = format!("c{i:03}");
        shop = shop.add(f64::from(i) * 2.0, "ada", &name, "10").order(f64::from(i) * 2.0 + 1.0, "ada", &name, 10.0);
    }
    let result = shop.add(700.0, "ada", "last", "10").simulate();
    let mut states = result.carts();
    assert_eq!(states.len(), 301);
    assert_eq!(states.pop(), Some(cart("last", "abandoned")));
    assert!(states.iter().all(|(_, state)| state == "converted"));
    assert_eq!(result.messages(), [message(724.0, "ada", "send_email")]);
}
