use std::collections::BTreeSet;

use serde::Serialize;

use super::{
    ServiceOffer,
    offers::{Offers, free_lessons},
    ranking::MOST_CALENDARS,
};
use crate::{
    error::within,
    ids::TrainerId,
    platform::{Error, Platform, schedule::range_around},
    search::{Criteria, Order, SearchError, TrainerSearch, check_search_range},
    time::{Instant, Interval, ZoneId},
    trainer::{LESSON_MAX_MINUTES, LESSON_MIN_MINUTES},
};

/// A lesson that can be booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FreeLesson {
    /// With whom.
    pub trainer: TrainerId,
    /// When it starts.
    pub start: Instant,
    /// The trainer's time zone.
    pub time_zone: ZoneId,
    /// Which service it is.
    pub service: ServiceOffer,
}

/// Whose lessons are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// Those of these trainers, at most 500, wherever they are; who is suspended or does not exist is
    /// passed over.
    Trainers(BTreeSet<TrainerId>),
    /// Those of all trainers whom a search finds, at most 500; its order does not matter.
    Found(TrainerSearch),
}

/// Asks for the first lessons of several trainers that can be booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreeLessonsQuery {
    /// Whose.
    pub whom: Whom,
    /// How long a lesson is at least, in minutes: 5 to 1,440.
    pub minutes: u16,
    /// In which range it lies as a whole; at most 30 days.
    pub range: Interval,
    /// How many: 1 to 1,000.
    pub limit: u16,
}

impl Platform {
    /// Returns the first lessons of several trainers that can be booked, by start and then by
    /// trainer.
    ///
    /// Each trainer comes once at a start, with the cheapest service that can be booked there.
    /// Everybody may ask. The trainers' data is one round trip (after another one for a search);
    /// of the lessons no more are computed than are returned, and one more for each service.
    ///
    /// # Errors
    ///
    /// [`SearchError`] for a range that is too long, a bound that is broken, or more than 500
    /// trainers.
    pub async fn free_lessons(
        &self,
        query: &FreeLessonsQuery,
        now: Instant,
    ) -> Result<Vec<FreeLesson>, Error> {
        let FreeLessonsQuery { whom, minutes, range, limit } = query;
        within("lessons_limit", *limit, 1, 1_000)?;
        within("minutes", *minutes, LESSON_MIN_MINUTES, LESSON_MAX_MINUTES)?;
        check_search_range(*range)?;
        let (trainers, criteria) = match whom {
            Whom::Trainers(trainers) if trainers.len() > MOST_CALENDARS as usize => {
                return Err(SearchError::TooManyCandidates { limit: MOST_CALENDARS }.into());
            }
            Whom::Trainers(trainers) => {
                (trainers.clone(), Criteria { min_minutes: Some(*minutes), ..Criteria::default() })
            }
            Whom::Found(search) => {
                let search =
                    search.clone().ordered_by(Order::NextSlot).with_free_time(*minutes, *range)?;
                let ranked = self.rank(&search, None, 0, 0).await?;
                let trainers = ranked.keys.iter().map(|key| key.trainer).collect();
                (trainers, search.criteria().clone())
            }
        };
        let around = range_around(range.start().max(now), range.end().max(now));
        let offerings = self.repository().offerings(&trainers, around).await?;
        let offers = offerings
            .iter()
            .filter_map(|offering| Offers::of(offering, &criteria, now).transpose())
            .collect::<Result<Vec<_>, _>>()?;
        Ok(free_lessons(&offers, *range)?.take((*limit).into()).collect())
    }
}
