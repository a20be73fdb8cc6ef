//! The whole API under `/api/v1`: its state, and the routes of all three floors put together.

use crate::{Ritorno, cell::Cell, shared::Shared};
use axum::extract::FromRef;
use base::Id;
use bytes::Bytes;
use crm::{
    api::{living_cell, no_customer},
    calls::Input,
    desk::{Caller, DeskState},
};
use futures_util::future::BoxFuture;
use http_kit::{OpenApiRouter, Problem, ProblemBody};
use runtime::Handle;
use serde::Serialize;
use serde_json::Value as Json;
use std::{sync::Arc, time::Duration};
use store::{Row, Sql, Value};
use utoipa::{
    PartialSchema,
    openapi::{
        Components, OpenApi, RefOr,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

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

/// Every route below `/api/v1` that is not the desk's or the door's, with its whole address. Whoever serves it puts
/// [`http_kit::idempotent`] around the whole API, once: twice, and a request would wait for itself.
pub fn router(state: ApiState) -> OpenApiRouter {
    let facts = crm::api::router().merge(insight::reports::api::router()).with_state(state.facts.clone());
    let action = OpenApiRouter::new()
        .merge(crate::customers::api::router())
        .merge(crate::ledger::api::router())
        .merge(crate::flows::api::router())
        .merge(crate::flows::journeys::router())
        .merge(crate::messages::api::router())
        .merge(crate::messages::notices::router())
        .merge(crate::money::api::router())
        .merge(crate::desk::api::router())
        .merge(crate::desk::pipelines_api::router())
        .merge(crate::live::router())
        .with_state(state);
    let mut router = OpenApiRouter::new().nest("/api/v1", facts.merge(action));
    describe(router.get_openapi_mut());
    router
}

/// What every route refers to: the problem, and the two ways to be let in. A person's role stands for the scopes of a key.
fn describe(document: &mut OpenApi) {
    let components = document.components.get_or_insert_with(Components::new);
    components.schemas.insert("ProblemBody".to_owned(), ProblemBody::schema());
    let key = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("An API key with the scope named."));
    components.security_schemes.insert("key".to_owned(), RefOr::T(SecurityScheme::Http(key.build())));
    let text = "A person who is signed in (`__Host-ritorno` by https). Writes also need the header X-CSRF-Token.";
    let session = ApiKey::Cookie(ApiKeyValue::with_description("ritorno", text));
    components.security_schemes.insert("session".to_owned(), RefOr::T(SecurityScheme::ApiKey(session)));
    for path in document.paths.paths.values_mut() {
        let operations = [&mut path.get, &mut path.put, &mut path.post, &mut path.delete, &mut path.patch];
        for operation in operations.into_iter().filter_map(Option::as_mut) {
            operation.security.get_or_insert_with(Vec::new).push(SecurityRequirement::new("session", [""; 0]));
        }
    }
}
