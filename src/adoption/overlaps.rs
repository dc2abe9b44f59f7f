//! Rules between rows: lessons that overlap, windows that do, and roles that mean the same.

use std::collections::HashMap;

use uuid::Uuid;

use super::{Offender, Reason, SourceTable};
use crate::{
    account::UserRole,
    availability::MAX_WINDOWS_PER_DATE,
    booking::{Booking, BookingStatus},
    ids::{RoleId, TrainerId, UserId},
    repository::RowKey,
    time::{Interval, MINUTES_PER_DAY},
    trainer::HoursWindow,
};

/// Whose lessons are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Trainer,
    Dog,
}

impl Side {
    pub(super) const fn reason(self) -> Reason {
        match self {
            Self::Trainer => Reason::TrainerOverlap,
            Self::Dog => Reason::DogOverlap,
        }
    }

    const fn whose(self, booking: &Booking) -> Uuid {
        match self {
            Self::Trainer => booking.trainer.as_uuid(),
            Self::Dog => booking.dog.as_uuid(),
        }
    }
}

/// Finds overlaps in lessons that come in the order of whose they are, start and id.
///
/// One lesson is kept in mind, whatever their number. Of two that overlap the later one is told,
/// unless it is accepted and the other only asked for; without those that are told, none overlap.
#[derive(Debug)]
pub(super) struct Sweep {
    side: Side,
    kept: Option<(Uuid, Interval, BookingStatus, RowKey)>,
}

impl Sweep {
    pub(super) const fn new(side: Side) -> Self {
        Self { side, kept: None }
    }

    /// Takes the next lesson that is active, and returns what it tells.
    pub(super) fn take(&mut self, booking: &Booking) -> Option<Offender> {
        let next = (self.side.whose(booking), booking.session, booking.status, booking.id.into());
        let kept = self.kept.replace(next)?;
        if kept.0 != next.0 || !kept.1.overlaps(next.1) {
            return None;
        }
        let gives_way = (kept.2, next.2) == (BookingStatus::Pending, BookingStatus::Accepted);
        let (loser, winner) = if gives_way { (kept, next) } else { (next, kept) };
        self.kept = Some(winner);
        Some(Offender {
            table: SourceTable::Bookings,
            key: loser.3,
            reason: self.side.reason(),
            column: Some("start_time"),
            other: Some(winner.3),
        })
    }
}

/// The roles of one user, as they come.
#[derive(Debug, Default)]
pub(super) struct Held {
    user: Option<UserId>,
    kept: Vec<(RoleId, RowKey)>,
}

impl Held {
    /// Takes the next row of `user_roles`; all of one user come together.
    pub(super) fn take(&mut self, held: UserRole, key: RowKey) -> Option<Offender> {
        if self.user != Some(held.user) {
            *self = Self { user: Some(held.user), ..Self::default() };
        }
        let rival = self.kept.iter().find(|(role, _)| *role == held.role);
        if let Some(&(_, other)) = rival {
            let (table, column) = (SourceTable::UserRoles, Some("role_id"));
            let (reason, other) = (Reason::DuplicateRole, Some(other));
            return Some(Offender { table, key, reason, column, other });
        }
        self.kept.push((held.role, key));
        None
    }
}

/// The windows of one trainer, as they come.
#[derive(Debug, Default)]
pub(super) struct Week {
    trainer: Option<TrainerId>,
    kept: Vec<(Span, RowKey)>,
    on_weekday: HashMap<u8, usize>,
}

/// Minutes of a week `[start, end)`, from Sunday's midnight; the end may lie in the next week.
type Span = (u32, u32);

const WEEK: u32 = 7 * MINUTES_PER_DAY as u32;

impl Week {
    /// Takes the next window; all of one trainer come together.
    pub(super) fn take(&mut self, row: &HoursWindow) -> Option<Offender> {
        if self.trainer != Some(row.trainer) {
            *self = Self { trainer: Some(row.trainer), ..Self::default() };
        }
        let key = RowKey::from(row.id);
        let fault = |reason, column, other| Offender {
            table: SourceTable::Hours,
            key,
            reason,
            column: Some(column),
            other,
        };
        let count = self.on_weekday.entry(row.weekday.number()).or_default();
        if *count == MAX_WINDOWS_PER_DATE {
            return Some(fault(Reason::TooManyWindows, "day_of_week", None));
        }
        let span = span(row);
        let rival = self.kept.iter().find(|(kept, _)| overlap(*kept, span));
        if let Some(&(_, other)) = rival {
            return Some(fault(Reason::WindowOverlap, "start_time", Some(other)));
        }
        *count += 1;
        self.kept.push((span, key));
        None
    }
}

fn span(row: &HoursWindow) -> Span {
    let day = u32::from(MINUTES_PER_DAY);
    let (start, end) = (row.window.start().as_minutes(), row.window.end().as_minutes());
    let length = if end > start { u32::from(end - start) } else { day - u32::from(start - end) };
    let start = u32::from(row.weekday.number()) * day + u32::from(start);
    (start, start + length)
}

/// Says whether two spans overlap, where Saturday's end meets Sunday too.
fn overlap(a: Span, b: Span) -> bool {
    let meets = |a: Span, b: Span| a.0 < b.1 && b.0 < a.1;
    meets(a, b) || meets((a.0 + WEEK, a.1 + WEEK), b) || meets(a, (b.0 + WEEK, b.1 + WEEK))
}
