use serde::{Deserialize, Serialize};

use super::DogError;
use crate::{
    code::codes,
    ids::{DogId, OwnerId, PhotoId},
    text::{HttpsUrl, Name, Text},
    time::Instant,
    years::DogAge,
};

codes! {
    /// How large a dog is.
    pub enum DogSize as "dog_size" {
        /// Up to about 10 kg.
        Small = "small",
        /// About 10 to 25 kg.
        Medium = "medium",
        /// About 25 to 45 kg.
        Large = "large",
        /// More than about 45 kg.
        Giant = "giant",
    }
}

/// What an owner says of a dog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DogFacts {
    /// What it is called.
    pub name: Name,
    /// Its breed, as the owner says it.
    pub breed: Option<Name>,
    /// Its age in whole years, when this was written.
    pub age: Option<DogAge>,
    /// Its size.
    pub size: DogSize,
    /// What a trainer should know; seen by trainers that it has a booking with.
    pub notes: Text,
}

impl From<Dog> for DogFacts {
    fn from(dog: Dog) -> Self {
        let Dog { name, breed, age, size, notes, .. } = dog;
        Self { name, breed, age, size, notes }
    }
}

/// A dog (table `dogs`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dog {
    /// The key.
    pub id: DogId,
    /// Who keeps it.
    pub owner: OwnerId,
    /// What it is called.
    pub name: Name,
    /// Its breed, as the owner says it.
    pub breed: Option<Name>,
    /// Its age in whole years at [`updated_at`](Self::updated_at).
    pub age: Option<DogAge>,
    /// Its size.
    pub size: DogSize,
    /// What a trainer should know; seen by trainers that it has a booking with.
    pub notes: Text,
    /// When the owner removed it; a removed dog cannot be booked for.
    pub removed_at: Option<Instant>,
    /// When the row was made.
    pub created_at: Instant,
    /// When the row last changed.
    pub updated_at: Instant,
}

impl Dog {
    /// Adds a dog to those of an owner.
    #[must_use]
    pub fn new(id: DogId, owner: OwnerId, facts: DogFacts, now: Instant) -> Self {
        let DogFacts { name, breed, age, size, notes } = facts;
        Self {
            id,
            owner,
            name,
            breed,
            age,
            size,
            notes,
            removed_at: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Replaces what is known of the dog.
    #[must_use]
    pub fn revise(self, facts: DogFacts, now: Instant) -> Self {
        let revised = Self::new(self.id, self.owner, facts, now);
        Self { removed_at: self.removed_at, created_at: self.created_at, ..revised }
    }

    /// Removes the dog: its lessons stay, and no others can be booked for it.
    ///
    /// # Errors
    ///
    /// [`DogError::HasActiveBooking`] while a booking of it is pending or accepted.
    pub fn remove(self, has_active_booking: bool, now: Instant) -> Result<Self, DogError> {
        if has_active_booking {
            return Err(DogError::HasActiveBooking);
        }
        Ok(Self { removed_at: Some(now), updated_at: now, ..self })
    }

    /// Says whether lessons can be booked for the dog.
    #[must_use]
    pub const fn is_kept(&self) -> bool {
        self.removed_at.is_none()
    }
}

/// A photo of a dog (table `dog_photos`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DogPhoto {
    /// The key.
    pub id: PhotoId,
    /// Which dog it shows.
    pub dog: DogId,
    /// Where the picture is.
    pub url: HttpsUrl,
    /// When the row was made.
    pub created_at: Instant,
    /// When the row last changed.
    pub updated_at: Instant,
}
