//! When a cell next wants to be looked at.

use crate::{
    cell::{Cell, MessageState},
    shared::Shared,
};
use base::Time;

/// The earliest of: a cart falling idle for some flow, a cart abandoned or expired, a journey's timer, a message in doubt.
pub fn due(cell: &Cell, shared: &Shared) -> Option<Time> {
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
    for flow in shared.flows.iter().filter(|flow| flow.enabled.is_some()) {
        let Some(idle) = flow.idle else { continue };
        for cart in cell.facts.book.open_carts().filter(|cart| cart.has_products()) {
            if !cell.action.has_started(&flow.id, cart) {
                consider(Some(cart.last_activity_at + idle));
            }
        }
    }
    for journey in &cell.action.journeys {
        consider(journey.state.next_due());
    }
    for message in cell.action.messages.iter().filter(|message| message.state == MessageState::Sending) {
        consider(message.deadline);
    }
    earliest
}
