//! What something costs, and what it cost before.

use base::{Currency, DAY, Time};
use minicbor::{Decode, Encode};

/// Changes of price kept for one variant and currency.
const POINTS_MAX: usize = 32;
/// How far back the law looks for the lowest price before a reduction (directive 98/6/EC, article 6a).
pub const LOOK_BACK: i64 = 30 * DAY;

/// The price in one currency, in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Price {
    #[n(0)]
    pub currency: Currency,
    /// When it was last said, changed or not.
    #[n(1)]
    pub said_at: Time,
    /// Each price and since when, by time; the last one holds.
    #[n(2)]
    pub points: Vec<(Time, i64)>,
    /// The price that the shop shows struck through, and when it said so.
    #[n(3)]
    compare_at: Option<i64>,
    #[n(4)]
    compare_said: Time,
}

impl Price {
    pub fn new(currency: Currency) -> Price {
        Price { currency, said_at: Time::MIN, points: Vec::new(), compare_at: None, compare_said: Time::MIN }
    }

    /// The price that holds.
    pub fn now(&self) -> Option<i64> {
        self.points.last().map(|(_, minor)| *minor)
    }

    pub fn compare_at(&self) -> Option<i64> {
        self.compare_at.filter(|compare| self.now().is_some_and(|now| now < *compare))
    }

    /// The shop says the price, and the one it shows struck through. The price that holds is the same in any order of words; of the
    /// history a return to a price may be missing, where one word between two of the same price comes late. A late word finds its place in the history and changes the
    /// price that holds only if nothing later was said.
    pub fn say(&mut self, minor: i64, compare_at: Option<i64>, at: Time) {
        if at >= self.compare_said {
            (self.compare_at, self.compare_said) = (compare_at, at);
        }
        let place = self.points.partition_point(|(known, _)| *known <= at);
        let before = place.checked_sub(1).map(|i| self.points[i]);
        let is_same = before.is_some_and(|(_, known)| known == minor);
        if !is_same {
            let held = before.map(|(_, known)| known);
            let after = self.points.get(place).copied();
            match before {
                Some((known, _)) if known == at => self.points[place - 1].1 = minor,
                _ => self.points.insert(place, (at, minor)),
            }
            // What was said again after this word still held then.
            if after.is_none() && at < self.said_at {
                self.points.extend(held.map(|held| (self.said_at, held)));
            }
            self.points.dedup_by(|next, known| next.1 == known.1);
        }
        self.said_at = self.said_at.max(at);
        self.bound();
    }

    /// Leaves out the highest of the older prices first: the lowest of some days stays what it was, or is told lower.
    fn bound(&mut self) {
        while self.points.len() > POINTS_MAX {
            let older = 1..self.points.len() - 1;
            let highest = older.max_by_key(|i| (self.points[*i].1, std::cmp::Reverse(*i))).unwrap_or(0);
            self.points.remove(highest);
            self.points.dedup_by(|next, known| next.1 == known.1);
        }
    }

    /// The lowest price in the 30 days before the one that holds began: what a reduction must be told beside. `None`: there was
    /// no other.
    pub fn lowest_before(&self) -> Option<i64> {
        let (last, before) = self.points.split_last()?;
        let from = last.0.plus(-LOOK_BACK);
        // The one that held when the 30 days began counts too.
        let first = before.partition_point(|(at, _)| *at <= from).saturating_sub(1);
        before[first..].iter().map(|(_, minor)| *minor).min()
    }

    /// Takes over what was heard of the same thing under another name.
    pub fn absorb(&mut self, other: Price) {
        let compare = (other.compare_at, other.compare_said);
        for (at, minor) in &other.points {
            let compare_at = (*at >= self.compare_said).then_some(compare.0).flatten();
            self.say(*minor, compare_at.or(self.compare_at), *at);
        }
        if let Some(now) = other.now() {
            self.say(now, compare.0, other.said_at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(said: &[(i64, i64)]) -> Price {
        let mut price = Price::new(Currency::EUR);
        said.iter().for_each(|(day, minor)| price.say(*minor, None, Time(day * DAY)));
        price
    }

    #[test]
    fn the_history_is_the_same_in_any_order() {
        let check = |said: &[(i64, i64)], expected: &[(i64, i64)]| {
            let points: Vec<(i64, i64)> = told(said).points.iter().map(|(at, minor)| (at.0 / DAY, *minor)).collect();
            assert_eq!(points, expected, "{said:?}");
        };
        check(&[(1, 10), (2, 8), (3, 9)], &[(1, 10), (2, 8), (3, 9)]);
        check(&[(3, 9), (2, 8), (1, 10)], &[(1, 10), (2, 8), (3, 9)]);
        check(&[(1, 10), (3, 9), (2, 8)], &[(1, 10), (2, 8), (3, 9)]);
        check(&[(1, 10), (5, 10)], &[(1, 10)]);
        check(&[(1, 10), (5, 10), (3, 8)], &[(1, 10), (3, 8), (5, 10)]);
        check(&[(1, 10), (3, 8), (5, 10)], &[(1, 10), (3, 8), (5, 10)]);
    }

    #[test]
    fn the_lowest_price_is_that_of_the_thirty_days_before_the_reduction() {
        let check = |said: &[(i64, i64)], expected: Option<i64>| {
            assert_eq!(told(said).lowest_before(), expected, "{said:?}");
        };
        check(&[], None);
        check(&[(1, 10)], None);
        check(&[(1, 10), (50, 8)], Some(10));
        check(&[(1, 10), (40, 7), (45, 12), (50, 8)], Some(7));
        check(&[(1, 5), (10, 12), (50, 8)], Some(12));
        check(&[(1, 5), (25, 12), (50, 8)], Some(5));
    }

    #[test]
    fn the_history_is_bounded_and_keeps_what_is_low() {
        let price = told(&(0..500).map(|day| (day, 100 + day * 37 % 90)).collect::<Vec<_>>());
        assert!(price.points.len() <= POINTS_MAX);
        let last = 100 + 499 * 37 % 90;
        assert_eq!(price.now(), Some(last));
    }

    #[test]
    fn a_struck_price_counts_while_it_is_higher() {
        let mut price = Price::new(Currency::EUR);
        price.say(80, Some(100), Time(1));
        assert_eq!(price.compare_at(), Some(100));
        price.say(120, Some(100), Time(2));
        assert_eq!(price.compare_at(), None);
    }
}
