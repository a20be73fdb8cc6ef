//! The command line beside a running server: SQLite belongs to one process, so the command goes to it through a socket in the
//! data folder, which only the folder's owner can open. One JSON line there, one back.

use crate::operations::{Office, Operation};
use serde_json::{Value as Json, json};
use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{UnixListener, UnixStream},
    sync::watch,
};

/// The longest request: a flow with its templates.
const LINE_MAX: u64 = 16 << 20;

/// Answers until the server stops.
pub async fn listen(path: PathBuf, office: Office, mut stop: watch::Receiver<bool>) {
    // The lock on the database is ours, so a socket left there is nobody's.
    let _ = std::fs::remove_file(&path);
    let listener = match UnixListener::bind(&path) {
        Ok(listener) => listener,
        Err(error) => {
            return tracing::warn!(path = %path.display(), %error, "the command line cannot reach this server");
        }
    };
    if let Err(error) = std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)) {
        tracing::warn!(path = %path.display(), %error, "the control socket's permissions cannot be set");
    }
    loop {
        tokio::select! {
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                let office = office.clone();
                tokio::spawn(async move {
                    if let Err(error) = answer(stream, office).await {
                        tracing::debug!(%error, "a command line went away");
                    }
                });
            },
            _ = stop.changed() => break,
        }
    }
    let _ = std::fs::remove_file(&path);
}

async fn answer(stream: UnixStream, office: Office) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut line = String::new();
    BufReader::new(read.take(LINE_MAX)).read_line(&mut line).await?;
    let result = match serde_json::from_str::<Operation>(&line) {
        Ok(operation) => office.carry_out(operation).await,
        Err(error) => Err(format!("the server does not know this command (another version?): {error}")),
    };
    let answer = match result {
        Ok(value) => json!({ "ok": value }),
        Err(reason) => json!({ "error": reason }),
    };
    write.write_all(format!("{answer}\n").as_bytes()).await
}

/// Asks the server that has the data folder.
pub async fn ask(path: &Path, operation: &Operation) -> Result<Json, String> {
    let unreachable = |e: std::io::Error| {
        format!("the data folder is in use, and its server does not answer at {}: {e}", path.display())
    };
    let stream = UnixStream::connect(path).await.map_err(unreachable)?;
    let (read, mut write) = stream.into_split();
    let line = serde_json::to_string(operation).map_err(|e| e.to_string())?;
    write.write_all(format!("{line}\n").as_bytes()).await.map_err(unreachable)?;
    let mut answer = String::new();
    BufReader::new(read.take(LINE_MAX)).read_line(&mut answer).await.map_err(unreachable)?;
    let answer: Json =
        serde_json::from_str(&answer).map_err(|_| "the server ended the connection without an answer".to_owned())?;
    match answer.get("error").and_then(Json::as_str) {
        Some(reason) => Err(reason.to_owned()),
        None => Ok(answer.get("ok").cloned().unwrap_or_default()),
    }
}
