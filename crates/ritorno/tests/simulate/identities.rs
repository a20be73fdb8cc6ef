//! Whose events they are: anonymous, then known; shared devices; carts that another pays.

use crate::rig::{Shop, cart, message};
use serde_json::{Value, json};

fn anonymous_add(shop: Shop, hours: f64, anonymous: &str, cart: Option<&str>) -> Shop {
    let properties = json!({ "cart_id": cart, "product_id": "lamp", "price": 10, "quantity": 1, "currency": "EUR" });
    shop.call(
        hours,
        json!({ "type": "track", "anonymousId": anonymous, "event": "Product Added", "properties": properties }),
    )
}

fn traits(email: &str) -> Value {
    json!({ "email": email, "consent": { "marketing": { "email": true } } })
}

fn customers(result: &crate::rig::Result) -> Vec<(String, String, String)> {
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    result.list("carts").iter().map(|c| (text(c, "customer"), text(c, "id"), text(c, "state"))).collect()
}

fn owned(customer: &str, cart: &str, state: &str) -> (String, String, String) {
    (customer.to_owned(), cart.to_owned(), state.to_owned())
}

#[test]
fn history_follows_whoever_becomes_known() {
    let left = || anonymous_add(Shop::two_branch(), 0.0, "a1", Some("c1"));
    let known = |call: Value| left().call(2.0, call).simulate();
    let by_identify =
        known(json!({ "type": "identify", "anonymousId": "a1", "userId": "ada", "traits": traits("ada@example.com") }));
    assert_eq!(by_identify.messages(), [message(24.0, "ada", "send_email")]);
    assert_eq!(customers(&by_identify), [owned("ada", "c1", "abandoned")]);
    // A customer whom we knew already.
    let joined = Shop::two_branch().customer(-5.0, "ada", json!({}));
    let joined = anonymous_add(joined, 0.0, "a1", Some("c1"))
        .call(2.0, json!({ "type": "identify", "anonymousId": "a1", "userId": "ada" }))
        .simulate();
    assert_eq!(joined.messages(), [message(24.0, "ada", "send_email")]);
    // By alias, and by an address alone.
    let alias = left()
        .customer(1.0, "ada", json!({}))
        .call(2.0, json!({ "type": "alias", "userId": "ada", "previousId": "a1" }))
        .simulate();
    assert_eq!(
        (alias.messages(), customers(&alias)),
        (vec![message(24.0, "ada", "send_email")], vec![owned("ada", "c1", "abandoned")])
    );
    let newsletter = known(json!({ "type": "identify", "anonymousId": "a1", "traits": traits("Ada@Example.com") }));
    assert_eq!(newsletter.messages(), [message(24.0, "ada@example.com", "send_email")]);
    // Nobody knows who it is: nothing to write to, and the anonymous id names them.
    let nobody = left().simulate();
    assert_eq!((nobody.messages().len(), customers(&nobody)), (0, vec![owned("a1", "c1", "abandoned")]));
    assert_eq!(nobody.reasons(), ["no_address"]);
}

#[test]
fn an_address_in_an_order_tells_who_it_was() {
    let shop = Shop::two_branch().customer(-5.0, "ada", json!({}));
    let order = json!({ "order_id": "o", "total": 10, "currency": "EUR", "email": "ADA@example.com", "products": [{ "product_id": "lamp" }] });
    let shop = anonymous_add(shop, 0.0, "a1", None)
        .call(30.0, json!({ "type": "track", "anonymousId": "a1", "event": "Order Completed", "properties": order }));
    let result = shop.simulate();
    assert_eq!(result.list("carts").len(), 1);
    assert_eq!(
        (&result.list("carts")[0]["customer"], &result.list("carts")[0]["state"]),
        (&json!("ada"), &json!("recovered"))
    );
    // What is no address joins nobody.
    let shop =
        Shop::two_branch().call(0.0, json!({ "type": "identify", "anonymousId": "a1", "traits": { "email": "n/a" } }));
    let shop = shop.call(0.0, json!({ "type": "identify", "anonymousId": "a2", "traits": { "email": "n/a" } }));
    let shop = anonymous_add(anonymous_add(shop, 1.0, "a1", Some("c1")), 1.0, "a2", Some("c2"));
    let owners: Vec<_> = customers(&shop.simulate()).into_iter().map(|(_, cart, _)| cart).collect();
    assert_eq!(owners, ["c1", "c2"]);
}

#[test]
fn two_identified_people_never_become_one_by_themselves() {
    let two = || {
        Shop::two_branch()
            .customer(0.0, "ada", json!({}))
            .customer(0.0, "bea", json!({}))
            .add(1.0, "ada", "c1", "10")
            .add(1.0, "bea", "c2", "10")
    };
    let apart = |shop: Shop, why: &str| {
        let mut owners = customers(&shop.simulate());
        owners.sort();
        let owners: Vec<_> = owners.iter().map(|(customer, cart, _)| (customer.as_str(), cart.as_str())).collect();
        assert_eq!(owners, [("ada", "c1"), ("bea", "c2")], "{why}");
    };
    apart(two(), "from the start");
    apart(two().customer(2.0, "bea", json!({ "email": "ada@example.com" })), "the same address");
    apart(
        two().call(2.0, json!({ "type": "alias", "userId": "ada", "previousId": "bea" })),
        "an alias of two user ids",
    );
    let shared = two()
        .call(2.0, json!({ "type": "identify", "userId": "ada", "anonymousId": "family-pc" }))
        .call(3.0, json!({ "type": "identify", "userId": "bea", "anonymousId": "family-pc" }));
    apart(shared, "a shared device");
    let order = json!({ "order_id": "o", "cart_id": "c1", "total": 10, "currency": "EUR" });
    apart(two().track(3.0, "bea", "Order Completed", order), "the one pays the other's cart");
}

#[test]
fn on_a_shared_device_each_has_what_they_did_themselves() {
    let shop = Shop::two_branch()
        .call(0.0, json!({ "type": "identify", "userId": "ada", "anonymousId": "pc", "traits": traits("ada@example.com") }))
        .call(1.0, json!({ "type": "track", "userId": "ada", "anonymousId": "pc", "event": "Product Added", "properties": { "cart_id": "c1", "product_id": "p", "price": 1 } }))
        .call(2.0, json!({ "type": "identify", "userId": "bea", "anonymousId": "pc", "traits": traits("bea@example.com") }))
        .call(3.0, json!({ "type": "track", "userId": "bea", "anonymousId": "pc", "event": "Product Added", "properties": { "cart_id": "c2", "product_id": "p", "price": 1 } }))
        // Logged out: the device is with whom it knew first.
        .call(4.0, json!({ "type": "track", "anonymousId": "pc", "event": "Product Added", "properties": { "cart_id": "c3", "product_id": "p", "price": 1 } }));
    assert_eq!(
        customers(&shop.simulate()),
        [owned("ada", "c1", "abandoned"), owned("ada", "c3", "abandoned"), owned("bea", "c2", "abandoned")]
    );
}

#[test]
fn who_orders_an_anonymous_cart_is_its_owner() {
    let shop = anonymous_add(Shop::two_branch(), 0.0, "a1", Some("c1")).customer(1.0, "bea", json!({}));
    let result = shop.order(30.0, "bea", "c1", 10.0).simulate();
    assert_eq!(customers(&result), [owned("bea", "c1", "recovered")]);
    assert_eq!(result.messages(), [], "the anonymous one had no address at 24 hours");
}

#[test]
fn who_pays_anothers_cart_has_the_money_and_the_cart_is_closed_where_it_is() {
    let shop = Shop::two_branch()
        .customer(0.0, "ada", json!({}))
        .customer(0.0, "bea", json!({}))
        .add(0.0, "ada", "c1", "2500")
        .add(0.0, "bea", "c2", "2500");
    // The paid cart's journey ends; the payer's own cart, with another journey, goes on.
    let order = json!({ "order_id": "o1", "cart_id": "c1", "total": 2500, "currency": "EUR", "products": [{ "product_id": "p-c2", "quantity": 1 }] });
    let result = shop.track(40.0, "bea", "Order Completed", order).simulate();
    assert_eq!(customers(&result), [owned("ada", "c1", "recovered"), owned("bea", "c2", "abandoned")]);
    assert_eq!(result.notices().len(), 2);
    // She has just bought: she is not reminded of the other cart.
    assert_eq!(result.messages(), []);
    assert_eq!(result.list("carts")[0]["order"], "o1");
    // What recovered it counts once: a mail to the owner.
    let shop = Shop::two_branch()
        .customer(0.0, "ada", json!({}))
        .customer(0.0, "bea", json!({}))
        .add(0.0, "ada", "c1", "100")
        .order(30.0, "bea", "c1", 100.0);
    let result = shop.simulate();
    assert_eq!((result.messages(), result.revenue()), (vec![message(24.0, "ada", "send_email")], (10_000, 10_000, 0)));
}

#[test]
fn a_join_keeps_journeys_and_the_stricter_consent() {
    // The anonymous half said no.
    let shop = anonymous_add(Shop::three_step(), 0.0, "a1", Some("c1"))
        .call(0.1, json!({ "type": "identify", "anonymousId": "a1", "traits": { "consent": { "marketing": { "email": false } } } }))
        .customer(0.2, "ada", json!({}))
        .call(0.3, json!({ "type": "identify", "userId": "ada", "anonymousId": "a1" }));
    let result = shop.simulate();
    assert_eq!((result.messages().len(), result.reasons()[0].as_str()), (0, "consent_refused"));
    // A join between two steps: the journey goes on, under the known customer's address.
    let shop = anonymous_add(Shop::three_step(), 0.0, "a1", Some("c1"))
        .customer(2.0, "ada", json!({}))
        .call(3.0, json!({ "type": "identify", "userId": "ada", "anonymousId": "a1" }));
    let result = shop.clone().simulate();
    assert_eq!(result.messages(), [message(24.0, "ada", "send_products"), message(48.0, "ada", "send_last")]);
    assert_eq!(result.list("journeys").len(), 1);
    // And an order of the known customer, without a cart id, that was heard of before the join ends it.
    let order = json!({ "order_id": "o", "total": 10, "currency": "EUR", "products": [{ "product_id": "lamp" }] });
    let joined = anonymous_add(Shop::three_step(), 0.0, "a1", Some("c1"))
        .customer(2.0, "ada", json!({}))
        .track(5.0, "ada", "Order Completed", order)
        .call(6.0, json!({ "type": "identify", "userId": "ada", "anonymousId": "a1" }))
        .simulate();
    assert_eq!((joined.messages(), joined.carts()), (vec![], vec![cart("c1", "recovered")]));
    assert!(joined.list("journeys").iter().all(|journey| !journey["ended_at"].is_null()), "{}", joined.all);
}

#[test]
fn unnamed_carts_of_two_who_are_one_become_one() {
    let shop = anonymous_add(Shop::three_step().customer(0.0, "ada", json!({})), 0.0, "a1", None);
    let shop = shop.track(0.1, "ada", "Product Added", json!({ "product_id": "desk", "price": 20, "currency": "EUR" }));
    let result = shop.call(5.0, json!({ "type": "identify", "userId": "ada", "anonymousId": "a1" })).simulate();
    assert_eq!(result.list("carts").len(), 1);
    assert_eq!(result.list("carts")[0]["total_minor"], 3_000);
    // Both journeys had begun; the one whose cart went into the other ends.
    let ended: Vec<_> = result
        .list("journeys")
        .iter()
        .flat_map(|j| j["reasons"].as_array().unwrap())
        .filter(|r| r["data"]["reason"] == "merged")
        .collect();
    assert_eq!(ended.len(), 1, "{}", result.all);
    assert_eq!(result.messages().iter().filter(|(hours, ..)| *hours > 20.0).count(), 2);
}
