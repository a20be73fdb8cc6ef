//! Carts waiting, many due at once: timer claimed, cart re-checked, journey started and stepped, outbox row, commit.

use crate::{
    Cli,
    clock::{Shifted, Watch, resident_mib},
};
use base::{Clock, DAY, HOUR, SharedClock, Time};
use bytes::Bytes;
use crm::calls::{Input, parse_call};
use engage::{Ritorno, commands};
use ritorno::bench::place::Fresh;
use runtime::{Handle, NewEvent, Origin, applier::Limits, driver::Runtime};
use serde_json::json;
use std::{sync::Arc, time::Duration};

#[derive(Debug, clap::Args)]
pub struct Options {
    /// Carts that wait.
    #[arg(long, default_value_t = 2_000_000)]
    waiting: usize,
    /// How many of them fall due at once.
    #[arg(long, default_value_t = 1_000_000)]
    due: usize,
    /// Timers in one commit.
    #[arg(long, default_value_t = Limits::default().batch_timers)]
    batch: usize,
}

pub async fn run(cli: &Cli, options: &Options) -> Result<(), String> {
    let scratch = std::env::temp_dir();
    one("sqlite", Fresh::new(&scratch, None).await?, options).await?;
    if let Some(server) = &cli.postgres {
        one("postgres", Fresh::new(&scratch, Some(server)).await?, options).await?;
    }
    Ok(())
}

async fn one(engine: &str, place: Fresh, options: &Options) -> Result<(), String> {
    let db = place.open(64 << 20).await?;
    let clock = Arc::new(Shifted::default());
    let shared: SharedClock = clock.clone();
    let limits = Limits { batch_timers: options.batch, ..Limits::default() };
    let opened =
        Runtime::open(Arc::new(Ritorno::default()), db.clone(), shared, limits, "bench".to_owned(), true).await;
    let runtime = opened.map_err(|e| e.to_string())?;
    let handle = runtime.workspace(1);
    prepare(&handle, clock.now()).await?;
    fill(engine, &handle, &clock, options).await?;
    let before = handle.status().position();
    clock.jump(DAY - 22 * HOUR);
    let watch = Watch::start();
    // Nothing else comes in: each event from here on is a timer.
    let fired = loop {
        tokio::time::sleep(Duration::from_millis(5)).await;
        let fired = (handle.status().position() - before) as usize;
        if fired >= options.due || watch.elapsed() > Duration::from_secs(900) {
            break fired;
        }
    };
    let spent = watch.elapsed().as_secs_f64();
    let rows = db.query(&runtime::sql::EFFECT_COUNT, &[1i64.into()]).await.map_err(|e| e.to_string())?;
    let queued = rows.first().map_or(0, |row| row.int("n"));
    println!(
        "timers {engine}: {fired} of {} fired in {spent:.1} s = {:.0}/s, {queued} messages in the outbox, {:.0} MiB",
        options.due,
        fired as f64 / spent,
        resident_mib(std::process::id())
    );
    while !db.query(&runtime::sql::BEHIND_EFFECTS_ALL, &[1i64.into()]).await.map_err(|e| e.to_string())?.is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!("  {engine}: every message where workers find it {:.1} s later", watch.elapsed().as_secs_f64() - spent);
    while handle.status().dirty_bytes() > 0 && watch.elapsed() < Duration::from_secs(900) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!(
        "  {engine}: every list complete {:.1} s after the last of them, {:.0} MiB",
        watch.elapsed().as_secs_f64() - spent,
        resident_mib(std::process::id())
    );
    runtime.crash().await;
    db.close().await;
    place.remove().await
}

/// Puts the carts there: as many as shall fall due were left 22 hours ago, the others just now; then waits until all of them
/// are in their own rows.
async fn fill(engine: &str, handle: &Handle<Input>, clock: &Shifted, options: &Options) -> Result<(), String> {
    let watch = Watch::start();
    let mut made = 0;
    while made < options.waiting {
        let mut appends = Vec::new();
        for _ in 0..8 {
            let n = 1_000.min(options.waiting - made);
            let age = |i| if i < options.due { 22 * HOUR } else { 0 };
            let events: Vec<_> = (made..made + n).map(|i| added(i, Time(clock.now().0 - age(i)))).collect();
            let handle = handle.clone();
            appends.push(tokio::spawn(async move { handle.append(events).await }));
            made += n;
        }
        for append in appends {
            append.await.map_err(|e| e.to_string())?.map_err(|e| e.to_string())?;
        }
        while handle.status().appended() - handle.status().position() > 100_000 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        if [16_000, 104_000, 1_000_000].contains(&made) {
            println!("  {engine}: {made} waiting, {:.0} MiB", resident_mib(std::process::id()));
        }
    }
    while handle.status().position() < handle.status().appended() || handle.status().dirty_bytes() > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (seconds, mib) = (watch.elapsed().as_secs_f64(), resident_mib(std::process::id()));
    println!("  {engine}: {made} carts in {seconds:.0} s, {mib:.0} MiB");
    Ok(())
}

async fn prepare(handle: &Handle<Input>, now: Time) -> Result<(), String> {
    let import = ritorno::flow_files::read(std::path::Path::new("two-branch-follow-up"))?;
    let settings = crm::desk::Settings { sender_address: "shop@shop.example".to_owned(), ..Default::default() };
    for command in [
        commands::new("settings.set", &settings, now),
        commands::new("flow.import", &import, now),
        commands::new("flow.enable", &json!({ "flow": "two_branch_follow_up" }), now),
    ] {
        handle.command(command).await.map_err(|e| e.to_string())?;
    }
    Ok(())
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
