use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Currency, Money, MoneyError};
use crate::error::{InvalidValue, within};

/// What something costs: from nothing to 10¹² minor units of one currency.
///
/// Nothing is a price too: free lessons are allowed.
///
/// # Example: a price has its currency's decimals
///
/// ```
/// use sitstay::money::{Currency, Price};
///
/// assert_eq!(Price::parse("55.00", Currency::EUR)?, Price::new(5_500, Currency::EUR)?);
/// assert!(Price::parse("55.005", Currency::EUR).is_err());
/// assert!(Price::new(-1, Currency::EUR).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Money", into = "Money")]
pub struct Price(Money);

impl Price {
    /// The highest price, in minor units: 10¹².
    pub const MAX_MINOR: i64 = 1_000_000_000_000;

    /// Takes whole minor units.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] below zero or above [`MAX_MINOR`](Self::MAX_MINOR).
    pub fn new(minor: i64, currency: Currency) -> Result<Self, InvalidValue> {
        within("price", minor, 0, Self::MAX_MINOR)?;
        Ok(Self(Money::new(minor, currency)))
    }

    /// Parses decimal text such as `"12.50"`, with at most the currency's decimals.
    ///
    /// # Errors
    ///
    /// Those of [`Money::parse`] and of [`new`](Self::new).
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        Ok(Self::try_from(Money::parse(text, currency)?)?)
    }

    /// Returns the price of what is free.
    #[must_use]
    pub const fn free(currency: Currency) -> Self {
        Self(Money::zero(currency))
    }

    /// Returns the price as an amount to compute with.
    #[must_use]
    pub const fn money(self) -> Money {
        self.0
    }

    /// Returns whole minor units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.0.minor()
    }

    /// Returns the currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.0.currency()
    }

    /// Says whether there is nothing to pay.
    #[must_use]
    pub const fn is_free(self) -> bool {
        self.0.is_zero()
    }
}

impl TryFrom<Money> for Price {
    type Error = InvalidValue;

    fn try_from(money: Money) -> Result<Self, InvalidValue> {
        Self::new(money.minor(), money.currency())
    }
}

impl From<Price> for Money {
    fn from(price: Price) -> Self {
        price.0
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
