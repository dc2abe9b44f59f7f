//! The one write: a change set that holds whole or not at all.

use super::{
    diaries::{Place, Taken, place, taken},
    stored::Stored,
    tables::{Row, Tabled, Tables, Undo},
};
use crate::{
    booking::{Booking, BookingStatus, Claim, Resource},
    ids::BookingId,
    repository::{
        Change, Entity, EntityRef, Guard, Prepared, RatingDelta, RepositoryError, Result, Table,
        Version, Versioned, Write, for_each_row,
    },
    trainer::Trainer,
};

/// Carries out a change set, or changes nothing.
pub(super) fn commit(tables: &mut Tables, changes: Prepared) -> Result<()> {
    check_guards(tables, &changes.guards)?;
    let mut commit = Commit::new(tables, changes.changes.len());
    commit.take_time(&changes.changes)?;
    for change in changes.changes {
        commit.carry_out(change)?;
    }
    commit.check_references()?;
    commit.keep();
    Ok(())
}

fn check_guards(tables: &Tables, guards: &[Guard]) -> Result<()> {
    match guards.iter().find(|guard| tables.version(guard.entity) != Some(guard.version)) {
        Some(guard) => Err(RepositoryError::Conflict(guard.entity)),
        None => Ok(()),
    }
}

/// A commit on its way. What it wrote is undone when it is dropped before it is
/// [kept](Self::keep): on an error, and also when a panic unwinds.
pub(super) struct Commit<'t> {
    pub(super) tables: &'t mut Tables,
    undo: Vec<Undo>,
    /// What written rows refer to and was not there, and what was removed. Both are checked at the
    /// end, when all rows of the change set stand.
    missing: Vec<EntityRef>,
    removed: Vec<EntityRef>,
}

impl Drop for Commit<'_> {
    fn drop(&mut self) {
        while let Some(undo) = self.undo.pop() {
            self.tables.undo(undo);
        }
    }
}

macro_rules! dispatch {
    ((($commit:expr, $change:expr))
        versioned { $($versioned:ident($v_type:ty) in $v_field:ident as $v_name:literal;)+ }
        append_only { $($append:ident($a_type:ty) in $a_field:ident as $a_name:literal;)+ }) => {
        match $change {
            $(Change::$versioned(write) => $commit.write(write),)+
            $(Change::$append(row) => $commit.insert(row),)+
            Change::Rating(delta) => $commit.rate(delta),
            // `take_time` has released it.
            Change::Release(_) => Ok(()),
        }
    };
}

impl<'t> Commit<'t> {
    pub(super) fn new(tables: &'t mut Tables, changes: usize) -> Self {
        Self {
            tables,
            undo: Vec::with_capacity(changes + 2),
            missing: Vec::new(),
            removed: Vec::new(),
        }
    }

    fn keep(mut self) {
        self.undo.clear();
    }

    pub(super) fn carry_out(&mut self, change: Change) -> Result<()> {
        for_each_row!(dispatch, (self, change))
    }

    fn write<T: Tabled>(&mut self, write: Write<T>) -> Result<()> {
        match write {
            Write::Insert(row) => self.insert(row),
            Write::Update(row) => self.update(row),
            Write::Delete(row) => {
                self.removed.push(row.reference());
                self.replace::<T>(row.key(), None);
                Ok(())
            }
        }
    }

    fn insert<T: Tabled>(&mut self, row: T) -> Result<()> {
        if T::table(self.tables).get(row.key()).is_some() {
            return Err(RepositoryError::AlreadyExists(row.reference()));
        }
        self.check_row(&row)?;
        let key = row.key();
        self.tables.insert(key, Stored::new(row, Version::FIRST));
        self.undo.push(T::undo(key, None));
        Ok(())
    }

    fn update<T: Tabled>(&mut self, row: Versioned<T>) -> Result<()> {
        let stored = T::table(self.tables).get(row.key());
        let stored = stored.ok_or(RepositoryError::Conflict(row.reference()))?;
        let version = stored.version().next();
        let mut row = row.into_value();
        row.keep_stored(stored);
        self.check_row(&row)?;
        self.replace(row.key(), Some(Stored::new(row, version)));
        Ok(())
    }

    /// Checks that the row's unique values are free, and notes what it refers to in vain. This comes
    /// before the row is filed, so that it does not prove its own parents; its claims stand already,
    /// and prove nothing.
    fn check_row<T: Row>(&mut self, row: &T) -> Result<()> {
        let key = row.key().into();
        let mut duplicate = None;
        row.each_unique(&mut |value| {
            if self.tables.unique.get(&value).is_some_and(|holder| *holder != key) {
                duplicate = duplicate.or(Some(value.promise()));
            }
        });
        row.each_parent(&mut |parent| {
            if !(self.tables.is_referred_to(parent) || self.tables.holds(parent)) {
                self.missing.push(parent);
            }
        });
        duplicate.map_or(Ok(()), |promise| Err(RepositoryError::Duplicate(promise)))
    }

    fn rate(&mut self, delta: RatingDelta) -> Result<()> {
        let RatingDelta { trainer, sum, count } = delta;
        let entity = EntityRef::new(Table::Trainer, trainer);
        let stored = self.tables.trainers.cloned(trainer);
        let rated = stored.ok_or(RepositoryError::MissingReference(entity))?.map(|mut trainer| {
            trainer.rating.sum = trainer.rating.sum.saturating_add(sum);
            trainer.rating.count = trainer.rating.count.saturating_add(count);
            trainer
        });
        <Trainer as Entity>::check(&rated)
            .map_err(|source| RepositoryError::Invalid { entity, source })?;
        let version = rated.version();
        self.replace(trainer, Some(Stored::new(rated.into_value(), version)));
        Ok(())
    }

    /// Releases and takes the time of all bookings that are written. This comes first: what is refused
    /// is mostly refused here, and nothing else has to be undone then.
    pub(super) fn take_time(&mut self, changes: &[Change]) -> Result<()> {
        // Time is taken when all other time is released, so that two bookings can swap theirs.
        let mut claims = Vec::new();
        for change in changes {
            match change {
                Change::Booking(write) => self.follow(write, &mut claims),
                Change::Release(booking) => self.release(*booking)?,
                _ => {}
            }
        }
        for (claim, is_completed) in claims {
            if !self.tables.bookings.by.diaries.is_free(&claim) {
                // A key that is taken comes before a time that is taken: a change set that was carried
                // out already finds its own claims in the way.
                self.check_keys(changes)?;
                let Claim { resource, during, .. } = claim;
                return Err(RepositoryError::TimeTaken { resource, during });
            }
            self.occupy(place(&claim), Some(taken(&claim, is_completed)));
        }
        Ok(())
    }

    fn check_keys(&self, changes: &[Change]) -> Result<()> {
        let mut new = changes.iter().filter(|change| change.inserts()).filter_map(Change::target);
        match new.find(|row| self.tables.holds(*row)) {
            Some(row) => Err(RepositoryError::AlreadyExists(row)),
            None => Ok(()),
        }
    }

    fn release(&mut self, booking: BookingId) -> Result<()> {
        let entity = EntityRef::new(Table::Booking, booking);
        let stored = self.tables.bookings.get(booking);
        let stored = stored.ok_or(RepositoryError::MissingReference(entity))?;
        if stored.status.is_active() {
            return Err(RepositoryError::Conflict(entity));
        }
        let held: Vec<Claim> = self.tables.bookings.by.diaries.held_by(stored).collect();
        self.free(&held);
        Ok(())
    }

    /// Releases what a booking holds, and adds what it will hold to the claims to be taken, each with
    /// whether the booking is completed.
    fn follow(&mut self, write: &Write<Booking>, claims: &mut Vec<(Claim, bool)>) {
        let (booking, stored) = match write {
            Write::Insert(booking) => (booking, None),
            Write::Update(booking) => (&**booking, self.tables.bookings.get(booking.id)),
            // Bookings are never removed.
            Write::Delete(_) => return,
        };
        let is_new = stored.is_none();
        let held: Vec<Claim> = stored.map_or_else(Vec::new, |stored| {
            self.tables.bookings.by.diaries.held_by(stored).collect()
        });
        self.free(&held);
        let (trainer, dog) = (booking.status.claims_trainer(), booking.status.claims_dog());
        let is_completed = booking.status == BookingStatus::Completed;
        // What a completed booking has released is not claimed again.
        let was_released = is_completed
            && !is_new
            && !held.iter().any(|claim| matches!(claim.resource, Resource::Trainer(_)));
        if trainer && !was_released {
            claims.push((booking.trainer_claim(), is_completed));
        }
        if dog {
            claims.push((booking.dog_claim(), is_completed));
        }
    }

    fn check_references(&self) -> Result<()> {
        let missing = self.missing.iter().find(|parent| !self.tables.holds(**parent));
        if let Some(parent) = missing {
            return Err(RepositoryError::MissingReference(*parent));
        }
        match self.removed.iter().find(|row| self.tables.is_referred_to(**row)) {
            Some(row) => Err(RepositoryError::StillReferenced(*row)),
            None => Ok(()),
        }
    }

    fn free(&mut self, claims: &[Claim]) {
        for claim in claims {
            self.occupy(place(claim), None);
        }
    }

    fn replace<T: Tabled>(&mut self, key: T::Key, row: Option<Stored<T>>) {
        let old = self.tables.replace(key, row);
        self.undo.push(T::undo(key, old));
    }

    fn occupy(&mut self, place: Place, taken: Option<Taken>) {
        let old = self.tables.bookings.by.diaries.replace(place, taken);
        self.undo.push(Undo::Claim(place, old));
    }
}
