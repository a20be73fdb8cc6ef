//! The catalogue: what shops say of what they sell, found, looked at and raised; feeds.

use crate::rig::Rig;
use axum::{body::Body, http::Request};
use crm::desk::KeyKind;
use serde_json::{Value as Json, json};
use tower::ServiceExt;

/// A shop's word on its catalogue, at so many minutes past eight.
async fn say(rig: &Rig, minute: i64, event: &str, properties: Json) {
    let at = format!("2026-11-21T07:{minute:02}:00Z");
    let call = json!({ "type": "track", "anonymousId": "shop:lamps", "event": event, "timestamp": at, "properties": properties });
    rig.event(call).await;
}

fn lamp() -> Json {
    json!({
        "product_id": "p1", "name": "Lampada Arco", "brand": "Flos", "url": "https://shop.example/arco",
        "images": ["https://shop.example/arco.jpg", "javascript:alert(1)"], "categories": ["Luce", "Lampade"], "tags": ["design"],
        "currency": "EUR",
    })
}

fn variant(id: &str, price: &str, stock: i64) -> Json {
    json!({
        "product_id": "p1", "variant_id": id, "sku": format!("SKU-{id}"), "name": id, "price": price, "currency": "EUR",
        "stock_quantity": stock, "inventory_item_id": format!("i-{id}"),
    })
}

/// The page of the only product.
async fn page(rig: &Rig) -> Json {
    let items = rig.items("/products", 1).await;
    let said = rig.get(&format!("/products/{}", items[0]["id"].as_str().unwrap())).await;
    assert_eq!(said.status, 200, "{}", said.text);
    said.json
}

fn raised(page: &Json) -> Vec<String> {
    let events = page["events"].as_array().unwrap().iter().rev();
    events
        .map(|event| {
            format!("{} {}", event["name"].as_str().unwrap(), event["properties"]["sku"].as_str().unwrap_or("-"))
        })
        .collect()
}

async fn upload(rig: &Rig, query: &str, body: &str) -> (u16, Json) {
    let request = Request::post(format!("/api/v1/catalogue/imports?{query}"))
        .header("authorization", format!("Bearer {}", rig.api_key))
        .header("content-type", "application/octet-stream");
    let response = rig.router.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

testkit::on_both! {
    async fn a_shop_tells_of_a_product_and_nobody_becomes_a_customer(db: Db) {
        let rig = Rig::new(db).await;
        say(&rig, 1, "Product Updated", lamp()).await;
        say(&rig, 1, "Variant Updated", variant("red", "120", 9)).await;
        say(&rig, 1, "Variant Updated", variant("blue", "99.50", 0)).await;
        say(&rig, 2, "Store Updated", json!({ "location_id": "l1", "name": "Milano", "latitude": "45.4642", "longitude": 9.19 })).await;
        say(&rig, 2, "Collection Updated", json!({ "collection_id": "c1", "name": "Novità" })).await;
        say(&rig, 2, "Shop Updated", json!({ "shop_id": "s1" })).await;
        say(&rig, 3, "Stock Level Changed", json!({ "inventory_item_id": "i-red", "location_id": "l1", "quantity": 7 })).await;
        // Lists come in sweeps, and a product's page takes the names of places from theirs.
        assert_eq!(rig.items("/stores", 1).await[0]["latitude"], json!(45.4642));
        let product = page(&rig).await;
        assert_eq!(product["name"], "Lampada Arco");
        assert_eq!(product["images"], json!(["https://shop.example/arco.jpg"]), "what is no web address is no picture");
        assert_eq!(product["categories"], json!(["Luce", "Lampade"]));
        assert_eq!(product["price"], json!({ "low": { "minor": 9950, "currency": "EUR" }, "high": { "minor": 12000, "currency": "EUR" } }));
        assert_eq!((&product["stock"], &product["state"]), (&json!(7), &json!("in_stock")));
        let red = &product["variants"][0];
        assert_eq!(red["places"][1]["name"], "Milano");
        assert_eq!((&red["stock"], &product["variants"][1]["state"]), (&json!(7), &json!("out")));
        assert_eq!(rig.items("/collections", 1).await[0]["name"], "Novità");
        assert_eq!(rig.items("/categories", 2).await[0], json!({ "name": "Lampade", "products": 1 }));
        assert_eq!(rig.get("/customers").await.json["items"], json!([]), "a shop is no customer");
        let id = product["id"].as_str().unwrap();
        assert_eq!(rig.get(&format!("/customers/{id}")).await.status, 404, "nor is a product");
        assert_eq!(rig.get(&format!("/products/{}", base::Id::ZERO)).await.status, 404);
        rig.end().await;
    }

    async fn products_are_found_by_words_ids_category_and_stock(db: Db) {
        let rig = Rig::new(db).await;
        say(&rig, 1, "Product Updated", lamp()).await;
        say(&rig, 1, "Variant Updated", variant("red", "120", 3)).await;
        rig.clock.advance(base::MINUTE);
        say(&rig, 1, "Product Updated", json!({ "product_id": "p2", "name": "Lampadina", "sku": "L-60-W", "price": 3, "stock_quantity": 0 })).await;
        rig.clock.advance(base::MINUTE);
        say(&rig, 1, "Product Updated", json!({ "product_id": "p3", "name": "Corso di luce", "product_type": "course" })).await;
        let check = async |path: &str, expected: &[&str]| {
            let named = |page: &Json| -> Vec<String> {
                page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
            };
            rig.until(path, |page| named(page) == expected).await;
        };
        check("/products", &["Corso di luce", "Lampadina", "Lampada Arco"]).await;
        check("/products?q=lamp", &["Lampada Arco", "Lampadina"]).await;
        check("/products?q=arco%20lam", &["Lampada Arco"]).await;
        check("/products?q=flos", &["Lampada Arco"]).await;
        check("/products?q=sku-red", &["Lampada Arco"]).await;
        check("/products?q=l-60-w", &["Lampadina"]).await;
        check("/products?q=nothing", &[]).await;
        check("/products?state=low", &["Lampada Arco"]).await;
        check("/products?state=out", &["Lampadina"]).await;
        check("/products?state=unknown", &["Corso di luce"]).await;
        check("/products?category=Luce", &["Lampada Arco"]).await;
        check("/products?category=Luce&state=out", &[]).await;
        check("/products?category=Luce&q=lamp", &["Lampada Arco"]).await;
        check("/products?shop=lamps&q=corso", &["Corso di luce"]).await;
        check("/products?shop=others", &[]).await;
        let first = rig.get("/products?limit=2").await.json;
        let rest = rig.get(&format!("/products?limit=2&cursor={}", first["next"].as_str().unwrap())).await.json;
        assert_eq!((rest["items"][0]["name"].as_str(), rest["next"].as_str()), (Some("Lampada Arco"), None));
        assert_eq!(rig.items("/products?q=corso", 1).await[0]["kind"], "course");
        say(&rig, 5, "Product Deleted", json!({ "product_id": "p2" })).await;
        check("/products?deleted=true", &["Lampadina"]).await;
        check("/products", &["Corso di luce", "Lampada Arco"]).await;
        check("/products?q=lampadina", &[]).await;
        // An old word does not bring it back, a new one does.
        say(&rig, 4, "Product Updated", json!({ "product_id": "p2", "name": "Lampadina 40 W" })).await;
        check("/products?deleted=true", &["Lampadina 40 W"]).await;
        say(&rig, 6, "Product Updated", json!({ "product_id": "p2", "name": "Lampadina 60 W" })).await;
        check("/products?q=lampadina", &["Lampadina 60 W"]).await;
        rig.end().await;
    }

    async fn what_others_wait_for_is_raised_once(db: Db) {
        let rig = Rig::new(db).await;
        say(&rig, 1, "Product Updated", lamp()).await;
        say(&rig, 1, "Variant Updated", variant("red", "120", 9)).await;
        say(&rig, 2, "Variant Updated", variant("red", "100", 4)).await;
        say(&rig, 3, "Variant Updated", variant("red", "110", 3)).await;
        say(&rig, 4, "Variant Updated", variant("red", "110", 0)).await;
        // The past raises nothing, and neither does what is known already.
        say(&rig, 1, "Variant Updated", variant("red", "5", 50)).await;
        say(&rig, 4, "Variant Updated", variant("red", "110", 0)).await;
        say(&rig, 5, "Variant Updated", variant("red", "110", 20)).await;
        let product = page(&rig).await;
        assert_eq!(
            raised(&product),
            ["Product Added To Catalogue -", "Stock Low SKU-red", "Price Dropped SKU-red", "Back In Stock SKU-red"]
        );
        let dropped = &product["events"][1]["properties"];
        assert_eq!(dropped["price"], "100.00");
        assert_eq!((&dropped["price_before"], &dropped["product_id"]), (&json!("120.00"), &json!("p1")));
        let price = &product["variants"][0]["prices"][0];
        assert_eq!(price["lowest_before"]["minor"], 500, "of the word that came late");
        // What is brought in as history raises nothing.
        rig.import(json!({ "type": "track", "anonymousId": "shop:lamps", "event": "Product Updated", "properties": { "product_id": "old", "name": "Vecchia" } })).await;
        let old = rig.items("/products?q=vecchia", 1).await;
        let old = rig.get(&format!("/products/{}", old[0]["id"].as_str().unwrap())).await.json;
        assert_eq!(old["events"], json!([]));
        rig.end().await;
    }

    async fn what_comes_first_finds_its_product_later(db: Db) {
        let rig = Rig::new(db).await;
        say(&rig, 1, "Stock Level Changed", json!({ "inventory_item_id": "i-red", "location_id": "l1", "quantity": 3 })).await;
        say(&rig, 1, "Stock Level Changed", json!({ "sku": "SKU-blue", "location_id": "l1", "quantity": 4 })).await;
        assert_eq!(rig.get("/products").await.json["items"], json!([]), "a count alone is no product");
        say(&rig, 2, "Variant Updated", variant("red", "120", 9)).await;
        say(&rig, 2, "Variant Updated", variant("blue", "120", 9)).await;
        say(&rig, 3, "Product Updated", lamp()).await;
        let product = rig.until("/products", |page| page["items"][0]["stock"] == 7).await;
        assert_eq!(product["items"][0]["variants"], 2);
        // A change counts once, and on top of what was last said.
        say(&rig, 4, "Stock Level Changed", json!({ "variant_id": "red", "location_id": "l1", "delta": -5 })).await;
        rig.until("/products", |page| page["items"][0]["stock"] == 2).await;
        let product = page(&rig).await;
        assert_eq!(product["variants"][0]["stock"], -2, "more were sold than there were");
        assert_eq!(product["variants"][0]["state"], "out");
        say(&rig, 3, "Stock Level Changed", json!({ "variant_id": "red", "location_id": "l1", "quantity": 8 })).await;
        assert_eq!(page(&rig).await["variants"][0]["stock"], 3, "a level that comes late: the change came after it");
        say(&rig, 6, "Variant Deleted", json!({ "variant_id": "red" })).await;
        rig.until("/products", |page| page["items"][0]["stock"] == 4 && page["items"][0]["variants"] == 1).await;
        rig.end().await;
    }

    async fn two_shops_and_two_currencies_stay_apart(db: Db) {
        let rig = Rig::new(db).await;
        say(&rig, 1, "Product Updated", json!({ "product_id": "p1", "name": "Uno", "price": 10, "currency": "EUR" })).await;
        say(&rig, 2, "Product Updated", json!({ "product_id": "p1", "name": "Uno", "price": 12, "currency": "USD" })).await;
        let other = json!({ "product_id": "p1", "name": "Altro", "price": 7, "currency": "CHF" });
        rig.event(json!({ "type": "track", "anonymousId": "shop:others", "event": "Product Updated", "properties": other })).await;
        let items = rig.items("/products", 2).await;
        let of = |name: &str| items.iter().find(|item| item["name"] == name).unwrap();
        assert_eq!(of("Uno")["price"]["low"], json!({ "minor": 1000, "currency": "EUR" }), "the workspace's own currency");
        assert_eq!(of("Altro")["price"]["low"]["currency"], "CHF");
        let page = rig.get(&format!("/products/{}", of("Uno")["id"].as_str().unwrap())).await.json;
        assert_eq!(page["variants"][0]["prices"].as_array().unwrap().len(), 2);
        assert_eq!(raised(&page), ["Product Added To Catalogue -"], "another currency's price is no lower price");
        rig.end().await;
    }

    async fn a_line_of_a_cart_says_what_the_catalogue_says(db: Db) {
        let rig = Rig::new(db).await;
        rig.two_customers().await;
        say(&rig, 1, "Product Updated", json!({ "product_id": "p1", "name": "Scarpe rosse", "image_url": "https://shop.example/s.jpg", "price": 79 })).await;
        let cart = rig.id("c1");
        let line = rig.until(&format!("/carts/{cart}"), |cart| cart["catalogue"]["p1"].is_object()).await["catalogue"]["p1"].clone();
        assert_eq!(line["name"], "Scarpe rosse");
        assert_eq!(line["price"]["low"]["minor"], 7900);
        say(&rig, 2, "Product Deleted", json!({ "product_id": "p1" })).await;
        let cart = rig.until(&format!("/carts/{cart}"), |cart| cart["catalogue"]["p1"]["is_deleted"] == true).await;
        assert_eq!((&cart["cart"]["lines"][0]["quantity"], &cart["cart"]["state"]), (&json!(2), &json!("active")), "the cart stays as it is");
        rig.end().await;
    }

    async fn a_page_may_not_speak_of_the_catalogue(db: Db) {
        let rig = Rig::new(db).await;
        let key = rig.key(rig.workspace.id, KeyKind::Write, &[]).await;
        let call = json!({ "writeKey": key, "anonymousId": "shop:lamps", "event": "Product Updated", "properties": lamp() });
        assert_eq!(rig.ask_at("POST", "/v1/track", &[], Some(call)).await.status, 200);
        let wrong = [
            json!({ "name": "Nobody knows which" }),
            json!({ "product_id": "p1", "price": -1 }),
            json!({ "product_id": "p1", "currency": "XXY" }),
        ];
        for wrong in wrong {
            say(&rig, 1, "Product Updated", wrong).await;
        }
        assert_eq!(rig.get("/products").await.json["items"], json!([]));
        rig.end().await;
    }

    async fn a_feed_goes_in_and_names_what_is_wrong(db: Db) {
        let rig = Rig::new(db).await;
        let feed = "id,title,price,availability,quantity,item_group_id,color\n\
            1,Lampada,12.50 EUR,in stock,4,,\n2,Sedia,dieci,in stock,,,\n3,Tavolo,-5,,,,\n\
            4,Vaso,9 EUR,in stock,2,G,rosso\n5,Vaso,8 EUR,out of stock,0,G,blu\n";
        let (status, answer) = upload(&rig, "source=feed&file=a.csv", feed).await;
        assert_eq!(status, 200, "{answer}");
        assert_eq!((&answer["accepted"], &answer["refused"], &answer["error"]), (&json!(3), &json!(2), &Json::Null));
        assert_eq!(answer["rows"][0], json!({ "line": 3, "reason": "price \"dieci\" is no amount, such as 12.50 EUR" }));
        let items = rig.items("/products", 2).await;
        let vase = items.iter().find(|item| item["product_id"] == "G").unwrap();
        assert_eq!((&vase["name"], &vase["variants"], &vase["stock"]), (&json!("Vaso"), &json!(2), &json!(2)));
        let page = rig.get(&format!("/products/{}", vase["id"].as_str().unwrap())).await.json;
        assert_eq!(page["variants"][0]["name"], "rosso");
        assert_eq!(page["events"], json!([]), "all of a first feed is new: that is no news");
        rig.clock.advance(base::HOUR);
        let (_, answer) = upload(&rig, "source=feed", "id,title,price,item_group_id\n4,Vaso,7 EUR,G\n6,Nuovo,1 EUR,\n").await;
        assert_eq!(answer["accepted"], 2, "{answer}");
        let page = rig.until(&format!("/products/{}", vase["id"].as_str().unwrap()), |page| page["events"] != json!([])).await;
        assert_eq!(page["events"][0]["name"], "Price Dropped");
        let imports = rig.items("/catalogue/imports", 2).await;
        assert_eq!((&imports[1]["file"], &imports[1]["format"], &imports[1]["refused"]), (&json!("a.csv"), &json!("csv"), &json!(2)));
        let (_, answer) = upload(&rig, "source=feed", "[{\"id\":9,\"title\":\"Dieci\"},{\"id\":").await;
        assert_eq!((&answer["accepted"], answer["error"].is_string()), (&json!(1), true), "{answer}");
        assert_eq!(upload(&rig, "source=feed&format=pdf", "x").await.0, 400);
        let sources = rig.get("/sources").await.json;
        assert!(sources["items"].as_array().unwrap().iter().any(|source| source["name"] == "feed" && source["kind"] == "feed"));
        rig.end().await;
    }
}
