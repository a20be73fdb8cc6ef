//! The limit: bare rows with a random unique 16-byte key and an index on (customer, time), durable at each group.
//!
//! The same event texts, the same group size, the same machine, nothing else.

use crate::{clock::Watch, events::Source};
use base::{Clock, Rng, SeededRng, SystemClock};
use rusqlite::{Connection, params};
use std::{path::Path, time::Duration};

/// A raw SQLite table.
pub struct RawSqlite {
    db: Connection,
    source: Source,
    rng: SeededRng,
}

impl RawSqlite {
    pub fn open(path: &Path, customers: u64) -> rusqlite::Result<RawSqlite> {
        let db = Connection::open(path)?;
        db.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768;
             CREATE TABLE raw (id INTEGER PRIMARY KEY, message BLOB NOT NULL, customer BLOB NOT NULL, at INTEGER NOT NULL, payload TEXT NOT NULL);
             CREATE UNIQUE INDEX raw_message ON raw (message);
             CREATE INDEX raw_customer ON raw (customer, at);",
        )?;
        Ok(RawSqlite { db, source: Source::new(7, customers), rng: SeededRng::new(99) })
    }

    /// Inserts groups of `group` until `events` are in or `limit` has passed; returns events a second.
    pub fn run(&mut self, events: usize, group: usize, limit: Duration) -> rusqlite::Result<f64> {
        let (mut done, mut spent) = (0usize, Duration::ZERO);
        while done < events && spent < limit {
            let mut rows = Vec::with_capacity(group);
            for _ in 0..group {
                let mut payload = String::with_capacity(400);
                let at = SystemClock.now();
                self.source.event(at, &mut payload);
                let (mut message, mut customer) = ([0u8; 16], [0u8; 16]);
                self.rng.fill(&mut message);
                let number = base::stable_hash(payload.as_bytes()) % 1_000_000;
                customer[..8].copy_from_slice(&base::stable_hash(&number.to_be_bytes()).to_be_bytes());
                rows.push((message, customer, at.0, payload));
            }
            let watch = Watch::start();
            let tx = self.db.transaction()?;
            {
                let mut insert =
                    tx.prepare_cached("INSERT INTO raw (message, customer, at, payload) VALUES (?1, ?2, ?3, ?4)")?;
                for (message, customer, at, payload) in &rows {
                    insert.execute(params![message.as_slice(), customer.as_slice(), at, payload])?;
                }
            }
            tx.commit()?;
            spent += watch.elapsed();
            done += group;
        }
        Ok(done as f64 / spent.as_secs_f64())
    }
}

/// A raw PostgreSQL table, filled through UNNEST.
pub struct RawPostgres {
    client: tokio_postgres::Client,
    source: Source,
    rng: SeededRng,
}

impl RawPostgres {
    pub async fn open(url: &str, customers: u64) -> Result<RawPostgres, tokio_postgres::Error> {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
        tokio::spawn(connection);
        client
            .batch_execute(
                "CREATE TABLE raw (id BIGSERIAL PRIMARY KEY, message BYTEA NOT NULL, customer BYTEA NOT NULL, at BIGINT NOT NULL, payload TEXT NOT NULL);
                 CREATE UNIQUE INDEX raw_message ON raw (message);
                 CREATE INDEX raw_customer ON raw (customer, at);",
            )
            .await?;
        Ok(RawPostgres { client, source: Source::new(7, customers), rng: SeededRng::new(99) })
    }

    pub async fn run(&mut self, events: usize, group: usize, limit: Duration) -> Result<f64, tokio_postgres::Error> {
        let insert = self
            .client
            .prepare(
                "INSERT INTO raw (message, customer, at, payload)
                 SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::bigint[], $4::text[]) ON CONFLICT DO NOTHING",
            )
            .await?;
        let (mut done, mut spent) = (0usize, Duration::ZERO);
        while done < events && spent < limit {
            let (mut messages, mut customers, mut times, mut payloads) =
                (Vec::new(), Vec::new(), Vec::new(), Vec::new());
            for _ in 0..group {
                let mut payload = String::with_capacity(400);
                let at = SystemClock.now();
                self.source.event(at, &mut payload);
                let mut message = vec![0u8; 16];
                self.rng.fill(&mut message);
                let number = base::stable_hash(payload.as_bytes()) % 1_000_000;
                let mut customer = vec![0u8; 16];
                customer[..8].copy_from_slice(&base::stable_hash(&number.to_be_bytes()).to_be_bytes());
                messages.push(message);
                customers.push(customer);
                times.push(at.0);
                payloads.push(payload);
            }
            let watch = Watch::start();
            self.client.execute(&insert, &[&messages, &customers, &times, &payloads]).await?;
            spent += watch.elapsed();
            done += group;
        }
        Ok(done as f64 / spent.as_secs_f64())
    }
}
