//! The time of the platform under load, which passes as fast as lessons are booked.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::SystemTime,
};

use chrono::{DateTime, TimeDelta, Utc};
use sitstay::{
    error::InvalidValue,
    time::{Clock, Instant},
};

const DAY: TimeDelta = TimeDelta::days(1);

/// Tells a simulated time.
///
/// It starts at this machine's time, and every lesson that is booked moves it on by the same span.
/// Free times therefore never run out, however fast the store is, and what is booked in a run is
/// also held, completed and reviewed in it.
#[derive(Debug)]
pub(crate) struct BookingClock {
    start: Instant,
    /// Microseconds since the start.
    passed: AtomicI64,
    micros_per_booking: i64,
}

impl BookingClock {
    /// Makes a clock on which a day passes with every so many bookings.
    pub(crate) fn new(start: Instant, bookings_per_day: u64) -> Self {
        let day = DAY.num_microseconds().unwrap_or_default();
        let per_booking = day / i64::try_from(bookings_per_day).unwrap_or(i64::MAX).max(1);
        Self { start, passed: AtomicI64::new(0), micros_per_booking: per_booking }
    }

    /// Lets time pass for one more booking.
    pub(crate) fn booked(&self) {
        self.passed.fetch_add(self.micros_per_booking, Ordering::Relaxed);
    }

    /// Returns how much time has passed.
    pub(crate) fn passed(&self) -> TimeDelta {
        TimeDelta::microseconds(self.passed.load(Ordering::Relaxed))
    }
}

impl Clock for BookingClock {
    fn now(&self) -> Instant {
        self.start.saturating_add(self.passed())
    }
}

/// The time on this machine, which the library itself never asks for.
pub(crate) fn system_now() -> Result<Instant, InvalidValue> {
    DateTime::<Utc>::from(SystemTime::now()).try_into()
}
