//! One process and its folder: taken twice, asked to stop, copied while it works.

use super::{READY_WITHIN, added, post};
use crate::processes::{Client, Process, Site, basic, batch_request, free_address};
use std::time::Duration;
use testkit::smtp::{Act, SmtpSink, Verb};
use tokio::time::{Instant, sleep};

/// A site with a key, and a flow that writes to whoever left a cart two seconds ago.
fn prepared(site: &Site) -> String {
    let key = site.run(&["keys", "create", "--kind", "secret", "--name", "shop"]);
    site.run(&["settings", "sender_address=shop@shop.test"]);
    site.run(&["flows", "import", "three-step-recovery"]);
    let hours = ["step1_hours=0.0004", "step2_hours=24", "step3_hours=48"];
    site.run(&["flows", "enable", "three_step_recovery", "--set", hours[0], "--set", hours[1], "--set", hours[2]]);
    basic(&key)
}

/// Customers who agree to be written to, each with a cart.
fn carts(people: std::ops::Range<usize>) -> String {
    let now = base::Clock::now(&base::SystemClock);
    let calls = people.map(|k| {
        format!(
            r#"{{"type":"identify","messageId":"i{k}","timestamp":"{now}","userId":"u{k}","traits":{{"email":"c{k}@people.test","consent":{{"marketing":{{"email":true}}}}}}}},
            {{"type":"track","messageId":"a{k}","timestamp":"{now}","userId":"u{k}","event":"Product Added","properties":{{"cart_id":"cart-{k}","product_id":"p1","name":"Prodotto","price":10,"quantity":1}}}}"#
        )
    });
    format!(r#"{{"batch":[{}]}}"#, calls.collect::<Vec<_>>().join(","))
}

#[tokio::test]
async fn a_second_process_on_the_same_folder_is_refused_in_a_sentence() {
    let site = Site::new(None);
    let key = site.run(&["keys", "create", "--kind", "secret", "--name", "shop"]);
    let mut first = Process::start(&site, free_address(), &[]);
    first.ready(READY_WITHIN).await;
    let address = free_address().to_string();
    let second = site.command(&["serve", "--listen", &address]).output().expect("the binary starts");
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    let reason = said.trim_end().lines().last().unwrap_or_default();
    assert!(!second.status.success());
    assert!(
        reason.contains("in use") && reason.contains(&first.id().to_string()),
        "the reason names who has the folder: {reason}"
    );
    // The first is unharmed, and the command line still reaches it.
    assert_eq!(post(&first, &basic(&key), &added(["m1".to_owned()].into_iter())).await, Some(200));
    assert!(site.run(&["keys", "list"]).contains("shop"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_asked_to_stop_ends_what_is_under_way() {
    let sink =
        SmtpSink::builder().rule(Verb::End, Act::Delay(Duration::from_secs(2))).start().await.expect("a free port");
    let site = Site::new(None);
    let authorization = prepared(&site);
    let mut server = Process::start(&site, free_address(), &["--smtp-url", &sink.url()]);
    server.ready(READY_WITHIN).await;
    assert_eq!(post(&server, &authorization, &carts(0..5)).await, Some(200));
    let until = Instant::now() + Duration::from_secs(20);
    while sink.open_connections() == 0 {
        assert!(Instant::now() < until, "nothing was sent");
        sleep(Duration::from_millis(10)).await;
    }
    // A call whose body has half arrived when the signal comes.
    let request = batch_request("/v1/batch", &authorization, added(["late".to_owned()].into_iter()).as_bytes());
    let mut half = tokio::net::TcpStream::connect(server.address).await.expect("it listens");
    let (start, rest) = request.split_at(request.len() - 20);
    tokio::io::AsyncWriteExt::write_all(&mut half, start).await.expect("written");
    sleep(Duration::from_millis(100)).await;
    server.signal("TERM");
    sleep(Duration::from_millis(300)).await;
    tokio::io::AsyncWriteExt::write_all(&mut half, rest).await.expect("written");
    let mut answer = [0; 12];
    tokio::io::AsyncReadExt::read_exact(&mut half, &mut answer).await.expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 200", "a call under way is answered");
    assert!(server.terminate(Duration::from_secs(25)).await.success());
    let db = site.open().await;
    let rows = db.query_text("SELECT state, count(*) AS n FROM message GROUP BY state", &[]).await.expect("reads");
    let states: Vec<(String, i64)> = rows.iter().map(|row| (row.text("state").to_owned(), row.int("n"))).collect();
    let sent: i64 = states.iter().filter(|(state, _)| state == "sent").map(|(_, n)| n).sum();
    assert!(
        sent > 0 && states.iter().all(|(state, _)| state == "sent" || state == "queued"),
        "nothing is half-way: {states:?}"
    );
    assert_eq!(sent as usize, sink.count(), "what was on its way was waited for");
    let late = db.query_text("SELECT count(*) AS n FROM event WHERE message_id = 'late'", &[]).await.expect("reads");
    assert_eq!(late[0].int("n"), 1);
    db.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_taken_under_load_comes_back_whole_and_holds() {
    let sink = SmtpSink::start().await;
    let site = Site::new(None);
    let authorization = prepared(&site);
    let mut server = Process::start(&site, free_address(), &["--smtp-url", &sink.url()]);
    server.ready(READY_WITHIN).await;
    let batches: Vec<String> = (0..40).map(|b| carts(b * 10..(b + 1) * 10)).collect();
    let backup = site.folder.path().join("copy.db");
    let copying = {
        let mut command = site.command(&["backup"]);
        command.arg(&backup);
        tokio::task::spawn_blocking(move || command.output().expect("the binary starts"))
    };
    for batch in &batches {
        assert_eq!(post(&server, &authorization, batch).await, Some(200));
    }
    let copied = copying.await.expect("no panic");
    assert!(copied.status.success(), "{}", String::from_utf8_lossy(&copied.stderr));
    // One more copy, with everything in it and messages waiting, then the disaster.
    sleep(Duration::from_millis(1_700)).await;
    let last = site.folder.path().join("last.db");
    site.run(&["backup", last.to_str().expect("a plain path")]);
    server.kill();
    site.run(&["restore", backup.to_str().expect("a plain path")]);
    let sent_before = sink.count();
    server = Process::start(&site, free_address(), &["--smtp-url", &sink.url()]);
    server.ready(READY_WITHIN).await;
    let ready = Client::new(server.address).get("/readyz").await.expect("an answer");
    assert!(ready.body.contains("\"hold\""), "{}", ready.body);
    // The shop sends again what it is not sure of: nothing is counted twice.
    for batch in &batches {
        assert_eq!(post(&server, &authorization, batch).await, Some(200));
    }
    sleep(Duration::from_secs(3)).await;
    assert_eq!(sink.count(), sent_before, "nothing is sent while it holds");
    assert!(server.terminate(Duration::from_secs(25)).await.success());
    let db = site.open().await;
    let n = |rows: Vec<testkit::store::Row>| rows[0].int("n");
    let events = db.query_text("SELECT count(*) AS n FROM event WHERE origin = 0", &[]).await.expect("reads");
    assert_eq!(n(events), 800, "every call is there once");
    let held = db.query_text("SELECT count(*) AS n FROM message WHERE state = 'held'", &[]).await.expect("reads");
    assert!(n(held) > 0, "messages are kept back");
    db.close().await;
    server = Process::start(&site, free_address(), &["--smtp-url", &sink.url()]);
    server.ready(READY_WITHIN).await;
    site.run(&["release"]);
    let until = Instant::now() + Duration::from_secs(20);
    while sink.count() == sent_before {
        assert!(Instant::now() < until, "a person's release lets them go");
        sleep(Duration::from_millis(50)).await;
    }
}
