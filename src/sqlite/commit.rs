//! The one write: a change set that holds whole or not at all.

use chrono::TimeDelta;
use rusqlite::Connection;

use super::{
    error::{Broken, backend, broken, taken},
    rows::{Snapshot, execute},
};
use crate::{
    booking::{Booking, BookingStatus, Claim, Resource},
    error::{InvalidValue, Problem},
    ids::BookingId,
    repository::{
        Change, Entity, EntityRef, Prepared, RatingDelta, RepositoryError, Result, RowKey, Table,
        Version, Versioned, Write, for_each_row,
    },
    sql::{Part, Record, Value, statements_of},
    time::Instant,
};

/// Looks whether a change set can be carried out, as far as that shows without writing.
///
/// What it finds is told before anything is written, so nothing has to be taken back.
pub(super) fn check(connection: &Connection, changes: &Prepared) -> Result<Checked> {
    for guard in &changes.guards {
        if version(connection, guard.entity)? != Some(guard.version) {
            return Err(RepositoryError::Conflict(guard.entity));
        }
    }
    let Some(booking) = lone_booking(&changes.changes) else { return Ok(Checked::Guards) };
    let Some(taken) = time_taken(connection, booking)? else { return Ok(Checked::Time) };
    // A key or a unique value that is taken comes first.
    for change in &changes.changes {
        if !has_no_value_but_its_key(change) {
            return Ok(Checked::Guards);
        }
        if let (true, Some(row)) = (change.inserts(), change.target())
            && version(connection, row)?.is_some()
        {
            return Err(RepositoryError::AlreadyExists(row));
        }
    }
    Err(taken)
}

/// What [`check`] has found in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Checked {
    /// Every row is at the version at which it is expected.
    Guards,
    /// Besides, nothing claims the time of the one booking that the change set writes.
    Time,
}

/// Returns the booking that a change set inserts, if it touches no other: then what claims its time
/// before the change set still does when the booking is written.
fn lone_booking(changes: &[Change]) -> Option<&Booking> {
    let mut lone = None;
    for change in changes {
        match change {
            Change::Booking(Write::Insert(booking)) if lone.is_none() => lone = Some(booking),
            Change::Booking(_) | Change::Release(_) => return None,
            _ => {}
        }
    }
    lone
}

/// Says whether a change is of a table in which nothing but the key is unique.
const fn has_no_value_but_its_key(change: &Change) -> bool {
    matches!(
        change,
        Change::Booking(_)
            | Change::CalendarGuard(_)
            | Change::Dog(_)
            | Change::Notification(_)
            | Change::Command(_)
            | Change::AuditEntry(_)
    )
}

/// Carries out a change set inside of a transaction, after [`check`]; on an error the caller rolls
/// back.
pub(super) fn carry_out(
    connection: &Connection,
    changes: &Prepared,
    checked: Checked,
) -> Result<()> {
    let mut commit = Commit {
        connection,
        is_time_free: checked == Checked::Time,
        movers: movers(&changes.changes),
        parked: 0,
        time_taken: None,
        waiting: Vec::new(),
    };
    for change in &changes.changes {
        commit.carry_out(change)?;
    }
    commit.finish()
}

fn version(connection: &Connection, row: EntityRef) -> Result<Option<Version>> {
    let (parameters, count) = key_values(row.key());
    Snapshot(connection).first(
        &statements_of(row.table()).version,
        &parameters[..count],
        |fields| fields.take_of(row.table()),
    )
}

fn key_values(key: RowKey) -> ([Value<'static>; 2], usize) {
    let count = if key.second().is_some() { 2 } else { 1 };
    ([key.first().into(), key.second().into()], count)
}

/// Returns the bookings that later updates may move away, if there is more than one: only then can
/// one take the place of another.
fn movers(changes: &[Change]) -> Vec<BookingId> {
    let updated = changes.iter().filter_map(|change| match change {
        Change::Booking(Write::Update(booking)) if booking.status.is_active() => Some(booking.id),
        _ => None,
    });
    let movers: Vec<_> = updated.collect();
    if movers.len() > 1 { movers } else { Vec::new() }
}

/// A change set on its way.
struct Commit<'c> {
    connection: &'c Connection,
    /// Whether [`check`] has found the time of the only booking to be free.
    is_time_free: bool,
    /// Bookings whose own update is still to come.
    movers: Vec<BookingId>,
    parked: i32,
    /// The first booking that found its time taken. The other changes are still tried, because a
    /// key or a unique value that is taken comes first.
    time_taken: Option<RepositoryError>,
    /// Changes that failed on a reference. They are tried again at the end, when all other rows of
    /// the change set stand or are gone.
    waiting: Vec<&'c Change>,
}

macro_rules! dispatch {
    ((($commit:expr, $change:expr))
        versioned { $($versioned:ident($v_type:ty) in $v_field:ident as $v_name:literal;)+ }
        append_only { $($append:ident($a_type:ty) in $a_field:ident as $a_name:literal;)+ }) => {
        match $change {
            $(Change::$versioned(write) => $commit.write(write),)+
            $(Change::$append(row) => $commit.insert(row),)+
            Change::Rating(delta) => $commit.rate(*delta),
            Change::Release(booking) => $commit.release(*booking),
        }
    };
}

/// How a change went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    /// A row that it refers to, or that refers to it, is in the way.
    Unreferenced,
}

impl<'c> Commit<'c> {
    fn carry_out(&mut self, change: &'c Change) -> Result<()> {
        if let Change::Booking(Write::Insert(booking)) = change
            && !self.is_time_free
            && !self.has_time(booking)?
        {
            // A key that is taken comes first.
            return match version(self.connection, booking.reference())? {
                Some(_) => Err(RepositoryError::AlreadyExists(booking.reference())),
                None => Ok(()),
            };
        }
        if let Change::Booking(Write::Update(booking)) = change {
            self.movers.retain(|mover| *mover != booking.id);
            // What a completed booking has released is not claimed again.
            let is_released =
                booking.status == BookingStatus::Completed && !self.is_held(booking.id)?;
            if !is_released && !self.has_time(booking)? {
                return Ok(());
            }
        }
        if for_each_row!(dispatch, (self, change))? == Outcome::Unreferenced {
            self.waiting.push(change);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<()> {
        loop {
            if let Some(taken) = self.time_taken.take() {
                return Err(taken);
            }
            let waiting = std::mem::take(&mut self.waiting);
            if waiting.is_empty() {
                return Ok(());
            }
            let before = waiting.len();
            for change in waiting {
                self.carry_out(change)?;
            }
            if self.waiting.len() == before {
                return Err(self.broken_reference()?);
            }
        }
    }

    /// Names the reference for which changes are still waiting when all others are carried out.
    fn broken_reference(&self) -> Result<RepositoryError> {
        for change in &self.waiting {
            for parent in parents(change) {
                if version(self.connection, parent)?.is_none() {
                    return Ok(RepositoryError::MissingReference(parent));
                }
            }
        }
        let row = self.waiting.iter().find_map(|change| change.target());
        Ok(row.map_or(RepositoryError::Closed, RepositoryError::StillReferenced))
    }

    fn write<T: Record>(&self, write: &Write<T>) -> Result<Outcome> {
        match write {
            Write::Insert(row) => self.insert(row),
            Write::Update(row) => self.update(row),
            Write::Delete(row) => self.delete(row),
        }
    }

    fn insert<T: Record>(&self, row: &T) -> Result<Outcome> {
        let inserted = execute(self.connection, &T::statements().insert, |binding| {
            binding.part(row, Part::Key)?;
            binding.part(row, Part::Data)?;
            binding.part(row, Part::Kept)?;
            binding.part(row, Part::Derived)
        });
        let entity = row.reference();
        match outcome(entity, inserted) {
            // Where both are taken, the key comes first.
            Err(RepositoryError::Duplicate(_)) if version(self.connection, entity)?.is_some() => {
                Err(RepositoryError::AlreadyExists(entity))
            }
            outcome => outcome,
        }
    }

    fn update<T: Record>(&self, row: &Versioned<T>) -> Result<Outcome> {
        let updated = execute(self.connection, &T::statements().update, |binding| {
            binding.part::<T>(row, Part::Data)?;
            binding.part::<T>(row, Part::Derived)?;
            binding.part::<T>(row, Part::Key)?;
            binding.value(row.version().as_i64().into())
        });
        outcome(row.reference(), updated)
    }

    fn delete<T: Record>(&self, row: &Versioned<T>) -> Result<Outcome> {
        let deleted = execute(self.connection, &T::statements().delete, |binding| {
            binding.part::<T>(row, Part::Key)?;
            binding.value(row.version().as_i64().into())
        });
        outcome(row.reference(), deleted)
    }

    fn rate(&self, delta: RatingDelta) -> Result<Outcome> {
        let entity = EntityRef::new(Table::Trainer, delta.trainer);
        let rated = execute(
            self.connection,
            "UPDATE dog_trainers
                SET rating_sum = rating_sum + $1, total_reviews = total_reviews + $2
              WHERE id = $3",
            |binding| {
                binding.value(delta.sum.into())?;
                binding.value(delta.count.into())?;
                binding.value(delta.trainer.into())
            },
        );
        match rated {
            Ok(1) => Ok(Outcome::Done),
            Ok(_) => Err(RepositoryError::MissingReference(entity)),
            Err(error) if broken(&error) == Some(Broken::Bound) => Err(self.worn(delta)?),
            Err(error) => Err(backend(error)),
        }
    }

    /// Says in the domain's own words what the database found wrong with a delta.
    fn worn(&self, delta: RatingDelta) -> Result<RepositoryError> {
        let entity = EntityRef::new(Table::Trainer, delta.trainer);
        let Some(trainer) = Snapshot(self.connection).trainer(delta.trainer)? else {
            return Ok(RepositoryError::MissingReference(entity));
        };
        let mut trainer = trainer.into_value();
        trainer.rating.sum = trainer.rating.sum.saturating_add(delta.sum);
        trainer.rating.count = trainer.rating.count.saturating_add(delta.count);
        Ok(match trainer.check() {
            Err(source) => RepositoryError::Invalid { entity, source },
            Ok(()) => invalid(entity),
        })
    }

    fn release(&self, booking: BookingId) -> Result<Outcome> {
        let entity = EntityRef::new(Table::Booking, booking);
        let status: Option<BookingStatus> = Snapshot(self.connection).first(
            "SELECT status FROM bookings WHERE id = $1",
            &[booking.into()],
            |fields| fields.take_of(Table::Booking),
        )?;
        let status = status.ok_or(RepositoryError::MissingReference(entity))?;
        if status.is_active() {
            return Err(RepositoryError::Conflict(entity));
        }
        execute(self.connection, "DELETE FROM occupied WHERE booking_id = $1", |binding| {
            binding.value(booking.into())
        })
        .map_err(backend)?;
        Ok(Outcome::Done)
    }

    /// Says whether the time that a booking will claim is free of others, and notes where not.
    ///
    /// The triggers claim it, and refuse an overlap; this is for a clean answer.
    fn has_time(&mut self, booking: &Booking) -> Result<bool> {
        for claim in claims(booking).into_iter().flatten() {
            if !self.make_way(&claim)? {
                self.time_taken.get_or_insert(refusal(&claim));
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn is_held(&self, booking: BookingId) -> Result<bool> {
        Snapshot(self.connection).exists(
            "SELECT 1 FROM occupied WHERE booking_id = $1 AND kind = 'trainer'",
            &[booking.into()],
        )
    }

    /// Says whether no other booking's claim overlaps this one, once those that the change set
    /// moves away are out of the way.
    fn make_way(&mut self, claim: &Claim) -> Result<bool> {
        loop {
            let Some(blocker) = blocker(self.connection, claim)? else { return Ok(true) };
            if !self.movers.contains(&blocker) {
                return Ok(false);
            }
            self.park(blocker)?;
        }
    }

    /// Moves a booking out of the way, to the end of time, until its own update comes.
    fn park(&mut self, booking: BookingId) -> Result<()> {
        self.parked += 1;
        // With the longest buffers a lesson takes little more than a day.
        let start = Instant::MAX.saturating_add(TimeDelta::days(-3) * (self.parked + 1));
        let end = start.saturating_add(TimeDelta::minutes(5));
        execute(
            self.connection,
            "UPDATE bookings SET start_time = $1, end_time = $2 WHERE id = $3",
            |binding| {
                binding.value(start.into())?;
                binding.value(end.into())?;
                binding.value(booking.into())
            },
        )
        .map_err(backend)?;
        Ok(())
    }
}

/// Returns what a booking will claim: of its trainer, and of its dog.
fn claims(booking: &Booking) -> [Option<Claim>; 2] {
    [
        booking.status.claims_trainer().then(|| booking.trainer_claim()),
        booking.status.claims_dog().then(|| booking.dog_claim()),
    ]
}

/// Returns the refusal of a booking that finds its time taken.
fn time_taken(connection: &Connection, booking: &Booking) -> Result<Option<RepositoryError>> {
    for claim in claims(booking).into_iter().flatten() {
        if blocker(connection, &claim)?.is_some() {
            return Ok(Some(refusal(&claim)));
        }
    }
    Ok(None)
}

const fn refusal(claim: &Claim) -> RepositoryError {
    RepositoryError::TimeTaken { resource: claim.resource, during: claim.during }
}

fn blocker(connection: &Connection, claim: &Claim) -> Result<Option<BookingId>> {
    // Claims of one resource do not overlap, so the last one that starts before the end of
    // this one also ends last: it alone can be in the way.
    let last = Snapshot(connection).first(
        "SELECT booking_id, end_at FROM occupied
          WHERE resource_id = $1 AND kind = $2 AND start_at < $3 AND booking_id <> $4
          ORDER BY start_at DESC LIMIT 1",
        &[
            claim.resource.as_uuid().into(),
            kind(claim.resource).into(),
            claim.during.end().into(),
            claim.booking.into(),
        ],
        |fields| {
            let table = Table::Booking;
            Ok((fields.take_of::<BookingId>(table)?, fields.take_of::<Instant>(table)?))
        },
    )?;
    Ok(last.filter(|(_, end)| claim.during.start() < *end).map(|(booking, _)| booking))
}

/// Reads from a statement's end what became of its one row.
fn outcome(entity: EntityRef, rows: rusqlite::Result<usize>) -> Result<Outcome> {
    let error = match rows {
        Ok(1) => return Ok(Outcome::Done),
        Ok(_) => return Err(RepositoryError::Conflict(entity)),
        Err(error) => error,
    };
    match broken(&error) {
        Some(Broken::Reference) => Ok(Outcome::Unreferenced),
        Some(Broken::Bound) => Err(invalid(entity)),
        Some(Broken::Uniqueness) => Err(match taken(&error) {
            Some(unique) => RepositoryError::Duplicate(unique),
            None => RepositoryError::AlreadyExists(entity),
        }),
        None => Err(backend(error)),
    }
}

/// The error of a row that passed the domain's own checks and not the database's.
fn invalid(entity: EntityRef) -> RepositoryError {
    let problem = Problem::Malformed("a row that keeps the bounds of its table");
    RepositoryError::Invalid { entity, source: InvalidValue::new(entity.table().name(), problem) }
}

const fn kind(resource: Resource) -> &'static str {
    match resource {
        Resource::Trainer(_) => "trainer",
        Resource::Dog(_) => "dog",
    }
}

/// Returns what the row that a change writes refers to.
fn parents(change: &Change) -> Vec<EntityRef> {
    let mut parents = Vec::new();
    change.each_parent(&mut |parent| parents.push(parent));
    parents
}
