//! How many pieces are where. A shop says levels, changes, or no more than whether there are any.

use base::Time;
use minicbor::{Decode, Encode};

/// Changes kept beside a level, for levels that come late.
const MOVES_MAX: usize = 16;

/// What is at one place.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
pub struct Level {
    /// The shop's id of the place; empty: all places together, as far as the shop says no places.
    #[n(0)]
    pub place: Box<str>,
    /// The last level said; `None`: only changes, or nothing.
    #[n(1)]
    base: Option<i64>,
    /// When it was said.
    #[n(2)]
    at: Time,
    /// Changes since, by time: they count on top of it.
    #[n(3)]
    moves: Vec<(Time, i64)>,
    /// Whether there are any, where the shop says no number; and when it said so.
    #[n(4)]
    flag: Option<(bool, Time)>,
    /// The product is not kept at this place any more.
    #[n(5)]
    pub is_gone: bool,
}

impl Level {
    pub fn new(place: &str) -> Level {
        Level { place: place.into(), at: Time::MIN, ..Level::default() }
    }

    /// The shop says how many there are. An older level than the last one changes nothing; changes up to it are in it.
    pub fn set(&mut self, quantity: i64, at: Time) {
        if at < self.at {
            return;
        }
        (self.base, self.at, self.is_gone) = (Some(quantity), at, false);
        self.moves.retain(|(moved, _)| *moved > at);
    }

    /// The shop says that some came or went. One that a later level knows of already is in that level.
    pub fn add(&mut self, delta: i64, at: Time) {
        if at <= self.at {
            return;
        }
        let place = self.moves.partition_point(|(moved, _)| *moved <= at);
        self.moves.insert(place, (at, delta));
        self.is_gone = false;
        if self.moves.len() > MOVES_MAX {
            let (moved, delta) = self.moves.remove(0);
            self.base = Some(self.base.unwrap_or(0).saturating_add(delta));
            self.at = moved;
        }
    }

    /// The shop says no more than whether there are any.
    pub fn say(&mut self, is_there: bool, at: Time) {
        if self.flag.is_none_or(|(_, said)| at >= said) {
            self.flag = Some((is_there, at));
        }
    }

    /// Nothing is kept here from now on.
    pub fn remove(&mut self, at: Time) {
        if at >= self.at && self.moves.last().is_none_or(|(moved, _)| at >= *moved) {
            (self.base, self.at, self.is_gone) = (None, at, true);
            self.moves.clear();
        }
    }

    /// Pieces; below zero where more were sold than there were. `None`: nobody said a number.
    pub fn quantity(&self) -> Option<i64> {
        if self.is_gone || self.base.is_none() && self.moves.is_empty() {
            return None;
        }
        let moved = self.moves.iter().fold(0i64, |sum, (_, delta)| sum.saturating_add(*delta));
        Some(self.base.unwrap_or(0).saturating_add(moved))
    }

    /// Whether there are any, where that alone was said.
    pub fn flag(&self) -> Option<bool> {
        self.flag.map(|(is_there, _)| is_there)
    }

    /// When the last word came.
    pub fn said_at(&self) -> Time {
        let moved = self.moves.last().map_or(Time::MIN, |(at, _)| *at);
        self.at.max(moved).max(self.flag.map_or(Time::MIN, |(_, at)| at))
    }

    /// Takes over what was heard of the same place under another name.
    pub fn absorb(&mut self, other: Level) {
        if let Some(base) = other.base {
            self.set(base, other.at);
        }
        for (at, delta) in other.moves {
            self.add(delta, at);
        }
        if let Some((is_there, at)) = other.flag {
            self.say(is_there, at);
        }
    }
}

/// What there is of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stock {
    /// Pieces at all places together; `None`: not counted, or not said.
    pub quantity: Option<i64>,
    /// Whether it can be had; `None`: not said.
    pub is_available: Option<bool>,
}

impl Stock {
    /// Of the levels of one variant. Where places are said, they are the truth, and what was said of all together is left out.
    pub fn of(levels: &[Level], sells_beyond: bool) -> Stock {
        let (mut located, mut has_located) = (0i64, false);
        for quantity in levels.iter().filter(|level| !level.place.is_empty()).filter_map(Level::quantity) {
            located = located.saturating_add(quantity);
            has_located = true;
        }
        let whole = levels.iter().find(|level| level.place.is_empty());
        let quantity = if has_located { Some(located) } else { whole.and_then(Level::quantity) };
        let flag = levels.iter().filter_map(Level::flag).reduce(|a, b| a || b);
        let is_available = quantity.map(|quantity| quantity > 0).or(flag);
        Stock { quantity, is_available: is_available.map(|is_there| is_there || sells_beyond) }
    }

    /// Of several variants together.
    pub fn join(self, other: Stock) -> Stock {
        let sum = match (self.quantity, other.quantity) {
            (Some(a), Some(b)) => Some(a.saturating_add(b)),
            (a, b) => a.or(b),
        };
        let any = match (self.is_available, other.is_available) {
            (Some(a), Some(b)) => Some(a || b),
            (a, b) => a.or(b),
        };
        Stock { quantity: sum, is_available: any }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    enum Said {
        Set(i64, i64),
        Add(i64, i64),
        Gone(i64),
    }
    use Said::{Add, Gone, Set};

    fn check(said: &[Said], expected: Option<i64>) {
        let mut level = Level::new("a");
        for said in said {
            match said {
                Set(quantity, at) => level.set(*quantity, Time(*at)),
                Add(delta, at) => level.add(*delta, Time(*at)),
                Gone(at) => level.remove(Time(*at)),
            }
        }
        assert_eq!(level.quantity(), expected);
    }

    #[test]
    fn the_last_level_counts_and_the_changes_since_it() {
        check(&[], None);
        check(&[Set(5, 1)], Some(5));
        check(&[Set(5, 2), Set(9, 1)], Some(5));
        check(&[Set(5, 1), Add(-2, 2)], Some(3));
        check(&[Add(-2, 2), Set(5, 1)], Some(3));
        check(&[Add(-2, 2), Set(3, 3)], Some(3));
        check(&[Set(3, 3), Add(-2, 2)], Some(3));
        check(&[Add(10, 1), Add(-4, 2)], Some(6));
        check(&[Set(1, 1), Add(-3, 2)], Some(-2));
    }

    #[test]
    fn a_place_that_keeps_it_no_more_says_nothing_until_it_does_again() {
        check(&[Set(5, 1), Gone(2)], None);
        check(&[Gone(2), Set(5, 1)], None);
        check(&[Set(5, 1), Gone(2), Set(4, 3)], Some(4));
        check(&[Set(5, 1), Add(1, 3), Gone(2)], Some(6));
    }

    #[test]
    fn many_changes_stay_bounded_and_right() {
        let mut level = Level::new("a");
        (1..=1_000).for_each(|at| level.add(1, Time(at)));
        assert_eq!(level.quantity(), Some(1_000));
        assert!(level.moves.len() <= MOVES_MAX);
    }

    #[test]
    fn places_are_the_truth_where_they_are_said() {
        let level = |place: &str, quantity: i64| {
            let mut level = Level::new(place);
            level.set(quantity, Time(1));
            level
        };
        let check = |levels: &[Level], quantity: Option<i64>, is_available: Option<bool>| {
            assert_eq!(Stock::of(levels, false), Stock { quantity, is_available });
        };
        check(&[], None, None);
        check(&[level("", 7)], Some(7), Some(true));
        check(&[level("", 7), level("a", 2), level("b", 0)], Some(2), Some(true));
        check(&[level("a", -1)], Some(-1), Some(false));
        let mut told = Level::new("");
        told.say(true, Time(1));
        check(&[told], None, Some(true));
        assert_eq!(Stock::of(&[level("", 0)], true).is_available, Some(true), "sold beyond what is there");
    }
}
