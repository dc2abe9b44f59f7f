use std::cmp::Reverse;

use super::{BasisPoints, Money, MoneyError, Price, rounding::divide_half_up};

/// A price divided into the platform's fee and the trainer's share; the two add up to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FeeSplit {
    /// What the platform keeps.
    pub fee: Money,
    /// What the trainer earns.
    pub trainer_share: Money,
}

/// Divides a price: the fee is rounded half up, once, and the trainer gets the remainder.
#[must_use]
pub const fn split_fee(price: Price, fee: BasisPoints) -> FeeSplit {
    let fee = price.money().share(fee);
    let trainer_share = Money::new(price.minor() - fee.minor(), price.currency());
    FeeSplit { fee, trainer_share }
}

/// Returns how much of a fee is given back once `part` of `whole` is: `fee × part ÷ whole`, half up.
///
/// The result is a running total. Whoever gives back in steps books the difference of two totals,
/// so that rounding never adds up and the last step ends exactly at the fee. As long as the fee is
/// at most the whole, no step takes more fee than it gives back.
///
/// # Errors
///
/// [`MoneyError::CurrencyMismatch`], or [`MoneyError::PartOutsideWhole`] unless
/// `0 ≤ part ≤ whole` and `whole` is more than nothing.
///
/// # Example: a fee given back in three steps
///
/// ```
/// use sitstay::money::{Currency, Money, cumulative_share};
///
/// let usd = |minor| Money::new(minor, Currency::USD);
/// let returned = |part| cumulative_share(usd(100), usd(part), usd(1_000));
/// assert_eq!(returned(333)?, usd(33));
/// assert_eq!(returned(666)?, usd(67));
/// assert_eq!(returned(1_000)?, usd(100));
/// # Ok::<(), sitstay::money::MoneyError>(())
/// ```
pub fn cumulative_share(fee: Money, part: Money, whole: Money) -> Result<Money, MoneyError> {
    fee.require_same_currency(whole)?;
    part.require_same_currency(whole)?;
    if part.is_negative() || part.minor() > whole.minor() || whole.is_zero() {
        return Err(MoneyError::PartOutsideWhole);
    }
    let product = i128::from(fee.minor()) * i128::from(part.minor());
    let minor = divide_half_up(product, i128::from(whole.minor()));
    #[expect(
        clippy::cast_possible_truncation,
        reason = "at most the fee, as the part is at most the whole"
    )]
    Ok(Money::new(minor as i64, fee.currency()))
}

impl Money {
    /// Splits the amount over lines in proportion to their weights, so that the parts add up to it.
    ///
    /// By largest remainders: every line gets its share cut to whole minor units, then what is left
    /// goes, one minor unit each, to the lines that lost most by the cut; ties go to the
    /// earlier line. A negative amount splits like its opposite.
    ///
    /// # Errors
    ///
    /// [`MoneyError::NothingToSplitOver`] if there is no line or all weights are 0.
    ///
    /// # Example: three equal lines
    ///
    /// ```
    /// use sitstay::money::{Currency, Money};
    ///
    /// let parts = Money::new(100, Currency::USD).split_by(&[1, 1, 1])?;
    /// assert_eq!(parts, [34, 33, 33].map(|minor| Money::new(minor, Currency::USD)));
    /// # Ok::<(), sitstay::money::MoneyError>(())
    /// ```
    pub fn split_by(self, weights: &[u64]) -> Result<Vec<Self>, MoneyError> {
        // Products stay below 2¹²⁷: an amount has 63 bits without its sign, a weight has 64.
        let total = i128::from(self.minor()).abs();
        let sum: i128 = weights.iter().copied().map(i128::from).sum();
        if sum == 0 {
            return Err(MoneyError::NothingToSplitOver);
        }
        let shares = weights.iter().map(|&weight| total * i128::from(weight));
        let mut parts: Vec<i128> = shares.clone().map(|share| share / sum).collect();
        let left = total - parts.iter().sum::<i128>();

        // The sort is stable, which settles ties. Fewer units are left than lines were cut, so
        // that no line gets two.
        let mut lines: Vec<_> = shares.map(|share| share % sum).zip(&mut parts).collect();
        lines.sort_by_key(|(lost, _)| Reverse(*lost));
        for ((_, part), _) in lines.into_iter().zip(0..left) {
            *part += 1;
        }
        let sign = i128::from(self.minor().signum());
        #[expect(clippy::cast_possible_truncation, reason = "no part is larger than the amount")]
        let signed = |part: i128| Self::new((sign * part) as i64, self.currency());
        Ok(parts.into_iter().map(signed).collect())
    }
}
