use std::{cmp::Ordering, fmt};

use serde::{Deserialize, Serialize};

use super::{BasisPoints, Currency, MoneyError, rounding::divide_half_up};
use crate::error::{InvalidValue, Problem};

/// An amount in whole minor units of one currency: cents of USD, whole JPY, fils of KWD.
///
/// There is no `+` and no `<`: sums are [checked](Self::checked_add) and so are
/// [comparisons](Self::checked_cmp), because amounts of different currencies have neither.
/// In JSON it is `{"amount":1250,"currency":"USD"}`.
///
/// # Example: decimal text in and out
///
/// ```
/// use sitstay::money::{Currency, Money};
///
/// let price = Money::parse("12.50", Currency::USD)?;
/// assert_eq!(price, Money::new(1_250, Currency::USD));
/// assert_eq!(price.to_string(), "12.50 USD");
/// assert_eq!(Money::new(1_250, Currency::JPY).to_string(), "1250 JPY");
/// # Ok::<(), sitstay::money::MoneyError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    #[serde(rename = "amount")]
    minor: i64,
    currency: Currency,
}

impl Money {
    /// Takes whole minor units.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Returns nothing, in a currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// Parses decimal text such as `"12.50"` or `"-3"`, with at most the currency's decimals.
    ///
    /// Only the digits 0 to 9, one point and a leading minus are read: no grouping, no plus, no
    /// blanks. Text with more decimals than the currency has is refused, never rounded.
    ///
    /// # Errors
    ///
    /// [`MoneyError::Value`] for other text, [`MoneyError::Overflow`] for a number too large.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let malformed = || {
            InvalidValue::new("amount", Problem::Malformed("decimal text in the currency's units"))
        };
        let (is_negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, decimals) = match unsigned.split_once('.') {
            Some((_, "")) => return Err(malformed().into()),
            Some(parts) => parts,
            None => (unsigned, ""),
        };
        let places = usize::from(currency.iso_exponent());
        if whole.is_empty() || decimals.len() > places {
            return Err(malformed().into());
        }
        let padding = std::iter::repeat_n('0', places - decimals.len());
        let mut minor: i64 = 0;
        for character in whole.chars().chain(decimals.chars()).chain(padding) {
            let digit = i64::from(character.to_digit(10).ok_or_else(malformed)?);
            // Downwards for a negative number, which reaches one further than a positive one.
            minor = minor
                .checked_mul(10)
                .and_then(|tens| {
                    if is_negative { tens.checked_sub(digit) } else { tens.checked_add(digit) }
                })
                .ok_or(MoneyError::Overflow)?;
        }
        Ok(Self::new(minor, currency))
    }

    /// Returns whole minor units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// Returns the currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Says whether the amount is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// Says whether the amount is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.minor < 0
    }

    /// Says whether the amount is above zero.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.minor > 0
    }

    /// Adds an amount of the same currency.
    ///
    /// # Errors
    ///
    /// [`MoneyError::CurrencyMismatch`] or [`MoneyError::Overflow`].
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.require_same_currency(other)?;
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    /// Takes an amount of the same currency away.
    ///
    /// # Errors
    ///
    /// [`MoneyError::CurrencyMismatch`] or [`MoneyError::Overflow`].
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.require_same_currency(other)?;
        let minor = self.minor.checked_sub(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    /// Turns the sign around.
    ///
    /// # Errors
    ///
    /// [`MoneyError::Overflow`] for the smallest amount of all, which has no opposite.
    pub fn checked_neg(self) -> Result<Self, MoneyError> {
        let minor = self.minor.checked_neg().ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    /// Adds up amounts of one currency; no amounts make zero.
    ///
    /// # Errors
    ///
    /// [`MoneyError::CurrencyMismatch`] or [`MoneyError::Overflow`].
    pub fn checked_sum(
        currency: Currency,
        amounts: impl IntoIterator<Item = Self>,
    ) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::checked_add)
    }

    /// Compares with an amount of the same currency.
    ///
    /// # Errors
    ///
    /// [`MoneyError::CurrencyMismatch`].
    pub fn checked_cmp(self, other: Self) -> Result<Ordering, MoneyError> {
        self.require_same_currency(other)?;
        Ok(self.minor.cmp(&other.minor))
    }

    /// Returns `part` of the amount, rounded half up to whole minor units.
    ///
    /// "Up" is towards positive infinity, for negative amounts as well.
    #[must_use]
    pub const fn share(self, part: BasisPoints) -> Self {
        let product = self.minor as i128 * part.get() as i128;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a share is never further from zero than its whole"
        )]
        let minor = divide_half_up(product, BasisPoints::FULL.get() as i128) as i64;
        Self { minor, ..self }
    }

    pub(super) fn require_same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::CurrencyMismatch { left: self.currency, right: other.currency })
        }
    }
}

/// Writes the amount with all decimals of its currency, then the code: `12.50 USD`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_negative() { "-" } else { "" };
        let places = usize::from(self.currency.iso_exponent());
        let unit = 10_u64.pow(self.currency.iso_exponent().into());
        let (whole, rest) = (self.minor.unsigned_abs() / unit, self.minor.unsigned_abs() % unit);
        if places == 0 {
            write!(f, "{sign}{whole} {}", self.currency)
        } else {
            write!(f, "{sign}{whole}.{rest:0places$} {}", self.currency)
        }
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
