//! FEEL, the expression language of BPMN and DMN: parsed once, evaluated many times, with decimal numbers, three-valued
//! logic, dates and times with zones, durations, lists, contexts and ranges.
//!
//! Never does I/O and never asks for the time: the clock and the zone come with [`Env`], so that an evaluation can be
//! repeated. Never runs for long: every evaluation has a budget of steps, and what exceeds it is null.
//!
//! Three rules differ from the standard on purpose. Names are identifiers (any other name stands in backticks), so `-` is
//! always minus. An unknown function is an error when the text is parsed, not null when it runs. A date and time written
//! without a zone lies in the zone of the environment, so that every date and time is an instant and can be compared.
//!
//! Start reading at [`Expression`] (`expression.rs`), then `parser.rs`, `eval.rs` and the folder `builtins`.

mod arithmetic;
mod ast;
mod builtins;
pub mod cases;
pub mod check;
pub mod compare;
pub mod dmn;
mod env;
mod eval;
mod expression;
mod function;
mod json;
mod lexer;
mod parser;
mod print;
mod property;
pub mod sql;
pub mod temporal;
mod types;
mod value;
mod vocabulary;

pub use env::{Env, Scope};
pub use expression::{Explained, Expression, Limit, ParseError, Reason, UnaryTests};
pub use function::Function;
pub use json::{from_json, to_json};
pub use print::to_text;
pub use rust_decimal::Decimal;
pub use types::Type;
pub use value::{Range, TimeOfDay, Value};
pub use vocabulary::Vocabulary;
