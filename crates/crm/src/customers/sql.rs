//! SQL of customers, carts, orders and deals: list rows written in sweeps, orders at their commit.

use store::{Migration, Sql};

pub const MIGRATION: Migration = Migration::new(
    "crm/0001_customers",
    "
CREATE TABLE customer (partition BIGINT NOT NULL, id BLOB NOT NULL, user_id TEXT, email TEXT, name TEXT NOT NULL, phone TEXT, agent BLOB,
  created_at BIGINT NOT NULL, orders BIGINT NOT NULL, revenue BIGINT NOT NULL, currency TEXT, merged_into BLOB, tags TEXT,
  PRIMARY KEY (partition, id)) WITHOUT ROWID;
CREATE INDEX customer_agent ON customer (partition, agent, id) WHERE agent IS NOT NULL;
CREATE TABLE customer_word (partition BIGINT NOT NULL, customer BLOB NOT NULL, word TEXT NOT NULL, PRIMARY KEY (partition, customer, word))
  WITHOUT ROWID;
CREATE INDEX customer_word_found ON customer_word (partition, word, customer);
CREATE TABLE customer_tag (partition BIGINT NOT NULL, customer BLOB NOT NULL, tag TEXT NOT NULL, agent BLOB,
  PRIMARY KEY (partition, customer, tag)) WITHOUT ROWID;
CREATE INDEX customer_tag_found ON customer_tag (partition, tag, customer);
CREATE INDEX customer_tag_agent ON customer_tag (partition, agent, tag, customer) WHERE agent IS NOT NULL;
CREATE TABLE cart (partition BIGINT NOT NULL, customer BLOB NOT NULL, id BLOB NOT NULL, shop_id TEXT, state TEXT NOT NULL, total BIGINT,
  currency TEXT, pieces BIGINT NOT NULL, opened_at BIGINT NOT NULL, last_activity_at BIGINT NOT NULL, abandoned_at BIGINT, closed_at BIGINT,
  order_id TEXT, agent BLOB, PRIMARY KEY (partition, customer, id)) WITHOUT ROWID;
CREATE INDEX cart_state ON cart (partition, state, id);
CREATE INDEX cart_agent ON cart (partition, agent, state, id) WHERE agent IS NOT NULL;
CREATE TABLE deal (partition BIGINT NOT NULL, id BLOB NOT NULL, customer BLOB NOT NULL, cart BLOB, pipeline TEXT NOT NULL, stage TEXT NOT NULL,
  amount BIGINT, currency TEXT, created_at BIGINT NOT NULL, won_at BIGINT, agent BLOB, PRIMARY KEY (partition, id)) WITHOUT ROWID;
CREATE INDEX deal_stage ON deal (partition, pipeline, stage, id);
CREATE INDEX deal_agent ON deal (partition, agent, id) WHERE agent IS NOT NULL;
CREATE TABLE shop_order (partition BIGINT NOT NULL, customer BLOB NOT NULL, id TEXT NOT NULL, at BIGINT NOT NULL, currency TEXT NOT NULL,
  total BIGINT, refunded BIGINT NOT NULL, cart BLOB, cancelled_at BIGINT, PRIMARY KEY (partition, customer, id)) WITHOUT ROWID;
CREATE INDEX shop_order_time ON shop_order (partition, at, customer, id);
CREATE TABLE order_line (partition BIGINT NOT NULL, customer BLOB NOT NULL, order_id TEXT NOT NULL, n BIGINT NOT NULL, product_id TEXT NOT NULL,
  sku TEXT, name TEXT, quantity BIGINT NOT NULL, price BIGINT, PRIMARY KEY (partition, customer, order_id, n)) WITHOUT ROWID;
CREATE TABLE customer_merge (partition BIGINT NOT NULL, closed BLOB NOT NULL, into_customer BLOB NOT NULL, at BIGINT NOT NULL,
  before BLOB NOT NULL, PRIMARY KEY (partition, closed)) WITHOUT ROWID;
",
);

pub static CUSTOMER_PUT: Sql = Sql::one(
    "INSERT INTO customer (partition, id, user_id, email, name, phone, agent, created_at, orders, revenue, currency, merged_into,
       tags)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     ON CONFLICT (partition, id) DO UPDATE SET user_id = excluded.user_id, email = excluded.email, name = excluded.name,
       phone = excluded.phone, agent = excluded.agent, created_at = excluded.created_at, orders = excluded.orders,
       revenue = excluded.revenue, currency = excluded.currency, merged_into = excluded.merged_into, tags = excluded.tags",
);
/// What products concern whom.
pub const INTEREST: Migration = Migration::new(
    "crm/0005_interest",
    "
ALTER TABLE cart ADD COLUMN products TEXT;
CREATE TABLE product_wish (partition BIGINT NOT NULL, product_id TEXT NOT NULL, customer BLOB NOT NULL,
  PRIMARY KEY (partition, product_id, customer)) WITHOUT ROWID;
CREATE INDEX product_wish_of ON product_wish (partition, customer);
",
);

pub static WISH_PUT: Sql = Sql::one(
    "INSERT INTO product_wish (partition, product_id, customer) VALUES ($1, $2, $3)
     ON CONFLICT (partition, product_id, customer) DO NOTHING",
);
pub static WISH_DELETE: Sql =
    Sql::one("DELETE FROM product_wish WHERE partition = $1 AND product_id = $2 AND customer = $3");
pub static WISHES_DELETE: Sql = Sql::one("DELETE FROM product_wish WHERE partition = $1 AND customer = $2");
pub static CART_PUT: Sql = Sql::one(
    "INSERT INTO cart (partition, customer, id, shop_id, state, total, currency, pieces, opened_at, last_activity_at, abandoned_at,
       closed_at, order_id, agent, products)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
     ON CONFLICT (partition, customer, id) DO UPDATE SET shop_id = excluded.shop_id, state = excluded.state, total = excluded.total,
       currency = excluded.currency, pieces = excluded.pieces, opened_at = excluded.opened_at,
       last_activity_at = excluded.last_activity_at, abandoned_at = excluded.abandoned_at, closed_at = excluded.closed_at,
       order_id = excluded.order_id, agent = excluded.agent, products = excluded.products",
);
pub static DEAL_PUT: Sql = Sql::one(
    "INSERT INTO deal (partition, id, customer, cart, pipeline, stage, amount, currency, created_at, won_at, agent)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     ON CONFLICT (partition, id) DO UPDATE SET customer = excluded.customer, cart = excluded.cart, pipeline = excluded.pipeline,
       stage = excluded.stage, amount = excluded.amount, currency = excluded.currency, created_at = excluded.created_at, won_at = excluded.won_at,
       agent = excluded.agent",
);
pub static ORDER_PUT: Sql = Sql::one(
    "INSERT INTO shop_order (partition, customer, id, at, currency, total, refunded, cart, cancelled_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (partition, customer, id) DO UPDATE SET at = excluded.at, currency = excluded.currency, total = excluded.total,
       refunded = excluded.refunded, cart = excluded.cart, cancelled_at = excluded.cancelled_at",
);
pub static ORDER_LINE_PUT: Sql = Sql::one(
    "INSERT INTO order_line (partition, customer, order_id, n, product_id, sku, name, quantity, price)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (partition, customer, order_id, n) DO UPDATE SET product_id = excluded.product_id, sku = excluded.sku,
       name = excluded.name, quantity = excluded.quantity, price = excluded.price",
);
pub static MERGE_INSERT: Sql = Sql::one(
    "INSERT INTO customer_merge (partition, closed, into_customer, at, before) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (partition, closed) DO NOTHING",
);
pub static CART_DELETE: Sql = Sql::one("DELETE FROM cart WHERE partition = $1 AND customer = $2 AND id = $3");
pub static CARTS_DELETE: Sql = Sql::one("DELETE FROM cart WHERE partition = $1 AND customer = $2");
pub static DEAL_DELETE: Sql = Sql::one("DELETE FROM deal WHERE partition = $1 AND id = $2");

/// The newest customers before an id: ids carry the time at which they were made.
pub static CUSTOMERS: Sql = Sql::one(
    "SELECT id, user_id, email, name, phone, agent, created_at, orders, revenue, currency, tags
     FROM customer
     WHERE partition = $1 AND id < $2 AND merged_into IS NULL
     ORDER BY id DESC
     LIMIT $3",
);
pub static CUSTOMERS_OF_AGENT: Sql = Sql::one(
    "SELECT id, user_id, email, name, phone, agent, created_at, orders, revenue, currency, tags
     FROM customer
     WHERE partition = $1 AND id < $2 AND merged_into IS NULL AND agent = $3
     ORDER BY id DESC
     LIMIT $4",
);
/// Customers with a tag before an id, newest first.
pub static CUSTOMERS_TAGGED: Sql = Sql::one(
    "SELECT c.id, c.user_id, c.email, c.name, c.phone, c.agent, c.created_at, c.orders, c.revenue, c.currency, c.tags
     FROM customer_tag t JOIN customer c ON c.partition = t.partition AND c.id = t.customer
     WHERE t.partition = $1 AND t.tag = $2 AND t.customer < $3
     ORDER BY t.customer DESC
     LIMIT $4",
);
/// The same, of one agent's.
pub static CUSTOMERS_TAGGED_OF_AGENT: Sql = Sql::one(
    "SELECT c.id, c.user_id, c.email, c.name, c.phone, c.agent, c.created_at, c.orders, c.revenue, c.currency, c.tags
     FROM customer_tag t JOIN customer c ON c.partition = t.partition AND c.id = t.customer
     WHERE t.partition = $1 AND t.agent = $2 AND t.tag = $3 AND t.customer < $4
     ORDER BY t.customer DESC
     LIMIT $5",
);
/// Tags in use from one on and before another, from the counts that the fold keeps.
pub static TAGS: Sql = Sql::one(
    "SELECT flow AS tag, max(step) AS name, CAST(sum(n) AS BIGINT) AS n
     FROM rollup
     WHERE partition = $1 AND metric = 'tagged' AND day = 0 AND flow >= $2 AND flow < $3 AND n > 0
     GROUP BY flow
     ORDER BY flow
     LIMIT $4",
);
pub static CUSTOMER_TAGS_DELETE: Sql = Sql::one("DELETE FROM customer_tag WHERE partition = $1 AND customer = $2");
pub static CUSTOMER_TAG_PUT: Sql = Sql::one(
    "INSERT INTO customer_tag (partition, customer, tag, agent) VALUES ($1, $2, $3, $4)
     ON CONFLICT (partition, customer, tag) DO UPDATE SET agent = excluded.agent",
);
/// Customers by the words that they are found by, from one word on up to another, after (word, customer): those of whose words
/// one begins with `$6` too (`''`: any may). Whom the second word leaves out has no columns, but still shows how far the slice went.
pub static CUSTOMERS_BY_WORD: Sql = Sql::one(
    "SELECT w.word, w.customer, c.id, c.user_id, c.email, c.name, c.phone, c.agent, c.created_at, c.orders, c.revenue,
       c.currency, c.tags
     FROM (SELECT partition, word, customer FROM customer_word
           WHERE partition = $1 AND word < $2 AND (word, customer) > ($3, $4)
           ORDER BY word, customer
           LIMIT $5) AS w
     LEFT JOIN customer c ON c.partition = w.partition AND c.id = w.customer
       AND ($6 = '' OR EXISTS (SELECT 1 FROM customer_word o
                               WHERE o.partition = w.partition AND o.customer = w.customer AND o.word >= $6 AND o.word < $7))
     ORDER BY w.word, w.customer",
);
pub static CUSTOMER_WORDS_DELETE: Sql = Sql::one("DELETE FROM customer_word WHERE partition = $1 AND customer = $2");
pub static CUSTOMER_WORD_PUT: Sql = Sql::one(
    "INSERT INTO customer_word (partition, customer, word) VALUES ($1, $2, $3) ON CONFLICT (partition, customer, word) DO NOTHING",
);
/// The newest orders of one customer before (time, id).
pub static ORDERS_OF: Sql = Sql::one(
    "SELECT id, customer, at, currency, total, refunded, cart, cancelled_at
     FROM shop_order
     WHERE partition = $1 AND customer = $2 AND (at, id) < ($3, $4)
     ORDER BY at DESC, id DESC
     LIMIT $5",
);
/// What one customer ever bought, by product, after a product id. Cancelled orders are none.
pub static PRODUCTS_OF: Sql = Sql::one(
    "SELECT l.product_id, max(l.name) AS name, CAST(sum(l.quantity) AS BIGINT) AS pieces, count(DISTINCT l.order_id) AS orders,
       min(o.at) AS first_at, max(o.at) AS last_at
     FROM order_line l JOIN shop_order o ON o.partition = l.partition AND o.customer = l.customer AND o.id = l.order_id
     WHERE l.partition = $1 AND l.customer = $2 AND l.product_id > $3 AND o.cancelled_at IS NULL
     GROUP BY l.product_id
     ORDER BY l.product_id
     LIMIT $4",
);
/// A refund of an order that its customer's cell let go; an unsaid amount is the whole order.
pub static ORDER_REFUND: Sql = Sql::one(
    "UPDATE shop_order SET refunded = CASE
       WHEN $4 IS NULL THEN COALESCE(total, refunded)
       WHEN total IS NOT NULL AND refunded + $4 > total THEN total
       ELSE refunded + $4 END
     WHERE partition = $1 AND customer = $2 AND id = $3",
);
pub static ORDER_CANCEL: Sql = Sql::one(
    "UPDATE shop_order SET cancelled_at = COALESCE(cancelled_at, $4) WHERE partition = $1 AND customer = $2 AND id = $3",
);
pub static ORDERS_MOVE: Sql = Sql::one("UPDATE shop_order SET customer = $3 WHERE partition = $1 AND customer = $2");
pub static ORDER_LINES_MOVE: Sql =
    Sql::one("UPDATE order_line SET customer = $3 WHERE partition = $1 AND customer = $2");
