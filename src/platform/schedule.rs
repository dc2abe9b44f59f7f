//! Turns a stored schedule into the calendar that the rules of availability work on.

use chrono::TimeDelta;

use crate::{
    availability::{Calendar, DatedHours, IntervalSet, OpeningHours, WeeklyHours},
    booking::BookingStatus,
    error::InvalidValue,
    ids::BookingId,
    repository::{Occupancy, Schedule},
    time::{Instant, Interval},
};

/// How far around a start a schedule is loaded: the longest lesson with both buffers, and the
/// local week that a weekly limit counts.
const AROUND: TimeDelta = TimeDelta::days(9);

/// Returns the range in which a schedule must be loaded to decide on starts within `starts`.
pub(super) fn range_around(first: Instant, last: Instant) -> Interval {
    let range = Interval::new(first.saturating_add(-AROUND), last.saturating_add(AROUND));
    // Only a last start long before the first could make it empty.
    range.unwrap_or(Interval::ALL)
}

/// Builds the calendar at `now`, without the booking that is to be moved.
pub(super) fn calendar(
    schedule: &Schedule,
    now: Instant,
    without: Option<BookingId>,
) -> Result<Calendar, InvalidValue> {
    let weekly =
        WeeklyHours::new(schedule.hours.iter().map(|hours| (hours.weekday, hours.window)))?;
    let dated = schedule
        .exceptions
        .iter()
        .map(|exception| DatedHours::new(exception.local_date, exception.windows.iter().copied()))
        .collect::<Result<Vec<_>, _>>()?;
    let counts = |known: &&Occupancy| Some(known.booking) != without && !known.is_lapsed(now);
    let occupied = schedule.bookings.iter().filter(counts).filter(|known| known.occupies(now));
    let lessons = schedule.dog_bookings.iter().filter(counts);
    let counted = schedule
        .bookings
        .iter()
        .filter(counts)
        .filter(|known| known.status != BookingStatus::Cancelled);
    let hours = OpeningHours::new(schedule.trainer.time_zone.zone(), &weekly, &dated);
    Ok(Calendar::new(hours, schedule.trainer.policy.scheduling, now)
        .with_blocks(schedule.blocks.iter().map(|block| block.during).collect::<IntervalSet>())
        .with_occupied(occupied.map(|known| known.occupied).collect::<IntervalSet>())
        .with_dog_lessons(lessons.map(|known| known.session).collect::<IntervalSet>())
        .with_counted_starts(counted.map(|known| known.session.start())))
}
