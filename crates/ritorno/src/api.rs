//! The API under `/api`, put together.
use crate::serve::Server;
use std::sync::Arc;
pub fn router(_server: &Arc<Server>) -> axum::Router {
    axum::Router::new()
}
pub fn document() -> String {
    String::new()
}
