//! A discount code by <https://shopify.dev/docs/api/admin-graphql/2026-07/mutations/discountCodeBasicCreate>; the app needs the scope
//! `write_discounts`.

use super::super::client::{Client, Coupon, PullError, digits};
use super::client::ask_graph;
use serde_json::json;

const CREATE: &str = "mutation($discount: DiscountCodeBasicInput!) { discountCodeBasicCreate(basicCodeDiscount: $discount) { \
    codeDiscountNode { id } userErrors { field code message } } }";

pub(in super::super) async fn make_coupon(client: &Client, coupon: &Coupon) -> Result<(), PullError> {
    let value = match (coupon.amount(), coupon.discount) {
        (Some(money), _) => json!({ "discountAmount": { "amount": digits(money), "appliesOnEachItem": false } }),
        (None, super::super::client::Discount::Percent(hundredths)) => {
            json!({ "percentage": f64::from(hundredths) / 10_000.0 })
        }
        (None, _) => return Err(PullError::Denied("the coupon gives nothing".to_owned())),
    };
    let mut discount = json!({
        "title": coupon.title(), "code": coupon.code, "startsAt": coupon.starts_at, "endsAt": coupon.ends_at,
        "usageLimit": 1, "appliesOncePerCustomer": true, "context": { "all": "ALL" },
        "customerGets": { "value": value, "items": { "all": true } },
    });
    if let Some(minimum) = coupon.minimum {
        discount["minimumRequirement"] = json!({ "subtotal": { "greaterThanOrEqualToSubtotal": digits(minimum) } });
    }
    let json = ask_graph(client, CREATE, json!({ "discount": discount })).await?;
    let errors = json.at("data.discountCodeBasicCreate.userErrors").list();
    // Nobody else can have guessed the code: it is the one of an attempt before.
    let is_ours = |code: Option<String>| code.as_deref() == Some("TAKEN");
    match errors.iter().find(|error| !is_ours(error.text("code"))) {
        Some(error) => Err(PullError::Denied(error.text("message").unwrap_or_default())),
        None if errors.is_empty() && json.at("data.discountCodeBasicCreate.codeDiscountNode.id").is_null() => {
            Err(PullError::Failed("the shop did not say whether it made the code".to_owned()))
        }
        None => Ok(()),
    }
}
