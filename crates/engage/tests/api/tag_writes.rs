//! Tags that people and flows give reach the shops, through the real loop, against doubles of the shops' APIs.

use crate::{
    crms::{Double, Fault, TagShop},
    drawing::{end, idle, ways},
    rig::{Rig, web},
};
use axum::{body::Body, http::Request};
use base::{Clock as _, HOUR, MINUTE, SECOND};
use crm::{
    connections::{
        Connection, Connections, NewConnection, TagChange, create_connection, find_connection, hook_router, write_tags,
    },
    desk::Actor,
};
use engage::{
    commands,
    shared::Shared,
    tag_writes::{Ended, Grant, Outcome, Writer, write_due},
};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value as Json, json};
use std::{sync::Arc, time::Duration};
use store::Db;
use tower::ServiceExt;

/// A shop that is told of tags, with what it knows of its customers.
struct Shop {
    double: Double<TagShop>,
    connection: Connection,
}

fn connections(rig: &Rig) -> Connections {
    Connections::new(rig.desk.clone(), rig.loops(), web())
}

async fn connect(rig: &Rig, kind: &'static str, namespace: Option<&str>, customers: &[(&str, Json)]) -> Shop {
    let double = Double::start(|_| TagShop::new(kind, customers)).await;
    let credentials: &[(&str, &str)] = match kind {
        "shopify" => &[("access_token", "shpat")],
        "woocommerce" => &[("consumer_key", "ck"), ("consumer_secret", "cs")],
        _ => &[("secret_key", "sk")],
    };
    let new = NewConnection {
        name: namespace.unwrap_or(kind).to_owned(),
        shop: kind.to_owned(),
        secret: Some("hush".to_owned()),
        base_url: double.url.clone(),
        namespace: namespace.map(str::to_owned),
        credentials: credentials.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        writes_tags: Some(true),
        ..NewConnection::default()
    };
    let created = create_connection(&connections(rig), &Actor::command_line(rig.workspace.id), new).await;
    let shop = Shop { double, connection: created.expect("a connection").connection };
    told(rig, &shop, true).await;
    shop
}

/// The loop hears whether a shop is told: as soon as it has read the workspace.
async fn told(rig: &Rig, shop: &Shop, is_told: bool) {
    for _ in 0..200 {
        assert_eq!(write_due(&writer(rig)).await.unwrap(), 0);
        let bytes = rig.handle().shared();
        let known = |shared: Shared| shared.tag_shops.iter().any(|known| known.source == shop.connection.source);
        if !bytes.is_empty() && known(runtime::applier::decode(&bytes)) == is_told {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the loop did not hear of it");
}

async fn switch(rig: &Rig, shop: &Shop, is_on: bool) {
    let (api, _) = crm::connections::api::router(connections(rig)).split_for_parts();
    let request = Request::patch(format!("/api/v1/connections/{}", shop.connection.source))
        .header("authorization", format!("Bearer {}", rig.api_key))
        .header("content-type", "application/json");
    let body = json!({ "writes_tags": is_on }).to_string();
    let said = api.oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    assert_eq!(said.status(), 200);
    told(rig, shop, is_on).await;
}

fn writer(rig: &Rig) -> Arc<Writer> {
    Arc::new(Writer::new(rig.clock.clone(), rig.handle(), connections(rig)))
}

/// The shop tells of a customer, in the way that it does.
async fn hook(rig: &Rig, shop: &Shop, body: Json) {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let body = body.to_string();
    let mut mac = <Hmac<sha2::Sha256> as KeyInit>::new_from_slice(b"hush").unwrap();
    mac.update(body.as_bytes());
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    let (header, topic) = match &*shop.connection.shop {
        "shopify" => ("x-shopify-hmac-sha256", ("x-shopify-topic", "customers/update")),
        _ => ("x-wc-webhook-signature", ("x-wc-webhook-topic", "customer.updated")),
    };
    let request = Request::post(format!("/hooks/{}/{}", shop.connection.shop, shop.connection.token))
        .header(header, signature)
        .header(topic.0, topic.1);
    let said = hook_router(connections(rig)).oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    assert_eq!(said.status(), 200);
    let handle = rig.handle();
    while handle.status().position() < handle.status().appended() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// A customer as Shopify's webhook says them.
async fn shopify_says(rig: &Rig, shop: &Shop, id: i64, tags: &str) {
    let now = rig.clock.now();
    hook(
        rig,
        shop,
        json!({ "id": id, "email": format!("c{id}@customer.example"), "first_name": "Ada", "last_name": "R",
        "tags": tags, "created_at": "2026-01-01T00:00:00Z", "updated_at": now }),
    )
    .await;
}

async fn identified(rig: &Rig, user: &str) -> String {
    let traits = json!({ "email": format!("{}@customer.example", user.replace(':', "-")) });
    rig.event(json!({ "type": "identify", "userId": user, "traits": traits })).await;
    the_customer(rig).await
}

/// The id of the only customer.
async fn the_customer(rig: &Rig) -> String {
    rig.items("/customers", 1).await[0]["id"].as_str().unwrap().to_owned()
}

async fn change(rig: &Rig, customer: &str, add: &[&str], remove: &[&str]) {
    let said = rig.send("PUT", &format!("/customers/{customer}/tags"), json!({ "add": add, "remove": remove })).await;
    assert_eq!(said.status, 200, "{}", said.text);
}

async fn tags_here(rig: &Rig, customer: &str) -> Vec<String> {
    let page = rig.get(&format!("/customers/{customer}")).await.json;
    page["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap().to_owned()).collect()
}

/// Writes what is due, once so many are.
async fn written(rig: &Rig, expected: usize) {
    rig.settled().await;
    rig.clock.advance(2 * SECOND);
    rig.settled().await;
    // What waits in the outbox may be written a moment later.
    for _ in 0..100 {
        let n = write_due(&writer(rig)).await.unwrap();
        if n == expected {
            return rig.settled().await;
        }
        assert_eq!(n, 0);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("nothing was due");
}

async fn nothing_due(rig: &Rig) {
    rig.settled().await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(write_due(&writer(rig)).await.unwrap(), 0);
}

async fn count(rig: &Rig, customer: &str, code: &str) -> usize {
    rig.decisions(customer).await.iter().filter(|known| *known == code).count()
}

async fn detail(rig: &Rig, customer: &str, code: &str) -> Json {
    let page = rig.get(&format!("/customers/{customer}/decisions?limit=100")).await.json;
    let items = page["items"].as_array().unwrap();
    items.iter().find(|item| item["code"] == code).unwrap_or_else(|| panic!("no {code} in {page}"))["data"].clone()
}

/// What a writer asks, who then dies or goes on at the test's word.
async fn claimed(rig: &Rig, customer: &str) -> Grant {
    let id = customer.parse().unwrap();
    let cell: engage::cell::Cell = runtime::applier::decode(&rig.handle().cell(id).await.unwrap());
    let write = &cell.action.tag_writes[0];
    let claim = engage::tag_writes::Claim { write: write.id, customer: id, run_at: write.run_at };
    let reply = rig.handle().command(commands::new("tags.claim", &claim, rig.clock.now())).await.unwrap();
    serde_json::from_value(reply["grant"].clone()).unwrap_or_else(|_| panic!("no grant: {reply}"))
}

/// Tags beside what the shop keeps of others, taken away again, though nothing is heard of the first attempt.
async fn keeps_what_is_others(db: Db, kind: &'static str, id: &str, before: Json) {
    let rig = Rig::new(db).await;
    let shop = connect(&rig, kind, None, &[(id, before.clone())]).await;
    let customer = identified(&rig, id).await;
    change(&rig, &customer, &["vip", "b2b"], &[]).await;
    shop.double.fail(if kind == "woocommerce" { "PUT" } else { "POST" }, Fault::DoneThenHang);
    written(&rig, 1).await;
    assert_eq!(count(&rig, &customer, "tags_delayed").await, 1);
    rig.clock.advance(2 * MINUTE);
    written(&rig, 1).await;
    let there = shop.double.there();
    assert_eq!((there.tags(id), there.writes), (vec!["b2b".to_owned(), "vip".to_owned()], 1), "{kind}");
    change(&rig, &customer, &["new, with a comma"], &["VIP"]).await;
    written(&rig, 1).await;
    let there = shop.double.there();
    assert_eq!(there.tags(id), ["b2b", "new, with a comma"], "{kind}");
    let kept = match kind {
        "medusa" => there.customers[id]["loyalty"] == before["loyalty"],
        _ => there.customers[id][0] == before[0],
    };
    assert!(kept, "{:?}", there.customers);
    assert_eq!(detail(&rig, &customer, "tags_written").await["tags"], "+new, with a comma, −vip");
    rig.end().await;
}

testkit::on_both! {
    async fn a_persons_tags_reach_shopify_and_come_back_as_they_are(db: Db) {
        let rig = Rig::new(db).await;
        let shop = connect(&rig, "shopify", None, &[("7", json!(["gold", "news"]))]).await;
        shopify_says(&rig, &shop, 7, "gold, news").await;
        let customer = the_customer(&rig).await;
        change(&rig, &customer, &["vip"], &[]).await;
        change(&rig, &customer, &["b2b", "oops"], &["news"]).await;
        change(&rig, &customer, &[], &["oops"]).await;
        written(&rig, 1).await;
        // Several changes went together.
        let there = shop.double.there();
        assert_eq!((there.tags("7"), there.writes), (["gold", "vip", "b2b"].map(str::to_owned).to_vec(), 1));
        assert_eq!(detail(&rig, &customer, "tags_written").await, json!({ "shop": "shopify", "tags": "+vip, +b2b, −news, −oops" }));
        // What the shop knew before it was told comes late, then what it knows now.
        rig.clock.advance(SECOND);
        shopify_says(&rig, &shop, 7, "gold, news").await;
        assert_eq!(tags_here(&rig, &customer).await, ["b2b", "gold", "vip"]);
        rig.clock.advance(SECOND);
        shopify_says(&rig, &shop, 7, "b2b, gold, vip").await;
        assert_eq!(tags_here(&rig, &customer).await, ["b2b", "gold", "vip"]);
        // Taken away in the shop: what the shop gave goes, what was given here stays.
        rig.clock.advance(SECOND);
        shopify_says(&rig, &shop, 7, "vip").await;
        assert_eq!(tags_here(&rig, &customer).await, ["b2b", "vip"]);
        rig.clock.advance(HOUR);
        nothing_due(&rig).await;
        assert_eq!(shop.double.there().writes, 1);
        rig.end().await;
    }

    async fn woocommerce_keeps_what_is_others(db: Db) {
        keeps_what_is_others(db, "woocommerce", "12", json!([{ "id": 1, "key": "theirs", "value": "x" }])).await;
    }

    async fn medusa_keeps_what_is_others(db: Db) {
        keeps_what_is_others(db, "medusa", "cus_01J", json!({ "loyalty": 12345678901234567u64 })).await;
    }

    async fn a_flows_tags_reach_the_shop(db: Db) {
        let rig = Rig::new(db).await;
        let shop = connect(&rig, "shopify", None, &[("7", json!([]))]).await;
        rig.open_shop().await;
        rig.send("POST", "/flows/two_branch_follow_up/disable", json!({})).await;
        let task = "<serviceTask id='act'><extensionElements><zeebe:taskDefinition type='ritorno:tag-customer'/>\
            <zeebe:ioMapping><zeebe:input source='left a cart' target='add'/></zeebe:ioMapping></extensionElements></serviceTask>";
        let xml = idle("acts", &[task, &end("done"), &ways("begin -> act -> done")].concat());
        assert_eq!(rig.send("POST", "/flows", json!({ "xml": xml })).await.status, 201);
        assert_eq!(rig.send("POST", "/flows/acts/enable", json!({})).await.status, 200);
        let customer = identified(&rig, "7").await;
        rig.track("7", "Product Added", json!({ "cart_id": "c1", "product_id": "p1", "price": 89, "currency": "EUR" })).await;
        rig.pass(25);
        written(&rig, 1).await;
        assert_eq!(shop.double.there().tags("7"), ["left a cart"]);
        assert_eq!(tags_here(&rig, &customer).await, ["left a cart"]);
        rig.end().await;
    }

    async fn what_is_changed_while_the_shop_is_told_follows(db: Db) {
        let rig = Rig::new(db).await;
        let shop = connect(&rig, "shopify", None, &[("7", json!([]))]).await;
        let customer = identified(&rig, "7").await;
        change(&rig, &customer, &["vip", "b2b"], &[]).await;
        rig.clock.advance(2 * SECOND);
        let grant = claimed(&rig, &customer).await;
        assert_eq!((&grant.add, &grant.ids), (&vec!["b2b".to_owned(), "vip".to_owned()], &vec!["7".to_owned()]));
        change(&rig, &customer, &["late"], &["vip"]).await;
        nothing_due(&rig).await;
        let told = TagChange { add: grant.add.clone(), remove: Vec::new() };
        write_tags(&connections(&rig), rig.workspace.id, grant.source, &grant.ids, &told).await.unwrap();
        let outcome = Outcome {
            write: grant.write, customer: grant.customer, attempt: grant.attempt, shop: grant.shop,
            ended: Ended::Written { added: grant.add, removed: Vec::new(), left_out: Vec::new() },
        };
        for expected in [json!({ "ok": true, "refused": null }), json!({ "no": "taken" })] {
            let command = commands::new("tags.outcome", &outcome, rig.clock.now());
            assert_eq!(rig.handle().command(command).await.unwrap(), expected);
        }
        written(&rig, 1).await;
        assert_eq!(shop.double.there().tags("7"), ["b2b", "late"]);
        nothing_due(&rig).await;
        rig.end().await;
    }

    async fn a_writer_that_dies_after_the_call_harms_nothing(db: Db) {
        let rig = Rig::new(db).await;
        let shop = connect(&rig, "shopify", None, &[("7", json!(["old"]))]).await;
        let customer = identified(&rig, "7").await;
        change(&rig, &customer, &["vip"], &[]).await;
        rig.clock.advance(2 * SECOND);
        let grant = claimed(&rig, &customer).await;
        let told = TagChange { add: grant.add, remove: grant.remove };
        write_tags(&connections(&rig), rig.workspace.id, grant.source, &grant.ids, &told).await.unwrap();
        nothing_due(&rig).await;
        // Nobody says what became of it; meanwhile the tag is taken away again.
        change(&rig, &customer, &[], &["vip"]).await;
        rig.clock.advance(6 * MINUTE);
        written(&rig, 1).await;
        let there = shop.double.there();
        assert_eq!((there.tags("7"), there.writes), (vec!["old".to_owned()], 2));
        assert_eq!(count(&rig, &customer, "tags_written").await, 1);
        rig.end().await;
    }

    async fn a_shop_that_is_busy_is_told_later_and_after_a_day_a_person(db: Db) {
        let rig = Rig::new(db).await;
        let shop = connect(&rig, "woocommerce", None, &[("12", json!([]))]).await;
        let customer = identified(&rig, "12").await;
        change(&rig, &customer, &["vip"], &[]).await;
        shop.double.fail("customers", Fault::Status(503, None));
        written(&rig, 1).await;
        rig.clock.advance(30 * SECOND);
        nothing_due(&rig).await;
        rig.clock.advance(MINUTE);
        written(&rig, 1).await;
        assert_eq!(shop.double.there().tags("12"), ["vip"]);
        change(&rig, &customer, &[], &["vip"]).await;
        for _ in 0..40 {
            shop.double.fail("customers", Fault::Status(503, None));
            written(&rig, 1).await;
            if count(&rig, &customer, "tags_refused").await == 1 {
                break;
            }
            rig.pass(6);
        }
        let said = detail(&rig, &customer, "tags_refused").await["detail"].as_str().unwrap().to_owned();
        assert!(said.starts_with("not in 24 hours: the shop answered 503"), "{said}");
        rig.pass(48);
        nothing_due(&rig).await;
        rig.end().await;
    }

    async fn what_a_shop_refuses_is_said_at_the_customer_and_at_the_connection(db: Db) {
        let rig = Rig::new(db).await;
        let shop = connect(&rig, "shopify", None, &[("7", json!([]))]).await;
        let customer = identified(&rig, "7").await;
        change(&rig, &customer, &["vip"], &[]).await;
        // It lets us neither write nor look.
        shop.double.fail("graphql", Fault::Status(403, None));
        shop.double.fail("graphql", Fault::Status(403, None));
        written(&rig, 1).await;
        let said = detail(&rig, &customer, "tags_refused").await["detail"].as_str().unwrap().to_owned();
        assert!(said.contains("403"), "{said}");
        let found = find_connection(&connections(&rig), rig.workspace.id, shop.connection.source).await.unwrap().unwrap();
        assert!(found.last_error.as_deref().is_some_and(|error| error.ends_with(&said)), "{:?}", found.last_error);
        assert_eq!(found.wrong_signatures, 0);
        rig.pass(48);
        nothing_due(&rig).await;
        // A tag that the shop cannot hold is left out, the others are not.
        change(&rig, &customer, &["a, b", "fits"], &[]).await;
        written(&rig, 1).await;
        assert_eq!(shop.double.there().tags("7"), ["fits"]);
        assert_eq!(detail(&rig, &customer, "tags_left_out").await["tags"], "a, b");
        rig.end().await;
    }

    async fn a_customer_who_is_gone_ends_it(db: Db) {
        let rig = Rig::new(db).await;
        let shop = connect(&rig, "shopify", Some("it"), &[]).await;
        let wc = connect(&rig, "woocommerce", Some("de"), &[]).await;
        let customer = identified(&rig, "it:7").await;
        change(&rig, &customer, &["vip"], &[]).await;
        written(&rig, 2).await;
        assert_eq!(count(&rig, &customer, "tags_customer_gone").await, 1);
        assert_eq!(count(&rig, &customer, "tags_no_account").await, 1);
        assert!(wc.double.asked().is_empty());
        change(&rig, &customer, &["b2b"], &[]).await;
        written(&rig, 2).await;
        // Where there is no account it is said once.
        assert_eq!(count(&rig, &customer, "tags_no_account").await, 1);
        rig.pass(48);
        nothing_due(&rig).await;
        assert_eq!(shop.double.there().writes, 2);
        rig.end().await;
    }

    async fn a_namespace_is_not_the_shops(db: Db) {
        let rig = Rig::new(db).await;
        let shop = connect(&rig, "woocommerce", Some("it"), &[("7", json!([]))]).await;
        let customer = identified(&rig, "it:7").await;
        change(&rig, &customer, &["vip"], &[]).await;
        written(&rig, 1).await;
        assert_eq!(shop.double.there().tags("7"), ["vip"]);
        rig.end().await;
    }

    async fn each_shop_hears_of_its_own_customers(db: Db) {
        let rig = Rig::new(db).await;
        let wc = connect(&rig, "woocommerce", None, &[("12", json!([])), ("13", json!([]))]).await;
        let shop = connect(&rig, "shopify", None, &[("12", json!([])), ("13", json!(["another"]))]).await;
        // Without namespaces an id does not tell whose it is: the shop that said it does.
        for id in [12, 13] {
            hook(&rig, &wc, json!({ "id": id, "email": format!("c{id}@customer.example"), "first_name": "Ada", "username": "ada",
                "role": "customer", "billing": {}, "shipping": {}, "date_created_gmt": "2026-01-01T00:00:00" })).await;
        }
        shopify_says(&rig, &shop, 12, "").await;
        let customers = rig.items("/customers", 2).await;
        for customer in &customers {
            change(&rig, customer["id"].as_str().unwrap(), &["vip"], &[]).await;
        }
        written(&rig, 4).await;
        let (wc, shop) = (wc.double.there(), shop.double.there());
        assert_eq!((wc.tags("12"), wc.tags("13")), (vec!["vip".to_owned()], vec!["vip".to_owned()]));
        assert_eq!((shop.tags("12"), shop.tags("13")), (vec!["vip".to_owned()], vec!["another".to_owned()]));
        rig.end().await;
    }

    async fn a_shop_that_is_switched_off_hears_nothing(db: Db) {
        let rig = Rig::new(db).await;
        let shop = connect(&rig, "shopify", None, &[("7", json!([]))]).await;
        let customer = identified(&rig, "7").await;
        change(&rig, &customer, &["waits"], &[]).await;
        switch(&rig, &shop, false).await;
        written(&rig, 1).await;
        change(&rig, &customer, &["vip"], &[]).await;
        rig.clock.advance(HOUR);
        nothing_due(&rig).await;
        switch(&rig, &shop, true).await;
        nothing_due(&rig).await;
        assert!(shop.double.asked().is_empty());
        let waits: engage::cell::Cell = runtime::applier::decode(&rig.handle().cell(customer.parse().unwrap()).await.unwrap());
        assert!(waits.action.tag_writes.is_empty());
        change(&rig, &customer, &[], &["vip"]).await;
        written(&rig, 1).await;
        assert_eq!(detail(&rig, &customer, "tags_written").await["tags"], "−vip");
        rig.end().await;
    }

    async fn a_shop_without_tags_cannot_be_switched_on(db: Db) {
        let rig = Rig::new(db).await;
        for (shop, url, words) in [("vendure", "https://shop.example", "takes no tags"), ("medusa", "", "has no API")] {
            let new = NewConnection {
                name: shop.to_owned(),
                shop: shop.to_owned(),
                base_url: url.to_owned(),
                writes_tags: Some(true),
                ..NewConnection::default()
            };
            let error = create_connection(&connections(&rig), &Actor::command_line(rig.workspace.id), new).await.unwrap_err();
            assert!(error.to_string().contains(words), "{error}");
        }
        rig.end().await;
    }
}
