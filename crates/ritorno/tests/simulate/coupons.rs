//! A flow that gives a coupon: no shop is asked, and the code is made up.

use crate::rig::{Shop, run};
use serde_json::{Value, json};

const FLOW: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
    xmlns:ritorno="urn:ritorno:bpmn:1" id="d" targetNamespace="urn:test">
  <bpmn:message id="idle" name="Cart Idle" />
  <bpmn:process id="offer" name="Offer" isExecutable="true" ritorno:businessKey="cart">
    <bpmn:startEvent id="left" ritorno:idleHours="24"><bpmn:outgoing>a</bpmn:outgoing><bpmn:messageEventDefinition messageRef="idle" /></bpmn:startEvent>
    <bpmn:serviceTask id="give">
      <bpmn:extensionElements><zeebe:taskDefinition type="ritorno:coupon" /><zeebe:ioMapping><zeebe:input source="=10" target="percent" /></zeebe:ioMapping></bpmn:extensionElements>
      <bpmn:incoming>a</bpmn:incoming><bpmn:outgoing>b</bpmn:outgoing>
    </bpmn:serviceTask>
    <bpmn:serviceTask id="write">
      <bpmn:extensionElements><zeebe:taskDefinition type="ritorno:send-email" /><zeebe:ioMapping><zeebe:input source="cart-agent" target="template" /></zeebe:ioMapping></bpmn:extensionElements>
      <bpmn:incoming>b</bpmn:incoming><bpmn:outgoing>c</bpmn:outgoing>
    </bpmn:serviceTask>
    <bpmn:endEvent id="end"><bpmn:incoming>c</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="a" sourceRef="left" targetRef="give" />
    <bpmn:sequenceFlow id="b" sourceRef="give" targetRef="write" />
    <bpmn:sequenceFlow id="c" sourceRef="write" targetRef="end" />
  </bpmn:process>
</bpmn:definitions>"#;

#[test]
fn a_journey_goes_on_with_a_code_that_is_made_up() {
    let folder = tempfile::tempdir().unwrap();
    let flow = folder.path().join("offer.bpmn");
    std::fs::write(&flow, FLOW).unwrap();
    let lines = Shop::default().customer(0.0, "ada", json!({})).add(0.0, "ada", "c1", "50").text();
    let output = run(&lines, &["--json", "--until", "+96h", "--flow", flow.to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(all["messages"].as_array().map(Vec::len), Some(1), "{all}");
    let path = all["journeys"][0]["path"].as_array().unwrap();
    assert_eq!(path.last().unwrap()["at"], "end", "{all}");
    let reasons = all["journeys"][0]["reasons"].to_string();
    assert!(reasons.contains("coupon_made") && reasons.contains("simulated"), "{reasons}");
}

#[test]
fn the_ready_made_recovery_gives_a_coupon_before_its_last_mail() {
    let lines = Shop::default().customer(0.0, "ada", json!({})).add(0.0, "ada", "c1", "50").text();
    for flow in ["three-step-recovery-coupon", "three-step-recovery-coupon.en"] {
        let output = run(&lines, &["--json", "--until", "+96h", "--flow", flow]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let all: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(all["messages"].as_array().map(Vec::len), Some(3), "{all}");
        let path: Vec<&str> =
            all["journeys"][0]["path"].as_array().unwrap().iter().filter_map(|step| step["at"].as_str()).collect();
        let at = |id: &str| path.iter().position(|known| *known == id);
        assert!(at("step3_due") < at("give_coupon") && at("give_coupon") < at("send_last"), "{path:?}");
        assert_eq!(path.last(), Some(&"end_written"));
        assert!(all["journeys"][0]["reasons"].to_string().contains("coupon_made"), "{all}");
    }
}
