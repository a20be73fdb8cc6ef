//! Journeys: begun by an event, waiting in the database, ended by their timer or by the event they wait for. Everything a
//! server does on the way is in the figures: the log, the fold, the commit, the lists.

use super::{
    machine::{Cpu, Shifted, Watch, resident},
    place::Fresh,
    sql,
};
use base::{Clock, HOUR, SharedClock, Time};
use bytes::Bytes;
use crm::calls::{Input, parse_call};
use engage::{Ritorno, commands};
use runtime::{Handle, NewEvent, Origin, applier::Limits, driver::Runtime};
use serde::Serialize;
use serde_json::json;
use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};
use store::Db;

/// The flow: start, exclusive gateway, service task, event-based gateway with a timer and a message, end.
const FLOW: &str = include_str!("journeys.bpmn");
const BEGUN: &str = "Bench Begun";
const ANSWERED: &str = "Bench Answered";
/// How long a journey waits, as the flow says.
const WAIT: i64 = 48 * HOUR;
/// Events of one append, and appends under way at once.
const BATCH: usize = 1_000;
const APPENDS: usize = 8;
/// Customers without a journey, whose cells show what a cell weighs by itself.
const CONTROL_MAX: usize = 50_000;
/// Timers that fall due at once, at most.
const DUE_MAX: usize = 10_000;

#[derive(Debug, clap::Args)]
pub struct Options {
    /// Journeys that wait at the same time, each of a customer of its own.
    #[arg(long, env = "RITORNO_COUNT", default_value_t = 100_000)]
    count: usize,
    /// A PostgreSQL server on which to make a database for this alone; without it SQLite.
    #[arg(long, env = "RITORNO_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    database_url: Option<String>,
    /// Where the SQLite file stands meanwhile; default: the system's folder for temporary files.
    #[arg(long, env = "RITORNO_FOLDER", value_name = "DIR")]
    folder: Option<PathBuf>,
    /// One JSON object instead of words.
    #[arg(long, env = "RITORNO_JSON", value_parser = clap::builder::BoolishValueParser::new())]
    json: bool,
}

/// What was measured. Rates are per processor second of this process and of the database server together.
#[derive(Debug, Serialize)]
struct Figures {
    engine: &'static str,
    journeys: usize,
    /// From the event to the journey that waits, in its own rows.
    starts: Rate,
    /// From the event that a journey waits for to its end.
    completions: Rate,
    /// Timers that fell due together while the rest waited: found, fired, journeys ended.
    timers: Rate,
    /// Bytes that a waiting journey adds to the database: its rows, its timer, its history, and its part of the customer's
    /// cell. The log and the customer are not in it.
    bytes_per_waiting_journey: f64,
    /// The same by table.
    bytes_by_table: BTreeMap<String, f64>,
    /// Resident memory of this process with all of them waiting.
    rss_bytes: u64,
    rss_bytes_per_waiting_journey: f64,
    /// The whole database, log and customers too, by journey.
    database_bytes_per_journey: f64,
}

#[derive(Debug, Serialize)]
struct Rate {
    count: usize,
    seconds: f64,
    cpu_seconds: f64,
    server_cpu_seconds: f64,
    per_second: f64,
    per_cpu_second: f64,
}

/// Measures, prints, and removes what it made.
pub async fn run(options: Options) -> Result<(), String> {
    if options.count == 0 {
        return Err("--count 0: at least one journey is needed".to_owned());
    }
    let figures = measure(&options).await?;
    if options.json {
        println!("{}", serde_json::to_string(&figures).map_err(|e| e.to_string())?);
        return Ok(());
    }
    println!("{} journeys wait at the same time, {}", figures.journeys, figures.engine);
    for (name, rate) in
        [("starts", &figures.starts), ("completions", &figures.completions), ("timers", &figures.timers)]
    {
        println!(
            "{name:<12} {:>9} in {:.2} s: {:.0} a second, {:.0} a processor second",
            rate.count, rate.seconds, rate.per_second, rate.per_cpu_second
        );
    }
    println!("a waiting journey: {:.0} bytes in the database", figures.bytes_per_waiting_journey);
    for (table, bytes) in &figures.bytes_by_table {
        println!("  {table:<12} {bytes:>7.0}");
    }
    println!(
        "memory: {:.0} MiB, {:.0} bytes a journey; the whole database: {:.0} bytes a journey",
        figures.rss_bytes as f64 / f64::from(1 << 20),
        figures.rss_bytes_per_waiting_journey,
        figures.database_bytes_per_journey
    );
    Ok(())
}

async fn measure(options: &Options) -> Result<Figures, String> {
    let scratch = options.folder.clone().unwrap_or_else(std::env::temp_dir);
    let server = options.database_url.as_deref();
    let control_count = options.count.min(CONTROL_MAX);
    let control = within(&scratch, server, async |bench: &Bench| {
        bench.begin(0..control_count).await?;
        bench.table_bytes().await
    });
    let control = per(control.await?, control_count);
    within(&scratch, server, async |bench: &Bench| bench.figures(options.count, &control).await).await
}

fn per(bytes: BTreeMap<String, i64>, count: usize) -> BTreeMap<String, f64> {
    bytes.into_iter().map(|(table, bytes)| (table, bytes as f64 / count as f64)).collect()
}

/// A workspace over a database of its own, removed whatever becomes of it.
async fn within<T>(
    scratch: &std::path::Path,
    server: Option<&str>,
    work: impl AsyncFn(&Bench) -> Result<T, String>,
) -> Result<T, String> {
    let fresh = Fresh::new(scratch, server).await?;
    let done = match Bench::open(&fresh, server.is_some()).await {
        Ok(bench) => {
            let done = work(&bench).await;
            bench.runtime.close().await;
            bench.db.close().await;
            done
        }
        Err(reason) => Err(reason),
    };
    fresh.remove().await?;
    done
}

struct Bench {
    db: Db,
    runtime: Arc<Runtime<Ritorno>>,
    handle: Handle<Input>,
    clock: Arc<Shifted>,
    has_server: bool,
}

impl Bench {
    async fn open(fresh: &Fresh, has_server: bool) -> Result<Bench, String> {
        let db = fresh.open(64 << 20).await?;
        let clock = Arc::new(Shifted::default());
        let shared: SharedClock = clock.clone();
        let domain = Arc::new(Ritorno::default());
        let opened = Runtime::open(domain, db.clone(), shared, Limits::default(), "bench".to_owned(), true).await;
        let runtime = opened.map_err(|e| e.to_string())?;
        let handle = runtime.workspace(1);
        let bench = Bench { db, runtime, handle, clock, has_server };
        bench.command("flow.import", &json!({ "xml": FLOW })).await?;
        Ok(bench)
    }

    async fn command(&self, name: &'static str, data: &impl Serialize) -> Result<(), String> {
        let said = self.handle.command(commands::new(name, data, self.clock.now())).await;
        said.map(|_| ()).map_err(|e| e.to_string())
    }

    async fn figures(&self, count: usize, control: &BTreeMap<String, f64>) -> Result<Figures, String> {
        self.command("flow.enable", &json!({ "flow": "bench" })).await?;
        let due = (count / 10).clamp(1, DUE_MAX);
        let starts = {
            let (watch, cpu) = (Watch::start(), Cpu::now(self.has_server));
            self.begin(0..due).await?;
            // What comes after these falls due a day later.
            self.clock.jump(WAIT / 2);
            self.begin(due..count).await?;
            self.rate(count, &watch, cpu)
        };
        let rss_bytes = resident(std::process::id());
        let bytes = per(self.table_bytes().await?, count);
        let added: BTreeMap<String, f64> = ["journey", "timer", "decision", "cell"]
            .map(|table| (table, bytes.get(table).unwrap_or(&0.0) - control.get(table).unwrap_or(&0.0)))
            .map(|(table, bytes)| (table.to_owned(), bytes))
            .into();
        let timers = {
            let (watch, cpu, before) = (Watch::start(), Cpu::now(self.has_server), self.handle.status().position());
            self.clock.jump(WAIT / 2);
            self.until("the timers fire", || self.handle.status().position() - before >= due as i64).await?;
            self.rate(due, &watch, cpu)
        };
        let completions = {
            let (watch, cpu) = (Watch::start(), Cpu::now(self.has_server));
            self.tell(ANSWERED, due..count).await?;
            self.rate(count - due, &watch, cpu)
        };
        Ok(Figures {
            engine: if self.has_server { "postgres" } else { "sqlite" },
            journeys: count,
            starts,
            completions,
            timers,
            bytes_per_waiting_journey: added.values().sum(),
            bytes_by_table: added,
            rss_bytes,
            rss_bytes_per_waiting_journey: rss_bytes as f64 / count as f64,
            database_bytes_per_journey: bytes.values().sum(),
        })
    }

    fn rate(&self, count: usize, watch: &Watch, before: Cpu) -> Rate {
        let (seconds, cpu) = (watch.elapsed().as_secs_f64(), Cpu::now(self.has_server).since(before));
        Rate {
            count,
            seconds,
            cpu_seconds: cpu.own,
            server_cpu_seconds: cpu.server,
            per_second: count as f64 / seconds,
            per_cpu_second: count as f64 / cpu.total().max(0.01),
        }
    }

    async fn begin(&self, customers: std::ops::Range<usize>) -> Result<(), String> {
        self.tell(BEGUN, customers).await
    }

    /// One event of each customer, applied and in its own rows when this returns.
    async fn tell(&self, name: &'static str, customers: std::ops::Range<usize>) -> Result<(), String> {
        let batches: Vec<_> =
            customers.clone().step_by(BATCH).map(|from| from..(from + BATCH).min(customers.end)).collect();
        for appends in batches.chunks(APPENDS) {
            let mut under_way = tokio::task::JoinSet::new();
            for batch in appends {
                let now = self.clock.now();
                let events = batch.clone().map(|i| event(name, i, now)).collect();
                let handle = self.handle.clone();
                under_way.spawn(async move { handle.append(events).await });
            }
            while let Some(done) = under_way.join_next().await {
                done.map_err(|e| e.to_string())?.map_err(|e| e.to_string())?;
            }
            let status = self.handle.status();
            self.until("the loop keeps up", || status.appended() - status.position() <= 100_000).await?;
        }
        let status = self.handle.status();
        self.until("everything is applied", || status.position() >= status.appended() && status.dirty_bytes() == 0)
            .await
    }

    async fn until(&self, what: &str, is_so: impl Fn() -> bool) -> Result<(), String> {
        let watch = Watch::start();
        while !is_so() {
            if watch.elapsed() > Duration::from_secs(900) {
                return Err(format!("not within 15 minutes: {what}"));
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(())
    }

    async fn table_bytes(&self) -> Result<BTreeMap<String, i64>, String> {
        let rows = self.db.query(&sql::TABLE_BYTES, &[]).await.map_err(|e| e.to_string())?;
        Ok(rows.iter().map(|row| (row.text("name").to_owned(), row.int("bytes"))).collect())
    }
}

fn event(name: &'static str, customer: usize, at: Time) -> NewEvent<Input> {
    let id = format!("{name}-{customer}");
    let body = format!(
        "{{\"type\":\"track\",\"event\":\"{name}\",\"userId\":\"u{customer}\",\"messageId\":\"{id}\",\"timestamp\":\"{at}\",\
         \"properties\":{{\"total\":2500}}}}"
    );
    let payload = Bytes::from(body);
    let call = parse_call("track", name, &payload).expect("the benchmark's own event");
    NewEvent {
        message_id: id.into(),
        sent: Some(at),
        occurred: at,
        origin: Origin::Outside,
        source: 1,
        kind: "track",
        name: name.into(),
        payload,
        input: Input::Call(Box::new(call)),
    }
}
