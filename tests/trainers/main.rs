//! Trainers, dogs and reviews through the platform, on the memory backend.
#![cfg(feature = "memory")]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod calendar;
mod dogs;
mod guard;
mod listing;
mod lists;
mod reading;
mod reviews;
mod world;
