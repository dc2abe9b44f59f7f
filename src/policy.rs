//! The platform's own terms, which a service gives at start.

use chrono::TimeDelta;

use crate::{
    error::{InvalidValue, within},
    money::{BasisPoints, MoneyPolicy},
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
