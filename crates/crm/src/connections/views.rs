//! Connections as the API shows them: with the names of the credentials that were given, and without a single secret.

use super::{Connection, ConnectionState, Connections, rows};
use adapters::shops::{
    client::{credentials_of, kinds_of, stand_in_of, takes_tags, version_ends, version_of},
    shops,
};
use base::Time;
use serde::Serialize;

/// A source joined to a shop.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ConnectionView {
    pub source: i64,
    pub name: String,
    /// `shopify`, `woocommerce`, …, `generic`.
    pub shop: String,
    pub state: ConnectionState,
    /// What is typed in at the shop as the address of its webhooks.
    pub webhook_url: String,
    /// Where the shop's API is; empty: it is not asked.
    pub base_url: String,
    pub zone: String,
    pub currency: Option<String>,
    /// Put before the ids of customers, carts and orders.
    pub namespace: Option<String>,
    pub mapping: Option<String>,
    /// The names of the credentials that are set.
    pub credentials: Vec<String>,
    /// The names of those that the shop's API needs.
    pub credentials_needed: Vec<String>,
    /// The version of the shop's API that is asked for.
    pub api_version: String,
    /// Where the storefront shows a cart that is brought back, with its places; empty: Ritorno lists the cart itself.
    pub cart_link: String,
    /// Tags that people and flows give are written to the shop.
    pub writes_tags: bool,
    /// Until when the shop serves this version, where it says so.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub api_version_ends_at: Option<Time>,
    /// Until when the secret before the last change is believed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub old_secret_until: Option<Time>,
    /// What the shop's API lists.
    pub kinds: Vec<String>,
    /// Minutes between two reconciliations; 0: only by hand.
    pub reconcile_minutes: i64,
    /// Everything before it was compared with the shop.
    #[schema(value_type = String, format = DateTime)]
    pub reconciled_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// When the shop last told something, to the ten seconds.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_event_at: Option<Time>,
    pub last_error: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_error_at: Option<Time>,
    /// Webhooks whose signature was wrong; of many within ten seconds one counts.
    pub wrong_signatures: i64,
}

impl ConnectionView {
    pub fn of(state: &Connections, connection: &Connection) -> ConnectionView {
        let version = match connection.api_version.as_str() {
            "" => version_of(&connection.shop),
            version => version,
        };
        let now = state.desk.clock.now();
        ConnectionView {
            source: connection.source,
            name: connection.name.clone(),
            shop: connection.shop.clone(),
            state: connection.state,
            webhook_url: state.webhook_url(connection),
            base_url: connection.base_url.clone(),
            zone: connection.zone.clone(),
            currency: connection.currency.map(|currency| currency.to_string()),
            namespace: connection.namespace.clone(),
            mapping: connection.mapping.clone(),
            credentials: connection.credentials.keys().cloned().collect(),
            credentials_needed: owned(credentials_of(&connection.shop)),
            api_version: version.to_owned(),
            cart_link: connection.cart_link.clone(),
            writes_tags: connection.writes_tags,
            api_version_ends_at: version_ends(&connection.shop, version),
            old_secret_until: connection.old_secret.as_ref().map(|(_, until)| *until).filter(|until| *until > now),
            kinds: owned(&rows::kinds(connection)),
            reconcile_minutes: connection.reconcile_minutes,
            reconciled_at: connection.reconciled_at,
            created_at: connection.created_at,
            last_event_at: connection.last_event_at,
            last_error: connection.last_error.clone(),
            last_error_at: connection.last_error_at,
            wrong_signatures: connection.wrong_signatures,
        }
    }
}

/// A kind of shop that can be connected.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ShopKind {
    pub name: String,
    /// What its API needs; none: it has no API that is asked.
    pub credentials: Vec<String>,
    /// The one credential that stands for all of them.
    pub stand_in: Option<String>,
    /// What its API lists.
    pub kinds: Vec<String>,
    pub api_version: String,
    /// Whether the secret is the shop's own and must be said, or is made up here.
    pub has_own_secret: bool,
    /// Whether it needs a mapping.
    pub needs_mapping: bool,
    /// Whether tags can be written to it.
    pub takes_tags: bool,
}

/// Every kind of shop that can be connected.
pub(super) fn shop_kinds() -> Vec<ShopKind> {
    let of = |name: &str| ShopKind {
        name: name.to_owned(),
        credentials: owned(credentials_of(name)),
        stand_in: stand_in_of(name).map(str::to_owned),
        kinds: kinds_of(name).iter().map(|kind| kind.as_str().to_owned()).collect(),
        api_version: version_of(name).to_owned(),
        has_own_secret: name == "shopify",
        needs_mapping: name == super::reader::GENERIC,
        takes_tags: takes_tags(name),
    };
    let names = shops().into_iter().map(|shop| shop.name).chain([super::reader::GENERIC]);
    names.map(of).collect()
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}
