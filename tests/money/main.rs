//! Money through the public API: covers, reports in any order, payouts, statements, the auditor and
//! the provider that misbehaves.
#![cfg(feature = "testing")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod audit;
mod cover;
mod fake;
mod ledger;
mod payouts;
mod quotes;
mod scene;
mod verbs;
