//! Incidents and limits: what a person does about them, and where a journey stops by itself.

use crate::common::{Journey, process};
use bpmn::{Command, Definition, Effect, Rejected};
use feel::Value;

#[test]
fn an_incident_can_be_resolved_as_if_the_task_had_been_done() {
    let mut journey = Journey::new("start s\n job j\n end e\n s -> j\n j -> e").start();
    journey.send(Command::FailJob { token: 0, reason: "no".into() }).unwrap();
    let variables = vec![("by_hand".to_string(), Value::from(true))];
    journey.send(Command::ResolveIncident { token: 0, flow: None, variables }).unwrap();
    journey.expect("s j job:j incident:j e ended:e");
    assert_eq!(journey.state.variables()["by_hand"], Value::from(true));
}

#[test]
fn an_incident_at_a_gateway_is_resolved_by_choosing_a_flow() {
    let mut journey =
        Journey::new("start s\n xor g\n end a\n end b\n s -> g\n g -> a : x = 1\n g -> b : x = 2").start();
    let token = journey.token("g");
    let resolve = |flow| Command::ResolveIncident { token, flow, variables: Vec::new() };
    assert_eq!(journey.send(resolve(None)), Err(Rejected::NoSuchFlow));
    let wrong = journey.definition.find_flow("s-g");
    assert_eq!(journey.send(resolve(wrong)), Err(Rejected::NoSuchFlow));
    let right = journey.definition.find_flow("g-b");
    journey.send(resolve(right)).unwrap();
    journey.expect("s g incident:g b ended:b");
}

#[test]
fn tokens_that_multiply_stop_as_incidents() {
    let mut journey = Journey::new("start s\n xor m\n and f\n job j\n s -> m\n m -> f\n f -> m\n f -> j").start();
    assert!(journey.state.tokens().len() <= 1_100, "{}", journey.state.tokens().len());
    assert!(journey.state.incidents().count() > 0);
    let token = journey.state.incidents().next().unwrap().0;
    journey.send(Command::RetryIncident { token }).unwrap();
    assert!(journey.state.tokens().len() <= 1_600);
}

#[test]
fn large_variables_are_told_and_too_large_ones_stop_the_task() {
    let mut journey = Journey::new("start s\n job j\n job k\n end e\n s -> j\n j -> k\n k -> e").start();
    journey.done_at("j", "text", "x".repeat(3_000));
    assert!(journey.effects.iter().any(|effect| matches!(effect, Effect::Heavy { bytes } if *bytes > 3_000)));
    journey.done_at("k", "more", "x".repeat(70_000));
    journey.expect("s j job:j k job:k incident:k");
    let (token, _, reason) = journey.state.incidents().next().unwrap();
    assert!(reason.contains("variable more"), "{reason}");
    assert!(!journey.state.variables().contains_key("more"));
    let variables = vec![("again".to_string(), Value::from("x".repeat(70_000)))];
    assert_eq!(journey.send(Command::SetVariables { token: None, variables }), Err(Rejected::TooLarge));
    journey.send(Command::RetryIncident { token }).unwrap();
    journey.done_at("k", "more", "x");
    journey.expect("job:k e ended:e");
}

#[test]
fn a_draft_runs_up_to_what_is_not_executed() {
    let xml = process("start s\n task t\n complexGateway g\n end e\n s -> t\n t -> g\n g -> e");
    let (definition, problems) = Definition::draft(&xml, &[]).unwrap();
    assert!(problems.iter().any(|problem| problem.rule == "unsupported_element"));
    let mut journey = Journey::new("start s\n end e\n s -> e");
    journey.definition = definition;
    journey.start().expect("s t g incident:g");
}
