//! What takes Segment's HTTP format: it keeps what is said, once for each message id.

use super::{Answers, Asked, Double};
use serde_json::{Value as Json, json};

#[derive(Default, Clone)]
pub struct Segment {
    pub said: Vec<Json>,
}

impl Segment {
    pub async fn start() -> Double<Segment> {
        Double::start(|_| Segment::default()).await
    }
}

impl Answers for Segment {
    fn answer(&mut self, asked: &Asked<'_>) -> (u16, Json) {
        if asked.method == "GET" {
            return (200, Json::Null);
        }
        // `key:` in base64.
        if asked.basic != "a2V5Og==" {
            return (401, json!({ "message": "invalid write key" }));
        }
        let mut call = asked.json();
        call["type"] = match asked.path {
            ["v1", kind @ ("identify" | "track")] => json!(kind),
            _ => return (404, Json::Null),
        };
        assert!(call["userId"].is_string() && call["messageId"].is_string() && call["context"].is_object(), "{call}");
        assert!(call.get("timestamp").is_none_or(Json::is_string), "{call}");
        if !self.said.iter().any(|known| known["messageId"] == call["messageId"]) {
            self.said.push(call);
        }
        (200, json!({ "success": true }))
    }
}
