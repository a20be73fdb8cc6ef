//! Event sub-processes.

use crate::common::{Journey, START};
use base::HOUR;
use bpmn::Rejected;
use feel::Value;

fn around(event: &str) -> String {
    format!(
        "start s\n job j\n end e\n s -> j\n j -> e\n esub x {{\n estart xs {event}\n job xj\n end xe\n xs -> xj\n xj -> xe\n }}"
    )
}

#[test]
fn an_interrupting_one_begins_once_and_ends_everything_beside_it() {
    let mut journey = Journey::new(&around("message Stop")).start();
    journey.message("Stop", None).unwrap();
    journey.expect("s j job:j cancel-job x xs xj job:xj");
    assert_eq!(journey.message("Stop", None), Err(Rejected::NotWaiting));
    journey.done().unwrap();
    journey.expect("xe ended:xe");
}

#[test]
fn one_that_does_not_interrupt_begins_as_often_as_its_event_comes_and_the_scope_waits_for_it() {
    let mut journey = Journey::new(&around("~ message Note")).start();
    journey.message("Note", None).unwrap();
    journey.message("Note", None).unwrap();
    journey.expect("s j job:j x xs xj job:xj x xs xj job:xj");
    journey.done().unwrap();
    journey.expect("e");
    journey.done().unwrap();
    journey.message("Note", None).unwrap();
    journey.done().unwrap();
    journey.expect("xe x xs xj job:xj xe");
    journey.done().unwrap();
    journey.expect("xe ended:xe");
}

#[test]
fn it_ends_its_siblings_and_not_the_border_of_its_parent() {
    let lines = "start s\n sub p {\n start ps\n job a\n ps -> a\n esub x {\n estart xs message Stop\n job xj\n xs -> xj\n }\n }\n \
        boundary b p timer PT5H\n job beside\n and f\n end e\n end out\n s -> f\n f -> p\n f -> beside\n p -> e\n b -> out";
    let mut journey = Journey::new(lines).start();
    journey.expect("s f p beside job:beside ps a job:a");
    journey.message("Stop", None).unwrap();
    journey.expect("cancel-job x xs xj job:xj");
    assert_eq!(journey.state.next_due(), Some(START + 5 * HOUR));
    journey.after_hours(5).unwrap();
    journey.expect("cancel-job b out");
    assert_eq!(journey.waiting(), "beside");
}

#[test]
fn an_interrupting_one_that_ends_completes_its_scope_normally() {
    let lines = "start s\n sub p {\n start ps\n job a\n ps -> a\n esub x {\n estart xs message Stop\n end xe\n xs -> xe\n }\n }\n end e\n s -> p\n p -> e";
    let mut journey = Journey::new(lines).start();
    journey.message("Stop", None).unwrap();
    journey.expect("s p ps a job:a cancel-job x xs xe e ended:e");
}

#[test]
fn a_timer_begins_it_once_or_by_its_cycle() {
    let mut journey = Journey::new(&around("~ cycle R2/PT1H")).start();
    journey.after_hours(1).unwrap();
    journey.after_hours(1).unwrap();
    assert_eq!(journey.state.next_due(), None);
    journey.expect("s j job:j x xs xj job:xj x xs xj job:xj");
    let mut journey = Journey::new(&around("timer PT1H")).start();
    journey.after_hours(1).unwrap();
    journey.expect("s j job:j cancel-job x xs xj job:xj");
}

#[test]
fn an_error_begins_it() {
    let mut journey = Journey::new(&around("error NO | out code= =event.errorCode")).start();
    journey.throw("j", "NO");
    journey.expect("s j job:j x xs xj job:xj");
    let seen = journey.state.variables_at(journey.state.tokens()[0].scope);
    assert_eq!(seen["code"], Value::from("NO"));
    // An error inside is not caught by the one that it comes from.
    journey.throw("xj", "NO");
    journey.expect("incident:xj");
}

#[test]
fn after_an_interrupting_one_no_other_begins() {
    let lines = format!(
        "{}\n esub y {{\n estart ys error *\n end ye\n ys -> ye\n }}\n esub z {{\n estart zs ~ message Note\n end ze\n zs -> ze\n }}",
        around("message Stop")
    );
    let mut journey = Journey::new(&lines).start();
    journey.message("Note", None).unwrap();
    journey.message("Stop", None).unwrap();
    journey.expect("s j job:j z zs ze cancel-job x xs xj job:xj");
    assert_eq!(journey.message("Note", None), Err(Rejected::NotWaiting));
    journey.throw("xj", "NO");
    journey.expect("incident:xj");
}

#[test]
fn its_variables_are_its_own() {
    let lines = "start s\n job j\n end e\n s -> j\n j -> e\n esub x {\n estart xs ~ message Note | out n= =event.n\n job xj n= =n\n xs -> xj\n }";
    let mut journey = Journey::new(lines).start();
    for n in 1..=2 {
        let payload = feel::from_json(&serde_json::json!({ "n": n }));
        let message = bpmn::Command::Message { name: "Note", keys: &[], id: None, is_taken: false, payload: &payload };
        journey.send(message).unwrap();
    }
    let seen: Vec<Value> = journey
        .state
        .tokens()
        .iter()
        .filter_map(|token| journey.state.variables_at(token.scope).get("n").cloned())
        .collect();
    assert_eq!(seen, [Value::from(1), Value::from(2)]);
    assert!(journey.state.variables().is_empty());
}

#[test]
fn one_stands_inside_another() {
    let lines = "start s\n job j\n s -> j\n esub x {\n estart xs message Stop\n job xj\n xs -> xj\n esub y {\n estart ys message Again\n end ye\n ys -> ye\n }\n }";
    let mut journey = Journey::new(lines).start();
    assert_eq!(journey.message("Again", None), Err(Rejected::NotWaiting));
    journey.message("Stop", None).unwrap();
    journey.message("Again", None).unwrap();
    journey.expect("s j job:j cancel-job x xs xj job:xj cancel-job y ys ye ended:ye");
}
