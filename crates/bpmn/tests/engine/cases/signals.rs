//! Signals.

use crate::common::{Journey, process};
use bpmn::{Catch, Command, Definition, Effect, Rejected};
use feel::Value;
use serde_json::json;

#[test]
fn a_signal_takes_every_wait() {
    let lines = "start s\n and f\n catch a signal Sale\n catch b signal Sale\n catch c signal Other\n end x\n end y\n end z\n s -> f\n f -> a\n f -> b\n f -> c\n a -> x\n b -> y\n c -> z";
    let mut journey = Journey::new(lines).start();
    journey.signal("Sale").unwrap();
    journey.expect("s f a b c x y");
    assert_eq!(journey.signal("Sale"), Err(Rejected::NotWaiting));
}

#[test]
fn a_thrown_signal_is_heard_by_those_who_wait_already_and_told_to_the_others() {
    let lines = "start s\n and f\n catch a signal Sale\n job j\n throw t signal Sale | what= =\"all\"\n catch again signal Sale\n end x\n end y\n \
        s -> f\n f -> a\n f -> j\n j -> t\n t -> again\n a -> x\n again -> y";
    let mut journey = Journey::new(lines).start();
    journey.done().unwrap();
    // The wait behind the throw opens after it.
    journey.expect("s f a j job:j t signal:Sale again x");
    let payload = feel::from_json(&json!({"what": "all"}));
    let found = journey.effects.iter().find_map(|effect| match effect {
        Effect::Signal { payload, .. } => Some(payload.clone()),
        _ => None,
    });
    assert_eq!(found, Some(payload));
    journey.signal("Sale").unwrap();
    journey.expect("y ended:y");
}

#[test]
fn a_signal_starts_a_flow() {
    let definition = Definition::compile(&process("start s signal Sale\n end e\n s -> e")).unwrap();
    let (_, catch) = definition.other_triggers().next().unwrap();
    assert!(matches!(catch, Catch::Signal(signal) if signal.name == "Sale"));
    assert_eq!(definition.manual_start(), None);
}

#[test]
fn a_signal_on_a_border_interrupts_or_not() {
    let lines = |stays: &str| {
        format!("start s\n job j\n boundary b {stays}j signal Stop\n end e\n end out\n s -> j\n j -> e\n b -> out")
    };
    let mut journey = Journey::new(&lines("")).start();
    journey.signal("Stop").unwrap();
    journey.expect("s j job:j cancel-job b out ended:out");
    let mut journey = Journey::new(&lines("~ ")).start();
    journey.signal("Stop").unwrap();
    journey.signal("Stop").unwrap();
    journey.done().unwrap();
    journey.expect("s j job:j b out b out e ended:e");
}

#[test]
fn a_signal_begins_an_event_sub_process() {
    let lines = "start s\n job j\n end e\n s -> j\n j -> e\n esub x {\n estart xs signal Stop\n end xe\n xs -> xe\n }";
    let mut journey = Journey::new(lines).start();
    journey.signal("Stop").unwrap();
    journey.expect("s j job:j cancel-job x xs xe ended:xe");
}

#[test]
fn an_end_event_throws_its_signal_and_ends() {
    let lines = "start s\n and f\n catch a signal Done\n end t signal Done\n end x\n s -> f\n f -> a\n f -> t\n a -> x";
    Journey::new(lines).start().expect("s f a t signal:Done x ended:x");
}

#[test]
fn a_signal_with_a_filter_or_an_id_is_taken_by_whom_it_fits_once() {
    let lines = "start s\n job j\n boundary b ~ j signal Sale @with ritorno:filter='= event.n = 1'\n end e\n end out\n s -> j\n j -> e\n b -> out";
    let mut journey = Journey::new(lines).start();
    let send = |journey: &mut Journey, n: i64, id: u64| {
        let payload = feel::from_json(&json!({ "n": n }));
        journey.send(Command::Signal { name: "Sale", id: Some(id), payload: &payload })
    };
    assert_eq!(send(&mut journey, 2, 1), Err(Rejected::NotWaiting));
    send(&mut journey, 1, 2).unwrap();
    assert_eq!(send(&mut journey, 1, 2), Err(Rejected::Duplicate));
    assert_eq!(
        journey.send(Command::Signal { name: "No", id: None, payload: &Value::Null }),
        Err(Rejected::NotWaiting)
    );
    journey.expect("s j job:j b out");
}
