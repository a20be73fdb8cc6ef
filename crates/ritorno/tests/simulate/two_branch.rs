//! The two-branch follow-up: what happens to a cart of each value, and what stops it.

use crate::rig::{Result, Shop, cart, message, notice};
use serde_json::json;

fn left(price: &str) -> Shop {
    Shop::two_branch().customer(0.0, "ada", json!({})).add(0.0, "ada", "c1", price)
}

#[track_caller]
fn check(shop: Shop, messages: &[f64], notices: &[f64], state: &str) -> Result {
    let result = shop.simulate();
    let wanted: Vec<_> = messages.iter().map(|hours| message(*hours, "ada", "send_email")).collect();
    assert_eq!(result.messages(), wanted, "{}", result.all);
    assert_eq!(result.notices(), notices.iter().map(|hours| notice(*hours)).collect::<Vec<_>>(), "{}", result.all);
    assert_eq!(result.carts(), [cart("c1", state)]);
    result
}

#[test]
fn the_threshold_parts_the_branches_to_the_cent() {
    check(left("1999.99"), &[24.0], &[], "abandoned");
    check(left("2000.00"), &[72.0], &[24.0], "abandoned");
    check(left("2000.01"), &[72.0], &[24.0], "abandoned");
    check(left("2000"), &[72.0], &[24.0], "abandoned");
    check(left("2e3"), &[72.0], &[24.0], "abandoned");
    check(left("\"1999.999\""), &[72.0], &[24.0], "abandoned");
    check(left("null"), &[24.0], &[], "abandoned");
}

#[test]
fn parameters_move_the_hours_and_the_threshold() {
    check(left("500").set("threshold=500"), &[72.0], &[24.0], "abandoned");
    check(left("499.99").set("threshold=500"), &[24.0], &[], "abandoned");
    check(left("499.99").set("threshold=499.99").set("recheck_hours=1.5"), &[25.5], &[24.0], "abandoned");
    check(left("10").set("wait_hours=2"), &[2.0], &[], "abandoned");
    check(left("10").set("wait_hours=0.5"), &[0.5], &[], "abandoned");
}

#[test]
fn an_order_stops_everything() {
    // Before the abandonment.
    let result = check(left("2500").order(23.0, "ada", "c1", 2500.0), &[], &[], "converted");
    assert_eq!(result.revenue(), (0, 0, 0));
    assert!(result.list("deals").is_empty() && result.list("journeys").is_empty());
    // After the mail.
    let result = check(left("1999.99").order(30.0, "ada", "c1", 1999.99), &[24.0], &[], "recovered");
    assert_eq!(result.revenue(), (199_999, 199_999, 0));
    assert_eq!(result.list("deals")[0]["stage"], "Confirmed");
    // While the agent has it: no mail, and nobody of us is credited for what nobody of us did.
    for hours in [30.0, 60.0, 71.5] {
        let result = check(left("2500").order(hours, "ada", "c1", 2500.0), &[], &[24.0], "recovered");
        assert_eq!(result.revenue(), (0, 0, 0));
        let journey = &result.list("journeys")[0];
        assert_eq!(journey["path"].as_array().unwrap().last().unwrap()["at"], "end_ordered", "{journey}");
        assert_eq!(Result::hours(journey, "ended_at"), hours);
    }
    // At the very instant of the abandonment the order comes first.
    check(left("10").order(24.0, "ada", "c1", 10.0), &[], &[], "converted");
    // With no cart id, by what was bought.
    let properties = json!({ "order_id": "o", "total": 10, "currency": "EUR", "products": [{ "product_id": "p-c1", "quantity": 1 }] });
    check(left("2500").track(30.0, "ada", "Order Completed", properties), &[], &[24.0], "recovered");
}

#[test]
fn activity_restarts_the_clock_and_looking_does_not() {
    let step = |hours: f64, step: i64| {
        left("10").track(hours, "ada", "Checkout Step Viewed", json!({ "cart_id": "c1", "step": step }))
    };
    let forth_and_back = left("10")
        .track(1.0, "ada", "Checkout Step Completed", json!({ "cart_id": "c1", "step": 2 }))
        .track(23.0, "ada", "Checkout Step Viewed", json!({ "cart_id": "c1", "step": 1 }));
    check(forth_and_back, &[47.0], &[], "abandoned");
    check(step(23.0, 1), &[47.0], &[], "abandoned");
    for event in ["Checkout Started", "Payment Info Entered", "Coupon Entered", "Coupon Applied", "Coupon Removed"] {
        check(left("10").track(23.0, "ada", event, json!({ "cart_id": "c1" })), &[47.0], &[], "abandoned");
    }
    let whole = |quantity: i64| json!({ "cart_id": "c1", "currency": "EUR", "products": [{ "product_id": "p-c1", "quantity": quantity, "price": 10 }] });
    check(left("10").track(23.0, "ada", "Cart Updated", whole(2)), &[47.0], &[], "abandoned");
    check(left("10").track(23.0, "ada", "Cart Updated", whole(1)), &[24.0], &[], "abandoned");
    check(left("10").track(23.0, "ada", "Cart Viewed", whole(1)), &[24.0], &[], "abandoned");
    check(left("10").track(23.0, "ada", "Product Viewed", json!({ "product_id": "p-c1" })), &[24.0], &[], "abandoned");
    check(left("10").track(23.0, "ada", "Something Else", json!({ "cart_id": "c1" })), &[24.0], &[], "abandoned");
    check(left("10").call(23.0, json!({ "type": "page", "userId": "ada", "name": "Home" })), &[24.0], &[], "abandoned");
    check(
        left("10").call(23.0, json!({ "type": "screen", "userId": "ada", "name": "Home" })),
        &[24.0],
        &[],
        "abandoned",
    );
}

#[test]
fn an_emptied_cart_is_nobodys_loss() {
    let emptied = left("10").track(
        1.0,
        "ada",
        "Product Removed",
        json!({ "cart_id": "c1", "product_id": "p-c1", "quantity": 1 }),
    );
    let result = check(emptied, &[], &[], "active");
    assert!(result.list("deals").is_empty());
    // Emptied while the agent has it: the letter about it is not written.
    let later = left("2500").track(40.0, "ada", "Product Removed", json!({ "cart_id": "c1", "product_id": "p-c1" }));
    let result = check(later, &[], &[24.0], "active");
    assert!(result.reasons().contains(&"cart_empty".to_owned()), "{:?}", result.reasons());
}

#[test]
fn an_agent_who_moves_the_deal_keeps_the_customer_to_himself() {
    let moved = |hours: f64| {
        left("2500").track(hours, "ada", "Deal Stage Changed", json!({ "cart_id": "c1", "stage": "In trattativa" }))
    };
    for hours in [25.0, 47.0, 71.9] {
        let result = check(moved(hours), &[], &[24.0], "abandoned");
        assert_eq!(result.list("deals")[0]["stage"], "In trattativa");
        assert_eq!(result.list("journeys")[0]["path"].as_array().unwrap().last().unwrap()["at"], "end_handled");
    }
    check(moved(72.5), &[72.0], &[24.0], "abandoned");
    // Moved by a server that names only the cart.
    let event =
        json!({ "type": "track", "event": "Deal Stage Changed", "properties": { "cart_id": "c1", "stage": "Perso" } });
    check(left("2500").call(30.0, event), &[], &[24.0], "abandoned");
    // And back again.
    let back = moved(25.0).track(
        60.0,
        "ada",
        "Deal Stage Changed",
        json!({ "cart_id": "c1", "stage": "Check out abbandonato" }),
    );
    check(back, &[72.0], &[24.0], "abandoned");
}

#[test]
fn an_agents_contact_takes_the_order_out_of_the_revenue() {
    let contacted = |shop: Shop, hours: f64| {
        shop.track(
            hours,
            "ada",
            "Agent Contacted",
            json!({ "cart_id": "c1", "agent": "marco@example.com", "outcome": "call back" }),
        )
    };
    let result = check(contacted(left("2500"), 30.0).order(40.0, "ada", "c1", 2500.0), &[], &[24.0], "recovered");
    assert_eq!(result.revenue(), (0, 0, 250_000));
    let result = check(contacted(left("100"), 30.0).order(40.0, "ada", "c1", 100.0), &[24.0], &[], "recovered");
    assert_eq!(result.revenue(), (0, 0, 10_000));
    // A contact before the abandonment or after the order is none of this order's.
    let result = check(contacted(left("100"), 2.0).order(40.0, "ada", "c1", 100.0), &[24.0], &[], "recovered");
    assert_eq!(result.revenue(), (10_000, 10_000, 0));
    let result = check(contacted(left("100").order(40.0, "ada", "c1", 100.0), 41.0), &[24.0], &[], "recovered");
    assert_eq!(result.revenue(), (10_000, 10_000, 0));
    let agent = json!({ "type": "track", "userId": "agent-7", "event": "Agent Contacted", "properties": { "cart_id": "c1", "agent": "marco@example.com" } });
    let result = left("100").call(30.0, agent).order(40.0, "ada", "c1", 100.0).simulate();
    assert_eq!(result.revenue(), (0, 0, 10_000), "told by the agent's own login");
}

#[test]
fn who_signs_and_who_is_written_to() {
    let of = |traits: serde_json::Value| {
        let result = Shop::two_branch().customer(0.0, "ada", traits).add(0.0, "ada", "c1", "10").simulate();
        let message = result.list("messages").first().cloned().unwrap_or_default();
        let text = |name: &str| message[name].as_str().map(str::to_owned);
        (text("from"), text("reply_to"), text("subject"), result.reasons())
    };
    let (from, reply_to, subject, _) = of(json!({}));
    assert_eq!((from.as_deref(), reply_to.as_deref()), (Some("marco@example.com"), Some("marco@example.com")));
    assert_eq!(subject.as_deref(), Some("Hai lasciato qualcosa nel carrello degli acquisti"));
    let (from, reply_to, ..) = of(json!({ "agent": null }));
    assert_eq!((from.as_deref(), reply_to), (Some("negozio@shop.example"), None), "without an agent the shop writes");
    let (.., subject, _) = of(json!({ "language": "en-GB" }));
    assert!(subject.as_deref().is_some_and(|s| s.to_lowercase().contains("cart")), "{subject:?}");
    let (.., subject, _) = of(json!({ "language": "de" }));
    assert_eq!(subject.as_deref(), Some("Hai lasciato qualcosa nel carrello degli acquisti"));
    let (from, .., reasons) = of(json!({ "email": null }));
    assert_eq!((from, reasons), (None, vec!["no_address".to_owned()]));
    assert_eq!(of(json!({ "email": "not an address" })).3, ["no_address"]);
}

#[test]
fn consent_decides_and_says_why() {
    let no_word = json!({ "consent": null });
    let check = |traits: serde_json::Value, bought: bool, messages: usize, reasons: &[&str]| {
        let mut shop = Shop::two_branch().customer(-100.0, "ada", traits.clone());
        if bought {
            shop = shop.track(
                -90.0,
                "ada",
                "Order Completed",
                json!({ "order_id": "old", "total": 5, "currency": "EUR" }),
            );
        }
        let result = shop.add(0.0, "ada", "c1", "10").simulate();
        assert_eq!(
            (result.messages().len(), result.reasons()),
            (messages, reasons.iter().map(ToString::to_string).collect()),
            "{traits} {bought}"
        );
    };
    check(json!({}), false, 1, &[]);
    check(json!({}), true, 1, &[]);
    check(no_word.clone(), false, 0, &["consent_unknown"]);
    check(no_word, true, 1, &["bought_before"]);
    for bought in [false, true] {
        check(json!({ "consent": { "marketing": { "email": false } } }), bought, 0, &["consent_refused"]);
    }
    check(
        json!({ "consent": { "newsletter": { "email": true }, "marketing": { "sms": true } } }),
        false,
        0,
        &["consent_unknown"],
    );
}

#[test]
fn a_cart_in_another_currency_is_compared_in_its_own_number() {
    let yen = |price: i64| {
        let properties =
            json!({ "cart_id": "c1", "product_id": "p", "price": price, "quantity": 2, "currency": "JPY" });
        Shop::two_branch().customer(0.0, "ada", json!({})).track(0.0, "ada", "Product Added", properties)
    };
    let result = check(yen(999), &[24.0], &[], "abandoned");
    assert_eq!(
        (&result.list("carts")[0]["total_minor"], &result.list("carts")[0]["currency"]),
        (&json!(1998), &json!("JPY"))
    );
    check(yen(1000), &[72.0], &[24.0], "abandoned");
}

#[test]
fn the_same_order_under_two_message_ids_counts_once() {
    let shop = left("100").order(30.0, "ada", "c1", 100.0).order(31.0, "ada", "c1", 100.0);
    let result = check(shop, &[24.0], &[], "recovered");
    assert_eq!(result.revenue(), (10_000, 10_000, 0));
    assert_eq!(result.list("revenue")[0]["orders"].as_array().unwrap().len(), 1);
}

#[test]
fn a_cart_comes_back_only_once() {
    // Abandoned, written to, taken up again, abandoned again: once per cart.
    check(left("10").add(30.0, "ada", "c1", "10"), &[24.0], &[], "abandoned");
    // After an order the same cart id begins a new cart, and a new journey.
    let again = left("10").order(30.0, "ada", "c1", 10.0).add(40.0, "ada", "c1", "10").simulate();
    assert_eq!(again.messages(), [message(24.0, "ada", "send_email"), message(64.0, "ada", "send_email")]);
    assert_eq!(again.carts(), [cart("c1", "recovered"), cart("c1", "abandoned")]);
}

#[test]
fn several_open_carts_go_their_own_ways() {
    let shop = left("10").add(1.0, "ada", "c2", "2500").add(2.0, "ada", "c3", "30").order(20.0, "ada", "c3", 30.0);
    let result = shop.simulate();
    assert_eq!(result.messages(), [message(24.0, "ada", "send_email"), message(73.0, "ada", "send_email")]);
    assert_eq!(result.notices(), [notice(25.0)]);
    assert_eq!(result.carts(), [cart("c1", "abandoned"), cart("c2", "abandoned"), cart("c3", "converted")]);
}

#[test]
fn who_bought_something_else_in_the_meantime_is_left_alone() {
    let other = |hours: f64, cart: &str| left("2500").add(hours - 1.0, "ada", cart, "5").order(hours, "ada", cart, 5.0);
    let result = other(40.0, "c2").simulate();
    assert_eq!(result.messages(), []);
    assert!(result.reasons().contains(&"bought_meanwhile".to_owned()), "{:?}", result.reasons());
    // Before this cart's journey began it says nothing about this cart.
    assert_eq!(other(20.0, "c2").simulate().messages(), [message(72.0, "ada", "send_email")]);
    // But an order of which nobody knows the cart may well have been this one.
    let unknown =
        left("10").track(20.0, "ada", "Order Completed", json!({ "order_id": "o", "total": 10, "currency": "EUR" }));
    assert_eq!(unknown.simulate().messages(), []);
}
