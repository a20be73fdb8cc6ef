//! The routes of the facts, put together. It names every capability, so nothing below it may name this.

use crate::api::ApiState;
use http_kit::OpenApiRouter;

/// Customers, carts, the catalogue and the log.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .merge(crate::customers::api::router())
        .merge(crate::carts::api::router())
        .merge(crate::events::api::router())
        .merge(crate::catalogue::api::router())
        .merge(crate::health::api::router())
        .merge(crate::events::lineage::router())
}
