//! What a copy has done, while it runs and at its end.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Remark, SourceTable};
use crate::{code::codes, time::Instant};

codes! {
    /// Why a row of the source is not in the target.
    pub enum LeftBehind as "left_behind" {
        /// It breaks a rule, and was [left behind](super::Adoption::leaving_behind) by name.
        Listed = "listed",
        /// It depends on a row that was left behind.
        Dependent = "dependent",
        /// It is personal, and its user is deleted.
        Erased = "erased",
        /// The library keeps no such row: see the [module](super).
        NotKept = "not_kept",
    }
}

codes! {
    /// A column that a row can do without.
    pub enum Spare as "spare_column" {
        /// A user's password: somebody else signs the user in, or it is set anew.
        Password = "password",
        /// A user's phone.
        Phone = "phone",
        /// A location's state.
        State = "state",
        /// A location's postal code.
        ZipCode = "zip_code",
        /// A dog's breed.
        Breed = "breed",
        /// A dog's age.
        Age = "age",
        /// The reason of a cancellation.
        CancellationReason = "cancellation_reason",
    }
}

codes! {
    /// A flag of a row.
    pub enum Flag as "flag" {
        /// Whether a trainer is verified.
        Verified = "is_verified",
        /// Whether a service can be booked.
        Active = "is_active",
        /// Whether a notification was read.
        Read = "is_read",
    }
}

/// What became of the rows of one table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// How many rows were read.
    pub read: u64,
    /// How many of them this run has written.
    pub copied: u64,
    /// How many an earlier run has written, or the target has from the start; also where the
    /// target removed or changed them since.
    pub already_there: u64,
    /// How many are not in the target, by the reason why not.
    pub left_behind: BTreeMap<LeftBehind, u64>,
}

impl Tally {
    /// Returns how many rows are not in the target.
    #[must_use]
    pub fn all_left_behind(&self) -> u64 {
        self.left_behind.values().sum()
    }

    /// Says whether every row that was read is accounted for.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        self.read == self.copied + self.already_there + self.all_left_behind()
    }
}

/// How far a copy is; told after every batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// Which table is being copied.
    pub table: SourceTable,
    /// How many of its rows are done: copied, already there, or left behind.
    pub done: u64,
    /// How many rows it has.
    pub rows: u64,
}

/// What a copy has done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The instant that the copy was made for: that of the first run, also where a later one
    /// finished it.
    pub now: Instant,
    /// What became of the rows, by table.
    pub tables: BTreeMap<SourceTable, Tally>,
    /// How many values were [emptied](super::Terms::emptying) of the rows that were not left
    /// behind, by column.
    pub emptied: BTreeMap<Spare, u64>,
    /// How often something is to be said of the rows that were not left behind.
    pub remarks: BTreeMap<Remark, u64>,
}

impl Outcome {
    pub(super) fn new(now: Instant) -> Self {
        let tables = SourceTable::ALL.iter().map(|table| (*table, Tally::default()));
        let tables = tables.collect();
        Self { now, tables, emptied: BTreeMap::new(), remarks: BTreeMap::new() }
    }

    /// Says whether every row that was read is accounted for, in every table.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        self.tables.values().all(Tally::adds_up)
    }

    pub(super) fn tally(&mut self, table: SourceTable) -> &mut Tally {
        self.tables.entry(table).or_default()
    }

    /// Counts what was done to a row that is in the target.
    pub(super) fn note(&mut self, emptied: Vec<Spare>, remarks: Vec<Remark>) {
        for column in emptied {
            *self.emptied.entry(column).or_default() += 1;
        }
        for remark in remarks {
            *self.remarks.entry(remark).or_default() += 1;
        }
    }

    pub(super) fn leave(&mut self, table: SourceTable, why: LeftBehind) {
        *self.tally(table).left_behind.entry(why).or_default() += 1;
    }
}
