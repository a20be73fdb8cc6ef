//! The stock SDKs against a whole server, on both databases, with a clock that the test moves: what a shop would see of the
//! two-branch flow from the first visit to the money.
//!
//! Runs with `RITORNO_TEST_SDKS=1` (`make test` sets it, after scripts/install-test-tools.sh has installed the SDKs).

mod common;

use base::{Clock, DAY, HOUR, MINUTE, SECOND, SystemClock, Time};
use common::{TestServer, engines, http, in_repository};
use crm::carts::CartState;
use engage::cell::Cell;
use ritorno::operations::Operation;
use runtime::Key;
use serde_json::{Value as Json, json};
use std::{
    path::{Path, PathBuf},
    process::Command,
};
use store::Sql;
use testkit::{TempDir, smtp::Received};

static NOTICES: Sql = Sql::one("SELECT customer, reason FROM notice WHERE partition = $1");
static CREDITS: Sql = Sql::one(
    "SELECT order_id, kind, currency, linear, last, is_agent, order_minor FROM credit WHERE partition = $1 ORDER BY order_id, n",
);
static ROLLUP: Sql = Sql::one(
    "SELECT metric, CAST(sum(n) AS BIGINT) AS n, CAST(sum(minor) AS BIGINT) AS minor
     FROM rollup
     WHERE partition = $1
     GROUP BY metric
     ORDER BY metric",
);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Sdk {
    SegmentNode,
    RudderstackNode,
    SegmentPython,
    SegmentPythonGzip,
    SegmentBrowser,
    SnowplowNode,
    SnowplowBrowser,
}

#[test]
fn segment_node() {
    on_both(Sdk::SegmentNode);
}

#[test]
fn rudderstack_node() {
    on_both(Sdk::RudderstackNode);
}

#[test]
fn segment_python() {
    on_both(Sdk::SegmentPython);
}

#[test]
fn segment_python_gzipped() {
    on_both(Sdk::SegmentPythonGzip);
}

#[test]
fn segment_in_a_browser() {
    on_both(Sdk::SegmentBrowser);
}

#[test]
fn snowplow_node() {
    on_both(Sdk::SnowplowNode);
}

#[test]
fn snowplow_in_a_browser() {
    on_both(Sdk::SnowplowBrowser);
}

fn on_both(sdk: Sdk) {
    if std::env::var("RITORNO_TEST_SDKS").is_err() {
        return eprintln!("skipped: the stock SDKs (RITORNO_TEST_SDKS is not set)");
    }
    let Some(command) = sdk.command() else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime starts").block_on(async {
        for engine in engines() {
            eprintln!("{sdk:?} on {engine}");
            let server = TestServer::start(engine, SystemClock.now()).await;
            let key = server.key("write").await;
            let folder = TempDir::with_prefix("ritorno-sdk-").expect("the temporary folder is writable");
            let shop = Shop { server, sdk, command: command.clone(), key, folder };
            a_week_at_the_shop(&shop).await;
            shop.server.stop().await;
        }
    });
}

impl Sdk {
    /// Program and first arguments; `None` (and a line that says so) where it is not installed.
    fn command(self) -> Option<Vec<String>> {
        let python = || match std::env::var("RITORNO_TEST_PYTHON") {
            Ok(python) => Some(vec![python, "python-segment.py".to_owned()]),
            Err(_) => {
                eprintln!("skipped: the Python SDK (RITORNO_TEST_PYTHON is not set)");
                None
            }
        };
        let node = |script: &str| Some(vec!["node".to_owned(), script.to_owned()]);
        match self {
            Sdk::SegmentNode => node("node-segment.mjs"),
            Sdk::RudderstackNode => node("node-rudder.mjs"),
            Sdk::SegmentPython | Sdk::SegmentPythonGzip => python(),
            Sdk::SnowplowNode => node("node-snowplow.mjs"),
            Sdk::SegmentBrowser | Sdk::SnowplowBrowser => {
                let places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
                if std::env::var("RITORNO_TEST_CHROMIUM").is_err()
                    && !places.iter().any(|place| Path::new(place).exists())
                {
                    eprintln!("skipped: the browser SDK (no Chromium; RITORNO_TEST_CHROMIUM names one)");
                    return None;
                }
                node(if self == Sdk::SegmentBrowser { "browser.mjs" } else { "browser-snowplow.mjs" })
            }
        }
    }
}

/// A shop with its SDK.
struct Shop {
    server: TestServer,
    sdk: Sdk,
    command: Vec<String>,
    key: String,
    /// Where the scenarios lie.
    folder: TempDir,
}

impl Shop {
    /// Sends calls through the SDK, in a process of its own; all are acknowledged when this returns.
    async fn send(&self, calls: &[Json]) {
        let scenario: PathBuf = self.folder.path().join("scenario.json");
        std::fs::write(&scenario, json!(calls).to_string()).expect("the temporary folder is writable");
        let mut command = Command::new(&self.command[0]);
        command
            .args(&self.command[1..])
            .arg(format!("http://{}", self.server.running.address))
            .arg(&self.key)
            .arg(&scenario);
        if self.sdk == Sdk::SegmentPythonGzip {
            command.arg("--gzip");
        }
        command.current_dir(in_repository("sdk-tests"));
        let output = tokio::task::spawn_blocking(move || command.output()).await.expect("waiting does not panic");
        let output = output.unwrap_or_else(|error| panic!("{:?}: {error}", self.command));
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{:?} on {}: {said}", self.sdk, self.server.engine);
        assert!(said.contains(&format!("{} sent", calls.len())), "{:?}: {said}", self.sdk);
        self.server.settle().await;
    }

    async fn cell(&self, user_id: &str) -> Cell {
        let id = self
            .server
            .handle
            .find(Key::new('u', user_id))
            .await
            .unwrap_or_else(|| panic!("{}: no customer {user_id}", self.server.engine));
        runtime::applier::decode(&self.server.handle.cell(id).await.expect("a key leads to a cell"))
    }

    /// Mails so far: to whom, with `agent` for the notices to agents.
    fn mailed(&self) -> Vec<String> {
        let mails = self.server.sink.messages();
        let mut to: Vec<String> =
            mails.iter().map(|mail| mail.to.join(",").split('@').next().unwrap_or_default().to_owned()).collect();
        to.sort();
        to
    }

    fn mail_to(&self, customer: &str) -> Received {
        let address = format!("{customer}@example.com");
        let found = self.server.sink.messages().into_iter().find(|mail| mail.to == [address.clone()]);
        found.unwrap_or_else(|| panic!("{}: no mail to {address}", self.server.engine))
    }

    /// Moves the clock and compares who has got mail since the start.
    async fn at(&self, micros: i64, expected: &[&str]) {
        self.server.pass(micros).await;
        assert_eq!(self.mailed(), expected, "{:?} on {} after {} min", self.sdk, self.server.engine, micros / MINUTE);
    }

    /// Why messages were not sent, and journeys not started, for a customer.
    async fn reasons(&self, user_id: &str) -> Vec<String> {
        let id = self.server.handle.find(Key::new('u', user_id)).await.expect("a customer");
        let rows = self.server.rows(&common::sql::DECISIONS, &[]).await;
        let data = rows
            .iter()
            .filter(|row| row.id("customer") == id)
            .map(|row| serde_json::from_str::<Json>(row.text("data")));
        data.filter_map(|data| data.ok()?["reason"].as_str().map(str::to_owned)).collect()
    }
}

/// Calls of one customer, as a shop's pages would make them.
struct Visit {
    user: &'static str,
    calls: Vec<Json>,
    /// Explicit times, a second apart; none: the SDK says when it was called.
    next: Option<Time>,
}

impl Visit {
    fn of(user: &'static str, from: Option<Time>) -> Visit {
        Visit { user, calls: Vec::new(), next: from }
    }

    fn call(mut self, mut call: Json) -> Visit {
        call["userId"] = json!(self.user);
        call["anonymousId"] = json!(format!("device-of-{}", self.user));
        if let Some(at) = self.next {
            // Milliseconds: what a browser's clock knows.
            call["timestamp"] = json!(Time(at.0 / 1_000 * 1_000));
            self.next = Some(at + SECOND);
        }
        self.calls.push(call);
        self
    }

    fn track(self, event: &str, properties: Json) -> Visit {
        self.call(json!({ "type": "track", "event": event, "properties": properties }))
    }

    fn page(self, name: &str) -> Visit {
        self.call(json!({ "type": "page", "name": name, "properties": { "url": "https://shop.example/" } }))
    }

    fn identify(self, language: &str, consent: Option<bool>) -> Visit {
        let mut traits = json!({
            "email": format!("{}@example.com", self.user),
            "firstName": "Ada",
            "lastName": "Rossi",
            "language": language,
            "agent": { "name": "Marco Bianchi", "email": "agent@shop.example" },
        });
        if let Some(consent) = consent {
            traits["consent"] = json!({ "marketing": { "email": consent } });
        }
        self.call(json!({ "type": "identify", "traits": traits }))
    }

    /// From the first look to the first step of the check-out: one piece each of a part at these prices.
    fn fill(mut self, cart: &str, prices: &[&str]) -> Visit {
        for (n, price) in prices.iter().enumerate() {
            // A number, as shops send it; the digits go through a JSON number on both sides.
            let price: f64 = price.parse().expect("a price");
            let product = json!({ "product_id": format!("p-{n}"), "name": format!("Scrivania {n}"), "price": price, "currency": "EUR" });
            let mut added = product.clone();
            (added["cart_id"], added["quantity"]) = (json!(cart), json!(1));
            self = self.track("Product Viewed", product).track("Product Added", added);
        }
        self.track("Checkout Started", json!({ "cart_id": cart, "currency": "EUR" }))
            .track("Checkout Step Completed", json!({ "cart_id": cart, "checkout_id": format!("k-{cart}"), "step": 1 }))
    }

    fn order(self, cart: &str, total: &str) -> Visit {
        let total: f64 = total.parse().expect("a total");
        self.track(
            "Order Completed",
            json!({ "order_id": format!("order-{cart}"), "cart_id": cart, "currency": "EUR", "total": total }),
        )
    }
}

fn calls(visits: impl IntoIterator<Item = Visit>) -> Vec<Json> {
    visits.into_iter().flat_map(|visit| visit.calls).collect()
}

/// The whole story; hours count from the start.
async fn a_week_at_the_shop(shop: &Shop) {
    let server = &shop.server;
    server.set(json!({ "name": "Arredi Rossi", "sender_address": "negozio@shop.example" })).await;
    server.enable("flows/two-branch-follow-up.bpmn").await;
    first_visits(shop).await;
    the_first_day(shop).await;
    the_mail(shop).await;
    the_following_days(shop).await;
    the_carts(shop).await;
    the_money(shop).await;
    the_report(shop).await;
    server.nothing_refused().await;
}

async fn first_visits(shop: &Shop) {
    // A minute ago by the client's clock, which the server's stands at.
    let ago = Some(SystemClock.now() + -MINUTE);
    let visit = |user: &'static str, prices: &[&str]| {
        Visit::of(user, ago).identify("it", Some(true)).page("Home").fill(&cart_of(user), prices)
    };
    shop.send(&calls([
        visit("just-below", &["999.99", "1000.00"]),
        visit("at-threshold", &["2000.00"]),
        visit("just-above", &["2000.01"]),
        visit("orders-at-60", &["1250.00", "1250.00"]),
        visit("agent-calls", &["3000.00"]),
        visit("rolls-back", &["100.00"]),
        visit("looks-around", &["150.00"]),
        visit("unsubscribes", &["80.00"]),
        visit("orders-early", &["120.00"]),
        Visit::of("english", ago).identify("en", Some(true)).fill(&cart_of("english"), &["45.50"]),
        Visit::of("silent", ago).identify("it", None).fill(&cart_of("silent"), &["60.00"]),
    ]))
    .await;
    let cart = |cell: &Cell| cell.facts.book.carts.first().map(|cart| (cart.state, cart.total()));
    for (user, minor) in
        [("just-below", 199_999), ("at-threshold", 200_000), ("just-above", 200_001), ("english", 4_550)]
    {
        let cell = shop.cell(user).await;
        assert_eq!(cart(&cell), Some((CartState::Active, Some(minor))), "{:?}: {user}", shop.sdk);
        assert_eq!(cell.facts.profile.email.as_deref(), Some(&*format!("{user}@example.com")));
        let started = shop.server.start - cell.facts.book.carts[0].last_activity_at;
        assert!((0..3 * MINUTE).contains(&started), "{:?}: the last step is {} s old", shop.sdk, started / SECOND);
    }
}

fn cart_of(user: &str) -> String {
    format!("cart-{user}")
}

async fn the_first_day(shop: &Shop) {
    shop.at(20 * HOUR, &[]).await;
    shop.send(&calls([Visit::of("orders-early", None).order(&cart_of("orders-early"), "120.00")])).await;
    shop.at(23 * HOUR, &[]).await;
    shop.send(&calls([
        // Back to the first step: an activity.
        Visit::of("rolls-back", None).track("Checkout Step Viewed", json!({ "cart_id": cart_of("rolls-back"), "step": 1 })),
        // None of these is one.
        Visit::of("looks-around", None)
            .page("Divani")
            .track("Product Viewed", json!({ "product_id": "p-9", "price": 10 }))
            .track("Cart Viewed", json!({ "cart_id": cart_of("looks-around"), "products": [{ "product_id": "p-0", "price": 150, "quantity": 1 }] })),
    ]))
    .await;
    shop.at(23 * HOUR + 50 * MINUTE, &[]).await;
    shop.at(24 * HOUR, &["agent", "agent", "agent", "agent", "english", "just-below", "looks-around", "unsubscribes"])
        .await;
    assert_eq!(
        shop.server.rows(&NOTICES, &[]).await.len(),
        4,
        "{:?}: each notice is one row beside its mail",
        shop.sdk
    );
    assert_eq!(shop.reasons("silent").await, ["consent_unknown"]);
}

/// What the customer reads, and what the links do.
async fn the_mail(shop: &Shop) {
    let mail = shop.mail_to("just-below");
    let header = |name: &str| mail.header(name).unwrap_or_default();
    assert_eq!(mail.subject(), "Hai lasciato qualcosa nel carrello degli acquisti");
    assert!(
        header("From").contains("Marco Bianchi") && header("From").contains("agent@shop.example"),
        "{}",
        header("From")
    );
    assert!(header("Reply-To").contains("agent@shop.example"), "{}", header("Reply-To"));
    assert_eq!(header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    assert!(mail.text().contains("Gentile Ada") && mail.text().contains("Marco Bianchi"), "{}", mail.text());
    assert!(mail.html().contains("Gentile Ada"), "{}", mail.html());
    assert_eq!(shop.mail_to("english").subject(), "You left something in your shopping cart");

    shop.at(25 * HOUR, &["agent", "agent", "agent", "agent", "english", "just-below", "looks-around", "unsubscribes"])
        .await;
    let to = shop.server.running.address;
    let cart = link_of(&mail.text(), "/c/");
    let page = http::ask(to, "GET", &cart, &[], "").await;
    assert_eq!(page.status, 200, "{page:?}");
    assert!(page.body.contains("Scrivania 0") && page.body.contains("Scrivania 1"), "{}", page.body);

    let mail = shop.mail_to("unsubscribes");
    let unsubscribe = mail.header("List-Unsubscribe").unwrap_or_default();
    let unsubscribe = unsubscribe
        .split(',')
        .map(|one| one.trim().trim_matches(['<', '>']))
        .find(|one| one.starts_with("http"))
        .map(str::to_owned);
    let unsubscribe = unsubscribe.unwrap_or_else(|| panic!("no address in {:?}", mail.header("List-Unsubscribe")));
    // A scanner that follows the link does nothing; the mail program's POST does.
    assert_eq!(http::ask(to, "GET", &unsubscribe, &[], "").await.status, 200);
    let granted = |cell: &Cell| cell.facts.consent("marketing", "email").map(|consent| consent.is_granted);
    assert_eq!(granted(&shop.cell("unsubscribes").await), Some(true));
    let form = [("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(http::ask(to, "POST", &unsubscribe, &form, "List-Unsubscribe=One-Click").await.status, 200);
    assert_eq!(granted(&shop.cell("unsubscribes").await), Some(false));
}

/// The first address in a text whose path begins so.
fn link_of(text: &str, path: &str) -> String {
    let link = text.split_whitespace().find(|word| word.starts_with("http://") && word.contains(path));
    link.unwrap_or_else(|| panic!("no link to {path} in {text}")).to_owned()
}

async fn the_following_days(shop: &Shop) {
    let first = ["agent", "agent", "agent", "agent", "english", "just-below", "looks-around", "unsubscribes"];
    let with = |more: &[&'static str]| {
        let mut all = [&first, more].concat();
        all.sort_unstable();
        all
    };
    let now = || Some(shop.server.clock.now());
    shop.at(30 * HOUR, &first).await;
    shop.send(&calls([
        Visit::of("just-below", now()).order(&cart_of("just-below"), "1999.99"),
        Visit::of("unsubscribes", None).fill("cart-second", &["60.00"]),
    ]))
    .await;
    shop.at(40 * HOUR, &first).await;
    let moved = json!({ "cart_id": cart_of("just-above"), "stage": "In trattativa" });
    shop.send(&calls([Visit::of("just-above", now()).track("Deal Stage Changed", moved)])).await;
    // The roll-back at 23 h began the 24 hours anew.
    shop.at(46 * HOUR + 50 * MINUTE, &first).await;
    shop.at(47 * HOUR, &with(&["rolls-back"])).await;
    shop.at(50 * HOUR, &with(&["rolls-back"])).await;
    let contact = json!({ "cart_id": cart_of("agent-calls"), "agent": "agent@shop.example", "outcome": "will order" });
    shop.send(&calls([Visit::of("agent-calls", None).track("Agent Contacted", contact)])).await;
    // The second cart of someone who unsubscribed.
    shop.at(54 * HOUR, &with(&["rolls-back"])).await;
    let reasons = shop.reasons("unsubscribes").await;
    assert!(reasons.iter().any(|reason| reason == "suppressed"), "{reasons:?}");
    shop.at(60 * HOUR, &with(&["rolls-back"])).await;
    shop.send(&calls([
        Visit::of("orders-at-60", now()).order(&cart_of("orders-at-60"), "2500.00"),
        Visit::of("agent-calls", None).order(&cart_of("agent-calls"), "3000.00"),
    ]))
    .await;
    shop.at(71 * HOUR + 50 * MINUTE, &with(&["rolls-back"])).await;
    // 48 h after the notice: the deal that moved and the carts that were ordered get nothing.
    shop.at(72 * HOUR + MINUTE, &with(&["rolls-back", "at-threshold"])).await;
    shop.at(7 * DAY, &with(&["rolls-back", "at-threshold"])).await;
    let mail = shop.mail_to("at-threshold");
    assert_eq!(mail.subject(), "Hai lasciato qualcosa nel carrello degli acquisti");
    assert!(mail.header("From").unwrap_or_default().contains("agent@shop.example"));
}

async fn the_carts(shop: &Shop) {
    for (user, state, stage) in [
        ("just-below", CartState::Recovered, Some("Confirmed")),
        ("at-threshold", CartState::Abandoned, Some("Check out abbandonato")),
        ("just-above", CartState::Abandoned, Some("In trattativa")),
        ("orders-at-60", CartState::Recovered, Some("Confirmed")),
        ("agent-calls", CartState::Recovered, Some("Confirmed")),
        ("rolls-back", CartState::Abandoned, Some("Check out abbandonato")),
        ("looks-around", CartState::Abandoned, Some("Check out abbandonato")),
        ("orders-early", CartState::Converted, None),
        ("silent", CartState::Abandoned, Some("Check out abbandonato")),
    ] {
        let cell = shop.cell(user).await;
        let book = &cell.facts.book;
        assert_eq!(book.carts.len(), 1, "{:?} on {}: {user}: {:?}", shop.sdk, shop.server.engine, book.carts);
        assert_eq!(book.carts[0].state, state, "{:?} on {}: {user}", shop.sdk, shop.server.engine);
        assert_eq!(
            book.deal_of(book.carts[0].id).map(|deal| &*deal.stage),
            stage,
            "{:?} on {}: {user}",
            shop.sdk,
            shop.server.engine
        );
        assert!(
            cell.action.journeys.is_empty(),
            "{:?} on {}: {user} still has a journey",
            shop.sdk,
            shop.server.engine
        );
    }
}

async fn the_money(shop: &Shop) {
    let rows = shop.server.rows(&CREDITS, &[]).await;
    let credits: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.text("order_id"),
                row.text("kind"),
                row.int("linear"),
                row.int("last"),
                row.flag("is_agent"),
                row.int("order_minor"),
            )
        })
        .collect();
    // The odd cent goes to the earliest; the order at 60 h met nobody on its way, the other one an agent.
    let expected = [
        ("order-cart-agent-calls", "contact", 0, 0, true, 300_000),
        ("order-cart-just-below", "message", 100_000, 0, false, 199_999),
        ("order-cart-just-below", "click", 99_999, 199_999, false, 199_999),
    ];
    assert_eq!(credits, expected, "{:?} on {}", shop.sdk, shop.server.engine);
    let rows = shop.server.rows(&ROLLUP, &[]).await;
    let sums: Vec<_> = rows.iter().map(|row| (row.text("metric"), row.int("n"), row.int("minor"))).collect();
    for expected in [
        ("agent_closed", 1, 300_000),
        ("carts_abandoned", 11, 0),
        ("carts_converted", 1, 0),
        ("carts_recovered", 3, 0),
        ("credit_last", 1, 199_999),
        ("credit_linear", 2, 199_999),
        ("orders_credited", 1, 199_999),
    ] {
        assert!(
            sums.contains(&expected),
            "{:?} on {}: {expected:?} is not among {sums:?}",
            shop.sdk,
            shop.server.engine
        );
    }
}

/// What a person reads of it, through the API.
async fn the_report(shop: &Shop) {
    let operation = Operation::KeyCreate {
        kind: "api".to_owned(),
        name: "report".to_owned(),
        scopes: vec!["reports:read".to_owned()],
    };
    let made = shop.server.carry_out(operation).await;
    let bearer = format!("Bearer {}", made["key"].as_str().expect("a key has a text"));
    let headers = [("authorization", bearer.as_str())];
    let answer = http::ask(shop.server.running.address, "GET", "/api/v1/reports/recovery", &headers, "").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let report: Json = serde_json::from_str(&answer.body).expect("a report is JSON");
    let found = &report["recovery"];
    let counts =
        ["carts_abandoned", "carts_messaged", "carts_recovered", "carts_converted", "conversion_rate", "links_clicked"];
    // Messaged: four after a day, the roll-back after two, the one at the threshold after three.
    let expected = json!([11, 6, 3, 1, 0.2727, 1]);
    assert_eq!(
        json!(counts.map(|name| found[name].clone())),
        expected,
        "{:?} on {}: {found}",
        shop.sdk,
        shop.server.engine
    );
    let revenue = &found["revenue"][0];
    let money = ["linear", "last_interaction", "agent_closed"].map(|name| revenue[name]["minor"].clone());
    assert_eq!(json!(money), json!([199_999, 199_999, 300_000]), "{:?} on {}: {found}", shop.sdk, shop.server.engine);
    assert_eq!(revenue["currency"], "EUR");
}
