//! Calls to addresses that somebody typed in: shops' APIs, feeds. Bounded in time and size, no redirects, no proxy, and not into
//! the operator's own network ([`Addresses`]).
//!
//! Start reading at [`Web::call`].

mod guard;

pub use guard::Addresses;

use bytes::{Bytes, BytesMut};
use guard::{Guarded, NotAllowed};
use reqwest::{Client, Method, Url, header::HeaderMap, redirect::Policy};
use rustls::{ClientConfig, RootCertStore};
use std::{error::Error, net::IpAddr, sync::Arc, time::Duration};

/// What one call may take at most.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const CALL_TIMEOUT: Duration = Duration::from_secs(60);
/// What a large body may take as a whole.
const OPEN_TIMEOUT: Duration = Duration::from_secs(3600);
/// The largest body that is read.
pub const BYTES_MAX: usize = 32 << 20;

/// A call to be made.
#[derive(Debug, Clone)]
pub struct Call {
    /// `GET`, `POST`, `PUT` or `PATCH`.
    pub method: &'static str,
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    /// A body, sent as JSON.
    pub json: Option<String>,
    /// A body in its place, sent as a form: `name=value` pairs that are encoded already.
    pub form: Option<String>,
    /// A body in its place, sent as XML.
    pub xml: Option<String>,
}

impl Call {
    pub fn get(url: impl Into<String>) -> Call {
        Call::bare("GET", url)
    }

    pub fn post(url: impl Into<String>, json: String) -> Call {
        Call { json: Some(json), ..Call::bare("POST", url) }
    }

    pub fn patch(url: impl Into<String>, json: String) -> Call {
        Call { json: Some(json), ..Call::bare("PATCH", url) }
    }

    /// Without a body.
    pub fn put(url: impl Into<String>) -> Call {
        Call::bare("PUT", url)
    }

    pub fn put_json(url: impl Into<String>, json: String) -> Call {
        Call { json: Some(json), ..Call::bare("PUT", url) }
    }

    pub fn xml(url: impl Into<String>, xml: String) -> Call {
        Call { xml: Some(xml), ..Call::bare("POST", url) }
    }

    /// A form of `name=value` pairs, each encoded here.
    pub fn form(url: impl Into<String>, pairs: &[(&str, &str)]) -> Call {
        let pair = |(name, value): &(&str, &str)| format!("{}={}", encoded(name), encoded(value));
        let form = pairs.iter().map(pair).collect::<Vec<_>>().join("&");
        Call { form: Some(form), ..Call::bare("POST", url) }
    }

    fn bare(method: &'static str, url: impl Into<String>) -> Call {
        Call { method, url: url.into(), headers: Vec::new(), json: None, form: None, xml: None }
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Call {
        self.headers.push((name, value.into()));
        self
    }
}

/// What was answered, whatever its status.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub body: Bytes,
    headers: HeaderMap,
}

impl Answer {
    /// A header as text, the first of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// All headers of a name.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect()
    }
}

/// Why there was no answer. Says nothing of headers and bodies, which may hold secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebError {
    /// The address is none that may be called: nothing was sent.
    #[error("{0}")]
    Address(String),
    #[error("{host} did not answer within {seconds} s")]
    TimedOut { host: String, seconds: u64 },
    #[error("{host} cannot be reached: {reason}")]
    Unreachable { host: String, reason: String },
    #[error("the answer of {host} is larger than {mib} MiB")]
    TooLarge { host: String, mib: usize },
}

/// Makes calls. Cheap to clone; connections are kept and shared.
#[derive(Debug, Clone)]
pub struct Web {
    http: Client,
    addresses: Addresses,
    timeout: Duration,
}

impl Web {
    /// The error: this machine's certificates cannot be read.
    pub fn new(addresses: Addresses) -> Result<Web, String> {
        Web::with_timeout(addresses, CALL_TIMEOUT)
    }

    /// As [`Web::new`], for tests of hosts that hang.
    pub fn with_timeout(addresses: Addresses, timeout: Duration) -> Result<Web, String> {
        let http = Client::builder()
            .tls_backend_preconfigured(tls()?)
            .dns_resolver(Arc::new(Guarded(addresses)))
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT.min(timeout))
            .timeout(timeout)
            .user_agent(concat!("Ritorno/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| format!("no calls can be made from here: {}", chain(&error)))?;
        Ok(Web { http, addresses, timeout })
    }

    /// The address as one that may be called: `http` or `https`, no user or password in it, not in a private network.
    pub fn check(&self, text: &str) -> Result<Url, WebError> {
        let wrong = |why: &str| WebError::Address(format!("{:?}: {why}", text.chars().take(200).collect::<String>()));
        let url = Url::parse(text).map_err(|error| wrong(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("the address begins neither with https:// nor with http://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            // Not repeated: it would show the password.
            return Err(WebError::Address(
                "the address holds a user or a password: say those apart from it".to_owned(),
            ));
        }
        let host = url.host_str().ok_or_else(|| wrong("the address names no host"))?;
        // Names are checked when they are looked up; numbers are not looked up.
        if let Ok(ip) = host.trim_matches(['[', ']']).parse::<IpAddr>()
            && !self.addresses.allow(ip)
        {
            return Err(wrong(&NotAllowed.to_string()));
        }
        if !url.port_or_known_default().is_some_and(|port| self.addresses.allow_port(port)) {
            return Err(wrong("its port is not one that shops answer at (80, 443, 8080, 8443)"));
        }
        Ok(url)
    }

    /// Makes a call and reads the whole answer, of at most [`BYTES_MAX`] bytes.
    pub async fn call(&self, call: Call) -> Result<Answer, WebError> {
        let mut opened = self.start(call, BYTES_MAX as u64, "application/json", None).await?;
        let mut body = BytesMut::new();
        while let Some(chunk) = opened.chunk().await? {
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status: opened.status, headers: opened.headers, body: body.freeze() })
    }

    /// Makes a call for a body that may be large: it is read piece by piece, and each piece has the time of a whole call.
    pub async fn open(&self, call: Call, bytes_max: u64) -> Result<Opened, WebError> {
        self.start(call, bytes_max, "*/*", Some(OPEN_TIMEOUT)).await
    }

    async fn start(
        &self,
        call: Call,
        bytes_max: u64,
        accept: &'static str,
        timeout: Option<Duration>,
    ) -> Result<Opened, WebError> {
        let url = self.check(&call.url)?;
        let host = url.host_str().unwrap_or_default().to_owned();
        let method = match call.method {
            "POST" => Method::POST,
            "PUT" => Method::PUT,
            "PATCH" => Method::PATCH,
            _ => Method::GET,
        };
        let mut request = self.http.request(method, url).header("accept", accept);
        if let Some(timeout) = timeout {
            request = request.timeout(timeout);
        }
        for (name, value) in call.headers {
            request = request.header(name, value);
        }
        if let Some(json) = call.json {
            request = request.header("content-type", "application/json").body(json);
        } else if let Some(form) = call.form {
            request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
        } else if let Some(xml) = call.xml {
            request = request.header("content-type", "text/xml; charset=utf-8").body(xml);
        }
        let patience = self.timeout;
        let sent = tokio::time::timeout(patience, request.send()).await;
        let sent = sent.map_err(|_| WebError::TimedOut { host: host.clone(), seconds: patience.as_secs() })?;
        let response = sent.map_err(|error| failed(error, &host, patience))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let opened = Opened { status, headers, response, host, patience, left: bytes_max, bytes_max };
        if opened.response.content_length().is_some_and(|length| length > bytes_max) {
            return Err(opened.too_large());
        }
        Ok(opened)
    }
}

/// Why a call came to nothing.
fn failed(error: reqwest::Error, host: &str, patience: Duration) -> WebError {
    let host = host.to_owned();
    if is_not_allowed(&error) {
        return WebError::Address(format!("{host}: {NotAllowed}"));
    }
    if error.is_timeout() {
        return WebError::TimedOut { host, seconds: patience.as_secs() };
    }
    WebError::Unreachable { host, reason: chain(&error.without_url()) }
}

/// An answer whose body has not been read yet.
#[derive(Debug)]
pub struct Opened {
    pub status: u16,
    headers: HeaderMap,
    response: reqwest::Response,
    host: String,
    patience: Duration,
    /// Bytes that may still come.
    left: u64,
    bytes_max: u64,
}

impl Opened {
    /// A header as text, the first of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The next piece of the body; `None` at its end. A body that breaks off is an error.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, WebError> {
        let next = tokio::time::timeout(self.patience, self.response.chunk()).await;
        let timed_out = || WebError::TimedOut { host: self.host.clone(), seconds: self.patience.as_secs() };
        let next = next.map_err(|_| timed_out())?.map_err(|error| failed(error, &self.host, self.patience))?;
        let Some(chunk) = next else { return Ok(None) };
        self.left = self.left.checked_sub(chunk.len() as u64).ok_or_else(|| self.too_large())?;
        Ok(Some(chunk))
    }

    /// Where the answer sends on to, from the address that was asked; `None`: it does not.
    pub fn moved_to(&self, from: &str) -> Option<String> {
        if !matches!(self.status, 301 | 302 | 303 | 307 | 308) {
            return None;
        }
        Url::parse(from).ok()?.join(self.header("location")?).ok().map(String::from)
    }

    fn too_large(&self) -> WebError {
        WebError::TooLarge { host: self.host.clone(), mib: (self.bytes_max >> 20) as usize }
    }
}

/// Text as it stands in a form or in a part of an address: all but letters, digits and `-._~` as `%XX`.
pub fn encoded(text: &str) -> String {
    let mut to = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => to.push(char::from(byte)),
            other => to.push_str(&format!("%{other:02X}")),
        }
    }
    to
}

fn tls() -> Result<ClientConfig, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| format!("tls cannot be set up: {error}"))?;
    let mut roots = RootCertStore::empty();
    // Without any, each call by https says so; those by http work.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

fn is_not_allowed(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = cause {
        if error.is::<NotAllowed>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// An error with its causes, which is where its reason stands.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_lead_inside_are_refused_before_anything_is_sent() {
        let web = Web::new(Addresses::Public).unwrap();
        let inside = [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://[::1]/",
            "http://[::ffff:10.0.0.1]/",
            "http://169.254.169.254/latest/meta-data",
            "http://10.0.0.8:443/",
            "http://0/",
            "https://shop.example:22/",
            "ftp://shop.example/",
            "file:///etc/passwd",
            "http://user:pass@shop.example/",
            "https://shop.example@127.0.0.1/",
            "gopher://shop.example",
            "//shop.example",
            "shop.example",
            "",
            "http://[fd00::1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://①②⑦.⓪.⓪.①/",
        ];
        for text in inside {
            assert!(matches!(web.check(text), Err(WebError::Address(_))), "{text}");
        }
        for text in ["https://shop.example", "http://shop.example:8080/x?y=1", "https://1.1.1.1/"] {
            assert!(web.check(text).is_ok(), "{text}");
        }
        let secret = web.check("http://user:hush@shop.example/").unwrap_err().to_string();
        assert!(!secret.contains("hush"), "{secret}");
        assert!(Web::new(Addresses::Private).unwrap().check("http://127.0.0.1:3999/").is_ok());
    }

    #[tokio::test]
    async fn names_that_lead_inside_are_refused_when_they_are_looked_up() {
        let web = Web::new(Addresses::Public).unwrap();
        let error = web.call(Call::get("http://localhost/")).await.unwrap_err();
        assert!(matches!(&error, WebError::Address(text) if text.contains("private network")), "{error}");
    }
}
