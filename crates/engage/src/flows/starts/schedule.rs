//! Who sends the slices: reads which occurrences are under way and goes through the customers, one slice after another. The
//! next one is asked for when the last is applied, so that everything else goes on in between; what is busy is waited for.

use super::schedule_fold::{Slice, Sliced};
use crate::{
    cell::{Cell, SCHEDULE_CELL, StartRun},
    commands,
    domain::Ritorno,
    flows::sql,
    shared::Shared,
};
use base::{Id, SharedClock};
use crm::calls::Input;
use feel::{
    Env, Expression,
    sql::{Condition, Parameter},
};
use runtime::{AppendError, Handle};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use store::{Db, Value};
use tokio::sync::watch;

/// Customers in one slice.
const SLICE: i64 = 200;
/// How often it is looked whether something has begun.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Where the loop is busy, and while new customers reach the table.
const PAUSE: Duration = Duration::from_millis(500);
/// How long new customers are waited for.
const SWEPT_WITHIN: Duration = Duration::from_secs(20);

/// What goes through a workspace's customers when a flow begins by the clock.
pub struct Rounds {
    pub db: Db,
    pub clock: SharedClock,
    pub domain: Arc<Ritorno>,
    pub handle: Handle<Input>,
}

impl Rounds {
    /// Until the process stops.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let (mut known, mut has_schedules) = (bytes::Bytes::new(), false);
        while !*stop.borrow() {
            let shared = self.handle.shared();
            if shared.as_ptr() != known.as_ptr() || shared.len() != known.len() {
                let workspace: Shared = runtime::applier::decode(&shared);
                // One that was switched off may have an occurrence under way: that ends with the same command.
                has_schedules = workspace.starts(&self.domain.compiler).has_schedules();
                known = shared;
            }
            if has_schedules && let Err(reason) = self.go_through(&stop).await {
                tracing::debug!(reason, workspace = self.handle.partition(), "a round through the customers pauses");
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Goes through the customers for every occurrence that is under way; says how many slices were sent. The error is why it
    /// stopped: later it goes on from there.
    pub async fn go_through(&self, stop: &watch::Receiver<bool>) -> Result<usize, String> {
        let Some(cell) = self.handle.cell(SCHEDULE_CELL).await else { return Ok(0) };
        let cell: Cell = runtime::applier::decode(&cell);
        let mut slices = 0;
        for run in cell.schedule.into_iter().flat_map(|schedule| schedule.runs) {
            let narrow = self.narrow(&run);
            let mut after = run.after;
            while !*stop.borrow() {
                slices += 1;
                match self.slice(&run, narrow.as_ref(), after).await? {
                    Some(next) => after = next,
                    None => break,
                }
            }
        }
        Ok(slices)
    }

    /// One slice; gives where to go on.
    async fn slice(&self, run: &StartRun, narrow: Option<&Condition>, after: Id) -> Result<Option<Id>, String> {
        let mut cells = self.customers(narrow, after).await?;
        let mut waited = Duration::ZERO;
        // The newest customers may not be in the table yet.
        while cells.is_empty() && self.handle.status().dirty_bytes() > 0 && waited < SWEPT_WITHIN {
            tokio::time::sleep(PAUSE).await;
            waited += PAUSE;
            cells = self.customers(narrow, after).await?;
        }
        let (flow, at) = (run.flow.to_string(), run.at.to_string());
        let slice = Slice { flow, at, due: run.due, after, cells };
        loop {
            let command = commands::new("flow.slice", &slice, self.clock.now());
            match self.handle.command(command).await {
                Ok(reply) => {
                    let sliced: Sliced = serde_json::from_value(reply).map_err(|e| e.to_string())?;
                    return Ok(sliced.after);
                }
                Err(AppendError::Busy { .. }) => tokio::time::sleep(PAUSE).await,
                Err(error) => return Err(error.to_string()),
            }
        }
    }

    /// The filter as a condition of the database, where it reads nothing but columns: then the others need not be asked. Whom
    /// it finds is asked all the same, as they are by then.
    fn narrow(&self, run: &StartRun) -> Option<Condition> {
        let shared: Shared = runtime::applier::decode(&self.handle.shared());
        let compiled = self.domain.compiler.compile(shared.flow(&run.flow)?.version(run.version)?).ok()?;
        let node = compiled.definition.find_node(&run.at)?;
        let filter = compiled.definition.node(node).attribute("filter")?.trim();
        let filter = Expression::parse(filter.strip_prefix('=').unwrap_or(filter)).ok()?;
        let (nothing, zone) = (BTreeMap::<String, feel::Value>::new(), shared.settings.zone());
        let env = Env { scope: &nothing, now: self.clock.now(), zone: &zone };
        filter.to_sql(&sql::customer_columns(), &env, 4).ok()
    }

    async fn customers(&self, narrow: Option<&Condition>, after: Id) -> Result<Vec<Id>, String> {
        let mut params: Vec<Value> = vec![self.handle.partition().into(), after.into(), SLICE.into()];
        let rows = match narrow {
            None => self.db.query(&runtime::sql::CELLS_AFTER, &params).await,
            Some(condition) => {
                params.extend(condition.parameters.iter().map(|parameter| match parameter {
                    Parameter::Int(n) => Value::Int(*n),
                    Parameter::Text(text) => Value::Text(text.clone()),
                }));
                self.db.query_text(&sql::customers_where(&condition.sql), &params).await
            }
        };
        let rows = rows.map_err(|error| error.to_string())?;
        Ok(rows.iter().map(|row| row.id("id")).filter(|id| !id.is_zero()).collect())
    }
}
