//! What a connection is.

use super::Reader;
use adapters::shops::{Settings, client::Access};
use base::{Currency, Time};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};
use store::Row;

/// The credential with which a shop signs as well: Shopify has one key for an app's webhooks and one for those made by hand.
pub(super) const WEBHOOK_KEY: &str = "webhook_key";

/// A text that is never shown: neither by the API nor in a log.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Whether a connection is at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionState {
    Active,
    /// A person stopped it: webhooks are kept aside, the API is not asked.
    Paused,
    /// The shop threw our app out. What it still sends, such as requests to erase, is taken in; the API is not asked.
    Uninstalled,
}

impl ConnectionState {
    pub fn as_str(self) -> &'static str {
        match self {
            ConnectionState::Active => "active",
            ConnectionState::Paused => "paused",
            ConnectionState::Uninstalled => "uninstalled",
        }
    }

    pub(super) fn read(text: &str) -> ConnectionState {
        match text {
            "active" => ConnectionState::Active,
            "uninstalled" => ConnectionState::Uninstalled,
            _ => ConnectionState::Paused,
        }
    }
}

/// A source joined to a shop.
#[derive(Debug, Clone)]
pub struct Connection {
    pub workspace: i64,
    pub source: i64,
    /// The source's name.
    pub name: String,
    /// As [`adapters::shops::Shop::name`], or `generic`.
    pub shop: String,
    /// The end of the address of its webhooks.
    pub token: String,
    /// Where its API is; empty: it is never asked.
    pub base_url: String,
    /// The IANA zone of times that name none.
    pub zone: String,
    pub currency: Option<Currency>,
    pub namespace: Option<String>,
    /// The mapping document of a generic shop.
    pub mapping: Option<String>,
    pub secret: Secret,
    /// The secret before, and until when it is believed.
    pub old_secret: Option<(Secret, Time)>,
    pub credentials: BTreeMap<String, Secret>,
    /// Empty: the one we were made for.
    pub api_version: String,
    /// Where the storefront shows a cart that is brought back, with places ([`CartLink`](adapters::shops::client::CartLink));
    /// empty: Ritorno lists the cart itself.
    pub cart_link: String,
    /// Tags that people and flows give are written to the shop.
    pub writes_tags: bool,
    pub state: ConnectionState,
    /// Minutes between two reconciliations; 0: only by hand.
    pub reconcile_minutes: i64,
    pub created_at: Time,
    pub last_event_at: Option<Time>,
    pub last_error: Option<String>,
    pub last_error_at: Option<Time>,
    pub wrong_signatures: i64,
    /// Everything before it was compared with the shop.
    pub reconciled_at: Time,
}

impl Connection {
    pub(super) fn of(row: &Row) -> Connection {
        let text = |name: &str| row.opt_text(name).map(str::to_owned);
        let old = text("old_secret").map(Secret).zip(row.opt_time("old_secret_until"));
        let credentials: BTreeMap<String, String> = serde_json::from_str(row.text("credentials")).unwrap_or_default();
        Connection {
            workspace: row.int("workspace"),
            source: row.int("source"),
            name: row.text("name").to_owned(),
            shop: row.text("shop").to_owned(),
            token: row.text("token").to_owned(),
            base_url: row.text("base_url").to_owned(),
            zone: row.text("zone").to_owned(),
            currency: row.opt_text("currency").and_then(Currency::parse),
            namespace: text("namespace"),
            mapping: text("mapping"),
            secret: Secret(row.text("secret").to_owned()),
            old_secret: old,
            credentials: credentials.into_iter().map(|(name, value)| (name, Secret(value))).collect(),
            api_version: row.text("api_version").to_owned(),
            cart_link: row.text("cart_link").to_owned(),
            writes_tags: row.flag("writes_tags"),
            state: ConnectionState::read(row.text("state")),
            reconcile_minutes: row.int("reconcile_minutes"),
            created_at: row.time("created_at"),
            last_event_at: row.opt_time("last_event_at"),
            last_error: text("last_error"),
            last_error_at: row.opt_time("last_error_at"),
            wrong_signatures: row.int("wrong_signatures"),
            reconciled_at: row.time("reconciled_at"),
        }
    }

    /// What the shop does not say by itself.
    pub fn settings(&self) -> Settings {
        Settings { zone: self.time_zone(), currency: self.currency, namespace: self.namespace.clone() }
    }

    pub(super) fn time_zone(&self) -> TimeZone {
        TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC)
    }

    /// Where its API is and how it lets us in.
    pub(super) fn access(&self) -> Access {
        Access {
            base_url: self.base_url.clone(),
            credentials: self.credentials.iter().map(|(name, value)| (name.clone(), value.0.clone())).collect(),
            api_version: self.api_version.clone(),
            zone: self.time_zone(),
        }
    }

    /// What reads and verifies its bodies.
    pub fn reader(&self) -> Result<Reader, String> {
        Reader::of(&self.shop, self.mapping.as_deref())
    }

    /// Whether its API can be asked at all.
    pub fn has_api(&self) -> bool {
        !self.base_url.is_empty() && !adapters::shops::client::kinds_of(&self.shop).is_empty()
    }

    /// The secrets that are believed now, the newest first.
    pub(super) fn secrets(&self, now: Time) -> impl Iterator<Item = &str> {
        let old = self.old_secret.as_ref().filter(|(_, until)| now < *until).map(|(secret, _)| secret.0.as_str());
        let second = self.credentials.get(WEBHOOK_KEY).map(|key| key.0.as_str());
        std::iter::once(self.secret.0.as_str()).chain(old).chain(second)
    }
}
