//! The live keys in memory: the door looks one up for each request.

use super::{Area, KeyKind, Permission, Permissions, keys::CHANNEL, sql};
use base::{Id, MINUTE, SharedClock, Time};
use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock, Weak,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use store::{Db, Row, Rows, StoreError, Write};
use tokio::sync::Mutex;

/// A wake-up that was missed is made good within it.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// A key that is not revoked.
#[derive(Debug)]
pub struct LiveKey {
    pub id: Id,
    pub workspace: i64,
    pub source: i64,
    pub kind: KeyKind,
    pub permissions: Permissions,
    pub name: Box<str>,
    scopes: Box<str>,
    /// When it was last used, and the newest of that which is in the database; 0: never.
    used: AtomicI64,
    noted: AtomicI64,
}

impl LiveKey {
    fn of(row: &Row) -> Option<LiveKey> {
        let kind: KeyKind = row.text("kind").parse().ok()?;
        let permissions = match kind {
            // A scope that a newer release knows gives nothing here.
            KeyKind::Api => row
                .text("scopes")
                .split_whitespace()
                .fold(Permissions::NONE, |all, scope| all.with(Permissions::from_scopes([scope]).unwrap_or_default())),
            KeyKind::Write | KeyKind::Secret => Permissions::of(&[Permission::Write(Area::Events)]),
        };
        let used = row.opt_int("last_used_at").unwrap_or(0);
        Some(LiveKey {
            id: row.id("id"),
            workspace: row.int("workspace"),
            source: row.int("source"),
            kind,
            permissions,
            name: row.text("name").into(),
            scopes: row.text("scopes").into(),
            used: AtomicI64::new(used),
            noted: AtomicI64::new(used),
        })
    }

    /// Whether events may be sent with it.
    pub fn may_send(&self) -> bool {
        self.permissions.has(Permission::Write(Area::Events))
    }

    /// Whether the row says the same; when it was used does not count.
    fn is_row(&self, row: &Row) -> bool {
        self.id == row.id("id")
            && self.source == row.int("source")
            && *self.scopes == *row.text("scopes")
            && *self.name == *row.text("name")
    }
}

type Keys = HashMap<[u8; 32], Arc<LiveKey>>;

/// All live keys of all workspaces. Cheap to clone; a look-up waits for nobody and asks no database.
#[derive(Clone)]
pub struct KeyRing {
    shared: Arc<Shared>,
}

struct Shared {
    db: Db,
    clock: SharedClock,
    keys: RwLock<Arc<Keys>>,
    /// One reads at a time: an older answer never takes the place of a newer one.
    reading: Mutex<()>,
}

impl KeyRing {
    /// Reads the keys, and keeps them fresh in the background until the last clone is dropped: at each wake-up, at the latest
    /// every 500 ms.
    pub async fn open(db: Db, clock: SharedClock) -> Result<KeyRing, StoreError> {
        let mut wakes = db.listen(CHANNEL).await?;
        let ring =
            KeyRing { shared: Arc::new(Shared { db, clock, keys: RwLock::default(), reading: Mutex::default() }) };
        ring.refresh().await?;
        let shared = Arc::downgrade(&ring.shared);
        tokio::spawn(async move {
            loop {
                let closed = matches!(tokio::time::timeout(LOOK_AGAIN, wakes.recv()).await, Ok(None));
                if closed || !look_again(&shared).await {
                    return;
                }
            }
        });
        Ok(ring)
    }

    /// The live key with this text.
    pub fn find(&self, text: &str) -> Option<Arc<LiveKey>> {
        let keys = self.shared.keys.read().unwrap_or_else(PoisonError::into_inner).clone();
        let key = keys.get(&http_kit::token_hash(text))?;
        let now = self.shared.clock.now().0;
        if now - key.used.load(Ordering::Relaxed) >= MINUTE {
            key.used.store(now, Ordering::Relaxed);
        }
        Some(key.clone())
    }

    /// Reads the keys now.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        let _one = self.shared.reading.lock().await;
        let rows = self.shared.db.query(&sql::KEYS_LIVE, &[]).await?;
        let old = self.shared.keys.read().unwrap_or_else(PoisonError::into_inner).clone();
        let mut keys = Keys::with_capacity(rows.len());
        for row in &rows {
            let Ok(hash) = <[u8; 32]>::try_from(row.blob("hash")) else {
                continue;
            };
            let kept = old.get(&hash).filter(|key| key.is_row(row)).cloned();
            if let Some(key) = kept.or_else(|| LiveKey::of(row).map(Arc::new)) {
                keys.insert(hash, key);
            }
        }
        *self.shared.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
        Ok(())
    }

    /// Writes down when keys were last used, at most once a minute for each.
    async fn note_used(&self) -> Result<(), StoreError> {
        let keys = self.shared.keys.read().unwrap_or_else(PoisonError::into_inner).clone();
        let mut rows = Rows::new(3);
        let mut noted = Vec::new();
        for key in keys.values() {
            let used = key.used.load(Ordering::Relaxed);
            if used > key.noted.load(Ordering::Relaxed) {
                rows.push([key.workspace.into(), key.id.into(), Time(used).into()]);
                noted.push((key.clone(), used));
            }
        }
        if noted.is_empty() {
            return Ok(());
        }
        self.shared.db.write(vec![Write::new(&sql::KEY_USED, rows)]).await?;
        noted.iter().for_each(|(key, used)| key.noted.store(*used, Ordering::Relaxed));
        Ok(())
    }
}

/// One round of the background task; `false`: nobody wants the ring any more.
async fn look_again(shared: &Weak<Shared>) -> bool {
    let Some(shared) = shared.upgrade() else {
        return false;
    };
    let ring = KeyRing { shared };
    let refreshed = ring.refresh().await;
    if let Err(error) = refreshed.and(ring.note_used().await) {
        tracing::warn!(%error, "the keys could not be read again");
    }
    true
}
