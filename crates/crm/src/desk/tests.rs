//! The desk's routes, on both engines.

use super::{
    rig::{Rig, Said, ask},
    *,
};
use crate::door::quarantine_router;
use axum::{Router, middleware::from_fn_with_state};
use base::{DAY, HOUR, MINUTE, SECOND};
use http_kit::idempotent;
use serde_json::{Value as Json, json};
use std::sync::{Arc, Mutex};

const PASSWORD: &str = "a long enough sentence";

/// Keeps the links that would have been mailed.
#[derive(Default)]
struct Mailbox(Mutex<Vec<PasswordLink>>);

impl SendLink for Mailbox {
    fn send(&self, link: PasswordLink) {
        self.0.lock().expect("not poisoned").push(link);
    }
}

/// The whole API of this crate.
fn api(rig: &Rig) -> Router {
    let desk = rig.desk.clone();
    let (routes, _) = router(desk.clone()).merge(quarantine_router(rig.door())).split_for_parts();
    routes.layer(from_fn_with_state(desk, idempotent::<DeskState>))
}

/// A browser: remembers the cookie and the CSRF token.
struct Browser {
    api: Router,
    cookie: String,
    csrf: String,
}

impl Browser {
    fn new(rig: &Rig) -> Browser {
        Browser { api: api(rig), cookie: String::new(), csrf: String::new() }
    }

    async fn ask(&mut self, method: &str, path: &str, body: Json) -> Said {
        let headers = [("content-type", "application/json"), ("cookie", &*self.cookie), ("x-csrf-token", &*self.csrf)];
        let path = format!("/api/v1/{path}");
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let said = ask(&self.api, method, &path, &headers, body).await;
        if let Some(cookie) = said.header("set-cookie").split(';').next().filter(|cookie| !cookie.is_empty()) {
            self.cookie = cookie.to_owned();
        }
        if let Some(csrf) = said.json["csrf_token"].as_str() {
            self.csrf = csrf.to_owned();
        }
        said
    }

    /// Asks, and checks the status.
    async fn check(&mut self, method: &str, path: &str, body: Json, status: u16) -> Json {
        let said = self.ask(method, path, body).await;
        assert_eq!(said.status.as_u16(), status, "{method} {path} {}", said.json);
        if status >= 400 {
            assert_eq!(said.header("content-type"), "application/problem+json");
            assert_eq!(said.json["status"], json!(status));
        }
        said.json
    }
}

async fn first_run(browser: &mut Browser) -> Json {
    let body = json!({ "workspace_name": "Cappelli", "name": "Ada", "email": "Ada@Example.com", "password": PASSWORD });
    browser.check("POST", "first-run", body, 201).await
}

testkit::on_both! {
    async fn the_first_run_makes_the_owner_once(db: Db) {
        let rig = Rig::new(db).await;
        let mut browser = Browser::new(&rig);
        assert_eq!(browser.check("GET", "first-run", Json::Null, 200).await, json!({ "is_open": true }));
        browser.check("GET", "session", Json::Null, 401).await;
        let weak = json!({ "workspace_name": "x", "name": "Ada", "email": "ada@example.com", "password": "short" });
        assert_eq!(browser.check("POST", "first-run", weak, 422).await["code"], "people.weak_password");
        let session = first_run(&mut browser).await;
        assert_eq!(session["person"]["email"], "ada@example.com");
        assert_eq!(session["workspace"], json!({ "id": 1, "name": "Cappelli", "role": "owner" }));
        assert_eq!(browser.check("GET", "first-run", Json::Null, 200).await, json!({ "is_open": false }));
        let again = json!({ "workspace_name": "x", "name": "Eve", "email": "eve@example.com", "password": PASSWORD });
        assert_eq!(Browser::new(&rig).check("POST", "first-run", again, 409).await["code"], "first_run.over");
        let mut audit = browser.check("GET", "audit", Json::Null, 200).await;
        let actions: Vec<String> = audit["items"].as_array_mut().expect("a list").iter().map(|e| e["action"].to_string()).collect();
        assert_eq!(actions, ["\"session.began\"", "\"person.created\""]);
        rig.end().await;
    }

    async fn two_first_runs_at_once_make_one_owner(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let body = |n: u8| json!({ "workspace_name": "x", "name": "Ada", "email": format!("p{n}@example.com"), "password": PASSWORD });
        let (mut a, mut b) = (Browser::new(&rig), Browser::new(&rig));
        let (first, second) = tokio::join!(a.ask("POST", "first-run", body(1)), b.ask("POST", "first-run", body(2)));
        let mut statuses = [first.status.as_u16(), second.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
        assert_eq!(list_people(&db, 1, None, 10).await.expect("people").len(), 1);
        rig.end().await;
    }

    async fn sessions_begin_end_and_grow_old(db: Db) {
        let rig = Rig::new(db).await;
        let mut browser = Browser::new(&rig);
        first_run(&mut browser).await;
        let right = json!({ "email": " ADA@example.com ", "password": PASSWORD });
        let mut second = Browser::new(&rig);
        let said = second.ask("POST", "session", right.clone()).await;
        assert_eq!(said.status.as_u16(), 200, "{}", said.json);
        let cookie = said.header("set-cookie").to_owned();
        assert!(cookie.starts_with("ritorno=") && cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
        second.check("GET", "session", Json::Null, 200).await;

        // A write without the token of this very session is refused.
        second.csrf = browser.csrf.clone();
        let source = json!({ "name": "Shop", "kind": "browser" });
        assert_eq!(second.check("POST", "sources", source, 403).await["code"], "auth.csrf");
        second.check("GET", "session", Json::Null, 200).await;
        second.check("DELETE", "session", Json::Null, 204).await;
        second.check("GET", "session", Json::Null, 401).await;

        // Used now and then it lives, but not for ever.
        for _ in 0..59 {
            rig.clock.advance(12 * HOUR - SECOND);
            browser.check("GET", "session", Json::Null, 200).await;
        }
        rig.clock.advance(12 * HOUR);
        browser.check("GET", "session", Json::Null, 401).await;
        browser.check("POST", "session", right.clone(), 200).await;
        rig.clock.advance(12 * HOUR);
        browser.check("GET", "session", Json::Null, 401).await;

        // All devices at once.
        browser.check("POST", "session", right.clone(), 200).await;
        second.check("POST", "session", right, 200).await;
        browser.check("POST", "session/revoke-all", Json::Null, 204).await;
        second.check("GET", "session", Json::Null, 401).await;
        rig.end().await;
    }

    async fn guessing_waits_and_tells_nothing(db: Db) {
        let rig = Rig::new(db).await;
        first_run(&mut Browser::new(&rig)).await;
        let mut browser = Browser::new(&rig);
        let wrong = json!({ "email": "ada@example.com", "password": "another long sentence" });
        let unknown = json!({ "email": "eve\u{0}@example.com", "password": "another long sentence" });
        let told = browser.check("POST", "session", wrong.clone(), 401).await;
        assert_eq!(told, browser.check("POST", "session", unknown, 401).await);
        for _ in 0..4 {
            browser.check("POST", "session", wrong.clone(), 401).await;
        }
        let said = browser.ask("POST", "session", json!({ "email": "ada@example.com", "password": PASSWORD })).await;
        assert_eq!((said.status.as_u16(), said.header("retry-after")), (429, "1"), "also the right one waits");
        rig.clock.advance(SECOND);
        browser.check("POST", "session", json!({ "email": "ada@example.com", "password": PASSWORD }), 200).await;
        for body in [json!({}), json!({ "email": 1, "password": "x" }), json!([]), json!({ "email": "a", "password": "b", "role": "owner" })] {
            browser.check("POST", "session", body, 422).await;
        }
        rig.end().await;
    }

    async fn a_link_sets_a_password_once(db: Db) {
        let mut rig = Rig::new(db).await;
        let mailbox = Arc::new(Mailbox::default());
        rig.desk.links = mailbox.clone();
        rig.desk.public_url = "https://crm.example".into();
        let mut browser = Browser::new(&rig);
        let said = browser.ask("POST", "first-run", json!({ "workspace_name": "x", "name": "Ada", "email": "ada@example.com", "password": PASSWORD })).await;
        let cookie = said.header("set-cookie");
        assert!(cookie.starts_with("__Host-ritorno=") && cookie.ends_with("; Secure"), "{cookie}");
        let mut stranger = Browser::new(&rig);
        for email in ["ada@example.com", "nobody@example.com"] {
            stranger.check("POST", "password-reset", json!({ "email": email }), 202).await;
        }
        while mailbox.0.lock().expect("not poisoned").is_empty() {
            tokio::task::yield_now().await;
        }
        let sent = mailbox.0.lock().expect("not poisoned").pop().expect("sent");
        assert_eq!((&*sent.email, sent.is_invitation), ("ada@example.com", false));
        let token = sent.link.strip_prefix("https://crm.example/password-reset/").expect("our address").to_owned();
        let path = format!("password-reset/{token}");
        stranger.check("POST", &path, json!({ "password": "weak" }), 422).await;
        stranger.check("POST", "password-reset/made-up", json!({ "password": "quite another one" }), 404).await;
        stranger.check("POST", &path, json!({ "password": "quite another one" }), 204).await;
        stranger.check("POST", &path, json!({ "password": "and a third one" }), 404).await;
        browser.check("GET", "session", Json::Null, 401).await;
        stranger.check("POST", "session", json!({ "email": "ada@example.com", "password": PASSWORD }), 401).await;
        stranger.check("POST", "session", json!({ "email": "ada@example.com", "password": "quite another one" }), 200).await;
        let id: base::Id = stranger.check("GET", "session", Json::Null, 200).await["person"]["id"].as_str().expect("an id").parse().expect("an id");
        let late = password_link(&rig.desk, id).await.expect("a link").expect("somebody").link;
        rig.clock.advance(HOUR);
        let path = format!("password-reset/{}", late.rsplit('/').next().expect("a token"));
        stranger.check("POST", &path, json!({ "password": "too late for this" }), 404).await;
        rig.end().await;
    }

    async fn people_are_invited_and_shut_out(db: Db) {
        let mut rig = Rig::new(db).await;
        let mailbox = Arc::new(Mailbox::default());
        rig.desk.links = mailbox.clone();
        let mut owner = Browser::new(&rig);
        first_run(&mut owner).await;
        rig.clock.advance(SECOND);
        let invite = json!({ "email": "bea@example.com", "name": "Bea", "role": "admin" });
        let made = owner.check("POST", "people", invite.clone(), 201).await;
        let link = made["invitation_link"].as_str().expect("a link").to_owned();
        assert!(mailbox.0.lock().expect("not poisoned").iter().any(|sent| sent.link == link && sent.is_invitation));
        assert_eq!(made["person"]["has_password"], json!(false));
        assert_eq!(owner.check("POST", "people", invite, 409).await["code"], "people.known");
        let mut bea = Browser::new(&rig);
        rig.clock.advance(2 * DAY);
        owner.check("POST", "session", json!({ "email": "ada@example.com", "password": PASSWORD }), 200).await;
        bea.check("POST", link.trim_start_matches('/'), json!({ "password": PASSWORD }), 204).await;
        bea.check("POST", "session", json!({ "email": "bea@example.com", "password": PASSWORD }), 200).await;

        let people = bea.check("GET", "people?limit=1", Json::Null, 200).await;
        let ada = people["items"][0]["id"].as_str().expect("an id").to_owned();
        let next = people["next"].as_str().expect("a second page").to_owned();
        let rest = bea.check("GET", &format!("people?limit=1&cursor={next}"), Json::Null, 200).await;
        assert_eq!((rest["items"][0]["email"].as_str(), &rest["next"]), (Some("bea@example.com"), &Json::Null));
        let bea_id = rest["items"][0]["id"].as_str().expect("an id").to_owned();

        // An admin is no owner, makes none and shuts none out; the last owner cannot even leave.
        let king = json!({ "email": "cleo@example.com", "name": "Cleo", "role": "owner" });
        bea.check("POST", "people", king, 403).await;
        bea.check("POST", &format!("people/{ada}/disable"), Json::Null, 403).await;
        assert_eq!(owner.check("POST", &format!("people/{ada}/disable"), Json::Null, 409).await["code"], "people.last_owner");
        owner.check("POST", &format!("people/{bea_id}/disable"), Json::Null, 204).await;
        bea.check("GET", "session", Json::Null, 401).await;
        bea.check("POST", "session", json!({ "email": "bea@example.com", "password": PASSWORD }), 401).await;
        owner.check("POST", &format!("people/{bea_id}/enable"), Json::Null, 204).await;
        bea.check("POST", "session", json!({ "email": "bea@example.com", "password": PASSWORD }), 200).await;
        owner.check("POST", "people/00000000-0000-7000-8000-000000000000/disable", Json::Null, 404).await;
        owner.check("POST", "people/nobody/disable", Json::Null, 404).await;
        rig.end().await;
    }

    async fn another_role_holds_at_once_and_the_last_owner_stays_one(db: Db) {
        let mut rig = Rig::new(db).await;
        let mailbox = Arc::new(Mailbox::default());
        rig.desk.links = mailbox.clone();
        let mut owner = Browser::new(&rig);
        first_run(&mut owner).await;
        rig.clock.advance(SECOND);
        let invite = json!({ "email": "bea@example.com", "name": "Bea", "role": "admin" });
        let made = owner.check("POST", "people", invite, 201).await;
        let (link, bea_id) = (made["invitation_link"].as_str().expect("a link"), made["person"]["id"].as_str().expect("an id"));
        let mut bea = Browser::new(&rig);
        bea.check("POST", link.trim_start_matches('/'), json!({ "password": PASSWORD }), 204).await;
        bea.check("POST", "session", json!({ "email": "bea@example.com", "password": PASSWORD }), 200).await;
        let people = bea.check("GET", "people", Json::Null, 200).await;
        let ada_id = people["items"][0]["id"].as_str().expect("an id").to_owned();
        let role = |id: &str| format!("people/{id}/role");
        // An admin makes no owner and changes none.
        bea.check("PUT", &role(bea_id), json!({ "role": "owner" }), 403).await;
        bea.check("PUT", &role(&ada_id), json!({ "role": "viewer" }), 403).await;
        let last = owner.check("PUT", &role(&ada_id), json!({ "role": "admin" }), 409).await;
        assert_eq!(last["code"], "people.last_owner");
        // The open session is a viewer's from its next request on.
        let changed = owner.check("PUT", &role(bea_id), json!({ "role": "viewer" }), 200).await;
        assert_eq!(changed["role"], "viewer");
        assert_eq!(bea.check("GET", "people", Json::Null, 403).await["code"], "auth.not_allowed");
        assert_eq!(bea.check("GET", "session", Json::Null, 200).await["person"]["role"], "viewer");
        owner.check("PUT", &role(bea_id), json!({ "role": "viewer" }), 200).await;
        owner.check("PUT", &role(bea_id), json!({ "role": "owner" }), 200).await;
        bea.check("PUT", &role(&ada_id), json!({ "role": "agent" }), 200).await;
        owner.check("GET", "people", Json::Null, 403).await;
        bea.check("PUT", &role(bea_id), json!({ "role": "agent" }), 409).await;
        bea.check("PUT", &role("00000000-0000-7000-8000-000000000000"), json!({ "role": "agent" }), 404).await;
        bea.check("PUT", &role(&ada_id), json!({ "role": "king" }), 422).await;
        let log = bea.check("GET", "audit", Json::Null, 200).await;
        let changes: Vec<&Json> = log["items"].as_array().expect("a list").iter().filter(|entry| entry["action"] == "person.role_changed").collect();
        assert_eq!(changes.len(), 3, "what changes nothing is not written down");
        let adas = changes.iter().find(|entry| entry["object"] == json!(ada_id)).expect("an entry");
        assert_eq!(adas["detail"], json!({ "from": "owner", "to": "agent" }));
        rig.end().await;
    }

    async fn a_person_works_in_one_workspace_at_a_time_and_sees_no_other(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let mut ada = Browser::new(&rig);
        first_run(&mut ada).await;
        let other = create_workspace(&db, &*rig.clock, &*rig.desk.rng, "Scarpe").await.expect("a workspace");
        assert_eq!(other.id, 2);
        let new = NewPerson { email: "ada@example.com", name: "A", role: Role::Viewer, agent: None, password: None };
        let (member, is_new) = create_person(&rig.desk, &Actor::command_line(2), new).await.expect("let in");
        assert_eq!((&*member.name, is_new), ("Ada", false));
        let key = json!({ "kind": "write", "name": "Shop" });
        let made = ada.check("POST", "keys", key, 201).await;
        ada.check("POST", "session/workspace", json!({ "workspace": 3 }), 404).await;
        ada.check("POST", "session/workspace", json!({ "workspace": 2 }), 204).await;
        let session = ada.check("GET", "session", Json::Null, 200).await;
        assert_eq!((&session["workspace"]["name"], &session["person"]["role"]), (&json!("Scarpe"), &json!("viewer")));
        assert_eq!(ada.check("GET", "keys", Json::Null, 403).await["code"], "auth.not_allowed");
        ada.check("POST", "session/workspace", json!({ "workspace": 1 }), 204).await;
        assert_eq!(list_keys(&db, 2, None, 10).await.expect("keys"), []);
        let id = made["id"].as_str().expect("an id").parse().expect("an id");
        let revoked = revoke_key(&db, &*rig.clock, &*rig.desk.rng, &Actor::command_line(2), id).await;
        assert_eq!(revoked, Ok(false), "another workspace's key");
        rig.end().await;
    }

    async fn keys_are_made_shown_once_and_revoked(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let mut ada = Browser::new(&rig);
        first_run(&mut ada).await;
        let made = ada.check("POST", "keys", json!({ "kind": "api", "name": "Reports", "scopes": ["reports:read", "sources:*"] }), 201).await;
        let text = made["text"].as_str().expect("the key").to_owned();
        assert!(text.starts_with("ak_") && text.len() == 35, "{text}");
        assert_eq!((&made["source"], &made["prefix"]), (&json!(0), &json!(text[..6])));
        let listed = ada.check("GET", "keys", Json::Null, 200).await;
        assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
        assert!(!listed.to_string().contains(&text));

        // A program uses it, and gives nobody more than it has.
        let bearer = format!("Bearer {text}");
        let headers = [("authorization", &*bearer), ("content-type", "application/json")];
        let api = api(&rig);
        let asked = async |method: &str, path: &str, body: Json| {
            let said = ask(&api, method, path, &headers, body.to_string()).await;
            (said.status.as_u16(), said.json["code"].as_str().unwrap_or_default().to_owned())
        };
        assert_eq!(asked("GET", "/api/v1/keys", Json::Null).await.0, 200);
        assert_eq!(asked("GET", "/api/v1/people", Json::Null).await, (403, "auth.not_allowed".to_owned()));
        assert_eq!(asked("GET", "/api/v1/session", Json::Null).await, (403, "auth.people_only".to_owned()));
        let more = json!({ "kind": "api", "name": "More", "scopes": ["*"] });
        assert_eq!(asked("POST", "/api/v1/keys", more).await.0, 403);
        let same = json!({ "kind": "api", "name": "Same", "scopes": ["reports:read"] });
        assert_eq!(asked("POST", "/api/v1/keys", same).await.0, 201);

        for (wrong, status) in [
            (json!({ "kind": "api", "name": "No scopes" }), 422),
            (json!({ "kind": "write", "name": "Scopes", "scopes": ["reports:read"] }), 422),
            (json!({ "kind": "api", "name": "x", "scopes": ["ghosts:read"] }), 422),
            (json!({ "kind": "root", "name": "x" }), 422),
            (json!({ "kind": "write", "name": " " }), 422),
            (json!({ "kind": "write", "name": "x", "source": 99 }), 404),
        ] {
            ada.check("POST", "keys", wrong, status).await;
        }
        let id = made["id"].as_str().expect("an id");
        ada.check("DELETE", &format!("keys/{id}"), Json::Null, 204).await;
        ada.check("DELETE", &format!("keys/{id}"), Json::Null, 404).await;
        assert_eq!(asked("GET", "/api/v1/keys", Json::Null).await, (401, "auth.unknown_key".to_owned()));
        rig.end().await;
    }

    async fn sources_are_shared_by_the_keys_that_name_them(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let mut ada = Browser::new(&rig);
        first_run(&mut ada).await;
        let shop = ada.check("POST", "sources", json!({ "name": "Shop", "kind": "browser" }), 201).await;
        ada.check("POST", "sources", json!({ "name": "Shop", "kind": "server" }), 409).await;
        let write = ada.check("POST", "keys", json!({ "kind": "write", "name": "Shop" }), 201).await;
        let secret = ada.check("POST", "keys", json!({ "kind": "secret", "name": "Back office", "source": shop["id"] }), 201).await;
        let other = ada.check("POST", "keys", json!({ "kind": "secret", "name": "Till" }), 201).await;
        assert_eq!((&write["source"], &secret["source"]), (&shop["id"], &shop["id"]));
        assert_ne!(other["source"], shop["id"]);
        assert_eq!(ada.check("GET", "sources", Json::Null, 200).await["items"].as_array().map(Vec::len), Some(2));
        rig.end().await;
    }

    async fn the_use_of_a_key_is_noted_to_the_minute(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let key = rig.key(KeyKind::Write, &[]).await;
        rig.clock.advance(5 * MINUTE);
        assert!(rig.desk.keys.find(&key).is_some_and(|key| key.may_send()));
        let mut waited = 0;
        while list_keys(&db, 1, None, 10).await.expect("keys")[0].last_used_at != Some(rig.desk.clock.now()) {
            waited += 1;
            assert!(waited < 300, "it is noted in the background");
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        rig.end().await;
    }

    async fn a_write_with_a_key_of_its_own_is_done_once(db: Db) {
        let rig = Rig::new(db.clone()).await;
        let api_key = rig.key(KeyKind::Api, &["sources:*"]).await;
        let bearer = format!("Bearer {api_key}");
        let api = api(&rig);
        let post = async |path: &str, idempotency_key: &str, body: Json| {
            let headers = [("authorization", &*bearer), ("content-type", "application/json"), ("idempotency-key", idempotency_key)];
            ask(&api, "POST", path, &headers, body.to_string()).await
        };
        let body = json!({ "name": "Shop", "kind": "browser" });
        let first = post("/api/v1/sources", "one", body.clone()).await;
        let again = post("/api/v1/sources", "one", body.clone()).await;
        assert_eq!((first.status, &first.json), (again.status, &again.json));
        assert_eq!((again.header("idempotency-replayed"), again.header("content-type")), ("true", "application/json"));
        let other = post("/api/v1/sources", "one", json!({ "name": "Other", "kind": "browser" })).await;
        assert_eq!((other.status.as_u16(), &other.json["code"]), (422, &json!("idempotency.other_request")));
        assert_eq!(post("/api/v1/sources", "two", body.clone()).await.status.as_u16(), 409, "the name is taken");
        assert_eq!(post("/api/v1/sources", &"k".repeat(256), body.clone()).await.status.as_u16(), 400);

        // A key's text is never kept.
        let key = json!({ "kind": "write", "name": "Shop" });
        let made = post("/api/v1/keys", "three", key.clone()).await;
        assert_eq!(made.status.as_u16(), 201);
        assert_eq!(post("/api/v1/keys", "three", key).await.json["code"], json!("idempotency.not_repeatable"));

        // After seven days it is forgotten.
        rig.clock.advance(7 * DAY + SECOND);
        assert_eq!(post("/api/v1/sources", "one", body).await.status.as_u16(), 409, "carried out again");
        rig.end().await;
    }

    async fn no_route_forgets_its_permission(db: Db) {
        let rig = Rig::new(db).await;
        let open = ["POST /api/v1/session", "GET /api/v1/first-run", "POST /api/v1/first-run", "POST /api/v1/password-reset",
            "POST /api/v1/password-reset/{token}"];
        let (routes, document) = router(rig.desk.clone()).merge(quarantine_router(rig.door())).split_for_parts();
        let bearer = format!("Bearer {}", rig.key(KeyKind::Write, &[]).await);
        let document = serde_json::to_value(document).expect("JSON");
        let mut seen = 0;
        for (path, methods) in document["paths"].as_object().expect("paths") {
            for method in methods.as_object().expect("methods").keys().map(|method| method.to_uppercase()) {
                if open.contains(&&*format!("{method} {path}")) {
                    continue;
                }
                seen += 1;
                let address = path.replace("{id}", "00000000-0000-7000-8000-000000000000");
                let json = ("content-type", "application/json");
                let said = ask(&routes, &method, &address, &[json], "{}").await;
                assert_eq!(said.status.as_u16(), 401, "{method} {path} without a caller");
                let body = match path.as_str() {
                    "/api/v1/people" => json!({ "email": "a@b.c", "name": "a", "role": "viewer" }),
                    "/api/v1/people/{id}/role" => json!({ "role": "viewer" }),
                    "/api/v1/sources" => json!({ "name": "a", "kind": "b" }),
                    "/api/v1/keys" => json!({ "kind": "write", "name": "a" }),
                    "/api/v1/session/workspace" => json!({ "workspace": 1 }),
                    _ => json!({}),
                };
                let said = ask(&routes, &method, &address, &[json, ("authorization", &bearer)], body.to_string()).await;
                assert_eq!(said.status.as_u16(), 403, "{method} {path} with a key that only sends: {}", said.json);
            }
        }
        assert!(seen >= 18, "{seen} routes");
        rig.end().await;
    }
}
