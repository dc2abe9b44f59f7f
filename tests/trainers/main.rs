//! Trainers, dogs and reviews through the platform, on the memory backend.
#![cfg(feature = "memory")]

mod calendar;
mod dogs;
mod guard;
mod listing;
mod reading;
mod reviews;
mod world;
