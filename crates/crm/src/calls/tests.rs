use super::*;
use serde_json::{Value as Json, json};

/// A shop event with these properties, as the door reads it.
fn shop(event: &str, properties: Json) -> Result<ShopEvent, String> {
    let text = json!({ "type": "track", "event": event, "userId": "u", "properties": properties }).to_string();
    match read_call(&text, None)?.1?.act {
        Act::Shop(event) => Ok(*event),
        other => panic!("{event} is {other:?}, no shop event"),
    }
}

fn item(product_id: &str) -> Item {
    Item { product_id: product_id.into(), ..Item::default() }
}

#[track_caller]
fn what(event: &str, properties: Json, expected: What) {
    assert_eq!(shop(event, properties.clone()).map(|event| event.what), Ok(expected), "{event} {properties}");
}

/// The reason for which an event is quarantined holds these words.
#[track_caller]
fn refused(event: &str, properties: Json, words: &str) {
    let said = shop(event, properties.clone());
    let reason = said.expect_err(&format!("{event} {properties}"));
    assert!(reason.contains(words), "{event} {properties}: {reason}");
}

#[test]
fn each_shop_event_is_understood() {
    let p = json!({ "product_id": "p" });
    what("Product Viewed", p.clone(), What::ProductViewed(item("p")));
    what("Product Added", p.clone(), What::ProductAdded(vec![item("p")]));
    what("Product Removed", p.clone(), What::ProductRemoved(vec![item("p")]));
    what("Cart Viewed", json!({ "products": [p] }), What::CartViewed(vec![item("p")]));
    what("Cart Viewed", json!({}), What::CartViewed(vec![]));
    what("Cart Updated", json!({ "products": [p] }), What::CartUpdated { items: vec![item("p")], url: None });
    let linked = What::CartUpdated { items: vec![], url: Some("https://x".into()) };
    what("Cart Updated", json!({ "checkout_url": "https://x" }), linked);
    let started = What::CheckoutStarted { items: vec![], url: Some("https://x".into()) };
    what("Checkout Started", json!({ "checkout_url": "https://x" }), started);
    what("Checkout Step Viewed", json!({ "step": 2 }), What::CheckoutStep { step: Some(2) });
    what("Checkout Step Completed", json!({ "step": "3" }), What::CheckoutStep { step: Some(3) });
    what("Checkout Step Completed", json!({}), What::CheckoutStep { step: None });
    what("Payment Info Entered", json!({}), What::PaymentInfoEntered);
    what("Coupon Entered", json!({ "coupon_id": "C" }), What::CouponEntered(Some("C".into())));
    what("Coupon Applied", json!({ "coupon": "C" }), What::CouponEntered(Some("C".into())));
    what("Coupon Removed", json!({}), What::CouponRemoved(None));
    let said = OrderSaid { items: vec![item("p")], total: Some(Decimal::TEN), email: Some("a@b.it".into()) };
    let props = json!({ "order_id": "o", "products": [p], "total": 10, "email": "A@b.it" });
    what("Order Completed", props, What::OrderCompleted(said));
    what("Order Refunded", json!({ "order_id": "o" }), What::OrderRefunded { total: None, items: vec![] });
    what("Order Cancelled", json!({ "order_id": 7 }), What::OrderCancelled);
    what(
        "Deal Stage Changed",
        json!({ "stage": "Confirmed" }),
        What::DealStageChanged { stage: "Confirmed".into(), pipeline: None },
    );
    let in_pipeline = What::DealStageChanged { stage: "Nuovo".into(), pipeline: Some("B2B".into()) };
    what("Deal Stage Changed", json!({ "stage": "Nuovo", "pipeline": "B2B" }), in_pipeline);
    let contacted = |agent: &str| What::AgentContacted { agent: Some(agent.into()), outcome: None };
    what("Agent Contacted", json!({ "agent": { "email": "A@b.it" } }), contacted("a@b.it"));
    what("Agent Contacted", json!({ "agent": "a1" }), contacted("a1"));
    for name in ["Order Updated", "Order Edited", "Order Shipped", "Order Shipment Cancelled", "Order Delivered"] {
        what(name, json!({ "order_id": "o" }), What::Told);
    }
    for name in ["Order Deleted", "Cart Deleted", "Checkout Deleted"] {
        what(name, json!({ "order_id": "o" }), What::Told);
    }
}

#[test]
fn what_a_shop_tells_of_an_object_needs_no_person() {
    for object in ["order_id", "cart_id", "checkout_id"] {
        let text = json!({ "type": "track", "event": "Order Delivered", "properties": { object: "x" } }).to_string();
        assert!(read_call(&text, None).unwrap().1.is_ok(), "{object}");
    }
    let nobody = json!({ "type": "track", "event": "Order Delivered", "properties": {} }).to_string();
    assert!(read_call(&nobody, None).unwrap().1.unwrap_err().contains("neither userId nor anonymousId"));
}

#[test]
fn a_name_that_is_not_ours_is_kept_and_its_properties_are_not_looked_at() {
    for (event, properties) in [("Shoes Tied", json!({ "price": {} })), ("product added", json!(7)), ("", json!(null))]
    {
        let text = json!({ "type": "track", "event": event, "userId": "u", "properties": properties }).to_string();
        let read = read_call(&text, None);
        match event {
            "" => assert!(read.is_err()),
            _ => assert_eq!(read.unwrap().1.unwrap().act, Act::Other, "{event}"),
        }
    }
}

#[test]
fn an_event_under_its_ga4_name_is_the_same_fact() {
    let listed = json!({ "currency": "EUR", "value": 17.5, "items": [
        { "item_id": "p", "item_name": "Lamp", "item_variant": "red", "price": 8.75, "quantity": 2, "index": 0 },
    ]});
    let product = json!({ "product_id": "p", "name": "Lamp", "variant": "red", "price": "8.75", "quantity": 2 });
    let in_list = json!({ "currency": "EUR", "products": [product] });
    let itself =
        json!({ "currency": "EUR", "product_id": "p", "name": "Lamp", "variant": "red", "price": 8.75, "quantity": 2 });
    let with = |base: &Json, more: Json| {
        let mut all = base.clone();
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        all
    };
    let check = |ga4: &str, properties: Json, segment: &str, expected: Json| {
        assert_eq!(shop(ga4, properties), shop(segment, expected), "{ga4}");
        let text = json!({ "type": "track", "event": ga4, "userId": "u" }).to_string();
        assert_eq!(&*read_envelope(text.as_bytes(), None).unwrap().name, segment);
    };
    check("view_item", listed.clone(), "Product Viewed", itself.clone());
    check("add_to_cart", listed.clone(), "Product Added", itself.clone());
    check("remove_from_cart", listed.clone(), "Product Removed", itself);
    check("view_cart", listed.clone(), "Cart Viewed", in_list.clone());
    let coupon = json!({ "coupon": "SUMMER" });
    check("begin_checkout", with(&listed, coupon.clone()), "Checkout Started", with(&in_list, coupon.clone()));
    check(
        "add_shipping_info",
        with(&listed, coupon.clone()),
        "Checkout Step Completed",
        with(&in_list, coupon.clone()),
    );
    check("add_payment_info", with(&listed, coupon.clone()), "Payment Info Entered", with(&in_list, coupon));
    let (theirs, ours) = (json!({ "transaction_id": "T-1" }), json!({ "order_id": "T-1", "total": 17.5 }));
    check("purchase", with(&listed, theirs.clone()), "Order Completed", with(&in_list, ours.clone()));
    check("refund", with(&listed, theirs), "Order Refunded", with(&in_list, ours));
    assert_eq!(shop("begin_checkout", with(&listed, json!({ "coupon": "X" }))).unwrap().coupon.as_deref(), Some("X"));
}

#[test]
fn ga4_may_put_several_products_in_at_once() {
    let props = json!({ "items": [{ "item_id": "a" }, { "item_name": "Lamp", "quantity": 3 }] });
    let one = |id: &str, quantity| Item { quantity: Some(quantity), ..item(id) };
    let lamp = Item { name: Some("Lamp".into()), ..one("Lamp", 3) };
    what("add_to_cart", props.clone(), What::ProductAdded(vec![one("a", 1), lamp.clone()]));
    what("remove_from_cart", props.clone(), What::ProductRemoved(vec![one("a", 1), lamp]));
    what("view_item", props, What::ProductViewed(item("a")));
    refused("add_to_cart", json!({ "items": [] }), "neither product_id nor sku");
    refused("add_to_cart", json!({ "items": [{ "price": 1 }] }), "neither product_id nor sku");
    refused("purchase", json!({ "items": [{ "item_id": "a" }] }), "no order_id");
    // What the event says of itself comes before its list, and Segment's words before GA4's.
    what(
        "Product Added",
        json!({ "product_id": "p", "items": [{ "item_id": "a" }] }),
        What::ProductAdded(vec![item("p")]),
    );
    let both = json!({ "products": [{ "product_id": "p" }], "items": [{ "item_id": "a" }] });
    what("Cart Viewed", both, What::CartViewed(vec![item("p")]));
    what("Cart Viewed", json!({ "products": null, "items": [{ "item_id": "a" }] }), What::CartViewed(vec![item("a")]));
}

#[test]
fn a_log_of_ga4_events_reads_back_as_it_was_read_at_the_door() {
    let text = json!({ "type": "track", "event": "purchase", "userId": "u", "messageId": "m",
        "properties": { "transaction_id": "T", "value": 3, "items": [{ "item_id": "p" }] } })
    .to_string();
    let (envelope, call) = read_call(&text, None).unwrap();
    assert_eq!(parse_call(envelope.kind, &envelope.name, text.as_bytes()), call);
    assert_eq!(parse_call("track", "purchase", text.as_bytes()), call);
}

#[test]
fn amounts_are_read_as_decimals_whatever_their_form() {
    let check = |price: Json, expected: Option<&str>| {
        let added = shop("Product Added", json!({ "product_id": "p", "price": price })).map(|event| event.what);
        let expected = expected.map(|text| text.parse::<Decimal>().unwrap());
        assert_eq!(added, Ok(What::ProductAdded(vec![Item { price: expected, ..item("p") }])), "{price}");
    };
    check(json!(8.75), Some("8.75"));
    check(json!("8.75"), Some("8.75"));
    check(json!(" 8.75 "), Some("8.75"));
    check(json!(0), Some("0"));
    check(json!("0.1"), Some("0.1"));
    check(json!("1e3"), Some("1000"));
    check(json!("1.5E-2"), Some("0.015"));
    check(json!(null), None);
    check(json!(""), None);
    check(json!("  "), None);
    check(json!("99999999999999999999"), Some("99999999999999999999"));
    // The digits stand as they were sent, not as a float would have them.
    let text = r#"{"type":"track","event":"Product Added","userId":"u","properties":{"product_id":"p","price":1e2,"quantity":2.0}}"#;
    let Act::Shop(event) = read_call(text, None).unwrap().1.unwrap().act else { panic!("no shop event") };
    let expected = Item { price: Some(Decimal::ONE_HUNDRED), quantity: Some(2), ..item("p") };
    assert_eq!(event.what, What::ProductAdded(vec![expected]));
    for (price, words) in [
        (json!(true), "price is a boolean, a number was expected"),
        (json!([1]), "price is a list"),
        (json!({}), "price is an object"),
        (json!("abc"), "price \"abc\" is not a number"),
        (json!("12,50"), "is not a number"),
        (json!("1e999"), "is not a number"),
        (json!("NaN"), "is not a number"),
    ] {
        refused("Product Added", json!({ "product_id": "p", "price": price }), words);
    }
    refused("Order Completed", json!({ "order_id": "o", "total": "a lot" }), "total \"a lot\" is not a number");
    refused("Order Refunded", json!({ "order_id": "o", "total": false }), "total is a boolean");
}

#[test]
fn an_order_is_worth_its_total_else_its_value_else_its_revenue() {
    let check = |props: Json, expected: Option<i64>| {
        let mut all = props.clone();
        all["order_id"] = json!("o");
        let What::OrderCompleted(said) = shop("Order Completed", all).unwrap().what else { panic!("no order") };
        assert_eq!(said.total, expected.map(Decimal::from), "{props}");
    };
    check(json!({ "total": 3, "value": 2, "revenue": 1 }), Some(3));
    check(json!({ "value": 2, "revenue": 1 }), Some(2));
    check(json!({ "total": null, "revenue": "1" }), Some(1));
    check(json!({ "total": "", "value": 2 }), Some(2));
    check(json!({ "total": 0, "revenue": 1 }), Some(0));
    check(json!({}), None);
}

#[test]
fn quantities_are_whole_and_not_negative() {
    let check = |quantity: Json, expected: Option<i64>| {
        let added = Item { quantity: expected, ..item("p") };
        what("Product Added", json!({ "product_id": "p", "quantity": quantity }), What::ProductAdded(vec![added]));
    };
    check(json!(2), Some(2));
    check(json!("2"), Some(2));
    check(json!(2.0), Some(2));
    check(json!(0), Some(0));
    check(json!(-0.0), Some(0));
    check(json!(1_000_000), Some(1_000_000));
    check(json!(null), None);
    for (quantity, words) in [
        (json!(-1), "quantity -1 of product p is negative"),
        (json!("-3"), "negative"),
        (json!(-0.5), "negative"),
        (json!(1.5), "not a whole number"),
        (json!(1_000_001), "beyond 1000000"),
        (json!("1e20"), "beyond"),
        (json!("two"), "is not a number"),
        (json!([]), "quantity is a list"),
    ] {
        refused("Product Added", json!({ "product_id": "p", "quantity": quantity }), words);
        refused("Cart Updated", json!({ "products": [{ "product_id": "p", "quantity": quantity }] }), words);
    }
}

#[test]
fn currencies_are_those_of_iso_4217() {
    let check = |currency: Json, expected: Option<&str>| {
        let event = shop("Product Added", json!({ "product_id": "p", "currency": currency })).unwrap();
        assert_eq!(event.currency, expected.and_then(Currency::parse), "{currency}");
    };
    check(json!("EUR"), Some("EUR"));
    check(json!("jpy"), Some("JPY"));
    check(json!(" bhd "), Some("BHD"));
    check(json!(""), None);
    check(json!(null), None);
    for currency in [json!("ZZZ"), json!("€"), json!("euro"), json!("EU"), json!(978)] {
        refused("Product Added", json!({ "product_id": "p", "currency": currency }), "is not an ISO 4217 currency");
    }
    refused("Product Added", json!({ "product_id": "p", "currency": ["EUR"] }), "currency is a list");
}

#[test]
fn products_may_be_absent_null_or_empty_but_nothing_else_than_a_list() {
    for props in [json!({}), json!({ "products": null }), json!({ "products": [] }), json!(null)] {
        what("Cart Updated", props, What::CartUpdated { items: vec![], url: None });
    }
    for products in [json!({}), json!("p"), json!(7), json!([1]), json!([null]), json!([["p"]]), json!(true)] {
        refused("Cart Updated", json!({ "products": products }), "products is not a list of products");
    }
    refused("Cart Updated", json!({ "products": [{}] }), "neither product_id nor sku");
    for properties in [json!([]), json!("x"), json!(1)] {
        refused("Cart Updated", properties, "properties is");
    }
}

#[test]
fn a_cart_of_a_million_lines_is_counted_and_refused() {
    let lines = vec!["{\"product_id\":\"p\"}"; 1_000_000].join(",");
    for list in ["products", "items"] {
        let text = format!(
            "{{\"type\":\"track\",\"event\":\"Cart Updated\",\"userId\":\"u\",\"properties\":{{\"{list}\":[{lines}]}}}}"
        );
        let reason = read_call(&text, None).unwrap().1.unwrap_err();
        assert_eq!(reason, "1000000 products in one event, at most 500 are a cart");
    }
    let products: Vec<Json> = (0..500).map(|n| json!({ "product_id": n })).collect();
    let What::CartUpdated { items, .. } = shop("Cart Updated", json!({ "products": products })).unwrap().what else {
        panic!("no cart")
    };
    assert_eq!((items.len(), &*items[499].product_id), (500, "499"));
}

#[test]
fn a_product_is_told_by_its_id_else_by_its_sku() {
    let check = |props: Json, id: &str, sku: Option<&str>| {
        let added = Item { sku: sku.map(Into::into), ..item(id) };
        what("Product Added", props, What::ProductAdded(vec![added]));
    };
    check(json!({ "product_id": "p", "sku": "s" }), "p", Some("s"));
    check(json!({ "sku": "s" }), "s", None);
    check(json!({ "product_id": "", "sku": "s", "variant": "red" }), "s", Some("red"));
    check(json!({ "product_id": "p", "variant": "red" }), "p", Some("red"));
    check(json!({ "product_id": 12345678901234567890u64 }), "12345678901234567890", None);
    check(json!({ "productId": "p" }), "p", None);
    check(json!({ "product_id": "p", "productId": "q", "item_id": "r" }), "p", None);
    refused("Product Added", json!({ "name": "Lamp" }), "neither product_id nor sku");
    refused("Product Added", json!({ "product_id": {} }), "product_id is an object, a text was expected");
    refused("Product Added", json!({ "product_id": "a\u{0}b" }), "product_id holds the character NUL");
    let long = "x".repeat(600);
    check(json!({ "product_id": long }), &long[..500], None);
    // Cut between letters, not through one.
    let wide = "è".repeat(300);
    check(json!({ "product_id": wide }), &wide[..500], None);
}

#[test]
fn ids_are_read_in_both_spellings() {
    let named = |props: Json| {
        let event = shop("Checkout Started", props).unwrap();
        [event.cart_id, event.checkout_id, event.order_id].map(|id| id.map(String::from))
    };
    let all = ["c", "k", "o"].map(|id| Some(id.to_owned()));
    assert_eq!(named(json!({ "cart_id": "c", "checkout_id": "k", "order_id": "o" })), all);
    assert_eq!(named(json!({ "cartId": "c", "checkoutId": "k", "orderId": "o" })), all);
    assert_eq!(
        named(json!({ "cart_id": "c", "cartId": "x", "checkout_id": "k", "order_id": "o", "transaction_id": "x" })),
        all
    );
    let who = |call: Json| {
        let mut call = call;
        (call["type"], call["event"]) = (json!("track"), json!("Shoes Tied"));
        let call = read_call(&call.to_string(), None).unwrap().1?;
        Ok::<_, String>([call.user_id, call.anonymous_id].map(|id| id.map(String::from)))
    };
    let both = [Some("u".to_owned()), Some("a".to_owned())];
    assert_eq!(who(json!({ "userId": "u", "anonymousId": "a" })), Ok(both.clone()));
    assert_eq!(who(json!({ "user_id": "u", "anonymous_id": "a" })), Ok(both));
    assert_eq!(who(json!({ "userId": 7 })), Ok([Some("7".to_owned()), None]));
    assert_eq!(who(json!({ "userId": "", "anonymousId": " a " })), Ok([None, Some("a".to_owned())]));
    assert_eq!(who(json!({ "userId": "u", "user_id": "v" })), Ok([Some("u".to_owned()), None]));
    for nobody in [json!({}), json!({ "userId": null }), json!({ "userId": "", "anonymousId": "  " })] {
        assert_eq!(who(nobody), Err("the event has neither userId nor anonymousId".to_owned()));
    }
    assert!(who(json!({ "userId": ["u"] })).unwrap_err().contains("userId is a list"));
}

#[test]
fn a_servers_word_on_a_known_object_needs_no_person() {
    let read = |event: &str, properties: Json| {
        let text = json!({ "type": "track", "event": event, "properties": properties }).to_string();
        read_call(&text, None).unwrap().1.map(|call| call.user_id.is_none())
    };
    assert_eq!(read("Order Refunded", json!({ "order_id": "o" })), Ok(true));
    assert_eq!(read("refund", json!({ "transaction_id": "o" })), Ok(true));
    assert_eq!(read("Deal Stage Changed", json!({ "cart_id": "c", "stage": "s" })), Ok(true));
    assert!(read("Product Added", json!({ "product_id": "p" })).is_err());
}

#[test]
fn the_outside_of_a_call_is_read_or_refused_in_words() {
    let time = |text: &str| Time::parse(text).unwrap();
    let check = |call: Json, expected: Result<(&str, &str), &str>| {
        let read = read_envelope(call.to_string().as_bytes(), None);
        match (read, expected) {
            (Ok(envelope), Ok(expected)) => assert_eq!((envelope.kind, &*envelope.name), expected, "{call}"),
            (Err(reason), Err(words)) => assert!(reason.contains(words), "{call}: {reason}"),
            (read, expected) => panic!("{call}: {read:?}, expected {expected:?}"),
        }
    };
    check(json!({ "type": "track", "event": "X" }), Ok(("track", "X")));
    check(json!({ "type": "page", "name": "Home" }), Ok(("page", "Home")));
    check(json!({ "type": "screen" }), Ok(("screen", "")));
    check(json!({ "type": "identify", "event": "X" }), Ok(("identify", "")));
    check(json!({ "type": "Track", "event": "X" }), Err("type \"Track\" is not one of"));
    check(json!({ "event": "X" }), Err("the event has no type"));
    check(json!({ "type": "track" }), Err("no event name"));
    check(json!({ "type": "track", "event": ["X"] }), Err("event is a list"));
    check(json!({ "type": "track", "event": "X", "timestamp": "yesterday" }), Err("timestamp: "));
    check(json!({ "type": "track", "event": "X", "timestamp": {} }), Err("timestamp is an object"));
    check(json!(["track"]), Err("not a JSON object of a call"));
    check(json!("track"), Err("not a JSON object of a call"));
    let at = |call: Json| {
        let envelope = read_envelope(call.to_string().as_bytes(), Some("identify")).unwrap();
        (envelope.timestamp, envelope.sent_at)
    };
    let (early, late) = ("0001-01-01T00:00:00Z", "9999-12-30T00:00:00Z");
    assert_eq!(at(json!({ "timestamp": early, "sentAt": late })), (Some(time(early)), Some(time(late))));
    assert_eq!(at(json!({ "originalTimestamp": late })), (Some(time(late)), None));
    assert_eq!(at(json!({ "timestamp": null, "originalTimestamp": early })), (Some(time(early)), None));
}

#[test]
fn a_wrong_clock_is_corrected_and_never_runs_ahead() {
    let now = Time::parse("2026-11-21T12:00:00Z").unwrap();
    let check = |sent: Option<&str>, sent_at: Option<&str>, expected: &str| {
        let time = |text: Option<&str>| text.map(|text| Time::parse(text).unwrap());
        assert_eq!(corrected(time(sent), time(sent_at), now).to_string(), expected, "{sent:?} {sent_at:?}");
    };
    check(None, None, "2026-11-21T12:00:00Z");
    check(Some("2026-11-21T11:00:00Z"), None, "2026-11-21T11:00:00Z");
    check(Some("2031-01-01T00:00:00Z"), None, "2026-11-21T12:00:00Z");
    check(Some("2031-01-01T00:00:00Z"), Some("2031-01-01T01:00:00Z"), "2026-11-21T11:00:00Z");
    check(Some("2026-11-18T11:00:00Z"), Some("2026-11-18T12:00:00Z"), "2026-11-21T11:00:00Z");
    check(Some("2026-11-21T11:00:00Z"), Some("2026-11-21T10:00:00Z"), "2026-11-21T12:00:00Z");
    check(Some("0001-01-01T00:00:00Z"), Some("0001-01-01T00:00:01Z"), "2026-11-21T11:59:59Z");
    check(Some("0001-01-01T00:00:00Z"), Some("9999-12-30T00:00:00Z"), "-007973-11-24T12:00:00Z");
}

#[test]
fn traits_are_read_or_refused_in_words() {
    let read = |traits: Json| -> Result<Traits, String> {
        let text = json!({ "type": "identify", "userId": "u", "traits": traits }).to_string();
        match read_call(&text, None).unwrap().1?.act {
            Act::Identify(traits) => Ok(*traits),
            other => panic!("{other:?}"),
        }
    };
    let said = read(json!({ "email": "A@B.it", "firstName": "Anna", "last_name": "B", "vip": true, "consent":
        { "marketing": { "email": true, "sms": null }, "tracking": { "email": false } }, "agent": { "email": "X@y.it" } }));
    let expected = Traits {
        email: Some("a@b.it".into()),
        first_name: Some("Anna".into()),
        last_name: Some("B".into()),
        consent: vec![("marketing".into(), "email".into(), true), ("tracking".into(), "email".into(), false)],
        agent: Some(AgentTrait::Person { email: "x@y.it".into(), name: None }),
        open: vec![("vip".into(), "true".into())],
        ..Traits::default()
    };
    assert_eq!(said, Ok(expected));
    assert_eq!(read(json!(null)), Ok(Traits::default()));
    for (traits, words) in [
        (json!([]), "traits is a list"),
        (json!({ "email": ["a@b.it"] }), "email is a list"),
        (json!({ "consent": true }), "consent is not an object"),
        (json!({ "consent": { "marketing": true } }), "consent is not an object"),
        (json!({ "consent": { "marketing": { "email": "yes" } } }), "consent is not an object"),
        (json!({ "agent": { "name": "Anna" } }), "the agent trait has no email"),
    ] {
        assert!(read(traits.clone()).unwrap_err().contains(words), "{traits}");
    }
}
