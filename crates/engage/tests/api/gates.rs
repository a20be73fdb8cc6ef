//! What may stop a message at the instant it would be sent, and which reason is told first.

use crate::rig::Rig;
use base::HOUR;
use engage::messages::Result_;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

const THREE_STEP: &str = include_str!("../../../../flows/three-step-recovery.bpmn");

/// A customer called after the case, with a cart called after it, of one pair of socks.
async fn shopper(rig: &Rig, case: &str, traits: Json) {
    let mut all = json!({ "name": case, "email": format!("{case}@customer.example") });
    all.as_object_mut().unwrap().extend(traits.as_object().unwrap().clone());
    rig.event(json!({ "type": "identify", "userId": case, "traits": all })).await;
    add(rig, case, "socks").await;
}

async fn add(rig: &Rig, case: &str, product: &str) {
    rig.track(
        case,
        "Product Added",
        json!({ "cart_id": case, "product_id": product, "price": 7.5, "currency": "EUR" }),
    )
    .await;
}

fn consent(granted: bool) -> Json {
    json!({ "consent": { "marketing": { "email": granted } } })
}

/// The queued messages to customers by the case they are about.
async fn queued(rig: &Rig, n: usize) -> BTreeMap<String, Json> {
    // The names come with the table of customers, a moment later.
    let is_there = |page: &Json| {
        let items = page["items"].as_array().unwrap();
        items.len() == n && items.iter().all(|message| message["customer"]["name"] != "")
    };
    let page = rig.until("/messages?state=queued&limit=100", is_there).await;
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .cloned()
        .map(|message| (message["customer"]["name"].as_str().unwrap().to_owned(), message))
        .collect()
}

fn reason(answer: &Json) -> &str {
    if answer.get("grant").is_some() { "granted" } else { answer["no"].as_str().unwrap_or("no reason") }
}

testkit::on_both! {
    async fn each_gate_stops_a_message_with_its_reason(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        let cases = [
            ("said_yes", "granted"), ("said_no", "consent_refused"), ("said_nothing", "consent_unknown"),
            ("bought_before", "granted"), ("unsubscribed", "suppressed"), ("housemate", "suppressed"),
            ("no_address", "no_address"), ("nonsense", "no_address"), ("emptied", "cart_empty"),
            ("bought_else", "bought_meanwhile"), ("ordered", "skipped"), ("no_and_bought", "bought_meanwhile"),
            ("no_and_out", "suppressed"), ("no_and_nowhere", "no_address"),
        ];
        let order = json!({ "order_id": "old", "total": 5, "currency": "EUR" });
        rig.track("bought_before", "Order Completed", order).await;
        rig.pass(1);
        for (case, _) in cases {
            let traits = match case {
                "said_nothing" | "bought_before" => json!({}),
                "no_address" => json!({ "email": null, "consent": { "marketing": { "email": true } } }),
                "nonsense" => json!({ "email": "n/a", "consent": { "marketing": { "email": true } } }),
                "no_and_nowhere" => json!({ "email": null, "consent": { "marketing": { "email": false } } }),
                _ => consent(!case.starts_with("no_") && case != "said_no"),
            };
            shopper(&rig, case, traits).await;
        }
        rig.pass(25);
        let messages = queued(&rig, cases.len()).await;
        for case in ["unsubscribed", "no_and_out"] {
            let link = rig.link(engage::links::Purpose::Unsubscribe, &messages[case]);
            assert_eq!(rig.ask_at("POST", &link, &[], None).await.status, 200);
        }
        // The shop's own copy of the old yes does not undo what the customer did.
        rig.event(json!({ "type": "identify", "userId": "unsubscribed", "traits": consent(true) })).await;
        // Somebody else who gives the same address is not written to either.
        let changed = rig.send("PUT", &format!("/customers/{}/traits", messages["unsubscribed"]["customer"]["id"].as_str().unwrap()), json!({ "email": "new@customer.example" })).await;
        assert_eq!(changed.status, 200, "{}", changed.text);
        rig.event(json!({ "type": "identify", "userId": "housemate", "traits": { "email": "unsubscribed@customer.example" } })).await;
        rig.event(json!({ "type": "identify", "userId": "unsubscribed", "traits": { "email": "unsubscribed@customer.example" } })).await;
        rig.track("emptied", "Product Removed", json!({ "cart_id": "emptied", "product_id": "socks" })).await;
        let bought = |id: &str| json!({ "order_id": id, "total": 3, "currency": "EUR", "products": [{ "product_id": "hat" }] });
        rig.track("bought_else", "Order Completed", bought("o1")).await;
        rig.track("no_and_bought", "Order Completed", bought("o2")).await;
        rig.track("ordered", "Order Completed", json!({ "order_id": "o3", "cart_id": "ordered", "total": 7.5 })).await;
        for (case, expected) in cases {
            let answer = rig.claim(&messages[case]).await;
            assert_eq!(reason(&answer), expected, "{case}: {answer}");
        }
        let decisions = async |case: &str| rig.decisions(messages[case]["customer"]["id"].as_str().unwrap()).await;
        assert!(decisions("bought_before").await.contains(&"message_allowed bought_before".to_owned()));
        assert!(decisions("said_no").await.contains(&"message_skipped consent_refused".to_owned()));
        // Who bought has nothing left to wait for; who said no goes on along the flow.
        assert!(decisions("bought_else").await.contains(&"journey_ended bought_meanwhile".to_owned()));
        assert!(decisions("ordered").await.contains(&"journey_ended Order Completed came".to_owned()));
        assert!(decisions("said_no").await.contains(&"journey_ended".to_owned()));
        rig.end().await;
    }

    async fn what_waited_too_long_is_dropped_and_a_persons_word_is_not(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        for case in ["early", "late", "late_and_no"] {
            shopper(&rig, case, consent(case != "late_and_no")).await;
        }
        rig.pass(24);
        let messages = queued(&rig, 3).await;
        rig.clock.advance(6 * HOUR);
        assert_eq!(reason(&rig.claim(&messages["early"]).await), "granted");
        rig.clock.advance(1);
        assert_eq!(reason(&rig.claim(&messages["late"]).await), "too_late");
        assert_eq!(reason(&rig.claim(&messages["late_and_no"]).await), "consent_refused");
        // In doubt, and sent again on a person's word days later: nobody calls that too late.
        assert_eq!(rig.outcome(&messages["early"], 1, Result_::Unknown).await, json!({ "ok": true }));
        rig.clock.advance(48 * HOUR);
        let of = format!("/messages/{}/resolve", messages["early"]["id"].as_str().unwrap());
        assert_eq!(rig.send("POST", &of, json!({ "again": true })).await.status, 200);
        let answer = rig.claim(&messages["early"]).await;
        assert_eq!((reason(&answer), &answer["grant"]["attempt"]), ("granted", &json!(2)));
        rig.end().await;
    }

    async fn a_cart_gets_one_message_in_twenty_hours_whatever_flows_there_are(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        assert_eq!(rig.send("POST", "/flows", json!({ "xml": THREE_STEP })).await.status, 201);
        assert_eq!(rig.send("POST", "/flows/three_step_recovery/enable", json!({})).await.status, 200);
        shopper(&rig, "one", consent(true)).await;
        // A second cart of the same customer counts for itself.
        rig.track("one", "Product Added", json!({ "cart_id": "other", "product_id": "hat", "price": 9, "currency": "EUR" })).await;
        let carts = rig.items("/carts", 2).await;
        let one = carts.iter().find(|cart| cart["shop_id"] == "one").unwrap()["id"].clone();
        rig.pass(1);
        let first = rig.items("/messages?state=queued", 2).await;
        for message in &first {
            assert_eq!(rig.courier(message, Result_::Sent).await, json!({ "ok": true }));
        }
        rig.pass(23);
        let second = rig.items("/messages?state=queued", 4).await;
        let about: Vec<&Json> = second.iter().filter(|message| message["cart"] == one).collect();
        assert_eq!(about.len(), 2, "one of each flow");
        assert_eq!(reason(&rig.claim(about[0]).await), "granted");
        assert_eq!(reason(&rig.claim(about[1]).await), "cart_pause", "on its way counts as sent");
        assert_eq!(rig.outcome(about[0], 1, Result_::Unknown).await, json!({ "ok": true }));
        rig.end().await;
    }

    async fn an_agents_notice_needs_an_agent_and_nothing_of_the_customer(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        for case in ["refused", "ordered"] {
            let traits = json!({ "name": case, "consent": { "marketing": { "email": false } } });
            rig.event(json!({ "type": "identify", "userId": case, "traits": traits })).await;
            let dear = json!({ "cart_id": case, "product_id": "ring", "price": 500, "currency": "EUR" });
            rig.track(case, "Product Added", dear).await;
        }
        rig.pass(25);
        let messages = queued(&rig, 2).await;
        assert_eq!(rig.items("/notices", 2).await.len(), 2, "one in the app for each");
        rig.track("ordered", "Order Completed", json!({ "order_id": "o", "cart_id": "ordered", "total": 500 })).await;
        let answer = rig.claim(&messages["ordered"]).await;
        assert_eq!((reason(&answer), &answer["grant"]["to"]), ("granted", &json!("anna@shop.example")));
        let anna = json!({ "name": "Anna Bianchi", "email": "anna@shop.example", "is_active": false });
        assert_eq!(rig.send("PUT", &format!("/agents/{}", rig.id("anna")), anna).await.status, 200);
        assert_eq!(reason(&rig.claim(&messages["refused"]).await), "no_agent");
        rig.items("/notices", 2).await;
        rig.end().await;
    }
}
