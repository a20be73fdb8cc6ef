//! The command line beside a running server and without one: what it reaches, accepts and says.

use super::READY_WITHIN;
use crate::processes::{Process, Site, free_address};
use std::process::{Command, Output};
use testkit::smtp::SmtpSink;

fn said(mut command: Command) -> (bool, String, String) {
    let Output { status, stdout, stderr } = command.output().expect("the binary starts");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim_end().to_owned();
    (status.success(), text(stdout), text(stderr))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_asks_the_server_and_not_its_own_environment() {
    let site = Site::new(None);
    let sink = SmtpSink::start().await;
    let doctor = |smtp: Option<&str>| {
        let mut command = site.command(&["doctor"]);
        command.env("RITORNO_PUBLIC_URL", "https://mine.example");
        if let Some(url) = smtp {
            command.env("RITORNO_SMTP_URL", url);
        }
        said(command)
    };
    // Alone, it tries what it was given.
    let (is_well, out, err) = doctor(None);
    assert!(is_well && out.contains("no server runs on it") && out.contains("no mail server"), "{out}\n{err}");
    assert!(out.contains("links in messages begin with https://mine.example"), "{out}");
    let (is_well, out, err) = doctor(Some("smtp://127.0.0.1:9?tls=none"));
    assert!(!is_well && out.contains("ILL   the mail server 127.0.0.1:9"), "{out}");
    assert!(err.lines().last().is_some_and(|reason| reason.contains("the mail server 127.0.0.1:9")), "{err}");

    let address = free_address();
    let options = ["--smtp-url", &sink.url(), "--public-url", "http://crm.example"];
    let mut server = Process::start(&site, address, &options);
    server.ready(READY_WITHIN).await;
    // Beside a server, its own environment says nothing.
    let (is_well, out, err) = doctor(Some("smtp://127.0.0.1:9?tls=none"));
    assert!(is_well, "{out}\n{err}");
    assert!(out.contains(&format!("(process {}); it was asked", server.id())), "{out}");
    assert!(out.contains("the mail server 127.0.0.1:") && !out.contains("127.0.0.1:9 "), "{out}");
    assert!(out.contains("links in messages begin with http://crm.example") && !out.contains("mine.example"), "{out}");
    assert!(out.contains("no flow is switched on"), "{out}");
    drop(sink);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flows_are_called_as_their_files_or_by_their_ids() {
    let site = Site::new(None);
    let refused = |words: &[&str], reason: &str| {
        let (is_well, out, err) = said(site.command(words));
        let last = err.lines().last().unwrap_or_default();
        assert!(!is_well && out.is_empty() && last.contains(reason), "{words:?}: {err}");
    };
    refused(&["flows", "enable", "two-branch-follow-up"], "import it first; so far there are: none");
    for name in ["two-branch-follow-up", "two_branch_follow_up", "two-branch-follow-up.bpmn"] {
        assert!(site.run(&["flows", "import", name]).contains("\"two_branch_follow_up\""));
    }
    refused(
        &["flows", "import", "elsewhere/two-branch-follow-up.bpmn"],
        "elsewhere/two-branch-follow-up.bpmn cannot be",
    );
    let on = site.run(&["flows", "enable", "two-branch-follow-up", "--set", "threshold=500;wait_hours=2"]);
    assert!(on.contains("\"version\": 2"), "{on}");
    assert!(site.run(&["flows", "list"]).contains("on, version 2"));
    site.run(&["flows", "disable", "two-branch-follow-up"]);
    site.run(&["flows", "enable", "two_branch_follow_up"]);
    let enable = |set: &'static str| ["flows", "enable", "two-branch-follow-up", "--set", set];
    refused(&enable("threshold=many"), "the parameter threshold cannot be \"many\": a number is expected");
    refused(&enable("wait_hours=-1"), "the parameter wait_hours cannot be \"-1\": a number is expected, 0 or more");
    refused(&enable("wait_hours=0"), "wait_hours of the flow two_branch_follow_up is 0");
    refused(&enable("treshold=1"), "it has: wait_hours, threshold, recheck_hours");
    refused(&enable("threshold"), "not NAME=VALUE");
    refused(&["flows", "enable", "nothing"], "so far there are: two_branch_follow_up");
    // As before: what was refused changed nothing.
    assert!(site.run(&["flows", "list"]).contains("on, version 2"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_change_what_is_named_and_keep_their_kinds() {
    let site = Site::new(None);
    site.run(&["settings", "name=2024", "idle_hours=3"]);
    let all = site.run(&["settings", "currency=JPY", "remind_buyers=false"]);
    let all: serde_json::Value = serde_json::from_str(&all).expect("the settings are printed");
    let seen = ["name", "idle_hours", "currency", "remind_buyers", "language", "time_zone"].map(|name| &all[name]);
    assert_eq!(serde_json::json!(seen), serde_json::json!(["2024", 3, "JPY", false, "it", "Europe/Rome"]));
    for (word, reason) in [
        ("idle_hours=soon", "idle_hours cannot be \"soon\" (now it is 3)"),
        ("idle_hour=3", "there is no setting \"idle_hour\"; there are: cart_pause_hours,"),
        ("currency=XXQ", "currency cannot be \"XXQ\""),
        ("default_agent=00000000-0000-7000-8000-000000000001", "is not an agent: make one first"),
        ("time_zone=Mars/Base", "not an IANA time zone"),
    ] {
        let (is_well, _, err) = said(site.command(&["settings", word]));
        assert!(!is_well && err.lines().last().is_some_and(|last| last.contains(reason)), "{word}: {err}");
    }
}
