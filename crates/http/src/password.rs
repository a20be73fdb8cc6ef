//! Passwords: argon2id behind a semaphore of cores, so that guessing cannot use up memory or processors.

use argon2::{Algorithm, Argon2, Params, Version};
use argon2::{PasswordHasher, PasswordVerifier};
use base::Rng;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Hashes that may wait for a core; beyond this the caller says 503.
const WAITING_MAX: usize = 64;

/// Nothing was hashed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    #[error("too many passwords are being checked, try again in a moment")]
    Busy,
    #[error("the password could not be hashed: {0}")]
    Failed(String),
}

/// Hashes and checks passwords: 19 MiB, two passes, one lane (the OWASP setting), some 30 ms each.
#[derive(Clone)]
pub struct Hasher {
    cores: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    params: Params,
    /// Checked where there is no account, so that its absence takes as long.
    decoy: Arc<str>,
}

impl Default for Hasher {
    fn default() -> Hasher {
        Hasher::new(Params::DEFAULT)
    }
}

impl Hasher {
    fn new(params: Params) -> Hasher {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let decoy = hash_now(&params, b"nobody has this password", &[7; 16]).expect("the parameters are valid");
        Hasher {
            cores: Arc::new(Semaphore::new(cores)),
            waiting: Arc::new(Semaphore::new(cores + WAITING_MAX)),
            params,
            decoy: decoy.into(),
        }
    }

    /// The cheapest setting there is, for tests alone.
    pub fn weak() -> Hasher {
        Hasher::new(Params::new(Params::MIN_M_COST, 1, 1, None).expect("the smallest parameters are valid"))
    }

    /// The hash as a PHC text, with its salt and parameters.
    pub async fn hash(&self, rng: &dyn Rng, password: &str) -> Result<String, PasswordError> {
        let mut salt = [0u8; 16];
        rng.fill(&mut salt);
        let (params, password) = (self.params.clone(), password.to_owned());
        self.run(move || hash_now(&params, password.as_bytes(), &salt)).await?.map_err(PasswordError::Failed)
    }

    /// Whether the password is the one hashed; without a hash the answer is no, after the same work.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, PasswordError> {
        let known = hash.is_some();
        let (params, password) = (self.params.clone(), password.to_owned());
        let hash: Arc<str> = hash.map_or_else(|| self.decoy.clone(), Arc::from);
        let matches = self.run(move || hasher(&params).verify_password(password.as_bytes(), &*hash).is_ok()).await?;
        Ok(matches && known)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, PasswordError> {
        let _place = self.waiting.try_acquire().map_err(|_| PasswordError::Busy)?;
        let core = self.cores.clone().acquire_owned().await.map_err(|_| PasswordError::Busy)?;
        // The core is held until the work is done, also where the caller has gone away meanwhile.
        let work = move |_core: OwnedSemaphorePermit| work();
        tokio::task::spawn_blocking(move || work(core)).await.map_err(|error| PasswordError::Failed(error.to_string()))
    }
}

fn hasher(params: &Params) -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
}

fn hash_now(params: &Params, password: &[u8], salt: &[u8]) -> Result<String, String> {
    hasher(params)
        .hash_password_with_salt(password, salt)
        .map(|hash| hash.to_string())
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_matches() {
        let (hasher, rng) = (Hasher::weak(), base::SeededRng::new(1));
        let hash = hasher.hash(&rng, "correct horse").await.expect("hashed");
        assert!(hash.starts_with("$argon2id$v=19$"), "{hash}");
        assert!(hasher.verify("correct horse", Some(&hash)).await.expect("checked"));
        assert!(!hasher.verify("correct hors", Some(&hash)).await.expect("checked"));
        assert!(!hasher.verify("nobody has this password", None).await.expect("checked"));
        assert!(!hasher.verify("x", Some("not a hash")).await.expect("checked"));
        assert_ne!(hash, hasher.hash(&rng, "correct horse").await.expect("hashed"), "each has its own salt");
    }

    #[test]
    fn the_real_setting_is_the_recommended_one() {
        let params = Hasher::default().params;
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (19 * 1024, 2, 1));
    }
}
