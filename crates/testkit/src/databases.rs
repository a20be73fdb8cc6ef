//! Fresh databases on both engines.

use crate::{PostgresServer, TempDir};
use std::{future::Future, sync::Mutex};
use store::{Db, DbConfig, DbUrl};

/// A fresh database and what goes with it when it is dropped.
pub struct Fresh {
    /// `sqlite` or `postgres`.
    pub name: &'static str,
    pub db: Db,
    /// To open it a second time, or again.
    pub config: DbConfig,
    _folder: Option<TempDir>,
    on_server: Option<String>,
}

impl Fresh {
    /// A new SQLite file in a folder of its own.
    pub async fn sqlite() -> Fresh {
        let folder = TempDir::with_prefix("ritorno-sqlite-").expect("the temporary folder is writable");
        let config = DbConfig::from(DbUrl::SqliteFile(folder.path().join("test.db")));
        let db = Db::open(&config).await.expect("a new SQLite file opens");
        Fresh { name: "sqlite", db, config, _folder: Some(folder), on_server: None }
    }

    /// A new database (C collation) on the PostgreSQL server of this process; panics with what to install where there is none.
    pub async fn postgres() -> Fresh {
        let server = PostgresServer::of_this_process();
        let url = server.create_database().await;
        let config = DbConfig { pool_size: 4, ..DbConfig::from(DbUrl::Postgres(url.clone())) };
        let db = Db::open(&config)
            .await
            .unwrap_or_else(|error| panic!("the new PostgreSQL database does not open: {error}"));
        Fresh { name: "postgres", db, config, _folder: None, on_server: Some(url) }
    }

    /// Closes the database and removes it.
    pub async fn remove(self) {
        self.db.close().await;
        if let Some(url) = self.on_server {
            PostgresServer::of_this_process().drop_database(&url).await;
        }
    }
}

/// A fresh database on each engine.
pub async fn databases() -> Vec<Fresh> {
    let mut all = vec![Fresh::sqlite().await];
    if !postgres_absent() {
        all.push(Fresh::postgres().await);
    }
    all
}

/// Whether tests are told to do without PostgreSQL (`RITORNO_TEST_NO_POSTGRES=1`); says so once.
pub fn postgres_absent() -> bool {
    static SAID: Mutex<bool> = Mutex::new(false);
    let absent = std::env::var("RITORNO_TEST_NO_POSTGRES").is_ok_and(|value| value == "1");
    let mut said = SAID.lock().expect("nothing panics while holding it");
    if absent && !*said {
        eprintln!("skipped: tests on PostgreSQL (RITORNO_TEST_NO_POSTGRES=1)");
        *said = true;
    }
    absent
}

/// Runs a test's body on both engines; what [`crate::on_both!`] calls.
pub fn on_both_engines<F: Future<Output = ()> + Send + 'static>(test: &str, body: fn(Db) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime starts").block_on(async {
        for engine in ["sqlite", "postgres"] {
            if engine == "postgres" && postgres_absent() {
                continue;
            }
            let fresh = if engine == "sqlite" { Fresh::sqlite().await } else { Fresh::postgres().await };
            // A task of its own, so that a panic can be told apart by its engine.
            let outcome = tokio::spawn(body(fresh.db.clone())).await;
            fresh.remove().await;
            if let Err(error) = outcome {
                eprintln!("{test} failed on {engine}");
                match error.try_into_panic() {
                    Ok(panic) => std::panic::resume_unwind(panic),
                    Err(error) => panic!("{test} was cancelled on {engine}: {error}"),
                }
            }
        }
    });
}
