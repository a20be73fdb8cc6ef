//! The whole API under `/api/v1`: the routes of all three floors put together. It names every capability, so nothing below it may
//! name this.

use crate::api::ApiState;
use http_kit::{OpenApiRouter, ProblemBody};
use utoipa::{
    PartialSchema,
    openapi::{
        Components, OpenApi, RefOr,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

/// Every route below `/api/v1` that is not the desk's or the door's, with its whole address. Whoever serves it puts
/// [`http_kit::idempotent`] around the whole API, once: twice, and a request would wait for itself.
pub fn router(state: ApiState) -> OpenApiRouter {
    let facts = crm::routes::router().merge(insight::reports::api::router()).with_state(state.facts.clone());
    let action = OpenApiRouter::new()
        .merge(crate::customers::api::router())
        .merge(crate::ledger::api::router())
        .merge(crate::flows::api::router())
        .merge(crate::flows::journeys::router())
        .merge(crate::flows::incidents::router())
        .merge(crate::flows::models_api::router())
        .merge(crate::tasks::api::router())
        .merge(crate::messages::api::router())
        .merge(crate::messages::notices::router())
        .merge(crate::money::api::router())
        .merge(crate::desk::api::router())
        .merge(crate::desk::pipelines_api::router())
        .merge(crate::destinations::api::router())
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
