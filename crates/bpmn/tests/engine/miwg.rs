//! The models of the interchange working group and what three tools made of them: each imports; those that say that they are
//! executable run, or the check names what is not ours.

use crate::common::{Journey, START};
use crate::round_trip::interchange_models;
use base::DAY;
use bpmn::{Command, Definition, Effect, Severity, State};
use feel::Value;
use serde_json::json;

fn read(name: &str) -> Option<String> {
    let (_, xml) =
        interchange_models()?.into_iter().find(|(path, _)| path.ends_with(&format!("reference/{name}.bpmn")))?;
    Some(xml)
}

#[test]
fn every_model_and_export_can_be_imported() {
    let Some(files) = interchange_models() else { return };
    let (mut count, mut conditions) = (0, 0);
    for (path, xml) in &files {
        let (definition, problems) =
            Definition::draft(xml, &[]).unwrap_or_else(|problems| panic!("{path}: {}", problems[0]));
        assert!(definition.nodes().count() > 0, "{path}");
        // Each condition that is not FEEL is named.
        for (_, node) in definition.nodes() {
            for flow in node.outgoing.iter().map(|flow| definition.flow(*flow)).filter(|flow| flow.is_foreign) {
                conditions += 1;
                let named = problems.iter().any(|problem| problem.element.as_deref() == Some(flow.id.as_str()));
                assert!(named, "{path}: {}", flow.id);
            }
        }
        count += 1;
    }
    eprintln!("{count} files imported, {conditions} conditions that are not FEEL named");
    assert!(count >= 132);
}

#[test]
fn executable_models_of_other_dialects_are_refused_with_their_conditions() {
    let check = |name: &str, wanted: &[&str]| {
        let Some(xml) = read(name) else { return };
        let problems = Definition::problems(&xml);
        for words in wanted {
            let found = problems.iter().any(|p| p.severity == Severity::Unfit && p.message.contains(words));
            assert!(found, "{name}: {words}: {problems:?}");
        }
        assert!(!problems.iter().any(|p| p.severity == Severity::Broken), "{name}");
        let named = problems
            .iter()
            .filter(|p| matches!(p.rule, "foreign_expression" | "wrong_expression" | "missing_condition"));
        assert!(named.clone().count() >= wanted.len(), "{name}");
        assert!(named.clone().all(|p| p.element.is_some()), "{name}");
    };
    check("C.1.0", &["Java expression, ${approved}", "Java expression, ${clarified == 'no'}"]);
    check("C.1.1", &["getDataObject('approved')", "getDataObject('clarified') = 'yes'"]);
    check("C.8.1", &["Vacation Approval"]);
}

/// A model that runs as it is, though some of its messages would have to be chosen before it is enabled.
fn journey(name: &str, scope: serde_json::Value) -> Option<Journey> {
    let (definition, _) = Definition::draft(&read(name)?, &[]).expect("it imports");
    let mut journey = Journey::new("start s");
    journey.definition = definition;
    for (key, value) in scope.as_object().expect("an object") {
        journey = journey.with(key, value.clone());
    }
    Some(journey)
}

#[test]
fn c_9_0_runs_to_a_policy_and_to_fraud() {
    let Some(journey) = journey("C.9.0", json!({})) else { return };
    let mut journey = journey.start();
    journey.done_at("ServiceTask_GetCreditScore", "score", 700);
    let token = journey.token("BusinessRuleTask_CheckApplicationAutomatically");
    assert!(matches!(journey.effects.last(), Some(Effect::Decide { .. })), "{:?}", journey.effects);
    let result = feel::from_json(&json!({"riskLevel": ["green"], "risk": []}));
    journey.send(Command::CompleteDecision { token, result }).unwrap();
    for _ in 0..10 {
        if journey.state.is_ended() {
            break;
        }
        journey.done().unwrap();
    }
    assert!(journey.state.is_ended(), "it waits at {}", journey.waiting());
    assert!(journey.trace.contains(&"EndEvent_ApplicationIssued".to_string()), "{:?}", journey.trace);
}

#[test]
fn c_9_0_hears_of_fraud_from_the_manual_check() {
    let Some(journey) = journey("C.9.0", json!({})) else { return };
    let mut journey = journey.start();
    journey.done_at("ServiceTask_GetCreditScore", "score", 500);
    let token = journey.token("BusinessRuleTask_CheckApplicationAutomatically");
    let result = feel::from_json(&json!({"riskLevel": ["yellow"], "risk": ["income"]}));
    journey.send(Command::CompleteDecision { token, result }).unwrap();
    let token = journey.token("Activity_ManualCheck");
    let error = journey.definition.nodes().find_map(|(_, node)| match node.catch() {
        Some(bpmn::Catch::Error { code: Some(code) }) if node.id.contains("Fraud") => Some(code.clone()),
        _ => None,
    });
    let code = error.unwrap_or_default();
    journey.send(Command::ThrowError { token, code, message: String::new(), variables: Vec::new() }).unwrap();
    journey.done().unwrap();
    assert!(journey.trace.last().unwrap().starts_with("terminated:TerminateEvent"), "{:?}", journey.trace);
}

#[test]
fn c_9_1_reminds_each_day_and_calls_after_a_week() {
    let scope = json!({"documentReferenceId": "d-1"});
    let Some(journey) = journey("C.9.1", scope.clone()) else { return };
    let mut reminded = journey.start();
    reminded.done().unwrap();
    for day in 1..=3 {
        reminded.now = START + day * DAY;
        reminded.send(Command::FireTimers).unwrap();
        reminded.done().unwrap();
    }
    reminded.message("MESSAGE_documentReceived", Some("d-1")).unwrap();
    assert_eq!(reminded.trace.iter().filter(|text| *text == "EndEvent_ReminderSent").count(), 3);
    assert!(reminded.trace.last().unwrap().starts_with("ended:"), "{:?}", reminded.trace);
    assert!(Definition::compile(&read("C.9.1").unwrap()).is_ok(), "it could be enabled as it is");

    let mut called = self::journey("C.9.1", scope).unwrap().start();
    called.done().unwrap();
    called.now = START + 7 * DAY;
    called.send(Command::FireTimers).unwrap();
    called.user_done("UserTask_CallCustomer");
    called.done().unwrap();
    assert!(called.state.is_ended(), "it waits at {}", called.waiting());
}

#[test]
fn c_9_2_asks_for_each_document_and_throws_after_a_week() {
    let scope = json!({"documentReferenceId": "d-1", "fraudSuspectedId": "f-1", "documents": ["passport", "licence"], "applicant": {"age": 30, "name": "A"}, "risks": ["x"]});
    let Some(journey) = journey("C.9.2", scope) else { return };
    let mut journey = journey;
    journey.state = State::child(1, []);
    let mut journey = journey.start();
    let named = |journey: &Journey, words: &str| {
        let names = journey.definition.message_names();
        names.into_iter().find(|name| name.to_lowercase().contains(words)).map(str::to_string)
    };
    let documents = named(&journey, "document").unwrap();
    journey.message(&documents, Some("d-1")).unwrap();
    let children: Vec<u32> = journey
        .effects
        .iter()
        .filter_map(|effect| if let Effect::StartChild { token, .. } = effect { Some(*token) } else { None })
        .collect();
    assert_eq!(children.len(), 2);
    for token in children {
        journey.send(Command::CompleteChild { token, variables: vec![("got".into(), Value::from(true))] }).unwrap();
    }
    journey.now = START + 5 * DAY;
    journey.send(Command::FireTimers).unwrap();
    journey.done().unwrap();
    journey.user_done("UserTask_AccelerateDecision");
    journey.now = START + 7 * DAY;
    journey.send(Command::FireTimers).unwrap();
    assert!(journey.trace.last().unwrap().starts_with("threw:"), "{:?}", journey.trace);
}

#[test]
fn a_model_of_another_tool_runs_with_our_attributes_added_by_hand() {
    let Some(xml) = read("C.9.1") else { return };
    let xml = xml
        .replace("<bpmn:definitions ", "<bpmn:definitions xmlns:ritorno=\"urn:ritorno:bpmn:1\" ")
        .replace("<bpmn:process ", "<bpmn:process ritorno:parameters=\"days=3\" ritorno:businessKey=\"customer\" ")
        .replace(
            "messageRef=\"Message_1\"",
            "messageRef=\"Message_1\" ritorno:since=\"journey\" ritorno:filter=\"= event.pages > 0\"",
        )
        .replace(">P7D<", ">= duration(\"P1D\") * days<");
    let mut journey = Journey::of(&xml).with("documentReferenceId", json!("d-1")).start();
    let payload = |pages: i64| feel::from_json(&json!({ "pages": pages }));
    let send = |journey: &mut Journey, pages: i64| {
        let payload = payload(pages);
        let name = "MESSAGE_documentReceived";
        journey.send(Command::Message { name, keys: &["d-1"], id: None, is_taken: false, payload: &payload })
    };
    send(&mut journey, 0).unwrap();
    journey.done().unwrap();
    assert_eq!(journey.definition.attribute("businessKey"), Some("customer"));
    assert_eq!(journey.state.waits().count(), 3);
    send(&mut journey, 2).unwrap();
    assert!(journey.state.is_ended());

    let mut late = Journey::of(&xml).with("documentReferenceId", json!("d-1")).start();
    late.done().unwrap();
    late.now = START + 3 * DAY;
    late.send(Command::FireTimers).unwrap();
    late.user_done("UserTask_CallCustomer");
    assert!(late.trace.contains(&"BoundaryEvent_2".to_string()));
}
