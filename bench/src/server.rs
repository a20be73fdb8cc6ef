//! The built binary as a child process.

use crate::{clock::Watch, http::Connection};
use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

/// A running server; killed when dropped.
pub struct Server {
    child: Child,
    pub address: String,
    pub key: String,
    /// From its start to the first 200 of `/healthz`.
    pub started_in: Duration,
}

/// Which database it runs on.
#[derive(Clone)]
pub enum Place {
    Folder(PathBuf),
    Url(String),
}

impl Place {
    /// The options that say so.
    pub fn args(&self) -> [String; 2] {
        match self {
            Place::Folder(folder) => ["--data".to_owned(), folder.display().to_string()],
            Place::Url(url) => ["--database-url".to_owned(), url.clone()],
        }
    }
}

/// Runs a command of the binary and returns what it prints.
pub fn command(binary: &Path, place: &Place, args: &[&str]) -> Result<String, String> {
    let output = Command::new(binary)
        .args(args)
        .args(place.args())
        .output()
        .map_err(|e| format!("{}: {e}", binary.display()))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        Err(format!("{args:?}: {}", String::from_utf8_lossy(&output.stderr)))
    }
}

impl Server {
    /// Makes a key, switches two flows on, starts the server and waits until it answers.
    pub async fn start(binary: &Path, place: &Place, with_flows: bool) -> Result<Server, String> {
        let key = command(binary, place, &["keys", "create", "--kind", "write", "--name", "bench"])?;
        if with_flows {
            for (file, id) in
                [("two-branch-follow-up", "two_branch_follow_up"), ("three-step-recovery", "three_step_recovery")]
            {
                command(binary, place, &["flows", "import", file])?;
                command(binary, place, &["flows", "enable", id])?;
            }
        }
        Server::open(binary, place, key).await
    }

    pub async fn open(binary: &Path, place: &Place, key: String) -> Result<Server, String> {
        let port =
            std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).map_err(|e| e.to_string())?.port();
        let address = format!("127.0.0.1:{port}");
        let watch = Watch::start();
        let child = Command::new(binary)
            .args(["serve", "--listen", &address])
            .args(place.args())
            .env("RITORNO_LOG", "warn")
            .stdout(Stdio::null())
            .spawn()
            .map_err(|e| format!("{}: {e}", binary.display()))?;
        let mut server = Server { child, address, key, started_in: Duration::ZERO };
        loop {
            if let Ok(mut connection) = Connection::open(&server.address).await
                && matches!(connection.get("/healthz").await, Ok(200))
            {
                server.started_in = watch.elapsed();
                return Ok(server);
            }
            if watch.elapsed() > Duration::from_secs(60) {
                return Err("the server did not answer within a minute".to_owned());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The write key as Basic authentication.
    pub fn authorization(&self) -> String {
        base64(format!("{}:", self.key).as_bytes())
    }

    /// Asks the server to end and waits for it.
    pub async fn stop(mut self) {
        let _ = Command::new("kill").arg(self.pid().to_string()).status();
        for _ in 0..600 {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = u32::from(chunk[0]) << 16
            | u32::from(*chunk.get(1).unwrap_or(&0)) << 8
            | u32::from(*chunk.get(2).unwrap_or(&0));
        for i in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * i) & 63) as usize] as char;
            text.push(if i <= chunk.len() { letter } else { '=' });
        }
    }
    text
}
