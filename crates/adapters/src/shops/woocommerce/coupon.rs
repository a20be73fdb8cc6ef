//! A coupon by <https://woocommerce.github.io/woocommerce-rest-api-docs/#coupons>. WooCommerce keeps codes in small letters and
//! compares them without case.

use super::super::client::{Client, Coupon, PullError, basic, digits};
use crate::web::Call;
use serde_json::json;

pub(in super::super) async fn make_coupon(client: &Client, coupon: &Coupon) -> Result<(), PullError> {
    let pass = basic(client.credential("consumer_key"), client.credential("consumer_secret"));
    let path = format!("/wp-json/wc/{}/coupons", client.version());
    let find = Call::get(client.url(&path, &[("code", coupon.code.clone())])).with("authorization", pass.clone());
    let (found, _) = client.json(find).await?;
    if !found.list().is_empty() {
        return Ok(());
    }
    let (kind, amount) = match coupon.amount() {
        Some(money) => ("fixed_cart", digits(money)),
        None => ("percent", coupon.percent().unwrap_or_default()),
    };
    let ends_at = coupon.ends_at.timestamp().strftime("%Y-%m-%dT%H:%M:%S").to_string();
    let mut body = json!({
        "code": coupon.code, "discount_type": kind, "amount": amount, "usage_limit": 1, "individual_use": true,
        "date_expires_gmt": ends_at, "description": coupon.title(),
    });
    if let Some(minimum) = coupon.minimum {
        body["minimum_amount"] = json!(digits(minimum));
    }
    client.write(Call::post(client.url(&path, &[]), body.to_string()).with("authorization", pass)).await?;
    Ok(())
}
