//! Handing over to other CRMs: the ready-made flow through the real loop, against doubles of HubSpot and Salesforce.

use crate::{
    crms::{Double, Fault, Hubspot, Record, Salesforce, Segment},
    rig::{Rig, web},
};
use adapters::crms::{Crm, Sessions};
use base::{Clock as _, HOUR, MINUTE, SECOND};
use engage::{
    commands,
    destinations::{Carrier, Claim, Grant, carry_due, list_destinations},
};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use store::Db;

const HAND_OVER: &str = include_str!("../../../../flows/hand-over.bpmn");

fn carrier(rig: &Rig) -> Arc<Carrier> {
    Arc::new(Carrier::new(rig.desk.db.clone(), rig.clock.clone(), rig.handle(), web()))
}

/// A shop that hands over to the destination `crm`: carts after a day, orders at once.
async fn shop(db: Db, destination: Json) -> Rig {
    let rig = Rig::new(db).await;
    rig.open_shop().await;
    rig.send("POST", "/flows/two_branch_follow_up/disable", json!({})).await;
    let said = rig.send("POST", "/destinations", destination).await;
    assert_eq!(said.status, 201, "{}", said.text);
    let said = rig.send("POST", "/flows", json!({ "xml": HAND_OVER })).await;
    assert_eq!(said.status, 201, "{}", said.text);
    let said = rig.send("POST", "/flows/hand_over/enable", json!({ "parameters": { "destination": "crm" } })).await;
    assert_eq!(said.status, 200, "{}", said.text);
    rig.two_customers().await;
    rig
}

fn hubspot(url: &str) -> Json {
    json!({ "name": "crm", "kind": "hubspot", "base_url": url, "credentials": { "token": "pat-eu1-test" } })
}

async fn with_hubspot(db: Db) -> (Rig, Double<Hubspot>, Arc<Carrier>) {
    let double = Hubspot::start().await;
    let rig = shop(db, hubspot(&double.url)).await;
    let carrier = carrier(&rig);
    (rig, double, carrier)
}

/// Carries until so many were carried.
async fn carry(rig: &Rig, carrier: &Arc<Carrier>, n: usize) {
    let mut carried = 0;
    for _ in 0..300 {
        rig.settled().await;
        carried += carry_due(carrier).await.unwrap();
        if carried >= n {
            assert_eq!(carried, n);
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{carried} of {n} were carried");
}

async fn nothing_is_due(rig: &Rig, carrier: &Arc<Carrier>) {
    rig.settled().await;
    assert_eq!(carry_due(carrier).await.unwrap(), 0);
}

async fn order(rig: &Rig, user: &str, cart: &str, order: &str) {
    let products = json!([
        { "product_id": "p1", "sku": "S-42", "name": "Scarpe", "price": 89, "quantity": 2 },
        { "product_id": "p9", "name": "Lacci", "price": 4.5, "quantity": 1 },
    ]);
    let said = json!({ "order_id": order, "cart_id": cart, "total": 182.5, "currency": "EUR", "products": products });
    rig.track(user, "Order Completed", said).await;
}

fn by<'a>(records: &'a [Record], name: &str, value: &str) -> &'a Record {
    let found = records.iter().find(|record| record.values.get(name) == Some(&json!(value)));
    found.unwrap_or_else(|| panic!("no record with {name} {value}: {records:?}"))
}

async fn journeys(rig: &Rig, state: &str, n: usize) -> Vec<Json> {
    let path = format!("/journeys?flow=hand_over&state={state}");
    rig.items(&path, n).await
}

/// Lucia has nothing to do with it: she takes what was in her cart out again.
async fn only_mario(rig: &Rig) {
    rig.track("u2", "Product Removed", json!({ "cart_id": "c2", "product_id": "p2", "quantity": 1 })).await;
    rig.pass(25);
    rig.settled().await;
}

testkit::on_both! {
    async fn a_flow_that_hands_over_to_nowhere_is_not_switched_on(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        assert_eq!(rig.send("POST", "/flows", json!({ "xml": HAND_OVER })).await.status, 201);
        let enable = async |name: &str| {
            rig.send("POST", "/flows/hand_over/enable", json!({ "parameters": { "destination": name } })).await
        };
        let said = enable("crmm").await;
        assert_eq!((said.status.as_u16(), &said.json["code"]), (422, &json!("flows.no_destination")), "{}", said.text);
        assert!(said.text.contains("hands over to crmm,"), "{}", said.text);
        assert_eq!(rig.get("/flows/hand_over").await.json["is_enabled"], false);
        assert_eq!(rig.send("POST", "/destinations", hubspot("http://127.0.0.1:9")).await.status, 201);
        let said = enable("crm").await;
        assert_eq!(said.status, 200, "{}", said.text);
        rig.end().await;
    }

    async fn a_cart_that_is_left_goes_over_after_its_hours_and_not_before(db: Db) {
        let (rig, double, carrier) = with_hubspot(db).await;
        rig.pass(23);
        nothing_is_due(&rig, &carrier).await;
        assert!(double.asked().is_empty());
        rig.pass(2);
        carry(&rig, &carrier, 2).await;
        journeys(&rig, "ended", 2).await;
        {
            let there = double.there();
            let (contacts, carts) = (there.of("contacts"), there.of("carts"));
            assert_eq!((contacts.len(), carts.len()), (2, 2));
            let mario = by(&contacts, "email", "mario@customer.example");
            assert_eq!(mario.values["ritorno_id"], json!(rig.id("mario")));
            assert_eq!((&mario.values["firstname"], &mario.values["lastname"]), (&json!("Mario"), &json!("Rossi")));
            let lucia = by(&contacts, "email", "lucia@customer.example");
            assert_eq!((&lucia.values["firstname"], &lucia.values["lastname"]), (&json!("Lucia"), &json!("Verdi")));
            let cart = by(&carts, "shop_cart_id", "c1");
            assert_eq!(cart.values["ritorno_id"], json!(rig.id("c1")));
            let said = ["name", "state", "total", "currency", "pieces", "products", "last_activity_at"].map(|name| cart.values[name].as_str().unwrap());
            assert_eq!(said, ["Scarpe", "abandoned", "178.00", "EUR", "2", "2 × Scarpe, 89.00 EUR", "2026-11-21T08:00:00Z"]);
            let tie = (format!("2-3456789/{}", cart.id), format!("contacts/{}", mario.id));
            assert!(there.associations.contains(&tie), "{:?}", there.associations);
        }
        assert_eq!(rig.decisions(&rig.id("mario")).await.last().unwrap(), "journey_ended");
        assert!(rig.decisions(&rig.id("mario")).await.contains(&"handed_over".to_owned()));
        let shown = rig.get("/destinations").await.json["items"][0].clone();
        assert_eq!((&shown["handed_over"], &shown["is_checked"]), (&json!(2), &json!(true)), "{shown}");
        // Left again after more was put in, it is the same object over there.
        let socks = json!({ "cart_id": "c1", "product_id": "p2", "name": "Calze", "price": 10, "currency": "EUR" });
        rig.track("u1", "Product Added", socks).await;
        rig.pass(25);
        carry(&rig, &carrier, 1).await;
        let carts = double.there().of("carts");
        assert_eq!((carts.len(), &by(&carts, "shop_cart_id", "c1").values["total"]), (2, &json!("188.00")));
        rig.end().await;
    }

    async fn an_order_goes_over_at_once_with_customer_and_lines_and_closes_its_cart(db: Db) {
        let (rig, double, carrier) = with_hubspot(db).await;
        rig.pass(25);
        carry(&rig, &carrier, 2).await;
        order(&rig, "u1", "c1", "o1").await;
        carry(&rig, &carrier, 1).await;
        {
            let there = double.there();
            let (deals, lines, carts) = (there.of("deals"), there.of("line_items"), there.of("carts"));
            assert_eq!((deals.len(), lines.len(), carts.len()), (1, 2, 2));
            let said = ["ritorno_id", "dealname", "amount", "deal_currency_code", "dealstage", "pipeline"].map(|name| deals[0].values[name].as_str().unwrap());
            assert_eq!(said, ["o1", "Ordine o1", "182.50", "EUR", "closedwon", "default"]);
            let shoes = by(&lines, "ritorno_id", "o1:1");
            let said = ["name", "hs_sku", "quantity", "price"].map(|name| shoes.values[name].as_str().unwrap());
            assert_eq!(said, ["Scarpe", "S-42", "2", "89.00"]);
            let cart = by(&carts, "shop_cart_id", "c1");
            assert_eq!((&cart.values["state"], &cart.values["order_number"]), (&json!("recovered"), &json!("o1")));
            let mario = by(&there.of("contacts"), "email", "mario@customer.example").clone();
            assert_eq!((&mario.values["ritorno_orders"], &mario.values["ritorno_spent"]), (&json!("1"), &json!("182.50")));
            let deal = format!("deals/{}", deals[0].id);
            assert!(there.associations.contains(&(deal.clone(), format!("contacts/{}", mario.id))));
            assert_eq!(there.associations.iter().filter(|(_, to)| *to == deal).count(), 2, "both lines belong to the deal");
        }
        journeys(&rig, "ended", 3).await;
        rig.end().await;
    }

    async fn a_cart_that_is_ordered_before_its_hours_never_goes_over(db: Db) {
        let (rig, double, carrier) = with_hubspot(db).await;
        rig.pass(1);
        order(&rig, "u1", "c1", "o1").await;
        carry(&rig, &carrier, 1).await;
        rig.pass(48);
        carry(&rig, &carrier, 1).await;
        let there = double.there();
        assert_eq!(there.of("deals").len(), 1);
        let carts = there.of("carts");
        assert_eq!((carts.len(), &carts[0].values["shop_cart_id"]), (1, &json!("c2")));
        rig.end().await;
    }

    async fn a_cart_that_is_ordered_while_it_waits_to_go_over_stays(db: Db) {
        let (rig, double, carrier) = with_hubspot(db).await;
        only_mario(&rig).await;
        journeys(&rig, "waiting", 1).await;
        order(&rig, "u1", "c1", "o1").await;
        carry(&rig, &carrier, 2).await;
        let decisions = rig.decisions(&rig.id("mario")).await;
        assert!(decisions.contains(&"hand_over_skipped ordered_meanwhile".to_owned()), "{decisions:?}");
        let there = double.there();
        assert_eq!((there.of("carts").len(), there.of("deals").len()), (0, 1));
        rig.end().await;
    }

    async fn what_the_other_side_cannot_take_now_is_tried_again_and_made_once(db: Db) {
        let (rig, double, carrier) = with_hubspot(db).await;
        only_mario(&rig).await;
        let faults = [
            (Fault::Status(429, Some(30)), 29 * SECOND, 15 * SECOND),
            (Fault::Status(500, None), 110 * SECOND, 60 * SECOND),
            (Fault::Status(503, Some(5)), 4 * SECOND, 10 * SECOND),
            (Fault::Hang, 7 * MINUTE, 5 * MINUTE),
            (Fault::DoneThenHang, 15 * MINUTE, 10 * MINUTE),
        ];
        for (fault, not_yet, then) in faults {
            double.fail("batch/upsert", fault.clone());
            carry(&rig, &carrier, 1).await;
            rig.clock.advance(not_yet);
            nothing_is_due(&rig, &carrier).await;
            rig.clock.advance(then);
        }
        double.fail("2-3456789/batch/upsert", Fault::DoneThenHang);
        carry(&rig, &carrier, 1).await;
        assert_eq!(double.there().of("carts").len(), 1, "it arrived, and nobody heard of it");
        rig.clock.advance(HOUR);
        carry(&rig, &carrier, 1).await;
        journeys(&rig, "ended", 1).await;
        let there = double.there();
        assert_eq!((there.of("carts").len(), there.of("contacts").len()), (1, 1));
        let decisions = rig.decisions(&rig.id("mario")).await;
        assert_eq!(decisions.iter().filter(|code| *code == "hand_over_delayed").count(), 1, "{decisions:?}");
        rig.end().await;
    }

    async fn a_carrier_that_dies_after_the_call_leaves_one_object(db: Db) {
        let (rig, double, first) = with_hubspot(db).await;
        only_mario(&rig).await;
        journeys(&rig, "waiting", 1).await;
        // It asks, hands over, and is gone before it says so.
        let due = runtime::outbox::due(&rig.desk.db, rig.workspace.id, rig.clock.now(), 10).await.unwrap();
        let effect = due.iter().find(|effect| effect.kind == "hand_over").expect("it is due");
        let claim = Claim { handover: effect.id, customer: effect.cell, run_at: effect.run_at };
        let reply = rig.handle().command(commands::new("handover.claim", &claim, rig.clock.now())).await.unwrap();
        let grant: Grant = serde_json::from_value(reply["grant"].clone()).unwrap();
        let mut destination = list_destinations(&rig.desk.db, rig.workspace.id).await.unwrap().remove(0);
        let crm = |target| Crm { web: web(), sessions: Sessions::default(), target };
        destination.found = crm(destination.target()).set_up().await.unwrap().found;
        crm(destination.target()).hand_over(&grant.parcel).await.unwrap();
        drop(first);
        let second = carrier(&rig);
        // Twice asked, once granted.
        let again = rig.handle().command(commands::new("handover.claim", &claim, rig.clock.now())).await.unwrap();
        assert_eq!(again["no"], "taken");
        nothing_is_due(&rig, &second).await;
        rig.clock.advance(10 * MINUTE);
        carry(&rig, &second, 1).await;
        journeys(&rig, "ended", 1).await;
        let there = double.there();
        assert_eq!((there.of("carts").len(), there.of("contacts").len()), (1, 1));
        rig.end().await;
    }

    async fn who_does_not_want_to_be_shared_is_not_handed_over(db: Db) {
        let (rig, double, carrier) = with_hubspot(db).await;
        only_mario(&rig).await;
        let path = format!("/customers/{}/consent", rig.id("mario"));
        let said = rig.send("PUT", &path, json!({ "purpose": "sharing", "channel": "crm", "is_granted": false })).await;
        assert!(said.status.is_success(), "{}", said.text);
        carry(&rig, &carrier, 1).await;
        let decisions = rig.decisions(&rig.id("mario")).await;
        assert!(decisions.contains(&"hand_over_skipped sharing_refused".to_owned()), "{decisions:?}");
        journeys(&rig, "ended", 1).await;
        assert!(double.asked().is_empty(), "{:?}", double.asked());
        rig.end().await;
    }

    async fn a_journey_that_is_called_off_takes_its_hand_over_back(db: Db) {
        let (rig, double, carrier) = with_hubspot(db).await;
        only_mario(&rig).await;
        let journey = journeys(&rig, "waiting", 1).await.remove(0);
        let said = rig.send("POST", &format!("/journeys/{}/cancel", journey["id"].as_str().unwrap()), json!({})).await;
        assert!(said.status.is_success(), "{}", said.text);
        nothing_is_due(&rig, &carrier).await;
        assert!(double.asked().is_empty());
        rig.end().await;
    }

    async fn what_is_refused_stops_with_the_other_sides_words_until_a_person_has_seen_to_it(db: Db) {
        let (rig, double, carrier) = with_hubspot(db).await;
        let id = rig.get("/destinations").await.json["items"][0]["id"].as_str().unwrap().to_owned();
        let path = format!("/destinations/{id}");
        let said = rig.send("PATCH", &path, json!({ "settings": { "won_stage": "venduto" } })).await;
        assert_eq!(said.status, 200, "{}", said.text);
        order(&rig, "u1", "c1", "o1").await;
        carry(&rig, &carrier, 1).await;
        let journey = journeys(&rig, "incident", 1).await.remove(0);
        let journey = journey["id"].as_str().unwrap();
        let place = rig.get(&format!("/journeys/{journey}")).await.json["places"][0].clone();
        assert_eq!((&place["said"]["code"], &place["said"]["values"]["destination"]), (&json!("handover_refused"), &json!("crm")), "{place}");
        assert!(place.to_string().contains("venduto was not a valid stage"), "{place}");
        let said = rig.send("PATCH", &path, json!({ "settings": { "won_stage": null } })).await;
        assert_eq!(said.json["settings"], json!({}), "{}", said.text);
        let said = rig.send("POST", &format!("/journeys/{journey}/retry"), json!({ "token": place["token"] })).await;
        assert!(said.status.is_success(), "{}", said.text);
        carry(&rig, &carrier, 1).await;
        journeys(&rig, "ended", 1).await;
        assert_eq!(double.there().of("deals").len(), 1);
        // A destination that is taken away is a reason too.
        assert_eq!(rig.send("DELETE", &path, json!({})).await.status, 204);
        order(&rig, "u2", "c2", "o2").await;
        carry(&rig, &carrier, 1).await;
        let journey = journeys(&rig, "incident", 1).await.remove(0);
        assert!(journey.to_string().contains("there is no destination of this name"), "{journey}");
        rig.end().await;
    }

    async fn after_three_days_a_person_is_told(db: Db) {
        let (rig, double, carrier) = with_hubspot(db).await;
        order(&rig, "u1", "c1", "o1").await;
        let mut attempts = 0;
        let end = rig.clock.now() + 4 * 24 * HOUR;
        while rig.clock.now() < end && rig.get("/journeys?flow=hand_over&state=incident").await.json["items"] == json!([]) {
            double.fail("/", Fault::Status(502, None));
            attempts += carry_due(&carrier).await.unwrap();
            rig.clock.advance(HOUR);
            rig.settled().await;
        }
        let journey = journeys(&rig, "incident", 1).await.remove(0);
        assert!(journey.to_string().contains("did not take it in 3 days"), "{journey}");
        // Of each of the two: eight while the waits grow to four hours, then one in four or five, as the waits are spread.
        assert!((2 * 18..=2 * 24).contains(&attempts), "{attempts}");
        rig.end().await;
    }

    async fn a_contact_that_is_there_by_its_address_is_the_same_person(db: Db) {
        let (rig, double, carrier) = with_hubspot(db).await;
        let known = double.inner.lock().unwrap().add_contact("mario@customer.example");
        order(&rig, "u1", "c1", "o1").await;
        carry(&rig, &carrier, 1).await;
        let contacts = double.there().of("contacts");
        assert_eq!((contacts.len(), &contacts[0].id), (1, &known));
        assert_eq!(contacts[0].values["ritorno_id"], json!(rig.id("mario")));
        rig.end().await;
    }

    async fn a_check_makes_what_is_missing_and_says_what_keeps_us_out(db: Db) {
        let double = Hubspot::start().await;
        let rig = Rig::new(db).await;
        let mut new = hubspot(&double.url);
        new["credentials"]["token"] = json!("wrong-token");
        new["settings"] = json!({ "cart_object": "carrelli", "cart.total": "importo", "contact.phone": "" });
        let made = rig.send("POST", "/destinations", new.clone()).await;
        assert_eq!(made.status, 201, "{}", made.text);
        assert!(!made.text.contains("wrong-token"));
        assert_eq!((&made.json["credentials"], &made.json["is_checked"]), (&json!(["token"]), &json!(false)));
        let path = format!("/destinations/{}", made.json["id"].as_str().unwrap());
        let checked = rig.send("POST", &format!("{path}/check"), json!({})).await;
        assert_eq!(checked.json["is_ok"], false);
        assert!(checked.json["reason"].as_str().unwrap().contains("Authentication credentials not found: check the credentials"), "{}", checked.text);
        rig.send("PATCH", &path, json!({ "credentials": { "token": "pat-eu1-test\n" } })).await;
        let checked = rig.send("POST", &format!("{path}/check"), json!({})).await;
        assert_eq!((&checked.json["is_ok"], &checked.json["missing"]), (&json!(true), &json!([])), "{}", checked.text);
        assert!(checked.json["made"].as_array().unwrap().contains(&json!("the object carrelli")), "{}", checked.text);
        let shown = rig.get(&path).await;
        assert_eq!(shown.json["is_checked"], true);
        assert!(!shown.text.contains("pat-eu1-test"));
        // Again: nothing is left to be made.
        let checked = rig.send("POST", &format!("{path}/check"), json!({})).await;
        assert_eq!((&checked.json["is_ok"], &checked.json["made"]), (&json!(true), &json!([])), "{}", checked.text);
        let refused = async |change: Json, code: &str| {
            let mut wrong = new.clone();
            wrong["name"] = json!("other");
            wrong.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            let said = rig.send("POST", "/destinations", wrong).await;
            assert_eq!(said.json["code"].as_str(), Some(code), "{}", said.text);
        };
        refused(json!({ "name": "crm" }), "destinations.name_taken").await;
        refused(json!({ "name": " " }), "destinations.wrong_name").await;
        refused(json!({ "kind": "excel" }), "destinations.wrong_kind").await;
        refused(json!({ "base_url": "ftp://crm.example" }), "destinations.wrong_address").await;
        refused(json!({ "credentials": {} }), "destinations.no_credential").await;
        refused(json!({ "credentials": { "token": "x", "password": "y" } }), "destinations.wrong_credential").await;
        refused(json!({ "settings": { "cart.colour": "x" } }), "destinations.wrong_setting").await;
        rig.end().await;
    }

    async fn salesforce_takes_carts_and_orders_by_our_external_id(db: Db) {
        let double = Salesforce::start().await;
        let destination = json!({ "name": "crm", "kind": "salesforce", "base_url": double.url,
            "credentials": { "client_id": "key", "client_secret": "se&cret" } });
        let rig = shop(db, destination).await;
        let carrier = carrier(&rig);
        rig.pass(25);
        carry(&rig, &carrier, 2).await;
        journeys(&rig, "ended", 2).await;
        // The token is forgotten over there: a new one is asked for.
        double.inner.lock().unwrap().forget();
        order(&rig, "u1", "c1", "o1").await;
        carry(&rig, &carrier, 1).await;
        journeys(&rig, "ended", 3).await;
        let there = double.there();
        assert_eq!(["Contact", "Ritorno_Cart__c", "Opportunity", "Ritorno_Line__c"].map(|object| there.of(object).len()), [2, 2, 1, 2]);
        let cart = by(&there.of("Ritorno_Cart__c"), "Shop_Cart_Id__c", "c1").clone();
        assert_eq!((&cart.values["State__c"], &cart.values["Total__c"]), (&json!("recovered"), &json!(178.0)));
        assert_eq!(cart.values["Contact__r"], json!({ "Ritorno_Id__c": rig.id("mario") }));
        let deal = &there.of("Opportunity")[0];
        assert_eq!((&deal.values["Amount"], &deal.values["StageName"], &deal.values["CloseDate"]), (&json!(182.5), &json!("Closed Won"), &json!("2026-11-22")));
        rig.end().await;
    }

    async fn what_takes_segments_format_hears_of_carts_and_orders_once(db: Db) {
        let double = Segment::start().await;
        let destination = json!({ "name": "crm", "kind": "segment", "base_url": double.url, "credentials": { "write_key": "key" } });
        let rig = shop(db, destination).await;
        let carrier = carrier(&rig);
        only_mario(&rig).await;
        double.fail("v1/track", Fault::DoneThenHang);
        carry(&rig, &carrier, 1).await;
        rig.clock.advance(2 * MINUTE);
        carry(&rig, &carrier, 1).await;
        order(&rig, "u1", "c1", "o1").await;
        carry(&rig, &carrier, 1).await;
        let said = double.there().said;
        let words: Vec<&str> = said.iter().map(|call| call["event"].as_str().unwrap_or("identify")).collect();
        assert_eq!(words, ["identify", "Cart Abandoned", "identify", "Order Completed"]);
        assert_eq!((&said[0]["userId"], &said[0]["traits"]["firstName"]), (&json!("u1"), &json!("Mario")));
        assert_eq!((&said[1]["properties"]["cart_id"], &said[1]["properties"]["total"]), (&json!("c1"), &json!(178.0)));
        assert_eq!((&said[3]["properties"]["order_id"], &said[3]["properties"]["products"][0]["sku"]), (&json!("o1"), &json!("S-42")));
        rig.end().await;
    }

    async fn salesforce_says_which_fields_an_administrator_has_to_make(db: Db) {
        let double = Salesforce::start().await;
        double.inner.lock().unwrap().without("Ritorno_Cart__c", "Total__c");
        let destination = json!({ "name": "crm", "kind": "salesforce", "base_url": double.url,
            "credentials": { "client_id": "key", "client_secret": "se&cret" } });
        let rig = shop(db, destination).await;
        let carrier = carrier(&rig);
        let id = rig.get("/destinations").await.json["items"][0]["id"].as_str().unwrap().to_owned();
        let checked = rig.send("POST", &format!("/destinations/{id}/check"), json!({})).await;
        assert_eq!((&checked.json["is_ok"], &checked.json["missing"]), (&json!(false), &json!(["the field Total__c of Ritorno_Cart__c"])));
        order(&rig, "u1", "c1", "o1").await;
        carry(&rig, &carrier, 1).await;
        let journey = journeys(&rig, "incident", 1).await.remove(0);
        assert!(journey.to_string().contains("it lacks the field Total__c"), "{journey}");
        // A busy hour is no reason to stop.
        rig.send("PATCH", &format!("/destinations/{id}"), json!({ "settings": { "cart.total": "" } })).await;
        double.fail("describe", Fault::Status(503, Some(3600)));
        order(&rig, "u2", "c2", "o2").await;
        carry(&rig, &carrier, 1).await;
        rig.clock.advance(2 * HOUR);
        carry(&rig, &carrier, 1).await;
        assert_eq!(double.there().of("Opportunity").len(), 1);
        rig.end().await;
    }
}
