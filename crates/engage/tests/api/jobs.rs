//! What tasks of a flow do to the customer: tags, properties, agent, deal, notes; and what keeps a task from being carried out.

use crate::{
    drawing::{end, idle, user, ways},
    rig::Rig,
};
use serde_json::{Value as Json, json};
use store::Db;

/// A service task with its inputs.
fn task(id: &str, kind: &str, inputs: &[(&str, &str)]) -> String {
    let inputs: String =
        inputs.iter().map(|(target, source)| format!("<zeebe:input source='{source}' target='{target}'/>")).collect();
    format!(
        "<serviceTask id='{id}'><extensionElements><zeebe:taskDefinition type='ritorno:{kind}'/>\
         <zeebe:ioMapping>{inputs}</zeebe:ioMapping></extensionElements></serviceTask>"
    )
}

/// One task between the start and a person.
fn flow(id: &str, task: &str) -> String {
    idle(id, &[task, &user("look"), &end("done"), &ways("begin -> act -> look -> done")].concat())
}

/// A shop with a flow of one task switched on and two carts that have stood idle.
async fn acted(db: Db, task: &str) -> Rig {
    let rig = Rig::new(db).await;
    rig.open_shop().await;
    rig.send("POST", "/flows/two_branch_follow_up/disable", json!({})).await;
    let said = rig.send("POST", "/flows", json!({ "xml": flow("acts", task) })).await;
    assert_eq!(said.status, 201, "{}", said.text);
    let said = rig.send("POST", "/flows/acts/enable", json!({})).await;
    assert_eq!(said.status, 200, "{}", said.text);
    rig.two_customers().await;
    rig.pass(25);
    rig.until("/journeys?flow=acts", |page| page["items"].as_array().unwrap().len() == 2).await;
    rig
}

async fn customer(rig: &Rig, name: &str) -> Json {
    let found = rig.until(&format!("/customers?q={name}"), |page| page["items"].as_array().unwrap().len() == 1).await;
    rig.get(&format!("/customers/{}", found["items"][0]["id"].as_str().unwrap())).await.json
}

/// Why the journey about Mario's cart has stopped.
async fn stopped(rig: &Rig) -> Json {
    let page = rig.until("/journeys?flow=acts", |page| page["items"][0]["state"] == "incident").await;
    let id = page["items"][0]["id"].as_str().unwrap().to_owned();
    rig.get(&format!("/journeys/{id}")).await.json["places"][0]["said"].clone()
}

testkit::on_both! {
    async fn a_task_gives_tags_and_takes_them_away(db: Db) {
        let add = "=if cart.total &gt; 100 then [&quot;large cart&quot;, &quot;follow up&quot;] else &quot;small cart&quot;";
        let rig = acted(db, &task("act", "tag-customer", &[("add", add)])).await;
        let mario = customer(&rig, "mario").await;
        let names: Vec<&str> = mario["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["follow up", "large cart"]);
        assert_eq!(mario["tags"][0]["by"], "flow:acts");
        let lucia = customer(&rig, "lucia").await;
        assert_eq!(lucia["tags"][0]["name"], "small cart", "{lucia}");
        rig.end().await;
    }

    async fn a_task_sets_properties_that_later_conditions_read(db: Db) {
        let inputs = [("cluster", "=if cart.total &gt; 100 then &quot;big&quot; else null"), ("language", "en")];
        let rig = acted(db, &task("act", "update-customer", &inputs)).await;
        let mario = customer(&rig, "mario").await;
        assert_eq!((&mario["traits"]["cluster"], &mario["profile"]["language"]), (&json!("big"), &json!("en")), "{mario}");
        rig.end().await;
    }

    async fn a_task_moves_the_deal_and_writes_why(db: Db) {
        let rig = acted(db, &task("act", "move-deal", &[("stage", "Negotiation")])).await;
        let has_moved = |deal: &Json| deal["stage"] == "Negotiation";
        let both = |page: &Json| page["items"].as_array().unwrap().iter().filter(|deal| has_moved(deal)).count() == 2;
        rig.until("/deals", both).await;
        rig.end().await;
    }

    async fn a_task_that_cannot_be_done_stops_with_its_reason(db: Db) {
        let rig = acted(db, &task("act", "assign-agent", &[("agent", "nobody@shop.example")])).await;
        assert_eq!(stopped(&rig).await["code"], "unknown_agent");
        rig.end().await;
    }

    async fn a_note_stands_among_the_notes(db: Db) {
        let rig = acted(db, &task("act", "write-note", &[("text", "=&quot;Cart of &quot; + string(cart.total)")])).await;
        let mario = customer(&rig, "mario").await;
        let path = format!("/customers/{}/decisions", mario["id"].as_str().unwrap());
        let page = rig.until(&path, |page| page.to_string().contains("\"note\"")).await;
        let note = page["items"].as_array().unwrap().iter().find(|item| item["code"] == "note").unwrap();
        assert_eq!((&note["data"]["text"], &note["data"]["by"]), (&json!("Cart of 178.00"), &json!("flow:acts")), "{note}");
        rig.end().await;
    }

    async fn a_journey_that_waits_for_a_tag_goes_on_whoever_gives_it(db: Db) {
        let catch = "<intermediateCatchEvent id='rest'><conditionalEventDefinition><condition>=list contains(customer.tags, &quot;vip&quot;)\
                     </condition></conditionalEventDefinition></intermediateCatchEvent>";
        let waits = idle("a_waits", &[catch, &task("act", "tag-customer", &[("add", "seen")]), &end("done"), &ways("begin -> rest -> act -> done")].concat());
        let by_flow = "=if cart.total &gt; 100 then &quot;VIP&quot; else &quot;small&quot;";
        let gives = flow("b_gives", &task("act", "tag-customer", &[("add", by_flow)]));
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        rig.send("POST", "/flows/two_branch_follow_up/disable", json!({})).await;
        for (id, xml) in [("a_waits", waits), ("b_gives", gives)] {
            rig.send("POST", "/flows", json!({ "xml": xml })).await;
            let said = rig.send("POST", &format!("/flows/{id}/enable"), json!({})).await;
            assert_eq!(said.status, 200, "{}", said.text);
        }
        rig.two_customers().await;
        rig.pass(25);
        rig.until("/journeys?flow=b_gives", |page| page["items"].as_array().unwrap().len() == 2).await;
        // Mario has it from the other flow, Lucia from a person.
        let has_seen = |customer: &Json| customer["tags"].as_array().unwrap().iter().any(|tag| tag["name"] == "seen");
        assert!(has_seen(&customer(&rig, "mario").await));
        let lucia = customer(&rig, "lucia").await;
        assert!(!has_seen(&lucia), "{lucia}");
        let path = format!("/customers/{}/tags", lucia["id"].as_str().unwrap());
        let said = rig.send("PUT", &path, json!({ "add": ["Vip"] })).await;
        assert_eq!(said.status, 200, "{}", said.text);
        assert!(has_seen(&customer(&rig, "lucia").await));
        rig.end().await;
    }

    async fn tasks_in_a_circle_without_a_wait_stop_and_wait_for_a_person(db: Db) {
        let circle = idle("acts", &[
            &*task("act", "tag-customer", &[("add", "round")]),
            &task("back", "tag-customer", &[("remove", "round")]),
            "<exclusiveGateway id='again'/>",
            &ways("begin -> again -> act -> back -> again"),
        ].concat());
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        rig.send("POST", "/flows/two_branch_follow_up/disable", json!({})).await;
        rig.send("POST", "/flows", json!({ "xml": circle })).await;
        let said = rig.send("POST", "/flows/acts/enable", json!({})).await;
        assert_eq!(said.status, 200, "{}", said.text);
        rig.two_customers().await;
        rig.pass(25);
        assert_eq!(stopped(&rig).await["code"], "too_many_at_once");
        rig.end().await;
    }

    async fn what_nobody_can_carry_out_is_refused_before_it_runs(db: Db) {
        let rig = Rig::new(db).await;
        let check = async |task: String, words: &str| {
            rig.send("POST", "/flows", json!({ "xml": flow("acts", &task) })).await;
            let said = rig.send("POST", "/flows/acts/enable", json!({})).await;
            assert_eq!(said.status.as_u16(), 422, "{}", said.text);
            assert!(said.text.contains(words), "{}", said.text);
        };
        check(task("act", "send-emial", &[]), "nobody carries out").await;
        check(task("act", "tag-customer", &[]), "needs the input add or remove").await;
        check(task("act", "update-customer", &[]), "an input for each property").await;
        check(task("act", "move-deal", &[("pipeline", "Sales")]), "needs the input stage").await;
        rig.end().await;
    }
}
