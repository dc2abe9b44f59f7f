//! The guide: pages to read, with no code of their own.
//!
//! | page | for whom |
//! |---|---|
//! | [`first_booking`] | whoever begins: from an empty project to a lesson that is booked, paid and reviewed |
//! | [`architecture`] | whoever wants to know how it works inside, with the state machines as pictures |
//! | [`operations`] | whoever runs it: sizing, migrations, replicas, backups, incidents, shards |
//! | [`comparison`] | whoever has to choose: what else there is, and when not to use this crate |
//!
//! How to write a backend stands at [`repository`](crate::repository#how-to-write-a-backend), which
//! error means what at [`platform::Error`](crate::platform::Error).

#[doc = include_str!("first_booking.md")]
pub mod first_booking {}

#[doc = include_str!("architecture.md")]
#[doc = ""]
#[doc = include_str!("state_machines.md")]
pub mod architecture {}

#[doc = include_str!("operations.md")]
pub mod operations {}

#[doc = include_str!("comparison.md")]
pub mod comparison {}
