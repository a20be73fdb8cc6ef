//! The shop's words: the actions and entities of the e-commerce plug-in, and the orders and carts that trackers knew before it.

use super::{
    said::{ECOMMERCE, Said},
    wire::Described,
};
use crate::shops::json::Json;
use std::collections::BTreeMap;

/// The e-commerce entities beside an action.
struct Entities<'a>(&'a [Described]);

impl<'a> Entities<'a> {
    fn all(&self, name: &'static str) -> impl Iterator<Item = &'a Json> {
        self.0.iter().filter(move |entity| entity.schema.is(ECOMMERCE, name)).map(|entity| &entity.data)
    }

    fn first(&self, name: &'static str) -> Option<&'a Json> {
        self.all(name).next()
    }
}

/// `snowplow_ecommerce_action`: one event for each product that goes in or out, else one.
pub(super) fn action(data: &Json, entities: &[Described]) -> Result<Vec<Said>, String> {
    let entities = Entities(entities);
    let kind = data.text("type").unwrap_or_default();
    let one_product = |name: &str| -> Result<Vec<Said>, String> {
        let said: Vec<Said> =
            entities.all("product").map(|each| Said::track(name, one(each, data, &entities))).collect();
        if said.is_empty() {
            return Err(format!("{kind}: the action has no product beside it"));
        }
        Ok(said)
    };
    Ok(match kind.as_str() {
        "product_view" => one_product("Product Viewed")?,
        "list_click" => one_product("Product Clicked")?,
        "add_to_cart" => one_product("Product Added")?,
        "remove_from_cart" => one_product("Product Removed")?,
        "list_view" => {
            let products: Vec<Json> = entities.all("product").map(|each| product(each, true)).collect();
            let list = [("list_id", data.text("name").into()), ("products", products.into())];
            vec![Said::track("Product List Viewed", Json::object(list))]
        }
        "checkout_step" => vec![checkout_step(&entities)?],
        "transaction" => vec![order(&entities)?],
        "refund" => vec![refund(&entities)?],
        "trns_error" => vec![failed_payment(&entities)],
        "promo_view" => vec![Said::track("Promotion Viewed", promotion(&entities))],
        "promo_click" => vec![Said::track("Promotion Clicked", promotion(&entities))],
        // A word that the schema learns after us.
        other => vec![Said::track(&format!("{ECOMMERCE}/{other}"), data.clone())],
    })
}

/// A product as the properties of an event of its own, with the cart or list that it is about.
fn one(entity: &Json, action: &Json, entities: &Entities<'_>) -> Json {
    let mut said = product(entity, true);
    said.set("list_id", action.text("name").into());
    if let Some(cart) = entities.first("cart") {
        said.set("cart_id", cart.text("cart_id").into());
        if !said.has("currency") {
            said.set("currency", cart.text("currency").into());
        }
    }
    said
}

/// Amounts keep the digits of the tracker; whether they are amounts is the door's question, as of every event.
fn product(entity: &Json, has_currency: bool) -> Json {
    let text = |name: &str| Json::from(entity.text(name));
    Json::object([
        ("product_id", text("id")),
        ("name", text("name")),
        ("category", text("category")),
        ("brand", text("brand")),
        ("variant", text("variant")),
        ("price", entity.get("price").clone()),
        ("quantity", entity.get("quantity").clone()),
        // An order has one currency; that of its products may differ and is left out.
        ("currency", if has_currency { text("currency") } else { Json::Null }),
        ("compare_at_price", entity.get("list_price").clone()),
        ("size", text("size")),
        ("position", entity.get("position").clone()),
        ("inventory_status", text("inventory_status")),
        ("creative", text("creative_id")),
    ])
}

fn lines(entities: &Entities<'_>) -> Json {
    let products: Vec<Json> = entities.all("product").map(|each| product(each, false)).collect();
    if products.is_empty() { Json::Null } else { products.into() }
}

fn checkout_step(entities: &Entities<'_>) -> Result<Said, String> {
    let step = entities.first("checkout_step").ok_or("checkout_step: the action has no checkout_step beside it")?;
    let mut properties = Json::object([
        ("step", step.get("step").clone()),
        ("account_type", step.text("account_type").into()),
        ("coupon", step.text("coupon_code").into()),
        ("payment_method", step.text("payment_method").into()),
        ("shipping_method", step.text("delivery_method").into()),
        ("shipping_provider", step.text("delivery_provider").into()),
    ]);
    if let Some(cart) = entities.first("cart") {
        properties.set("cart_id", cart.text("cart_id").into());
        properties.set("currency", cart.text("currency").into());
    }
    Ok(Said::track("Checkout Step Viewed", properties))
}

fn order(entities: &Entities<'_>) -> Result<Said, String> {
    let order = entities.first("transaction").ok_or("transaction: the action has no transaction beside it")?;
    Ok(Said::track("Order Completed", order_properties(order, entities)))
}

/// Snowplow's `revenue` has shipping and tax in it: it is Segment's `total`.
fn order_properties(order: &Json, entities: &Entities<'_>) -> Json {
    Json::object([
        ("order_id", order.text("transaction_id").into()),
        ("cart_id", entities.first("cart").and_then(|cart| cart.text("cart_id")).into()),
        ("currency", order.text("currency").into()),
        ("total", order.get("revenue").clone()),
        ("shipping", order.get("shipping").clone()),
        ("tax", order.get("tax").clone()),
        ("discount", order.get("discount_amount").clone()),
        ("coupon", order.text("discount_code").into()),
        ("payment_method", order.text("payment_method").into()),
        ("credit_order", order.get("credit_order").clone()),
        ("products", lines(entities)),
    ])
}

fn refund(entities: &Entities<'_>) -> Result<Said, String> {
    let refund = entities.first("refund").ok_or("refund: the action has no refund beside it")?;
    let properties = Json::object([
        ("order_id", refund.text("transaction_id").into()),
        ("currency", refund.text("currency").into()),
        ("total", refund.get("refund_amount").clone()),
        ("reason", refund.text("refund_reason").into()),
        ("products", lines(entities)),
    ]);
    Ok(Said::track("Order Refunded", properties))
}

fn failed_payment(entities: &Entities<'_>) -> Said {
    let error = entities.first("transaction_error").unwrap_or(&Json::Null);
    let order = entities.first("transaction").unwrap_or(&Json::Null);
    let properties = Json::object([
        ("order_id", order.text("transaction_id").into()),
        ("currency", order.text("currency").into()),
        ("total", order.get("revenue").clone()),
        ("payment_method", order.text("payment_method").into()),
        ("error_code", error.text_of(&["error_code", "error_shortcode"]).into()),
        ("error", error.text("error_description").into()),
        ("error_type", error.text("error_type").into()),
        ("resolution", error.text("resolution").into()),
    ]);
    Said::track("Payment Failed", properties)
}

fn promotion(entities: &Entities<'_>) -> Json {
    let promotion = entities.first("promotion").unwrap_or(&Json::Null);
    Json::object([
        ("promotion_id", promotion.text("id").into()),
        ("name", promotion.text("name").into()),
        ("creative", promotion.text("creative_id").into()),
        ("position", promotion.text_of(&["slot", "position"]).into()),
        ("type", promotion.text("type").into()),
    ])
}

/// What the user beside an event, and the boxes of a checkout's step, say of the customer.
pub(super) fn traits(user: &Json, step: Option<&Json>) -> Json {
    let mut traits = Json::Object(Vec::new());
    // A hash in the place of an address is nobody's.
    let email = user.text("email").filter(|email| email.contains('@') && !email.contains(char::is_whitespace));
    if let Some(email) = email {
        traits.set("email", email.into());
        traits.set("guest", user.flag("is_guest").map_or(Json::Null, Json::Bool));
    }
    // A box left empty takes nothing back.
    if step.and_then(|step| step.flag("marketing_opt_in")) == Some(true) {
        let channels = Json::object([("email", Json::Bool(true))]);
        traits.set("consent", Json::object([("marketing", channels)]));
    }
    if traits.fields().is_empty() { Json::Null } else { traits }
}

/// `add_to_cart` and `remove_from_cart`, the events of trackers from before the plug-in.
pub(super) fn old_cart_change(name: &str, data: &Json) -> Result<Said, String> {
    let sku = data.text("sku").ok_or_else(|| format!("sku: {name} has no sku"))?;
    let properties = Json::object([
        ("product_id", sku.into()),
        ("name", data.text("name").into()),
        ("category", data.text("category").into()),
        ("price", data.get("unitPrice").clone()),
        ("quantity", data.get("quantity").clone()),
        ("currency", data.text("currency").into()),
    ]);
    Ok(Said::track(name, properties))
}

/// The lines (`ti`) of the orders (`tr`) that stand in the same body, by the order's id.
pub(super) fn items_of_orders(tracked: &[Json]) -> BTreeMap<String, Vec<Json>> {
    let kind = |fields: &Json, kind: &str| fields.text("e").as_deref() == Some(kind);
    let orders = tracked.iter().filter(|fields| kind(fields, "tr")).filter_map(|fields| fields.text("tr_id"));
    let mut items: BTreeMap<String, Vec<Json>> = orders.map(|id| (id, Vec::new())).collect();
    for fields in tracked.iter().filter(|fields| kind(fields, "ti")) {
        let order = fields.text("ti_id").and_then(|id| items.get_mut(&id));
        if let Some(lines) = order {
            lines.push(item(fields));
        }
    }
    items
}

fn item(fields: &Json) -> Json {
    Json::object([
        ("product_id", fields.text("ti_sk").into()),
        ("name", fields.text("ti_nm").into()),
        ("category", fields.text("ti_ca").into()),
        ("price", fields.get("ti_pr").clone()),
        ("quantity", fields.get("ti_qu").clone()),
    ])
}

/// `tr`: an order, with the lines beside it.
pub(super) fn order_of_fields(fields: &Json, items: &BTreeMap<String, Vec<Json>>) -> Result<Said, String> {
    let id = fields.text("tr_id").ok_or("tr_id: the order has no number")?;
    let lines = items.get(&id).filter(|lines| !lines.is_empty()).cloned();
    let properties = Json::object([
        ("currency", fields.text("tr_cu").into()),
        ("total", fields.get("tr_tt").clone()),
        ("tax", fields.get("tr_tx").clone()),
        ("shipping", fields.get("tr_sh").clone()),
        ("affiliation", fields.text("tr_af").into()),
        ("city", fields.text("tr_ci").into()),
        ("state", fields.text("tr_st").into()),
        ("country", fields.text("tr_co").into()),
        ("products", lines.map_or(Json::Null, Into::into)),
        ("order_id", id.into()),
    ]);
    Ok(Said::track("Order Completed", properties))
}

/// `ti`: `None` where its order stands in the same body and has it. One that came in another body is kept beside the order.
pub(super) fn item_alone(fields: &Json, items: &BTreeMap<String, Vec<Json>>) -> Result<Option<Said>, String> {
    let id = fields.text("ti_id").ok_or("ti_id: the line names no order")?;
    if items.contains_key(&id) {
        return Ok(None);
    }
    let mut properties = item(fields);
    properties.set("order_id", id.into());
    properties.set("currency", fields.text("ti_cu").into());
    Ok(Some(Said::track("Order Line Tracked", properties)))
}
