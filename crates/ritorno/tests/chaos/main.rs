//! The chaos run: a load over HTTP, a mail server that misbehaves, and kill -9 at random moments; afterwards every
//! acknowledged call is applied once, no message went twice, and none is missing except those in doubt.
//!
//! `make chaos` runs it at length. RITORNO_CHAOS_KILLS, RITORNO_CHAOS_EVENTS and RITORNO_CHAOS_SEED say how often, how much
//! and with which chance; moments within a batch are still the machine's.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod audit;
mod fleet;
mod load;
mod plan;
mod post;
#[path = "../processes/mod.rs"]
mod processes;

use audit::{Found, audit};
use base::{Clock, SystemClock};
use fleet::Fleet;
use load::{Progress, send};
use plan::{Dice, Plan};
use post::Post;
use processes::{Site, basic};
use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use testkit::PostgresServer;
use tokio::time::{Instant, sleep};

/// What the run is told.
struct Orders {
    kills: usize,
    events: usize,
    seed: u64,
}

impl Orders {
    fn read() -> Orders {
        let number = |name: &str| {
            std::env::var(name)
                .ok()
                .map(|text| text.parse::<u64>().unwrap_or_else(|_| panic!("{name} is not a number")))
        };
        Orders {
            kills: number("RITORNO_CHAOS_KILLS").unwrap_or(5) as usize,
            events: number("RITORNO_CHAOS_EVENTS").unwrap_or(6_000) as usize,
            seed: number("RITORNO_CHAOS_SEED").unwrap_or_else(|| SystemClock.now().0 as u64 % 1_000_000),
        }
    }
}

/// Seconds a message may be on its way in these runs; the mail client's own timeouts (see [`Post::url`]) fit in.
const SEND_WITHIN: u64 = 3;

#[test]
fn sqlite() {
    run("sqlite", None);
}

#[test]
fn postgres() {
    if testkit::postgres_absent() {
        return;
    }
    run("postgres", Some(PostgresServer::launch(true)));
}

fn run(engine: &str, server: Option<PostgresServer>) {
    let orders = Orders::read();
    eprintln!("chaos {engine}: seed {} (RITORNO_CHAOS_SEED={} repeats it)", orders.seed, orders.seed);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime starts").block_on(whole(engine, server, &orders));
}

async fn whole(engine: &str, server: Option<PostgresServer>, orders: &Orders) {
    let began = Instant::now();
    let plan = Arc::new(Plan::new(orders.seed, orders.events));
    assert!(audit::is_sound(&[plan.first.clone(), plan.rest.clone()].concat()));
    let post = Post::start(orders.seed).await;
    let url = match &server {
        Some(server) => Some(server.create_database().await),
        None => None,
    };
    let site = Site::new(url);
    let authorization = basic(&prepare(&site));
    let (smtp, within) = (post.url(), SEND_WITHIN.to_string());
    let options = ["--smtp-url", &smtp, "--send-within", &within, "--retry-after", "1"];
    let mut fleet = Fleet::start(&site, if server.is_some() { 2 } else { 1 }, &options, orders.seed).await;
    let progress = Arc::new(Progress::default());
    let load = {
        let (plan, progress, addresses, seed) = (plan.clone(), progress.clone(), fleet.addresses(), orders.seed);
        tokio::spawn(async move {
            send(&plan, plan.first.clone(), &addresses, &authorization, &progress, seed).await;
            send(&plan, plan.rest.clone(), &addresses, &authorization, &progress, seed + 1).await;
        })
    };
    harass(&mut fleet, server.as_ref(), &plan, &progress, orders).await;
    load.await.expect("the load does not panic");
    let loaded = began.elapsed();
    // A message granted just before the last kill is in doubt after two such spans, and on PostgreSQL another process leads
    // after ten seconds: then nothing is left that could move.
    let quiet = Duration::from_secs((2 * SEND_WITHIN + 2).max(if server.is_some() { 13 } else { 0 }));
    fleet.drained(quiet, Duration::from_secs(120 + orders.events as u64 / 200)).await;
    fleet.stop().await;
    let db = site.open().await;
    let found = audit(&db, &plan, post.taken()).await;
    db.close().await;
    tell(engine, orders, &fleet, &plan, &progress, &found, post.count(), [loaded, began.elapsed()]);
}

/// A workspace with the flows that write, their hours made seconds, one that goes through much of the engine, and a key for the
/// shop.
fn prepare(site: &Site) -> String {
    let key = site.run(&["keys", "create", "--kind", "secret", "--name", "shop"]);
    site.run(&["settings", "sender_address=shop@shop.test", "cart_pause_hours=0"]);
    site.run(&["flows", "import", "two-branch-follow-up.bpmn"]);
    site.run(&["flows", "import", "three-step-recovery.bpmn"]);
    site.run(&[
        "flows",
        "enable",
        "two_branch_follow_up",
        "--set",
        "wait_hours=0.0005",
        "--set",
        // Longer than a cart stands idle, as in life: an event that comes late can undo that a cart was abandoned, and with it
        // the deal that is looked at here, until it has stood idle again.
        "recheck_hours=0.001",
    ]);
    let steps = ["step1_hours=0.0004", "step2_hours=0.0007", "step3_hours=0.001"];
    site.run(&["flows", "enable", "three_step_recovery", "--set", steps[0], "--set", steps[1], "--set", steps[2]]);
    // The called flow first: the other may only be switched on when it is there.
    for (file, flow) in [("tour-inner.bpmn", "tour_inner"), ("tour.bpmn", "tour")] {
        site.run(&["flows", "import", &format!("{}/tests/chaos/{file}", env!("CARGO_MANIFEST_DIR"))]);
        site.run(&["flows", "enable", flow]);
    }
    key
}

/// Three kills of four come at random points of the load, the others while messages are still going out. On PostgreSQL one
/// process is also frozen past its lease, and the database itself crashes.
async fn harass(
    fleet: &mut Fleet<'_>,
    server: Option<&PostgresServer>,
    plan: &Plan,
    progress: &Progress,
    orders: &Orders,
) {
    let dice = Dice::new(orders.seed ^ 0xdead);
    let in_load = orders.kills - orders.kills / 4;
    let mut moments: Vec<(usize, Trouble)> = (0..in_load).map(|_| (dice.below(plan.total()), Trouble::Kill)).collect();
    if server.is_some() {
        moments.push((plan.total() / 3, Trouble::Freeze));
        moments.push((plan.total() * 2 / 3, Trouble::Crash));
    }
    moments.sort_by_key(|(at, _)| *at);
    for (at, trouble) in moments {
        while progress.acknowledged.load(Ordering::Relaxed) < at {
            fleet.must_run();
            sleep(Duration::from_millis(1)).await;
        }
        sleep(dice.millis(20)).await;
        match (trouble, server) {
            (Trouble::Freeze, Some(_)) => freeze_leader(fleet).await,
            (Trouble::Crash, Some(server)) => tokio::task::block_in_place(|| {
                server.crash();
                server.start();
            }),
            _ => fleet.strike().await,
        }
    }
    for _ in in_load..orders.kills {
        sleep(Duration::from_millis(200) + dice.millis(1_000)).await;
        fleet.strike().await;
    }
}

#[derive(Clone, Copy)]
enum Trouble {
    Kill,
    Freeze,
    Crash,
}

/// Stops the process that applies for longer than its lease, so that the other takes over, and wakes it.
async fn freeze_leader(fleet: &mut Fleet<'_>) {
    let db = fleet.site.open().await;
    for _ in 0..100 {
        fleet.must_run();
        let rows = db.query_text("SELECT owner FROM applied", &[]).await.expect("the lease can be read");
        let owner = rows.first().map(|row| row.text("owner").to_owned()).unwrap_or_default();
        let id = owner.split('-').next().and_then(|id| id.parse().ok());
        if let Some(id) = id
            && fleet.freeze(id, Duration::from_secs(12)).await
        {
            db.close().await;
            return;
        }
        sleep(Duration::from_millis(200)).await;
    }
    let rows = db
        .query_text("SELECT owner, lease_until, alive_at, position FROM applied", &[])
        .await
        .expect("the lease can be read");
    panic!("no process of ours held the lease: {rows:?} at {:?}", SystemClock.now());
}

/// One table that can be copied into docs/reliability.md.
#[expect(clippy::too_many_arguments, reason = "each is one line of the table")]
fn tell(
    engine: &str,
    orders: &Orders,
    fleet: &Fleet<'_>,
    plan: &Plan,
    progress: &Progress,
    found: &Found,
    taken: usize,
    times: [Duration; 2],
) {
    let slowest = fleet.recoveries.iter().max().copied().unwrap_or_default();
    let mean = fleet.recoveries.iter().sum::<Duration>() / fleet.recoveries.len().max(1) as u32;
    let count = |n: &std::sync::atomic::AtomicUsize| n.load(Ordering::Relaxed).to_string();
    let lines = [
        ("seed", orders.seed.to_string()),
        ("kills (-9)", fleet.kills.to_string()),
        ("events sent and acknowledged", plan.total().to_string()),
        ("batches repeated until acknowledged", count(&progress.repeated)),
        ("batches sent twice on purpose", count(&progress.doubled)),
        ("events lost, doubled or applied twice", "0".to_owned()),
        ("journeys, all ended", found.journeys.to_string()),
        ("messages", found.messages.to_string()),
        ("messages sent, each once", found.sent.to_string()),
        ("messages in doubt (of them at the mail server)", format!("{} ({})", found.in_doubt, found.doubtful_taken)),
        ("messages refused by the mail server", found.failed.to_string()),
        ("messages skipped (ordered, no address yet)", found.skipped.to_string()),
        ("messages sent twice", "0".to_owned()),
        ("mails the mail server took", taken.to_string()),
        ("ready again after a kill, mean / slowest", format!("{} / {} ms", mean.as_millis(), slowest.as_millis())),
        ("load and kills / whole run", format!("{} / {} s", times[0].as_secs(), times[1].as_secs())),
    ];
    println!("\nchaos on {engine}\n");
    for (name, value) in lines {
        println!("| {name} | {value} |");
    }
    println!();
}
