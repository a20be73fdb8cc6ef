//! When a cell next wants to be looked at.

use super::{Compiler, starts};
use crate::{
    cell::{Cell, MessageState},
    shared::Shared,
};
use base::Time;

/// The earliest of: something that begins a flow, a cart abandoned or expired, a journey's timer, a message in doubt.
pub fn due(cell: &Cell, shared: &Shared, compiler: &Compiler) -> Option<Time> {
    if cell.facts.merged_into.is_some() {
        return None;
    }
    let rules = crate::domain::rules(shared);
    let mut earliest = cell.facts.book.due(rules);
    let mut consider = |at: Option<Time>| {
        if let Some(at) = at {
            earliest = Some(earliest.map_or(at, |known| known.min(at)));
        }
    };
    let starts = shared.starts(compiler);
    if starts.have_dues() {
        consider(starts::next_due(cell, starts, &shared.settings.zone()));
    }
    consider(cell.schedule.as_deref().and_then(starts::next_time));
    for journey in &cell.action.journeys {
        consider(journey.state.next_due());
    }
    for message in cell.action.messages.iter().filter(|message| message.state == MessageState::Sending) {
        consider(message.deadline);
    }
    earliest
}
