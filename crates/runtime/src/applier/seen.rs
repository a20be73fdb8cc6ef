//! Duplicates: the same message id with the same time as sent.

use base::{MINUTE, Time, stable_hash, stable_hash_seeded};
use std::collections::{HashSet, VecDeque};

/// Bits of a key's hash that are the id's; above them stand the 26 of a time within its minute.
const ID_BITS: u32 = 37;

/// What makes an event a duplicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SeenKey {
    /// The minute of the event's own time as sent. An event without a time goes by days, on numbers that no minute has.
    pub minute: i64,
    /// The time within the minute, in microseconds, then a hash of the id: the same id at another time is another event. The time
    /// comes first, so that what is sent one after another stands so in the table too: a commit's rows go to its last few pages and
    /// not to as many as there are rows. An event without a time has the hash alone. On a hit the stored id is compared.
    pub hash: i64,
    /// Without a time of its own the id alone counts, today's and yesterday's.
    pub is_timeless: bool,
    /// 128 bits of hash, told apart without the stored id.
    exact: u128,
}

impl SeenKey {
    /// `None`: an event without an id is never a duplicate.
    pub fn of(message_id: &str, sent: Option<Time>, received: Time) -> Option<SeenKey> {
        if message_id.is_empty() {
            return None;
        }
        let id = stable_hash(message_id.as_bytes());
        let (minute, hash, micros) = match sent {
            Some(sent) => {
                let within = sent.0.rem_euclid(MINUTE) as u64;
                (sent.minute(), within << ID_BITS | id >> (u64::BITS - ID_BITS), sent.0)
            }
            None => (i64::MIN / 2 - received.minute() / 1440, id, 0),
        };
        let exact = id ^ (micros as u64).rotate_left(17);
        let other = stable_hash_seeded(1, message_id.as_bytes()) ^ u64::from(sent.is_none());
        Some(SeenKey {
            minute,
            hash: hash as i64,
            is_timeless: sent.is_none(),
            exact: u128::from(exact) << 64 | u128::from(other),
        })
    }

    /// The minutes under which it may stand in the table.
    pub fn minutes(&self) -> impl Iterator<Item = i64> {
        self.minute..=self.minute + i64::from(self.is_timeless)
    }
}

type Set = HashSet<u128, foldhash::fast::RandomState>;

/// Events that were taken in but cannot be found in the database yet: those of the batch being folded, and of commits under
/// way.
#[derive(Default)]
pub(crate) struct Recent {
    open: Set,
    under_way: VecDeque<(u64, Set)>,
    /// An emptied set, kept for its space.
    spare: Set,
}

impl Recent {
    /// Remembers the event; `false`: it is known already.
    pub fn insert(&mut self, key: &SeenKey) -> bool {
        let known = self.under_way.iter().any(|(_, set)| set.contains(&key.exact));
        !known && self.open.insert(key.exact)
    }

    /// The batch was sealed under this number.
    pub fn sealed(&mut self, number: u64) {
        if !self.open.is_empty() {
            let open = std::mem::replace(&mut self.open, std::mem::take(&mut self.spare));
            self.under_way.push_back((number, open));
        }
    }

    /// The database has the commits up to this one.
    pub fn written(&mut self, number: u64) {
        while self.under_way.front().is_some_and(|(n, _)| *n <= number) {
            let (_, mut set) = self.under_way.pop_front().expect("checked");
            set.clear();
            self.spare = set;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::{DAY, SECOND};

    #[test]
    fn id_and_time_make_a_duplicate() {
        let mut recent = Recent::default();
        let mut check = |id: &str, sent: Option<i64>, received: i64, is_new: bool| {
            let key = SeenKey::of(id, sent.map(Time), Time(received)).unwrap();
            assert_eq!(recent.insert(&key), is_new, "{id} {sent:?}");
        };
        check("a", Some(5), 10, true);
        check("a", Some(5), 10 + DAY, false);
        check("a", Some(6), 10, true);
        check("b", Some(5), 10, true);
        check("a", None, 10, true);
        check("a", None, 10 + SECOND, false);
        check("a", Some(0), 10, true);
        assert_eq!(SeenKey::of("", Some(Time(5)), Time(10)), None);
    }

    #[test]
    fn what_is_written_is_left_to_the_database() {
        let key = SeenKey::of("a", Some(Time(5)), Time(10)).unwrap();
        let mut recent = Recent::default();
        assert!(recent.insert(&key));
        recent.sealed(1);
        assert!(!recent.insert(&key));
        recent.written(1);
        assert!(recent.insert(&key));
    }

    #[test]
    fn keys_stand_in_the_order_in_which_the_events_were_sent() {
        let place = |micros: i64| {
            let key = SeenKey::of("a", Some(Time(micros)), Time(DAY)).unwrap();
            (key.minute, key.hash)
        };
        let times = [-MINUTE, -1, 0, 1, MINUTE - 1, MINUTE, DAY, DAY + SECOND];
        let places = times.map(place);
        assert!(places.is_sorted() && places.iter().all(|(_, hash)| *hash >= 0), "{places:?}");
        let of = |id: &str| SeenKey::of(id, Some(Time(5)), Time(DAY)).unwrap();
        assert_ne!(of("a").hash, of("b").hash);
    }

    #[test]
    fn an_event_without_a_time_is_looked_for_on_two_days() {
        let minutes = |sent, day: i64| {
            let key = SeenKey::of("a", sent, Time(day * DAY)).unwrap();
            key.minutes().collect::<Vec<_>>()
        };
        assert_eq!(minutes(Some(Time(60_000_000)), 3), [1]);
        let (today, tomorrow) = (minutes(None, 3), minutes(None, 4));
        assert_eq!(tomorrow[1], today[0]);
        assert!(today[0] < Time::MIN.minute());
    }
}
