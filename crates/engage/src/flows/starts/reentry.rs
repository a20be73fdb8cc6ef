//! How often one customer may go through a flow, and why a journey did not begin.

use super::{StartKind, begin::Subject};
use crate::{cell::Action, flows::compiled::duration_of};
use base::{DAY, Time};
use serde::Serialize;

/// How often one customer may go through a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reentry {
    /// Once for each cart; without a cart as [`Reentry::WhileIdle`].
    OncePerCart,
    /// Once for each order; without an order as [`Reentry::WhileIdle`].
    OncePerOrder,
    OnceEver,
    /// Not while another journey of the flow is under way.
    WhileIdle,
    /// At most once in so many microseconds.
    Every(i64),
    Always,
}

/// A yearly date that a customer corrects does not come twice in a year.
const NEARLY_A_YEAR: i64 = 330 * DAY;

impl Reentry {
    /// What the attribute says; without one what is usual for such a start.
    pub(super) fn read(text: Option<&str>, kind: &StartKind) -> Option<Reentry> {
        let Some(text) = text else {
            return Some(match kind {
                StartKind::Date(date) if date.is_yearly => Reentry::Every(NEARLY_A_YEAR),
                StartKind::Signal(_) => Reentry::Always,
                _ => Reentry::OncePerCart,
            });
        };
        Some(match text.trim() {
            "once-per-cart" => Reentry::OncePerCart,
            "once-per-order" => Reentry::OncePerOrder,
            "once" => Reentry::OnceEver,
            "while-idle" => Reentry::WhileIdle,
            "always" => Reentry::Always,
            other => Reentry::Every(duration_of(other.strip_prefix("every:")?)?),
        })
    }

    /// Why the customer may not go in again now; `None`: they may.
    pub(super) fn refuses(self, action: &Action, flow: &str, subject: &Subject, now: Time) -> Option<NotStarted> {
        let last = || action.last_began(flow);
        let has_begun_for =
            |about| action.starts.iter().any(|start| start.about == about && *start.flow == *flow && start.has_begun());
        let refusal = match (self, subject.cart, subject.order_id()) {
            (Reentry::Always, ..) => return None,
            (Reentry::OnceEver, ..) => (last().is_some(), NotStarted::OnceEver),
            (Reentry::Every(pause), ..) => (last().is_some_and(|last| last + pause > now), NotStarted::TooSoon),
            (Reentry::OncePerCart, Some(cart), _) => (has_begun_for(cart), NotStarted::OncePerCart),
            (Reentry::OncePerOrder, _, Some(order)) => (has_begun_for(order), NotStarted::OncePerOrder),
            (Reentry::OncePerCart | Reentry::OncePerOrder | Reentry::WhileIdle, ..) => {
                (action.journeys.iter().any(|run| *run.flow == *flow), NotStarted::UnderWay)
            }
        };
        refusal.0.then_some(refusal.1)
    }
}

/// Why a journey did not begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotStarted {
    /// The cart fell idle long ago, or what we last heard of it is history.
    TooOld,
    EventTooOld,
    TooManyJourneys,
    NotAPerson,
    /// The flow's way out is open already.
    ExitRule,
    OnceEver,
    OncePerCart,
    OncePerOrder,
    UnderWay,
    TooSoon,
    /// The filter of the start says no.
    Filtered,
}

impl NotStarted {
    /// The word of the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            NotStarted::TooOld => "too_old",
            NotStarted::EventTooOld => "event_too_old",
            NotStarted::TooManyJourneys => "too_many_journeys",
            NotStarted::NotAPerson => "not_a_person",
            NotStarted::ExitRule => "exit_rule",
            NotStarted::OnceEver => "once_ever",
            NotStarted::OncePerCart => "once_per_cart",
            NotStarted::OncePerOrder => "once_per_order",
            NotStarted::UnderWay => "under_way",
            NotStarted::TooSoon => "too_soon",
            NotStarted::Filtered => "filtered",
        }
    }

    /// Whether the customer's ledger tells of it: what is as it should be, every day and for everybody, would drown the rest.
    pub fn is_told(self) -> bool {
        matches!(self, NotStarted::TooOld | NotStarted::EventTooOld | NotStarted::TooManyJourneys)
    }
}
