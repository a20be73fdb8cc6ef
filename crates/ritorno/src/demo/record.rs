//! What the demonstration remembers of itself, in its data folder: so that time never goes back after a restart, and a history
//! that was interrupted goes on.

use super::plan::Wish;
use base::{Id, Time};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The file's name inside the data folder.
pub const FILE: &str = "demo.json";

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    pub wish: Wish,
    /// The write key that the shop's pages send with; a write key is no secret.
    pub key: Option<String>,
    /// Everything up to here was played.
    pub played_to: Option<Time>,
    pub is_ready: bool,
    /// Microseconds that the clock is ahead of the system's.
    pub ahead: i64,
    /// What customers will do about messages that they have.
    pub waiting: Vec<Waiting>,
}

/// Something that a customer will do about a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Waiting {
    pub at: Time,
    pub customer: Id,
    pub message: Id,
    pub cart: u32,
    pub what: Answer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Click,
    Order,
    Unsubscribe,
}

fn file(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// Whether a demonstration lives in the folder.
pub fn is_there(folder: &Path) -> bool {
    file(folder).exists()
}

/// The record of a folder, if it has one.
pub fn read(folder: &Path) -> Result<Option<Record>, String> {
    let path = file(folder);
    match std::fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|e| format!("{}: {e}: remove the folder to begin the demonstration again", path.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}

/// Writes it whole or not at all.
pub fn write(folder: &Path, record: &Record) -> Result<(), String> {
    let (path, new) = (file(folder), folder.join("demo.json.new"));
    let bytes = serde_json::to_vec(record).map_err(|e| e.to_string())?;
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&new, bytes))
        .and_then(|()| std::fs::rename(&new, &path))
        .map_err(|e| format!("{}: {e}", path.display()))
}
