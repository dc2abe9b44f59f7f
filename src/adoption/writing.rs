//! How a batch is written: in one commit, together with its entry in the journal.

use super::{
    ATTEMPTS, AdoptionError, SourceTable,
    copying::{Copying, Pass},
    journal::Batch,
    payouts::changes_of,
    piece::Piece,
};
use crate::{
    audit::{AuditEntry, Event, Subject},
    ids::{DerivedIds, IdSource},
    repository::{Change, ChangeSet, RepositoryError},
    time::Instant,
};

impl Copying<'_> {
    /// Writes a batch; where the target refuses one of its rows, all those before it.
    pub(super) async fn write(
        &mut self,
        (table, pass): (SourceTable, Pass),
        pieces: Vec<Piece>,
    ) -> Result<(), AdoptionError> {
        let mut parts = vec![pieces];
        while let Some(mut part) = parts.pop() {
            if let Some(source) = self.attempt(table, pass, &mut part).await? {
                if let [piece] = &*part {
                    return Err(AdoptionError::Target { table, key: Some(piece.key), source });
                }
                let rest = part.split_off(part.len() / 2);
                parts.extend([rest, part]);
            }
            self.tell(table);
        }
        Ok(())
    }

    /// Tries to write a batch, and returns why the target refused it, if a row in it is to blame.
    async fn attempt(
        &mut self,
        table: SourceTable,
        pass: Pass,
        pieces: &mut Vec<Piece>,
    ) -> Result<Option<RepositoryError>, AdoptionError> {
        let mut is_doubtful = false;
        let mut tried = 0;
        loop {
            self.leave_out_copied(table, pieces);
            if pieces.is_empty() {
                return Ok(None);
            }
            // A commit that releases many lessons and claims many others compares them all.
            self.release(table).await?;
            let batch = Batch::of(pieces, pass == Pass::Ended);
            let rows = changes_of(self.target, table, pieces).await?;
            let changes = self.change_set(table, pieces, rows, &batch)?;
            let Err(error) = self.target.commit(changes).await else {
                self.finish(table, batch);
                return Ok(None);
            };
            tried += 1;
            is_doubtful |= matches!(error, RepositoryError::Uncertain(_));
            if is_of_a_race(&error)
                && let Some(known) = self.journal.batch(table, self.copied.next).await?
            {
                if is_doubtful && known == batch {
                    self.finish(table, batch);
                    return Ok(None);
                }
                // Another run was faster.
                self.copied.take(known);
                is_doubtful = false;
                continue;
            }
            match error {
                RepositoryError::Contention(_) | RepositoryError::Uncertain(_)
                    if tried < ATTEMPTS => {}
                error if blames_a_row(&error) => return Ok(Some(error)),
                source => return Err(AdoptionError::Target { table, key: None, source }),
            }
        }
    }

    fn finish(&mut self, table: SourceTable, batch: Batch) {
        self.outcome.tally(table).copied += batch.rows() as u64;
        self.copied.take(batch);
    }

    /// Leaves out what another run has copied since the rows were read.
    fn leave_out_copied(&mut self, table: SourceTable, pieces: &mut Vec<Piece>) {
        let before = pieces.len();
        pieces.retain(|piece| !self.copied.holds(piece.key));
        self.outcome.tally(table).already_there += (before - pieces.len()) as u64;
    }

    /// Puts a commit together: the rows, an audit entry for each thing that they belong to, and the
    /// entry in the journal.
    fn change_set(
        &mut self,
        table: SourceTable,
        pieces: &[Piece],
        rows: Vec<Change>,
        batch: &Batch,
    ) -> Result<ChangeSet, AdoptionError> {
        let command = self.journal.command_of(table, self.copied.next);
        let now = self.context.now;
        let mut changes = ChangeSet::new();
        for change in rows {
            changes.put(change);
        }
        let mut subjects: Vec<Subject> = pieces.iter().filter_map(|piece| piece.subject).collect();
        subjects.sort_unstable();
        subjects.dedup();
        self.commits += 1;
        // The counter in an id has sixteen bits of its own, and a batch is smaller than that.
        let mut ids = DerivedIds::new(command, in_order(now, self.commits));
        for subject in subjects {
            changes.append(AuditEntry {
                id: ids.next_id(),
                actor: None,
                event: Event::Adopted { subject },
                // Copied notifications were told by the service as it was.
                notified: Vec::new(),
                created_at: now,
            });
        }
        changes.append(self.journal.record_of(command, batch, now)?);
        Ok(changes)
    }

    /// Releases the time of the lessons that were written last.
    pub(super) async fn release(&mut self, table: SourceTable) -> Result<(), AdoptionError> {
        let mut tried = 0;
        while !self.copied.claiming.is_empty() {
            let mut changes = ChangeSet::new();
            for booking in &self.copied.claiming {
                changes.release(*booking);
            }
            // A release that was carried out is carried out again without effect.
            match self.target.commit(changes).await {
                Ok(()) => self.copied.claiming.clear(),
                Err(RepositoryError::Contention(_) | RepositoryError::Uncertain(_))
                    if tried + 1 < ATTEMPTS =>
                {
                    tried += 1;
                }
                Err(source) => return Err(AdoptionError::Target { table, key: None, source }),
            }
        }
        Ok(())
    }
}

/// Says whether a commit may have failed because the batch of this number was written already: by
/// another run, or by this commit itself.
const fn is_of_a_race(error: &RepositoryError) -> bool {
    matches!(
        error,
        RepositoryError::Contention(_)
            | RepositoryError::Uncertain(_)
            | RepositoryError::AlreadyExists(_)
            | RepositoryError::Duplicate(_)
            | RepositoryError::TimeTaken { .. }
    )
}

/// Says whether a refusal is for what stands in the rows, so that some of them may be to blame and
/// others not.
const fn blames_a_row(error: &RepositoryError) -> bool {
    !matches!(
        error,
        RepositoryError::Contention(_)
            | RepositoryError::Uncertain(_)
            | RepositoryError::Unavailable(_)
            | RepositoryError::Closed
            | RepositoryError::NewerSchema { .. }
            | RepositoryError::Corrupt { .. }
    )
}

/// An instant that only orders ids: a millisecond further on for each commit.
fn in_order(now: Instant, place: i64) -> Instant {
    now.saturating_add(chrono::TimeDelta::milliseconds(place))
}
