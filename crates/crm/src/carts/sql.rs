//! SQL that reads carts, deals and orders for the lists. Their tables are in `customers::sql`: they are swept together.

use store::Sql;

/// Carts in one state before an id (ids carry the time of opening), newest first.
pub static CARTS: Sql = Sql::one(
    "SELECT c.id, c.shop_id, c.state, c.total, c.currency, c.pieces, c.opened_at, c.last_activity_at, c.abandoned_at, c.closed_at,
       c.order_id, c.customer, u.name, u.email, u.agent
     FROM cart c JOIN customer u ON u.partition = c.partition AND u.id = c.customer
     WHERE c.partition = $1 AND c.state = $2 AND c.id < $3
     ORDER BY c.id DESC
     LIMIT $4",
);
/// The same, of one agent's customers.
pub static CARTS_OF_AGENT: Sql = Sql::one(
    "SELECT c.id, c.shop_id, c.state, c.total, c.currency, c.pieces, c.opened_at, c.last_activity_at, c.abandoned_at, c.closed_at,
       c.order_id, c.customer, u.name, u.email, u.agent
     FROM cart c JOIN customer u ON u.partition = c.partition AND u.id = c.customer
     WHERE c.partition = $1 AND c.state = $2 AND c.id < $3 AND c.agent = $4
     ORDER BY c.id DESC
     LIMIT $5",
);
/// Who owns a cart, found in the index by state.
pub static CART_CUSTOMER: Sql = Sql::one(
    "SELECT customer
     FROM cart
     WHERE partition = $1 AND state IN ('active', 'abandoned', 'recovered', 'converted', 'expired') AND id = $2
     ORDER BY customer
     LIMIT 1",
);
/// Deals of a pipeline before an id, newest first.
pub static DEALS: Sql = Sql::one(
    "SELECT d.id, d.cart, d.pipeline, d.stage, d.amount, d.currency, d.created_at, d.won_at, d.customer, u.name, u.email, u.agent
     FROM deal d JOIN customer u ON u.partition = d.partition AND u.id = d.customer
     WHERE d.partition = $1 AND d.id < $2 AND d.pipeline = $3
     ORDER BY d.id DESC
     LIMIT $4",
);
/// The same, in one stage.
pub static DEALS_IN_STAGE: Sql = Sql::one(
    "SELECT d.id, d.cart, d.pipeline, d.stage, d.amount, d.currency, d.created_at, d.won_at, d.customer, u.name, u.email, u.agent
     FROM deal d JOIN customer u ON u.partition = d.partition AND u.id = d.customer
     WHERE d.partition = $1 AND d.id < $2 AND d.pipeline = $3 AND d.stage = $4
     ORDER BY d.id DESC
     LIMIT $5",
);
/// The same, of one agent's customers, in one stage where one is given.
pub static DEALS_OF_AGENT: Sql = Sql::one(
    "SELECT d.id, d.cart, d.pipeline, d.stage, d.amount, d.currency, d.created_at, d.won_at, d.customer, u.name, u.email, u.agent
     FROM deal d JOIN customer u ON u.partition = d.partition AND u.id = d.customer
     WHERE d.partition = $1 AND d.id < $2 AND d.pipeline = $3 AND (d.stage = $4 OR $4 IS NULL) AND d.agent = $5
     ORDER BY d.id DESC
     LIMIT $6",
);
/// Deals by stage of a pipeline: how many, and worth how much together, by currency.
pub static DEAL_STAGES: Sql = Sql::one(
    "SELECT stage, currency, count(*) AS deals, CAST(COALESCE(sum(amount), 0) AS BIGINT) AS amount
     FROM deal
     WHERE partition = $1 AND pipeline = $2
     GROUP BY stage, currency
     ORDER BY stage, currency",
);
pub static DEAL_FIND: Sql = Sql::one("SELECT customer, cart FROM deal WHERE partition = $1 AND id = $2");
/// Orders before (time, customer, order id), newest first.
pub static ORDERS: Sql = Sql::one(
    "SELECT o.id, o.customer, o.at, o.currency, o.total, o.refunded, o.cart, o.cancelled_at, u.name, u.email, u.agent
     FROM shop_order o LEFT JOIN customer u ON u.partition = o.partition AND u.id = o.customer
     WHERE o.partition = $1 AND (o.at, o.customer, o.id) < ($2, $3, $4)
     ORDER BY o.at DESC, o.customer DESC, o.id DESC
     LIMIT $5",
);
