//! The door over real loops, on both engines.

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
    "SELECT kind, name, message_id, source, occurred_at, received_at FROM event ORDER BY position",
);
static REFUSED: Sql = Sql::one("SELECT kind, name, reason, body, state FROM refused ORDER BY id");

async fn count(db: &Db) -> (usize, usize) {
    let events = db.query(&EVENTS, &[]).await.expect("events").len();
    (
        events,
        db.query(&REFUSED, &[]).await.expect("refused").len(),
    )
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
    let headers = [
        ("authorization", &*bearer),
        ("content-type", "application/json"),
    ];
    ask(
        &router(rig.door()),
        "POST",
        path,
        &headers,
        body.to_string(),
    )
    .await
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
        check("/v1/batch", zip(&" ".repeat(8 << 20)), &[("content-encoding", "gzip")]).await;
        check("/v1/batch", b"not gzip".to_vec(), &[("content-encoding", "gzip")]).await;
        check("/v1/batch", b"{}".to_vec(), &[("content-encoding", "br")]).await;
        let many = json!({ "batch": vec![json!(1); 2_501] }).to_string();
        check("/v1/batch", many.into(), &[]).await;
        let mut large = track(1);
        large["properties"]["note"] = "x".repeat(33_000).into();
        check("/v1/track", large.to_string().into(), &[]).await;
        let cart = json!({ "type": "track", "event": "Cart Updated", "userId": "u",
            "properties": { "products": vec![json!({ "product_id": "p" }); 1_000_000] } });
        check("/v1/track", cart.to_string().into(), &[]).await;
        check("/v1/batch", json!({ "batch": [cart] }).to_string().into(), &[]).await;
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
        // The last second of 9999 is beyond what is a time: quarantine.
        assert_eq!(count(&db).await, (3, 1));
        assert!(rows.iter().all(|row| row.int("occurred_at") <= row.int("received_at")));
        assert_eq!(rows[1].int("occurred_at"), rows[1].int("received_at"));
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

/// The quarantine's API, called with a key that may do everything.
struct Desk {
    api: Router,
    bearer: String,
}

impl Desk {
    async fn new(rig: &Rig) -> Desk {
        let bearer = format!("Bearer {}", rig.key(KeyKind::Api, &["quarantine:*"]).await);
        Desk {
            api: quarantine_router(rig.door()).into(),
            bearer,
        }
    }

    async fn check(&self, method: &str, path: &str, body: Json, status: u16) -> Json {
        let headers = [
            ("authorization", &*self.bearer),
            ("content-type", "application/json"),
        ];
        let said = ask(
            &self.api,
            method,
            &format!("/api/v1/quarantine{path}"),
            &headers,
            body.to_string(),
        )
        .await;
        assert_eq!(
            said.status.as_u16(),
            status,
            "{method} {path} {}",
            said.json
        );
        said.json
    }

    /// The ids in a state, newest first.
    async fn ids(&self, state: &str) -> Vec<String> {
        let page = self
            .check("GET", &format!("?state={state}"), Json::Null, 200)
            .await;
        let items = page["items"].as_array().expect("a list");
        items
            .iter()
            .map(|item| item["id"].as_str().expect("an id").to_owned())
            .collect()
    }
}

testkit::on_both! {
    async fn an_event_put_right_goes_in_under_its_own_time(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let key = rig.key(KeyKind::Write, &[]).await;
        let mut wrong = track(1);
        wrong["properties"]["quantity"] = json!(-1);
        let batch = json!({ "batch": [wrong], "sentAt": "2026-11-21T18:05:27.032Z" });
        assert_eq!(send(&rig, &key, "/v1/batch", &batch).await.status.as_u16(), 200);
        let desk = Desk::new(&rig).await;
        let id = desk.ids("open").await.pop().expect("one");
        let kept = desk.check("GET", &format!("/{id}"), Json::Null, 200).await;
        assert_eq!((&kept["state"], &kept["kind"], &kept["received_at"]), (&json!("open"), &json!("track"), &json!(rig.clock_text())));
        let replay = format!("/{id}/replay");
        rig.clock.advance(SECOND * 3600);
        let refused = desk.check("POST", &replay, json!({}), 422).await;
        assert!(refused["detail"].as_str().is_some_and(|text| text.contains("negative")), "{refused}");
        desk.check("POST", &replay, json!({ "event": [1] }), 422).await;
        let mut right: Json = serde_json::from_str(kept["body"].as_str().expect("a text")).expect("JSON");
        right["properties"]["quantity"] = json!(1);
        let done = desk.check("POST", &replay, json!({ "event": right }), 200).await;
        assert_eq!(done, json!({ "state": "replayed", "is_duplicate": false }));
        let row = &db.query(&EVENTS, &[]).await.expect("events")[0];
        assert_eq!(row.text("message_id"), "m-1");
        // As the door would have corrected it, an hour ago.
        assert_eq!(row.int("received_at") - row.int("occurred_at"), 3600 * SECOND + 11_000);
        desk.check("POST", &replay, json!({ "event": right }), 409).await;
        desk.check("POST", &format!("/{id}/drop"), Json::Null, 409).await;
        assert_eq!((desk.ids("open").await.len(), desk.ids("replayed").await.len()), (0, 1));
        rig.end().await;
    }

    async fn what_the_fold_refused_can_be_replayed_and_what_is_known_is_not_doubled(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let key = rig.key(KeyKind::Write, &[]).await;
        for n in 0..5 {
            send(&rig, &key, "/v1/batch", &json!({ "batch": [track(100 + n)] })).await;
            rig.clock.advance(SECOND);
        }
        let mut unfoldable = track(1);
        unfoldable["event"] = "Unfoldable".into();
        send(&rig, &key, "/v1/batch", &json!({ "batch": [unfoldable, track(106)] })).await;
        let mut wrong = track(2);
        wrong["properties"]["quantity"] = json!("many");
        send(&rig, &key, "/v1/batch", &json!({ "batch": [wrong.clone()] })).await;
        let desk = Desk::new(&rig).await;
        let mut open = Vec::new();
        // On PostgreSQL the fold comes after the acknowledgement.
        for _ in 0..500 {
            open = desk.ids("open").await;
            if open.len() == 2 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert_eq!(open.len(), 2);
        for id in open {
            let kept = desk.check("GET", &format!("/{id}"), Json::Null, 200).await;
            let is_fold = kept["name"] == "Unfoldable";
            let event = if is_fold { json!({ "type": "track", "event": "Foldable", "userId": "u", "messageId": "m-1",
                "timestamp": "2026-11-21T18:05:27.021Z" }) } else { track(2) };
            if !is_fold {
                // The client has sent it again meanwhile, put right.
                rig.clock.advance(SECOND);
                send(&rig, &key, "/v1/batch", &json!({ "batch": [track(2)] })).await;
            }
            let done = desk.check("POST", &format!("/{id}/replay"), json!({ "event": event }), 200).await;
            assert_eq!(done["is_duplicate"], json!(!is_fold), "{kept}");
        }
        let rows = db.query(&EVENTS, &[]).await.expect("events");
        assert_eq!(rows.len(), 5 + 2 + 1 + 1);
        assert!(rows.iter().any(|row| row.text("message_id").starts_with("m-1~")));
        rig.end().await;
    }

    async fn an_event_is_dropped_and_belongs_to_its_workspace(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let key = rig.key(KeyKind::Write, &[]).await;
        for n in 0..3 {
            rig.clock.advance(SECOND);
            send(&rig, &key, "/v1/track", &json!({ "n": n })).await;
        }
        let desk = Desk::new(&rig).await;
        let first = desk.check("GET", "?limit=2", Json::Null, 200).await;
        let next = first["next"].as_str().expect("more");
        let second = desk.check("GET", &format!("?limit=2&cursor={next}"), Json::Null, 200).await;
        let bodies: Vec<&str> = [&first, &second].iter().flat_map(|page| page["items"].as_array().expect("a list"))
            .map(|item| item["body"].as_str().expect("a text")).collect();
        assert_eq!(bodies, ["{\"n\":2}", "{\"n\":1}", "{\"n\":0}"]);
        let id = desk.ids("open").await.pop().expect("three");
        desk.check("POST", &format!("/{id}/drop"), Json::Null, 204).await;
        assert_eq!(desk.ids("dropped").await, std::slice::from_ref(&id));
        desk.check("GET", "?state=lost", Json::Null, 400).await;

        let other = crate::desk::create_workspace(&db, &*rig.clock, &*rig.desk.rng, "Other").await.expect("made");
        let (actor, scopes) = (crate::desk::Actor::command_line(other.id), ["*".to_owned()]);
        let new = crate::desk::NewKey { kind: KeyKind::Api, name: "all", scopes: &scopes, source: None };
        let made = crate::desk::create_key(&db, &*rig.clock, &*rig.desk.rng, &actor, new).await.expect("a key");
        rig.desk.keys.refresh().await.expect("read");
        let foreign = Desk { bearer: format!("Bearer {}", made.text), ..desk };
        assert_eq!(foreign.ids("open").await.len(), 0);
        for (method, path) in [("GET", ""), ("POST", "/replay"), ("POST", "/drop")] {
            foreign.check(method, &format!("/{id}{path}"), json!({}), 404).await;
        }
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
    let (slow, at) = (
        received.plus(-3 * base::DAY),
        received.plus(-3 * base::DAY - 5 * SECOND),
    );
    let text = json!({ "sentAt": slow, "batch": [{ "type": "track", "event": "x", "userId": "u", "timestamp": at }] }).to_string();
    let body = bytes::Bytes::from(text);
    let occurred = |corrects: bool| {
        let taken =
            take_batch(&body, 1, received, &DoorLimits::default(), corrects).expect("a batch");
        assert_eq!(taken.events[0].sent, Some(at));
        assert_eq!(
            taken.events[0].message_id.len(),
            33,
            "an id of its own bytes: {}",
            taken.events[0].message_id
        );
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
    assert_eq!(
        (&*taken.events[0].message_id, taken.events[0].sent),
        ("", None)
    );
    assert_eq!(
        taken.events[0].payload.as_ptr(),
        body.as_ptr(),
        "the payload is the body itself"
    );
}
