//! Messages: on borders, thrown, by keys, once each.

use crate::common::Journey;
use bpmn::{Command, Effect, Rejected};
use feel::Value;
use serde_json::json;

fn told(journey: &mut Journey, name: &str, keys: &[&str], id: Option<u64>) -> Result<(), Rejected> {
    journey.send(Command::Message { name, keys, id, is_taken: false, payload: &Value::Null })
}

#[test]
fn an_interrupting_border_message_ends_the_activity() {
    let lines =
        "start s\n job j\n boundary b j message Ordered key = cart.id\n end e\n end out\n s -> j\n j -> e\n b -> out";
    let mut journey = Journey::new(lines).with("cart", json!({"id": "c-1"})).start();
    assert_eq!(told(&mut journey, "Ordered", &["c-2"], None), Err(Rejected::NotWaiting));
    told(&mut journey, "Ordered", &["u-9", "c-1"], None).unwrap();
    journey.expect("s j job:j cancel-job b out ended:out");
}

#[test]
fn a_border_message_that_does_not_interrupt_comes_as_often_as_it_is_sent() {
    let lines = "start s\n job j\n boundary b ~ j message Viewed | out seen= =event.n\n end e\n end noted\n s -> j\n j -> e\n b -> noted";
    let mut journey = Journey::new(lines).start();
    for n in 1..=2 {
        let payload = feel::from_json(&json!({ "n": n }));
        let message = Command::Message { name: "Viewed", keys: &[], id: Some(n), is_taken: false, payload: &payload };
        journey.send(message).unwrap();
    }
    journey.expect("s j job:j b noted b noted");
    assert_eq!(journey.state.variables()["seen"], Value::from(2));
    journey.done().unwrap();
    journey.expect("e ended:e");
}

#[test]
fn the_same_message_id_is_taken_once() {
    let lines = "start s\n job j\n boundary b ~ j message Viewed\n end e\n end noted\n s -> j\n j -> e\n b -> noted";
    let mut journey = Journey::new(lines).start();
    told(&mut journey, "Viewed", &[], Some(7)).unwrap();
    assert_eq!(told(&mut journey, "Viewed", &[], Some(7)), Err(Rejected::Duplicate));
    told(&mut journey, "Viewed", &[], Some(8)).unwrap();
    journey.expect("s j job:j b noted b noted");
}

#[test]
fn a_message_nobody_waits_for_is_dropped() {
    let lines = "start s\n job j\n message m Ordered\n end e\n s -> j\n j -> m\n m -> e";
    let mut journey = Journey::new(lines).start();
    assert_eq!(told(&mut journey, "Ordered", &[], Some(1)), Err(Rejected::NotWaiting));
    journey.done().unwrap();
    // It came before the wait opened, and the wait does not look back.
    assert_eq!(journey.waiting(), "m");
    told(&mut journey, "Ordered", &[], Some(2)).unwrap();
    journey.expect("s j job:j m e ended:e");
}

#[test]
fn the_key_is_evaluated_once_when_the_wait_opens() {
    let lines = "start s\n message m Ordered key = cart.id\n end e\n s -> m\n m -> e";
    let mut journey = Journey::new(lines).with("cart", json!({"id": "c-1"})).start();
    journey.scope.insert("cart".into(), feel::from_json(&json!({"id": "c-2"})));
    assert_eq!(told(&mut journey, "Ordered", &["c-2"], None), Err(Rejected::NotWaiting));
    told(&mut journey, "Ordered", &["c-1"], None).unwrap();
    journey.expect("s m e ended:e");
}

const BOTH: &str = "start s\n and f\n message a Ordered @with ritorno:delivery='one'\n message b Ordered @with ritorno:delivery='one'\n \
    message c Ordered\n end x\n end y\n end z\n s -> f\n f -> a\n f -> b\n f -> c\n a -> x\n b -> y\n c -> z";

#[test]
fn a_message_takes_every_wait_but_one_alone_of_those_that_want_it_so() {
    let mut journey = Journey::new(BOTH).start();
    told(&mut journey, "Ordered", &[], Some(1)).unwrap();
    let took: Vec<bool> = journey
        .effects
        .iter()
        .filter_map(|effect| if let Effect::Took { is_only, .. } = effect { Some(*is_only) } else { None })
        .collect();
    assert_eq!(took, [true, false]);
    journey.expect("s f a b c x z");
    told(&mut journey, "Ordered", &[], Some(2)).unwrap();
    journey.expect("y ended:y");
}

#[test]
fn a_message_another_journey_took_alone_still_comes_to_all_the_others() {
    let mut journey = Journey::new(BOTH).start();
    let message = Command::Message { name: "Ordered", keys: &[], id: None, is_taken: true, payload: &Value::Null };
    journey.send(message).unwrap();
    journey.expect("s f a b c z");
}

#[test]
fn two_messages_one_after_the_other_take_one_wait() {
    let lines = "start s\n events g\n message a Paid\n message b Refused\n end x\n end y\n s -> g\n g -> a\n g -> b\n a -> x\n b -> y";
    let mut journey = Journey::new(lines).start();
    told(&mut journey, "Paid", &[], Some(1)).unwrap();
    assert_eq!(told(&mut journey, "Refused", &[], Some(2)), Err(Rejected::Ended));
    journey.expect("s g a x ended:x");
}

#[test]
fn throwing_a_message_is_a_job() {
    let lines = "start s\n throw t message Hello | a= =1\n end e message Bye\n s -> t\n t -> e";
    let mut journey = Journey::new(lines).start();
    journey.expect("s t job:t");
    journey.done().unwrap();
    journey.expect("e job:e");
    journey.done().unwrap();
    journey.expect("ended:e");
}

#[test]
fn the_event_that_starts_a_journey_gives_its_outputs() {
    let lines = "trigger s Cart Idle | out total= =event.total\n xor g default='g-b'\n end a\n end b\n s -> g\n g -> a : total > 10\n g -> b";
    let mut journey = Journey::new(lines);
    let payload = feel::from_json(&json!({"total": 11}));
    let trigger = journey.definition.triggers().next().unwrap().node;
    journey.send(Command::Start { trigger, payload: &payload }).unwrap();
    journey.expect("s g a ended:a");
}

#[test]
fn a_receive_task_has_events_on_its_border() {
    let lines = "start s\n receive r Answer\n boundary d ~ r cycle R6/P1D\n boundary w r timer P7D\n end e\n end d1\n end w1\n s -> r\n r -> e\n d -> d1\n w -> w1";
    let mut journey = Journey::new(lines).start();
    journey.after_hours(24).unwrap();
    journey.after_hours(24).unwrap();
    told(&mut journey, "Answer", &[], None).unwrap();
    journey.expect("s r d d1 d d1 e ended:e");

    let mut journey = Journey::new(lines).start();
    journey.after_hours(24 * 7).unwrap();
    journey.expect("s r d w d1 w1 ended:w1");
}
