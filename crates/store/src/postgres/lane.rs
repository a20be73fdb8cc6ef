//! A connection of its own on which transactions follow each other without a pause.

use super::{Postgres, session::Session};
use crate::{StoreError, Write};
use std::sync::Arc;
use tokio::{sync::oneshot, task::JoinHandle};

/// See [`crate::Db::lane`].
pub struct Lane {
    database: Arc<Postgres>,
    session: Arc<Session>,
    /// Hears when the last batch is on its way.
    before: Option<oneshot::Receiver<()>>,
}

impl Lane {
    pub(super) fn new(database: Arc<Postgres>, session: Session) -> Lane {
        Lane { database, session: Arc::new(session), before: None }
    }

    /// Sends a batch as one transaction, behind those sent before; the task answers the rows touched by each step once it is durable.
    /// A batch is carried out though one before it failed: what must not be needs an expectation ([`Write::expect`]) that only
    /// holds after that one.
    pub fn send(&mut self, batch: Vec<Write>) -> JoinHandle<Result<Vec<u64>, StoreError>> {
        let (sent, on_its_way) = oneshot::channel();
        let before = self.before.replace(on_its_way);
        let (database, session) = (self.database.clone(), self.session.clone());
        tokio::spawn(async move {
            if let Some(before) = before
                && before.await.is_err()
            {
                return Err(StoreError::Other("the transaction before this one was not sent".to_owned()));
            }
            session.write_behind(&database.plans, &batch, sent).await
        })
    }
}
