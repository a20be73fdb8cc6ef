//! The OpenAPI document, and that it tells the truth about permissions.

use crate::rig::Rig;
use crm::desk::KeyKind;
use serde_json::{Value as Json, json};

/// A body that each write would take.
fn body_of(path: &str) -> Json {
    let path = path.trim_start_matches("/api/v1");
    match path {
        "/settings" => json!({}),
        "/agents" | "/agents/{id}" => json!({ "name": "A", "email": "a@b.example" }),
        "/customers/{id}/consent" => {
            json!({ "purpose": "marketing", "channel": "email", "is_granted": true })
        }
        "/customers/{id}/notes" => json!({ "text": "x" }),
        "/deals/{id}/stage" => json!({ "stage": "x" }),
        "/pipelines" | "/pipelines/{id}" => json!({ "name": "x", "stages": [] }),
        "/flows" => json!({ "xml": "" }),
        "/flows/{id}/start" => json!({ "customer": "00000000-0000-7000-8000-000000000000" }),
        "/messages/{id}/resolve" => json!({ "again": true }),
        "/journeys/{id}/resolve" | "/journeys/{id}/assign" | "/journeys/{id}/complete" => json!({ "token": 1 }),
        "/journeys/{id}/variables" => json!({ "variables": {} }),
        "/decision_models/check" => json!({ "xml": "" }),
        "/decision_models/try" => json!({ "xml": "", "decision": "x" }),
        "/destinations" => json!({ "name": "x", "kind": "hubspot" }),
        "/messages/test" => json!({ "template": "x" }),
        _ => json!({}),
    }
}

testkit::on_both! {
    async fn each_route_is_described_and_asks_for_the_permission_that_it_names(db: Db) {
        let rig = Rig::new(db).await;
        let facts = crm::api::ApiState {
            db: rig.desk.db.clone(), clock: rig.clock.clone(), desk: rig.desk.clone(),
            loops: { let runtime = rig.runtime.clone(); std::sync::Arc::new(move |workspace| runtime.workspace(workspace)) },
        };
        let state = engage::api::ApiState { facts, domain: Default::default(), mailer: rig.mails.clone(), web: crate::rig::web() };
        let document = engage::routes::router(state).into_openapi();
        let document: Json = serde_json::from_str(&document.to_json().unwrap()).unwrap();
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{}", document["openapi"]);
        let nothing = rig.key(rig.workspace.id, KeyKind::Api, &["audit:read"]).await;
        let bearer = format!("Bearer {nothing}");
        let mut routes = 0;
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let scope = operation["security"][0]["key"][0].as_str().unwrap_or_else(|| panic!("{method} {path} names no permission"));
                assert!(operation["tags"][0].is_string() && operation["summary"].is_string(), "{method} {path}");
                assert!(operation["responses"].get("4XX").is_some(), "{method} {path}");
                let address = path.trim_start_matches("/api/v1").replace("{id}", "00000000-0000-7000-8000-000000000000").replace("{number}", "1");
                let body = (method != "get").then(|| body_of(path));
                let said = rig.ask(&method.to_uppercase(), &address, &[("authorization", &bearer)], body).await;
                assert_eq!((said.status.as_u16(), said.json["code"].as_str()), (403, Some("auth.not_allowed")), "{method} {path}");
                assert!(said.json["detail"].as_str().unwrap().contains(scope), "{method} {path}: {}", said.text);
                routes += 1;
            }
        }
        assert!(routes > 40, "{routes}");
        let references = document.to_string();
        for (_, rest) in references.match_indices("#/components/schemas/").map(|(at, found)| (at, &references[at + found.len()..])) {
            let name = rest.split('"').next().unwrap();
            assert!(document["components"]["schemas"].get(name).is_some(), "{name} is referred to and not there");
        }
        rig.end().await;
    }
}
