//! After a flow was switched on: every customer is looked at again, a slice at a time, because the loop only knows when to look
//! at a customer by what was true when they last changed.

use crate::commands::{self, TouchCells};
use base::{Clock, DAY, Id, Time};
use crm::calls::Input;
use runtime::Handle;
use std::time::Duration;
use store::Db;

/// Customers in one command.
const SLICE: i64 = 1_000;
/// How long we wait for new customers to reach the table, and how often we look.
const SWEPT_WITHIN: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(250);

/// Has every customer looked at again. Those who came so recently that they were not in the table yet get a second pass. What
/// fails is told in the log; switching the flow on once more does it again.
pub async fn look_again(db: Db, clock: &dyn Clock, handle: Handle<Input>) {
    let began = clock.now();
    if let Err(reason) = pass(&db, clock, &handle, Id::ZERO).await {
        tracing::error!(reason, workspace = handle.partition(), "not every customer could be looked at again");
        return;
    }
    let mut waited = Duration::ZERO;
    while handle.status().dirty_bytes() > 0 && waited < SWEPT_WITHIN {
        tokio::time::sleep(LOOK).await;
        waited += LOOK;
    }
    let recent = Time((began + -DAY).0.max(0));
    if let Err(reason) = pass(&db, clock, &handle, Id::from_parts(recent, [0; 10])).await {
        tracing::error!(reason, workspace = handle.partition(), "not every new customer could be looked at again");
    }
}

async fn pass(db: &Db, clock: &dyn Clock, handle: &Handle<Input>, after: Id) -> Result<(), String> {
    let mut after = after;
    loop {
        let params = [handle.partition().into(), after.into(), SLICE.into()];
        let rows = db.query(&runtime::sql::CELLS_AFTER, &params).await.map_err(|e| e.to_string())?;
        let cells: Vec<Id> = rows.iter().map(|row| row.id("id")).filter(|id| !id.is_zero()).collect();
        let Some(last) = cells.last().copied() else {
            return Ok(());
        };
        let command = commands::new("cells.touch", &TouchCells { cells }, clock.now());
        handle.command(command).await.map_err(|e| e.to_string())?;
        after = last;
    }
}
