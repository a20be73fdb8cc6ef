//! What the routes of the API share: their state, and how a command of theirs is carried out.

use crate::{Ritorno, cell::Cell, shared::Shared};
use adapters::web::Web;
use axum::extract::FromRef;
use base::Id;
use bytes::Bytes;
use crm::{
    api::{living_cell, no_customer},
    calls::Input,
    desk::{Caller, DeskState},
};
use futures_util::future::BoxFuture;
use http_kit::Problem;
use runtime::Handle;
use serde::Serialize;
use serde_json::Value as Json;
use std::{sync::Arc, time::Duration};
use store::{Row, Sql, Value};

/// Sends a message that no journey asked for: a test of a template.
pub trait Mailer: Send + Sync {
    /// Sends it now; the error says in words what the mail server said, or that there is none.
    fn send(&self, workspace: i64, mail: TestMail) -> BoxFuture<'_, Result<(), String>>;
}

/// A test of a template, rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestMail {
    pub to: String,
    pub from: String,
    pub from_name: String,
    pub subject: String,
    pub html: String,
    pub text: String,
}

/// For a server without mail: says so.
#[derive(Debug, Default, Clone, Copy)]
pub struct NoMailer;

impl Mailer for NoMailer {
    fn send(&self, _workspace: i64, _mail: TestMail) -> BoxFuture<'_, Result<(), String>> {
        Box::pin(async { Err("no mail server is set up: start with --smtp-url".to_owned()) })
    }
}

/// What the routes need. Cheap to clone.
#[derive(Clone)]
pub struct ApiState {
    /// What those of the facts need.
    pub facts: crm::api::ApiState,
    /// The same as the loops', so that compiled flows are shared.
    pub domain: Arc<Ritorno>,
    pub mailer: Arc<dyn Mailer>,
    /// What calls other CRMs.
    pub web: Web,
}

impl FromRef<ApiState> for DeskState {
    fn from_ref(state: &ApiState) -> DeskState {
        state.facts.desk.clone()
    }
}

impl ApiState {
    pub(crate) fn handle(&self, caller: &Caller) -> Handle<Input> {
        self.facts.handle(caller)
    }

    /// The workspace's own state, as of the last commit that changed it.
    pub(crate) fn shared(&self, caller: &Caller) -> Shared {
        runtime::applier::decode(&self.handle(caller).shared())
    }

    /// The workspace's own state once it shows what a command has just done: a process that does not run the loop hears of it
    /// a moment later. After two seconds it is what it is.
    pub(crate) async fn shared_once(&self, caller: &Caller, is_there: impl Fn(&Shared) -> bool) -> Shared {
        let mut shared = self.shared(caller);
        for _ in 0..200 {
            if is_there(&shared) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
            shared = self.shared(caller);
        }
        shared
    }

    /// The customer with this id, or the one it was joined to, with everything that waits for it.
    pub(crate) async fn customer(&self, caller: &Caller, id: Id) -> Result<(Id, Cell), Problem> {
        let (id, data): (Id, Bytes) = living_cell(&self.handle(caller), id).await.ok_or_else(|| no_customer(id))?;
        Ok((id, runtime::applier::decode(&data)))
    }

    pub(crate) async fn query(&self, sql: &'static Sql, params: &[Value]) -> Result<Vec<Row>, Problem> {
        self.facts.query(sql, params).await
    }

    /// Puts a command in the log and answers what the fold replied.
    pub(crate) async fn carry_out(
        &self,
        caller: &Caller,
        name: &'static str,
        data: &impl Serialize,
    ) -> Result<Json, Problem> {
        crm::api::carry_out(&self.facts, caller, name, data).await
    }
}
