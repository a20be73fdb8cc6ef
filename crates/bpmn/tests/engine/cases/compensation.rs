//! Compensation.

use crate::common::Journey;
use bpmn::Command;
use serde_json::json;

/// Two activities with handlers, a third without, and a throw event.
const TWO: &str = "start s\n job a\n boundary ba a compensate\n undo ua\n undoes ua ba\n job b\n boundary bb b compensate\n undo ub\n undoes ub bb\n job plain\n \
    throw t compensate\n end e\n s -> a\n a -> b\n b -> plain\n plain -> t\n t -> e";

#[test]
fn all_that_was_completed_is_undone_all_at_once_the_newest_first() {
    let mut journey = Journey::new(TWO).start();
    for _ in 0..3 {
        journey.done().unwrap();
    }
    journey.expect("s a job:a b job:b plain job:plain t ub job:ub ua job:ua");
    journey.done().unwrap();
    journey.done().unwrap();
    journey.expect("e ended:e");
}

#[test]
fn only_what_was_completed_is_undone() {
    let lines = TWO.replace("s -> a\n a -> b", "and f\n s -> f\n f -> a\n f -> b").replace("job plain", "task plain");
    let lines = lines.replace("b -> plain", "b -> plain\n end ae\n a -> ae");
    let mut journey = Journey::new(&lines).start();
    let b = journey.token("b");
    journey.send(Command::CompleteJob { token: b, variables: Vec::new() }).unwrap();
    // a is under way and has nothing to undo.
    journey.expect("s f a job:a b job:b plain t ub job:ub");
}

#[test]
fn each_execution_is_undone_once() {
    let lines = "start s\n job a\n boundary ba a compensate\n undo ua\n undoes ua ba\n throw t compensate\n throw again compensate\n end e\n s -> a\n a -> t\n t -> again\n again -> e";
    let mut journey = Journey::new(lines).start();
    journey.done().unwrap();
    journey.done().unwrap();
    journey.expect("s a job:a t ua job:ua again e ended:e");
}

#[test]
fn an_activity_that_was_done_twice_is_undone_twice() {
    let lines = "start s\n xor m\n job a\n boundary ba a compensate\n undo ua\n undoes ua ba\n xor g default='g-t'\n throw t compensate\n end e\n s -> m\n m -> a\n a -> g\n g -> m : n < 2\n g -> t\n t -> e";
    let mut journey = Journey::new(lines).with("n", json!(0)).start();
    journey.done_at("a", "n", 1);
    journey.done_at("a", "n", 2);
    journey.expect("s m a job:a g m a job:a g t ua job:ua ua job:ua");
}

#[test]
fn one_activity_may_be_named() {
    let lines = TWO.replace("throw t compensate", "throw t compensate a");
    let mut journey = Journey::new(&lines).start();
    for _ in 0..3 {
        journey.done().unwrap();
    }
    journey.expect("s a job:a b job:b plain job:plain t ua job:ua");
    journey.done().unwrap();
    journey.expect("e ended:e");
}

const INSIDE: &str = "start s\n sub p {\n start ps\n job a\n boundary ba a compensate\n undo ua\n undoes ua ba\n ps -> a\n }\n job after\n throw t compensate\n end e\n s -> p\n p -> after\n after -> t\n t -> e";

#[test]
fn what_a_completed_sub_process_did_is_undone_from_outside() {
    let mut journey = Journey::new(INSIDE).start();
    journey.done().unwrap();
    journey.done().unwrap();
    journey.expect("s p ps a job:a after job:after t ua job:ua");
    journey.done().unwrap();
    journey.expect("e ended:e");
    let named = INSIDE.replace("throw t compensate", "throw t compensate p");
    let mut journey = Journey::new(&named).start();
    journey.done().unwrap();
    journey.done().unwrap();
    journey.expect("s p ps a job:a after job:after t ua job:ua");
}

#[test]
fn a_sub_process_with_a_handler_of_its_own_is_undone_by_that() {
    let lines = format!("{INSIDE}\n boundary bp p compensate\n undo up\n undoes up bp");
    let mut journey = Journey::new(&lines).start();
    journey.done().unwrap();
    journey.done().unwrap();
    journey.expect("s p ps a job:a after job:after t up job:up");
}

#[test]
fn inside_a_sub_process_what_happened_outside_is_not_undone() {
    let lines = "start s\n job a\n boundary ba a compensate\n undo ua\n undoes ua ba\n sub p {\n start ps\n throw t compensate\n ps -> t\n }\n end e\n s -> a\n a -> p\n p -> e";
    let mut journey = Journey::new(lines).start();
    journey.done().unwrap();
    journey.expect("s a job:a p ps t e ended:e");
}

#[test]
fn a_sub_process_that_was_interrupted_has_nothing_to_undo() {
    let lines = "start s\n sub p {\n start ps\n job a\n boundary ba a compensate\n undo ua\n undoes ua ba\n job b\n ps -> a\n a -> b\n }\n boundary be p message Stop\n throw t compensate\n end e\n s -> p\n be -> t\n t -> e";
    let mut journey = Journey::new(lines).start();
    journey.done().unwrap();
    journey.message("Stop", None).unwrap();
    journey.expect("s p ps a job:a b job:b cancel-job be t e ended:e");
}

#[test]
fn an_activity_for_each_item_is_undone_once() {
    let lines = "start s\n job a @par items item\n boundary ba a compensate\n undo ua\n undoes ua ba\n throw t compensate\n end e\n s -> a\n a -> t\n t -> e";
    let mut journey = Journey::new(lines).with("items", json!([1, 2])).start();
    journey.done().unwrap();
    journey.done().unwrap();
    journey.expect("s a job:a job:a t ua job:ua");
}

#[test]
fn an_event_sub_process_undoes_what_is_around_it() {
    let lines = "start s\n job a\n boundary ba a compensate\n undo ua\n undoes ua ba\n job b\n s -> a\n a -> b\n esub x {\n estart xs message Stop\n end t compensate\n xs -> t\n }";
    let mut journey = Journey::new(lines).start();
    journey.done().unwrap();
    journey.message("Stop", None).unwrap();
    journey.expect("s a job:a b job:b cancel-job x xs t ua job:ua");
    journey.done().unwrap();
    journey.expect("ended:t");
}

#[test]
fn nothing_to_undo_goes_on_at_once() {
    Journey::new("start s\n throw t compensate\n end e compensate\n s -> t\n t -> e").start().expect("s t e ended:e");
}
