//! Passwords, hashed and checked by argon2id.

use std::{fmt, sync::Arc};

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version,
    password_hash::{self, SaltString, rand_core::OsRng},
};
use axum::http::StatusCode;
use sitstay::contact::PasswordHash;
use tokio::sync::Semaphore;

use crate::problem::{Problem, Reply};

/// What one hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordCost {
    /// What the crate `argon2` recommends: 19 MiB and two passes.
    Recommended,
    /// Next to nothing, for tests.
    Least,
}

/// Hashes and checks passwords, beside the threads that serve requests, a few at a time.
#[derive(Clone)]
pub(crate) struct Passwords {
    argon: Argon2<'static>,
    /// Each hash takes memory, so that a crowd of them must wait.
    places: Arc<Semaphore>,
    /// Of no password. Checked where there is no user, so that the time taken tells nobody whether
    /// there is one.
    nobodys: Arc<str>,
}

const SHORTEST: usize = 8;
/// In bytes; more would only make hashing slow.
const LONGEST: usize = 1_000;

impl Passwords {
    pub(crate) fn new(cost: PasswordCost) -> Result<Self, password_hash::Error> {
        let params = match cost {
            PasswordCost::Recommended => Params::DEFAULT,
            PasswordCost::Least => Params::new(Params::MIN_M_COST, 1, 1, None)?,
        };
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobodys = hash(&argon, "nobody has this password")?.into();
        let places = std::thread::available_parallelism().map_or(2, Into::into);
        Ok(Self { argon, places: Arc::new(Semaphore::new(places)), nobodys })
    }

    pub(crate) async fn hash(&self, password: String) -> Reply<PasswordHash> {
        if password.chars().count() < SHORTEST || password.len() > LONGEST {
            let detail = format!("a password has {SHORTEST} characters or more, up to 1,000 bytes");
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Err(Problem::new(status, "password.length", detail));
        }
        let text = self.aside(move |argon| hash(&argon, &password)).await?;
        let text = text.map_err(|error| Problem::internal(&error))?;
        Ok(PasswordHash::parse(&text)?)
    }

    /// Says whether a password is the one that was hashed; never, where nothing was.
    pub(crate) async fn matches(
        &self,
        password: String,
        known: Option<&PasswordHash>,
    ) -> Reply<bool> {
        let is_known = known.is_some();
        let text =
            known.map_or_else(|| self.nobodys.to_string(), |known| known.expose().to_owned());
        let matches = self
            .aside(move |argon| {
                let hash = argon2::PasswordHash::new(&text)?;
                match argon.verify_password(password.as_bytes(), &hash) {
                    Ok(()) => Ok(true),
                    Err(password_hash::Error::Password) => Ok(false),
                    Err(error) => Err(error),
                }
            })
            .await?;
        Ok(matches.map_err(|error: password_hash::Error| Problem::internal(&error))? && is_known)
    }

    /// Works where nobody waits for the thread.
    async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce(Argon2<'static>) -> T + Send + 'static,
    ) -> Reply<T> {
        let place = self.places.clone().acquire_owned().await;
        let place = place.map_err(|error| Problem::internal(&error))?;
        let argon = self.argon.clone();
        let done = tokio::task::spawn_blocking(move || {
            let _place = place;
            work(argon)
        });
        done.await.map_err(|error| Problem::internal(&error))
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passwords").finish_non_exhaustive()
    }
}

fn hash(argon: &Argon2<'_>, password: &str) -> Result<String, password_hash::Error> {
    let salt = SaltString::generate(&mut OsRng);
    Ok(argon.hash_password(password.as_bytes(), &salt)?.to_string())
}
