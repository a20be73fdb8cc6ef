//! A PostgreSQL server for tests: made when first asked for, gone with the test process.

use crate::TempDir;
use std::{
    net::TcpListener,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

const WHAT_TO_INSTALL: &str = "PostgreSQL 15 or newer is needed for this test: install it (Debian: apt install postgresql), or set \
     RITORNO_TEST_POSTGRES=postgres://… to a server where databases may be created, or set RITORNO_TEST_NO_POSTGRES=1 to skip";

/// A server of our own in a temporary folder on loopback, or one that `RITORNO_TEST_POSTGRES` names.
pub struct PostgresServer {
    /// The address of its first database.
    url: String,
    /// `None` where the server is not ours.
    own: Option<Own>,
    made: AtomicU32,
}

struct Own {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
    /// Ends the server and removes the folder when the pipe to it closes, that is when this process has ended in any way.
    watchdog: Child,
}

impl PostgresServer {
    /// The server that the tests of this process share. `RITORNO_TEST_POSTGRES` names one that exists; else one is started,
    /// without waiting for the disk unless `RITORNO_TEST_POSTGRES_FSYNC=on`.
    pub fn of_this_process() -> &'static PostgresServer {
        static SERVER: OnceLock<PostgresServer> = OnceLock::new();
        SERVER.get_or_init(|| match std::env::var("RITORNO_TEST_POSTGRES") {
            Ok(url) => PostgresServer { url, own: None, made: AtomicU32::new(0) },
            Err(_) => {
                PostgresServer::launch(std::env::var("RITORNO_TEST_POSTGRES_FSYNC").is_ok_and(|value| value == "on"))
            }
        })
    }

    /// Starts a server of its own, which a test may stop and start. With `fsync` a commit is on disk when it returns.
    pub fn launch(fsync: bool) -> PostgresServer {
        PostgresServer::launch_with(fsync, &[])
    }

    /// As [`PostgresServer::launch`], with further settings (`name = value`) in its configuration.
    pub fn launch_with(fsync: bool, settings: &[&str]) -> PostgresServer {
        let programs = find_programs().unwrap_or_else(|| panic!("{WHAT_TO_INSTALL}"));
        let folder = TempDir::with_prefix("ritorno-pg-").expect("the temporary folder is writable");
        if let Some((user, group)) = postgres_user() {
            chown(folder.path(), Some(user), Some(group)).expect("root may give a folder away");
        }
        let data = folder.path().join("data");
        let mut initdb = as_postgres(&programs.join("initdb"));
        initdb
            .args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "-D"])
            .arg(&data);
        run(&mut initdb);
        // Asking for port 0 finds a free one; that somebody else takes it in between is possible and very rare.
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("loopback has a free port")
            .port();
        let onoff = if fsync { "on" } else { "off" };
        let mut conf = format!(
            "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{}'\nfsync = {onoff}\n\
             synchronous_commit = on\nfull_page_writes = {onoff}\nmax_connections = 200\nshared_buffers = 64MB\n",
            folder.path().display()
        );
        for setting in settings {
            conf += &format!("{setting}\n");
        }
        let path = data.join("postgresql.auto.conf");
        std::fs::write(path, conf).expect("the data folder is writable");
        let watchdog = watch(&programs, folder.path());
        let own = Own { folder, programs, port, watchdog };
        own.control(&["start"]);
        PostgresServer {
            url: format!("postgres://postgres@127.0.0.1:{port}/postgres"),
            own: Some(own),
            made: AtomicU32::new(0),
        }
    }

    /// The address of its first database, `postgres`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address of another database on this server.
    pub fn url_of(&self, database: &str) -> String {
        let (start, rest) = self.url.split_once("://").expect("an address has a scheme");
        let (place, options) = rest.split_once('?').map_or((rest, None), |(place, options)| (place, Some(options)));
        let host = place.split('/').next().unwrap_or(place);
        format!("{start}://{host}/{database}{}", options.map(|options| format!("?{options}")).unwrap_or_default())
    }

    /// Makes an empty database with C collation; answers its address.
    pub async fn create_database(&self) -> String {
        let name = format!("ritorno_test_{}_{}", std::process::id(), self.made.fetch_add(1, Ordering::Relaxed));
        self.run(&format!("DROP DATABASE IF EXISTS {name}")).await;
        self.run(&format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"))
            .await;
        self.url_of(&name)
    }

    /// Removes a database that [`PostgresServer::create_database`] made, whoever is still connected.
    pub async fn drop_database(&self, url: &str) {
        let name = url.rsplit('/').next().and_then(|name| name.split('?').next()).expect("an address has a last part");
        self.run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
    }

    /// Runs one statement in its first database.
    pub async fn run(&self, text: &str) {
        let connected = tokio_postgres::connect(&self.url, tokio_postgres::NoTls).await;
        let (client, connection) = connected.unwrap_or_else(|error| panic!("no connection to {}: {error}", self.url));
        let task = tokio::spawn(connection);
        if let Err(error) = client.batch_execute(text).await {
            panic!("{text}: {error:?}");
        }
        drop(client);
        let _ = task.await;
    }

    /// Its folder, which goes with it.
    pub fn folder(&self) -> PathBuf {
        self.own().folder.path().to_owned()
    }

    /// Gives a file in its folder to the server's user alone, as a key must be.
    pub fn own_file(&self, name: &str) {
        let path = self.folder().join(name);
        if let Some((user, group)) = postgres_user() {
            chown(&path, Some(user), Some(group)).expect("root may give a file away");
        }
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("the file is ours");
    }

    /// Changes a setting; some count from the next restart on.
    pub async fn set(&self, name: &str, value: &str) {
        self.run(&format!("ALTER SYSTEM SET {name} = '{value}'")).await;
    }

    /// Stops it at once, as a crash would: nothing is finished, no client is told.
    pub fn crash(&self) {
        self.own().control(&["stop", "-m", "immediate"]);
    }

    /// Stops it; clients are cut off.
    pub fn stop(&self) {
        self.own().control(&["stop", "-m", "fast"]);
    }

    /// Starts it again after a stop, at the same address.
    pub fn start(&self) {
        self.own().control(&["start"]);
    }

    /// Stops and starts it; clients are cut off.
    pub fn restart(&self) {
        self.own().control(&["restart", "-m", "fast"]);
    }

    fn own(&self) -> &Own {
        self.own
            .as_ref()
            .expect("a server that RITORNO_TEST_POSTGRES names is not ours to stop: use PostgresServer::launch")
    }
}

impl Own {
    /// Runs `pg_ctl`, waiting until it is done.
    fn control(&self, arguments: &[&str]) {
        let mut command = as_postgres(&self.programs.join("pg_ctl"));
        command.args(arguments).args(["-w", "-s", "-t", "60", "-D"]).arg(self.folder.path().join("data"));
        command.arg("-l").arg(self.folder.path().join("log"));
        assert_ne!(self.port, 0, "the port is chosen before the first start");
        run(&mut command);
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        // The end of its input is what the watchdog waits for.
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}

/// Starts the watchdog: a shell, in a process group of its own so that Ctrl-C does not reach it, which reads until the pipe
/// from us is closed. The operating system does that however we end.
fn watch(programs: &Path, folder: &Path) -> Child {
    let stop = as_postgres(&programs.join("pg_ctl"));
    let stop: Vec<&std::ffi::OsStr> = std::iter::once(stop.get_program()).chain(stop.get_args()).collect();
    let mut command = Command::new("sh");
    command.args([
        "-c",
        r#"folder=$1; shift; cat >/dev/null; "$@" stop -m immediate -s -D "$folder/data"; rm -rf "$folder""#,
        "sh",
    ]);
    command.arg(folder).args(stop);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    command.spawn().expect("sh can be started")
}

/// The folder of `initdb`, `pg_ctl` and `postgres`: the newest under /usr/lib/postgresql, else where PATH finds them.
fn find_programs() -> Option<PathBuf> {
    let whole = |folder: &PathBuf| ["initdb", "pg_ctl", "postgres"].iter().all(|name| folder.join(name).exists());
    let mut debian: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(version, folder)| *version >= 15 && whole(folder))
        .collect();
    debian.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    debian.pop().map(|(_, folder)| folder).or_else(|| std::env::split_paths(&path).find(whole))
}

/// A command that runs as the user `postgres` where we are root, because the server refuses root.
fn as_postgres(program: &Path) -> Command {
    if postgres_user().is_none() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program);
    command
}

/// The user and group id of `postgres` where we are root.
fn postgres_user() -> Option<(u32, u32)> {
    static USER: OnceLock<Option<(u32, u32)>> = OnceLock::new();
    let number = |arguments: &[&str]| {
        let output = Command::new("id").args(arguments).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse::<u32>().ok()
    };
    *USER.get_or_init(|| {
        if number(&["-u"])? != 0 {
            return None;
        }
        number(&["-u", "postgres"]).zip(number(&["-g", "postgres"]))
    })
}

fn run(command: &mut Command) {
    // A folder that the other user may enter; nothing of ours on its input, so that it cannot wait for us.
    let outcome = command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let outcome = outcome
        .and_then(Child::wait_with_output)
        .unwrap_or_else(|error| panic!("{command:?}: {error}. {WHAT_TO_INSTALL}"));
    let message = String::from_utf8_lossy(&outcome.stderr);
    assert!(outcome.status.success(), "{command:?} failed: {message}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_server_goes_with_its_folder_when_it_is_dropped() {
        if crate::postgres_absent() {
            return;
        }
        let server = PostgresServer::launch(false);
        let (folder, url) = (server.folder(), server.create_database().await);
        server.drop_database(&url).await;
        server.restart();
        server.run("SELECT 1").await;
        drop(server);
        assert!(!folder.exists());
        assert!(tokio_postgres::connect(&url, tokio_postgres::NoTls).await.is_err());
    }

    #[test]
    fn another_database_keeps_the_options_of_the_address() {
        let server = |url: &str| PostgresServer { url: url.to_owned(), own: None, made: AtomicU32::new(0) };
        let check = |url: &str, expected: &str| assert_eq!(server(url).url_of("other"), expected);
        check("postgres://a:b@h:1/x?sslmode=disable", "postgres://a:b@h:1/other?sslmode=disable");
        check("postgres://h", "postgres://h/other");
    }
}
