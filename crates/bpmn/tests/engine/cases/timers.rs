//! Timers: what `waits.rs` does not say of repeating, border and start timers.

use crate::common::{Journey, START, process};
use base::{HOUR, Time};
use bpmn::{Command, Cycle, Definition, Rejected};
use feel::Env;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

#[test]
fn an_interrupting_border_timer_ends_the_activity() {
    let lines = "start s\n user u\n boundary b u timer PT2H\n end e\n end late\n s -> u\n u -> e\n b -> late";
    let mut journey = Journey::new(lines).start();
    journey.expect("s u user:u");
    journey.now = START + (2 * HOUR - 1);
    assert_eq!(journey.send(Command::FireTimers), Err(Rejected::NotWaiting));
    journey.now = START + 2 * HOUR;
    journey.send(Command::FireTimers).unwrap();
    journey.expect("cancel-job b late ended:late");

    // Done in time: the timer goes with the task.
    let mut journey = Journey::new(lines).start();
    journey.user_done("u");
    journey.expect("s u user:u e ended:e");
}

#[test]
fn a_border_timer_that_does_not_interrupt_goes_on_beside_the_activity() {
    let lines = "start s\n user u\n boundary b ~ u timer PT2H\n job remind\n end e\n s -> u\n u -> e\n b -> remind";
    let mut journey = Journey::new(lines).start();
    journey.after_hours(2).unwrap();
    journey.expect("s u user:u b remind job:remind");
    assert_eq!(journey.state.next_due(), None);
    journey.user_done("u");
    journey.expect("e");
    journey.done().unwrap();
    journey.expect("ended:remind");
}

const REMIND: &str = "start s\n user u\n boundary b ~ u cycle R3/PT1H\n end r\n end e\n s -> u\n u -> e\n b -> r";

#[test]
fn a_cycle_fires_as_often_as_it_says_without_drift() {
    let mut journey = Journey::new(REMIND).start();
    // Each time a little late: the next time counts from when it was due.
    for hour in 1..=3 {
        assert_eq!(journey.state.next_due(), Some(START + hour * HOUR));
        journey.now = START + (hour * HOUR + 5);
        journey.send(Command::FireTimers).unwrap();
    }
    assert_eq!(journey.state.next_due(), None);
    journey.expect("s u user:u b r b r b r");
    journey.user_done("u");
    journey.expect("e ended:e");
}

#[test]
fn what_a_cycle_missed_is_fired_once_and_not_made_up_for() {
    let mut journey = Journey::new(REMIND).start();
    journey.now = START + (2 * HOUR + HOUR / 2);
    journey.send(Command::FireTimers).unwrap();
    journey.expect("s u user:u b r");
    assert_eq!(journey.state.next_due(), Some(START + 3 * HOUR));
    journey.after_hours(1).unwrap();
    assert_eq!(journey.state.next_due(), None);
}

#[test]
fn a_timer_due_while_nobody_ran_fires_once_when_somebody_does() {
    let mut journey = Journey::new("start s\n timer t PT1H\n end e\n s -> t\n t -> e").start();
    journey.after_hours(1_000).unwrap();
    journey.expect("s t e ended:e");
}

#[test]
fn a_border_timer_that_is_past_is_due_at_once() {
    let lines =
        "start s\n user u\n boundary b u date 2020-01-01T00:00:00Z\n end e\n end late\n s -> u\n u -> e\n b -> late";
    let mut journey = Journey::new(lines).start();
    assert!(journey.state.next_due().unwrap() < START);
    journey.after_hours(0).unwrap();
    journey.expect("s u user:u cancel-job b late ended:late");
}

#[test]
fn two_border_timers_due_together_fire_in_the_order_of_their_times() {
    let lines = "start s\n user u\n boundary b u timer PT2H\n boundary a ~ u timer PT1H\n end e\n end late\n end noted\n s -> u\n u -> e\n b -> late\n a -> noted";
    let mut journey = Journey::new(lines).start();
    journey.after_hours(3).unwrap();
    journey.expect("s u user:u a cancel-job b noted late ended:late");
}

#[test]
fn a_border_timer_without_a_time_is_an_incident_of_the_activity_which_has_not_begun() {
    let lines = "start s\n user u\n boundary b u timer = soon\n end e\n end late\n s -> u\n u -> e\n b -> late";
    let mut journey = Journey::new(lines).start();
    journey.expect("s u incident:u");
    journey.scope.insert("soon".into(), feel::Value::from("PT1H"));
    let token = journey.token("u");
    journey.send(Command::RetryIncident { token }).unwrap();
    journey.expect("user:u");
    assert_eq!(journey.state.next_due(), Some(START + HOUR));
}

#[test]
fn cycles_and_cron_name_their_next_time_by_the_clocks_of_the_zone() {
    let rome = TimeZone::get("Europe/Rome").unwrap();
    let check = |text: &str, from: &str, wanted: &[&str]| {
        let xml = process(&format!("start s cycle {text}\n end e\n s -> e"));
        let definition = Definition::compile(&xml).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
        let (trigger, _) = definition.other_triggers().next().unwrap();
        let scope = BTreeMap::new();
        let env = |now| Env { scope: &scope, now, zone: &rome };
        let mut found = Vec::new();
        let mut next = definition.first_start(trigger, &env(Time::parse(from).unwrap()));
        while let Some((due, left)) = next
            && found.len() < wanted.len() + 1
        {
            found.push(due.to_string());
            next = definition.next_start(trigger, due, left, &env(due));
        }
        let found: Vec<&str> = found.iter().map(String::as_str).take(wanted.len().max(1)).collect();
        assert_eq!(found, wanted, "{text}");
    };
    check("R2/PT6H", "2026-11-21T12:00:00Z", &["2026-11-21T18:00:00Z", "2026-11-22T00:00:00Z"]);
    check("R/P1M", "2026-01-31T12:00:00Z", &["2026-02-28T12:00:00Z", "2026-03-28T12:00:00Z"]);
    // A start that is past: the next of its times.
    check("R/2026-11-01T09:00:00/P7D", "2026-11-21T12:00:00Z", &["2026-11-22T08:00:00Z", "2026-11-29T08:00:00Z"]);
    check("0 0 9 * * MON-FRI", "2026-11-20T12:00:00Z", &["2026-11-23T08:00:00Z", "2026-11-24T08:00:00Z"]);
    check("0 30 8,20 1 * ?", "2026-11-20T12:00:00Z", &["2026-12-01T07:30:00Z", "2026-12-01T19:30:00Z"]);
    check("0 0/20 * * * *", "2026-11-20T12:05:00Z", &["2026-11-20T12:20:00Z", "2026-11-20T12:40:00Z"]);
    check("@monthly", "2026-11-20T12:05:00Z", &["2026-11-30T23:00:00Z"]);
    check("0 0 0 29 FEB *", "2026-11-20T12:05:00Z", &["2028-02-28T23:00:00Z"]);
    // The clocks go forward at 2:00 on 29 March and leave out 2:30; in October they show it twice.
    check("0 30 2 * * *", "2026-03-28T12:00:00Z", &["2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"]);
    check("0 30 2 * * *", "2026-10-24T12:00:00Z", &["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]);
    for wrong in [
        "R0/PT1H",
        "R/PT0S",
        "R/-PT1H",
        "R3",
        "every day",
        "0 0 25 * * *",
        "0 0 9 * *",
        "0 0 9 L * *",
        "0 0 9 * * MON#2",
    ] {
        assert_eq!(Cycle::parse(wrong, &rome), None, "{wrong}");
    }
}

#[test]
fn a_timer_starts_a_flow_at_a_date_or_by_a_cycle_and_not_after_a_duration() {
    let xml = process("start s date 2026-12-01T09:00:00+01:00\n end e\n s -> e");
    let definition = Definition::compile(&xml).unwrap();
    let (trigger, _) = definition.other_triggers().next().unwrap();
    let scope = BTreeMap::new();
    let env = Env { scope: &scope, now: START, zone: &TimeZone::UTC };
    let (due, left) = definition.first_start(trigger, &env).unwrap();
    assert_eq!((due.to_string().as_str(), left), ("2026-12-01T08:00:00Z", None));
    assert_eq!(definition.next_start(trigger, due, left, &env), None);
    // A new version has its own start timer; the old one is asked no more. A journey starts there like anywhere.
    Journey::of(&xml).start().expect("s e ended:e");
    let problems = Definition::compile(&process("start s timer PT1H\n end e\n s -> e")).unwrap_err();
    assert!(problems[0].message.contains("not after a duration"), "{problems:?}");
}
