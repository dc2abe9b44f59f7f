//! When a trainer can be booked, against published vectors, the definition minute by minute, and
//! other implementations.

#![expect(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "helpers of tests, whose numbers are small"
)]

mod allocations;
#[path = "../support/deep.rs"]
mod deep;
mod definition;
mod interval_set;
mod listing;
mod local_time;
mod oracle;
mod vectors;
mod writing;
