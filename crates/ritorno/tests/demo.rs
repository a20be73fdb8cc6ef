//! The demonstration as a whole server, on both databases: its history is played, its shop loses a cart and gets it back, and
//! without `--demo` none of it is there.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

#[path = "common/http.rs"]
mod http;

use base::SystemClock;
use clap::Parser;
use ritorno::{
    config::Serve,
    serve::{Running, start},
};
use serde_json::{Value as Json, json};
use std::{net::SocketAddr, path::Path, process::Command, sync::Arc, time::Duration};
use store::Sql;
use testkit::{PostgresServer, TempDir};

static COUNTS: Sql = Sql::one(
    "SELECT (SELECT count(*) FROM customer WHERE partition = $1) AS customers,
            (SELECT count(*) FROM refused WHERE partition = $1) AS refused,
            (SELECT count(*) FROM notice WHERE partition = $1 AND read_at IS NULL) AS notices,
            (SELECT count(*) FROM message WHERE partition = $1 AND state = 'sent') AS sent,
            (SELECT count(*) FROM message WHERE partition = $1 AND state = 'in_doubt') AS in_doubt,
            (SELECT count(*) FROM message WHERE partition = $1 AND state = 'sending') AS sending,
            (SELECT count(*) FROM journey WHERE partition = $1 AND state = 'incident') AS incidents,
            (SELECT count(*) FROM cart WHERE partition = $1 AND state = 'recovered') AS recovered,
            (SELECT count(*) FROM credit WHERE partition = $1) AS credits,
            (SELECT count(*) FROM shop_order WHERE partition = $1) AS orders,
            (SELECT count(*) FROM product WHERE partition = $1) AS products",
);

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    serve: Serve,
}

/// A demonstration that can be stopped and started again.
struct Scene {
    engine: &'static str,
    folder: TempDir,
    database: Option<String>,
    more: Vec<&'static str>,
}

impl Scene {
    async fn new(engine: &'static str, more: &[&'static str]) -> Scene {
        let folder = TempDir::with_prefix("ritorno-demo-").unwrap();
        let database = match engine {
            "postgres" => Some(PostgresServer::of_this_process().create_database().await),
            _ => None,
        };
        Scene { engine, folder, database, more: more.to_vec() }
    }

    fn options(&self) -> Serve {
        let mut line = vec!["ritorno".to_owned(), "--listen=127.0.0.1:0".to_owned()];
        line.push(format!("--data={}", self.folder.path().join("data").display()));
        line.extend(self.database.iter().map(|url| format!("--database-url={url}")));
        line.extend(self.more.iter().map(|&option| option.to_owned()));
        Line::try_parse_from(line).unwrap().serve
    }

    async fn start(&self) -> Running {
        start(self.options(), Arc::new(SystemClock)).await.unwrap_or_else(|reason| panic!("{}: {reason}", self.engine))
    }

    async fn end(self) {
        if let Some(url) = self.database {
            PostgresServer::of_this_process().drop_database(&url).await;
        }
    }
}

async fn get(to: SocketAddr, path: &str) -> Json {
    let answer = http::ask(to, "GET", path, &[], "").await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

async fn post(to: SocketAddr, path: &str, body: &Json) -> http::Answer {
    http::ask(to, "POST", path, &[("content-type", "application/json")], &body.to_string()).await
}

/// Waits for something that the demonstration's state says.
async fn until(to: SocketAddr, path: &str, is_so: impl Fn(&Json) -> bool) -> Json {
    let mut last = Json::Null;
    for _ in 0..3_000 {
        last = get(to, path).await;
        if is_so(&last) {
            return last;
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    panic!("{path} did not come about: {last}");
}

const SMALL: [&str; 3] = ["--demo", "--demo-days=36", "--demo-customers=160"];

fn on_both<F: Future<Output = ()>>(play: impl Fn(&'static str) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(play("sqlite"));
    if !testkit::postgres_absent() {
        runtime.block_on(play("postgres"));
    }
}

#[test]
fn a_history_is_played_and_every_list_has_something_to_say() {
    on_both(|engine| async move {
        let scene = Scene::new(engine, &SMALL).await;
        let running = scene.start().await;
        // Interrupted, it goes on where it was.
        until(running.address, "/demo/state.json", |state| state["progress"].as_f64() > Some(0.3)).await;
        running.stop().await;
        let running = scene.start().await;
        until(running.address, "/demo/state.json", |state| state["is_ready"] == true).await;
        let mut rows = Vec::new();
        // Lists follow within a second or so.
        for _ in 0..200 {
            rows = running.server.db.query(&COUNTS, &[1i64.into()]).await.unwrap();
            if rows[0].int("incidents") > 0 && rows[0].int("customers") >= 160 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let n = |name: &str| rows[0].int(name);
        assert_eq!((n("refused"), n("in_doubt"), n("sending"), n("incidents")), (5, 1, 0, 1), "{engine}");
        assert!(n("notices") >= 3 && n("sent") > 40, "{engine}: {} notices, {} sent", n("notices"), n("sent"));
        assert_eq!(n("products"), 20, "{engine}: all that the shop sells is in the catalogue");
        let (customers, recovered, credits, orders) = (n("customers"), n("recovered"), n("credits"), n("orders"));
        assert!(
            customers >= 160 && recovered > 0 && credits > 0 && orders > 40,
            "{engine}: {customers} customers, {recovered} recovered, {credits} credits, {orders} orders"
        );
        running.stop().await;
        scene.end().await;
    });
}

#[test]
fn a_cart_is_lost_and_comes_back_and_time_stays_where_it_was() {
    on_both(|engine| async move {
        let scene = Scene::new(engine, &["--demo", "--demo-days=5", "--demo-customers=20"]).await;
        let running = scene.start().await;
        let to = running.address;
        until(to, "/demo/state.json", |state| state["is_ready"] == true).await;
        let setup = get(to, "/demo/setup.json").await;
        let call = |event: &str, more: Json| {
            let mut properties =
                json!({ "cart_id": "c 1", "currency": "EUR", "product_id": "alba", "price": 189, "quantity": 1 });
            properties.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!({ "writeKey": setup["key"], "anonymousId": "v", "event": event, "properties": properties })
        };
        let said = [
            ("/v1/track", call("Product Added", json!({}))),
            (
                "/v1/identify",
                json!({ "writeKey": setup["key"], "anonymousId": "v", "traits": { "email": "ada@posta.example", "firstName": "Ada",
                    "consent": { "marketing": { "email": true } } } }),
            ),
        ];
        for (path, body) in said {
            assert_eq!(post(to, path, &body).await.status, 200);
        }
        let steps = "/demo/state.json?cart=c+1";
        until(to, steps, |state| state["steps"]["added"] == true && state["steps"]["known"] == true).await;
        let elsewhere = [("content-type", "application/json"), ("origin", "https://other.example")];
        assert_eq!(http::ask(to, "POST", "/demo/clock", &elsewhere, "{\"hours\":24}").await.status, 403);
        assert_eq!(post(to, "/demo/clock", &json!({ "hours": -24 })).await.status, 400);
        assert_eq!(post(to, "/demo/clock", &json!({ "hours": 24 })).await.status, 200);
        let state = until(to, steps, |state| state["steps"]["mail"].is_u64()).await;
        assert_eq!((&state["steps"]["left"], &state["steps"]["mail_read"]), (&json!(true), &json!(false)), "{engine}");
        let body = format!("/demo/mails/{}/body", state["steps"]["mail"]);
        let mail = http::ask(to, "GET", &body, &[], "").await.body;
        assert!(mail.contains("Gentile Ada") && mail.contains("<base target=\"_top\">"), "{mail}");
        let link = mail.split("href=\"").find(|part| part.contains("/c/")).unwrap().split('"').next().unwrap();
        assert_eq!(http::ask(to, "GET", link, &[], "").await.status, 302);
        assert_eq!(
            post(to, "/v1/track", &call("Order Completed", json!({ "order_id": "o1", "total": 189 }))).await.status,
            200
        );
        let state = until(to, steps, |state| state["steps"]["recovered"] == true).await;
        assert_eq!((&state["steps"]["clicked"], &state["steps"]["total"]), (&json!(true), &json!(18_900)), "{engine}");
        let entered = http::ask(to, "GET", "/demo/enter?to=/reports", &[], "").await;
        assert_eq!(entered.status, 303);
        running.stop().await;
        // A day ahead it stays, and the mails of tomorrow are not held back.
        let running = scene.start().await;
        let state = get(running.address, "/demo/state.json").await;
        assert_eq!((&state["is_ready"], &state["hours_ahead"]), (&json!(true), &json!(24)), "{engine}");
        assert_eq!(http::ask(running.address, "GET", &body, &[], "").await.body, mail, "the mailbox is as it was left");
        running.stop().await;
        scene.end().await;
    });
}

#[test]
fn without_the_option_nothing_of_it_is_there() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let scene = Scene::new("sqlite", &[]).await;
        let running = scene.start().await;
        let to = running.address;
        for path in ["/demo/setup.json", "/demo/state.json", "/demo/mails.json", "/demo/files/shop.js"] {
            assert_eq!(http::ask(to, "GET", path, &[], "").await.status, 404, "{path}");
        }
        // What has no file's name is a page of the interface; the shop's it is not, and it signs nobody in.
        for path in ["/demo", "/demo/enter", "/demo/mailbox"] {
            let page = http::ask(to, "GET", path, &[], "").await;
            assert!(page.status == 200 && !page.body.contains("Passo Lento"), "{path}");
        }
        assert_ne!(post(to, "/demo/clock", &json!({ "hours": 24 })).await.status, 200);
        running.stop().await;
        scene.end().await;
    });
}

#[test]
fn a_demonstration_and_a_shop_do_not_share_a_folder() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let refused = |options: Serve| async move {
            match start(options, Arc::new(SystemClock)).await {
                Ok(_) => panic!("it started"),
                Err(reason) => reason,
            }
        };
        let mut scene = Scene::new("sqlite", &[]).await;
        scene.start().await.stop().await;
        scene.more = SMALL.to_vec();
        assert!(refused(scene.options()).await.contains("holds a shop's data"));
        scene.more = vec!["--demo", "--smtp-url=smtp://127.0.0.1:25"];
        assert!(refused(scene.options()).await.contains("without --smtp-url"));
        scene.more = vec!["--demo", "--demo-days=3", "--demo-customers=10"];
        let other = Scene { folder: TempDir::with_prefix("ritorno-demo-").unwrap(), ..scene };
        other.start().await.stop().await;
        let plain = Scene { more: Vec::new(), ..other };
        assert!(refused(plain.options()).await.contains("holds a demonstration"));
    });
}

#[test]
fn a_newcomer_walks_through_it_in_a_browser() {
    if std::env::var("RITORNO_TEST_SDKS").is_err() {
        return eprintln!("skipped: the demonstration in a browser (RITORNO_TEST_SDKS is not set)");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let scene = Scene::new("sqlite", &["--demo", "--demo-days=8", "--demo-customers=60"]).await;
        let running = scene.start().await;
        until(running.address, "/demo/state.json", |state| state["is_ready"] == true).await;
        if http::ask(running.address, "GET", "/ritorno.js", &[], "").await.status != 200 {
            eprintln!("skipped: the demonstration in a browser (web/ was not built, so there is no snippet)");
        } else {
            let base = format!("http://{}", running.address);
            let walked = tokio::task::spawn_blocking(move || {
                let folder = std::path::absolute("../../sdk-tests").unwrap();
                Command::new("node").arg("demo.mjs").arg(base).current_dir(Path::new(&folder)).output().unwrap()
            });
            let walked = walked.await.unwrap();
            let said =
                format!("{}{}", String::from_utf8_lossy(&walked.stdout), String::from_utf8_lossy(&walked.stderr));
            assert!(walked.status.success(), "{said}");
        }
        running.stop().await;
        scene.end().await;
    });
}
