//! Tags: given and taken by people and by the shop, found in the lists, counted.

use crate::rig::Rig;
use serde_json::{Value as Json, json};

async fn tags_of(rig: &Rig, customer: &str) -> Vec<String> {
    let page = rig.get(&format!("/customers/{customer}")).await.json;
    page["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap().to_owned()).collect()
}

async fn change(rig: &Rig, customer: &str, body: Json) {
    let said = rig.send("PUT", &format!("/customers/{customer}/tags"), body).await;
    assert_eq!(said.status, 200, "{}", said.text);
}

async fn in_use(rig: &Rig, path: &str, expected: &[(&str, i64)]) {
    let expected: Vec<Json> =
        expected.iter().map(|(name, customers)| json!({ "name": name, "customers": customers })).collect();
    rig.until(path, |page| page["items"] == json!(expected)).await;
}

testkit::on_both! {
    async fn a_person_tags_customers_and_finds_them_by_it(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        rig.two_customers().await;
        let (mario, lucia) = (rig.id("mario"), rig.id("lucia"));
        change(&rig, &mario, json!({ "add": ["  Cliente  VIP ", "b2b", "B2B"] })).await;
        change(&rig, &lucia, json!({ "add": ["b2b", "Ritardi"], "remove": ["nothing"] })).await;
        let page = rig.get(&format!("/customers/{mario}")).await.json;
        assert_eq!(page["tags"][0]["name"], "b2b");
        assert_eq!(page["tags"][1]["name"], "Cliente VIP");
        assert!(page["tags"][0]["by"].as_str().unwrap().starts_with("key:") && page["tags"][0]["at"].is_string());
        in_use(&rig, "/tags", &[("b2b", 2), ("Cliente VIP", 1), ("Ritardi", 1)]).await;
        in_use(&rig, "/tags?q=CL", &[("Cliente VIP", 1)]).await;
        let first = rig.get("/tags?limit=1").await.json;
        let second = rig.get(&format!("/tags?limit=1&cursor={}", first["next"].as_str().unwrap())).await.json;
        assert_eq!((&first["items"][0]["name"], &second["items"][0]["name"]), (&json!("b2b"), &json!("Cliente VIP")));
        let found = rig.items("/customers?tag=B2B", 2).await;
        assert_eq!(rig.named(&found[0]["id"]), json!("lucia"), "newest first");
        assert_eq!(found[1]["tags"], json!(["b2b", "Cliente VIP"]));
        let next = rig.get("/customers?tag=b2b&limit=1").await.json["next"].as_str().unwrap().to_owned();
        let rest = rig.get(&format!("/customers?tag=b2b&limit=1&cursor={next}")).await.json;
        assert_eq!(rig.named(&rest["items"][0]["id"]), json!("mario"));
        rig.items("/customers?tag=b2b&q=ross", 1).await;
        rig.items("/customers?tag=ritardi&q=ross", 0).await;
        let anna = rig.id("anna");
        assert_eq!(rig.send("PUT", &format!("/customers/{lucia}/agent"), json!({ "agent": anna })).await.status, 200);
        rig.items(&format!("/customers?tag=b2b&agent={anna}"), 1).await;
        change(&rig, &lucia, json!({ "remove": ["B2B"] })).await;
        rig.items("/customers?tag=b2b", 1).await;
        rig.items(&format!("/customers?tag=b2b&agent={anna}"), 0).await;
        in_use(&rig, "/tags", &[("b2b", 1), ("Cliente VIP", 1), ("Ritardi", 1)]).await;
        let timeline = rig.get(&format!("/customers/{lucia}/timeline")).await.json;
        let event = timeline["items"].as_array().unwrap().iter().find(|event| event["name"] == "customer.tags").unwrap();
        assert_eq!(event["payload"]["remove"], json!(["B2B"]));
        assert!(event["payload"]["by"].as_str().unwrap().starts_with("key:"));
        let many: Vec<String> = (0..49).map(|n| format!("t{n}")).collect();
        for (body, status) in [
            (json!({ "add": [" "] }), 422), (json!({ "add": ["x".repeat(61)] }), 422), (json!({ "tags": [] }), 422),
            (json!({ "add": many }), 409),
        ] {
            assert_eq!(rig.send("PUT", &format!("/customers/{mario}/tags"), body).await.status, status);
        }
        assert_eq!(tags_of(&rig, &mario).await, ["b2b", "Cliente VIP"], "all of it or nothing");
        rig.end().await;
    }

    async fn the_shops_tags_trait_and_a_join_are_counted_too(db: Db) {
        let rig = Rig::new(db).await;
        rig.two_customers().await;
        let mario = rig.id("mario");
        let says = async |tags: Json| rig.event(json!({ "type": "identify", "userId": "u1", "traits": { "tags": tags } })).await;
        says(json!(["gold", "news", "", 7])).await;
        assert_eq!(tags_of(&rig, &mario).await, ["7", "gold", "news"]);
        change(&rig, &mario, json!({ "add": ["mine"], "remove": ["news"] })).await;
        says(json!("news, silver")).await;
        assert_eq!(tags_of(&rig, &mario).await, ["mine", "silver"]);
        in_use(&rig, "/tags", &[("mine", 1), ("silver", 1)]).await;
        // Somebody anonymous with tags turns out to be Mario.
        rig.event(json!({ "type": "identify", "anonymousId": "a1", "traits": { "tags": ["Silver", "web"] } })).await;
        in_use(&rig, "/tags", &[("mine", 1), ("silver", 2), ("web", 1)]).await;
        rig.items("/customers?tag=silver", 2).await;
        rig.event(json!({ "type": "identify", "anonymousId": "a1", "userId": "u1", "traits": {} })).await;
        assert_eq!(tags_of(&rig, &mario).await, ["mine", "silver", "web"]);
        in_use(&rig, "/tags", &[("mine", 1), ("silver", 1), ("web", 1)]).await;
        rig.items("/customers?tag=silver", 1).await;
        // What is no list of tags stays a property.
        says(json!({ "a": 1 })).await;
        assert_eq!(rig.get(&format!("/customers/{mario}")).await.json["traits"]["tags"], json!({ "a": 1 }));
        rig.end().await;
    }
}
