//! Instants, intervals, wall clocks and the clock at a service's edge.
//!
//! Bookings are [`Instant`]s; opening hours are wall-clock time in a [`Zone`]. The rules of zones
//! come from a database that is built into the library ([`tzdb_version`]), never from the host.
//! Intervals are half-open: an instant belongs to the one that it begins.
//!
//! # Example: half past two, twice
//!
//! ```
//! use sitstay::time::{LocalTime, ZoneId};
//!
//! let zone = "Europe/Berlin".parse::<ZoneId>()?.zone();
//! let local = zone.resolve("2027-10-31".parse()?, "02:30".parse()?)?;
//! assert!(matches!(local, LocalTime::Twice(..)));
//! assert_eq!(local.earliest(), "2027-10-31T00:30:00Z".parse()?);
//! assert_eq!(local.latest(), "2027-10-31T01:30:00Z".parse()?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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
