//! Chance, as a parameter. The fold has none (see [`crate::IdMaker`]); tokens, salts and keys take it from here.

/// A source of random bytes.
pub trait Rng: Send + Sync {
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's randomness: for keys, tokens and salts.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemRng;

impl Rng for SystemRng {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives randomness");
    }
}

/// Repeatable bytes for tests and generated demonstrations; never for secrets.
#[derive(Debug)]
pub struct SeededRng(std::sync::atomic::AtomicU64);

impl SeededRng {
    pub fn new(seed: u64) -> SeededRng {
        SeededRng(std::sync::atomic::AtomicU64::new(seed))
    }
}

impl Rng for SeededRng {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let n = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let word = crate::stable_hash_seeded(n, b"seeded rng").to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

/// A random text of `len` characters out of A–Z a–z 0–9 _ - (6 bits each).
pub fn token(rng: &dyn Rng, len: usize) -> String {
    let mut bytes = vec![0u8; len];
    rng.fill(&mut bytes);
    bytes.iter().map(|b| ALPHABET[(b & 63) as usize] as char).collect()
}
