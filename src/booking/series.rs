use serde::Serialize;

use crate::{
    error::{InvalidValue, within},
    ids::{OwnerId, SeriesId, TrainerId},
    time::Instant,
};

/// A series of lessons at one wall-clock time (table `booking_series`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Series {
    /// The key.
    pub id: SeriesId,
    /// Who gives the lessons.
    pub trainer: TrainerId,
    /// Who asked for them.
    pub owner: OwnerId,
    /// How many lessons: 2 to 52.
    pub lessons: u16,
    /// How many weeks lie between two lessons: 1 to 52.
    pub every_weeks: u16,
    /// When the row was made.
    pub created_at: Instant,
    /// When the row last changed.
    pub updated_at: Instant,
}

impl Series {
    /// Checks every bound.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] names the first bound that is broken.
    pub fn check(&self) -> Result<(), InvalidValue> {
        within("lessons", self.lessons, 2, 52)?;
        within("every_weeks", self.every_weeks, 1, 52)
    }
}
