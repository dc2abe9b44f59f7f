use serde::Serialize;

use super::{FreeLesson, offers::Offers};
use crate::{
    contact::{City, PersonName},
    geo::{GeoPoint, distance_metres},
    ids::{ServiceId, TrainerId},
    money::Price,
    platform::Error,
    policy::RatingPrior,
    text::Name,
    time::{Interval, ZoneId},
    trainer::{Rating, Service},
    years::Experience,
};

/// A service as a search shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServiceOffer {
    /// Which service.
    pub service: ServiceId,
    /// What it is called.
    pub name: Name,
    /// How long it takes, in minutes.
    pub minutes: u16,
    /// What it costs.
    pub price: Price,
}

impl ServiceOffer {
    pub(super) fn of(service: &Service) -> Self {
        Self {
            service: service.id,
            name: service.name.clone(),
            minutes: service.duration_minutes,
            price: service.price,
        }
    }
}

/// A trainer as a search shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundTrainer {
    /// Which trainer.
    pub trainer: TrainerId,
    /// The trainer's first name.
    pub first_name: PersonName,
    /// The trainer's last name.
    pub last_name: PersonName,
    /// The city in which search finds them.
    pub city: City,
    /// Where search finds them, rounded to 0.01°.
    pub public_point: GeoPoint,
    /// How far that is from the place of the search, in metres.
    pub distance_metres: u32,
    /// Whether an admin has verified the trainer.
    pub is_verified: bool,
    /// Whole years of experience.
    pub years_of_experience: Experience,
    /// The visible reviews.
    pub rating: Rating,
    /// What an order by rating goes by, in 1/10,000 of a point.
    pub score_e4: Option<i64>,
    /// The cheapest service that meets what is asked for, by currency, price and id.
    pub cheapest: Option<ServiceOffer>,
    /// The first lesson that can be booked, of any service that meets what is asked for: in the range
    /// that the search names, or else in the 30 days after it began.
    pub next_lesson: Option<FreeLesson>,
    /// The trainer's time zone.
    pub time_zone: ZoneId,
}

impl FoundTrainer {
    /// Makes the result of what a trainer offers; `None` if search finds them at no place.
    pub(super) fn of(
        offers: &Offers<'_>,
        centre: GeoPoint,
        range: Interval,
        prior: RatingPrior,
    ) -> Result<Option<Self>, Error> {
        let offering = offers.offering;
        let (Some(public_point), Some(city)) = (offering.public_point, offering.city.clone())
        else {
            return Ok(None);
        };
        let trainer = &offering.trainer;
        Ok(Some(Self {
            trainer: trainer.id,
            first_name: offering.first_name.clone(),
            last_name: offering.last_name.clone(),
            city,
            public_point,
            distance_metres: distance_metres(centre, public_point),
            is_verified: trainer.is_verified,
            years_of_experience: trainer.years_of_experience,
            rating: trainer.rating,
            score_e4: prior.score_e4(trainer.rating),
            cheapest: offers.cheapest(),
            next_lesson: offers.first_in(range)?,
            time_zone: trainer.time_zone,
        }))
    }
}
