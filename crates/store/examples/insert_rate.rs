//! Rows a second of durable batches on both engines: `cargo run -p store --release --example insert_rate [SECONDS]`.
//!
//! Each row is 300 bytes of text under a clustered key with one local index, as a log has them. PostgreSQL is started for this
//! and waits for its disk; without it only SQLite is measured.

use std::time::{Duration, Instant};
use store::{Db, DbConfig, DbUrl, Engine, Migration, Rows, Sql, Value, Write};

const SCHEMA: &[Migration] = &[Migration::new(
    "bench/0001",
    "CREATE TABLE entry (
       position BIGINT NOT NULL PRIMARY KEY,
       chunk BIGINT NOT NULL,
       owner BLOB NOT NULL,
       at BIGINT NOT NULL,
       kind TEXT NOT NULL,
       payload TEXT NOT NULL
     ) WITHOUT ROWID;
     CREATE INDEX entry_owner ON entry (chunk, owner, at);
     CREATE TABLE cell (owner BLOB NOT NULL PRIMARY KEY, image BLOB NOT NULL) WITHOUT ROWID;",
)];
const APPEND: Sql =
    Sql::one("INSERT INTO entry (position, chunk, owner, at, kind, payload) VALUES ($1, $2, $3, $4, $5, $6)");
const SWEEP: Sql = Sql::one(
    "INSERT INTO cell (owner, image) VALUES ($1, $2) ON CONFLICT (owner) DO UPDATE SET image = excluded.image",
);
const COUNT: Sql = Sql::one("SELECT COUNT(*) AS n FROM entry");

#[expect(clippy::disallowed_methods, reason = "it measures how long things take")]
fn now() -> Instant {
    Instant::now()
}

fn owner(n: i64) -> Value {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&base::stable_hash(&n.to_be_bytes()).to_be_bytes());
    Value::Id(base::Id(bytes))
}

fn batch(first: i64, rows: usize) -> Write {
    let payload = bytes::Bytes::from("x".repeat(300));
    let mut all = Rows::with_capacity(6, rows);
    for position in first..first + rows as i64 {
        let row = [
            position.into(),
            (position >> 16).into(),
            owner(position % 100_000),
            (position * 1000).into(),
            Value::Static("Product Added"),
            Value::Raw(payload.clone()),
        ];
        all.push(row);
    }
    Write::new(&APPEND, all)
}

/// Writes batches, one after the other, for a while; prints rows a second and microseconds a row.
async fn appends(db: &Db, position: &mut i64, rows: usize, time: Duration) {
    let (started, mut commits, mut slowest) = (now(), 0u32, Duration::ZERO);
    while started.elapsed() < time {
        let one = now();
        db.write(vec![batch(*position, rows)]).await.expect("the batch is written");
        slowest = slowest.max(one.elapsed());
        *position += rows as i64;
        commits += 1;
    }
    report(&format!("{rows} rows a commit"), commits as usize * rows, started.elapsed(), slowest);
}

fn report(what: &str, rows: usize, took: Duration, slowest: Duration) {
    let seconds = took.as_secs_f64();
    println!(
        "  {what:34} {:>9.0} rows/s {:>8.2} us/row   slowest {:>6.1} ms",
        rows as f64 / seconds,
        seconds * 1e6 / rows as f64,
        slowest.as_secs_f64() * 1e3
    );
}

async fn measure(name: &str, db: &Db, time: Duration) {
    println!("{name}");
    db.migrate(&[SCHEMA]).await.expect("an empty database takes the schema");
    let mut position = 0;
    for rows in [1, 100, 2_000, 10_000] {
        appends(db, &mut position, rows, time).await;
    }
    // 32 callers at once, 100 rows each.
    let (started, first) = (now(), position);
    while started.elapsed() < time {
        let tasks: Vec<_> = (0..32)
            .map(|_| {
                let (db, write) = (db.clone(), batch(position, 100));
                position += 100;
                tokio::spawn(async move { db.write(vec![write]).await })
            })
            .collect();
        for task in tasks {
            task.await.expect("no panic").expect("the batch is written");
        }
    }
    report("100 rows a caller, 32 callers", (position - first) as usize, started.elapsed(), Duration::ZERO);
    let (started, mut swept) = (now(), 0);
    while started.elapsed() < time {
        let mut cells = Rows::with_capacity(2, 2_000);
        (0..2_000).for_each(|n| cells.push([owner((swept + n) % 50_000), Value::Blob(vec![7; 450])]));
        db.write(vec![Write::new(&SWEEP, cells)]).await.expect("the sweep is written");
        swept += 2_000;
    }
    report("upserts of 450 bytes, 2000 a commit", swept as usize, started.elapsed(), Duration::ZERO);
    let started = now();
    let count = db.query(&COUNT, &[]).await.expect("the table is there")[0].int("n");
    assert_eq!(count, position);
    println!("  {count} rows counted in {:.0} ms", started.elapsed().as_secs_f64() * 1e3);
}

#[tokio::main]
async fn main() {
    let seconds = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1.0);
    let time = Duration::from_secs_f64(seconds);
    let folder = tempfile::TempDir::new().expect("the temporary folder is writable");
    let file = Db::open(&DbConfig::from(DbUrl::SqliteFile(folder.path().join("rate.db")))).await.expect("it opens");
    measure("SQLite", &file, time).await;
    file.close().await;
    let memory = Db::open(&DbConfig::from(DbUrl::SqliteMemory)).await.expect("it opens");
    measure("SQLite in memory", &memory, time).await;
    memory.close().await;
    if testkit::postgres_absent() {
        return;
    }
    let server = testkit::PostgresServer::launch(true);
    let url = server.create_database().await;
    let db = Db::open(&DbConfig::from(DbUrl::Postgres(url))).await.expect("it opens");
    assert_eq!(db.engine(), Engine::Postgres);
    measure("PostgreSQL", &db, time).await;
    db.close().await;
}
