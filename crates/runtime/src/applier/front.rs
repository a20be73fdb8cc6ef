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
    /// There may be due rows after the end.
    is_cut: bool,
    /// Rows after the end that commits put (`true`) or took out since the front is watched, in order.
    beyond: Option<Vec<(bool, (Time, Id))>>,
}

/// More that happened after the end than this is not remembered: the timers stand still, and the table is read again.
const BEYOND_MAX: usize = 1 << 17;

impl Front {
    /// What the table was found to begin with, when it was asked for rows due at `now`, at most `limit` of them.
    pub fn fill(&mut self, rows: Vec<(Time, Id)>, limit: usize, now: Time) {
        self.is_cut = rows.len() >= limit;
        let last = rows.last().copied().filter(|_| self.is_cut);
        self.end = Some(last.unwrap_or((now, Id([0xff; 16]))));
        self.rows = rows.into_iter().collect();
        self.beyond = None;
    }

    /// From now on what happens after the end is remembered, for rows that are read before that is in the table.
    pub fn watch(&mut self) {
        self.beyond = Some(Vec::new());
    }

    /// As [`fill`](Self::fill), for the rows after the end, read since it is watched, when none before it are left. `false`: too much
    /// has happened meanwhile, and nothing is known.
    pub fn follow(&mut self, rows: Vec<(Time, Id)>, limit: usize, now: Time) -> bool {
        let Some(beyond) = self.beyond.take() else {
            return false;
        };
        self.fill(rows, limit, now);
        for (is_put, (due, cell)) in beyond {
            if is_put { self.put(due, cell) } else { self.remove(due, cell) }
        }
        true
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The last row up to which all are known, where more may be due after it.
    pub fn cut(&self) -> Option<(Time, Id)> {
        self.end.filter(|_| self.is_cut)
    }

    fn note(&mut self, is_put: bool, row: (Time, Id)) {
        if let Some(beyond) = &mut self.beyond {
            beyond.push((is_put, row));
            if beyond.len() > BEYOND_MAX {
                self.beyond = None;
            }
        }
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
        } else {
            self.note(true, (due, cell));
        }
    }

    /// A commit takes this row out by itself.
    pub fn remove(&mut self, due: Time, cell: Id) {
        if !self.rows.remove(&(due, cell)) {
            self.note(false, (due, cell));
        }
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
        front.fill(vec![(Time(1), id(1)), (Time(3), id(3))], 2, Time(9));
        front.put(Time(2), id(2));
        front.put(Time(4), id(4));
        front.remove(Time(3), id(3));
        assert_eq!(front.take(Time(9), 1), [(Time(1), id(1))]);
        assert_eq!(front.passed(Time(9)), Time(2));
        assert_eq!(front.take(Time(1), 5), []);
        assert_eq!(front.take(Time(9), 5), [(Time(2), id(2))]);
        assert_eq!((front.first(), front.passed(Time(9))), (None, Time(3)));
    }

    #[test]
    fn what_is_read_ahead_counts_less_than_what_happened_meanwhile() {
        let mut front = Front::default();
        front.fill(vec![(Time(1), id(1))], 1, Time(9));
        front.put(Time(5), id(9));
        front.watch();
        front.put(Time(4), id(4));
        front.remove(Time(2), id(2));
        front.put(Time(3), id(7));
        front.remove(Time(3), id(7));
        front.put(Time(6), id(6));
        assert_eq!(front.take(Time(9), 5), [(Time(1), id(1))]);
        // The third row was read before it was taken out, and the fourth before it was put there.
        let read = vec![(Time(2), id(2)), (Time(3), id(3)), (Time(3), id(7)), (Time(5), id(9))];
        assert!(front.follow(read, 4, Time(9)));
        assert_eq!(front.take(Time(9), 5), [(Time(3), id(3)), (Time(4), id(4)), (Time(5), id(9))]);
        assert_eq!(front.passed(Time(9)), Time(5));
        assert_eq!(front.cut(), Some((Time(5), id(9))));
        front.watch();
        (0..=BEYOND_MAX as i64).for_each(|n| front.put(Time(10 + n), id(1)));
        assert!(!front.follow(Vec::new(), 4, Time(9)), "too much has happened");
    }
}
