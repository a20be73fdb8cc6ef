//! The built binary, run as anyone would run it.

use super::http::Client;
use std::{
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};
use testkit::TempDir;
use tokio::time::{Instant, sleep};

/// Where a server keeps its data: a folder of its own, or a PostgreSQL database.
pub struct Site {
    pub folder: TempDir,
    database_url: Option<String>,
}

impl Site {
    pub fn new(database_url: Option<String>) -> Site {
        let folder = TempDir::with_prefix("ritorno-site-").expect("the temporary folder is writable");
        Site { folder, database_url }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A command of the binary on this site, in a folder without a configuration file.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ritorno"));
        command.args(words).current_dir(self.folder.path()).stdin(Stdio::null());
        match &self.database_url {
            Some(url) => command.args(["--database-url", url]),
            None => command.arg("--data").arg(self.data()),
        };
        command
    }

    /// Runs a command line to its end; panics with what it said where it fails.
    pub fn run(&self, words: &[&str]) -> String {
        let output = self.command(words).output().expect("the binary starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "ritorno {words:?} failed: {said}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// The database, opened by the test itself: no server may run on a SQLite one.
    pub async fn open(&self) -> testkit::store::Db {
        let url = match &self.database_url {
            Some(url) => testkit::store::DbUrl::Postgres(url.clone()),
            None => testkit::store::DbUrl::SqliteFile(self.data().join("ritorno.db")),
        };
        testkit::store::Db::open(&testkit::store::DbConfig::from(url)).await.expect("the database opens")
    }
}

/// What a failed test leaves behind stays for whoever looks into it.
impl Drop for Site {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.folder.disable_cleanup(true);
            eprintln!("the site of the failed test is kept: {}", self.folder.path().display());
        }
    }
}

/// A free address on the loopback. That somebody else takes it before the server does is possible and very rare.
pub fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("loopback has a free port")
}

/// A running server; killed when dropped.
pub struct Process {
    child: Child,
    pub address: SocketAddr,
    log: PathBuf,
}

impl Process {
    /// Starts `ritorno serve`; its log goes to a file that [`Process::log`] reads.
    pub fn start(site: &Site, address: SocketAddr, options: &[&str]) -> Process {
        let log = site.folder.path().join(format!("server-{}.log", address.port()));
        let file = std::fs::OpenOptions::new().create(true).append(true).open(&log).expect("the folder is writable");
        let mut command = site.command(&["serve", "--listen", &address.to_string()]);
        let child = command.args(options).stdout(Stdio::null()).stderr(file).spawn().expect("the binary starts");
        Process { child, address, log }
    }

    /// Waits until `/readyz` says yes; answers how long that took.
    pub async fn ready(&mut self, limit: Duration) -> Duration {
        let began = Instant::now();
        loop {
            if let Ok(answer) = Client::new(self.address).get("/readyz").await
                && answer.status == 200
            {
                return began.elapsed();
            }
            self.must_run();
            assert!(began.elapsed() < limit, "the server was not ready within {limit:?}:\n{}", self.tail());
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// Fails where the process has ended without being told to.
    pub fn must_run(&mut self) {
        if let Ok(Some(status)) = self.child.try_wait() {
            panic!("the server ended by itself ({status}):\n{}", self.tail());
        }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// kill -9: nothing is finished, nobody is told.
    pub fn kill(&mut self) {
        self.child.kill().expect("the process is ours");
        self.child.wait().expect("a killed process ends");
    }

    /// Sends a signal by name, such as STOP, CONT or TERM.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status();
        assert!(sent.expect("the system has a kill command").success(), "signal {name} could not be sent");
    }

    /// Asks it to stop, and waits for its end.
    pub async fn terminate(&mut self, limit: Duration) -> ExitStatus {
        self.signal("TERM");
        let until = Instant::now() + limit;
        loop {
            if let Some(status) = self.child.try_wait().expect("the process is ours") {
                return status;
            }
            assert!(Instant::now() < until, "the server did not stop within {limit:?}:\n{}", self.tail());
            sleep(Duration::from_millis(20)).await;
        }
    }

    pub fn log(&self) -> String {
        read_lossy(&self.log)
    }

    fn tail(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_lossy(path: &Path) -> String {
    std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}
