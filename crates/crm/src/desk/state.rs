//! What every part of the desk is given.

use super::{Backoff, KeyRing, Settings};
use crate::door::Loops;
use base::{Id, Rng, SharedClock, Time};
use http_kit::Hasher;
use minicbor::Decode;
use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};
use store::{Db, StoreError};

/// A link with which a person sets a new password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordLink {
    pub email: String,
    pub name: String,
    /// The whole address, to be opened in a browser; it works once, for an hour (an invitation for three days).
    pub link: String,
    /// Whether the person has never had a password.
    pub is_invitation: bool,
}

/// Takes password links to people: by e-mail, or to the log of a server that has no mail yet.
pub trait SendLink: Send + Sync {
    /// Hands the link over and returns at once; delivery is the sender's concern.
    fn send(&self, link: PasswordLink);
}

/// Sends no link anywhere.
#[derive(Debug, Default, Clone, Copy)]
pub struct NoLinks;

impl SendLink for NoLinks {
    fn send(&self, _link: PasswordLink) {
        tracing::warn!("a password link was asked for, but no way to send it is set up: make one on the command line");
    }
}

/// The desk's state; cheap to clone.
#[derive(Clone)]
pub struct DeskState {
    pub db: Db,
    pub clock: SharedClock,
    /// By which people's sessions run: `clock`, but where that one jumps (a demonstration) the system's own.
    pub sessions_clock: SharedClock,
    pub rng: Arc<dyn Rng>,
    pub keys: KeyRing,
    /// Where people and shops reach us, such as `https://crm.example`, without a slash at the end; may be empty.
    pub public_url: Arc<str>,
    pub hasher: Hasher,
    pub backoff: Arc<Backoff>,
    pub links: Arc<dyn SendLink>,
    /// The loops, which are started after the desk; they know each workspace's settings.
    pub loops: Arc<OnceLock<Loops>>,
}

impl DeskState {
    /// The state over a migrated database, with a key ring of its own.
    pub async fn open(
        db: Db,
        clock: SharedClock,
        rng: Arc<dyn Rng>,
        public_url: &str,
        hasher: Hasher,
        links: Arc<dyn SendLink>,
    ) -> Result<DeskState, StoreError> {
        let keys = KeyRing::open(db.clone(), clock.clone()).await?;
        let public_url = public_url.trim_end_matches('/').into();
        Ok(DeskState {
            db,
            sessions_clock: clock.clone(),
            clock,
            rng,
            keys,
            public_url,
            hasher,
            backoff: Arc::default(),
            links,
            loops: Arc::default(),
        })
    }

    /// Whether people reach us by https.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// The settings of a workspace, as its loop has them. Those of a new workspace where no loop has read it within a second.
    pub async fn settings(&self, workspace: i64) -> Settings {
        let Some(loops) = self.loops.get() else { return Settings::default() };
        let handle = loops(workspace);
        for _ in 0..50 {
            let data = handle.shared();
            if !data.is_empty() {
                return runtime::applier::decode::<Head>(&data).settings;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Settings::default()
    }

    /// An id made now.
    pub fn new_id(&self) -> Id {
        new_id(&*self.rng, self.clock.now())
    }
}

/// The front of the workspace's own state; what follows it is action's.
#[derive(Default, Decode)]
struct Head {
    #[n(0)]
    settings: Settings,
}

/// An id made at this time.
pub(crate) fn new_id(rng: &dyn Rng, at: Time) -> Id {
    let mut bits = [0u8; 10];
    rng.fill(&mut bits);
    Id::from_parts(at, bits)
}
