//! User tasks, business rule tasks and script tasks.

use crate::common::{Journey, START};
use base::HOUR;
use bpmn::{Binding, Command, Effect, Rejected};
use feel::Value;
use serde_json::json;

const USER: &str = "start s\n <userTask id='u'><extensionElements><zeebe:assignmentDefinition assignee='= customer.agent' candidateGroups='sales'/>\
    <zeebe:taskSchedule dueDate='2026-12-01T09:00:00Z'/></extensionElements></userTask>\n boundary b ~ u timer PT2H\n job remind\n end e\n s -> u\n u -> e\n b -> remind";

#[test]
fn a_user_task_is_created_with_who_and_until_when() {
    let journey = Journey::new(USER).with("customer", json!({"agent": "anna"})).start();
    let Some(Effect::UserTask { inputs, .. }) = journey.effects.last() else { panic!("{:?}", journey.effects) };
    let names: Vec<&str> = inputs.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["assignee", "candidateGroups", "dueDate"]);
    assert_eq!(inputs[0].1, Value::from("anna"));
}

#[test]
fn a_user_task_is_claimed_by_one_person_and_can_be_given_to_another() {
    let mut journey = Journey::new(USER).start();
    let token = journey.token("u");
    let assign = |who: Option<&str>, claim| Command::AssignUserTask { token, assignee: who.map(str::to_string), claim };
    journey.send(assign(Some("anna"), true)).unwrap();
    assert!(matches!(journey.effects.as_slice(), [Effect::Assigned { assignee: Some(who), .. }] if who == "anna"));
    assert_eq!(journey.send(assign(Some("bruno"), true)), Err(Rejected::Claimed));
    journey.send(assign(Some("anna"), true)).unwrap();
    journey.send(assign(Some("bruno"), false)).unwrap();
    journey.send(assign(None, false)).unwrap();
    journey.send(assign(Some("carla"), true)).unwrap();
    journey.user_done("u");
    assert_eq!(journey.send(assign(None, false)), Err(Rejected::Ended));
}

#[test]
fn a_user_task_keeps_its_person_and_its_reminder() {
    let mut journey = Journey::new(USER).with("customer", json!({"agent": "anna"})).start();
    assert_eq!(journey.state.next_due(), Some(START + 2 * HOUR));
    journey.after_hours(2).unwrap();
    journey.expect("s u user:u b remind job:remind");
    let token = journey.token("u");
    let claim = Command::AssignUserTask { token, assignee: Some("bruno".into()), claim: true };
    assert_eq!(journey.send(claim), Err(Rejected::Claimed));
}

#[test]
fn a_user_task_is_called_off_when_it_is_interrupted() {
    let lines = "start s\n user u\n boundary b u message Ordered\n end e\n end out\n s -> u\n u -> e\n b -> out";
    let mut journey = Journey::new(lines).start();
    let token = journey.token("u");
    journey.message("Ordered", None).unwrap();
    journey.expect("s u user:u cancel-job b out ended:out");
    assert_eq!(journey.send(Command::CompleteUserTask { token, variables: Vec::new() }), Err(Rejected::Ended));
}

const DECIDE: &str = "process ritorno:parameters='least=5'\n start s\n script x cluster = \"gold\"\n decide d discount percent | total= =100\n xor g default='g-n'\n end y\n end n\n \
    s -> x\n x -> d\n d -> g\n g -> y : percent >= least\n g -> n";

#[test]
fn a_decision_is_asked_with_what_the_journey_knows() {
    let mut journey = Journey::new(DECIDE).start();
    journey.expect("s x d decide:d:discount");
    let Some(Effect::Decide { token, binding, context, .. }) = journey.effects.last().cloned() else {
        panic!("a decision")
    };
    assert_eq!(binding, Binding::Latest);
    let wanted = json!({"cluster": "gold", "least": 5, "total": 100});
    assert_eq!(Value::Context(context), feel::from_json(&wanted));
    journey.send(Command::CompleteDecision { token, result: Value::from(10) }).unwrap();
    journey.expect("g y ended:y");
}

#[test]
fn a_decision_that_matches_nothing_gives_null() {
    let mut journey = Journey::new(DECIDE).start();
    let token = journey.token("d");
    journey.send(Command::CompleteDecision { token, result: Value::Null }).unwrap();
    assert_eq!(journey.state.variables()["percent"], Value::Null);
    journey.expect("s x d decide:d:discount g n ended:n");
}

#[test]
fn a_decision_with_bad_input_is_an_incident() {
    let mut journey = Journey::new(DECIDE).start();
    let token = journey.token("d");
    journey.send(Command::FailJob { token, reason: "total is no number".into() }).unwrap();
    journey.expect("s x d decide:d:discount incident:d");
    journey.send(Command::RetryIncident { token }).unwrap();
    journey.expect("decide:d:discount");
}

#[test]
fn a_script_computes_a_variable() {
    let lines = "start s\n script a x = cart.total * 2\n script b x = x + 1\n xor g default='g-n'\n end y\n end n\n s -> a\n a -> b\n b -> g\n g -> y : x = 21\n g -> n";
    Journey::new(lines).with("cart", json!({"total": 10})).start().expect("s a b g y ended:y");
}

#[test]
fn headers_of_a_task_are_inputs() {
    let lines = "start s\n <serviceTask id='j'><extensionElements><zeebe:taskDefinition type='t'/><zeebe:ioMapping><zeebe:input source='mine' target='a'/></zeebe:ioMapping>\
        <zeebe:taskHeaders><zeebe:header key='a' value='theirs'/><zeebe:header key='b' value='=1'/></zeebe:taskHeaders></extensionElements></serviceTask>\n s -> j";
    let journey = Journey::new(lines).start();
    let Some(Effect::Job { inputs, .. }) = journey.effects.last() else { panic!("a job") };
    assert_eq!(*inputs, [("a".to_string(), Value::from("mine")), ("b".to_string(), Value::from("=1"))]);
}
