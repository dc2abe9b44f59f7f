//! The journal: which rows were copied, kept in the target by the commits that copied them.
//!
//! It is what says whether a row was copied, and not whether the row is there: what the target
//! removed since was copied all the same, and what is there may be somebody else's.

use std::{collections::HashSet, fmt};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    ATTEMPTS, AdoptionError, SourceTable, Terms,
    piece::{Piece, row_key},
};
use crate::{
    account::UserStatus,
    command::{CommandKind, CommandRecord, Fingerprint},
    ids::{BookingId, CommandId, UserId},
    repository::{CallerQuery, ChangeSet, Repository, RepositoryError, RowKey},
    time::Instant,
};

/// The journal of one source in one target.
///
/// Its entries are commands of the system: the first says when the first run was begun and on
/// which terms, and each batch of a table is numbered and says which rows it holds.
#[derive(Debug)]
pub(super) struct Journal<'a> {
    target: &'a dyn Repository,
    /// What tells the source from another.
    source: String,
    terms: Fingerprint,
}

/// What the first run notes for those that go on with it.
#[derive(Debug, Serialize, Deserialize)]
struct Beginning {
    now: Instant,
}

/// What one commit copied.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Batch {
    rows: Vec<Key>,
    /// Whether they are lessons that are over, whose time is released behind the commit.
    is_over: bool,
}

/// The key of a row, as it stands in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Key {
    Single(Uuid),
    Pair(Uuid, Uuid),
}

/// The rows of one table that were copied.
#[derive(Debug, Default)]
pub(super) struct Copied {
    rows: HashSet<RowKey>,
    /// The number of the next batch.
    pub(super) next: u64,
    /// The lessons whose time is not known to have been released.
    pub(super) claiming: Vec<BookingId>,
}

impl<'a> Journal<'a> {
    pub(super) fn new(
        target: &'a dyn Repository,
        source: String,
        terms: &Terms,
    ) -> Result<Self, AdoptionError> {
        let terms = serde_json::to_string(terms).map_err(unreadable)?;
        Ok(Self { target, source, terms: Fingerprint::of(CommandKind::Adopt, &terms) })
    }

    /// Returns the instant of the first run, if there was one on the same terms.
    pub(super) async fn begun(&self) -> Result<Option<Instant>, AdoptionError> {
        let Some(record) = self.entry(self.command(&"begun")).await? else { return Ok(None) };
        if record.fingerprint != self.terms {
            return Err(AdoptionError::OtherTerms);
        }
        let beginning: Beginning = serde_json::from_str(&record.result).map_err(unreadable)?;
        Ok(Some(beginning.now))
    }

    /// Begins the journal.
    pub(super) async fn begin(&self, now: Instant) -> Result<(), AdoptionError> {
        let result = serde_json::to_string(&Beginning { now }).map_err(unreadable)?;
        let record = record(self.command(&"begun"), self.terms, result, now);
        let mut tried = 0;
        loop {
            let begun = self.target.commit(ChangeSet::new().appending(record.clone())).await;
            let Err(error) = begun else { return Ok(()) };
            tried += 1;
            match error {
                RepositoryError::Contention(_) if tried < ATTEMPTS => {}
                RepositoryError::Uncertain(_) if tried < ATTEMPTS => {
                    if self.begun().await? == Some(now) {
                        return Ok(());
                    }
                }
                // Another run began it meanwhile. If that has the same instant, they work together.
                RepositoryError::AlreadyExists(_) if self.begun().await? == Some(now) => {
                    return Ok(());
                }
                error => return Err(AdoptionError::Journal(error)),
            }
        }
    }

    /// Reads which rows of a table were copied.
    pub(super) async fn copied(&self, table: SourceTable) -> Result<Copied, AdoptionError> {
        let mut copied = Copied::default();
        while let Some(batch) = self.batch(table, copied.next).await? {
            // Whoever wrote the batches before it had released their time.
            copied.claiming.clear();
            copied.take(batch);
        }
        Ok(copied)
    }

    /// Reads a batch.
    pub(super) async fn batch(
        &self,
        table: SourceTable,
        number: u64,
    ) -> Result<Option<Batch>, AdoptionError> {
        let entry = self.entry(self.command_of(table, number)).await?;
        entry.map(|record| serde_json::from_str(&record.result).map_err(unreadable)).transpose()
    }

    /// Reads which of the users that were copied have been erased in the target since.
    pub(super) async fn erased(&self) -> Result<HashSet<Uuid>, AdoptionError> {
        let mut erased = HashSet::new();
        for key in self.copied(SourceTable::Users).await?.rows {
            let user = self.target.user(UserId::from_uuid(key.first())).await;
            let user = user.map_err(AdoptionError::Journal)?;
            if user.is_none_or(|user| user.status == UserStatus::Deleted) {
                erased.insert(key.first());
            }
        }
        Ok(erased)
    }

    /// The command under which a batch stands.
    pub(super) fn command_of(&self, table: SourceTable, number: u64) -> CommandId {
        self.command(&format_args!("{table} {number}"))
    }

    /// The row that says what a batch holds, for the commit that copies it.
    pub(super) fn record_of(
        &self,
        command: CommandId,
        batch: &Batch,
        now: Instant,
    ) -> Result<CommandRecord, AdoptionError> {
        let result = serde_json::to_string(batch).map_err(unreadable)?;
        let source = Fingerprint::of(CommandKind::Adopt, &self.source);
        Ok(record(command, source, result, now))
    }

    fn command(&self, entry: &dyn fmt::Display) -> CommandId {
        CommandId::of_the_system(&format!("adoption of {}: {entry}", self.source))
    }

    async fn entry(&self, command: CommandId) -> Result<Option<CommandRecord>, AdoptionError> {
        let caller = self.target.caller(CallerQuery { command, user: None }).await;
        Ok(caller.map_err(AdoptionError::Journal)?.replay)
    }
}

fn record(
    id: CommandId,
    fingerprint: Fingerprint,
    result: String,
    created_at: Instant,
) -> CommandRecord {
    let kind = CommandKind::Adopt;
    CommandRecord { id, actor: None, kind, fingerprint, result, created_at }
}

impl Batch {
    pub(super) fn of(pieces: &[Piece], is_over: bool) -> Self {
        let key = |piece: &Piece| match (piece.key.first(), piece.key.second()) {
            (first, Some(second)) => Key::Pair(first, second),
            (id, None) => Key::Single(id),
        };
        Self { rows: pieces.iter().map(key).collect(), is_over }
    }

    pub(super) fn rows(&self) -> usize {
        self.rows.len()
    }
}

impl Copied {
    /// Says whether a row was copied.
    pub(super) fn holds(&self, row: RowKey) -> bool {
        self.rows.contains(&row)
    }

    /// Takes up the batch that has the next number.
    pub(super) fn take(&mut self, batch: Batch) {
        self.next += 1;
        for key in batch.rows {
            let (first, second) = match key {
                Key::Single(id) => (id, None),
                Key::Pair(first, second) => (first, Some(second)),
            };
            self.rows.insert(row_key(first, second));
            if batch.is_over {
                self.claiming.push(BookingId::from_uuid(first));
            }
        }
    }
}

fn unreadable(error: serde_json::Error) -> AdoptionError {
    AdoptionError::Journal(RepositoryError::Corrupt { table: "commands", source: error.into() })
}
