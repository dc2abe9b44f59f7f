//! The copy: batch after batch, each in one commit, none of them twice.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{
    AdoptionError, LeftBehind, Outcome, Progress, Report, SourceTable,
    batch::Run,
    inspection::{may_be_active, read},
    lessons::booking_of,
    reading::{Context, Found, Piece},
    source::Source,
};
use crate::{
    booking::BookingStatus,
    ids::{BookingId, CommandId, TrainerId},
    repository::{CallerQuery, Change, ChangeSet, Repository, RepositoryError, RowKey, Write},
    time::Interval,
};

/// How often a batch is tried that storage gives up in favour of others, or loses sight of.
const ATTEMPTS: usize = 16;

/// What is told of the progress.
pub(super) type Listener<'a> = &'a mut (dyn FnMut(Progress) + Send);

pub(super) struct Copy<'a> {
    pub(super) repository: &'a dyn Repository,
    pub(super) context: &'a Context<'a>,
    pub(super) run: Run,
    /// Whether an earlier run may have written some of it.
    pub(super) is_resumed: bool,
    pub(super) batch: usize,
    pub(super) report: &'a Report,
    pub(super) listed: BTreeSet<(SourceTable, RowKey)>,
    pub(super) left: HashSet<(SourceTable, RowKey)>,
    pub(super) outcome: Outcome,
    pub(super) listener: Listener<'a>,
    pub(super) batches: i64,
}

/// What became of a batch.
enum Attempt {
    Copied,
    /// It was written before, as it is.
    Known,
    /// Some of its rows were written before, or something else stands in its way.
    Blocked(RepositoryError),
}

/// Which rows of a table are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pass {
    All,
    /// Bookings that are over.
    Ended,
    /// Bookings that are pending or accepted.
    Active,
}

impl Copy<'_> {
    pub(super) async fn all(&mut self, source: &mut Source) -> Result<(), AdoptionError> {
        for &table in SourceTable::ALL {
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

    fn tell(&mut self, table: SourceTable) {
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
        let mut round = Round::default();
        let mut releases = Vec::new();
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
                if round.pieces.len() == self.batch {
                    let pieces = round.next();
                    self.write(table, pieces, &mut releases).await?;
                }
            }
            if is_last {
                break;
            }
        }
        while !round.pieces.is_empty() {
            let pieces = round.next();
            self.write(table, pieces, &mut releases).await?;
        }
        self.release(table, releases).await
    }

    /// Counts a row, and returns what it becomes if it is to be copied.
    fn admit(&mut self, table: SourceTable, found: Found) -> Option<Piece> {
        let name = (table, found.key);
        self.outcome.tally(table).read += 1;
        for column in found.emptied {
            *self.outcome.emptied.entry(column).or_default() += 1;
        }
        let why = match (found.leave, found.piece) {
            (Some(why), _) => why,
            (None, Some(_)) if self.listed.contains(&name) => LeftBehind::Listed,
            (None, Some(_)) if found.parents.iter().any(|parent| self.left.contains(parent)) => {
                LeftBehind::Dependent
            }
            (None, Some(piece)) if piece.changes.is_empty() => {
                self.outcome.tally(table).already_there += 1;
                return None;
            }
            (None, Some(piece)) => return Some(self.without_left_place(piece)),
            // It was listed, or nothing would have been copied at all.
            (None, None) => LeftBehind::Listed,
        };
        if why != LeftBehind::NotKept {
            self.left.insert(name);
        }
        self.outcome.leave(table, why);
        None
    }

    /// A trainer is found nowhere if the place was left behind.
    fn without_left_place(&self, mut piece: Piece) -> Piece {
        for change in &mut piece.changes {
            if let Change::Trainer(Write::Insert(trainer)) = change {
                let left = &self.left;
                trainer.search_location = trainer
                    .search_location
                    .filter(|place| !left.contains(&(SourceTable::Locations, (*place).into())));
            }
        }
        piece
    }

    /// Writes a batch, in halves where some of it is there already.
    ///
    /// `releases` are the completed lessons of the batch before; after it, those of this one.
    async fn write(
        &mut self,
        table: SourceTable,
        pieces: Vec<Piece>,
        releases: &mut Vec<BookingId>,
    ) -> Result<(), AdoptionError> {
        let mut freed = std::mem::take(releases);
        let mut parts = vec![pieces];
        while let Some(mut part) = parts.pop() {
            let attempt = self.attempt(table, &part, &freed).await?;
            let rows = part.len() as u64;
            match attempt {
                Attempt::Copied => {
                    freed.clear();
                    self.outcome.tally(table).copied += rows;
                    releases.extend(completed(&part));
                }
                Attempt::Known => {
                    freed.clear();
                    self.outcome.tally(table).already_there += rows;
                    releases.extend(completed(&part));
                }
                Attempt::Blocked(_) if part.len() > 1 => {
                    let rest = part.split_off(part.len() / 2);
                    parts.push(rest);
                    parts.push(part);
                }
                Attempt::Blocked(source) => {
                    let Some(piece) = part.first() else { continue };
                    if !self.is_there(table, piece, &source).await? {
                        return Err(AdoptionError::Target { table, source });
                    }
                    self.outcome.tally(table).already_there += 1;
                    // What became of it since is the target's.
                    for booking in completed(&part) {
                        let stored = self.repository.booking(booking).await;
                        let stored =
                            stored.map_err(|source| AdoptionError::Target { table, source })?;
                        if stored.is_some_and(|row| row.status == BookingStatus::Completed) {
                            releases.push(booking);
                        }
                    }
                }
            }
        }
        releases.append(&mut freed);
        self.tell(table);
        Ok(())
    }

    async fn release(
        &mut self,
        table: SourceTable,
        releases: Vec<BookingId>,
    ) -> Result<(), AdoptionError> {
        if releases.is_empty() {
            return Ok(());
        }
        let mut tried = 1;
        loop {
            let mut changes = ChangeSet::new();
            for booking in &releases {
                changes.release(*booking);
            }
            // A release that was carried out is carried out again without effect.
            match self.repository.commit(changes).await {
                Ok(()) => return Ok(()),
                Err(RepositoryError::Contention(_) | RepositoryError::Uncertain(_))
                    if tried < ATTEMPTS =>
                {
                    tried += 1;
                }
                Err(source) => return Err(AdoptionError::Target { table, source }),
            }
        }
    }

    async fn attempt(
        &mut self,
        table: SourceTable,
        pieces: &[Piece],
        releases: &[BookingId],
    ) -> Result<Attempt, AdoptionError> {
        let command = self.run.command_of(table, pieces);
        if self.is_resumed && self.is_known(table, command).await? {
            return Ok(Attempt::Known);
        }
        self.batches += 1;
        let mut is_doubtful = false;
        let mut tried = 1;
        loop {
            let changes = self.run.change_set(command, pieces, releases, self.batches);
            let Err(error) = self.repository.commit(changes).await else {
                return Ok(Attempt::Copied);
            };
            match error {
                RepositoryError::Contention(_) if tried < ATTEMPTS => {}
                RepositoryError::Uncertain(_) if tried < ATTEMPTS => {
                    is_doubtful = true;
                    if self.is_known(table, command).await? {
                        return Ok(Attempt::Copied);
                    }
                }
                RepositoryError::AlreadyExists(_)
                | RepositoryError::Duplicate(_)
                | RepositoryError::TimeTaken { .. } => {
                    return Ok(match self.is_known(table, command).await? {
                        true if is_doubtful => Attempt::Copied,
                        true => Attempt::Known,
                        false => Attempt::Blocked(error),
                    });
                }
                source => return Err(AdoptionError::Target { table, source }),
            }
            tried += 1;
        }
    }

    /// Says whether a batch was written.
    async fn is_known(
        &self,
        table: SourceTable,
        command: CommandId,
    ) -> Result<bool, AdoptionError> {
        let query = CallerQuery { command, user: None };
        let caller = self.repository.caller(query).await;
        caller
            .map(|caller| caller.replay.is_some())
            .map_err(|source| AdoptionError::Target { table, source })
    }

    /// Says whether the row that could not be written is there already.
    async fn is_there(
        &self,
        table: SourceTable,
        piece: &Piece,
        refusal: &RepositoryError,
    ) -> Result<bool, AdoptionError> {
        if matches!(refusal, RepositoryError::AlreadyExists(_)) {
            return Ok(true);
        }
        let repository = self.repository;
        // Of what else it could be refused for, the row itself may be the reason.
        let is_there = match piece.changes.first() {
            Some(Change::Role(_)) => Ok(true),
            Some(Change::User(Write::Insert(user))) => {
                repository.user(user.id).await.map(|row| row.is_some())
            }
            Some(Change::Owner(Write::Insert(owner))) => {
                let command = Run::command(&self.run.source);
                let query = CallerQuery { command, user: Some(owner.user) };
                repository.caller(query).await.map(|caller| {
                    let known = caller.standing.and_then(|standing| standing.owner);
                    known.is_some_and(|known| known.id == owner.id)
                })
            }
            Some(Change::Trainer(Write::Insert(trainer))) => {
                repository.trainer(trainer.id).await.map(|row| row.is_some())
            }
            Some(Change::Booking(Write::Insert(booking))) => {
                repository.booking(booking.id).await.map(|row| row.is_some())
            }
            Some(Change::Review(Write::Insert(review))) => {
                repository.review(review.id).await.map(|row| row.is_some())
            }
            Some(Change::Payment(Write::Insert(payment))) => repository
                .payments(payment.booking)
                .await
                .map(|rows| rows.iter().any(|row| row.id == payment.id)),
            _ => Ok(false),
        };
        is_there.map_err(|source| AdoptionError::Target { table, source })
    }
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

/// The batch that is being put together.
///
/// Lessons that are over may overlap, and still not claim one trainer's time at the same moment:
/// one that overlaps another of the batch waits for the next, which releases this one's claims.
#[derive(Debug, Default)]
struct Round {
    pieces: Vec<Piece>,
    taken: HashMap<TrainerId, Vec<Interval>>,
    waiting: Vec<Piece>,
}

impl Round {
    fn offer(&mut self, piece: Piece) {
        let claim = booking_of(&piece)
            .filter(|booking| booking.status == BookingStatus::Completed)
            .map(|booking| (booking.trainer, booking.occupied()));
        if let Some((trainer, during)) = claim {
            let taken = self.taken.entry(trainer).or_default();
            if taken.iter().any(|other| other.overlaps(during)) {
                self.waiting.push(piece);
                return;
            }
            taken.push(during);
        }
        self.pieces.push(piece);
    }

    /// Takes the batch out, and begins the next one with what waited.
    fn next(&mut self) -> Vec<Piece> {
        self.taken.clear();
        let pieces = std::mem::take(&mut self.pieces);
        for piece in std::mem::take(&mut self.waiting) {
            self.offer(piece);
        }
        pieces
    }
}

fn completed(pieces: &[Piece]) -> impl Iterator<Item = BookingId> {
    pieces
        .iter()
        .filter_map(booking_of)
        .filter(|booking| booking.status == BookingStatus::Completed)
        .map(|booking| booking.id)
}
