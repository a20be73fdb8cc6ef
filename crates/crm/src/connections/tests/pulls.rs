//! What is asked of the shops' APIs.

use super::{doubles::Orders, *};
use base::{Clock, DAY, HOUR, MINUTE, SECOND};
use testkit::web::{Fault, Reply, WebDouble};

/// Orders of each double: four pages.
const ORDERS: usize = 3 * doubles::ROWS + 1;

struct Shop {
    scene: Scene,
    double: WebDouble,
    orders: Orders,
    source: i64,
}

impl Shop {
    async fn new(db: Db, shop: &'static str) -> Shop {
        let (double, orders) = doubles::start(shop, ORDERS).await;
        let scene = Scene::new(db).await;
        let mut credentials: serde_json::Map<String, Json> =
            doubles::credentials(shop).into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
        if shop == "sfcc" {
            credentials.insert("auth_url".to_owned(), json!(format!("{}/auth", double.url)));
        }
        let new = json!({ "name": "shop", "shop": shop, "secret": "hush", "base_url": double.url, "currency": "EUR",
            "credentials": credentials, "reconcile_minutes": 0 });
        let made = scene.done("POST", "/connections", new).await;
        Shop { scene, double, orders, source: made["source"].as_i64().unwrap() }
    }

    async fn backfill(&self) -> String {
        let path = format!("/connections/{}/backfill", self.source);
        let jobs = self.scene.done("POST", &path, json!({ "kinds": ["orders"] })).await;
        jobs[0]["id"].as_str().unwrap().to_owned()
    }

    async fn reconcile(&self) -> String {
        let path = format!("/connections/{}/reconcile", self.source);
        let jobs = self.scene.done("POST", &path, json!({})).await;
        jobs[0]["id"].as_str().unwrap().to_owned()
    }

    async fn job(&self, id: &str) -> Json {
        self.scene.done("GET", &format!("/connections/{}/jobs/{id}", self.source), Json::Null).await
    }

    async fn work(&self) {
        self.scene.puller().run_once().await.expect("the worker works");
    }

    /// Pages of orders that were asked for.
    fn pages_asked(&self) -> usize {
        let is_page = |asked: &testkit::web::Asked| {
            asked.path.contains("order") || String::from_utf8_lossy(&asked.body).contains("orders(options")
        };
        self.double.asked().iter().filter(|asked| is_page(asked)).count()
    }
}

/// A whole life of each connector: a crash in the middle of a backfill, a limit, a page of HTML, and an order that never came.
async fn a_connector(db: Db, shop: &'static str) {
    let shop = Shop::new(db, shop).await;
    // The first page is taken in; at the second the shop hangs, and the process dies.
    let is_signed_in_first = matches!(shop.scene.state.webhook_url(&shop.connection().await), url if ["/vendure/", "/sfcc/", "/shopify/"].iter().any(|name| url.contains(name)));
    let before = if is_signed_in_first { 2 } else { 1 };
    shop.double.fail((0..before).map(|_| Fault::None).chain([Fault::Hang]));
    let id = shop.backfill().await;
    let dying = tokio::spawn(shop.scene.puller().run_once());
    while shop.double.asked().len() <= before {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    dying.abort();
    assert!(dying.await.is_err_and(|error| error.is_cancelled()));
    assert_eq!(shop.scene.count("Order Completed").await, doubles::ROWS);
    let pages = shop.pages_asked();
    // The next process goes on with the second page, meets a limit of an hour and then a page of HTML.
    if is_signed_in_first {
        shop.double.fail([Fault::None]);
    }
    shop.double.fail([Fault::Reply(Reply::status(429, "{}").with("retry-after", 3600))]);
    shop.work().await;
    let job = shop.job(&id).await;
    assert_eq!((&job["state"], &job["objects"]), (&json!("waiting"), &json!(doubles::ROWS)), "{job}");
    assert!(job["error"].as_str().unwrap().contains("429"), "{job}");
    shop.scene.rig.clock.advance(59 * MINUTE);
    shop.work().await;
    assert_eq!(shop.pages_asked(), pages + 1, "a limit is waited for");
    shop.scene.rig.clock.advance(MINUTE);
    if is_signed_in_first {
        shop.double.fail([Fault::None]);
    }
    shop.double.fail([Fault::Reply(Reply::status(200, "<html><title>Under repair</title></html>"))]);
    shop.work().await;
    let job = shop.job(&id).await;
    assert!(job["error"].as_str().unwrap().contains("Under repair"), "{job}");
    shop.scene.rig.clock.advance(5 * SECOND);
    shop.work().await;
    let job = shop.job(&id).await;
    assert_eq!((&job["state"], &job["objects"]), (&json!("done"), &json!(ORDERS)), "{job}");
    assert_eq!((&job["refused"], &job["error"]), (&json!(0), &Json::Null), "{job}");
    assert_eq!(shop.scene.count("Order Completed").await, ORDERS);
    assert!(shop.scene.events().await.iter().all(|(_, _, origin)| *origin == 2), "it is history");
    // An order whose webhook was lost.
    let lost = doubles::order(shop.name().await, 40);
    shop.orders.lock().unwrap().push(lost);
    let id = shop.reconcile().await;
    shop.work().await;
    let job = shop.job(&id).await;
    assert_eq!((&job["state"], &job["missing"], &job["repaired"]), (&json!("done"), &json!(1), &json!(1)), "{job}");
    assert_eq!(
        (&job["found"][0]["what"], job["found"].as_array().map(Vec::len)),
        (&json!("missing"), Some(1)),
        "{job}"
    );
    assert_eq!(shop.scene.count("Order Completed").await, ORDERS + 1);
    shop.scene.rig.end().await;
}

impl Shop {
    async fn connection(&self) -> Connection {
        let found = find_connection(&self.scene.state, self.scene.rig.workspace.id, self.source).await;
        found.unwrap().expect("it was made")
    }

    async fn name(&self) -> &'static str {
        let shop = self.connection().await.shop;
        doubles::SHOPS.into_iter().find(|name| *name == shop).expect("one of ours")
    }
}

testkit::on_both! {
    async fn shopify(db: Db) { a_connector(db, "shopify").await; }

    async fn a_shopify_app_is_let_in_by_its_secret_or_by_a_token_that_stays(db: Db) {
        let (double, _) = doubles::start("shopify", 2).await;
        let scene = Scene::new(db).await;
        let new = json!({ "name": "shop", "shop": "shopify", "base_url": double.url, "reconcile_minutes": 0,
            "credentials": { "client_id": "id", "client_secret": "wrong" } });
        let source = scene.done("POST", "/connections", new).await["source"].as_i64().unwrap();
        let path = format!("/connections/{source}");
        let check = async || scene.done("POST", &format!("{path}/check"), Json::Null).await;
        let said = check().await;
        assert!(said["is_ok"] == false && said.to_string().contains("does not let us in (400)"), "{said}");
        scene.done("PATCH", &path, json!({ "credentials": { "client_secret": "app-secret" } })).await;
        assert_eq!(check().await["is_ok"], true);
        // The token is got once, and again where the shop does not know it any more.
        double.fail([Fault::None, Fault::Reply(Reply::status(401, r#"{"errors":"[API] Invalid API key or access token"}"#))]);
        assert_eq!(check().await["is_ok"], true);
        let tokens = double.asked().iter().filter(|asked| asked.path == "/admin/oauth/access_token").count();
        assert_eq!(tokens, 4, "a wrong one, one, and one with the one in its place");
        scene.done("PATCH", &path, json!({ "credentials": { "access_token": "token", "client_id": "" } })).await;
        assert_eq!(check().await["is_ok"], true);
        let tokens = double.asked().iter().filter(|asked| asked.path == "/admin/oauth/access_token").count();
        assert_eq!(tokens, 4, "a token that stays needs no other");
        scene.rig.end().await;
    }
    async fn woocommerce(db: Db) { a_connector(db, "woocommerce").await; }
    async fn vendure(db: Db) { a_connector(db, "vendure").await; }
    async fn magento(db: Db) { a_connector(db, "magento").await; }
    async fn prestashop(db: Db) { a_connector(db, "prestashop").await; }
    async fn sfcc(db: Db) { a_connector(db, "sfcc").await; }
    async fn medusa(db: Db) { a_connector(db, "medusa").await; }

    async fn wrong_credentials_wait_for_a_person(db: Db) {
        for name in doubles::SHOPS {
            let fresh = testkit::Fresh::sqlite().await;
            let shop = Shop::new(fresh.db.clone(), name).await;
            let wrong: serde_json::Map<String, Json> =
                doubles::credentials(name).into_iter().map(|(name, _)| (name.to_owned(), json!("wrong"))).collect();
            let path = format!("/connections/{}", shop.source);
            shop.scene.done("PATCH", &path, json!({ "credentials": wrong })).await;
            let id = shop.backfill().await;
            shop.work().await;
            let job = shop.job(&id).await;
            // Once they are right, starting it again goes on with it.
            let right: serde_json::Map<String, Json> =
                doubles::credentials(name).into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
            shop.scene.done("PATCH", &path, json!({ "credentials": right })).await;
            if job["state"] == "stopped" {
                assert_eq!(shop.backfill().await, id);
                shop.work().await;
                assert_eq!(shop.job(&id).await["state"], "done", "{name}");
            }
            // A site that does not exist and a client that does not are told apart by the shop alone.
            assert!(matches!(job["state"].as_str(), Some("stopped" | "waiting" | "done")), "{name}: {job}");
            assert!(name == "sfcc" || job["state"] == "stopped", "{name}: {job}");
            shop.scene.rig.end().await;
            fresh.remove().await;
        }
        drop(db);
    }

    async fn what_the_api_does_wrong_is_told_and_nothing_is_half_imported(db: Db) {
        let shop = Shop::new(db, "woocommerce").await;
        let id = shop.backfill().await;
        let check = async |fault: Fault, words: &str| {
            shop.double.fail([fault]);
            shop.work().await;
            let job = shop.job(&id).await;
            assert_eq!((&job["state"], &job["objects"]), (&json!("waiting"), &json!(0)), "{job}");
            assert!(job["error"].as_str().unwrap().contains(words), "{words}: {job}");
            shop.scene.rig.clock.advance(HOUR);
        };
        check(Fault::Reply(Reply::status(200, "[{\"id\":")), "cannot be read").await;
        check(Fault::Reply(Reply::status(200, "{\"orders\":[]}")), "an object").await;
        check(Fault::Reply(Reply::status(500, "{\"message\":\"out of memory\"}")), "out of memory").await;
        check(Fault::Reply(Reply::status(302, "").with("location", "http://10.0.0.1/")), "sends us on").await;
        check(Fault::Reply(Reply::status(404, "")), "no API").await;
        check(Fault::Hang, "did not answer").await;
        assert_eq!(shop.scene.events().await.len(), 0);
        // One order whose total is no amount any more: the others go in, and that one is kept aside.
        shop.orders.lock().unwrap()[2]["total"] = json!({ "amount": 10 });
        shop.work().await;
        let job = shop.job(&id).await;
        assert_eq!((&job["state"], &job["refused"]), (&json!("done"), &json!(1)), "{job}");
        assert_eq!(shop.scene.count("Order Completed").await, ORDERS - 1);
        let listed = shop.scene.done("GET", &format!("/connections/{}/rejected", shop.source), Json::Null).await;
        assert_eq!(listed["items"].as_array().map(Vec::len), Some(1), "{listed}");
        shop.scene.rig.end().await;
    }

    async fn data_health_has_the_newest_comparison_and_an_alarm_where_a_person_is_needed(db: Db) {
        let shop = Shop::new(db, "medusa").await;
        let rig = &shop.scene.rig;
        let workspace = shop.connection().await.workspace;
        let alarms = async || crate::health::alarms(&rig.desk.db, workspace, rig.clock.now()).await.unwrap();
        let compared = async || rig.desk.db.query(&sql::JOBS_COMPARED, &[workspace.into()]).await.unwrap();
        assert_eq!((alarms().await.len(), compared().await.len()), (0, 0));
        for missing in [ORDERS as i64, 0] {
            shop.reconcile().await;
            shop.work().await;
            let found: Vec<i64> = compared().await.iter().map(|row| row.int("missing")).collect();
            assert_eq!(found, [missing]);
            rig.clock.advance(HOUR);
        }
        let path = format!("/connections/{}", shop.source);
        shop.scene.done("PATCH", &path, json!({ "credentials": { "secret_key": "wrong" } })).await;
        shop.backfill().await;
        shop.work().await;
        let [alarm] = &alarms().await[..] else { panic!("one alarm") };
        assert_eq!((alarm.source, alarm.trouble), (shop.source, crate::health::Trouble::Stopped));
        assert!(alarm.reason.as_deref().unwrap().contains("credentials"), "{alarm:?}");
        shop.scene.rig.end().await;
    }

    async fn a_shop_that_repeats_a_page_for_ever_is_noticed(db: Db) {
        let page = json!([doubles::order("woocommerce", 1)]);
        let double = WebDouble::start(move |_| Reply::json(&page).with("x-wp-totalpages", 9)).await;
        let scene = Scene::new(db).await;
        let new = json!({ "name": "shop", "shop": "woocommerce", "base_url": double.url,
            "credentials": { "consumer_key": "ck", "consumer_secret": "cs" } });
        let made = scene.done("POST", "/connections", new).await;
        let path = format!("/connections/{}", made["source"]);
        let jobs = scene.done("POST", &format!("{path}/backfill"), json!({ "kinds": ["orders"] })).await;
        scene.puller().run_once().await.unwrap();
        let job = scene.done("GET", &format!("{path}/jobs/{}", jobs[0]["id"].as_str().unwrap()), Json::Null).await;
        assert_eq!((&job["state"], &job["events"]), (&json!("waiting"), &json!(3)), "{job}");
        assert!(job["error"].as_str().unwrap().contains("repeats"), "{job}");
        scene.rig.end().await;
    }

    async fn one_process_asks_a_shop_at_a_time_and_another_takes_over(db: Db) {
        let shop = Shop::new(db, "medusa").await;
        shop.double.fail([Fault::Hang]);
        let id = shop.backfill().await;
        let dying = tokio::spawn(shop.scene.puller().run_once());
        while shop.double.asked().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let other = Puller::new(shop.scene.state.clone(), "other".to_owned());
        other.clone().run_once().await.unwrap();
        assert_eq!(shop.double.asked().len(), 1, "the shop is asked by one");
        dying.abort();
        shop.scene.rig.clock.advance(3 * MINUTE + SECOND);
        other.run_once().await.unwrap();
        assert_eq!(shop.job(&id).await["state"], "done");
        assert_eq!(shop.scene.count("Order Completed").await, ORDERS);
        shop.scene.rig.end().await;
    }

    async fn a_paused_connection_is_not_asked_and_goes_on_where_it_was(db: Db) {
        let shop = Shop::new(db, "medusa").await;
        let id = shop.backfill().await;
        let path = format!("/connections/{}", shop.source);
        shop.scene.done("POST", &format!("{path}/pause"), Json::Null).await;
        shop.work().await;
        assert_eq!(shop.double.asked().len(), 0);
        shop.scene.done("POST", &format!("{path}/resume"), Json::Null).await;
        // Paused while a page is read: nothing of the job is written any more.
        shop.double.fail([Fault::None, Fault::Hang]);
        let working = tokio::spawn(shop.scene.puller().run_once());
        while shop.double.asked().len() < 2 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        shop.scene.done("POST", &format!("{path}/pause"), Json::Null).await;
        working.await.unwrap().unwrap();
        let job = shop.job(&id).await;
        assert_eq!((&job["state"], &job["objects"], &job["error"]), (&json!("running"), &json!(doubles::ROWS), &Json::Null), "{job}");
        shop.scene.done("POST", &format!("{path}/resume"), Json::Null).await;
        shop.work().await;
        assert_eq!((&shop.job(&id).await["state"], &shop.job(&id).await["objects"]), (&json!("done"), &json!(ORDERS)));
        shop.scene.rig.end().await;
    }

    async fn people_pause_resume_and_end_jobs(db: Db) {
        let shop = Shop::new(db, "medusa").await;
        let id = shop.backfill().await;
        let again = shop.scene.api("POST", &format!("/connections/{}/backfill", shop.source), json!({ "kinds": ["orders"] })).await;
        assert_eq!(again.json["code"], "connections.job_under_way");
        let steer = async |what: &str, status: u16| {
            let path = format!("/connections/{}/jobs/{id}/{what}", shop.source);
            let said = shop.scene.api("POST", &path, Json::Null).await;
            assert_eq!(said.status.as_u16(), status, "{what}: {}", said.json);
        };
        steer("pause", 200).await;
        shop.work().await;
        assert_eq!(shop.pages_asked(), 0);
        steer("resume", 200).await;
        shop.work().await;
        assert_eq!(shop.job(&id).await["state"], "done");
        steer("cancel", 409).await;
        let second = shop.backfill().await;
        let path = format!("/connections/{}/jobs/{second}/cancel", shop.source);
        shop.scene.done("POST", &path, Json::Null).await;
        shop.work().await;
        assert_eq!(shop.job(&second).await["state"], "cancelled");
        shop.scene.rig.end().await;
    }

    async fn reconciliations_come_by_themselves_and_go_further_back_at_night(db: Db) {
        let shop = Shop::new(db, "medusa").await;
        shop.scene.done("PATCH", &format!("/connections/{}", shop.source), json!({ "reconcile_minutes": 60 })).await;
        let reconciled = async || {
            shop.work().await;
            let path = format!("/connections/{}/jobs?purpose=reconcile", shop.source);
            shop.scene.done("GET", &path, Json::Null).await["items"].as_array().unwrap().clone()
        };
        assert_eq!(reconciled().await.len(), 1, "the first is due at once");
        assert_eq!(reconciled().await.len(), 1);
        shop.scene.rig.clock.advance(HOUR);
        let jobs = reconciled().await;
        assert_eq!((jobs.len(), &jobs[0]["asked_by"], &jobs[0]["state"]), (2, &json!("schedule"), &json!("done")));
        // From 19:05 to 3:05 of the second night.
        shop.scene.rig.clock.advance(8 * HOUR + DAY);
        let jobs = reconciled().await;
        assert_eq!((jobs.len(), &jobs[0]["asked_by"]), (3, &json!("night")), "{jobs:?}");
        let since = base::Time::parse(jobs[0]["since"].as_str().unwrap()).unwrap();
        assert_eq!(shop.scene.rig.desk.clock.now() - since, 2 * DAY);
        shop.scene.rig.end().await;
    }
}
