//! The list rows of a customer: written in sweeps, only where they changed.

use super::{Holder, model::Facts, sql, tags::tag_key, words};
use crate::carts::{Cart, Deal, Order, OrderChange};
use base::{Id, Time, stable_hash};
use runtime::{Domain, Sweep, World};
use store::{Sql, Value};

/// Of the products of one cart, as its row lists them.
const PRODUCTS_BYTES_MAX: usize = 4 << 10;

/// Writes the rows of a customer's carts, deals and its own that differ from what was last written.
pub fn list_rows(id: Id, facts: &mut Facts, sweep: &mut Sweep<'_>) {
    let mut listed = Vec::with_capacity(1 + facts.book.carts.len() + facts.book.deals.len());
    let known = std::mem::take(&mut facts.listed);
    let partition = sweep.partition;
    for gone in std::mem::take(&mut facts.book.gone) {
        sweep.write(&sql::CART_DELETE, vec![partition.into(), id.into(), gone.into()]);
        sweep.write(&sql::DEAL_DELETE, vec![partition.into(), gone.into()]);
    }
    if facts.merged_into.is_some() {
        sweep.write(&sql::CARTS_DELETE, vec![partition.into(), id.into()]);
        sweep.write(&sql::WISHES_DELETE, vec![partition.into(), id.into()]);
    }
    for ended in std::mem::take(&mut facts.ended_wishes) {
        sweep.write(&sql::WISH_DELETE, vec![partition.into(), Value::Text(ended.into()), id.into()]);
    }
    let mut write = |sql: &'static Sql, hash: u64, row: Vec<Value>| {
        if !known.contains(&hash) {
            sweep.write(sql, row);
        }
        listed.push(hash);
    };
    let row = customer_row(partition, id, facts);
    write(&sql::CUSTOMER_PUT, hash_of(&row), row);
    let agent = facts.profile.agent;
    for cart in facts.book.carts.iter().filter(|cart| !cart.is_hollow()) {
        let row = cart_row(partition, id, cart, agent);
        write(&sql::CART_PUT, hash_of(&row), row.into());
    }
    for deal in &facts.book.deals {
        let row = deal_row(partition, id, deal, facts.book.cart(deal.cart), agent);
        write(&sql::DEAL_PUT, hash_of(&row), row.into());
    }
    for wish in &facts.wishes {
        let row = vec![partition.into(), Value::Text(wish.product_id.to_string()), id.into()];
        write(&sql::WISH_PUT, hash_of(&row), row);
    }
    let found_by = words::of_customer(facts);
    let hash = stable_hash(found_by.join(" ").as_bytes());
    // Whoever has no name yet has nothing to be found by: most visitors.
    let is_new = known.is_empty() && found_by.is_empty() && facts.merged_into.is_none();
    if !is_new && !known.contains(&hash) {
        // The old ones go first: statements run in the order in which they first came.
        sweep.write(&sql::CUSTOMER_WORDS_DELETE, vec![partition.into(), id.into()]);
        for word in found_by {
            sweep.write(&sql::CUSTOMER_WORD_PUT, vec![partition.into(), id.into(), Value::Text(word)]);
        }
    }
    listed.push(hash);
    listed.push(tag_rows(id, facts, &known, sweep));
    facts.listed = listed;
}

/// Writes the rows by which the lists find a customer's tags, where they changed; returns their hash.
fn tag_rows(id: Id, facts: &Facts, known: &[u64], sweep: &mut Sweep<'_>) -> u64 {
    let (partition, agent) = (sweep.partition, facts.profile.agent);
    let tags: Vec<String> = match facts.merged_into {
        Some(_) => Vec::new(),
        None => facts.tags.names().map(tag_key).collect(),
    };
    let of_agent = agent.filter(|_| !tags.is_empty()).map_or_else(String::new, |agent| agent.to_string());
    let hash = stable_hash(format!("tags\0{}\0{of_agent}", tags.join("\0")).as_bytes());
    // A closed customer has forgotten what was written of them.
    let is_new = known.is_empty() && tags.is_empty() && facts.merged_into.is_none();
    if !is_new && !known.contains(&hash) {
        sweep.write(&sql::CUSTOMER_TAGS_DELETE, vec![partition.into(), id.into()]);
        for tag in tags {
            sweep.write(&sql::CUSTOMER_TAG_PUT, vec![partition.into(), id.into(), Value::Text(tag), agent.into()]);
        }
    }
    hash
}

/// The tags of a list row: a JSON list, nothing where there are none.
fn tags_text(facts: &Facts) -> Option<String> {
    let names: Vec<&str> = facts.tags.names().collect();
    (!names.is_empty()).then(|| serde_json::to_string(&names).expect("texts are JSON"))
}

/// A hash of a list row, to tell whether it changed.
pub fn hash_of(row: &[Value]) -> u64 {
    let mut bytes = Vec::with_capacity(128);
    for value in row {
        match value {
            Value::Null => bytes.push(0),
            Value::Int(n) => bytes.extend(n.to_le_bytes()),
            Value::Real(n) => bytes.extend(n.to_le_bytes()),
            Value::Text(text) => bytes.extend(text.as_bytes()),
            Value::Static(text) => bytes.extend(text.as_bytes()),
            Value::Raw(text) => bytes.extend_from_slice(text),
            Value::Blob(blob) => bytes.extend(blob),
            Value::Id(id) => bytes.extend(id.0),
        }
        bytes.push(0xff);
    }
    stable_hash(&bytes)
}

fn text(value: &Option<Box<str>>) -> Value {
    value.as_deref().map(str::to_owned).into()
}

fn customer_row(partition: i64, id: Id, facts: &Facts) -> Vec<Value> {
    let top = facts.totals.iter().max_by_key(|t| t.revenue);
    vec![
        partition.into(),
        id.into(),
        facts.key('u').into(),
        text(&facts.profile.email),
        Value::Text(facts.full_name()),
        text(&facts.profile.phone),
        facts.profile.agent.into(),
        facts.created_at.into(),
        i64::from(facts.totals.iter().map(|t| t.orders).sum::<u32>()).into(),
        top.map_or(0, |t| t.revenue - t.refunded).into(),
        top.map(|t| t.currency.to_string()).into(),
        facts.merged_into.into(),
        tags_text(facts).into(),
    ]
}

fn cart_row(partition: i64, customer: Id, cart: &Cart, agent: Option<Id>) -> [Value; 15] {
    [
        partition.into(),
        customer.into(),
        cart.id.into(),
        text(&cart.shop_id),
        Value::Static(cart.state.as_str()),
        cart.total().into(),
        cart.currency.map(|c| c.to_string()).into(),
        cart.lines.iter().map(|line| line.count()).sum::<i64>().into(),
        cart.opened_at.into(),
        cart.last_activity_at.into(),
        cart.abandoned_at.into(),
        cart.closed_at.into(),
        text(&cart.order_id),
        agent.into(),
        products_text(cart).into(),
    ]
}

/// The products of an open cart, a line each: by them the customers are found whom a change of one concerns.
fn products_text(cart: &Cart) -> Option<String> {
    let mut text = String::new();
    for line in cart.lines.iter().filter(|line| cart.is_open() && line.count() > 0) {
        let id = &*line.product_id;
        if text.len() + id.len() > PRODUCTS_BYTES_MAX {
            break;
        }
        if !id.contains('\n') && !text.lines().any(|known| known == id) {
            text.push_str(id);
            text.push('\n');
        }
    }
    (!text.is_empty()).then_some(text)
}

fn deal_row(partition: i64, customer: Id, deal: &Deal, cart: Option<&Cart>, agent: Option<Id>) -> [Value; 11] {
    [
        partition.into(),
        deal.id.into(),
        customer.into(),
        deal.cart.into(),
        Value::Text(deal.pipeline.to_string()),
        Value::Text(deal.stage.to_string()),
        cart.and_then(Cart::total).into(),
        cart.and_then(|cart| cart.currency).map(|c| c.to_string()).into(),
        deal.created_at.into(),
        deal.won_at.into(),
        agent.into(),
    ]
}

/// Writes the rows of carts and deals that the cell lets go in this event: a sweep would not find them any more.
pub fn let_go_rows<D: Domain>(world: &mut World<'_, D>, customer: Id, facts: &mut Facts) {
    let (partition, agent) = (world.partition(), facts.profile.agent);
    for (cart, deal) in std::mem::take(&mut facts.book.let_go) {
        if cart.is_hollow() {
            continue;
        }
        world.insert(&sql::CART_PUT, cart_row(partition, customer, &cart, agent));
        if let Some(deal) = deal {
            world.insert(&sql::DEAL_PUT, deal_row(partition, customer, &deal, Some(&cart), agent));
        }
    }
}

/// Writes an order and its lines: kept for ever, whatever the cell lets go.
pub fn order_rows<D: Holder>(world: &mut World<'_, D>, customer: Id, order: &Order) {
    let partition = world.partition();
    world.upsert(
        &sql::ORDER_PUT,
        order.id.as_bytes(),
        [
            partition.into(),
            customer.into(),
            Value::Text(order.id.to_string()),
            order.at.into(),
            order.currency.as_str().into(),
            order.total.into(),
            order.refunded.into(),
            order.cart.into(),
            order.cancelled_at.into(),
        ],
    );
    for (n, line) in order.lines.iter().enumerate() {
        world.upsert(
            &sql::ORDER_LINE_PUT,
            format!("{}\0{n}", order.id).as_bytes(),
            [
                partition.into(),
                customer.into(),
                Value::Text(order.id.to_string()),
                (n as i64).into(),
                Value::Text(line.product_id.to_string()),
                text(&line.sku),
                text(&line.name),
                line.quantity.into(),
                line.price.into(),
            ],
        );
    }
}

/// Changes the row of an order that the cell let go.
pub fn change_order_row<D: Domain>(world: &mut World<'_, D>, customer: Id, order: &str, what: OrderChange, at: Time) {
    let key = [world.partition().into(), customer.into(), Value::Text(order.to_owned())];
    let [partition, customer, order] = key;
    match what {
        OrderChange::Refunded(minor) => world.insert(&sql::ORDER_REFUND, [partition, customer, order, minor.into()]),
        OrderChange::Cancelled => world.insert(&sql::ORDER_CANCEL, [partition, customer, order, at.into()]),
    }
}

/// Moves the orders of a closed customer to the one it was joined to. Those still in the cell are written anew: their rows
/// may be in this very commit.
pub fn move_order_rows<D: Holder>(world: &mut World<'_, D>, from: Id, into: Id, orders: &[Order]) {
    let partition: Value = world.partition().into();
    world.insert(&sql::ORDER_LINES_MOVE, [partition.clone(), from.into(), into.into()]);
    world.insert(&sql::ORDERS_MOVE, [partition, from.into(), into.into()]);
    orders.iter().filter(|order| order.is_own()).for_each(|order| order_rows(world, into, order));
}

/// Records a join with the closed customer's cell as it was, so that it can be looked at and taken apart again.
pub fn record_merge<D: Holder>(world: &mut World<'_, D>, from: Id, into: Id, before: &[u8]) {
    let (partition, now) = (world.partition(), world.now());
    world.insert(
        &sql::MERGE_INSERT,
        [partition.into(), from.into(), into.into(), now.into(), Value::Blob(before.to_vec())],
    );
}
