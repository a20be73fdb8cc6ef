//! How large tables are, and a database of the benchmark's own.

use store::Sql;

/// Bytes of each table with its indexes: `name`, `bytes`. Both engines count them in their own catalogue.
pub static TABLE_BYTES: Sql = Sql::pair(
    "SELECT m.tbl_name AS name, SUM(s.pgsize) AS bytes FROM dbstat s JOIN sqlite_master m ON m.name = s.name \
     WHERE s.aggregate = 1 GROUP BY m.tbl_name",
    "SELECT relname::text AS name, pg_total_relation_size(oid)::bigint AS bytes FROM pg_class \
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
);

/// Makes a database; the server cannot take its name as a parameter.
pub fn create_database(name: &str) -> String {
    format!("CREATE DATABASE {name} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C.UTF-8' ENCODING 'UTF8'")
}

pub fn drop_database(name: &str) -> String {
    format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")
}
