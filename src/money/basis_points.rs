use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{InvalidValue, within};

/// A share of a whole in hundredths of a percent, from 0 to 10,000.
///
/// # Example: a fee of 15 %
///
/// ```
/// use sitstay::money::{BasisPoints, Currency, Money};
///
/// let fee = BasisPoints::new(1_500)?;
/// assert_eq!(fee.to_string(), "15 %");
/// assert_eq!(Money::new(4_999, Currency::EUR).share(fee), Money::new(750, Currency::EUR));
/// assert!(BasisPoints::new(10_001).is_err());
/// # Ok::<(), sitstay::error::InvalidValue>(())
/// ```
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(try_from = "u16", into = "u16")]
pub struct BasisPoints(u16);

impl BasisPoints {
    /// Nothing of the whole.
    pub const NONE: Self = Self(0);
    /// Half of the whole.
    pub const HALF: Self = Self(5_000);
    /// All of the whole.
    pub const FULL: Self = Self(10_000);

    /// Takes hundredths of a percent.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] above 10,000.
    pub fn new(basis_points: u16) -> Result<Self, InvalidValue> {
        within("basis_points", basis_points, 0, Self::FULL.0.into())?;
        Ok(Self(basis_points))
    }

    /// Returns hundredths of a percent.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for BasisPoints {
    type Error = InvalidValue;

    fn try_from(basis_points: u16) -> Result<Self, InvalidValue> {
        Self::new(basis_points)
    }
}

impl From<BasisPoints> for u16 {
    fn from(basis_points: BasisPoints) -> Self {
        basis_points.0
    }
}

/// Writes the share in percent, for instance `12.5 %`.
impl fmt::Display for BasisPoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (percent, rest) = (self.0 / 100, self.0 % 100);
        match rest {
            0 => write!(f, "{percent} %"),
            _ if rest % 10 == 0 => write!(f, "{percent}.{} %", rest / 10),
            _ => write!(f, "{percent}.{rest:02} %"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_the_whole_is_refused() {
        assert_eq!(BasisPoints::new(10_000), Ok(BasisPoints::FULL));
        assert!(BasisPoints::new(10_001).is_err());
        assert!(serde_json::from_str::<BasisPoints>("10001").is_err());
    }

    #[test]
    fn shares_read_as_percent() {
        for (points, percent) in [(0, "0 %"), (5, "0.05 %"), (1_250, "12.5 %"), (10_000, "100 %")] {
            assert_eq!(BasisPoints::new(points).unwrap().to_string(), percent);
        }
    }
}
