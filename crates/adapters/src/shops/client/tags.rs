//! Tags of a customer that a shop is told of: some given, some taken away, the others left as they are.
//!
//! A change is written again until the shop has it, and each way of writing bears that: what is there already, or gone already,
//! stays so. Start reading at [`Client::write_tags`].

use super::{Client, PullError, answer};
use crate::{
    shops::{json::Json, medusa, shopify, woocommerce},
    web::Call,
};

/// What is to be different at a customer. No tag stands in both.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TagChange {
    pub add: Vec<String>,
    pub remove: Vec<String>,
}

/// What the shop made of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TagsWritten {
    /// The shop has it, but for tags that it cannot hold.
    Done { left_out: Vec<String> },
    /// The shop has no such customer any more.
    Gone,
}

/// The name under which a shop without tags of its own keeps them at the customer.
pub(in super::super) const TAGS_KEY: &str = "ritorno_tags";

const TAKE_TAGS: [&str; 3] = ["shopify", "woocommerce", "medusa"];

/// Whether the API of a kind of shop takes tags of customers.
pub fn takes_tags(shop: &str) -> bool {
    TAKE_TAGS.contains(&shop)
}

/// Whether a customer's id could be an account at a kind of shop: what a page made up is no address of the shop's API.
pub fn is_account(shop: &str, id: &str) -> bool {
    let is_number = !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()) && !id.bytes().all(|b| b == b'0');
    match shop {
        "shopify" | "woocommerce" => is_number && id.len() <= 20,
        "medusa" => {
            let own = id.strip_prefix("cus_").unwrap_or_default();
            (1..=60).contains(&own.len()) && own.bytes().all(|b| b.is_ascii_alphanumeric())
        }
        _ => false,
    }
}

impl Client {
    /// Changes the tags of the customer whom the shop calls so. [`PullError::Denied`]: the shop will not take it another time
    /// either.
    pub async fn write_tags(&self, customer: &str, change: &TagChange) -> Result<TagsWritten, PullError> {
        if !is_account(self.api.name, customer) {
            return Ok(TagsWritten::Gone);
        }
        match self.api.name {
            "shopify" => shopify::write_tags(self, customer, change).await,
            "woocommerce" => woocommerce::write_tags(self, customer, change).await,
            "medusa" => medusa::write_tags(self, customer, change).await,
            other => Err(PullError::Unsupported(format!("the API of {other} takes no tags of customers"))),
        }
    }

    /// As [`Client::json`]; `None` where the API says in its own words that there is no such object. Another 404 is an address
    /// without an API.
    pub(in super::super) async fn find_json(&self, call: Call) -> Result<Option<Json>, PullError> {
        let answer = self.web.call(call).await?;
        if answer.status == 404
            && let Ok(json) = answer::json(&answer)
            && json.text_of(&["code", "type"]).is_some_and(|code| code.ends_with("invalid_id") || code == "not_found")
        {
            return Ok(None);
        }
        answer::check(&answer)?;
        answer::json(&answer).map(Some)
    }
}

/// The list that is to stand there, in the place of what does; `None`: it stands there already. Compared without case.
pub(in super::super) fn changed_list(there: &Json, change: &TagChange) -> Option<Json> {
    let before: Vec<String> = there.list().iter().filter_map(Json::as_text).collect();
    let has = |list: &[String], tag: &str| list.iter().any(|known| known.to_lowercase() == tag.to_lowercase());
    let mut after: Vec<String> = before.iter().filter(|tag| !has(&change.remove, tag)).cloned().collect();
    after.extend(change.add.iter().filter(|tag| !has(&before, tag)).cloned());
    (after != before).then(|| Json::List(after.into_iter().map(Json::Text).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_a_page_made_up_is_no_account() {
        let check = |shop: &str, id: &str, expected: bool| assert_eq!(is_account(shop, id), expected, "{shop} {id}");
        check("shopify", "7301234567890", true);
        check("woocommerce", "12", true);
        check("woocommerce", "0", false);
        check("woocommerce", "../orders/1", false);
        check("woocommerce", "", false);
        check("shopify", "cus_01", false);
        check("medusa", "cus_01JDXK9Z", true);
        check("medusa", "cus_", false);
        check("medusa", "12", false);
        check("medusa", "cus_01/x", false);
        check("vendure", "12", false);
    }

    #[test]
    fn a_list_is_changed_and_not_replaced() {
        let check = |there: &str, add: &[&str], remove: &[&str], expected: Option<&str>| {
            let owned = |list: &[&str]| list.iter().map(|tag| (*tag).to_owned()).collect();
            let change = TagChange { add: owned(add), remove: owned(remove) };
            let after = changed_list(&Json::read(there).unwrap(), &change).map(|after| after.to_string());
            assert_eq!(after.as_deref(), expected, "{there}");
        };
        check(r#"["VIP","theirs"]"#, &["b2b"], &["vip"], Some(r#"["theirs","b2b"]"#));
        check(r#"["VIP"]"#, &["vip"], &["b2b"], None);
        check("null", &["vip"], &[], Some(r#"["vip"]"#));
        check("null", &[], &["vip"], None);
        check(r#"["vip"]"#, &[], &["vip"], Some("[]"));
        check(r#""a, b""#, &["vip"], &[], Some(r#"["vip"]"#));
    }
}
