//! Escalations.

use crate::common::Journey;
use bpmn::{Command, State};

const SUB: &str = "start s\n sub p {\n start ps\n throw t escalation HELP\n job j\n ps -> t\n t -> j\n }\n";

#[test]
fn an_escalation_goes_on_and_the_nearest_scope_catches_it() {
    let lines = format!("{SUB} boundary b ~ p escalation HELP\n end e\n end out\n s -> p\n p -> e\n b -> out");
    let mut journey = Journey::new(&lines).start();
    journey.expect("s p ps t b j job:j out");
    journey.done().unwrap();
    journey.expect("e ended:e");
}

#[test]
fn an_interrupting_escalation_ends_the_activity() {
    let lines = format!("{SUB} boundary b p escalation HELP\n end e\n end out\n s -> p\n p -> e\n b -> out");
    Journey::new(&lines).start().expect("s p ps t b out ended:out");
}

#[test]
fn the_code_comes_before_a_catch_all_for_escalations_too() {
    let lines = format!(
        "{SUB} boundary all ~ p escalation *\n boundary b ~ p escalation HELP\n end x\n end y\n s -> p\n all -> x\n b -> y"
    );
    Journey::new(&lines).start().expect("s p ps t b j job:j y");
    let lines = lines.replace("~ p escalation HELP", "~ p escalation OTHER");
    Journey::new(&lines).start().expect("s p ps t all j job:j x");
}

#[test]
fn an_uncaught_escalation_is_ignored() {
    let mut journey = Journey::new(&format!("{SUB} end e\n s -> p\n p -> e")).start();
    journey.done().unwrap();
    journey.expect("s p ps t j job:j e ended:e");
}

#[test]
fn an_escalation_end_event_ends_its_path_and_is_caught() {
    let lines = "start s\n sub p {\n start ps\n end t escalation HELP\n ps -> t\n }\n boundary b ~ p escalation *\n end e\n end out\n s -> p\n p -> e\n b -> out";
    Journey::new(lines).start().expect("s p ps t b out e ended:e");
}

#[test]
fn an_escalation_begins_an_event_sub_process_of_its_scope() {
    let lines = "start s\n throw t escalation HELP\n end e\n s -> t\n t -> e\n esub x {\n estart xs ~ escalation HELP\n end xe\n xs -> xe\n }";
    Journey::new(lines).start().expect("s t x e xs xe ended:xe");
}

#[test]
fn a_job_or_a_called_flow_escalates_and_goes_on() {
    let lines =
        "start s\n call c other\n boundary b ~ c escalation HELP\n end e\n end out\n s -> c\n c -> e\n b -> out";
    let mut journey = Journey::new(lines).start();
    let escalate = |token| Command::Escalate { token, code: "HELP".into(), variables: Vec::new() };
    let token = journey.token("c");
    journey.send(escalate(token)).unwrap();
    journey.expect("s c child:c:other b out");
    assert_eq!(journey.waiting(), "c");

    let mut journey = Journey::new(&lines.replace("b ~ c", "b c")).start();
    journey.send(escalate(token)).unwrap();
    journey.expect("s c child:c:other cancel-child b out ended:out");
}

#[test]
fn an_uncaught_escalation_of_a_called_flow_goes_to_its_caller() {
    let mut journey = Journey::new("start s\n throw t escalation HELP\n end e\n s -> t\n t -> e");
    journey.state = State::child(1, []);
    journey.start().expect("s t escalated:HELP e ended:e");
}
