//! A mail server for tests, on the loopback: it keeps what it accepts and misbehaves as told ([`SmtpSink::rule`]).
//!
//! It never forwards anything. Start reading at [`SmtpSink`]; what it heard is a [`Received`].

mod received;
mod rules;
mod session;

pub use received::Received;
pub use rules::{Act, Verb, When};

use rules::Rules;
use session::Offers;
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{net::TcpListener, sync::Notify, task::JoinHandle};
use tokio_rustls::{TlsAcceptor, rustls};

/// How the sink encrypts, with a certificate of its own that nobody signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SinkTls {
    #[default]
    None,
    StartTls,
    Implicit,
}

/// What the sink is before it starts; the rules may change while it runs.
#[derive(Default)]
pub struct SinkBuilder {
    listen: Option<SocketAddr>,
    tls: SinkTls,
    offers: Offers,
    auth: Option<(String, String)>,
    rules: Rules,
    count_only: bool,
    hook: Option<Box<dyn Fn(&Received) + Send + Sync>>,
}

impl SinkBuilder {
    /// An address on the loopback; port 0 picks a free one (the default).
    pub fn listen(mut self, at: SocketAddr) -> SinkBuilder {
        self.listen = Some(at);
        self
    }

    pub fn tls(mut self, tls: SinkTls) -> SinkBuilder {
        self.tls = tls;
        self
    }

    /// Asks for this user and password before MAIL.
    pub fn auth(mut self, user: &str, password: &str) -> SinkBuilder {
        self.auth = Some((user.into(), password.into()));
        self
    }

    /// Does not offer an extension: `PIPELINING`, `8BITMIME`, `SMTPUTF8`, `SIZE`, `AUTH`, `PLAIN`.
    pub fn without(mut self, extension: &str) -> SinkBuilder {
        self.offers.hidden.push(extension.to_ascii_uppercase());
        self
    }

    /// Takes messages of so many bytes at most.
    pub fn size_max(mut self, bytes: usize) -> SinkBuilder {
        self.offers.size_max = bytes;
        self
    }

    pub fn rule(self, verb: Verb, act: Act) -> SinkBuilder {
        self.rule_when(verb, act, When::Always)
    }

    pub fn rule_when(mut self, verb: Verb, act: Act, when: When) -> SinkBuilder {
        self.rules.add(verb, act, when, None);
        self
    }

    /// Counts messages without keeping them: for measuring.
    pub fn count_only(mut self) -> SinkBuilder {
        self.count_only = true;
        self
    }

    /// Called with each accepted message before the server's consent leaves.
    pub fn on_message(mut self, hook: impl Fn(&Received) + Send + Sync + 'static) -> SinkBuilder {
        self.hook = Some(Box::new(hook));
        self
    }

    pub async fn start(self) -> std::io::Result<SmtpSink> {
        let listener = TcpListener::bind(self.listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0)))).await?;
        let address = listener.local_addr()?;
        if !address.ip().is_loopback() {
            return Err(std::io::Error::other(format!("the sink listens on the loopback only, not on {address}")));
        }
        let shared = Arc::new(Shared {
            tls: self.tls,
            acceptor: (self.tls != SinkTls::None).then(self_signed),
            offers: self.offers,
            auth: self.auth,
            rules: Mutex::new(self.rules),
            count_only: self.count_only,
            hook: self.hook,
            messages: Mutex::default(),
            accepted: AtomicUsize::new(0),
            news: Notify::new(),
            transcript: Mutex::default(),
            reads: AtomicUsize::new(0),
            connections: AtomicUsize::new(0),
            open: AtomicUsize::new(0),
        });
        let task = tokio::spawn(serve(listener, shared.clone()));
        Ok(SmtpSink { address, shared, task })
    }
}

struct Shared {
    tls: SinkTls,
    acceptor: Option<TlsAcceptor>,
    offers: Offers,
    auth: Option<(String, String)>,
    rules: Mutex<Rules>,
    count_only: bool,
    hook: Option<Box<dyn Fn(&Received) + Send + Sync>>,
    messages: Mutex<Vec<Received>>,
    accepted: AtomicUsize,
    news: Notify,
    transcript: Mutex<Vec<String>>,
    reads: AtomicUsize,
    connections: AtomicUsize,
    open: AtomicUsize,
}

/// Commands kept for [`SmtpSink::transcript`].
const TRANSCRIPT_MAX: usize = 10_000;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn accept(&self, received: Received) {
        if let Some(hook) = &self.hook {
            hook(&received);
        }
        if !self.count_only {
            lock(&self.messages).push(received);
        }
        self.accepted.fetch_add(1, Ordering::SeqCst);
        self.news.notify_waiters();
    }

    fn note(&self, line: &str) {
        if self.count_only {
            return;
        }
        let mut transcript = lock(&self.transcript);
        if transcript.len() < TRANSCRIPT_MAX {
            transcript.push(line.to_owned());
        }
    }
}

/// The running server; it stops when dropped.
pub struct SmtpSink {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl SmtpSink {
    /// A plain server that accepts everything, on a free port.
    pub async fn start() -> SmtpSink {
        SmtpSink::builder().start().await.expect("the loopback has a free port")
    }

    pub fn builder() -> SinkBuilder {
        SinkBuilder::default()
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL a client reaches it by, with its password and its TLS mode.
    pub fn url(&self) -> String {
        let user = match &self.shared.auth {
            Some((user, password)) => format!("{}:{}@", percent(user), percent(password)),
            None => String::new(),
        };
        match self.shared.tls {
            SinkTls::None => format!("smtp://{user}{}?tls=none", self.address),
            SinkTls::StartTls => format!("smtp://{user}{}?tls=required&accept_invalid_certs=true", self.address),
            SinkTls::Implicit => {
                format!("smtps://{user}{}?accept_invalid_certs=true", self.address)
            }
        }
    }

    /// From now on, at `verb`, do `act`.
    pub fn rule(&self, verb: Verb, act: Act) {
        self.rule_when(verb, act, When::Always);
    }

    pub fn rule_when(&self, verb: Verb, act: Act, when: When) {
        lock(&self.shared.rules).add(verb, act, when, None);
    }

    /// As [`Self::rule`] for commands (or messages) that name this address.
    pub fn rule_for(&self, address: &str, verb: Verb, act: Act) {
        lock(&self.shared.rules).add(verb, act, When::Always, Some(address.to_owned()));
    }

    /// Behaves well again; hanging connections stay hanging.
    pub fn clear_rules(&self) {
        *lock(&self.shared.rules) = Rules::default();
    }

    /// Accepted messages, in order.
    pub fn messages(&self) -> Vec<Received> {
        lock(&self.shared.messages).clone()
    }

    /// How many were accepted.
    pub fn count(&self) -> usize {
        self.shared.accepted.load(Ordering::SeqCst)
    }

    /// Waits until `count` messages are accepted; fewer where the time runs out first.
    pub async fn wait_for(&self, count: usize, limit: Duration) -> Vec<Received> {
        let enough = async {
            loop {
                let news = self.shared.news.notified();
                if self.count() >= count {
                    return;
                }
                news.await;
            }
        };
        // A timeout is not an error here: the caller compares what came.
        let _ = tokio::time::timeout(limit, enough).await;
        self.messages()
    }

    /// How often each Message-ID was accepted; more than once is what must not happen.
    pub fn counts_by_message_id(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for message in lock(&self.shared.messages).iter() {
            *counts.entry(message.message_id()).or_default() += 1;
        }
        counts
    }

    /// The command lines heard, over all connections; passwords included.
    pub fn transcript(&self) -> Vec<String> {
        lock(&self.shared.transcript).clone()
    }

    /// How often bytes were read from the network: two a message when a client pipelines.
    pub fn reads(&self) -> usize {
        self.shared.reads.load(Ordering::SeqCst)
    }

    /// Connections accepted so far.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// Connections open now.
    pub fn open_connections(&self) -> usize {
        self.shared.open.load(Ordering::SeqCst)
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    // Dropped with this task, and with it every session.
    let mut sessions = tokio::task::JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((tcp, _)) = accepted else { continue };
                let number = shared.connections.fetch_add(1, Ordering::SeqCst) + 1;
                let shared = shared.clone();
                sessions.spawn(async move {
                    shared.open.fetch_add(1, Ordering::SeqCst);
                    // A client that goes away in the middle is an ordinary end.
                    let _ = session::run(tcp, &shared, number).await;
                    shared.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
            Some(_) = sessions.join_next() => {}
        }
    }
}

fn self_signed() -> TlsAcceptor {
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).expect("the names are valid");
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring speaks the default versions")
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .expect("the key fits its certificate");
    TlsAcceptor::from(Arc::new(config))
}

fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => out.push(byte as char),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
