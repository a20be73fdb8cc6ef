//! Snowplow's trackers at the door.

use super::{EVENTS, REFUSED, Rig, count, router, zip};
use crate::{
    desk::{
        KeyKind,
        rig::{Said, ask},
    },
    door::quarantine_router,
};
use serde_json::{Value as Json, json};

const POST: &str = "/com.snowplowanalytics.snowplow/tp2";

/// A body as trackers send it.
fn payload(events: Json) -> String {
    json!({ "schema": "iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4", "data": events }).to_string()
}

fn page(n: usize, key: &str) -> Json {
    json!({ "e": "pv", "eid": format!("e-{n}"), "aid": key, "duid": "d-1", "page": "Home", "tv": "js-4.6.0",
        "dtm": "1795284327021", "stm": "1795284327032" })
}

fn order(n: usize, key: &str, total: &str) -> Json {
    json!({ "e": "tr", "eid": format!("o-{n}"), "aid": key, "uid": "u-1", "tr_id": format!("order-{n}"), "tr_tt": total, "tr_cu": "EUR" })
}

async fn post(rig: &Rig, path: &str, headers: &[(&str, &str)], body: impl Into<axum::body::Body>) -> Said {
    ask(&router(rig.door()), "POST", path, headers, body).await
}

testkit::on_both! {
    async fn what_is_acknowledged_is_in_the_log_once(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let key = rig.key(KeyKind::Write, &[]).await;
        let mut again = page(1, &key);
        // Sent again a second later.
        again["stm"] = "1795284328032".into();
        for events in [json!([page(1, &key), order(2, &key, "9.90")]), json!([again, order(2, &key, "9.90")])] {
            let said = post(&rig, POST, &[("content-type", "application/json; charset=UTF-8")], payload(events)).await;
            assert_eq!((said.status.as_u16(), said.json), (200, json!({ "success": true })));
        }
        let zipped = zip(&payload(json!([page(3, &key)])));
        assert_eq!(post(&rig, POST, &[("content-encoding", "gzip")], zipped).await.status.as_u16(), 200);
        assert_eq!(count(&db).await, (3, 0));
        let rows = db.query(&EVENTS, &[]).await.expect("events");
        let named: Vec<(&str, &str, &str)> =
            rows.iter().map(|row| (row.text("kind"), row.text("name"), row.text("message_id"))).collect();
        assert_eq!(named, [("page", "Home", "e-1"), ("track", "Order Completed", "o-2"), ("page", "Home", "e-3")]);
        assert!(rows[0].int("source") > 0);
        // Sent 11 ms after it happened, by a clock that is slow.
        assert_eq!(rows[0].int("received_at") - rows[0].int("occurred_at"), 11_000);
        let payload = rows[0].text("payload");
        assert!(!payload.contains(&key) && payload.contains("\"tracker\":\"js-4.6.0\""), "{payload}");
        rig.end().await;
    }

    async fn the_key_is_the_app_id_or_stands_in_the_path(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let write = rig.key(KeyKind::Write, &[]).await;
        let reader = rig.key(KeyKind::Api, &["customers:read"]).await;
        let check = async |path: String, aid: &str, expected: u16| {
            let said = post(&rig, &path, &[], payload(json!([page(1, aid)]))).await;
            assert_eq!(said.status.as_u16(), expected, "{path} {aid} {}", said.json);
        };
        check(POST.to_owned(), &write, 200).await;
        check(POST.to_owned(), "shop", 401).await;
        check(POST.to_owned(), "", 401).await;
        check(POST.to_owned(), &reader, 403).await;
        check(format!("/snowplow/{write}{POST}"), "shop", 200).await;
        check(format!("/snowplow/{reader}{POST}"), &write, 403).await;
        check(format!("/snowplow/wk_none{POST}"), &write, 401).await;
        let bearer = format!("Bearer {write}");
        let said = post(&rig, POST, &[("authorization", &bearer)], payload(json!([page(2, "shop")]))).await;
        assert_eq!(said.status.as_u16(), 200);
        let rows = db.query(&EVENTS, &[]).await.expect("events");
        assert_eq!(rows.len(), 2);
        assert!(rows[1].text("payload").contains("\"app_id\":\"shop\""), "an app id that is one is kept");
        rig.end().await;
    }

    async fn a_picture_is_an_event(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let key = rig.key(KeyKind::Write, &[]).await;
        let door = router(rig.door());
        let check = async |path: String, status: u16, content_type: &str| {
            let said = ask(&door, "GET", &path, &[], "").await;
            assert_eq!((said.status.as_u16(), said.header("content-type")), (status, content_type), "{path}");
        };
        check(format!("/i?e=pv&eid=e-1&duid=d-1&aid={key}&page=Caff%C3%A8&dtm=1795284327021"), 200, "image/gif").await;
        check(format!("/snowplow/{key}/i?e=pv&eid=e-2&duid=d-1"), 200, "image/gif").await;
        check(format!("/snowplow/{key}/i"), 400, "application/json").await;
        check("/i?e=pv&aid=nobody".to_owned(), 401, "application/json").await;
        let rows = db.query(&EVENTS, &[]).await.expect("events");
        assert_eq!(rows.iter().map(|row| row.text("name")).collect::<Vec<_>>(), ["Caffè", ""]);
        rig.end().await;
    }

    async fn what_is_not_understood_waits_as_it_came_and_goes_in_when_it_is_put_right(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let key = rig.key(KeyKind::Secret, &[]).await;
        let mut broken = page(1, &key);
        broken["cx"] = "!!".into();
        let mut nobody = page(2, &key);
        nobody["duid"] = Json::Null;
        let events = json!([broken, 7, { "e": "ad", "aid": key }, nobody, order(3, &key, "much"), page(4, &key), { "e": "pp" }]);
        assert_eq!(post(&rig, POST, &[], payload(events)).await.status.as_u16(), 200);
        assert_eq!(count(&db).await, (1, 5));
        let rows = db.query(&REFUSED, &[]).await.expect("refused");
        let mut kept: Vec<(&str, &str)> = rows.iter().map(|row| (row.text("kind"), row.text("reason"))).collect();
        kept.sort_unstable();
        let expected = [
            ("page", "the event has neither userId nor anonymousId"),
            ("snowplow", "cx: it is not base64"),
            ("snowplow", "data: a number stands where an event was expected"),
            ("snowplow", "e: \"ad\" is not one of pv, pp, se, tr, ti, ue"),
            ("track", "total \"much\" is not a number"),
        ];
        assert_eq!(kept, expected);
        assert!(rows.iter().all(|row| !row.text("body").contains(&key)), "a secret key is not kept");

        let bearer = format!("Bearer {}", rig.key(KeyKind::Api, &["quarantine:*"]).await);
        let headers = [("authorization", &*bearer), ("content-type", "application/json")];
        let api = quarantine_router(rig.door()).into();
        let list = ask(&api, "GET", "/api/v1/quarantine", &headers, "").await.json;
        let items = list["items"].as_array().expect("a list").clone();
        let waiting = items.iter().find(|item| item["reason"] == "cx: it is not base64").expect("it is there");
        let replay = format!("/api/v1/quarantine/{}/replay", waiting["id"].as_str().expect("an id"));
        let said = ask(&api, "POST", &replay, &headers, "{}").await;
        assert_eq!((said.status.as_u16(), &said.json["detail"]), (422, &json!("cx: it is not base64")));
        let mut right: Json = serde_json::from_str(waiting["body"].as_str().expect("a text")).expect("JSON");
        right["cx"] = Json::Null;
        let said = ask(&api, "POST", &replay, &headers, json!({ "event": right }).to_string()).await;
        assert_eq!(said.status.as_u16(), 200, "{}", said.json);
        let events = db.query(&EVENTS, &[]).await.expect("events");
        assert_eq!((events.len(), events[1].text("message_id")), (2, "e-1"));
        rig.end().await;
    }

    async fn whoever_wants_to_stay_unknown_is(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let key = rig.key(KeyKind::Write, &[]).await;
        let mut network = page(1, &key);
        (network["duid"], network["nuid"]) = (Json::Null, "n-1".into());
        let body = payload(json!([network, order(2, &key, "5")]));
        assert_eq!(post(&rig, POST, &[("sp-anonymous", "*")], body.clone()).await.status.as_u16(), 200);
        assert_eq!(count(&db).await, (1, 0), "the order names itself, the page view nobody");
        assert_eq!(post(&rig, POST, &[], body).await.status.as_u16(), 200);
        assert_eq!(count(&db).await, (2, 0));
        rig.end().await;
    }

    async fn a_body_that_is_none_is_refused_whole(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let key = rig.key(KeyKind::Write, &[]).await;
        let path = format!("/snowplow/{key}{POST}");
        for body in ["", "{", "[]", "{\"data\":7}", "{\"schema\":\"iglu:com.acme/x/jsonschema/1-0-0\",\"data\":[]}"] {
            assert_eq!(post(&rig, &path, &[], body).await.status.as_u16(), 400, "{body}");
        }
        let many: Vec<Json> = (0..2_501).map(|_| json!({})).collect();
        assert_eq!(post(&rig, &path, &[], payload(json!(many))).await.status.as_u16(), 400);
        assert_eq!(post(&rig, &path, &[], "x".repeat(600 << 10)).await.status.as_u16(), 400);
        let mut large = page(1, "");
        large["co"] = "x".repeat(70_000).into();
        assert_eq!(post(&rig, &path, &[], payload(json!([large, page(2, "")]))).await.status.as_u16(), 200);
        assert_eq!(count(&db).await, (1, 1));
        assert!(db.query(&REFUSED, &[]).await.expect("refused")[0].text("reason").contains("at most 64 KB"));
        rig.end().await;
    }

    async fn a_page_may_call_with_its_cookies(db: Db) {
        let rig = Rig::new(db).await;
        let key = rig.key(KeyKind::Write, &[]).await;
        let door = router(rig.door());
        let origin = ("origin", "https://shop.example");
        let asked = [origin, ("access-control-request-method", "POST"), ("access-control-request-headers", "content-type,sp-anonymous")];
        let said = ask(&door, "OPTIONS", POST, &asked, "").await;
        assert_eq!(said.status.as_u16(), 204);
        assert_eq!(said.header("access-control-allow-headers"), "content-type,sp-anonymous");
        let answers = [said, ask(&door, "POST", POST, &[origin], payload(json!([page(1, &key)]))).await, ask(&door, "POST", POST, &[origin], payload(json!([page(1, "")]))).await];
        for said in answers {
            let cors = (said.header("access-control-allow-origin"), said.header("access-control-allow-credentials"));
            assert_eq!(cors, ("https://shop.example", "true"), "{:?}", said.status);
        }
        // A page that is not asked stays without a cookie: the calls of others name any origin and allow none.
        let said = ask(&door, "POST", "/v1/track", &[origin], "{}").await;
        assert_eq!((said.header("access-control-allow-origin"), said.header("access-control-allow-credentials")), ("*", ""));
        rig.end().await;
    }
}
