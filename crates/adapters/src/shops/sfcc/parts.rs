//! Baskets, orders, customers, products and stock.

use super::super::{
    Ignored, Out, Taken, Verdict,
    facts::{Cart, Line, Order, Person, Product, Shipment, Stock, Totals},
    json::Json,
    read,
};
use base::Time;

type Said<T> = Result<T, String>;

fn time(json: &Json, name: &str, out: &Out<'_>) -> Said<Option<Time>> {
    json.time(name, &out.settings.zone)
}

/// `price` is the whole line's, `basePrice` that of one piece.
fn line(json: &Json) -> Said<Line> {
    Ok(Line {
        id: json.id("itemId"),
        product_id: json.id("productId"),
        variant_id: None,
        sku: None,
        name: json.text_of(&["productName", "itemText"]).map(read::plain),
        image_url: json.text_of(&["image.link", "image.disBaseLink"]),
        url: json.text("productUrl"),
        quantity: json.amount("quantity")?,
        price: json.amount("basePrice")?,
        total: json.amount_of(&["priceAfterItemDiscount", "price"])?,
        ..Line::default()
    })
}

fn lines(json: &Json) -> Said<Vec<Line>> {
    json.get("productItems").list().iter().map(line).collect()
}

fn totals(json: &Json) -> Said<Totals> {
    let coupons = json.get("couponItems").list().iter().filter_map(|coupon| coupon.text("code")).collect();
    let subtotal = json.amount("productSubTotal")?;
    let after = json.amount("productTotal")?;
    Ok(Totals {
        currency: json.currency("currency")?,
        // A basket without a shipping method has no total yet.
        total: json.amount_of(&["orderTotal", "productTotal", "productSubTotal"])?,
        subtotal,
        discount: subtotal.zip(after).and_then(|(before, after)| before.checked_sub(after)),
        tax: json.amount("taxTotal")?,
        shipping: json.amount("shippingTotal")?,
        coupons,
    })
}

fn address_of(json: &Json) -> Json {
    let street: Vec<String> = ["address1", "address2"].into_iter().filter_map(|name| json.text(name)).collect();
    let said = Json::object([
        ("street", (!street.is_empty()).then(|| street.join(", ")).into()),
        ("city", json.text("city").into()),
        ("postalCode", json.text("postalCode").into()),
        ("state", json.text("stateCode").into()),
        ("country", json.text("countryCode").into()),
    ]);
    if said.fields().is_empty() { Json::Null } else { said }
}

/// Who has a customer number has an account; everybody else's `customerId` is a visit.
fn person(json: &Json) -> Person {
    let info = json.get("customerInfo");
    let billing = json.get("billingAddress");
    let shipping = json.at("shipments.0.shippingAddress");
    let of_address = |name: &str| billing.text(name).or_else(|| shipping.text(name));
    let is_registered = info.id("customerNo").is_some();
    let id = info.id("customerId").or_else(|| info.id("customerNo"));
    Person {
        id: id.clone().filter(|_| is_registered),
        visitor: id.filter(|_| !is_registered),
        email: read::address(info.text("email").or_else(|| json.text("customerEmail"))),
        phone: of_address("phone"),
        first_name: of_address("firstName"),
        last_name: of_address("lastName"),
        language: json.text("customerLocale"),
        country: of_address("countryCode"),
        address: address_of(billing),
        more: vec![("customer_number", info.text("customerNo").into())],
        ..Person::default()
    }
}

pub(super) fn basket(json: &Json, at: Option<Time>, out: &mut Out<'_>) -> Said<()> {
    let person = person(json);
    let cart = Cart {
        id: Some(json.id("basketId").ok_or("the basket has no basketId")?),
        lines: lines(json)?,
        totals: totals(json)?,
        url: json.text_of(&["recoveryUrl", "c_recoveryUrl", "c_recovery_url"]),
        // An address or a way to pay is given in the checkout.
        is_checkout: !json.get("billingAddress").fields().is_empty()
            || !json.get("paymentInstruments").list().is_empty(),
        created_at: time(json, "creationDate", out)?,
        updated_at: match time(json, "lastModified", out)? {
            Some(time) => Some(time),
            None => at,
        },
        person,
        more: vec![("store_id", json.text("siteId").into()), ("channel", json.text("channelType").into())],
        ..Cart::default()
    };
    out.cart(&cart)
}

pub(super) fn order(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let id = json.id("orderNo").ok_or("the order has no orderNo")?;
    let status = json.text("status").map(|status| status.to_lowercase());
    let person = person(json);
    let updated_at = time(json, "lastModified", out)?;
    let is = |word: &str| status.as_deref() == Some(word);
    let shipping_status = json.text("shippingStatus").map(|status| status.to_lowercase());
    let payment = json.text_of(&["paymentInstruments.0.paymentMethodId"]);
    let mut shipments = Vec::new();
    for parcel in json.get("shipments").list() {
        if parcel.text("shippingStatus").is_some_and(|status| status.eq_ignore_ascii_case("shipped")) {
            shipments.push(Shipment {
                id: parcel.id_of(&["shipmentNo", "shipmentId"]),
                order_id: id.clone(),
                at: updated_at,
                status: Some("shipped".to_owned()),
                carrier: parcel.text_of(&["shippingMethod.name"]),
                tracking_number: parcel.text("trackingNumber"),
                ..Shipment::default()
            });
        }
    }
    let order = Order {
        number: Some(id.clone()),
        cart_id: json.id_of(&["c_basketId", "basketId"]),
        lines: lines(json)?,
        totals: totals(json)?,
        placed_at: time(json, "creationDate", out)?,
        updated_at,
        payment_status: json.text("paymentStatus").map(|status| status.to_lowercase()),
        fulfilment_status: shipping_status,
        payment_method: payment,
        // An order whose payment failed was given up before it counted.
        is_cancelled: is("cancelled") || is("failed") || is("failed_with_reopen"),
        cancel_reason: json.text_of(&["cancelDescription", "cancelCode"]),
        email: person.email.clone(),
        person,
        status,
        shipments,
        more: vec![
            ("store_id", json.text("siteId").into()),
            ("channel", json.text("channelType").into()),
            ("confirmation_status", json.text("confirmationStatus").into()),
            ("export_status", json.text("exportStatus").into()),
        ],
        id,
        ..Order::default()
    };
    out.order(&order)
}

pub(super) fn customer(json: &Json, out: &mut Out<'_>) -> Said<Verdict> {
    let is_guest = json.text("authType").as_deref() == Some("guest");
    let id = json.id_of(&["customerId", "customerNo"]);
    let address = json.at("addresses.0");
    let email = read::address(json.text_of(&["email", "login"]));
    if is_guest && email.is_none() {
        return Ok(Ignored("a guest of whom no more than a visit is known".to_owned()));
    }
    let person = Person {
        id: id.clone().filter(|_| !is_guest),
        visitor: id.filter(|_| is_guest),
        email,
        phone: json.text_of(&["phoneMobile", "phoneHome", "phoneBusiness"]).or_else(|| address.text("phone")),
        first_name: json.text("firstName"),
        last_name: json.text("lastName"),
        language: json.text("preferredLocale"),
        country: address.text("countryCode"),
        address: address_of(address),
        updated_at: time(json, "lastModified", out)?,
        more: vec![
            ("customer_number", json.text("customerNo").into()),
            ("created_at", time(json, "creationDate", out)?.into()),
            ("birthday", json.text("birthday").into()),
            ("company", json.text("companyName").into()),
            ("last_login_at", time(json, "lastLoginTime", out)?.into()),
            ("is_enabled", json.flag("enabled").into()),
        ],
        ..Person::default()
    };
    out.person(&person).map(|()| Taken)
}

pub(super) fn customer_deleted(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let person = Person { id: json.id_of(&["customerId", "customerNo", "id"]), ..Person::default() };
    out.about_person("Customer Deleted", &person, None, Json::object([]))
}

/// A product, or one variant of a master.
pub(super) fn product(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let id = json.id_of(&["id", "productId"]).ok_or("the product has no id")?;
    let master = json.id("masterId").or_else(|| json.at("master.masterId").as_id());
    let is_variant = json.flag("type.variant") == Some(true) && master.is_some();
    let images =
        json.get("imageGroups").list().iter().filter(|group| group.text("viewType").as_deref() == Some("large"));
    let images: Vec<String> =
        images.flat_map(|group| group.get("images").list()).filter_map(|i| i.text("link")).collect();
    let stock = json.get("inventory");
    let product = Product {
        id: if is_variant { master } else { Some(id.clone()) },
        variant_id: is_variant.then(|| id.clone()),
        sku: json.text_of(&["manufacturerSku"]),
        name: json.text_of(&["name", "productName"]).map(read::plain),
        url: json.text("slugUrl"),
        images: images.into_iter().chain(json.text_of(&["image.link"])).take(10).collect(),
        currency: json.currency("currency")?,
        price: json.amount("price")?,
        compare_at_price: json.amount("listPrice")?,
        brand: json.text("brand"),
        categories: json.text("primaryCategoryId").into_iter().collect(),
        is_active: json.flag("online"),
        stock: stock.amount_of(&["ats", "stockLevel"])?,
        is_in_stock: stock.flag("orderable"),
        updated_at: time(json, "lastModified", out)?,
        more: vec![("barcode", json.text_of(&["upc", "ean"]).into()), ("options", json.get("variationValues").clone())],
        ..Product::default()
    };
    out.product(&product)
}

pub(super) fn product_deleted(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let id = json.id_of(&["id", "productId"]).ok_or("the deleted product has no id")?;
    out.about_shop("Product Deleted", &id, None, Json::object([("product_id", id.clone().into())]));
    Ok(())
}

pub(super) fn stock(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let stock = Stock {
        product_id: Some(json.id_of(&["productId", "sku", "id"]).ok_or("the stock names no product")?),
        sku: json.text("sku"),
        location_id: json.text_of(&["inventoryListId", "listId"]),
        quantity: json.amount_of(&["ats", "onHand", "stockLevel", "allocation.amount"])?,
        is_in_stock: json.flag("orderable"),
        at: time(json, "lastModified", out)?,
        ..Stock::default()
    };
    out.stock(&stock)
}

pub(super) fn category(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let id = json.id("id").ok_or("the category has no id")?;
    let said = Json::object([
        ("collection_id", id.clone().into()),
        ("name", json.text("name").into()),
        ("parent_id", json.id("parentCategoryId").into()),
        ("image_url", json.text("image").into()),
    ]);
    out.about_shop("Collection Updated", &id, time(json, "lastModified", out)?, said);
    Ok(())
}

pub(super) fn store(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let id = json.id("id").ok_or("the store has no id")?;
    let said = Json::object([
        ("location_id", id.clone().into()),
        ("name", json.text("name").into()),
        ("street", json.text("address1").into()),
        ("city", json.text("city").into()),
        ("postal_code", json.text("postalCode").into()),
        ("country", json.text("countryCode").into()),
        ("latitude", json.amount("latitude")?.into()),
        ("longitude", json.amount("longitude")?.into()),
        ("phone", json.text("phone").into()),
    ]);
    out.about_shop("Store Updated", &id, None, said);
    Ok(())
}
