//! SQL of the reports. The table is the runtime's; here it is only read.

use store::Sql;

/// The sums of the metrics that the recovery report is made of, over days counted since 1970.
pub static RECOVERY: Sql = Sql::one(
    "SELECT metric, flow, step, currency, CAST(sum(n) AS BIGINT) AS n, CAST(sum(minor) AS BIGINT) AS minor
     FROM rollup
     WHERE partition = $1 AND day >= $2 AND day <= $3
       AND metric IN ('carts_abandoned', 'carts_messaged', 'carts_recovered', 'carts_converted', 'messages_sent', 'messages_skipped',
         'links_clicked', 'credit_linear', 'credit_last', 'agent_closed', 'orders_credited')
     GROUP BY metric, flow, step, currency
     ORDER BY metric, flow, step, currency",
);
