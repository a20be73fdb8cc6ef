//! One file per BPMN element: how it is read from the file, and what it does when a token enters.
//!
//! To add an element: a file here, a [`Kind`], and one line in each of the two functions below. What an event waits for or
//! throws stands in `catch.rs` and `throw.rs`, with one file for each event definition.

pub(crate) mod activity;
mod boundary_event;
mod business_rule_task;
mod call_activity;
mod catch;
mod conditional_event_definition;
mod end_event;
pub(crate) mod error_event_definition;
mod event_based_gateway;
mod exclusive_gateway;
pub(crate) mod inclusive_gateway;
mod intermediate_catch_event;
mod intermediate_throw_event;
mod link_event_definition;
mod message_event_definition;
pub(crate) mod multi_instance;
mod parallel_gateway;
mod receive_task;
mod script_task;
pub(crate) mod sequence_flow;
mod service_task;
mod signal_event_definition;
mod start_event;
mod sub_process;
mod task;
pub(crate) mod throw;
mod timer;
mod unsupported;
pub(crate) mod user_task;

pub use business_rule_task::{Binding, Decision};
pub use call_activity::Call;
pub use catch::Catch;
pub use message_event_definition::Message;
pub use multi_instance::MultiInstance;
pub use script_task::Script;
pub use signal_event_definition::Signal;
pub use throw::Throw;
pub use timer::{Cron, Cycle, Timer, When};

use crate::{
    Kind,
    compile::Source,
    step::run::{Arrival, Run},
};

/// Reads a flow node. What cannot run becomes a problem, and an incident if a token comes there all the same.
pub(crate) fn compile(source: &mut Source) -> Kind {
    unsupported::check_extensions(source);
    match source.element.local() {
        "startEvent" => start_event::compile(source),
        "endEvent" => end_event::compile(source),
        "intermediateCatchEvent" => intermediate_catch_event::compile(source),
        "intermediateThrowEvent" => intermediate_throw_event::compile(source),
        "boundaryEvent" => boundary_event::compile(source),
        "exclusiveGateway" => exclusive_gateway::compile(source),
        "inclusiveGateway" => Kind::InclusiveGateway { default: None },
        "parallelGateway" => Kind::ParallelGateway,
        "eventBasedGateway" => event_based_gateway::compile(source),
        "serviceTask" | "sendTask" => service_task::compile(source),
        "receiveTask" => receive_task::compile(source),
        "userTask" => user_task::compile(source),
        "scriptTask" => script_task::compile(source),
        "businessRuleTask" => business_rule_task::compile(source),
        "callActivity" => call_activity::compile(source),
        "subProcess" => sub_process::compile(source),
        "task" | "manualTask" => task::compile(source),
        _ => unsupported::compile(source),
    }
}

/// A token comes to an event or a gateway; activities are entered by [`activity::enter`].
pub(crate) fn enter(run: &mut Run, arrival: Arrival) {
    let definition = run.definition;
    match &definition.node(arrival.node).kind {
        Kind::StartEvent { .. } => start_event::enter(run, arrival),
        Kind::EndEvent(thrown) => throw::enter(run, arrival, thrown, true),
        Kind::IntermediateThrow(thrown) => throw::enter(run, arrival, thrown, false),
        Kind::IntermediateCatch(catch) => intermediate_catch_event::enter(run, arrival, catch),
        Kind::ExclusiveGateway { default, weighted: false } => exclusive_gateway::enter(run, arrival, *default),
        Kind::ExclusiveGateway { weighted: true, .. } => exclusive_gateway::draw(run, arrival),
        Kind::InclusiveGateway { default } => inclusive_gateway::enter(run, arrival, *default),
        Kind::ParallelGateway => parallel_gateway::enter(run, arrival),
        Kind::EventBasedGateway => event_based_gateway::enter(run, arrival),
        Kind::Unsupported(reason) => run.incident(arrival, reason.clone()),
        // No flow leads to these.
        Kind::Boundary { .. } | Kind::EventSubProcess => run.leave(arrival.node, arrival.scope),
        _ => activity::enter(run, arrival),
    }
}

/// An activity does its work, in the scope that was opened for it.
pub(crate) fn perform(run: &mut Run, arrival: Arrival) {
    let definition = run.definition;
    match &definition.node(arrival.node).kind {
        Kind::Job(kind) => service_task::perform(run, arrival, kind),
        Kind::UserTask => user_task::perform(run, arrival),
        Kind::ReceiveTask(catch) => intermediate_catch_event::enter(run, arrival, catch),
        Kind::Script(script) => script_task::perform(run, arrival, script),
        Kind::Decision(decision) => business_rule_task::perform(run, arrival, decision),
        Kind::Call(call) => call_activity::perform(run, arrival, call),
        Kind::SubProcess => sub_process::perform(run, arrival),
        _ => run.complete_activity(arrival, Vec::new()),
    }
}
