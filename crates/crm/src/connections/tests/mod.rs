//! Connections over real loops, doubles of the shops' APIs and both databases.

mod doubles;
mod hooks;
mod pulls;

use super::*;
use crate::desk::{
    KeyKind,
    rig::{Rig, Said, ask},
};
use adapters::web::Addresses;
use serde_json::{Value as Json, json};
use std::time::Duration;
use store::{Db, Sql};

static EVENTS: Sql = Sql::one("SELECT kind, name, message_id, origin FROM event ORDER BY position");

/// A server's worth of connections.
struct Scene {
    rig: Rig,
    state: Connections,
    key: String,
}

impl Scene {
    async fn new(db: Db) -> Scene {
        let rig = Rig::new(db).await;
        // Long enough for a busy machine, short enough for a shop that hangs.
        let web = Web::with_timeout(Addresses::Private, Duration::from_secs(5)).expect("calls can be made");
        let state = Connections::of_door(&rig.door(), web);
        let key = rig.key(KeyKind::Api, &["*"]).await;
        Scene { rig, state, key }
    }

    async fn api(&self, method: &str, path: &str, body: Json) -> Said {
        let (router, _) = api::router(self.state.clone()).split_for_parts();
        let bearer = format!("Bearer {}", self.key);
        let headers = [("authorization", &*bearer), ("content-type", "application/json")];
        ask(&router, method, &format!("/api/v1{path}"), &headers, body.to_string()).await
    }

    /// As [`Scene::api`], where it must go well.
    async fn done(&self, method: &str, path: &str, body: Json) -> Json {
        let said = self.api(method, path, body).await;
        assert!(said.status.is_success(), "{method} {path}: {} {}", said.status, said.json);
        said.json
    }

    async fn events(&self) -> Vec<(String, String, i64)> {
        let rows = self.rig.desk.db.query(&EVENTS, &[]).await.expect("events");
        rows.iter().map(|row| (row.text("kind").to_owned(), row.text("name").to_owned(), row.int("origin"))).collect()
    }

    /// How often an event of this name is in the log.
    async fn count(&self, name: &str) -> usize {
        self.events().await.iter().filter(|(_, of, _)| of == name).count()
    }

    fn puller(&self) -> std::sync::Arc<Puller> {
        Puller::new(self.state.clone(), "worker".to_owned())
    }
}

testkit::on_both! {
    async fn every_text_is_prepared_on_both(db: Db) {
        db.migrate(&[runtime::MIGRATIONS, crate::MIGRATIONS]).await.expect("a fresh database is migrated");
        for text in sql::ALL {
            db.prepare(text).await.unwrap_or_else(|error| panic!("{text:?}: {error}"));
        }
    }
}
