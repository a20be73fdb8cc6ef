//! A mapping in the place of a shop.

use super::*;
use crate::shops::generic::Mapping;
use base::SECOND;

const MAPPING: &str = r#"{
    "name": "moon shop",
    "zone": "Europe/Rome",
    "signature": { "header": "x-moon-signature", "encoding": "hex", "prefix": "sha256=" },
    "events": [
        { "when": { "path": "$.event", "is": ["order.paid", "order.sent"] },
          "each": "data.orders",
          "event": "Order Completed",
          "user_id": "customer.id",
          "timestamp": "paid_at",
          "message_id": "id",
          "properties": {
              "order_id": "id",
              "currency": { "value": "EUR" },
              "total": { "path": "total_cents", "minor_digits": 2 },
              "kind": "$.event",
              "delivery": { "fields": { "city": "to.city" } },
              "products": { "each": "items", "fields": { "product_id": "sku", "quantity": "qty", "price": "price" } } } },
        { "type": "identify", "when": [{ "path": "customer.email", "exists": true }, { "topic": "customer" }],
          "user_id": "customer.id", "traits": { "email": "customer.email" } }
    ] }"#;

fn parse(topic: Option<&str>, body: &str) -> Result<Parsed, String> {
    Mapping::read(MAPPING).unwrap().parse(topic, body.as_bytes(), &Settings::default()).map_err(|refusal| refusal.0)
}

#[test]
fn a_mapping_says_where_each_field_stands() {
    let body = r#"{"event":"order.paid","data":{"orders":[
        {"id":7,"total_cents":5099,"paid_at":"2026-07-01 12:00:00","customer":{"id":3},"to":{"city":"Torino"},
         "items":[{"sku":"L","qty":2,"price":25.490}]},
        {"id":8,"total_cents":"x"}]}}"#;
    let parsed = parse(None, body).unwrap();
    assert_eq!(
        parsed.events[0].to_json(),
        r#"{"type":"track","event":"Order Completed","userId":"3","timestamp":"2026-07-01T10:00:00Z","messageId":"moon shop:order-completed:7","properties":{"order_id":7,"currency":"EUR","total":50.99,"kind":"order.paid","delivery":{"city":"Torino"},"products":[{"product_id":"L","quantity":2,"price":25.490}]},"context":{"source":"moon shop"}}"#
    );
    assert_eq!(parsed.refused, ["Order Completed: total: total_cents \"x\" is not a number"]);
    let customer = r#"{"customer":{"id":3,"email":"a@b.it"}}"#;
    assert_eq!(names(&parse(Some("customer"), customer).unwrap()), ["identify"]);
    assert_eq!(parse(Some("other"), customer).unwrap().ignored, ["no rule of the mapping is about this body"]);
    let nobody = r#"{"event":"order.paid","data":{"orders":[{"x":1}]}}"#;
    assert!(parse(None, nobody).unwrap_err().contains("neither user_id nor anonymous_id"));
    assert!(parse(None, "{").unwrap_err().contains("not JSON"));
}

#[test]
fn a_wrong_mapping_is_refused_with_its_place() {
    let check = |text: &str, words: &str| {
        let reason = Mapping::read(text).expect_err(text).to_string();
        assert!(reason.contains(words), "{text}: {reason}");
    };
    check("{", "the mapping is wrong: it is not JSON");
    check("[]", "the document is a list");
    check(r#"{"events":[]}"#, "a list of 1 to 100 rules");
    check(r#"{"event":[]}"#, "the document has \"event\"");
    check(r#"{"events":[{"type":"page"}]}"#, "events.0: type \"page\" is not one of");
    check(r#"{"events":[{}]}"#, "a track rule names its \"event\"");
    check(r#"{"events":[{"event":"x","when":{}}]}"#, "neither a path nor a topic");
    check(r#"{"events":[{"event":"x","when":{"path":"a"}}]}"#, "neither \"is\" nor \"exists\"");
    check(r#"{"events":[{"event":"x","properties":{"a":7}}]}"#, "properties.a: a number is no path");
    check(r#"{"events":[{"event":"x","properties":{"a":{"path":"b","minor_digits":9}}}]}"#, "from 0 to 6");
    check(r#"{"events":[{"event":"x"}],"zone":"Moon/Sea"}"#, "not an IANA time zone");
    check(r#"{"events":[{"event":"x"}],"signature":{"header":"a","encoding":"rot13"}}"#, "neither hex nor base64");
    check(r#"{"events":[{"event":"x"}],"signature":{}}"#, "signature.header is missing");
}

#[test]
fn a_signature_may_hold_its_time_against_replay() {
    const NOW: Time = Time(1_700_000_000_000_000);
    let mapping =
        |signature: &str| Mapping::read(&format!(r#"{{"events":[{{"event":"x"}}],"signature":{signature}}}"#)).unwrap();
    let check =
        |mapping: &Mapping, headers: &[(&str, &str)], now: Time| mapping.verify(&Headers(headers), b"body", "key", now);
    let plain = mapping(r#"{"header":"x-sig","encoding":"hex","prefix":"sha256="}"#);
    let signature = "sha256=515aae133b435d4000956731f68ae5cf5eb85d4f0dc6a546d2bfcd3595ec1ae1";
    assert_eq!(check(&plain, &[("X-Sig", signature)], NOW), Ok(()));
    assert!(check(&plain, &[("X-Sig", &signature[7..])], NOW).is_err(), "without its prefix");
    let timed = mapping(r#"{"header":"x-sig","time_header":"x-time","tolerance_s":60}"#);
    let headers = [("x-sig", "R7bOD8pZR0MI4pIcJHyyST3Oa4EB2QrAW9DGo30OBG4="), ("x-time", "1700000000")];
    assert_eq!(check(&timed, &headers, NOW), Ok(()));
    assert_eq!(check(&timed, &headers, NOW + 60 * SECOND), Ok(()));
    let late = check(&timed, &headers, NOW + 61 * SECOND);
    assert_eq!(late, Err(NotSigned::TooOld { seconds: 61, tolerance: 60 }));
    assert!(matches!(check(&timed, &headers[..1], NOW), Err(NotSigned::NoTime(_))));
    let moved = [headers[0], ("x-time", "1700000061")];
    assert!(matches!(check(&timed, &moved, NOW + 61 * SECOND), Err(NotSigned::Wrong(_))), "the time is signed too");
    let unsigned = Mapping::read(r#"{"events":[{"event":"x"}]}"#).unwrap();
    assert!(matches!(check(&unsigned, &headers, NOW), Err(NotSigned::NoSignature(_))));
}
