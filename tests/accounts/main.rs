//! Accounts through the public API, on the memory backend.
#![cfg(feature = "memory")]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod admins;
mod commands;
mod erasure;
mod notifications;
mod privacy;
mod races;
mod world;
