//! The code of a coupon.

use base::Id;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Neither 0 and O nor 1, I and L: codes are read aloud and typed in.
const LETTERS: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// Of 31 letters each: 49 bits, and a shop lets nobody try many.
const LENGTH: usize = 10;

/// The code of a journey's visit to a task, the same whenever it is asked for. Nobody without the workspace's secret can tell it.
pub fn code_of(secret: &[u8], prefix: &str, journey: Id, visit: u32) -> String {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret).expect("any length of key will do");
    mac.update(b"coupon");
    mac.update(&journey.0);
    mac.update(&visit.to_be_bytes());
    let bytes: [u8; 32] = mac.finalize().into_bytes().into();
    let mut number = bytes[..16].iter().fold(0u128, |number, byte| number << 8 | u128::from(*byte));
    let mut code = prefix.to_owned();
    for _ in 0..LENGTH {
        code.push(char::from(LETTERS[(number % 31) as usize]));
        number /= 31;
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_always_the_same_and_tells_nothing_without_the_secret() {
        let code = code_of(b"secret", "BACK-", Id([1; 16]), 7);
        assert_eq!(code, code_of(b"secret", "BACK-", Id([1; 16]), 7));
        assert!(code.starts_with("BACK-") && code.len() == 15, "{code}");
        assert_ne!(code, code_of(b"secret", "BACK-", Id([2; 16]), 7));
        assert_ne!(code, code_of(b"secret", "BACK-", Id([1; 16]), 8));
        assert_ne!(code, code_of(b"other", "BACK-", Id([1; 16]), 7));
    }
}
