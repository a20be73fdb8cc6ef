//! Who an event is about, tried with a fold of facts alone: what calls come, and which ids then lead to one customer.

use super::{Applied, Facts, Holder, Scene, Side, apply_shop, apply_traits, cart_of_event, key_of, resolve, touches};
use crate::{
    calls::{Act, Input, parse_call},
    carts::{CartState, Pipelines, Rules, Snapshot, diffs},
    door::{DoorLimits, take_batch},
};
use base::{Clock as _, Currency, Id, MINUTE, ManualClock, Time};
use runtime::{Domain, Event, FoldError, Handle, Key, Need, NewEvent, Sweep, World, driver::Runtime};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// The fold without what follows from facts.
struct People;

impl Holder for People {
    fn facts(cell: &Facts) -> &Facts {
        cell
    }

    fn facts_mut(cell: &mut Facts) -> &mut Facts {
        cell
    }

    fn rules(_shared: &()) -> Rules {
        Rules::default()
    }

    fn merge_action(_from: &mut Facts, _into: &mut Facts) {}

    fn merged(&self, _world: &mut World<'_, People>, _from: Id, _into: Id, _cell: &mut Facts, _before: &Snapshot) {}
}

impl Domain for People {
    type Input = Input;
    type Cell = Facts;
    type Shared = ();

    fn parse(&self, kind: &str, name: &str, payload: &[u8]) -> Result<Input, String> {
        parse_call(kind, name, payload).map(|call| Input::Call(Box::new(call)))
    }

    fn touches(&self, input: &Input, keys: &mut Vec<Key>, _cells: &mut Vec<Id>) {
        if let Input::Call(call) = input {
            touches(call, keys);
        }
    }

    fn fold(&self, event: &Event<Input>, world: &mut World<'_, People>) -> Result<(), FoldError> {
        let Input::Call(call) = &event.input else { unreachable!("nothing else is sent") };
        let resolved = resolve(self, call, world)?;
        let mut side = Side::Both;
        if let Act::Shop(shop) = &call.act {
            let (at, rules, currency) = (event.occurred, Rules::default(), Currency::EUR);
            let scene = Scene {
                event: shop,
                at,
                tie: call.tie,
                rules,
                currency,
                late_hours: 0,
                pipelines: &Pipelines::default(),
            };
            let mut apply = |id: Id, side: Side| -> Result<Option<Id>, Need> {
                let mut facts = world.take(id)?;
                let before = Snapshot::of(&facts.book);
                let ordered = matches!(apply_shop(&mut facts, &scene, side), Applied::Ordered(_));
                let cart = cart_of_event(&facts, shop, &diffs(&before, &facts.book)).filter(|_| ordered);
                world.put(id, facts);
                Ok(cart)
            };
            if let Some(owner) = resolved.owner {
                side = Side::Person(apply(owner, Side::Owner)?);
            }
            apply(resolved.customer, side)?;
        }
        let mut facts = world.take(resolved.customer)?;
        facts.events += 1;
        if let Act::Identify(traits) = &call.act {
            apply_traits(&mut facts, traits, event.occurred);
        }
        world.put(resolved.customer, facts);
        Ok(())
    }

    fn due(&self, _cell: &Facts, _shared: &()) -> Option<Time> {
        None
    }

    fn timer(&self, _cell: Id, _due: Time, _now: Time) -> NewEvent<Input> {
        unreachable!("nothing is ever due")
    }

    fn woke(&self, _down: i64, _now: Time) -> Option<NewEvent<Input>> {
        None
    }

    fn list(&self, _id: Id, _cell: &mut Facts, _shared: &(), _sweep: &mut Sweep<'_>) {}

    fn successor(&self, cell: &Facts) -> Option<Id> {
        cell.merged_into
    }
}

struct Town {
    clock: Arc<ManualClock>,
    runtime: Arc<Runtime<People>>,
    handle: Handle<Input>,
}

impl Town {
    async fn after(calls: &[Json]) -> (Town, testkit::Fresh) {
        let fresh = testkit::Fresh::sqlite().await;
        fresh.db.migrate(&[runtime::MIGRATIONS, crate::MIGRATIONS]).await.expect("a fresh database is migrated");
        let clock = Arc::new(ManualClock::new(Time::parse("2026-11-21T08:00:00Z").expect("a time")));
        let limits = runtime::applier::Limits::default();
        let runtime = Runtime::open(Arc::new(People), fresh.db.clone(), clock.clone(), limits, "test".to_owned(), true);
        let runtime = runtime.await.expect("a runtime");
        let town = Town { handle: runtime.workspace(1), clock, runtime };
        for call in calls {
            town.call(call).await;
        }
        (town, fresh)
    }

    /// Sends one call, a minute after the last.
    async fn call(&self, call: &Json) {
        self.clock.advance(MINUTE);
        let body = json!({ "batch": [call] }).to_string().into();
        let taken = take_batch(&body, 1, self.clock.now(), &DoorLimits::default(), true).expect("a batch");
        assert_eq!(taken.refused, [], "{call}");
        let appended = self.handle.append(taken.events).await.expect("events go in");
        assert_eq!((appended.accepted, appended.refused), (1, 0), "{call}");
    }

    /// The customer that an id (`u:u1`) leads to.
    async fn find(&self, key: &str) -> Option<(Id, Facts)> {
        let (kind, value) = key.split_once(':').expect("a kind and a value");
        let mut id = self.handle.find(key_of(kind.chars().next().expect("a kind"), value)).await?;
        loop {
            let facts: Facts = runtime::applier::decode(&self.handle.cell(id).await?);
            match facts.merged_into {
                Some(next) => id = next,
                None => return Some((id, facts)),
            }
        }
    }
}

/// After these calls, ids in one group lead to one customer, and each group to another one.
fn check(calls: &[Json], groups: &[&[&str]]) {
    look(calls, async |town| {
        let mut seen: Vec<Id> = Vec::new();
        for group in groups {
            let mut ids = Vec::new();
            for key in *group {
                ids.push(town.find(key).await.unwrap_or_else(|| panic!("{key} leads nowhere: {calls:?}")).0);
            }
            assert!(ids.windows(2).all(|two| two[0] == two[1]), "{group:?} are several: {ids:?} after {calls:?}");
            assert!(!seen.contains(&ids[0]), "{group:?} are somebody else as well after {calls:?}");
            seen.push(ids[0]);
        }
    });
}

/// Looks at what is known after these calls.
fn look(calls: &[Json], at: impl AsyncFnOnce(&Town)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (town, fresh) = Town::after(calls).await;
        at(&town).await;
        town.runtime.close().await;
        fresh.remove().await;
    });
}

fn page(ids: Json) -> Json {
    with(ids, json!({ "type": "page" }))
}

fn identify(ids: Json, traits: Json) -> Json {
    with(ids, json!({ "type": "identify", "traits": traits }))
}

fn alias(user: &str, previous: &str) -> Json {
    json!({ "type": "alias", "userId": user, "previousId": previous })
}

fn added(ids: Json, cart: &str, product: &str) -> Json {
    let properties = json!({ "cart_id": cart, "product_id": product, "price": 10, "currency": "EUR" });
    with(ids, json!({ "type": "track", "event": "Product Added", "properties": properties }))
}

fn ordered(ids: Json, properties: Json) -> Json {
    let mut call = with(ids, json!({ "type": "track", "event": "Order Completed", "properties": properties }));
    call["properties"]["total"] = json!(10);
    call
}

fn with(mut call: Json, more: Json) -> Json {
    call.as_object_mut().expect("ids").extend(more.as_object().expect("an object").clone());
    call
}

fn a(id: &str) -> Json {
    json!({ "anonymousId": id })
}

fn u(id: &str) -> Json {
    json!({ "userId": id })
}

fn au(anonymous: &str, user: &str) -> Json {
    json!({ "anonymousId": anonymous, "userId": user })
}

fn mail(address: &str) -> Json {
    json!({ "email": address })
}

#[test]
fn a_visitor_who_says_who_it_is_is_one_customer_with_its_history() {
    let known = identify(au("a1", "u1"), mail("m@x.it"));
    check(&[page(a("a1")), known.clone()], &[&["a:a1", "u:u1", "e:m@x.it"]]);
    check(&[known.clone(), page(a("a1"))], &[&["a:a1", "u:u1", "e:m@x.it"]]);
    check(&[page(u("u1")), page(a("a1")), known.clone()], &[&["a:a1", "u:u1"]]);
    // The address alone makes a visitor known, too.
    check(&[page(a("a1")), identify(a("a1"), mail("M@X.it"))], &[&["a:a1", "e:m@x.it"]]);
    look(&[added(a("a1"), "c1", "p"), page(a("a1")), known], async |town| {
        let (_, facts) = town.find("u:u1").await.expect("somebody");
        assert_eq!((facts.book.carts.len(), facts.events, facts.absorbed.len()), (1, 3, 0));
    });
}

#[test]
fn several_devices_of_one_person_are_one_customer() {
    let calls = [
        added(a("a1"), "c1", "p"),
        added(a("a2"), "c2", "q"),
        identify(au("a1", "u1"), json!({})),
        identify(au("a2", "u1"), json!({})),
    ];
    check(&calls, &[&["a:a1", "a:a2", "u:u1", "c:c1", "c:c2"]]);
    look(&calls, async |town| {
        let (_, facts) = town.find("a:a2").await.expect("somebody");
        assert_eq!((facts.book.carts.len(), facts.absorbed.len()), (2, 1));
    });
}

#[test]
fn two_identified_people_never_become_one_by_themselves() {
    let two = || vec![identify(au("a1", "u1"), mail("one@x.it")), identify(au("a2", "u2"), mail("two@x.it"))];
    let groups: &[&[&str]] = &[&["a:a1", "u:u1", "e:one@x.it"], &["a:a2", "u:u2", "e:two@x.it"]];
    check(&two(), groups);
    for more in [
        identify(au("a1", "u2"), json!({})),
        identify(u("u2"), mail("one@x.it")),
        alias("u1", "u2"),
        alias("u1", "a2"),
        alias("u2", "u1"),
        ordered(u("u1"), json!({ "order_id": "o", "email": "two@x.it" })),
        page(au("a2", "u1")),
        identify(a("a1"), mail("two@x.it")),
    ] {
        check(&[two(), vec![more]].concat(), groups);
    }
    // A cart of the one that the other orders joins nobody either.
    let shared = [added(u("u1"), "c1", "p"), ordered(u("u2"), json!({ "order_id": "o", "cart_id": "c1" }))];
    check(&[two(), shared.to_vec()].concat(), groups);
}

#[test]
fn on_a_shared_device_the_second_person_does_not_inherit_the_first_ones_history() {
    let calls = [
        added(a("a1"), "c1", "p"),
        identify(au("a1", "u1"), mail("one@x.it")),
        identify(au("a1", "u2"), mail("two@x.it")),
        added(au("a1", "u2"), "c2", "q"),
    ];
    check(&calls, &[&["a:a1", "u:u1", "c:c1", "e:one@x.it"], &["u:u2", "c:c2", "e:two@x.it"]]);
    look(&calls, async |town| {
        let (_, first) = town.find("u:u1").await.expect("the first");
        let (_, second) = town.find("u:u2").await.expect("the second");
        let products = |facts: &Facts| -> Vec<String> {
            facts.book.carts.iter().flat_map(|cart| &cart.lines).map(|line| line.product_id.to_string()).collect()
        };
        assert_eq!((products(&first), products(&second)), (vec!["p".to_owned()], vec!["q".to_owned()]));
        assert_eq!(
            (first.profile.email.as_deref(), second.profile.email.as_deref()),
            (Some("one@x.it"), Some("two@x.it"))
        );
        assert_eq!((first.events, second.events), (2, 2));
    });
    // The same without a user id: another address is another person.
    let by_mail = [identify(a("a1"), mail("one@x.it")), identify(au("a1", "u2"), mail("two@x.it"))];
    check(&by_mail, &[&["a:a1", "e:one@x.it"], &["u:u2", "e:two@x.it"]]);
}

#[test]
fn an_address_in_an_order_tells_who_the_visitor_is() {
    let order = |who: Json, id: &str| ordered(who, json!({ "order_id": id, "email": "m@x.it" }));
    check(&[page(a("a1")), order(a("a1"), "o1")], &[&["a:a1", "e:m@x.it", "o:o1"]]);
    check(&[identify(u("u1"), mail("m@x.it")), page(a("a1")), order(a("a1"), "o1")], &[&["a:a1", "u:u1", "o:o1"]]);
    check(&[order(a("a1"), "o1"), identify(u("u1"), mail("m@x.it"))], &[&["a:a1", "u:u1", "o:o1"]]);
    check(&[order(a("a1"), "o1"), order(a("a2"), "o2")], &[&["a:a1", "a:a2", "o:o1", "o:o2"]]);
    // What cannot be an address is nobody's.
    let nonsense = |who: &str, id: &str| ordered(a(who), json!({ "order_id": id, "email": "n/a" }));
    check(&[nonsense("a1", "o1"), nonsense("a2", "o2")], &[&["a:a1"], &["a:a2"]]);
    look(&[order(a("a1"), "o1"), order(a("a2"), "o2")], async |town| {
        let (_, facts) = town.find("e:m@x.it").await.expect("somebody");
        assert_eq!((facts.totals[0].orders, facts.totals[0].revenue), (2, 2_000));
        assert_eq!(facts.profile.email.as_deref(), Some("m@x.it"));
    });
}

#[test]
fn an_alias_joins_what_was_before_however_late_it_comes() {
    check(&[page(a("a1")), alias("u1", "a1")], &[&["a:a1", "u:u1"]]);
    check(&[alias("u1", "a1"), page(a("a1"))], &[&["a:a1", "u:u1"]]);
    let late = [added(a("a1"), "c1", "p"), added(u("u1"), "c2", "q"), page(u("u1")), page(a("a1")), alias("u1", "a1")];
    check(&late, &[&["a:a1", "u:u1", "c:c1", "c:c2"]]);
    check(&[late.to_vec(), vec![alias("u1", "a1"), page(a("a1"))]].concat(), &[&["a:a1", "u:u1"]]);
    look(&late, async |town| {
        let (_, facts) = town.find("a:a1").await.expect("somebody");
        assert_eq!((facts.book.carts.len(), facts.absorbed.len()), (2, 1));
    });
    // An id of a person who is known stays that person's.
    check(&[identify(u("u0"), json!({})), page(u("u1")), alias("u1", "u0")], &[&["u:u0"], &["u:u1"]]);
}

#[test]
fn a_cart_of_nobody_is_the_customers_who_goes_on_with_it() {
    let step = |who: Json, event: &str, properties: Json| {
        with(who, json!({ "type": "track", "event": event, "properties": properties }))
    };
    let gone_on = step(u("u1"), "Checkout Started", json!({ "cart_id": "c1", "checkout_id": "k1" }));
    check(&[added(a("a1"), "c1", "p"), gone_on.clone()], &[&["a:a1", "u:u1", "c:c1", "k:k1"]]);
    let order = ordered(u("u1"), json!({ "order_id": "o1", "checkout_id": "k1" }));
    let started = step(a("a1"), "Checkout Started", json!({ "cart_id": "c1", "checkout_id": "k1" }));
    check(&[added(a("a1"), "c1", "p"), started, order], &[&["a:a1", "u:u1", "o:o1"]]);
    // An agent who speaks of the cart is not the one who filled it.
    let spoken = step(u("agent"), "Agent Contacted", json!({ "cart_id": "c1", "agent": "x@y.it" }));
    check(&[added(a("a1"), "c1", "p"), spoken], &[&["a:a1", "c:c1"], &["u:agent"]]);
    let moved = step(u("agent"), "Deal Stage Changed", json!({ "cart_id": "c1", "stage": "Confirmed" }));
    check(&[added(a("a1"), "c1", "p"), moved], &[&["a:a1", "c:c1"], &["u:agent"]]);
}

#[test]
fn an_order_on_a_known_customers_cart_leaves_the_money_with_who_paid() {
    let calls = [
        identify(u("u1"), mail("one@x.it")),
        identify(u("u2"), mail("two@x.it")),
        added(u("u1"), "c1", "p"),
        ordered(u("u2"), json!({ "order_id": "o1", "cart_id": "c1" })),
    ];
    let server = |event: &str, properties: Json| json!({ "type": "track", "event": event, "properties": properties });
    let state = |calls: Vec<Json>, cart: CartState, orders: u32, revenue: i64, refunded: i64| {
        look(&calls, async |town| {
            let (_, owner) = town.find("u:u1").await.expect("the owner");
            let (_, payer) = town.find("u:u2").await.expect("the payer");
            assert_eq!(owner.book.carts[0].state, cart, "{calls:?}");
            assert!(payer.book.carts.is_empty(), "{calls:?}");
            assert!(owner.totals.iter().all(|totals| totals.orders == 0), "{:?} after {calls:?}", owner.totals);
            let totals = &payer.totals[0];
            assert_eq!((totals.orders, totals.revenue, totals.refunded), (orders, revenue, refunded), "{calls:?}");
        });
    };
    let after = |more: Json| [calls.to_vec(), vec![more]].concat();
    state(calls.to_vec(), CartState::Converted, 1, 1_000, 0);
    state(after(calls[3].clone()), CartState::Converted, 1, 1_000, 0);
    // What the shop's server says of the order alone is about both of them, too.
    let refund = json!({ "order_id": "o1", "total": 4 });
    state(after(server("Order Refunded", refund.clone())), CartState::Converted, 1, 1_000, 400);
    state(after(with(u("u2"), server("Order Refunded", refund))), CartState::Converted, 1, 1_000, 400);
    state(after(server("Order Cancelled", json!({ "order_id": "o1" }))), CartState::Converted, 0, 0, 0);
    let mut again = ordered(json!({}), json!({ "order_id": "o1" }));
    state(after(again.clone()), CartState::Converted, 1, 1_000, 0);
    // The server's word on the order may be the earlier one.
    again["timestamp"] = json!("2026-11-21T08:03:30Z");
    state(after(again.clone()), CartState::Converted, 1, 1_000, 0);
    // So may that of the cart's owner, who looks at the order's page.
    state(after(with(again, u("u1"))), CartState::Converted, 1, 1_000, 0);
}

#[test]
fn of_two_words_on_consent_the_stricter_survives_a_merge() {
    let says = |who: Json, granted: bool| identify(who, json!({ "consent": { "marketing": { "email": granted } } }));
    let check = |calls: &[Json], granted: bool| {
        look(calls, async |town| {
            let (_, facts) = town.find("u:u1").await.expect("somebody");
            assert_eq!(facts.consent("marketing", "email").map(|c| c.is_granted), Some(granted), "{calls:?}");
        });
    };
    let joined = || identify(au("a1", "u1"), json!({}));
    check(&[says(a("a1"), true), says(u("u1"), false), joined()], false);
    check(&[says(a("a1"), false), says(u("u1"), true), joined()], false);
    check(&[says(a("a1"), true), page(u("u1")), joined()], true);
    check(&[says(a("a1"), false), joined(), says(u("u1"), true)], true);
}

#[test]
fn amounts_become_minor_units_of_their_currency() {
    let check = |price: Json, currency: Json, expected: (Option<i64>, &str)| {
        let mut call = added(u("u1"), "c", "p");
        (call["properties"]["price"], call["properties"]["currency"]) = (price.clone(), currency.clone());
        look(&[call], async |town| {
            let (_, facts) = town.find("u:u1").await.expect("somebody");
            let cart = &facts.book.carts[0];
            let found = (cart.total(), cart.currency.map(|c| c.to_string()).unwrap_or_default());
            assert_eq!((found.0, &*found.1), expected, "{price} {currency}");
        });
    };
    check(json!(19.99), json!("EUR"), (Some(1_999), "EUR"));
    check(json!("19.995"), json!("EUR"), (Some(2_000), "EUR"));
    check(json!("1e3"), json!("EUR"), (Some(100_000), "EUR"));
    check(json!(1_200), json!("JPY"), (Some(1_200), "JPY"));
    check(json!("1200.5"), json!("JPY"), (Some(1_201), "JPY"));
    check(json!("1.234"), json!("BHD"), (Some(1_234), "BHD"));
    check(json!(2), json!("bhd"), (Some(2_000), "BHD"));
    check(json!(5), json!(null), (Some(500), "EUR"));
    check(json!("1e25"), json!("EUR"), (None, "EUR"));
    check(json!(null), json!("EUR"), (None, "EUR"));
}

#[test]
fn a_ga4_session_is_a_cart_and_its_order() {
    let track = |event: &str, properties: Json| {
        with(u("u1"), json!({ "type": "track", "event": event, "properties": properties }))
    };
    let lamp = |quantity: i64| json!({ "item_id": "p", "item_name": "Lamp", "price": 10, "quantity": quantity });
    let cup = json!({ "item_id": "q", "item_name": "Cup", "price": 2.5 });
    let calls = [
        track("view_item", json!({ "currency": "EUR", "items": [cup] })),
        track("add_to_cart", json!({ "currency": "EUR", "items": [lamp(3), cup] })),
        track("remove_from_cart", json!({ "currency": "EUR", "items": [lamp(1)] })),
        track("begin_checkout", json!({ "currency": "EUR", "coupon": "SUMMER", "items": [lamp(2), cup] })),
        track("add_shipping_info", json!({ "currency": "EUR", "items": [] })),
        track("add_payment_info", json!({ "currency": "EUR" })),
    ];
    look(&calls, async |town| {
        let (_, facts) = town.find("u:u1").await.expect("somebody");
        let cart = &facts.book.carts[0];
        let lines: Vec<_> = cart.lines.iter().map(|line| (line.name.as_deref().unwrap_or(""), line.count())).collect();
        assert_eq!((facts.products_viewed, lines), (1, vec![("Lamp", 2), ("Cup", 1)]));
        assert_eq!((cart.total(), cart.coupon.as_deref()), (Some(2_250), Some("SUMMER")));
        assert_eq!(cart.last_activity_at.to_string(), "2026-11-21T08:06:00Z");
    });
    let bought =
        track("purchase", json!({ "transaction_id": "T", "value": 22.5, "currency": "EUR", "items": [lamp(2)] }));
    let back = track("refund", json!({ "transaction_id": "T", "items": [lamp(1)] }));
    look(&[calls.to_vec(), vec![bought, back]].concat(), async |town| {
        let (_, facts) = town.find("o:T").await.expect("somebody");
        let (cart, order) = (&facts.book.carts[0], &facts.book.orders[0]);
        assert_eq!((cart.state, cart.order_id.as_deref()), (CartState::Converted, Some("T")));
        assert_eq!((order.total, order.refunded), (Some(2_250), 1_000));
    });
}
