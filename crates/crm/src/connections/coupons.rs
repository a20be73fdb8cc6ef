//! Coupons that a shop is told to take.

use super::{
    Connection, ConnectionState, Connections, list_connections,
    refusal::{WriteRefusal, finally, later, refused},
};
use adapters::shops::client::{Client, makes_coupons};

pub use adapters::shops::client::{Coupon, Discount};

/// Connections looked at; a workspace has a handful.
const CONNECTIONS_MAX: i64 = 200;

/// Has a shop take a coupon: the one whose source is called `shop`, else the workspace's only one whose API makes coupons. Returns
/// the source's name. The same coupon again changes nothing.
pub async fn take_coupon(
    state: &Connections,
    workspace: i64,
    shop: Option<&str>,
    coupon: &Coupon,
) -> Result<String, WriteRefusal> {
    let connections = list_connections(state, workspace, 0, CONNECTIONS_MAX).await;
    let connections = connections.map_err(|error| later(format!("the database: {error}")))?;
    let connection = chosen(&connections, shop)?;
    if connection.state != ConnectionState::Active {
        return Err(later(format!("the connection {:?} is not at work", connection.name)));
    }
    let client = Client::new(state.web.clone(), &connection.shop, connection.access()).map_err(finally)?;
    client.make_coupon(coupon).await.map_err(refused)?;
    Ok(connection.name.clone())
}

fn chosen<'a>(connections: &'a [Connection], shop: Option<&str>) -> Result<&'a Connection, WriteRefusal> {
    if let Some(name) = shop {
        let found = connections.iter().find(|connection| connection.name == name);
        return found.ok_or_else(|| finally(format!("there is no shop connected that is called {name:?}")));
    }
    let mut able = connections.iter().filter(|connection| connection.has_api() && makes_coupons(&connection.shop));
    match (able.next(), able.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(finally("no shop is connected whose API makes coupons".to_owned())),
        _ => Err(finally("several shops make coupons: say in the task which one is meant (shop)".to_owned())),
    }
}
