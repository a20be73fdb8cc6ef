//! Journeys that an older version of the program left in the database: they are read, and go on as they would have.
//!
//! `tests/golden` holds the drawings and the states as hexadecimal text, named after the version of the encoding. A file
//! there is never changed; a new version of the encoding adds its own.

use crate::common::Journey;
use base::HOUR;
use bpmn::{Command, State};
use feel::Value;

fn read(name: &str) -> String {
    let path = format!("tests/golden/{name}");
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn bytes(name: &str) -> Vec<u8> {
    let text = read(name);
    let text = text.trim();
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal")).collect()
}

/// The journey as it was left.
fn journey(drawing: &str, state: &str) -> Journey {
    let mut journey = Journey::of(&read(&format!("{drawing}.bpmn")));
    journey.state =
        minicbor::decode::<State>(&bytes(&format!("{state}.hex"))).unwrap_or_else(|e| panic!("{state}: {e}"));
    journey
}

#[test]
fn an_event_gateway_of_the_first_format_goes_on() {
    let mut race = journey("race", "race.1");
    assert_eq!(race.waiting(), "m t");
    race.message("Order Completed", Some("c-1")).unwrap();
    race.expect("m ordered ended:ordered");
    let mut race = journey("race", "race.1");
    race.after_hours(48).unwrap();
    race.expect("t late ended:late");
}

#[test]
fn a_join_of_the_first_format_goes_on() {
    let mut join = journey("join", "join.1");
    assert_eq!(join.state.variables()["kept"], Value::from(5));
    join.after_hours(1).unwrap();
    join.user_done("u");
    join.expect("j u user:u e ended:e");
}

#[test]
fn an_incident_of_the_first_format_is_tried_again() {
    let mut incident = journey("incident", "incident.1");
    incident.scope.insert("x".into(), Value::from(2));
    let token = incident.token("g");
    incident.send(Command::RetryIncident { token }).unwrap();
    incident.expect("b ended:b");
}

#[test]
fn variables_and_seeds_of_the_first_format_are_kept() {
    let variables = journey("variables", "variables.1");
    assert_eq!(variables.state.variables().len(), 12);
    assert_eq!(feel::to_text(&variables.state.variables()["time(\"10:00:00@Europe/Rome\")"]), "10:00:00@Europe/Rome");
    let mut weights = journey("weights", "weights.1");
    weights.user_done("u");
    let mut fresh = Journey::of(&read("weights.bpmn"));
    fresh.state = State::with_seed(77);
    let mut fresh = fresh.start();
    fresh.user_done("u");
    assert_eq!(weights.trace.last(), fresh.trace.last());
}

/// Every kind of wait and scope that the second format has.
const SCOPES: &str = include_str!("../golden/scopes.bpmn");

fn scopes() -> Journey {
    let mut journey = Journey::of(SCOPES).with("items", serde_json::json!(["a", "b", "c"]));
    journey.state = State::with_seed(5);
    let mut journey = journey.start();
    let message =
        Command::Message { name: "Seen", keys: &["k"], id: Some(9), is_taken: false, payload: &Value::from(1) };
    journey.send(message).expect("it waits");
    journey.done_at("paid", "sum", 3);
    journey.done_at("each", "result", "A");
    journey
}

#[test]
fn scopes_of_the_second_format_go_on() {
    let mut old = journey("scopes", "scopes.2");
    let mut new = scopes();
    assert_eq!(old.state, new.state, "a state of today is written as the golden one");
    new.trace.clear();
    old.scope = new.scope.clone();
    for journey in [&mut old, &mut new] {
        journey.done_at("each", "result", "B");
        journey.signal("Sale").unwrap();
        journey.now = journey.now + HOUR;
        journey.send(Command::FireTimers).unwrap();
        journey.user_done("u");
        journey.done_at("each", "result", "C");
    }
    assert_eq!(old.trace, new.trace);
    assert_eq!(old.state, new.state);
    assert!(old.trace.contains(&"remind".to_string()), "{:?}", old.trace);
}

#[test]
fn the_format_byte_of_today_is_2() {
    assert_eq!(minicbor::to_vec(&scopes().state).unwrap()[1], 2);
}
