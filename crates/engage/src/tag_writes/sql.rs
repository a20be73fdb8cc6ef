//! SQL of tags written to shops.

use store::{Migration, Sql};

pub const MIGRATION: Migration = Migration::new(
    "engage/0010_tag_writes",
    "
CREATE INDEX effect_tags ON effect (partition, run_at, id) WHERE kind = 'tags';
",
);

/// What is due of [`super::TAGS`], oldest first. The kind stands here as a text, or its index would not serve.
pub static TAGS_DUE: Sql = Sql::one(
    "SELECT id, run_at, cell FROM effect
     WHERE partition = $1 AND run_at <= $2 AND kind = 'tags'
     ORDER BY run_at, id
     LIMIT $3",
);
