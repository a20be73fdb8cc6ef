//! What holds for all shops: wrappings, topics, reasons, signatures, ids.

mod generic;
mod signatures;

use super::*;

fn parse(shop: &str, topic: Option<&str>, body: &str) -> Result<Parsed, String> {
    find_shop(shop).unwrap().parse(topic, body.as_bytes(), &Settings::default()).map_err(|refusal| refusal.0)
}

/// The names of the events, `identify` and `alias` for those without one.
fn names(parsed: &Parsed) -> Vec<&str> {
    parsed.events.iter().map(|event| event.name.as_deref().unwrap_or(event.kind)).collect()
}

#[track_caller]
fn check(shop: &str, topic: Option<&str>, body: &str, expected: &[&str]) {
    let parsed = parse(shop, topic, body).unwrap_or_else(|reason| panic!("{shop} {body}: {reason}"));
    assert_eq!(names(&parsed), expected, "{shop} {topic:?} {body} {parsed:?}");
}

/// It is understood and says nothing.
#[track_caller]
fn ignored(shop: &str, topic: Option<&str>, body: &str, words: &str) {
    let parsed = parse(shop, topic, body).unwrap_or_else(|reason| panic!("{shop} {body}: {reason}"));
    assert!(parsed.events.is_empty(), "{parsed:?}");
    assert!(joined(&parsed.ignored).contains(words), "{shop} {body}: {:?}", parsed.ignored);
}

#[track_caller]
fn refused(shop: &str, topic: Option<&str>, body: &str, words: &str) {
    let reason = parse(shop, topic, body).expect_err(body);
    assert!(reason.contains(words), "{shop} {topic:?} {body}: {reason}");
}

#[test]
fn a_topic_says_what_the_body_alone_does_not() {
    let id = r#"{"id":7}"#;
    check("shopify", Some("orders/delete"), id, &["Order Deleted"]);
    check("shopify", Some("products/delete"), id, &["Product Deleted"]);
    check("shopify", Some("customers/delete"), id, &["Customer Deleted"]);
    check("shopify", Some("PRODUCTS_DELETE"), id, &["Product Deleted"]);
    check("shopify", Some("app/uninstalled"), r#"{"id":7,"plan_name":"x"}"#, &["App Uninstalled"]);
    check("shopify", Some("shop/redact"), r#"{"shop_id":7,"shop_domain":"x"}"#, &["Shop Erasure Requested"]);
    let tags = r#"{"customerId":"gid://shopify/Customer/1","tags":["a"],"occurredAt":"2026-01-01T00:00:00Z"}"#;
    check("shopify", Some("customer.tags_added"), tags, &["Customer Tags Added"]);
    check("shopify", Some("customer.tags_removed"), tags, &["Customer Tags Removed"]);
    check("woocommerce", Some("order.deleted"), id, &["Order Deleted"]);
    check("woocommerce", Some("product.deleted"), id, &["Product Deleted"]);
    check("woocommerce", Some("customer.deleted"), id, &["Customer Deleted"]);
    let thin = r#"{"id":1,"created_at":"2026-01-01 00:00:00","updated_at":"2026-01-01 00:00:00"}"#;
    check("magento", Some("customer_save_commit_after"), thin, &["identify"]);
    check("magento", Some("com.adobe.commerce.observer.customer_delete_commit_after"), thin, &["Customer Deleted"]);
    check("magento", Some("catalog_product_delete_commit_after"), r#"{"sku":"a"}"#, &["Product Deleted"]);
    check("vendure", Some("variant/deleted"), id, &["Variant Deleted"]);
    check("medusa", Some("product.deleted"), r#"{"id":"prod_1"}"#, &["Product Deleted"]);
    refused("shopify", None, id, "not recognised from its fields (id): name its topic");
    refused("shopify", Some("moons/create"), id, "the topic \"moons/create\" is not one that is understood");
    ignored("shopify", Some("themes/update"), r#"{"id":7,"name":"x"}"#, "say nothing that is kept");
    ignored("woocommerce", None, "webhook_id=12", "greeting");
}

#[test]
fn wrappings_are_taken_off() {
    let customer = r#"{"id":1,"email":"a@b.it","first_name":"A","last_name":"B","username":"a"}"#;
    for body in [
        customer.to_owned(),
        format!("[{customer}]"),
        format!("\u{feff} {{\"customer\":{customer}}}"),
        format!("{{\"customers\":[{customer}]}}"),
        format!("{{\"data\":{customer}}}"),
        format!("{{\"data\":[{customer}],\"count\":1,\"page\":2}}"),
        format!("{{\"topic\":\"customer.updated\",\"at\":\"2026-01-01T00:00:00Z\",\"data\":{customer}}}"),
        format!("{{\"data\":{{\"customers\":[[{customer}]]}}}}"),
    ] {
        check("woocommerce", None, &body, &["identify"]);
    }
    check("shopify", None, &format!("{{\"customers\":[{customer},{customer}]}}"), &["identify", "identify"]);
    ignored("shopify", None, "[]", "empty list");
    ignored("shopify", None, r#"{"orders":[]}"#, "empty list");
    let mut deep = customer.to_owned();
    (0..12).for_each(|_| deep = format!("{{\"data\":{deep}}}"));
    refused("woocommerce", None, &deep, "more than 8 wrappings");
    refused("woocommerce", None, &format!("[{}]", vec!["{}"; 10_001].join(",")), "at most 10000 are read at once");
}

#[test]
fn one_object_that_is_wrong_does_not_hide_the_others() {
    let body = r#"[{"id":1,"email":"a@b.it","username":"a"},{"moon":1},{"id":2,"status":"processing","order_key":"k","total":"x"}]"#;
    let parsed = parse("woocommerce", None, body).unwrap();
    assert_eq!(names(&parsed), ["identify"]);
    assert_eq!(parsed.refused.len(), 2, "{:?}", parsed.refused);
    assert!(parsed.refused[1].contains("woocommerce body 2: total \"x\" is not a number"), "{:?}", parsed.refused);
}

#[test]
fn a_refusal_names_what_is_missing_and_where() {
    for shop in shops() {
        let name = shop.name;
        refused(name, None, "", "not JSON");
        refused(name, None, "{\"a\":1,}", "not JSON");
        refused(name, None, "7", "it is a number, an object was expected");
        refused(
            name,
            None,
            "{\"moon\":1}",
            &format!("{name} body: the kind of object is not recognised from its fields (moon)"),
        );
        assert!(shop.parse(None, b"\xff\xfe", &Settings::default()).unwrap_err().0.contains("UTF-8"));
    }
    refused("shopify", None, "<html>", "XML or HTML");
    refused("prestashop", None, "<html><body>down</body></html>", "not recognised");
    refused("shopify", Some("orders/create"), r#"{"total_price":"1"}"#, "shopify orders/create: the order has no id");
    refused("shopify", Some("carts/update"), r#"{"line_items":[]}"#, "the cart has no token");
    refused("shopify", Some("orders/create"), r#"{"id":1,"currency":"EURO"}"#, "currency \"EURO\" is not an ISO 4217");
    refused("shopify", Some("orders/create"), r#"{"id":1,"created_at":"soon"}"#, "created_at: \"soon\" is not a time");
    refused(
        "shopify",
        Some("orders/create"),
        r#"{"id":1,"total_price":{}}"#,
        "total_price is an object, a number was expected",
    );
    refused("woocommerce", None, r#"{"id":1,"order_key":"k","total":"1"}"#, "the order has no status");
    refused("medusa", None, r#"{"type":"not_found","message":"gone"}"#, "answered with an error: gone");
    let lines = vec![r#"{"product_id":1,"quantity":1}"#; 501].join(",");
    refused("shopify", None, &format!("{{\"token\":\"t\",\"line_items\":[{lines}]}}"), "501 products, at most 500");
    let many = r#"{"token":"t","line_items":[{"product_id":1,"quantity":2000000}]}"#;
    refused("shopify", None, many, "quantity 2000000 of product 1 is beyond");
}

#[test]
fn a_state_has_one_id_and_another_state_another() {
    let cart = |quantity: u32| {
        format!(
            "{{\"token\":\"t\",\"updated_at\":\"2026-01-01T00:00:00Z\",\"line_items\":[{{\"product_id\":1,\"quantity\":{quantity}}}]}}"
        )
    };
    let id = |body: &str, settings: &Settings| {
        let parsed = find_shop("shopify").unwrap().parse(None, body.as_bytes(), settings).unwrap();
        (parsed.events[0].message_id.clone(), parsed.events[0].timestamp)
    };
    let plain = Settings::default();
    assert_eq!(id(&cart(1), &plain), id(&format!("{{\"cart\":{}}}", cart(1)), &plain), "whichever way it comes");
    assert_ne!(id(&cart(1), &plain), id(&cart(2), &plain));
    let other = Settings { namespace: Some("it".into()), ..Settings::default() };
    assert_ne!(id(&cart(1), &plain), id(&cart(1), &other));
}

#[test]
fn two_shops_of_one_workspace_keep_their_ids_apart() {
    let settings = Settings { namespace: Some("it".into()), ..Settings::default() };
    let body =
        r#"{"id":5,"order_key":"k","status":"processing","total":"1","customer_id":9,"line_items":[{"product_id":1}]}"#;
    let parsed = find_shop("woocommerce").unwrap().parse(None, body.as_bytes(), &settings).unwrap();
    let order = &parsed.events[0];
    assert_eq!((order.user_id.as_deref(), order.message_id.as_str()), (Some("it:9"), "it:order:5:completed"));
    assert_eq!(order.properties.text("order_id").as_deref(), Some("it:5"));
    assert_eq!(order.properties.text("checkout_id").as_deref(), Some("it:order-5"));
}

#[test]
fn a_refund_counts_once_whether_it_comes_alone_or_in_its_order() {
    let refund = r#"{"id":3,"order_id":1,"created_at":"2026-01-02T00:00:00Z","refund_line_items":[],
        "transactions":[{"kind":"refund","status":"success","amount":"2.50"}]}"#;
    let order = format!("{{\"id\":1,\"financial_status\":\"paid\",\"total_price\":\"5\",\"refunds\":[{refund}]}}");
    let of = |body: &str| {
        let parsed = parse("shopify", None, body).unwrap();
        let refund =
            parsed.events.iter().find(|event| event.name.as_deref() == Some("Order Refunded")).unwrap().clone();
        (refund.message_id, refund.timestamp)
    };
    assert_eq!(of(refund), of(&order));
    // Without an amount it would be the whole order.
    ignored("shopify", None, r#"{"id":3,"order_id":1,"refund_line_items":[]}"#, "gives no money and no product back");
}

#[test]
fn the_customers_rights_are_events() {
    let customer = r#""customer":{"id":1,"email":"A@b.it"}"#;
    check("shopify", None, &format!("{{\"shop_id\":1,{customer},\"orders_to_redact\":[2]}}"), &["Erasure Requested"]);
    check("shopify", None, &format!("{{\"shop_id\":1,{customer},\"orders_requested\":[2]}}"), &["Data Requested"]);
    check("shopify", Some("customers/redact"), &format!("{{\"shop_id\":1,{customer}}}"), &["Erasure Requested"]);
    let only_address = r#"{"shop_id":1,"customer":{"email":"a@b.it"},"orders_to_redact":[]}"#;
    let parsed = parse("shopify", None, only_address).unwrap();
    assert!(parsed.events[0].anonymous_id.is_some(), "known by a hash of the address");
    refused("shopify", None, r#"{"shop_id":1,"orders_to_redact":[]}"#, "Erasure Requested names no customer");
}

#[test]
fn consent_is_what_the_shop_says_and_silence_is_neither() {
    let consent = |body: &str| {
        let parsed = parse("shopify", Some("customers/update"), body).unwrap();
        parsed.events[0].traits.get("consent").to_string()
    };
    let with =
        |state: &str| format!("{{\"id\":1,\"email\":\"a@b.it\",\"email_marketing_consent\":{{\"state\":{state}}}}}");
    assert_eq!(consent(&with("\"subscribed\"")), r#"{"marketing":{"email":true}}"#);
    assert_eq!(consent(&with("\"unsubscribed\"")), r#"{"marketing":{"email":false}}"#);
    for state in ["\"not_subscribed\"", "\"pending\"", "null", "\"martian\""] {
        assert_eq!(consent(&with(state)), "null", "{state}");
    }
    assert_eq!(consent(r#"{"id":1,"email":"a@b.it","accepts_marketing":false}"#), r#"{"marketing":{"email":false}}"#);
    // A box left empty at the checkout takes nothing back.
    let checkout =
        r#"{"token":"t","cart_token":"c","email":"a@b.it","buyer_accepts_marketing":false,"total_price":"1"}"#;
    assert!(parse("shopify", None, checkout).unwrap().events[0].traits.get("consent").is_null());
    // One that waits to be confirmed is not given by the box that asked for it.
    for (record, expected) in [
        ("", r#"{"marketing":{"email":true}}"#),
        (r#","email_marketing_consent":{"state":"pending"}"#, "null"),
        (r#","accepts_marketing":false"#, r#"{"marketing":{"email":false}}"#),
    ] {
        let order = format!(
            "{{\"id\":1,\"order_number\":1,\"buyer_accepts_marketing\":true,\"customer\":{{\"id\":2,\"email\":\"a@b.it\"{record}}}}}"
        );
        let parsed = parse("shopify", None, &order).unwrap();
        assert_eq!(parsed.events[0].traits.get("consent").to_string(), expected, "{record}");
    }
}

#[test]
fn look_alikes_are_told_apart() {
    let subscription = r#"{"id":5,"status":"active","order_key":"k","billing_period":"month","line_items":[],"billing":{},"total":"9"}"#;
    ignored("woocommerce", None, subscription, "subscriptions: their orders tell");
    // A customer of the analytics has two numbers.
    let analytics = r#"{"id":1,"user_id":44,"email":"a@b.it","username":"a","orders_count":3}"#;
    assert_eq!(parse("woocommerce", None, analytics).unwrap().events[0].user_id.as_deref(), Some("44"));
    let guest = r#"{"id":1,"user_id":0,"email":"a@b.it","username":"","orders_count":3}"#;
    assert_eq!(parse("woocommerce", None, guest).unwrap().events[0].user_id, None);
    // A schema beside a body that is not understood does not make it understood.
    refused("magento", None, r#"[{"id":8},{"type":"object","properties":{}}]"#, "not recognised");
    check(
        "magento",
        None,
        r#"[{"sku":"a","name":"A","price":1},{"type":"object","properties":{}}]"#,
        &["Product Updated"],
    );
}
