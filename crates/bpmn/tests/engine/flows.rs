//! The ready-made flows of the folder `flows`: they compile, and go the ways they promise.

use crate::common::{Journey, START};
use base::HOUR;
use bpmn::{Command, Definition, Effect, Model, Rejected};
use feel::{Decimal, Value};
use serde_json::json;

fn read(name: &str) -> String {
    let path = format!("../../flows/{name}.bpmn");
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn two_branch(total: serde_json::Value) -> Journey {
    Journey::of(&read("two-branch-follow-up"))
        .with("cart", json!({"id": "c-1", "total": total}))
        .with("deal", json!({"stage": "Check out abbandonato"}))
        .start()
}

const BELOW: &str = "cart_idle above_threshold send_email job:send_email";
const ABOVE: &str = "cart_idle above_threshold notify_agent job:notify_agent";

#[test]
fn the_threshold_decides_to_the_cent() {
    let check = |total: serde_json::Value, path: &str| two_branch(total).expect(path);
    check(json!(1999.99), BELOW);
    check(json!(2000), ABOVE);
    check(json!(2000.00), ABOVE);
    check(json!(2000.01), ABOVE);
    // An unknown total is not a high one.
    check(json!(null), BELOW);
}

#[test]
fn below_the_threshold_the_agent_writes_at_once() {
    let mut journey = two_branch(json!(150));
    let Some(Effect::Job { kind, inputs, attributes, .. }) = journey.effects.last().cloned() else {
        panic!("{:?}", journey.effects)
    };
    assert_eq!(kind, "ritorno:send-email");
    let given: Vec<(&str, Option<&str>)> = inputs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let wanted = [("template", "cart-agent"), ("from", "agent"), ("replyTo", "agent")];
    assert_eq!(given, wanted.map(|(name, value)| (name, Some(value))));
    assert_eq!(attributes, [("purpose".to_string(), "marketing".to_string())]);
    journey.done().unwrap();
    journey.expect(&format!("{BELOW} end_written ended:end_written"));
}

/// A journey above the threshold, its agent told, 47 hours and 59 minutes later.
fn waiting_above() -> Journey {
    let mut journey = two_branch(json!(2000));
    journey.done().expect("a job waits");
    journey.expect(&format!("{ABOVE} wait_for_order"));
    assert_eq!(journey.state.next_due(), Some(START + 48 * HOUR));
    journey.now = START + (48 * HOUR - 1);
    assert_eq!(journey.send(Command::FireTimers), Err(Rejected::NotWaiting));
    journey
}

#[test]
fn above_the_threshold_the_stage_is_checked_again_after_48_hours() {
    let mut journey = waiting_above();
    journey.after_hours(1).unwrap();
    journey.expect("recheck still_abandoned send_email job:send_email");
    journey.done().unwrap();
    journey.expect("end_written ended:end_written");

    let mut journey = waiting_above();
    let moved = feel::from_json(&json!({"stage": "Confirmed"}));
    journey.scope.insert("deal".into(), moved);
    journey.after_hours(1).unwrap();
    journey.expect("recheck still_abandoned end_handled ended:end_handled");
    let read = journey.effects.iter().find_map(|effect| match effect {
        Effect::TookFlow { read, .. } if !read.is_empty() => Some(read.clone()),
        _ => None,
    });
    assert_eq!(read, Some(vec![("deal.stage".to_string(), Value::from("Confirmed"))]));
}

#[test]
fn an_order_ends_the_wait() {
    let mut journey = waiting_above();
    assert_eq!(journey.message("Order Completed", Some("c-2")), Err(Rejected::NotWaiting));
    journey.message("Order Completed", Some("c-1")).unwrap();
    journey.expect("order_completed end_ordered ended:end_ordered");
}

#[test]
fn the_two_branch_flow_tells_its_facts() {
    let definition = Definition::compile(&read("two-branch-follow-up")).unwrap();
    assert_eq!(definition.name(), "Recupero carrello a due rami");
    assert_eq!(definition.attribute("exit"), Some("Order Completed"));
    assert_eq!(definition.attribute("businessKey"), Some("cart"));
    assert_eq!(definition.message_names(), ["Order Completed"]);
    assert_eq!(definition.job_kinds(), ["ritorno:notify-agent", "ritorno:send-email"]);
    let parameters: Vec<String> =
        definition.parameters().iter().map(|(name, value)| format!("{name}={}", feel::to_text(value))).collect();
    assert_eq!(parameters, ["wait_hours=24", "threshold=2000", "recheck_hours=48"]);
    let read: Vec<(&str, String)> = definition.names_read();
    let wanted = [("order_completed", "cart.id"), ("above", "cart.total"), ("abandoned", "deal.stage")];
    assert_eq!(read, wanted.map(|(id, path)| (id, path.to_string())));

    let trigger = definition.triggers().next().unwrap();
    assert_eq!(trigger.message, "Cart Idle");
    assert_eq!(trigger.attribute("reentry"), Some("once-per-cart"));
    assert_eq!(definition.value_of(trigger.attribute("idleHours").unwrap()), Value::from(24));
    assert_eq!(definition.triggers().count(), 1);
    assert_eq!(definition.manual_start(), None);
}

#[test]
fn parameters_are_changed_without_touching_the_drawing() {
    let xml = read("two-branch-follow-up");
    let definition =
        Definition::compile_with(&xml, &given(&[("threshold", "199.99"), ("recheck_hours", "0.5")])).unwrap();
    let mut journey = Journey::of(&xml).with("cart", json!({"id": "c-1", "total": 199.99}));
    journey.definition = definition;
    let mut journey = journey.start();
    journey.done().unwrap();
    assert_eq!(journey.state.next_due(), Some(START + HOUR / 2));

    let problems = Definition::compile_with(&xml, &given(&[("treshold", "1")])).unwrap_err();
    assert!(problems[0].message.contains("it has: wait_hours, threshold, recheck_hours"), "{problems:?}");
}

fn given(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, text)| ((*name).to_string(), (*text).to_string())).collect()
}

#[test]
fn a_parameter_keeps_its_kind() {
    let xml =
        read("two-branch-follow-up").replace("wait_hours=24;", "wait_hours=24; offset=-3; is_loud=false; title=Ciao;");
    let check = |name: &str, text: &str, expected: Result<Value, &str>| {
        let compiled = Definition::compile_with(&xml, &given(&[(name, text)]));
        match (compiled, expected) {
            (Ok(definition), Ok(value)) => {
                let found = definition.parameters().iter().find(|(known, _)| known == name).unwrap();
                assert_eq!(found.1, value, "{name}={text}");
            }
            (Err(problems), Err(words)) => {
                let said = problems[0].to_string();
                assert!(said.contains(name) && said.contains(words), "{said}");
                assert!(said.contains(&format!("{text:?}")), "{said}");
            }
            (compiled, _) => panic!("{name}={text}: {compiled:?}"),
        }
    };
    check("threshold", " 0 ", Ok(Value::from(0)));
    check("threshold", "-0", Ok(Value::from(0)));
    check("threshold", "499.99", Ok(Value::Number(Decimal::new(49_999, 2))));
    for wrong in ["many", "", "-1", "1,5", "NaN", "true", "null"] {
        check("threshold", wrong, Err("a number is expected, 0 or more, such as 2000"));
    }
    check("offset", "-7", Ok(Value::from(-7)));
    check("offset", "far", Err("a number is expected, such as -3"));
    check("is_loud", "true", Ok(Value::Bool(true)));
    check("is_loud", "yes", Err("true or false is expected"));
    check("title", "12", Ok(Value::from("12")));
    check("title", "\"Salve; ciao\"", Ok(Value::from("Salve; ciao")));
}

fn three_step() -> Journey {
    let mut journey = Journey::of(&read("three-step-recovery")).with("cart", json!({"id": "c-1"})).start();
    journey.expect("cart_idle send_help job:send_help");
    journey.done().expect("a job waits");
    journey.expect("wait_for_step2");
    journey
}

#[test]
fn three_messages_come_after_one_24_and_48_hours() {
    let mut journey = three_step();
    // The start came at the first hour.
    assert_eq!(journey.state.next_due(), Some(START + 23 * HOUR));
    journey.after_hours(23).unwrap();
    journey.expect("step2_due send_products job:send_products");
    journey.done().unwrap();
    assert_eq!(journey.state.next_due(), Some(START + 47 * HOUR));
    journey.after_hours(24).unwrap();
    journey.expect("wait_for_step3 step3_due send_last job:send_last");
    journey.done().unwrap();
    journey.expect("end_written ended:end_written");
}

#[test]
fn an_order_stops_the_three_steps_at_each_wait() {
    let mut journey = three_step();
    journey.message("Order Completed", Some("c-1")).unwrap();
    journey.expect("ordered_before_step2 end_ordered_before_step2 ended:end_ordered_before_step2");

    let mut journey = three_step();
    journey.after_hours(23).unwrap();
    journey.done().unwrap();
    journey.message("Order Completed", Some("c-1")).unwrap();
    journey.expect(
        "step2_due send_products job:send_products wait_for_step3 ordered_before_step3 \
        end_ordered_before_step3 ended:end_ordered_before_step3",
    );
}

#[test]
fn each_node_and_flow_is_in_the_diagram() {
    for name in ["two-branch-follow-up", "three-step-recovery"] {
        let xml = read(name);
        let document = roxmltree::Document::parse(&xml).unwrap();
        let attributes = |wanted: &str| -> Vec<String> {
            let nodes = document.descendants();
            nodes.filter_map(|node| node.attribute(wanted).map(str::to_string)).collect()
        };
        let (ids, drawn) = (attributes("id"), attributes("bpmnElement"));
        let definition = Definition::compile(&xml).unwrap();
        for (_, node) in definition.nodes() {
            assert!(drawn.contains(&node.id), "{name}: {}", node.id);
            for flow in &node.outgoing {
                assert!(drawn.contains(&definition.flow(*flow).id), "{name}: {flow:?}");
            }
        }
        assert!(drawn.iter().all(|id| ids.contains(id)), "{name}");
        assert_eq!(Model::parse(&xml).unwrap().to_xml(), xml, "{name}");
    }
}
