//! `Db` and `Tx`: what callers see of either engine.

use crate::{
    DbConfig, DbUrl, Listener, Migration, Row, Rows, Sql, StoreError, Value, Write,
    error::closed,
    postgres::{Lane, Postgres, PostgresTx},
    sqlite::{LocalReader, Sqlite, SqliteTx},
};
use std::{path::Path, sync::Arc};

/// Which engine it is: for the few callers that must know (a doctor, a bench).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A database. Cheap to clone; all clones are the same one.
#[derive(Clone)]
pub struct Db {
    backend: Backend,
}

#[derive(Clone)]
enum Backend {
    Sqlite(Arc<Sqlite>),
    Postgres(Arc<Postgres>),
}

impl Db {
    /// Opens the database, and makes the file where there is none. For SQLite this takes the lock on the data folder:
    /// [`StoreError::Locked`] says which process has it.
    pub async fn open(config: &DbConfig) -> Result<Db, StoreError> {
        let backend = match &config.url {
            DbUrl::SqliteFile(path) => Backend::Sqlite(Sqlite::open(Some(path), config).await?),
            DbUrl::SqliteMemory => Backend::Sqlite(Sqlite::open(None, config).await?),
            DbUrl::Postgres(url) => Backend::Postgres(Postgres::open(url, config).await?),
        };
        Ok(Db { backend })
    }

    /// As [`Db::open`], for a command line: small caches and one reader. Where a server has the folder open, the answer is
    /// [`StoreError::Locked`], and the command goes to that server instead.
    pub async fn open_cli(config: &DbConfig) -> Result<Db, StoreError> {
        Db::open(&DbConfig { page_cache_bytes: 8 << 20, readers: 1, pool_size: 2, ..config.clone() }).await
    }

    pub fn engine(&self) -> Engine {
        match &self.backend {
            Backend::Sqlite(_) => Engine::Sqlite,
            Backend::Postgres(_) => Engine::Postgres,
        }
    }

    /// Applies what is missing of the lists, in their order, each migration in its own transaction; answers the names applied.
    /// Refuses a database that has migrations which no list names ([`StoreError::NewerDatabase`]), and edited migrations.
    pub async fn migrate(&self, lists: &[&[Migration]]) -> Result<Vec<&'static str>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.migrate(lists).await,
            Backend::Postgres(postgres) => postgres.migrate(lists).await,
        }
    }

    /// Executes all steps in one transaction, durable when this returns. Answers the rows touched by each step.
    ///
    /// On SQLite, batches that wait at the same time share one commit; a batch that fails takes nothing of the others with it.
    /// A call that is dropped half-way may or may not be carried out.
    pub async fn write(&self, batch: Vec<Write>) -> Result<Vec<u64>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.write(batch).await,
            Backend::Postgres(postgres) => postgres.write(batch).await,
        }
    }

    /// Reads; sees every write that has returned. (On SQLite it cannot write; a statement with RETURNING belongs in a
    /// [`Tx`].)
    pub async fn query(&self, sql: &'static Sql, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.query(sql, params).await,
            Backend::Postgres(postgres) => postgres.query(sql, params).await,
        }
    }

    /// As [`Db::query`], for a text that is made at run time (a segment's condition). `$1…` on both engines.
    pub async fn query_text(&self, text: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.query_text(text, params).await,
            Backend::Postgres(postgres) => postgres.query_text(text, params).await,
        }
    }

    /// Looks each row of `keys` up and answers all rows found, in no promised order: select the key's columns too. On SQLite
    /// the text runs once for each key; on PostgreSQL once for all (a text without `unnest(…)` is rewritten to it).
    pub async fn query_each(&self, sql: &'static Sql, keys: Rows) -> Result<Vec<Row>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.query_each(sql, keys).await,
            Backend::Postgres(postgres) => postgres.query_each(sql, &keys).await,
        }
    }

    /// A connection of its own for a thread that reads all the time: handing each question to another thread and back costs
    /// more than most answers. `None` where there is no such thing (PostgreSQL, an in-memory database): ask the [`Db`].
    pub async fn local_reader(&self) -> Result<Option<LocalReader>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.local_reader().await,
            Backend::Postgres(_) => Ok(None),
        }
    }

    /// A connection of its own on which each batch is sent before those before it are answered, so that the server goes from one
    /// commit to the next without waiting for us. PostgreSQL only.
    pub async fn lane(&self) -> Result<Lane, StoreError> {
        match &self.backend {
            Backend::Sqlite(_) => Err(StoreError::Other("sqlite has one writer: there are no lanes".to_owned())),
            Backend::Postgres(postgres) => postgres.lane().await,
        }
    }

    /// Begins a transaction that can read between its writes. It is rolled back when dropped, and ended by the database when it
    /// takes longer than `transaction_timeout` (10 s). On SQLite nobody else writes meanwhile, and on an in-memory database nobody else reads: use the
    /// [`Tx`] alone until it has ended.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => Ok(Tx { backend: TxBackend::Sqlite(sqlite.begin().await?) }),
            Backend::Postgres(postgres) => Ok(Tx { backend: TxBackend::Postgres(Box::new(postgres.begin().await?)) }),
        }
    }

    /// Hears wake-ups on a channel from now on.
    pub async fn listen(&self, channel: &str) -> Result<Listener, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => Ok(sqlite.wakes.listen(channel).0),
            Backend::Postgres(postgres) => postgres.listen(channel).await,
        }
    }

    /// Wakes who listens on the channel: in this process (SQLite), in all processes on the database (PostgreSQL). A payload is
    /// at most 7,000 bytes long.
    pub async fn notify(&self, channel: &str, payload: &str) -> Result<(), StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.wakes.wake(channel, payload);
                Ok(())
            }
            Backend::Postgres(postgres) => postgres.notify(channel, payload).await,
        }
    }

    /// Writes a consistent copy of the database to a new file, while it goes on working. SQLite only.
    pub async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.backup(to).await,
            Backend::Postgres(_) => Err(StoreError::Other(
                "a postgresql database is backed up with its own tools: pg_dump, or archived write-ahead logs"
                    .to_owned(),
            )),
        }
    }

    /// Whether the text is good on this engine, in all forms in which it is executed: for the test that looks at all texts.
    pub async fn prepare(&self, sql: &'static Sql) -> Result<(), StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.prepare(sql).await,
            Backend::Postgres(postgres) => postgres.prepare(sql).await,
        }
    }

    /// Makes sure that what was deleted or overwritten is in no file of the database any more, after an erasure. On SQLite the
    /// file is rewritten, which keeps the writer for about as long as it takes to copy it, and the log is emptied
    /// ([`StoreError::Busy`] where a reader was in the way: call again). On PostgreSQL dead rows are freed for overwriting; its
    /// own write-ahead logs and backups are the operator's.
    pub async fn scrub(&self) -> Result<(), StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.scrub().await,
            Backend::Postgres(postgres) => postgres.scrub().await,
        }
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        const PING: Sql = Sql::one("SELECT 1 AS one");
        self.query(&PING, &[]).await.map(|_| ())
    }

    /// Finishes what is queued, brings the log into the main file and lets go of the data folder. Other clones then answer
    /// [`StoreError::Unavailable`].
    pub async fn close(self) {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.close().await,
            Backend::Postgres(postgres) => postgres.close(),
        }
    }
}

/// A transaction that can read between its writes: see [`Db::begin`]. After an error it is rolled back and only answers errors.
pub struct Tx {
    backend: TxBackend,
}

enum TxBackend {
    Sqlite(SqliteTx),
    Postgres(Box<PostgresTx>),
}

impl Tx {
    /// Reads, and sees what this transaction has written. Statements with RETURNING work here too.
    pub async fn query(&mut self, sql: &'static Sql, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        match &mut self.backend {
            TxBackend::Sqlite(tx) => tx.query(sql, params).await,
            TxBackend::Postgres(tx) => tx.query(sql, params).await,
        }
    }

    /// As [`Db::query_each`], within the transaction.
    pub async fn query_each(&mut self, sql: &'static Sql, keys: Rows) -> Result<Vec<Row>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        match &mut self.backend {
            TxBackend::Sqlite(tx) => tx.query_each(sql, keys).await,
            TxBackend::Postgres(tx) => tx.query_each(sql, &keys).await,
        }
    }

    /// Executes steps; answers the rows touched by each.
    pub async fn write(&mut self, batch: Vec<Write>) -> Result<Vec<u64>, StoreError> {
        match &mut self.backend {
            TxBackend::Sqlite(tx) => tx.write(batch).await,
            TxBackend::Postgres(tx) => tx.write(&batch).await,
        }
    }

    /// Commits; durable when this returns.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.backend {
            TxBackend::Sqlite(tx) => tx.commit().await,
            TxBackend::Postgres(tx) => tx.commit().await,
        }
    }
}

/// The answer of a thread or task that is gone.
pub(crate) async fn answer<T>(reply: tokio::sync::oneshot::Receiver<Result<T, StoreError>>) -> Result<T, StoreError> {
    reply.await.unwrap_or_else(|_| Err(closed()))
}
