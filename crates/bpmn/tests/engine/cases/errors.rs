//! Errors.

use crate::common::Journey;
use bpmn::{Command, State};
use feel::Value;

#[test]
fn a_worker_error_is_caught_on_the_border_of_its_task() {
    let lines = "start s\n job j\n boundary b j error NO | out why= =event.errorMessage; out code= =event.errorCode\n end e\n end out\n s -> j\n j -> e\n b -> out";
    let mut journey = Journey::new(lines).start();
    journey.throw("j", "NO");
    // The job is over: it is not called off.
    journey.expect("s j job:j b out ended:out");
    assert_eq!(journey.state.variables()["why"], Value::from("no"));
    assert_eq!(journey.state.variables()["code"], Value::from("NO"));
}

#[test]
fn the_code_comes_before_an_event_that_catches_all() {
    let lines = "start s\n job j\n boundary all j error *\n boundary b j error NO\n end e\n end x\n end y\n s -> j\n j -> e\n all -> x\n b -> y";
    let mut journey = Journey::new(lines).start();
    journey.throw("j", "NO");
    journey.expect("s j job:j b y ended:y");
    let mut journey = Journey::new(lines).start();
    journey.throw("j", "OTHER");
    journey.expect("s j job:j all x ended:x");
}

#[test]
fn an_error_end_event_climbs_out_of_its_scopes() {
    let lines = "start s\n sub outer {\n start os\n sub inner {\n start is\n end bad error NO\n is -> bad\n }\n os -> inner\n }\n \
        boundary b outer error NO\n end e\n end out\n s -> outer\n outer -> e\n b -> out";
    Journey::new(lines).start().expect("s outer os inner is bad b out ended:out");
}

#[test]
fn the_nearest_scope_that_catches_an_error_has_it() {
    let lines = "start s\n sub outer {\n start os\n job j\n boundary near j error *\n end caught\n os -> j\n near -> caught\n }\n \
        boundary b outer error NO\n end e\n end out\n s -> outer\n outer -> e\n b -> out";
    let mut journey = Journey::new(lines).start();
    journey.throw("j", "NO");
    journey.expect("s outer os j job:j near caught e ended:e");
}

#[test]
fn an_error_ends_everything_beside_it_in_the_scope() {
    let lines = "start s\n sub p {\n start ps\n and f\n job a\n user u\n timer t PT1H\n ps -> f\n f -> a\n f -> u\n f -> t\n }\n \
        boundary b p error NO\n end e\n end out\n s -> p\n p -> e\n b -> out";
    let mut journey = Journey::new(lines).start();
    journey.throw("a", "NO");
    journey.expect("s p ps f a job:a u user:u t cancel-job b out ended:out");
}

#[test]
fn an_uncaught_error_is_an_incident() {
    let mut journey =
        Journey::new("start s\n job j\n boundary b j error OTHER\n end e\n s -> j\n j -> e\n b -> e").start();
    journey.throw("j", "NO");
    journey.expect("s j job:j incident:j");
    let (token, _, reason) = journey.state.incidents().next().unwrap();
    assert!(reason.contains("error NO: no"), "{reason}");
    journey.send(Command::RetryIncident { token }).unwrap();
    journey.expect("job:j");
    Journey::new("start s\n end bad error NO\n s -> bad").start().expect("s bad incident:bad");
}

#[test]
fn an_uncaught_error_of_a_called_flow_goes_to_its_caller() {
    let mut journey = Journey::new("start s\n job j\n timer t PT1H\n and f\n s -> f\n f -> j\n f -> t");
    journey.state = State::child(1, []);
    let mut journey = journey.start();
    journey.throw("j", "NO");
    journey.expect("s f j job:j t threw:NO");
    assert!(journey.state.is_ended());

    let mut journey = Journey::new("start s\n end bad error NO\n s -> bad");
    journey.state = State::child(1, []);
    journey.start().expect("s bad threw:NO");
}

#[test]
fn an_error_through_a_call_activity_is_caught_on_its_border() {
    let lines = "start s\n call c other\n boundary b c error NO\n end e\n end out\n s -> c\n c -> e\n b -> out";
    let mut journey = Journey::new(lines).start();
    journey.throw("c", "NO");
    journey.expect("s c child:c:other b out ended:out");
}

#[test]
fn the_code_of_an_error_may_be_computed() {
    let lines = "start s\n sub p {\n start ps\n end bad error = \"N\" + \"O\"\n ps -> bad\n }\n boundary b p error NO\n end out\n s -> p\n b -> out";
    Journey::new(lines).start().expect("s p ps bad b out ended:out");
}

#[test]
fn the_variables_of_an_error_stay_where_it_is_caught() {
    let mut journey = Journey::new("start s\n job j\n boundary b j error NO\n end out\n s -> j\n b -> out").start();
    let variables = vec![("reason".to_string(), Value::from("empty"))];
    journey.send(Command::ThrowError { token: 0, code: "NO".into(), message: String::new(), variables }).unwrap();
    assert_eq!(journey.state.variables()["reason"], Value::from("empty"));
}
