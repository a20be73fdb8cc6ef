//! Which of two words on a field is the last one, whatever order they come in.

use base::Time;
use minicbor::{Decode, Encode};

/// When each field of a thing was last said. Most words say the same fields, so one time stands for all of them and only those
/// said earlier are listed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
pub struct Words {
    /// The newest word.
    #[n(0)]
    pub said_at: Time,
    /// The fields that were ever said, a bit each.
    #[n(1)]
    fields: u32,
    /// Fields whose last word is older than the newest: bit number and time.
    #[n(2)]
    older: Vec<(u8, Time)>,
}

impl Words {
    /// Hears of `fields` (bits) at a time; answers those of them whose last word this is. Of two words at one instant the one
    /// that comes later counts.
    pub fn hear(&mut self, fields: u32, at: Time) -> u32 {
        if self.fields == 0 || at >= self.said_at {
            if at > self.said_at && self.fields != 0 {
                let listed = self.older.iter().fold(0, |bits, (bit, _)| bits | 1 << bit);
                let left = self.fields & !fields & !listed;
                self.older.extend(bits(left).map(|bit| (bit, self.said_at)));
            }
            self.older.retain(|(bit, _)| fields & 1 << bit == 0);
            self.said_at = at;
            self.fields |= fields;
            return fields;
        }
        let mut last = 0;
        for bit in bits(fields) {
            let listed = self.older.iter_mut().find(|(known, _)| *known == bit);
            let is_known = self.fields & 1 << bit != 0;
            match listed {
                Some((_, known)) if at >= *known => *known = at,
                Some(_) => continue,
                None if is_known => continue,
                None => self.older.push((bit, at)),
            }
            last |= 1 << bit;
        }
        self.fields |= fields;
        last
    }

    /// Whether anything was ever said.
    pub fn is_told(&self) -> bool {
        self.fields != 0
    }

    /// When a field (its bit's number) was last said.
    pub fn at(&self, bit: u8) -> Option<Time> {
        let listed = self.older.iter().find(|(known, _)| *known == bit).map(|(_, at)| *at);
        listed.or((self.fields & 1 << bit != 0).then_some(self.said_at))
    }
}

fn bits(fields: u32) -> impl Iterator<Item = u8> {
    (0..32).filter(move |bit| fields & 1 << bit != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: u32 = 1;
    const PRICE: u32 = 2;

    /// Hears words (fields, time) in order; answers the time of each field's last word.
    fn check(words: &[(u32, i64)], name: i64, price: i64) {
        let mut heard = Words::default();
        let (mut last_name, mut last_price) = (0, 0);
        for (fields, at) in words {
            let last = heard.hear(*fields, Time(*at));
            if last & NAME != 0 {
                last_name = *at;
            }
            if last & PRICE != 0 {
                last_price = *at;
            }
        }
        assert_eq!((last_name, last_price), (name, price), "{words:?}");
        assert_eq!(heard.at(0).map_or(0, |at| at.0), name, "{words:?}");
        assert_eq!(heard.at(1).map_or(0, |at| at.0), price, "{words:?}");
    }

    #[test]
    fn the_last_word_on_each_field_counts_in_any_order() {
        check(&[(NAME, 5)], 5, 0);
        check(&[(NAME | PRICE, 5), (PRICE, 7)], 5, 7);
        check(&[(PRICE, 7), (NAME | PRICE, 5)], 5, 7);
        check(&[(PRICE, 7), (NAME, 3), (NAME | PRICE, 5)], 5, 7);
        check(&[(NAME | PRICE, 5), (PRICE, 7), (NAME, 6), (PRICE, 6)], 6, 7);
        check(&[(NAME, 9), (PRICE, 2), (NAME | PRICE, 4), (PRICE, 3)], 9, 4);
        check(&[(NAME, 5), (NAME, 5)], 5, 0);
    }
}
