//! The binary's inside: configuration, wiring, the embedded page and the command line, as a library so that tests can run a
//! whole server with a clock of their own. Never holds rules.
//!
//! Start reading at [`serve`], then [`operations`] (what the command line can ask for) and [`simulate`].

pub mod api;
pub mod bench;
pub mod cli;
pub mod commands;
pub mod config;
mod connect;
pub mod connections;
mod control;
pub mod demo;
mod doctor;
pub mod feel_files;
pub mod flow_check;
pub mod flow_files;
mod health;
pub mod operations;
mod people;
pub mod serve;
pub mod simulate;
pub mod ui;

/// The tables of all crates, in order.
pub fn migrations() -> [&'static [store::Migration]; 3] {
    [runtime::MIGRATIONS, crm::MIGRATIONS, engage::MIGRATIONS]
}
