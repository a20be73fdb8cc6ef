//! The pages that a customer meets: the link to the cart, and the way out.

use crate::rig::Rig;
use engage::{
    links::{Links, Purpose},
    messages::Result_,
};
use serde_json::{Value as Json, json};

/// Lucia's mail, sent.
async fn sent(rig: &Rig) -> Json {
    rig.open_shop().await;
    rig.two_customers().await;
    rig.pass(25);
    let messages = rig.items("/messages?state=queued", 2).await;
    let mail = messages.into_iter().find(|message| message["recipient"] == "customer").unwrap();
    assert_eq!(rig.courier(&mail, Result_::Sent).await, json!({ "ok": true }));
    mail
}

async fn clicks(rig: &Rig) -> usize {
    rig.decisions(&rig.id("lucia")).await.iter().filter(|code| *code == "link_clicked").count()
}

async fn is_unsubscribed(rig: &Rig) -> bool {
    rig.get(&format!("/customers/{}", rig.id("lucia"))).await.json["is_suppressed"] == true
}

testkit::on_both! {
    async fn a_click_counts_once_however_often_and_wherever_it_is_made(db: Db) {
        let rig = Rig::new(db).await;
        let mail = sent(&rig).await;
        let link = rig.link(Purpose::Cart, &mail);
        let page = rig.ask_at("GET", &link, &[], None).await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(page.text.contains("Calze") && page.text.contains("Il tuo carrello") && page.text.contains("7,50"), "{}", page.text);
        assert_eq!(clicks(&rig).await, 1);
        for agent in ["Mozilla/5.0 (iPhone)", "Mozilla/5.0 (X11; Linux)"] {
            rig.pass(1);
            assert_eq!(rig.ask_at("GET", &link, &[("user-agent", agent)], None).await.status, 200);
        }
        assert_eq!(clicks(&rig).await, 1);
        // After something else, the same link is a touch of its own: it may be what brought the customer back.
        let contact = rig.send("POST", &format!("/customers/{}/contacts", rig.id("lucia")), json!({})).await;
        assert_eq!(contact.status, 201, "{}", contact.text);
        rig.ask_at("GET", &link, &[], None).await;
        assert_eq!(clicks(&rig).await, 2);
        rig.end().await;
    }

    async fn looking_ahead_is_no_click(db: Db) {
        let rig = Rig::new(db).await;
        let mail = sent(&rig).await;
        let link = rig.link(Purpose::Cart, &mail);
        assert_eq!(rig.ask_at("HEAD", &link, &[], None).await.status, 200);
        for header in [("purpose", "prefetch"), ("sec-purpose", "prefetch;prerender"), ("x-moz", "prefetch"), ("x-purpose", "preview")] {
            assert_eq!(rig.ask_at("GET", &link, &[header], None).await.status, 200);
        }
        assert_eq!(clicks(&rig).await, 0);
        rig.ask_at("GET", &link, &[("purpose", "shopping")], None).await;
        assert_eq!(clicks(&rig).await, 1);
        rig.end().await;
    }

    async fn a_cart_that_was_ordered_is_not_rebuilt(db: Db) {
        let rig = Rig::new(db).await;
        let mail = sent(&rig).await;
        let mut settings = rig.get("/settings").await.json;
        settings["shop_url"] = json!("https://shop.example");
        settings["cart_url"] = json!("https://shop.example/cart?add={lines}");
        assert_eq!(rig.send("PUT", "/settings", settings).await.status, 200);
        let link = rig.link(Purpose::Cart, &mail);
        let page = rig.ask_at("GET", &link, &[], None).await;
        assert_eq!((page.status.as_u16(), &page.headers["location"]), (302, &"https://shop.example/cart?add=p2:1".parse().unwrap()));
        rig.track("u2", "Order Completed", json!({ "order_id": "o", "cart_id": "c2", "total": 7.5, "currency": "EUR" })).await;
        for (language, words) in [("it", "già stato ordinato"), ("en", "has been ordered already")] {
            rig.event(json!({ "type": "identify", "userId": "u2", "traits": { "language": language } })).await;
            let page = rig.ask_at("GET", &link, &[], None).await;
            assert_eq!(page.status, 200);
            assert!(page.text.contains(words) && page.text.contains("https://shop.example"), "{}", page.text);
        }
        rig.end().await;
    }

    async fn only_a_post_unsubscribes(db: Db) {
        let rig = Rig::new(db).await;
        let mail = sent(&rig).await;
        let link = rig.link(Purpose::Unsubscribe, &mail);
        for language in ["it", "en"] {
            rig.event(json!({ "type": "identify", "userId": "u2", "traits": { "language": language } })).await;
            for method in ["GET", "HEAD"] {
                let page = rig.ask_at(method, &link, &[], None).await;
                assert_eq!((page.status.as_u16(), page.headers["cache-control"].to_str().unwrap()), (200, "no-store"));
            }
            let page = rig.ask_at("GET", &link, &[], None).await;
            let words = if language == "it" { "Sì, cancellami" } else { "Yes, unsubscribe me" };
            assert!(page.text.contains(words) && page.text.contains(&format!("lang=\"{language}\"")), "{}", page.text);
        }
        assert!(!is_unsubscribed(&rig).await);
        // One click in the mail program (RFC 8058), which may come twice: no cookie, no redirect.
        for _ in 0..2 {
            let said = rig.ask_at("POST", &link, &[], Some(json!("List-Unsubscribe=One-Click"))).await;
            assert_eq!((said.status.as_u16(), said.headers.get("set-cookie")), (200, None));
            assert!(said.text.contains("Done"), "{}", said.text);
        }
        assert!(is_unsubscribed(&rig).await);
        let decisions = rig.decisions(&rig.id("lucia")).await;
        assert_eq!(decisions.iter().filter(|code| *code == "unsubscribed").count(), 1, "{decisions:?}");
        rig.end().await;
    }

    async fn a_token_opens_nothing_but_what_it_was_made_for(db: Db) {
        let rig = Rig::new(db).await;
        let mail = sent(&rig).await;
        let (cart, out) = (rig.link(Purpose::Cart, &mail), rig.link(Purpose::Unsubscribe, &mail));
        let token = |link: &str| link.rsplit('/').next().unwrap().to_owned();
        let id = |json: &Json| json.as_str().unwrap().parse().unwrap();
        let (customer, message) = (id(&mail["customer"]["id"]), id(&mail["id"]));
        let forged = Links::new("", rig.workspace.id, b"guessed").url(Purpose::Unsubscribe, customer, message);
        let foreign = Links::new("", rig.workspace.id + 1, b"guessed").url(Purpose::Unsubscribe, customer, message);
        let mut bent = token(&out);
        bent.replace_range(30..31, if &bent[30..31] == "A" { "B" } else { "A" });
        let none = rig.links.url(Purpose::Cart, base::Id([7; 16]), message);
        let nobody = none.strip_prefix("https://crm.example").unwrap();
        for (method, path) in [
            ("GET", format!("/c/{}", token(&out))), ("GET", format!("/u/{}", token(&cart))),
            ("POST", format!("/u/{}", token(&cart))), ("POST", format!("/u/{bent}")), ("POST", forged), ("POST", foreign),
            ("GET", "/c/x".to_owned()), ("POST", "/u/%F0%9F".to_owned()),
        ] {
            let said = rig.ask_at(method, &path, &[], None).await;
            assert!(matches!(said.status.as_u16(), 400 | 404), "{method} {path}: {}", said.status);
        }
        assert!(!is_unsubscribed(&rig).await);
        assert_eq!(clicks(&rig).await, 0);
        // A customer who is no more has neither cart nor address: the page says so, and nothing breaks.
        let said = rig.ask_at("GET", nobody, &[], None).await;
        assert!(said.status.as_u16() == 404 || said.text.contains("non c'è più"), "{}: {}", said.status, said.text);
        rig.end().await;
    }

    async fn a_joined_customers_links_go_on_working(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        let traits = json!({ "email": "m@customer.example", "consent": { "marketing": { "email": true } } });
        rig.event(json!({ "type": "identify", "anonymousId": "a", "traits": traits })).await;
        let socks = json!({ "cart_id": "c", "product_id": "p", "name": "Calze", "price": 7.5, "currency": "EUR" });
        rig.event(json!({ "type": "track", "anonymousId": "a", "event": "Product Added", "properties": socks })).await;
        rig.pass(25);
        let mail = rig.items("/messages?state=queued", 1).await.remove(0);
        assert_eq!(rig.courier(&mail, Result_::Sent).await, json!({ "ok": true }));
        rig.event(json!({ "type": "page", "userId": "u" })).await;
        rig.event(json!({ "type": "identify", "userId": "u", "traits": { "email": "m@customer.example" } })).await;
        let page = rig.ask_at("GET", &rig.link(Purpose::Cart, &mail), &[], None).await;
        assert!(page.status == 200 && page.text.contains("Calze"), "{}", page.text);
        assert_eq!(rig.ask_at("POST", &rig.link(Purpose::Unsubscribe, &mail), &[], None).await.status, 200);
        let page = rig.get(&format!("/customers/{}", mail["customer"]["id"].as_str().unwrap())).await.json;
        assert_eq!((&page["profile"]["user_id"], &page["is_suppressed"]), (&json!("u"), &json!(true)));
        assert_eq!(page["consent"][0]["source"], "unsubscribe");
        rig.end().await;
    }
}
