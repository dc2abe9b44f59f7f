//! A clock that is moved by hand, so that a lesson need not be waited for.

use std::{
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use chrono::{DateTime, TimeDelta, Utc};
use sitstay::{
    audit::FeedPosition,
    command::{Actor, SystemReason},
    error::InvalidValue,
    platform::{Error, Platform},
    time::{Clock, Instant},
};

/// Tells a simulated time, which only goes forward.
#[derive(Debug)]
pub(crate) struct SimulatedClock(Mutex<Instant>);

impl SimulatedClock {
    /// Starts now, or after the last thing that happened if that was later.
    pub(crate) fn starting_after(now: Instant, last_event: Option<Instant>) -> Self {
        let after = last_event.map(|last| last.saturating_add(TimeDelta::minutes(1)));
        Self(Mutex::new(after.map_or(now, |after| after.max(now))))
    }

    pub(crate) fn advance(&self, span: TimeDelta) {
        self.advance_to(self.now().saturating_add(span));
    }

    pub(crate) fn advance_to(&self, at: Instant) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = at.max(*now);
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The time on this machine, which the library itself never asks for.
pub(crate) fn system_now() -> Result<Instant, InvalidValue> {
    DateTime::<Utc>::from(SystemTime::now()).try_into()
}

/// When the last thing happened on a platform; `None` where nothing has.
pub(crate) async fn last_event(platform: &Platform) -> Result<Option<Instant>, Error> {
    const PAGE: u16 = 1_000;
    let reader = Actor::System(SystemReason::Maintenance);
    let (mut position, mut last) = (FeedPosition::START, None);
    loop {
        let entries = platform.feed(reader, position, PAGE).await?;
        last = last.max(entries.iter().map(|known| known.entry.created_at).max());
        match entries.last() {
            Some(entry) => position = entry.position,
            None => return Ok(last),
        }
    }
}
