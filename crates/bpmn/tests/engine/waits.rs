//! What timers, messages and event-based gateways do, one case a test.

use crate::common::{Journey, START};
use base::{HOUR, Time};
use bpmn::{Command, Rejected};
use serde_json::json;

const RACE: &str = "start s\n events g\n message m Order Completed key = cart.id\n timer t PT48H\n end ordered\n end late\n \
    s -> g\n g -> m\n g -> t\n m -> ordered\n t -> late";

pub fn race() -> Journey {
    let mut journey = Journey::new(RACE).with("cart", json!({"id": "c-1"})).start();
    journey.expect("s g");
    assert_eq!(journey.waiting(), "m t");
    journey
}

#[test]
fn the_first_event_behind_an_event_gateway_closes_the_rest() {
    let mut journey = race();
    journey.message("Order Completed", Some("c-1")).unwrap();
    journey.expect("m ordered ended:ordered");
    assert_eq!(journey.after_hours(48), Err(Rejected::Ended));

    let mut journey = race();
    journey.after_hours(48).unwrap();
    journey.expect("t late ended:late");
    assert_eq!(journey.message("Order Completed", Some("c-1")), Err(Rejected::Ended));
}

#[test]
fn a_message_with_another_name_or_key_changes_nothing() {
    let mut journey = race();
    assert_eq!(journey.message("Order Completed", Some("c-2")), Err(Rejected::NotWaiting));
    assert_eq!(journey.message("Order Completed", None), Err(Rejected::NotWaiting));
    assert_eq!(journey.message("Order Refunded", Some("c-1")), Err(Rejected::NotWaiting));
    assert_eq!(journey.waiting(), "m t");
}

#[test]
fn of_equal_timers_behind_one_gateway_one_fires() {
    let lines =
        "start s\n events g\n timer a PT1H\n timer b PT1H\n end x\n end y\n s -> g\n g -> a\n g -> b\n a -> x\n b -> y";
    let mut journey = Journey::new(lines).start();
    journey.after_hours(1).unwrap();
    journey.expect("s g a x ended:x");
}

#[test]
fn a_time_that_is_past_wins_at_an_event_gateway() {
    let lines = "start s\n events g\n message m Ordered\n date d 2020-01-01T00:00:00Z\n end x\n end y\n s -> g\n g -> m\n g -> d\n m -> x\n d -> y";
    Journey::new(lines).start().expect("s g d y ended:y");
}

#[test]
fn a_key_without_a_value_is_an_incident() {
    let mut journey = Journey::new(RACE).start();
    journey.expect("s g incident:g");
    let (token, _, reason) = journey.state.incidents().next().unwrap();
    assert!(reason.contains("cart.id"), "{reason}");
    journey.scope.insert("cart".into(), feel::from_json(&json!({"id": 7})));
    journey.send(Command::RetryIncident { token }).unwrap();
    assert_eq!(journey.waiting(), "m t");
    journey.message("Order Completed", Some("7")).unwrap();
    journey.expect("m ordered ended:ordered");
}

#[test]
fn a_timer_is_never_early_and_now_is_the_time_of_firing() {
    let lines = "start s\n timer a PT1H\n timer b PT1H\n end e\n s -> a\n a -> b\n b -> e";
    let mut journey = Journey::new(lines).start();
    assert_eq!(journey.state.next_due(), Some(START + HOUR));
    journey.now = START + (HOUR - 1);
    assert_eq!(journey.send(Command::FireTimers), Err(Rejected::NotWaiting));
    // Fired late: the next wait counts from now, not from the hour it was due.
    journey.now = START + 5 * HOUR;
    journey.send(Command::FireTimers).unwrap();
    assert_eq!(journey.state.next_due(), Some(START + 6 * HOUR));
    journey.after_hours(1).unwrap();
    journey.expect("s a b e ended:e");
}

fn check_due(timer: &str, now: &str, due: &str) {
    let lines = format!("start s\n {timer}\n end e\n s -> t\n t -> e");
    let mut journey = Journey::new(&lines).with("hours", json!(48)).with("soon", json!("soon"));
    journey.now = Time::parse(now).expect("a fixed text");
    let journey = journey.start();
    let found = journey.state.next_due().map_or_else(|| journey.trace.join(" "), |due| due.to_string());
    assert_eq!(found, due, "{timer}");
}

#[test]
fn timers_take_durations_dates_and_formulas() {
    let now = "2026-11-21T12:00:00Z";
    check_due("timer t PT36H", now, "2026-11-23T00:00:00Z");
    check_due("timer t P1M", now, "2026-12-21T12:00:00Z");
    check_due("timer t = duration(\"PT\" + string(hours) + \"H\")", now, "2026-11-23T12:00:00Z");
    check_due("timer t = \"P1D\"", now, "2026-11-22T12:00:00Z");
    check_due("timer t = missing", now, "s t incident:t");
    check_due("timer t = soon", now, "s t incident:t");
    check_due("timer t -PT1H", now, "s t e ended:e");
    check_due("timer t PT0S", now, "s t e ended:e");
    check_due("date t 2026-12-01T09:00:00+01:00", now, "2026-12-01T08:00:00Z");
    // Without a zone, that of the journey: Rome.
    check_due("date t 2026-12-01T09:00:00", now, "2026-12-01T08:00:00Z");
    check_due("date t 2026-12-01", now, "2026-11-30T23:00:00Z");
    check_due("date t = now() + duration(\"P2D\")", now, "2026-11-23T12:00:00Z");
    check_due("date t = date(\"2026-12-01\")", now, "2026-11-30T23:00:00Z");
    check_due("date t 2020-01-01", now, "s t e ended:e");
}

#[test]
fn days_are_24_hours_unless_the_calendar_is_local() {
    // The clocks of Rome go forward in the night to 29 March 2026 and back in the night to 25 October.
    let (spring, autumn) = ("2026-03-28T11:00:00Z", "2026-10-24T10:00:00Z");
    check_due("timer t P1D", spring, "2026-03-29T11:00:00Z");
    check_due("local t P1D", spring, "2026-03-29T10:00:00Z");
    check_due("local t P1D", autumn, "2026-10-25T11:00:00Z");
    check_due("local t P1DT1H", autumn, "2026-10-25T12:00:00Z");
    check_due("local t PT24H 09:00", spring, "2026-03-30T07:00:00Z");
    check_due("local t P1D 15:00", spring, "2026-03-29T13:00:00Z");
}

#[test]
fn one_message_takes_every_wait_once() {
    let lines = "start s\n and f\n message a Ordered\n message b Ordered\n message c Ordered\n end x\n end y\n s -> f\n f -> a\n f -> b\n a -> c\n c -> x\n b -> y";
    let mut journey = Journey::new(lines).start();
    journey.expect("s f a b");
    journey.message("Ordered", None).unwrap();
    // The wait behind the first opened after the message.
    journey.expect("c y");
    journey.message("Ordered", Some("any")).unwrap();
    journey.expect("x ended:x");
}

#[test]
fn a_receive_task_filters_its_message() {
    let mut journey = Journey::new(
        "start s\n receive r Ordered @with ritorno:filter='= event.total &gt; 50'\n end e\n s -> r\n r -> e",
    )
    .start();
    let send = |journey: &mut Journey, total: i64| {
        let payload = feel::from_json(&json!({"total": total}));
        journey.send(Command::Message { name: "Ordered", keys: &[], id: None, is_taken: false, payload: &payload })
    };
    assert_eq!(send(&mut journey, 50), Err(Rejected::NotWaiting));
    send(&mut journey, 51).unwrap();
    journey.expect("s r e ended:e");
}
