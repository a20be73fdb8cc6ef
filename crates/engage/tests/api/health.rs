//! Where facts come from, and how well sources speak.

use crate::rig::Rig;
use serde_json::{Value as Json, json};

async fn origin(rig: &Rig, customer: &str, query: &str) -> Json {
    let said = rig.get(&format!("/customers/{customer}/lineage?{query}")).await;
    assert_eq!(said.status, 200, "{}", said.text);
    assert_eq!(said.json["is_complete"], true);
    said.json["event"].clone()
}

testkit::on_both! {
    async fn a_field_names_the_event_that_said_it(db: Db) {
        let rig = Rig::new(db).await;
        rig.two_customers().await;
        let mario = rig.id("mario");
        let check = async |query: &str, kind: &str, name: &str, message: &str| {
            let event = origin(&rig, &mario, query).await;
            let found = (event["kind"].as_str(), event["name"].as_str(), event["message_id"].as_str());
            assert_eq!(found, (Some(kind), Some(name), Some(message)), "{query}");
        };
        check("field=email", "identify", "", "m1").await;
        check("field=traits.vip", "identify", "", "m1").await;
        check("field=consent.marketing.email", "identify", "", "m1").await;
        check("field=lines&cart=c1", "track", "Product Added", "m2").await;
        // A word that comes late and is older than what is known says nothing.
        rig.event(json!({ "type": "identify", "userId": "u1", "timestamp": "2026-11-20T08:00:00Z", "traits": { "phone": "1" } })).await;
        check("field=phone", "identify", "", "m1").await;
        let said = rig.send("PUT", &format!("/customers/{mario}/consent"), json!({ "purpose": "marketing", "channel": "email", "is_granted": false })).await;
        assert!(said.status.is_success(), "{}", said.text);
        let event = origin(&rig, &mario, "field=consent.marketing.email").await;
        assert_eq!(event["name"], "consent.set");
        assert!(event["by"].as_str().unwrap().starts_with("key:"), "{event}");
        let event = origin(&rig, &mario, "field=email").await;
        assert!(event["source_name"].is_string(), "{event}");
        assert_eq!(origin(&rig, &mario, "field=traits.nothing").await, Json::Null);
        for (query, status) in [("field=", 400), ("field=nonsense", 400), ("field=total&cart=none", 404)] {
            assert_eq!(rig.get(&format!("/customers/{mario}/lineage?{query}")).await.status, status, "{query}");
        }
        rig.end().await;
    }

    async fn each_source_says_how_it_speaks(db: Db) {
        let rig = Rig::new(db).await;
        let source = async || {
            let health = rig.get("/data-health").await;
            assert_eq!(health.status, 200, "{}", health.text);
            let sources = health.json["sources"].as_array().unwrap().clone();
            (sources.into_iter().find(|source| source["events"] != 0 || source["refused"] != 0).unwrap_or_default(), health.json)
        };
        for n in 0..12 {
            rig.track("u1", "Cart Updated", json!({ "cart_id": "c1", "products": [], "total": n })).await;
        }
        rig.track("u1", "Cart Updated", json!({ "cart_id": "c1", "currency": "nonsense", "products": [] })).await;
        let call = json!({ "type": "track", "userId": "u1", "event": "Hello", "messageId": "same", "timestamp": "2026-11-21T07:00:00Z" });
        let body = json!({ "batch": [call, call] });
        let key = rig.key(rig.workspace.id, crm::desk::KeyKind::Secret, &[]).await;
        let sent = rig.ask_at("POST", "/v1/batch", &[("authorization", &format!("Bearer {key}"))], Some(body)).await;
        assert_eq!(sent.status, 200);
        rig.event(json!({ "type": "track", "userId": "u1", "event": "Hello", "properties": {} })).await;
        let (found, health) = source().await;
        assert_eq!(health["drift"], json!([]));
        let counted = (&found["events"], &found["refused"], &found["quarantine_open"], &found["duplicates"]);
        assert_eq!(counted, (&json!(14), &json!(1), &json!(1), &json!(1)), "{found}");
        assert_eq!(found["lag_s"], json!(3600 / 14), "one event of an hour ago");
        assert_eq!((&found["last_event_at"], &found["off"]), (&json!("2026-11-21T08:00:00Z"), &Json::Null));
        // What was long ago and is brought in now came at once.
        let old = json!({ "type": "track", "userId": "u1", "event": "Hello", "timestamp": "2025-11-21T07:00:00Z" });
        let bearer = format!("Bearer {key}");
        let sent = rig.ask_at("POST", "/v1/import", &[("authorization", &bearer)], Some(json!({ "batch": [old] }))).await;
        assert_eq!(sent.status, 200);
        rig.event(json!({ "type": "track", "userId": "u1", "event": "Hello", "properties": {} })).await;
        let (found, _) = source().await;
        assert_eq!((&found["events"], &found["lag_s"]), (&json!(16), &json!(3600 / 15)), "{found}");
        assert_eq!(found["silence"], json!({ "hours": 0, "usual_hours": null, "is_alarm": false }));
        // A week later the same events have another shape, and one source is silent.
        rig.clock.advance(8 * base::DAY);
        for n in 0..12 {
            rig.track("u1", "Cart Updated", json!({ "cart_id": "c1", "products": [], "total": n.to_string(), "tax": 1 })).await;
        }
        let (_, health) = source().await;
        let drift: Vec<String> = health["drift"].as_array().unwrap().iter()
            .map(|drift| format!("{} {} {}", drift["event"].as_str().unwrap(), drift["property"].as_str().unwrap(), drift["change"].as_str().unwrap()))
            .collect();
        assert_eq!(drift, ["Cart Updated tax new", "Cart Updated total retyped"]);
        rig.end().await;
    }
}
