//! People, made on the command line.
use crm::desk::{Actor, DeskState};
use serde_json::Value as Json;
pub async fn create(_: &DeskState, _: &Actor, _: &str, _: &str, _: Option<String>, _: &str) -> Result<Json, String> {
    Err("not yet".into())
}
pub async fn password_link(_: &DeskState, _: &str) -> Result<Json, String> {
    Err("not yet".into())
}
