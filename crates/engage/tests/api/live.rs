//! The live stream.

use crate::rig::Rig;
use axum::{body::Body, http::Request};
use futures_util::StreamExt;
use tower::ServiceExt;

testkit::on_both! {
    async fn what_happens_is_told_as_it_happens(db: Db) {
        let rig = Rig::new(db).await;
        rig.open_shop().await;
        let request = Request::get("/api/v1/live").header("authorization", format!("Bearer {}", rig.api_key));
        let response = rig.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut stream = response.into_body().into_data_stream();
        let (mut told, mut is_sent) = (String::new(), false);
        while !told.contains("event: agent_notice") {
            let wait = tokio::time::timeout(std::time::Duration::from_secs(30), stream.next());
            let chunk = wait.await.unwrap_or_else(|_| panic!("no more was told: {told}")).expect("the stream is open").unwrap();
            told.push_str(std::str::from_utf8(&chunk).unwrap());
            if !is_sent && told.contains("event: status") {
                is_sent = true;
                rig.two_customers().await;
                rig.pass(25);
            }
        }
        assert!(told.starts_with("event: status\ndata: {\"position\":"), "{told}");
        assert!(told.contains("event: cart_state") && told.contains("\"state\":\"abandoned\""), "{told}");
        drop(stream);
        rig.end().await;
    }
}
