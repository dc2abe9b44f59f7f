//! Does a backend keep the storage contract? One suite that every backend passes: ours and yours.
//!
//! The macro [`repository_conformance_tests!`](crate::repository_conformance_tests) expands to one
//! `#[test]` per case. It takes the name of a function that makes an empty repository, together
//! with a guard that is dropped after the case, for instance a temporary directory.
//!
//! # Example: the suite on a backend
//!
//! ```test_harness
//! # #[cfg(feature = "memory")]
//! mod memory {
//!     use std::sync::Arc;
//!
//!     use sitstay::{memory::MemoryRepository, repository::Repository};
//!
//!     async fn fresh() -> (Arc<dyn Repository>, ()) {
//!         (Arc::new(MemoryRepository::new()), ())
//!     }
//!
//!     sitstay::repository_conformance_tests!(fresh);
//! }
//! ```
//!
//! A test reads `memory::claims::touching_is_free`: the file of the case, then what it shows.
//!
//! # Example: one case, while a backend is being written
//!
//! ```
//! # #[cfg(feature = "memory")] {
//! use std::sync::Arc;
//!
//! use sitstay::{conformance, memory::MemoryRepository};
//!
//! let repository = Arc::new(MemoryRepository::new());
//! conformance::run(conformance::cases::claims::touching_is_free(repository));
//! # }
//! ```
//!
//! Cases make their rows with [`fixtures`], which serve tests of services as well.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a case fails by panicking")]

pub mod fixtures;
pub mod tour;

mod answers;
mod attendance;
mod authority;
mod bookings;
mod bounds;
mod broken;
mod busy_time;
mod claims;
mod commits;
mod dated;
mod draw;
mod due_work;
mod every_filter;
mod extremes;
mod free_time;
mod keys;
mod listing;
mod messages;
mod moves;
mod payments;
mod payout_reports;
mod payout_rests;
mod payout_runs;
mod payouts;
mod queries_accounts;
mod queries_bookings;
mod queries_calendars;
mod queries_due;
mod queries_erasure;
mod queries_feed;
mod queries_filters;
mod queries_lists;
mod queries_payments;
mod queries_payouts;
mod quotes;
mod races;
mod references;
mod region;
mod requests;
mod rivals;
mod round_trips_bookings;
mod round_trips_profiles;
mod round_trips_records;
mod scripted;
mod search;
mod series;
mod settled;
mod statements;
mod stored;
mod suite;
mod town;
mod uniques;
mod versions;
mod world;

use std::time::Duration;

pub use settled::settled;
pub use suite::cases;

/// Runs a case on a `tokio` runtime of its own, with several threads for its races.
///
/// # Panics
///
/// If the case does, and if it takes longer than two minutes: then it hangs.
pub fn run<T>(case: impl Future<Output = T>) -> T {
    const PATIENCE: Duration = Duration::from_secs(120);
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .unwrap()
        .block_on(async { tokio::time::timeout(PATIENCE, case).await })
        .expect("the case hangs")
}
