//! Coupons that a flow has a shop take, through the real loop, against doubles of the shops' APIs.

use crate::{
    crms::{CouponShop, Double, Fault},
    refills::connect,
    rig::{Rig, web},
};
use base::MINUTE;
use crm::connections::Connections;
use engage::{
    coupons::{Maker, make_due},
    messages::Result_,
};
use serde_json::{Value as Json, json};
use std::sync::Arc;

const FLOW: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
    xmlns:ritorno="urn:ritorno:bpmn:1" id="d" targetNamespace="urn:test">
  <bpmn:message id="idle" name="Cart Idle" />
  <bpmn:process id="offer" name="Offer" isExecutable="true" ritorno:businessKey="cart">
    <bpmn:startEvent id="left" ritorno:idleHours="24"><bpmn:outgoing>a</bpmn:outgoing><bpmn:messageEventDefinition messageRef="idle" /></bpmn:startEvent>
    <bpmn:serviceTask id="give" name="Give a coupon">
      <bpmn:extensionElements><zeebe:taskDefinition type="ritorno:coupon" /><zeebe:ioMapping>INPUTS</zeebe:ioMapping></bpmn:extensionElements>
      <bpmn:incoming>a</bpmn:incoming><bpmn:outgoing>b</bpmn:outgoing>
    </bpmn:serviceTask>
    <bpmn:serviceTask id="write" name="Write">
      <bpmn:extensionElements><zeebe:taskDefinition type="ritorno:send-email" /><zeebe:ioMapping><zeebe:input source="cart-agent" target="template" /></zeebe:ioMapping></bpmn:extensionElements>
      <bpmn:incoming>b</bpmn:incoming><bpmn:outgoing>c</bpmn:outgoing>
    </bpmn:serviceTask>
    <bpmn:endEvent id="end"><bpmn:incoming>c</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="a" sourceRef="left" targetRef="give" />
    <bpmn:sequenceFlow id="b" sourceRef="give" targetRef="write" />
    <bpmn:sequenceFlow id="c" sourceRef="write" targetRef="end" />
  </bpmn:process>
</bpmn:definitions>"#;

const SHOPS: [(&str, &[(&str, &str)]); 6] = [
    ("woocommerce", &[("consumer_key", "ck"), ("consumer_secret", "cs")]),
    ("shopify", &[("access_token", "shpat")]),
    ("vendure", &[("token", "own")]),
    ("medusa", &[("secret_key", "sk")]),
    ("magento", &[("access_token", "at")]),
    ("prestashop", &[("key", "K")]),
];

async fn double(rig: &Rig, kind: &'static str) -> Double<CouponShop> {
    let double = Double::start(|_| CouponShop::new(kind)).await;
    let (_, credentials) = SHOPS.into_iter().find(|(known, _)| *known == kind).unwrap();
    connect(rig, kind, &double.url, "", credentials, kind).await;
    double
}

/// Lucia's cart has stood idle for a day, and the flow gives her a coupon with these inputs.
async fn left(rig: &Rig, inputs: &[(&str, &str)]) {
    rig.open_shop().await;
    rig.send("POST", "/flows/two_branch_follow_up/disable", json!({})).await;
    let inputs = inputs.iter().map(|(name, value)| format!(r#"<zeebe:input source="{value}" target="{name}" />"#));
    let xml = FLOW.replace("INPUTS", &inputs.collect::<String>());
    let said = rig.send("POST", "/flows", json!({ "xml": xml })).await;
    assert_eq!(said.status, 201, "{}", said.text);
    let said = rig.send("POST", "/flows/offer/enable", json!({})).await;
    assert_eq!(said.status, 200, "{}", said.text);
    rig.two_customers().await;
    rig.track("u1", "Product Removed", json!({ "cart_id": "c1", "product_id": "p1" })).await;
    rig.pass(25);
    rig.settled().await;
}

fn maker(rig: &Rig) -> Arc<Maker> {
    let shops = Connections::new(rig.desk.clone(), rig.loops(), web());
    Arc::new(Maker::new(rig.clock.clone(), rig.handle(), shops))
}

async fn make(rig: &Rig, expected: usize) {
    rig.settled().await;
    // What waits in the outbox may be written a moment later.
    for _ in 0..100 {
        let made = make_due(&maker(rig)).await.unwrap();
        if made == expected {
            return rig.settled().await;
        }
        assert_eq!(made, 0);
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("nothing was due");
}

/// What the mail is written with.
async fn coupon_in_mail(rig: &Rig) -> Json {
    let mail = rig.items("/messages?state=queued", 1).await.remove(0);
    let grant = rig.claim(&mail).await;
    assert_eq!(rig.outcome(&mail, 1, Result_::Sent).await, json!({ "ok": true }));
    grant["grant"]["context"]["coupon"].clone()
}

async fn incident(rig: &Rig) -> (String, String) {
    let journey = rig.items("/journeys?flow=offer&state=incident", 1).await.remove(0);
    (journey["id"].as_str().unwrap().to_owned(), journey["stopped"]["reason"].as_str().unwrap().to_owned())
}

/// Five euro off, from twice the cart's total on: once, though nothing is heard of the first attempt.
async fn an_amount(rig: Rig, kind: &'static str) {
    let double = double(&rig, kind).await;
    let inputs: &[(&str, &str)] = match kind {
        "medusa" => &[("amount", "=5")],
        _ => &[("amount", "=5"), ("minimum", "=cart.total * 2")],
    };
    left(&rig, inputs).await;
    // The shop takes it, and nothing is heard of that.
    double.fail(if kind == "vendure" { "admin-api" } else { "POST" }, Fault::DoneThenHang);
    make(&rig, 1).await;
    rig.clock.advance(2 * MINUTE);
    make(&rig, 1).await;
    let there = double.there();
    assert_eq!(there.coupons.len(), 1, "{kind}: {:?}", there.coupons);
    let (code, told) = &there.coupons[0];
    let expected = match kind {
        "woocommerce" => json!(["fixed_cart", "5.00", "15.00"]),
        "shopify" => json!([{ "amount": "5.00", "appliesOnEachItem": false }, "15.00", "ALL"]),
        "vendure" => json!(["order_fixed_discount", "500", "1500"]),
        "medusa" => json!(["fixed", 5.0, "eur"]),
        "magento" => json!(["cart_fixed", 5.0, "15.00"]),
        _ => json!([true, true]),
    };
    let found = match kind {
        "woocommerce" => json!([told["discount_type"], told["amount"], told["minimum_amount"]]),
        "shopify" => json!([
            told["customerGets"]["value"]["discountAmount"],
            told["minimumRequirement"]["subtotal"]["greaterThanOrEqualToSubtotal"],
            told["context"]["all"]
        ]),
        "vendure" => json!([
            told["actions"][0]["code"],
            told["actions"][0]["arguments"][0]["value"],
            told["conditions"][0]["arguments"][0]["value"]
        ]),
        "medusa" => json!([
            told["application_method"]["type"],
            told["application_method"]["value"],
            told["application_method"]["currency_code"]
        ]),
        "magento" => {
            json!([told["simple_action"], told["discount_amount"], told["condition"]["conditions"][0]["value"]])
        }
        _ => {
            let xml = told.as_str().unwrap();
            json!([
                xml.contains("<reduction_amount>5.00</reduction_amount>") && xml.contains("<reduction_currency>3<"),
                xml.contains("<minimum_amount>15.00</minimum_amount>")
            ])
        }
    };
    assert_eq!(found, expected, "{kind}: {told}");
    let coupon = coupon_in_mail(&rig).await;
    assert_eq!((coupon["code"].as_str(), coupon["amount"].as_f64()), (Some(&**code), Some(5.0)), "{kind}");
    rig.end().await;
}

testkit::on_both! {
    async fn the_shop_that_is_named_takes_a_percentage(db: Db) {
        let rig = Rig::new(db).await;
        let mut doubles = Vec::new();
        for (kind, _) in SHOPS {
            doubles.push(double(&rig, kind).await);
        }
        left(&rig, &[("percent", "=10"), ("days", "=3"), ("prefix", "back-"), ("shop", "woocommerce")]).await;
        make(&rig, 1).await;
        let taken = doubles[0].there().coupons.remove(0);
        let coupon = coupon_in_mail(&rig).await;
        assert_eq!((coupon["code"].as_str(), coupon["percent"].as_f64()), (Some(&*taken.0), Some(10.0)));
        assert!(taken.0.starts_with("BACK-") && taken.0.len() == 15, "{}", taken.0);
        let ends_at = coupon["ends_at"].as_str().unwrap();
        assert_eq!(taken.1["date_expires_gmt"], ends_at[..19]);
        let expected = json!({
            "code": taken.0, "discount_type": "percent", "amount": "10", "usage_limit": 1, "individual_use": true,
            "date_expires_gmt": ends_at[..19], "description": format!("Ritorno {}", taken.0),
        });
        assert_eq!(taken.1, expected);
        assert!(rig.decisions(&rig.id("lucia")).await.contains(&"coupon_made".to_owned()));
        rig.end().await;
    }

    async fn woocommerce_makes_one_code_of_many_attempts(db: Db) {
        an_amount(Rig::new(db).await, "woocommerce").await;
    }

    async fn shopify_makes_one_code_of_many_attempts(db: Db) {
        an_amount(Rig::new(db).await, "shopify").await;
    }

    async fn vendure_makes_one_code_of_many_attempts(db: Db) {
        an_amount(Rig::new(db).await, "vendure").await;
    }

    async fn medusa_makes_one_code_of_many_attempts(db: Db) {
        an_amount(Rig::new(db).await, "medusa").await;
    }

    async fn magento_makes_one_code_of_many_attempts(db: Db) {
        an_amount(Rig::new(db).await, "magento").await;
    }

    async fn prestashop_makes_one_code_of_many_attempts(db: Db) {
        an_amount(Rig::new(db).await, "prestashop").await;
    }

    async fn what_a_shop_refuses_waits_for_a_person_with_the_shops_words(db: Db) {
        let rig = Rig::new(db).await;
        let double = double(&rig, "medusa").await;
        left(&rig, &[("percent", "=10"), ("minimum", "=50")]).await;
        make(&rig, 1).await;
        let (journey, reason) = incident(&rig).await;
        assert!(reason.starts_with("the shop does not take the coupon: Medusa's promotions know no minimum"), "{reason}");
        assert!(double.there().coupons.is_empty());
        let said = rig.send("POST", &format!("/journeys/{journey}/cancel"), json!({})).await;
        assert!(said.status.is_success(), "{}", said.text);
        rig.end().await;
    }

    async fn a_shop_that_is_busy_is_asked_again_later(db: Db) {
        let rig = Rig::new(db).await;
        let double = double(&rig, "woocommerce").await;
        left(&rig, &[("percent", "=12.5")]).await;
        double.fail("coupons", Fault::Status(429, Some(120)));
        make(&rig, 1).await;
        assert!(rig.decisions(&rig.id("lucia")).await.contains(&"coupon_delayed".to_owned()));
        rig.clock.advance(MINUTE);
        rig.settled().await;
        assert_eq!(make_due(&maker(&rig)).await.unwrap(), 0);
        rig.clock.advance(2 * MINUTE);
        make(&rig, 1).await;
        assert_eq!(double.there().coupons[0].1["amount"], "12.5");
        // The journey waits for nothing that nobody carries out any more.
        assert_eq!(coupon_in_mail(&rig).await["percent"].as_f64(), Some(12.5));
        rig.end().await;
    }

    async fn without_a_shop_that_makes_coupons_the_journey_stops(db: Db) {
        let rig = Rig::new(db).await;
        left(&rig, &[("percent", "=10")]).await;
        make(&rig, 1).await;
        let (_, reason) = incident(&rig).await;
        assert_eq!(reason, "the shop does not take the coupon: no shop is connected whose API makes coupons");
        rig.end().await;
    }
}
