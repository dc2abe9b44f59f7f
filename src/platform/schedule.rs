//! Turns a stored schedule into the calendar that the rules of availability work on.

use chrono::TimeDelta;

use crate::{
    availability::{Calendar, DatedHours, IntervalSet, OpeningHours, WeeklyHours},
    booking::BookingStatus,
    error::InvalidValue,
    ids::BookingId,
    repository::{Agenda, Occupancy, Schedule},
    time::{Instant, Interval},
    trainer::Trainer,
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
    let calendar = calendar_of(&schedule.trainer, &schedule.agenda, now, without)?;
    let lessons = schedule.dog_bookings.iter().filter(|known| counts(known, now, without));
    Ok(calendar.with_dog_lessons(lessons.map(|known| known.session).collect::<IntervalSet>()))
}

/// Builds the calendar at `now` as it is for any dog.
pub(super) fn calendar_of(
    trainer: &Trainer,
    agenda: &Agenda,
    now: Instant,
    without: Option<BookingId>,
) -> Result<Calendar, InvalidValue> {
    let Agenda { hours, exceptions, blocks, bookings } = agenda;
    let weekly = WeeklyHours::new(hours.iter().map(|hours| (hours.weekday, hours.window)))?;
    let dated = exceptions
        .iter()
        .map(|exception| DatedHours::new(exception.local_date, exception.windows.iter().copied()))
        .collect::<Result<Vec<_>, _>>()?;
    let counting = || bookings.iter().filter(|known| counts(known, now, without));
    let occupied = counting().filter(|known| known.occupies(now));
    let counted = counting().filter(|known| known.status != BookingStatus::Cancelled);
    let hours = OpeningHours::new(trainer.time_zone.zone(), &weekly, &dated);
    Ok(Calendar::new(hours, trainer.policy.scheduling, now)
        .with_blocks(blocks.iter().map(|block| block.during).collect::<IntervalSet>())
        .with_occupied(occupied.map(|known| known.occupied).collect::<IntervalSet>())
        .with_counted_starts(counted.map(|known| known.session.start())))
}

/// Says whether a booking's time counts: it is not the one to be moved, and has not lapsed.
fn counts(known: &Occupancy, now: Instant, without: Option<BookingId>) -> bool {
    Some(known.booking) != without && !known.is_lapsed(now)
}
