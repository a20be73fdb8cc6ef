//! For tests: a desk and a door over a fresh database, with real loops whose fold only counts.

use super::{Actor, DeskState, KeyKind, NewKey, NoLinks, Workspace, create_key, create_workspace_if_none};
use crate::{
    calls::{Input, parse_call},
    door::{Door, DoorLimits},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use base::{Id, ManualClock, SeededRng, Time};
use runtime::{Domain, Event, FoldError, Key, NewEvent, World, driver::Runtime};
use serde_json::Value as Json;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use store::Db;
use tower::ServiceExt;

/// A fold that keeps nothing, refuses one name, and panics at another until it is mended.
#[derive(Default)]
pub(crate) struct Quiet {
    pub is_mended: AtomicBool,
}

impl Domain for Quiet {
    type Input = Input;
    type Cell = ();
    type Shared = ();

    fn parse(&self, kind: &str, name: &str, payload: &[u8]) -> Result<Input, String> {
        parse_call(kind, name, payload).map(|call| Input::Call(Box::new(call)))
    }

    fn touches(&self, _input: &Input, _keys: &mut Vec<Key>, _cells: &mut Vec<Id>) {}

    fn fold(&self, event: &Event<Input>, _world: &mut World<'_, Self>) -> Result<(), FoldError> {
        match &*event.name {
            "Unfoldable" => Err(FoldError::Refused("nobody can fold this".to_owned())),
            "Explosive" if !self.is_mended.load(Ordering::Relaxed) => panic!("a fuse was lit"),
            _ => Ok(()),
        }
    }

    fn due(&self, _cell: &(), _shared: &()) -> Option<Time> {
        None
    }

    fn timer(&self, _cell: Id, _due: Time, _now: Time) -> NewEvent<Input> {
        unreachable!("nothing is ever due")
    }

    fn woke(&self, _down: i64, _now: Time) -> Option<NewEvent<Input>> {
        None
    }

    fn list(&self, _id: Id, _cell: &mut (), _shared: &(), _sweep: &mut runtime::Sweep<'_>) {}

    fn successor(&self, _cell: &()) -> Option<Id> {
        None
    }
}

/// 21 November 2026, 18:05:30 UTC: three seconds after the recorded bodies were sent.
pub(crate) const NOW: &str = "2026-11-21T18:05:30Z";

pub(crate) struct Rig {
    pub desk: DeskState,
    pub clock: Arc<ManualClock>,
    pub workspace: Workspace,
    pub runtime: Arc<Runtime<Quiet>>,
    pub fold: Arc<Quiet>,
}

impl Rig {
    pub async fn new(db: Db) -> Rig {
        db.migrate(&[runtime::MIGRATIONS, crate::MIGRATIONS]).await.expect("a fresh database is migrated");
        let clock = Arc::new(ManualClock::new(Time::parse(NOW).expect("a time")));
        let rng = Arc::new(SeededRng::new(7));
        let workspace = create_workspace_if_none(&db, &*clock, &*rng, "Shop").await.expect("a workspace");
        let hasher = http_kit::Hasher::weak();
        let desk =
            DeskState::open(db.clone(), clock.clone(), rng, "", hasher, Arc::new(NoLinks)).await.expect("a desk");
        let limits = runtime::applier::Limits::default();
        let fold = Arc::new(Quiet::default());
        let runtime = Runtime::open(fold.clone(), db, clock.clone(), limits, "test".to_owned(), true).await;
        Rig { desk, clock, workspace, runtime: runtime.expect("a runtime"), fold }
    }

    pub fn actor(&self) -> Actor {
        Actor::command_line(self.workspace.id)
    }

    /// The time now, as the API writes it.
    pub fn clock_text(&self) -> String {
        self.desk.clock.now().to_string()
    }

    /// A new key, already live.
    pub async fn key(&self, kind: KeyKind, scopes: &[&str]) -> String {
        let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let name = format!("{} {}", kind.as_str(), scopes.join(" "));
        let new = NewKey { kind, name: &name, scopes: &scopes, source: None };
        let made = create_key(&self.desk.db, &*self.clock, &*self.desk.rng, &self.actor(), new).await.expect("a key");
        self.desk.keys.refresh().await.expect("keys are read");
        made.text
    }

    pub fn door(&self) -> Door {
        let runtime = self.runtime.clone();
        Door {
            desk: self.desk.clone(),
            loops: Arc::new(move |workspace| runtime.workspace(workspace)),
            limits: DoorLimits::default(),
        }
    }

    /// Ends the loops, so that the database can be closed.
    pub async fn end(self) {
        self.runtime.close().await;
    }
}

/// An answer, with its body read as JSON (`null` where it is none).
#[derive(Debug)]
pub(crate) struct Said {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub json: Json,
}

impl Said {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a readable header"))
    }
}

/// Sends one request through a router.
pub(crate) async fn ask(
    router: &Router,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Said {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(body.into()).expect("a request");
    let response = router.clone().oneshot(request).await.expect("routers always answer");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.expect("a body in memory");
    let json = serde_json::from_slice(&bytes).unwrap_or(Json::Null);
    Said { status: parts.status, headers: parts.headers, json }
}
