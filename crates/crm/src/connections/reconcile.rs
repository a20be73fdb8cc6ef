//! What the shop has against what we have: an object at a time, its events brought in where they are missing.

use super::{Connection, Job, Puller, hooks::Read, sql};
use crate::{
    calls::{Act, Call, Input, What},
    customers::key_of,
    door::Taken,
};
use adapters::shops::client::{Kind, PullError};
use base::{Currency, minor_of};
use runtime::Handle;
use runtime::NewEvent;
use rust_decimal::Decimal;
use store::StoreError;

/// What an object of the shop's says of itself.
#[derive(Debug, Default, Clone, PartialEq)]
struct Said {
    /// The kind of its key and its id.
    key: Option<(char, String)>,
    total: Option<Decimal>,
    currency: Option<Currency>,
    is_cancelled: bool,
    refunded: Decimal,
}

/// What we know of an order.
struct Known {
    currency: Option<Currency>,
    total: Option<i64>,
    refunded: i64,
    is_cancelled: bool,
}

/// Compares one object and brings in what is missing; how many events were new. What is known already is added to `known`, which
/// the caller puts in the log page by page.
pub(super) async fn compare(
    puller: &Puller,
    connection: &Connection,
    job: &mut Job,
    kind: Kind,
    read: Read,
    known: &mut Read,
) -> Result<usize, PullError> {
    let said = said_by(kind, &read.taken.events);
    let Some((letter, id)) = &said.key else {
        // Nothing to know it by, or nothing that was understood.
        join(known, read);
        return Ok(0);
    };
    let handle = (puller.state().loops)(connection.workspace);
    let mut differs = None;
    let is_missing = match kind {
        Kind::Orders => match order_of(puller, &handle, id).await? {
            Some(order) => {
                differs = difference(&said, &order);
                false
            }
            // Perhaps its checkout or a refund was heard of, but not the order.
            None => true,
        },
        _ => handle.find(key_of(*letter, id)).await.is_none(),
    };
    if !is_missing && differs.is_none() {
        join(known, once(connection, read));
        return Ok(0);
    }
    let new = puller.put(connection, read).await?;
    match differs {
        // The log had it, under whichever customer.
        None if new == 0 => {}
        None => {
            job.missing += 1;
            job.repaired += 1;
            job.find(kind, id, "missing", true);
        }
        Some(what) => {
            // The first word on an order counts: another total is shown, and stays.
            let is_repaired = new > 0 && what != "total";
            job.differing += 1;
            job.repaired += i64::from(is_repaired);
            job.find(kind, id, what, is_repaired);
        }
    }
    Ok(new)
}

/// Shops whose webhooks are the objects of their API: the last state that was told is the same event either way, so that one
/// which was lost comes in, and one which was not does nothing.
const SAME_EITHER_WAY: [&str; 2] = ["shopify", "woocommerce"];

/// Of an order that is known, only what happens once is brought in where the API words its state otherwise than the webhook did,
/// which would count as another change. Carts and customers are their state.
fn once(connection: &Connection, read: Read) -> Read {
    let is_order = read.taken.events.iter().any(|event| &*event.name == "Order Completed");
    if !is_order || SAME_EITHER_WAY.contains(&connection.shop.as_str()) {
        return read;
    }
    let is_kept = |event: &NewEvent<Input>| event.kind == "track" && &*event.name != "Order Updated";
    let events = read.taken.events.into_iter().filter(is_kept).collect();
    Read { taken: Taken { events, ..read.taken }, ..read }
}

fn join(to: &mut Read, read: Read) {
    to.taken.events.extend(read.taken.events);
    to.taken.refused.extend(read.taken.refused);
    to.rejected.extend(read.rejected);
}

/// What an object's own events say.
fn said_by(kind: Kind, events: &[NewEvent<Input>]) -> Said {
    let mut said = Said::default();
    for event in events {
        let Input::Call(call) = &event.input else { continue };
        match (kind, &call.act) {
            (Kind::Customers, Act::Identify(_)) => said.key = said.key.or_else(|| person_key(call)),
            (_, Act::Shop(shop)) => {
                let order = || shop.order_id.as_deref().map(|id| ('o', id.to_owned()));
                let cart = shop.cart_id.as_deref().map(|id| ('c', id.to_owned()));
                let checkout = || shop.checkout_id.as_deref().map(|id| ('k', id.to_owned()));
                match (kind, &shop.what) {
                    (Kind::Orders, What::OrderCompleted(order_said)) => {
                        said.key = order();
                        (said.total, said.currency) = (order_said.total, shop.currency);
                    }
                    (Kind::Orders, What::OrderCancelled) => said.is_cancelled = true,
                    (Kind::Orders, What::OrderRefunded { total: Some(total), .. }) => said.refunded += *total,
                    (Kind::Carts, What::CartUpdated { .. } | What::CheckoutStarted { .. }) => {
                        said.key = said.key.or_else(|| cart.or_else(checkout));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    said
}

fn person_key(call: &Call) -> Option<(char, String)> {
    let user = call.user_id.as_deref().map(|id| ('u', id.to_owned()));
    user.or_else(|| call.anonymous_id.as_deref().map(|id| ('a', id.to_owned())))
}

/// The order as we have it: with whoever paid it, or with whose cart it was.
async fn order_of(puller: &Puller, handle: &Handle<Input>, id: &str) -> Result<Option<Known>, PullError> {
    for letter in ['p', 'o'] {
        let Some(owner) = handle.find(key_of(letter, id)).await else { continue };
        let params = [handle.partition().into(), owner.into(), id.into()];
        let rows = puller.state().desk.db.query(&sql::ORDER_OF, &params).await;
        let rows = rows.map_err(|error: StoreError| PullError::Failed(format!("the database: {error}")))?;
        if let Some(row) = rows.first() {
            return Ok(Some(Known {
                currency: Currency::parse(row.text("currency")),
                total: row.opt_int("total"),
                refunded: row.int("refunded"),
                is_cancelled: row.opt_time("cancelled_at").is_some(),
            }));
        }
    }
    Ok(None)
}

/// In what we have the order otherwise than the shop, the gravest first.
fn difference(said: &Said, known: &Known) -> Option<&'static str> {
    let minor = |amount: Decimal| minor_of(amount, said.currency.or(known.currency)?);
    if said.is_cancelled && !known.is_cancelled {
        return Some("cancelled");
    }
    if minor(said.refunded).is_some_and(|refunded| refunded > known.refunded) {
        return Some("refunded");
    }
    let total = said.total.and_then(minor);
    (total.is_some() && known.total.is_some() && total != known.total).then_some("total")
}
