//! The log as it is read, journeys by cart, what the session says of the shop, and settings that two people change.

use crate::rig::Rig;
use crm::desk::KeyKind;
use serde_json::{Value as Json, json};

fn names(page: &Json) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

testkit::on_both! {
    async fn the_log_is_read_from_both_ends(db: Db) {
        let rig = Rig::new(db).await;
        rig.two_customers().await;
        let page = rig.get("/events?limit=3").await.json;
        assert_eq!(names(&page), ["Product Added", "", "Product Added"]);
        let newest = &page["items"][0];
        assert_eq!((&newest["kind"], &newest["customer"]["name"]), (&json!("track"), &json!("Lucia Verdi")));
        assert_eq!(newest["payload"]["properties"]["product_id"], "p2");
        let older = rig.get(&format!("/events?limit=3&cursor={}", page["next"].as_str().unwrap())).await.json;
        assert_eq!((names(&older), &older["next"]), (vec![""], &Json::Null));
        let seen = page["seen_to"].as_i64().unwrap();
        rig.track("u1", "Cart Viewed", json!({ "cart_id": "c1" })).await;
        rig.track("u1", "Checkout Started", json!({ "cart_id": "c1" })).await;
        let later = rig.get(&format!("/events?after={seen}&limit=1")).await.json;
        assert_eq!(names(&later), ["Cart Viewed"]);
        let last = rig.get(&format!("/events?after={}", later["seen_to"])).await.json;
        assert_eq!((names(&last), last["seen_to"].as_i64().unwrap()), (vec!["Checkout Started"], seen + 2));
        let none = rig.get(&format!("/events?after={}", last["seen_to"])).await.json;
        assert_eq!((names(&none), &none["seen_to"]), (vec![], &last["seen_to"]));
        let beyond = rig.get("/events?after=9000000000").await.json;
        assert_eq!((names(&beyond), &beyond["seen_to"]), (vec![], &last["seen_to"]));
        rig.end().await;
    }

    async fn the_log_is_searched_by_name_source_and_customer(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        rig.two_customers().await;
        let check = async |query: &str, expected: usize| {
            let said = rig.get(&format!("/events?{query}")).await;
            assert_eq!(said.status, 200, "{}", said.text);
            assert_eq!(said.json["items"].as_array().unwrap().len(), expected, "{query}: {}", said.text);
        };
        let source = rig.get("/events?name=Product%20Added").await.json["items"][0]["source"].clone();
        check("name=Product%20Added", 2).await;
        check("name=product%20added", 0).await;
        check("name=settings.change", 1).await;
        check(&format!("source={source}"), 4).await;
        check("source=0&name=Product%20Added", 0).await;
        check(&format!("customer={}", rig.id("mario")), 2).await;
        check(&format!("customer={}&name=Product%20Added", rig.id("mario")), 1).await;
        check(&format!("customer={}&after=9000000000", rig.id("mario")), 0).await;
        assert_eq!(rig.get("/events?customer=00000000-0000-7000-8000-000000000000").await.status, 404);
        rig.end().await;
    }

    async fn who_may_not_read_customers_sees_neither_them_nor_what_was_sent(db: Db) {
        let rig = Rig::new(db).await;
        rig.two_customers().await;
        let key = rig.key(rig.workspace.id, KeyKind::Api, &["events:read"]).await;
        let bearer = format!("Bearer {key}");
        let said = rig.ask("GET", "/events", &[("authorization", &bearer)], None).await;
        assert_eq!(said.status, 200, "{}", said.text);
        let first = &said.json["items"][0];
        assert_eq!((&first["name"], &first["customer"], &first["payload"]), (&json!("Product Added"), &Json::Null, &Json::Null));
        let path = format!("/events?customer={}", rig.id("mario"));
        assert_eq!(rig.ask("GET", &path, &[("authorization", &bearer)], None).await.status, 403);
        rig.end().await;
    }

    async fn journeys_are_found_by_the_carts_they_are_about(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        rig.two_customers().await;
        rig.pass(25);
        rig.items("/journeys", 2).await;
        let (c1, c2) = (rig.id("c1"), rig.id("c2"));
        let check = async |query: String, expected: &[&str]| {
            let said = rig.get(&format!("/journeys?{query}")).await;
            assert_eq!(said.status, 200, "{}", said.text);
            let mut carts: Vec<&str> = said.json["items"].as_array().unwrap().iter().map(|j| j["cart"].as_str().unwrap()).collect();
            carts.sort_unstable();
            let mut expected = expected.to_vec();
            expected.sort_unstable();
            assert_eq!(carts, expected, "{query}");
        };
        check(format!("cart={c1}"), &[&c1]).await;
        check(format!("cart={c1},{c2},{c1}"), &[&c1, &c2]).await;
        check(format!("cart={c1}&state=ended"), &[]).await;
        check(format!("cart={c1}&flow=another"), &[]).await;
        check("cart=00000000-0000-7000-8000-000000000000".to_owned(), &[]).await;
        check("cart=".to_owned(), &[]).await;
        for wrong in ["x".to_owned(), (0..201).map(|n| format!("00000000-0000-7000-8000-{n:012}")).collect::<Vec<_>>().join(",")] {
            let said = rig.get(&format!("/journeys?cart={wrong}")).await;
            assert_eq!((said.status.as_u16(), said.json["code"].as_str()), (400, Some("http.wrong_query")));
        }
        rig.end().await;
    }

    async fn the_journeys_of_carts_are_looked_up_by_an_index(db: Db) {
        let rig = Rig::new(db).await;
        let db = &rig.desk.db;
        let id = |n: u128| base::Id(n.to_be_bytes());
        let rows = (1..=3_000u128).map(|n| {
            let row: [store::Value; 12] = [
                rig.workspace.id.into(), id(n).into(), id(n).into(), "flow".into(), 1i64.into(), Some(id(n % 500)).into(), "ended".into(), "".into(),
                0i64.into(), 1i64.into(), None::<i64>.into(), None::<String>.into(),
            ];
            store::Write::one(&engage::flows::sql::JOURNEY_PUT, row)
        });
        db.write(rows.collect()).await.unwrap();
        let text = &engage::flows::sql::JOURNEYS_OF_CART;
        let (explain, column) = match db.engine() {
            store::Engine::Sqlite => (format!("EXPLAIN QUERY PLAN {}", text.sqlite), "detail"),
            store::Engine::Postgres => {
                db.query_text("ANALYZE journey", &[]).await.unwrap();
                (format!("EXPLAIN {}", text.postgres), "QUERY PLAN")
            }
        };
        let plan = db.query_text(&explain, &[rig.workspace.id.into(), id(7).into(), 20i64.into()]).await.unwrap();
        let plan: Vec<&str> = plan.iter().map(|row| row.text(column)).collect();
        let plan = plan.join("\n");
        assert!(plan.contains("journey_cart") && !plan.contains("SCAN j") && !plan.contains("Seq Scan on journey"), "{plan}");
        rig.end().await;
    }

    async fn a_session_says_how_the_shop_counts_and_what_time_it_is(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        rig.send("PUT", "/settings", json!({ "currency": "CHF", "time_zone": "Europe/Zurich" })).await;
        let (cookie, _) = rig.sign_in().await;
        let said = rig.ask("GET", "/session", &[("cookie", &cookie)], None).await.json;
        assert_eq!(said["shop"], json!({ "name": "Negozio", "currency": "CHF", "language": "it", "time_zone": "Europe/Zurich" }));
        assert_eq!(said["now"], crate::rig::NOW);
        rig.end().await;
    }

    async fn settings_that_changed_meanwhile_are_not_overwritten_unseen(db: Db) {
        let rig = Rig::new(db).await;
        let bearer = format!("Bearer {}", rig.api_key);
        let seen = rig.get("/settings").await.headers["etag"].to_str().unwrap().to_owned();
        let change = async |seen: &str, name: &str| {
            let headers = [("authorization", &*bearer), ("if-match", seen)];
            rig.ask("PUT", "/settings", &headers, Some(json!({ "name": name }))).await
        };
        let first = change(&seen, "Una").await;
        assert_eq!(first.status, 200, "{}", first.text);
        let second = change(&seen, "Altra").await;
        assert_eq!((second.status.as_u16(), second.json["code"].as_str()), (412, Some("settings.changed")));
        assert_eq!(rig.get("/settings").await.json["name"], "Una");
        let newer = first.headers["etag"].to_str().unwrap().to_owned();
        assert_eq!(rig.get("/settings").await.headers["etag"], newer.as_str());
        assert_eq!(change(&newer, "Altra").await.status, 200);
        assert_eq!(change("*", "Terza").await.status, 200);
        rig.end().await;
    }

    async fn a_wait_beyond_the_age_limit_is_told_before_the_flow_is_switched_on(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        let check = async |wait: i64, expected: bool| {
            let said = rig.send("POST", "/flows/two_branch_follow_up/enable", json!({ "parameters": { "wait_hours": wait } })).await;
            assert_eq!(said.status, 200, "{}", said.text);
            let preview = rig.get("/flows/two_branch_follow_up/preview-of-enabling").await.json;
            assert_eq!(preview["is_wait_beyond_max_age"], expected, "{preview}");
        };
        check(24, false).await;
        check(1_000, true).await;
        rig.end().await;
    }
}
