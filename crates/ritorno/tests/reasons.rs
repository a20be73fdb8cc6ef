//! Everything that the server says of what went wrong has a code, and the interface a word for it in both languages.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use crm::{calls::read_call, door::QuarantineReason};
use engage::{flows::reasons::Incident, messages::reasons::MailReason};
use std::{collections::BTreeSet, fs, path::Path};

/// Every Rust source below these folders of the repository, as one text.
fn sources(folders: &[&str]) -> String {
    fn walk(folder: &Path, text: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, text);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                text.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut text = String::new();
    for folder in folders {
        walk(&Path::new("../..").join(folder), &mut text);
    }
    text
}

/// String literals that directly follow one of the openings.
fn literals(text: &str, openings: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for opening in openings {
        for (at, _) in text.match_indices(opening) {
            let rest = text[at + opening.len()..].trim_start();
            let Some(rest) = rest.strip_prefix('"') else { continue };
            let mut literal = String::new();
            let mut chars = rest.chars();
            while let Some(c) = chars.next() {
                match c {
                    '"' => break,
                    '\\' => literal.extend(chars.next()),
                    c => literal.push(c),
                }
            }
            found.push(literal);
        }
    }
    found
}

/// The literal as it reads with something in its places.
fn filled(literal: &str) -> String {
    let mut text = String::new();
    let mut parts = literal.split('{');
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        match part.split_once('}') {
            Some((_, rest)) => text.push_str(&format!("something{rest}")),
            None => text.push_str(part),
        }
    }
    text
}

#[test]
fn each_reason_of_the_quarantine_has_a_code() {
    let parsing =
        ["parse.rs", "props.rs"].map(|name| fs::read_to_string(format!("../crm/src/calls/{name}")).unwrap()).concat();
    let openings = ["Err(", "ok_or(", "format!("];
    let said: Vec<String> = literals(&parsing, &openings).into_iter().filter(|text| text.contains(' ')).collect();
    assert!(said.len() > 15, "{said:?}");
    let unknown: Vec<&String> = said.iter().filter(|text| QuarantineReason::read(&filled(text)).is_none()).collect();
    assert!(unknown.is_empty(), "add these to crm::door::QuarantineReason: {unknown:#?}");
}

#[test]
fn what_a_wrong_event_says_is_told_apart() {
    let check = |event: &str, expected: QuarantineReason, values: &[(&str, &str)]| {
        let reason = match read_call(event, None) {
            Err(reason) => reason,
            Ok((_, call)) => call.expect_err("the event is wrong"),
        };
        let said = QuarantineReason::read(&reason).unwrap_or_else(|| panic!("{reason}"));
        assert_eq!(said.code, expected, "{reason}");
        for (name, value) in values {
            assert_eq!(said.values[*name], *value, "{reason}");
        }
    };
    let track = |name: &str, properties: &str| {
        format!(r#"{{"type":"track","userId":"u","event":"{name}","properties":{properties}}}"#)
    };
    check("[]", QuarantineReason::NotACall, &[]);
    check(r#"{"userId":"u"}"#, QuarantineReason::NoType, &[]);
    check(r#"{"type":"buy","userId":"u"}"#, QuarantineReason::UnknownType, &[("kind", "\"buy\"")]);
    check(r#"{"type":"track","userId":"u"}"#, QuarantineReason::NoName, &[]);
    check(r#"{"type":"page"}"#, QuarantineReason::Nobody, &[]);
    check(r#"{"type":"identify","userId":"u","traits":7}"#, QuarantineReason::NotAnObject, &[("name", "traits")]);
    let add = |more: &str| track("Product Added", &format!(r#"{{"product_id":"p",{more}}}"#));
    check(&add(r#""quantity":-1"#), QuarantineReason::NegativeQuantity, &[("quantity", "-1"), ("product", "p")]);
    check(&add(r#""quantity":1.5"#), QuarantineReason::BrokenQuantity, &[("product", "p")]);
    check(&add(r#""currency":"XYZ1""#), QuarantineReason::UnknownCurrency, &[("currency", "\"XYZ1\"")]);
    check(&add(r#""price":"cheap""#), QuarantineReason::UnreadableNumber, &[]);
    check(&track("Product Added", "{}"), QuarantineReason::NoProduct, &[]);
    check(&track("Order Completed", "{}"), QuarantineReason::NoOrder, &[("event", "Order Completed")]);
}

#[test]
fn each_code_is_of_something_that_is_said() {
    let said = sources(&[
        "crates/bpmn/src",
        "crates/crm/src",
        "crates/runtime/src",
        "crates/adapters/src",
        "crates/engage/src",
    ]);
    let longest = |pattern: &str| {
        let literals = pattern.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
        literals.max_by_key(|literal| literal.len()).unwrap_or_default().to_owned()
    };
    let quarantine = QuarantineReason::TEXTS.iter().map(|(_, text)| *text);
    let all = quarantine.chain(Incident::TEXTS.iter().map(|(_, text)| *text));
    // The table itself says each once; what the mail server says stands in its replies, not in the sources.
    let missing: Vec<&str> =
        all.filter(|text| longest(text).len() > 3 && said.matches(&longest(text)).count() < 2).collect();
    assert!(missing.is_empty(), "nothing says this any more: {missing:#?}");
    assert!(MailReason::TEXTS.len() > 10);
}

#[test]
fn each_problem_has_a_word_in_the_interface() {
    let rust = sources(&[
        "crates/http/src",
        "crates/crm/src",
        "crates/insight/src",
        "crates/engage/src",
        "crates/ritorno/src",
    ]);
    let constructors = [
        "bad_request(",
        "unauthorized(",
        "forbidden(",
        "not_found(",
        "conflict(",
        "changed(",
        "too_large(",
        "unprocessable(",
        "unavailable(",
        "too_many(",
        "Invalid(",
        "NotFound(",
        "Conflict(",
        "code: ",
        "NOT_ALLOWED: &str = ",
    ];
    let is_code = |text: &str| {
        text.contains('.')
            && !text.contains("..")
            && text.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == '.')
    };
    let codes: BTreeSet<String> = literals(&rust, &constructors).into_iter().filter(|text| is_code(text)).collect();
    assert!(codes.len() > 50, "{codes:?}");
    for language in ["en", "it"] {
        let texts = fs::read_to_string(format!("../../web/src/i18n/{language}/problems.ts")).unwrap();
        let missing: Vec<&String> =
            codes.iter().filter(|code| !texts.contains(&format!("  {}: ", code.replace('.', "_")))).collect();
        assert!(missing.is_empty(), "web/src/i18n/{language}/problems.ts has no word for {missing:#?}");
    }
}
