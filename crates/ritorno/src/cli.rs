//! The command line: what can be said, and the texts that teach it.
//!
//! Each option is also a variable `RITORNO_…` and, by that name in lower case, a key of the TOML file; a test walks them.

use crate::{
    bench, catalogue_files,
    config::{Place, Serve},
    connect, destinations, doctor, simulate,
};
use clap::{Parser, Subcommand, error::ErrorKind};
use std::{ffi::OsString, path::PathBuf, process::ExitCode};

/// Ritorno listens to an online shop, remembers every customer, and brings back the carts they leave.
#[derive(Debug, Parser)]
#[command(name = "ritorno", version, after_long_help = START)]
pub struct Cli {
    /// The TOML file with options; default: ritorno.toml in this folder, if it is there.
    #[arg(long, global = true, value_name = "FILE", env = "RITORNO_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Command,
}

const START: &str = "\
Two minutes, with a shop that does not exist:
  ritorno serve --demo                             then open http://127.0.0.1:8080/demo
Five minutes, with your own events:
  ritorno keys create --kind write --name shop     prints a key, this once
  ritorno flows import two-branch-follow-up        a ready-made flow; it stays off
  ritorno flows enable two-branch-follow-up        on, from the next cart left behind
  ritorno settings sender_address=shop@example.com
  ritorno serve --smtp-url smtp://127.0.0.1:1025   then send events to http://127.0.0.1:8080/v1
                                                   with any Segment client, and the key as write key
Try a flow on old events first: ritorno simulate --help

Options stand on the command line, in variables RITORNO_… (each help says which) or in a TOML file, in this order. A key of the
file is the variable's name without RITORNO_, in lower case:
  # ritorno.toml
  listen = \"0.0.0.0:8080\"
  public_url = \"https://crm.shop.example\"
  smtp_url = \"smtp://user:password@mail.shop.example:587?tls=required\"

A command beside a running server is carried out by that server. Where a command fails, its exit code is not 0 and the last line
of standard error says why. RITORNO_LOG (error, warn, info, debug) says how much is logged there.";

const SIMULATE: &str = "\
Nothing is stored, nothing is sent, no network is used: try a flow on last month's events before switching it on.

  ritorno simulate events.ndjson --flow two-branch-follow-up --set threshold=500 --until +96h

EVENTS holds one Segment call a line, such as
  {\"type\":\"identify\",\"userId\":\"ada\",\"timestamp\":\"2026-03-02T09:00:00Z\",\"traits\":{\"email\":\"ada@example.com\",
   \"consent\":{\"marketing\":{\"email\":true}}}}
  {\"type\":\"track\",\"userId\":\"ada\",\"event\":\"Product Added\",\"timestamp\":\"2026-03-02T09:05:00Z\",\"properties\":
   {\"cart_id\":\"c1\",\"product_id\":\"lamp\",\"price\":25,\"quantity\":1,\"currency\":\"EUR\"}}
(each on one line). A line is received at its own timestamp, in the order of the file. The clock never goes back: a line that is
more than 48 hours older than one above it is history, is read, and makes nobody write to anyone. The workspace is a new one,
which speaks Italian, in EUR and in the zone Europe/Rome; messages speak the customer's own language where one is known.

A line that the server would quarantine is left out: no JSON, nobody it is about, an unknown currency, a negative quantity. So is
one without a timestamp, or with one before 1970 or after 2099: a server has a clock of its own, but here the lines are the clock,
and one from the year 9999 would make history of all after it. Standard error names file, line and reason; the rest goes on, and
the exit code is 0.

Standard output has the result alone: tables, or with --json one object with the lists messages, agent_notices, journeys, carts,
deals and revenue. Amounts are whole minor units (cents), times UTC.";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Take in events, run flows, send messages, answer the API.
    #[command(after_long_help = "\
Starts without questions: the database is made and brought up to date, the first workspace too. http://LISTEN shows the page,
/v1 takes events, /api/v1 is the API (/api/openapi.json describes it), /healthz, /readyz and /metrics are for machines.
SIGTERM ends what is under way and stops cleanly; a second process on the same data folder is refused.
RITORNO_LOG=debug logs more.")]
    Serve(Serve),
    /// Bring the database up to this version. `serve` does it too.
    Migrate(Place),
    /// Fold a file of events in memory, in virtual time, and say what would have happened.
    #[command(after_long_help = SIMULATE, after_help = "`ritorno simulate --help` explains the file and the result.")]
    Simulate(simulate::Options),
    /// The keys with which shops send events and programs use the API.
    #[command(subcommand)]
    Keys(Keys),
    /// The people who sign in.
    #[command(subcommand)]
    People(People),
    /// Flows: import a BPMN file, list, switch on and off.
    #[command(subcommand)]
    Flows(Flows),
    /// Shops: read what they send, check what they sign.
    #[command(subcommand)]
    Connect(connect::Connect),
    /// Other CRMs, to which flows hand over carts, orders and customers.
    #[command(subcommand)]
    Destinations(destinations::Destinations),
    /// Products: take in a feed.
    #[command(subcommand)]
    Catalogue(catalogue_files::Catalogue),
    /// FEEL, the language of conditions: evaluate an expression, run a list of cases.
    #[command(subcommand)]
    Feel(Feel),
    /// Decision models (DMN): run a model's tests.
    #[command(subcommand)]
    Dmn(Dmn),
    /// Change the shop's settings, such as currency=EUR; prints all of them.
    #[command(after_help = "\
Such as: ritorno settings name=Lampade currency=EUR language=it sender_address=ciao@lampade.example

name              the shop's name, as customers know it
currency          of amounts that name none, and of thresholds (ISO 4217)
language          of messages to those who did not say theirs
time_zone         IANA name, such as Europe/Rome
shop_url          where the shop is
cart_url          where the shop rebuilds a cart; {cart_id} and {lines} are filled in
sender_name, sender_address    who writes where no agent signs
default_agent     the agent (id) of customers who have none
idle_hours        without activity, after which a cart is abandoned while no flow says fewer
expire_days       after which an abandoned cart is given up; 0: never
cart_pause_hours  at most one marketing message per cart in so many hours
remind_buyers     true: a customer who bought before and never said no may be reminded
low_stock         a product with so many pieces or fewer is running out; 0: none ever is
send_all_to       try it out: every message goes to this address instead; empty: off")]
    Settings {
        #[command(flatten)]
        place: Place,
        /// What to change; what is not named stays. Several at once.
        #[arg(required = true, value_name = "NAME=VALUE")]
        values: Vec<String>,
    },
    /// Send what was kept back after a restore or a long stop.
    ///
    /// After either, Ritorno opens in hold: it takes in events and runs timers, and keeps messages back, because what it would send
    /// may be long done. `ritorno doctor` says whether it holds. Released messages go through every check again; what is too late
    /// by now is dropped, with its reason.
    Release(Place),
    /// Write a consistent copy of the SQLite database while the server runs.
    Backup {
        #[command(flatten)]
        place: Place,
        /// The file to write; it must not exist.
        #[arg(value_name = "FILE")]
        to: PathBuf,
    },
    /// Put a backup in place. The server must be stopped; it then opens in hold, and nothing is sent until `release`.
    Restore {
        #[command(flatten)]
        place: Place,
        /// The file that `ritorno backup` wrote. The database that was there is kept beside it.
        #[arg(value_name = "FILE")]
        from: PathBuf,
    },
    /// Check database, mail server, clock, disk and stuck work, and say what to do.
    ///
    /// Beside a running server it is the server that is asked: about its mail server, its public address and its work. Without one
    /// the options given here are checked. `ok` is well, `note` should be known, `ILL` needs somebody; then the exit code is 1.
    Doctor(doctor::Options),
    /// Measure what this machine carries. Nothing of the shop's is touched: it makes a database of its own and removes it.
    #[command(subcommand)]
    Bench(Bench),
    /// Print the API's OpenAPI document.
    Openapi,
}

#[derive(Debug, Subcommand)]
pub enum Bench {
    /// Journeys that wait: starts and completions a second, bytes and memory of each.
    Journeys(bench::Options),
}

#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Make a key and print it, this once. A running server takes it within a second.
    #[command(after_help = "\
Examples:
  ritorno keys create --kind write --name shop                      for the shop's pages: may be seen, only adds events
  ritorno keys create --kind secret --name backend                  for the shop's server: only adds events
  ritorno keys create --kind api --name bi --scope carts:read       for a program that uses the API")]
    Create {
        #[command(flatten)]
        place: Place,
        /// write: browsers and SDKs; secret: servers; api: programs, with scopes.
        #[arg(long, env = "RITORNO_KEY_KIND", value_name = "write|secret|api")]
        kind: String,
        /// How the key is called in lists, such as the shop or program that has it.
        #[arg(long, env = "RITORNO_KEY_NAME")]
        name: String,
        /// What an api key may do: AREA:read, AREA:write or *. Several times, or with commas between.
        #[arg(long = "scope", env = "RITORNO_KEY_SCOPE", value_name = "SCOPE", value_delimiter = ',')]
        scopes: Vec<String>,
    },
    /// List keys, without their texts.
    List(Place),
    /// Stop a key from working, within a second.
    Revoke {
        #[command(flatten)]
        place: Place,
        /// The key's id or name.
        key: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum People {
    /// Let a person sign in. Without --password one is made up and printed, this once.
    Create {
        #[command(flatten)]
        place: Place,
        /// The address with which they sign in.
        #[arg(long, env = "RITORNO_PERSON_EMAIL")]
        email: String,
        /// What others see; default: the address up to its @.
        #[arg(long, env = "RITORNO_PERSON_NAME", default_value = "", hide_default_value = true)]
        name: String,
        /// Better in the variable than on the line, where others on the machine can read it.
        #[arg(long, env = "RITORNO_PASSWORD", hide_env_values = true)]
        password: Option<String>,
        /// owner, admin, marketer, agent or viewer.
        #[arg(long, env = "RITORNO_PERSON_ROLE", default_value = "owner")]
        role: String,
    },
    /// Print a link with which a person sets a new password, once, within an hour.
    ResetPassword {
        #[command(flatten)]
        place: Place,
        /// The address with which they sign in.
        #[arg(long, env = "RITORNO_PERSON_EMAIL")]
        email: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum Flows {
    /// Take in a BPMN file, or a further version of one. It is not switched on by this.
    Import {
        #[command(flatten)]
        place: Place,
        /// The file, with its templates beside it or in templates/ (NAME.LANGUAGE.html and .txt; those missing are the built-in
        /// ones), or a ready-made flow: two-branch-follow-up, three-step-recovery.
        #[arg(value_name = "FLOW.bpmn")]
        file: PathBuf,
    },
    /// List the flows that were taken in, and which of them are on.
    List(Place),
    /// Switch a flow's newest version on. Carts that already stand idle are looked at too, as far as they are not too old.
    Enable {
        #[command(flatten)]
        place: Place,
        /// The flow's id, as `flows list` says it; dashes do for underscores.
        flow: String,
        /// A parameter of the flow, such as threshold=2000 (in the shop's currency). Several times, or with semicolons between.
        #[arg(long = "set", env = "RITORNO_SET", value_name = "NAME=VALUE", value_delimiter = ';')]
        set: Vec<String>,
    },
    /// Switch a flow off: no journey starts any more, those under way go on.
    Disable {
        #[command(flatten)]
        place: Place,
        /// The flow's id, as `flows list` says it; dashes do for underscores.
        flow: String,
    },
    /// Check BPMN files and list what is wrong with each, without a database. Ends well where all can be imported.
    Check {
        /// The files, or ready-made flows.
        #[arg(value_name = "FLOW.bpmn", required = true)]
        files: Vec<PathBuf>,
        /// Be as strict as switching the flow on is: what would only be a warning on import is refused.
        #[arg(long, env = "RITORNO_PUBLISH")]
        publish: bool,
        /// One line of JSON for each file: file, ok, refusals and warnings with element, name, rule and advice.
        #[arg(long, env = "RITORNO_JSON")]
        json: bool,
    },
    /// Print a BPMN file as it is written again after reading: with everything that was in it.
    Format {
        /// The file, or a ready-made flow.
        #[arg(value_name = "FLOW.bpmn")]
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub enum Feel {
    /// Evaluate one expression and print its value as JSON.
    #[command(after_help = "\
Such as: ritorno feel eval 'cart.total >= 100 and now() - cart.since > duration(\"PT24H\")' \\
           --context '{\"cart\": {\"total\": 129.90}}'

Names in the expression are the entries of the context. Standard error says why parts gave null (unlike types, a text that is
no date); a text that is no expression, and one that takes too many steps, end with a code that is not 0. docs/feel.md has
the language.")]
    Eval {
        /// The expression; a leading = is allowed.
        expression: String,
        /// A JSON object whose entries the expression can name.
        #[arg(long, env = "RITORNO_CONTEXT", value_name = "JSON")]
        context: Option<String>,
        /// What now() and today() say, such as 2026-11-22T09:00:00Z; default: the clock of this machine.
        #[arg(long, env = "RITORNO_NOW", value_name = "RFC3339")]
        now: Option<String>,
        /// The zone of now(), and of dates and times written without one.
        #[arg(long, env = "RITORNO_ZONE", value_name = "ZONE", default_value = "UTC")]
        zone: String,
    },
    /// Run a file of cases with expected values, one JSON object a line, and count what passes by group.
    #[command(after_help = "\
A line: {\"group\": \"sums\", \"case\": \"1\", \"expr\": \"0.1 + 0.2\", \"expected\": {\"decimal\": \"0.3\"}}. Expected is null, a list,
{\"context\": {NAME: …}}, or a text with its type: decimal, string, boolean, date, time, dateTime, duration. Where null is
expected, a text that is refused passes too. The exit code is 0 if no case fails.")]
    Test {
        /// The file of cases.
        #[arg(value_name = "CASES.ndjson")]
        cases: PathBuf,
        /// Print one JSON object: the integers passed, failed and skipped, and groups with the same by name.
        #[arg(long, env = "RITORNO_JSON", value_parser = clap::builder::BoolishValueParser::new())]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum Dmn {
    /// Decide with the inputs of test files and count which results are as expected.
    #[command(after_help = "\
The test files have the form of the DMN compatibility kit: inputNode and resultNode elements. Decision services and imports are
not supported: results that need them count as skipped. The exit code is 0 if no result fails.")]
    Test {
        /// The decision model.
        #[arg(value_name = "MODEL.dmn")]
        model: PathBuf,
        /// Its files of tests.
        #[arg(value_name = "TESTS.xml", required = true)]
        tests: Vec<PathBuf>,
        /// Print one JSON object: the integers passed, failed and skipped, and groups with the same by name.
        #[arg(long, env = "RITORNO_JSON", value_parser = clap::builder::BoolishValueParser::new())]
        json: bool,
    },
}

/// Reads the command line. Help and version are printed to standard output and end well; what is wrong is told on standard error
/// with the reason as its last line, and the code to leave with is the error.
pub fn read(line: Vec<OsString>) -> Result<Cli, ExitCode> {
    Cli::try_parse_from(line).map_err(|error| {
        if !error.use_stderr() {
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
        eprintln!("{}", reason_last(&error));
        ExitCode::from(2)
    })
}

/// Clap says the reason first and hints after it; here it is the other way round.
fn reason_last(error: &clap::Error) -> String {
    let text = error.render().to_string();
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return format!("{}\n\nerror: no command was given; those above are what there is", text.trim_end());
    }
    let mut parts: Vec<&str> = text.trim().split("\n\n").collect();
    let reason = parts.remove(0).split_whitespace().collect::<Vec<_>>().join(" ");
    parts.push(&reason);
    parts.join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn walk(command: &clap::Command, path: &str, see: &mut impl FnMut(&str, &clap::Arg)) {
        let path = format!("{path} {}", command.get_name());
        command.get_arguments().for_each(|arg| see(&path, arg));
        command.get_subcommands().for_each(|sub| walk(sub, &path, see));
    }

    #[test]
    fn each_option_is_a_variable_and_is_explained() {
        let mut seen = 0;
        walk(&Cli::command(), "", &mut |path, arg| {
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.len() > 10, "{path} {}: say what it is", arg.get_id());
            let Some(long) = arg.get_long() else { return };
            let variable = arg.get_env().and_then(|name| name.to_str()).unwrap_or_else(|| panic!("{path} --{long}"));
            let own = format!("RITORNO_{}", long.replace('-', "_").to_uppercase());
            let is_own = variable == own || path.contains(" keys ") || path.contains(" people ");
            assert!(is_own && variable.starts_with("RITORNO_"), "{path} --{long}: {variable}");
            seen += 1;
        });
        assert!(seen > 60, "{seen}");
    }

    #[test]
    fn one_variable_means_one_thing() {
        let mut meant = std::collections::BTreeMap::new();
        walk(&Cli::command(), "", &mut |path, arg| {
            let Some(variable) = arg.get_env() else { return };
            let long = arg.get_long().unwrap_or_default().to_owned();
            let known = meant.entry(variable.to_owned()).or_insert_with(|| long.clone());
            assert_eq!(*known, long, "{path} {}", variable.display());
        });
    }

    #[test]
    fn each_command_teaches() {
        fn check(command: &clap::Command) {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            command.get_subcommands().for_each(check);
        }
        check(&Cli::command());
        Cli::command().debug_assert();
    }

    #[test]
    fn the_reason_stands_last() {
        let check = |line: &[&str], last: &str| {
            let error = Cli::try_parse_from(line).unwrap_err();
            let text = reason_last(&error);
            assert!(text.lines().last().is_some_and(|said| said.contains(last)), "{line:?}: {text}");
        };
        check(&["ritorno"], "no command was given");
        check(&["ritorno", "keys"], "no command was given");
        check(&["ritorno", "simulat"], "unrecognized subcommand 'simulat'");
        check(&["ritorno", "simulate"], "required arguments were not provided: <EVENTS>");
        check(&["ritorno", "simulate", "e", "--bogus"], "unexpected argument '--bogus' found");
        check(&["ritorno", "simulate", "e", "--until"], "a value is required for '--until");
        check(&["ritorno", "keys", "create"], "--kind <write|secret|api> --name <NAME>");
        check(
            &["ritorno", "serve", "--role", "x"],
            "invalid value 'x' for '--role <ROLE>' [possible values: all, api, worker]",
        );
        check(&["ritorno", "serve", "--send-within", "soon"], "invalid value 'soon' for '--send-within <SECONDS>'");
    }
}
