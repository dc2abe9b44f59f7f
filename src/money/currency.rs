use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::iso_4217;
use crate::error::{InvalidValue, Problem};

/// A currency of ISO 4217, with the number of decimals that the standard gives it.
///
/// Written as its code of three capital letters, in JSON too.
///
/// # Example: the minor unit differs
///
/// ```
/// use sitstay::money::Currency;
///
/// assert_eq!(Currency::USD.iso_exponent(), 2);
/// assert_eq!("JPY".parse::<Currency>()?.iso_exponent(), 0);
/// assert_eq!("KWD".parse::<Currency>()?.iso_exponent(), 3);
/// # Ok::<(), sitstay::error::InvalidValue>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency {
    code: [u8; 3],
    exponent: u8,
}

impl Currency {
    /// The pound sterling.
    pub const GBP: Self = Self { code: *b"GBP", exponent: 2 };
    /// The euro.
    pub const EUR: Self = Self { code: *b"EUR", exponent: 2 };
    /// The dollar of the United States.
    pub const USD: Self = Self { code: *b"USD", exponent: 2 };
    /// The yen, which has no minor unit.
    pub const JPY: Self = Self { code: *b"JPY", exponent: 0 };

    /// Takes a code of ISO 4217, in capital letters.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] unless it is an active code whose currency has a minor unit.
    pub fn parse(code: &str) -> Result<Self, InvalidValue> {
        iso_4217::BY_EXPONENT
            .into_iter()
            .find(|(_, codes)| codes.binary_search(&code).is_ok())
            .and_then(|(exponent, _)| {
                Some(Self { code: code.as_bytes().try_into().ok()?, exponent })
            })
            .ok_or(InvalidValue::new("currency", Problem::Malformed("a code of ISO 4217")))
    }

    /// Returns every currency that is known, in no particular order.
    pub fn all() -> impl Iterator<Item = Self> {
        iso_4217::BY_EXPONENT.into_iter().flat_map(|(exponent, codes)| {
            codes.iter().filter_map(move |code| {
                Some(Self { code: code.as_bytes().try_into().ok()?, exponent })
            })
        })
    }

    /// Returns the code, for instance `"USD"`.
    #[must_use]
    pub const fn code(&self) -> &str {
        match str::from_utf8(&self.code) {
            Ok(code) => code,
            // The codes of the table are ASCII.
            Err(_) => "",
        }
    }

    /// Returns the number of decimals of the minor unit: 0 for JPY, 2 for USD, 3 for KWD.
    ///
    /// Payment providers may count otherwise; this is the standard's number.
    #[must_use]
    pub const fn iso_exponent(self) -> u8 {
        self.exponent
    }
}

impl FromStr for Currency {
    type Err = InvalidValue;

    fn from_str(code: &str) -> Result<Self, InvalidValue> {
        Self::parse(code)
    }
}

impl TryFrom<String> for Currency {
    type Error = InvalidValue;

    fn try_from(code: String) -> Result<Self, InvalidValue> {
        Self::parse(&code)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_agree_with_an_independent_table() {
        for currency in Currency::all() {
            let oracle = iso_currency::Currency::from_code(currency.code());
            let exponent = oracle.and_then(iso_currency::Currency::exponent);
            assert_eq!(exponent, Some(currency.iso_exponent().into()), "{currency}");
        }
    }

    #[test]
    fn every_code_in_use_is_known_once() {
        let mut codes: Vec<_> = Currency::all().map(String::from).collect();
        codes.sort();
        let known = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), known);
        assert_eq!(known, 165);
        for withdrawn in ["HRK", "BGN", "ANG", "CUC", "SLL", "ZWL", "XAU", "XXX", "XTS"] {
            assert!(Currency::parse(withdrawn).is_err(), "{withdrawn}");
        }
    }

    #[test]
    fn constants_equal_the_table() {
        for constant in [Currency::GBP, Currency::EUR, Currency::USD, Currency::JPY] {
            assert_eq!(Currency::parse(constant.code()), Ok(constant));
        }
    }

    #[test]
    fn only_exact_codes_are_accepted() {
        for code in ["", "usd", "US", "USDX", " USD", "US\u{c4}"] {
            assert!(Currency::parse(code).is_err(), "{code:?}");
            assert!(serde_json::from_value::<Currency>(code.into()).is_err(), "{code:?}");
        }
        assert_eq!(serde_json::to_string(&Currency::EUR).unwrap(), r#""EUR""#);
    }
}
