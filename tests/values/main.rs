//! Properties of the small values that all of the library uses.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what helpers of tests draw is sound, and an oracle for distances computes in floats"
)]

#[cfg(feature = "testing")]
mod bookings;
mod cancellation;
mod errors;
mod geo;
mod money;
mod search;
mod templates;
mod text;
