//! Configuration: each option is a flag, an environment variable `RITORNO_…` and a key of a TOML file, in that order.
//!
//! The file is `--config FILE`, `RITORNO_CONFIG`, or `ritorno.toml` in the working folder. Its keys are the flags' names with
//! underscores: `public_url = "https://crm.shop.example"`.

use clap::{Args, CommandFactory, ValueEnum};
use std::{ffi::OsString, path::PathBuf};
use store::{DbConfig, DbUrl};

/// Which database.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// The folder of the embedded SQLite database.
    #[arg(long, env = "RITORNO_DATA", value_name = "DIR", default_value = "data")]
    pub data: PathBuf,
    /// A PostgreSQL database instead: postgres://user:password@host/name.
    #[arg(long, env = "RITORNO_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Bytes of page cache for SQLite.
    #[arg(long, env = "RITORNO_PAGE_CACHE_BYTES", default_value_t = 32 << 20)]
    pub page_cache_bytes: usize,
}

impl Place {
    /// The database's configuration; makes the data folder where it is missing.
    pub fn config(&self) -> Result<DbConfig, String> {
        let mut config: DbConfig = match &self.database_url {
            Some(url) => url.parse().map_err(|e: store::StoreError| e.to_string())?,
            None => {
                std::fs::create_dir_all(&self.data)
                    .map_err(|e| format!("the data folder {} cannot be made: {e}", self.data.display()))?;
                DbConfig::from(DbUrl::SqliteFile(self.data.join("ritorno.db")))
            }
        };
        config.page_cache_bytes = self.page_cache_bytes;
        Ok(config)
    }

    /// Where a running server listens for the command line; PostgreSQL needs none, its log takes commands from anywhere.
    pub fn control_socket(&self) -> Option<PathBuf> {
        self.database_url.is_none().then(|| self.data.join("control.sock"))
    }
}

/// What this process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// API, loop and sending in one process.
    All,
    /// Takes in events and answers the API; needs a worker beside it (PostgreSQL only).
    Api,
    /// Applies and sends; answers health checks only.
    Worker,
}

#[derive(Debug, Clone, Args)]
pub struct Serve {
    #[command(flatten)]
    pub place: Place,
    /// The address to listen on.
    #[arg(long, env = "RITORNO_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: String,
    #[arg(long, env = "RITORNO_ROLE", value_enum, default_value = "all")]
    pub role: Role,
    /// How the outside reaches this server; it stands in the links of messages. Default: http:// and the listen address.
    #[arg(long, env = "RITORNO_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// The mail server: smtp://user:password@host:587?tls=required, smtps://…. Without one, messages wait in the outbox.
    #[arg(long, env = "RITORNO_SMTP_URL", value_name = "URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Seconds a message may be on its way; a sender that has said nothing by then (it was killed) leaves it in doubt.
    #[arg(long, env = "RITORNO_SEND_WITHIN", value_name = "SECONDS", default_value_t = 300)]
    pub send_within: u64,
    /// Seconds until a mail server that said "later" is asked again; twice as long each further time.
    #[arg(long, env = "RITORNO_RETRY_AFTER", value_name = "SECONDS", default_value_t = 60)]
    pub retry_after: u64,
    /// The largest body of a tracking call, in bytes after decompression.
    #[arg(long, env = "RITORNO_BATCH_BYTES", default_value_t = 500 << 10)]
    pub batch_bytes: usize,
    /// The largest event, in bytes.
    #[arg(long, env = "RITORNO_EVENT_BYTES", default_value_t = 32 << 10)]
    pub event_bytes: usize,
    /// Log lines as JSON objects.
    #[arg(long, env = "RITORNO_LOG_JSON")]
    pub log_json: bool,
}

/// The command line with what the TOML file adds: options that stand neither on the line nor in the environment.
pub fn arguments<C: CommandFactory>() -> Result<Vec<OsString>, String> {
    let line: Vec<OsString> = std::env::args_os().collect();
    let texts: Vec<String> = line.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let Some(table) = file(&texts)? else { return Ok(line) };
    merge::<C>(line, &texts, &table, |name| std::env::var_os(name).is_some())
}

/// The configuration file's table, if there is one.
fn file(texts: &[String]) -> Result<Option<toml::Table>, String> {
    let named = texts.iter().position(|text| text == "--config").and_then(|i| texts.get(i + 1).cloned());
    let named = named.or_else(|| texts.iter().find_map(|text| text.strip_prefix("--config=").map(str::to_owned)));
    let named = named.or_else(|| std::env::var("RITORNO_CONFIG").ok());
    let path = named.clone().unwrap_or_else(|| "ritorno.toml".to_owned());
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(_) if named.is_none() => return Ok(None),
        Err(error) => return Err(format!("the configuration file {path}: {error}")),
    };
    text.parse().map(Some).map_err(|e| format!("the configuration file {path}: {e}"))
}

fn merge<C: CommandFactory>(
    mut line: Vec<OsString>,
    texts: &[String],
    table: &toml::Table,
    is_set: impl Fn(&str) -> bool,
) -> Result<Vec<OsString>, String> {
    let root = C::command();
    let mut command = &root;
    // Where the options of the innermost subcommand begin.
    let mut at = 1;
    for (i, text) in texts.iter().enumerate().skip(1) {
        if let Some(sub) = command.find_subcommand(text) {
            (command, at) = (sub, i + 1);
        }
    }
    let mut added = Vec::new();
    for (key, value) in table {
        let flag = format!("--{}", key.replace('_', "-"));
        let Some(arg) = command.get_arguments().find(|arg| arg.get_long() == Some(&flag[2..])) else { continue };
        let on_line = texts.iter().any(|text| *text == flag || text.starts_with(&format!("{flag}=")));
        if on_line || is_set(&format!("RITORNO_{}", key.to_uppercase())) {
            continue;
        }
        let value = match value {
            toml::Value::String(text) => text.clone(),
            toml::Value::Boolean(false) => continue,
            toml::Value::Boolean(true) if !arg.get_action().takes_values() => {
                added.push(flag.into());
                continue;
            }
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Float(number) => number.to_string(),
            _ => return Err(format!("the configuration key {key} is not a single value")),
        };
        added.push(OsString::from(format!("{flag}={value}")));
    }
    line.splice(at.min(line.len())..at.min(line.len()), added);
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(subcommand)]
        command: Sub,
    }

    #[derive(Debug, clap::Subcommand)]
    enum Sub {
        Serve(Serve),
        Doctor(Place),
    }

    fn check(args: &[&str], file: &str, set: &[&str], expected: &[&str]) {
        let line = args.iter().map(OsString::from).collect();
        let texts: Vec<String> = args.iter().map(|a| (*a).to_owned()).collect();
        let merged = merge::<Line>(line, &texts, &file.parse().unwrap(), |name| set.contains(&name)).unwrap();
        assert_eq!(merged, expected.iter().map(OsString::from).collect::<Vec<_>>());
        Line::try_parse_from(merged).unwrap();
    }

    #[test]
    fn the_file_fills_in_what_line_and_environment_leave_open() {
        let file = "listen = \"0.0.0.0:80\"\nlog_json = true\nsmtp_url = \"smtp://mail\"\npage_cache_bytes = 1024\n";
        check(
            &["ritorno", "serve", "--listen", "[::1]:9"],
            file,
            &["RITORNO_SMTP_URL"],
            &["ritorno", "serve", "--log-json", "--page-cache-bytes=1024", "--listen", "[::1]:9"],
        );
        check(&["ritorno", "doctor"], file, &[], &["ritorno", "doctor", "--page-cache-bytes=1024"]);
    }
}
