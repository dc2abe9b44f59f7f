//! A repository that looks whether every row says when it last changed.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    repository::{
        Change, ChangeSet, EntityRef, Forward, Repository, Result, Version, Write, for_each_row,
    },
    time::Instant,
};

/// A repository that takes what a command changes only with the command's time on it.
///
/// A row that is written again as it was, so that its version goes up, keeps the time that it has.
#[derive(Debug)]
pub(super) struct Dated {
    store: Arc<dyn Repository>,
    written: Mutex<BTreeMap<(EntityRef, Version), Change>>,
}

impl Dated {
    pub(super) fn new(store: Arc<dyn Repository>) -> Self {
        Self { store, written: Mutex::default() }
    }

    fn check(&self, row: EntityRef, change: &Change, now: Instant) {
        let Some(Dating { before, changed_at, .. }) = dating(change) else { return };
        if changed_at == now {
            return;
        }
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let known = before.map(|before| written.get(&(row, before)));
        // Of a row that was stored elsewhere, or in a commit that was given up, nothing is known.
        let is_as_it_was = known.is_some_and(|known| known.is_none_or(|known| same(known, change)));
        assert!(is_as_it_was, "at {now} a command wrote: {change:#?}");
    }
}

impl Forward for Dated {
    fn target(&self) -> &dyn Repository {
        &*self.store
    }

    async fn commits(&self, changes: ChangeSet) -> Result<()> {
        let rows = changes.clone().prepare().map(|prepared| prepared.changes).unwrap_or_default();
        let now = rows.iter().find_map(|change| match change {
            Change::Command(record) => Some(record.created_at),
            _ => None,
        });
        let named = || rows.iter().filter_map(|change| Some((change.target()?, change)));
        if let Some(now) = now {
            named().for_each(|(row, change)| self.check(row, change, now));
        }
        self.store.commit(changes).await?;
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        for (row, change) in named() {
            if let Some(Dating { version, .. }) = dating(change) {
                written.insert((row, version), change.clone());
            }
        }
        Ok(())
    }
}

/// What a row that is written says of its time.
struct Dating {
    /// The version at which it was read; `None` where it is new.
    before: Option<Version>,
    version: Version,
    changed_at: Instant,
}

macro_rules! dated {
    (() versioned { $($versioned:ident($v_type:ty) in $v_field:ident as $v_name:literal;)+ }
        append_only { $($append:ident($a_type:ty) in $a_field:ident as $a_name:literal;)+ }) => {
        fn dating(change: &Change) -> Option<Dating> {
            match change {
                $(Change::$versioned(Write::Insert(row)) => Some(Dating {
                    before: None,
                    version: Version::FIRST,
                    changed_at: row.updated_at,
                }),
                Change::$versioned(Write::Update(row)) => Some(Dating {
                    before: Some(row.version()),
                    version: row.version().next(),
                    changed_at: row.updated_at,
                }),)+
                _ => None,
            }
        }

        /// Says whether two changes write the same values.
        fn same(one: &Change, other: &Change) -> bool {
            match (one, other) {
                $((Change::$versioned(one), Change::$versioned(other)) => one.row() == other.row(),)+
                _ => false,
            }
        }
    };
}

for_each_row!(dated);
