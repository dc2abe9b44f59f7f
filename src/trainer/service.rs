use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    TrainerError,
    policy::{BUFFER_MAX_MINUTES, LESSON_MAX_MINUTES, LESSON_MIN_MINUTES},
};
use crate::{
    dog::DogSize,
    error::{InvalidValue, within},
    ids::{ServiceId, TrainerId},
    money::{MoneyPolicy, Price},
    text::{Name, Text, search_text},
    time::Instant,
};

/// What a trainer says of a service.
///
/// # Example: a price that cannot be charged is refused when it is written
///
/// ```
/// use sitstay::{
///     ids::{ServiceId, TrainerId},
///     money::{ChargeRule, Currency, MoneyPolicy, Price},
///     trainer::{Service, ServiceTerms},
/// };
/// # let id = uuid::Uuid::nil();
/// # let (service, trainer) = (ServiceId::from_uuid(id), TrainerId::from_uuid(id));
/// # let now = "2027-03-01T09:00:00Z".parse()?;
///
/// let money = MoneyPolicy::new([ChargeRule::new(Currency::EUR, 1, 50)?])?;
/// let terms = ServiceTerms {
///     name: "Leash walking".parse()?,
///     description: "Without pulling.".parse()?,
///     duration_minutes: 60,
///     price: Price::new(49, Currency::EUR)?,
///     is_active: true,
///     buffer_before_minutes: 0,
///     buffer_after_minutes: 15,
///     accepted_dog_sizes: [].into(),
/// };
/// let refused = Service::new(service, trainer, terms, &money, now).unwrap_err();
/// assert_eq!(refused.code(), "money.below_minimum");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceTerms {
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
    /// Which sizes of dog it is for; empty: all.
    pub accepted_dog_sizes: BTreeSet<DogSize>,
}

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
    /// Offers a service.
    ///
    /// # Errors
    ///
    /// [`TrainerError::Invalid`] if a bound is broken, [`TrainerError::Money`] if the price cannot
    /// be charged.
    pub fn new(
        id: ServiceId,
        trainer: TrainerId,
        terms: ServiceTerms,
        money: &MoneyPolicy,
        now: Instant,
    ) -> Result<Self, TrainerError> {
        let service = Self {
            id,
            trainer,
            name: terms.name,
            description: terms.description,
            duration_minutes: terms.duration_minutes,
            price: terms.price,
            is_active: terms.is_active,
            buffer_before_minutes: terms.buffer_before_minutes,
            buffer_after_minutes: terms.buffer_after_minutes,
            accepted_dog_sizes: terms.accepted_dog_sizes.into_iter().collect(),
            created_at: now,
            updated_at: now,
        };
        service.check()?;
        money.check(service.price)?;
        Ok(service)
    }

    /// Replaces what the service is; what is booked stays as it was booked.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new).
    pub fn revise(
        self,
        terms: ServiceTerms,
        money: &MoneyPolicy,
        now: Instant,
    ) -> Result<Self, TrainerError> {
        let revised = Self::new(self.id, self.trainer, terms, money, now)?;
        Ok(Self { created_at: self.created_at, ..revised })
    }

    /// Says whether a request would be decided alike on both: everything but name and description
    /// is the same.
    #[must_use]
    pub fn books_like(&self, other: &Self) -> bool {
        let rest = Self {
            name: self.name.clone(),
            description: self.description.clone(),
            created_at: self.created_at,
            updated_at: self.updated_at,
            ..other.clone()
        };
        *self == rest
    }

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

    /// Returns name and description in the form that searches look in; see
    /// [`search_text`](crate::text::search_text).
    #[must_use]
    pub fn search_text(&self) -> String {
        search_text([self.name.as_str(), self.description.as_str()])
    }

    /// Says whether the service is for dogs of this size.
    #[must_use]
    pub fn accepts(&self, size: DogSize) -> bool {
        self.accepted_dog_sizes.is_empty() || self.accepted_dog_sizes.contains(&size)
    }
}
