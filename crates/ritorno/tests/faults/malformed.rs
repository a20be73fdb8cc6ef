//! Bad input: a clear 4xx or quarantine, and the process unharmed.

use super::READY_WITHIN;
use crate::processes::{Client, Process, Site, basic, batch_request, free_address};
use std::time::Duration;

fn memory_mib(process: &Process) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0");
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) / 1024
}

fn one(inside: &str) -> Vec<u8> {
    format!(r#"{{"batch":[{{{inside}}}]}}"#).into_bytes()
}

fn track(event: &str, properties: &str) -> Vec<u8> {
    one(&format!(r#""type":"track","messageId":"x","userId":"u","event":"{event}","properties":{properties}"#))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_calls_are_told_or_kept_and_harm_nothing() {
    let site = Site::new(None);
    let authorization = basic(&site.run(&["keys", "create", "--kind", "secret", "--name", "shop"]));
    let mut server = Process::start(&site, free_address(), &[]);
    server.ready(READY_WITHIN).await;
    let big = format!(r#"{{"batch":[{}]}}"#, " ".repeat(10 << 20)).into_bytes();
    let deep = format!(
        r#"{{"batch":[{{"type":"track","event":"X","userId":"u","properties":{}{}}}]}}"#,
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    let long_event =
        one(&format!(r#""type":"track","event":"X","userId":"u","properties":{{"a":"{}"}}"#, "x".repeat(60_000)));
    let cases: Vec<(&str, Vec<u8>, u16)> = vec![
        ("no JSON", b"{\"batch\": [".to_vec(), 400),
        ("nothing", Vec::new(), 400),
        ("a list", b"[]".to_vec(), 400),
        ("a batch that is no list", b"{\"batch\": {}}".to_vec(), 400),
        ("invalid UTF-8", b"{\"batch\":[{\"type\":\"track\",\"userId\":\"\xff\xfe\"}]}".to_vec(), 400),
        ("ten megabytes", big, 400),
        // Nothing reads an event deeper than it must: this one is kept as it came.
        ("ten thousand brackets", deep.into_bytes(), 200),
        ("events that are no objects", b"{\"batch\":[1,null,\"x\",[]]}".to_vec(), 200),
        ("no ids", one(r#""type":"track","event":"Product Added","properties":{}"#), 200),
        ("no type", one(r#""userId":"u""#), 200),
        ("an unknown type", one(r#""type":"tracked","userId":"u""#), 200),
        ("a number as user id", one(r#""type":"track","event":"X","userId":17"#), 200),
        (
            "year 1",
            one(r#""type":"track","messageId":"y1","event":"X","userId":"u","timestamp":"0001-01-01T00:00:00Z""#),
            200,
        ),
        (
            "year 9999",
            one(r#""type":"track","messageId":"y9999","event":"X","userId":"u","timestamp":"9999-12-31T23:59:59Z""#),
            200,
        ),
        ("a date that is none", one(r#""type":"track","event":"X","userId":"u","timestamp":"yesterday""#), 200),
        ("an unknown currency", track("Product Added", r#"{"product_id":"p","price":1,"currency":"DUCATS"}"#), 200),
        ("a negative quantity", track("Product Added", r#"{"product_id":"p","price":1,"quantity":-3}"#), 200),
        ("a price beyond belief", track("Product Added", r#"{"product_id":"p","price":1e300}"#), 200),
        ("an event of 60 KB", long_event, 200),
        ("zeros in texts", one(r#""type":"identify","userId":"a\u0000b","traits":{"email":"a\u0000@b"}"#), 200),
        ("traits that are a list", one(r#""type":"identify","userId":"u","traits":[1,2]"#), 200),
    ];
    let mut client = Client::new(server.address).within(Duration::from_secs(20));
    for (name, body, expected) in &cases {
        let answer = client.send(&batch_request("/v1/batch", &authorization, body)).await;
        let answer = answer.unwrap_or_else(|error| panic!("{name}: no answer: {error}"));
        assert_eq!(answer.status, *expected, "{name}: {}", answer.body);
        if *expected == 400 {
            assert!(answer.body.contains("message"), "{name} is explained: {}", answer.body);
        }
    }
    let raw: [&[u8]; 4] = [
        b"GARBAGE\r\n\r\n",
        b"POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /v1/batch HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ];
    for bytes in raw {
        // Whether it answers or hangs up is all the same.
        let _ = Client::new(server.address).within(Duration::from_millis(500)).send(bytes).await;
    }
    let ready = client.get("/readyz").await.expect("it still answers");
    assert_eq!(ready.status, 200, "{}", ready.body);
    assert!(server.terminate(Duration::from_secs(20)).await.success());
    let db = site.open().await;
    let refused = db.query_text("SELECT reason FROM refused WHERE reason = ''", &[]).await.expect("reads");
    assert!(refused.is_empty(), "every quarantined event has its reason");
    let n = db.query_text("SELECT count(*) AS n FROM refused", &[]).await.expect("reads")[0].int("n");
    assert!(n >= 10, "{n} events are in quarantine");
    let future = "SELECT count(*) AS n FROM event WHERE occurred_at > received_at";
    assert_eq!(
        db.query_text(future, &[]).await.expect("reads")[0].int("n"),
        0,
        "nothing happened after it was heard of"
    );
    db.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_of_a_million_lines_is_bounded() {
    let site = Site::new(None);
    let authorization = basic(&site.run(&["keys", "create", "--kind", "secret", "--name", "shop"]));
    let mut server =
        Process::start(&site, free_address(), &["--batch-bytes", "100000000", "--event-bytes", "100000000"]);
    server.ready(READY_WITHIN).await;
    let lines: Vec<String> =
        (0..1_000_000).map(|n| format!(r#"{{"product_id":"p{n}","price":1,"quantity":1}}"#)).collect();
    let properties = format!(r#"{{"cart_id":"huge","products":[{}]}}"#, lines.join(","));
    let mut client = Client::new(server.address).within(Duration::from_secs(60));
    let answer = client.send(&batch_request("/v1/batch", &authorization, &track("Cart Updated", &properties))).await;
    // A server that has read enough may hang up on a client that still writes.
    if let Ok(answer) = answer {
        assert!(matches!(answer.status, 200 | 400 | 413), "{}: {}", answer.status, answer.body);
    }
    let mut client = Client::new(server.address).within(Duration::from_secs(60));
    let good = track("Product Added", r#"{"cart_id":"small","product_id":"p","price":1,"quantity":1}"#);
    assert_eq!(client.send(&batch_request("/v1/batch", &authorization, &good)).await.expect("an answer").status, 200);
    assert!(memory_mib(&server) < 600, "{} MiB at most", memory_mib(&server));
    assert!(server.terminate(Duration::from_secs(20)).await.success());
    let db = site.open().await;
    let largest = db.query_text("SELECT max(length(data)) AS n FROM cell", &[]).await.expect("reads")[0].int("n");
    assert!(largest <= 64 << 10, "a cell of {largest} bytes");
    db.close().await;
}
