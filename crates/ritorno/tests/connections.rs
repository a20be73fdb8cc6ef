//! Connected shops over whole servers on both databases: what a reconciliation tells apart, and what it puts right.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[expect(dead_code, reason = "each test of a whole server uses a part of it")]
mod common;

use base::{HOUR, Time};
use common::{TestServer, engines};
use crm::connections::Purpose;
use ritorno::{connections::Asked, operations::Operation};
use serde_json::{Value as Json, json};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use store::Sql;
use testkit::web::{Reply, WebDouble};

static ORDERS: Sql =
    Sql::one("SELECT id, total, refunded, cancelled_at FROM shop_order WHERE partition = $1 ORDER BY id");

type Orders = Arc<Mutex<Vec<Json>>>;

fn order(id: i64, status: &str) -> Json {
    json!({ "id": id, "order_key": format!("wc_{id}"), "status": status, "currency": "EUR", "total": "30.00",
        "date_created_gmt": "2026-11-20T10:00:00", "date_paid_gmt": "2026-11-20T10:00:00",
        "date_modified_gmt": "2026-11-20T10:00:00", "customer_id": 500 + id, "billing": { "email": format!("c{id}@example.com") },
        "line_items": [{ "id": 1, "product_id": 7, "quantity": 1, "total": "30.00", "price": 30, "name": "Lamp" }] })
}

struct Scene {
    server: TestServer,
    orders: Orders,
    _double: WebDouble,
}

impl Scene {
    async fn new(engine: &'static str) -> Scene {
        let orders: Orders = Arc::default();
        let held = orders.clone();
        let double = WebDouble::start(move |asked| match asked.path.ends_with("/orders") {
            true => Reply::json(Json::Array(held.lock().unwrap().clone())).with("x-wp-totalpages", 1),
            false => Reply::json("[]").with("x-wp-totalpages", 0),
        })
        .await;
        let now = Time::parse("2026-11-21T10:00:00Z").unwrap();
        let server = TestServer::start_with(engine, now, &["--allow-private-addresses"]).await;
        let credentials = [("consumer_key", "ck"), ("consumer_secret", "cs")];
        server
            .carry_out(Operation::Shops(Asked::Add {
                name: "shop".to_owned(),
                shop: "woocommerce".to_owned(),
                base_url: double.url.clone(),
                secret: None,
                credentials: credentials.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
                zone: "UTC".to_owned(),
                currency: None,
                namespace: None,
                mapping: None,
                api_version: None,
                cart_link: None,
                writes_tags: false,
                reconcile_minutes: 0,
            }))
            .await;
        Scene { server, orders, _double: double }
    }

    fn has(&self, orders: &[Json]) {
        *self.orders.lock().unwrap() = orders.to_vec();
    }

    async fn job(&self, purpose: Purpose) -> Json {
        let kinds = vec!["orders".to_owned()];
        let asked = Asked::Start { source: "shop".to_owned(), purpose, kinds, since: None, hours: Some(48) };
        let jobs = self.server.carry_out(Operation::Shops(asked)).await;
        let id: base::Id = jobs[0]["id"].as_str().unwrap().parse().unwrap();
        for _ in 0..600 {
            let jobs = self.server.carry_out(Operation::Shops(Asked::Jobs { ids: vec![id] })).await;
            if jobs[0]["state"] == "done" {
                self.server.settle().await;
                return jobs[0].clone();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!(
            "{}: the job does not end: {}",
            self.server.engine,
            self.server.carry_out(Operation::Shops(Asked::Jobs { ids: vec![id] })).await
        )
    }

    /// The orders as they are known here: id, total, refunded, whether cancelled.
    async fn known(&self) -> Vec<(String, i64, i64, bool)> {
        let rows = self.server.rows(&ORDERS, &[]).await;
        rows.iter()
            .map(|row| {
                (
                    row.text("id").to_owned(),
                    row.int("total"),
                    row.int("refunded"),
                    row.opt_time("cancelled_at").is_some(),
                )
            })
            .collect()
    }
}

async fn on_both<F: Future<Output = ()>>(test: impl Fn(Scene) -> F) {
    for engine in engines() {
        test(Scene::new(engine).await).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_lost_on_the_way_is_found_by_name_and_put_right() {
    on_both(async |scene: Scene| {
        scene.has(&[order(1, "processing"), order(2, "processing"), order(3, "processing"), order(4, "processing")]);
        let job = scene.job(Purpose::Backfill).await;
        assert_eq!((&job["objects"], &job["refused"]), (&json!(4), &json!(0)), "{job}");
        let placed = |id: &str| (id.to_owned(), 3_000, 0, false);
        assert_eq!(scene.known().await, [placed("1"), placed("2"), placed("3"), placed("4")]);
        let calm = scene.job(Purpose::Reconcile).await;
        assert_eq!(
            (&calm["missing"], &calm["differing"], &calm["sentence"]),
            (&json!(0), &json!(0), &json!("nothing missing among 4 objects")),
            "{calm}"
        );
        // A cancellation, a refund and an order whose webhooks were lost; and an order that was changed by hand.
        let mut refunded = order(2, "processing");
        refunded["refunds"] = json!([{ "id": 77, "total": "-10.00", "reason": "broken" }]);
        let mut dearer = order(3, "processing");
        dearer["total"] = json!("45.00");
        scene.has(&[order(1, "cancelled"), refunded, dearer, order(4, "processing"), order(5, "processing")]);
        scene.server.pass(HOUR).await;
        let job = scene.job(Purpose::Reconcile).await;
        let mut found: Vec<(&str, &str, bool)> = job["found"]
            .as_array()
            .unwrap()
            .iter()
            .map(|found| {
                (
                    found["id"].as_str().unwrap(),
                    found["what"].as_str().unwrap(),
                    found["is_repaired"].as_bool().unwrap(),
                )
            })
            .collect();
        found.sort_unstable();
        assert_eq!(
            found,
            [("1", "cancelled", true), ("2", "refunded", true), ("3", "total", false), ("5", "missing", true)],
            "{job}"
        );
        assert_eq!((&job["missing"], &job["differing"], &job["repaired"]), (&json!(1), &json!(3), &json!(3)), "{job}");
        assert_eq!(job["sentence"], "1 order missing, recovered; 3 other differences");
        assert_eq!(
            scene.known().await,
            [
                ("1".to_owned(), 3_000, 0, true),
                ("2".to_owned(), 3_000, 1_000, false),
                placed("3"),
                placed("4"),
                placed("5")
            ],
            "{}",
            scene.server.engine
        );
        let again = scene.job(Purpose::Reconcile).await;
        assert_eq!((&again["missing"], &again["differing"]), (&json!(0), &json!(1)), "the other total stays: {again}");
        // The last word on a known order was lost: it comes in, once.
        let mut shipped = order(4, "completed");
        shipped["date_modified_gmt"] = json!("2026-11-21T10:30:00");
        scene.has(&[shipped]);
        assert_eq!(
            scene.job(Purpose::Reconcile).await["events"],
            json!(2),
            "the state, and when the customer was told of"
        );
        assert_eq!(scene.job(Purpose::Reconcile).await["events"], json!(0));
        scene.server.nothing_refused().await;
        scene.server.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_that_is_not_connected_is_told_by_name() {
    let scene = Scene::new("sqlite").await;
    let asked = Asked::Start {
        source: "elsewhere".to_owned(),
        purpose: Purpose::Reconcile,
        kinds: Vec::new(),
        since: None,
        hours: Some(1),
    };
    let refused = scene.server.office.carry_out(Operation::Shops(asked)).await.unwrap_err();
    assert!(refused.contains("elsewhere") && refused.contains("connect list"), "{refused}");
    let listed = scene.server.carry_out(Operation::Shops(Asked::List)).await;
    assert_eq!(
        (listed.as_array().map(Vec::len), &listed[0]["name"], &listed[0]["state"]),
        (Some(1), &json!("shop"), &json!("active"))
    );
    assert!(listed[0]["webhook_url"].as_str().unwrap().contains("/hooks/woocommerce/"), "{listed}");
    scene.server.stop().await;
}
