//! What is SQLite's own: the lock, the threads, the log, backups, in-memory databases.

use std::{path::Path, time::Duration};
use store::{Db, DbConfig, DbUrl, Engine, Migration, Rows, Sql, StoreError, Value, Write};
use testkit::TempDir;

const SCHEMA: &[Migration] =
    &[Migration::new("test/0001", "CREATE TABLE t (n BIGINT NOT NULL PRIMARY KEY, bytes BLOB) WITHOUT ROWID")];
const INSERT: Sql = Sql::one("INSERT INTO t (n, bytes) VALUES ($1, $2)");
const COUNT: Sql = Sql::one("SELECT COUNT(*) AS n FROM t");
const DELETE: Sql = Sql::one("DELETE FROM t");

fn config(folder: &TempDir) -> DbConfig {
    DbConfig::from(DbUrl::SqliteFile(folder.path().join("a.db")))
}

async fn open(config: &DbConfig) -> Db {
    let db = Db::open(config).await.expect("it opens");
    db.migrate(&[SCHEMA]).await.expect("it migrates");
    db
}

fn row(n: i64, bytes: usize) -> Write {
    Write::one(&INSERT, [n.into(), vec![7u8; bytes].into()])
}

async fn count(db: &Db) -> i64 {
    db.query(&COUNT, &[]).await.expect("the table is there")[0].int("n")
}

async fn pragma(db: &Db, name: &'static str) -> Value {
    db.query_text(&format!("PRAGMA {name}"), &[]).await.expect("a pragma")[0].value(name).clone()
}

fn bytes_of(path: &Path) -> u64 {
    path.metadata().map_or(0, |metadata| metadata.len())
}

#[tokio::test]
async fn a_second_opener_is_told_who_has_the_folder() {
    let folder = TempDir::new().unwrap();
    let config = config(&folder);
    let db = open(&config).await;
    for refused in [Db::open(&config).await, Db::open_cli(&config).await] {
        let Err(StoreError::Locked { pid, path }) = refused else { panic!("opened twice") };
        assert_eq!((pid, path), (Some(std::process::id()), folder.path().join("a.db.lock")));
    }
    db.write(vec![row(1, 1)]).await.unwrap();
    db.close().await;
    let db = Db::open_cli(&config).await.unwrap();
    assert_eq!(count(&db).await, 1);
    // Dropped without closing, with somebody else's question under way.
    let slow = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT COUNT(*) AS n FROM c";
    let other = db.clone();
    let asked = tokio::spawn(async move { other.query_text(slow, &[]).await });
    tokio::task::yield_now().await;
    asked.abort();
    let _ = asked.await;
    drop(db);
    open(&config).await.close().await;
}

#[tokio::test]
async fn a_database_survives_being_closed_and_is_durable_as_promised() {
    let folder = TempDir::new().unwrap();
    let config = config(&folder);
    let db = open(&config).await;
    assert_eq!(db.engine(), Engine::Sqlite);
    assert_eq!(pragma(&db, "journal_mode").await, Value::Text("wal".to_owned()));
    assert_eq!(pragma(&db, "synchronous").await, Value::Int(2));
    assert_eq!(pragma(&db, "page_size").await, Value::Int(i64::from(store::PAGE_BYTES)));
    db.write(vec![row(1, 1), row(2, 1)]).await.unwrap();
    db.close().await;
    assert_eq!(bytes_of(&folder.path().join("a.db-wal")), 0);
    let db = open(&config).await;
    assert_eq!(count(&db).await, 2);
    db.close().await;
}

#[tokio::test]
async fn questions_cannot_write() {
    let folder = TempDir::new().unwrap();
    let db = open(&config(&folder)).await;
    db.write(vec![row(1, 1)]).await.unwrap();
    assert!(db.query(&DELETE, &[]).await.unwrap_err().to_string().contains("readonly"));
    assert_eq!(count(&db).await, 1);
    db.close().await;
}

#[tokio::test]
async fn what_is_queued_is_written_before_it_closes() {
    let folder = TempDir::new().unwrap();
    let config = config(&folder);
    let db = open(&config).await;
    let writes: Vec<_> = (0..200)
        .map(|n| {
            let db = db.clone();
            tokio::spawn(async move { db.write(vec![row(n, 100)]).await })
        })
        .collect();
    tokio::task::yield_now().await;
    db.close().await;
    let mut acknowledged = 0;
    for write in writes {
        match write.await.unwrap() {
            Ok(_) => acknowledged += 1,
            Err(error) => assert!(error.is_transient(), "{error}"),
        }
    }
    let db = open(&config).await;
    assert_eq!(count(&db).await, acknowledged);
    db.close().await;
}

#[tokio::test]
async fn an_in_memory_database_does_all_of_it() {
    let db = open(&DbConfig::from(DbUrl::SqliteMemory)).await;
    let mut rows = Rows::new(2);
    (0..500).for_each(|n| rows.push([n.into(), Value::Null]));
    assert_eq!(db.write(vec![Write::new(&INSERT, rows)]).await.unwrap(), [500]);
    let mut tx = db.begin().await.unwrap();
    tx.write(vec![row(1000, 1)]).await.unwrap();
    assert_eq!(tx.query(&COUNT, &[]).await.unwrap()[0].int("n"), 501);
    tx.commit().await.unwrap();
    db.scrub().await.unwrap();
    assert_eq!(count(&db).await, 501);
    let mut tx = db.begin().await.unwrap();
    tx.write(vec![row(1001, 1)]).await.unwrap();
    drop(tx);
    assert_eq!(count(&db).await, 501);
    let folder = TempDir::new().unwrap();
    assert!(db.backup(&folder.path().join("copy.db")).await.unwrap_err().to_string().contains("in-memory"));
    // Another one is another one.
    assert_eq!(count(&open(&DbConfig::from(DbUrl::SqliteMemory)).await).await, 0);
    db.close().await;
}

#[tokio::test]
async fn a_backup_is_whole_while_writes_go_on() {
    let folder = TempDir::new().unwrap();
    let db = open(&config(&folder)).await;
    // Each batch writes two rows, so a copy with an odd number is torn.
    let writer = {
        let db = db.clone();
        tokio::spawn(async move {
            for n in 0..400 {
                db.write(vec![row(2 * n, 2_000), row(2 * n + 1, 2_000)]).await.expect("it is written");
            }
        })
    };
    let copy = folder.path().join("copy.db");
    while count(&db).await < 100 {
        tokio::task::yield_now().await;
    }
    db.backup(&copy).await.unwrap();
    writer.await.unwrap();
    assert!(db.backup(&copy).await.unwrap_err().to_string().contains("never overwrites"));
    assert!(!folder.path().join("copy.db.partial").exists());
    let copied = open(&DbConfig::from(DbUrl::SqliteFile(copy))).await;
    let rows = count(&copied).await;
    assert!(rows >= 100 && rows % 2 == 0, "{rows}");
    assert_eq!(pragma(&copied, "integrity_check").await, Value::Text("ok".to_owned()));
    copied.close().await;
    db.close().await;
}

#[tokio::test]
async fn what_was_deleted_is_in_no_file_after_scrubbing() {
    const SECRET: &str = "maria.rossi@example.it";
    let folder = TempDir::new().unwrap();
    let db = open(&config(&folder)).await;
    let found = || {
        let files =
            std::fs::read_dir(folder.path()).unwrap().flatten().map(|entry| std::fs::read(entry.path()).unwrap());
        files.filter(|bytes| bytes.windows(SECRET.len()).any(|part| part == SECRET.as_bytes())).count()
    };
    db.write((0..50).map(|n| Write::one(&INSERT, [n.into(), SECRET.as_bytes().into()])).collect()).await.unwrap();
    db.write(vec![Write::plain(&DELETE), row(1, 5)]).await.unwrap();
    assert!(found() > 0);
    db.scrub().await.unwrap();
    assert_eq!((found(), count(&db).await), (0, 1));
    db.close().await;
}

#[tokio::test]
async fn a_full_disk_says_so_and_is_over_when_there_is_space() {
    // A database that may not grow meets the same error as a disk that is full.
    const SMALL: Sql = Sql::one("PRAGMA max_page_count = 20");
    const LARGE: Sql = Sql::one("PRAGMA max_page_count = 1000000");
    let folder = TempDir::new().unwrap();
    let db = open(&config(&folder)).await;
    db.write(vec![Write::plain(&SMALL)]).await.unwrap();
    db.write(vec![row(1, 10)]).await.unwrap();
    let error = db.write(vec![row(2, 10), row(3, 1 << 20)]).await.unwrap_err();
    assert_eq!((&error, error.is_transient()), (&StoreError::Full, true));
    let mut tx = db.begin().await.unwrap();
    assert_eq!(tx.write(vec![row(3, 1 << 20)]).await, Err(StoreError::Full));
    drop(tx);
    assert_eq!(count(&db).await, 1);
    db.write(vec![row(4, 10)]).await.unwrap();
    db.write(vec![Write::plain(&LARGE)]).await.unwrap();
    db.write(vec![row(3, 1 << 20)]).await.unwrap();
    assert_eq!(count(&db).await, 3);
    db.close().await;
}

#[tokio::test]
async fn a_transaction_that_takes_too_long_is_ended() {
    let folder = TempDir::new().unwrap();
    let db = open(&DbConfig { transaction_timeout: Duration::from_millis(50), ..config(&folder) }).await;
    let mut tx = db.begin().await.unwrap();
    tx.write(vec![row(1, 1)]).await.unwrap();
    // The next write gets its turn although nobody has ended the transaction.
    db.write(vec![row(2, 1)]).await.unwrap();
    assert!(tx.commit().await.unwrap_err().to_string().contains("took too long"));
    assert_eq!(count(&db).await, 1);
    db.close().await;
}

#[tokio::test]
async fn the_log_is_brought_over_while_writing() {
    let folder = TempDir::new().unwrap();
    let config = config(&folder);
    let db = open(&config).await;
    let (main, log) = (folder.path().join("a.db"), folder.path().join("a.db-wal"));
    // 100 MB: several passive checkpoints' worth.
    for n in 0..50 {
        db.write(vec![row(n, 2 << 20)]).await.unwrap();
    }
    // The checkpoint runs on its own thread; it comes at the latest when the database is at rest.
    for _ in 0..200 {
        if bytes_of(&main) > 100 << 20 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(bytes_of(&main) > 100 << 20, "{} bytes, and {} in the log", bytes_of(&main), bytes_of(&log));
    db.close().await;
}

#[tokio::test]
async fn the_log_starts_again_from_the_front() {
    let folder = TempDir::new().unwrap();
    let db = open(&config(&folder)).await;
    let log = folder.path().join("a.db-wal");
    // 800 MB of log: what is brought over is written over.
    for _ in 0..400 {
        db.write(vec![Write::plain(&DELETE), row(1, 2 << 20)]).await.unwrap();
    }
    assert!(bytes_of(&log) < 500 << 20, "{} bytes", bytes_of(&log));
    db.close().await;
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_told() {
    let folder = TempDir::new().unwrap();
    let config = DbConfig::from(DbUrl::SqliteFile(folder.path().join("no/a.db")));
    let error = Db::open(&config).await.map(|_| ()).unwrap_err();
    assert!(matches!(&error, StoreError::Unavailable(message) if message.contains("no/a.db")), "{error:?}");
}

#[tokio::test]
async fn a_local_reader_sees_every_write_that_has_returned_and_writes_nothing() {
    const FIND: Sql = Sql::one("SELECT n FROM t WHERE n = $1");
    let folder = TempDir::new().unwrap();
    let config = config(&folder);
    let db = open(&config).await;
    let mut reader = db.local_reader().await.unwrap().expect("a file has one");
    for n in 1..=3 {
        db.write(vec![row(n, 10)]).await.unwrap();
        assert_eq!(reader.query(&COUNT, &[]).unwrap()[0].int("n"), n);
        let mut keys = Rows::new(1);
        (0..=n).for_each(|n| keys.push([n.into()]));
        assert_eq!(reader.query_each(&FIND, keys).unwrap().len() as i64, n);
    }
    assert!(reader.query(&DELETE, &[]).is_err());
    // The log starts again from the front: a reader at rest is in nobody's way.
    db.close().await;
    assert_eq!(bytes_of(&folder.path().join("a.db-wal")), 0);
    let memory = Db::open(&DbConfig::from(DbUrl::SqliteMemory)).await.unwrap();
    assert!(memory.local_reader().await.unwrap().is_none());
}
