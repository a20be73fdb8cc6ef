//! The semantics, one case a test: what each element does in the situations where engines differ.

mod calls;
mod compensation;
mod conditions;
mod errors;
mod escalations;
mod event_sub_processes;
mod gateways;
mod incidents;
mod inclusive;
mod look_back;
mod messages;
mod multi_instance;
mod signals;
mod sub_processes;
mod tasks;
mod timers;
