//! The service's clock, which the library itself never asks.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use sitstay::time::{Clock, Instant};

/// Tells the time on this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        // A machine whose clock stands before 1970 or after 2200 is taken to be in 1970.
        DateTime::<Utc>::from(SystemTime::now()).try_into().unwrap_or(Instant::MIN)
    }
}
