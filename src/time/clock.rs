use super::Instant;

/// Tells the time at a service's edge.
///
/// No rule of this library reads a clock: whoever calls it passes `now`. A service asks its
/// clock once per request and hands the answer on; a test uses a clock that stands still.
///
/// # Example: the clock of a service
///
/// ```
/// use std::time::SystemTime;
///
/// use chrono::{DateTime, Utc};
/// use sitstay::time::{Clock, Instant};
///
/// struct SystemClock;
///
/// impl Clock for SystemClock {
///     fn now(&self) -> Instant {
///         // Before 1970 and after 2200 a machine's clock is wrong.
///         DateTime::<Utc>::from(SystemTime::now()).try_into().unwrap_or(Instant::MIN)
///     }
/// }
///
/// assert!(SystemClock.now() > Instant::MIN);
/// ```
pub trait Clock: Send + Sync {
    /// Returns the current instant.
    fn now(&self) -> Instant;
}
