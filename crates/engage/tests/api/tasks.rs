//! Tasks of people, incidents put together, decision models looked at before they are saved.

use crate::{
    drawing::{DISCOUNT, end, idle, user, ways},
    rig::{Rig, Said},
};
use crm::desk::{Actor, KeyKind, NewPerson, Role, create_person};
use serde_json::{Value as Json, json};
use store::Db;

const ASK: &str = "<userTask id='ask' name='Call' ritorno:fields='outcome*: yes | no; note: paragraph'>\
    <documentation>Ask them.</documentation><extensionElements><zeebe:assignmentDefinition candidateGroups='sales, shop'/>\
    <zeebe:taskSchedule dueDate='=now() + duration(\"PT4H\")'/><zeebe:ioMapping><zeebe:input source='=cart.total' target='amount'/>\
    </zeebe:ioMapping></extensionElements></userTask>";

/// A shop with the flow switched on, and its two customers a day later.
async fn shop(db: Db, xml: &str, decisions: Json) -> Rig {
    let rig = Rig::new(db).await;
    rig.open_shop().await;
    rig.send("POST", "/flows/two_branch_follow_up/disable", json!({})).await;
    let said = rig.send("POST", "/flows", json!({ "xml": xml, "decisions": decisions })).await;
    assert_eq!(said.status, 201, "{}", said.text);
    let id = said.json["id"].as_str().unwrap().to_owned();
    let said = rig.send("POST", &format!("/flows/{id}/enable"), json!({})).await;
    assert_eq!(said.status, 200, "{}", said.text);
    rig.two_customers().await;
    rig.pass(25);
    rig
}

/// Somebody who is signed in: asks as they do.
struct Signed<'r> {
    rig: &'r Rig,
    cookie: String,
    csrf: String,
}

impl<'r> Signed<'r> {
    async fn new(rig: &'r Rig, name: &str, role: Role) -> Signed<'r> {
        let (email, password) = (format!("{name}@shop.example"), "a sentence is easy to remember");
        let new = NewPerson { email: &email, name, role, agent: None, password: Some(password) };
        create_person(&rig.desk, &Actor::command_line(rig.workspace.id), new).await.expect("a person");
        let said = rig.ask("POST", "/session", &[], Some(json!({ "email": email, "password": password }))).await;
        assert!(said.status.is_success(), "{}", said.text);
        let cookie = said.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        Signed { rig, cookie, csrf: said.json["csrf_token"].as_str().unwrap().to_owned() }
    }

    async fn get(&self, path: &str) -> Json {
        self.rig.ask("GET", path, &[("cookie", &self.cookie)], None).await.json
    }

    async fn post(&self, path: &str, body: Json) -> Said {
        let headers = [("cookie", &*self.cookie), ("x-csrf-token", &*self.csrf)];
        self.rig.ask("POST", path, &headers, Some(body)).await
    }

    async fn ids(&self, query: &str) -> Vec<String> {
        let page = self.get(&format!("/tasks{query}")).await;
        page["items"]
            .as_array()
            .unwrap_or_else(|| panic!("{query}: {page}"))
            .iter()
            .map(|task| task["id"].as_str().unwrap().to_owned())
            .collect()
    }
}

fn refused(said: &Said) -> (u16, &str) {
    (said.status.as_u16(), said.json["code"].as_str().unwrap_or_default())
}

testkit::on_both! {
    async fn a_task_is_listed_claimed_given_back_and_done(db: Db) {
        let xml = idle("calls", &[ASK, &*end("done"), &*ways("begin -> ask -> done")].concat());
        let rig = shop(db, &xml, json!({})).await;
        let tasks = rig.items("/tasks", 2).await;
        let of = |name: &str| tasks.iter().find(|task| rig.named(&task["customer"]["id"]) == json!(name)).unwrap().clone();
        let (mario, lucia) = (of("mario"), of("lucia"));
        let fixed = ["id", "journey", "customer", "cart", "created_at"];
        let mut shown = mario.clone();
        fixed.iter().for_each(|name| { shown.as_object_mut().unwrap().remove(*name); });
        assert_eq!(shown, json!({
            "title": "Call", "state": "open", "flow": "calls", "flow_name": "calls", "step": "ask", "assignee": null, "assignee_name": null,
            "is_mine": false, "groups": ["sales", "shop"], "due_at": "2026-11-22T13:01:00Z", "is_overdue": false, "over_at": null, "done_by": null,
        }));
        let id = mario["id"].as_str().unwrap();
        let path = format!("/tasks/{id}");
        let page = rig.get(&path).await.json;
        assert_eq!((&page["about"], &page["told"]), (&json!("Ask them."), &json!({ "amount": 178 })));
        assert_eq!(page["fields"][0], json!({ "name": "outcome", "label": null, "kind": "choice", "is_required": true, "choices": ["yes", "no"] }));

        // An agent takes it, and takes it again; nobody else may have it, until it is given back.
        let (bea, carlo) = (Signed::new(&rig, "bea", Role::Agent).await, Signed::new(&rig, "carlo", Role::Agent).await);
        for _ in 0..2 {
            let said = bea.post(&format!("{path}/claim"), json!({})).await;
            assert_eq!((said.status.as_u16(), &said.json["assignee"], &said.json["assignee_name"], &said.json["is_mine"]), (200, &json!("bea@shop.example"), &json!("bea"), &json!(true)), "{}", said.text);
        }
        assert_eq!(refused(&carlo.post(&format!("{path}/claim"), json!({})).await), (409, "tasks.taken"));
        assert_eq!(refused(&carlo.post(&format!("{path}/release"), json!({})).await), (409, "tasks.taken"));
        assert_eq!(refused(&carlo.post(&format!("{path}/complete"), json!({ "variables": { "outcome": "no" } })).await), (409, "tasks.taken"));
        let other = lucia["id"].as_str().unwrap();
        assert_eq!((bea.ids("?assignee=me").await, bea.ids("?assignee=nobody").await), (vec![id.to_owned()], vec![other.to_owned()]));
        assert_eq!((carlo.ids("?assignee=me").await, carlo.ids("?assignee=BEA@shop.example").await), (vec![], vec![id.to_owned()]));
        assert_eq!((bea.ids("?flow=calls&assignee=me").await.len(), bea.ids("?flow=calls").await.len(), bea.ids("?flow=other").await.len()), (1, 2, 0));
        let said = bea.post(&format!("{path}/release"), json!({})).await;
        assert_eq!((said.status.as_u16(), &said.json["assignee"]), (200, &Json::Null));
        let said = carlo.post(&format!("{path}/assign"), json!({ "assignee": "bea@shop.example" })).await;
        assert_eq!((said.status.as_u16(), &said.json["is_mine"]), (200, &json!(false)), "{}", said.text);

        // What is not filled in is told; done twice is done once.
        assert_eq!(refused(&bea.post(&format!("{path}/complete"), json!({})).await), (422, "tasks.wrong_result"));
        assert_eq!(refused(&bea.post(&format!("{path}/complete"), json!({ "variables": { "outcome": "perhaps" } })).await), (422, "tasks.wrong_result"));
        for _ in 0..2 {
            let said = bea.post(&format!("{path}/complete"), json!({ "variables": { "outcome": "yes", "note": "glad" } })).await;
            assert_eq!((said.status.as_u16(), &said.json["state"], &said.json["done_by"]), (200, &json!("done"), &json!("bea")), "{}", said.text);
        }
        assert_eq!(refused(&carlo.post(&format!("{path}/complete"), json!({ "variables": { "outcome": "no" } })).await), (409, "tasks.over"));
        assert_eq!(refused(&bea.post(&format!("{path}/claim"), json!({})).await), (409, "tasks.over"));
        assert_eq!((bea.ids("").await, bea.ids("?state=done").await), (vec![other.to_owned()], vec![id.to_owned()]));
        let journey = rig.get(&format!("/journeys/{}", mario["journey"].as_str().unwrap())).await.json;
        assert_eq!((&journey["state"], &journey["places"]), (&json!("ended"), &json!([])));
        let audit = rig.get("/audit").await;
        assert!(audit.status == 404 || ["journey.assigned", "journey.completed"].iter().all(|action| audit.text.contains(action)), "{}", audit.text);

        // Past its time it is overdue; the journey that goes on without it withdraws it.
        assert_eq!(bea.ids("?overdue=true").await, [""; 0]);
        rig.pass(5);
        assert_eq!((bea.ids("?overdue=true").await, bea.get(&format!("/tasks/{other}")).await["is_overdue"].clone()), (vec![other.to_owned()], json!(true)));
        rig.send("POST", &format!("/journeys/{}/cancel", lucia["journey"].as_str().unwrap()), json!({})).await;
        assert_eq!((bea.ids("").await, bea.ids("?state=withdrawn").await), (vec![], vec![other.to_owned()]));
        let ended = rig.get(&format!("/journeys/{}", lucia["journey"].as_str().unwrap())).await.json;
        assert_eq!(ended["why"]["en"], "a person ended it", "{ended}");
        rig.end().await;
    }

    async fn who_may_not_write_tasks_only_looks_at_them(db: Db) {
        let xml = idle("calls", &[user("ask"), end("done"), ways("begin -> ask -> done")].concat());
        let rig = shop(db, &xml, json!({})).await;
        let id = rig.items("/tasks", 2).await[0]["id"].as_str().unwrap().to_owned();
        let viewer = Signed::new(&rig, "vera", Role::Viewer).await;
        assert_eq!(viewer.ids("").await.len(), 2);
        for what in ["claim", "release", "complete"] {
            assert_eq!(refused(&viewer.post(&format!("/tasks/{id}/{what}"), json!({})).await), (403, "auth.not_allowed"), "{what}");
        }
        let key = rig.key(rig.workspace.id, KeyKind::Api, &["tasks:*"]).await;
        let bearer = format!("Bearer {key}");
        let said = rig.ask("POST", &format!("/tasks/{id}/claim"), &[("authorization", &bearer)], Some(json!({}))).await;
        assert!(said.status == 200 && said.json["assignee"].as_str().unwrap().starts_with("key:"), "{}", said.text);
        let none = rig.ask("GET", "/tasks/00000000-0000-7000-8000-000000000000", &[("authorization", &bearer)], None).await;
        assert_eq!(refused(&none), (404, "tasks.not_found"));
        rig.end().await;
    }

    async fn tasks_are_read_by_the_page_in_their_order_and_by_an_index(db: Db) {
        let rig = Rig::new(db).await;
        let id = |n: u128| base::Id(n.to_be_bytes());
        let rows = (1..=3_000u128).map(|n| {
            let row: [store::Value; 20] = [
                rig.workspace.id.into(), id(n).into(), id(1).into(), None::<base::Id>.into(), id(n).into(), 1i64.into(), if n % 100 == 0 { "rare" } else { "flow" }.into(), 1i64.into(),
                "ask".into(), "Ask".into(), None::<String>.into(), if n % 50 == 0 { "bea@shop.example" } else { "" }.into(), "".into(), "{}".into(), "open".into(), 0i64.into(),
                None::<i64>.into(), (3_000 - (n as i64) / 2).into(), None::<i64>.into(), None::<String>.into(),
            ];
            store::Write::one(&engage::tasks::sql::TASK_PUT, row)
        });
        let db = &rig.desk.db;
        db.write(rows.collect()).await.unwrap();
        let bea = Signed::new(&rig, "bea", Role::Agent).await;
        let check = async |query: &str, expected: usize| {
            let (mut all, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = bea.get(&format!("/tasks?limit=200{query}{cursor}")).await;
                all.extend(page["items"].as_array().unwrap().iter().map(|task| task["id"].as_str().unwrap().to_owned()));
                let Some(next) = page["next"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            let mut once = all.clone();
            once.sort();
            once.dedup();
            assert_eq!((all.len(), once.len()), (expected, expected), "{query}");
        };
        check("", 3_000).await;
        check("&assignee=me", 60).await;
        check("&assignee=me&flow=rare", 30).await;
        check("&assignee=nobody", 2_940).await;
        check("&flow=rare", 30).await;
        check("&state=done", 0).await;
        let plan = async |text: &store::Sql, params: &[store::Value], index: &str| {
            let (explain, column) = match db.engine() {
                store::Engine::Sqlite => (format!("EXPLAIN QUERY PLAN {}", text.sqlite), "detail"),
                store::Engine::Postgres => {
                    db.query_text("ANALYZE task", &[]).await.unwrap();
                    (format!("EXPLAIN {}", text.postgres), "QUERY PLAN")
                }
            };
            let plan = db.query_text(&explain, params).await.unwrap();
            let plan = plan.iter().map(|row| row.text(column).to_owned()).collect::<Vec<_>>().join("\n");
            assert!(plan.contains(index) && !plan.contains("SCAN t") && !plan.contains("Seq Scan on task"), "{plan}");
        };
        use engage::tasks::sql::{TASKS, TASKS_IN_FLOW, TASKS_OF};
        let place: [store::Value; 4] = [0i64.into(), id(0).into(), i64::MAX.into(), 51i64.into()];
        let with = |head: &[store::Value], tail: &[store::Value]| [&[rig.workspace.id.into(), "open".into()], head, &place, tail].concat();
        plan(&TASKS, &with(&[], &[]), "task_state").await;
        plan(&TASKS_OF, &with(&["bea@shop.example".into()], &["".into()]), "task_owner").await;
        plan(&TASKS_IN_FLOW, &with(&["rare".into()], &[]), "task_flow").await;
        rig.end().await;
    }

    async fn fields_that_are_not_understood_keep_a_flow_off(db: Db) {
        let rig = Rig::new(db).await;
        let xml = idle("calls", &[&*ASK.replace("yes | no", "money"), &*end("done"), &*ways("begin -> ask -> done")].concat());
        let problems = rig.send("POST", "/flows/calls/check", json!({ "xml": xml })).await.json["problems"].clone();
        assert_eq!((&problems[0]["element"], &problems[0]["is_fatal"]), (&json!("ask"), &json!(true)), "{problems}");
        assert!(problems[0]["message"].as_str().unwrap().contains("money"), "{problems}");
        rig.end().await;
    }

    async fn what_stopped_is_put_together_and_tried_again_as_one(db: Db) {
        let gate = "<exclusiveGateway id='gate' name='Which?'/><sequenceFlow id='large' name='large' sourceRef='gate' targetRef='look'><conditionExpression>=limit &lt; cart.total</conditionExpression></sequenceFlow>\
            <sequenceFlow id='small' sourceRef='gate' targetRef='done'><conditionExpression>=limit &gt;= cart.total</conditionExpression></sequenceFlow>";
        // Nothing gives `limit`, until a person does; the task that comes never makes the name one that may be given.
        let xml = idle("stuck", &[gate, &*user("look"), &*end("done"), &*ways("begin -> gate; look -> done")].concat());
        let rig = shop(db, &xml, json!({})).await;
        let stopped = rig.items("/journeys?state=incident", 2).await;
        assert_eq!(stopped[0]["stopped"]["said"]["code"], "no_way_out", "{}", stopped[0]);
        let groups = rig.get("/flows/stuck/incidents").await.json["groups"].clone();
        assert_eq!((&groups[0]["at"], &groups[0]["name"], &groups[0]["code"], &groups[0]["journeys"]), (&json!("gate"), &json!("Which?"), &json!("no_way_out"), &json!(2)), "{groups}");
        assert_eq!(groups.as_array().unwrap().len(), 1, "{groups}");
        let page = rig.get(&format!("/journeys/{}", stopped[0]["id"].as_str().unwrap())).await.json;
        assert_eq!(page["places"][0]["ways"], json!([{ "flow": "large", "name": "large", "to": "look" }, { "flow": "small", "name": null, "to": "done" }]));
        let retry = async |body: Json| rig.send("POST", "/flows/stuck/incidents/retry", body).await.json;
        assert_eq!(retry(json!({ "at": "gate", "code": "no_way_out" })).await, json!({ "retried": 2, "stopped_again": 2, "next": null }));
        assert_eq!(retry(json!({ "code": "no_time" })).await["retried"], 0);
        assert_eq!(retry(json!({ "at": "elsewhere" })).await["retried"], 0);
        for journey in rig.items("/journeys?state=incident", 2).await {
            let path = format!("/journeys/{}/variables", journey["id"].as_str().unwrap());
            assert_eq!(rig.send("POST", &path, json!({ "variables": { "limit": 100 } })).await.status, 200);
        }
        assert_eq!(retry(json!({})).await, json!({ "retried": 2, "stopped_again": 0, "next": null }));
        rig.items("/journeys?state=incident", 0).await;
        let went = rig.items("/journeys?state=waiting", 1).await;
        assert_eq!((&went[0]["at"], &went[0]["stopped"]), (&json!(["look"]), &Json::Null));
        assert_eq!(rig.get("/flows/nothing/incidents").await.status, 404);
        rig.end().await;
    }

    async fn a_model_is_checked_cell_by_cell_and_tried(db: Db) {
        let rig = Rig::new(db).await;
        let check = async |xml: &str| rig.send("POST", "/decision_models/check", json!({ "xml": xml })).await.json;
        let fine = check(DISCOUNT).await;
        assert_eq!(fine, json!({ "problems": [], "decisions": [{ "id": "discount", "name": "Discount", "inputs": [{ "name": "cart.total", "kind": "number" }] }] }));
        let broken = check(&DISCOUNT.replace("&gt;= 100", "&gt;= &gt;= 100").replace("<text>5</text>", "<text>5 +</text>")).await;
        let places: Vec<(&Json, &Json, &Json)> =
            broken["problems"].as_array().unwrap().iter().map(|problem| (&problem["element"], &problem["rule"], &problem["column"])).collect();
        assert_eq!(places, [(&json!("large_i"), &json!(1), &json!(1)), (&json!("middle_o"), &json!(2), &json!(2))], "{broken}");
        let head = check(&DISCOUNT.replace("<text>cart.total</text>", "<text></text>")).await;
        assert_eq!((&head["problems"][0]["rule"], &head["problems"][0]["column"]), (&json!(0), &json!(1)), "{head}");
        let typo = check(&DISCOUNT.replace("cart.total", "cart.totl")).await;
        assert!(typo["problems"][0]["message"].as_str().unwrap().contains("cart has no totl"), "{typo}");
        assert_eq!(check("<x").await["decisions"], json!([]));
        let decide = async |xml: &str, total: Json| rig.send("POST", "/decision_models/try", json!({ "xml": xml, "decision": "discount", "context": { "cart": { "total": total } } })).await.json;
        assert_eq!(decide(DISCOUNT, json!(178)).await, json!({ "value": 10, "matched": [{ "table": "table", "rules": [1] }], "reasons": [] }));
        let none = decide(DISCOUNT, json!(7.5)).await;
        assert_eq!((&none["value"], &none["matched"]), (&Json::Null, &json!([{ "table": "table", "rules": [] }])), "{none}");
        let two = decide(&DISCOUNT.replace("FIRST", "UNIQUE"), json!(178)).await;
        assert_eq!((&two["value"], &two["matched"][0]["rules"]), (&Json::Null, &json!([1, 2])), "{two}");
        assert!(two["reasons"][0].as_str().unwrap().contains("only one may"), "{two}");
        let unknown = rig.send("POST", "/decision_models/try", json!({ "xml": DISCOUNT, "decision": "x" })).await;
        assert_eq!(refused(&unknown), (422, "flows.wrong_model"));
        rig.end().await;
    }

    async fn the_ready_made_discounts_reach_the_agent_and_the_customer(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        rig.send("POST", "/flows/two_branch_follow_up/disable", json!({})).await;
        let offers = rig.get("/ready_made_flows").await.json;
        let offer = offers["items"].as_array().unwrap().iter().find(|flow| flow["id"] == "discount_by_customer").unwrap().clone();
        let said = rig.send("POST", "/flows", json!({ "xml": offer["xml"], "decisions": offer["decisions"] })).await;
        assert_eq!(said.status, 201, "{}", said.text);
        assert_eq!(rig.send("POST", "/flows/discount_by_customer/check", json!({})).await.json["problems"], json!([]));
        let said = rig.send("POST", "/flows/discount_by_customer/enable", json!({})).await;
        assert_eq!(said.status, 200, "{}", said.text);
        rig.two_customers().await;
        let said = rig.send("PUT", &format!("/customers/{}/tags", rig.id("lucia")), json!({ "add": ["VIP"] })).await;
        assert_eq!(said.status, 200, "{}", said.text);
        rig.pass(25);
        // Both have an offer: Mario a rich first cart, Lucia her tag.
        let tasks = rig.items("/tasks", 2).await;
        let told = async |name: &str| {
            let task = tasks.iter().find(|task| rig.named(&task["customer"]["id"]) == json!(name)).unwrap().clone();
            let page = rig.get(&format!("/tasks/{}", task["id"].as_str().unwrap())).await.json;
            assert_eq!((&page["assignee"], &page["assignee_name"], &page["due_at"].is_string()), (&json!("anna@shop.example"), &json!("Anna Bianchi"), &true), "{page}");
            (page["told"]["percent"].clone(), task)
        };
        let ((mario, task), (lucia, _)) = (told("mario").await, told("lucia").await);
        assert_eq!((mario, lucia), (json!(5), json!(15)));
        let journey = rig.get(&format!("/journeys/{}", task["journey"].as_str().unwrap())).await.json;
        let made = journey["path"].as_array().unwrap().iter().find(|step| step["code"] == "decision_made").unwrap();
        assert_eq!(made["data"]["rules"], json!([3]), "{made}");
        assert!(made["why"]["it"].as_str().unwrap().contains("per la regola 3"), "{made}");
        assert_eq!(journey["places"][0]["task"], task["id"]);
        // Mario does not answer: he is written to in the agent's name.
        let id = task["id"].as_str().unwrap();
        assert_eq!(rig.send("POST", &format!("/tasks/{id}/assign"), json!({ "assignee": null })).await.status, 200);
        let said = rig.send("POST", &format!("/tasks/{id}/complete"), json!({ "variables": { "outcome": "non risponde" } })).await;
        assert_eq!(said.status, 200, "{}", said.text);
        let messages = rig.items("/messages", 1).await;
        assert_eq!(messages[0]["step"], "send_email");
        // Lucia orders: nobody has to call her any more.
        rig.track("u2", "Order Completed", json!({ "order_id": "o2", "cart_id": "c2", "total": 7.5, "currency": "EUR" })).await;
        rig.items("/tasks", 0).await;
        rig.items("/tasks?state=withdrawn", 1).await;
        rig.end().await;
    }
}
