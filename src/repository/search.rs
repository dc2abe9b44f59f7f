use std::collections::BTreeSet;

use async_trait::async_trait;

use super::{Agenda, Result, Versioned};
use crate::{
    contact::{City, PersonName},
    geo::GeoPoint,
    ids::TrainerId,
    money::Price,
    search::{Criteria, Ring},
    time::Interval,
    trainer::{Rating, Service, Trainer},
};

/// Asks for trainers in a neighbourhood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearbyQuery {
    /// Where to look, each ring holding those before it; at least one.
    pub rings: Vec<Ring>,
    /// With how many candidates a ring is enough.
    pub enough: u32,
    /// How many candidates are wanted at most.
    pub limit: u32,
    /// What a trainer and one of their services must meet.
    pub criteria: Criteria,
}

/// A trainer who is listed in a neighbourhood and meets what is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Which trainer.
    pub trainer: TrainerId,
    /// Where search finds them, rounded to 0.01°.
    pub public_point: GeoPoint,
    /// Their visible reviews.
    pub rating: Rating,
    /// The price of the cheapest service that meets what is asked for, by currency, minor units and
    /// id; `None` if they offer none and none is asked for.
    pub cheapest: Option<Price>,
}

/// A trainer with what they offer, and what says which of their times are free in a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offering {
    /// The trainer.
    pub trainer: Versioned<Trainer>,
    /// The user's first name.
    pub first_name: PersonName,
    /// The user's last name.
    pub last_name: PersonName,
    /// Where search finds the trainer, rounded to 0.01°.
    pub public_point: Option<GeoPoint>,
    /// The city of that place.
    pub city: Option<City>,
    /// The active services, by id.
    pub services: Vec<Versioned<Service>>,
    /// When the trainer works and what takes that time.
    pub agenda: Agenda,
}

/// Reads that find trainers.
///
/// All of them tolerate lag: a replica may answer.
#[async_trait]
pub trait SearchQueries {
    /// Returns the number of the first ring with at least `enough` candidates, or of the last ring,
    /// and the candidates in its strips, at most `limit` of them, in any order.
    ///
    /// A trainer is a candidate if their user is active, the public point of the place that they
    /// chose lies in one of the strips, and the criteria are met.
    async fn nearby(&self, query: &NearbyQuery) -> Result<(usize, Vec<Candidate>)>;

    /// Returns the trainers of these whose user is active, by id; the range is what bookings and
    /// blocks are loaded for.
    async fn offerings(
        &self,
        trainers: &BTreeSet<TrainerId>,
        range: Interval,
    ) -> Result<Vec<Offering>>;
}
