use serde::Serialize;

use super::{
    AvailabilityError, IntervalSet, OpeningHours, Reason, Reasons, SchedulingPolicy, Session,
    Starts, limits::BookableDays, opening_hours::check_listing, session::micros,
};
use crate::time::{Instant, Interval, MICROS_PER_DAY};

/// Everything that decides when a trainer can be booked, at one moment.
///
/// It answers in two ways that always agree: [`slots`](Self::slots) lists exactly the starts for
/// which [`reasons`](Self::reasons) finds none.
///
/// # Example: a listing, and why another start is refused
///
/// ```
/// use sitstay::{
///     availability::{
///         Calendar, Grid, OpeningHours, Reason, SchedulingPolicy, Session, WeeklyHours, Window,
///     },
///     time::{Interval, Weekday, ZoneId},
/// };
///
/// let weekly = WeeklyHours::new([(Weekday::Monday, Window::parse("09:00", "12:00")?)])?;
/// let hours = OpeningHours::new("Europe/Paris".parse::<ZoneId>()?.zone(), &weekly, &[]);
/// let policy = SchedulingPolicy::default().with_slot_step_minutes(30)?;
/// let calendar = Calendar::new(hours, policy, "2027-02-26T12:00:00Z".parse()?)
///     .with_occupied(Interval::parse("2027-03-01T08:00:00Z", "2027-03-01T10:00:00Z")?.into());
///
/// let session = Session::of_minutes(60)?;
/// let monday = Interval::parse("2027-03-01T00:00:00Z", "2027-03-02T00:00:00Z")?;
/// let slots: Vec<_> = calendar.slots(session, monday)?.collect();
/// assert_eq!(slots, ["2027-03-01T10:00:00Z".parse()?]);
///
/// let refused = calendar.reasons(session, "2027-03-01T09:10:00Z".parse()?, Grid::Kept);
/// assert_eq!(refused, [Reason::OffGrid, Reason::TrainerConflict].into_iter().collect());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    hours: OpeningHours,
    policy: SchedulingPolicy,
    now: Instant,
    blocks: IntervalSet,
    occupied: IntervalSet,
    dog_lessons: IntervalSet,
    days: BookableDays,
}

/// Whether a start must lie on the trainer's grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Grid {
    /// It must, as for a request of a service.
    Kept,
    /// It need not, as for a trainer's proposal or a custom request.
    Waived,
}

/// The bookable starts on the grid around a start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Nearest {
    /// The last one before.
    pub before: Option<Instant>,
    /// The first one after.
    pub after: Option<Instant>,
}

impl Calendar {
    /// Takes a trainer's opening hours and policy; nothing is blocked or occupied yet.
    #[must_use]
    pub fn new(hours: OpeningHours, policy: SchedulingPolicy, now: Instant) -> Self {
        let days = BookableDays::new(&policy, hours.zone().day(now));
        Self {
            hours,
            policy,
            now,
            blocks: IntervalSet::EMPTY,
            occupied: IntervalSet::EMPTY,
            dog_lessons: IntervalSet::EMPTY,
            days,
        }
    }

    /// Sets the time that the trainer blocked.
    #[must_use]
    pub fn with_blocks(mut self, blocks: IntervalSet) -> Self {
        self.blocks = blocks;
        self
    }

    /// Sets the time that bookings occupy, with their buffers.
    ///
    /// The caller leaves out what does not count: lapsed holds, and a booking that is to be moved.
    #[must_use]
    pub fn with_occupied(mut self, occupied: IntervalSet) -> Self {
        self.occupied = occupied;
        self
    }

    /// Sets the lessons of the dog, with any trainer and without buffers.
    ///
    /// The caller leaves out what does not count, as for
    /// [`with_occupied`](Self::with_occupied).
    #[must_use]
    pub fn with_dog_lessons(mut self, lessons: IntervalSet) -> Self {
        self.dog_lessons = lessons;
        self
    }

    /// Sets the starts of the lessons that count towards the daily and the weekly limit.
    ///
    /// The caller leaves out lapsed holds, and a booking that is to be moved. A policy without
    /// limits does not look at them.
    #[must_use]
    pub fn with_counted_starts(mut self, starts: impl IntoIterator<Item = Instant>) -> Self {
        if self.policy.has_limits() {
            self.days.count(self.hours.zone().days(starts).collect());
        }
        self
    }

    /// Returns the opening hours.
    #[must_use]
    pub const fn hours(&self) -> &OpeningHours {
        &self.hours
    }

    /// Returns the policy.
    #[must_use]
    pub const fn policy(&self) -> &SchedulingPolicy {
        &self.policy
    }

    /// Returns the moment for which the calendar answers.
    #[must_use]
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// Finds every reason of time for which a session cannot start at `start`.
    ///
    /// [`Reason::InvalidInterval`] stands alone.
    #[must_use]
    pub fn reasons(&self, session: Session, start: Instant, grid: Grid) -> Reasons {
        let (Ok(lesson), Ok(occupied)) = (session.lesson(start), session.occupied(start)) else {
            return Reason::InvalidInterval.into();
        };
        let place = self.hours.place(lesson);
        let day = place.day;
        let step = micros(self.policy.slot_step_minutes());
        let is_off_grid =
            place.anchor.is_some_and(|anchor| (start.as_micros() - anchor) % step != 0);

        let mut reasons = Reasons::NONE;
        reasons.insert_if(self.is_past(start), Reason::InPast);
        reasons.insert_if(self.lacks_notice(start), Reason::Notice);
        reasons.insert_if(self.days.is_too_far(day), Reason::TooFarAhead);
        reasons.insert_if(
            !place.is_open || !self.blocks.is_free(occupied),
            Reason::OutsideAvailability,
        );
        reasons.insert_if(grid == Grid::Kept && is_off_grid, Reason::OffGrid);
        reasons.insert_if(!self.occupied.is_free(occupied), Reason::TrainerConflict);
        reasons.insert_if(!self.dog_lessons.is_free(lesson), Reason::DogConflict);
        reasons.insert_if(self.days.is_day_full(day), Reason::DailyLimit);
        reasons.insert_if(self.days.is_week_full(day), Reason::WeeklyLimit);
        reasons
    }

    /// Lists the starts on the grid that can be booked and whose session lies in `range`.
    ///
    /// Buffers may lie outside `range`.
    ///
    /// # Errors
    ///
    /// [`AvailabilityError::RangeTooLong`] over [`MAX_LISTING_DAYS`](super::MAX_LISTING_DAYS).
    pub fn slots(
        &self,
        session: Session,
        range: Interval,
    ) -> Result<Starts<'_>, AvailabilityError> {
        check_listing(range)?;
        Ok(self.bookable(session, range))
    }

    /// Finds the nearest starts on the grid that can be booked, before and after `start`.
    #[must_use]
    pub fn nearest(&self, session: Session, start: Instant) -> Nearest {
        Nearest {
            before: self.last_before(session, start),
            after: self.first_after(session, start),
        }
    }

    fn first_after(&self, session: Session, start: Instant) -> Option<Instant> {
        let first = (start.as_micros() + 1).max(self.earliest().as_micros());
        let range = Interval::clamped(first, self.horizon() + session.duration_micros())?;
        self.bookable(session, range).next()
    }

    fn last_before(&self, session: Session, start: Instant) -> Option<Instant> {
        let earliest = self.earliest().as_micros();
        let mut until = start.as_micros().min(self.horizon());
        let mut length = MICROS_PER_DAY;
        // Slots come in forward order, so the past is searched in growing steps.
        while until > earliest {
            let from = (until - length).max(earliest);
            let range = Interval::clamped(from, until - 1 + session.duration_micros());
            let last = range.and_then(|range| self.bookable(session, range).last());
            if last.is_some() {
                return last;
            }
            until = from;
            length *= 2;
        }
        None
    }

    fn bookable(&self, session: Session, range: Interval) -> Starts<'_> {
        Starts::new(&self.hours, session, self.policy.slot_step_minutes(), range)
            .not_before(self.earliest())
            .on_days(&self.days)
            .avoiding(&self.occupied)
            .avoiding_blocks(&self.blocks)
            .avoiding_lessons(&self.dog_lessons)
    }

    fn is_past(&self, start: Instant) -> bool {
        start <= self.now
    }

    fn lacks_notice(&self, start: Instant) -> bool {
        start.as_micros() < self.now.as_micros() + micros(self.policy.notice_minutes())
    }

    /// The first start that is neither past nor lacks notice.
    fn earliest(&self) -> Instant {
        Instant::clamped(self.now.as_micros() + micros(self.policy.notice_minutes()).max(1))
    }

    /// An instant at which it is later than the last bookable date, in whatever zone.
    fn horizon(&self) -> i64 {
        // Offsets are smaller than two days.
        (self.days.last_day() + 3) * MICROS_PER_DAY
    }
}
