//! Flows, journeys, messages, notices and the hold.

use crate::rig::{Rig, TWO_BRANCH};
use engage::messages::Result_;
use serde_json::{Value as Json, json};

testkit::on_both! {
    async fn a_flow_is_imported_checked_enabled_and_disabled(db: Db) {
        let rig = Rig::new(db).await;
        let said = rig.send("POST", "/flows", json!({ "xml": TWO_BRANCH })).await;
        assert_eq!(said.status, 201, "{}", said.text);
        let mut page = said.json;
        assert_eq!(page["xml"], TWO_BRANCH);
        assert!(page["templates"]["cart-agent"].as_str().unwrap().starts_with("=== en"));
        let fields = page.as_object_mut().unwrap();
        fields.remove("xml");
        fields.remove("templates");
        assert_eq!(fields.remove("decisions"), Some(json!({})));
        rig.check(&page, json!({
            "id": "two_branch_follow_up", "name": "Recupero carrello a due rami", "is_enabled": false, "enabled_version": null,
            "newest_version": 1, "idle_hours": 24.0,
            "parameters": [
                { "name": "wait_hours", "value": 24, "default": 24 }, { "name": "threshold", "value": 2000, "default": 2000 },
                { "name": "recheck_hours", "value": 48, "default": 48 },
            ],
            "figures": { "waiting": 0, "incidents": 0, "ended": 0 },
            "versions": [{
                "number": 1, "made_at": "2026-11-21T08:00:00Z", "is_enabled": false, "parameters": {},
                "templates": ["cart-agent", "agent-notice"], "decisions": [],
            }],
        }));
        let again = rig.send("POST", "/flows", json!({ "xml": TWO_BRANCH })).await.json;
        assert_eq!(again["newest_version"], 1);
        let on = rig.send("POST", "/flows/two_branch_follow_up/enable", json!({ "parameters": { "wait_hours": 2 } })).await.json;
        assert_eq!((&on["enabled_version"], &on["idle_hours"]), (&json!(2), &json!(2.0)));
        assert_eq!(on["parameters"][0], json!({ "name": "wait_hours", "value": 2, "default": 24 }));
        let list = rig.get("/flows").await.json;
        assert_eq!((&list["items"][0]["is_enabled"], &list["items"][0]["enabled_version"]), (&json!(true), &json!(2)));
        let off = rig.send("POST", "/flows/two_branch_follow_up/disable", json!({})).await.json;
        assert_eq!((&off["is_enabled"], &off["newest_version"]), (&json!(false), &json!(2)));
        rig.end().await;
    }

    async fn a_check_names_what_is_wrong_and_where(db: Db) {
        let rig = Rig::new(db).await;
        let check = async |path: &str, body: Json| rig.send("POST", path, body).await.json["problems"].clone();
        let broken = TWO_BRANCH.replace("targetRef=\"end_written\"", "targetRef=\"nowhere\"");
        let problems = check("/flows/draft/check", json!({ "xml": broken })).await;
        assert_eq!(problems[0]["is_fatal"], true);
        assert!(problems[0]["line"].as_u64().is_some(), "{problems}");
        rig.send("POST", "/flows", json!({ "xml": TWO_BRANCH })).await;
        assert_eq!(check("/flows/two_branch_follow_up/check", json!({})).await, json!([]));
        let templates = json!({ "cart-agent": "=== it txt\nsubject: Ciao {{ customer.frst_name }}\n\nTesto senza uscita\n" });
        let problems = check("/flows/two_branch_follow_up/check", json!({ "templates": templates })).await;
        assert_eq!(problems[0], json!({
            "is_fatal": false, "element": "cart-agent", "name": "it subject", "line": null,
            "message": "customer.frst_name is not a merge field",
        }));
        let last = problems.as_array().unwrap().last().unwrap();
        assert!(last["message"].as_str().unwrap().contains("links.unsubscribe"), "{problems}");
        assert_eq!(rig.send("POST", "/flows/none/check", json!({})).await.status, 404);
        rig.end().await;
    }

    async fn enabling_takes_up_the_carts_that_already_stand_idle(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        rig.send("POST", "/flows/two_branch_follow_up/disable", json!({})).await;
        rig.two_customers().await;
        rig.pass(30);
        rig.items("/carts?state=abandoned", 2).await;
        let preview = rig.get("/flows/two_branch_follow_up/preview-of-enabling").await.json;
        assert_eq!(preview, json!({
            "carts": 2, "totals": [{ "minor": 18550, "currency": "EUR" }], "carts_too_old": 0, "idle_hours": 24.0,
            "max_age_hours": 48.0, "is_wait_beyond_max_age": false,
        }));
        rig.items("/journeys", 0).await;
        rig.send("POST", "/flows/two_branch_follow_up/enable", json!({})).await;
        rig.items("/journeys", 2).await;
        rig.end().await;
    }

    async fn a_journey_shows_its_path_and_a_message_its_words(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        rig.two_customers().await;
        rig.pass(25);
        // Lucia's cart is below the threshold: she is written to. Mario's is above: his agent is told.
        let journeys = rig.items("/journeys", 2).await;
        for journey in &journeys {
            rig.name(&journey["id"], &format!("journey {}", rig.named(&journey["cart"]).as_str().unwrap()));
        }
        let messages = rig.items("/messages?state=queued", 2).await;
        let to_lucia = messages.iter().find(|message| message["recipient"] == "customer").unwrap();
        let id = rig.name(&to_lucia["id"], "mail");
        rig.check(to_lucia, json!({
            "id": "mail", "cart": "c2", "journey": "journey c2", "flow": "two_branch_follow_up", "version": 2, "step": "send_email",
            "customer": { "id": "lucia", "name": "Lucia Verdi", "email": "lucia@customer.example", "agent": null },
            "channel": "email", "template": "cart-agent", "recipient": "customer", "state": "queued",
            "queued_at": to_lucia["queued_at"], "sent_at": null, "to": null, "from": null, "reply_to": null, "language": null,
            "attempt": 0, "reason": null, "why": null, "said": null,
        }));
        let draft = rig.get(&format!("/messages/{id}")).await.json;
        assert_eq!(draft["body"]["is_as_sent"], false);
        let text = draft["body"]["text"].as_str().unwrap();
        assert!(text.starts_with("Gentile Lucia Verdi,") && text.contains("https://crm.example/c/preview"), "{text}");

        let waiting = journeys.iter().find(|journey| rig.named(&journey["cart"]) == json!("c1")).unwrap();
        let of = format!("/journeys/{}", waiting["id"].as_str().unwrap());
        let page = rig.get(&of).await.json;
        let places: Vec<(&str, &str)> = page["places"].as_array().unwrap().iter()
            .map(|place| (place["at"].as_str().unwrap(), place["waits_for"].as_str().unwrap())).collect();
        assert_eq!(places, [("order_completed", "event"), ("recheck", "timer")]);
        let path: Vec<&str> = page["path"].as_array().unwrap().iter().map(|step| step["code"].as_str().unwrap()).collect();
        assert_eq!(path, ["journey_started", "agent_notified"]);
        let moved = page["path"][0]["why"]["it"].as_str().unwrap();
        assert!(moved.contains("Totale dalla soglia in su? (") && moved.contains("Avvisa l'agente"), "{moved}");
        let retry = rig.send("POST", &format!("{of}/retry"), json!({})).await;
        assert_eq!(retry.json["code"], "journeys.no_incident");

        assert_eq!(rig.courier(to_lucia, Result_::Sent).await, json!({ "ok": true }));
        let sent = rig.items("/messages?state=sent", 1).await;
        let page = rig.get(&format!("/messages/{id}")).await.json;
        assert_eq!(sent[0]["to"], "lucia@customer.example");
        assert_eq!((&page["from"], &page["reply_to"]), (&json!("anna@shop.example"), &json!("anna@shop.example")));
        assert_eq!(page["body"]["is_as_sent"], true);
        assert_eq!(page["body"]["problem"], Json::Null);
        let ended = rig.until("/journeys?state=ended&flow=two_branch_follow_up", |p| !p["items"].as_array().unwrap().is_empty()).await;
        rig.check(&ended["items"][0]["id"], json!("journey c2"));
        let figures = rig.get("/flows").await.json["items"][0]["figures"].clone();
        assert_eq!(figures, json!({ "waiting": 1, "incidents": 0, "ended": 1 }));
        let lucia = rig.get(&format!("/customers/{}", rig.id("lucia"))).await.json;
        assert_eq!(lucia["messages"][0]["state"], "sent");
        rig.end().await;
    }

    async fn a_notice_is_read_once_by_whoever_reads_it_first(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        rig.two_customers().await;
        rig.pass(25);
        let notice = rig.items(&format!("/notices?unread=true&agent={}", rig.id("anna")), 1).await[0].clone();
        let id = rig.name(&notice["id"], "notice");
        rig.check(&notice, json!({
            "id": "notice", "agent": "anna", "cart": "c1", "flow": "two_branch_follow_up", "reason": "high_value_cart",
            "customer": { "id": "mario", "name": "Mario Rossi", "email": "mario@customer.example", "agent": null },
            "why": { "it": "carrello di valore alto", "en": "a cart of high value" }, "at": notice["at"], "read_at": null,
        }));
        for _ in 0..2 {
            let said = rig.send("POST", &format!("/notices/{id}/read"), json!({})).await;
            assert_eq!(said.status, 200, "{}", said.text);
        }
        rig.items("/notices?unread=true", 0).await;
        let read = rig.get("/notices").await.json;
        assert_eq!(read["items"][0]["read_at"], "2026-11-22T09:01:00Z");
        rig.end().await;
    }

    async fn a_message_in_doubt_is_sent_again_on_a_persons_word(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        rig.two_customers().await;
        rig.pass(25);
        let messages = rig.items("/messages?state=queued", 2).await;
        let mail = messages.iter().find(|message| message["recipient"] == "customer").unwrap();
        let of = format!("/messages/{}", mail["id"].as_str().unwrap());
        let early = rig.send("POST", &format!("{of}/resolve"), json!({ "again": true })).await;
        assert_eq!((early.status.as_u16(), early.json["code"].as_str()), (409, Some("command.refused")));
        rig.courier(mail, Result_::Unknown).await;
        let doubt = rig.items("/messages?state=in_doubt", 1).await;
        assert_eq!(doubt[0]["id"], mail["id"]);
        let said = rig.send("POST", &format!("{of}/resolve"), json!({ "again": true })).await;
        assert_eq!(said.json["state"], "queued", "{}", said.text);
        assert_eq!(rig.get(&of).await.json["state"], "queued");
        rig.end().await;
    }

    async fn what_a_hold_keeps_back_goes_out_when_a_person_releases_it(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        rig.two_customers().await;
        let now = base::Clock::now(&*rig.clock);
        rig.handle().command(engage::commands::new("hold.start", &json!({}), now)).await.unwrap();
        rig.until("/hold", |hold| hold["since"] == "2026-11-21T08:01:00Z").await;
        rig.pass(25);
        let held = rig.items("/messages?state=held", 2).await;
        let hold = rig.get("/hold").await.json;
        assert_eq!(hold, json!({ "since": "2026-11-21T08:01:00Z", "held": 2 }));
        let said = rig.send("POST", "/hold/release", json!({})).await;
        assert_eq!(said.json, json!({ "released": 2 }), "{}", said.text);
        assert_eq!(rig.get("/hold").await.json, json!({ "since": null, "held": 0 }));
        // It waits in the outbox for the next courier, who asks again.
        let mail = held.iter().find(|message| message["recipient"] == "customer").unwrap();
        rig.courier(mail, Result_::Sent).await;
        assert_eq!(rig.get(&format!("/messages/{}", mail["id"].as_str().unwrap())).await.json["state"], "sent");
        rig.end().await;
    }

    async fn a_test_goes_to_the_person_who_asks_and_to_nobody_else(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        let by_key = rig.send("POST", "/messages/test", json!({ "template": "cart-agent" })).await;
        assert_eq!(by_key.json["code"], "auth.people_only");
        let (cookie, csrf) = rig.sign_in().await;
        let headers = [("cookie", cookie.as_str()), ("x-csrf-token", csrf.as_str())];
        let test = async |body: Json| rig.ask("POST", "/messages/test", &headers, Some(body)).await;
        let said = test(json!({ "template": "cart-agent", "flow": "two_branch_follow_up" })).await;
        assert_eq!(said.status, 200, "{}", said.text);
        assert_eq!((&said.json["to"], &said.json["language"]), (&json!("owner@shop.example"), &json!("it")));
        assert_eq!(test(json!({ "template": "recovery-help", "language": "en", "to": "anna@shop.example" })).await.status, 200);
        let stranger = test(json!({ "template": "cart-agent", "to": "stranger@elsewhere.example" })).await;
        assert_eq!(stranger.json["code"], "messages.wrong_recipient");
        assert_eq!(test(json!({ "template": "none" })).await.status, 404);
        let mails = rig.mails.0.lock().unwrap().clone();
        assert_eq!(mails.iter().map(|mail| &*mail.to).collect::<Vec<_>>(), ["owner@shop.example", "anna@shop.example"]);
        assert!(mails[0].text.contains("Scarpe") || mails[0].html.contains("crm.example/c/preview"), "{}", mails[0].text);
        rig.end().await;
    }
}
