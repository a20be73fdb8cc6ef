//! Inclusive gateways.

use crate::common::Journey;
use serde_json::json;

const SPLIT: &str = "start s\n or g default='g-c'\n job a\n job b\n job c\n or j\n end e\n s -> g\n \
    g -> a : x > 1\n g -> b : x > 2\n g -> c\n a -> j\n b -> j\n c -> j\n j -> e";

fn split(x: i64) -> Journey {
    Journey::new(SPLIT).with("x", json!(x)).start()
}

#[test]
fn several_true_conditions_take_several_flows_and_the_join_waits_for_those() {
    let mut journey = split(3);
    journey.expect("s g a job:a b job:b");
    journey.done().unwrap();
    journey.expect("j");
    journey.done().unwrap();
    journey.expect("j e ended:e");
}

#[test]
fn one_true_condition_passes_the_join_alone() {
    let mut journey = split(2);
    journey.expect("s g a job:a");
    journey.done().unwrap();
    journey.expect("j e ended:e");
}

#[test]
fn the_default_is_taken_only_if_no_condition_is_true() {
    let mut journey = split(1);
    journey.expect("s g c job:c");
    journey.done().unwrap();
    journey.expect("j e ended:e");
}

#[test]
fn no_true_condition_and_no_default_is_an_incident() {
    let lines = "start s\n or g\n end a\n end b\n s -> g\n g -> a : x > 1\n g -> b : x > 2";
    let mut journey = Journey::new(lines).with("x", json!(0)).start();
    journey.expect("s g incident:g");
    journey.scope.insert("x".into(), feel::Value::from(5));
    let token = journey.token("g");
    journey.send(bpmn::Command::RetryIncident { token }).unwrap();
    journey.expect("a b ended:b");
}

#[test]
fn a_join_fires_when_no_active_node_can_still_reach_it() {
    // b may end elsewhere: as long as it has not decided, the join waits; when it goes the other way, it fires.
    let lines = "start s\n or g\n job a\n job b\n xor x default='x-j'\n or j\n end e\n end other\n s -> g\n g -> a : true\n \
        g -> b : true\n a -> j\n b -> x\n x -> other : away\n x -> j\n j -> e";
    let mut journey = Journey::new(lines).with("away", json!(true)).start();
    journey.done().unwrap();
    journey.expect("s g a job:a b job:b j");
    journey.done().unwrap();
    journey.expect("x other e ended:e");

    let mut journey = Journey::new(lines).with("away", json!(false)).start();
    journey.done().unwrap();
    journey.done().unwrap();
    journey.expect("s g a job:a b job:b j x j e ended:e");
}

#[test]
fn a_token_that_can_come_by_a_flow_that_has_arrived_is_not_waited_for() {
    // The second token of a may reach the empty flow of b only through the exclusive gateway before both.
    let lines = "start s\n and f\n task now\n job later\n xor m default='m-a'\n task a\n task b\n or j\n end e\n s -> f\n \
        f -> now\n f -> later\n now -> a\n later -> m\n m -> b : two\n m -> a\n a -> j\n b -> j\n j -> e";
    let mut journey = Journey::new(lines).with("two", json!(false)).start();
    // later can still come by a, which has arrived: the join does not wait for it.
    journey.expect("s f now later job:later a j e");
    journey.done().unwrap();
    journey.expect("m a j e ended:e");
}

#[test]
fn a_loop_before_the_join_is_waited_for() {
    let lines = "start s\n or g\n xor m\n job a\n xor again default='again-j'\n job b\n or j\n end e\n s -> g\n g -> m : true\n \
        g -> b : true\n m -> a\n a -> again\n again -> m : more\n again -> j\n b -> j\n j -> e";
    let mut journey = Journey::new(lines).with("more", json!(true)).start();
    let b = journey.token("b");
    journey.send(bpmn::Command::CompleteJob { token: b, variables: Vec::new() }).unwrap();
    journey.done().unwrap();
    journey.expect("s g m b job:b a job:a j again m a job:a");
    journey.scope.insert("more".into(), feel::Value::from(false));
    journey.done().unwrap();
    journey.expect("again j e ended:e");
}

#[test]
fn a_loop_around_the_gateway_does_not_wait_for_itself() {
    let lines = "start s\n or m\n job a\n xor again default='again-e'\n end e\n s -> m\n m -> a\n a -> again\n again -> m : more\n again -> e";
    let mut journey = Journey::new(lines).with("more", json!(true)).start();
    journey.done().unwrap();
    journey.scope.insert("more".into(), feel::Value::from(false));
    journey.done().unwrap();
    journey.expect("s m a job:a again m a job:a again e ended:e");
}

#[test]
fn a_boundary_path_into_the_join_is_waited_for() {
    let lines = "start s\n or g\n job a\n job b\n boundary late b timer PT1H\n task t\n or j\n end e\n end f\n s -> g\n g -> a : true\n \
        g -> b : true\n a -> j\n b -> f\n late -> t\n t -> j\n j -> e";
    let mut journey = Journey::new(lines).start();
    journey.done().unwrap();
    journey.expect("s g a job:a b job:b j");
    journey.after_hours(1).unwrap();
    journey.expect("cancel-job late t j e ended:e");

    let mut journey = Journey::new(lines).start();
    journey.done().unwrap();
    journey.done().unwrap();
    // b ended by its own end: nobody comes by the border any more.
    journey.expect("s g a job:a b job:b j f e ended:e");
}

#[test]
fn a_link_before_the_join_is_waited_for() {
    let lines = "start s\n or g\n job a\n job b\n throw out link L\n catch in link L\n or j\n end e\n s -> g\n g -> a : true\n g -> b : true\n \
        a -> j\n b -> out\n in -> j\n j -> e";
    let mut journey = Journey::new(lines).start();
    journey.done().unwrap();
    journey.expect("s g a job:a b job:b j");
    journey.done().unwrap();
    journey.expect("out in j e ended:e");
}

#[test]
fn tokens_inside_a_sub_process_are_waited_for() {
    let lines = "start s\n or g\n job a\n sub p {\n start ps\n job w\n ps -> w\n }\n or j\n end e\n s -> g\n g -> a : true\n g -> p : true\n \
        a -> j\n p -> j\n j -> e";
    let mut journey = Journey::new(lines).start();
    journey.done().unwrap();
    journey.expect("s g a job:a p ps j w job:w".replace("ps j w job:w", "ps w job:w j").as_str());
    journey.done().unwrap();
    journey.expect("j e ended:e");
}

#[test]
fn an_event_gateway_before_the_join_is_waited_for_as_one() {
    let lines = "start s\n or g\n job a\n events x\n message m Paid\n timer t PT1H\n end never\n or j\n end e\n s -> g\n g -> a : true\n \
        g -> x : true\n x -> m\n x -> t\n m -> j\n t -> never\n a -> j\n j -> e";
    let mut journey = Journey::new(lines).start();
    journey.done().unwrap();
    journey.expect("s g a job:a x j");
    journey.after_hours(1).unwrap();
    journey.expect("t never e ended:e");
}
