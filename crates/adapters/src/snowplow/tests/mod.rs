//! What trackers say, as they send it.

mod data;

use super::*;
use crate::shops::json::Json;
use base64::{Engine, prelude::BASE64_STANDARD, prelude::BASE64_URL_SAFE_NO_PAD};

const ACTION: &str = "iglu:com.snowplowanalytics.snowplow.ecommerce/snowplow_ecommerce_action/jsonschema/1-0-2";

fn json(text: &str) -> Json {
    Json::read(text).unwrap()
}

/// An entity of the e-commerce plug-in.
fn entity(name: &str, data: &str) -> String {
    format!(r#"{{"schema":"iglu:com.snowplowanalytics.snowplow.ecommerce/{name}/jsonschema/1-0-0","data":{data}}}"#)
}

fn unstruct(schema: &str, data: &str) -> String {
    format!(
        r#"{{"schema":"iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0","data":{{"schema":"{schema}","data":{data}}}}}"#
    )
}

fn contexts(entities: &[String]) -> String {
    let list = entities.join(",");
    format!(r#"{{"schema":"iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-1","data":[{list}]}}"#)
}

/// An action as the browser tracker sends it: base64 for addresses, without padding.
fn action(kind: &str, entities: &[String]) -> Json {
    let event = unstruct(ACTION, &format!(r#"{{"type":"{kind}","name":"list-1"}}"#));
    Json::object([
        ("e", "ue".into()),
        ("eid", "e-1".into()),
        ("duid", "d-1".into()),
        ("dtm", "1766000000123".into()),
        ("stm", "1766000000456".into()),
        ("ue_px", BASE64_URL_SAFE_NO_PAD.encode(event).into()),
        ("cx", BASE64_URL_SAFE_NO_PAD.encode(contexts(entities)).into()),
    ])
}

fn calls(tracked: &[Json]) -> Vec<String> {
    let parsed = parse(tracked, "wk_key");
    assert_eq!(parsed.refused, []);
    parsed.events.iter().map(|event| event.to_json()).collect()
}

/// A name of a call and its properties.
fn said(tracked: &[Json]) -> Vec<(String, String)> {
    let parsed = parse(tracked, "wk_key");
    assert_eq!(parsed.refused, []);
    let named = |event: crate::shops::Event| {
        let name = event.name.unwrap_or_else(|| event.kind.to_owned());
        (name, if event.kind == "identify" { event.traits.to_string() } else { event.properties.to_string() })
    };
    parsed.events.into_iter().map(named).collect()
}

fn reason(fields: &str) -> String {
    let parsed = parse(&[json(fields)], "");
    assert_eq!(parsed.events, []);
    parsed.refused.into_iter().next().map(|(_, reason)| reason).unwrap_or_default()
}

const LAMP: &str = r#"{"id":"p-1","name":"Lamp","price":19.90,"currency":"EUR","quantity":2,"category":"Home/Light"}"#;
const RUG: &str = r#"{"id":"p-2","price":5,"currency":"EUR"}"#;

#[test]
fn a_whole_event_with_who_and_when() {
    let mut added = action(
        "add_to_cart",
        &[entity("product", LAMP), entity("cart", r#"{"cart_id":"c-1","total_value":39.80,"currency":"EUR"}"#)],
    );
    for (name, value) in [
        ("aid", "wk_key"),
        ("tv", "js-4.6.0"),
        ("p", "web"),
        ("lang", "it-IT"),
        ("tz", "Europe/Rome"),
        ("url", "https://shop.example/lamp"),
    ] {
        added.set(name, value.into());
    }
    let expected = concat!(
        r#"{"type":"track","event":"Product Added","anonymousId":"d-1","timestamp":"2025-12-17T19:33:20.123Z","#,
        r#""sentAt":"2025-12-17T19:33:20.456Z","messageId":"e-1","#,
        r#""properties":{"product_id":"p-1","name":"Lamp","category":"Home/Light","price":19.90,"quantity":2,"currency":"EUR","#,
        r#""list_id":"list-1","cart_id":"c-1"},"#,
        r#""context":{"source":"snowplow","tracker":"js-4.6.0","platform":"web","locale":"it-IT","timezone":"Europe/Rome","#,
        r#""page":{"url":"https://shop.example/lamp"}}}"#
    );
    assert_eq!(calls(&[added]), [expected], "a key in the place of the app id is not told");
}

#[test]
fn the_actions_of_the_plug_in() {
    let check = |kind: &str, entities: &[String], expected: &[(&str, &str)]| {
        let found = said(&[action(kind, entities)]);
        let found: Vec<(&str, &str)> = found.iter().map(|(name, said)| (name.as_str(), said.as_str())).collect();
        assert_eq!(found, expected, "{kind}");
    };
    let (lamp, rug) = (entity("product", LAMP), entity("product", RUG));
    let rug_said = r#"{"product_id":"p-2","price":5,"currency":"EUR","list_id":"list-1"}"#;
    let one = std::slice::from_ref(&rug);
    check("product_view", one, &[("Product Viewed", rug_said)]);
    check("list_click", one, &[("Product Clicked", rug_said)]);
    check(
        "remove_from_cart",
        &[rug.clone(), rug.clone()],
        &[("Product Removed", rug_said), ("Product Removed", rug_said)],
    );
    check(
        "list_view",
        &[lamp.clone(), rug.clone()],
        &[(
            "Product List Viewed",
            r#"{"list_id":"list-1","products":[{"product_id":"p-1","name":"Lamp","category":"Home/Light","price":19.90,"quantity":2,"currency":"EUR"},{"product_id":"p-2","price":5,"currency":"EUR"}]}"#,
        )],
    );
    let step =
        entity("checkout_step", r#"{"step":2,"coupon_code":"TEN","payment_method":"card","marketing_opt_in":true}"#);
    check(
        "checkout_step",
        &[step],
        &[
            ("identify", r#"{"consent":{"marketing":{"email":true}}}"#),
            ("Checkout Step Viewed", r#"{"step":2,"coupon":"TEN","payment_method":"card"}"#),
        ],
    );
    let transaction = entity(
        "transaction",
        r#"{"transaction_id":"o-1","revenue":44.90,"currency":"EUR","payment_method":"card","shipping":5.00,"tax":0.10,"discount_code":"TEN","discount_amount":1}"#,
    );
    let cart = entity("cart", r#"{"cart_id":"c-1","total_value":1,"currency":"EUR"}"#);
    check(
        "transaction",
        &[transaction, rug.clone(), cart],
        &[(
            "Order Completed",
            r#"{"order_id":"o-1","cart_id":"c-1","currency":"EUR","total":44.90,"shipping":5.00,"tax":0.10,"discount":1,"coupon":"TEN","payment_method":"card","products":[{"product_id":"p-2","price":5}]}"#,
        )],
    );
    let refund =
        entity("refund", r#"{"transaction_id":"o-1","refund_amount":5.5,"currency":"EUR","refund_reason":"late"}"#);
    check(
        "refund",
        &[refund],
        &[("Order Refunded", r#"{"order_id":"o-1","currency":"EUR","total":5.5,"reason":"late"}"#)],
    );
    let error = entity("transaction_error", r#"{"error_code":"E5","error_type":"soft"}"#);
    check("trns_error", &[error], &[("Payment Failed", r#"{"error_code":"E5","error_type":"soft"}"#)]);
    let promotion = entity("promotion", r#"{"id":"s-1","name":"Summer","slot":"top","type":"banner"}"#);
    let promoted = r#"{"promotion_id":"s-1","name":"Summer","position":"top","type":"banner"}"#;
    check("promo_view", std::slice::from_ref(&promotion), &[("Promotion Viewed", promoted)]);
    check("promo_click", &[promotion], &[("Promotion Clicked", promoted)]);
}

#[test]
fn a_user_is_told_of_once_a_body() {
    let user = entity("user", r#"{"id":"u-1","email":"ada@example.com","is_guest":false}"#);
    let viewed = action("product_view", &[entity("product", RUG), user]);
    let mut again = viewed.clone();
    again.set("eid", "e-2".into());
    let parsed = parse(&[viewed, again], "");
    let ids: Vec<(&str, &str, Option<&str>)> =
        parsed.events.iter().map(|e| (e.kind, e.message_id.as_str(), e.user_id.as_deref())).collect();
    let expected =
        [("identify", "e-1-identify", Some("u-1")), ("track", "e-1", Some("u-1")), ("track", "e-2", Some("u-1"))];
    assert_eq!(ids, expected);
    assert_eq!(parsed.events[0].traits.to_string(), r#"{"email":"ada@example.com","guest":false}"#);
    let hashed = entity("user", r#"{"id":"u-1","email":"5e884898da28047151d0e56f8dc62927"}"#);
    assert_eq!(said(&[action("product_view", &[entity("product", RUG), hashed])]).len(), 1, "a hash is no address");
}

#[test]
fn who_it_is() {
    let check = |fields: &str, user_id: Option<&str>, anonymous_id: Option<&str>| {
        let parsed = parse(&[json(fields)], "");
        let event = &parsed.events[0];
        assert_eq!((event.user_id.as_deref(), event.anonymous_id.as_deref()), (user_id, anonymous_id), "{fields}");
    };
    check(r#"{"e":"pv","uid":"u","duid":"d","nuid":"n"}"#, Some("u"), Some("d"));
    check(r#"{"e":"pv","nuid":"n"}"#, None, Some("n"));
    check(r#"{"e":"pv","uid":""}"#, None, None);
    let session = contexts(&[
        r#"{"schema":"iglu:com.snowplowanalytics.snowplow/client_session/jsonschema/1-0-2","data":{"userId":"phone","sessionId":"s"}}"#
            .to_owned(),
    ]);
    let fields = Json::object([("e", "pv".into()), ("nuid", "n".into()), ("co", session.into())]);
    check(&fields.to_string(), None, Some("phone"));
}

#[test]
fn when_it_was() {
    let check = |fields: &str, timestamp: Option<&str>, sent_at: Option<&str>| {
        let parsed = parse(&[json(fields)], "");
        let event = &parsed.events[0];
        let text = |time: Option<base::Time>| time.map(|time| time.to_string());
        assert_eq!(
            (text(event.timestamp).as_deref(), text(event.sent_at).as_deref()),
            (timestamp, sent_at),
            "{fields}"
        );
    };
    let (at, sent) = ("2025-12-17T19:33:20.123Z", "2025-12-17T19:33:20.456Z");
    check(r#"{"e":"pv","dtm":"1766000000123","stm":"1766000000456"}"#, Some(at), Some(sent));
    check(r#"{"e":"pv","dtm":1766000000123,"stm":"soon"}"#, Some(at), None);
    // Whoever vouches for a time needs no correction.
    check(r#"{"e":"pv","ttm":"1766000000123","dtm":"1","stm":"1766000000456"}"#, Some(at), None);
    check(r#"{"e":"pv"}"#, None, None);
    assert_eq!(reason(r#"{"e":"pv","dtm":"yesterday"}"#), "dtm: \"yesterday\" is not a time in milliseconds");
    assert!(reason(r#"{"e":"pv","dtm":"99999999999999999"}"#).starts_with("dtm: "));
}

#[test]
fn the_kinds_of_the_protocol() {
    let check = |fields: &str, expected: &[(&str, &str)]| {
        let found = said(&[json(fields)]);
        let found: Vec<(&str, &str)> = found.iter().map(|(name, said)| (name.as_str(), said.as_str())).collect();
        assert_eq!(found, expected, "{fields}");
    };
    check(
        r#"{"e":"pv","url":"https://shop.example/","page":"Home","refr":"https://x.example/"}"#,
        &[("Home", r#"{"url":"https://shop.example/","title":"Home","referrer":"https://x.example/"}"#)],
    );
    check(r#"{"e":"pp","url":"https://shop.example/"}"#, &[]);
    // Whatever a shop calls it, a structured event is never taken for one of ours.
    check(
        r#"{"e":"se","se_ca":"shop","se_ac":"add_to_cart","se_la":"p-1","se_va":"1.50"}"#,
        &[("shop: add_to_cart", r#"{"category":"shop","action":"add_to_cart","label":"p-1","value":1.50}"#)],
    );
    check(
        r#"{"e":"tr","tr_id":"o-1","tr_tt":"24.80","tr_tx":"2","tr_sh":5,"tr_cu":"EUR","tr_af":"web"}"#,
        &[(
            "Order Completed",
            r#"{"currency":"EUR","total":"24.80","tax":"2","shipping":5,"affiliation":"web","order_id":"o-1"}"#,
        )],
    );
    check(
        r#"{"e":"ti","ti_id":"o-9","ti_sk":"p-1","ti_pr":"9.90","ti_qu":"2","ti_cu":"EUR"}"#,
        &[(
            "Order Line Tracked",
            r#"{"product_id":"p-1","price":"9.90","quantity":"2","order_id":"o-9","currency":"EUR"}"#,
        )],
    );
    let ue = |schema: &str, data: &str| {
        Json::object([("e", "ue".into()), ("ue_pr", unstruct(schema, data).into())]).to_string()
    };
    check(
        &ue(
            "iglu:com.snowplowanalytics.snowplow/add_to_cart/jsonschema/1-0-0",
            r#"{"sku":"p-1","unitPrice":9.5,"quantity":2,"currency":"EUR"}"#,
        ),
        &[("Product Added", r#"{"product_id":"p-1","price":9.5,"quantity":2,"currency":"EUR"}"#)],
    );
    check(
        &ue("iglu:com.snowplowanalytics.snowplow/remove_from_cart/jsonschema/1-0-0", r#"{"sku":"p-1"}"#),
        &[("Product Removed", r#"{"product_id":"p-1"}"#)],
    );
    check(
        &ue("iglu:com.snowplowanalytics.snowplow/screen_view/jsonschema/1-0-0", r#"{"name":"Cart","id":"s"}"#),
        &[("Cart", r#"{"screen_id":"s"}"#)],
    );
    check(
        &ue(
            "iglu:com.snowplowanalytics.snowplow/site_search/jsonschema/1-0-0",
            r#"{"terms":["red","lamp"],"totalResults":3}"#,
        ),
        &[("Products Searched", r#"{"query":"red lamp","results":3}"#)],
    );
    check(
        &ue("iglu:com.acme/purchase/jsonschema/2-0-1", r#"{"n":1}"#),
        &[("com.acme/purchase", r#"{"n":1,"schema_version":"2-0-1"}"#)],
    );
    check(
        &ue(
            "iglu:ritorno/call/jsonschema/1-0-0",
            r#"{"type":"track","event":"Checkout Started","properties":{"cart_id":"c"}}"#,
        ),
        &[("Checkout Started", r#"{"cart_id":"c"}"#)],
    );
    check(
        &ue("iglu:ritorno/call/jsonschema/1-0-0", r#"{"type":"identify","traits":{"firstName":"Ada"}}"#),
        &[("identify", r#"{"firstName":"Ada"}"#)],
    );
}

#[test]
fn lines_join_the_order_beside_them() {
    let tracked = [
        json(r#"{"e":"ti","eid":"2","ti_id":"o-1","ti_sk":"p-1","ti_pr":"9.90","ti_qu":"2"}"#),
        json(r#"{"e":"tr","eid":"1","tr_id":"o-1","tr_tt":"24.80"}"#),
        json(r#"{"e":"ti","eid":"3","ti_id":"o-1","ti_sk":"p-2","ti_pr":"5","ti_qu":"1"}"#),
    ];
    let expected = r#"{"total":"24.80","products":[{"product_id":"p-1","price":"9.90","quantity":"2"},{"product_id":"p-2","price":"5","quantity":"1"}],"order_id":"o-1"}"#;
    assert_eq!(said(&tracked), [("Order Completed".to_owned(), expected.to_owned())]);
}

#[test]
fn an_event_without_a_number_has_the_same_id_when_it_is_sent_again() {
    let id = |fields: &str| parse(&[json(fields)], "").events[0].message_id.clone();
    let first = id(r#"{"e":"pv","dtm":"1","stm":"2"}"#);
    assert_eq!(first, id(r#"{"e":"pv","dtm":"1","stm":"3"}"#));
    assert_ne!(first, id(r#"{"e":"pv","dtm":"2","stm":"3"}"#));
}

#[test]
fn what_is_not_understood_says_why() {
    let check = |fields: &str, expected: &str| assert_eq!(reason(fields), expected, "{fields}");
    check("{}", "e: \"\" is not one of pv, pp, se, tr, ti, ue");
    check("[1]", "data: a list stands where an event was expected");
    check(r#"{"e":"ad"}"#, "e: \"ad\" is not one of pv, pp, se, tr, ti, ue");
    check(r#"{"e":"ue"}"#, "ue_px: the event describes nothing");
    check(r#"{"e":"ue","ue_px":"!!"}"#, "ue_px: it is not base64");
    check(r#"{"e":"ue","ue_pr":"{}"}"#, "ue_pr: it is null without a schema");
    check(r#"{"e":"pv","cx":"/w=="}"#, "cx: it is not UTF-8");
    check(r#"{"e":"tr"}"#, "tr_id: the order has no number");
    check(r#"{"e":"ti"}"#, "ti_id: the line names no order");
    check(r#"{"e":"se"}"#, "se_ac: the structured event has no action");
    assert!(reason(r#"{"e":"ue","ue_pr":"{"}"#).starts_with("ue_pr: it is not JSON"));
    let deep = format!(r#"{{"e":"ue","ue_px":"{}"}}"#, BASE64_STANDARD.encode("[".repeat(3_000)));
    assert!(reason(&deep).starts_with("ue_px: it "));
    for (kind, expected) in [
        ("add_to_cart", "add_to_cart: the action has no product beside it"),
        ("transaction", "transaction: the action has no transaction beside it"),
        ("refund", "refund: the action has no refund beside it"),
        ("checkout_step", "checkout_step: the action has no checkout_step beside it"),
    ] {
        check(&action(kind, &[]).to_string(), expected);
    }
}

#[test]
fn bodies_and_queries() {
    let schema = "iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4";
    let body = format!(r#"{{"schema":"{schema}","data":[{{"e":"pv","aid":"wk_1"}},7]}}"#);
    let read = read_post(&body, 2).unwrap();
    assert_eq!((read.len(), app_id(&read).as_deref()), (2, Some("wk_1")));
    assert!(read_post(&body, 1).unwrap_err().contains("at most 1"));
    assert!(read_post(r#"{"data":[]}"#, 1).unwrap().is_empty());
    for (body, words) in [
        ("[]", "a list"),
        ("5", "a number"),
        ("{", "not JSON"),
        ("{}", "no \"data\""),
        (r#"{"data":{}}"#, "no \"data\""),
        (r#"{"schema":"iglu:com.acme/x/jsonschema/1-0-0","data":[]}"#, "iglu:com.acme/x"),
    ] {
        assert!(read_post(body, 1).unwrap_err().contains(words), "{body}");
    }
    let fields = read_query("e=pv&page=Caff%C3%A8+%26%20bar&url=https%3A%2F%2Fshop.example%2F%3Fa%3Db&x&=&bad=%zz%");
    assert_eq!(fields.text("page").as_deref(), Some("Caffè & bar"));
    assert_eq!(fields.text("url").as_deref(), Some("https://shop.example/?a=b"));
    assert_eq!(fields.text("bad").as_deref(), Some("%zz%"));
    assert!(has_fields(&fields) && !has_fields(&read_query("")));
    // Standard base64 whose plus signs nobody escaped.
    let event = unstruct("iglu:com.acme/x/jsonschema/1-0-0", r#"{"t":"~~~>>>???"}"#);
    let query = format!("e=ue&ue_px={}", BASE64_STANDARD.encode(event));
    assert_eq!(said(&[read_query(&query)])[0].0, "com.acme/x");
}
