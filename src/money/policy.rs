use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Currency, Money, MoneyError, Price, rounding::divide_half_up};
use crate::error::{InvalidValue, within};

/// What can be charged in one currency.
///
/// Providers charge no less than some minimum, and in some currencies only multiples of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "UncheckedRule", into = "UncheckedRule")]
pub struct ChargeRule {
    currency: Currency,
    step: i64,
    minimum: i64,
    payout_step: i64,
    payout_minimum: i64,
}

#[derive(Serialize, Deserialize)]
struct UncheckedRule {
    currency: Currency,
    step: i64,
    minimum: i64,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    payout_step: i64,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    payout_minimum: i64,
}

const fn one() -> i64 {
    1
}

const fn is_one(minor: &i64) -> bool {
    *minor == 1
}

impl ChargeRule {
    /// Takes the step between charges and the smallest charge, both in minor units.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] unless the step lies between 1 and the highest [`Price`], and the minimum
    /// between 0 and the highest price.
    pub fn new(currency: Currency, step: i64, minimum: i64) -> Result<Self, InvalidValue> {
        within("charge_step", step, 1, Price::MAX_MINOR)?;
        within("charge_minimum", minimum, 0, Price::MAX_MINOR)?;
        Ok(Self { minimum, step, ..Self::any(currency) })
    }

    /// Sets the step of which every payout is a multiple, in minor units; 1 if it is not set.
    ///
    /// Providers charge in some currencies what they do not pay out: Stripe pays whole forints and
    /// new Taiwan dollars only, though both have cents.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] unless it lies between 1 and the highest [`Price`].
    ///
    /// # Example: whole forints
    ///
    /// ```
    /// use sitstay::money::{ChargeRule, Currency};
    ///
    /// let forint = Currency::parse("HUF")?;
    /// let rule = ChargeRule::new(forint, 1, 17_500)?.with_payout_step(100)?;
    /// assert_eq!(rule.payout_step().to_string(), "1.00 HUF");
    /// # Ok::<(), sitstay::error::InvalidValue>(())
    /// ```
    pub fn with_payout_step(self, payout_step: i64) -> Result<Self, InvalidValue> {
        within("payout_step", payout_step, 1, Price::MAX_MINOR)?;
        Ok(Self { payout_step, ..self })
    }

    /// Sets the smallest payout, in minor units; 1 if it is not set.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] unless it lies between 1 and the highest [`Price`].
    ///
    /// # Example: nothing below ten euros is sent
    ///
    /// ```
    /// use sitstay::money::{ChargeRule, Currency};
    ///
    /// let rule = ChargeRule::new(Currency::EUR, 1, 50)?.with_payout_minimum(1_000)?;
    /// assert_eq!(rule.payout_minimum().to_string(), "10.00 EUR");
    /// # Ok::<(), sitstay::error::InvalidValue>(())
    /// ```
    pub fn with_payout_minimum(self, payout_minimum: i64) -> Result<Self, InvalidValue> {
        within("payout_minimum", payout_minimum, 1, Price::MAX_MINOR)?;
        Ok(Self { payout_minimum, ..self })
    }

    /// Allows every amount of a currency.
    #[must_use]
    pub const fn any(currency: Currency) -> Self {
        Self { currency, step: 1, minimum: 0, payout_step: 1, payout_minimum: 1 }
    }

    /// Returns the currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Returns the step of which every charge is a multiple.
    #[must_use]
    pub const fn step(self) -> Money {
        Money::new(self.step, self.currency)
    }

    /// Returns the smallest charge; what is free is not charged.
    #[must_use]
    pub const fn minimum(self) -> Money {
        Money::new(self.minimum, self.currency)
    }

    /// Returns the step of which every payout is a multiple.
    #[must_use]
    pub const fn payout_step(self) -> Money {
        Money::new(self.payout_step, self.currency)
    }

    /// Returns the smallest payout.
    #[must_use]
    pub const fn payout_minimum(self) -> Money {
        Money::new(self.payout_minimum, self.currency)
    }
}

impl TryFrom<UncheckedRule> for ChargeRule {
    type Error = InvalidValue;

    fn try_from(rule: UncheckedRule) -> Result<Self, InvalidValue> {
        Self::new(rule.currency, rule.step, rule.minimum)?
            .with_payout_step(rule.payout_step)?
            .with_payout_minimum(rule.payout_minimum)
    }
}

impl From<ChargeRule> for UncheckedRule {
    fn from(rule: ChargeRule) -> Self {
        let ChargeRule { currency, step, minimum, payout_step, payout_minimum } = rule;
        Self { currency, step, minimum, payout_step, payout_minimum }
    }
}

/// Which prices a platform accepts, so that whatever can be booked can be charged.
///
/// It is checked when a price is written, not when it is paid.
///
/// # Example: dollars and Kuwaiti dinars
///
/// ```
/// use sitstay::money::{ChargeRule, Currency, MoneyPolicy, Price};
///
/// let kwd = Currency::parse("KWD")?;
/// let policy = MoneyPolicy::new([
///     ChargeRule::new(Currency::USD, 1, 50)?,
///     ChargeRule::new(kwd, 10, 200)?,
/// ])?;
/// assert!(policy.check(Price::parse("45.00", Currency::USD)?).is_ok());
/// assert!(policy.check(Price::free(Currency::USD)).is_ok());
/// assert!(policy.check(Price::parse("0.49", Currency::USD)?).is_err());
/// assert!(policy.check(Price::parse("12.505", kwd)?).is_err());
/// assert!(policy.check(Price::parse("45.00", Currency::EUR)?).is_err());
/// # Ok::<(), sitstay::money::MoneyError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<ChargeRule>", into = "Vec<ChargeRule>")]
pub struct MoneyPolicy {
    rules: BTreeMap<Currency, ChargeRule>,
}

impl MoneyPolicy {
    /// Takes one rule for each currency that is accepted.
    ///
    /// # Errors
    ///
    /// [`MoneyError::UnclearPolicy`] without any rule, or with two for one currency.
    pub fn new(rules: impl IntoIterator<Item = ChargeRule>) -> Result<Self, MoneyError> {
        let mut by_currency = BTreeMap::new();
        for rule in rules {
            if by_currency.insert(rule.currency, rule).is_some() {
                return Err(MoneyError::UnclearPolicy);
            }
        }
        if by_currency.is_empty() {
            return Err(MoneyError::UnclearPolicy);
        }
        Ok(Self { rules: by_currency })
    }

    /// Returns the rules in the order of their currencies' codes.
    pub fn rules(&self) -> impl Iterator<Item = ChargeRule> {
        self.rules.values().copied()
    }

    /// Checks that a price is free or can be charged; the currency must be allowed in both cases.
    ///
    /// # Errors
    ///
    /// [`MoneyError::CurrencyNotAllowed`], [`MoneyError::OffStep`] or
    /// [`MoneyError::BelowMinimum`].
    pub fn check(&self, price: Price) -> Result<(), MoneyError> {
        let currency = price.currency();
        let rule = self.rules.get(&currency).ok_or(MoneyError::CurrencyNotAllowed { currency })?;
        if price.is_free() {
            Ok(())
        } else if price.minor() % rule.step != 0 {
            Err(MoneyError::OffStep { step: rule.step() })
        } else if price.minor() < rule.minimum {
            Err(MoneyError::BelowMinimum { minimum: rule.minimum() })
        } else {
            Ok(())
        }
    }

    /// Returns the step of which every payout in a currency is a multiple; one minor unit where the
    /// currency is not, or no longer, allowed.
    #[must_use]
    pub fn payout_step(&self, currency: Currency) -> Money {
        let rule = self.rules.get(&currency);
        rule.map_or(Money::new(1, currency), |rule| rule.payout_step())
    }

    /// Checks that an amount can be given back: that it keeps the step of its currency, where that is
    /// still allowed.
    ///
    /// # Errors
    ///
    /// [`MoneyError::OffStep`].
    pub fn check_refund(&self, refund: Money) -> Result<(), MoneyError> {
        match self.rules.get(&refund.currency()) {
            Some(rule) if refund.minor() % rule.step != 0 => {
                Err(MoneyError::OffStep { step: rule.step() })
            }
            _ => Ok(()),
        }
    }

    /// Returns the smallest payout in a currency; one minor unit where the currency is not, or no
    /// longer, allowed.
    #[must_use]
    pub fn payout_minimum(&self, currency: Currency) -> Money {
        let rule = self.rules.get(&currency);
        rule.map_or(Money::new(1, currency), |rule| rule.payout_minimum())
    }

    /// Rounds a refund half up to the step of its currency.
    ///
    /// A refund of at most a price that keeps the step stays at most that price. Amounts in a
    /// currency that is no longer allowed stay as they are: what was paid must remain refundable.
    #[must_use]
    pub fn round_refund(&self, refund: Money) -> Money {
        let Some(rule) = self.rules.get(&refund.currency()) else { return refund };
        let step = i128::from(rule.step);
        let rounded = divide_half_up(refund.minor().into(), step) * step;
        // Past the last multiple that fits there is nothing to round to.
        i64::try_from(rounded).map_or(refund, |minor| Money::new(minor, refund.currency()))
    }
}

impl TryFrom<Vec<ChargeRule>> for MoneyPolicy {
    type Error = MoneyError;

    fn try_from(rules: Vec<ChargeRule>) -> Result<Self, MoneyError> {
        Self::new(rules)
    }
}

impl From<MoneyPolicy> for Vec<ChargeRule> {
    fn from(policy: MoneyPolicy) -> Self {
        policy.rules.into_values().collect()
    }
}
