//! A whole server without its sockets: door, API and loops over one fresh database.

use adapters::web::{Addresses, Web};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
    middleware::from_fn_with_state,
};
use base::{Clock as _, HOUR, MINUTE, ManualClock, SeededRng, Time};
use crm::{
    calls::Input,
    desk::{
        Actor, DeskState, KeyKind, NewKey, NewPerson, NoLinks, Role, Workspace, create_key, create_person,
        create_workspace,
    },
    door::{Door, DoorLimits, Loops},
};
use engage::{
    Ritorno,
    api::{ApiState, Mailer, TestMail},
    commands,
    links::{Links, Purpose},
    messages::{Claim, Grant, Outcome, Result_, SEND_WITHIN},
};
use futures_util::future::BoxFuture;
use runtime::{Handle, driver::Runtime};
use serde_json::{Value as Json, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use store::Db;
use tower::ServiceExt;

/// A Saturday morning in Rome.
pub const NOW: &str = "2026-11-21T08:00:00Z";
pub const TWO_BRANCH: &str = include_str!("../../../../flows/two-branch-follow-up.bpmn");

pub struct Rig {
    pub clock: Arc<ManualClock>,
    pub runtime: Arc<Runtime<Ritorno>>,
    pub domain: Arc<Ritorno>,
    pub desk: DeskState,
    pub workspace: Workspace,
    pub router: Router,
    pub mails: Arc<Mails>,
    pub links: Links,
    /// An api key that may do everything, and a secret key to send events with.
    pub api_key: String,
    secret_key: String,
    /// What ids are called in the expected answers.
    names: Mutex<HashMap<String, String>>,
    sent: Mutex<u64>,
}

/// What calls other CRMs, which are on this machine here, and are soon given up on.
pub fn web() -> Web {
    Web::with_timeout(Addresses::Private, Duration::from_secs(2)).expect("a client")
}

/// Keeps the test mails.
#[derive(Default)]
pub struct Mails(pub Mutex<Vec<TestMail>>);

impl Mailer for Mails {
    fn send(&self, _workspace: i64, mail: TestMail) -> BoxFuture<'_, Result<(), String>> {
        self.0.lock().unwrap().push(mail);
        Box::pin(async { Ok(()) })
    }
}

/// An answer.
#[derive(Debug)]
pub struct Said {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    /// The body, or `null` where it is no JSON; ids by their names.
    pub json: Json,
}

impl Rig {
    pub async fn new(db: Db) -> Rig {
        db.migrate(&[runtime::MIGRATIONS, crm::MIGRATIONS, engage::MIGRATIONS])
            .await
            .expect("a fresh database is migrated");
        let clock = Arc::new(ManualClock::new(Time::parse(NOW).unwrap()));
        let rng = Arc::new(SeededRng::new(7));
        let workspace = create_workspace(&db, &*clock, &*rng, "Shop").await.expect("a workspace");
        let hasher = http_kit::Hasher::weak();
        let desk = DeskState::open(db.clone(), clock.clone(), rng, "https://crm.example", hasher, Arc::new(NoLinks));
        let desk = desk.await.expect("a desk");
        let domain = Arc::new(Ritorno::default());
        let limits = runtime::applier::Limits::default();
        let runtime = Runtime::open(domain.clone(), db.clone(), clock.clone(), limits, "test".to_owned(), true).await;
        let runtime = runtime.expect("a runtime");
        let of = runtime.clone();
        let loops: Loops = Arc::new(move |workspace| of.workspace(workspace));
        assert!(desk.loops.set(loops.clone()).is_ok());
        let mails = Arc::new(Mails::default());
        let facts = crm::api::ApiState { db, clock: clock.clone(), desk: desk.clone(), loops: loops.clone() };
        let (api, _) =
            engage::routes::router(ApiState { facts, domain: domain.clone(), mailer: mails.clone(), web: web() })
                .split_for_parts();
        let (people, _) = crm::desk::router(desk.clone()).split_for_parts();
        let secret = crm::desk::workspace_secret(&desk.db, workspace.id).await.expect("a database").expect("a secret");
        let links = Links::new("https://crm.example", workspace.id, &secret);
        let (known, of) = (links.clone(), runtime.clone());
        let of_links = move |id: i64| Some((of.workspace(id), known.clone())).filter(|_| id == known.partition);
        let shops = crm::connections::Connections::new(desk.clone(), loops.clone(), web());
        let public = engage::public::Public { clock: clock.clone(), workspace: Arc::new(of_links), shops };
        let door = crm::door::router(Door { desk: desk.clone(), loops, limits: DoorLimits::default() });
        let remember = from_fn_with_state(desk.clone(), http_kit::idempotent::<DeskState>);
        let mut rig = Rig {
            clock,
            runtime,
            domain,
            desk,
            workspace,
            router: api.merge(people).layer(remember).merge(door).merge(engage::public::router(public)),
            mails,
            links,
            api_key: String::new(),
            secret_key: String::new(),
            names: Mutex::default(),
            sent: Mutex::default(),
        };
        rig.api_key = rig.key(rig.workspace.id, KeyKind::Api, &["*"]).await;
        rig.secret_key = rig.key(rig.workspace.id, KeyKind::Secret, &[]).await;
        rig
    }

    /// Ends the loops, so that the database can be closed.
    pub async fn end(self) {
        self.runtime.close().await;
    }

    pub async fn key(&self, workspace: i64, kind: KeyKind, scopes: &[&str]) -> String {
        let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let name = format!("{} {}", kind.as_str(), scopes.join(" "));
        let new = NewKey { kind, name: &name, scopes: &scopes, source: None };
        let actor = Actor::command_line(workspace);
        let made = create_key(&self.desk.db, &*self.clock, &*self.desk.rng, &actor, new).await.expect("a key");
        self.desk.keys.refresh().await.expect("keys are read");
        made.text
    }

    /// How the loops are found.
    pub fn loops(&self) -> Loops {
        self.desk.loops.get().expect("they are set").clone()
    }

    pub fn handle(&self) -> Handle<Input> {
        self.runtime.workspace(self.workspace.id)
    }

    /// Calls an id by a name from now on.
    pub fn name(&self, id: &Json, name: &str) -> String {
        let id = id.as_str().unwrap_or_else(|| panic!("{name} has no id: {id}")).to_owned();
        self.names.lock().unwrap().insert(id.clone(), name.to_owned());
        id
    }

    pub async fn get(&self, path: &str) -> Said {
        self.ask("GET", path, &[("authorization", &format!("Bearer {}", self.api_key))], None).await
    }

    pub async fn send(&self, method: &str, path: &str, body: Json) -> Said {
        self.ask(method, path, &[("authorization", &format!("Bearer {}", self.api_key))], Some(body)).await
    }

    pub async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<Json>) -> Said {
        self.ask_at(method, &format!("/api/v1{path}"), headers, body).await
    }

    /// As [`ask`](Self::ask), for an address outside the API.
    pub async fn ask_at(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<Json>) -> Said {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(body) => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.expect("routers always answer");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a body in memory");
        let text = String::from_utf8(bytes.to_vec()).expect("answers are text");
        let json = serde_json::from_str(&text).unwrap_or(Json::Null);
        Said { status: parts.status, headers: parts.headers, json, text }
    }

    /// The answer as it is compared: ids by their names, log positions left out.
    pub fn named(&self, json: &Json) -> Json {
        let names = self.names.lock().unwrap();
        fn walk(json: &Json, names: &HashMap<String, String>) -> Json {
            match json {
                Json::String(text) => {
                    let named =
                        names.iter().find(|(id, _)| text.contains(*id)).map(|(id, name)| text.replace(id, name));
                    Json::String(named.unwrap_or_else(|| text.clone()))
                }
                Json::Array(items) => items.iter().map(|item| walk(item, names)).collect(),
                Json::Object(fields) => {
                    let kept = fields.iter().filter(|(name, _)| *name != "position");
                    Json::Object(kept.map(|(name, value)| (name.clone(), walk(value, names))).collect())
                }
                other => other.clone(),
            }
        }
        walk(json, &names)
    }

    /// Asks until the answer is as wished: lists are behind the log by a moment.
    #[track_caller]
    pub fn until(&self, path: &str, is_there: impl Fn(&Json) -> bool) -> impl Future<Output = Json> {
        let path = path.to_owned();
        async move {
            for _ in 0..1_500 {
                let said = self.get(&path).await;
                assert_eq!(said.status, 200, "{path}: {}", said.text);
                if is_there(&said.json) {
                    return said.json;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            panic!("{path} never came to what was waited for: {}", self.get(&path).await.text)
        }
    }

    /// The list at an address, once it has so many items; all of them on the first page.
    pub async fn items(&self, path: &str, n: usize) -> Vec<Json> {
        let page = self.until(path, |page| page["items"].as_array().is_some_and(|items| items.len() == n)).await;
        page["items"].as_array().unwrap().clone()
    }

    /// The path of a message's link, as it stands in the mail.
    pub fn link(&self, purpose: Purpose, message: &Json) -> String {
        let id = |json: &Json| json.as_str().unwrap().parse().unwrap();
        let url = self.links.url(purpose, id(&message["customer"]["id"]), id(&message["id"]));
        url.strip_prefix("https://crm.example").unwrap().to_owned()
    }

    /// Sends one call through the door, happening now.
    pub async fn event(&self, call: Json) {
        self.event_at("/v1/batch", call).await;
    }

    /// The same through the door for the past.
    pub async fn import(&self, call: Json) {
        self.event_at("/v1/import", call).await;
    }

    async fn event_at(&self, address: &str, mut call: Json) {
        let n = {
            let mut sent = self.sent.lock().unwrap();
            *sent += 1;
            *sent
        };
        call["messageId"] = json!(format!("m{n}"));
        if call.get("timestamp").is_none() {
            call["timestamp"] = json!(self.clock.now());
        }
        let body = json!({ "batch": [call] }).to_string();
        let request = Request::post(address)
            .header("authorization", format!("Bearer {}", self.secret_key))
            .header("content-type", "application/json");
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        assert_eq!(response.status(), 200);
        // On PostgreSQL an event is acknowledged before it is applied.
        let handle = self.handle();
        while handle.status().position() < handle.status().appended() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    pub async fn track(&self, user: &str, event: &str, properties: Json) {
        self.event(json!({ "type": "track", "userId": user, "event": event, "properties": properties })).await;
    }

    /// Waits until everything that is due by now has fired: nothing is due in several looks one after another.
    pub async fn settled(&self) {
        let handle = self.handle();
        let status = handle.status();
        let mut quiet = 0;
        for _ in 0..2_000 {
            // A question goes through the loop.
            handle.cell(base::Id::ZERO).await;
            let is_due = status.next_due().is_some_and(|due| due <= self.clock.now());
            quiet = if is_due || status.position() < status.appended() { 0 } else { quiet + 1 };
            if quiet == 4 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
        panic!("something stays due");
    }

    pub fn pass(&self, hours: i64) {
        self.clock.advance(hours * HOUR);
    }

    /// Asks for a message as a courier does: a grant, or why not.
    pub async fn claim(&self, message: &Json) -> Json {
        let now = self.clock.now();
        let (message, customer) = ids_of(message);
        let claim = Claim { message, customer, run_at: now, send_within: SEND_WITHIN };
        let command = commands::new("message.claim", &claim, now);
        self.handle().command(command).await.expect("a claim is answered")
    }

    /// Says what became of an attempt.
    pub async fn outcome(&self, message: &Json, attempt: u32, result: Result_) -> Json {
        let (message, customer) = ids_of(message);
        let outcome = Outcome { message, customer, attempt, result, detail: String::new(), retry_after: MINUTE };
        let command = commands::new("message.outcome", &outcome, self.clock.now());
        self.handle().command(command).await.expect("an outcome is taken")
    }

    /// A person's mail server, for the message with this id: asks for it, and says what became of it.
    pub async fn courier(&self, message: &Json, result: Result_) -> Json {
        let answer = self.claim(message).await;
        let Some(grant) = answer.get("grant") else {
            return answer;
        };
        let grant: Grant = serde_json::from_value(grant.clone()).unwrap();
        self.outcome(message, grant.attempt, result).await
    }

    /// The codes of a customer's decisions, oldest first, with their reason where they have one.
    pub async fn decisions(&self, customer: &str) -> Vec<String> {
        let page = self.get(&format!("/customers/{customer}/decisions?limit=100")).await.json;
        let word = |decision: &Json| match decision["data"]["reason"].as_str() {
            Some(reason) => format!("{} {reason}", decision["code"].as_str().unwrap()),
            None => decision["code"].as_str().unwrap().to_owned(),
        };
        page["items"].as_array().unwrap().iter().rev().map(word).collect()
    }

    /// A shop that sells: settings, an agent, the two-branch flow with a threshold of 100 euro.
    pub async fn open_shop(&self) {
        let agent = self.send("POST", "/agents", json!({ "name": "Anna Bianchi", "email": "anna@shop.example" })).await;
        assert_eq!(agent.status, 201, "{}", agent.text);
        let anna = self.name(&agent.json["id"], "anna");
        let settings = json!({
            "name": "Negozio", "sender_name": "Negozio", "sender_address": "negozio@shop.example", "default_agent": anna,
        });
        let said = self.send("PUT", "/settings", settings).await;
        assert_eq!(said.status, 200, "{}", said.text);
        let said = self.send("POST", "/flows", json!({ "xml": TWO_BRANCH })).await;
        assert_eq!(said.status, 201, "{}", said.text);
        let said = self
            .send("POST", "/flows/two_branch_follow_up/enable", json!({ "parameters": { "threshold": 100 } }))
            .await;
        assert_eq!(said.status, 200, "{}", said.text);
    }

    /// Mario, who wants mail, and his cart `c1` of two shoes at 89 euro (above the threshold); Lucia and her cart `c2` of one
    /// pair of socks at 7.50.
    pub async fn two_customers(&self) {
        self.event(json!({ "type": "identify", "userId": "u1", "traits": {
            "email": "mario@customer.example", "firstName": "Mario", "lastName": "Rossi", "phone": "+39 347 1234567",
            "consent": { "marketing": { "email": true } }, "vip": true,
        }}))
        .await;
        let shoes = json!({ "cart_id": "c1", "product_id": "p1", "name": "Scarpe", "price": 89, "quantity": 2, "currency": "EUR" });
        self.track("u1", "Product Added", shoes).await;
        // Ids made at the same instant have no order among them.
        self.clock.advance(MINUTE);
        self.event(json!({ "type": "identify", "userId": "u2", "traits": {
            "email": "lucia@customer.example", "name": "Lucia Verdi", "consent": { "marketing": { "email": true } },
        }}))
        .await;
        let socks = json!({ "cart_id": "c2", "product_id": "p2", "name": "Calze", "price": 7.5, "currency": "EUR" });
        self.track("u2", "Product Added", socks).await;
        let customers = self.items("/customers", 2).await;
        self.name(&customers[0]["id"], "lucia");
        self.name(&customers[1]["id"], "mario");
        for cart in self.items("/carts", 2).await {
            self.name(&cart["id"], cart["shop_id"].as_str().unwrap());
        }
    }

    /// The first person of all, signed in: the cookie and the CSRF token.
    pub async fn sign_in(&self) -> (String, String) {
        let (email, password) = ("owner@shop.example", "a sentence is easy to remember");
        let new = NewPerson { email, name: "Owner", role: Role::Owner, agent: None, password: Some(password) };
        create_person(&self.desk, &Actor::command_line(self.workspace.id), new).await.expect("a person");
        let said = self.ask("POST", "/session", &[], Some(json!({ "email": email, "password": password }))).await;
        assert!(said.status.is_success(), "{}", said.text);
        let cookie = said.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        (cookie, said.json["csrf_token"].as_str().unwrap().to_owned())
    }

    /// The id that has this name.
    pub fn id(&self, name: &str) -> String {
        let names = self.names.lock().unwrap();
        names
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(id, _)| id.clone())
            .unwrap_or_else(|| panic!("nothing is called {name}"))
    }

    #[track_caller]
    pub fn check(&self, found: &Json, expected: Json) {
        let found = self.named(found);
        if found != expected {
            panic!(
                "found {}\nexpected {}",
                serde_json::to_string_pretty(&found).unwrap(),
                serde_json::to_string_pretty(&expected).unwrap()
            );
        }
    }
}

/// A message's id and its customer's.
fn ids_of(message: &Json) -> (base::Id, base::Id) {
    let id = |json: &Json| json.as_str().unwrap().parse().unwrap();
    (id(&message["id"]), id(&message["customer"]["id"]))
}
