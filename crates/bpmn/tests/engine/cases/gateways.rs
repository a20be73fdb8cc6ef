//! Exclusive and parallel gateways, links and tasks without a wait: what the older tests of these do not say.

use crate::common::Journey;
use serde_json::json;

#[test]
fn exclusive_as_a_join_passes_every_token() {
    let lines = "start s\n and f\n xor m\n job j\n end e\n s -> f\n f -> m\n f -> m\n m -> j\n j -> e";
    let mut journey = Journey::new(lines).start();
    journey.expect("s f m m j job:j j job:j");
    journey.done().unwrap();
    journey.done().unwrap();
    journey.expect("e e ended:e");
}

#[test]
fn exclusive_never_evaluates_the_condition_of_the_default() {
    // A condition that would be an error in any sense is never looked at.
    let lines =
        "start s\n xor g default='g-d'\n end a\n end d\n s -> g\n g -> d : 1 / 0 > nothing.at.all\n g -> a : x = 1";
    let mut journey = Journey::new(lines).with("x", json!(1)).start();
    journey.expect("s g a ended:a");
    let read = journey.effects.iter().find_map(|effect| match effect {
        bpmn::Effect::TookFlow { read, .. } if !read.is_empty() => Some(read.len()),
        _ => None,
    });
    assert_eq!(read, Some(1));
}

#[test]
fn exclusive_without_an_outgoing_flow_ends_the_path() {
    Journey::new("start s\n xor g\n s -> g").start().expect("s g ended:g");
}

#[test]
fn parallel_joins_and_splits_in_one_gateway() {
    let lines = "start s\n and f\n job a\n job b\n and both\n end x\n end y\n s -> f\n f -> a\n f -> b\n a -> both\n b -> both\n both -> x\n both -> y";
    let mut journey = Journey::new(lines).start();
    journey.done().unwrap();
    journey.done().unwrap();
    journey.expect("s f a job:a b job:b both both x y ended:y");
}

#[test]
fn parallel_reports_a_deadlock_while_another_branch_still_waits() {
    let lines = "start s\n and f\n job a\n job b\n timer t PT9H\n and j\n end e\n end x\n end y\n s -> f\n f -> a\n f -> b\n f -> t\n a -> j\n \
        b -> j\n t -> x\n <boundaryEvent id='be' attachedToRef='b'><errorEventDefinition/></boundaryEvent>\n be -> y\n j -> e";
    let mut journey = Journey::new(lines).start();
    journey.done().unwrap();
    journey.expect("s f a job:a b job:b t j");
    // b leaves by its border: nothing comes to the join any more, though the timer waits.
    journey.throw("b", "E");
    journey.expect("be y incident:j");
    journey.after_hours(9).unwrap();
    journey.expect("x");
}

#[test]
fn a_task_with_several_flows_forks_without_a_gateway() {
    Journey::new("start s\n task t\n end a\n end b\n s -> t\n t -> a\n t -> b").start().expect("s t a b ended:b");
}

#[test]
fn a_link_goes_on_at_its_other_end() {
    let lines = "start s\n xor m\n throw a link L\n throw b link L\n catch c link L\n end e\n and f\n s -> f\n f -> a\n f -> b\n c -> e";
    let lines = lines.replace(" xor m\n", "");
    Journey::new(&lines).start().expect("s f a b c c e e ended:e");
}

#[test]
fn none_throw_undefined_and_manual_tasks_pass() {
    let lines =
        "start s\n task t\n manualTask m\n intermediateThrowEvent n\n end e\n s -> t\n t -> m\n m -> n\n n -> e";
    Journey::new(lines).start().expect("s t m n e ended:e");
}

#[test]
fn data_objects_lanes_and_notes_are_documentation() {
    let lines = "start s\n task t\n end e\n s -> t\n t -> e\n <laneSet id='ls'><lane id='l'><flowNodeRef>t</flowNodeRef></lane></laneSet>\n \
        <dataObject id='d'/>\n <dataObjectReference id='dr' dataObjectRef='d'/>\n <dataStoreReference id='ds'/>\n \
        <textAnnotation id='ta'><text>note</text></textAnnotation>\n <association id='as' sourceRef='t' targetRef='ta'/>\n <group id='g'/>";
    Journey::new(lines).start().expect("s t e ended:e");
}
