//! What becomes of a message between the question and the answer: twice asked, answered late, not answered at all.

use crate::rig::Rig;
use base::{MINUTE, SECOND};
use engage::messages::{Grant, Result_, SEND_WITHIN};
use serde_json::{Value as Json, json};

/// The one queued message to a customer or to an agent, after a day.
async fn after_a_day(rig: &Rig, recipient: &str) -> Json {
    rig.open_shop().await;
    rig.two_customers().await;
    rig.pass(25);
    let messages = rig.items("/messages?state=queued", 2).await;
    messages.into_iter().find(|message| message["recipient"] == recipient).unwrap()
}

async fn state(rig: &Rig, message: &Json) -> String {
    let said = rig.get(&format!("/messages/{}", message["id"].as_str().unwrap())).await;
    said.json["state"].as_str().unwrap().to_owned()
}

async fn grant(rig: &Rig, message: &Json) -> Grant {
    let answer = rig.claim(message).await;
    serde_json::from_value(answer["grant"].clone()).unwrap_or_else(|_| panic!("no grant: {answer}"))
}

/// What lets a silent message come into doubt.
fn past_the_deadline(rig: &Rig) {
    rig.clock.advance(30 * SECOND + SEND_WITHIN + MINUTE);
}

testkit::on_both! {
    async fn a_message_is_granted_once_and_its_outcome_counts_once(db: Db) {
        let rig = Rig::new(db).await;
        let mail = after_a_day(&rig, "customer").await;
        assert_eq!(rig.outcome(&mail, 0, Result_::Sent).await, json!({ "no": "queued" }), "nobody was told to send it");
        let granted = grant(&rig, &mail).await;
        assert_eq!((granted.attempt, granted.to.as_str()), (1, "lucia@customer.example"));
        assert_eq!(rig.claim(&mail).await, json!({ "no": "sending" }));
        assert_eq!(rig.outcome(&mail, 2, Result_::Sent).await, json!({ "no": "sending" }), "of another attempt");
        assert_eq!(rig.outcome(&mail, 1, Result_::Sent).await, json!({ "ok": true }));
        for result in [Result_::Sent, Result_::Later, Result_::Refused, Result_::Unknown] {
            assert_eq!(rig.outcome(&mail, 1, result).await, json!({ "no": "sent" }));
        }
        assert_eq!(rig.claim(&mail).await, json!({ "no": "sent" }));
        let decisions = rig.decisions(&rig.id("lucia")).await;
        assert_eq!(decisions.iter().filter(|code| *code == "message_sent").count(), 1, "{decisions:?}");
        assert_eq!(decisions.iter().filter(|code| *code == "journey_ended").count(), 1, "{decisions:?}");
        let mut stranger = mail.clone();
        stranger["id"] = json!("00000000-0000-7000-8000-000000000000");
        assert_eq!(rig.claim(&stranger).await, json!({ "no": "unknown" }));
        assert_eq!(rig.outcome(&stranger, 1, Result_::Sent).await, json!({ "no": "unknown" }));
        rig.end().await;
    }

    async fn silence_puts_marketing_in_doubt_and_a_late_word_settles_it(db: Db) {
        let rig = Rig::new(db).await;
        let mail = after_a_day(&rig, "customer").await;
        grant(&rig, &mail).await;
        past_the_deadline(&rig);
        rig.items("/messages?state=in_doubt", 1).await;
        assert_eq!(rig.claim(&mail).await, json!({ "no": "in_doubt" }), "not sent again by itself");
        for result in [Result_::Later, Result_::NotBegun, Result_::Refused, Result_::Unknown] {
            assert_eq!(rig.outcome(&mail, 1, result).await, json!({ "no": "in_doubt" }), "a person decides");
        }
        assert_eq!(rig.outcome(&mail, 1, Result_::Sent).await, json!({ "ok": true }), "the sender was only slow");
        assert_eq!(state(&rig, &mail).await, "sent");
        let decisions = rig.decisions(&rig.id("lucia")).await;
        let ended = decisions.iter().filter(|code| code.starts_with("journey_ended")).count();
        assert_eq!((ended, decisions.last().map(String::as_str)), (1, Some("message_sent")), "{decisions:?}");
        rig.end().await;
    }

    async fn an_agents_notice_without_an_answer_is_sent_again_under_its_own_id(db: Db) {
        let rig = Rig::new(db).await;
        let notice = after_a_day(&rig, "agent").await;
        let first = grant(&rig, &notice).await;
        past_the_deadline(&rig);
        rig.until(&format!("/messages/{}", notice["id"].as_str().unwrap()), |page| page["state"] == "queued").await;
        let second = grant(&rig, &notice).await;
        // The Message-ID is made of the message's id and the sender's domain alone.
        assert_eq!((second.message, &second.from, second.attempt), (first.message, &first.from, 2));
        assert_eq!(rig.outcome(&notice, 1, Result_::Sent).await, json!({ "no": "sending" }), "the first try's late word");
        assert_eq!(rig.outcome(&notice, 2, Result_::Unknown).await, json!({ "ok": true }));
        assert_eq!(state(&rig, &notice).await, "queued");
        // Not for ever: after ten tries a person looks.
        for attempt in 3..=10 {
            assert_eq!(grant(&rig, &notice).await.attempt, attempt);
            assert_eq!(rig.outcome(&notice, attempt, Result_::Unknown).await, json!({ "ok": true }));
        }
        assert_eq!(state(&rig, &notice).await, "in_doubt");
        rig.items("/notices", 1).await;
        let decisions = rig.decisions(&rig.id("mario")).await;
        assert_eq!(decisions.iter().filter(|code| code.starts_with("agent_notified")).count(), 1, "{decisions:?}");
        rig.end().await;
    }

    async fn later_means_later_and_refused_means_never(db: Db) {
        let rig = Rig::new(db).await;
        let mail = after_a_day(&rig, "customer").await;
        for attempt in 1..=3 {
            assert_eq!(grant(&rig, &mail).await.attempt, attempt);
            assert_eq!(rig.outcome(&mail, attempt, Result_::Later).await, json!({ "ok": true }));
            assert_eq!(state(&rig, &mail).await, "queued");
        }
        assert_eq!(grant(&rig, &mail).await.attempt, 4);
        assert_eq!(rig.outcome(&mail, 4, Result_::Refused).await, json!({ "ok": true }));
        assert_eq!((state(&rig, &mail).await, rig.claim(&mail).await), ("failed".to_owned(), json!({ "no": "failed" })));
        let decisions = rig.decisions(&rig.id("lucia")).await;
        assert!(decisions.iter().any(|code| code == "message_failed"), "{decisions:?}");
        rig.end().await;
    }

    async fn an_order_between_claim_and_outcome_ends_the_journey_and_the_outcome_still_counts(db: Db) {
        let rig = Rig::new(db).await;
        let mail = after_a_day(&rig, "customer").await;
        grant(&rig, &mail).await;
        rig.track("u2", "Order Completed", json!({ "order_id": "o", "cart_id": "c2", "total": 7.5, "currency": "EUR" })).await;
        assert_eq!(state(&rig, &mail).await, "sending", "it may be on its way");
        assert_eq!(rig.outcome(&mail, 1, Result_::Sent).await, json!({ "ok": true }));
        assert_eq!(state(&rig, &mail).await, "sent");
        // Put back by the mail server instead, it would not be sent any more.
        let decisions = rig.decisions(&rig.id("lucia")).await;
        assert_eq!(decisions.iter().filter(|code| code.starts_with("journey_ended")).count(), 1, "{decisions:?}");
        rig.end().await;
    }

    async fn what_the_server_puts_off_is_not_sent_once_the_order_is_there(db: Db) {
        let rig = Rig::new(db).await;
        let mail = after_a_day(&rig, "customer").await;
        grant(&rig, &mail).await;
        rig.track("u2", "Order Completed", json!({ "order_id": "o", "cart_id": "c2", "total": 7.5, "currency": "EUR" })).await;
        assert_eq!(rig.outcome(&mail, 1, Result_::Later).await, json!({ "ok": true }));
        let answer = rig.claim(&mail).await;
        assert!(answer.get("grant").is_none(), "{answer}");
        assert_eq!(state(&rig, &mail).await, "skipped");
        rig.end().await;
    }

    async fn a_customer_may_be_joined_to_another_between_claim_and_outcome(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        for n in 1..=3 {
            let traits = json!({ "email": format!("m{n}@customer.example"), "consent": { "marketing": { "email": true } } });
            rig.event(json!({ "type": "identify", "anonymousId": format!("a{n}"), "traits": traits })).await;
            let socks = json!({ "cart_id": format!("c{n}"), "product_id": "p", "price": 7.5, "currency": "EUR" });
            let call = json!({ "type": "track", "anonymousId": format!("a{n}"), "event": "Product Added", "properties": socks });
            rig.event(call).await;
        }
        rig.pass(25);
        // The addresses come with the table of customers, a moment later.
        let is_there = |page: &Json| {
            let items = page["items"].as_array().unwrap();
            items.len() == 3 && items.iter().all(|message| message["customer"]["email"].is_string())
        };
        let page = rig.until("/messages?state=queued", is_there).await;
        let mails = page["items"].as_array().unwrap();
        let of = |n: usize| mails.iter().find(|m| m["customer"]["email"] == format!("m{n}@customer.example")).unwrap();
        for n in 1..=2 {
            grant(&rig, of(n)).await;
        }
        for n in 1..=3 {
            rig.event(json!({ "type": "page", "userId": format!("u{n}") })).await;
            let traits = json!({ "email": format!("m{n}@customer.example") });
            rig.event(json!({ "type": "identify", "userId": format!("u{n}"), "traits": traits })).await;
            let page = rig.get(&format!("/customers/{}", of(n)["customer"]["id"].as_str().unwrap())).await.json;
            assert_eq!(page["profile"]["user_id"], format!("u{n}"), "they were joined");
            assert_eq!(page["joined"], json!([of(n)["customer"]["id"]]));
        }
        assert_eq!(rig.outcome(of(1), 1, Result_::Sent).await, json!({ "ok": true }));
        assert_eq!(state(&rig, of(1)).await, "sent");
        // Asked for under the closed customer's id, it is sent to who it became.
        assert_eq!(grant(&rig, of(3)).await.to, "m3@customer.example");
        assert_eq!(rig.outcome(of(3), 1, Result_::Sent).await, json!({ "ok": true }));
        // And silence is noticed there as well.
        past_the_deadline(&rig);
        let doubt = rig.items("/messages?state=in_doubt", 1).await;
        assert_eq!(doubt[0]["id"], of(2)["id"]);
        rig.end().await;
    }
}
