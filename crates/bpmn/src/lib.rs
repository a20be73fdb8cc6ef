//! BPMN 2.0: the model as XML in and out, its validation, and the token engine [`step`].
//!
//! Never does I/O, never asks for the time or for chance (they come with [`feel::Env`] and with the state), and knows no
//! word of any shop: what a task *does* is an [`Effect`] that the caller carries out.
//!
//! A flow is read in two ways. [`Model`] keeps every element, foreign extension, diagram and comment, so that what is read
//! and written again has lost nothing. [`Definition`] is what can run: compiled from a model, refused with a list of
//! [`Problem`]s where something is missing or not executed here. A [`State`] is the position of one journey in one
//! definition; [`step`] moves it by one [`Command`].
//!
//! Start reading at `definition.rs`, then `step/mod.rs`, then one file of the folder `elements` (one BPMN element each).

mod codec;
mod compile;
mod definition;
mod elements;
mod model;
mod problem;
mod state;
mod step;
pub mod xml;

pub use definition::{Definition, Flow, FlowId, Kind, Mapping, Node, NodeId, Text, Trigger};
pub use elements::{
    Binding, Call, Catch, Cron, Cycle, Decision, Message, MultiInstance, Script, Signal, Throw, Timer, When,
};
pub use model::{BPMN, Model, RITORNO, ZEEBE};
pub use problem::{Problem, Severity};
pub use state::{KeptEvent, State, Token, Wait, WaitKind, Waiting};
pub use step::{Command, Effect, Rejected, step};
