//! The three-step recovery, alone and beside the other flow.

use crate::rig::{Result, Shop, TWO_BRANCH, cart, message, notice};
use serde_json::json;

const STEPS: [(f64, &str); 3] = [(1.0, "send_help"), (24.0, "send_products"), (48.0, "send_last")];

fn left() -> Shop {
    Shop::three_step().customer(0.0, "ada", json!({})).add(0.0, "ada", "c1", "10.01")
}

#[track_caller]
fn check(shop: Shop, steps: usize, state: &str) -> Result {
    let result = shop.simulate();
    let wanted: Vec<_> = STEPS[..steps].iter().map(|(hours, step)| message(*hours, "ada", step)).collect();
    assert_eq!(result.messages(), wanted, "{}", result.all);
    assert_eq!(result.carts(), [cart("c1", state)]);
    result
}

#[test]
fn three_messages_come_at_their_hours_and_stop_at_the_order() {
    check(left(), 3, "abandoned");
    let result = check(left().order(0.5, "ada", "c1", 10.01), 0, "converted");
    assert_eq!(result.revenue(), (0, 0, 0));
    for (hours, steps) in [(2.0, 1), (23.9, 1), (30.0, 2), (60.0, 3)] {
        let result = check(left().order(hours, "ada", "c1", 10.01), steps, "recovered");
        assert_eq!(result.revenue(), (1_001, 1_001, 0), "at {hours}");
        assert!(result.list("journeys").iter().all(|journey| !journey["ended_at"].is_null()));
    }
}

#[test]
fn the_shop_signs_and_speaks_the_customers_language() {
    let result = check(left(), 3, "abandoned");
    for message in result.list("messages") {
        assert_eq!(
            (&message["from"], &message["to"], &message["channel"]),
            (&json!("negozio@shop.example"), &json!("ada@example.com"), &json!("email"))
        );
        assert!(message["subject"].as_str().is_some_and(|subject| !subject.is_empty()));
    }
    let english =
        Shop::three_step().customer(0.0, "ada", json!({ "language": "en" })).add(0.0, "ada", "c1", "10").simulate();
    let subjects = |result: &Result| result.list("messages").iter().map(|m| m["subject"].clone()).collect::<Vec<_>>();
    assert_eq!(subjects(&english).len(), 3);
    assert!(subjects(&english).iter().zip(subjects(&result)).all(|(english, italian)| *english != italian));
}

#[test]
fn each_step_asks_again_whether_it_may_write() {
    // A no between the first and the second step.
    let no =
        json!({ "type": "identify", "userId": "ada", "traits": { "consent": { "marketing": { "email": false } } } });
    let result = check(left().call(10.0, no), 1, "abandoned");
    assert_eq!(result.reasons(), ["consent_refused", "consent_refused"]);
    let emptied = left().track(30.0, "ada", "Product Removed", json!({ "cart_id": "c1", "product_id": "p-c1" }));
    let result = check(emptied, 2, "active");
    assert_eq!(result.reasons(), ["cart_empty"]);
}

#[test]
fn the_parameters_of_the_steps_move_them() {
    let result = left().set("step1_hours=2").set("step2_hours=30").set("step3_hours=60").simulate();
    let wanted: Vec<_> =
        [2.0, 30.0, 60.0].iter().zip(STEPS).map(|(hours, (_, step))| message(*hours, "ada", step)).collect();
    assert_eq!(result.messages(), wanted);
}

#[test]
fn over_all_flows_one_message_per_cart_in_twenty_hours() {
    let both = left().with(TWO_BRANCH).simulate();
    // Both flows mean to write at 24 hours: the one whose cart fell idle there first, and the other is told why not.
    let messages = both.messages();
    assert_eq!(messages.len(), 3, "{messages:?}");
    let hours: Vec<f64> = messages.iter().map(|(hours, ..)| *hours).collect();
    assert_eq!(hours, [1.0, 24.0, 48.0]);
    assert_eq!(both.reasons(), ["cart_pause"]);
    assert_eq!(both.list("carts")[0]["abandoned_at"], crate::rig::at(1.0), "the smallest wait of all flows says when");
    let high =
        Shop::three_step().with(TWO_BRANCH).customer(0.0, "ada", json!({})).add(0.0, "ada", "c1", "2500").simulate();
    assert_eq!(high.notices(), [notice(24.0)]);
    // 1 h, 24 h and 48 h by the one, 72 h by the other: 24 hours apart each.
    assert_eq!(high.messages().iter().map(|(hours, ..)| *hours).collect::<Vec<_>>(), [1.0, 24.0, 48.0, 72.0]);
}

#[test]
fn linear_shares_add_up_and_the_last_touch_takes_all() {
    let result = check(left().order(30.0, "ada", "c1", 10.01), 2, "recovered");
    let order = &result.list("revenue")[0]["orders"][0];
    assert_eq!(
        (&order["linear_minor"], &order["last_interaction_minor"], &order["order"]),
        (&json!(1_001), &json!(1_001), &json!("o-c1"))
    );
    // Two currencies stand apart.
    let properties = json!({ "cart_id": "c2", "product_id": "q", "price": 500, "quantity": 1, "currency": "JPY" });
    let order = json!({ "order_id": "o2", "cart_id": "c2", "total": 500, "currency": "JPY" });
    let shop = left().customer(0.0, "bea", json!({})).track(0.0, "bea", "Product Added", properties);
    let result = shop.order(30.0, "ada", "c1", 10.01).track(31.0, "bea", "Order Completed", order).simulate();
    let revenue: Vec<_> = result
        .list("revenue")
        .iter()
        .map(|r| (r["currency"].as_str().unwrap(), r["linear_minor"].as_i64().unwrap()))
        .collect();
    assert_eq!(revenue, [("EUR", 1_001), ("JPY", 500)]);
}

#[test]
fn touches_more_than_thirty_days_before_the_order_earn_nothing() {
    let result = left().order(48.0 + 30.0 * 24.0 - 1.0, "ada", "c1", 10.01).simulate();
    assert_eq!(result.revenue(), (1_001, 1_001, 0));
    let result = left().order(48.0 + 30.0 * 24.0 + 1.0, "ada", "c1", 10.01).simulate();
    assert_eq!(result.revenue(), (0, 0, 0));
}

#[test]
fn what_happened_long_ago_is_read_and_nobody_is_written_to() {
    // The clock stands at the newest line; an older one is history when it is more than 48 hours late.
    let late = |hours: f64| {
        Shop::three_step()
            .customer(100.0, "ada", json!({}))
            .track(100.0, "ada", "Product Viewed", json!({ "product_id": "x" }))
            .add(hours, "ada", "c1", "10")
            .until("+4d")
            .simulate()
    };
    let result = late(51.0);
    assert_eq!(result.reasons(), ["too_old"], "{}", result.all);
    assert_eq!((result.messages().len(), result.carts()), (0, vec![cart("c1", "abandoned")]));
    assert_eq!(result.list("carts")[0]["abandoned_at"], crate::rig::at(52.0));
    assert_eq!(late(53.0).messages().first().map(|(hours, ..)| *hours), Some(100.0));
    // Someone who comes back to an old cart is there again.
    let back = Shop::three_step()
        .customer(100.0, "ada", json!({}))
        .add(10.0, "ada", "c1", "10")
        .add(103.0, "ada", "c1", "10")
        .simulate();
    assert_eq!(back.messages().first().map(|(hours, ..)| *hours), Some(104.0), "{}", back.all);
}
