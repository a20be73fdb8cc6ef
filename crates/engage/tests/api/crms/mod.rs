//! Doubles of other CRMs and of shops on loopback, as strict about shapes as the real ones, and able to fail in the ways that they do.

mod coupons;
mod hubspot;
mod medusa;
mod salesforce;
mod segment;
mod tags;
mod vendure;

pub use coupons::CouponShop;
pub use hubspot::Hubspot;
pub use medusa::Medusa;
pub use salesforce::Salesforce;
pub use segment::Segment;
pub use tags::TagShop;
pub use vendure::Vendure;

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    http::StatusCode,
    response::Response,
};
use serde_json::Value as Json;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use tokio::{net::TcpListener, task::JoinHandle};

/// What happens to the next request whose path has a word in it.
#[derive(Debug, Clone)]
pub enum Fault {
    /// This status, with `Retry-After` where it is said.
    Status(u16, Option<u32>),
    /// Nothing is done and nothing is answered.
    Hang,
    /// It is done, and nothing is answered.
    DoneThenHang,
}

/// A request: method, parts of the path, headers that matter, body.
pub struct Asked<'a> {
    pub method: &'a str,
    pub path: &'a [&'a str],
    /// After the question mark, decoded.
    pub query: &'a str,
    pub bearer: &'a str,
    pub basic: &'a str,
    pub content_type: &'a str,
    pub text: &'a str,
}

impl Asked<'_> {
    pub fn json(&self) -> Json {
        serde_json::from_str(self.text).unwrap_or(Json::Null)
    }
}

/// How a double answers.
pub trait Answers: Send + 'static {
    fn answer(&mut self, asked: &Asked<'_>) -> (u16, Json);

    /// Headers of the answer just given.
    fn headers(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}

/// A record over there.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record {
    pub id: String,
    pub values: BTreeMap<String, Json>,
}

/// A running double; it ends when it is dropped.
pub struct Double<A> {
    pub url: String,
    pub inner: Arc<Mutex<A>>,
    faults: Arc<Mutex<Vec<(String, Fault)>>>,
    asked: Arc<Mutex<Vec<String>>>,
    serving: JoinHandle<()>,
}

impl<A> Drop for Double<A> {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl<A: Answers> Double<A> {
    pub async fn start(make: impl FnOnce(&str) -> A) -> Double<A> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let inner = Arc::new(Mutex::new(make(&url)));
        let (faults, asked) = (Arc::<Mutex<Vec<(String, Fault)>>>::default(), Arc::<Mutex<Vec<String>>>::default());
        let state = (inner.clone(), faults.clone(), asked.clone());
        let router = Router::new().fallback(move |request: Request| {
            let (inner, faults, asked) = state.clone();
            async move { serve(inner, faults, asked, request).await }
        });
        let serving = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        Double { url, inner, faults, asked, serving }
    }

    /// The next request whose method and path have the word in them meets the fault.
    pub fn fail(&self, word: &str, fault: Fault) {
        self.faults.lock().unwrap().push((word.to_owned(), fault));
    }

    /// What is there now.
    pub fn there(&self) -> A
    where
        A: Clone,
    {
        self.inner.lock().unwrap().clone()
    }

    /// Method and path of everything asked so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve<A: Answers>(
    inner: Arc<Mutex<A>>,
    faults: Arc<Mutex<Vec<(String, Fault)>>>,
    asked: Arc<Mutex<Vec<String>>>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let text = String::from_utf8(to_bytes(body, 10 << 20).await.unwrap().to_vec()).unwrap();
    let path = parts.uri.path().to_owned();
    asked.lock().unwrap().push(format!("{} {path}", parts.method));
    let fault = {
        let mut faults = faults.lock().unwrap();
        let called = format!("{} {path}", parts.method);
        faults.iter().position(|(word, _)| called.contains(word.as_str())).map(|i| faults.remove(i).1)
    };
    if matches!(fault, Some(Fault::Hang)) {
        return std::future::pending().await;
    }
    if let Some(Fault::Status(status, after)) = fault {
        let mut response = Response::builder().status(status);
        if let Some(after) = after {
            response = response.header("retry-after", after);
        }
        return response.body(Body::from(r#"{"status":"error","message":"not now"}"#)).unwrap();
    }
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let query = decoded(parts.uri.query().unwrap_or_default());
    let pieces: Vec<String> = path.trim_matches('/').split('/').map(decoded).collect();
    let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
    let asked = Asked {
        method: parts.method.as_str(),
        path: &pieces,
        query: &query,
        bearer: header("authorization").strip_prefix("Bearer ").unwrap_or_default(),
        basic: header("authorization").strip_prefix("Basic ").unwrap_or_default(),
        content_type: header("content-type"),
        text: &text,
    };
    let (status, json, more) = {
        let mut inner = inner.lock().unwrap();
        let (status, json) = inner.answer(&asked);
        (status, json, inner.headers())
    };
    if matches!(fault, Some(Fault::DoneThenHang)) {
        return std::future::pending().await;
    }
    let body = if json.is_null() { String::new() } else { json.to_string() };
    let mut response = Response::builder().status(StatusCode::from_u16(status).unwrap());
    for (name, value) in more {
        response = response.header(name, value);
    }
    response.header("content-type", "application/json").body(Body::from(body)).unwrap()
}

/// `%XX` as its byte.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        match (first, tail) {
            (b'%', [a, b, after @ ..]) => {
                let hex = [*a, *b];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap());
                rest = after;
            }
            (byte, _) => {
                bytes.push(if *byte == b'+' { b' ' } else { *byte });
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}
