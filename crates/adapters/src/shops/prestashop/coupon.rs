//! A cart rule by <https://devdocs.prestashop-project.org/9/webservice/resources/cart_rules/>: the webservice takes XML. The key
//! needs `cart_rules` (GET, POST), `currencies` and `languages` (GET).

use super::super::{
    client::{Client, Coupon, PullError, basic, digits},
    json::Json,
};
use crate::web::Call;
use base::{Money, Time};

pub(in super::super) async fn make_coupon(client: &Client, coupon: &Coupon) -> Result<(), PullError> {
    if !list(client, "cart_rules", Some(("filter[code]", coupon.code.clone()))).await?.is_empty() {
        return Ok(());
    }
    let languages = list(client, "languages", None).await?;
    let name = |language: &Json| {
        let id = language.id("id")?;
        Some(format!("<language id=\"{id}\">{}</language>", coupon.title()))
    };
    let names: String = languages.iter().filter_map(name).collect();
    let reduction = match coupon.amount() {
        Some(money) => {
            let currency = currency(client, money).await?;
            let amount = digits(money);
            format!(
                "<reduction_amount>{amount}</reduction_amount><reduction_tax>1</reduction_tax>\
                 <reduction_currency>{currency}</reduction_currency>"
            )
        }
        None => format!("<reduction_percent>{}</reduction_percent>", coupon.percent().unwrap_or_default()),
    };
    let minimum = match coupon.minimum {
        Some(money) => {
            let currency = currency(client, money).await?;
            let amount = digits(money);
            format!(
                "<minimum_amount>{amount}</minimum_amount><minimum_amount_tax>1</minimum_amount_tax>\
                 <minimum_amount_currency>{currency}</minimum_amount_currency>"
            )
        }
        None => String::new(),
    };
    let (from, to, code) = (local(client, coupon.starts_at), local(client, coupon.ends_at), &coupon.code);
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><prestashop><cart_rule><id_customer>0</id_customer><date_from>{from}</date_from>\
         <date_to>{to}</date_to><quantity>1</quantity><quantity_per_user>1</quantity_per_user><priority>1</priority>\
         <partial_use>0</partial_use><code>{code}</code>{minimum}{reduction}<active>1</active><name>{names}</name>\
         </cart_rule></prestashop>"
    );
    let url = client.url("/api/cart_rules", &[("output_format", "JSON".to_owned())]);
    client.write(Call::xml(url, xml).with("authorization", basic(client.credential("key"), ""))).await?;
    Ok(())
}

/// The shop's times are in its own zone.
fn local(client: &Client, at: Time) -> String {
    at.timestamp().to_zoned(client.access.zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

async fn currency(client: &Client, money: Money) -> Result<String, PullError> {
    let code = money.currency.as_str();
    let found = list(client, "currencies", Some(("filter[iso_code]", code.to_owned()))).await?;
    let id = found.first().and_then(|currency| currency.id("id"));
    id.ok_or_else(|| PullError::Denied(format!("the shop has no currency {code}")))
}

async fn list(client: &Client, name: &str, filter: Option<(&str, String)>) -> Result<Vec<Json>, PullError> {
    let mut query = vec![("output_format", "JSON".to_owned()), ("display", "[id]".to_owned())];
    query.extend(filter);
    let call = Call::get(client.url(&format!("/api/{name}"), &query));
    let (json, _) = client.json(call.with("authorization", basic(client.credential("key"), ""))).await?;
    // An empty list is said as `[]`, without its name.
    Ok(json.get(name).list().to_vec())
}
