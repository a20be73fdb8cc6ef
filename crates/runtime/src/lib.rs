//! The log, the apply loop, the cells, the timers and the outbox: everything durable that knows no shop word.
//!
//! What happens is a [`NewEvent`]; it is appended to the workspace's log, folded by a [`Domain`] into [cells](Domain::Cell),
//! and one commit writes the event, an image of each touched cell, the effects and the position. Cells reach their own rows
//! in sweeps; start-up loads the newest image of each cell, so nothing is folded twice.
//!
//! Never knows what a cart or a message is, and never does I/O inside a fold.
//! Start reading at [`Domain`] and [`World`], then [`applier::Applier`], then [`driver`].

pub mod applier;
mod counter;
mod domain;
pub mod driver;
mod event;
mod handle;
mod key;
mod lease;
pub mod outbox;
pub mod pulse;
pub mod sql;
pub mod world;

pub use counter::Counter;
pub use domain::{Domain, FoldError, Need};
pub use event::{Event, NewEvent, Origin};
pub use handle::{AppendError, Appended, Handle, Status};
pub use key::Key;
pub use outbox::Effect;
pub use sql::MIGRATIONS;
pub use world::{Sweep, World};

use std::sync::atomic::{AtomicI64, Ordering};

/// Numbers drawn in this process: log positions (on SQLite, where the loop writes the log) and image numbers, unique over
/// all workspaces because both are row ids there.
#[derive(Debug, Default)]
pub struct Sequences {
    position: AtomicI64,
    image: AtomicI64,
}

impl Sequences {
    pub fn new(position: i64, image: i64) -> Sequences {
        Sequences { position: AtomicI64::new(position), image: AtomicI64::new(image) }
    }

    pub(crate) fn next_position(&self) -> i64 {
        self.position.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn next_image(&self) -> i64 {
        self.image.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// The next image gets a number above this one.
    pub(crate) fn raise_image(&self, seq: i64) {
        self.image.fetch_max(seq, Ordering::Relaxed);
    }

    pub(crate) fn image(&self) -> i64 {
        self.image.load(Ordering::Relaxed)
    }
}
