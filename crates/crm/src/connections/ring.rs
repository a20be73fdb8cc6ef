//! The connections that webhooks come in for, in memory: the address is looked up for each request.

use super::{Connection, sql};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use store::{Db, StoreError};
use tokio::time::Instant;

/// A change made by another process is seen within it.
const FRESH: Duration = Duration::from_millis(500);
/// Connections kept; beyond it all are read anew.
const KEPT_MAX: usize = 10_000;

/// Cheap to clone.
#[derive(Clone)]
pub struct Ring {
    db: Db,
    kept: Arc<Mutex<HashMap<String, (Instant, Arc<Connection>)>>>,
}

impl Ring {
    pub fn new(db: Db) -> Ring {
        Ring { db, kept: Arc::default() }
    }

    /// The connection whose webhooks come to the address with this end. An unknown one is asked for each time: there is nothing
    /// to keep of guesses.
    pub async fn find(&self, token: &str) -> Result<Option<Arc<Connection>>, StoreError> {
        if let Some((at, known)) = self.kept().get(token)
            && at.elapsed() < FRESH
        {
            return Ok(Some(known.clone()));
        }
        let rows = self.db.query(&sql::CONNECTION_BY_TOKEN, &[token.into()]).await?;
        let found = rows.first().map(|row| Arc::new(Connection::of(row)));
        let mut kept = self.kept();
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        match &found {
            Some(found) => drop(kept.insert(token.to_owned(), (Instant::now(), found.clone()))),
            None => drop(kept.remove(token)),
        }
        Ok(found)
    }

    /// Forgets all, after a change.
    pub fn forget(&self) {
        self.kept().clear();
    }

    /// Forgets one.
    pub fn forget_one(&self, token: &str) {
        self.kept().remove(token);
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, HashMap<String, (Instant, Arc<Connection>)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
