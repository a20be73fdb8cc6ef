//! The binary: command line, configuration, wiring, and the embedded web interface.
//!
//! Never holds a rule of its own: what a shop's event means, when a message leaves and what an order earned are decided
//! in the crates below. Start reading at [`ui`].

mod ui;

fn main() {
    let _ = ui::router();
}
