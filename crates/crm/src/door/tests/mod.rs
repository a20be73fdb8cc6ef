//! The door over real loops, on both engines.

mod quarantine;
mod snowplow;

use super::*;
use crate::desk::{
    KeyKind,
    rig::{Rig, Said, ask},
};
use base::SECOND;
use base64::{Engine, prelude::BASE64_STANDARD};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value as Json, json};
use std::io::Write as _;
use store::{Db, Sql};

static EVENTS: Sql = Sql::one(
    "SELECT kind, name, message_id, source, occurred_at, received_at, payload, origin FROM event ORDER BY position",
);
static REFUSED: Sql = Sql::one("SELECT kind, name, reason, body, state FROM refused ORDER BY id");

async fn count(db: &Db) -> (usize, usize) {
    let events = db.query(&EVENTS, &[]).await.expect("events").len();
    (events, db.query(&REFUSED, &[]).await.expect("refused").len())
}

fn track(n: usize) -> Json {
    json!({ "type": "track", "event": "Product Viewed", "userId": "u-1", "messageId": format!("m-{n}"),
        "timestamp": "2026-11-21T18:05:27.021Z", "properties": { "product_id": "p1" } })
}

fn zip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).expect("in memory");
    encoder.finish().expect("in memory")
}

/// Sends JSON with the key as bearer token.
async fn send(rig: &Rig, key: &str, path: &str, body: &Json) -> Said {
    let bearer = format!("Bearer {key}");
    let headers = [("authorization", &*bearer), ("content-type", "application/json")];
    ask(&router(rig.door()), "POST", path, &headers, body.to_string()).await
}

testkit::on_both! {
    async fn what_is_acknowledged_is_in_the_log_once(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let key = rig.key(KeyKind::Write, &[]).await;
        let batch = json!({ "batch": [track(1), track(2), track(1)], "sentAt": "2026-11-21T18:05:27.032Z" });
        for _ in 0..2 {
            let said = send(&rig, &key, "/v1/batch", &batch).await;
            assert_eq!((said.status.as_u16(), said.json), (200, json!({ "success": true })));
        }
        assert_eq!(count(&db).await, (2, 0));
        let row = &db.query(&EVENTS, &[]).await.expect("events")[0];
        assert_eq!((row.text("kind"), row.text("name"), row.text("message_id")), ("track", "Product Viewed", "m-1"));
        assert!(row.int("source") > 0);
        // Sent 11 ms after it happened, by a clock that is 2.968 s slow.
        assert_eq!(row.int("received_at") - row.int("occurred_at"), 11_000);
        rig.end().await;
    }

    async fn every_address_takes_its_kind(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let key = rig.key(KeyKind::Secret, &[]).await;
        let bodies = [
            ("track", json!({ "userId": "u", "event": "Song Played" })),
            ("identify", json!({ "userId": "u", "traits": { "email": "ada@example.com" } })),
            ("page", json!({ "anonymousId": "a", "name": "Home" })),
            ("screen", json!({ "anonymousId": "a" })),
            ("group", json!({ "userId": "u", "groupId": "g" })),
            ("alias", json!({ "userId": "u", "previousId": "a" })),
            ("batch", json!({ "batch": [track(1)] })),
        ];
        for (name, body) in &bodies {
            for path in [format!("/v1/{name}"), format!("/v1/{}", &name[..1])] {
                let said = send(&rig, &key, &path, body).await;
                assert_eq!(said.status.as_u16(), 200, "{path} {}", said.json);
            }
        }
        let said = send(&rig, &key, "/v1/import", &json!({ "batch": [track(2)] })).await;
        assert_eq!(said.status.as_u16(), 200);
        let rows = db.query(&EVENTS, &[]).await.expect("events");
        let kinds: Vec<&str> = rows.iter().map(|row| row.text("kind")).collect();
        let expected = ["track", "track", "identify", "identify", "page", "page", "screen", "screen", "group", "group",
            "alias", "alias", "track", "track"];
        assert_eq!(kinds, expected);
        let said = ask(&router(rig.door()), "POST", "/v1/m", &[], "{}").await;
        assert_eq!((said.status.as_u16(), said.json), (200, json!({ "success": true })));
        assert_eq!(ask(&router(rig.door()), "GET", "/v1/track", &[], "").await.status.as_u16(), 405);
        rig.end().await;
    }

    async fn what_is_not_understood_is_kept_and_the_rest_goes_in(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let key = rig.key(KeyKind::Write, &[]).await;
        let mut negative = track(3);
        negative["properties"]["quantity"] = json!(-1);
        let mut nobody = track(4);
        nobody["userId"] = Json::Null;
        let mut large = track(5);
        large["properties"]["note"] = "x".repeat(40_000).into();
        let mut unfoldable = track(6);
        unfoldable["event"] = "Unfoldable".into();
        let mut zero = track(7);
        zero["userId"] = "a\u{0}b".into();
        let mut coin = track(8);
        coin["event"] = "Product Added".into();
        coin["properties"]["currency"] = "ZZZ".into();
        let mut late = track(9);
        late["timestamp"] = "yesterday".into();
        let batch = json!({
            "sentAt": "2026-11-21T18:05:28Z",
            "batch": [track(1), 5, "text", [1], { "type": "sing" }, {}, negative, nobody, large, unfoldable, zero, coin, late, track(2)],
        });
        let said = send(&rig, &key, "/v1/batch", &batch).await;
        assert_eq!((said.status.as_u16(), said.json), (200, json!({ "success": true })));
        rig.runtime.workspace(rig.workspace.id).append(vec![]).await.expect("nothing");
        let rows = db.query(&REFUSED, &[]).await.expect("refused");
        let reasons: Vec<&str> = rows.iter().map(|row| row.text("reason")).collect();
        let expected = ["not a JSON object", "not a JSON object", "not a JSON object", "\"sing\" is not one of", "no type",
            "quantity -1 of product p1 is negative", "neither userId nor anonymousId", "39 KB large", "userId holds the character NUL",
            "\"ZZZ\" is not an ISO 4217 currency", "timestamp: \"yesterday\" is not a time"];
        for part in expected {
            assert!(reasons.iter().any(|reason| reason.contains(part)), "{part} among {reasons:?}");
        }
        let kept = rows.iter().find(|row| row.text("reason").contains("negative")).expect("it is there");
        assert!(kept.text("body").starts_with("{\"sentAt\":\"2026-11-21T18:05:28Z\","), "{}", kept.text("body"));
        assert_eq!((kept.text("kind"), kept.text("name"), kept.text("state")), ("track", "Product Viewed", "open"));
        let events = db.query(&EVENTS, &[]).await.expect("events");
        assert_eq!(events.len(), 3, "two that are understood and one that is refused by the fold");
        rig.end().await;
    }

    async fn keys_come_from_header_or_body_and_the_header_wins(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let write = rig.key(KeyKind::Write, &[]).await;
        let reader = rig.key(KeyKind::Api, &["customers:read"]).await;
        let sender = rig.key(KeyKind::Api, &["events:write"]).await;
        let door = router(rig.door());
        let basic = |key: &str| format!("Basic {}", BASE64_STANDARD.encode(format!("{key}:")));
        let in_body = json!({ "writeKey": write, "batch": [track(1)] }).to_string();
        let mut first = track(1);
        first["writeKey"] = write.clone().into();
        let in_first = json!({ "batch": [first] }).to_string();
        let none = json!({ "batch": [track(1)] }).to_string();
        let check = async |authorization: Option<String>, body: &str, expected: u16| {
            let headers: Vec<(&str, &str)> = authorization.iter().map(|value| ("authorization", &**value)).collect();
            let said = ask(&door, "POST", "/v1/batch", &headers, body.to_owned()).await;
            assert_eq!(said.status.as_u16(), expected, "{authorization:?} {body} {}", said.json);
            assert_eq!(said.json["success"], json!(expected == 200));
            assert_eq!(said.header("access-control-allow-origin"), "*");
        };
        check(Some(basic(&write)), &none, 200).await;
        check(Some(format!("Bearer {sender}")), &none, 200).await;
        check(None, &in_body, 200).await;
        check(None, &in_first, 200).await;
        check(Some("Basic Og==".to_owned()), &in_body, 200).await;
        check(None, &none, 401).await;
        check(Some(basic("wk_unknown")), &in_body, 401).await;
        check(Some("Digest x".to_owned()), &in_body, 401).await;
        check(Some(basic(&reader)), &none, 403).await;
        check(None, "[]", 400).await;
        rig.end().await;
    }

    async fn a_secret_key_in_a_body_does_not_go_into_the_log(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let key = rig.key(KeyKind::Secret, &[]).await;
        let mut event = track(1);
        event["writeKey"] = key.clone().into();
        let door = router(rig.door());
        for (path, body) in [("/v1/t", event.clone()), ("/v1/b", json!({ "batch": [event, track(2)] }))] {
            let said = ask(&door, "POST", path, &[], body.to_string()).await;
            assert_eq!(said.status.as_u16(), 200, "{}", said.json);
        }
        let rows = db.query(&EVENTS, &[]).await.expect("events");
        assert_eq!(rows.len(), 2);
        assert!(rows.iter().all(|row| !row.text("payload").contains(&key)));
        rig.end().await;
    }

    async fn a_body_far_too_large_is_answered_on_its_connection(db: Db) {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let rig = Rig::new(db.clone()).await;
        let key = rig.key(KeyKind::Write, &[]).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = tokio::spawn(axum::serve(listener, router(rig.door())).into_future());
        let mut connection = tokio::net::TcpStream::connect(address).await.expect("connected");
        let small = json!({ "batch": [track(1)] }).to_string();
        for (body, status) in [("x".repeat(10 << 20), "400"), (small.clone(), "200"), ("{".to_owned(), "400"), (small, "200")] {
            let head = format!("POST /v1/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Length: {}\r\n\r\n", body.len());
            connection.write_all(head.as_bytes()).await.expect("written");
            connection.write_all(body.as_bytes()).await.expect("the whole body is taken");
            let mut answer = vec![0; 4096];
            let length = connection.read(&mut answer).await.expect("an answer");
            let answer = String::from_utf8_lossy(&answer[..length]);
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        }
        server.abort();
        rig.end().await;
    }

    async fn wrong_bodies_are_400_and_nothing_is_kept(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let bearer = format!("Bearer {}", rig.key(KeyKind::Write, &[]).await);
        let door = router(rig.door());
        let check = async |path: &str, body: Vec<u8>, extra: &[(&str, &str)]| {
            let headers = [&[("authorization", &*bearer)], extra].concat();
            let said = ask(&door, "POST", path, &headers, body).await;
            assert_eq!(said.status.as_u16(), 400, "{path} {}", said.json);
            assert_eq!(said.json["success"], json!(false));
            assert!(said.json["message"].as_str().is_some_and(|text| !text.is_empty()));
        };
        for body in ["", "{", "[]", "5", "null", "\"x\"", "{}", "{\"batch\":{}}", "{\"batch\":[}", "{\"batch\":[]} x"] {
            check("/v1/batch", body.into(), &[]).await;
        }
        for body in ["", "{\"a\":", "[1]", "7", "{} {}", "{\"a\":\"\u{1}\"}"] {
            check("/v1/track", body.into(), &[]).await;
        }
        check("/v1/track", b"{\"event\":\"\xff\"}".to_vec(), &[]).await;
        check("/v1/batch", vec![b' '; 10 << 20], &[]).await;
        check("/v1/batch", vec![b'['; 400_000], &[]).await;
        check("/v1/batch", zip(&" ".repeat(1 << 20)), &[("content-encoding", "gzip")]).await;
        check("/v1/batch", b"not gzip".to_vec(), &[("content-encoding", "gzip")]).await;
        check("/v1/batch", b"{}".to_vec(), &[("content-encoding", "br")]).await;
        let many = json!({ "batch": vec![json!(1); 2_501] }).to_string();
        check("/v1/batch", many.into(), &[]).await;
        let mut large = track(1);
        large["properties"]["note"] = "x".repeat(33_000).into();
        check("/v1/track", large.to_string().into(), &[]).await;
        let lines = vec!["{\"product_id\":\"p\"}"; 1_000_000].join(",");
        let cart = format!("{{\"type\":\"track\",\"event\":\"Cart Updated\",\"userId\":\"u\",\"properties\":{{\"products\":[{lines}]}}}}");
        check("/v1/batch", format!("{{\"batch\":[{cart}]}}").into(), &[]).await;
        check("/v1/track", cart.into(), &[]).await;
        assert_eq!(count(&db).await, (0, 0));
        rig.end().await;
    }

    async fn bodies_of_all_forms_are_read(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let key = rig.key(KeyKind::Write, &[]).await;
        let door = router(rig.door());
        let body = |n: usize| json!({ "writeKey": key, "batch": [track(n)] }).to_string();
        let check = async |headers: &[(&str, &str)], body: Vec<u8>| {
            let said = ask(&door, "POST", "/v1/batch", headers, body).await;
            assert_eq!(said.status.as_u16(), 200, "{headers:?} {}", said.json);
        };
        check(&[("content-type", "application/json; charset=utf-8")], body(1).into()).await;
        check(&[("content-type", "text/plain;charset=UTF-8")], body(2).into()).await;
        check(&[("content-type", "application/x-www-form-urlencoded")], body(3).into()).await;
        check(&[], format!("\u{feff} {}", body(4)).into()).await;
        check(&[("content-encoding", "gzip")], zip(&body(5))).await;
        check(&[("content-type", "text/plain")], zip(&body(6))).await;
        let escaped: String = body(7).bytes().map(|byte| format!("%{byte:02X}")).collect();
        check(&[("content-type", "application/x-www-form-urlencoded")], format!("data={escaped}").into()).await;
        assert_eq!(count(&db).await, (7, 0));
        rig.end().await;
    }

    async fn far_away_dates_do_no_harm(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let key = rig.key(KeyKind::Write, &[]).await;
        let times = ["0001-01-01T00:00:00Z", "9999-12-30T00:00:00Z", "2031-01-01T00:00:00Z", "9999-12-31T23:59:59Z"];
        let event = |(n, time): (usize, &&str)| {
            let mut event = track(n);
            event["timestamp"] = (*time).into();
            event
        };
        let events: Vec<Json> = times.iter().enumerate().map(event).collect();
        let said = send(&rig, &key, "/v1/batch", &json!({ "batch": events, "sentAt": "soon" })).await;
        assert_eq!(said.status.as_u16(), 200);
        let rows = db.query(&EVENTS, &[]).await.expect("events");
        assert_eq!(count(&db).await, (4, 0));
        assert!(rows.iter().all(|row| row.int("occurred_at") <= row.int("received_at")));
        // A clock that runs ahead is taken for one that says now.
        assert!(rows[1..].iter().all(|row| row.int("occurred_at") == row.int("received_at")));
        rig.end().await;
    }

    async fn a_revoked_key_stops_within_a_second(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let key = rig.key(KeyKind::Write, &[]).await;
        let body = json!({ "batch": [track(1)] });
        assert_eq!(send(&rig, &key, "/v1/batch", &body).await.status.as_u16(), 200);
        let id = crate::desk::list_keys(&db, rig.workspace.id, None, 10).await.expect("keys")[0].id;
        let revoked = crate::desk::revoke_key(&db, &*rig.clock, &*rig.desk.rng, &rig.actor(), id).await;
        assert_eq!(revoked, Ok(true));
        let mut waited = 0;
        while send(&rig, &key, "/v1/batch", &body).await.status.as_u16() != 401 {
            waited += 1;
            assert!(waited < 100, "the key still works after a second");
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        rig.end().await;
    }

    async fn the_recorded_bodies_of_sdks_go_in_whole(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let key = rig.key(KeyKind::Write, &[]).await;
        let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{key}:")));
        let door = router(rig.door());
        for (file, events) in [("segment-node-3.1.0.jsonl", 11), ("segment-python-2.4.0.jsonl", 11)] {
            let Some(path) = testkit::shared_data(&format!("sdk-bodies/{file}")) else { continue };
            let before = count(&db).await.0;
            let text = std::fs::read_to_string(path).expect("readable");
            for line in text.lines().filter(|line| !line.trim().is_empty()) {
                let request: Json = serde_json::from_str(line).expect("a recorded request");
                let zipped = request["raw_base64"].as_str().map(|text| BASE64_STANDARD.decode(text).expect("base64"));
                let mut headers = vec![("authorization", &*basic)];
                if zipped.is_some() {
                    headers.push(("content-encoding", "gzip"));
                }
                let body = zipped.unwrap_or_else(|| request["json"].to_string().into_bytes());
                let path = request["path"].as_str().expect("a path");
                let said = ask(&door, "POST", path, &headers, body).await;
                assert_eq!((said.status.as_u16(), said.json), (200, json!({ "success": true })), "{file}");
            }
            assert_eq!(count(&db).await, (before + events, 0), "{file}");
        }
        rig.end().await;
    }

    async fn browsers_are_let_in(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let key = rig.key(KeyKind::Write, &[]).await;
        let door = router(rig.door());
        let asked = [("origin", "https://shop.example"), ("access-control-request-headers", "content-type")];
        let said = ask(&door, "OPTIONS", "/v1/t", &asked, "").await;
        assert_eq!(said.status.as_u16(), 204);
        assert_eq!(said.header("access-control-allow-origin"), "*");
        assert_eq!(said.header("access-control-allow-headers"), "content-type");
        assert_eq!(said.header("access-control-allow-credentials"), "");
        let path = format!("/v1/projects/{key}/settings");
        let said = ask(&door, "GET", &path, &[("host", "127.0.0.1:4000")], "").await;
        let segment = &said.json["integrations"]["Segment.io"];
        assert_eq!((&segment["apiKey"], &segment["apiHost"]), (&json!(key), &json!("127.0.0.1:4000/v1")));
        assert_eq!(segment["protocol"], json!("http"));
        let said = ask(&door, "GET", "/v1/projects/wk_unknown/settings", &[("host", "x")], "").await;
        assert_eq!((said.status.as_u16(), said.header("access-control-allow-origin")), (404, "*"));
        rig.end().await;
    }
}

testkit::on_both! {
    async fn a_loop_that_is_gone_is_told_and_not_acknowledged(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let key = rig.key(KeyKind::Write, &[]).await;
        let door = router(rig.door());
        rig.runtime.workspace(rig.workspace.id);
        rig.runtime.close().await;
        let mut wrong = track(2);
        wrong["timestamp"] = "never".into();
        let body = json!({ "writeKey": key, "batch": [track(1), wrong] });
        let said = ask(&door, "POST", "/v1/b", &[], body.to_string()).await;
        assert_eq!((said.status.as_u16(), &said.json["success"], said.header("retry-after")), (503, &json!(false), "1"));
        assert_eq!(count(&db).await, (0, 0), "nothing is kept of what was not acknowledged");
    }
}

#[test]
fn back_pressure_is_429_with_the_time_to_wait() {
    use axum::response::IntoResponse;
    let response = Answer::Busy { retry_after_s: 3 }.into_response();
    assert_eq!(response.status().as_u16(), 429);
    assert_eq!(response.headers()["retry-after"], "3");
}

#[test]
fn times_are_corrected_by_the_clock_that_sent_them_except_in_an_import() {
    let received = Time(1_000_000 * SECOND);
    let (slow, at) = (received.plus(-3 * base::DAY), received.plus(-3 * base::DAY - 5 * SECOND));
    let text = json!({ "sentAt": slow, "batch": [{ "type": "track", "event": "x", "userId": "u", "timestamp": at }] })
        .to_string();
    let body = bytes::Bytes::from(text);
    let occurred = |corrects: bool| {
        let taken = take_batch(&body, 1, received, &DoorLimits::default(), corrects).expect("a batch");
        assert_eq!(taken.events[0].sent, Some(at));
        assert_eq!(taken.events[0].message_id.len(), 33, "an id of its own bytes: {}", taken.events[0].message_id);
        taken.events[0].occurred
    };
    assert_eq!(occurred(true), received.plus(-5 * SECOND));
    assert_eq!(occurred(false), at);
}

#[test]
fn an_event_without_id_and_time_is_never_a_duplicate() {
    let text = json!({ "event": "x", "userId": "u" }).to_string();
    let body = bytes::Bytes::from(text);
    let taken = take_call(&body, "track", 1, Time(5), &DoorLimits::default()).expect("a call");
    assert_eq!((&*taken.events[0].message_id, taken.events[0].sent), ("", None));
    assert_eq!(taken.events[0].payload.as_ptr(), body.as_ptr(), "the payload is the body itself");
}
