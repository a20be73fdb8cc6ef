//! What words make of a product, in any order, and that it stays small.

use super::{
    model::{Entry, Ids, Product},
    said::{ProductSaid, Spoken, StockSaid, read},
};
use base::{Currency, DAY, Time};
use proptest::prelude::*;
use serde_json::{json, value::to_raw_value};

/// Reads an event's properties.
fn said(name: &str, properties: serde_json::Value) -> Result<Spoken, String> {
    let raw = to_raw_value(&properties).expect("JSON");
    read(name, "shop", Some(&raw)).map(|said| said.expect("an event on the catalogue").what)
}

fn product_said(properties: serde_json::Value) -> ProductSaid {
    match said("Product Updated", properties) {
        Ok(Spoken::Product(said)) => *said,
        other => panic!("{other:?}"),
    }
}

/// A word on one product at a time of its own.
#[derive(Debug, Clone)]
enum Word {
    Name(u8),
    Price(u8),
    Level(u8, u8),
    Delta(u8, i8),
    Variant(u8, u8),
}

fn hear(product: &mut Product, word: &Word, at: Time) {
    let stock = |place: &u8, quantity: Option<i64>, delta: Option<i64>| StockSaid {
        ids: Ids { product: Some("p".into()), ..Ids::default() },
        place: format!("l{place}").into(),
        quantity,
        delta,
        ..StockSaid::default()
    };
    match word {
        Word::Name(n) => {
            product.hear(&product_said(json!({ "product_id": "p", "name": format!("n{n}") })), at, Currency::EUR);
        }
        Word::Price(n) => {
            product.hear(&product_said(json!({ "product_id": "p", "price": n })), at, Currency::EUR);
        }
        Word::Variant(id, n) => {
            let said = product_said(
                json!({ "product_id": "p", "variant_id": format!("v{id}"), "name": format!("n{n}"), "price": n }),
            );
            product.hear(&said, at, Currency::EUR);
        }
        Word::Level(place, n) => drop(product.hear_stock(&stock(place, Some(i64::from(*n)), None), at)),
        Word::Delta(place, n) => drop(product.hear_stock(&stock(place, None, Some(i64::from(*n))), at)),
    }
}

fn word() -> impl Strategy<Value = Word> {
    prop_oneof![
        (0u8..9).prop_map(Word::Name),
        (0u8..9).prop_map(Word::Price),
        (0u8..3, 0u8..9).prop_map(|(place, n)| Word::Level(place, n)),
        (0u8..3, -5i8..5).prop_map(|(place, n)| Word::Delta(place, n)),
        (0u8..3, 1u8..9).prop_map(|(id, n)| Word::Variant(id, n)),
    ]
}

/// What a product says of itself now, whatever order its lists are in.
fn facts(product: &Product) -> String {
    let mut variants: Vec<String> = std::iter::once(&product.own)
        .chain(&product.variants)
        .map(|variant| {
            format!(
                "{:?} {:?} {:?}",
                variant.name,
                variant.price(Currency::EUR).and_then(|price| price.now()),
                variant.stock()
            )
        })
        .collect();
    variants.sort();
    format!("{:?} {variants:?}", product.name)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn words_in_any_order_make_the_same_product(words in prop::collection::vec(word(), 1..14), seed in any::<u64>()) {
        let timed: Vec<(Time, Word)> = words.into_iter().enumerate().map(|(n, word)| (Time((n as i64 + 1) * DAY), word)).collect();
        let mut shuffled = timed.clone();
        shuffled.sort_by_key(|(at, _)| base::stable_hash_seeded(seed, &at.0.to_le_bytes()));
        let of = |words: &[(Time, Word)]| {
            let mut product = Product::default();
            words.iter().for_each(|(at, word)| hear(&mut product, word, *at));
            facts(&product)
        };
        prop_assert_eq!(of(&timed), of(&shuffled));
    }
}

#[test]
fn a_product_stays_within_its_cell_whatever_is_said() {
    let mut product = Product::default();
    let long = "x".repeat(2_000);
    for n in 0..600 {
        let said = product_said(json!({
            "product_id": "p", "variant_id": format!("v{n}"), "sku": format!("sku-{n}-{long}"), "name": long, "price": n + 1,
            "image_url": format!("https://shop.example/{n}"), "barcode": long, "stock_quantity": n,
        }));
        product.hear(&said, Time(n), Currency::EUR);
        super::fold::keep_small(&mut product);
        let size = runtime::applier::encode(&Entry::Product(product.clone())).len();
        assert!(size <= 64 << 10, "{size} bytes after {n} variants");
    }
    assert!(product.beyond > 0, "what is not kept is counted");
}

#[test]
fn what_is_wrong_is_a_reason_for_quarantine() {
    let check = |name: &str, properties: serde_json::Value, reason: &str| {
        let error = said(name, properties).expect_err("refused");
        assert!(error.contains(reason), "{error}");
    };
    check("Product Updated", json!({ "name": "A" }), "names no product");
    check("Product Updated", json!({ "product_id": "p", "price": "-1" }), "negative");
    check("Product Updated", json!({ "product_id": "p", "price": {} }), "an object");
    check("Product Updated", json!({ "product_id": "p", "currency": "EURO" }), "ISO 4217");
    check("Product Updated", json!({ "product_id": "p", "is_active": "perhaps" }), "true or false");
    check("Product Updated", json!([]), "an object was expected");
    check("Store Updated", json!({ "location_id": "l", "latitude": 91 }), "beyond 90");
    check("Store Deleted", json!({}), "no location_id");
    check("Stock Level Changed", json!({ "quantity": 1 }), "names no product");
}

#[test]
fn kinds_are_known_by_the_shops_words() {
    let check = |properties: serde_json::Value, kind: Option<&str>| {
        let mut all = json!({ "product_id": "p" });
        all.as_object_mut().expect("an object").extend(properties.as_object().expect("an object").clone());
        assert_eq!(product_said(all.clone()).kind.map(|kind| kind.as_str()), kind, "{all}");
    };
    check(json!({}), None);
    check(json!({ "product_type": "simple" }), Some("physical"));
    check(json!({ "product_type": "simple", "is_virtual": true }), Some("service"));
    check(json!({ "product_type": "simple", "is_downloadable": true }), Some("digital"));
    check(json!({ "kind": "Course" }), Some("course"));
    check(json!({ "product_type": "Apparel > Shoes" }), None);
    check(json!({ "requires_shipping": false }), Some("service"));
}
