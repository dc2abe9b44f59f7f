use chrono::NaiveDate;
use serde::Serialize;

use crate::{
    availability::Window,
    code::codes,
    ids::{ExceptionId, TimeBlockId, TrainerId, WindowId},
    time::{Instant, Interval, Weekday},
};

/// The guard row of a trainer's calendar (table `trainer_calendars`).
///
/// Every write of hours, zone, exceptions, blocks, policy or a service's booking fields bumps its
/// version, and every request expects the version that it was decided on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CalendarGuard {
    /// Whose calendar it is.
    pub trainer: TrainerId,
    /// When something that bookings are decided on last changed.
    pub updated_at: Instant,
}

/// One window of a trainer's weekly hours (table `trainer_availability`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HoursWindow {
    /// The key.
    pub id: WindowId,
    /// Whose hours they are.
    pub trainer: TrainerId,
    /// The local weekday on which the window starts.
    pub weekday: Weekday,
    /// From when to when, wall clock.
    pub window: Window,
    /// When the row was made.
    pub created_at: Instant,
    /// When the row last changed.
    pub updated_at: Instant,
}

/// What replaces a trainer's weekly hours on one local date (table
/// `trainer_availability_exceptions`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HoursException {
    /// The key.
    pub id: ExceptionId,
    /// Whose hours they are.
    pub trainer: TrainerId,
    /// The local date; one exception per trainer and date.
    pub local_date: NaiveDate,
    /// The windows that start on that date instead, at most 24; empty: closed.
    pub windows: Vec<Window>,
    /// When the row was made.
    pub created_at: Instant,
    /// When the row last changed.
    pub updated_at: Instant,
}

codes! {
    /// Where a time block comes from.
    pub enum BlockSource as "block_source" {
        /// The trainer wrote it.
        Manual = "manual",
        /// It is busy time of another calendar.
        Imported = "imported",
    }
}

/// A stretch of time that a trainer took out (table `trainer_time_blocks`).
///
/// It may overlap bookings and other blocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TimeBlock {
    /// The key.
    pub id: TimeBlockId,
    /// Whose time it is.
    pub trainer: TrainerId,
    /// The time taken out.
    pub during: Interval,
    /// Where it comes from.
    pub source: BlockSource,
    /// When the row was made.
    pub created_at: Instant,
    /// When the row last changed.
    pub updated_at: Instant,
}
