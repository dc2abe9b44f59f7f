//! How often somebody may try to sign in.

use std::{fmt, num::NonZeroU32, sync::Arc};

use axum::http::StatusCode;
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use sitstay::contact::EmailKey;

use crate::problem::{Problem, Reply};

/// Tries a minute for one address; as many may come at once.
const TRIES: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);

/// How many addresses are remembered before those are forgotten that tried long ago.
const ADDRESSES: usize = 10_000;

/// Slows down who guesses the password of one account.
///
/// Whoever tries many accounts from one place is for the proxy in front to stop, which knows where
/// requests come from.
#[derive(Clone)]
pub(crate) struct Throttle(Arc<DefaultKeyedRateLimiter<String>>);

impl Throttle {
    pub(crate) fn new() -> Self {
        Self(Arc::new(RateLimiter::keyed(Quota::per_minute(TRIES))))
    }

    /// Counts a try.
    pub(crate) fn check(&self, address: &EmailKey) -> Reply<()> {
        if self.0.len() > ADDRESSES {
            self.0.retain_recent();
        }
        self.0.check_key(&address.to_string()).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            let status = StatusCode::TOO_MANY_REQUESTS;
            Problem::new(status, "session.too_many_tries", "too many tries; wait a moment")
                .retry_after(wait.as_secs() + 1)
        })
    }
}

impl fmt::Debug for Throttle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Throttle").finish_non_exhaustive()
    }
}
