//! What the engine asks of the loop: decisions, called flows, signals, and what a person does to a journey.

use crate::{
    drawing::{DISCOUNT, call, called, decide, end, idle, user, ways},
    rig::Rig,
};
use serde_json::{Value as Json, json};
use store::Db;

/// A shop with these flows switched on, and two customers: Mario's cart `c1` is worth 178 euro, Lucia's `c2` 7.50.
async fn shop(db: Db, flows: &[(String, Json)]) -> Rig {
    let rig = Rig::new(db).await;
    rig.open_shop().await;
    rig.send("POST", "/flows/two_branch_follow_up/disable", json!({})).await;
    for (xml, decisions) in flows {
        let said = rig.send("POST", "/flows", json!({ "xml": xml, "decisions": decisions })).await;
        assert_eq!(said.status, 201, "{}", said.text);
        let id = said.json["id"].as_str().unwrap().to_owned();
        let said = rig.send("POST", &format!("/flows/{id}/enable"), json!({})).await;
        assert_eq!(said.status, 200, "{}", said.text);
    }
    rig.two_customers().await;
    rig.pass(25);
    rig
}

/// The journey of a flow for a cart of this name, as its page shows it.
async fn journey(rig: &Rig, flow: &str, cart: &str) -> Json {
    let is_it = |item: &&Json| rig.named(&item["cart"]) == json!(cart);
    let path = format!("/journeys?flow={flow}");
    let page = rig.until(&path, |page| page["items"].as_array().unwrap().iter().any(|item| is_it(&item))).await;
    let id = page["items"].as_array().unwrap().iter().find(is_it).unwrap()["id"].as_str().unwrap().to_owned();
    rig.get(&format!("/journeys/{id}")).await.json
}

/// Where it stands, each place with what is waited for.
fn stands(page: &Json) -> Vec<String> {
    let places = page["places"].as_array().unwrap().iter();
    let mut places: Vec<String> = places
        .map(|place| format!("{} {}", place["at"].as_str().unwrap(), place["waits_for"].as_str().unwrap()))
        .collect();
    places.sort();
    places
}

fn codes(page: &Json) -> Vec<&str> {
    page["path"].as_array().unwrap().iter().map(|step| step["code"].as_str().unwrap()).collect()
}

fn token(page: &Json, at: &str) -> Json {
    let places = page["places"].as_array().unwrap();
    places.iter().find(|place| place["at"] == at).unwrap_or_else(|| panic!("nothing stands at {at}: {page}"))["token"]
        .clone()
}

/// Does something to a journey, and gives its page after that.
async fn steer(rig: &Rig, page: &Json, what: &str, body: Json) -> Json {
    let id = page["id"].as_str().unwrap();
    let said = rig.send("POST", &format!("/journeys/{id}/{what}"), body).await;
    assert_eq!(said.status, 200, "{}", said.text);
    rig.get(&format!("/journeys/{id}")).await.json
}

fn plain(xml: String) -> (String, Json) {
    (xml, json!({}))
}

testkit::on_both! {
    async fn a_decision_is_made_over_the_cart_and_kept_with_the_version(db: Db) {
        let xml = idle("offer", &[decide("pick", "discount", "percent"), user("look"), end("done"), ways("begin -> pick -> look -> done")].concat());
        let rig = shop(db, &[(xml, json!({ "discounts": DISCOUNT }))]).await;
        let large = journey(&rig, "offer", "c1").await;
        assert_eq!((stands(&large), &large["variables"]), (vec!["look person".to_owned()], &json!({ "percent": 10 })));
        // No rule fits: that is an answer too.
        let small = journey(&rig, "offer", "c2").await;
        assert_eq!((stands(&small), &small["variables"]), (vec!["look person".to_owned()], &json!({ "percent": null })));
        let page = rig.get("/flows/offer").await.json;
        assert_eq!(page["decisions"], json!({ "discounts": DISCOUNT }));
        assert_eq!(page["versions"][0]["decisions"], json!(["discounts"]));
        // Another model is another version.
        let other = DISCOUNT.replace("<text>10</text>", "<text>20</text>");
        let said = rig.send("POST", "/flows", json!({ "xml": page["xml"], "decisions": { "discounts": other } })).await;
        assert_eq!(said.json["newest_version"], 2, "{}", said.text);
        rig.end().await;
    }

    async fn a_missing_or_wrong_decision_keeps_a_flow_from_being_switched_on(db: Db) {
        let rig = Rig::new(db).await;
        let xml = idle("offer", &[decide("pick", "discount", "percent"), end("done"), ways("begin -> pick -> done")].concat());
        let check = async |decisions: Json, expected: &str| {
            let said = rig.send("POST", "/flows", json!({ "xml": xml, "decisions": decisions })).await;
            assert_eq!(said.status, 201, "{}", said.text);
            let on = rig.send("POST", "/flows/offer/enable", json!({})).await;
            assert_eq!((on.status.as_u16(), &on.json["code"]), (422, &json!("flows.wrong_file")), "{}", on.text);
            assert!(on.text.contains(expected), "{}", on.text);
            let problems = rig.send("POST", "/flows/offer/check", json!({})).await.json["problems"].clone();
            assert_eq!(problems[0]["is_fatal"], true, "{problems}");
        };
        check(json!({}), "there is no decision").await;
        check(json!({ "discounts": DISCOUNT.replace("id='discount'", "id='other'").replace("name='Discount'>", "name='Other'>") }), "there is no decision").await;
        check(json!({ "discounts": DISCOUNT.replace("<text>cart.total</text>", "<text>cart.total +</text>") }), "decision model discounts").await;
        let said = rig.send("POST", "/flows", json!({ "xml": xml, "decisions": { "discounts": "<x" } })).await;
        assert_eq!(said.status, 422, "{}", said.text);
        rig.end().await;
    }

    async fn a_decision_that_fails_is_an_incident_that_a_person_resolves(db: Db) {
        let strict = DISCOUNT.replace("hitPolicy='FIRST'", "hitPolicy='UNIQUE'");
        let xml = idle("offer", &[decide("pick", "discount", "percent"), user("look"), end("done"), ways("begin -> pick -> look -> done")].concat());
        let rig = shop(db, &[(xml, json!({ "discounts": strict }))]).await;
        let stopped = journey(&rig, "offer", "c1").await;
        assert_eq!(stands(&stopped), ["pick incident"]);
        assert_eq!(stopped["places"][0]["said"]["code"], "decision_failed", "{stopped}");
        let resolved = steer(&rig, &stopped, "resolve", json!({ "token": token(&stopped, "pick"), "variables": { "percent": 7 } })).await;
        assert_eq!((stands(&resolved), &resolved["variables"]), (vec!["look person".to_owned()], &json!({ "percent": 7 })));
        assert!(codes(&resolved).contains(&"journey_resolved"), "{:?}", codes(&resolved));
        let again = rig.send("POST", &format!("/journeys/{}/resolve", stopped["id"].as_str().unwrap()), json!({ "token": token(&stopped, "pick") })).await;
        assert_eq!((again.status.as_u16(), &again.json["code"]), (409, &json!("command.refused")));
        let audit = rig.get("/audit").await;
        assert!(audit.status == 404 || audit.text.contains("journey.resolved"), "{}", audit.text);
        rig.end().await;
    }

    async fn a_called_flow_gives_its_variables_back_and_is_called_off_with_its_caller(db: Db) {
        let mapped = "<zeebe:ioMapping><zeebe:input source='=cart.total' target='amount'/><zeebe:output source='=amount * 2' target='twice'/></zeebe:ioMapping>";
        let inner = called("inner", &[user("ask"), end("done"), ways("begin -> ask -> done")].concat());
        let outer = idle("outer", &[call("go", "inner", mapped), user("look"), end("done"), ways("begin -> go -> look -> done")].concat())
            .replace("isExecutable", "ritorno:exit='Order Completed' isExecutable");
        let rig = shop(db, &[plain(inner), plain(outer)]).await;
        let (caller, child) = (journey(&rig, "outer", "c1").await, journey(&rig, "inner", "c1").await);
        assert_eq!((stands(&caller), stands(&child)), (vec!["go called".to_owned()], vec!["ask person".to_owned()]));
        assert_eq!((&child["caller"], &child["variables"]), (&caller["id"], &json!({ "amount": 178 })));
        assert_eq!(codes(&child), ["journey_called"]);
        let child = steer(&rig, &child, "complete", json!({ "token": token(&child, "ask") })).await;
        assert_eq!(stands(&child), [""; 0]);
        let caller = journey(&rig, "outer", "c1").await;
        assert_eq!((stands(&caller), &caller["variables"]), (vec!["look person".to_owned()], &json!({ "twice": 356 })));
        // Lucia orders: her journey is called off, and with it the one that it called.
        rig.track("u2", "Order Completed", json!({ "order_id": "o2", "cart_id": "c2", "total": 7.5, "currency": "EUR" })).await;
        for flow in ["outer", "inner"] {
            let path = format!("/journeys?flow={flow}&state=ended");
            rig.until(&path, |page| page["items"].as_array().unwrap().iter().any(|item| rig.named(&item["cart"]) == json!("c2"))).await;
        }
        rig.end().await;
    }

    async fn an_error_comes_up_from_a_called_flow(db: Db) {
        let inner = called("inner", &["<endEvent id='broken'><errorEventDefinition errorRef='x_broken'/></endEvent>", &*ways("begin -> broken")].concat());
        let caught = "<boundaryEvent id='catch' attachedToRef='go'><errorEventDefinition errorRef='x_broken'/></boundaryEvent>";
        let outer = idle("outer", &[&*call("go", "inner", ""), caught, &*user("mend"), &*end("done"), &*end("over"), &*ways("begin -> go -> done; catch -> mend -> over")].concat());
        let bare = idle("bare", &[call("go", "inner", ""), end("done"), ways("begin -> go -> done")].concat());
        let rig = shop(db, &[plain(inner), plain(outer), plain(bare)]).await;
        assert_eq!(stands(&journey(&rig, "outer", "c1").await), ["mend person"]);
        let stopped = journey(&rig, "bare", "c1").await;
        assert_eq!((stands(&stopped), &stopped["places"][0]["said"]["code"]), (vec!["go incident".to_owned()], &json!("uncaught_error")), "{stopped}");
        rig.end().await;
    }

    async fn a_call_that_cannot_be_made_is_an_incident(db: Db) {
        let lost = idle("lost", &[call("go", "nowhere", ""), end("done"), ways("begin -> go -> done")].concat());
        let deep = called("deep", &[call("go", "deep", ""), end("done"), ways("begin -> go -> done")].concat());
        let down = idle("down", &[call("go", "deep", ""), end("done"), ways("begin -> go -> done")].concat());

        let short = called("short", &[end("done"), ways("begin -> done")].concat());
        let rig = shop(db, &[plain(lost), plain(deep), plain(down), plain(short)]).await;
        let stopped = journey(&rig, "lost", "c1").await;
        assert_eq!((stands(&stopped), &stopped["places"][0]["said"]["code"]), (vec!["go incident".to_owned()], &json!("unknown_flow")), "{stopped}");
        // Eight deep, then the innermost stops.
        assert_eq!(stands(&journey(&rig, "down", "c1").await), ["go called"]);
        let stopped = rig.until("/journeys?flow=deep&state=incident", |page| !page["items"].as_array().unwrap().is_empty()).await;
        let stopped = rig.get(&format!("/journeys/{}", stopped["items"][0]["id"].as_str().unwrap())).await.json;
        assert_eq!(stopped["places"][0]["said"]["code"], "too_deep", "{stopped}");

        rig.end().await;
    }

    async fn a_signal_reaches_the_other_journeys_and_starts_flows(db: Db) {
        let throw = "<intermediateThrowEvent id='shout'><signalEventDefinition signalRef='s_loud'/></intermediateThrowEvent>";
        let hears = idle("hears", &["<intermediateCatchEvent id='hear'><signalEventDefinition signalRef='s_loud'/></intermediateCatchEvent>", &*user("heard"), &*end("done"), &*ways("begin -> hear -> heard -> done")].concat());
        let begins = crate::drawing::file("begins", &["<startEvent id='begin'><signalEventDefinition signalRef='s_loud'/></startEvent>", &*user("begun"), &*end("done"), &*ways("begin -> begun -> done")].concat());
        let shouts = idle("shouts", &[user("ask").as_str(), throw, &*user("after"), &*end("done"), &*ways("begin -> ask -> shout -> after -> done")].concat());
        let rig = shop(db, &[plain(hears), plain(begins), plain(shouts)]).await;
        assert_eq!(stands(&journey(&rig, "hears", "c1").await), ["hear event"]);
        let loud = journey(&rig, "shouts", "c1").await;
        let loud = steer(&rig, &loud, "complete", json!({ "token": token(&loud, "ask") })).await;
        assert_eq!(stands(&loud), ["after person"]);
        assert_eq!(stands(&journey(&rig, "hears", "c1").await), ["heard person"]);
        assert_eq!(stands(&journey(&rig, "begins", "c1").await), ["begun person"]);
        // Lucia's journey heard nothing of Mario's.
        assert_eq!(stands(&journey(&rig, "hears", "c2").await), ["hear event"]);
        rig.end().await;
    }

    async fn a_task_is_given_claimed_and_done_and_variables_are_corrected(db: Db) {
        let xml = idle("tasks", &[user("ask"), user("look"), end("done"), ways("begin -> ask -> look -> done")].concat());
        let rig = shop(db, &[plain(xml)]).await;
        let page = journey(&rig, "tasks", "c1").await;
        let ask = token(&page, "ask");
        let path = format!("/journeys/{}", page["id"].as_str().unwrap());
        let page = steer(&rig, &page, "assign", json!({ "token": ask, "assignee": "anna", "claim": true })).await;
        assert_eq!(page["places"][0]["detail"], "anna");
        let taken = rig.send("POST", &format!("{path}/assign"), json!({ "token": ask, "assignee": "bruno", "claim": true })).await;
        assert_eq!((taken.status.as_u16(), taken.text.contains("somebody else has the task")), (409, true), "{}", taken.text);
        let page = steer(&rig, &page, "variables", json!({ "variables": { "note": "call back", "n": 3 } })).await;
        assert_eq!(page["variables"], json!({ "n": 3, "note": "call back" }));
        let large = rig.send("POST", &format!("{path}/variables"), json!({ "variables": { "x": "y".repeat(70_000) } })).await;
        assert_eq!(large.status, 409, "{}", large.text);
        let page = steer(&rig, &page, "complete", json!({ "token": ask, "variables": { "answer": "yes" } })).await;
        assert_eq!((stands(&page), &page["variables"]["answer"]), (vec!["look person".to_owned()], &json!("yes")));
        let twice = rig.send("POST", &format!("{path}/complete"), json!({ "token": ask })).await;
        assert_eq!(twice.status, 409, "{}", twice.text);
        let nobody = rig.ask("POST", &format!("{}/complete", path), &[], Some(json!({ "token": ask }))).await;
        assert_eq!(nobody.status, 401);
        rig.end().await;
    }

    async fn a_draft_is_kept_and_not_switched_on(db: Db) {
        let rig = Rig::new(db).await;
        let xml = idle("draft", &["<complexGateway id='odd' name='Odd'/>", &*end("done"), &*ways("begin -> odd -> done")].concat());
        let said = rig.send("POST", "/flows", json!({ "xml": xml })).await;
        assert_eq!((said.status.as_u16(), &said.json["is_enabled"]), (201, &json!(false)), "{}", said.text);
        let on = rig.send("POST", "/flows/draft/enable", json!({})).await;
        assert_eq!((on.status.as_u16(), on.text.contains("odd")), (422, true), "{}", on.text);
        let problems = rig.send("POST", "/flows/draft/check", json!({})).await.json["problems"].clone();
        assert_eq!((&problems[0]["element"], &problems[0]["is_fatal"]), (&json!("odd"), &json!(true)), "{problems}");
        rig.end().await;
    }

    async fn a_condition_is_looked_at_again_when_the_cart_changes(db: Db) {
        let waits = "<intermediateCatchEvent id='rich'><conditionalEventDefinition><condition>=cart.total &gt; 200</condition></conditionalEventDefinition></intermediateCatchEvent>";
        let xml = idle("watch", &[waits, &*user("look"), &*end("done"), &*ways("begin -> rich -> look -> done")].concat());
        let rig = shop(db, &[plain(xml)]).await;
        assert_eq!(stands(&journey(&rig, "watch", "c1").await), ["rich condition"]);
        let hat = json!({ "cart_id": "c1", "product_id": "p9", "name": "Cappello", "price": 40, "currency": "EUR" });
        rig.track("u1", "Product Added", hat).await;
        assert_eq!(stands(&journey(&rig, "watch", "c1").await), ["look person"]);
        assert_eq!(stands(&journey(&rig, "watch", "c2").await), ["rich condition"]);
        rig.end().await;
    }

    async fn an_event_starts_a_flow_as_its_filter_and_its_re_entry_say(db: Db) {
        let begin = |filter: &str, reentry: &str| format!(
            "<startEvent id='begin' ritorno:filter='{filter}' ritorno:reentry='{reentry}'><messageEventDefinition messageRef='m_order'/></startEvent>"
        );
        let thanks = |id: &str, filter: &str, reentry: &str| {
            plain(crate::drawing::file(id, &[begin(filter, reentry), user("thank"), end("done"), ways("begin -> thank -> done")].concat()))
        };
        let large = "=event.properties.total &gt; 50";
        let rig = shop(db, &[thanks("large", large, "always"), thanks("once", "=true", "once"), thanks("idle", "=true", "while-idle"), thanks("monthly", "=true", "every:P30D")]).await;
        let order = async |user: &str, n: u32, total: u32| {
            let order = json!({ "order_id": format!("{user}{n}"), "total": total, "currency": "EUR" });
            rig.track(user, "Order Completed", order).await;
        };
        order("u1", 1, 100).await;
        order("u1", 2, 20).await;
        order("u1", 3, 80).await;
        let n = async |flow: &str, n: usize| { rig.items(&format!("/journeys?flow={flow}"), n).await; };
        n("large", 2).await;
        n("once", 1).await;
        n("idle", 1).await;
        n("monthly", 1).await;
        rig.pass(31 * 24);
        order("u1", 4, 10).await;
        n("monthly", 2).await;
        n("once", 1).await;
        // What is read from the past writes to nobody.
        rig.import(json!({ "type": "track", "userId": "u9", "event": "Order Completed", "timestamp": "2026-11-01T08:00:00Z", "properties": { "order_id": "old", "total": 90, "currency": "EUR" } })).await;
        n("large", 2).await;
        let wrong = thanks("wrong", "=true", "sometimes").0;
        assert_eq!(rig.send("POST", "/flows", json!({ "xml": wrong })).await.status, 201);
        let said = rig.send("POST", "/flows/wrong/enable", json!({})).await;
        assert!(said.status == 422 && said.text.contains("sometimes"), "{}", said.text);
        rig.end().await;
    }

    async fn a_name_that_nothing_gives_keeps_a_flow_from_being_switched_on(db: Db) {
        let rig = Rig::new(db).await;
        let check = async |expression: &str, more: &str, expected: Option<(&str, bool)>| {
            let script = format!("<scriptTask id='say'><extensionElements><zeebe:script expression='={expression}' resultVariable='said'/></extensionElements></scriptTask>");
            let xml = match more {
                "" => idle("names", &[&*script, &*end("done"), &*ways("begin -> say -> done")].concat()),
                _ => idle("names", &[&*user("ask"), &*script, &*end("done"), &*ways("begin -> ask -> say -> done")].concat()),
            };
            let problems = rig.send("POST", "/flows/names/check", json!({ "xml": xml })).await.json["problems"].clone();
            let found = problems.as_array().unwrap().iter().find(|problem| problem["element"] == "say");
            match expected {
                None => assert_eq!(found, None, "{expression}"),
                Some((text, is_fatal)) => {
                    let found = found.unwrap_or_else(|| panic!("{expression}: {problems}"));
                    assert!(found["message"].as_str().unwrap().contains(text), "{expression}: {found}");
                    assert_eq!(found["is_fatal"], is_fatal, "{expression}: {found}");
                }
            }
        };
        check("cart.total * 2", "", None).await;
        check("cart.totl * 2", "", Some(("total", true))).await;
        check("sum(cart.lines.price)", "", None).await;
        check("customer.anything", "", None).await;
        check("answer", "", Some(("answer", true))).await;
        // Whoever does the task may give it.
        check("answer", "task", Some(("answer", false))).await;
        check("cart.totl", "task", Some(("total", true))).await;
        rig.end().await;
    }
}
