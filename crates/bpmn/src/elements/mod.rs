//! One file per BPMN element: how it is read from the file, and what it does when a token enters.
//!
//! To add an element: a file here, a [`Kind`], and one line in each of the two functions below.

mod end_event;
mod event_based_gateway;
mod exclusive_gateway;
mod intermediate_catch_event;
mod intermediate_throw_event;
mod message_event_definition;
mod parallel_gateway;
mod receive_task;
pub(crate) mod sequence_flow;
mod service_task;
mod start_event;
mod task;
mod timer_event_definition;
mod unsupported;
pub(crate) mod user_task;

pub use message_event_definition::Message;
pub use timer_event_definition::{Timer, When};

use crate::{
    Kind,
    compile::Source,
    step::run::{Arrival, Run},
};

/// Reads a flow node. What cannot run becomes a problem, and stands as a pass-through so that the rest is still checked.
pub(crate) fn compile(source: &mut Source) -> Kind {
    unsupported::check_extensions(source);
    match source.element.local() {
        "startEvent" => start_event::compile(source),
        "endEvent" => end_event::compile(source),
        "intermediateCatchEvent" => intermediate_catch_event::compile(source),
        "intermediateThrowEvent" => intermediate_throw_event::compile(source),
        "exclusiveGateway" => exclusive_gateway::compile(source),
        "parallelGateway" => Kind::ParallelGateway,
        "eventBasedGateway" => event_based_gateway::compile(source),
        "serviceTask" | "sendTask" => service_task::compile(source),
        "receiveTask" => receive_task::compile(source),
        "userTask" => user_task::compile(source),
        "task" | "manualTask" => task::compile(source),
        _ => unsupported::compile(source),
    }
}

/// A token enters a node.
pub(crate) fn enter(run: &mut Run, arrival: Arrival) {
    let node = run.definition.node(arrival.node);
    match &node.kind {
        Kind::StartEvent { .. } | Kind::PassThrough => run.leave(arrival.node),
        Kind::EndEvent { terminate } => end_event::enter(run, arrival, *terminate),
        Kind::ExclusiveGateway { default, weighted: false } => {
            exclusive_gateway::enter(run, arrival, *default);
        }
        Kind::ExclusiveGateway { weighted: true, .. } => exclusive_gateway::draw(run, arrival),
        Kind::ParallelGateway => parallel_gateway::enter(run, arrival),
        Kind::EventBasedGateway => event_based_gateway::enter(run, arrival),
        Kind::TimerCatch(timer) => timer_event_definition::enter(run, arrival, timer),
        Kind::MessageCatch(message) => message_event_definition::enter(run, arrival, message),
        Kind::Job(kind) => service_task::enter(run, arrival, kind),
        Kind::UserTask => user_task::enter(run, arrival),
    }
}
