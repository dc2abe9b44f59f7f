use std::collections::BTreeMap;

use serde::Serialize;

/// What a store promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Promise {
    /// No trainer and no dog has two lessons at one time; looked up in the bookings themselves.
    Overlaps,
    /// Claims and bookings agree.
    Claims,
    /// What a row refers to is there.
    Orphans,
    /// The audit trail tells every change, and every change that it tells is there.
    Audit,
    /// Every command that was acknowledged is stored with its audit entries, none that was refused
    /// is, and there are no others.
    Commands,
    /// A trainer's rating is that of the reviews that can be seen.
    Ratings,
    /// The ledger, the payments and the refunds agree.
    Ledger,
}

impl Promise {
    pub(crate) const ALL: [Self; 7] = [
        Self::Overlaps,
        Self::Claims,
        Self::Orphans,
        Self::Audit,
        Self::Commands,
        Self::Ratings,
        Self::Ledger,
    ];
}

/// So many broken rows are named; the rest is counted.
const NAMED: usize = 10;

/// What a check found.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Findings {
    /// How often each promise is broken.
    broken: BTreeMap<Promise, u64>,
    /// The first few things that are wrong.
    examples: Vec<String>,
    /// How much was looked at.
    looked_at: BTreeMap<&'static str, u64>,
}

impl Default for Findings {
    fn default() -> Self {
        let broken = Promise::ALL.map(|promise| (promise, 0)).into();
        Self { broken, examples: Vec::new(), looked_at: BTreeMap::new() }
    }
}

impl Findings {
    /// Says whether every promise is kept.
    pub(crate) fn all_kept(&self) -> bool {
        self.broken.values().all(|&count| count == 0)
    }

    /// Says how often a promise is broken.
    pub(crate) fn broken(&self, promise: Promise) -> u64 {
        self.broken.get(&promise).copied().unwrap_or_default()
    }

    /// Notes that a promise is broken.
    pub(super) fn add(&mut self, promise: Promise, what: impl FnOnce() -> String) {
        *self.broken.entry(promise).or_default() += 1;
        if self.examples.len() < NAMED {
            self.examples.push(what());
        }
    }

    /// Notes that a promise is broken unless something holds.
    pub(super) fn require(&mut self, holds: bool, promise: Promise, what: impl FnOnce() -> String) {
        if !holds {
            self.add(promise, what);
        }
    }

    /// Notes how much was looked at.
    pub(super) fn look_at(&mut self, what: &'static str, rows: usize) {
        *self.looked_at.entry(what).or_default() += rows as u64;
    }
}
