//! How a cart comes back at its shop: by the address that the connection says, for which some shops make a new cart first.

use super::{Connection, ConnectionState, Connections, list_connections};
use adapters::shops::client::{CartLink, Client, MadeCart, PullError, WantedCart};
use std::time::Duration;
use store::StoreError;

/// A visitor waits for it: what takes longer is given up.
const MAKE_WITHIN: Duration = Duration::from_secs(8);
/// Connections looked at; a workspace has a handful.
const CONNECTIONS_MAX: i64 = 200;

/// The way back to a cart's shop.
pub struct CartWay {
    connection: Connection,
    pub link: CartLink,
}

/// The way back for a cart that is called so here; none where its shop has no link for carts.
pub async fn cart_way(
    state: &Connections,
    workspace: i64,
    cart_id: Option<&str>,
) -> Result<Option<CartWay>, StoreError> {
    let connections = list_connections(state, workspace, 0, CONNECTIONS_MAX).await?;
    let is_its = |connection: &&Connection| match (&connection.namespace, cart_id) {
        (Some(namespace), Some(id)) => id.strip_prefix(&**namespace).is_some_and(|rest| rest.starts_with(':')),
        (Some(_), None) => false,
        (None, _) => true,
    };
    let has_link =
        |connection: &&Connection| connection.state == ConnectionState::Active && !connection.cart_link.is_empty();
    // One whose namespace the id has is meant before those without any.
    let found = connections
        .iter()
        .filter(has_link)
        .filter(is_its)
        .max_by_key(|connection| (connection.namespace.is_some(), std::cmp::Reverse(connection.source)));
    Ok(found.and_then(|connection| {
        let link = CartLink::read(&connection.shop, &connection.cart_link).ok()?;
        Some(CartWay { connection: connection.clone(), link })
    }))
}

impl CartWay {
    /// The name of the shop's source.
    pub fn name(&self) -> &str {
        &self.connection.name
    }

    /// Under what the shop speaks of its catalogue.
    pub fn catalogue(&self) -> &str {
        self.connection.namespace.as_deref().unwrap_or(&self.connection.shop)
    }

    /// The shop's own id of a cart that is called so here.
    pub fn own_id<'a>(&self, cart_id: &'a str) -> &'a str {
        let namespace = self.connection.namespace.as_deref();
        let rest = namespace.and_then(|namespace| cart_id.strip_prefix(namespace)?.strip_prefix(':'));
        rest.unwrap_or(cart_id)
    }

    /// What a cart of the shop is called here.
    pub fn our_id(&self, own: &str) -> String {
        match &self.connection.namespace {
            Some(namespace) => format!("{namespace}:{own}"),
            None => own.to_owned(),
        }
    }

    /// Has the shop make a new cart, within a few seconds; the error is why it does not.
    pub async fn make(&self, state: &Connections, wanted: &WantedCart) -> Result<MadeCart, String> {
        let client = Client::new(state.web.clone(), &self.connection.shop, self.connection.access())?;
        match tokio::time::timeout(MAKE_WITHIN, client.refill(wanted, &self.link)).await {
            Ok(made) => made.map_err(|error: PullError| error.to_string()),
            Err(_) => Err(format!("the shop made no cart within {} s", MAKE_WITHIN.as_secs())),
        }
    }
}
