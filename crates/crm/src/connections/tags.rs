//! Tags of customers that shops are told of.

use super::{
    Connection, ConnectionState, Connections, find_connection, hooks, list_connections,
    refusal::{WriteRefusal, finally, later, refused},
};
use adapters::shops::client::{Client, TagsWritten, is_account};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use store::StoreError;

pub use adapters::shops::client::TagChange;

/// Connections looked at; a workspace has a handful.
const CONNECTIONS_MAX: i64 = 200;

/// A connection whose shop is told of tags.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct TagShop {
    #[n(0)]
    pub source: i64,
    /// The source's name.
    #[n(1)]
    pub name: String,
    /// What stands before the ids of its customers.
    #[n(2)]
    pub namespace: Option<String>,
    /// It has no namespace, and no other connection is without: an id of a customer without one is its.
    #[n(3)]
    pub is_alone: bool,
}

/// The workspace's connections whose shops are told of tags, in the order of their sources. Not one whose app was uninstalled.
pub async fn tag_shops(state: &Connections, workspace: i64) -> Result<Vec<TagShop>, StoreError> {
    let connections = list_connections(state, workspace, 0, CONNECTIONS_MAX).await?;
    let bare = connections.iter().filter(|connection| connection.namespace.is_none()).count();
    let is_told = |connection: &&Connection| connection.writes_tags && connection.state != ConnectionState::Uninstalled;
    let shop = |connection: &Connection| TagShop {
        source: connection.source,
        name: connection.name.clone(),
        namespace: connection.namespace.clone(),
        is_alone: connection.namespace.is_none() && bare == 1,
    };
    Ok(connections.iter().filter(is_told).map(shop).collect())
}

/// What a shop that was told has of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToldTags {
    /// All but these, which it cannot hold.
    Written { left_out: Vec<String> },
    /// None of the ids is one of an account there.
    NoAccount,
    /// The shop has the customer no more.
    Gone,
}

/// Tells a connection's shop what is different at a customer whom it calls by these ids. The same change again changes nothing.
pub async fn write_tags(
    state: &Connections,
    workspace: i64,
    source: i64,
    ids: &[String],
    change: &TagChange,
) -> Result<ToldTags, WriteRefusal> {
    let found = find_connection(state, workspace, source).await;
    let found = found.map_err(|error| later(format!("the database: {error}")))?;
    let connection = found.ok_or_else(|| finally("the shop is connected no more".to_owned()))?;
    if connection.state != ConnectionState::Active {
        return Err(later(format!("the connection {:?} is not at work", connection.name)));
    }
    let accounts: Vec<&String> = ids.iter().filter(|id| is_account(&connection.shop, id)).collect();
    if accounts.is_empty() {
        return Ok(ToldTags::NoAccount);
    }
    let client = Client::new(state.web.clone(), &connection.shop, connection.access()).map_err(finally)?;
    let mut told = ToldTags::Gone;
    for id in accounts {
        if let TagsWritten::Done { left_out } = client.write_tags(id, change).await.map_err(refused)? {
            told = ToldTags::Written { left_out };
        }
    }
    Ok(told)
}

/// Writes down at the connection that its shop does not take tags, and why.
pub async fn note_refused_tags(state: &Connections, workspace: i64, source: i64, reason: &str) {
    match find_connection(state, workspace, source).await {
        Ok(Some(connection)) => {
            let text = format!("tags of a customer were not written: {reason}");
            hooks::note_trouble(state, &connection, state.desk.clock.now(), &text, false).await;
        }
        Ok(None) => {}
        Err(error) => tracing::warn!(%error, source, "a connection's trouble could not be written down"),
    }
}
