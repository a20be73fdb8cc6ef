//! The demonstration's clock: it stands and is walked through the history, then runs with the system's, and can jump ahead.

use base::{Clock, SharedClock, Time};
use std::sync::atomic::{AtomicI64, Ordering};

/// The clock runs; any other value is where it stands.
const RUNS: i64 = i64::MIN;

/// A clock that never goes back: another one plus an offset, or, while the history is played, wherever it was put.
pub struct DemoClock {
    inner: SharedClock,
    /// Microseconds ahead of the inner clock.
    ahead: AtomicI64,
    stands_at: AtomicI64,
}

impl DemoClock {
    /// A running clock, so many microseconds ahead.
    pub fn new(inner: SharedClock, ahead: i64) -> DemoClock {
        DemoClock { inner, ahead: AtomicI64::new(ahead.max(0)), stands_at: AtomicI64::new(RUNS) }
    }

    /// Stops it at `at`. Only before anybody has read it: this is the one way in which it goes back.
    pub fn stand_at(&self, at: Time) {
        self.stands_at.store(at.0, Ordering::SeqCst);
    }

    /// Moves a standing clock on to `at`, never back.
    pub fn walk_to(&self, at: Time) {
        if self.stands_at.load(Ordering::SeqCst) != RUNS {
            self.stands_at.fetch_max(at.0, Ordering::SeqCst);
        }
    }

    /// Lets it run from the inner clock's time, or from where it stood if that is later.
    pub fn run(&self) {
        let stood_at = self.stands_at.load(Ordering::SeqCst);
        if stood_at != RUNS {
            self.ahead.fetch_max((stood_at - self.inner.now().0).max(0), Ordering::SeqCst);
            self.stands_at.store(RUNS, Ordering::SeqCst);
        }
    }

    /// Jumps ahead by so many microseconds; says how far it is ahead of the inner clock now.
    pub fn jump(&self, micros: i64) -> i64 {
        let micros = micros.max(0);
        self.ahead.fetch_add(micros, Ordering::SeqCst) + micros
    }

    /// Microseconds ahead of the inner clock.
    pub fn ahead(&self) -> i64 {
        self.ahead.load(Ordering::SeqCst)
    }

    /// The time without the jumps.
    pub fn inner(&self) -> &SharedClock {
        &self.inner
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Time {
        match self.stands_at.load(Ordering::SeqCst) {
            RUNS => self.inner.now().plus(self.ahead()),
            at => Time(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::{DAY, HOUR, ManualClock};
    use std::sync::Arc;

    #[test]
    fn it_stands_walks_runs_and_jumps_and_never_goes_back() {
        let inner = Arc::new(ManualClock::new(Time(100 * DAY)));
        let clock = DemoClock::new(inner.clone(), 0);
        assert_eq!(clock.now(), Time(100 * DAY));
        clock.stand_at(Time(10 * DAY));
        clock.walk_to(Time(20 * DAY));
        clock.walk_to(Time(15 * DAY));
        assert_eq!(clock.now(), Time(20 * DAY));
        clock.run();
        assert_eq!((clock.now(), clock.ahead()), (Time(100 * DAY), 0));
        assert_eq!(clock.jump(24 * HOUR), DAY);
        inner.advance(HOUR);
        assert_eq!(clock.now(), Time(101 * DAY + HOUR));
        assert_eq!(clock.jump(-DAY), DAY, "a jump back is none");
        clock.walk_to(Time(500 * DAY));
        assert_eq!(clock.now(), Time(101 * DAY + HOUR), "a running clock is not walked");
    }

    #[test]
    fn a_clock_that_stood_in_the_future_runs_on_from_there() {
        let clock = DemoClock::new(Arc::new(ManualClock::new(Time(DAY))), 0);
        clock.stand_at(Time(3 * DAY));
        clock.run();
        assert_eq!((clock.now(), clock.ahead()), (Time(3 * DAY), 2 * DAY));
    }
}
