//! What comes in by webhooks.

use super::*;
use base::HOUR;
use base64::{Engine, prelude::BASE64_STANDARD};
use runtime::driver::Runtime;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

fn signed(secret: &str, body: &str) -> String {
    BASE64_STANDARD.encode(adapters::shops::signature_of(secret.as_bytes(), body.as_bytes()))
}

impl Scene {
    /// Posts a body as Vendure's subscriber does.
    async fn post(&self, url: &str, secret: &str, body: &str) -> Said {
        let path = url.split("/hooks/").nth(1).expect("the address of a webhook");
        let signature = signed(secret, body);
        let headers = [("x-vendure-signature", &*signature), ("content-type", "application/json")];
        ask(&hook_router(self.state.clone()), "POST", &format!("/hooks/{path}"), &headers, body.to_owned()).await
    }

    async fn vendure(&self) -> (i64, String) {
        let made =
            self.done("POST", "/connections", json!({ "name": "shop", "shop": "vendure", "secret": "hush" })).await;
        assert_eq!(made["secret"], Json::Null, "a secret that was said is not said back");
        (made["source"].as_i64().unwrap(), made["webhook_url"].as_str().unwrap().to_owned())
    }
}

fn order(n: usize) -> String {
    json!({ "topic": "order/updated", "at": "2026-11-21T10:00:00Z", "data": doubles::order("vendure", n) }).to_string()
}

testkit::on_both! {
    async fn a_signed_webhook_is_in_the_log_once(db: Db) {
        let scene = Scene::new(db).await;
        let (source, url) = scene.vendure().await;
        for _ in 0..2 {
            let said = scene.post(&url, "hush", &order(1)).await;
            assert_eq!((said.status.as_u16(), &said.json["success"]), (200, &json!(true)), "{}", said.json);
        }
        assert_eq!(scene.count("Order Completed").await, 1);
        let view = scene.done("GET", &format!("/connections/{source}"), Json::Null).await;
        assert_eq!(view["last_event_at"], json!(scene.rig.clock_text()));
        scene.rig.end().await;
    }

    async fn in_a_storm_shops_are_asked_to_come_again_and_nothing_acknowledged_is_lost(db: Db) {
        let mut scene = Scene::new(db.clone()).await;
        let (source, url) = scene.vendure().await;
        // In the place of every third, the loop of nobody, which has too much waiting.
        let limits = runtime::applier::Limits { backlog_events: -1, ..Default::default() };
        let full = Runtime::open(scene.rig.fold.clone(), db, scene.rig.clock.clone(), limits, "full".to_owned(), false);
        let (full, good) = (full.await.expect("a runtime"), scene.state.loops.clone());
        let (asked, kept) = (AtomicUsize::new(0), full.clone());
        scene.state.loops = Arc::new(move |workspace| match asked.fetch_add(1, Ordering::Relaxed) % 3 {
            0 => kept.workspace(workspace + 1_000),
            _ => good(workspace),
        });
        let storm = (0..60).map(async |n| {
            let body = order(n);
            let mut refused = 0;
            loop {
                let said = scene.post(&url, "hush", &body).await;
                match said.status.as_u16() {
                    200 => return refused,
                    429 => assert_eq!((said.header("retry-after"), &said.json["code"]), ("1", &json!("log.busy"))),
                    other => panic!("{other} {}", said.json),
                }
                refused += 1;
            }
        });
        let refused: usize = futures_util::future::join_all(storm).await.into_iter().sum();
        assert!(refused >= 20, "{refused} were asked to come again");
        assert_eq!(scene.count("Order Completed").await, 60);
        let listed = scene.done("GET", &format!("/connections/{source}/rejected"), Json::Null).await;
        assert_eq!(listed["items"], json!([]), "who is asked to come again is not kept aside as well");

        scene.state.bodies.close();
        let said = scene.post(&url, "hush", &order(61)).await;
        assert_eq!((said.status.as_u16(), said.header("retry-after")), (429, "5"), "no place for another body");
        assert_eq!(scene.count("Order Completed").await, 60);
        full.close().await;
        scene.rig.end().await;
    }

    async fn what_the_shop_did_not_sign_is_refused(db: Db) {
        let scene = Scene::new(db).await;
        let (source, url) = scene.vendure().await;
        let check = async |url: &str, secret: &str, status: u16| {
            let said = scene.post(url, secret, &order(1)).await;
            assert_eq!(said.status.as_u16(), status, "{url}: {}", said.json);
        };
        check(&url, "hash", 401).await;
        check(&url, "", 401).await;
        check(&format!("{url}x"), "hush", 404).await;
        check(&url.replace("/vendure/", "/shopify/"), "hush", 404).await;
        assert_eq!(scene.events().await.len(), 0);
        let view = scene.done("GET", &format!("/connections/{source}"), Json::Null).await;
        assert_eq!(view["wrong_signatures"], 1, "of many within seconds one is written down");
        assert!(view["last_error"].as_str().unwrap().contains("x-vendure-signature"));
        scene.rig.end().await;
    }

    async fn both_secrets_are_believed_while_one_takes_the_others_place(db: Db) {
        let scene = Scene::new(db).await;
        let (source, url) = scene.vendure().await;
        let made = scene.done("POST", &format!("/connections/{source}/rotate"), json!({ "keep_hours": 2 })).await;
        let new = made["secret"].as_str().unwrap().to_owned();
        assert_eq!(scene.post(&url, "hush", &order(1)).await.status.as_u16(), 200);
        assert_eq!(scene.post(&url, &new, &order(2)).await.status.as_u16(), 200);
        scene.rig.clock.advance(2 * HOUR);
        assert_eq!(scene.post(&url, "hush", &order(3)).await.status.as_u16(), 401);
        assert_eq!(scene.post(&url, &new, &order(3)).await.status.as_u16(), 200);
        assert_eq!(scene.count("Order Completed").await, 3);
        scene.rig.end().await;
    }

    async fn what_is_not_understood_is_kept_and_read_again_after_a_fix(db: Db) {
        let scene = Scene::new(db).await;
        let rule = |event: &str| json!({ "name": "mine", "signature": { "header": "x-sign", "encoding": "base64" }, "events": [{
            "when": { "path": "$.event", "is": "paid" }, "event": event, "user_id": "who", "timestamp": "at",
            "properties": { "order_id": "id", "total": { "path": "cents", "minor_digits": 2 }, "currency": { "value": "EUR" } } }] });
        let new = json!({ "name": "mine", "shop": "generic", "mapping": rule("Order Completed").to_string() });
        let made = scene.done("POST", "/connections", new).await;
        let (source, secret) = (made["source"].as_i64().unwrap(), made["secret"].as_str().unwrap().to_owned());
        let path = made["webhook_url"].as_str().unwrap().split("/hooks/").nth(1).unwrap().to_owned();
        let post = async |body: &str| {
            let signature = signed(&secret, body);
            ask(&hook_router(scene.state.clone()), "POST", &format!("/hooks/{path}"), &[("x-sign", &*signature)], body.to_owned()).await
        };
        let body = r#"{"event":"paid","id":"o1","who":"u1","at":"2026-11-21T10:00:00Z","cents":"a lot"}"#;
        for _ in 0..3 {
            let said = post(body).await;
            assert_eq!((said.status.as_u16(), &said.json["kept_aside"]), (200, &json!(1)), "{}", said.json);
        }
        assert_eq!(post("<html>").await.status.as_u16(), 200);
        let listed = scene.done("GET", &format!("/connections/{source}/rejected"), Json::Null).await;
        let items = listed["items"].as_array().unwrap();
        assert_eq!(items.len(), 2, "{listed}");
        let kept = items.iter().find(|item| item["times"] == 3).expect("the same body three times is one");
        assert!(kept["reason"].as_str().unwrap().contains("total"), "{kept}");
        let replay = format!("/connections/{source}/rejected/{}/replay", kept["id"].as_str().unwrap());
        assert_eq!(scene.api("POST", &replay, Json::Null).await.status.as_u16(), 422, "nothing has changed yet");
        let mut fixed = rule("Order Completed");
        fixed["events"][0]["properties"].as_object_mut().unwrap().remove("total");
        scene.done("PATCH", &format!("/connections/{source}"), json!({ "mapping": fixed.to_string() })).await;
        let again = scene.done("POST", &replay, Json::Null).await;
        assert_eq!((&again["events"], &again["accepted"]), (&json!(1), &json!(1)));
        assert_eq!(scene.count("Order Completed").await, 1);
        assert_eq!(scene.api("POST", &replay, Json::Null).await.status.as_u16(), 409, "it was read already");
        scene.rig.end().await;
    }

    async fn a_paused_connection_keeps_what_comes_aside(db: Db) {
        let scene = Scene::new(db).await;
        let (source, url) = scene.vendure().await;
        let off = async || {
            let rows = scene.rig.desk.db.query(&sql::CONNECTIONS_OFF, &[scene.rig.workspace.id.into()]).await.unwrap();
            rows.iter().map(|row| (row.int("source"), row.text("state").to_owned())).collect::<Vec<_>>()
        };
        assert_eq!(off().await, []);
        scene.done("POST", &format!("/connections/{source}/pause"), Json::Null).await;
        assert_eq!(off().await, [(source, "paused".to_owned())]);
        assert_eq!(scene.post(&url, "hush", &order(1)).await.status.as_u16(), 200);
        assert_eq!(scene.events().await.len(), 0);
        scene.done("POST", &format!("/connections/{source}/resume"), Json::Null).await;
        let listed = scene.done("GET", &format!("/connections/{source}/rejected?state=open"), Json::Null).await;
        let id = listed["items"][0]["id"].as_str().unwrap().to_owned();
        scene.done("POST", &format!("/connections/{source}/rejected/{id}/replay"), Json::Null).await;
        assert_eq!(scene.count("Order Completed").await, 1);
        scene.rig.end().await;
    }

    async fn an_app_that_was_thrown_out_still_hears_what_the_law_asks(db: Db) {
        let scene = Scene::new(db).await;
        let new = json!({ "name": "shop", "shop": "shopify", "secret": "hush" });
        let made = scene.done("POST", "/connections", new).await;
        let path = made["webhook_url"].as_str().unwrap().split("/hooks/").nth(1).unwrap().to_owned();
        let post = async |topic: &str, body: &str| {
            let signature = signed("hush", body);
            let headers = [("x-shopify-hmac-sha256", &*signature), ("x-shopify-topic", topic)];
            let said = ask(&hook_router(scene.state.clone()), "POST", &format!("/hooks/{path}"), &headers, body.to_owned()).await;
            assert_eq!(said.status.as_u16(), 200, "{topic}: {}", said.json);
        };
        post("app/uninstalled", r#"{"id":9,"domain":"x.myshopify.com","myshopify_domain":"x.myshopify.com"}"#).await;
        let view = scene.done("GET", &format!("/connections/{}", made["source"]), Json::Null).await;
        assert_eq!(view["state"], "uninstalled");
        post("shop/redact", r#"{"shop_id":9,"shop_domain":"x.myshopify.com"}"#).await;
        assert_eq!((scene.count("App Uninstalled").await, scene.count("Shop Erasure Requested").await), (1, 1));
        scene.rig.end().await;
    }

    async fn an_apps_webhooks_and_those_made_by_hand_are_signed_with_two_keys(db: Db) {
        let scene = Scene::new(db).await;
        let new = json!({ "name": "shop", "shop": "shopify", "base_url": "http://127.0.0.1:1/",
            "credentials": { "client_id": "id", "client_secret": "hush-app" } });
        let made = scene.done("POST", "/connections", new).await;
        assert_eq!(made["secret"], Json::Null);
        let source = made["source"].as_i64().unwrap();
        let path = made["webhook_url"].as_str().unwrap().split("/hooks/").nth(1).unwrap().to_owned();
        let check = async |secret: &str, status: u16| {
            let body = doubles::order("shopify", 1).to_string();
            let signature = signed(secret, &body);
            let headers = [("x-shopify-hmac-sha256", &*signature), ("x-shopify-topic", "orders/create")];
            let said = ask(&hook_router(scene.state.clone()), "POST", &format!("/hooks/{path}"), &headers, body).await;
            assert_eq!(said.status.as_u16(), status, "{secret}: {}", said.json);
        };
        check("hush-app", 200).await;
        check("hush-shop", 401).await;
        let change = async |credentials: Json| {
            scene.done("PATCH", &format!("/connections/{source}"), json!({ "credentials": credentials })).await
        };
        change(json!({ "webhook_key": "hush-shop" })).await;
        check("hush-shop", 200).await;
        check("hush-app", 200).await;
        // A new secret of the app takes the old one's place, the shop's own key stays.
        change(json!({ "client_secret": "hush-new" })).await;
        check("hush-new", 200).await;
        check("hush-app", 200).await;
        scene.rig.clock.advance(24 * HOUR);
        check("hush-app", 401).await;
        scene.done("POST", &format!("/connections/{source}/rotate"), json!({ "secret": "hush-third", "keep_hours": 0 })).await;
        check("hush-third", 200).await;
        check("hush-new", 401).await;
        check("hush-shop", 200).await;
        let found = find_connection(&scene.state, scene.rig.workspace.id, source).await.unwrap().unwrap();
        assert_eq!(found.credentials["client_secret"].0, "hush-third", "the app asks with what it signs with");
        scene.rig.end().await;
    }

    async fn a_shop_that_was_disconnected_is_connected_again_under_its_name(db: Db) {
        let scene = Scene::new(db).await;
        let (source, url) = scene.vendure().await;
        assert_eq!(scene.api("DELETE", &format!("/connections/{source}"), Json::Null).await.status.as_u16(), 204);
        assert_eq!(scene.post(&url, "hush", &order(1)).await.status.as_u16(), 404, "nobody is there any more");
        let (again, new) = scene.vendure().await;
        assert!(again == source && new != url, "the source stays, the address is another");
        assert_eq!(scene.post(&new, "hush", &order(1)).await.status.as_u16(), 200);
        scene.rig.end().await;
    }

    async fn no_secret_is_ever_given_back(db: Db) {
        let scene = Scene::new(db.clone()).await;
        let new = json!({ "name": "shop", "shop": "woocommerce", "secret": "hush-hook", "base_url": "http://127.0.0.1:1/",
            "credentials": { "consumer_key": "hush-key", "consumer_secret": "hush-secret" } });
        let made = scene.done("POST", "/connections", new).await;
        let source = made["source"].as_i64().unwrap();
        scene.done("POST", &format!("/connections/{source}/rotate"), json!({ "secret": "hush-new" })).await;
        let said = [
            made,
            scene.done("GET", "/connections", Json::Null).await,
            scene.done("PATCH", &format!("/connections/{source}"), json!({ "zone": "Europe/Rome" })).await,
            scene.done("POST", &format!("/connections/{source}/check"), Json::Null).await,
        ];
        for said in said {
            assert!(!said.to_string().contains("hush"), "{said}");
        }
        let connection = find_connection(&scene.state, scene.rig.workspace.id, source).await.unwrap().unwrap();
        assert!(!format!("{connection:?}").contains("hush"), "nor does a log");
        let view = scene.done("GET", &format!("/connections/{source}"), Json::Null).await;
        assert_eq!(view["credentials"], json!(["consumer_key", "consumer_secret"]));
        let audit = crate::desk::list_audit(&db, scene.rig.workspace.id, None, 100).await.unwrap();
        assert!(!audit.iter().any(|entry| entry.detail.to_string().contains("hush")));
        scene.rig.end().await;
    }

    async fn what_cannot_be_is_refused_when_a_shop_is_connected(db: Db) {
        let scene = Scene::new(db).await;
        let check = async |new: Json, code: &str| {
            let said = scene.api("POST", "/connections", new.clone()).await;
            assert_eq!(said.json["code"], code, "{new}: {}", said.json);
        };
        let with = |more: Json| {
            let mut new = json!({ "name": "x", "shop": "vendure" });
            new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            new
        };
        check(with(json!({ "shop": "ebay" })), "connections.wrong_shop").await;
        check(with(json!({ "shop": "shopify" })), "connections.no_secret").await;
        check(with(json!({ "shop": "generic" })), "connections.wrong_mapping").await;
        check(with(json!({ "base_url": "ftp://shop.example" })), "connections.wrong_address").await;
        check(with(json!({ "base_url": "http://169.254.169.254/" })), "connections.wrong_address").await;
        check(with(json!({ "zone": "Mars/Base" })), "connections.wrong_zone").await;
        check(with(json!({ "currency": "EURO" })), "connections.wrong_currency").await;
        check(with(json!({ "credentials": { "pin": "1" } })), "connections.wrong_credential").await;
        check(with(json!({ "secret": " " })), "connections.wrong_secret").await;
        check(with(json!({ "reconcile_minutes": 1 })), "connections.wrong_schedule").await;
        check(with(json!({ "namespace": "a b" })), "connections.wrong_namespace").await;
        scene.vendure().await;
        check(with(json!({})), "connections.needs_namespace").await;
        scene.done("POST", "/connections", with(json!({ "namespace": "second" }))).await;
        scene.rig.end().await;
    }
}
