//! A cart price rule with one code: <https://developer.adobe.com/commerce/webapi/rest/>, `salesRules` and `coupons`. The integration
//! needs the resource *Cart Price Rules*.

use super::super::{
    client::{Client, Coupon, PullError, digits},
    json::Json,
};
use super::client::get;
use crate::web::Call;
use serde_json::{Value, json};

pub(in super::super) async fn make_coupon(client: &Client, coupon: &Coupon) -> Result<(), PullError> {
    let is_there = find(client, "coupons/search", "code", &coupon.code).await?;
    if is_there.is_some() {
        return Ok(());
    }
    // A rule without its code is left of an attempt that was cut off.
    let known = find(client, "salesRules/search", "name", &coupon.title()).await?;
    let rule = match known.and_then(|rule| rule.id("rule_id")) {
        Some(rule) => rule,
        None => make_rule(client, coupon).await?,
    };
    let body = json!({ "coupon": {
        "rule_id": number(&rule), "code": coupon.code, "usage_limit": 1, "usage_per_customer": 1, "is_primary": true,
    }});
    post(client, "coupons", body).await.map(drop)
}

async fn make_rule(client: &Client, coupon: &Coupon) -> Result<String, PullError> {
    let sites = get(client, "store/websites", Vec::new()).await?;
    let all = vec![("searchCriteria[pageSize]".to_owned(), "200".to_owned())];
    let groups = get(client, "customerGroups/search", all).await?;
    let ids = |list: &[Json]| -> Vec<Value> { list.iter().filter_map(|one| Some(number(&one.id("id")?))).collect() };
    // The site with the number 0 is the administration.
    let sites: Vec<Value> = ids(sites.list()).into_iter().filter(|id| *id != json!(0)).collect();
    let day = |at: base::Time| at.timestamp().strftime("%Y-%m-%d").to_string();
    let (action, amount) = match coupon.amount() {
        Some(money) => ("cart_fixed", digits(money)),
        None => ("by_percent", coupon.percent().unwrap_or_default()),
    };
    let mut rule = json!({
        "name": coupon.title(), "website_ids": sites, "customer_group_ids": ids(groups.get("items").list()),
        "from_date": day(coupon.starts_at), "to_date": day(coupon.ends_at), "is_active": true, "coupon_type": "SPECIFIC_COUPON",
        "use_auto_generation": false, "uses_per_customer": 1, "uses_per_coupon": 1, "simple_action": action,
        "discount_amount": number(&amount), "discount_step": 0, "apply_to_shipping": false, "stop_rules_processing": false,
        "is_rss": false, "sort_order": 0,
    });
    if let Some(minimum) = coupon.minimum {
        rule["condition"] = json!({
            "condition_type": "Magento\\SalesRule\\Model\\Rule\\Condition\\Combine", "aggregator_type": "all", "value": "1",
            "conditions": [{
                "condition_type": "Magento\\SalesRule\\Model\\Rule\\Condition\\Address", "operator": ">=",
                "attribute_name": "base_subtotal", "value": digits(minimum),
            }],
        });
    }
    let made = post(client, "salesRules", json!({ "rule": rule })).await?;
    made.id("rule_id").ok_or_else(|| PullError::Failed("the shop made a rule without an id".to_owned()))
}

/// Digits as a number of JSON.
fn number(digits: &str) -> Value {
    serde_json::from_str(digits).unwrap_or_else(|_| json!(digits))
}

async fn find(client: &Client, path: &str, field: &str, value: &str) -> Result<Option<Json>, PullError> {
    let group = "searchCriteria[filter_groups][0][filters][0]";
    let query = vec![
        (format!("{group}[field]"), field.to_owned()),
        (format!("{group}[value]"), value.to_owned()),
        (format!("{group}[condition_type]"), "eq".to_owned()),
    ];
    let found = get(client, path, query).await?;
    Ok(found.get("items").list().first().cloned())
}

async fn post(client: &Client, path: &str, body: Value) -> Result<Json, PullError> {
    let call = Call::post(client.url(&format!("/rest/{}/{path}", client.version()), &[]), body.to_string());
    client.write_json(call.with("authorization", format!("Bearer {}", client.credential("access_token")))).await
}
