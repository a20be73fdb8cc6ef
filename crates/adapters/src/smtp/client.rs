//! The pool: connections are opened when needed, kept while busy, closed after a while without work.

use super::{
    Accepted, Envelope, SendError, SmtpConfig, Tls,
    connection::Connection,
    tls,
    transaction::{Fate, Mail, transact},
};
use std::{
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};
use tokio::{
    sync::{OnceCell, Semaphore},
    time::{Instant, sleep, timeout_at},
};
use tokio_rustls::TlsConnector;

/// The way to one mail server. Cheap to clone; clones share the connections.
#[derive(Clone)]
pub struct SmtpClient {
    shared: Arc<Shared>,
}

struct Shared {
    config: SmtpConfig,
    /// One permit a connection at work.
    turns: Semaphore,
    idle: Mutex<Idle>,
    connector: OnceCell<TlsConnector>,
}

#[derive(Default)]
struct Idle {
    /// The last used is last, and is taken first, so that few connections stay warm.
    connections: Vec<Connection>,
    has_reaper: bool,
}

/// What the doctor learns by knocking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ping {
    /// The server's first line.
    pub greeting: String,
    pub encrypted: bool,
    /// The password was accepted; false where none is configured.
    pub signed_in: bool,
    pub pipelining: bool,
    /// The largest message in bytes, where the server names it.
    pub size_max: Option<usize>,
}

impl SmtpClient {
    pub fn new(config: SmtpConfig) -> SmtpClient {
        let turns = Semaphore::new(config.connections_max.max(1));
        let shared = Shared { config, turns, idle: Mutex::default(), connector: OnceCell::new() };
        SmtpClient { shared: Arc::new(shared) }
    }

    pub fn config(&self) -> &SmtpConfig {
        &self.shared.config
    }

    /// Sends one message (headers and body as bytes; line ends are made CRLF) and waits for the server's word on it.
    ///
    /// Takes [`SmtpConfig::send_time_max`] at most. Dropping the future closes its connection; whether the message went
    /// out is then unknown.
    pub async fn send(&self, envelope: &Envelope, message: &[u8]) -> Result<Accepted, SendError> {
        let config = &self.shared.config;
        let mail = Mail::new(envelope, message)?;
        let start_by = Instant::now() + config.start_timeout;
        let Ok(turn) = timeout_at(start_by, self.shared.turns.acquire()).await else {
            return Err(SendError::transient(format!(
                "all {} connections to {config} are busy",
                config.connections_max
            )));
        };
        let _turn = turn.expect("the semaphore is never closed");
        let mut connection = match self.take_idle() {
            Some(connection) => connection,
            None => self.open(start_by).await?,
        };
        loop {
            match transact(&mut connection, &mail, config, start_by).await {
                Ok(accepted) => {
                    self.put_back(connection);
                    return Ok(accepted);
                }
                // It died in the pool and the server has seen no content: once more, on a new one.
                Err(failure) if failure.fate == Fate::Dead && connection.reused => {
                    connection = self.open(start_by).await?;
                }
                Err(failure) => {
                    if failure.fate == Fate::Keep {
                        self.put_back(connection);
                    }
                    return Err(failure.error);
                }
            }
        }
    }

    /// Connects, greets, encrypts and signs in as a send would, and says goodbye.
    pub async fn ping(&self) -> Result<Ping, SendError> {
        let connection = self.open(Instant::now() + self.shared.config.start_timeout).await?;
        let ping = Ping {
            greeting: connection.greeting.clone(),
            encrypted: connection.encrypted,
            signed_in: self.shared.config.auth.is_some(),
            pipelining: connection.offers.pipelining,
            size_max: connection.offers.size_max,
        };
        connection.quit().await;
        Ok(ping)
    }

    async fn open(&self, start_by: Instant) -> Result<Connection, SendError> {
        let config = &self.shared.config;
        let connector = match config.tls {
            Tls::None => None,
            _ => {
                let made = async { tls::connector(config.accept_invalid_certs) };
                Some(self.shared.connector.get_or_try_init(|| made).await?)
            }
        };
        Connection::open(config, connector, start_by).await
    }

    fn take_idle(&self) -> Option<Connection> {
        let mut idle = self.shared.lock_idle();
        while let Some(mut connection) = idle.connections.pop() {
            if connection.idle_since.elapsed() < self.shared.config.idle_max && connection.is_quiet() {
                connection.reused = true;
                return Some(connection);
            }
        }
        None
    }

    fn put_back(&self, mut connection: Connection) {
        connection.idle_since = Instant::now();
        let mut idle = self.shared.lock_idle();
        idle.connections.push(connection);
        if !idle.has_reaper {
            idle.has_reaper = true;
            tokio::spawn(reap(Arc::downgrade(&self.shared), self.shared.config.idle_max));
        }
    }
}

impl Shared {
    fn lock_idle(&self) -> std::sync::MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes out the connections that have been idle for too long; says when the next will be.
    fn take_old(&self) -> (Vec<Connection>, Option<Instant>) {
        let idle_max = self.config.idle_max;
        let mut idle = self.lock_idle();
        let young = idle.connections.iter().position(|c| c.idle_since.elapsed() < idle_max);
        let end = young.unwrap_or(idle.connections.len());
        let old = idle.connections.drain(..end).collect();
        let next = idle.connections.first().map(|c| c.idle_since + idle_max);
        idle.has_reaper = next.is_some();
        (old, next)
    }
}

/// Closes idle connections politely; ends when none is left.
async fn reap(shared: Weak<Shared>, mut pause: Duration) {
    loop {
        sleep(pause).await;
        let Some(shared) = shared.upgrade() else {
            return;
        };
        let (old, next) = shared.take_old();
        drop(shared);
        for connection in old {
            connection.quit().await;
        }
        match next {
            // A little later, so that one wake-up takes all that came due together.
            Some(at) => pause = at.saturating_duration_since(Instant::now()) + Duration::from_millis(100),
            None => return,
        }
    }
}
