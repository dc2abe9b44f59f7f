use serde::{Deserialize, Serialize};

use crate::{
    error::{InvalidValue, within},
    ids::{BookingId, OwnerId, ReviewId, TrainerId},
    text::Text,
    time::Instant,
};

/// One to five points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Points(u8);

impl Points {
    /// Takes 1 to 5.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] outside of that.
    pub fn new(points: u8) -> Result<Self, InvalidValue> {
        within("rating", points, 1, 5)?;
        Ok(Self(points))
    }

    /// Returns the number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Points {
    type Error = InvalidValue;

    fn try_from(points: u8) -> Result<Self, InvalidValue> {
        Self::new(points)
    }
}

impl From<Points> for u8 {
    fn from(points: Points) -> Self {
        points.0
    }
}

/// What an owner says of a completed lesson (table `reviews`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Review {
    /// The key.
    pub id: ReviewId,
    /// Of which booking; one review each.
    pub booking: BookingId,
    /// Whom it rates.
    pub trainer: TrainerId,
    /// Who wrote it.
    pub owner: OwnerId,
    /// The points given.
    pub rating: Points,
    /// The words.
    pub comment: Text,
    /// The trainer's one answer.
    pub reply: Option<Text>,
    /// Whether an admin hid it; a hidden review counts nowhere.
    pub is_hidden: bool,
    /// When it was written.
    pub created_at: Instant,
    /// When the row last changed.
    pub updated_at: Instant,
}
