//! SQL of reading the log. Every text reads between two positions, so that what is looked through is bounded whatever is asked.

use store::Sql;

/// Events between two positions, newest first; those of a name and of a source where one is said.
pub static EVENTS_DOWN: Sql = Sql::one(
    "SELECT position, received_at, occurred_at, source, kind, name, payload
     FROM event
     WHERE partition = $1 AND position >= $2 AND position < $3 AND (CAST($4 AS TEXT) = '' OR name = CAST($4 AS TEXT))
       AND (CAST($5 AS BIGINT) < 0 OR source = CAST($5 AS BIGINT))
       AND (CAST($6 AS BIGINT) = 1 OR (kind <> 'timer'
         AND name NOT IN ('message.claim', 'message.outcome', 'cells.touch', 'tags.claim', 'tags.outcome')))
     ORDER BY position DESC
     LIMIT $7",
);
/// The same, oldest first.
pub static EVENTS_UP: Sql = Sql::one(
    "SELECT position, received_at, occurred_at, source, kind, name, payload
     FROM event
     WHERE partition = $1 AND position >= $2 AND position < $3 AND (CAST($4 AS TEXT) = '' OR name = CAST($4 AS TEXT))
       AND (CAST($5 AS BIGINT) < 0 OR source = CAST($5 AS BIGINT))
       AND (CAST($6 AS BIGINT) = 1 OR (kind <> 'timer'
         AND name NOT IN ('message.claim', 'message.outcome', 'cells.touch', 'tags.claim', 'tags.outcome')))
     ORDER BY position
     LIMIT $7",
);
/// Whom an id stands for.
pub static CUSTOMER_NAME: Sql = Sql::one(
    "SELECT id AS customer, name, email, agent
     FROM customer
     WHERE partition = $1 AND id = $2",
);
