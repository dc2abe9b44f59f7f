//! When trainers work, and what takes of that time.
//!
//! All rows of an agenda are looked up before the first of them is copied. Look-ups do not hang on each
//! other, so that the processor waits for several far-away rows at once.

use chrono::{NaiveDate, TimeDelta};

use super::{
    by_id::ById,
    diaries::Diary,
    index::{Edit, Least as _, Under},
    sorted::Sorted,
    stored::{Shared, Stored, copies_of, rows_of},
    tables::{Row, Tables},
};
use crate::{
    booking::Booking,
    ids::{ExceptionId, TimeBlockId, TrainerId, WindowId},
    repository::{Agenda, Versioned},
    time::{Instant, Interval},
    trainer::{HoursException, HoursWindow, TimeBlock},
};

type Hours = Sorted<WindowId, Shared<HoursWindow>>;
/// By date; there is one a date.
type Exceptions = Sorted<(NaiveDate, ExceptionId), Shared<HoursException>>;
/// By their ends, because a block may be of any length.
type Blocks = Sorted<(Instant, TimeBlockId), Shared<TimeBlock>>;

/// How weekly hours are found.
#[derive(Debug, Default)]
pub(super) struct HoursIndexes {
    trainer: Under<TrainerId, Hours>,
}

impl Row for HoursWindow {
    type Rows = ById<Self::Key, Stored<Self>>;
    type Indexes = HoursIndexes;

    fn file(row: &Shared<Self>, by: &mut HoursIndexes, edit: Edit) {
        edit.shelve(&mut by.trainer, row.trainer, row.id, row);
    }
}

/// How exceptions are found.
#[derive(Debug, Default)]
pub(super) struct ExceptionIndexes {
    trainer: Under<TrainerId, Exceptions>,
}

impl Row for HoursException {
    type Rows = ById<Self::Key, Stored<Self>>;
    type Indexes = ExceptionIndexes;

    fn file(row: &Shared<Self>, by: &mut ExceptionIndexes, edit: Edit) {
        edit.shelve(&mut by.trainer, row.trainer, (row.local_date, row.id), row);
    }
}

/// How time blocks are found.
#[derive(Debug, Default)]
pub(super) struct TimeBlockIndexes {
    trainer: Under<TrainerId, Blocks>,
}

impl Row for TimeBlock {
    type Rows = ById<Self::Key, Stored<Self>>;
    type Indexes = TimeBlockIndexes;

    fn file(row: &Shared<Self>, by: &mut TimeBlockIndexes, edit: Edit) {
        edit.shelve(&mut by.trainer, row.trainer, (row.during.end(), row.id), row);
    }
}

/// The rows of an agenda, and more blocks and bookings than meet its range.
#[derive(Debug)]
pub(super) struct AgendaRows<'t> {
    range: Interval,
    hours: Vec<&'t Versioned<HoursWindow>>,
    exceptions: Vec<&'t Versioned<HoursException>>,
    blocks: Vec<&'t Versioned<TimeBlock>>,
    bookings: Vec<&'t Versioned<Booking>>,
    diary: &'t Diary,
}

impl Tables {
    /// Returns when a trainer works in a range, and the time that bookings take of it.
    pub(super) fn agenda(&self, trainer: TrainerId, range: Interval) -> Agenda {
        self.agenda_rows(trainer, range).agenda()
    }

    /// Returns the weekly hours, by weekday, start and id.
    pub(super) fn hours_of(&self, trainer: TrainerId) -> Vec<Versioned<HoursWindow>> {
        in_week_order(rows_of(self.hours.by.trainer.of(trainer).values()))
    }

    /// Returns the exceptions for dates from `first` to `last`, both included, by date.
    pub(super) fn exceptions_of(
        &self,
        trainer: TrainerId,
        first: NaiveDate,
        last: NaiveDate,
    ) -> Vec<Versioned<HoursException>> {
        copies_of(on_dates(self.exceptions.by.trainer.of(trainer), first, last))
    }

    /// Returns the blocks that end after an instant, by start and id.
    pub(super) fn blocks_of(&self, trainer: TrainerId, from: Instant) -> Vec<Versioned<TimeBlock>> {
        by_start(rows_of(ending_after(self.time_blocks.by.trainer.of(trainer), from)))
    }

    /// Looks up the rows of an agenda.
    pub(super) fn agenda_rows(&self, trainer: TrainerId, range: Interval) -> AgendaRows<'_> {
        let hours = self.hours.by.trainer.of(trainer);
        let exceptions = self.exceptions.by.trainer.of(trainer);
        let blocks = self.time_blocks.by.trainer.of(trainer);
        let diary = self.bookings.by.diaries.of_trainer(trainer);
        let dates = (utc_date(range.start(), -2), utc_date(range.end(), 2));
        AgendaRows {
            range,
            hours: rows_of(hours.values()),
            exceptions: rows_of(on_dates(exceptions, dates.0, dates.1)),
            blocks: rows_of(ending_after(blocks, range.start())),
            bookings: rows_of(diary.around(range)),
            diary,
        }
    }
}

impl AgendaRows<'_> {
    /// Copies what meets the range.
    pub(super) fn agenda(self) -> Agenda {
        let mut blocks = self.blocks;
        blocks.retain(|block| block.during.overlaps(self.range));
        Agenda {
            hours: in_week_order(self.hours),
            exceptions: self.exceptions.into_iter().cloned().collect(),
            blocks: by_start(blocks),
            bookings: self.diary.time_taken(self.bookings, self.range),
        }
    }
}

fn in_week_order(mut hours: Vec<&Versioned<HoursWindow>>) -> Vec<Versioned<HoursWindow>> {
    hours.sort_by_key(|hours| (hours.weekday, hours.window.start(), hours.id));
    hours.into_iter().cloned().collect()
}

fn by_start(mut blocks: Vec<&Versioned<TimeBlock>>) -> Vec<Versioned<TimeBlock>> {
    blocks.sort_by_key(|block| (block.during.start(), block.id));
    blocks.into_iter().cloned().collect()
}

/// Returns the exceptions for dates from `first` to `last`, both included, by date.
fn on_dates(
    exceptions: &Exceptions,
    first: NaiveDate,
    last: NaiveDate,
) -> impl Iterator<Item = &Shared<HoursException>> {
    let exceptions = exceptions.from((first, ExceptionId::least()));
    exceptions.take_while(move |((date, _), _)| *date <= last).map(|(_, row)| row)
}

/// Returns the blocks that end after an instant.
fn ending_after(blocks: &Blocks, from: Instant) -> impl Iterator<Item = &Shared<TimeBlock>> {
    let blocks = blocks.from((from, TimeBlockId::least()));
    blocks.filter(move |((end, _), _)| *end > from).map(|(_, row)| row)
}

/// Returns the date in UTC some days before or after that of an instant.
pub(super) fn utc_date(at: Instant, days: i64) -> NaiveDate {
    at.to_utc().date_naive() + TimeDelta::days(days)
}
