//! The copy: table after table, in batches, no row twice.

use std::collections::{BTreeSet, HashSet};

use super::{
    AdoptionError, LeftBehind, Outcome, Progress, Report, SourceTable,
    inspection::{may_be_active, read},
    journal::{Copied, Journal},
    lessons::booking_of,
    piece::{Found, Piece},
    reading::Context,
    round::Round,
    source::Source,
};
use crate::repository::{Change, Repository, RowKey, Write};

/// What is told of the progress.
pub(super) type Listener<'a> = &'a mut (dyn FnMut(Progress) + Send);

/// A copy under way.
pub(super) struct Copying<'a> {
    pub(super) target: &'a dyn Repository,
    pub(super) journal: &'a Journal<'a>,
    pub(super) context: &'a Context<'a>,
    /// Whether an earlier run may have written some of it.
    pub(super) is_resumed: bool,
    /// How many rows a commit holds at most.
    pub(super) batch: usize,
    pub(super) report: &'a Report,
    /// The rows that are not to be copied.
    pub(super) to_leave: &'a BTreeSet<(SourceTable, RowKey)>,
    /// The rows that were not copied, for those that depend on them.
    pub(super) left_behind: HashSet<(SourceTable, RowKey)>,
    pub(super) outcome: Outcome,
    pub(super) listener: Listener<'a>,
    /// What was copied of the table at hand.
    pub(super) copied: Copied,
    /// How many commits were tried.
    pub(super) commits: i64,
}

/// Which rows of a table are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    All,
    /// Bookings that are over.
    Ended,
    /// Bookings that are pending or accepted.
    Active,
}

impl Pass {
    fn takes(self, found: &Found) -> bool {
        let is_active =
            || found.piece.as_ref().and_then(booking_of).is_some_and(|row| row.status.is_active());
        match self {
            Self::All => true,
            Self::Ended => !is_active(),
            Self::Active => is_active(),
        }
    }
}

impl Copying<'_> {
    pub(super) async fn all(&mut self, source: &mut Source) -> Result<(), AdoptionError> {
        for &table in SourceTable::ALL {
            self.copied = match self.is_resumed {
                true => self.journal.copied(table).await?,
                false => Copied::default(),
            };
            match table {
                SourceTable::AuditLogs => {
                    let count = source.count(table).await?;
                    let tally = self.outcome.tally(table);
                    tally.read = count;
                    tally.left_behind.insert(LeftBehind::NotKept, count);
                }
                SourceTable::Bookings => {
                    // What is over claims its trainer's time until it is released, and may overlap
                    // what is not.
                    self.table(source, table, table.by_key(), Pass::Ended).await?;
                    let which = format!("{} {}", may_be_active(self.context), table.by_key());
                    self.table(source, table, &which, Pass::Active).await?;
                }
                _ => self.table(source, table, table.by_key(), Pass::All).await?,
            }
            self.tell(table);
        }
        Ok(())
    }

    pub(super) fn tell(&mut self, table: SourceTable) {
        let tally = self.outcome.tally(table);
        let done = tally.copied + tally.already_there + tally.all_left_behind();
        (self.listener)(Progress { table, done, rows: self.report.rows(table) });
    }

    async fn table(
        &mut self,
        source: &mut Source,
        table: SourceTable,
        which: &str,
        pass: Pass,
    ) -> Result<(), AdoptionError> {
        let mut round = Round::new(self.batch);
        let mut rows = source.rows(table, which).await?;
        loop {
            let portion = source.next(&mut rows).await?;
            let is_last = portion.is_empty();
            let found: Result<Vec<_>, _> =
                portion.iter().map(|row| read(table, row, self.context)).collect();
            drop(portion);
            for found in found? {
                if !pass.takes(&found) {
                    continue;
                }
                let Some(piece) = self.admit(table, found) else { continue };
                round.offer(piece);
                while round.is_full() {
                    self.write((table, pass), round.next()).await?;
                }
            }
            if is_last {
                break;
            }
            self.tell(table);
        }
        while !round.is_empty() {
            self.write((table, pass), round.next()).await?;
        }
        self.release(table).await
    }

    /// Counts a row, and returns what it becomes if it is to be copied.
    fn admit(&mut self, table: SourceTable, found: Found) -> Option<Piece> {
        let name = (table, found.key);
        self.outcome.tally(table).read += 1;
        if self.copied.holds(found.key) {
            self.outcome.tally(table).already_there += 1;
            self.outcome.note(found.emptied, found.remarks);
            return None;
        }
        let why = match (found.leave, found.piece) {
            (Some(why), _) => why,
            _ if self.to_leave.contains(&name) => LeftBehind::Listed,
            _ if found.parents.iter().any(|parent| self.left_behind.contains(parent)) => {
                LeftBehind::Dependent
            }
            (None, Some(piece)) => {
                self.outcome.note(found.emptied, found.remarks);
                if piece.changes.is_empty() {
                    self.outcome.tally(table).already_there += 1;
                    return None;
                }
                return Some(self.without_left_place(piece));
            }
            // It was listed, or nothing would have been copied at all.
            (None, None) => LeftBehind::Listed,
        };
        if why != LeftBehind::NotKept {
            self.left_behind.insert(name);
        }
        self.outcome.leave(table, why);
        None
    }

    /// A trainer is found nowhere if the place was left behind.
    fn without_left_place(&self, mut piece: Piece) -> Piece {
        for change in &mut piece.changes {
            if let Change::Trainer(Write::Insert(trainer)) = change {
                let left = &self.left_behind;
                trainer.search_location = trainer
                    .search_location
                    .filter(|place| !left.contains(&(SourceTable::Locations, (*place).into())));
            }
        }
        piece
    }
}
