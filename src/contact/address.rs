use serde::{Deserialize, Serialize};

use super::{CountryCode, PostalCode};
use crate::{
    error::{InvalidValue, Problem},
    text::{single_line, text_type},
};

text_type! {
    /// Street and number, or whatever leads to the door: one line of 1 to 200 characters.
    redacted AddressLine = "address", single_line::<200>
}

text_type! {
    /// The name of a city, town or village: one line of 1 to 100 characters.
    City = "city", single_line::<100>
}

text_type! {
    /// The state, province or other region of a country: one line of 1 to 100 characters.
    Region = "state", single_line::<100>
}

/// A postal address whose postal code has the form of its country.
///
/// Many countries use no states and some no postal codes, so both may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "UncheckedAddress")]
pub struct Address {
    line: AddressLine,
    city: City,
    state: Option<Region>,
    postal_code: Option<PostalCode>,
    country: CountryCode,
}

#[derive(Deserialize)]
struct UncheckedAddress {
    line: AddressLine,
    city: City,
    state: Option<Region>,
    postal_code: Option<PostalCode>,
    country: CountryCode,
}

impl Address {
    /// Puts an address together.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] if the postal code does not have the form of the country.
    pub fn new(
        line: AddressLine,
        city: City,
        state: Option<Region>,
        postal_code: Option<PostalCode>,
        country: CountryCode,
    ) -> Result<Self, InvalidValue> {
        if postal_code.as_ref().is_some_and(|code| !code.fits(country)) {
            let problem = Problem::Malformed("a postal code in the form of its country");
            return Err(InvalidValue::new("postal_code", problem));
        }
        Ok(Self { line, city, state, postal_code, country })
    }

    /// Returns street and number.
    #[must_use]
    pub const fn line(&self) -> &AddressLine {
        &self.line
    }

    /// Returns the city.
    #[must_use]
    pub const fn city(&self) -> &City {
        &self.city
    }

    /// Returns the state, province or other region.
    #[must_use]
    pub const fn state(&self) -> Option<&Region> {
        self.state.as_ref()
    }

    /// Returns the postal code.
    #[must_use]
    pub const fn postal_code(&self) -> Option<&PostalCode> {
        self.postal_code.as_ref()
    }

    /// Returns the country.
    #[must_use]
    pub const fn country(&self) -> CountryCode {
        self.country
    }
}

impl TryFrom<UncheckedAddress> for Address {
    type Error = InvalidValue;

    fn try_from(address: UncheckedAddress) -> Result<Self, InvalidValue> {
        let UncheckedAddress { line, city, state, postal_code, country } = address;
        Self::new(line, city, state, postal_code, country)
    }
}
