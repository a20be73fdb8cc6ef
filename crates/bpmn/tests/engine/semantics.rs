//! What gateways, tasks and ends do, one case a test.

use crate::common::{Journey, START, process};
use crate::waits::race;
use base::{DAY, MINUTE};
use bpmn::{Command, Effect, FlowId, NodeId, Rejected, State, WaitKind};
use feel::Value;
use serde_json::json;

const SPLIT: &str = "start s\n xor g default='g-c'\n end a\n end b\n end c\n s -> g\n \
    g -> c : = true\n g -> a : = x > 1\n g -> b : x > 0";

fn check_split(x: serde_json::Value, end: &str) {
    let mut journey = Journey::new(SPLIT).with("x", x).start();
    journey.expect(&format!("s g {end} ended:{end}"));
}

#[test]
fn exclusive_takes_the_first_true_flow_and_the_default_only_if_none_is() {
    check_split(json!(2), "a");
    check_split(json!(1), "b");
    // The default is declared first and its condition is true, but it is never evaluated.
    check_split(json!(0), "c");
    check_split(json!(null), "c");
    check_split(json!("text"), "c");
}

#[test]
fn exclusive_without_a_way_out_is_an_incident_that_can_be_retried() {
    let lines = "start s\n xor g\n end a\n end b\n s -> g\n g -> a : x = 1\n g -> b : x = 2";
    let mut journey = Journey::new(lines).with("x", json!(3)).start();
    journey.expect("s g incident:g");
    let (token, _, reason) = journey.state.incidents().next().unwrap();
    assert!(reason.contains("x = 3"), "{reason}");
    journey.scope.insert("x".into(), Value::from(2));
    journey.send(Command::RetryIncident { token }).unwrap();
    journey.expect("b ended:b");
    assert_eq!(journey.send(Command::RetryIncident { token }), Err(Rejected::Ended));
}

#[test]
fn exclusive_says_what_its_conditions_read() {
    let journey = Journey::new(SPLIT).with("x", json!(1)).start();
    let read = journey.effects.iter().find_map(|effect| match effect {
        Effect::TookFlow { node: NodeId(1), flow: FlowId(3), read } => Some(read.clone()),
        _ => None,
    });
    assert_eq!(read, Some(vec![("x".to_string(), Value::from(1))]));
}

#[test]
fn exclusive_join_passes_each_token() {
    let lines = "start s\n and f\n xor j\n task t\n end e\n s -> f\n f -> j\n f -> j\n j -> t\n t -> e";
    Journey::new(lines).start().expect("s f j j t t e e ended:e");
}

#[test]
fn a_gateway_without_outgoing_flows_ends_the_path() {
    Journey::new("start s\n xor g\n s -> g").start().expect("s g ended:g");
}

#[test]
fn parallel_join_waits_for_every_flow_once() {
    let lines = "start s\n and f\n job a\n job b\n and j\n end e\n s -> f\n f -> a\n f -> b\n a -> j\n b -> j\n j -> e";
    let mut journey = Journey::new(lines).start();
    journey.expect("s f a job:a b job:b");
    journey.done().unwrap();
    journey.expect("j");
    assert_eq!(journey.waiting(), "b");
    journey.done().unwrap();
    journey.expect("j e ended:e");
}

#[test]
fn two_tokens_on_one_flow_do_not_fire_a_parallel_join() {
    let lines = "start s\n and f\n xor m\n and j\n job b\n end e\n s -> f\n f -> m\n f -> m\n f -> b\n m -> j\n b -> j\n j -> e";
    let mut journey = Journey::new(lines).start();
    journey.expect("s f m m b job:b j j");
    journey.done().unwrap();
    // One round is complete; the token that is left waits for a flow that nothing can come by.
    journey.expect("j e incident:j");
    assert!(!journey.state.is_ended());
}

#[test]
fn one_parallel_gateway_joins_and_splits() {
    let lines = "start s\n and f\n task a\n task b\n and j\n end x\n end y\n s -> f\n f -> a\n f -> b\n a -> j\n b -> j\n j -> x\n j -> y";
    Journey::new(lines).start().expect("s f a b j j x y ended:y");
}

#[test]
fn a_join_that_cannot_be_reached_any_more_is_reported() {
    let lines = "start s\n and f\n task a\n xor g default='g-e'\n and j\n end e\n end z\n s -> f\n f -> a\n f -> g\n a -> j\n \
        g -> j : false\n g -> e\n j -> z";
    let mut journey = Journey::new(lines).start();
    journey.expect("s f a g j e incident:j");
    journey.send(Command::Cancel { reason: "wrong drawing".into() }).unwrap();
    journey.expect("cancelled");
    assert!(journey.state.is_ended());
}

#[test]
fn a_task_with_two_flows_forks() {
    let lines = "start s\n task t\n end a\n end b\n s -> t\n t -> a\n t -> b";
    Journey::new(lines).start().expect("s t a b ended:b");
}

#[test]
fn a_job_gets_its_inputs_and_leaves_its_outputs() {
    let lines = "process ritorno:parameters='x=1; who=\"agent\"'\n start s\n job j a=plain; b= = x + 1; c= =who; out kept= =result * 2\n \
        xor g default='g-n'\n end y\n end n\n s -> j\n j -> g\n g -> y : kept = 10\n g -> n";
    let mut journey = Journey::new(lines).with("x", json!(100)).start();
    let Some(Effect::Job { token, kind, inputs, .. }) = journey.effects.last().cloned() else {
        panic!("{:?}", journey.effects)
    };
    assert_eq!(kind, "test");
    let wanted = [("a", Value::from("plain")), ("b", Value::from(2)), ("c", Value::from("agent"))];
    assert_eq!(inputs, wanted.map(|(name, value)| (name.to_string(), value)));
    let variables = vec![("result".to_string(), Value::from(5)), ("noise".to_string(), Value::from(1))];
    journey.send(Command::CompleteJob { token, variables }).unwrap();
    journey.expect("s j job:j g y ended:y");
    assert_eq!(journey.state.variables().len(), 1);
}

#[test]
fn variables_come_before_parameters_and_those_before_the_scope() {
    let lines = "process ritorno:parameters='b=parameter; c=parameter'\n start s\n job j\n job k a= =a; b= =b; c= =c\n s -> j\n j -> k";
    let mut journey =
        Journey::new(lines).with("a", json!("scope")).with("b", json!("scope")).with("c", json!("scope")).start();
    let variables = vec![("c".to_string(), Value::from("variable"))];
    journey.send(Command::CompleteJob { token: 0, variables }).unwrap();
    let Some(Effect::Job { inputs, .. }) = journey.effects.last() else { panic!("a job") };
    let values: Vec<Option<&str>> = inputs.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(values, [Some("scope"), Some("parameter"), Some("variable")]);
}

#[test]
fn a_failed_job_is_an_incident_and_a_late_result_is_too_late() {
    let mut journey = Journey::new("start s\n job j\n end e\n s -> j\n j -> e").start();
    journey.send(Command::FailJob { token: 0, reason: "no address".into() }).unwrap();
    journey.expect("s j job:j incident:j");
    let complete = |token| Command::CompleteJob { token, variables: Vec::new() };
    assert_eq!(journey.send(complete(0)), Err(Rejected::NotWaiting));
    journey.send(Command::RetryIncident { token: 0 }).unwrap();
    // Another token: the new try is a new job.
    journey.expect("job:j");
    assert_eq!(journey.send(complete(0)), Err(Rejected::AlreadyLeft));
    assert_eq!(journey.send(complete(99)), Err(Rejected::NotWaiting));
    journey.send(complete(1)).unwrap();
    journey.expect("e ended:e");
}

#[test]
fn a_second_result_is_rejected() {
    let mut journey = Journey::new("start s\n job j\n user u\n end e\n s -> j\n j -> u\n u -> e").start();
    journey.done().unwrap();
    let again = Command::CompleteJob { token: 0, variables: Vec::new() };
    assert_eq!(journey.send(again), Err(Rejected::AlreadyLeft));
    let not_a_job = Command::CompleteJob { token: 1, variables: Vec::new() };
    assert_eq!(journey.send(not_a_job), Err(Rejected::NotWaiting));
    journey.send(Command::CompleteUserTask { token: 1, variables: Vec::new() }).unwrap();
    journey.expect("s j job:j u user:u e ended:e");
}

#[test]
fn a_terminate_end_calls_off_what_is_open() {
    let lines = "start s\n and f\n job a\n user b\n message m Stop\n terminate t\n end e\n s -> f\n f -> a\n f -> b\n f -> m\n m -> t\n a -> e\n b -> e";
    let mut journey = Journey::new(lines).start();
    journey.expect("s f a job:a b user:b m");
    journey.message("Stop", None).unwrap();
    journey.expect("t cancel-job cancel-job terminated:t");
}

#[test]
fn cancelling_calls_off_jobs_once() {
    let mut journey = Journey::new("start s\n job j\n s -> j").start();
    journey.send(Command::Cancel { reason: "merged".into() }).unwrap();
    journey.expect("s j job:j cancel-job cancelled");
    assert_eq!(journey.send(Command::Cancel { reason: "again".into() }), Err(Rejected::Ended));
}

#[test]
fn a_journey_starts_once_and_at_a_start_event() {
    let mut journey = Journey::new("start s\n job j\n s -> j");
    assert_eq!(journey.send(Command::FireTimers), Err(Rejected::NotStarted));
    assert_eq!(journey.send(Command::Start { trigger: NodeId(1), payload: &Value::Null }), Err(Rejected::NotAStart));
    assert_eq!(journey.send(Command::Start { trigger: NodeId(9), payload: &Value::Null }), Err(Rejected::NotAStart));
    let mut journey = journey.start();
    assert_eq!(
        journey.send(Command::Start { trigger: NodeId(0), payload: &Value::Null }),
        Err(Rejected::AlreadyStarted)
    );
}

#[test]
fn a_loop_without_a_wait_stops_as_an_incident() {
    let mut journey = Journey::new("start s\n xor a\n task b\n s -> a\n a -> b\n b -> a").start();
    assert_eq!(journey.trace.len(), 1_001);
    assert!(journey.trace.last().unwrap().starts_with("incident"));
    let (token, ..) = journey.state.incidents().next().unwrap();
    journey.send(Command::RetryIncident { token }).unwrap();
    assert_eq!(journey.state.tokens().len(), 1);
}

#[test]
fn a_weighted_split_draws_by_the_seed_alone() {
    let lines = "start s\n xor g ritorno:split='weighted'\n end a\n end b\n s -> g\n g -> a * 30\n g -> b * 70";
    let mut to_b = 0;
    for seed in 0..1_000 {
        let mut ends = Vec::new();
        for _ in 0..2 {
            let mut journey = Journey::new(lines);
            journey.state = State::with_seed(seed);
            ends.push(journey.start().trace.last().cloned());
        }
        assert_eq!(ends[0], ends[1]);
        to_b += usize::from(ends[0].as_deref() == Some("ended:b"));
    }
    assert!((650..750).contains(&to_b), "{to_b}");
}

#[test]
fn a_state_is_small_and_refused_in_another_format() {
    let journey = race();
    let bytes = minicbor::to_vec(&journey.state).unwrap();
    assert!(bytes.len() < 64, "{} bytes", bytes.len());
    let mut other = bytes.clone();
    other[1] = 9;
    let error = minicbor::decode::<State>(&other).unwrap_err().to_string();
    assert!(error.contains("format 9"), "{error}");
    assert!(minicbor::decode::<State>(&bytes[..bytes.len() - 1]).is_err());
}

#[test]
fn waits_tell_what_they_wait_for() {
    let journey = race();
    let waits: Vec<WaitKind> = journey.state.waits().map(|wait| wait.kind).collect();
    let message = WaitKind::Message { name: "Order Completed", key: Some("c-1") };
    assert_eq!(waits, [message, WaitKind::Timer { due: START + 2 * DAY }]);
    assert_eq!(journey.definition.message_names(), ["Order Completed"]);
}

#[test]
fn every_kind_of_variable_survives_its_bytes() {
    let mut journey = Journey::new("start s\n job j\n job k\n s -> j\n j -> k").start();
    let env_zone = journey.zone.clone();
    let scope = std::collections::BTreeMap::new();
    let env = feel::Env { scope: &scope, now: START + MINUTE, zone: &env_zone };
    let texts = [
        "null",
        "true",
        "12",
        "-12.50",
        "\"text\"",
        "[1, [null]]",
        "{a: {b: 1}}",
        "date(\"2026-02-28\")",
        "time(\"10:00:00.5\")",
        "time(\"10:00:00@Europe/Rome\")",
        "now()",
        "@\"2026-10-25T02:30:00+01:00\"",
        "@\"2026-10-25T02:30:00@Europe/Rome\" + duration(\"PT1H\")",
        "duration(\"-P1DT1S\")",
        "duration(\"P14M\")",
        "[1..3)",
    ];
    let value = |text: &&str| (text.to_string(), feel::Expression::parse(text).unwrap().eval(&env));
    // The journey compares the state with its copy after each step.
    journey.send(Command::CompleteJob { token: 0, variables: texts.iter().map(value).collect() }).unwrap();
    assert_eq!(journey.state.variables().len(), texts.len());
    let shown: Vec<String> = journey.state.variables().values().map(feel::to_text).collect();
    assert!(shown.iter().any(|text| text == "2026-10-25T02:30:00@Europe/Rome"), "{shown:?}");
}

#[test]
fn a_trigger_filters_its_event() {
    let lines = "process ritorno:parameters='least=50'\n trigger s Cart Idle\n end e\n s -> e";
    let filter = "id='s' ritorno:filter='= event.total &gt; least'";
    let xml = process(lines).replace("startEvent id='s'", &format!("startEvent {filter}"));
    let journey = Journey::of(&xml);
    let env = feel::Env { scope: &journey.scope, now: journey.now, zone: &journey.zone };
    let trigger = journey.definition.triggers().next().unwrap().node;
    let accepts = |total: i64| {
        let event = feel::from_json(&json!({ "total": total }));
        journey.definition.accepts(trigger, &event, &env)
    };
    assert!(accepts(51) && !accepts(50));
}

#[test]
fn a_definition_is_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<bpmn::Definition>();
    assert!(!process("start s").is_empty());
}
