//! Instants, intervals, wall clocks and the clock at a service's edge.
//!
//! Bookings are [`Instant`]s; opening hours are wall-clock time in a [`Zone`]. The rules of zones
//! come from a database that is built into the library ([`tzdb_version`]), never from the host.

mod clock;
mod instant;
mod interval;
mod local;
mod wall_time;
mod weekday;
mod zone;

pub(crate) use instant::{MICROS_PER_DAY, MICROS_PER_MINUTE};
pub(crate) use local::day_of_date;
pub(crate) use wall_time::MINUTES_PER_DAY;

pub use clock::Clock;
pub use instant::Instant;
pub use interval::Interval;
pub use local::{LocalDateTime, LocalTime, LocalTimeError, LocalWeek};
pub use wall_time::WallTime;
pub use weekday::Weekday;
pub use zone::{Segment, Segments, Zone, ZoneId, tzdb_version};
