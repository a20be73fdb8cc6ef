//! Ids: UUIDv7, made by us, 16 bytes.

use crate::{Time, stable_hash_seeded};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
};

/// A UUIDv7: its first 48 bits are the milliseconds at which it was made, so that ids made together lie together in an index.
#[derive(Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(transparent)]
pub struct Id(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 16]);

// As the bytes would be compared and hashed, but as one number: the fold sorts and looks up ids all the time, and each
// comparison of bytes is a call.
impl Ord for Id {
    #[inline]
    fn cmp(&self, other: &Id) -> Ordering {
        u128::from_be_bytes(self.0).cmp(&u128::from_be_bytes(other.0))
    }
}

impl PartialOrd for Id {
    #[inline]
    fn partial_cmp(&self, other: &Id) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for Id {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u128(u128::from_ne_bytes(self.0));
    }
}

impl Id {
    /// The id that stands for "the workspace itself".
    pub const ZERO: Id = Id([0; 16]);

    pub fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }

    /// Builds an id from a time and 74 bits (10 bytes, of which six bits are overwritten by version and variant).
    pub fn from_parts(at: Time, bits: [u8; 10]) -> Id {
        let ms = (at.0 / 1000).max(0) as u64;
        let mut id = [0u8; 16];
        id[..6].copy_from_slice(&ms.to_be_bytes()[2..]);
        id[6..].copy_from_slice(&bits);
        id[6] = (id[6] & 0x0f) | 0x70;
        id[8] = (id[8] & 0x3f) | 0x80;
        Id(id)
    }

    pub fn from_slice(bytes: &[u8]) -> Option<Id> {
        bytes.try_into().ok().map(Id)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let (mut text, mut at) = ([b'-'; 36], 0);
        for (i, byte) in self.0.iter().enumerate() {
            at += usize::from(matches!(i, 4 | 6 | 8 | 10));
            text[at] = DIGITS[usize::from(byte >> 4)];
            text[at + 1] = DIGITS[usize::from(byte & 15)];
            at += 2;
        }
        f.write_str(std::str::from_utf8(&text).expect("digits and hyphens"))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not a UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an id (32 hexadecimal digits, with or without hyphens)")]
pub struct IdError(String);

impl FromStr for Id {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Id, IdError> {
        let mut id = [0u8; 16];
        let mut digits = 0;
        for c in text.bytes() {
            if c == b'-' {
                continue;
            }
            let value = (c as char).to_digit(16).ok_or_else(|| IdError(text.to_owned()))? as u8;
            if digits == 32 {
                return Err(IdError(text.to_owned()));
            }
            id[digits / 2] |= if digits % 2 == 0 { value << 4 } else { value };
            digits += 1;
        }
        if digits == 32 { Ok(Id(id)) } else { Err(IdError(text.to_owned())) }
    }
}

impl Serialize for Id {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Id, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Makes ids inside the fold, where there is no randomness: the bits are a hash of the cause (workspace and log position) and
/// a counter, so that the same event makes the same ids whenever it is folded.
#[derive(Debug, Clone)]
pub struct IdMaker {
    at: Time,
    seed: u64,
    cause: i64,
    made: u32,
}

impl IdMaker {
    pub fn new(at: Time, seed: u64, cause: i64) -> IdMaker {
        IdMaker { at, seed, cause, made: 0 }
    }

    pub fn next_id(&mut self) -> Id {
        let mut input = [0u8; 12];
        input[..8].copy_from_slice(&self.cause.to_be_bytes());
        input[8..].copy_from_slice(&self.made.to_be_bytes());
        self.made += 1;
        let (high, low) = (stable_hash_seeded(self.seed, &input), stable_hash_seeded(!self.seed, &input));
        let mut bits = [0u8; 10];
        bits[..8].copy_from_slice(&high.to_be_bytes());
        bits[8..].copy_from_slice(&low.to_be_bytes()[..2]);
        Id::from_parts(self.at, bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_what_it_prints() {
        let mut maker = IdMaker::new(Time(1_700_000_000_000_000), 7, 42);
        let (first, second) = (maker.next_id(), maker.next_id());
        assert_ne!(first, second);
        assert_eq!(first.to_string().parse::<Id>(), Ok(first));
        assert_eq!(first.to_string().as_bytes()[14], b'7');
        assert!("not-an-id".parse::<Id>().is_err());
    }

    #[test]
    fn the_same_cause_makes_the_same_id() {
        let make = || IdMaker::new(Time(5), 1, 9).next_id();
        assert_eq!(make(), make());
    }
}
