//! What an owner gets back who cancels an accepted booking.
//!
//! A [`CancellationPolicy`] is copied into each booking when it is made, as JSON, and read from
//! there ever after: later edits of a trainer's policy change no booking.

mod cut_off;
mod policy;

pub use cut_off::CutOff;
pub use policy::{CancellationPolicy, Tier};
