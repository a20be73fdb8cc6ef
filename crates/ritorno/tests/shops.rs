#![expect(clippy::unwrap_used, reason = "tests")]
//! What the shops' parsers give goes in by the one door: nothing of it is quarantined. And the command line's promises on it.

use adapters::shops::{Settings, find_shop};
use serde_json::Value as Json;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

const FIXTURES: &str = "../adapters/tests/fixtures/shops";

/// Folders of collected bodies with their shop.
const COLLECTED: &[(&str, &str)] = &[
    ("shopify", "webhooks/shopify/examples-2025-10"),
    ("shopify", "webhooks/shopify/rest-python-fixtures"),
    ("woocommerce", "webhooks/woocommerce"),
    ("magento", "webhooks/magento"),
    ("prestashop", "webhooks/prestashop"),
    ("sfcc", "webhooks/sfcc"),
];

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|kind| ["json", "xml", "txt"].iter().any(|known| kind == *known)) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// What becomes of a body: how many events, all of which the door takes; or why there are none.
#[track_caller]
fn through_the_door(shop: &str, topic: Option<&str>, body: &[u8], place: &str) -> Result<usize, String> {
    let parsed = find_shop(shop).unwrap().parse(topic, body, &Settings::default()).map_err(|refusal| refusal.0)?;
    for event in &parsed.events {
        let text = event.to_json();
        let (envelope, call) = crm::calls::read_call(&text, None).unwrap_or_else(|e| panic!("{place}: {e}: {text}"));
        call.unwrap_or_else(|reason| panic!("{place}: quarantined: {reason}: {text}"));
        assert!(envelope.message_id.is_some(), "{place}: {text}");
        assert_eq!(envelope.timestamp, event.timestamp, "{place}");
    }
    Ok(parsed.events.len())
}

#[test]
fn no_event_of_a_fixture_is_quarantined() {
    let mut events = 0;
    for path in files(Path::new(FIXTURES)) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let Some((shop, _)) = name.split_once('-').filter(|(shop, _)| find_shop(shop).is_some()) else { continue };
        events += through_the_door(shop, None, &fs::read(&path).unwrap(), &name).unwrap_or(0);
    }
    assert!(events > 60, "{events}");
}

#[test]
fn no_event_of_a_collected_body_is_quarantined() {
    let mut seen: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for (shop, folder) in COLLECTED {
        let Some(folder) = testkit::shared_data(folder) else { continue };
        for path in files(&folder) {
            let place = path.display().to_string();
            let body = fs::read(&path).unwrap();
            let counts = seen.entry(shop).or_default();
            match through_the_door(shop, None, &body, &place) {
                Ok(0) => counts[1] += 1,
                Ok(_) => counts[0] += 1,
                Err(reason) => {
                    assert!(reason.len() > 20, "{place}: {reason}");
                    counts[2] += 1;
                }
            }
            // The examples lie in folders named after their topics.
            let topic = place.rsplit_once("examples-2025-10/").and_then(|(_, topic)| topic.strip_suffix(".json"));
            if let Some(topic) = topic {
                let taken = through_the_door(shop, Some(topic), &body, &place);
                assert!(taken.is_ok(), "{place} with its topic: {taken:?}");
            }
        }
    }
    println!("with events, ignored, refused: {seen:?}");
    let Some([taken, _, _]) = seen.get("shopify") else { return };
    assert!(*taken > 50, "{seen:?}");
}

#[test]
fn what_a_real_vendure_sent_and_signed_is_taken() {
    let Some(path) = testkit::shared_data("live-shops/vendure/recorded_hooks.jsonl") else { return };
    let mut names = Vec::new();
    for line in fs::read_to_string(path).unwrap().lines() {
        let hook: Json = serde_json::from_str(line).unwrap();
        // The order of the fields is as it was sent.
        let start = line.find("\"json\": ").unwrap() + "\"json\": ".len();
        let compact = compact(&line[start..line.trim_end().len() - 1]);
        let signature = hook["headers"]["x-vendure-signature"].as_str().unwrap();
        let headers = [("X-Vendure-Signature", signature)];
        let vendure = find_shop("vendure").unwrap();
        vendure.verify(&adapters::shops::Headers(&headers), compact.as_bytes(), "s").unwrap();
        through_the_door("vendure", None, compact.as_bytes(), line).unwrap();
        let parsed = vendure.parse(None, compact.as_bytes(), &Settings::default()).unwrap();
        names.extend(parsed.events.into_iter().map(|event| event.name.unwrap_or_default()));
    }
    for expected in ["Cart Updated", "Checkout Started", "Order Completed", "Stock Reserved"] {
        assert!(names.iter().any(|name| name == expected), "{expected}: {names:?}");
    }
}

/// JSON without white space between its parts, as it was before it was written down.
fn compact(json: &str) -> String {
    let mut to = String::new();
    let (mut in_text, mut is_escaped) = (false, false);
    for c in json.chars() {
        if !in_text && c == ' ' {
            continue;
        }
        to.push(c);
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => in_text = !in_text,
            _ => {}
        }
    }
    to
}

fn ritorno(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ritorno")).arg("connect").args(arguments).env_clear().output().unwrap()
}

fn lines(output: &Output) -> Vec<Json> {
    String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn fixture(name: &str) -> String {
    format!("{FIXTURES}/{name}")
}

#[test]
fn parse_prints_one_object_a_file_and_its_code_says_whether_all_are_understood() {
    let order = fixture("shopify-order.json");
    let output = ritorno(&["parse", "--shop", "shopify", "--json", &order]);
    assert!(output.status.success(), "{output:?}");
    let [line] = &lines(&output)[..] else { panic!("one line: {output:?}") };
    assert_eq!(line["file"], order);
    assert_eq!(line["events"][1]["event"], "Order Completed");
    assert_eq!(line["events"][1]["properties"]["total"].to_string(), "50.0");
    assert!(String::from_utf8_lossy(&output.stdout).contains("\"total\":50.00"), "the digits of the shop");
    assert_eq!((line.get("ignored"), line.get("reason")), (None, None));

    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (empty, wrong) = (write("empty.json", "[]"), write("wrong.json", "{\"a\":1,}"));
    let output = ritorno(&["parse", "--shop", "shopify", "--json", &empty]);
    assert!(output.status.success());
    assert_eq!(lines(&output)[0]["events"], serde_json::json!([]));
    assert_eq!(lines(&output)[0]["ignored"], "the body is an empty list");

    let output = ritorno(&["parse", "--shop", "shopify", "--json", &order, &wrong, &empty]);
    assert_eq!(output.status.code(), Some(1));
    let said = lines(&output);
    assert_eq!(said.len(), 3);
    assert!(said[1]["reason"].as_str().unwrap().contains("not JSON"), "{said:?}");
    assert!(said[1].get("events").is_none());
    assert!(String::from_utf8_lossy(&output.stderr).lines().last().unwrap().contains("wrong.json"));

    let output = ritorno(&["parse", "--shop", "shopify", "--topic", "orders/create", &order]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("6 events"), "{output:?}");
    let zoned = ritorno(&[
        "parse",
        "--shop",
        "prestashop",
        "--zone",
        "Europe/Rome",
        "--currency",
        "eur",
        "--json",
        &fixture("prestashop-order.xml"),
    ]);
    let order = &lines(&zoned)[0]["events"][0];
    assert_eq!(
        (order["timestamp"].as_str(), order["properties"]["currency"].as_str()),
        (Some("2026-07-01T10:20:00Z"), Some("EUR"))
    );
}

#[test]
fn parse_says_what_is_wrong_with_its_arguments() {
    let check = |arguments: &[&str], words: &str| {
        let output = ritorno(arguments);
        assert!(!output.status.success(), "{arguments:?}");
        let reason = String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default().to_owned();
        assert!(reason.contains(words), "{arguments:?}: {reason}");
    };
    let file = fixture("shopify-order.json");
    check(&["parse", "--shop", "moon", &file], "\"moon\" is not a shop that is known: shopify");
    check(&["parse", "--shop", "shopify", "nowhere.json"], "nowhere.json");
    check(&["parse", "--shop", "shopify", "--zone", "Moon/Sea", &file], "not an IANA zone");
    check(&["parse", "--shop", "shopify", "--currency", "EURO", &file], "not an ISO 4217 currency");
    check(&["parse", "--shop", "generic", &file], "needs --mapping");
    check(&["verify", "--shop", "shopify", "--secret", "s", "--header", "x", &file], "is not NAME=VALUE");
    check(&["verify", "--shop", "shopify", "--secret", "s", &file], "has no header x-shopify-hmac-sha256");
}

#[test]
fn verify_leaves_with_whether_the_signature_is_the_shops() {
    let folder = tempfile::tempdir().unwrap();
    let body = folder.path().join("body.json").display().to_string();
    fs::write(&body, r#"{"foo": "bar"}"#).unwrap();
    let header = "X-Shopify-Hmac-Sha256=B23tXN681gZ0qIWNRrgtzBE9XSDo5yaUu6wfmhu3a7g=";
    let code = |secret: &str| {
        ritorno(&["verify", "--shop", "shopify", "--secret", secret, "--header", header, &body]).status.code()
    };
    assert_eq!(code("test_secret_key"), Some(0));
    assert_eq!(code("another"), Some(1));
}

#[test]
fn a_generic_shop_is_read_by_its_mapping() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let mapping = write(
        "mapping.json",
        r#"{"events":[{"event":"Order Completed","user_id":"who","properties":{"order_id":"id","total":"sum"}}]}"#,
    );
    let body = write("body.json", r#"{"id":5,"who":"ada","sum":"12.50"}"#);
    let output = ritorno(&["parse", "--shop", "generic", "--mapping", &mapping, "--json", &body]);
    assert_eq!(lines(&output)[0]["events"][0]["properties"]["order_id"], 5, "{output:?}");
}
