use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::{
    error::{InvalidValue, within},
    time::{Instant, Interval, MICROS_PER_MINUTE},
};

/// How long a lesson lasts and how much of the trainer's time it takes around it.
///
/// All in whole minutes: the lesson from 5 to 1,440, each buffer from 0 to 720.
///
/// # Example: what a lesson occupies
///
/// ```
/// use sitstay::availability::Session;
///
/// let session = Session::new(60, 15, 30)?;
/// let start = "2027-03-01T09:00:00Z".parse()?;
/// assert_eq!(session.lesson(start)?.to_string(), "2027-03-01T09:00:00Z/2027-03-01T10:00:00Z");
/// assert_eq!(session.occupied(start)?.to_string(), "2027-03-01T08:45:00Z/2027-03-01T10:30:00Z");
/// # Ok::<(), sitstay::error::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Session {
    duration_minutes: u32,
    buffer_before_minutes: u32,
    buffer_after_minutes: u32,
}

#[derive(Serialize, Deserialize)]
struct Parts {
    duration_minutes: u32,
    #[serde(default)]
    buffer_before_minutes: u32,
    #[serde(default)]
    buffer_after_minutes: u32,
}

impl Session {
    /// Takes the length of the lesson and the buffers before and after it, in minutes.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] if one is out of its bounds.
    pub fn new(
        duration_minutes: u32,
        buffer_before_minutes: u32,
        buffer_after_minutes: u32,
    ) -> Result<Self, InvalidValue> {
        within("duration_minutes", duration_minutes, 5, 24 * 60)?;
        within("buffer_before_minutes", buffer_before_minutes, 0, 12 * 60)?;
        within("buffer_after_minutes", buffer_after_minutes, 0, 12 * 60)?;
        Ok(Self { duration_minutes, buffer_before_minutes, buffer_after_minutes })
    }

    /// Takes a length in minutes, without buffers.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] outside 5 to 1,440.
    pub fn of_minutes(duration_minutes: u32) -> Result<Self, InvalidValue> {
        Self::new(duration_minutes, 0, 0)
    }

    /// Returns the length of the lesson.
    #[must_use]
    pub fn duration(self) -> TimeDelta {
        minutes(self.duration_minutes)
    }

    /// Returns the pause that the trainer needs before the lesson.
    #[must_use]
    pub fn buffer_before(self) -> TimeDelta {
        minutes(self.buffer_before_minutes)
    }

    /// Returns the pause that the trainer needs after the lesson.
    #[must_use]
    pub fn buffer_after(self) -> TimeDelta {
        minutes(self.buffer_after_minutes)
    }

    /// Returns the length of the lesson in minutes.
    #[must_use]
    pub const fn duration_minutes(self) -> u32 {
        self.duration_minutes
    }

    /// Returns the pause before the lesson in minutes.
    #[must_use]
    pub const fn buffer_before_minutes(self) -> u32 {
        self.buffer_before_minutes
    }

    /// Returns the pause after the lesson in minutes.
    #[must_use]
    pub const fn buffer_after_minutes(self) -> u32 {
        self.buffer_after_minutes
    }

    /// Returns the time of a lesson that starts at `start`: what its dog is busy with.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] if it would end after 2200.
    pub fn lesson(self, start: Instant) -> Result<Interval, InvalidValue> {
        Interval::new(start, Instant::from_micros(start.as_micros() + self.duration_micros())?)
    }

    /// Returns the lesson with its buffers: what its trainer is busy with.
    ///
    /// Buffers stop at the bounds of [`Instant`].
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] if the lesson would end after 2200.
    pub fn occupied(self, start: Instant) -> Result<Interval, InvalidValue> {
        Ok(self.lesson(start)?.padded(self.buffer_before(), self.buffer_after()))
    }

    pub(super) fn duration_micros(self) -> i64 {
        micros(self.duration_minutes)
    }

    pub(super) fn buffer_before_micros(self) -> i64 {
        micros(self.buffer_before_minutes)
    }

    pub(super) fn buffer_after_micros(self) -> i64 {
        micros(self.buffer_after_minutes)
    }
}

fn minutes(minutes: u32) -> TimeDelta {
    TimeDelta::microseconds(micros(minutes))
}

pub(super) fn micros(minutes: u32) -> i64 {
    i64::from(minutes) * MICROS_PER_MINUTE
}

impl TryFrom<Parts> for Session {
    type Error = InvalidValue;

    fn try_from(parts: Parts) -> Result<Self, InvalidValue> {
        Self::new(parts.duration_minutes, parts.buffer_before_minutes, parts.buffer_after_minutes)
    }
}

impl From<Session> for Parts {
    fn from(session: Session) -> Self {
        Self {
            duration_minutes: session.duration_minutes,
            buffer_before_minutes: session.buffer_before_minutes,
            buffer_after_minutes: session.buffer_after_minutes,
        }
    }
}
