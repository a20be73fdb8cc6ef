//! A web server of a test's own on loopback: it answers what the test says, and remembers what it was asked.

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
};
use tokio::{net::TcpListener, task::JoinHandle};

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    pub path: String,
    /// The query's parameters, decoded.
    pub query: BTreeMap<String, String>,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Asked {
    pub fn param(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// An answer to be given.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Reply {
    pub fn json(body: impl ToString) -> Reply {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Reply { status: 200, headers, body: body.to_string() }
    }

    pub fn status(status: u16, body: &str) -> Reply {
        Reply { status, headers: Vec::new(), body: body.to_owned() }
    }

    pub fn with(mut self, name: &str, value: impl ToString) -> Reply {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }
}

/// What happens to a request instead of its answer.
#[derive(Debug, Clone)]
pub enum Fault {
    /// This is answered.
    Reply(Reply),
    /// Nothing is, ever.
    Hang,
    /// The answer is as it should be: so that a later request meets the next fault.
    None,
}

type Answers = dyn Fn(&Asked) -> Reply + Send + Sync;

struct Shared {
    answers: Box<Answers>,
    faults: Mutex<VecDeque<Fault>>,
    asked: Mutex<Vec<Asked>>,
}

/// The server; it ends when it is dropped.
pub struct WebDouble {
    /// `http://127.0.0.1:PORT`.
    pub url: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

impl WebDouble {
    /// Starts a server that gives these answers.
    pub async fn start(answers: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> WebDouble {
        let shared = Arc::new(Shared { answers: Box::new(answers), faults: Mutex::default(), asked: Mutex::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let router = Router::new().fallback(answer).with_state(shared.clone());
        let serving =
            tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves until it ends") });
        WebDouble { url, shared, serving }
    }

    /// The next requests meet these, in this order.
    pub fn fail(&self, faults: impl IntoIterator<Item = Fault>) {
        self.shared.faults.lock().expect("nobody panics while holding it").extend(faults);
    }

    /// What was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.shared.asked.lock().expect("as above").clone()
    }
}

impl Drop for WebDouble {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a test's body is small");
    let pairs = parts.uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    let asked = Asked {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: pairs
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (unescape(name), unescape(value)))
            .collect(),
        headers: parts
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
            .collect(),
        body: body.to_vec(),
    };
    shared.asked.lock().expect("as above").push(asked.clone());
    let fault = shared.faults.lock().expect("as above").pop_front();
    let reply = match fault {
        Some(Fault::Hang) => std::future::pending().await,
        Some(Fault::Reply(reply)) => reply,
        Some(Fault::None) | None => (shared.answers)(&asked),
    };
    let mut response = Response::builder().status(StatusCode::from_u16(reply.status).expect("a status"));
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(reply.body)).expect("a response")
}

fn unescape(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut plain, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let digits = text.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (bytes[at], digits) {
            (b'%', Some(byte)) => {
                plain.push(byte);
                at += 3;
                continue;
            }
            (b'+', _) => plain.push(b' '),
            (byte, _) => plain.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&plain).into_owned()
}
