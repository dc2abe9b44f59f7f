//! Instants, intervals and the clock at a service's edge.

mod clock;
mod instant;
mod interval;

pub use clock::Clock;
pub use instant::Instant;
pub use interval::Interval;
