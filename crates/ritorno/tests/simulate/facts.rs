//! What the lists say: whose, how much, in which words, matched to which cart.

use crate::rig::{Shop, at};
use serde_json::{Value, json};

fn added(shop: Shop, hours: f64, user: &str, properties: Value) -> Shop {
    shop.track(hours, user, "Product Added", properties)
}

/// A shop with both flows and one customer.
fn both() -> Shop {
    Shop::two_branch().with(crate::rig::THREE_STEP).customer(0.0, "ada", json!({}))
}

#[test]
fn amounts_are_minor_units_of_their_currency() {
    let check = |currency: &str, price: Value, quantity: i64, order: Value, cart: i64, credited: i64| {
        let line =
            json!({ "cart_id": "c1", "product_id": "p", "price": price, "quantity": quantity, "currency": currency });
        let order = json!({ "order_id": "o1", "cart_id": "c1", "total": order, "currency": currency });
        let result = added(both(), 0.0, "ada", line).track(30.0, "ada", "Order Completed", order).simulate();
        let found = &result.list("carts")[0];
        assert_eq!((&found["total_minor"], &found["currency"]), (&json!(cart), &json!(currency)), "{currency}");
        let revenue = &result.list("revenue")[0];
        let money =
            ["currency", "linear_minor", "last_interaction_minor", "agent_closed_minor"].map(|name| &revenue[name]);
        assert_eq!(json!(money), json!([currency, credited, credited, 0]), "{currency}");
        assert_eq!(revenue["orders"][0]["order"], "o1");
    };
    check("EUR", json!("19.99"), 3, json!(59.97), 5_997, 5_997);
    check("JPY", json!(600), 2, json!("1200"), 1_200, 1_200);
    check("BHD", json!("1.234"), 3, json!(3.702), 3_702, 3_702);
    check("USD", json!(0.1), 3, json!("0.30"), 30, 30);
}

#[test]
fn a_missing_price_makes_the_total_unknown_and_a_later_one_known() {
    let line =
        |price: Value| json!({ "cart_id": "c1", "product_id": "p", "price": price, "quantity": 1, "currency": "EUR" });
    let total = |shop: Shop| shop.simulate().list("carts")[0]["total_minor"].clone();
    assert_eq!(total(added(both(), 0.0, "ada", line(Value::Null))), Value::Null);
    let other = json!({ "cart_id": "c1", "product_id": "q", "price": 5, "quantity": 1, "currency": "EUR" });
    assert_eq!(total(added(added(both(), 0.0, "ada", line(Value::Null)), 1.0, "ada", other)), Value::Null);
    let known =
        json!({ "cart_id": "c1", "currency": "EUR", "products": [{ "product_id": "p", "price": 7, "quantity": 2 }] });
    let shop = added(both(), 0.0, "ada", line(Value::Null)).track(1.0, "ada", "Cart Updated", known);
    assert_eq!(total(shop), json!(1_400));
}

#[test]
fn an_order_finds_its_cart_by_every_name() {
    let line = |cart: &str, product: &str| json!({ "cart_id": cart, "product_id": product, "price": 10, "quantity": 1, "currency": "EUR" });
    let check = |shop: Shop, order: Value, recovered: &[&str]| {
        let carts = added(added(shop, 0.0, "ada", line("c1", "x")), 0.5, "ada", line("c2", "y"));
        let started = json!({ "cart_id": "c1", "checkout_id": "k1", "order_id": "s1" });
        let result = carts
            .track(0.6, "ada", "Checkout Started", started)
            .track(30.0, "ada", "Order Completed", order.clone())
            .simulate();
        let found: Vec<&str> = result
            .list("carts")
            .iter()
            .filter(|cart| cart["state"] == "recovered")
            .map(|cart| {
                assert_eq!((&cart["recovered_at"], &cart["order"]), (&json!(at(30.0)), &order["order_id"]));
                cart["id"].as_str().unwrap()
            })
            .collect();
        assert_eq!(found, recovered, "{order}");
        let won: Vec<_> =
            result.list("deals").iter().filter(|d| d["stage"] == "Confirmed").map(|d| &d["cart"]).collect();
        assert_eq!(json!(won), json!(recovered), "{order}");
    };
    let order = |more: Value| {
        let mut order = json!({ "order_id": "o1", "total": 10, "currency": "EUR" });
        more.as_object().unwrap().iter().for_each(|(name, value)| order[name] = value.clone());
        order
    };
    check(both(), order(json!({ "cart_id": "c2" })), &["c2"]);
    check(both(), order(json!({ "checkout_id": "k1" })), &["c1"]);
    check(both(), order(json!({ "order_id": "s1" })), &["c1"]);
    check(both(), order(json!({ "products": [{ "product_id": "x", "quantity": 1 }] })), &["c1"]);
    check(both(), order(json!({ "products": [{ "product_id": "y", "quantity": 1 }] })), &["c2"]);
    check(both(), order(json!({ "products": [{ "product_id": "x" }, { "product_id": "y" }] })), &["c2"]);
    check(both(), order(json!({ "products": [{ "product_id": "z" }] })), &[]);
}

#[test]
fn customers_and_carts_are_called_as_the_shop_calls_them() {
    let line = |cart: Value| json!({ "cart_id": cart, "product_id": "p", "price": 10, "quantity": 1 });
    let call = |who: Value, cart: Value| {
        let mut call = who;
        (call["type"], call["event"], call["properties"]) = (json!("track"), json!("Product Added"), line(cart));
        call
    };
    let consent = json!({ "email": "Bea.Rossi@Example.com", "consent": { "marketing": { "email": true } } });
    let result = Shop::three_step()
        .customer(0.0, "Ada-7", json!({ "email": "  ada@example.com " }))
        .call(0.0, call(json!({ "userId": "Ada-7" }), json!("Cart/1")))
        .call(0.0, json!({ "type": "identify", "anonymousId": "b1", "traits": consent }))
        .call(0.0, call(json!({ "anonymousId": "b1" }), Value::Null))
        .call(0.0, call(json!({ "anonymousId": "nobody" }), json!(17)))
        .simulate();
    let carts: Vec<(&str, &str)> = result
        .list("carts")
        .iter()
        .map(|cart| (cart["customer"].as_str().unwrap(), cart["id"].as_str().unwrap()))
        .collect();
    assert_eq!((carts[0], carts[2]), (("Ada-7", "Cart/1"), ("nobody", "17")));
    // Without a name of the shop's, ours.
    assert_eq!(carts[1].0, "bea.rossi@example.com");
    assert!(carts[1].1.parse::<base::Id>().is_ok(), "{carts:?}");
    for list in ["messages", "journeys", "deals"] {
        for entry in result.list(list) {
            let pair = (entry["customer"].as_str().unwrap(), entry["cart"].as_str().unwrap());
            assert!(carts.contains(&pair), "{list}: {pair:?}");
        }
    }
    let to: Vec<&str> = result.list("messages").iter().map(|m| m["to"].as_str().unwrap()).collect();
    assert_eq!(to[..2].iter().collect::<std::collections::BTreeSet<_>>().len(), 2);
    assert!(to.iter().all(|to| ["ada@example.com", "bea.rossi@example.com"].contains(to)), "{to:?}");
    assert!(result.list("carts").iter().all(|cart| cart["currency"] == "EUR"), "the workspace's own");
}

#[test]
fn every_time_is_utc_with_z() {
    fn walk(value: &Value, seen: &mut usize) {
        match value {
            Value::Array(list) => list.iter().for_each(|item| walk(item, seen)),
            Value::Object(map) => map.iter().for_each(|(name, item)| match item.as_str() {
                Some(text) if name == "time" || name.ends_with("_at") => {
                    assert!(text.ends_with('Z') && base::Time::parse(text).is_ok(), "{name}: {text}");
                    *seen += 1;
                }
                _ => walk(item, seen),
            }),
            _ => {}
        }
    }
    let mut text = both().add(0.0, "ada", "c1", "2500").order(30.0, "ada", "c1", 2500.0).text();
    // The same instants, told with the shop's own offset.
    for hours in [0.0, 30.0] {
        let local =
            at(hours).parse::<String>().unwrap().replace("T09:", "T10:").replace("T15:", "T16:").replace('Z', "+01:00");
        text = text.replace(&format!("\"{}\"", at(hours)), &format!("\"{local}\""));
    }
    let output = crate::rig::run(&text, &["--json", "--until", "+96h", "--flow", "three-step-recovery"]);
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut seen = 0;
    walk(&all, &mut seen);
    assert!(seen > 8, "{seen}: {all}");
    assert_eq!(all["messages"][0]["time"], at(1.0));
    assert_eq!(all["carts"][0]["recovered_at"], at(30.0));
}
