//! Accounts through the public API, on the memory backend.
#![cfg(feature = "memory")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod admins;
mod commands;
mod erasure;
mod notifications;
mod privacy;
mod races;
mod world;
