//! What a shop's API lists, page by page: one shape for all shops. A page's objects are given to [`Shop::parse`](super::Shop), so
//! that a state of an object is the same event whether a webhook, a backfill or a reconciliation tells of it.
//!
//! Start reading at [`Client::page`]; each shop's own part is its `client.rs`.

mod answer;
mod carts;
mod coupons;
mod tags;
#[cfg(test)]
mod tests;

pub use answer::PullError;
pub(super) use answer::json as json_of;
pub(super) use carts::added;
pub use carts::{CartLink, MadeCart, WantedCart, WantedLine};
pub(super) use coupons::digits;
pub use coupons::{Coupon, Discount, makes_coupons};
pub(super) use tags::{TAGS_KEY, changed_list};
pub use tags::{TagChange, TagsWritten, is_account, takes_tags};

use super::json::Json;
use crate::web::{Answer, Call, Web};
use base::Time;
use jiff::tz::TimeZone;
use std::{collections::BTreeMap, time::Duration};
use tokio::sync::Mutex;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Customers,
    /// Products with their variants.
    Products,
    /// Levels and the places that hold them.
    Stock,
    /// Carts and checkouts that were not ordered.
    Carts,
    Orders,
}

impl Kind {
    /// In the order in which a new connection reads them: who, what, then what they did.
    pub const ALL: [Kind; 5] = [Kind::Customers, Kind::Products, Kind::Stock, Kind::Carts, Kind::Orders];

    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Customers => "customers",
            Kind::Products => "products",
            Kind::Stock => "stock",
            Kind::Carts => "carts",
            Kind::Orders => "orders",
        }
    }

    pub fn parse(text: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Where a shop's API is and how it lets us in.
#[derive(Clone)]
pub struct Access {
    /// Without a slash at the end.
    pub base_url: String,
    /// By the names that [`credentials_of`] lists.
    pub credentials: BTreeMap<String, String>,
    /// The version of the API; empty: the one we were made for.
    pub api_version: String,
    /// In which the shop reads times that name no zone.
    pub zone: TimeZone,
}

/// A question for one page.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    pub kind: Kind,
    /// Only what changed at or after it, where the shop can tell.
    pub since: Option<Time>,
    /// The [`Page::next`] of the page before.
    pub cursor: Option<&'a str>,
}

/// One object as the shop's API gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// What it would come under as a webhook.
    pub topic: &'static str,
    pub body: Vec<u8>,
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    pub objects: Vec<Object>,
    /// `None`: it is the last one.
    pub next: Option<String>,
    /// How many objects all pages hold, where the shop says it.
    pub total: Option<u64>,
}

impl Page {
    /// The elements of a list, each as it was sent.
    pub(super) fn of(list: &[Json], topic: &'static str) -> Page {
        let objects = list.iter().map(|json| Object { topic, body: json.to_string().into_bytes() }).collect();
        Page { objects, next: None, total: None }
    }
}

/// What we know of a shop's API.
struct Api {
    name: &'static str,
    kinds: &'static [Kind],
    credentials: &'static [&'static str],
    /// One that stands for all of them.
    stand_in: &'static str,
    /// What may be said beside them.
    optional: &'static [&'static str],
    /// Calls a second that the shop bears by its own word, or that nobody minds.
    calls_per_s: f64,
    /// The version we were made for; empty where the API has none in its address.
    version: &'static str,
}

use Kind::{Carts, Customers, Orders, Products, Stock};

const APIS: [Api; 7] = [
    Api {
        name: "shopify",
        kinds: &[Customers, Products, Stock, Carts, Orders],
        credentials: &["client_id", "client_secret"],
        stand_in: "access_token",
        optional: &["webhook_key"],
        calls_per_s: 2.0,
        version: "2026-07",
    },
    Api {
        name: "woocommerce",
        kinds: &[Customers, Products, Orders],
        credentials: &["consumer_key", "consumer_secret"],
        stand_in: "token",
        optional: &[],
        calls_per_s: 5.0,
        version: "v3",
    },
    Api {
        name: "magento",
        kinds: &[Customers, Products, Stock, Carts, Orders],
        credentials: &["access_token"],
        stand_in: "token",
        optional: &[],
        calls_per_s: 4.0,
        version: "V1",
    },
    Api {
        name: "prestashop",
        kinds: &[Customers, Products, Stock, Carts, Orders],
        credentials: &["key"],
        stand_in: "token",
        optional: &[],
        calls_per_s: 4.0,
        version: "",
    },
    Api {
        name: "sfcc",
        kinds: &[Customers, Products, Stock, Orders],
        credentials: &["client_id", "client_secret", "site_id"],
        stand_in: "token",
        optional: &["auth_url", "customer_list", "inventory_list"],
        calls_per_s: 4.0,
        version: "v23_2",
    },
    Api {
        name: "vendure",
        kinds: &[Customers, Products, Stock, Carts, Orders],
        credentials: &["username", "password"],
        stand_in: "token",
        optional: &["channel_token"],
        calls_per_s: 20.0,
        version: "",
    },
    Api {
        name: "medusa",
        kinds: &[Customers, Products, Stock, Orders],
        credentials: &["secret_key"],
        stand_in: "token",
        optional: &["publishable_key", "region_id"],
        calls_per_s: 10.0,
        version: "",
    },
];

fn api_of(shop: &str) -> Option<&'static Api> {
    APIS.iter().find(|api| api.name == shop)
}

/// What a shop's API can list; nothing for one that has no client.
pub fn kinds_of(shop: &str) -> &'static [Kind] {
    api_of(shop).map_or(&[], |api| api.kinds)
}

/// The names of what a shop's API is called with.
pub fn credentials_of(shop: &str) -> &'static [&'static str] {
    api_of(shop).map_or(&[], |api| api.credentials)
}

/// The credential that stands for all that [`credentials_of`] lists; none for a shop without an API.
pub fn stand_in_of(shop: &str) -> Option<&'static str> {
    api_of(shop).map(|api| api.stand_in)
}

/// What may be said beside the credentials.
pub fn optional_of(shop: &str) -> &'static [&'static str] {
    api_of(shop).map_or(&[], |api| api.optional)
}

/// The version of a shop's API that we were made for.
pub fn version_of(shop: &str) -> &'static str {
    api_of(shop).map_or("", |api| api.version)
}

/// Until when the shop serves a version of its API; `None`: it does not say.
pub fn version_ends(shop: &str, version: &str) -> Option<Time> {
    (shop == "shopify").then(|| super::shopify::version_ends(version)).flatten()
}

/// One shop's API.
pub struct Client {
    pub(super) web: Web,
    pub(super) access: Access,
    api: &'static Api,
    /// What the shop gave us for the name and password: each call shows it.
    pub(super) session: Mutex<Option<String>>,
}

impl Client {
    /// The error: the shop has no API that we know, or a credential is missing.
    pub fn new(web: Web, shop: &str, access: Access) -> Result<Client, String> {
        let api = api_of(shop).ok_or_else(|| format!("a shop of the kind {shop} has no API that is known here"))?;
        web.check(&access.base_url).map_err(|error| error.to_string())?;
        let has = |name: &str| access.credentials.get(name).is_some_and(|value| !value.is_empty());
        // A token of one's own stands for name and password.
        if let Some(missing) = api.credentials.iter().find(|name| !has(name) && !has(api.stand_in)) {
            return Err(format!("the {shop} API needs the credential {missing} (or {} in its place)", api.stand_in));
        }
        let base_url = access.base_url.trim_end_matches('/').to_owned();
        Ok(Client { web, api, access: Access { base_url, ..access }, session: Mutex::default() })
    }

    /// The pause between two calls that the shop bears.
    pub fn pause(&self) -> Duration {
        Duration::from_secs_f64(1.0 / self.api.calls_per_s)
    }

    /// One page of what the shop has.
    pub async fn page(&self, ask: &Ask<'_>) -> Result<Page, PullError> {
        if !self.api.kinds.contains(&ask.kind) {
            let reason = format!("the API of {} does not list {}", self.api.name, ask.kind.as_str());
            return Err(PullError::Unsupported(reason));
        }
        match self.api.name {
            "shopify" => super::shopify::page(self, ask).await,
            "woocommerce" => super::woocommerce::page(self, ask).await,
            "magento" => super::magento::page(self, ask).await,
            "prestashop" => super::prestashop::page(self, ask).await,
            "sfcc" => super::sfcc::page(self, ask).await,
            "vendure" => super::vendure::page(self, ask).await,
            _ => super::medusa::page(self, ask).await,
        }
    }

    /// A credential; empty where it was not given.
    pub(super) fn credential(&self, name: &str) -> &str {
        self.access.credentials.get(name).map_or("", String::as_str)
    }

    pub(super) fn version(&self) -> &str {
        if self.access.api_version.is_empty() { self.api.version } else { &self.access.api_version }
    }

    /// The address of a path of the shop's, with a query.
    pub(super) fn url(&self, path: &str, query: &[(&str, String)]) -> String {
        let mut url = format!("{}{path}", self.access.base_url);
        for (n, (name, value)) in query.iter().enumerate() {
            url.push(if n == 0 { '?' } else { '&' });
            escape(name, &mut url);
            url.push('=');
            escape(value, &mut url);
        }
        url
    }

    /// Makes a call; what is no success is told by its kind.
    pub(super) async fn call(&self, call: Call) -> Result<Answer, PullError> {
        let answer = self.web.call(call).await?;
        answer::check(&answer)?;
        Ok(answer)
    }

    /// As [`Client::call`], with the answer's body read.
    pub(super) async fn json(&self, call: Call) -> Result<(Json, Answer), PullError> {
        let answer = self.call(call).await?;
        Ok((answer::json(&answer)?, answer))
    }

    /// As [`Client::json`], for a call that shows what we are let in by: 400 refuses it as 401 does.
    pub(super) async fn sign_in(&self, call: Call) -> Result<Json, PullError> {
        let answer = self.web.call(call).await?;
        answer::check_entry(&answer)?;
        answer::json(&answer)
    }
}

/// Percent-encodes what is not unreserved (RFC 3986).
fn escape(text: &str, to: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => to.push(char::from(byte)),
            _ => to.push_str(&format!("%{byte:02X}")),
        }
    }
}

/// `Basic …` of RFC 7617.
pub(super) fn basic(user: &str, password: &str) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// The list at a path of an answer, or that the shape has changed.
pub(super) fn list_at<'a>(json: &'a Json, path: &str) -> Result<&'a [Json], PullError> {
    match json.at(path) {
        Json::List(list) => Ok(list),
        other => Err(PullError::Failed(format!(
            "the shop's answer has {} at {path:?} where a list was expected",
            other.kind()
        ))),
    }
}

/// The place in the pages that a cursor of ours names; a cursor that is none begins anew.
pub(super) fn number_of(cursor: Option<&str>, first: u64) -> u64 {
    cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or(first)
}

/// A count that an answer says.
pub(super) fn count_at(json: &Json, path: &str) -> Option<u64> {
    match json.at(path) {
        Json::Number(digits) => digits.parse().ok(),
        Json::Text(text) => text.parse().ok(),
        _ => None,
    }
}
