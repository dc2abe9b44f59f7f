use super::SchedulingPolicy;

/// The local dates on which a policy allows another lesson.
///
/// Dates are numbers counted from 1970-01-01.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BookableDays {
    last_day: i64,
    daily_limit: Option<u32>,
    weekly_limit: Option<u32>,
    /// The date of each lesson that counts, in order.
    counted: Vec<i64>,
}

impl BookableDays {
    pub(super) fn new(policy: &SchedulingPolicy, today: i64) -> Self {
        Self {
            last_day: today + i64::from(policy.days_ahead()),
            daily_limit: policy.daily_limit(),
            weekly_limit: policy.weekly_limit(),
            counted: Vec::new(),
        }
    }

    pub(super) fn count(&mut self, mut days: Vec<i64>) {
        days.sort_unstable();
        self.counted = days;
    }

    pub(super) fn is_bookable(&self, day: i64) -> bool {
        !(self.is_too_far(day) || self.is_day_full(day) || self.is_week_full(day))
    }

    pub(super) fn is_too_far(&self, day: i64) -> bool {
        day > self.last_day
    }

    /// Says whether this and every later date is too far.
    ///
    /// Clocks that go back at midnight return to the date before, but never further.
    pub(super) fn is_over(&self, day: i64) -> bool {
        day > self.last_day + 1
    }

    /// The last date of which a start may lie on a bookable date.
    pub(super) fn last_day(&self) -> i64 {
        self.last_day
    }

    pub(super) fn is_day_full(&self, day: i64) -> bool {
        self.daily_limit.is_some_and(|limit| self.counted_in(day, day + 1) >= limit as usize)
    }

    pub(super) fn is_week_full(&self, day: i64) -> bool {
        self.weekly_limit.is_some_and(|limit| {
            // ISO weeks begin on Monday, and 1970-01-01 was a Thursday.
            let monday = day - (day + 3).rem_euclid(7);
            self.counted_in(monday, monday + 7) >= limit as usize
        })
    }

    fn counted_in(&self, first: i64, end: i64) -> usize {
        let before = |day: i64| self.counted.partition_point(|&counted| counted < day);
        before(end) - before(first)
    }
}
