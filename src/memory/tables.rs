//! The tables, and the one primitive that writes them.

use std::{collections::BTreeMap, fmt, hash::Hash};

use super::{
    by_id::ById,
    index::{Edit, Least},
    sorted::Sorted,
    stored::{Shared, Stored},
};
use crate::{
    account::{Role, RoleName},
    error::InvalidValue,
    ids::Id,
    repository::{
        Census, Entity, EntityRef, RowKey, Table as TableName, TableCount, UniqueKey, Version,
        Versioned, for_each_row,
    },
    text::Name,
    time::Instant,
};

/// A key that can be read back from its untyped form.
pub(super) trait TableKey: Copy + Ord + Hash + fmt::Debug + Into<RowKey> {
    fn of(key: RowKey) -> Self;
}

impl<T: Id> TableKey for T {
    fn of(key: RowKey) -> Self {
        Self::from_uuid(key.first())
    }
}

impl<A: Id, B: Id> TableKey for (A, B) {
    fn of(key: RowKey) -> Self {
        (A::from_uuid(key.first()), B::from_uuid(key.second().unwrap_or_default()))
    }
}

/// How the rows of a table are found by their keys.
pub(super) trait Keyed<K, R>: fmt::Debug + Default + Send + Sync {
    fn get(&self, key: &K) -> Option<&R>;
    fn insert(&mut self, key: K, row: R) -> Option<R>;
    fn remove(&mut self, key: &K) -> Option<R>;
    fn count(&self) -> u64;
    /// Returns all rows, in any order.
    fn rows<'r>(&'r self) -> impl Iterator<Item = &'r R>
    where
        K: 'r,
        R: 'r;
}

macro_rules! keyed {
    ($($map:ident: |$entry:pat_param| $row:expr;)+) => {$(
        impl<K, R> Keyed<K, R> for $map<K, R>
        where
            K: TableKey + Send + Sync,
            R: fmt::Debug + Send + Sync,
        {
            fn get(&self, key: &K) -> Option<&R> {
                $map::get(self, key)
            }
            fn insert(&mut self, key: K, row: R) -> Option<R> {
                $map::insert(self, key, row)
            }
            fn remove(&mut self, key: &K) -> Option<R> {
                $map::remove(self, key)
            }
            fn count(&self) -> u64 {
                $map::count(self)
            }
            fn rows<'r>(&'r self) -> impl Iterator<Item = &'r R>
            where
                K: 'r,
                R: 'r,
            {
                self.iter().map(|$entry| $row)
            }
        }
    )+};
}

keyed! {
    Sorted: |(_, row)| row;
    ById: |(_, row)| row;
}

/// A row with what this backend must know of it.
pub(super) trait Row: Entity<Key: TableKey> {
    /// How the row is found by its key: [`Sorted`] where rows are made as time goes by, so that a
    /// new one is put at the end and not anywhere in a table of millions; [`ById`] where there is
    /// one per person, dog or the like.
    type Rows: Keyed<Self::Key, Stored<Self>>;

    /// The ways by which the row is found, beside its key.
    type Indexes: fmt::Debug + Default + Send + Sync;

    /// Adds the row to the indexes, or removes it.
    fn file(row: &Shared<Self>, indexes: &mut Self::Indexes, edit: Edit);

    /// Brings what is derived from rows of several tables up to date, after the row of a key was
    /// written or removed.
    fn derive(_tables: &mut Tables, _key: Self::Key) {}

    /// Brings what is derived from this row up to date where it was derived for others, after the
    /// row gave way to another value of itself.
    fn gave_way(&self, _tables: &mut Tables) {}

    /// Says whether another row is seen to refer to this one, which proves that this one is there.
    ///
    /// Of a row that can be removed every reference is seen. Of others it is only said by indexes
    /// in which the row that refers is filed anyway. Claims say nothing: they stand before the row of
    /// their booking does, also of one whose trainer or dog is missing.
    fn is_referred_to(_tables: &Tables, _key: Self::Key) -> bool {
        false
    }
}

/// Where a kind of row is kept.
pub(super) trait Tabled: Row {
    fn table(tables: &Tables) -> &Table<Self>;
    fn table_mut(tables: &mut Tables) -> &mut Table<Self>;
    fn undo(key: Self::Key, row: Option<Stored<Self>>) -> Undo;
}

/// The rows of one table by key, with their indexes.
#[derive(Debug)]
pub(super) struct Table<T: Row> {
    rows: T::Rows,
    writes: i64,
    /// How rows are found by anything but their key.
    pub(super) by: T::Indexes,
}

impl<T: Row> Default for Table<T> {
    fn default() -> Self {
        Self { rows: T::Rows::default(), writes: 0, by: T::Indexes::default() }
    }
}

impl<T: Row> Table<T> {
    /// Returns a row where it is.
    pub(super) fn get(&self, key: T::Key) -> Option<&Versioned<T>> {
        self.rows.get(&key).map(|stored| stored.row.as_ref())
    }

    /// Returns a copy of a row.
    pub(super) fn cloned(&self, key: T::Key) -> Option<Versioned<T>> {
        self.get(key).cloned()
    }

    /// Returns copies of the rows that keys name.
    pub(super) fn all<'k>(&self, keys: impl IntoIterator<Item = &'k T::Key>) -> Vec<Versioned<T>> {
        keys.into_iter().filter_map(|key| self.cloned(*key)).collect()
    }

    /// Returns all rows, in any order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Versioned<T>> {
        self.rows.rows().map(|stored| stored.row.as_ref())
    }

    /// Returns the rows whose keys follow one, or all rows, by key.
    pub(super) fn after(&self, after: Option<T::Key>) -> impl Iterator<Item = &Versioned<T>>
    where
        T: Row<Rows = Sorted<<T as Entity>::Key, Stored<T>>>,
        T::Key: Least,
    {
        let rows = self.rows.from(after.unwrap_or_else(T::Key::least));
        let rows = rows.filter(move |(key, _)| Some(*key) != after);
        rows.map(|(_, stored)| stored.row.as_ref())
    }

    /// Puts a row in the place of another, or of none, and keeps the indexes right.
    fn replace(&mut self, key: T::Key, row: Option<Stored<T>>) -> Option<Stored<T>> {
        if let Some(old) = self.rows.get(&key) {
            self.writes -= old.version.as_i64();
            T::file(&old.row, &mut self.by, Edit::Remove);
        }
        let Some(row) = row else { return self.rows.remove(&key) };
        self.writes += row.version.as_i64();
        T::file(&row.row, &mut self.by, Edit::Add);
        self.rows.insert(key, row)
    }

    /// Adds a row under a key that is free.
    fn insert(&mut self, key: T::Key, row: Stored<T>) {
        self.writes += row.version.as_i64();
        T::file(&row.row, &mut self.by, Edit::Add);
        self.rows.insert(key, row);
    }

    fn count(&self) -> TableCount {
        TableCount {
            rows: self.rows.count(),
            writes: u64::try_from(self.writes).unwrap_or_default(),
        }
    }
}

macro_rules! tables {
    (() versioned { $($versioned:ident($v_type:ty) in $v_field:ident as $v_name:literal;)+ }
        append_only { $($append:ident($a_type:ty) in $a_field:ident as $a_name:literal;)+ }) => {
        tables! { @all $($versioned($v_type) in $v_field;)+ $($append($a_type) in $a_field;)+ }
    };
    (@all $($name:ident($row:ty) in $field:ident;)+) => {
        /// Everything that is stored.
        #[derive(Debug, Default)]
        pub(super) struct Tables {
            $(pub(super) $field: Table<$row>,)+
            /// The values that only one row may have, each with that row.
            pub(super) unique: BTreeMap<UniqueKey, RowKey>,
            /// Derived from the ledger and the items of payouts.
            pub(super) open_earnings: super::payouts::OpenEarnings,
            /// Derived from trainers, their users, places and services.
            pub(super) listings: super::listings::Listings,
            /// Derived from payments and their bookings.
            pub(super) payment_parties: super::payments::PaymentParties,
        }

        /// What a write put something else in the place of.
        #[derive(Debug)]
        pub(super) enum Undo {
            $($name(<$row as Entity>::Key, Option<Stored<$row>>),)+
            Claim(super::diaries::Place, Option<super::diaries::Taken>),
        }

        impl Tables {
            /// Returns the version of a row.
            pub(super) fn version(&self, row: EntityRef) -> Option<Version> {
                match row.table() {
                    $(TableName::$name => {
                        self.$field.rows.get(&TableKey::of(row.key())).map(|stored| stored.version)
                    })+
                }
            }

            /// Says whether a row is there.
            pub(super) fn holds(&self, row: EntityRef) -> bool {
                match row.table() {
                    $(TableName::$name => self.$field.rows.get(&TableKey::of(row.key())).is_some(),)+
                }
            }

            /// Says whether another row refers to this one.
            pub(super) fn is_referred_to(&self, row: EntityRef) -> bool {
                match row.table() {
                    $(TableName::$name => <$row>::is_referred_to(self, TableKey::of(row.key())),)+
                }
            }

            /// Puts back what was there before a write.
            pub(super) fn undo(&mut self, undo: Undo) {
                match undo {
                    $(Undo::$name(key, row) => {
                        self.replace(key, row);
                    })+
                    Undo::Claim(place, taken) => {
                        self.bookings.by.diaries.replace(place, taken);
                    }
                }
            }

            /// Counts rows, writes and claims.
            pub(super) fn census(&self) -> Census {
                Census {
                    tables: vec![$((TableName::$name, self.$field.count()),)+],
                    claims: self.bookings.by.diaries.claims(),
                }
            }
        }

        $(impl Tabled for $row {
            fn table(tables: &Tables) -> &Table<Self> {
                &tables.$field
            }
            fn table_mut(tables: &mut Tables) -> &mut Table<Self> {
                &mut tables.$field
            }
            fn undo(key: Self::Key, row: Option<Stored<Self>>) -> Undo {
                Undo::$name(key, row)
            }
        })+
    };
}

for_each_row!(tables);

impl Tables {
    /// Makes the tables as every database begins: with the roles that the library knows.
    pub(super) fn seeded() -> Self {
        let mut tables = Self::default();
        for role in RoleName::ALL {
            // The codes of roles are names.
            let name: Result<Name, InvalidValue> = role.code().parse();
            if let Ok(name) = name {
                let row = Role { id: role.id(), name, updated_at: Instant::MIN };
                tables.replace(role.id(), Some(Stored::new(row, Version::FIRST)));
            }
        }
        tables
    }

    /// Adds a row under a key that is free. Indexes and unique values follow; it is on the caller
    /// to see that these are free too.
    pub(super) fn insert<T: Tabled>(&mut self, key: T::Key, row: Stored<T>) {
        row.row.each_unique(&mut |value| {
            self.unique.insert(value, key.into());
        });
        T::table_mut(self).insert(key, row);
        T::derive(self, key);
    }

    /// Puts a row in the place of another, or of none, and returns that. Undoing a write is another
    /// such write.
    ///
    /// Indexes and unique values follow. It is on the caller to see that the unique values are
    /// free.
    pub(super) fn replace<T: Tabled>(
        &mut self,
        key: T::Key,
        row: Option<Stored<T>>,
    ) -> Option<Stored<T>> {
        let mut values = Vec::new();
        if let Some(row) = &row {
            row.row.each_unique(&mut |value| values.push(value));
        }
        let old = T::table_mut(self).replace(key, row);
        if let Some(old) = &old {
            old.row.each_unique(&mut |value| {
                self.unique.remove(&value);
            });
        }
        self.unique.extend(values.into_iter().map(|value| (value, key.into())));
        T::derive(self, key);
        if let Some(old) = &old {
            old.row.gave_way(self);
        }
        old
    }

    /// Returns the row that has a unique value.
    pub(super) fn unique<T: Tabled>(&self, value: &UniqueKey) -> Option<&Versioned<T>> {
        T::table(self).get(TableKey::of(*self.unique.get(value)?))
    }
}
