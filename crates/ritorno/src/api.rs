//! The API under `/api`, put together: the desk, the facts, the actions, the quarantine; and its OpenAPI document.

use crate::serve::Server;
use adapters::{
    mime::{Mailbox, Message},
    smtp::Envelope,
};
use axum::{Json, Router, routing::get};
use base::{SharedClock, SystemRng};
use crm::door::{Door, quarantine_router};
use engage::{
    api::{ApiState, Mailer, NoMailer, TestMail},
    delivery::{Mail, Transport},
};
use http_kit::OpenApiRouter;
use std::{pin::Pin, sync::Arc};
use utoipa::openapi::{Info, OpenApi, OpenApiBuilder};

/// Every route below `/api`, with the document served beside them.
pub fn router(server: &Arc<Server>, door: Door) -> Router {
    let (router, document) = described(server, door).split_for_parts();
    let document = Arc::new(finish(document));
    let served = document.clone();
    router.route("/api/openapi.json", get(move || async move { Json((*served).clone()) }))
}

fn described(server: &Arc<Server>, door: Door) -> OpenApiRouter {
    let loops = server.clone();
    let mailer: Arc<dyn Mailer> = match &server.transport {
        Some(transport) => Arc::new(MailNow { transport: transport.clone(), clock: server.clock.clone() }),
        None => Arc::new(NoMailer),
    };
    let facts = crm::api::ApiState {
        db: server.db.clone(),
        clock: server.clock.clone(),
        desk: server.desk.clone(),
        loops: Arc::new(move |partition| loops.runtime.workspace(partition)),
    };
    let web = server.connections.web.clone();
    let state = ApiState { facts, domain: server.domain.clone(), mailer, web };
    crm::desk::router(server.desk.clone())
        .merge(quarantine_router(door))
        .merge(crm::connections::api::router(server.connections.clone()))
        .merge(crm::product_feeds::api::router(server.connections.clone()))
        .merge(engage::routes::router(state))
}

fn finish(document: OpenApi) -> OpenApi {
    let mut info = Info::new("Ritorno", env!("CARGO_PKG_VERSION"));
    info.description = Some("The CRM and marketing-automation engine of an online shop.".to_owned());
    OpenApiBuilder::from(document).info(info).build()
}

/// The OpenAPI document as JSON text, without a running server.
pub fn document() -> Result<String, String> {
    let threads = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|e| e.to_string())?;
    threads.block_on(async {
        let server = Server::in_memory().await?;
        let (_, document) = described(&server, server.door(Default::default())).split_for_parts();
        let text = serde_json::to_string_pretty(&finish(document)).map_err(|e| e.to_string())?;
        server.runtime.close().await;
        Ok(text)
    })
}

/// Sends a test at once.
struct MailNow {
    transport: Arc<dyn Transport>,
    clock: SharedClock,
}

impl Mailer for MailNow {
    fn send(&self, _workspace: i64, mail: TestMail) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send + '_>> {
        Box::pin(async move {
            let message = Message {
                from: Mailbox { name: mail.from_name, address: mail.from.clone() },
                reply_to: None,
                to: Mailbox { name: String::new(), address: mail.to.clone() },
                subject: mail.subject,
                date: self.clock.now(),
                message_id: format!("{}@ritorno", base::token(&SystemRng, 24)),
                unsubscribe: None,
                headers: Vec::new(),
                text: mail.text,
                html: mail.html,
            };
            let envelope = Envelope { from: mail.from, to: vec![mail.to] };
            self.transport.send(Mail { envelope, message, about: None }).await.map_err(|e| e.to_string())
        })
    }
}
