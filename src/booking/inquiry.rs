use serde::{Deserialize, Serialize};

use crate::{
    availability::Session,
    cancellation::CancellationPolicy,
    ids::{DogId, ServiceId, TrainerId},
    money::{Money, Price},
    time::{Instant, ZoneId},
};

/// What an owner asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// A service, which fixes length, price and buffers.
    Service(ServiceId),
    /// A lesson of the owner's own length and price, where the trainer takes such requests.
    Custom {
        /// How long, in minutes.
        minutes: u16,
        /// For which price.
        price: Price,
    },
}

impl Wish {
    /// Returns the service that is asked for.
    #[must_use]
    pub const fn service(self) -> Option<ServiceId> {
        match self {
            Self::Service(id) => Some(id),
            Self::Custom { .. } => None,
        }
    }
}

/// What an owner asks of a trainer: for which dog, what, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inquiry {
    /// Who is asked.
    pub trainer: TrainerId,
    /// Which dog the lesson is for.
    pub dog: DogId,
    /// What is asked for.
    pub wish: Wish,
    /// When it would start.
    pub start: Instant,
}

/// What a lesson would be and cost, whenever it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// How long it lasts, and what is kept free around it.
    pub session: Session,
    /// What the owner pays.
    pub price: Price,
    /// The platform's part of the price.
    pub fee: Money,
    /// What the owner gets back after cancelling.
    pub cancellation_policy: CancellationPolicy,
    /// The zone by whose wall clock the lesson takes place.
    pub zone: ZoneId,
}
