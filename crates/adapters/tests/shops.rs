#![expect(clippy::unwrap_used, reason = "tests")]
//! Bodies of each shop, and the events that they become. `UPDATE_EXPECT=1` writes the expected files anew; read what changed.

use adapters::shops::{Settings, find_shop};
use std::{fmt::Write, fs, path::PathBuf};

fn folder() -> PathBuf {
    PathBuf::from("tests/fixtures/shops")
}

fn settings() -> Settings {
    Settings { zone: jiff::tz::TimeZone::get("Europe/Rome").unwrap(), ..Settings::default() }
}

/// The events of a body, one a line, and what is said of the rest.
fn outcome(shop: &str, body: &[u8]) -> String {
    let mut text = String::new();
    match find_shop(shop).unwrap().parse(None, body, &settings()) {
        Ok(parsed) => {
            parsed.events.iter().for_each(|event| writeln!(text, "{}", event.to_json()).unwrap());
            parsed.ignored.iter().for_each(|reason| writeln!(text, "ignored: {reason}").unwrap());
            parsed.refused.iter().for_each(|reason| writeln!(text, "refused: {reason}").unwrap());
        }
        Err(refusal) => writeln!(text, "not understood: {refusal}").unwrap(),
    }
    text
}

#[test]
fn each_body_becomes_its_events() {
    let mut names: Vec<String> =
        fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name.ends_with(".json") || name.ends_with(".xml"));
    names.sort();
    assert!(names.len() > 30, "{}", names.len());
    let mut wrong = Vec::new();
    for name in names {
        let shop = name.split_once('-').unwrap().0;
        let found = outcome(shop, &fs::read(folder().join(&name)).unwrap());
        let expected = folder().join(format!("{}.events", name.rsplit_once('.').unwrap().0));
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&expected, &found).unwrap();
        } else if fs::read_to_string(&expected).unwrap_or_default() != found {
            wrong.push(format!("{name}:\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A body with some of its bytes changed, left out or doubled.
fn mutated(body: &[u8], changes: &[(usize, u8, u8)]) -> Vec<u8> {
    let mut body = body.to_vec();
    for (place, byte, how) in changes {
        if body.is_empty() {
            break;
        }
        let at = place % body.len();
        match how % 4 {
            0 => body[at] = *byte,
            1 => drop(body.remove(at)),
            2 => body.insert(at, *byte),
            // A value of another kind in the place of a digit or letter.
            _ => {
                let other: &[&[u8]] =
                    &[b"null", b"[]", b"{}", b"-1", b"1e999", b"\"\"", b"99999999999999999999999999999999"];
                body.splice(at..=at, other[usize::from(*byte) % other.len()].iter().copied());
            }
        }
    }
    body
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

    #[test]
    fn hostile_bodies_are_read_or_refused_and_never_break_anything(
        file in 0..1000usize,
        changes in proptest::collection::vec((0..20_000usize, proptest::prelude::any::<u8>(), 0..4u8), 1..6),
        topic in 0..6usize,
    ) {
        let mut names: Vec<_> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
        names.retain(|path| path.extension().is_some_and(|kind| kind == "json" || kind == "xml"));
        names.sort();
        let path = &names[file % names.len()];
        let body = mutated(&fs::read(path).unwrap(), &changes);
        let topic = [None, Some("orders/create"), Some("order.updated"), Some("cart.updated"), Some("products/update"), Some("customer")][topic];
        for shop in adapters::shops::shops() {
            match shop.parse(topic, &body, &settings()) {
                Ok(parsed) => parsed.events.iter().for_each(|event| assert!(event.to_json().starts_with('{'))),
                Err(refusal) => assert!(refusal.0.len() > 10, "{refusal}"),
            }
        }
    }
}
