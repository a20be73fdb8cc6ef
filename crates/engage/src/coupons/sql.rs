//! SQL of coupons.

use store::{Migration, Sql};

pub const MIGRATION: Migration = Migration::new(
    "engage/0009_coupons",
    "
CREATE INDEX effect_coupon ON effect (partition, run_at, id) WHERE kind = 'coupon';
",
);

/// What is due of [`super::COUPON`], oldest first. The kind stands here as a text, or its index would not serve.
pub static COUPONS_DUE: Sql = Sql::one(
    "SELECT id, run_at, cell FROM effect
     WHERE partition = $1 AND run_at <= $2 AND kind = 'coupon'
     ORDER BY run_at, id
     LIMIT $3",
);
