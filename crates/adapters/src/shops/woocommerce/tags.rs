//! Tags of a customer, kept in their meta data: <https://woocommerce.github.io/woocommerce-rest-api-docs/#update-a-customer>.
//! WooCommerce has no tags of customers itself; plug-ins read them as the user's meta.

use super::super::client::{Client, PullError, TAGS_KEY, TagChange, TagsWritten, basic, changed_list};
use super::super::json::Json;
use crate::web::Call;
use serde_json::json;

pub(in super::super) async fn write_tags(
    client: &Client,
    customer: &str,
    change: &TagChange,
) -> Result<TagsWritten, PullError> {
    let pass = basic(client.credential("consumer_key"), client.credential("consumer_secret"));
    let url = client.url(&format!("/wp-json/wc/{}/customers/{customer}", client.version()), &[]);
    let Some(found) = client.find_json(Call::get(url.clone()).with("authorization", pass.clone())).await? else {
        return Ok(TagsWritten::Gone);
    };
    let is_ours = |meta: &&Json| meta.text("key").as_deref() == Some(TAGS_KEY);
    let there = found.get("meta_data").list().iter().find(is_ours);
    let there = there.map_or(&Json::Null, |meta| meta.get("value"));
    if let Some(list) = changed_list(there, change) {
        // Named by its key it takes the place of the one before.
        let body = json!({ "meta_data": [{ "key": TAGS_KEY, "value": list }] }).to_string();
        client.write(Call::put_json(url, body).with("authorization", pass)).await?;
    }
    Ok(TagsWritten::Done { left_out: Vec::new() })
}
