use super::Instant;

/// Tells the time at a service's edge.
///
/// No rule of this library reads a clock: whoever calls it passes `now`. A service asks its
/// clock once per request and hands the answer on; a test uses a clock that stands still.
pub trait Clock: Send + Sync {
    /// Returns the current instant.
    fn now(&self) -> Instant;
}
