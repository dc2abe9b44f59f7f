use super::{
    Entity, EntityRef, Removable, RepositoryError, Table, Version, Versioned, rows::for_each_row,
};
use crate::{
    account::UserStatus,
    ids::{BookingId, TrainerId},
};

/// What happens to one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write<T> {
    /// A new row, at [`Version::FIRST`].
    Insert(T),
    /// The row's next value, if it is still at the version it was read at.
    Update(Versioned<T>),
    /// The row goes, if it is still at the version it was read at.
    Delete(Versioned<T>),
}

impl<T> Write<T> {
    /// Returns the row: as it will be, or as it was before a delete.
    #[must_use]
    pub fn row(&self) -> &T {
        match self {
            Self::Insert(row) => row,
            Self::Update(row) | Self::Delete(row) => row,
        }
    }
}

/// A change of a trainer's rating that commutes with every other.
///
/// It does not bump the row's version: reviews of one trainer never conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RatingDelta {
    /// Whose rating.
    pub trainer: TrainerId,
    /// What is added to the sum of points.
    pub sum: i64,
    /// What is added to the number of reviews.
    pub count: i64,
}

macro_rules! change {
    (() versioned { $($versioned:ident($v_type:ty) in $v_field:ident as $v_name:literal;)+ }
        append_only { $($append:ident($a_type:ty) in $a_field:ident as $a_name:literal;)+ }) => {
        /// One change in a change set.
        ///
        /// Deliberately **not** `#[non_exhaustive]`: a backend that skipped a kind of change it
        /// had never heard of would lose data, so a new kind must not compile until every backend
        /// handles it.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Change {
            $(#[doc = concat!("A write to `", $v_name, "`.")] $versioned(Write<$v_type>),)+
            $(#[doc = concat!("A new row of `", $a_name, "`, which is append-only.")] $append($a_type),)+
            /// A change of a trainer's rating.
            Rating(RatingDelta),
            /// The trainer's claim of a completed booking goes.
            Release(BookingId),
        }

        impl Change {
            /// Names the row that is written; `None` for a release, which writes no row of its own.
            #[must_use]
            pub fn target(&self) -> Option<EntityRef> {
                match self {
                    $(Self::$versioned(write) => Some(write.row().reference()),)+
                    $(Self::$append(row) => Some(row.reference()),)+
                    Self::Rating(delta) => Some(EntityRef::new(Table::Trainer, delta.trainer)),
                    Self::Release(_) => None,
                }
            }

            /// Says whether a row is made.
            #[cfg(any(feature = "memory", feature = "sqlite"))]
            pub(crate) fn inserts(&self) -> bool {
                matches!(
                    self,
                    $(Self::$versioned(Write::Insert(_)))|+ $(| Self::$append(_))+
                )
            }

            /// Visits what the row refers to that is written; a delete refers to nothing.
            #[cfg(any(feature = "sqlite", feature = "postgres"))]
            pub(crate) fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
                match self {
                    $(Self::$versioned(Write::Insert(row)) => row.each_parent(visit),
                    Self::$versioned(Write::Update(row)) => row.each_parent(visit),)+
                    $(Self::$append(row) => row.each_parent(visit),)+
                    _ => {}
                }
            }

            /// Checks the rules of the row's table; a delete has none to keep.
            fn check(&self) -> Result<(), RepositoryError> {
                let checked = match self {
                    $(Self::$versioned(Write::Insert(row)) => row.check(),)+
                    $(Self::$versioned(Write::Update(row)) => row.check(),)+
                    $(Self::$append(row) => row.check(),)+
                    _ => Ok(()),
                };
                checked.map_err(|source| match self.target() {
                    Some(entity) => RepositoryError::Invalid { entity, source },
                    None => RepositoryError::Closed,
                })
            }

            /// Says when in the commit the change is carried out: what frees before what occupies,
            /// parents before children.
            fn stage(&self) -> (Stage, Option<Table>) {
                match self {
                    Self::Release(_) => (Stage::Release, None),
                    Self::Rating(_) => (Stage::Update, Some(Table::Trainer)),
                    Self::Booking(Write::Update(booking)) if !booking.status.is_active() => {
                        (Stage::Free, None)
                    }
                    // An erased user's address is free again.
                    Self::User(Write::Update(user)) if user.status == UserStatus::Deleted => {
                        (Stage::Free, None)
                    }
                    $(Self::$versioned(Write::Delete(_)) => (Stage::Free, None),)+
                    $(Self::$versioned(Write::Update(_)) => (Stage::Update, Some(Table::$versioned)),)+
                    $(Self::$versioned(Write::Insert(_)) if Table::$versioned < Table::Booking => {
                        (Stage::Parents, Some(Table::$versioned))
                    })+
                    $(Self::$versioned(Write::Insert(_)) => (Stage::Insert, Some(Table::$versioned)),)+
                    $(Self::$append(_) => (Stage::Insert, Some(Table::$append)),)+
                }
            }

            fn guard(&self) -> Option<Guard> {
                match self {
                    $(Self::$versioned(Write::Update(row) | Write::Delete(row)) => Some(Guard {
                        entity: row.reference(),
                        version: row.version(),
                        writes: true,
                    }),)+
                    _ => None,
                }
            }
        }

        $(impl From<Write<$v_type>> for Change {
            fn from(write: Write<$v_type>) -> Self { Self::$versioned(write) }
        })+
        $(impl From<$a_type> for Change {
            fn from(row: $a_type) -> Self { Self::$append(row) }
        })+
    };
}

for_each_row!(change);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Release,
    Free,
    Parents,
    Update,
    Insert,
}

/// A row that must still be at a version when the change set is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Guard {
    /// Which row.
    pub entity: EntityRef,
    /// At which version.
    pub version: Version,
    /// Whether the change set also writes the row, so that it is locked for writing.
    pub writes: bool,
}

/// Writes that become visible together or not at all.
///
/// A row is written at most once; deltas on one row merge. What a decision relied on without
/// writing it is [expected](Self::expecting): the commit fails if it has changed.
///
/// # Example: a decision that relied on a row
///
/// ```
/// use sitstay::repository::{ChangeSet, Version, Versioned};
/// # use sitstay::{ids::{TrainerId, BookingId}, trainer::CalendarGuard};
/// # let at = "2027-03-01T09:00:00Z".parse().unwrap();
/// # let calendar = CalendarGuard { trainer: TrainerId::from_uuid(uuid::Uuid::nil()), updated_at: at };
/// let calendar = Versioned::new(calendar, Version::FIRST);
/// let changes = ChangeSet::new().expecting(&calendar);
/// let prepared = changes.prepare()?;
/// assert_eq!(prepared.guards.len(), 1);
/// # Ok::<(), sitstay::repository::RepositoryError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[must_use = "a change set does nothing until it is committed"]
pub struct ChangeSet {
    expectations: Vec<Guard>,
    changes: Vec<Change>,
}

impl ChangeSet {
    /// Makes an empty change set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Fails the commit if `row` has changed since it was read.
    pub fn expecting<T: Entity>(mut self, row: &Versioned<T>) -> Self {
        self.expect(row);
        self
    }

    /// Adds a new row.
    pub fn inserting<T: Entity>(mut self, row: T) -> Self
    where
        Change: From<Write<T>>,
    {
        self.insert(row);
        self
    }

    /// Replaces a row by its next value.
    pub fn updating<T: Entity>(mut self, row: Versioned<T>) -> Self
    where
        Change: From<Write<T>>,
    {
        self.update(row);
        self
    }

    /// Adds a row to an append-only table.
    pub fn appending<T: Entity>(mut self, row: T) -> Self
    where
        Change: From<T>,
    {
        self.append(row);
        self
    }

    /// Fails the commit if `row` has changed since it was read.
    pub fn expect<T: Entity>(&mut self, row: &Versioned<T>) {
        self.expectations.push(Guard {
            entity: row.reference(),
            version: row.version(),
            writes: false,
        });
    }

    /// Adds a new row.
    pub fn insert<T: Entity>(&mut self, row: T)
    where
        Change: From<Write<T>>,
    {
        self.changes.push(Write::Insert(row).into());
    }

    /// Replaces a row by its next value, if it is still at the version it was read at.
    ///
    /// An update whose value did not change bumps the version all the same: that is how one
    /// decision makes another look again.
    pub fn update<T: Entity>(&mut self, row: Versioned<T>)
    where
        Change: From<Write<T>>,
    {
        self.changes.push(Write::Update(row).into());
    }

    /// Removes a row, if it is still at the version it was read at.
    pub fn remove<T: Removable>(&mut self, row: Versioned<T>)
    where
        Change: From<Write<T>>,
    {
        self.changes.push(Write::Delete(row).into());
    }

    /// Adds a row to an append-only table.
    pub fn append<T: Entity>(&mut self, row: T)
    where
        Change: From<T>,
    {
        self.changes.push(row.into());
    }

    /// Adds a change that was put together elsewhere.
    #[cfg(feature = "postgres")]
    pub(crate) fn put(&mut self, change: Change) {
        match change {
            Change::Rating(delta) => self.rate(delta),
            other => self.changes.push(other),
        }
    }

    /// Adds to a trainer's rating; several deltas on one trainer merge.
    pub fn rate(&mut self, delta: RatingDelta) {
        let same = self.changes.iter_mut().find_map(|change| match change {
            Change::Rating(earlier) if earlier.trainer == delta.trainer => Some(earlier),
            _ => None,
        });
        match same {
            Some(earlier) => {
                earlier.sum = earlier.sum.saturating_add(delta.sum);
                earlier.count = earlier.count.saturating_add(delta.count);
            }
            None => self.changes.push(Change::Rating(delta)),
        }
    }

    /// Releases the trainer's time that a completed booking still claims.
    ///
    /// Nothing happens where it claims none any more. On a booking that is active the commit is a
    /// [`RepositoryError::Conflict`], because an active booking never goes without its claims; on
    /// one that does not exist it is a [`RepositoryError::MissingReference`].
    pub fn release(&mut self, booking: BookingId) {
        let change = Change::Release(booking);
        if !self.changes.contains(&change) {
            self.changes.push(change);
        }
    }

    /// Says whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// For backends: checks the set, and puts it into the order in which it is carried out.
    ///
    /// # Errors
    ///
    /// [`RepositoryError::Invalid`] if a row breaks a rule of its table,
    /// [`RepositoryError::WrittenTwice`] if a row is written twice, and
    /// [`RepositoryError::Conflict`] if a row is expected at two versions.
    pub fn prepare(mut self) -> Result<Prepared, RepositoryError> {
        let mut targets = Vec::with_capacity(self.changes.len());
        for change in &self.changes {
            change.check()?;
            targets.extend(change.target());
            self.expectations.extend(change.guard());
        }
        targets.sort_unstable();
        if let Some(pair) = targets.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(RepositoryError::WrittenTwice(pair[0]));
        }
        let mut guards = self.expectations;
        guards.sort_unstable();
        let mut torn = None;
        guards.dedup_by(|guard, known| {
            let is_known = guard.entity == known.entity;
            if is_known && guard.version != known.version {
                torn = torn.or(Some(guard.entity));
            }
            known.writes |= is_known && guard.writes;
            is_known
        });
        if let Some(entity) = torn {
            return Err(RepositoryError::Conflict(entity));
        }
        self.changes.sort_by_key(Change::stage);
        Ok(Prepared { guards, changes: self.changes })
    }
}

/// A change set that was checked and put in order, for a backend to carry out.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// Every row that is expected, updated or removed, once each, sorted: commits that lock rows
    /// in this order cannot deadlock.
    pub guards: Vec<Guard>,
    /// The changes in the order in which they are carried out: what frees time or values, then
    /// parents, then updates, then inserts.
    pub changes: Vec<Change>,
}
