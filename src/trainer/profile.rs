use serde::Serialize;

use super::{BookingPolicy, TrainerError};
use crate::{
    ids::{LocationId, TrainerId, UserId},
    money::MoneyPolicy,
    text::Text,
    time::{Instant, ZoneId},
    years::Experience,
};

/// A trainer's profile (table `dog_trainers`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trainer {
    /// The key.
    pub id: TrainerId,
    /// Whose profile it is; one per user.
    pub user: UserId,
    /// Whole years of experience.
    pub years_of_experience: Experience,
    /// What the trainer says of themselves.
    pub bio: Text,
    /// Whether an admin has verified the trainer.
    pub is_verified: bool,
    /// The visible reviews. An update never writes it; it changes by commutative deltas only.
    pub rating: Rating,
    /// The zone in which the weekly hours are wall clock.
    pub time_zone: ZoneId,
    /// Where search finds the trainer.
    pub search_location: Option<LocationId>,
    /// The terms on which lessons can be booked.
    pub policy: BookingPolicy,
    /// When the row was made.
    pub created_at: Instant,
    /// When the row last changed.
    pub updated_at: Instant,
}

impl Trainer {
    /// Puts the trainer's lessons on other terms; what is booked keeps the old ones.
    ///
    /// # Errors
    ///
    /// [`TrainerError::Invalid`] if a bound is broken, [`TrainerError::Money`] if custom requests
    /// are bounded by a price that cannot be charged.
    pub fn with_policy(
        self,
        policy: BookingPolicy,
        money: &MoneyPolicy,
        now: Instant,
    ) -> Result<Self, TrainerError> {
        policy.check()?;
        policy.check_prices(money)?;
        Ok(Self { policy, updated_at: now, ..self })
    }
}

/// The exact sum and number of a trainer's visible reviews.
///
/// There is no mean without reviews: not 0, and not a number that is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Rating {
    /// The sum of all points.
    pub sum: i64,
    /// The number of reviews.
    pub count: i64,
}

impl Rating {
    /// Returns the mean in 1/10,000 of a point, rounded half up; `None` without reviews.
    ///
    /// ```
    /// # use sitstay::trainer::Rating;
    /// assert_eq!(Rating { sum: 14, count: 3 }.mean_e4(), Some(46_667));
    /// assert_eq!(Rating::default().mean_e4(), None);
    /// ```
    #[must_use]
    pub const fn mean_e4(self) -> Option<i64> {
        if self.count <= 0 {
            return None;
        }
        Some((self.sum * 20_000 + self.count) / (2 * self.count))
    }

    /// Returns a Bayesian score in 1/10,000 of a point, for ranking.
    ///
    /// It is the mean of the reviews and `prior_weight` further ones at `prior_mean_e4`
    /// (1/10,000 of a point), rounded half up: few reviews stay near the prior. `None` where
    /// neither reviews nor a prior weigh anything.
    #[must_use]
    pub const fn score_e4(self, prior_mean_e4: i64, prior_weight: i64) -> Option<i64> {
        let weight = self.count + prior_weight;
        if weight <= 0 {
            return None;
        }
        let points = self.sum * 10_000 + prior_mean_e4 * prior_weight;
        Some((2 * points + weight) / (2 * weight))
    }
}
