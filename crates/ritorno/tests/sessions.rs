//! Real shop sessions, run through the simulator and, as history, through whole servers on both databases, in their order and
//! out of it: customers, carts, orders and deals are the same. Nothing is sent and no journey starts.

mod common;

use base::{Clock, DAY, Id, SystemClock, Time};
use common::{TestServer, engines, http, in_repository};
use engage::cell::Cell;
use runtime::Key;
use serde_json::{Value as Json, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::Command,
};
use store::Sql;
use testkit::TempDir;

static CARTS: Sql = Sql::one("SELECT state FROM cart WHERE partition = $1");
static DEALS: Sql = Sql::one("SELECT stage FROM deal WHERE partition = $1");
static ORDERS: Sql = Sql::one("SELECT id, total FROM shop_order WHERE partition = $1");
static JOURNEYS: Sql = Sql::one("SELECT id FROM journey WHERE partition = $1");

const FLOWS: [&str; 2] = ["flows/two-branch-follow-up.bpmn", "flows/three-step-recovery.bpmn"];
/// Events in one call.
const BATCH: usize = 100;

#[test]
fn otto_sessions() {
    check("otto-to-segment.py", "otto-sessions/sessions.jsonl");
}

#[test]
fn snowplow_sessions() {
    check("snowplow-to-segment.py", "snowplow-ecommerce");
}

/// The facts of a shop, as lines that can be compared.
#[derive(Debug, Default, PartialEq)]
struct Facts {
    carts: Vec<String>,
    deals: Vec<String>,
    customers: Vec<String>,
    orders: Vec<String>,
}

/// How the events come in.
#[derive(Debug, Clone, Copy)]
enum Order {
    AsTheyHappened,
    /// Whole batches change places.
    Batches(u64),
    /// Every event may stand anywhere.
    Events(u64),
}

fn check(script: &str, data: &str) {
    let Some(source) = testkit::shared_data(data) else { return };
    if Command::new("python3").arg("--version").output().is_err() {
        return eprintln!("skipped: the sessions of {data} (no python3)");
    }
    let folder = TempDir::with_prefix("ritorno-sessions-").expect("the temporary folder is writable");
    let file = folder.path().join("events.ndjson");
    convert(script, &source, &file);
    let events: Vec<Json> = std::fs::read_to_string(&file)
        .expect("the script wrote the file")
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect();
    let last =
        events.iter().filter_map(|event| event["timestamp"].as_str()).map(|at| Time::parse(at).expect("a time")).max();
    // Long enough for every journey to have ended in the simulation, and for every start to be too late in the server.
    let end = last.expect("there are events") + 10 * DAY;
    let simulated = simulate(&file, end);
    assert!(!simulated.carts.is_empty() && !simulated.deals.is_empty(), "{data} has carts and deals");
    let much_later = SystemClock.now();
    let simulated_later = simulate(&file, much_later);

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime starts").block_on(async {
        let mut first = None;
        for engine in engines() {
            for order in [Order::AsTheyHappened, Order::Batches(1), Order::Events(2), Order::Events(3)] {
                let told = format!("{data}, {order:?} on {engine}");
                let server = TestServer::start(engine, end).await;
                let found = import(&server, &events, order).await;
                compare(&told, &simulated, &found);
                // What the simulation does not list is the same in every run.
                let first =
                    first.get_or_insert_with(|| Facts { carts: Vec::new(), deals: Vec::new(), ..import_facts(&found) });
                same(&told, "customers", &first.customers, &found.customers);
                same(&told, "orders", &first.orders, &found.orders);
                same(&told, "orders", &orders_of(&events), &found.orders);
                nothing_happened(&server, &told).await;
                in_the_tables(&server, &found, &told).await;
                server.pass(much_later - server.start).await;
                compare(&format!("{told}, years later"), &simulated_later, &read_facts(&server, &events).await);
                server.stop().await;
            }
        }
    });
}

fn import_facts(found: &Facts) -> Facts {
    Facts {
        carts: found.carts.clone(),
        deals: found.deals.clone(),
        customers: found.customers.clone(),
        orders: found.orders.clone(),
    }
}

fn convert(script: &str, source: &Path, to: &Path) {
    let output = Command::new("python3")
        .arg(in_repository("examples").join(script))
        .arg(source)
        .arg("--check")
        .arg("--out")
        .arg(to)
        .output();
    let output = output.expect("python3 starts");
    assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Carts and deals by the command line's simulator.
fn simulate(file: &Path, until: Time) -> Facts {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ritorno"));
    command.arg("simulate").arg(file).arg("--json").arg("--until").arg(until.to_string());
    for flow in FLOWS {
        command.arg("--flow").arg(in_repository(flow));
    }
    let output = command.output().expect("the binary starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Json = serde_json::from_slice(&output.stdout).expect("standard output is JSON alone");
    let list = |name: &str| report[name].as_array().expect("a list").clone();
    let mut facts = Facts::default();
    for cart in list("carts") {
        facts.carts.push(
            json!([
                cart["customer"],
                cart["state"],
                cart["total_minor"],
                cart["currency"],
                cart["abandoned_at"],
                cart["recovered_at"],
                cart["order"]
            ])
            .to_string(),
        );
    }
    for deal in list("deals") {
        facts.deals.push(json!([deal["customer"], deal["stage"], deal["created_at"], deal["won_at"]]).to_string());
    }
    facts.sorted()
}

impl Facts {
    fn sorted(mut self) -> Facts {
        for list in [&mut self.carts, &mut self.deals, &mut self.customers, &mut self.orders] {
            list.sort();
        }
        self
    }
}

/// The orders that the source has, each once.
fn orders_of(events: &[Json]) -> Vec<String> {
    let orders: BTreeSet<String> = events
        .iter()
        .filter(|event| event["event"] == "Order Completed")
        .map(|event| event["properties"]["order_id"].as_str().expect("an order has an id").to_owned())
        .collect();
    orders.into_iter().collect()
}

/// Sends the events as history and waits until all is applied and nothing is due.
async fn import(server: &TestServer, events: &[Json], order: Order) -> Facts {
    server.set(json!({ "name": "Negozio", "sender_address": "negozio@shop.example" })).await;
    for flow in FLOWS {
        server.enable(flow).await;
    }
    let key = server.key("secret").await;
    let mut events = events.to_vec();
    if let Order::Events(seed) = order {
        shuffle(&mut events, seed);
    }
    let mut batches: Vec<&[Json]> = events.chunks(BATCH).collect();
    if let Order::Batches(seed) = order {
        shuffle(&mut batches, seed);
    }
    let bearer = format!("Bearer {key}");
    let headers = [("content-type", "application/json"), ("authorization", bearer.as_str())];
    for batch in batches {
        let body = json!({ "batch": batch }).to_string();
        let answer = http::ask(server.running.address, "POST", "/v1/import", &headers, &body).await;
        assert_eq!((answer.status, answer.body.contains("true")), (200, true), "{answer:?}");
    }
    server.settle().await;
    server.nothing_refused().await;
    read_facts(server, &events).await
}

fn shuffle<T>(list: &mut [T], seed: u64) {
    for i in (1..list.len()).rev() {
        let random = base::stable_hash_seeded(seed, &i.to_le_bytes());
        list.swap(i, (random % (i as u64 + 1)) as usize);
    }
}

/// The facts by the customers' cells.
async fn read_facts(server: &TestServer, events: &[Json]) -> Facts {
    let mut cells: BTreeMap<Id, Cell> = BTreeMap::new();
    for (field, kind) in [("anonymousId", 'a'), ("userId", 'u')] {
        let ids: BTreeSet<&str> = events.iter().filter_map(|event| event[field].as_str()).collect();
        for value in ids {
            let id =
                server.handle.find(Key::new(kind, value)).await.unwrap_or_else(|| panic!("nobody has {field} {value}"));
            let cell: Cell = runtime::applier::decode(&server.handle.cell(id).await.expect("a key leads to a cell"));
            assert_eq!(cell.facts.merged_into, None, "a key leads to a living customer");
            cells.insert(id, cell);
        }
    }
    let mut facts = Facts::default();
    for cell in cells.values() {
        let book = &cell.facts.book;
        let label = cell.facts.label();
        for cart in &book.carts {
            let recovered_at = cart.closed_at.filter(|_| cart.state.as_str() == "recovered");
            let currency = cart.currency.map(|currency| currency.to_string());
            facts.carts.push(
                json!([
                    label,
                    cart.state.as_str(),
                    cart.total(),
                    currency,
                    cart.abandoned_at,
                    recovered_at,
                    cart.order_id
                ])
                .to_string(),
            );
        }
        for deal in &book.deals {
            facts.deals.push(json!([label, deal.stage, deal.created_at, deal.won_at]).to_string());
        }
        facts.orders.extend(book.orders.iter().map(|order| order.id.to_string()));
        let totals: Vec<_> = cell.facts.totals.iter().map(|t| (t.currency.to_string(), t.orders, t.revenue)).collect();
        facts.customers.push(json!([label, cell.facts.profile.email, cell.facts.events, totals]).to_string());
    }
    facts.sorted()
}

fn compare(told: &str, expected: &Facts, found: &Facts) {
    same(told, "carts", &expected.carts, &found.carts);
    same(told, "deals", &expected.deals, &found.deals);
}

fn same(told: &str, what: &str, expected: &[String], found: &[String]) {
    let missing: Vec<_> = expected.iter().filter(|one| !found.contains(one)).collect();
    let more: Vec<_> = found.iter().filter(|one| !expected.contains(one)).collect();
    assert_eq!(expected, found, "{told}: {what} differ\nmissing: {missing:#?}\ntoo many: {more:#?}");
}

/// Old events read history, they write to nobody.
async fn nothing_happened(server: &TestServer, told: &str) {
    assert_eq!(server.sink.count(), 0, "{told}: mail was sent");
    assert_eq!(server.rows(&JOURNEYS, &[]).await.len(), 0, "{told}: a journey started");
    let decisions = server.rows(&common::sql::DECISIONS, &[]).await;
    let not_started: Vec<&str> =
        decisions.iter().filter(|row| row.text("code") == "not_started").map(|row| row.text("data")).collect();
    assert!(!not_started.is_empty(), "{told}: every decision leaves its reason");
    assert!(not_started.iter().all(|data| data.contains("too_old")), "{told}: {not_started:?}");
}

/// The list rows say what the cells say. They are written in a quiet moment.
async fn in_the_tables(server: &TestServer, found: &Facts, told: &str) {
    let wanted = (found.carts.len(), found.deals.len(), found.orders.len());
    let mut rows = (0, 0, 0);
    for _ in 0..500 {
        rows = (
            server.rows(&CARTS, &[]).await.len(),
            server.rows(&DEALS, &[]).await.len(),
            server.rows(&ORDERS, &[]).await.len(),
        );
        if rows == wanted {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(rows, wanted, "{told}: rows of carts, deals and orders");
}
