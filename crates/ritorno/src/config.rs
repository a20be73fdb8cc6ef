//! Configuration: each option is a flag, an environment variable `RITORNO_…` and a key of a TOML file, in that order.
//!
//! The file is `--config FILE`, `RITORNO_CONFIG`, or `ritorno.toml` in the working folder. Its keys are the variables' names
//! without `RITORNO_`, in lower case: `public_url = "https://crm.shop.example"`.

use adapters::web::Addresses;
use clap::{Arg, ArgAction, Args, Command, CommandFactory, ValueEnum, builder::BoolishValueParser};
use std::{ffi::OsString, path::PathBuf};
use store::{DbConfig, DbUrl};

/// Which database.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// The folder of the embedded SQLite database; made where it is missing.
    #[arg(long, env = "RITORNO_DATA", value_name = "DIR", default_value = "data")]
    pub data: PathBuf,
    /// A PostgreSQL database instead of the folder: postgres://user:password@host/name.
    #[arg(long, env = "RITORNO_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Bytes of page cache for SQLite.
    #[arg(long, env = "RITORNO_PAGE_CACHE_BYTES", value_name = "BYTES", default_value_t = 32 << 20)]
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

/// Where calls to shops may go.
#[derive(Debug, Clone, Args)]
pub struct Reach {
    /// Let shops be at addresses of private networks and of this machine. Whoever connects a shop can then have this server call
    /// what only it can reach.
    #[arg(long, env = "RITORNO_ALLOW_PRIVATE_ADDRESSES", value_parser = BoolishValueParser::new())]
    pub allow_private_addresses: bool,
}

impl Reach {
    pub fn addresses(&self) -> Addresses {
        if self.allow_private_addresses { Addresses::Private } else { Addresses::Public }
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
    #[command(flatten)]
    pub reach: Reach,
    /// The address to listen on; 0.0.0.0:8080 takes calls from other machines.
    #[arg(long, env = "RITORNO_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// A shop to try everything with, at /demo: made-up customers and 18 months of their history, a mailbox instead of a mail
    /// server, a clock that can jump ahead. It has a data folder of its own, demo-data where none is named.
    #[arg(long, env = "RITORNO_DEMO", value_parser = BoolishValueParser::new())]
    pub demo: bool,
    /// Days of history that a new demonstration begins with.
    #[arg(long, env = "RITORNO_DEMO_DAYS", value_name = "DAYS", default_value_t = 548,
        value_parser = clap::value_parser!(u32).range(3..=1_100))]
    pub demo_days: u32,
    /// Customers with a name in the history of a new demonstration.
    #[arg(long, env = "RITORNO_DEMO_CUSTOMERS", value_name = "N", default_value_t = 5_000,
        value_parser = clap::value_parser!(u32).range(10..=50_000))]
    pub demo_customers: u32,
    /// What this process does of the work.
    #[arg(long, env = "RITORNO_ROLE", value_enum, default_value = "all")]
    pub role: Role,
    /// How the outside reaches this server; it stands in the links of messages. Default: http:// and the listen address.
    #[arg(long, env = "RITORNO_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// The mail server: smtp://user:password@host:587?tls=required, or smtps://…. Without one, messages wait in the outbox.
    #[arg(long, env = "RITORNO_SMTP_URL", value_name = "URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Seconds a message may be on its way; a sender that has said nothing by then (it was killed) leaves it in doubt.
    #[arg(long, env = "RITORNO_SEND_WITHIN", value_name = "SECONDS", default_value_t = 300)]
    pub send_within: u64,
    /// Seconds until a mail server that said "later" is asked again; twice as long each further time.
    #[arg(long, env = "RITORNO_RETRY_AFTER", value_name = "SECONDS", default_value_t = 60)]
    pub retry_after: u64,
    /// The largest body of a tracking call, in bytes after decompression.
    #[arg(long, env = "RITORNO_BATCH_BYTES", value_name = "BYTES", default_value_t = 500 << 10)]
    pub batch_bytes: usize,
    /// The largest event, in bytes.
    #[arg(long, env = "RITORNO_EVENT_BYTES", value_name = "BYTES", default_value_t = 32 << 10)]
    pub event_bytes: usize,
    /// Log lines as JSON objects.
    #[arg(long, env = "RITORNO_LOG_JSON", value_parser = BoolishValueParser::new())]
    pub log_json: bool,
}

/// The command line with what the TOML file adds: options that stand neither on the line nor in the environment.
pub fn arguments<C: CommandFactory>() -> Result<Vec<OsString>, String> {
    let line: Vec<OsString> = std::env::args_os().collect();
    let texts: Vec<String> = line.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let Some((path, table)) = file(&texts)? else { return Ok(line) };
    merge(&C::command(), line, &texts, &table, |name| std::env::var_os(name).is_some())
        .map_err(|reason| format!("the configuration file {path}: {reason}"))
}

/// The configuration file's name and table, if there is one.
fn file(texts: &[String]) -> Result<Option<(String, toml::Table)>, String> {
    let named = texts.iter().position(|text| text == "--config").and_then(|i| texts.get(i + 1).cloned());
    let named = named.or_else(|| texts.iter().find_map(|text| text.strip_prefix("--config=").map(str::to_owned)));
    let named = named.or_else(|| std::env::var("RITORNO_CONFIG").ok());
    let path = named.clone().unwrap_or_else(|| "ritorno.toml".to_owned());
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(_) if named.is_none() => return Ok(None),
        Err(error) => return Err(format!("the configuration file {path}: {error}")),
    };
    let wrong = |error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        format!("the configuration file {path}, line {line}: {}", error.message())
    };
    text.parse().map(|table| Some((path.clone(), table))).map_err(wrong)
}

fn merge(
    root: &Command,
    mut line: Vec<OsString>,
    texts: &[String],
    table: &toml::Table,
    is_set: impl Fn(&str) -> bool,
) -> Result<Vec<OsString>, String> {
    let (command, at) = innermost(root, texts);
    let mut added = Vec::new();
    for (key, value) in table {
        let variable = format!("RITORNO_{}", key.to_uppercase());
        if !has_option(root, &variable) || variable == "RITORNO_CONFIG" {
            return Err(format!("there is no option {key}; `ritorno serve --help` shows which there are"));
        }
        // An option of another command is none of ours.
        let Some(arg) = command.get_arguments().find(|arg| is_called(arg, &variable)) else { continue };
        let Some(flag) = arg.get_long().map(|long| format!("--{long}")) else { continue };
        let on_line = texts.iter().any(|text| *text == flag || text.starts_with(&format!("{flag}=")));
        if on_line || is_set(&variable) {
            continue;
        }
        let values = match value {
            toml::Value::Array(values) if matches!(arg.get_action(), ArgAction::Append) => values.as_slice(),
            one => std::slice::from_ref(one),
        };
        for value in values {
            added.extend(said(arg, &flag, value).map_err(|what| format!("{key} {what}"))?);
        }
    }
    line.splice(at..at, added);
    Ok(line)
}

/// The command that is meant, and where its options begin. `help` explains and takes none.
fn innermost<'c>(root: &'c Command, texts: &[String]) -> (&'c Command, usize) {
    let (mut command, mut at) = (root, texts.len().min(1));
    let mut words = texts.iter().enumerate().skip(1);
    while let Some((i, text)) = words.next() {
        match command.find_subcommand(text) {
            Some(sub) => (command, at) = (sub, i + 1),
            None if text == "--config" => drop(words.next()),
            None if text.starts_with('-') => {}
            None => break,
        }
    }
    (command, at)
}

fn is_called(arg: &Arg, variable: &str) -> bool {
    arg.get_env().is_some_and(|name| name == variable)
}

fn has_option(command: &Command, variable: &str) -> bool {
    command.get_arguments().any(|arg| is_called(arg, variable))
        || command.get_subcommands().any(|sub| has_option(sub, variable))
}

/// One value of the file as a word of the command line.
fn said(arg: &Arg, flag: &str, value: &toml::Value) -> Result<Option<OsString>, &'static str> {
    let text = match value {
        toml::Value::Boolean(is_on) if !arg.get_action().takes_values() => return Ok(is_on.then(|| flag.into())),
        _ if !arg.get_action().takes_values() => return Err("is neither true nor false"),
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Float(number) => number.to_string(),
        toml::Value::Boolean(is_on) => is_on.to_string(),
        _ => return Err("is not a single value"),
    };
    Ok(Some(format!("{flag}={text}").into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use clap::Parser;

    fn merged(args: &[&str], file: &str, set: &[&str]) -> Result<Vec<OsString>, String> {
        let line = args.iter().map(OsString::from).collect();
        let texts: Vec<String> = args.iter().map(|a| (*a).to_owned()).collect();
        merge(&Cli::command(), line, &texts, &file.parse().unwrap(), |name| set.contains(&name))
    }

    fn check(args: &[&str], file: &str, set: &[&str], expected: &[&str]) {
        let line = merged(args, file, set).unwrap();
        assert_eq!(line, expected.iter().map(OsString::from).collect::<Vec<_>>());
        Cli::try_parse_from(line).unwrap();
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
        check(&["ritorno", "migrate"], file, &[], &["ritorno", "migrate", "--page-cache-bytes=1024"]);
        check(
            &["ritorno", "--config", "serve", "flows", "list"],
            "data = \"d\"",
            &[],
            &["ritorno", "--config", "serve", "flows", "list", "--data=d"],
        );
        check(&["ritorno", "openapi"], file, &[], &["ritorno", "openapi"]);
    }

    #[test]
    fn lists_give_an_option_several_times() {
        let line = ["ritorno", "simulate", "serve"];
        let file = "set = [\"a=1\", \"b=2\"]\njson = false\nrole = \"api\"";
        check(&line, file, &[], &["ritorno", "simulate", "--set=a=1", "--set=b=2", "serve"]);
        check(&line, file, &["RITORNO_SET"], &line);
        // The role of a process is not the role of a person.
        let person = ["ritorno", "people", "create", "--email=a@b.example"];
        check(&person, file, &[], &person);
    }

    #[test]
    fn what_the_file_says_wrongly_is_told() {
        let check = |file: &str, words: &str| {
            let reason = merged(&["ritorno", "serve"], file, &[]).unwrap_err();
            assert!(reason.contains(words), "{reason}");
        };
        check("lisen = \"x\"", "there is no option lisen");
        check("[serve]\nlisten = \"x\"", "there is no option serve");
        check("listen = [\"x\"]", "listen is not a single value");
        check("log_json = \"yes\"", "log_json is neither true nor false");
    }

    /// A value that each option of `serve` takes, other than its default.
    fn value_of(arg: &Arg) -> String {
        let values = arg.get_possible_values();
        match arg.get_id().as_str() {
            "listen" => "127.0.0.1:9".to_owned(),
            _ if !arg.get_action().takes_values() => "true".to_owned(),
            _ if !values.is_empty() => values.last().unwrap().get_name().to_owned(),
            _ if arg.get_default_values().iter().any(|v| v.to_string_lossy().parse::<u64>().is_ok()) => "77".to_owned(),
            _ => "https://x.example".to_owned(),
        }
    }

    #[test]
    fn each_option_of_serve_stands_in_the_file_as_well() {
        let root = Cli::command();
        let serve = root.find_subcommand("serve").unwrap();
        let mut seen = 0;
        for arg in serve.get_arguments() {
            let (long, value) = (arg.get_long().unwrap(), value_of(arg));
            let key = long.replace('-', "_");
            assert_eq!(arg.get_env().unwrap().to_str().unwrap(), format!("RITORNO_{}", key.to_uppercase()));
            let text = match value.parse::<u64>().is_ok() || value == "true" {
                true => format!("{key} = {value}"),
                false => format!("{key} = {value:?}"),
            };
            let word = if value == "true" { format!("--{long}") } else { format!("--{long}={value}") };
            check(&["ritorno", "serve"], &text, &[], &["ritorno", "serve", &word]);
            check(&["ritorno", "serve"], &text, &[&format!("RITORNO_{}", key.to_uppercase())], &["ritorno", "serve"]);
            seen += 1;
        }
        assert!(seen >= 12, "{seen}");
    }
}
