//! Roll-ups of what flows do.

use super::journey::Stage;
use crate::domain::Ritorno;
use base::Time;
use runtime::{Counter, World};

/// Adds to a roll-up of today.
pub(crate) fn count(
    stage: &Stage<'_>,
    world: &mut World<'_, Ritorno>,
    metric: &'static str,
    flow: &str,
    step: &str,
    currency: &str,
    n: i64,
    minor: i64,
) {
    let day = stage.shared.settings.day(world.now());
    world.count(Counter { day, metric, flow, step, currency }, n, minor);
}

/// The same of the day of an instant, of a flow as a whole.
pub(super) fn count_on(
    stage: &Stage<'_>,
    world: &mut World<'_, Ritorno>,
    at: Time,
    metric: &'static str,
    flow: &str,
    currency: &str,
    n: i64,
    minor: i64,
) {
    let day = stage.shared.settings.day(at);
    world.count(Counter { day, metric, flow, step: "", currency }, n, minor);
}
