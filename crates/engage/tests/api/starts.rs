//! How flows begin: each kind of trigger through the real door and loop, how often, the way out, and the goal.

use crate::{
    drawing::{called, end, ways},
    rig::Rig,
};
use engage::flows::starts::{
    schedule::Rounds,
    table::{TRIGGERS, TriggerKind},
};
use serde_json::{Value as Json, json};
use store::Db;
use tokio::sync::watch;

/// A flow that begins by an event, waits for a person and ends.
fn flow(id: &str, event: &str, attributes: &str) -> String {
    drawn(id, "", &format!("<startEvent id='begin' {attributes}><messageEventDefinition messageRef='m'/></startEvent>"))
        .replace("name='EVENT'", &format!("name='{event}'"))
}

/// A flow with this start event and these attributes of the process.
fn drawn(id: &str, process: &str, begin: &str) -> String {
    let inside = [begin, "<userTask id='ask'/>", &*end("done"), &*ways("begin -> ask -> done")].concat();
    file(id, process, &inside)
}

fn file(id: &str, process: &str, inside: &str) -> String {
    format!(
        "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:zeebe='http://camunda.org/schema/zeebe/1.0' \
         xmlns:ritorno='urn:ritorno:bpmn:1' id='d_{id}' targetNamespace='urn:test'><message id='m' name='EVENT'/>\
         <message id='m_idle' name='Cart Idle'/><process id='{id}' name='{id}' isExecutable='true' {process}>{inside}</process></definitions>"
    )
}

/// A shop with these flows switched on.
async fn shop(db: Db, flows: &[String]) -> Rig {
    let rig = Rig::new(db).await;
    rig.open_shop().await;
    rig.send("POST", "/flows/two_branch_follow_up/disable", json!({})).await;
    for xml in flows {
        switch_on(&rig, xml).await;
    }
    rig
}

async fn switch_on(rig: &Rig, xml: &str) {
    let said = rig.send("POST", "/flows", json!({ "xml": xml })).await;
    assert_eq!(said.status, 201, "{}", said.text);
    let said = rig.send("POST", &format!("/flows/{}/enable", said.json["id"].as_str().unwrap()), json!({})).await;
    assert_eq!(said.status, 200, "{}", said.text);
}

/// How many journeys of a flow began, once everything that is due has fired; waits a while for the number expected.
async fn count(rig: &Rig, flow: &str, expected: u64) -> u64 {
    rig.settled().await;
    let mut found = 0;
    for _ in 0..100 {
        let page = rig.get(&format!("/flows/{flow}")).await.json;
        found = page["figures"]["started"].as_u64().unwrap_or_else(|| panic!("{page}"));
        if found == expected {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    found
}

async fn identify(rig: &Rig, user: &str, traits: Json) {
    rig.event(json!({ "type": "identify", "userId": user, "traits": traits })).await;
}

/// The customer with this user id.
async fn customer(rig: &Rig, user: &str) -> String {
    let page = rig.until("/customers?limit=200", |page| {
        page["items"].as_array().unwrap().iter().any(|item| item["user_id"] == user)
    });
    let page = page.await;
    let found = page["items"].as_array().unwrap().iter().find(|item| item["user_id"] == user).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

async fn problem(rig: &Rig, xml: &str) -> String {
    rig.send("POST", "/flows/draft/check", json!({ "xml": xml })).await.json["problems"].to_string()
}

async fn start(rig: &Rig, flow: &str, body: Json) -> (u16, String) {
    let said = rig.send("POST", &format!("/flows/{flow}/start"), body).await;
    (said.status.as_u16(), said.json["code"].as_str().unwrap_or_default().to_owned())
}

fn rounds(rig: &Rig) -> Rounds {
    Rounds { db: rig.desk.db.clone(), clock: rig.clock.clone(), domain: rig.domain.clone(), handle: rig.handle() }
}

/// Waits until an occurrence has begun, and goes through the customers.
async fn go_through(rig: &Rig) {
    let (_, stop) = watch::channel(false);
    for _ in 0..500 {
        if rounds(rig).go_through(&stop).await.unwrap() > 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("nothing is under way");
}

testkit::on_both! {
    async fn every_event_of_the_table_begins_a_flow_when_it_is_raised_by_hand(db: Db) {
        let by_event: Vec<_> = TRIGGERS.iter().filter(|t| matches!(t.kind, TriggerKind::Event | TriggerKind::Own)).collect();
        assert!(by_event.len() > 15);
        let flows: Vec<String> = by_event.iter().map(|t| flow(t.id, t.event.unwrap(), "ritorno:reentry='always'")).collect();
        let rig = shop(db, &flows).await;
        for (n, trigger) in by_event.iter().enumerate() {
            let properties = json!({
                "order_id": format!("o{n}"), "cart_id": "c1", "product_id": "p1", "quantity": 1, "price": 5, "total": 10, "currency": "EUR",
                "segment": "vip", "form": "contact", "ticket_id": "t1", "subject": "Help", "stage": "Confirmed", "rating": 5,
            });
            rig.track("u1", trigger.event.unwrap(), properties).await;
            assert_eq!(count(&rig, trigger.id, 1).await, 1, "{}", trigger.id);
        }
        let table = rig.get("/triggers").await.json;
        let ids: Vec<&str> = table["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
        assert_eq!(ids, TRIGGERS.iter().map(|trigger| trigger.id).collect::<Vec<_>>());
        assert_eq!(table["items"][14]["properties"][0], json!({ "name": "segment", "type": "text", "words": { "it": "segmento", "en": "segment" } }));
        rig.end().await;
    }

    async fn a_filter_is_checked_against_what_its_event_holds(db: Db) {
        let rig = Rig::new(db).await;
        let check = async |event: &str, filter: &str, wrong: Option<&str>| {
            let found = problem(&rig, &flow("draft", event, &format!("ritorno:filter='={filter}'"))).await;
            match wrong {
                Some(text) => assert!(found.contains(text) && found.contains("\"is_fatal\":true"), "{event} {filter}: {found}"),
                None => assert_eq!(found, "[]", "{event} {filter}"),
            }
        };
        check("Segment Entered", "event.properties.segment = \"vip\"", None).await;
        check("Segment Entered", "event.properties.segmnt = \"vip\"", Some("segmnt")).await;
        check("Ticket Closed", "event.properties.rating &gt; 3", None).await;
        check("Ticket Closed", "event.properties.rating &gt; \"three\"", Some("rating")).await;
        // The shop may send what it likes, and an event that we do not know holds anything.
        check("Order Completed", "event.properties.gift_wrap = true", None).await;
        check("Order Completed", "event.properties.total &gt; \"a lot\"", Some("total")).await;
        check("Machine Serviced", "event.properties.hours &gt; 5", None).await;
        check("Form Submitted", "event.properties.fields.size &gt; 5", None).await;
        rig.end().await;
    }

    async fn a_checkout_that_is_left_begins_a_flow_and_a_cart_that_never_came_there_does_not(db: Db) {
        let rig = shop(db, &[flow("left", "Checkout Left", "ritorno:idleHours='2'")]).await;
        rig.two_customers().await;
        rig.track("u1", "Checkout Started", json!({ "cart_id": "c1", "checkout_id": "x1", "currency": "EUR" })).await;
        rig.pass(1);
        rig.track("u1", "Checkout Step Completed", json!({ "cart_id": "c1", "checkout_id": "x1", "step": 2 })).await;
        rig.clock.advance(119 * base::MINUTE);
        assert_eq!(count(&rig, "left", 0).await, 0, "never early");
        rig.clock.advance(base::MINUTE);
        assert_eq!(count(&rig, "left", 1).await, 1);
        let page = rig.items("/journeys?flow=left", 1).await;
        assert_eq!(rig.named(&page[0]["cart"]), json!("c1"));
        rig.pass(48);
        assert_eq!(count(&rig, "left", 1).await, 1, "once for the cart; the other one was never at the checkout");
        rig.end().await;
    }

    async fn an_ordered_checkout_begins_nothing(db: Db) {
        let rig = shop(db, &[flow("left", "Checkout Left", "ritorno:idleHours='2'")]).await;
        rig.two_customers().await;
        rig.track("u1", "Checkout Started", json!({ "cart_id": "c1", "currency": "EUR" })).await;
        rig.track("u1", "Order Completed", json!({ "cart_id": "c1", "order_id": "o1", "total": 178, "currency": "EUR" })).await;
        rig.pass(3);
        assert_eq!(count(&rig, "left", 0).await, 0);
        rig.end().await;
    }

    async fn who_only_looks_and_goes_begins_a_flow(db: Db) {
        let rig = shop(db, &[flow("looked", "Browse Left", "ritorno:idleHours='4' ritorno:filter='=event.properties.views &gt;= 2' ritorno:reentry='always'")]).await;
        let view = async |user: &str, product: &str| rig.track(user, "Product Viewed", json!({ "product_id": product })).await;
        view("mario", "p1").await;
        view("mario", "p2").await;
        view("lucia", "p1").await;
        view("anna", "p1").await;
        view("anna", "p1").await;
        rig.track("anna", "Product Added", json!({ "cart_id": "c9", "product_id": "p1", "price": 5, "currency": "EUR" })).await;
        rig.clock.advance(239 * base::MINUTE);
        assert_eq!(count(&rig, "looked", 0).await, 0);
        rig.clock.advance(base::MINUTE);
        // Lucia looked at one thing only, Anna put hers in a cart.
        assert_eq!(count(&rig, "looked", 1).await, 1);
        rig.pass(10);
        assert_eq!(count(&rig, "looked", 1).await, 1, "once for each time");
        view("mario", "p3").await;
        rig.pass(5);
        assert_eq!(count(&rig, "looked", 2).await, 2);
        rig.end().await;
    }

    async fn a_birthday_comes_at_the_shops_hour_and_moves_with_the_property(db: Db) {
        let dated = "ritorno:property='birthday' ritorno:repeat='yearly' ritorno:daysBefore='=lead' ritorno:at='10:00' ritorno:filter='=event.properties.years &gt;= 18'";
        let xml = flow("birthday", "Customer Date", dated).replace("isExecutable", "ritorno:parameters='lead=1' isExecutable");
        let rig = shop(db, &[xml]).await;
        identify(&rig, "mario", json!({ "birthday": "1980-11-25" })).await;
        identify(&rig, "lucia", json!({ "birthday": "1990-11-25" })).await;
        identify(&rig, "child", json!({ "birthday": "2020-11-25" })).await;
        identify(&rig, "old", json!({ "birthday": "1950-11-20" })).await;
        identify(&rig, "odd", json!({ "birthday": "soon" })).await;
        identify(&rig, "lucia", json!({ "birthday": null })).await;
        rig.clock.set(base::Time::parse("2026-11-24T08:59:00Z").unwrap());
        assert_eq!(count(&rig, "birthday", 0).await, 0, "never early");
        rig.clock.set(base::Time::parse("2026-11-24T09:00:00Z").unwrap());
        assert_eq!(count(&rig, "birthday", 1).await, 1);
        // Mario corrects his birthday: it does not come twice in a year.
        identify(&rig, "mario", json!({ "birthday": "1980-12-01" })).await;
        rig.clock.set(base::Time::parse("2026-12-02T09:00:00Z").unwrap());
        assert_eq!(count(&rig, "birthday", 1).await, 1);
        // Next year both of the others have one.
        rig.clock.set(base::Time::parse("2027-11-19T09:00:00Z").unwrap());
        assert_eq!(count(&rig, "birthday", 2).await, 2);
        rig.clock.set(base::Time::parse("2027-11-30T10:00:00Z").unwrap());
        assert_eq!(count(&rig, "birthday", 3).await, 3);
        rig.end().await;
    }

    async fn a_date_comes_once_and_one_that_is_past_never(db: Db) {
        let rig = shop(db, &[flow("renewal", "Customer Date", "ritorno:property='contract_ends' ritorno:daysBefore='30' ritorno:reentry='always'")]).await;
        identify(&rig, "mario", json!({ "contract_ends": "2027-01-31" })).await;
        identify(&rig, "lucia", json!({ "contract_ends": "2026-11-30" })).await;
        rig.clock.set(base::Time::parse("2027-01-01T09:00:00Z").unwrap());
        assert_eq!(count(&rig, "renewal", 1).await, 1);
        // He renews: the next one is another date.
        identify(&rig, "mario", json!({ "contract_ends": "2028-01-31" })).await;
        rig.clock.set(base::Time::parse("2028-01-01T09:00:00Z").unwrap());
        assert_eq!(count(&rig, "renewal", 2).await, 2);
        // A date that is set when its time has long passed begins nothing, now or later.
        identify(&rig, "lucia", json!({ "contract_ends": "2027-12-30" })).await;
        rig.pass(24 * 40);
        assert_eq!(count(&rig, "renewal", 2).await, 2);
        rig.end().await;
    }

    async fn a_condition_begins_a_flow_when_it_becomes_true_not_while_it_is(db: Db) {
        let start = |condition: &str, more: &str| format!("<startEvent id='begin' {more}><conditionalEventDefinition><condition>={condition}</condition></conditionalEventDefinition></startEvent>");
        let rich = drawn("rich", "", &start("cart.total &gt; 100", "ritorno:reentry='always'"));
        let vip = drawn("vip", "", &start("customer.points &gt;= 1000", "ritorno:reentry='always'"));
        let regular = drawn("regular", "", &start("customer.orders &gt;= 2", ""));
        let rig = shop(db, &[]).await;
        identify(&rig, "early", json!({ "points": 5000 })).await;
        for xml in [rich, vip, regular] {
            switch_on(&rig, &xml).await;
        }
        let add = async |price: u32| rig.track("mario", "Product Added", json!({ "cart_id": "c1", "product_id": format!("p{price}"), "price": price, "currency": "EUR" })).await;
        add(60).await;
        assert_eq!(count(&rig, "rich", 0).await, 0);
        add(50).await;
        assert_eq!(count(&rig, "rich", 1).await, 1);
        add(40).await;
        assert_eq!(count(&rig, "rich", 1).await, 1, "it was true before");
        rig.track("mario", "Product Removed", json!({ "cart_id": "c1", "product_id": "p60", "price": 60, "currency": "EUR" })).await;
        add(70).await;
        assert_eq!(count(&rig, "rich", 2).await, 2, "it became true again");
        identify(&rig, "mario", json!({ "points": 999 })).await;
        identify(&rig, "mario", json!({ "points": 1000 })).await;
        identify(&rig, "mario", json!({ "points": 1001 })).await;
        // Who was there before the flow has nothing that became true.
        identify(&rig, "early", json!({ "points": 5001 })).await;
        assert_eq!(count(&rig, "vip", 1).await, 1);
        for n in 1..=3 {
            rig.track("mario", "Order Completed", json!({ "order_id": format!("o{n}"), "total": 5, "currency": "EUR" })).await;
        }
        assert_eq!(count(&rig, "regular", 1).await, 1);
        rig.end().await;
    }

    async fn a_schedule_goes_through_the_customers_once_each(db: Db) {
        let start = "<startEvent id='begin' ritorno:filter='=customer.city = \"Roma\"' ritorno:reentry='always'><timerEventDefinition><timeCycle>0 0 9 * * MON</timeCycle></timerEventDefinition></startEvent>";
        let rig = shop(db, &[drawn("monday", "", start)]).await;
        for n in 0..7 {
            identify(&rig, &format!("u{n}"), json!({ "city": if n % 2 == 0 { "Roma" } else { "Milano" } })).await;
        }
        let (_, stop) = watch::channel(false);
        // 23 November 2026 is a Monday; nine in Rome is eight in UTC.
        rig.clock.set(base::Time::parse("2026-11-23T07:59:00Z").unwrap());
        rig.settled().await;
        assert_eq!(rounds(&rig).go_through(&stop).await, Ok(0), "never early");
        rig.clock.set(base::Time::parse("2026-11-23T08:00:00Z").unwrap());
        rig.settled().await;
        rig.items("/customers", 7).await;
        go_through(&rig).await;
        assert_eq!(count(&rig, "monday", 4).await, 4);
        assert_eq!(rounds(&rig).go_through(&stop).await, Ok(0), "it is over");
        // A week later those who came meanwhile are asked too.
        identify(&rig, "late", json!({ "city": "Roma" })).await;
        rig.items("/customers", 8).await;
        rig.clock.set(base::Time::parse("2026-11-30T08:00:00Z").unwrap());
        rig.settled().await;
        go_through(&rig).await;
        assert_eq!(count(&rig, "monday", 9).await, 9);
        // Down for a week: what was missed by more than the flow wants to know of is not made up for.
        rig.clock.set(base::Time::parse("2026-12-10T08:00:00Z").unwrap());
        rig.settled().await;
        assert_eq!(rounds(&rig).go_through(&stop).await, Ok(0));
        rig.send("POST", "/flows/monday/disable", json!({})).await;
        rig.clock.set(base::Time::parse("2026-12-14T08:00:00Z").unwrap());
        rig.settled().await;
        assert_eq!(rounds(&rig).go_through(&stop).await, Ok(0));
        rig.end().await;
    }

    async fn a_schedule_asks_the_database_where_its_filter_reads_only_columns(db: Db) {
        let start = "<startEvent id='begin' ritorno:filter='=customer.orders &gt;= 2 and customer.email != null' ritorno:reentry='always'><timerEventDefinition><timeDate>2026-11-22T09:00:00</timeDate></timerEventDefinition></startEvent>";
        let past = start.replace("2026-11-22", "2026-11-20");
        let rig = shop(db, &[drawn("loyal", "", start), drawn("past", "", &past)]).await;
        for (user, orders, email) in [("u1", 2, "u1@customer.example"), ("u2", 3, ""), ("u3", 1, "u3@customer.example"), ("u4", 2, "u4@customer.example")] {
            identify(&rig, user, if email.is_empty() { json!({}) } else { json!({ "email": email }) }).await;
            for n in 0..orders {
                rig.track(user, "Order Completed", json!({ "order_id": format!("{user}{n}"), "total": 5, "currency": "EUR" })).await;
            }
        }
        rig.until("/customers", |page| page["items"].as_array().unwrap().iter().all(|item| item["orders"] != 0)).await;
        rig.clock.set(base::Time::parse("2026-11-22T08:00:00Z").unwrap());
        rig.settled().await;
        go_through(&rig).await;
        assert_eq!(count(&rig, "loyal", 2).await, 2);
        assert_eq!(count(&rig, "past", 0).await, 0);
        rig.pass(24 * 30);
        rig.settled().await;
        assert_eq!(count(&rig, "loyal", 2).await, 2, "a date comes once");
        rig.end().await;
    }

    async fn a_person_or_a_program_begins_a_flow_and_learns_why_not(db: Db) {
        let once = called("once", &["<userTask id='ask'/>", &*end("done"), &*ways("begin -> ask -> done")].concat()).replace("id='begin'", "id='begin' ritorno:reentry='once'");
        let idle = once.replace("process id='once' name='once'", "process id='idle' name='idle'").replace("d_once", "d_idle").replace(" ritorno:reentry='once'", "");
        let rig = shop(db, &[once, idle, flow("evented", "Order Completed", "")]).await;
        rig.two_customers().await;
        let mario = rig.id("mario");
        let body = json!({ "customer": mario, "variables": { "note": "by hand" } });
        let key = [("authorization", &*format!("Bearer {}", rig.api_key)), ("idempotency-key", "k1")];
        let first = rig.ask("POST", "/flows/once/start", &key, Some(body.clone())).await;
        assert_eq!(first.status, 201, "{}", first.text);
        assert_eq!(rig.ask("POST", "/flows/once/start", &key, Some(body.clone())).await.json, first.json);
        let page = rig.until("/journeys?flow=once", |page| page["items"].as_array().unwrap().len() == 1).await;
        assert_eq!(page["items"][0]["id"], first.json["id"]);
        let journey = rig.get(&format!("/journeys/{}", first.json["id"].as_str().unwrap())).await.json;
        assert_eq!((&journey["variables"], &journey["path"][0]["code"]), (&json!({ "note": "by hand" }), &json!("journey_asked")));
        assert_eq!(start(&rig, "once", body.clone()).await, (409, "flows.once_ever".to_owned()));
        let mut anyway = body.clone();
        anyway["is_anyway"] = json!(true);
        assert_eq!(start(&rig, "once", anyway).await.0, 201);
        assert_eq!(start(&rig, "idle", body.clone()).await.0, 201);
        assert_eq!(start(&rig, "idle", body.clone()).await, (409, "flows.under_way".to_owned()));
        let of_cart = json!({ "customer": mario, "cart": rig.id("c1") });
        assert_eq!(start(&rig, "idle", of_cart.clone()).await.0, 201);
        assert_eq!(start(&rig, "idle", of_cart).await, (409, "flows.once_per_cart".to_owned()));
        assert_eq!(start(&rig, "idle", json!({ "customer": mario, "cart": rig.id("c2") })).await.0, 409);
        assert_eq!(start(&rig, "evented", body.clone()).await, (409, "flows.no_plain_start".to_owned()));
        assert_eq!(start(&rig, "nothing", body.clone()).await.0, 404);
        assert_eq!(start(&rig, "once", json!({ "customer": "00000000-0000-7000-8000-000000000000" })).await.0, 404);
        rig.send("POST", "/flows/once/disable", json!({})).await;
        assert_eq!(start(&rig, "once", body).await, (409, "flows.is_off".to_owned()));
        rig.end().await;
    }

    async fn once_is_once_for_a_customer_and_once_for_an_order(db: Db) {
        let each = flow("each", "Order Delivered", "ritorno:reentry='once-per-order'").replace("<userTask id='ask'/>", "<task id='ask'/>");
        let rig = shop(db, &[flow("welcome", "Order Delivered", "ritorno:reentry='once'"), each]).await;
        for order in ["o1", "o2", "o1", "o3", "o2"] {
            rig.track("mario", "Order Delivered", json!({ "order_id": order })).await;
        }
        assert_eq!(count(&rig, "each", 3).await, 3);
        assert_eq!(count(&rig, "welcome", 1).await, 1);
        rig.end().await;
    }

    async fn mario_abandons_twice_on_monday(db: Db) {
        // Begins by each abandoned cart, and waits a day for an order.
        let idle = |id: &str, reentry: &str| flow(id, "Cart Idle", &format!("ritorno:idleHours='1' ritorno:reentry='{reentry}'"));
        let rig = shop(db, &[idle("each_cart", "once-per-cart"), idle("one_at_a_time", "while-idle"), idle("monthly", "every:P30D"), idle("ever", "once"), idle("each_time", "always")]).await;
        let add = async |cart: &str| rig.track("mario", "Product Added", json!({ "cart_id": cart, "product_id": "p1", "price": 5, "currency": "EUR" })).await;
        let expect = async |each_cart: u64, one_at_a_time: u64, monthly: u64, ever: u64, each_time: u64| {
            let wanted = [("each_cart", each_cart), ("one_at_a_time", one_at_a_time), ("monthly", monthly), ("ever", ever), ("each_time", each_time)];
            for (flow, n) in wanted {
                assert_eq!(count(&rig, flow, n).await, n, "{flow}");
            }
        };
        add("c1").await;
        rig.pass(2);
        expect(1, 1, 1, 1, 1).await;
        // He comes back to the same cart and leaves it again: only those that take each time begin.
        add("c1").await;
        rig.pass(2);
        expect(1, 1, 1, 1, 2).await;
        // Then he fills a second one.
        add("c2").await;
        rig.pass(2);
        expect(2, 1, 1, 1, 3).await;
        rig.pass(24 * 31);
        add("c3").await;
        rig.pass(2);
        expect(3, 1, 2, 1, 4).await;
        rig.end().await;
    }

    async fn the_way_out_is_looked_at_before_every_step(db: Db) {
        let timer = |id: &str| format!("<intermediateCatchEvent id='{id}'><timerEventDefinition><timeDuration>PT2H</timeDuration></timerEventDefinition></intermediateCatchEvent>");
        let begin = "<startEvent id='begin'><messageEventDefinition messageRef='m'/></startEvent>";
        let exit = "ritorno:exit='=customer.blocked = true or now() &gt; date and time(\"2026-11-21T20:00:00Z\")'";
        let waits = file("waits", exit, &[begin, &timer("rest"), &timer("more"), "<userTask id='ask'/>", &*end("done"), &*ways("begin -> rest -> more -> ask -> done")].concat()).replace("EVENT", "Order Delivered");
        let rig = shop(db, &[waits]).await;
        rig.track("u1", "Order Delivered", json!({})).await;
        rig.track("u2", "Order Delivered", json!({})).await;
        rig.items("/journeys?flow=waits&state=waiting", 2).await;
        // What it reads changes: the journey ends at once.
        identify(&rig, "u1", json!({ "blocked": true })).await;
        let ended = rig.items("/journeys?flow=waits&state=ended", 1).await;
        assert_eq!(ended[0]["why"]["en"], "the condition for leaving the flow became true");
        let u1 = customer(&rig, "u1").await;
        assert_eq!(rig.decisions(&u1).await, ["journey_triggered", "journey_ended exit_rule"]);
        // The flow does not begin where the way out is open already.
        rig.track("u1", "Order Delivered", json!({})).await;
        assert_eq!(count(&rig, "waits", 2).await, 2);
        // A timer is the next step of the other one, and the rule is true by then.
        rig.clock.set(base::Time::parse("2026-11-21T20:30:00Z").unwrap());
        rig.settled().await;
        rig.items("/journeys?flow=waits&state=ended", 2).await;
        let u2 = customer(&rig, "u2").await;
        assert_eq!(rig.decisions(&u2).await, ["journey_triggered", "journey_ended exit_rule"]);
        rig.end().await;
    }

    async fn a_message_is_not_sent_when_the_way_out_has_opened(db: Db) {
        let send = "<sendTask id='write' ritorno:purpose='service'><extensionElements><zeebe:taskDefinition type='ritorno:send-email'/><zeebe:ioMapping><zeebe:input source='recovery-help' target='template'/><zeebe:input source='shop' target='from'/></zeebe:ioMapping></extensionElements></sendTask>";
        let begin = "<startEvent id='begin'><messageEventDefinition messageRef='m'/></startEvent>";
        let xml = file("writes", "ritorno:exit='=now() &gt; date and time(\"2026-11-21T09:00:00Z\")'", &[begin, send, &*end("done"), &*ways("begin -> write -> done")].concat()).replace("EVENT", "Order Delivered");
        let rig = shop(db, &[xml]).await;
        identify(&rig, "u1", json!({ "email": "u1@customer.example" })).await;
        rig.track("u1", "Order Delivered", json!({})).await;
        let queued = rig.items("/messages?state=queued", 1).await;
        rig.pass(2);
        let answer = rig.claim(&queued[0]).await;
        assert_eq!(answer["no"], "exit_rule", "{answer}");
        let u1 = customer(&rig, "u1").await;
        assert_eq!(rig.decisions(&u1).await, ["journey_triggered", "message_skipped exit_rule", "journey_ended exit_rule"]);
        rig.end().await;
    }

    async fn a_goal_is_counted_once_for_each_journey_also_after_its_end(db: Db) {
        let begin = "<startEvent id='begin' ritorno:reentry='always'><messageEventDefinition messageRef='m'/></startEvent>";
        let short = file("short", "ritorno:goal='order within 7 days'", &[begin, &*end("done"), &*ways("begin -> done")].concat()).replace("EVENT", "Order Delivered");
        let rig = shop(db, &[short, flow("aimless", "Order Delivered", "")]).await;
        let order = async |user: &str, id: &str, total: f64| rig.track(user, "Order Completed", json!({ "order_id": id, "total": total, "currency": "EUR" })).await;
        let figures = async || {
            rig.settled().await;
            let page = rig.get("/flows/short").await.json;
            let of = |name: &str| page["figures"][name].clone();
            json!([of("started"), of("with_goal"), of("reached"), of("reached_percent"), of("reached_worth")])
        };
        for user in ["u1", "u2", "u3", "u4"] {
            rig.track(user, "Order Delivered", json!({})).await;
        }
        assert_eq!(figures().await, json!([4, 4, 0, 0.0, []]));
        order("u1", "o1", 12.5).await;
        order("u1", "o2", 90.0).await;
        rig.pass(6 * 24);
        order("u2", "o3", 20.0).await;
        rig.pass(2 * 24);
        order("u3", "o4", 70.0).await;
        assert_eq!(figures().await, json!([4, 4, 2, 50.0, [{ "minor": 3250, "currency": "EUR" }]]));
        let u1 = customer(&rig, "u1").await;
        assert!(rig.decisions(&u1).await.contains(&"goal_reached".to_owned()));
        let page = rig.get("/flows/short").await.json;
        assert_eq!(page["goal"], json!({ "event": "Order Completed", "within_hours": 168.0 }));
        assert_eq!(rig.get("/flows/aimless").await.json["figures"]["reached_percent"], Json::Null);
        rig.end().await;
    }

    async fn an_event_that_nobody_waits_for_costs_the_same_with_few_flows_and_with_many(db: Db) {
        let rig = shop(db, &[flow("first", "Order Delivered", "")]).await;
        let cost = async || {
            rig.track("u1", "Warm Up", json!({})).await;
            let before = rig.domain.compiler.asked();
            for _ in 0..20 {
                rig.track("u1", "Machine Serviced", json!({ "hours": 5 })).await;
            }
            rig.domain.compiler.asked() - before
        };
        assert_eq!(cost().await, 0);
        for n in 0..40 {
            switch_on(&rig, &flow(&format!("other_{n}"), "Order Delivered", "ritorno:idleHours='1'").replace(" ritorno:idleHours='1'", "")).await;
        }
        assert_eq!(cost().await, 0, "no flow is looked at");
        rig.track("u1", "Order Delivered", json!({})).await;
        assert_eq!(count(&rig, "other_39", 1).await, 1);
        rig.end().await;
    }

    async fn what_says_nothing_of_a_start_keeps_the_flow_off(db: Db) {
        let rig = Rig::new(db).await;
        let check = async |event: &str, attributes: &str, expected: &str| {
            let found = problem(&rig, &flow("draft", event, attributes)).await;
            assert!(found.contains(expected) && found.contains("\"is_fatal\":true"), "{event} {attributes}: {found}");
        };
        check("Cart Idle", "", "hours above 0").await;
        check("Browse Left", "ritorno:idleHours='-1'", "hours above 0").await;
        check("Customer Date", "", "ritorno:property").await;
        check("Customer Date", "ritorno:property='birthday' ritorno:repeat='weekly'", "yearly").await;
        check("Customer Date", "ritorno:property='birthday' ritorno:daysBefore='400'", "whole days").await;
        check("Customer Date", "ritorno:property='birthday' ritorno:daysBefore='1' ritorno:daysAfter='1'", "only one").await;
        check("Customer Date", "ritorno:property='birthday' ritorno:at='25:00'", "an hour of the clock").await;
        check("Order Completed", "ritorno:idleHours='5'", "belongs to").await;
        check("Order Completed", "ritorno:at='09:00'", "belongs to").await;
        check("Order Completed", "ritorno:reentry='sometimes'", "once-per-order").await;
        rig.end().await;
    }
}
