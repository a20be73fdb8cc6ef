//! How journeys begin: each start event of a flow with what it waits for, whom it takes and how often, and the index by which
//! the loop finds those that something may begin.

pub mod api;
mod asked;
mod begin;
mod conditions;
mod dates;
mod events;
mod idle;
mod index;
mod reentry;
pub mod schedule;
mod schedule_fold;
pub mod table;

pub use asked::{AskedStart, start_asked};
pub(super) use begin::{Beginning, Starting, Subject, begin_with};
pub use conditions::{Seen, Touched, see, start_by_condition};
pub use dates::DateOf;
pub(super) use events::accepts;
pub use events::{raise, start_by_event};
pub(super) use idle::next_due;
pub use idle::start_due;
pub use index::{Start, Starts};
pub use reentry::{NotStarted, Reentry};
pub(super) use schedule_fold::next_due as next_time;
pub(crate) use schedule_fold::{Slice, fold_slice, fold_timer, settle_schedules};

use super::compiled::hours_of;
use bpmn::{Catch, Definition, NodeId, Problem, Severity};
use feel::Expression;

/// The message of a start event that waits for a cart to stand idle: no event has this name.
pub const CART_IDLE: &str = "Cart Idle";
/// As [`CART_IDLE`], for a cart that was left at the checkout.
pub const CHECKOUT_LEFT: &str = "Checkout Left";
/// For a customer who looked at products, put none in a cart and went.
pub const BROWSE_LEFT: &str = "Browse Left";
/// For a date among the customer's properties.
pub const CUSTOMER_DATE: &str = "Customer Date";

/// A start event of a flow.
#[derive(Debug, Clone)]
pub struct StartEvent {
    pub node: NodeId,
    pub kind: StartKind,
    pub reentry: Reentry,
}

/// What a start event waits for.
#[derive(Debug, Clone)]
pub enum StartKind {
    /// An event of this name.
    Event(Box<str>),
    /// Microseconds that a cart stands idle.
    CartIdle(i64),
    /// The same since the last activity, of a cart that was at the checkout.
    CheckoutLeft(i64),
    /// Microseconds since the last look at a product.
    BrowseLeft(i64),
    Date(DateOf),
    /// A time of the clock, for every customer that its filter takes.
    Schedule,
    /// That a condition becomes true for the customer.
    Condition(Expression),
    /// A signal that another journey of the customer throws.
    Signal(Box<str>),
    /// A person or a program; a calling flow.
    Asked,
}

/// The start events of a flow, and what is wrong with them.
pub(super) fn compile(definition: &Definition) -> (Vec<StartEvent>, Vec<Problem>) {
    let (mut starts, mut problems) = (Vec::new(), Vec::new());
    for (id, node, catch) in definition.starts() {
        let mut unfit = |rule, message: String| {
            let (element, name) = (Some(node.id.clone()), node.name.clone());
            problems.push(Problem { rule, severity: Severity::Unfit, element, name, message, line: None });
        };
        let idle = || {
            let hours = definition.value_of(node.attribute("idleHours").unwrap_or_default());
            hours_of(&hours).ok_or_else(|| {
                // The formula names the parameter that a person may have set.
                let name = node.attribute("idleHours").map_or("ritorno:idleHours", |text| text.trim_start_matches('='));
                let found = feel::to_text(&hours);
                format!(
                    "{name} of the flow {} is {found}: hours above 0 are expected, such as 24",
                    definition.process_id()
                )
            })
        };
        let kind = match catch {
            None => Ok(StartKind::Asked),
            Some(Catch::Message(message)) => match message.name.as_str() {
                CART_IDLE => idle().map(StartKind::CartIdle),
                CHECKOUT_LEFT => idle().map(StartKind::CheckoutLeft),
                BROWSE_LEFT => idle().map(StartKind::BrowseLeft),
                CUSTOMER_DATE => DateOf::read(definition, node).map(StartKind::Date),
                other => Ok(StartKind::Event(other.into())),
            },
            Some(Catch::Timer(_)) => Ok(StartKind::Schedule),
            Some(Catch::Signal(signal)) => Ok(StartKind::Signal(signal.name.as_str().into())),
            Some(Catch::Condition(condition)) => Ok(StartKind::Condition(condition.clone())),
            // The compiler has refused any other.
            Some(_) => continue,
        };
        let kind = match kind {
            Ok(kind) => kind,
            Err(message) => {
                unfit("wrong_start", message);
                continue;
            }
        };
        for (name, belongs) in misplaced(&kind) {
            if node.attribute(name).is_some() {
                unfit("wrong_attribute", format!("ritorno:{name} belongs to {belongs}"));
            }
        }
        match Reentry::read(node.attribute("reentry"), &kind) {
            Some(reentry) => starts.push(StartEvent { node: id, kind, reentry }),
            None => {
                let found = node.attribute("reentry").unwrap_or_default();
                let known = "once-per-cart, once-per-order, once, while-idle, always, or every: with a duration such as every:P30D";
                unfit("wrong_reentry", format!("ritorno:reentry is {found:?}; it may be {known}"));
            }
        }
    }
    (starts, problems)
}

/// Attributes that say nothing of such a start, and where they would.
fn misplaced(kind: &StartKind) -> Vec<(&'static str, &'static str)> {
    let date =
        ["property", "repeat", "daysBefore", "daysAfter"].map(|name| (name, "a start by the message Customer Date"));
    let idle = ("idleHours", "a start by the message Cart Idle, Checkout Left or Browse Left");
    let at = ("at", "a timer, or a start by the message Customer Date");
    match kind {
        StartKind::CartIdle(_) | StartKind::CheckoutLeft(_) | StartKind::BrowseLeft(_) => [&date[..], &[at]].concat(),
        StartKind::Date(_) => vec![idle],
        // What timers may have the compiler says.
        StartKind::Schedule => [&date[..], &[idle]].concat(),
        _ => [&date[..], &[idle, at]].concat(),
    }
}
