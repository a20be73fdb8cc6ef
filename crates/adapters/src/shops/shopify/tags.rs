//! Tags of a customer by <https://shopify.dev/docs/api/admin-graphql/2026-07/mutations/tagsAdd> and `tagsRemove`; the app needs the
//! scope `write_customers`.

use super::super::client::{Client, PullError, TagChange, TagsWritten};
use super::client::ask_graph;
use serde_json::json;

const CHARS_MAX: usize = 255;

const FIND: &str = "query($id: ID!) { customer(id: $id) { id } }";

pub(in super::super) async fn write_tags(
    client: &Client,
    customer: &str,
    change: &TagChange,
) -> Result<TagsWritten, PullError> {
    // Shopify takes a comma for the end of a tag, and under the two halves the tag would come back as others.
    let fits = |tag: &&String| !tag.contains(',') && tag.chars().count() <= CHARS_MAX;
    let add: Vec<&String> = change.add.iter().filter(fits).collect();
    let remove: Vec<&String> = change.remove.iter().filter(fits).collect();
    let left_out = change.add.iter().filter(|tag| !fits(tag)).cloned().collect();
    if add.is_empty() && remove.is_empty() {
        return Ok(TagsWritten::Done { left_out });
    }
    let id = format!("gid://shopify/Customer/{customer}");
    let mut variables = json!({ "id": id });
    let (mut names, mut acts) = (String::new(), String::new());
    for (name, act, tags) in [("remove", "tagsRemove", remove), ("add", "tagsAdd", add)] {
        if !tags.is_empty() {
            variables[name] = json!(tags);
            names.push_str(&format!(", ${name}: [String!]!"));
            acts.push_str(&format!(
                " {name}: {act}(id: $id, tags: ${name}) {{ node {{ id }} userErrors {{ message }} }}"
            ));
        }
    }
    let refused = match ask_graph(client, &format!("mutation($id: ID!{names}) {{{acts} }}"), variables.clone()).await {
        Ok(json) => {
            let data = json.get("data");
            let acts = || ["remove", "add"].into_iter().filter(|name| !variables[*name].is_null());
            let mut errors = acts().flat_map(|name| data.get(name).get("userErrors").list());
            match errors.next() {
                Some(error) => error.text("message").unwrap_or_default(),
                None if acts().all(|name| !data.get(name).at("node.id").is_null()) => {
                    return Ok(TagsWritten::Done { left_out });
                }
                None => return Err(PullError::Failed("the shop did not say whether it changed the tags".to_owned())),
            }
        }
        Err(PullError::Denied(reason)) => reason,
        Err(error) => return Err(error),
    };
    // The words of a refusal do not tell a customer who is gone from what is wrong with the tags.
    match ask_graph(client, FIND, json!({ "id": id })).await {
        Ok(json) if json.at("data.customer").is_null() => Ok(TagsWritten::Gone),
        _ => Err(PullError::Denied(refused)),
    }
}
