//! The lock on the data folder: one process at a time.

use crate::StoreError;
use std::{
    ffi::OsString,
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    path::{Path, PathBuf},
};

/// Held while the database is open. The operating system lets go of it when the process ends, however it ends; the file stays.
pub(super) struct FolderLock {
    _file: File,
}

/// The lock file of a database: its name with `.lock` behind.
fn lock_path(database: &Path) -> PathBuf {
    let mut name = OsString::from(database);
    name.push(".lock");
    PathBuf::from(name)
}

impl FolderLock {
    /// Takes the lock and writes our process id into the file.
    pub(super) fn take(database: &Path) -> Result<FolderLock, StoreError> {
        let path = lock_path(database);
        let unavailable = |error: std::io::Error| StoreError::Unavailable(format!("{}: {error}", path.display()));
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(unavailable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                // The holder may be writing its id just now; then we say that we do not know it.
                let pid = file.read_to_string(&mut text).ok().and_then(|_| text.trim().parse().ok());
                return Err(StoreError::Locked { pid, path });
            }
            Err(TryLockError::Error(error)) => return Err(unavailable(error)),
        }
        file.set_len(0).map_err(unavailable)?;
        file.rewind().map_err(unavailable)?;
        writeln!(file, "{}", std::process::id()).map_err(unavailable)?;
        Ok(FolderLock { _file: file })
    }
}
