//! A real shop: Vendure, run beside the server. Orders are placed, a cart is left, recovered through the link of the mail and
//! credited, while a third of the webhooks are lost and some come twice; reconciliation finds every order and says so.
//!
//! `make live-shop` installs the shop and says where it is (`RITORNO_LIVE_SHOP`); without it nothing is run.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[expect(dead_code, reason = "each test of a whole server uses a part of it")]
#[path = "../common/mod.rs"]
mod common;
mod road;
mod shop;

use adapters::web::{Addresses, Call, Web};
use base::{Clock, DAY, HOUR, MINUTE, SystemClock, Time};
use common::{TestServer, http};
use ritorno::{connections::Asked, operations::Operation};
use road::Road;
use serde_json::{Value as Json, json};
use shop::Visitor;
use std::{collections::BTreeMap, path::Path, process::Stdio, sync::atomic::Ordering, time::Duration};
use store::Sql;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpListener,
    process::{Child, Command},
};

static ORDERS: Sql = Sql::one("SELECT id, total FROM shop_order WHERE partition = $1 ORDER BY id");
static CARTS: Sql = Sql::one("SELECT shop_id, state, order_id FROM cart WHERE partition = $1 ORDER BY shop_id");
static CREDITS: Sql =
    Sql::one("SELECT order_id, kind, linear, last, order_minor FROM credit WHERE partition = $1 ORDER BY order_id, n");
static REJECTED: Sql = Sql::one("SELECT topic, reason FROM webhook_rejected WHERE workspace = $1 ORDER BY id");

/// Orders that guests place.
const GUESTS: usize = 24;
/// A cart is given up after a day, and the shop's clock cannot be moved: the server begins in the past, and is moved to now.
const LEFT: i64 = 26 * HOUR;

/// The shop's process; it ends with the test.
struct Vendure {
    url: String,
    _process: Child,
}

async fn start_shop(folder: &Path, hooks: &str) -> Vendure {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().port()
    };
    let mut process = Command::new("node")
        .arg("server.js")
        .current_dir(folder)
        .env("PORT", port.to_string())
        .env("HOOK_URL", hooks)
        .env("HOOK_SECRET", "hush")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("node starts");
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let is_ready = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if line.contains("READY") {
                return true;
            }
        }
        false
    };
    let is_ready =
        tokio::time::timeout(Duration::from_secs(180), is_ready).await.expect("the shop starts within three minutes");
    assert!(is_ready, "the shop ended while it started");
    // What it says further is read away, so that it never waits for a reader.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Vendure { url: format!("http://127.0.0.1:{port}"), _process: process }
}

struct Scene {
    server: TestServer,
    shop: Vendure,
    road: Road,
}

impl Scene {
    async fn job(&self, asked: Asked) -> Vec<Json> {
        let jobs = self.server.carry_out(Operation::Shops(asked)).await;
        let ids: Vec<base::Id> =
            jobs.as_array().unwrap().iter().map(|job| job["id"].as_str().unwrap().parse().unwrap()).collect();
        for _ in 0..600 {
            let jobs = self.server.carry_out(Operation::Shops(Asked::Jobs { ids: ids.clone() })).await;
            let jobs = jobs.as_array().unwrap().clone();
            if jobs.iter().all(|job| job["state"] == "done") {
                self.server.settle().await;
                return jobs;
            }
            assert!(jobs.iter().all(|job| job["state"] != "stopped"), "{jobs:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the shop was not read within a minute");
    }

    async fn reconcile(&self) -> Json {
        let asked = Asked::Start {
            source: "shop".to_owned(),
            purpose: crm::connections::Purpose::Reconcile,
            kinds: Vec::new(),
            since: None,
            hours: Some(48),
        };
        self.job(asked).await.remove(0)
    }

    async fn orders(&self) -> BTreeMap<String, i64> {
        let rows = self.server.rows(&ORDERS, &[]).await;
        rows.iter().map(|row| (row.text("id").to_owned(), row.int("total"))).collect()
    }

    /// Waits until the shop has said all that it has to say.
    async fn quiet(&self) {
        let mut sent = usize::MAX;
        while self.road.counts.sent.load(Ordering::SeqCst) != sent {
            sent = self.road.counts.sent.load(Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(1_500)).await;
        }
        self.server.settle().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_shop_whose_webhooks_get_lost() {
    let Some(folder) = std::env::var_os("RITORNO_LIVE_SHOP") else {
        eprintln!("skipped: no live shop (make live-shop installs one)");
        return;
    };
    let began = SystemClock.now().plus(-LEFT);
    let server = TestServer::start_with("sqlite", began, &["--allow-private-addresses"]).await;
    let road = Road::start().await;
    let shop = start_shop(Path::new(&folder), &road.url).await;
    println!("the shop runs at {}", shop.url);
    let scene = Scene { server, shop, road };
    connect(&scene).await;
    what_was_before(&scene).await;
    let codes = guests_buy(&scene).await;
    nothing_is_missing_in_the_end(&scene, &codes).await;
    let cart = a_cart_is_left(&scene).await;
    the_cart_comes_back(&scene, &cart).await;
    scene.server.nothing_refused().await;
    let rejected: Vec<String> = scene
        .server
        .rows(&REJECTED, &[])
        .await
        .iter()
        .map(|row| format!("{:?} {}", row.opt_text("topic"), row.text("reason")))
        .collect();
    assert!(rejected.is_empty(), "{rejected:?}");
    let counts = &scene.road.counts;
    let (sent, lost) = (counts.sent.load(Ordering::SeqCst), counts.lost.load(Ordering::SeqCst));
    let (doubled, refused) = (counts.doubled.load(Ordering::SeqCst), counts.refused.load(Ordering::SeqCst));
    println!("webhooks: {sent} sent, {lost} lost, {doubled} came twice, {refused} refused");
    assert!(lost * 5 > sent && doubled > 0 && refused == 0);
    scene.server.stop().await;
}

async fn connect(scene: &Scene) {
    scene
        .server
        .set(json!({
            "name": "Live shop", "currency": "USD", "language": "en", "sender_address": "shop@example.com",
        }))
        .await;
    scene.server.enable("flows/two-branch-follow-up.bpmn").await;
    let credentials = [("username", "superadmin"), ("password", "superadmin")];
    let made = scene
        .server
        .carry_out(Operation::Shops(Asked::Add {
            name: "shop".to_owned(),
            shop: "vendure".to_owned(),
            base_url: scene.shop.url.clone(),
            secret: Some("hush".to_owned()),
            credentials: credentials.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            zone: "UTC".to_owned(),
            currency: None,
            namespace: None,
            mapping: None,
            api_version: None,
            cart_link: Some(format!("{}/cart/{{cart}}#{{token}}", scene.shop.url)),
            writes_tags: false,
            reconcile_minutes: 0,
        }))
        .await;
    scene.road.leads_to(made["webhook_url"].as_str().unwrap()).await;
}

/// Catalogue, stock and customers from before the connection.
async fn what_was_before(scene: &Scene) {
    let asked = Asked::Start {
        source: "shop".to_owned(),
        purpose: crm::connections::Purpose::Backfill,
        kinds: Vec::new(),
        since: None,
        hours: None,
    };
    for job in scene.job(asked).await {
        assert_eq!((&job["refused"], &job["error"]), (&json!(0), &Json::Null), "{job}");
        println!("backfill: {} {}, {} new events", job["objects"], job["kind"].as_str().unwrap(), job["events"]);
        let least = match job["kind"].as_str() {
            Some("products" | "stock") => 50,
            _ => 0,
        };
        assert!(job["objects"].as_i64().unwrap() >= least, "{job}");
    }
}

async fn guests_buy(scene: &Scene) -> Vec<String> {
    let mut codes = Vec::new();
    let round = scene.server.start.0 % 1_000_000_007;
    for n in 0..GUESTS {
        let mut visitor = Visitor::new(&scene.shop.url);
        visitor.add(1 + n % 9, 1).await;
        visitor.is_guest(&format!("guest-{round}-{n}@example.com")).await;
        codes.push(visitor.buy().await);
    }
    scene.quiet().await;
    codes
}

async fn nothing_is_missing_in_the_end(scene: &Scene, codes: &[String]) {
    let before = scene.orders().await;
    let missing: Vec<&String> = codes.iter().filter(|code| !before.contains_key(*code)).collect();
    println!("{} orders were placed, {} came in by webhook", codes.len(), codes.len() - missing.len());
    assert!(!missing.is_empty(), "of so many webhooks some were lost");
    let job = scene.reconcile().await;
    println!("reconciliation: {}", job["sentence"].as_str().unwrap());
    let found: Vec<&str> = job["found"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|found| found["kind"] == "orders")
        .filter_map(|found| found["id"].as_str())
        .collect();
    let mut expected: Vec<&str> = missing.iter().map(|code| code.as_str()).collect();
    let mut said = found.clone();
    expected.sort_unstable();
    said.sort_unstable();
    assert_eq!(said, expected, "{job}");
    let noun = if missing.len() == 1 { "order" } else { "orders" };
    assert!(
        job["sentence"].as_str().unwrap().starts_with(&format!("{} {noun} missing, recovered", missing.len())),
        "{job}"
    );
    let after = scene.orders().await;
    assert!(codes.iter().all(|code| after.contains_key(code)), "{after:?}");
    assert!(after.values().all(|total| *total > 0));
    let again = scene.reconcile().await;
    assert_eq!((&again["missing"], &again["differing"]), (&json!(0), &json!(0)), "{again}");
}

/// Somebody signs in, agrees to be written to, fills a cart and goes away.
async fn a_cart_is_left(scene: &Scene) -> String {
    let address = format!("ada-{}@example.com", scene.server.start.0);
    let mut ada = Visitor::new(&scene.shop.url);
    ada.register(&address).await;
    let id = ada.sign_in(&address).await;
    let key = scene.server.key("write").await;
    let call = json!({ "userId": id, "traits": { "email": address, "consent": { "marketing": { "email": true } } } });
    let bearer = format!("Bearer {key}");
    let headers = [("authorization", &*bearer), ("content-type", "application/json")];
    let answer = http::ask(scene.server.running.address, "POST", "/v1/identify", &headers, &call.to_string()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    // A mouse: below the threshold from which an agent would call instead.
    let cart = ada.add(7, 2).await;
    scene.quiet().await;
    // Whatever was lost of it comes in now.
    scene.reconcile().await;
    scene.server.pass(MINUTE).await;
    assert!(scene.server.sink.messages().iter().all(|mail| !mail.to.contains(&address)), "nobody is written to yet");
    // A day passes.
    scene.server.pass(SystemClock.now() - scene.server.start).await;
    let mails = scene.server.sink.messages();
    let mail = match mails.iter().find(|mail| mail.to.contains(&address)) {
        Some(mail) => mail,
        None => panic!("who left a cart gets a mail: {}", why(scene).await),
    };
    let text = mail.text();
    let link =
        text.split_whitespace().find(|word| word.starts_with("http://") && word.contains("/c/")).expect("a link");
    let web = Web::new(Addresses::Private).unwrap();
    let mut places = Vec::new();
    for _ in 0..2 {
        let answer = web.call(Call::get(link)).await.unwrap();
        assert_eq!(answer.status, 302, "{}", String::from_utf8_lossy(&answer.body));
        places.push(answer.header("location").unwrap().to_owned());
    }
    assert_eq!(places[0], places[1], "a second click makes no second cart");
    let rest = places[0].strip_prefix(&format!("{}/cart/", scene.shop.url)).expect("the link leads to the shop");
    let (made, token) = rest.split_once('#').expect("a code and a token");
    println!("the cart {cart} was left, and the mail's link has the shop make it again, as {made}");
    // On another device the storefront takes the token: the same products are there, before anybody signs in.
    let mut again = Visitor::with_session(&scene.shop.url, token);
    assert_eq!(again.cart().await.as_deref(), Some(made));
    assert_eq!(again.pieces().await, 2);
    scene.quiet().await;
    // Who signs in then has one cart of both, as the shop does with a visitor's.
    again.sign_in(&address).await;
    assert_eq!(again.cart().await.as_deref(), Some(cart.as_str()));
    now(scene);
    assert_eq!(again.buy().await, cart);
    cart
}

/// What was decided, and how the carts stand, where no mail came.
async fn why(scene: &Scene) -> String {
    let decisions = scene.server.rows(&common::sql::DECISIONS, &[]).await;
    let decisions = decisions.iter().map(|row| format!("{} {}", row.text("code"), row.text("data")));
    let carts = scene.server.rows(&CARTS, &[]).await;
    let carts = carts.iter().map(|row| format!("{:?} {}", row.opt_text("shop_id"), row.text("state")));
    decisions.chain(carts).collect::<Vec<_>>().join("\n")
}

/// The server's clock goes with the shop's from here on.
fn now(scene: &Scene) -> Time {
    let now = SystemClock.now();
    scene.server.clock.set(now);
    now
}

async fn the_cart_comes_back(scene: &Scene, cart: &str) {
    now(scene);
    scene.quiet().await;
    now(scene);
    let job = scene.reconcile().await;
    println!("reconciliation: {}", job["sentence"].as_str().unwrap());
    // Rows of lists are written in sweeps.
    scene.server.pass(SystemClock.now() - scene.server.start + 2 * MINUTE).await;
    assert!(scene.orders().await.contains_key(cart));
    let mut state = String::new();
    for _ in 0..100 {
        let rows = scene.server.rows(&CARTS, &[]).await;
        state = rows
            .iter()
            .find(|row| row.opt_text("shop_id") == Some(cart))
            .map_or_else(String::new, |row| row.text("state").to_owned());
        if state == "recovered" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(state, "recovered");
    let rows = scene.server.rows(&CREDITS, &[]).await;
    let credited: i64 = rows.iter().filter(|row| row.text("order_id") == cart).map(|row| row.int("linear")).sum();
    let total = scene.orders().await[cart];
    assert_eq!(credited, total, "the whole order is shared among the touches");
    println!("recovered and credited: {} USD cents of order {cart}", credited);
    // Two days on, nobody is written to about what was ordered.
    let mails = scene.server.sink.messages().len();
    scene.server.pass(SystemClock.now() - scene.server.start + 3 * DAY).await;
    assert_eq!(scene.server.sink.messages().len(), mails);
}
