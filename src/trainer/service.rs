use serde::Serialize;

use super::policy::{BUFFER_MAX_MINUTES, LESSON_MAX_MINUTES, LESSON_MIN_MINUTES};
use crate::{
    dog::DogSize,
    error::{InvalidValue, within},
    ids::{ServiceId, TrainerId},
    money::Price,
    text::{Name, Text},
    time::Instant,
};

/// Something that a trainer offers at a fixed length and price (table `trainer_services`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Service {
    /// The key.
    pub id: ServiceId,
    /// Who offers it.
    pub trainer: TrainerId,
    /// What it is called.
    pub name: Name,
    /// What it is.
    pub description: Text,
    /// How long it takes, in minutes: 5 to 1,440.
    pub duration_minutes: u16,
    /// What it costs.
    pub price: Price,
    /// Whether it can be booked.
    pub is_active: bool,
    /// The pause kept free before it, in minutes: 0 to 720.
    pub buffer_before_minutes: u16,
    /// The pause kept free after it, in minutes: 0 to 720.
    pub buffer_after_minutes: u16,
    /// Which sizes of dog it is for, ascending and without repetition; empty: all.
    pub accepted_dog_sizes: Vec<DogSize>,
    /// When the row was made.
    pub created_at: Instant,
    /// When the row last changed.
    pub updated_at: Instant,
}

impl Service {
    /// Checks every bound.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] names the first bound that is broken.
    pub fn check(&self) -> Result<(), InvalidValue> {
        within("duration_minutes", self.duration_minutes, LESSON_MIN_MINUTES, LESSON_MAX_MINUTES)?;
        within("buffer_before_minutes", self.buffer_before_minutes, 0, BUFFER_MAX_MINUTES)?;
        within("buffer_after_minutes", self.buffer_after_minutes, 0, BUFFER_MAX_MINUTES)
    }

    /// Says whether the service is for dogs of this size.
    #[must_use]
    pub fn accepts(&self, size: DogSize) -> bool {
        self.accepted_dog_sizes.is_empty() || self.accepted_dog_sizes.contains(&size)
    }
}
