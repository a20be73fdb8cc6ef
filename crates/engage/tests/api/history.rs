//! The past does not fire: imports, old events, wrong clocks, and what a hold keeps back.

use crate::rig::Rig;
use base::{DAY, HOUR, Time};
use serde_json::{Value as Json, json};

/// What a customer did, called after the case: gave an address and a yes, and left one pair of socks behind.
fn left_behind(case: &str, at: Time) -> [Json; 2] {
    let traits = json!({ "name": case, "email": format!("{case}@customer.example"), "consent": { "marketing": { "email": true } } });
    let socks = json!({ "cart_id": case, "product_id": "p", "price": 7.5, "currency": "EUR" });
    [
        json!({ "type": "identify", "userId": case, "traits": traits, "timestamp": at }),
        json!({ "type": "track", "userId": case, "event": "Product Added", "properties": socks, "timestamp": at }),
    ]
}

async fn customer(rig: &Rig, case: &str) -> String {
    let found = rig.until(&format!("/customers?q={case}@"), |page| page["items"].as_array().unwrap().len() == 1).await;
    found["items"][0]["id"].as_str().unwrap().to_owned()
}

testkit::on_both! {
    async fn the_past_is_folded_and_nobody_is_written_to(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        let now = base::Clock::now(&*rig.clock);
        // (case, by import, how long ago, journeys)
        let cases = [
            ("imported_old", true, 90 * HOUR, false), ("imported_fresh", true, 30 * HOUR, false),
            ("imported_now", true, 0, false), ("sent_old", false, 49 * HOUR, false), ("sent_fresh", false, 30 * HOUR, true),
            ("sent_now", false, 0, true),
        ];
        for (case, is_import, ago, _) in cases {
            for call in left_behind(case, now + -ago) {
                if is_import { rig.import(call).await } else { rig.event(call).await }
            }
        }
        // The clients' clocks: year 1, and 2031, which is now.
        let [_, first] = left_behind("year_one", Time::parse("0001-01-01T00:00:00Z").unwrap());
        rig.event(first).await;
        for call in left_behind("future", Time::parse("2031-01-01T00:00:00Z").unwrap()) {
            rig.event(call).await;
        }
        rig.pass(25);
        rig.items("/messages?limit=100", 3).await;
        let abandoned = rig.items("/carts?state=abandoned&limit=100", 8).await;
        for (case, _, ago, is_written_to) in cases {
            let cart = abandoned.iter().find(|cart| cart["shop_id"] == case).unwrap_or_else(|| panic!("no cart {case}"));
            assert_eq!(cart["abandoned_at"], json!(now + -ago + DAY), "{case}: by its own time");
            let decisions = rig.decisions(&customer(&rig, case).await).await;
            let started = decisions.iter().any(|code| code == "journey_started");
            let refused = decisions.iter().any(|code| code == "not_started too_old");
            assert_eq!((started, refused), (is_written_to, !is_written_to), "{case}: {decisions:?}");
        }
        let future = abandoned.iter().find(|cart| cart["shop_id"] == "future").unwrap();
        assert_eq!(future["opened_at"], json!(now), "a clock that runs ahead is ours");
        let first = abandoned.iter().find(|cart| cart["shop_id"] == "year_one").unwrap();
        assert_eq!(first["abandoned_at"], "0001-01-02T00:00:00Z");
        // News about an imported cart is news: the flow may begin after that.
        rig.track("imported_now", "Product Added", json!({ "cart_id": "imported_now", "product_id": "q", "price": 1 })).await;
        rig.pass(25);
        rig.items("/messages?limit=100", 4).await;
        rig.end().await;
    }

    async fn an_imported_order_ends_what_waits_for_it(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        rig.two_customers().await;
        rig.pass(25);
        let waiting = rig.items("/messages?state=queued", 2).await;
        let mail = waiting.iter().find(|message| message["recipient"] == "customer").unwrap();
        let order = json!({ "order_id": "o1", "cart_id": "c2", "total": 7.5, "currency": "EUR" });
        let at = base::Clock::now(&*rig.clock) + -HOUR;
        rig.import(json!({ "type": "track", "userId": "u2", "event": "Order Completed", "properties": order, "timestamp": at })).await;
        assert!(rig.claim(mail).await.get("grant").is_none());
        rig.items("/journeys?state=ended", 1).await;
        rig.end().await;
    }

    async fn what_a_hold_kept_for_more_than_six_hours_is_dropped_unless_an_agent_waits_for_it(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        rig.two_customers().await;
        let now = base::Clock::now(&*rig.clock);
        rig.handle().command(engage::commands::new("hold.start", &json!({}), now)).await.unwrap();
        rig.pass(24);
        let held = rig.items("/messages?state=held", 2).await;
        // Facts go on meanwhile; who asks is told to wait.
        for message in &held {
            assert_eq!(rig.claim(message).await, json!({ "no": "held" }));
        }
        // A later cart waits less long.
        rig.pass(6);
        let [known, left] = left_behind("later", base::Clock::now(&*rig.clock) + -(23 * HOUR));
        rig.event(known).await;
        rig.event(left).await;
        rig.pass(1);
        let is_there = |page: &Json| {
            let items = page["items"].as_array().unwrap();
            items.len() == 3 && items.iter().all(|message| message["customer"]["name"] != "")
        };
        let all = rig.until("/messages?state=held", is_there).await["items"].as_array().unwrap().clone();
        rig.clock.advance(1);
        assert_eq!(rig.send("POST", "/hold/release", json!({})).await.status, 200);
        let mut answers = Vec::new();
        for message in &all {
            let answer = rig.claim(message).await;
            let who = format!("{} {}", message["customer"]["name"].as_str().unwrap(), message["recipient"].as_str().unwrap());
            answers.push((who, answer["no"].as_str().unwrap_or("granted").to_owned()));
        }
        answers.sort();
        let expected = [("Lucia Verdi customer", "too_late"), ("Mario Rossi agent", "granted"), ("later customer", "granted")];
        assert_eq!(answers, expected.map(|(who, answer)| (who.to_owned(), answer.to_owned())));
        let decisions = rig.decisions(&rig.id("lucia")).await;
        assert!(decisions.contains(&"message_skipped too_late".to_owned()), "{decisions:?}");
        rig.end().await;
    }
}
