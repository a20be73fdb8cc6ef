//! Pipelines: how they are defined, and deals on their way through them.

use crate::rig::Rig;
use base::MINUTE;
use serde_json::{Value as Json, json};

const FIRST: &str = "Check out abbandonato";

/// The board's head: stage, name, deals, whether the pipeline knows it.
async fn board(rig: &Rig, pipeline: &str, expected: &[(&str, &str, i64, bool)]) {
    let row = |stage: &Json| {
        let text = |name: &str| stage[name].as_str().unwrap().to_owned();
        (text("stage"), text("name"), stage["deals"].as_i64().unwrap(), stage["is_known"].as_bool().unwrap())
    };
    let expected: Vec<_> =
        expected.iter().map(|(id, name, n, known)| ((*id).to_owned(), (*name).to_owned(), *n, *known)).collect();
    let path = format!("/deal_stages?pipeline={pipeline}");
    rig.until(&path, |page| page["items"].as_array().unwrap().iter().map(row).collect::<Vec<_>>() == expected).await;
}

async fn deal_of(rig: &Rig, cart: &str) -> String {
    rig.get(&format!("/carts/{cart}")).await.json["deal"]["id"].as_str().unwrap().to_owned()
}

testkit::on_both! {
    async fn deals_go_through_pipelines_that_people_define(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        rig.two_customers().await;
        board(&rig, "Sales%20management", &[(FIRST, FIRST, 0, true), ("Confirmed", "Confirmed", 0, true)]).await;
        let said = rig.send("POST", "/pipelines", json!({ "name": "B2B", "stages": [
            { "name": "Nuovo" }, { "name": "Offerta" }, { "name": "Firmato", "kind": "won" }, { "name": "Perso", "kind": "lost" },
        ]})).await;
        assert_eq!(said.status, 201, "{}", said.text);
        assert_eq!(said.json, json!({ "id": "B2B", "name": "B2B", "revision": 1, "stages": [
            { "id": "Nuovo", "name": "Nuovo", "kind": "open" }, { "id": "Offerta", "name": "Offerta", "kind": "open" },
            { "id": "Confirmed", "name": "Firmato", "kind": "won" }, { "id": "Perso", "name": "Perso", "kind": "lost" },
        ]}));
        assert_eq!(rig.get("/pipelines").await.json["items"][1], said.json);
        rig.pass(25);
        rig.items("/deals", 2).await;
        let (one, two) = (deal_of(&rig, "c1").await, deal_of(&rig, "c2").await);
        let path = format!("/deals/{one}/stage");
        // To another pipeline by name, then within it without saying it again.
        assert_eq!(rig.send("PUT", &path, json!({ "stage": "nuovo", "pipeline": "b2b" })).await.status, 200);
        rig.clock.advance(MINUTE);
        assert_eq!(rig.send("PUT", &path, json!({ "stage": "Offerta" })).await.status, 200);
        let deal = rig.get("/carts/c1").await.json["deal"].clone();
        assert_eq!((&deal["pipeline"], &deal["stage"]), (&json!("B2B"), &json!("Offerta")));
        board(&rig, "B2B", &[("Nuovo", "Nuovo", 0, true), ("Offerta", "Offerta", 1, true), ("Confirmed", "Firmato", 0, true), ("Perso", "Perso", 0, true)]).await;
        board(&rig, "Sales%20management", &[(FIRST, FIRST, 1, true), ("Confirmed", "Confirmed", 0, true)]).await;
        rig.items("/deals?pipeline=B2B&stage=Offerta", 1).await;
        // The shop's word on a stage that nobody knows is kept, and stands at the end.
        rig.track("u2", "Deal Stage Changed", json!({ "cart_id": "c2", "stage": "In forse", "pipeline": "B2B" })).await;
        board(&rig, "B2B", &[
            ("Nuovo", "Nuovo", 0, true), ("Offerta", "Offerta", 1, true), ("Confirmed", "Firmato", 0, true), ("Perso", "Perso", 0, true),
            ("In forse", "In forse", 1, false),
        ]).await;
        rig.clock.advance(MINUTE);
        // Without a pipeline it is the one that abandoned carts are in.
        rig.track("u2", "Deal Stage Changed", json!({ "cart_id": "c2", "stage": FIRST })).await;
        rig.items("/deals", 1).await;
        assert_eq!(deal_of(&rig, "c2").await, two);
        // An order wins the deal where it is.
        rig.track("u1", "Order Completed", json!({ "order_id": "o1", "cart_id": "c1", "total": 178, "currency": "EUR" })).await;
        let won = rig.items("/deals?pipeline=B2B&stage=Confirmed", 1).await;
        assert!(won[0]["won_at"].is_string(), "{won:?}");
        let decisions = rig.get(&format!("/customers/{}/decisions", rig.id("mario"))).await.json;
        let moved = decisions["items"].as_array().unwrap().iter().find(|decision| decision["code"] == "deal_moved_to").unwrap();
        assert_eq!(moved["why"]["en"], "The deal moved to the stage “Offerta” of the pipeline “B2B”.");
        // A pipeline that is not there is a reason for quarantine, and the deal stays where it is.
        rig.clock.advance(MINUTE);
        rig.track("u2", "Deal Stage Changed", json!({ "cart_id": "c2", "stage": "x", "pipeline": "C2C" })).await;
        assert_eq!(rig.get("/carts/c2").await.json["deal"]["stage"], FIRST);
        rig.end().await;
    }

    async fn a_stage_with_deals_in_it_cannot_go_and_whoever_is_late_is_told(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        rig.two_customers().await;
        rig.pass(25);
        rig.items("/deals", 2).await;
        let one = deal_of(&rig, "c1").await;
        let mine = "/pipelines/Sales%20management";
        let stages = |middle: Json| {
            let mut all = vec![json!({ "id": FIRST, "name": "Lasciati" })];
            all.extend(middle.as_array().unwrap().clone());
            all.push(json!({ "id": "Confirmed", "name": "Confirmed", "kind": "won" }));
            Json::from(all)
        };
        let put = async |revision: u32, middle: Json| {
            rig.send("PUT", mine, json!({ "name": "Vendite", "revision": revision, "stages": stages(middle) })).await
        };
        let said = put(1, json!([{ "name": "Chiamato" }])).await;
        assert_eq!((said.status.as_u16(), &said.json["revision"], &said.json["name"]), (200, &json!(2), &json!("Vendite")), "{}", said.text);
        assert_eq!(rig.send("PUT", &format!("/deals/{one}/stage"), json!({ "stage": "Chiamato" })).await.status, 200);
        let head = [(FIRST, "Lasciati", 1, true), ("Chiamato", "Chiamato", 1, true), ("Confirmed", "Confirmed", 0, true)];
        board(&rig, "Sales%20management", &head).await;
        let check = async |said: crate::rig::Said, status: u16, code: &str, text: &str| {
            assert_eq!((said.status.as_u16(), said.json["code"].as_str()), (status, Some(code)), "{}", said.text);
            assert!(said.json["detail"].as_str().unwrap().contains(text), "{}", said.text);
        };
        check(put(2, json!([])).await, 409, "pipelines.stage_not_empty", "1 deals are in the stage \"Chiamato\"").await;
        check(put(1, json!([{ "id": "Chiamato", "name": "Sentito" }])).await, 409, "pipelines.changed_meanwhile", "look at it again").await;
        check(put(2, json!([{ "id": "Chiamato", "name": "confirmed" }])).await, 422, "pipelines.wrong_value", "two stages").await;
        assert_eq!(put(2, json!([{ "id": "Chiamato", "name": "Sentito" }])).await.status, 200);
        let said = rig.send("DELETE", mine, Json::Null).await;
        check(said, 422, "pipelines.wrong_value", "it stays").await;
        rig.clock.advance(MINUTE);
        let made = json!({ "name": "B2B", "stages": [{ "name": "A" }, { "name": "B", "kind": "won" }] });
        assert_eq!(rig.send("POST", "/pipelines", made).await.status, 201);
        assert_eq!(rig.send("PUT", &format!("/deals/{one}/stage"), json!({ "stage": "A", "pipeline": "B2B" })).await.status, 200);
        rig.items("/deals?pipeline=B2B", 1).await;
        check(rig.send("DELETE", "/pipelines/B2B", Json::Null).await, 409, "pipelines.not_empty", "move them").await;
        rig.clock.advance(MINUTE);
        let back = json!({ "stage": "sentito", "pipeline": "vendite" });
        assert_eq!(rig.send("PUT", &format!("/deals/{one}/stage"), back).await.status, 200);
        rig.items("/deals?pipeline=B2B", 0).await;
        assert_eq!(rig.send("DELETE", "/pipelines/B2B", Json::Null).await.status, 204);
        check(rig.get("/deal_stages?pipeline=B2B").await, 404, "pipelines.not_found", "B2B").await;
        let nowhere = json!({ "stage": "A", "pipeline": "B2B" });
        check(rig.send("PUT", &format!("/deals/{one}/stage"), nowhere).await, 422, "pipelines.not_found", "B2B").await;
        let log = rig.get("/audit").await.json;
        let mut actions: Vec<&str> = log["items"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).filter(|action| action.starts_with("pipeline.")).collect();
        actions.sort_unstable();
        assert_eq!(actions, ["pipeline.changed", "pipeline.changed", "pipeline.created", "pipeline.removed"]);
        rig.end().await;
    }
}
