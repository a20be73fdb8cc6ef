//! Faults one at a time: what a server says and does when its folder is taken, its disk full, its input bad, its clock three
//! days on. The chaos run beside it throws many at once.

mod beside;
mod disk;
mod down;
mod malformed;
mod process;
#[path = "../processes/mod.rs"]
mod processes;

use processes::{Client, Process, batch_request};
use std::time::Duration;

/// How long a server may take to be ready.
const READY_WITHIN: Duration = Duration::from_secs(30);

/// Sends a batch and answers its status; `None` where the connection gave none.
async fn post(process: &Process, authorization: &str, body: &str) -> Option<u16> {
    let mut client = Client::new(process.address).within(Duration::from_secs(20));
    let answer = client.send(&batch_request("/v1/batch", authorization, body.as_bytes())).await;
    answer.ok().map(|answer| answer.status)
}

/// A batch of one call each, that adds a product to a customer's cart.
fn added(message_ids: impl Iterator<Item = String>) -> String {
    let calls = message_ids.map(|id| {
        format!(
            r#"{{"type":"track","messageId":"{id}","timestamp":"2026-11-01T10:00:00Z","userId":"u1","event":"Product Added","properties":{{"cart_id":"c1","product_id":"p1","price":10,"quantity":1}}}}"#
        )
    });
    format!(r#"{{"batch":[{}]}}"#, calls.collect::<Vec<_>>().join(","))
}
