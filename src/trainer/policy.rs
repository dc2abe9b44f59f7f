use serde::{Deserialize, Serialize};

use crate::{
    availability::SchedulingPolicy,
    cancellation::CancellationPolicy,
    error::{InvalidValue, within},
    money::{Currency, MoneyError, MoneyPolicy, Price},
};

/// The longest lesson, in minutes.
pub(crate) const LESSON_MAX_MINUTES: i64 = 24 * 60;
/// The shortest lesson, in minutes.
pub(crate) const LESSON_MIN_MINUTES: i64 = 5;
/// The longest pause before or after a lesson, in minutes.
pub(crate) const BUFFER_MAX_MINUTES: i64 = 12 * 60;

/// The terms on which a trainer's lessons can be booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingPolicy {
    /// The grid of starts, notice, how far ahead, and limits.
    pub scheduling: SchedulingPolicy,
    /// How long a request holds its time without an answer, in minutes: 1 to 43,200 (30 days).
    pub hold_minutes: u32,
    /// Whether requests for a service are accepted at once.
    pub auto_accept: bool,
    /// On what terms lessons without a service can be asked for; `None`: not at all.
    pub custom_requests: Option<CustomRequests>,
    /// What an owner gets back after cancelling an accepted lesson.
    pub cancellation: CancellationPolicy,
}

impl BookingPolicy {
    /// Checks every bound.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] names the first bound that is broken.
    pub fn check(&self) -> Result<(), InvalidValue> {
        within("hold_minutes", self.hold_minutes, 1, 30 * 24 * 60)?;
        self.custom_requests.as_ref().map_or(Ok(()), CustomRequests::check)
    }

    /// Checks that the lowest and the highest price of custom requests can be charged.
    ///
    /// # Errors
    ///
    /// [`MoneyError`] as from [`MoneyPolicy::check`].
    pub fn check_prices(&self, money: &MoneyPolicy) -> Result<(), MoneyError> {
        let Some(custom) = &self.custom_requests else { return Ok(()) };
        money.check(Price::new(custom.min_price, custom.currency)?)?;
        money.check(Price::new(custom.max_price, custom.currency)?)
    }
}

impl Default for BookingPolicy {
    /// The default scheduling, holds of a day, no automatic acceptance, no custom requests, and the
    /// one-day cancellation policy.
    fn default() -> Self {
        Self {
            scheduling: SchedulingPolicy::default(),
            hold_minutes: 24 * 60,
            auto_accept: false,
            custom_requests: None,
            cancellation: CancellationPolicy::one_day(),
        }
    }
}

/// The bounds of lessons that an owner may ask for without naming a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomRequests {
    /// The shortest lesson, in minutes.
    pub min_minutes: u16,
    /// The longest lesson, in minutes.
    pub max_minutes: u16,
    /// The lowest price, in minor units of `currency`.
    pub min_price: i64,
    /// The highest price, in minor units of `currency`.
    pub max_price: i64,
    /// The currency in which such lessons are priced.
    pub currency: Currency,
    /// The pause kept free before such a lesson, in minutes.
    pub buffer_before_minutes: u16,
    /// The pause kept free after such a lesson, in minutes.
    pub buffer_after_minutes: u16,
}

impl CustomRequests {
    fn check(&self) -> Result<(), InvalidValue> {
        within("custom_min_minutes", self.min_minutes, LESSON_MIN_MINUTES, LESSON_MAX_MINUTES)?;
        within(
            "custom_max_minutes",
            self.max_minutes,
            i64::from(self.min_minutes),
            LESSON_MAX_MINUTES,
        )?;
        within("custom_min_price", self.min_price, 0, Price::MAX_MINOR)?;
        within("custom_max_price", self.max_price, self.min_price, Price::MAX_MINOR)?;
        within("buffer_before_minutes", self.buffer_before_minutes, 0, BUFFER_MAX_MINUTES)?;
        within("buffer_after_minutes", self.buffer_after_minutes, 0, BUFFER_MAX_MINUTES)
    }

    /// Says whether a lesson of this length is within the bounds.
    #[must_use]
    pub const fn allows_length(&self, minutes: u16) -> bool {
        self.min_minutes <= minutes && minutes <= self.max_minutes
    }

    /// Says whether a lesson at this price is within the bounds and in the right currency.
    #[must_use]
    pub fn allows_price(&self, price: Price) -> bool {
        price.currency() == self.currency
            && (self.min_price..=self.max_price).contains(&price.minor())
    }
}
