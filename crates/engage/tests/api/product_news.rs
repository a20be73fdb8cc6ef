//! What a product's cell raises reaches those whom it concerns: in an open cart, or asked for.

use crate::{
    drawing::{end, ways},
    rig::Rig,
};
use engage::product_news::News;
use serde_json::{Value as Json, json};
use store::Db;

/// A flow that begins by the news of a product, writes to the customer, and ends.
fn flow(id: &str, event: &str, filter: &str) -> String {
    let send = "<sendTask id='write' ritorno:purpose='service'><extensionElements><zeebe:taskDefinition type='ritorno:send-email'/>\
        <zeebe:ioMapping><zeebe:input source='recovery-help' target='template'/><zeebe:input source='shop' target='from'/></zeebe:ioMapping>\
        </extensionElements></sendTask>";
    let begin = format!(
        "<startEvent id='begin' ritorno:reentry='always' {filter}><messageEventDefinition messageRef='m'/></startEvent>"
    );
    let inside = [&*begin, send, &*end("done"), &*ways("begin -> write -> done")].concat();
    format!(
        "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:zeebe='http://camunda.org/schema/zeebe/1.0' \
         xmlns:ritorno='urn:ritorno:bpmn:1' id='d_{id}' targetNamespace='urn:test'><message id='m' name='{event}'/>\
         <process id='{id}' name='{id}' isExecutable='true'>{inside}</process></definitions>"
    )
}

async fn shop(db: Db, flows: &[String]) -> Rig {
    let rig = Rig::new(db).await;
    rig.open_shop().await;
    rig.send("POST", "/flows/two_branch_follow_up/disable", json!({})).await;
    for xml in flows {
        let said = rig.send("POST", "/flows", json!({ "xml": xml })).await;
        assert_eq!(said.status, 201, "{}", said.text);
        let path = format!("/flows/{}/enable", said.json["id"].as_str().unwrap());
        let said = rig.send("POST", &path, json!({})).await;
        assert_eq!(said.status, 200, "{}", said.text);
    }
    // What is new in the catalogue is no news of it.
    product(&rig, 1, json!({ "product_id": "p1", "price": "89", "stock_quantity": 9 })).await;
    product(&rig, 1, json!({ "product_id": "p2", "price": "7.50", "stock_quantity": 9 })).await;
    rig
}

/// The shop's word on a product, so many minutes after the shop opened.
async fn product(rig: &Rig, minute: i64, mut properties: Json) {
    let at = base::Time::parse(crate::rig::NOW).unwrap().plus((minute - 60) * base::MINUTE).to_string();
    properties["name"] = json!("Lamp");
    properties["currency"] = json!("EUR");
    let call = json!({ "type": "track", "anonymousId": "shop:lamps", "event": "Product Updated", "timestamp": at,
        "properties": properties });
    rig.event(call).await;
}

/// Tells what there is to be told.
async fn tell(rig: &Rig) {
    let news = News { db: rig.desk.db.clone(), clock: rig.clock.clone(), handle: rig.handle() };
    while news.tell().await.unwrap() {}
}

/// Whom messages wait for, by address.
async fn written_to(rig: &Rig, n: usize) -> Vec<String> {
    let messages = rig.items("/messages?state=queued", n).await;
    let mut to: Vec<String> = messages.iter().map(|m| m["customer"]["email"].as_str().unwrap().to_owned()).collect();
    to.sort();
    to
}

const MARIO: &str = "mario@customer.example";
const LUCIA: &str = "lucia@customer.example";

testkit::on_both! {
    async fn a_lower_price_reaches_who_has_the_product_in_an_abandoned_cart_once(db: Db) {
        let rig = shop(db, &[flow("cheaper", "Price Dropped", "ritorno:filter='=event.properties.price &lt; 80'")]).await;
        rig.two_customers().await;
        rig.pass(25);
        rig.until("/carts?state=abandoned", |page| page["items"].as_array().unwrap().len() == 2).await;
        tell(&rig).await;
        product(&rig, 25 * 60, json!({ "product_id": "p1", "price": "79.90" })).await;
        tell(&rig).await;
        assert_eq!(written_to(&rig, 1).await, [MARIO]);
        let message = &rig.items("/messages?state=queued", 1).await[0];
        assert!(message["cart"].is_string(), "it is about the cart: {message}");
        // Who tells anew from an earlier place tells nobody twice: as after a crash.
        rig.desk.db.write(vec![store::Write::one(&engage::product_news::sql::TOLD_PUT, [rig.workspace.id.into(), 0i64.into()])]).await.unwrap();
        tell(&rig).await;
        assert_eq!(written_to(&rig, 1).await, [MARIO]);
        // Of one that is not low enough the filter knows; of one in no cart nobody hears.
        product(&rig, 25 * 60 + 1, json!({ "product_id": "p9", "price": "5" })).await;
        product(&rig, 25 * 60 + 2, json!({ "product_id": "p9", "price": "4" })).await;
        tell(&rig).await;
        assert_eq!(written_to(&rig, 1).await, [MARIO]);
        rig.end().await;
    }

    async fn what_was_asked_for_is_told_when_it_is_back_and_once(db: Db) {
        let rig = shop(db, &[flow("back", "Back In Stock", ""), flow("cheaper", "Price Dropped", "")]).await;
        for (user, address) in [("u1", MARIO), ("u2", LUCIA)] {
            rig.event(json!({ "type": "identify", "userId": user, "traits": { "email": address } })).await;
        }
        product(&rig, 2, json!({ "product_id": "p1", "stock_quantity": 0 })).await;
        rig.track("u1", "Product Back In Stock Requested", json!({ "product_id": "p1" })).await;
        rig.track("u2", "Product Added to Wishlist", json!({ "product_id": "p2" })).await;
        product(&rig, 3, json!({ "product_id": "p1", "stock_quantity": 5 })).await;
        tell(&rig).await;
        assert_eq!(written_to(&rig, 1).await, [MARIO]);
        product(&rig, 4, json!({ "product_id": "p1", "stock_quantity": 0 })).await;
        product(&rig, 5, json!({ "product_id": "p1", "stock_quantity": 5 })).await;
        tell(&rig).await;
        assert_eq!(written_to(&rig, 1).await, [MARIO], "who asked once is told once");
        product(&rig, 6, json!({ "product_id": "p2", "price": "6" })).await;
        tell(&rig).await;
        assert_eq!(written_to(&rig, 2).await, [LUCIA, MARIO]);
        rig.track("u2", "Product Removed from Wishlist", json!({ "product_id": "p2" })).await;
        product(&rig, 7, json!({ "product_id": "p2", "price": "5" })).await;
        tell(&rig).await;
        assert_eq!(written_to(&rig, 2).await, [LUCIA, MARIO], "nor who asks no more");
        rig.end().await;
    }

    async fn a_journey_waits_for_the_news_of_what_lies_in_its_cart(db: Db) {
        let wait = "<startEvent id='begin' ritorno:idleHours='24'><messageEventDefinition messageRef='m_idle'/></startEvent>\
            <intermediateCatchEvent id='low'><messageEventDefinition messageRef='m'/></intermediateCatchEvent><userTask id='call'/>";
        let xml = flow("waits", "Stock Low", "").replace("<process", "<message id='m_idle' name='Cart Idle'/><process");
        let from = xml.find("<startEvent").unwrap();
        let to = xml.find("</process>").unwrap();
        let inside = [wait, &*end("done"), &*ways("begin -> low -> call -> done")].concat();
        let xml = format!("{}{inside}{}", &xml[..from], &xml[to..]);
        let rig = shop(db, &[xml]).await;
        rig.two_customers().await;
        rig.pass(25);
        rig.items("/journeys?flow=waits", 2).await;
        product(&rig, 25 * 60, json!({ "product_id": "p1", "stock_quantity": 2 })).await;
        tell(&rig).await;
        let tasks = rig.items("/tasks", 1).await;
        assert_eq!(tasks[0]["customer"]["email"], MARIO, "{tasks:?}");
        rig.end().await;
    }

    async fn the_past_is_no_news(db: Db) {
        let rig = shop(db, &[flow("cheaper", "Price Dropped", "")]).await;
        rig.two_customers().await;
        product(&rig, 2, json!({ "product_id": "p1", "price": "50" })).await;
        rig.clock.advance(7 * base::HOUR);
        tell(&rig).await;
        rig.items("/messages?state=queued", 0).await;
        rig.end().await;
    }
}
