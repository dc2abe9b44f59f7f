//! The platform's own terms, which a service gives at start.
//!
//! They are not stored: a service reads them from its own configuration, and every instance has the
//! same. What a trainer decides is [`BookingPolicy`](crate::trainer::BookingPolicy).

use chrono::TimeDelta;

use crate::{
    error::{InvalidValue, within},
    money::{BasisPoints, MoneyPolicy},
    trainer::Rating,
};

/// The terms that hold for the whole platform.
///
/// # Example: a fee of 15 % in euros
///
/// ```
/// use sitstay::{
///     money::{BasisPoints, ChargeRule, Currency, MoneyPolicy},
///     policy::PlatformPolicy,
/// };
///
/// let money = MoneyPolicy::new([ChargeRule::new(Currency::EUR, 1, 50)?])?;
/// let policy = PlatformPolicy::new(BasisPoints::new(1_500)?, money);
/// assert_eq!(policy.auto_complete_after.num_hours(), 24);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlatformPolicy {
    /// The platform's part of a price.
    pub fee: BasisPoints,
    /// Which prices can be charged.
    pub money: MoneyPolicy,
    /// How long after its end an accepted lesson is completed by itself; 24 hours.
    pub auto_complete_after: TimeDelta,
    /// How long after its completion a lesson can be reviewed; 60 days.
    pub review_window: TimeDelta,
    /// How long its author can edit a review; 48 hours.
    pub review_edit_window: TimeDelta,
    /// How long an owner can contest having stayed away; 48 hours.
    pub contest_window: TimeDelta,
    /// How long before a lesson its parties are reminded; 24 hours.
    pub remind_before: TimeDelta,
    /// How long earnings wait before they can be paid out; 48 hours.
    pub earnings_delay: TimeDelta,
    /// How long after a lesson's end its parties still see how to reach each other; 24 hours.
    pub contact_window: TimeDelta,
    /// What few reviews are weighed against in searches; five reviews of four points.
    pub rating_prior: RatingPrior,
    quote_lifetime: TimeDelta,
}

impl PlatformPolicy {
    /// Takes what has no sensible default, and defaults for the rest; change them field by field.
    #[must_use]
    pub const fn new(fee: BasisPoints, money: MoneyPolicy) -> Self {
        Self {
            fee,
            money,
            auto_complete_after: TimeDelta::hours(24),
            review_window: TimeDelta::days(60),
            review_edit_window: TimeDelta::hours(48),
            contest_window: TimeDelta::hours(48),
            remind_before: TimeDelta::hours(24),
            earnings_delay: TimeDelta::hours(48),
            contact_window: TimeDelta::hours(24),
            rating_prior: RatingPrior { mean_e4: 40_000, weight: 5 },
            quote_lifetime: TimeDelta::minutes(15),
        }
    }

    /// Returns how long a quote holds, but never beyond the start of its lesson; 15 minutes unless
    /// set.
    #[must_use]
    pub const fn quote_lifetime(&self) -> TimeDelta {
        self.quote_lifetime
    }

    /// Sets how long a quote holds.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] unless it is one minute to 30 days.
    pub fn with_quote_lifetime(self, lifetime: TimeDelta) -> Result<Self, InvalidValue> {
        within("quote_lifetime_seconds", lifetime.num_seconds(), 60, 30 * 24 * 60 * 60)?;
        Ok(Self { quote_lifetime: lifetime, ..self })
    }
}

/// What is assumed of a trainer whom nobody has reviewed yet: so many reviews with such a mean.
///
/// Searches rank by the mean of these and the real reviews (a Bayesian average), so that one review
/// of five points does not beat fifty of 4.9.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RatingPrior {
    mean_e4: i64,
    weight: i64,
}

impl RatingPrior {
    /// Takes a mean in 1/10,000 of a point, and for how many reviews it stands.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] unless the mean is 10,000 to 50,000 and the weight 0 to 1,000,000.
    pub fn new(mean_e4: i64, weight: i64) -> Result<Self, InvalidValue> {
        within("prior_mean_e4", mean_e4, 10_000, 50_000)?;
        within("prior_weight", weight, 0, 1_000_000)?;
        Ok(Self { mean_e4, weight })
    }

    /// Returns a rating's score in 1/10,000 of a point; see [`Rating::score_e4`].
    #[must_use]
    pub const fn score_e4(self, rating: Rating) -> Option<i64> {
        rating.score_e4(self.mean_e4, self.weight)
    }
}
