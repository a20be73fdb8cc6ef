//! What is PostgreSQL's own: lost connections, timeouts, TLS.

use std::{path::Path, process::Command, time::Duration};
use store::{Db, DbConfig, DbUrl, Migration, Rows, Sql, StoreError, Value, Write};
use testkit::{PostgresServer, postgres_absent};

const SCHEMA: &[Migration] = &[Migration::new("test/0001", "CREATE TABLE t (n BIGINT NOT NULL PRIMARY KEY, s TEXT)")];
const INSERT: Sql = Sql::one("INSERT INTO t (n, s) VALUES ($1, $2)");
const UPSERT: Sql = Sql::one("INSERT INTO t (n, s) VALUES ($1, $2) ON CONFLICT (n) DO UPDATE SET s = excluded.s");
const UPDATE: Sql = Sql::one("UPDATE t SET s = $2 WHERE n = $1");
const COUNT: Sql = Sql::one("SELECT COUNT(*) AS n FROM t");
const SLEEP: Sql = Sql::one("SELECT pg_sleep($1)");

fn config(url: &str) -> DbConfig {
    DbConfig::from(DbUrl::Postgres(url.to_owned()))
}

async fn open(config: &DbConfig) -> Db {
    let db = Db::open(config).await.expect("it opens");
    db.migrate(&[SCHEMA]).await.expect("it migrates");
    db
}

fn row(n: i64) -> Write {
    Write::one(&INSERT, [n.into(), "s".into()])
}

async fn count(db: &Db) -> i64 {
    db.query(&COUNT, &[]).await.expect("the table is there")[0].int("n")
}

/// Calls until it succeeds; only errors that may pass are allowed, and not for ever.
async fn until<T, F: Future<Output = Result<T, StoreError>>>(mut call: impl FnMut() -> F) -> T {
    for _ in 0..300 {
        match call().await {
            Ok(value) => return value,
            Err(error) => assert!(error.is_transient() || matches!(error, StoreError::CommitUnknown(_)), "{error:?}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the database does not come back");
}

#[tokio::test]
async fn it_comes_back_after_a_restart_of_the_server() {
    if postgres_absent() {
        return;
    }
    let server = PostgresServer::launch(true);
    let db = open(&config(&server.create_database().await)).await;
    let mut listener = db.listen("changes").await.unwrap();
    db.write(vec![row(1), row(2)]).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    tx.write(vec![row(3)]).await.unwrap();

    server.crash();
    let error = db.write(vec![row(4)]).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_) | StoreError::CommitUnknown(_)), "{error:?}");
    assert!(tx.commit().await.is_err());
    assert!(db.ping().await.is_err_and(|error| error.is_transient()));

    server.start();
    assert_eq!(until(|| db.query(&COUNT, &[])).await[0].int("n"), 2);
    until(|| db.write(vec![row(5), row(6)])).await;
    assert_eq!(count(&db).await, 4);
    // The listener is told that it may have missed something, and then hears again.
    assert_eq!(listener.recv().await.as_deref(), Some(""));
    db.notify("changes", "7").await.unwrap();
    assert_eq!(listener.recv().await.as_deref(), Some("7"));

    server.restart();
    until(|| db.ping()).await;
    let many = |first: i64| {
        let mut rows = Rows::new(2);
        (first..first + 1000).for_each(|n| rows.push([n.into(), Value::Null]));
        vec![Write::new(&UPSERT, rows)]
    };
    assert_eq!(until(|| db.write(many(10))).await, [1000]);
    server.stop();
    let refused = Db::open(&config(server.url())).await.map(|_| ()).unwrap_err();
    assert!(refused.is_transient(), "{refused:?}");
    db.close().await;
}

#[tokio::test]
async fn statements_and_idle_transactions_time_out() {
    if postgres_absent() {
        return;
    }
    let short = Duration::from_millis(150);
    let server = PostgresServer::of_this_process();
    let url = server.create_database().await;
    let db = open(&DbConfig { statement_timeout: short, transaction_timeout: short, ..config(&url) }).await;
    assert_eq!(db.query(&SLEEP, &[5.0.into()]).await.unwrap_err(), StoreError::Timeout);
    assert!(db.query(&SLEEP, &[0.0.into()]).await.unwrap()[0].value("pg_sleep") == &Value::Null);
    let mut tx = db.begin().await.unwrap();
    tx.write(vec![row(1)]).await.unwrap();
    // Somebody else wants the same key and gets it, because the server ends the transaction that does nothing.
    until(|| db.write(vec![row(1)])).await;
    assert!(tx.commit().await.is_err());
    assert_eq!(count(&db).await, 1);
    db.close().await;
    server.drop_database(&url).await;
}

#[tokio::test]
async fn a_call_that_is_dropped_half_way_leaves_a_clean_connection() {
    if postgres_absent() {
        return;
    }
    let server = PostgresServer::of_this_process();
    let url = server.create_database().await;
    let db = open(&DbConfig { pool_size: 1, ..config(&url) }).await;
    db.write(vec![row(0)]).await.unwrap();
    for n in 1..60u64 {
        let mut rows = Rows::new(2);
        (0..300).for_each(|n| rows.push([n.into(), "changed".into()]));
        let fenced = Write::one(&UPDATE, [0i64.into(), "fence".into()]).expect(1);
        let write = db.write(vec![fenced, Write::new(&UPDATE, rows), row(n as i64)]);
        // Given up at another moment each time.
        let _ = tokio::time::timeout(Duration::from_micros(n * 100), write).await;
        assert!(count(&db).await >= 1);
    }
    let before = count(&db).await;
    assert_eq!(db.write(vec![row(1_000), row(1_001)]).await.unwrap(), [1, 1]);
    assert_eq!(count(&db).await, before + 2);
    db.close().await;
    server.drop_database(&url).await;
}

#[tokio::test]
async fn a_lane_carries_out_what_is_sent_in_order_and_nothing_behind_a_broken_chain() {
    if postgres_absent() {
        return;
    }
    const NEXT: Sql = Sql::one("UPDATE t SET s = $2 WHERE n = 0 AND s = $1");
    let server = PostgresServer::of_this_process();
    let url = server.create_database().await;
    let db = open(&DbConfig { pool_size: 1, ..config(&url) }).await;
    db.write(vec![Write::one(&INSERT, [0i64.into(), "0".into()])]).await.unwrap();
    let mut lane = db.lane().await.unwrap();
    let link = |n: i64| Write::one(&NEXT, [Value::Text((n - 1).to_string()), Value::Text(n.to_string())]).expect(1);
    // They take turns in time: the first one is the slowest, and many statements are no different from few.
    let many = |n: i64| {
        let mut rows = Rows::new(2);
        (1..500).for_each(|i| rows.push([(n * 1_000 + i).into(), Value::Null]));
        Write::new(&INSERT, rows)
    };
    let slow = Write::one(&SLEEP, [0.3.into()]);
    let mut flights = vec![lane.send(vec![slow, row(1), link(1)])];
    flights.extend((2..=20).map(|n| lane.send(vec![many(n), row(n), link(n)])));
    assert_eq!(flights.remove(0).await.unwrap().unwrap()[1..], [1, 1]);
    for flight in flights {
        assert_eq!(flight.await.unwrap().unwrap(), [499, 1, 1]);
    }
    assert_eq!(count(&db).await, 1 + 20 + 19 * 499);
    // One that fails by itself takes those with it that say that they come after it, and no others.
    let after = vec![lane.send(vec![row(5), link(21)]), lane.send(vec![row(22), link(22)]), lane.send(vec![row(23)])];
    let mut answers = Vec::new();
    for flight in after {
        answers.push(flight.await.unwrap());
    }
    assert!(matches!(&answers[..], [Err(StoreError::Duplicate { .. }), Err(StoreError::Fenced), Ok(_)]), "{answers:?}");
    assert_eq!(count(&db).await, 1 + 20 + 19 * 499 + 1);
    // The connection was taken out of the pool, which opens another one; given up, it does not come back.
    drop(lane);
    assert_eq!(count(&db).await, 1 + 20 + 19 * 499 + 1);
    db.close().await;
    server.drop_database(&url).await;
}

#[tokio::test]
async fn the_same_key_twice_in_one_write_is_explained() {
    if postgres_absent() {
        return;
    }
    let server = PostgresServer::of_this_process();
    let url = server.create_database().await;
    let db = open(&config(&url)).await;
    let mut rows = Rows::new(2);
    (0..2).for_each(|_| rows.push([1i64.into(), "twice".into()]));
    let error = db.write(vec![Write::new(&UPSERT, rows)]).await.unwrap_err().to_string();
    assert!(error.contains("must have different keys") && error.contains("INSERT INTO t"), "{error}");
    db.close().await;
    server.drop_database(&url).await;
}

#[tokio::test]
async fn a_place_that_refuses_us_is_told_without_the_password() {
    if postgres_absent() {
        return;
    }
    let server = PostgresServer::of_this_process();
    let check = async |url: String, expected: &str| {
        let error = Db::open(&config(&url)).await.map(|_| ()).unwrap_err();
        let told = format!("{error:?} {error}");
        assert!(told.contains(expected) && !told.contains("secret"), "{told}");
    };
    check(server.url_of("no_such_database"), "does not exist").await;
    check(server.url().replace("postgres@", "nobody:secret@"), "nobody").await;
    check("postgres://ann:secret@127.0.0.1:1/x".to_owned(), "Unavailable").await;
    check("postgres://ann:secret@127.0.0.1/x?sslmode=maybe".to_owned(), "sslmode=maybe").await;
}

/// A key and a certificate for 127.0.0.1, made by openssl; `None` where there is no openssl.
fn certificate(folder: &Path) -> Option<()> {
    let path = |name: &str| folder.join(name).to_str().expect("a plain path").to_owned();
    let (key, certificate) = (path("key.pem"), path("certificate.pem"));
    let arguments = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"];
    let extensions = ["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"];
    let mut command = Command::new("openssl");
    command.args(arguments).args(extensions).args(["-keyout", &key, "-out", &certificate]);
    command.output().ok().filter(|output| output.status.success()).map(|_| ())
}

#[tokio::test]
async fn connections_are_encrypted_as_the_address_says() {
    const ENCRYPTED: Sql = Sql::one("SELECT ssl AS encrypted FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    if postgres_absent() {
        return;
    }
    let server = PostgresServer::launch(false);
    let folder = server.folder();
    if certificate(&folder).is_none() {
        eprintln!("skipped: TLS with PostgreSQL, because there is no openssl command");
        return;
    }
    server.own_file("key.pem");
    let key = folder.join("key.pem");
    let certificate = folder.join("certificate.pem");
    server.set("ssl_cert_file", certificate.to_str().unwrap()).await;
    server.set("ssl_key_file", key.to_str().unwrap()).await;
    server.set("ssl", "on").await;
    server.restart();
    let check = async |options: &str, expected: Option<bool>| {
        let opened = Db::open(&config(&format!("{}?{options}", server.url()))).await;
        let encrypted = match opened {
            Ok(db) => Some(db.query(&ENCRYPTED, &[]).await.unwrap()[0].flag("encrypted")),
            Err(error) => {
                assert!(error.to_string().contains("certificate"), "{options}: {error}");
                None
            }
        };
        assert_eq!(encrypted, expected, "{options}");
    };
    let root = format!("sslrootcert={}", certificate.display());
    check("sslmode=disable", Some(false)).await;
    check("application_name=x", Some(true)).await;
    check("sslmode=require", Some(true)).await;
    check(&format!("sslmode=verify-full&{root}"), Some(true)).await;
    check("sslmode=verify-full", None).await;
}
