//! Identity keys: what finds a cell.

use base::stable_hash;
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use std::{fmt, sync::Arc};

/// A kind and a value, as one text: `u:1042` (user id), `a:…` (anonymous id), `e:…` (e-mail), `c:…` (cart). The kinds are
/// the domain's; at most [`Key::LENGTH_MAX`] bytes, longer values are replaced by two hashes of themselves.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Arc<str>);

impl Key {
    pub const LENGTH_MAX: usize = 200;

    pub fn new(kind: char, value: &str) -> Key {
        let mut text = String::with_capacity(value.len().min(Self::LENGTH_MAX) + 2);
        text.push(kind);
        text.push(':');
        if value.len() > Self::LENGTH_MAX || value.contains('\0') {
            let (first, second) = (stable_hash(value.as_bytes()), base::stable_hash_seeded(1, value.as_bytes()));
            text.push_str(&format!("#{first:016x}{second:016x}"));
        } else {
            text.push_str(value);
        }
        Key(text.into())
    }

    /// A key as it was stored.
    pub fn stored(text: &str) -> Key {
        Key(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn kind(&self) -> char {
        self.0.chars().next().unwrap_or('?')
    }

    /// The value without its kind.
    pub fn value(&self) -> &str {
        self.0.get(2..).unwrap_or_default()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Values are personal data: only the kind may reach a log.
        write!(f, "{}:…", self.kind())
    }
}

impl<C> Encode<C> for Key {
    fn encode<W: encode::Write>(&self, encoder: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        encoder.str(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Key {
    fn decode(decoder: &mut Decoder<'b>, _: &mut C) -> Result<Key, decode::Error> {
        decoder.str().map(Key::stored)
    }
}
