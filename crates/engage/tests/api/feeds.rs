//! Feeds by address: fetched by a schedule, taken away from only where that is safe.

use crate::rig::{Rig, web};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
};
use base::{DAY, HOUR, MINUTE};
use crm::{connections::Connections, product_feeds::Fetcher};
use serde_json::{Value as Json, json};
use std::sync::{Arc, Mutex};
use testkit::web::{Asked, Fault, Reply, WebDouble};
use tower::ServiceExt;

struct Scene {
    rig: Rig,
    state: Connections,
    router: Router,
    double: WebDouble,
    /// What is at the address now.
    file: Arc<Mutex<String>>,
}

/// The address as shops' servers answer: with a mark, and nothing where the mark is shown.
fn answer(asked: &Asked, file: &str) -> Reply {
    let etag = format!("\"{:x}\"", base::stable_hash(file.as_bytes()));
    match asked.path.as_str() {
        "/moved.csv" => Reply::status(302, "").with("location", "/feed.csv"),
        "/feed.csv" if asked.header("if-none-match") == etag => Reply::status(304, ""),
        "/feed.csv" => Reply { body: file.to_owned(), ..Reply::status(200, "") }.with("etag", etag),
        _ => Reply::status(404, "gone"),
    }
}

fn csv(ids: impl IntoIterator<Item = u32>) -> String {
    let rows = ids.into_iter().map(|id| format!("p{id},Lamp {id},{id}.00 EUR\n"));
    std::iter::once("id,title,price\n".to_owned()).chain(rows).collect()
}

impl Scene {
    async fn new(db: store::Db, file: String) -> Scene {
        let rig = Rig::new(db).await;
        let loops = rig.desk.loops.get().expect("the rig has loops").clone();
        let state = Connections::new(rig.desk.clone(), loops, web());
        let (router, _) = crm::product_feeds::api::router(state.clone()).split_for_parts();
        let file = Arc::new(Mutex::new(file));
        let held = file.clone();
        let double = WebDouble::start(move |asked| answer(asked, &held.lock().unwrap())).await;
        Scene { rig, state, router, double, file }
    }

    async fn api(&self, method: &str, path: &str, body: Json) -> (u16, Json) {
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/v1/catalogue/feeds{path}"))
            .header("authorization", format!("Bearer {}", self.rig.api_key))
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()));
        let response = self.router.clone().oneshot(request.unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    async fn feed(&self, more: Json) -> String {
        let mut new = json!({ "source": "feed", "url": format!("{}/feed.csv", self.double.url), "every_minutes": 60 });
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let (status, made) = self.api("POST", "", new).await;
        assert_eq!(status, 201, "{made}");
        made["id"].as_str().unwrap().to_owned()
    }

    /// Fetches what is due and shows the only feed.
    async fn fetched(&self) -> Json {
        Fetcher::new(self.state.clone(), "worker".to_owned()).run_once().await.expect("the worker works");
        self.api("GET", "", Json::Null).await.1["items"][0].clone()
    }

    async fn put(&self, file: String) -> Json {
        *self.file.lock().unwrap() = file;
        self.rig.clock.advance(HOUR);
        self.fetched().await
    }

    /// Waits until so many products are in the list.
    async fn has(&self, products: usize) {
        self.rig.until("/products?limit=200", |page| page["items"].as_array().unwrap().len() == products).await;
    }

    async fn imports(&self) -> Vec<Json> {
        self.rig.get("/catalogue/imports").await.json["items"].as_array().unwrap().clone()
    }
}

testkit::on_both! {
    async fn a_feed_is_fetched_when_it_is_due_and_read_only_where_it_changed(db: Db) {
        let scene = Scene::new(db, csv(1..=3)).await;
        scene.feed(json!({ "url": format!("{}/moved.csv", scene.double.url) })).await;
        let feed = scene.fetched().await;
        assert_eq!((&feed["outcome"], &feed["error"]), (&json!("taken_in"), &Json::Null), "{feed}");
        scene.has(3).await;
        let asked = scene.double.asked().len();
        scene.rig.clock.advance(59 * MINUTE);
        scene.fetched().await;
        assert_eq!(scene.double.asked().len(), asked, "it is not due yet");
        scene.rig.clock.advance(MINUTE);
        assert_eq!(scene.fetched().await["outcome"], "unchanged");
        assert_eq!(scene.imports().await.len(), 1, "what did not change is not read");
        let feed = scene.put(csv(2..=4)).await;
        assert_eq!(feed["outcome"], "taken_in");
        scene.has(4).await;
        let imports = scene.imports().await;
        assert_eq!((&imports[0]["accepted"], &imports[0]["deleted"], &imports[0]["by"]), (&json!(3), &json!(0), &json!("schedule")));
        scene.rig.end().await;
    }

    async fn a_complete_feed_takes_away_what_it_names_no_more(db: Db) {
        let scene = Scene::new(db, csv(1..=10)).await;
        let id = scene.feed(json!({ "is_complete": true })).await;
        scene.fetched().await;
        scene.has(10).await;
        let feed = scene.put(csv(3..=10)).await;
        assert_eq!(feed["outcome"], "taken_in", "{feed}");
        scene.has(8).await;
        assert_eq!(scene.imports().await[0]["deleted"], 2);
        // One row is refused: what it names is there all the same.
        let feed = scene.put(csv(3..=10).replace("10.00 EUR", "ten")).await;
        assert_eq!(feed["outcome"], "taken_in", "{feed}");
        assert_eq!(scene.imports().await[0]["deleted"], 0);
        // More than a third at once is a mistake of somebody, until a person says otherwise.
        let feed = scene.put(csv(3..=6)).await;
        assert_eq!((&feed["outcome"], &feed["missing"]), (&json!("held_back"), &json!(4)), "{feed}");
        assert!(feed["error"].as_str().unwrap().contains("4 of 8 products"), "{feed}");
        scene.has(8).await;
        let (status, said) = scene.api("POST", &format!("/{id}/run"), json!({ "accepts_loss": true })).await;
        assert_eq!(status, 202, "{said}");
        let feed = scene.fetched().await;
        assert_eq!((&feed["outcome"], &feed["missing"]), (&json!("taken_in"), &json!(0)), "{feed}");
        scene.has(4).await;
        // Back in the feed is back in the shop.
        scene.put(csv(1..=6)).await;
        scene.has(6).await;
        scene.rig.end().await;
    }

    async fn variants_that_a_complete_feed_names_no_more_are_taken_away(db: Db) {
        let row = |id: &str| format!("{id},p1,Lamp,{id},10 EUR\n");
        let file = |ids: &[&str]| format!("id,item_group_id,title,color,price\n{}", ids.iter().map(|id| row(id)).collect::<String>());
        let scene = Scene::new(db, file(&["red", "blue", "green"])).await;
        scene.feed(json!({ "is_complete": true })).await;
        scene.fetched().await;
        let is = |variants: usize| move |page: &Json| page["items"][0]["variants"] == json!(variants);
        scene.rig.until("/products", is(3)).await;
        let feed = scene.put(file(&["red", "green"])).await;
        assert_eq!(feed["outcome"], "taken_in", "{feed}");
        scene.rig.until("/products", is(2)).await;
        scene.rig.end().await;
    }

    async fn what_was_cut_short_takes_nothing_away_and_is_tried_again(db: Db) {
        let scene = Scene::new(db, csv(1..=6)).await;
        scene.feed(json!({ "is_complete": true })).await;
        scene.fetched().await;
        scene.has(6).await;
        let check = async |file: &str, words: &str| {
            let feed = scene.put(file.to_owned()).await;
            assert_eq!(feed["outcome"], "failed", "{feed}");
            assert!(feed["error"].as_str().unwrap().contains(words), "{feed}");
        };
        check("id,title,price\n", "no rows").await;
        check("[{\"id\":\"p1\",\"title\":\"Lamp\",\"price\":\"1\"},{\"id\":", "").await;
        scene.rig.clock.advance(DAY);
        scene.double.fail([Fault::Reply(Reply::status(500, "oops"))]);
        let feed = scene.fetched().await;
        assert!(feed["error"].as_str().unwrap().contains("answered 500"), "{feed}");
        scene.has(6).await;
        let feed = scene.put(csv(1..=6)).await;
        assert_eq!((&feed["outcome"], &feed["error"]), (&json!("taken_in"), &Json::Null), "it is tried again by itself");
        scene.rig.end().await;
    }

    async fn what_cannot_be_a_feed_is_refused(db: Db) {
        let scene = Scene::new(db, csv(1..=1)).await;
        let check = async |new: Json, code: &str| {
            let (_, said) = scene.api("POST", "", new.clone()).await;
            assert_eq!(said["code"], code, "{new}: {said}");
        };
        check(json!({ "source": "x", "url": "ftp://shop.example/f" }), "feeds.wrong_address").await;
        check(json!({ "source": "x", "url": "http://u:p@shop.example/f" }), "feeds.wrong_address").await;
        check(json!({ "source": " ", "url": "https://shop.example/f" }), "feeds.wrong_source").await;
        check(json!({ "source": "x", "url": "https://shop.example/f", "format": "pdf" }), "feeds.wrong_format").await;
        check(json!({ "source": "x", "url": "https://shop.example/f", "every_minutes": 5 }), "feeds.wrong_schedule").await;
        let id = scene.feed(json!({})).await;
        check(json!({ "source": "feed", "url": "https://shop.example/f" }), "feeds.source_taken").await;
        let (status, feed) = scene.api("PATCH", &format!("/{id}"), json!({ "is_paused": true })).await;
        assert_eq!((status, &feed["is_paused"]), (200, &json!(true)));
        scene.rig.clock.advance(DAY);
        assert_eq!(scene.fetched().await["outcome"], Json::Null, "what is paused is not fetched");
        assert_eq!(scene.api("DELETE", &format!("/{id}"), Json::Null).await.0, 204);
        assert_eq!(scene.api("DELETE", &format!("/{id}"), Json::Null).await.1["code"], "feeds.not_found");
        scene.rig.end().await;
    }
}
