//! Three days down. The server is run inside the test, because its clock must move; messages wait in the outbox, timers come
//! due, and an order comes that nobody has read: the past does not fire.

use crate::processes::{Client, basic, batch_request};
use base::{HOUR, MINUTE, ManualClock, Time};
use clap::Parser;
use ritorno::{
    config::{Role, Serve},
    flow_files,
    operations::{Office, Operation},
    serve::{Running, start},
};
use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};
use testkit::{
    PostgresServer, TempDir,
    smtp::{Act, SmtpSink, Verb},
};
use tokio::time::{Instant, sleep};

#[derive(Debug, Parser)]
struct Line {
    #[command(flatten)]
    serve: Serve,
}

/// A shop with its clock, its mail server and its database.
struct Scene {
    clock: Arc<ManualClock>,
    sink: SmtpSink,
    folder: TempDir,
    database_url: Option<String>,
    authorization: String,
    sent: std::cell::Cell<u32>,
}

const DAY_ONE: Time = Time(1_790_000_000_000_000);

impl Scene {
    async fn new(database_url: Option<String>) -> Scene {
        let folder = TempDir::with_prefix("ritorno-down-").expect("the temporary folder is writable");
        let clock = Arc::new(ManualClock::new(DAY_ONE));
        Scene {
            clock,
            sink: SmtpSink::start().await,
            folder,
            database_url,
            authorization: String::new(),
            sent: 0.into(),
        }
    }

    async fn start(&self, role: Role) -> Running {
        let mut line =
            vec!["ritorno".to_owned(), "--listen=127.0.0.1:0".to_owned(), format!("--smtp-url={}", self.sink.url())];
        match &self.database_url {
            Some(url) => line.push(format!("--database-url={url}")),
            None => line.push(format!("--data={}", self.folder.path().display())),
        }
        let mut options = Line::parse_from(line).serve;
        options.role = role;
        start(options, self.clock.clone()).await.expect("it starts")
    }

    /// Both flows switched on, and a key for the shop.
    async fn prepare(&mut self, server: &Running) {
        let office = Office::new(server.server.clone());
        let key = Operation::KeyCreate { kind: "secret".into(), name: "shop".into(), scopes: Vec::new() };
        let made = office.carry_out(key).await.expect("a key");
        self.authorization = basic(made["key"].as_str().expect("its text"));
        let settings = serde_json::json!({ "sender_address": "shop@shop.test", "cart_pause_hours": 0 });
        let values = settings.as_object().expect("an object").clone();
        office.carry_out(Operation::SettingsSet { values }).await.expect("settings");
        for (name, id) in
            [("three-step-recovery", "three_step_recovery"), ("two-branch-follow-up", "two_branch_follow_up")]
        {
            let import = flow_files::read(Path::new(name)).expect("ready-made");
            office.carry_out(Operation::FlowImport { import }).await.expect("imported");
            office
                .carry_out(Operation::FlowEnable { flow: id.into(), parameters: BTreeMap::new() })
                .await
                .expect("enabled");
        }
    }

    /// Sends a call at the clock's time.
    async fn send(&self, server: &Running, inside: &str) {
        self.sent.set(self.sent.get() + 1);
        let (n, now) = (self.sent.get(), base::Clock::now(&*self.clock));
        let body = format!(r#"{{"batch":[{{"messageId":"m{n}","timestamp":"{now}",{inside}}}]}}"#);
        let answer =
            Client::new(server.address).send(&batch_request("/v1/batch", &self.authorization, body.as_bytes())).await;
        assert_eq!(answer.expect("an answer").status, 200);
    }

    /// A customer with a mail address and a cart.
    async fn leaves_a_cart(&self, server: &Running, who: &str, price: u32) {
        let traits = format!(
            r#"{{"email":"{who}@people.test","consent":{{"marketing":{{"email":true}}}},"agent":{{"email":"anna@shop.test","name":"Anna"}}}}"#
        );
        self.send(server, &format!(r#""type":"identify","userId":"{who}","traits":{traits}"#)).await;
        let properties = format!(
            r#"{{"cart_id":"cart-{who}","product_id":"p1","name":"Lampada","price":{price},"quantity":1,"currency":"EUR"}}"#
        );
        self.send(
            server,
            &format!(r#""type":"track","userId":"{who}","event":"Product Added","properties":{properties}"#),
        )
        .await;
    }

    async fn orders(&self, server: &Running, who: &str) {
        let properties = format!(r#"{{"order_id":"order-{who}","cart_id":"cart-{who}","total":50,"currency":"EUR"}}"#);
        self.send(
            server,
            &format!(r#""type":"track","userId":"{who}","event":"Order Completed","properties":{properties}"#),
        )
        .await;
    }

    /// To whom mails went so far, with their subjects.
    fn mails(&self) -> Vec<String> {
        let mut all: Vec<String> = self.sink.messages().iter().map(|mail| mail.to.join(",")).collect();
        all.sort();
        all
    }

    async fn until(&self, what: &str, mut holds: impl AsyncFnMut() -> bool) {
        let limit = Instant::now() + Duration::from_secs(20);
        while !holds().await {
            assert!(Instant::now() < limit, "still not: {what}; mails so far: {:?}", self.mails());
            sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Customer (as addressed), step, state and reason of each message.
async fn messages(server: &Running) -> Vec<String> {
    let text = "SELECT c.user_id AS who, m.step AS step, m.state AS state, m.reason AS reason
         FROM message m JOIN customer c ON c.id = m.customer ORDER BY c.user_id, m.step, m.queued_at";
    let rows = server.server.db.query_text(text, &[]).await.expect("reads");
    let tell = |row: &testkit::store::Row| {
        let reason = row.opt_text("reason").filter(|_| row.text("state") == "skipped").unwrap_or_default().to_owned();
        format!("{} {} {} {reason}", row.text("who"), row.text("step"), row.text("state")).trim_end().to_owned()
    };
    rows.iter().map(tell).collect()
}

async fn is_holding(server: &Running) -> bool {
    Client::new(server.address).get("/readyz").await.is_ok_and(|answer| answer.body.contains("\"hold\""))
}

async fn three_days_down(database_url: Option<String>) {
    let mut scene = Scene::new(database_url).await;
    // The mail server does not take what is for carla or for the agent now.
    scene.sink.rule_for("carla@", Verb::Rcpt, Act::reply(451, "later"));
    scene.sink.rule_for("anna@", Verb::Rcpt, Act::reply(451, "later"));
    let server = scene.start(Role::All).await;
    scene.prepare(&server).await;
    for who in ["alba", "bruno", "carla"] {
        scene.leaves_a_cart(&server, who, 50).await;
    }
    scene.clock.advance(HOUR + MINUTE);
    scene.until("the first step", async || scene.mails() == ["alba@people.test", "bruno@people.test"]).await;
    // A dear cart for which the agent's notice will be waiting: its day is over just before the server stops.
    scene.leaves_a_cart(&server, "dario", 3_000).await;
    scene.clock.advance(HOUR);
    server.stop().await;

    scene.sink.clear_rules();
    scene.clock.advance(72 * HOUR);
    // On PostgreSQL a process that only takes in was there to hear alba's order; nobody has read it yet.
    if scene.database_url.is_some() {
        let api = scene.start(Role::Api).await;
        scene.orders(&api, "alba").await;
        api.stop().await;
    }
    let before = scene.mails();
    let server = scene.start(Role::All).await;
    scene.until("the hold", async || is_holding(&server).await).await;
    scene
        .until("bruno's second step is kept back", async || {
            messages(&server).await.contains(&"bruno send_products held".to_owned())
        })
        .await;
    if scene.database_url.is_none() {
        scene.orders(&server, "alba").await;
    }
    sleep(Duration::from_secs(1)).await;
    assert_eq!(scene.mails(), before, "nothing is sent while it holds: {:?}", messages(&server).await);

    let office = Office::new(server.server.clone());
    office.carry_out(Operation::HoldRelease).await.expect("released");
    scene.until("bruno's mail", async || scene.mails().iter().filter(|to| to.starts_with("bruno@")).count() == 2).await;
    scene
        .until("carla's is too late", async || {
            messages(&server).await.contains(&"carla send_help skipped too_late".to_owned())
        })
        .await;
    sleep(Duration::from_secs(1)).await;
    let to = |who: &str| scene.mails().iter().filter(|to| to.starts_with(who)).count();
    assert_eq!((to("alba@"), to("bruno@"), to("carla@")), (1, 2, 0), "{:?}", messages(&server).await);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_days_down_opens_in_hold_on_sqlite() {
    three_days_down(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_days_down_opens_in_hold_on_postgres() {
    if testkit::postgres_absent() {
        return;
    }
    let url = PostgresServer::of_this_process().create_database().await;
    three_days_down(Some(url.clone())).await;
    PostgresServer::of_this_process().drop_database(&url).await;
}

/// A short stop is no reason to hold, however long the server was idle before it.
async fn short_stop(database_url: Option<String>) {
    let mut scene = Scene::new(database_url).await;
    let server = scene.start(Role::All).await;
    scene.prepare(&server).await;
    // A night without a single event: the loop lives, and says so.
    for _ in 0..10 {
        scene.clock.advance(HOUR);
        sleep(Duration::from_millis(400)).await;
    }
    server.stop().await;
    scene.clock.advance(MINUTE);
    let server = scene.start(Role::All).await;
    sleep(Duration::from_millis(800)).await;
    assert!(!is_holding(&server).await, "a minute's stop holds nothing back");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_stop_after_a_quiet_night_does_not_hold() {
    short_stop(None).await;
    if testkit::postgres_absent() {
        return;
    }
    let url = PostgresServer::of_this_process().create_database().await;
    short_stop(Some(url.clone())).await;
    PostgresServer::of_this_process().drop_database(&url).await;
}
