//! Activities for each item of a list.

use crate::common::Journey;
use bpmn::{Command, Effect};
use feel::Value;
use serde_json::json;

fn jobs(mode: &str) -> String {
    format!(
        "start s\n job j got= =item; n= =loopCounter @{mode} items item -> results = result\n end e\n s -> j\n j -> e"
    )
}

fn start(lines: &str) -> Journey {
    Journey::new(lines).with("items", json!(["a", "b", "c"])).start()
}

/// The inputs of the jobs that the last step began.
fn given(journey: &Journey) -> Vec<(Value, Value)> {
    let jobs = journey.effects.iter().filter_map(|effect| match effect {
        Effect::Job { inputs, .. } => Some((inputs[0].1.clone(), inputs[1].1.clone())),
        _ => None,
    });
    jobs.collect()
}

#[test]
fn one_after_the_other_each_begins_when_the_one_before_is_done() {
    let mut journey = start(&jobs("seq"));
    for (index, item) in ["a", "b", "c"].into_iter().enumerate() {
        assert_eq!(given(&journey), [(Value::from(item), Value::from(index as i64 + 1))]);
        journey.done_at("j", "result", item.to_uppercase());
    }
    journey.expect("s j job:j job:j job:j e ended:e");
    assert_eq!(journey.state.variables()["results"], feel::from_json(&json!(["A", "B", "C"])));
}

#[test]
fn all_at_once_the_results_come_in_the_order_of_the_items() {
    let mut journey = start(&jobs("par"));
    let items: Vec<(Value, Value)> = given(&journey);
    assert_eq!(items.len(), 3);
    assert_eq!(items[2], (Value::from("c"), Value::from(3)));
    let tokens: Vec<u32> = journey.state.waits().map(|wait| wait.token).collect();
    for (token, result) in tokens.into_iter().zip(["A", "B", "C"]).rev() {
        journey.send(Command::CompleteJob { token, variables: vec![("result".into(), Value::from(result))] }).unwrap();
    }
    journey.expect("s j job:j job:j job:j e ended:e");
    assert_eq!(journey.state.variables()["results"], feel::from_json(&json!(["A", "B", "C"])));
    // What each gave is its own, but for the list.
    assert_eq!(journey.state.variables().len(), 1);
}

#[test]
fn an_empty_list_is_done_at_once() {
    for mode in ["par", "seq"] {
        let mut journey = Journey::new(&jobs(mode)).with("items", json!([])).start();
        journey.expect("s j e ended:e");
        assert_eq!(journey.state.variables()["results"], Value::List(Vec::new()));
    }
}

#[test]
fn what_is_no_list_is_an_incident() {
    let mut journey = Journey::new(&jobs("par")).start();
    journey.expect("s j incident:j");
    journey.scope.insert("items".into(), feel::from_json(&json!(["x"])));
    let token = journey.token("j");
    journey.send(Command::RetryIncident { token }).unwrap();
    journey.done_at("j", "result", 1);
    journey.expect("job:j e ended:e");
    let many: Vec<i64> = (0..501).collect();
    Journey::new(&jobs("par")).with("items", json!(many)).start().expect("s j incident:j");
}

#[test]
fn the_completion_condition_ends_the_rest() {
    for (mode, path) in [("par", "s j job:j job:j job:j cancel-job e ended:e"), ("seq", "s j job:j job:j e ended:e")] {
        let lines = jobs(mode).replace("= result", "= result ? numberOfCompletedInstances >= 2 and result != \"x\"");
        let mut journey = start(&lines);
        journey.done_at("j", "result", "a");
        journey.done_at("j", "result", "b");
        journey.expect(path);
        assert_eq!(journey.state.variables()["results"], feel::from_json(&json!(["a", "b", null])), "{mode}");
    }
}

#[test]
fn an_event_on_the_border_ends_all_items_and_nothing_partial_is_given() {
    for mode in ["par", "seq"] {
        let lines = format!("{}\n boundary b j timer PT1H\n end late\n b -> late", jobs(mode));
        let mut journey = start(&lines);
        journey.done_at("j", "result", "a");
        journey.after_hours(1).unwrap();
        assert!(journey.trace.join(" ").ends_with("b late ended:late"), "{:?}", journey.trace);
        assert!(journey.state.variables().is_empty());
    }
}

#[test]
fn an_error_of_one_item_ends_all_of_them() {
    let lines = format!("{}\n boundary b j error *\n end bad\n b -> bad", jobs("par"));
    let mut journey = start(&lines);
    journey.throw("j", "NO");
    journey.expect("s j job:j job:j job:j cancel-job cancel-job b bad ended:bad");
}

#[test]
fn a_failed_item_is_an_incident_of_its_own() {
    let mut journey = start(&jobs("par"));
    let token = journey.token("j");
    journey.send(Command::FailJob { token, reason: "no".into() }).unwrap();
    journey.done().unwrap();
    journey.done().unwrap();
    journey.expect("s j job:j job:j job:j incident:j");
    let token = journey.token("j");
    journey.send(Command::RetryIncident { token }).unwrap();
    journey.done_at("j", "result", "again");
    journey.expect("job:j e ended:e");
    assert_eq!(journey.state.variables()["results"], feel::from_json(&json!(["again", null, null])));
}

#[test]
fn a_sub_process_is_done_for_each_item_and_terminates_alone() {
    let lines = "start s\n sub p @par items item -> results = item + \"!\"\n start ps\n xor g default='g-j'\n job j x= =item\n terminate t\n ps -> g\n \
        g -> t : item = \"b\"\n g -> j\n }\n end e\n s -> p\n p -> e";
    let mut journey = start(lines);
    journey.expect("s p ps ps ps g g g j job:j t j job:j");
    journey.done().unwrap();
    journey.done().unwrap();
    journey.expect("e ended:e");
    assert_eq!(journey.state.variables()["results"], feel::from_json(&json!(["a!", "b!", "c!"])));
}

#[test]
fn user_tasks_calls_and_scripts_are_done_for_each_item() {
    let lines = "start s\n user u @seq items item\n call c other @par items item\n script x y = 1 @par items item -> results = item\n end e\n s -> u\n u -> c\n c -> x\n x -> e";
    let mut journey = start(lines);
    for _ in 0..3 {
        journey.user_done("u");
    }
    journey.expect("s u user:u user:u user:u c child:c:other child:c:other child:c:other");
    for _ in 0..3 {
        let token = journey.token("c");
        journey.send(Command::CompleteChild { token, variables: Vec::new() }).unwrap();
    }
    journey.expect("x e ended:e");
    assert_eq!(journey.state.variables()["results"], feel::from_json(&json!(["a", "b", "c"])));
}

#[test]
fn a_number_of_times_does_for_a_list() {
    let lines = "start s\n <userTask id='u'><multiInstanceLoopCharacteristics isSequential='true'><loopCardinality>=2</loopCardinality></multiInstanceLoopCharacteristics></userTask>\n end e\n s -> u\n u -> e";
    let mut journey = Journey::new(lines).start();
    journey.user_done("u");
    journey.user_done("u");
    journey.expect("s u user:u user:u e ended:e");
}

#[test]
fn many_items_pass_in_one_step() {
    let lines = "start s\n sub p @par items item -> results = item\n start ps\n task a\n task b\n end pe\n ps -> a\n a -> b\n b -> pe\n }\n end e\n s -> p\n p -> e";
    let items: Vec<i64> = (0..500).collect();
    for mode in ["par", "seq"] {
        let lines = lines.replace("@par", &format!("@{mode}"));
        let journey = Journey::new(&lines).with("items", json!(items)).start();
        assert!(journey.state.is_ended(), "{:?}", journey.state.incidents().next());
        assert_eq!(journey.state.variables()["results"], feel::from_json(&json!(items)));
    }
}
