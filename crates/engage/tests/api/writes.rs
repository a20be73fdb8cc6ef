//! What people and programs write: commands through the log.

use crate::rig::Rig;
use crm::desk::KeyKind;
use serde_json::{Value as Json, json};

fn codes(decisions: &[Json]) -> Vec<&str> {
    decisions.iter().map(|decision| decision["code"].as_str().unwrap()).collect()
}

testkit::on_both! {
    async fn a_person_changes_a_customer_and_it_is_there_at_once(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        rig.two_customers().await;
        let mario = format!("/customers/{}", rig.id("mario"));
        let check = async |method: &str, path: &str, body: Json, status: u16| {
            let said = rig.send(method, &format!("{mario}{path}"), body).await;
            assert_eq!(said.status, status, "{path}: {}", said.text);
            said.json
        };
        check("PUT", "/agent", json!({ "agent": rig.id("anna") }), 200).await;
        check("PUT", "/consent", json!({ "purpose": "marketing", "channel": "email", "is_granted": false, "source": "phone" }), 200).await;
        check("PUT", "/traits", json!({ "email": "Mario@new.example", "last_name": "Bianchi", "phone": "" }), 200).await;
        check("POST", "/notes", json!({ "text": "Prefers the phone." }), 201).await;
        check("POST", "/contacts", json!({ "outcome": "calls back" }), 201).await;
        let page = rig.get(&mario).await.json;
        rig.check(&page["agent"], json!({ "id": "anna", "name": "Anna Bianchi", "email": "anna@shop.example", "is_own": true }));
        rig.check(&page["consent"][0], json!({
            "purpose": "marketing", "channel": "email", "is_granted": false, "at": "2026-11-21T08:01:00Z", "source": "phone",
        }));
        assert_eq!(page["profile"]["email"], "Mario@new.example");
        assert_eq!((&page["profile"]["name"], &page["profile"]["phone"]), (&json!("Mario Bianchi"), &Json::Null));
        let found = rig.until("/customers?q=mario@new", |page| page["items"].as_array().unwrap().len() == 1).await;
        rig.check(&found["items"][0]["id"], json!("mario"));
        let decisions = rig.items(&format!("{mario}/decisions"), 2).await;
        assert_eq!(codes(&decisions), ["agent_contacted", "note"]);
        assert_eq!(decisions[0]["why"]["en"], "The agent anna@shop.example spoke with the customer. Outcome: calls back.");
        assert_eq!(decisions[1]["why"]["it"], "Nota: Prefers the phone.");
        assert!(decisions[1]["data"]["by"].as_str().unwrap().starts_with("key:"));
        rig.end().await;
    }

    async fn what_cannot_be_done_is_told_in_words_and_changes_nothing(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        rig.two_customers().await;
        let mario = format!("/customers/{}", rig.id("mario"));
        let nobody = "00000000-0000-7000-8000-000000000000";
        let before = rig.get(&mario).await.json;
        let check = async |method: &str, path: String, body: Json, status: u16, code: &str| {
            let said = rig.send(method, &path, body).await;
            assert_eq!((said.status.as_u16(), said.json["code"].as_str()), (status, Some(code)), "{method} {path}: {}", said.text);
            assert_eq!(said.headers["content-type"], "application/problem+json");
        };
        check("PUT", format!("{mario}/agent"), json!({ "agent": nobody }), 422, "agents.not_found").await;
        check("PUT", format!("{mario}/agent"), json!({ "agnt": null }), 422, "http.wrong_body").await;
        check("PUT", format!("{mario}/traits"), json!({ "email": "no address" }), 422, "customers.wrong_value").await;
        check("PUT", format!("{mario}/traits"), json!({ "email": "LUCIA@customer.example" }), 409, "command.refused").await;
        check("POST", format!("{mario}/notes"), json!({ "text": "  " }), 422, "customers.wrong_value").await;
        check("POST", format!("{mario}/contacts"), json!({ "cart": rig.id("c2") }), 422, "carts.not_found").await;
        check("PUT", format!("/customers/{nobody}/agent"), json!({ "agent": null }), 404, "customers.not_found").await;
        check("PUT", "/customers/7/agent".to_owned(), json!({ "agent": null }), 404, "http.wrong_path").await;
        check("PUT", format!("/deals/{nobody}/stage"), json!({ "stage": "Confirmed" }), 404, "deals.not_found").await;
        check("POST", "/agents".to_owned(), json!({ "name": "B", "email": "ANNA@shop.example" }), 409, "command.refused").await;
        check("PUT", "/settings".to_owned(), json!({ "time_zone": "Mars/Base" }), 422, "settings.wrong_value").await;
        check("PUT", "/settings".to_owned(), json!({ "currency": "XXQ" }), 422, "http.wrong_body").await;
        check("POST", "/flows".to_owned(), json!({ "xml": "<no/>" }), 422, "flows.wrong_file").await;
        check("POST", "/flows/none/enable".to_owned(), json!({}), 404, "flows.not_found").await;
        for parameters in [json!({ "x": 1 }), json!({ "threshold": "many" }), json!({ "threshold": -1 }), json!({ "wait_hours": null })] {
            let body = json!({ "parameters": parameters });
            check("POST", "/flows/two_branch_follow_up/enable".to_owned(), body, 422, "flows.wrong_file").await;
        }
        assert_eq!(rig.get(&mario).await.json, before);
        rig.end().await;
    }

    async fn a_key_without_the_scope_is_refused(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        rig.two_customers().await;
        let key = rig.key(rig.workspace.id, KeyKind::Api, &["carts:read", "customers:write"]).await;
        let bearer = format!("Bearer {key}");
        let headers = [("authorization", bearer.as_str())];
        let mario = rig.id("mario");
        let check = async |method: &str, path: &str, body: Option<Json>, status: u16| {
            let said = rig.ask(method, path, &headers, body).await;
            assert_eq!(said.status, status, "{method} {path}: {}", said.text);
            if status == 403 {
                assert_eq!(said.json["code"], "auth.not_allowed");
            }
        };
        check("GET", "/carts", None, 200).await;
        check("GET", "/customers", None, 403).await;
        check("POST", &format!("/customers/{mario}/notes"), Some(json!({ "text": "x" })), 201).await;
        check("GET", "/settings", None, 403).await;
        check("PUT", "/settings", Some(json!({})), 403).await;
        check("POST", "/hold/release", None, 403).await;
        assert_eq!(rig.ask("GET", "/carts", &[], None).await.status, 401);
        rig.end().await;
    }

    async fn a_write_sent_twice_with_one_idempotency_key_is_done_once(db: Db) {
        let rig = Rig::new(db).await;
        rig.two_customers().await;
        let path = format!("/customers/{}/notes", rig.id("mario"));
        let bearer = format!("Bearer {}", rig.api_key);
        let headers = [("authorization", bearer.as_str()), ("idempotency-key", "k1")];
        for n in 0..2 {
            let said = rig.ask("POST", &path, &headers, Some(json!({ "text": "once" }))).await;
            assert_eq!(said.status, 201);
            assert_eq!(said.headers.contains_key("idempotency-replayed"), n == 1);
        }
        let other = rig.ask("POST", &path, &headers, Some(json!({ "text": "twice" }))).await;
        assert_eq!(other.json["code"], "idempotency.other_request");
        rig.items(&format!("/customers/{}/decisions", rig.id("mario")), 1).await;
        rig.end().await;
    }

    async fn settings_and_agents_read_back_what_was_written(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        let mut settings = rig.get("/settings").await.json;
        rig.check(&settings["default_agent"], json!("anna"));
        settings["idle_hours"] = json!(3);
        settings["currency"] = json!("JPY");
        let said = rig.send("PUT", "/settings", settings.clone()).await;
        assert_eq!(said.json, settings);
        assert_eq!(rig.get("/settings").await.json, settings);
        // What is not said stays.
        settings["language"] = json!("en");
        let said = rig.send("PUT", "/settings", json!({ "language": "en" })).await;
        assert_eq!((said.json, rig.get("/settings").await.json), (settings.clone(), settings.clone()));
        assert_eq!(rig.send("PUT", "/settings", json!({})).await.json, settings);
        let wrong = rig.send("PUT", "/settings", json!({ "languages": "en" })).await;
        assert_eq!((wrong.status.as_u16(), wrong.json["code"].as_str()), (422, Some("http.wrong_body")));
        assert!(wrong.json["detail"].as_str().is_some_and(|detail| detail.contains("there are: cart_pause_hours")), "{}", wrong.text);
        let anna = rig.id("anna");
        let changed = json!({ "name": "Anna B.", "email": "anna@shop.example", "is_active": false });
        assert_eq!(rig.send("PUT", &format!("/agents/{anna}"), changed).await.status, 200);
        let agents = rig.get("/agents").await.json;
        rig.check(&agents, json!({ "next": null, "items": [
            { "id": "anna", "name": "Anna B.", "email": "anna@shop.example", "is_active": false },
        ]}));
        rig.end().await;
    }

    async fn a_deal_that_a_person_moves_stays_there(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        rig.two_customers().await;
        rig.pass(25);
        let deals = rig.items("/deals", 2).await;
        let deal = deals.iter().find(|deal| rig.named(&deal["cart"]) == json!("c1")).unwrap();
        let path = format!("/deals/{}/stage", deal["id"].as_str().unwrap());
        let said = rig.send("PUT", &path, json!({ "stage": "Trattativa" })).await;
        assert_eq!(said.status, 200, "{}", said.text);
        rig.check(&rig.get("/carts/c1").await.json["deal"]["stage"], json!("Trattativa"));
        rig.items("/deals?stage=Trattativa", 1).await;
        rig.end().await;
    }
}
