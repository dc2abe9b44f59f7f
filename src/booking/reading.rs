//! What a booking reads as at a moment, and under another version of the time-zone database.

use chrono::{TimeDelta, Timelike};

use super::{Booking, BookingStatus, CancelKind, WallStart};
use crate::{
    error::InvalidValue,
    time::{Instant, LocalTime, WallTime},
};

impl Booking {
    /// Returns where the booking stands at `now` for whoever reads it, and how it was cancelled: a
    /// lapsed one has expired, whether or not the row says so yet.
    #[must_use]
    pub fn reads_as(&self, now: Instant) -> (BookingStatus, Option<CancelKind>) {
        if self.is_lapsed(now) {
            return (BookingStatus::Cancelled, Some(CancelKind::Expired));
        }
        (self.status, self.cancellation.as_ref().map(|cancellation| cancellation.kind))
    }

    /// Says whether the parties see at `now` how to reach each other: from acceptance until
    /// `window` after the lesson's end.
    #[must_use]
    pub fn reveals_contacts(&self, window: TimeDelta, now: Instant) -> bool {
        let is_agreed = matches!(self.status, BookingStatus::Accepted | BookingStatus::Completed);
        is_agreed && now < self.session.end().saturating_add(window)
    }

    /// Returns the instant that the lesson's wall clock names by the built-in time-zone database,
    /// where that is not the instant that was booked.
    ///
    /// It is `None` unless the zone's rules changed after the booking was made. Where the clocks
    /// now skip the wall-clock time, the first instant after the gap is returned; where they show
    /// it twice, the earlier one.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] if that instant lies outside 1970 to 2200.
    pub fn moved_by_zone_database(&self) -> Result<Option<Instant>, InvalidValue> {
        let named = self.wall_start.resolve()?;
        let start = self.session.start();
        let is_kept = match named {
            LocalTime::One(at) => at == start,
            LocalTime::Twice(earlier, later) => earlier == start || later == start,
            LocalTime::Skipped { .. } => false,
        };
        Ok((!is_kept).then(|| named.earliest()))
    }
}

impl WallStart {
    /// Finds the instants that the wall clock names by the built-in time-zone database.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] if they lie outside 1970 to 2200.
    pub fn resolve(&self) -> Result<LocalTime, InvalidValue> {
        let minutes = self.local.num_seconds_from_midnight() / 60;
        let time = WallTime::from_minutes(u16::try_from(minutes).unwrap_or(u16::MAX))?;
        self.zone.zone().resolve(self.local.date(), time)
    }
}
