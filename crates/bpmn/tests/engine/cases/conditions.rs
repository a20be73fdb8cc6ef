//! Conditional events: looked at again when something happens, never polled.

use crate::common::{Journey, process};
use bpmn::{Catch, Command, Definition, Rejected};
use feel::{Env, Value};
use jiff::tz::TimeZone;
use serde_json::json;
use std::collections::BTreeMap;

#[test]
fn a_condition_that_is_true_already_is_passed() {
    let lines = "start s\n catch c condition = cart.total > 10\n end e\n s -> c\n c -> e";
    Journey::new(lines).with("cart", json!({"total": 11})).start().expect("s c e ended:e");
}

#[test]
fn a_condition_is_looked_at_when_the_caller_says_that_something_changed() {
    let lines = "start s\n catch c condition = cart.total > 10\n end e\n s -> c\n c -> e";
    let mut journey = Journey::new(lines).with("cart", json!({"total": 1})).start();
    assert_eq!(journey.definition.condition_names(), ["cart.total"]);
    journey.send(Command::Recheck).unwrap();
    journey.expect("s c");
    journey.scope.insert("cart".into(), feel::from_json(&json!({"total": 11})));
    journey.send(Command::Recheck).unwrap();
    journey.expect("e ended:e");
    assert_eq!(Journey::new("start s\n job j\n s -> j").start().send(Command::Recheck), Err(Rejected::NotWaiting));
}

#[test]
fn a_condition_is_looked_at_when_the_journey_moves() {
    let lines = "start s\n and f\n job j\n catch c condition = done = true\n end e\n end x\n s -> f\n f -> j\n f -> c\n j -> x\n c -> e";
    let mut journey = Journey::new(lines).start();
    journey.done_at("j", "done", true);
    journey.expect("s f j job:j c x e ended:e");
    let mut journey = Journey::new(lines).start();
    journey.send(Command::SetVariables { token: None, variables: vec![("done".into(), Value::from(true))] }).unwrap();
    journey.expect("s f j job:j c e");
}

#[test]
fn a_border_condition_interrupts_or_comes_each_time_it_becomes_true() {
    let lines = |stays: &str| {
        format!(
            "start s\n job j\n boundary b {stays}j condition = cart.total > 10\n end e\n end out\n s -> j\n j -> e\n b -> out"
        )
    };
    let total = |journey: &mut Journey, total: i64| {
        journey.scope.insert("cart".into(), feel::from_json(&json!({ "total": total })));
        journey.send(Command::Recheck).unwrap();
    };
    let mut journey = Journey::new(&lines("")).start();
    total(&mut journey, 11);
    journey.expect("s j job:j cancel-job b out ended:out");
    let mut journey = Journey::new(&lines("~ ")).start();
    for n in [11, 12, 5, 11] {
        total(&mut journey, n);
    }
    journey.expect("s j job:j b out b out");
}

#[test]
fn a_condition_begins_an_event_sub_process_and_stands_behind_an_event_gateway() {
    let lines = "start s\n job j\n s -> j\n esub x {\n estart xs condition = stop\n end xe\n xs -> xe\n }";
    let mut journey = Journey::new(lines).start();
    journey.scope.insert("stop".into(), Value::from(true));
    journey.send(Command::Recheck).unwrap();
    journey.expect("s j job:j cancel-job x xs xe ended:xe");
    let lines = "start s\n events g\n catch c condition = stop\n timer t PT1H\n end x\n end y\n s -> g\n g -> c\n g -> t\n c -> x\n t -> y";
    Journey::new(lines).with("stop", json!(true)).start().expect("s g c x ended:x");
}

#[test]
fn a_condition_starts_a_flow() {
    let definition =
        Definition::compile(&process("start s condition = customer.points > 100\n end e\n s -> e")).unwrap();
    let (trigger, catch) = definition.other_triggers().next().unwrap();
    assert!(matches!(catch, Catch::Condition(_)));
    let accepts = |points: i64| {
        let scope: BTreeMap<String, Value> =
            [("customer".to_string(), feel::from_json(&json!({ "points": points })))].into();
        definition.accepts(trigger, &Value::Null, &Env { scope: &scope, now: base::Time(0), zone: &TimeZone::UTC })
    };
    assert!(accepts(101) && !accepts(100));
}
