//! Waits that look back: what came before they opened.

use crate::common::Journey;
use base::HOUR;
use bpmn::{Command, Rejected};
use feel::Value;
use serde_json::json;

const LINES: &str = "start s\n job j\n message m Ordered key = cart.id @with ritorno:since='journey'\n end e\n s -> j\n j -> m\n m -> e";

fn told(journey: &mut Journey, key: &str, id: u64, payload: &Value) -> Result<(), Rejected> {
    journey.send(Command::Message { name: "Ordered", keys: &[key], id: Some(id), is_taken: false, payload })
}

#[test]
fn a_message_before_the_wait_opened_is_taken_when_it_opens() {
    let mut journey = Journey::new(LINES).with("cart", json!({"id": "c-1"})).start();
    assert_eq!(journey.definition.looked_back_names(), ["Ordered"]);
    told(&mut journey, "c-2", 1, &Value::Null).unwrap();
    told(&mut journey, "c-1", 2, &Value::Null).unwrap();
    journey.expect("s j job:j");
    journey.done().unwrap();
    journey.expect("m e ended:e");
}

#[test]
fn the_oldest_message_is_taken_first_and_each_once_by_a_node() {
    let lines = "start s\n job j\n xor x\n message m Ordered | out last= =event.n @with ritorno:since='journey'\n job k\n \
        s -> j\n j -> x\n x -> m\n m -> k\n k -> x";
    let mut journey = Journey::new(lines).start();
    for n in 1..=2u64 {
        told(&mut journey, "c", n, &feel::from_json(&json!({ "n": n }))).unwrap();
    }
    journey.done().unwrap();
    assert_eq!(journey.state.variables()["last"], Value::from(1));
    journey.done().unwrap();
    assert_eq!(journey.state.variables()["last"], Value::from(2));
    journey.expect("s j job:j x m k job:k x m k job:k");
    // Both are spent: the third time it waits.
    journey.done().unwrap();
    assert_eq!(journey.waiting(), "m");
}

#[test]
fn a_message_that_is_too_old_is_not_looked_for() {
    let lines = LINES.replace("since='journey'", "since='PT2H'");
    let run = |hours: i64| {
        let mut journey = Journey::new(&lines).with("cart", json!({"id": "c-1"})).start();
        told(&mut journey, "c-1", 1, &Value::Null).unwrap();
        journey.now = journey.now + hours * HOUR;
        journey.done().unwrap();
        journey.state.is_ended()
    };
    assert!(run(2) && !run(3));
}

#[test]
fn a_message_buffered_before_an_event_gateway_opens_wins_it() {
    let lines = "start s\n job j\n events g\n message m Ordered @with ritorno:since='journey'\n timer t PT1H\n end x\n end y\n s -> j\n j -> g\n g -> m\n g -> t\n m -> x\n t -> y";
    let mut journey = Journey::new(lines).start();
    told(&mut journey, "c", 1, &Value::Null).unwrap();
    journey.done().unwrap();
    journey.expect("s j job:j g m x ended:x");
}

#[test]
fn a_filter_sees_the_event_that_was_kept() {
    let lines = "start s\n job j\n message m Ordered @with ritorno:since='journey' ritorno:filter='= event.total &gt; 50'\n end e\n s -> j\n j -> m\n m -> e";
    let mut journey = Journey::new(lines).start();
    told(&mut journey, "c", 1, &feel::from_json(&json!({"total": 50}))).unwrap();
    told(&mut journey, "c", 2, &feel::from_json(&json!({"total": 51}))).unwrap();
    journey.done().unwrap();
    journey.expect("s j job:j m e ended:e");
}

#[test]
fn at_most_sixteen_messages_are_kept() {
    let mut journey = Journey::new(LINES).with("cart", json!({"id": "c-1"})).start();
    for n in 0..20 {
        told(&mut journey, "c-9", n, &Value::from("x".repeat(5_000))).unwrap();
    }
    assert_eq!(journey.state.kept().len(), 16);
    assert!(
        journey.state.kept().iter().all(|kept| kept.payload == Value::Null),
        "large events are kept without their payload"
    );
}
