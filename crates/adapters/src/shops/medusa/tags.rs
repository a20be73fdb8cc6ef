//! Tags of a customer, kept in their metadata: <https://docs.medusajs.com/api/admin#customers_postcustomersid>.

use super::super::client::{Client, PullError, TAGS_KEY, TagChange, TagsWritten, basic, changed_list};
use super::super::json::Json;
use crate::web::Call;

pub(in super::super) async fn write_tags(
    client: &Client,
    customer: &str,
    change: &TagChange,
) -> Result<TagsWritten, PullError> {
    let pass = basic(client.credential("secret_key"), "");
    let path = format!("/admin/customers/{customer}");
    let find = Call::get(client.url(&path, &[("fields", "id,metadata".to_owned())]));
    let Some(found) = client.find_json(find.with("authorization", pass.clone())).await? else {
        return Ok(TagsWritten::Gone);
    };
    let there = found.at("customer.metadata");
    if let Some(list) = changed_list(there.get(TAGS_KEY), change) {
        // Some versions put what is sent in the place of all that was there.
        let mut metadata = if there.fields().is_empty() { Json::object([]) } else { there.clone() };
        metadata.set(TAGS_KEY, list);
        let body = Json::object([("metadata", metadata)]).to_string();
        client.write(Call::post(client.url(&path, &[]), body).with("authorization", pass)).await?;
    }
    Ok(TagsWritten::Done { left_out: Vec::new() })
}
