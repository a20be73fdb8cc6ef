//! The engine alone, without a database: nanoseconds for one step, and bytes of a waiting journey.

use crate::clock::{Watch, spread};
use base::{HOUR, Time};
use bpmn::{Command, Definition, State};
use feel::{Env, Value};
use std::{collections::BTreeMap, hint::black_box};

#[derive(Debug, clap::Args)]
pub struct Options {
    /// Journeys of each turn.
    #[arg(long, default_value_t = 200_000)]
    journeys: usize,
    /// Turns.
    #[arg(long, default_value_t = 5)]
    turns: usize,
}

/// Start, exclusive gateway, service task, event-based gateway with a timer and a message, end: the process of the rivals.
const PROCESS: &str = "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:zeebe='http://camunda.org/schema/zeebe/1.0'>\
<message id='m' name='Order Completed'><extensionElements><zeebe:subscription correlationKey='=cart.id'/></extensionElements></message>\
<process id='rival'><startEvent id='start'/><exclusiveGateway id='split' default='small'/>\
<serviceTask id='notify'><extensionElements><zeebe:taskDefinition type='notify'/></extensionElements></serviceTask>\
<eventBasedGateway id='wait'/>\
<intermediateCatchEvent id='ordered'><messageEventDefinition messageRef='m'/></intermediateCatchEvent>\
<intermediateCatchEvent id='late'><timerEventDefinition><timeDuration>PT48H</timeDuration></timerEventDefinition></intermediateCatchEvent>\
<endEvent id='none'/><endEvent id='yes'/><endEvent id='no'/>\
<sequenceFlow id='f1' sourceRef='start' targetRef='split'/>\
<sequenceFlow id='large' sourceRef='split' targetRef='notify'><conditionExpression>=cart.total >= 2000</conditionExpression></sequenceFlow>\
<sequenceFlow id='small' sourceRef='split' targetRef='none'/>\
<sequenceFlow id='f2' sourceRef='notify' targetRef='wait'/>\
<sequenceFlow id='f3' sourceRef='wait' targetRef='ordered'/><sequenceFlow id='f4' sourceRef='wait' targetRef='late'/>\
<sequenceFlow id='f5' sourceRef='ordered' targetRef='yes'/><sequenceFlow id='f6' sourceRef='late' targetRef='no'/>\
</process></definitions>";

pub fn run(options: &Options) -> Result<(), String> {
    let definition = Definition::compile(PROCESS).map_err(|problems| format!("{problems:?}"))?;
    let cart = [("id".to_owned(), Value::from("c-1")), ("total".to_owned(), Value::from(2500))];
    let scope: BTreeMap<String, Value> = [("cart".to_owned(), Value::Context(cart.into()))].into();
    let zone = jiff::tz::TimeZone::UTC;
    let env = Env { scope: &scope, now: Time(0), zone: &zone };
    let later = Env { now: Time(0) + 48 * HOUR, ..env };
    let trigger = definition.manual_start().ok_or("the process starts by hand")?;
    let (mut start, mut complete, mut message, mut timer, mut bytes) =
        <(Vec<f64>, Vec<f64>, Vec<f64>, Vec<f64>, usize)>::default();
    for _ in 0..options.turns {
        let mut states: Vec<State> = (0..options.journeys as u64).map(State::with_seed).collect();
        let turn = |command: &dyn Fn() -> Command<'static>, env: &Env, states: &mut [State]| {
            let watch = Watch::start();
            for state in states.iter_mut() {
                black_box(bpmn::step(&definition, state, command(), env).is_ok());
            }
            watch.elapsed().as_nanos() as f64 / states.len() as f64
        };
        start.push(turn(&|| Command::Start { trigger, payload: &Value::Null }, &env, &mut states));
        complete.push(turn(&|| Command::CompleteJob { token: 0, variables: Vec::new() }, &env, &mut states));
        bytes = states.first().and_then(|state| minicbor::to_vec(state).ok()).map_or(0, |encoded| encoded.len());
        let (by_message, by_timer) = states.split_at_mut(options.journeys / 2);
        let order = || Command::Message {
            name: "Order Completed",
            keys: &["c-1"],
            id: None,
            is_taken: false,
            payload: &Value::Null,
        };
        message.push(turn(&order, &env, by_message));
        timer.push(turn(&|| Command::FireTimers, &later, by_timer));
    }
    for (what, nanoseconds) in
        [("start → job", start), ("job → event gateway", complete), ("message → end", message), ("timer → end", timer)]
    {
        let (least, middle, most) = spread(&nanoseconds);
        println!("engine {what}: {middle:.0} ns a step ({least:.0}–{most:.0})");
    }
    println!("engine: {bytes} bytes of state a waiting journey");
    Ok(())
}
