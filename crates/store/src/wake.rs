//! Wake-ups: "something changed, look again". A missed one must be harmless: callers also poll.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};
use tokio::sync::broadcast;

/// How many wake-ups a slow listener may leave unread before it only learns that there were some.
const UNREAD_MAX: usize = 256;

/// The channels of one database within this process.
#[derive(Default)]
pub(crate) struct Wakes {
    channels: Mutex<HashMap<String, broadcast::Sender<String>>>,
}

impl Wakes {
    /// A listener, and whether it is the first on this channel.
    pub(crate) fn listen(&self, channel: &str) -> (Listener, bool) {
        let mut channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        let first = !channels.contains_key(channel);
        let sender = channels.entry(channel.to_owned()).or_insert_with(|| broadcast::channel(UNREAD_MAX).0);
        (Listener { receiver: sender.subscribe() }, first)
    }

    /// Ends all listeners: the database is closed.
    pub(crate) fn close(&self) {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Wakes the listeners of a channel in this process.
    pub(crate) fn wake(&self, channel: &str, payload: &str) {
        let channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = channels.get(channel) {
            // An error means that nobody listens any more, which is fine.
            let _ = sender.send(payload.to_owned());
        }
    }
}

/// Hears the wake-ups of one channel.
pub struct Listener {
    receiver: broadcast::Receiver<String>,
}

impl Listener {
    /// Waits for the next wake-up and answers its payload. The payload is empty where the listener may have missed some (it was
    /// slow, or the connection was lost and is back): look at everything then. `None` once the database is closed.
    pub async fn recv(&mut self) -> Option<String> {
        match self.receiver.recv().await {
            Ok(payload) => Some(payload),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(String::new()),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}
