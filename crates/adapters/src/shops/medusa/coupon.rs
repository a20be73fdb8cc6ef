//! A promotion with a campaign of its own, which keeps its end and that it is used once:
//! <https://docs.medusajs.com/api/admin#promotions_postpromotions>.

use super::super::client::{Client, Coupon, Discount, PullError, basic};
use crate::web::Call;
use serde_json::json;

pub(in super::super) async fn make_coupon(client: &Client, coupon: &Coupon) -> Result<(), PullError> {
    if coupon.minimum.is_some() {
        let reason = "Medusa's promotions know no minimum of an order: leave the task's minimum out";
        return Err(PullError::Denied(reason.to_owned()));
    }
    let pass = basic(client.credential("secret_key"), "");
    let find = client.url("/admin/promotions", &[("code", coupon.code.clone()), ("limit", "1".to_owned())]);
    let (found, _) = client.json(Call::get(find).with("authorization", pass.clone())).await?;
    if !found.get("promotions").list().is_empty() {
        return Ok(());
    }
    // Numbers are JSON's: the amounts are short ones.
    let number = |digits: String| digits.parse::<f64>().unwrap_or_default();
    let method = match coupon.discount {
        Discount::Amount(money) => json!({
            "type": "fixed", "target_type": "order", "value": number(money.decimal().to_string()),
            "currency_code": money.currency.as_str().to_ascii_lowercase(),
        }),
        Discount::Percent(_) => json!({
            "type": "percentage", "target_type": "order", "value": number(coupon.percent().unwrap_or_default()),
        }),
    };
    let body = json!({
        "code": coupon.code, "type": "standard", "status": "active", "is_automatic": false, "application_method": method,
        "campaign": {
            "name": coupon.title(), "campaign_identifier": coupon.code, "starts_at": coupon.starts_at,
            "ends_at": coupon.ends_at, "budget": { "type": "usage", "limit": 1 },
        },
    });
    let call = Call::post(client.url("/admin/promotions", &[]), body.to_string()).with("authorization", pass);
    client.write(call).await?;
    Ok(())
}
