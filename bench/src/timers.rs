//! Carts waiting, many due at once: timer claimed, cart re-checked, journey started and stepped, outbox row, commit.

use crate::{
    Cli,
    clock::{Watch, resident_mib},
};
use base::{DAY, HOUR, ManualClock, SharedClock, Time};
use bytes::Bytes;
use crm::calls::{Input, parse_call};
use engage::{Ritorno, commands};
use runtime::{
    NewEvent, Origin, Sequences,
    applier::{Applier, Limits, Opening},
};
use serde_json::json;
use std::sync::Arc;
use store::{Db, DbConfig};

#[derive(Debug, clap::Args)]
pub struct Options {
    /// Carts that wait.
    #[arg(long, default_value_t = 2_000_000)]
    waiting: usize,
    /// How many of them fall due at once.
    #[arg(long, default_value_t = 1_000_000)]
    due: usize,
}

pub async fn run(cli: &Cli, options: &Options) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let path = format!("sqlite:{}", folder.path().join("timers.db").display());
    one("sqlite", &path, options).await?;
    if let Some(url) = &cli.postgres {
        one("postgres", &fresh_database(url).await?, options).await?;
    }
    Ok(())
}

async fn one(engine: &str, url: &str, options: &Options) -> Result<(), String> {
    let mut config: DbConfig = url.parse().map_err(|e: store::StoreError| e.to_string())?;
    config.page_cache_bytes = 64 << 20;
    let db = Db::open(&config).await.map_err(|e| e.to_string())?;
    db.migrate(&ritorno::migrations()).await.map_err(|e| e.to_string())?;
    let start = Time(1_780_000_000_000_000);
    let clock: SharedClock = Arc::new(ManualClock::new(start));
    let opening = Opening {
        partition: 1,
        limits: Limits::default(),
        sequences: Arc::new(Sequences::default()),
        writes_log: true,
        is_ephemeral: false,
    };
    let opened = Applier::open(Arc::new(Ritorno::default()), db.clone(), "bench", opening, clock.now()).await;
    let mut applier = opened.map_err(|e| e.to_string())?.ok_or("the database is in use")?;
    prepare(&mut applier, start).await?;
    let watch = Watch::start();
    let mut made = 0;
    while made < options.waiting {
        let n = 4_000.min(options.waiting - made);
        let events = (made..made + n).map(|i| added(i, if i < options.due { start } else { start + DAY })).collect();
        applier.receive(events, start + DAY).await.map_err(|e| e.to_string())?;
        applier.commit(start + DAY, false).await.map_err(|e| e.to_string())?;
        made += n;
        if [10_000, 100_000, 1_000_000].contains(&made) {
            println!("  {engine}: {made} waiting, {:.0} MiB", resident_mib(std::process::id()));
        }
    }
    while applier.commit(start + DAY, true).await.map_err(|e| e.to_string())?.is_some() {}
    println!(
        "  {engine}: {made} carts in {:.0} s, {:.0} MiB",
        watch.elapsed().as_secs_f64(),
        resident_mib(std::process::id())
    );
    let now = start + DAY + HOUR;
    let watch = Watch::start();
    let mut fired = 0;
    while applier.next_due().await.map_err(|e| e.to_string())?.is_some_and(|due| due <= now) {
        let timers = applier.due_timers(now).await.map_err(|e| e.to_string())?;
        fired += timers.len();
        applier.receive(timers, now).await.map_err(|e| e.to_string())?;
        applier.commit(now, false).await.map_err(|e| e.to_string())?;
    }
    let spent = watch.elapsed().as_secs_f64();
    let rows = db.query(&runtime::sql::EFFECT_COUNT, &[1i64.into()]).await.map_err(|e| e.to_string())?;
    let queued = rows.first().map_or(0, |row| row.int("n"));
    println!(
        "timers {engine}: {fired} fired in {spent:.1} s = {:.0}/s, {queued} messages in the outbox, {:.0} MiB",
        fired as f64 / spent,
        resident_mib(std::process::id())
    );
    db.close().await;
    Ok(())
}

async fn prepare(applier: &mut Applier<Ritorno>, now: Time) -> Result<(), String> {
    let import = ritorno::flow_files::read(std::path::Path::new("two-branch-follow-up"))?;
    let settings = crm::desk::Settings { sender_address: "shop@shop.example".to_owned(), ..Default::default() };
    let events = vec![
        commands::new("settings.set", &settings, now),
        commands::new("flow.import", &import, now),
        commands::new("flow.enable", &json!({ "flow": "two_branch_follow_up" }), now),
    ];
    for answer in applier.receive(events, now).await.map_err(|e| e.to_string())? {
        if let runtime::applier::Verdict::Refused(reason) = answer.verdict {
            return Err(reason);
        }
    }
    applier.commit(now, false).await.map_err(|e| e.to_string()).map(drop)
}

fn added(i: usize, at: Time) -> NewEvent<Input> {
    let body = format!(
        "{{\"type\":\"track\",\"event\":\"Product Added\",\"userId\":\"u{i}\",\"messageId\":\"m{i}\",\"timestamp\":\"{at}\",\
         \"properties\":{{\"cart_id\":\"c{i}\",\"product_id\":\"p{}\",\"price\":59.90,\"quantity\":1,\"currency\":\"EUR\"}}}}",
        i % 500
    );
    let payload = Bytes::from(body);
    let call = parse_call("track", "Product Added", &payload).expect("the benchmark's own event");
    NewEvent {
        message_id: format!("m{i}").into(),
        sent: Some(at),
        occurred: at,
        origin: Origin::Outside,
        source: 1,
        kind: "track",
        name: "Product Added".into(),
        payload,
        input: Input::Call(Box::new(call)),
    }
}

/// Makes a database of its own on a server and returns its address.
pub async fn fresh_database(url: &str) -> Result<String, String> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.map_err(|e| e.to_string())?;
    tokio::spawn(connection);
    let name = format!("bench_{}", base::token(&base::SystemRng, 10).to_lowercase().replace(['-', '_'], "x"));
    let create = format!("CREATE DATABASE {name} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C.UTF-8' ENCODING 'UTF8'");
    client.batch_execute(&create).await.map_err(|e| e.to_string())?;
    let (head, tail) = url.split_once('?').map_or((url, String::new()), |(head, tail)| (head, format!("?{tail}")));
    let server = head.rsplit_once('/').map_or(head, |(server, _)| server);
    Ok(format!("{server}/{name}{tail}"))
}
