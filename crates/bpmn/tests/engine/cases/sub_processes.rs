//! Sub-processes, their variables, and terminate end events.

use crate::common::Journey;
use bpmn::{Command, Effect};
use feel::Value;
use serde_json::json;

#[test]
fn a_sub_process_ends_when_its_last_token_ends() {
    let lines = "start s\n sub p {\n start ps\n and f\n job a\n job b\n ps -> f\n f -> a\n f -> b\n }\n end e\n s -> p\n p -> e";
    let mut journey = Journey::new(lines).start();
    journey.done().unwrap();
    journey.expect("s p ps f a job:a b job:b");
    journey.done().unwrap();
    journey.expect("e ended:e");
}

#[test]
fn a_sub_process_has_its_own_variables_and_gives_its_outputs() {
    let lines = "process ritorno:parameters='n=1'\n start s\n sub p local= =n + 1; out result= =local * 10 {\n start ps\n job j seen= =local\n ps -> j\n }\n job k seen= =local; both= =result\n s -> p\n p -> k";
    let mut journey = Journey::new(lines).start();
    let inputs = |journey: &Journey| match journey.effects.last() {
        Some(Effect::Job { inputs, .. }) => inputs.iter().map(|(_, value)| value.clone()).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(inputs(&journey), [Value::from(2)]);
    // What is known inside is changed inside; what is not known becomes a variable of the journey.
    let variables = vec![("local".to_string(), Value::from(7)), ("found".to_string(), Value::from(1))];
    let token = journey.token("j");
    journey.send(Command::CompleteJob { token, variables }).unwrap();
    assert_eq!(inputs(&journey), [Value::Null, Value::from(70)]);
    let names: Vec<&String> = journey.state.variables().keys().collect();
    assert_eq!(names, ["found", "result"]);
}

#[test]
fn an_event_on_the_border_ends_the_inside_first() {
    let lines = "start s\n sub p {\n start ps\n and f\n job a\n sub q {\n start qs\n user u\n qs -> u\n }\n ps -> f\n f -> a\n f -> q\n }\n \
        boundary b p timer PT1H\n end e\n end out\n s -> p\n p -> e\n b -> out";
    let mut journey = Journey::new(lines).start();
    journey.after_hours(1).unwrap();
    journey.expect("s p ps f a job:a q qs u user:u cancel-job cancel-job b out ended:out");
    assert_eq!(journey.state.scopes().count(), 0);
}

#[test]
fn a_terminate_end_ends_its_own_scope_only_and_the_scope_around_goes_on() {
    let lines = "start s\n and f\n job keep\n sub p {\n start ps\n and pf\n job a\n job b\n terminate t\n ps -> pf\n pf -> a\n pf -> b\n b -> t\n }\n \
        end e\n end k\n s -> f\n f -> keep\n f -> p\n p -> e\n keep -> k";
    let mut journey = Journey::new(lines).start();
    journey.expect("s f keep job:keep p ps pf a job:a b job:b");
    let b = journey.token("b");
    journey.send(Command::CompleteJob { token: b, variables: Vec::new() }).unwrap();
    journey.expect("t cancel-job e");
    journey.done().unwrap();
    journey.expect("k ended:k");
}

#[test]
fn a_terminate_end_frees_a_token_at_a_parallel_join() {
    let lines = "start s\n sub p {\n start ps\n and pf\n task a\n job b\n and j\n terminate t\n ps -> pf\n pf -> a\n pf -> b\n a -> j\n j -> t\n \
        boundary be b error NO\n end be1 terminate\n b -> j\n be -> be1\n }\n end e\n s -> p\n p -> e";
    let mut journey = Journey::new(lines).start();
    journey.expect("s p ps pf a b job:b j");
    journey.throw("b", "NO");
    journey.expect("be be1 e ended:e");
}

#[test]
fn a_sub_process_may_be_passed_again_in_a_loop() {
    let lines = "start s\n xor m\n sub p {\n start ps\n job j\n ps -> j\n }\n xor g default='g-e'\n end e\n s -> m\n m -> p\n p -> g\n g -> m : n < 2\n g -> e";
    let mut journey = Journey::new(lines).with("n", json!(0)).start();
    journey.done_at("j", "n", 1);
    journey.done_at("j", "n", 2);
    journey.expect("s m p ps j job:j g m p ps j job:j g e ended:e");
}

#[test]
fn two_tokens_have_a_sub_process_each() {
    let lines = "start s\n and f\n xor m\n sub p n= =1 {\n start ps\n job j out n= =done\n ps -> j\n }\n job k x= =n\n s -> f\n f -> m\n f -> m\n m -> p\n p -> k";
    let mut journey = Journey::new(lines).start();
    journey.done_at("j", "done", 5);
    assert_eq!(journey.state.scopes().count(), 1);
    journey.done_at("j", "done", 6);
    assert_eq!(journey.state.scopes().count(), 0);
    assert_eq!(journey.waiting(), "k k");
}
