//! The front of the timer table in memory: its rows up to some point, exactly as the table has them once everything sealed is
//! written. So timers can be taken out while a commit is under way, when the table itself does not tell the truth.

use base::{Id, Time};
use std::collections::BTreeSet;

/// The rows up to an end, less those taken.
#[derive(Default)]
pub(crate) struct Front {
    rows: BTreeSet<(Time, Id)>,
    /// Rows up to this one are all known; `None`: none are.
    end: Option<(Time, Id)>,
}

impl Front {
    /// What the table was found to begin with; `end` is the last row of which that is known.
    pub fn fill(&mut self, rows: Vec<(Time, Id)>, end: (Time, Id)) {
        self.rows = rows.into_iter().collect();
        self.end = Some(end);
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn first(&self) -> Option<Time> {
        self.rows.first().map(|(due, _)| *due)
    }

    /// A commit puts this row in the table.
    pub fn put(&mut self, due: Time, cell: Id) {
        if self.end.is_some_and(|end| (due, cell) <= end) {
            self.rows.insert((due, cell));
        }
    }

    /// A commit takes this row out by itself.
    pub fn remove(&mut self, due: Time, cell: Id) {
        self.rows.remove(&(due, cell));
    }

    /// Takes out the first `n` rows that are due at `now`.
    pub fn take(&mut self, now: Time, n: usize) -> Vec<(Time, Id)> {
        let mut taken = Vec::with_capacity(n.min(self.rows.len()));
        while taken.len() < n && self.first().is_some_and(|due| due <= now) {
            taken.extend(self.rows.pop_first());
        }
        taken
    }

    /// The cells of the first `n` rows that are due at `now`.
    pub fn next(&self, now: Time, n: usize) -> impl Iterator<Item = Id> {
        self.rows.iter().take(n).take_while(move |(due, _)| *due <= now).map(|(_, cell)| *cell)
    }

    /// Up to when no row is left that is due before then.
    pub fn passed(&self, now: Time) -> Time {
        self.first().or(self.end.map(|(due, _)| due)).map_or(now, |due| due.min(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> Id {
        Id([n; 16])
    }

    #[test]
    fn it_is_what_the_table_begins_with() {
        let mut front = Front::default();
        front.put(Time(1), id(1));
        assert!(front.is_empty(), "nothing is known yet");
        front.fill(vec![(Time(1), id(1)), (Time(3), id(3))], (Time(3), id(3)));
        front.put(Time(2), id(2));
        front.put(Time(4), id(4));
        front.remove(Time(3), id(3));
        assert_eq!(front.take(Time(9), 1), [(Time(1), id(1))]);
        assert_eq!(front.passed(Time(9)), Time(2));
        assert_eq!(front.take(Time(1), 5), []);
        assert_eq!(front.take(Time(9), 5), [(Time(2), id(2))]);
        assert_eq!((front.first(), front.passed(Time(9))), (None, Time(3)));
    }
}
