//! SQL of the news of products. The rows that customers are found by are swept by `crm`.

use store::{Migration, Sql};

pub const MIGRATION: Migration = Migration::new(
    "engage/0008_product_news",
    "
CREATE TABLE product_news (partition BIGINT NOT NULL, position BIGINT NOT NULL, PRIMARY KEY (partition)) WITHOUT ROWID;
",
);

/// Up to which position customers were told.
pub static TOLD: Sql = Sql::one("SELECT position FROM product_news WHERE partition = $1");
pub static TOLD_PUT: Sql = Sql::one(
    "INSERT INTO product_news (partition, position) VALUES ($1, $2)
     ON CONFLICT (partition) DO UPDATE SET position = excluded.position",
);
pub static PRODUCT_EVENTS_AFTER: Sql = Sql::one(
    "SELECT position, n, at, name, properties
     FROM product_event
     WHERE partition = $1 AND position > $2
     ORDER BY position, n
     LIMIT $3",
);
/// Carts in a state, with the products that lie in them.
pub static CARTS_WITH_PRODUCTS: Sql = Sql::one(
    "SELECT id, customer, products
     FROM cart
     WHERE partition = $1 AND state = $2 AND id > $3 AND products IS NOT NULL
     ORDER BY id
     LIMIT $4",
);
/// Customers who asked for a product.
pub static WISHES_FOR: Sql = Sql::one(
    "SELECT customer
     FROM product_wish
     WHERE partition = $1 AND product_id = $2 AND customer > $3
     ORDER BY customer
     LIMIT $4",
);
