//! Stable hashes: the same bytes give the same number in every process and every release, because the numbers are stored.

use siphasher::sip::SipHasher13;
use std::hash::Hasher;

/// A 64-bit SipHash-1-3 of the bytes, with fixed keys: stable for ever, good enough to look things up by (a hit is always
/// compared with the stored original).
pub fn stable_hash(bytes: &[u8]) -> u64 {
    stable_hash_seeded(0, bytes)
}

/// As [`stable_hash`], with a seed: for choices that must be the same each time they are replayed (a split, an id).
pub fn stable_hash_seeded(seed: u64, bytes: &[u8]) -> u64 {
    let mut hasher = SipHasher13::new_with_keys(0x7269_746f_726e_6f31 ^ seed, 0x6576_656e_7431);
    hasher.write(bytes);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_never_change() {
        assert_eq!(stable_hash(b"node-next-1"), 17_073_360_209_134_762_656);
        assert_ne!(stable_hash_seeded(1, b"a"), stable_hash_seeded(2, b"a"));
    }
}
