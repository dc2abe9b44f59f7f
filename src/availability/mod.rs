//! When a trainer can be booked.
//!
//! An instant is *open* when the trainer's wall clock at that instant lies in one of the trainer's
//! windows for that local date; everything else follows from it, also around changes of the clock.
//!
//! - [`WeeklyHours`], [`DatedHours`] and a [`Zone`](crate::time::Zone) make [`OpeningHours`].
//! - [`Calendar`] adds what is blocked and occupied, the [`SchedulingPolicy`] and now. It lists
//!   free [slots](Calendar::slots) and says for [reasons](Calendar::reasons) why a start is none;
//!   the two always agree.
//! - [`BookedTime`] names the bookings that stand in the way of another.
//!
//! Nothing in here does I/O, reads a clock or looks up a zone for each slot.

mod booked_time;
mod calendar;
mod dated;
mod days;
mod error;
mod interval_set;
mod limits;
mod opening_hours;
mod policy;
mod reason;
mod session;
mod starts;
mod weekly;
mod window;

pub use booked_time::{BookedTime, Conflicts};
pub use calendar::{Calendar, Grid, Nearest};
pub use dated::DatedHours;
pub use error::AvailabilityError;
pub use interval_set::IntervalSet;
pub use opening_hours::{MAX_LISTING_DAYS, Open, OpeningHours};
pub use policy::SchedulingPolicy;
pub use reason::{Reason, Reasons};
pub use session::Session;
pub use starts::Starts;
pub use weekly::{MAX_WINDOWS_PER_DATE, WeeklyHours};
pub use window::Window;
