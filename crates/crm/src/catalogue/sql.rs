//! SQL of the catalogue: list rows written in sweeps, product events at their commit, what feeds brought.

use store::{Migration, Sql};

pub const MIGRATION: Migration = Migration::new(
    "crm/0002_catalogue",
    "
CREATE TABLE product (partition BIGINT NOT NULL, id BLOB NOT NULL, shop TEXT NOT NULL, product_id TEXT NOT NULL, name TEXT NOT NULL, brand TEXT,
  kind TEXT, image_url TEXT, url TEXT, currency TEXT, price_min BIGINT, price_max BIGINT, stock BIGINT, state TEXT NOT NULL,
  is_active BIGINT NOT NULL, is_deleted BIGINT NOT NULL, variants BIGINT NOT NULL, changed_at BIGINT NOT NULL, found_by TEXT NOT NULL,
  PRIMARY KEY (partition, id)) WITHOUT ROWID;
CREATE INDEX product_state ON product (partition, state, id);
CREATE INDEX product_named ON product (partition, product_id, id);
CREATE TABLE product_word (partition BIGINT NOT NULL, product BLOB NOT NULL, word TEXT NOT NULL, PRIMARY KEY (partition, product, word))
  WITHOUT ROWID;
CREATE INDEX product_word_found ON product_word (partition, word, product);
CREATE TABLE product_category (partition BIGINT NOT NULL, product BLOB NOT NULL, category TEXT NOT NULL,
  PRIMARY KEY (partition, product, category)) WITHOUT ROWID;
CREATE INDEX product_category_found ON product_category (partition, category, product);
CREATE TABLE product_event (partition BIGINT NOT NULL, position BIGINT NOT NULL, n BIGINT NOT NULL, at BIGINT NOT NULL, name TEXT NOT NULL,
  product BLOB NOT NULL, properties TEXT NOT NULL, PRIMARY KEY (partition, position, n)) WITHOUT ROWID;
CREATE INDEX product_event_of ON product_event (partition, product, position);
CREATE TABLE shop_store (partition BIGINT NOT NULL, id BLOB NOT NULL, shop TEXT NOT NULL, location_id TEXT NOT NULL, name TEXT NOT NULL,
  street TEXT, city TEXT, postal_code TEXT, country TEXT, phone TEXT, latitude BIGINT, longitude BIGINT, is_active BIGINT NOT NULL,
  is_deleted BIGINT NOT NULL, PRIMARY KEY (partition, id)) WITHOUT ROWID;
CREATE TABLE shop_collection (partition BIGINT NOT NULL, id BLOB NOT NULL, shop TEXT NOT NULL, collection_id TEXT NOT NULL, name TEXT NOT NULL,
  handle TEXT, parent_id TEXT, image_url TEXT, is_deleted BIGINT NOT NULL, PRIMARY KEY (partition, id)) WITHOUT ROWID;
CREATE TABLE feed_import (partition BIGINT NOT NULL, id BLOB NOT NULL, at BIGINT NOT NULL, source TEXT NOT NULL, file TEXT NOT NULL,
  format TEXT NOT NULL, by_whom TEXT NOT NULL, accepted BIGINT NOT NULL, refused BIGINT NOT NULL, reasons TEXT NOT NULL, error TEXT,
  PRIMARY KEY (partition, id)) WITHOUT ROWID;
",
);

pub static PRODUCT_PUT: Sql = Sql::one(
    "INSERT INTO product (partition, id, shop, product_id, name, brand, kind, image_url, url, currency, price_min, price_max, stock,
       state, is_active, is_deleted, variants, changed_at, found_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
     ON CONFLICT (partition, id) DO UPDATE SET shop = excluded.shop, product_id = excluded.product_id, name = excluded.name,
       brand = excluded.brand, kind = excluded.kind, image_url = excluded.image_url, url = excluded.url,
       currency = excluded.currency, price_min = excluded.price_min, price_max = excluded.price_max, stock = excluded.stock,
       state = excluded.state, is_active = excluded.is_active, is_deleted = excluded.is_deleted, variants = excluded.variants,
       changed_at = excluded.changed_at, found_by = excluded.found_by",
);
pub static PRODUCT_WORDS_DELETE: Sql = Sql::one("DELETE FROM product_word WHERE partition = $1 AND product = $2");
pub static PRODUCT_WORD_PUT: Sql = Sql::one(
    "INSERT INTO product_word (partition, product, word) VALUES ($1, $2, $3) ON CONFLICT (partition, product, word) DO NOTHING",
);
pub static PRODUCT_CATEGORIES_DELETE: Sql =
    Sql::one("DELETE FROM product_category WHERE partition = $1 AND product = $2");
pub static PRODUCT_CATEGORY_PUT: Sql = Sql::one(
    "INSERT INTO product_category (partition, product, category) VALUES ($1, $2, $3)
     ON CONFLICT (partition, product, category) DO NOTHING",
);
pub static PRODUCT_EVENT_INSERT: Sql = Sql::one(
    "INSERT INTO product_event (partition, position, n, at, name, product, properties) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (partition, position, n) DO NOTHING",
);
pub static STORE_PUT: Sql = Sql::one(
    "INSERT INTO shop_store (partition, id, shop, location_id, name, street, city, postal_code, country, phone, latitude, longitude,
       is_active, is_deleted)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     ON CONFLICT (partition, id) DO UPDATE SET name = excluded.name, street = excluded.street, city = excluded.city,
       postal_code = excluded.postal_code, country = excluded.country, phone = excluded.phone, latitude = excluded.latitude,
       longitude = excluded.longitude, is_active = excluded.is_active, is_deleted = excluded.is_deleted",
);
pub static COLLECTION_PUT: Sql = Sql::one(
    "INSERT INTO shop_collection (partition, id, shop, collection_id, name, handle, parent_id, image_url, is_deleted)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (partition, id) DO UPDATE SET name = excluded.name, handle = excluded.handle, parent_id = excluded.parent_id,
       image_url = excluded.image_url, is_deleted = excluded.is_deleted",
);

/// Products before an id (ids carry the time at which they were first heard of), newest first.
pub static PRODUCTS: Sql = Sql::one(
    "SELECT id, shop, product_id, name, brand, kind, image_url, url, currency, price_min, price_max, stock, state, is_active,
       is_deleted, variants, changed_at, found_by
     FROM product
     WHERE partition = $1 AND id < $2 AND is_deleted = $3
     ORDER BY id DESC
     LIMIT $4",
);
/// The same, in one state of stock.
pub static PRODUCTS_IN_STATE: Sql = Sql::one(
    "SELECT id, shop, product_id, name, brand, kind, image_url, url, currency, price_min, price_max, stock, state, is_active,
       is_deleted, variants, changed_at, found_by
     FROM product
     WHERE partition = $1 AND state = $2 AND id < $3 AND is_deleted = $4
     ORDER BY id DESC
     LIMIT $5",
);
/// The same, of a category, in one state of stock where one is given.
pub static PRODUCTS_IN_CATEGORY: Sql = Sql::one(
    "SELECT p.id, p.shop, p.product_id, p.name, p.brand, p.kind, p.image_url, p.url, p.currency, p.price_min, p.price_max, p.stock,
       p.state, p.is_active, p.is_deleted, p.variants, p.changed_at, p.found_by
     FROM product_category c JOIN product p ON p.partition = c.partition AND p.id = c.product
     WHERE c.partition = $1 AND c.category = $2 AND c.product < $3 AND p.is_deleted = $4 AND (p.state = $5 OR $5 IS NULL)
     ORDER BY c.product DESC
     LIMIT $6",
);
/// Products with a word that begins as typed, after (word, product).
pub static PRODUCTS_BY_WORD: Sql = Sql::one(
    "SELECT w.word, w.product, p.id, p.shop, p.product_id, p.name, p.brand, p.kind, p.image_url, p.url, p.currency, p.price_min,
       p.price_max, p.stock, p.state, p.is_active, p.is_deleted, p.variants, p.changed_at, p.found_by
     FROM product_word w JOIN product p ON p.partition = w.partition AND p.id = w.product
     WHERE w.partition = $1 AND w.word < $2 AND (w.word, w.product) > ($3, $4)
     ORDER BY w.word, w.product
     LIMIT $5",
);
/// Whether a product has a category.
pub static PRODUCT_CATEGORIES: Sql =
    Sql::one("SELECT category FROM product_category WHERE partition = $1 AND product = $2 ORDER BY category");
/// What the catalogue says of a product id that a cart names; those still sold first.
pub static PRODUCTS_NAMED: Sql = Sql::one(
    "SELECT id, product_id, name, image_url, url, currency, price_min, price_max, stock, state, is_deleted
     FROM product
     WHERE partition = $1 AND product_id = $2
     ORDER BY is_deleted, id
     LIMIT 1",
);
/// The categories in use, by name, with how many products have each.
pub static CATEGORIES: Sql = Sql::one(
    "SELECT category, count(*) AS products
     FROM product_category
     WHERE partition = $1 AND category > $2
     GROUP BY category
     ORDER BY category
     LIMIT $3",
);
pub static PRODUCT_EVENTS: Sql = Sql::one(
    "SELECT position, n, at, name, properties
     FROM product_event
     WHERE partition = $1 AND product = $2
     ORDER BY position DESC, n DESC
     LIMIT $3",
);
pub static STORES: Sql = Sql::one(
    "SELECT id, shop, location_id, name, street, city, postal_code, country, phone, latitude, longitude, is_active
     FROM shop_store
     WHERE partition = $1 AND id > $2 AND is_deleted = 0
     ORDER BY id
     LIMIT $3",
);
pub static COLLECTIONS: Sql = Sql::one(
    "SELECT id, shop, collection_id, name, handle, parent_id, image_url
     FROM shop_collection
     WHERE partition = $1 AND id > $2 AND is_deleted = 0
     ORDER BY id
     LIMIT $3",
);
pub static FEED_IMPORT_PUT: Sql = Sql::one(
    "INSERT INTO feed_import (partition, id, at, source, file, format, by_whom, accepted, refused, reasons, error)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     ON CONFLICT (partition, id) DO UPDATE SET accepted = excluded.accepted, refused = excluded.refused,
       reasons = excluded.reasons, error = excluded.error",
);
/// How many products and variants a complete feed named no more.
pub static FEED_IMPORT_DELETED: Sql = Sql::one("UPDATE feed_import SET deleted = $3 WHERE partition = $1 AND id = $2");
pub static FEED_IMPORTS: Sql = Sql::one(
    "SELECT id, at, source, file, format, by_whom, accepted, refused, deleted, reasons, error
     FROM feed_import
     WHERE partition = $1 AND id < $2
     ORDER BY id DESC
     LIMIT $3",
);
/// Whether anything of a source is in the catalogue already.
pub static SHOP_KNOWN: Sql =
    Sql::one("SELECT source FROM feed_import WHERE partition = $1 AND source = $2 AND accepted > 0 LIMIT 1");
