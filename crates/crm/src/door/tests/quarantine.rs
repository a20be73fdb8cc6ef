//! The quarantine's routes.

use super::{EVENTS, Rig, send, track};
use crate::{
    desk::{KeyKind, rig::ask},
    door::quarantine_router,
};
use axum::Router;
use base::SECOND;
use serde_json::{Value as Json, json};

/// The quarantine's API, called with a key that may do everything.
struct Desk {
    api: Router,
    bearer: String,
}

impl Desk {
    async fn new(rig: &Rig) -> Desk {
        let bearer = format!("Bearer {}", rig.key(KeyKind::Api, &["quarantine:*"]).await);
        Desk { api: quarantine_router(rig.door()).into(), bearer }
    }

    async fn check(&self, method: &str, path: &str, body: Json, status: u16) -> Json {
        let headers = [("authorization", &*self.bearer), ("content-type", "application/json")];
        let said = ask(&self.api, method, &format!("/api/v1/quarantine{path}"), &headers, body.to_string()).await;
        assert_eq!(said.status.as_u16(), status, "{method} {path} {}", said.json);
        said.json
    }

    /// The ids in a state, newest first.
    async fn ids(&self, state: &str) -> Vec<String> {
        let page = self.check("GET", &format!("?state={state}"), Json::Null, 200).await;
        let items = page["items"].as_array().expect("a list");
        items.iter().map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
    }
}

impl Desk {
    /// The open ones, once there are `n`: on PostgreSQL the fold comes after the acknowledgement.
    async fn wait_for_open(&self, n: usize) -> Vec<String> {
        for _ in 0..500 {
            let open = self.ids("open").await;
            if open.len() == n {
                return open;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("{n} events never waited in quarantine");
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

    async fn an_import_put_right_is_history_still(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let key = rig.key(KeyKind::Secret, &[]).await;
        let (mut wrong, mut unfoldable) = (track(1), track(2));
        wrong["properties"]["quantity"] = json!(-1);
        unfoldable["event"] = "Unfoldable".into();
        let batch = json!({ "batch": [wrong, unfoldable] });
        assert_eq!(send(&rig, &key, "/v1/import", &batch).await.status.as_u16(), 200);
        let desk = Desk::new(&rig).await;
        let open = desk.wait_for_open(2).await;
        for (n, id) in open.iter().enumerate() {
            let kept = desk.check("GET", &format!("/{id}"), Json::Null, 200).await;
            assert_eq!(kept["kind"], json!("import"));
            desk.check("POST", &format!("/{id}/replay"), json!({ "event": track(10 + n) }), 200).await;
        }
        let rows = db.query(&EVENTS, &[]).await.expect("events");
        assert_eq!(rows.iter().map(|row| row.int("origin")).collect::<Vec<_>>(), [2, 2, 2]);
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
        let open = desk.wait_for_open(2).await;
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

    async fn an_event_whose_fold_panics_waits_for_the_fix_and_the_loop_goes_on(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let key = rig.key(KeyKind::Write, &[]).await;
        let named = |n: usize, name: &str| {
            let mut event = track(n);
            event["event"] = name.into();
            event
        };
        let batch: Vec<Json> = ["Calm", "Explosive", "Explosive", "Explosive", "Calm"]
            .iter().zip(1..).map(|(name, n)| named(n, name)).collect();
        assert_eq!(send(&rig, &key, "/v1/batch", &json!({ "batch": batch })).await.status.as_u16(), 200);
        let desk = Desk::new(&rig).await;
        let handle = rig.runtime.workspace(rig.workspace.id);
        let settled = async |open: usize| {
            for _ in 0..500 {
                if desk.ids("open").await.len() == open && handle.status().position() >= handle.status().appended() {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
            desk.ids("open").await
        };
        let open = settled(3).await;
        assert_eq!(open.len(), 3);
        for id in &open {
            let kept = desk.check("GET", &format!("/{id}"), Json::Null, 200).await;
            assert_eq!((&kept["name"], &kept["reason"]), (&json!("Explosive"), &json!("the fold panicked: a fuse was lit")));
        }
        // What comes after it is folded as ever.
        rig.clock.advance(SECOND);
        assert_eq!(send(&rig, &key, "/v1/batch", &json!({ "batch": [named(9, "Calm")] })).await.status.as_u16(), 200);
        settled(3).await;
        // Replayed before the fix it fails again, as an entry of its own.
        let [first, second, third] = &open[..] else { unreachable!("three are open") };
        let replay = |id: &str| format!("/{id}/replay");
        let headers = [("authorization", &*desk.bearer), ("content-type", "application/json")];
        ask(&desk.api, "POST", &format!("/api/v1/quarantine{}", replay(first)), &headers, "{}").await;
        let open = settled(3).await;
        assert!(open.len() == 3 && !open.contains(first), "{open:?}");
        assert_eq!(desk.ids("replayed").await, std::slice::from_ref(first));
        // Put right by hand, let go, and after the fix as it came.
        desk.check("POST", &replay(second), json!({ "event": named(2, "Calm") }), 200).await;
        desk.check("POST", &format!("/{third}/drop"), Json::Null, 204).await;
        rig.fold.is_mended.store(true, std::sync::atomic::Ordering::Relaxed);
        let again = open.iter().find(|id| *id != second && *id != third).expect("the one that failed again");
        let done = desk.check("POST", &replay(again), json!({}), 200).await;
        assert_eq!(done, json!({ "state": "replayed", "is_duplicate": false }));
        assert_eq!((settled(0).await.len(), desk.ids("replayed").await.len(), desk.ids("dropped").await.len()), (0, 3, 1));
        // Each stands in the log under its own name: five, one more, and three replays.
        assert_eq!(db.query(&EVENTS, &[]).await.expect("events").len(), 9);
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
