//! A promotion by <https://docs.vendure.io/reference/graphql-api/admin/mutations/#createpromotion>. Vendure's amounts are hundredths whatever
//! the currency, percentages plain numbers.

use super::super::client::{Client, Coupon, PullError};
use super::client::ask_shop;
use base::Money;
use rust_decimal::Decimal;
use serde_json::{Value, json};

const FIND: &str =
    "query($code: String!) { promotions(options: { filter: { couponCode: { eq: $code } } }) { totalItems } }";
const CREATE: &str = "mutation($input: CreatePromotionInput!) { createPromotion(input: $input) { __typename \
    ... on ErrorResult { errorCode message } } }";

pub(in super::super) async fn make_coupon(client: &Client, coupon: &Coupon) -> Result<(), PullError> {
    let found = ask_shop(client, FIND, json!({ "code": coupon.code })).await?;
    if found.at("data.promotions.totalItems").as_text().is_some_and(|count| count != "0") {
        return Ok(());
    }
    let argument = |name: &str, value: String| json!({ "name": name, "value": value });
    let minor = |money: Money| (money.decimal() * Decimal::ONE_HUNDRED).trunc().normalize().to_string();
    let action = match coupon.amount() {
        Some(money) => json!({ "code": "order_fixed_discount", "arguments": [argument("discount", minor(money))] }),
        None => {
            let percent = coupon.percent().unwrap_or_default();
            json!({ "code": "order_percentage_discount", "arguments": [argument("discount", percent)] })
        }
    };
    let minimum = |money: Money| {
        let arguments = [argument("amount", minor(money)), argument("taxInclusive", "true".to_owned())];
        json!({ "code": "minimum_order_amount", "arguments": arguments })
    };
    let conditions: Vec<Value> = coupon.minimum.map(minimum).into_iter().collect();
    let input = json!({
        "enabled": true, "couponCode": coupon.code, "startsAt": coupon.starts_at, "endsAt": coupon.ends_at,
        "usageLimit": 1, "perCustomerUsageLimit": 1, "conditions": conditions, "actions": [action],
        "translations": [{ "languageCode": "en", "name": coupon.title() }],
    });
    let made = ask_shop(client, CREATE, json!({ "input": input })).await.map_err(|error| match error {
        // What GraphQL says is wrong with a promotion will be wrong another time.
        PullError::Failed(reason) if reason.starts_with("the shop answered with an error") => PullError::Denied(reason),
        error => error,
    })?;
    match made.at("data.createPromotion.__typename").as_text().as_deref() {
        Some("Promotion") => Ok(()),
        _ => Err(PullError::Denied(made.text_of(&["data.createPromotion.message"]).unwrap_or_default())),
    }
}
