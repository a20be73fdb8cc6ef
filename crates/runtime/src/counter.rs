//! Roll-ups: how much of what happened on which day. Added to, never rebuilt.

use crate::world::storable;
use indexmap::{Equivalent, IndexSet};
use std::collections::HashMap;
use store::{Rows, Value};

/// What is added to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Counter<'a> {
    /// Days since 1970 in the workspace's zone.
    pub day: i64,
    /// What is counted.
    pub metric: &'static str,
    /// First and second dimension, such as flow and step; empty where there is none.
    pub flow: &'a str,
    pub step: &'a str,
    /// Three letters, or empty where nothing is money.
    pub currency: &'a str,
}

/// A [`Counter`] that is kept. It has the same hash, because it has the same fields in the same order.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Kept {
    day: i64,
    metric: &'static str,
    flow: Box<str>,
    step: Box<str>,
    currency: Box<str>,
}

impl Equivalent<Kept> for Counter<'_> {
    fn equivalent(&self, kept: &Kept) -> bool {
        *self == kept.as_counter()
    }
}

impl Kept {
    fn as_counter(&self) -> Counter<'_> {
        Counter { day: self.day, metric: self.metric, flow: &self.flow, step: &self.step, currency: &self.currency }
    }
}

/// Counters that were met are kept beyond a commit, because the next one adds to the same; more than this are let go.
const KEPT_MAX: usize = 4_096;

/// The counters by number, so that a fold that counts makes no texts.
#[derive(Default)]
pub(crate) struct Counters(IndexSet<Kept, foldhash::fast::RandomState>);

/// What a batch adds: occurrences, and what they are worth together, by the counter's number.
pub(crate) type Sums = HashMap<usize, (i64, i64), foldhash::fast::RandomState>;

impl Counters {
    /// The counter's number, until the next [`rows`](Self::rows).
    pub fn number(&mut self, counter: Counter<'_>) -> usize {
        self.0.get_index_of(&counter).unwrap_or_else(|| {
            let Counter { day, metric, flow, step, currency } = counter;
            let kept = Kept { day, metric, flow: flow.into(), step: step.into(), currency: currency.into() };
            self.0.insert_full(kept).0
        })
    }

    /// The rows of what was added, in the order of their keys.
    pub fn rows(&mut self, partition: i64, sums: Sums) -> Rows {
        let added = sums.into_iter().filter(|(_, sum)| *sum != (0, 0));
        let mut added: Vec<(Counter<'_>, (i64, i64))> =
            added.map(|(number, sum)| (self.0[number].as_counter(), sum)).collect();
        added.sort_unstable_by_key(|(c, _)| (c.metric, c.day, c.flow, c.step, c.currency));
        let mut rows = Rows::with_capacity(8, added.len());
        for (Counter { day, metric, flow, step, currency }, (n, minor)) in added {
            let text = |text: &str| storable(text.to_owned().into());
            rows.push([
                partition.into(),
                Value::Static(metric),
                day.into(),
                text(flow),
                text(step),
                text(currency),
                n.into(),
                minor.into(),
            ]);
        }
        if self.0.len() > KEPT_MAX {
            self.0 = IndexSet::default();
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_become_rows_in_order_and_the_numbers_stay() {
        let at = |day: i64, flow: &'static str| Counter { day, metric: "sent", flow, step: "", currency: "EUR" };
        let mut counters = Counters::default();
        let numbers = [at(2, "b"), at(2, "a"), at(1, "b")].map(|counter| counters.number(counter));
        assert_eq!([at(1, "b"), at(2, "b")].map(|counter| counters.number(counter)), [numbers[2], numbers[0]]);
        let mut sums = Sums::default();
        sums.extend(numbers.into_iter().zip([(1, 10), (2, 0), (0, 0)]));
        let rows = counters.rows(7, sums);
        let rows: Vec<_> = rows.iter().map(|row| (row[3].clone(), row[2].clone(), row[6].clone())).collect();
        let row = |flow: &str, day: i64, n: i64| (Value::Text(flow.to_owned()), day.into(), n.into());
        assert_eq!(rows, [row("a", 2, 2), row("b", 2, 1)]);
        for n in 0..KEPT_MAX {
            counters.number(Counter { flow: &n.to_string(), ..at(1, "") });
        }
        counters.rows(7, Sums::default());
        assert_eq!(counters.number(at(1, "new")), 0, "they were let go");
    }
}
