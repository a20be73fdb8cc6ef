//! Customers, carts, deals and orders as they are read.

use crate::rig::Rig;
use crm::desk::KeyKind;
use serde_json::{Value as Json, json};

testkit::on_both! {
    async fn a_list_shows_customers_newest_first_and_goes_on_where_it_stopped(db: Db) {
        let rig = Rig::new(db).await;
        rig.two_customers().await;
        let first = rig.get("/customers?limit=1").await.json;
        rig.check(&first["items"], json!([{
            "id": "lucia", "user_id": "u2", "email": "lucia@customer.example", "name": "Lucia Verdi", "phone": null, "agent": null,
            "orders": 0, "revenue": null, "created_at": "2026-11-21T08:01:00Z", "tags": [],
        }]));
        let next = first["next"].as_str().unwrap();
        let second = rig.get(&format!("/customers?limit=1&cursor={next}")).await.json;
        assert_eq!(second["items"][0]["email"], "mario@customer.example");
        assert_eq!(second["next"], Json::Null);
        rig.end().await;
    }

    async fn a_search_finds_by_address_id_order_name_and_phone(db: Db) {
        let rig = Rig::new(db).await;
        rig.two_customers().await;
        rig.track("u1", "Order Completed", json!({ "order_id": "ord-7", "cart_id": "c1", "total": 178, "currency": "EUR" })).await;
        // The table of identities is swept, as the lists are.
        rig.until("/customers?q=ord-", |page| page["items"].as_array().unwrap().len() == 1).await;
        let check = async |q: &str, expected: &[&str]| {
            let said = rig.get(&format!("/customers?q={q}")).await;
            assert_eq!(said.status, 200, "{}", said.text);
            let found: Vec<&str> = said.json["items"].as_array().unwrap().iter().map(|item| item["user_id"].as_str().unwrap()).collect();
            assert_eq!(found, expected, "{q}");
        };
        check("mario@", &["u1"]).await;
        check("LUCIA@customer.example", &["u2"]).await;
        check("u1", &["u1"]).await;
        check("ord-7", &["u1"]).await;
        check("c2", &["u2"]).await;
        check("ver%20luc", &["u2"]).await;
        check("347%201234", &["u1"]).await;
        check("nobody", &[]).await;
        check("customer.example", &[]).await;
        rig.end().await;
    }

    async fn one_customer_is_read_as_it_stands(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        rig.two_customers().await;
        let page = rig.get(&format!("/customers/{}", rig.id("mario"))).await.json;
        rig.check(&page, json!({
            "id": "mario", "joined": [], "created_at": "2026-11-21T08:00:00Z", "last_seen_at": "2026-11-21T08:00:00Z",
            "identities": [
                { "kind": "email", "value": "mario@customer.example" }, { "kind": "user_id", "value": "u1" },
            ],
            "profile": {
                "user_id": "u1", "email": "mario@customer.example", "phone": "+39 347 1234567", "first_name": "Mario",
                "last_name": "Rossi", "name": "Mario Rossi", "language": null, "time_zone": null, "address": null,
            },
            "traits": { "vip": true },
            "agent": { "id": "anna", "name": "Anna Bianchi", "email": "anna@shop.example", "is_own": false },
            "consent": [{
                "purpose": "marketing", "channel": "email", "is_granted": true, "at": "2026-11-21T08:00:00Z", "source": "trait",
            }],
            "is_suppressed": false, "totals": [], "pages_viewed": 0, "products_viewed": 0, "events": 2,
            "carts": [{
                "id": "c1", "shop_id": "c1", "state": "active",
                "lines": [{
                    "product_id": "p1", "sku": null, "name": "Scarpe", "url": null, "image_url": null, "quantity": 2,
                    "price": { "minor": 8900, "currency": "EUR" },
                }],
                "total": { "minor": 17800, "currency": "EUR" }, "step": null, "coupon": null, "checkout_url": null,
                "opened_at": "2026-11-21T08:00:00Z", "last_activity_at": "2026-11-21T08:00:00Z", "abandoned_at": null,
                "closed_at": null, "order": null,
            }],
            "orders": [], "deals": [], "tags": [], "journeys": [], "messages": [],
        }));
        rig.end().await;
    }

    async fn a_customer_who_was_joined_is_found_under_the_old_id_with_all_that_was_theirs(db: Db) {
        let rig = Rig::new(db).await;
        let added = json!({ "cart_id": "c9", "product_id": "p1", "price": 10, "currency": "EUR" });
        rig.event(json!({ "type": "track", "anonymousId": "a1", "event": "Product Added", "properties": added })).await;
        let anonymous = rig.items("/customers", 1).await[0]["id"].clone();
        rig.pass(1);
        rig.event(json!({ "type": "identify", "userId": "u1", "traits": { "email": "m@customer.example" } })).await;
        let ordered = json!({ "order_id": "o1", "total": 10, "currency": "EUR", "products": [{ "product_id": "p1", "price": 10 }] });
        rig.track("u1", "Order Completed", ordered).await;
        rig.event(json!({ "type": "identify", "userId": "u1", "anonymousId": "a1", "traits": {} })).await;
        let page = rig.get(&format!("/customers/{}", anonymous.as_str().unwrap())).await.json;
        assert_ne!(page["id"], anonymous);
        assert_eq!(page["joined"], json!([anonymous]));
        assert_eq!(page["profile"]["user_id"], "u1");
        let of = format!("/customers/{}", page["id"].as_str().unwrap());
        let timeline = rig.get(&format!("{of}/timeline")).await.json;
        let names: Vec<&str> = timeline["items"].as_array().unwrap().iter().map(|event| event["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["", "Order Completed", "", "Product Added"]);
        assert_eq!(timeline["items"][3]["payload"]["properties"]["cart_id"], "c9");
        // The closed customer is in no list.
        rig.items("/customers", 1).await;
        rig.end().await;
    }

    async fn a_timeline_is_paged_through_without_a_gap(db: Db) {
        let rig = Rig::new(db).await;
        for n in 0..7 {
            rig.track("u1", &format!("Event {n}"), json!({})).await;
        }
        rig.pass(1);
        rig.track("u2", "Another's", json!({})).await;
        let id = rig.items("/customers", 2).await[1]["id"].as_str().unwrap().to_owned();
        let (mut names, mut cursor) = (Vec::new(), String::new());
        for _ in 0..10 {
            let page = rig.get(&format!("/customers/{id}/timeline?limit=3{cursor}")).await.json;
            names.extend(page["items"].as_array().unwrap().iter().map(|event| event["name"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(names, ["Event 6", "Event 5", "Event 4", "Event 3", "Event 2", "Event 1", "Event 0"]);
        rig.end().await;
    }

    async fn orders_and_products_are_kept_for_ever(db: Db) {
        let rig = Rig::new(db).await;
        rig.two_customers().await;
        for (n, price) in [(1, 10), (2, 20), (3, 30)] {
            rig.pass(1);
            let products = json!([{ "product_id": "p1", "name": "Scarpe", "price": price, "quantity": n }]);
            rig.track("u1", "Order Completed", json!({ "order_id": format!("o{n}"), "currency": "EUR", "products": products })).await;
        }
        rig.track("u1", "Order Refunded", json!({ "order_id": "o2", "total": 5, "currency": "EUR" })).await;
        let of = format!("/customers/{}", rig.id("mario"));
        let orders = rig.get(&format!("{of}/orders?limit=2")).await.json;
        rig.check(&orders["items"], json!([
            { "id": "o3", "at": "2026-11-21T11:01:00Z", "total": { "minor": 9000, "currency": "EUR" },
              "refunded": { "minor": 0, "currency": "EUR" }, "cart": null, "cancelled_at": null },
            { "id": "o2", "at": "2026-11-21T10:01:00Z", "total": { "minor": 4000, "currency": "EUR" },
              "refunded": { "minor": 500, "currency": "EUR" }, "cart": null, "cancelled_at": null },
        ]));
        let next = orders["next"].as_str().unwrap();
        let rest = rig.get(&format!("{of}/orders?limit=2&cursor={next}")).await.json;
        rig.check(&rest, json!({ "next": null, "items": [
            { "id": "o1", "at": "2026-11-21T09:01:00Z", "total": { "minor": 1000, "currency": "EUR" },
              "refunded": { "minor": 0, "currency": "EUR" }, "cart": "c1", "cancelled_at": null },
        ]}));
        let products = rig.get(&format!("{of}/products")).await.json;
        rig.check(&products, json!({ "next": null, "items": [{
            "product_id": "p1", "name": "Scarpe", "pieces": 6, "orders": 3, "first_bought_at": "2026-11-21T09:01:00Z",
            "last_bought_at": "2026-11-21T11:01:00Z",
        }]}));
        let all = rig.get("/orders?limit=1").await.json;
        assert_eq!(all["items"][0]["id"], "o3");
        assert_eq!(all["items"][0]["customer"]["name"], "Mario Rossi");
        let next = all["next"].as_str().unwrap();
        assert_eq!(rig.get(&format!("/orders?limit=1&cursor={next}")).await.json["items"][0]["id"], "o2");
        rig.end().await;
    }

    async fn carts_are_listed_by_state_and_agent_with_their_deals(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        rig.two_customers().await;
        let set = rig.send("PUT", &format!("/customers/{}/agent", rig.id("mario")), json!({ "agent": rig.id("anna") })).await;
        assert_eq!(set.status, 200, "{}", set.text);
        rig.pass(25);
        let carts = rig.items("/carts?state=abandoned", 2).await;
        let owner = json!({ "id": "mario", "name": "Mario Rossi", "email": "mario@customer.example", "agent": "anna" });
        let mine = rig.items(&format!("/carts?state=abandoned,recovered&agent={}", rig.id("anna")), 1).await;
        rig.check(&mine[0], json!({
            "id": "c1", "shop_id": "c1", "customer": owner, "state": "abandoned", "total": { "minor": 17800, "currency": "EUR" },
            "pieces": 2, "opened_at": "2026-11-21T08:00:00Z", "last_activity_at": "2026-11-21T08:00:00Z",
            "abandoned_at": "2026-11-22T08:00:00Z", "closed_at": null, "order": null,
        }));
        assert_eq!(carts.len(), 2);
        rig.items("/carts?state=active", 0).await;
        let deals = rig.items("/deals?stage=Check%20out%20abbandonato", 2).await;
        for deal in &deals {
            let of = rig.named(&deal["cart"]);
            rig.name(&deal["id"], &format!("deal {}", of.as_str().unwrap()));
        }
        let mine = rig.items(&format!("/deals?agent={}", rig.id("anna")), 1).await;
        rig.check(&mine[0], json!({
            "id": "deal c1", "cart": "c1", "pipeline": "Sales management", "stage": "Check out abbandonato",
            "amount": { "minor": 17800, "currency": "EUR" }, "created_at": "2026-11-22T08:00:00Z", "won_at": null, "customer": owner,
        }));
        let stages = rig.get("/deal_stages").await.json;
        rig.check(&stages["items"], json!([{
            "pipeline": "Sales management", "stage": "Check out abbandonato", "deals": 2,
            "name": "Check out abbandonato", "kind": "open", "is_known": true, "amounts": [{ "minor": 18550, "currency": "EUR" }],
        }, {
            "pipeline": "Sales management", "stage": "Confirmed", "name": "Confirmed", "kind": "won", "is_known": true, "deals": 0,
            "amounts": [],
        }]));
        for named in [rig.id("c1"), "c1".to_owned()] {
            let page = rig.get(&format!("/carts/{named}")).await.json;
            rig.check(&page["customer"], owner.clone());
            rig.check(&page["cart"]["lines"][0]["name"], json!("Scarpe"));
            rig.check(&page["deal"]["id"], json!("deal c1"));
        }
        let wrong = rig.get("/carts?state=lost").await;
        assert_eq!((wrong.status.as_u16(), &wrong.json["code"]), (400, &json!("http.wrong_state")));
        rig.end().await;
    }

    async fn another_workspace_sees_nothing_of_it(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        rig.two_customers().await;
        rig.pass(25);
        let message = rig.items("/messages", 2).await[0]["id"].as_str().unwrap().to_owned();
        let journey = rig.items("/journeys", 2).await[0]["id"].as_str().unwrap().to_owned();
        let notice = rig.items("/notices", 1).await[0]["id"].as_str().unwrap().to_owned();
        let deal = rig.items("/deals", 2).await[0]["id"].as_str().unwrap().to_owned();
        let other = crm::desk::create_workspace(&rig.desk.db, &*rig.clock, &*rig.desk.rng, "Other").await.unwrap();
        let key = rig.key(other.id, KeyKind::Api, &["*"]).await;
        let bearer = format!("Bearer {key}");
        let headers = [("authorization", bearer.as_str())];
        let (mario, cart, anna) = (rig.id("mario"), rig.id("c1"), rig.id("anna"));
        for path in [
            format!("/customers/{mario}"),
            format!("/customers/{mario}/timeline"),
            format!("/customers/{mario}/orders"),
            format!("/customers/{mario}/products"),
            format!("/customers/{mario}/decisions"),
            format!("/carts/{cart}"),
            "/carts/c1".to_owned(),
            format!("/messages/{message}"),
            format!("/journeys/{journey}"),
            "/flows/two_branch_follow_up".to_owned(),
        ] {
            assert_eq!(rig.ask("GET", &path, &headers, None).await.status, 404, "{path}");
        }
        for (method, path, body) in [
            ("PUT", format!("/customers/{mario}/agent"), json!({ "agent": null })),
            ("POST", format!("/customers/{mario}/notes"), json!({ "text": "x" })),
            ("PUT", format!("/deals/{deal}/stage"), json!({ "stage": "Confirmed" })),
            ("POST", format!("/messages/{message}/resolve"), json!({ "again": true })),
            ("POST", format!("/journeys/{journey}/retry"), json!({})),
            ("POST", format!("/notices/{notice}/read"), json!({})),
            ("PUT", format!("/agents/{anna}"), json!({ "name": "A", "email": "a@b.example" })),
            ("POST", "/flows/two_branch_follow_up/disable".to_owned(), json!({})),
        ] {
            assert_eq!(rig.ask(method, &path, &headers, Some(body)).await.status, 404, "{method} {path}");
        }
        for path in ["/customers", "/customers?q=mario", "/carts", "/deals", "/orders", "/messages", "/journeys", "/notices", "/flows", "/agents"] {
            let said = rig.ask("GET", path, &headers, None).await;
            assert_eq!(said.json, json!({ "items": [], "next": null }), "{path}");
        }
        let report = rig.ask("GET", "/reports/recovery", &headers, None).await;
        assert_eq!(report.json["recovery"]["carts_abandoned"], 0);
        rig.end().await;
    }
}
