//! Facts as they reach lists and journeys: an order on somebody else's cart, a deal that a person moves.

use crate::rig::{Rig, TWO_BRANCH};
use serde_json::{Value as Json, json};

testkit::on_both! {
    async fn an_order_on_another_customers_cart_is_listed_once_with_who_paid(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        rig.two_customers().await;
        // Lucia orders what Mario gathered.
        let order = json!({ "order_id": "o1", "cart_id": "c1", "total": 178, "currency": "EUR", "products": [{ "product_id": "p1", "quantity": 2 }] });
        rig.pass(1);
        rig.track("u2", "Order Completed", order.clone()).await;
        let only = |refunded: i64| json!([{
            "id": "o1", "at": "2026-11-21T09:01:00Z", "total": { "minor": 17800, "currency": "EUR" },
            "refunded": { "minor": refunded, "currency": "EUR" }, "cart": "c1", "cancelled_at": null,
        }]);
        let check = async |refunded: i64| {
            let listed = rig.items("/orders", 1).await;
            assert_eq!(rig.named(&listed[0]["customer"]["id"]), "lucia");
            let of = async |who: &str| rig.get(&format!("/customers/{}/orders", rig.id(who))).await.json["items"].clone();
            rig.check(&of("lucia").await, only(refunded));
            rig.check(&of("mario").await, json!([]));
            let page = async |who: &str| rig.get(&format!("/customers/{}", rig.id(who))).await.json;
            assert_eq!(page("lucia").await["totals"][0]["orders"], 1);
            assert_eq!(page("mario").await["totals"], json!([]));
        };
        check(0).await;
        assert_eq!(rig.get("/carts/c1").await.json["cart"]["state"], "converted");
        // Heard again under another message id, from the shop's server, and refunded by it.
        rig.track("u2", "Order Completed", order).await;
        let server = |event: &str, properties: Json| json!({ "type": "track", "event": event, "properties": properties });
        rig.event(server("Order Completed", json!({ "order_id": "o1", "total": 178 }))).await;
        check(0).await;
        rig.event(server("Order Refunded", json!({ "order_id": "o1", "total": 8 }))).await;
        check(800).await;
        rig.end().await;
    }

    async fn an_order_under_its_ga4_name_ends_the_journey_that_waits_for_it(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        rig.two_customers().await;
        rig.pass(25);
        rig.items("/journeys?state=waiting", 2).await;
        let bought = json!({ "transaction_id": "o1", "value": 178, "currency": "EUR", "items": [{ "item_id": "p1", "quantity": 2 }] });
        rig.track("u1", "purchase", bought).await;
        let ended = rig.items("/journeys?state=ended", 1).await;
        rig.check(&ended[0]["cart"], json!("c1"));
        let timeline = rig.get(&format!("/customers/{}/timeline?limit=1", rig.id("mario"))).await.json;
        let event = &timeline["items"][0];
        assert_eq!((&event["name"], &event["payload"]["event"]), (&json!("Order Completed"), &json!("purchase")));
        rig.end().await;
    }

    async fn a_journey_that_waits_for_a_stage_goes_on_when_a_person_moves_the_deal(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        let waits = TWO_BRANCH.replace("\"Order Completed\"", "\"Deal Stage Changed\"").replace("two_branch_follow_up", "waits");
        for (method, path, body) in [
            ("POST", "/flows/two_branch_follow_up/disable", json!({})), ("POST", "/flows", json!({ "xml": waits })),
            ("POST", "/flows/waits/enable", json!({ "parameters": { "threshold": 1 } })),
        ] {
            let said = rig.send(method, path, body).await;
            assert!(said.status.is_success(), "{path}: {}", said.text);
        }
        rig.two_customers().await;
        rig.pass(25);
        let deals = rig.items("/deals", 2).await;
        let deal = deals.iter().find(|deal| rig.named(&deal["cart"]) == json!("c1")).unwrap();
        let path = format!("/deals/{}/stage", deal["id"].as_str().unwrap());
        // By a person for Mario's cart, by the shop for Lucia's.
        assert_eq!(rig.send("PUT", &path, json!({ "stage": "Trattativa" })).await.status, 200);
        rig.track("u2", "Deal Stage Changed", json!({ "cart_id": "c2", "stage": "Trattativa" })).await;
        rig.items("/journeys?state=ended", 2).await;
        let mut told = Vec::new();
        for who in ["mario", "lucia"] {
            told.push(rig.decisions(&rig.id(who)).await);
        }
        assert_eq!(told[0], told[1], "the one is told as the other");
        assert_eq!(told[0].iter().filter(|code| *code == "deal_moved").count(), 1);
        assert_eq!(told[0].iter().filter(|code| *code == "journey_ended").count(), 1, "it went on, it was not called off");
        // Moved again, nobody waits any more.
        assert_eq!(rig.send("PUT", &path, json!({ "stage": "Confirmed" })).await.status, 200);
        let again = rig.decisions(&rig.id("mario")).await;
        assert_eq!(again.len(), told[0].len() + 1, "{again:?}");
        rig.end().await;
    }
}
