//! Guessing made slow: after a few wrong passwords each further try on an account, or from an address, waits longer.

use base::{MINUTE, SECOND, Time};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Wrong tries on one account before it waits.
const FREE_ACCOUNT: u32 = 5;
/// The same from one network address, which a whole office may share.
const FREE_ADDRESS: u32 = 30;
/// The longest wait.
const WAIT_MAX: i64 = 15 * MINUTE;
/// How long a wrong try is remembered.
const MEMORY: i64 = 60 * MINUTE;
/// Names remembered; beyond it the oldest half is forgotten.
const NAMES_MAX: usize = 20_000;

#[derive(Debug, Clone, Copy)]
struct Tries {
    wrong: u32,
    /// No try before this.
    until: Time,
    last: Time,
}

/// Wrong tries of this process, by account and by network address.
#[derive(Debug, Default)]
pub struct Backoff {
    tries: Mutex<HashMap<u64, Tries>>,
}

/// What is being tried, and where from.
#[derive(Debug, Clone, Copy)]
pub struct Attempt {
    names: [(u64, u32); 2],
}

impl Attempt {
    /// `kind` keeps sign-in and reset apart; without an address only the account counts.
    pub fn new(kind: &str, account: &str, address: Option<std::net::IpAddr>) -> Attempt {
        let account = base::stable_hash(format!("{kind} account {account}").as_bytes());
        let address = address.map(|address| base::stable_hash(format!("{kind} address {address}").as_bytes()));
        Attempt { names: [(account, FREE_ACCOUNT), (address.unwrap_or(account), FREE_ADDRESS)] }
    }
}

impl Backoff {
    /// Counts a try as wrong until [`Backoff::succeeded`] says otherwise, so that many at once do not slip through; the error
    /// is the number of seconds to wait.
    pub fn begin(&self, attempt: Attempt, now: Time) -> Result<(), u64> {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        forget(&mut tries, now);
        let until = attempt.names.iter().filter_map(|(name, _)| tries.get(name)).map(|tries| tries.until).max();
        if let Some(until) = until.filter(|until| *until > now) {
            return Err(((until - now) as u64).div_ceil(SECOND as u64));
        }
        let names = &attempt.names[..if attempt.names[0].0 == attempt.names[1].0 { 1 } else { 2 }];
        for (name, free) in names {
            let known = tries.entry(*name).or_insert(Tries { wrong: 0, until: now, last: now });
            if now - known.last > MEMORY {
                known.wrong = 0;
            }
            known.wrong += 1;
            known.last = now;
            if known.wrong >= *free {
                let doublings = (known.wrong - free).min(20);
                known.until = now.plus((SECOND << doublings).min(WAIT_MAX));
            }
        }
        Ok(())
    }

    /// The last try was right: the account starts afresh, the address gets this one try back.
    pub fn succeeded(&self, attempt: Attempt) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        tries.remove(&attempt.names[0].0);
        if let Some(known) = tries.get_mut(&attempt.names[1].0) {
            known.wrong = known.wrong.saturating_sub(1);
            known.until = known.last;
        }
    }
}

fn forget(tries: &mut HashMap<u64, Tries>, now: Time) {
    if tries.len() < NAMES_MAX {
        return;
    }
    tries.retain(|_, known| now - known.last <= MEMORY);
    if tries.len() >= NAMES_MAX {
        let mut ages: Vec<Time> = tries.values().map(|known| known.last).collect();
        ages.sort_unstable();
        let middle = ages[ages.len() / 2];
        tries.retain(|_, known| known.last > middle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Time = Time(1_000_000 * SECOND);

    fn attempt(account: &str, address: [u8; 4]) -> Attempt {
        Attempt::new("sign in", account, Some(address.into()))
    }

    #[test]
    fn an_account_waits_longer_after_each_wrong_try() {
        let backoff = Backoff::default();
        let mut now = START;
        for _ in 0..FREE_ACCOUNT {
            assert_eq!(backoff.begin(attempt("ann", [1, 1, 1, 1]), now), Ok(()));
        }
        let mut waits = Vec::new();
        for n in 0..14u8 {
            // Each from another address: the account itself is what waits.
            let wait = backoff.begin(attempt("ann", [2, 2, 2, n]), now).expect_err("it waits");
            waits.push(wait);
            now = now.plus(wait as i64 * SECOND);
            assert_eq!(backoff.begin(attempt("ann", [2, 2, 2, n]), now), Ok(()));
        }
        assert_eq!(waits[..5], [1, 2, 4, 8, 16]);
        assert_eq!(*waits.last().expect("some"), 900);
        assert_eq!(backoff.begin(attempt("bea", [9, 9, 9, 9]), now), Ok(()), "others are not held up");
    }

    #[test]
    fn an_address_that_tries_many_accounts_waits_and_a_right_password_is_forgiven() {
        let backoff = Backoff::default();
        for n in 0..FREE_ADDRESS {
            assert_eq!(backoff.begin(attempt(&format!("person {n}"), [1, 1, 1, 1]), START), Ok(()));
        }
        let next = attempt("someone else", [1, 1, 1, 1]);
        assert_eq!(backoff.begin(next, START), Err(1));
        for _ in 0..100 {
            let right = attempt("cleo", [3, 3, 3, 3]);
            assert_eq!(backoff.begin(right, START), Ok(()));
            backoff.succeeded(right);
        }
    }

    #[test]
    fn memory_is_bounded() {
        let backoff = Backoff::default();
        for n in 0..NAMES_MAX * 2 {
            let _ = backoff.begin(Attempt::new("sign in", &n.to_string(), None), START.plus(n as i64));
        }
        assert!(backoff.tries.lock().expect("not poisoned").len() <= NAMES_MAX);
    }
}
