//! The link of a message at a headless shop: the cart is made again by the shop's API, once.

use crate::{
    crms::{Double, Fault, Medusa, Vendure},
    rig::{Rig, web},
};
use crm::{
    connections::{Connections, NewConnection, create_connection},
    desk::Actor,
};
use engage::{links::Purpose, messages::Result_};
use serde_json::{Value as Json, json};

pub async fn connect(rig: &Rig, shop: &str, url: &str, link: &str, credentials: &[(&str, &str)], name: &str) {
    let shops = Connections::new(rig.desk.clone(), rig.loops(), web());
    let new = NewConnection {
        name: name.to_owned(),
        shop: shop.to_owned(),
        secret: Some("hush".to_owned()),
        base_url: url.to_owned(),
        credentials: credentials.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        cart_link: Some(link.to_owned()),
        ..NewConnection::default()
    };
    create_connection(&shops, &Actor::command_line(rig.workspace.id), new).await.expect("a connection");
}

/// Lucia left two pairs of socks and a hat, and was written to.
async fn sent(rig: &Rig) -> Json {
    let products = json!([
        { "product_id": "p2", "variant_id": "12", "sku": "s12", "name": "Calze", "price": 7.5, "quantity": 2 },
        { "product_id": "p3", "variant_id": "13", "sku": "s13", "name": "Cappello", "price": 20, "quantity": 1 },
    ]);
    sent_with(rig, products).await
}

async fn sent_with(rig: &Rig, products: Json) -> Json {
    rig.open_shop().await;
    rig.two_customers().await;
    rig.clock.advance(base::MINUTE);
    rig.track("u2", "Cart Updated", json!({ "cart_id": "c2", "products": products, "currency": "EUR" })).await;
    rig.pass(25);
    let messages = rig.items("/messages?state=queued", 2).await;
    let mail = messages.into_iter().find(|message| message["recipient"] == "customer").unwrap();
    assert_eq!(rig.courier(&mail, Result_::Sent).await, json!({ "ok": true }));
    mail
}

async fn click(rig: &Rig, link: &str) -> (u16, String) {
    let page = rig.ask_at("GET", link, &[], None).await;
    let location = page.headers.get("location").map(|place| place.to_str().unwrap().to_owned());
    (page.status.as_u16(), location.unwrap_or(page.text))
}

fn shop(stock: &[(&str, i64)]) -> Vendure {
    Vendure { stock: stock.iter().map(|(id, pieces)| ((*id).to_owned(), *pieces)).collect(), ..Vendure::default() }
}

const ADMIN: &[(&str, &str)] = &[("token", "own")];
const LINK: &str = "https://shop.example/checkout?cart={cart}&was={cart_id}#token={token}";
const THERE: &str = "https://shop.example/checkout?cart=V0&was=c2#token=t0";

async fn cart(rig: &Rig, shop_id: &str) -> Json {
    let carts = rig.get("/carts").await.json;
    let carts = carts["items"].as_array().unwrap();
    assert_eq!(carts.len(), 2, "{carts:?}");
    carts.iter().find(|cart| cart["shop_id"] == shop_id).unwrap().clone()
}

testkit::on_both! {
    async fn the_link_fills_the_cart_again_once(db: Db) {
        let rig = Rig::new(db).await;
        let double = Double::start(|_| shop(&[("12", 10), ("13", 1)])).await;
        connect(&rig, "vendure", &double.url, LINK, ADMIN, "negozio").await;
        let mail = sent(&rig).await;
        let link = rig.link(Purpose::Cart, &mail);
        // Nobody has clicked yet.
        assert_eq!(rig.ask_at("HEAD", &link, &[], None).await.status, 200);
        assert_eq!(rig.ask_at("GET", &link, &[("purpose", "prefetch")], None).await.status, 200);
        assert!(double.there().orders.is_empty());
        // Two devices at once, and again an hour later.
        let (one, other) = tokio::join!(click(&rig, &link), click(&rig, &link));
        assert_eq!((one, other), ((302, THERE.to_owned()), (302, THERE.to_owned())));
        rig.pass(1);
        assert_eq!(click(&rig, &link).await, (302, THERE.to_owned()));
        let orders = double.there().orders;
        assert_eq!(orders, [[("12".to_owned(), 2), ("13".to_owned(), 1)].into()]);
        // What the shop tells of the new cart is about the old one, be it of nobody or of a device we do not know.
        let products = json!([{ "product_id": "p2", "variant_id": "12", "sku": "s12", "name": "Calze", "price": 7.5, "quantity": 5 }]);
        rig.event(json!({ "type": "track", "event": "Cart Updated",
            "properties": { "cart_id": "V0", "products": products, "currency": "EUR" } })).await;
        rig.event(json!({ "type": "track", "anonymousId": "phone", "event": "Order Completed",
            "properties": { "order_id": "V0", "cart_id": "V0", "total": 37.5, "currency": "EUR" } })).await;
        rig.until("/carts", |page| page["items"][0]["state"] == "recovered" || page["items"][1]["state"] == "recovered").await;
        let found = cart(&rig, "c2").await;
        assert_eq!((&found["state"], &found["order"]), (&json!("recovered"), &json!("V0")), "{found}");
        let decisions = rig.decisions(&rig.id("lucia")).await;
        assert_eq!(decisions.iter().filter(|code| *code == "cart_refilled").count(), 1, "{decisions:?}");
        // What was ordered is not filled again.
        assert_eq!(click(&rig, &link).await.0, 200);
        assert_eq!(double.there().orders.len(), 1);
        rig.end().await;
    }

    async fn a_line_that_only_the_pages_told_of_is_found_in_the_catalogue(db: Db) {
        let rig = Rig::new(db).await;
        let double = Double::start(|_| shop(&[("12", 10), ("13", 5), ("15", 5)])).await;
        connect(&rig, "vendure", &double.url, LINK, ADMIN, "negozio").await;
        let says = async |name: &str, said: Json| {
            rig.event(json!({ "type": "track", "anonymousId": "shop:vendure", "event": name, "properties": said })).await;
        };
        for (variant, product, sku) in [("12", "9", "calze-m"), ("13", "9", "calze-l"), ("15", "p3", "cappello"), ("16", "p4", "gone")] {
            says("Variant Updated", json!({ "product_id": product, "variant_id": variant, "sku": sku, "name": sku })).await;
        }
        says("Variant Deleted", json!({ "product_id": "p4", "variant_id": "16" })).await;
        let mail = sent_with(&rig, json!([
            { "product_id": "p2", "sku": "calze-l", "name": "Calze", "price": 7.5, "quantity": 2 },
            { "product_id": "p3", "name": "Cappello", "price": 20, "quantity": 1 },
            { "product_id": "p4", "sku": "gone", "name": "Sciarpa", "price": 20, "quantity": 1 },
        ])).await;
        let (status, text) = click(&rig, &rig.link(Purpose::Cart, &mail)).await;
        assert!(status == 200 && text.contains("Sciarpa") && !text.contains("Calze"), "{status} {text}");
        assert_eq!(double.there().orders, [[("13".to_owned(), 2), ("15".to_owned(), 1)].into()]);
        rig.end().await;
    }

    async fn what_the_shop_does_not_have_any_more_is_said(db: Db) {
        let rig = Rig::new(db).await;
        let double = Double::start(|_| shop(&[("12", 1)])).await;
        connect(&rig, "vendure", &double.url, LINK, ADMIN, "negozio").await;
        let mail = sent(&rig).await;
        let link = rig.link(Purpose::Cart, &mail);
        for _ in 0..2 {
            let (status, text) = click(&rig, &link).await;
            assert_eq!(status, 200);
            for words in ["Cappello", "0 / 1", "Calze", "1 / 2", "https://shop.example/checkout?cart=V0&amp;was=c2#token=t0"] {
                assert!(text.contains(words), "{words}: {text}");
            }
        }
        assert_eq!(double.there().orders, [[("12".to_owned(), 1)].into()]);
        assert!(rig.decisions(&rig.id("lucia")).await.contains(&"cart_refilled_in_part".to_owned()));
        rig.end().await;
    }

    async fn a_shop_that_fails_leaves_a_page_and_another_try(db: Db) {
        let rig = Rig::new(db).await;
        let double = Double::start(|_| shop(&[("12", 10), ("13", 1)])).await;
        connect(&rig, "vendure", &double.url, LINK, ADMIN, "negozio").await;
        let mail = sent(&rig).await;
        let link = rig.link(Purpose::Cart, &mail);
        for fault in [Fault::Status(500, None), Fault::Hang, Fault::Status(429, Some(60))] {
            double.fail("shop-api", fault);
            let (status, text) = click(&rig, &link).await;
            assert!(status == 200 && text.contains("Calze") && text.contains("Riprova tra un minuto"), "{status} {text}");
        }
        assert_eq!(click(&rig, &link).await.0, 302);
        let decisions = rig.decisions(&rig.id("lucia")).await;
        assert_eq!(decisions.iter().filter(|code| *code == "cart_refill_failed").count(), 3, "{decisions:?}");
        rig.end().await;
    }

    async fn medusa_makes_the_cart_without_what_is_gone(db: Db) {
        let rig = Rig::new(db).await;
        let double = Double::start(|_| Medusa { variants: vec!["12".to_owned()], ..Medusa::default() }).await;
        let keys = [("secret_key", "sk_1"), ("publishable_key", "pk_1"), ("region_id", "reg_it")];
        connect(&rig, "medusa", &double.url, "https://shop.example/it/cart?id={cart}", &keys, "negozio").await;
        let mail = sent(&rig).await;
        let link = rig.link(Purpose::Cart, &mail);
        let (status, text) = click(&rig, &link).await;
        assert!(status == 200 && text.contains("Cappello") && !text.contains("Calze"), "{status} {text}");
        assert!(text.contains("https://shop.example/it/cart?id=cart_0"), "{text}");
        let there = double.there();
        assert_eq!((there.carts, there.regions), (vec![vec![json!({ "variant_id": "12", "quantity": 2 })]], vec![json!("reg_it")]));
        rig.end().await;
    }

    async fn a_shop_that_fills_carts_from_an_address_needs_no_call(db: Db) {
        let rig = Rig::new(db).await;
        let link = "https://shop.example/checkout-link/?products={products}&coupon={coupon}";
        connect(&rig, "woocommerce", "", link, &[], "negozio").await;
        let mail = sent(&rig).await;
        let link = rig.link(Purpose::Cart, &mail);
        let there = "https://shop.example/checkout-link/?products=12:2,13:1&coupon=";
        assert_eq!(click(&rig, &link).await, (302, there.to_owned()));
        rig.end().await;
    }
}
