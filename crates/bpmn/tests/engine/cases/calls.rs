//! Call activities: what the caller does; the called journey is a journey like any other.

use crate::common::Journey;
use bpmn::{Binding, Command, Effect, Rejected, State};
use feel::Value;

fn started(journey: &Journey) -> (u32, String, Binding, Vec<(String, Value)>) {
    let found = journey.effects.iter().find_map(|effect| match effect {
        Effect::StartChild { token, process, binding, variables, .. } => {
            Some((*token, process.clone(), binding.clone(), variables.clone()))
        }
        _ => None,
    });
    found.expect("a child is started")
}

#[test]
fn a_called_flow_gets_the_inputs_and_gives_its_outputs() {
    let lines =
        "start s\n script x a = 1\n call c other | b= =a + 1; out got= =result\n end e\n s -> x\n x -> c\n c -> e";
    let mut journey = Journey::new(lines).start();
    let (token, process, binding, variables) = started(&journey);
    assert_eq!((process.as_str(), binding), ("other", Binding::Latest));
    assert_eq!(variables, [("a".to_string(), Value::from(1)), ("b".to_string(), Value::from(2))]);
    // The other journey, with what it was given.
    let mut child = Journey::new("start s\n script x result = b * 10\n terminate e\n s -> x\n x -> e");
    child.state = State::child(1, variables);
    let child = child.start();
    assert!(child.state.is_ended());
    let variables = child.state.variables().clone().into_iter().collect();
    journey.send(Command::CompleteChild { token, variables }).unwrap();
    journey.expect("s x c child:c:other e ended:e");
    assert_eq!(journey.state.variables()["got"], Value::from(20));
    assert_eq!(journey.state.variables().len(), 2);
}

#[test]
fn what_is_handed_over_can_be_kept_small() {
    let lines = "start s\n script x a = 1\n call c other | b= =2 @with propagateAllParentVariables='false' propagateAllChildVariables='false'\n end e\n s -> x\n x -> c\n c -> e";
    let mut journey = Journey::new(lines).start();
    let (token, _, _, variables) = started(&journey);
    assert_eq!(variables, [("b".to_string(), Value::from(2))]);
    journey.send(Command::CompleteChild { token, variables: vec![("z".into(), Value::from(1))] }).unwrap();
    assert!(!journey.state.variables().contains_key("z"));
}

#[test]
fn the_version_is_the_latest_the_deployed_or_one_with_a_tag() {
    let binding =
        |with: &str| started(&Journey::new(&format!("start s\n call c other @with {with}\n s -> c")).start()).2;
    assert_eq!(binding(""), Binding::Latest);
    assert_eq!(binding("bindingType='latest'"), Binding::Latest);
    assert_eq!(binding("bindingType='deployment'"), Binding::Deployment);
    assert_eq!(binding("bindingType='versionTag' versionTag='v2'"), Binding::Tag("v2".into()));
}

#[test]
fn cancelling_goes_down_to_the_called_flow() {
    let lines = "start s\n call c other\n boundary b c timer PT1H\n end e\n end late\n s -> c\n c -> e\n b -> late";
    let mut journey = Journey::new(lines).start();
    let (token, ..) = started(&journey);
    journey.after_hours(1).unwrap();
    journey.expect("s c child:c:other cancel-child b late ended:late");
    assert_eq!(journey.send(Command::CompleteChild { token, variables: Vec::new() }), Err(Rejected::Ended));

    let mut journey = Journey::new(lines).start();
    journey.send(Command::Cancel { reason: "merged".into() }).unwrap();
    journey.expect("s c child:c:other cancel-child cancelled");
}

#[test]
fn a_flow_that_is_not_there_is_an_incident_that_can_be_retried() {
    let mut journey = Journey::new("start s\n call c = which\n end e\n s -> c\n c -> e").start();
    journey.expect("s c incident:c");
    journey.scope.insert("which".into(), Value::from("other"));
    let token = journey.token("c");
    journey.send(Command::RetryIncident { token }).unwrap();
    journey.expect("child:c:other");
    let token = journey.token("c");
    journey.send(Command::FailJob { token, reason: "there is no flow other".into() }).unwrap();
    journey.expect("incident:c");
}

#[test]
fn a_called_flow_that_terminates_ends_normally_for_its_caller() {
    let mut child = Journey::new("start s\n and f\n job j\n terminate t\n s -> f\n f -> j\n f -> t");
    child.state = State::child(1, []);
    child.start().expect("s f j job:j t cancel-job terminated:t");
}
