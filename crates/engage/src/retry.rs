//! When somebody else's API is asked again.

use base::{HOUR, Id, MINUTE, SECOND, stable_hash};

/// After the first attempt; twice as long after each further one.
const AFTER: i64 = MINUTE;
const MAX: i64 = 4 * HOUR;

/// Microseconds until the next attempt: as many seconds as were asked for, else longer each time. What waits for the same server
/// does not come back all at once, so up to a quarter is added, by the id. `attempt` counts from 1.
pub(crate) fn wait(attempt: u32, after_s: Option<u64>, id: Id) -> i64 {
    let wait = match after_s {
        Some(seconds) => i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(SECOND),
        None => (AFTER << (attempt.clamp(1, 9) - 1)).min(MAX),
    };
    let apart = (stable_hash(&id.0) % 256) as i64 * (wait / 1024);
    wait.saturating_add(apart)
}
