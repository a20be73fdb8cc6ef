//! PostgreSQL 15+: a pool of connections with prepared statements, many rows as arrays, wake-ups by LISTEN and NOTIFY.

mod bind;
mod connect;
mod error;
mod lane;
mod listen;
mod plan;
mod rewrite;
mod session;

use crate::{
    DbConfig, Engine, Listener, Migration, Row, Rows, Sql, StoreError, Value, Write, error::closed, migration,
    wake::Wakes,
};
use connect::Connect;
use deadpool_postgres::Pool;
pub use lane::Lane;
use plan::Plans;
use session::Session;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::{mpsc, oneshot};

/// Two processes that start at once must not both migrate. An arbitrary number that nothing else uses.
const MIGRATE_LOCK: Sql = Sql::one("SELECT pg_advisory_lock(7236837462311)");
const PG_NOTIFY: Sql = Sql::one("SELECT pg_notify($1, $2)");
/// How long `listen` waits for the server to know the channel; after that it is told when the server is back.
const LISTEN_WAIT: Duration = Duration::from_secs(10);

pub(crate) struct Postgres {
    pool: Pool,
    plans: Plans,
    wakes: Arc<Wakes>,
    /// Taken away by `close`.
    hear: Mutex<Option<mpsc::UnboundedSender<listen::Hear>>>,
}

impl Postgres {
    pub(crate) async fn open(url: &str, config: &DbConfig) -> Result<Arc<Postgres>, StoreError> {
        let connect = Connect::read(url, config)?;
        let pool = connect.pool(config.pool_size)?;
        let wakes = Arc::new(Wakes::default());
        let (hear, asks) = mpsc::unbounded_channel();
        tokio::spawn(listen::run(connect, asks, Arc::downgrade(&wakes)));
        let postgres = Postgres { pool, plans: Plans::default(), wakes, hear: Mutex::new(Some(hear)) };
        postgres.check_version().await?;
        Ok(Arc::new(postgres))
    }

    /// Also shows early that the address and the password are right.
    async fn check_version(&self) -> Result<(), StoreError> {
        const VERSION: Sql = Sql::one("SELECT CAST(current_setting('server_version_num') AS BIGINT) AS version");
        let version = self.query(&VERSION, &[]).await?.first().map_or(0, |row| row.int("version"));
        if version < 150_000 {
            return Err(StoreError::Config(format!(
                "postgresql 15 or newer is needed, the server is {}",
                version / 10_000
            )));
        }
        Ok(())
    }

    pub(crate) async fn write(&self, batch: Vec<Write>) -> Result<Vec<u64>, StoreError> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        Session::take(&self.pool).await?.write(&self.plans, &batch).await
    }

    pub(crate) async fn lane(self: &Arc<Postgres>) -> Result<Lane, StoreError> {
        Ok(Lane::new(self.clone(), Session::take_own(&self.pool).await?))
    }

    pub(crate) async fn query(&self, sql: &'static Sql, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        // A connection from before a restart of the server may look alive until it is used. A query changes nothing, so it may
        // simply run again.
        match Session::take(&self.pool).await?.query(&self.plans, sql, params).await {
            Err(StoreError::Unavailable(_)) => Session::take(&self.pool).await?.query(&self.plans, sql, params).await,
            result => result,
        }
    }

    pub(crate) async fn query_text(&self, text: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        match Session::take(&self.pool).await?.query_text(text, params).await {
            Err(StoreError::Unavailable(_)) => Session::take(&self.pool).await?.query_text(text, params).await,
            result => result,
        }
    }

    pub(crate) async fn query_each(&self, sql: &'static Sql, keys: &Rows) -> Result<Vec<Row>, StoreError> {
        match Session::take(&self.pool).await?.query_each(&self.plans, sql, keys).await {
            Err(StoreError::Unavailable(_)) => {
                Session::take(&self.pool).await?.query_each(&self.plans, sql, keys).await
            }
            result => result,
        }
    }

    pub(crate) async fn begin(self: &Arc<Postgres>) -> Result<PostgresTx, StoreError> {
        let mut session = Session::take(&self.pool).await?;
        session.begin().await?;
        Ok(PostgresTx { database: self.clone(), session, failed: false })
    }

    pub(crate) async fn migrate(&self, lists: &[&[Migration]]) -> Result<Vec<&'static str>, StoreError> {
        let session = Session::take(&self.pool).await?;
        let result = self.migrate_on(&session, lists).await;
        // The lock goes with the connection, however it went.
        session.discard();
        self.plans.clear();
        result
    }

    async fn migrate_on(&self, session: &Session, lists: &[&[Migration]]) -> Result<Vec<&'static str>, StoreError> {
        // Building an index may take long, and so may another process that is migrating.
        session.script("SET statement_timeout = 0; SET client_min_messages = warning").await?;
        session.query(&self.plans, &MIGRATE_LOCK, &[]).await?;
        session.script(migration::TABLE).await?;
        let rows = session.query(&self.plans, &migration::APPLIED, &[]).await?;
        let applied: Vec<_> =
            rows.iter().map(|row| (row.text("name").to_owned(), row.text("checksum").to_owned())).collect();
        let steps = migration::plan(Engine::Postgres, lists, &applied)?;
        for step in &steps {
            let note = format!(
                "INSERT INTO store_migration (name, checksum, position) VALUES ('{}', '{}', {})",
                step.name.replace('\'', "''"),
                step.checksum,
                step.position
            );
            // An empty statement between two semicolons is nothing; a comment at the end of the text needs the new line.
            session.script(&format!("BEGIN; {}\n;\n{note}; COMMIT", step.text)).await.map_err(|error| match error {
                StoreError::Other(message) => StoreError::Other(format!("migration {}: {message}", step.name)),
                other => other,
            })?;
        }
        Ok(steps.iter().map(|step| step.name).collect())
    }

    pub(crate) async fn prepare(&self, sql: &'static Sql) -> Result<(), StoreError> {
        Session::take(&self.pool).await?.plan(&self.plans, sql).await.map(|_| ())
    }

    pub(crate) async fn scrub(&self) -> Result<(), StoreError> {
        let session = Session::take(&self.pool).await?;
        let mut result = session.script("SET statement_timeout = 0; SET client_min_messages = error").await;
        if result.is_ok() {
            result = session.script("VACUUM").await;
        }
        // Its settings are not for others.
        session.discard();
        result
    }

    pub(crate) async fn listen(&self, channel: &str) -> Result<Listener, StoreError> {
        let (listener, first) = self.wakes.listen(channel);
        if first {
            let (done, told) = oneshot::channel();
            {
                let hear = self.hear.lock().unwrap_or_else(PoisonError::into_inner);
                hear.as_ref().ok_or_else(closed)?.send((channel.to_owned(), done)).map_err(|_| closed())?;
            }
            // Without an answer in time it listens all the same, as soon as the server is back.
            let _ = tokio::time::timeout(LISTEN_WAIT, told).await;
        }
        Ok(listener)
    }

    pub(crate) async fn notify(&self, channel: &str, payload: &str) -> Result<(), StoreError> {
        self.query(&PG_NOTIFY, &[channel.into(), payload.into()]).await.map(|_| ())
    }

    pub(crate) fn close(&self) {
        self.pool.close();
        self.hear.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.wakes.close();
    }
}

/// The caller's end of an interactive transaction.
pub(crate) struct PostgresTx {
    database: Arc<Postgres>,
    session: Session,
    failed: bool,
}

impl PostgresTx {
    /// After the first error the server would only say that there was one.
    fn after<T>(&mut self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        self.failed |= result.is_err();
        result
    }

    fn check(&self) -> Result<(), StoreError> {
        if self.failed {
            return Err(StoreError::Other("the transaction has ended: it failed before".to_owned()));
        }
        Ok(())
    }

    pub(crate) async fn query(&mut self, sql: &'static Sql, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.check()?;
        let result = self.session.query(&self.database.plans, sql, params).await;
        self.after(result)
    }

    pub(crate) async fn query_each(&mut self, sql: &'static Sql, keys: &Rows) -> Result<Vec<Row>, StoreError> {
        self.check()?;
        let result = self.session.query_each(&self.database.plans, sql, keys).await;
        self.after(result)
    }

    pub(crate) async fn write(&mut self, batch: &[Write]) -> Result<Vec<u64>, StoreError> {
        self.check()?;
        let result = self.session.write_open(&self.database.plans, batch).await;
        self.after(result)
    }

    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        self.check()?;
        self.session.commit().await
    }
}
