use std::fmt;

use uuid::Uuid;

use super::{UniqueKey, rows::for_each_row};
use crate::{error::InvalidValue, ids::Id};

macro_rules! tables {
    (() versioned { $($versioned:ident($v_type:ty) in $v_field:ident as $v_name:literal;)+ }
        append_only { $($append:ident($a_type:ty) in $a_field:ident as $a_name:literal;)+ }) => {
        /// The tables whose rows a change set can write, parents before children.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Table {
            $(#[doc = concat!("Table `", $v_name, "`.")] $versioned,)+
            $(#[doc = concat!("Table `", $a_name, "`, append-only.")] $append,)+
        }

        impl Table {
            /// Every table, parents before children.
            pub const ALL: &[Self] = &[$(Self::$versioned,)+ $(Self::$append,)+];

            /// Returns the table's name in SQL.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$versioned => $v_name,)+
                    $(Self::$append => $a_name,)+
                }
            }
        }
    };
}

for_each_row!(tables);

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The key of a row in any table: one UUID, or two in a table of pairs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowKey(Uuid, Option<Uuid>);

impl RowKey {
    /// Returns the first, and mostly only, part.
    #[must_use]
    pub const fn first(self) -> Uuid {
        self.0
    }

    /// Returns the second part, in a table of pairs.
    #[must_use]
    pub const fn second(self) -> Option<Uuid> {
        self.1
    }
}

impl<T: Id> From<T> for RowKey {
    fn from(id: T) -> Self {
        Self(id.as_uuid(), None)
    }
}

impl<A: Id, B: Id> From<(A, B)> for RowKey {
    fn from((first, second): (A, B)) -> Self {
        Self(first.as_uuid(), Some(second.as_uuid()))
    }
}

impl fmt::Display for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.1 {
            Some(second) => write!(f, "{}/{second}", self.0),
            None => fmt::Display::fmt(&self.0, f),
        }
    }
}

impl fmt::Debug for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Names one row of any table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityRef {
    table: Table,
    key: RowKey,
}

impl EntityRef {
    /// Names the row of `table` with this key.
    #[must_use]
    pub fn new(table: Table, key: impl Into<RowKey>) -> Self {
        Self { table, key: key.into() }
    }

    /// Returns the table.
    #[must_use]
    pub const fn table(self) -> Table {
        self.table
    }

    /// Returns the key.
    #[must_use]
    pub const fn key(self) -> RowKey {
        self.key
    }
}

impl fmt::Display for EntityRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.table, self.key)
    }
}

impl fmt::Debug for EntityRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A row of a table: what storage must know of it.
pub trait Entity: Clone + fmt::Debug + PartialEq + Send + Sync + Sized + 'static {
    /// The kind of key.
    type Key: Copy + Ord + fmt::Debug + Into<RowKey> + Send + Sync;

    /// The table that the row belongs to.
    const TABLE: Table;

    /// Returns the row's key.
    fn key(&self) -> Self::Key;

    /// Names the row.
    fn reference(&self) -> EntityRef {
        EntityRef::new(Self::TABLE, self.key())
    }

    /// Checks the rules that hold for every stored row of the table.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] names the first rule that is broken.
    fn check(&self) -> Result<(), InvalidValue> {
        Ok(())
    }

    /// Visits every row that this row refers to.
    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        let _ = visit;
    }

    /// Visits every value of this row that only one row may have.
    fn each_unique(&self, visit: &mut dyn FnMut(UniqueKey)) {
        let _ = visit;
    }

    /// Takes over from the stored row what an update never writes.
    fn keep_stored(&mut self, stored: &Self) {
        let _ = stored;
    }
}

/// A row that may be removed: no other row refers to it, or storage refuses while one does.
pub trait Removable: Entity {}
