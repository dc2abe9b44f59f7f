//! Whole years: a trainer's experience and a dog's age.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{InvalidValue, within};

macro_rules! years {
    ($($(#[$doc:meta])* $name:ident = $what:literal, $max:literal;)+) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
        )]
        #[serde(try_from = "u8", into = "u8")]
        pub struct $name(u8);

        impl $name {
            /// The largest number of years that is accepted.
            pub const MAX: Self = Self($max);

            /// Takes whole years.
            ///
            /// # Errors
            ///
            /// [`InvalidValue`] above [`MAX`](Self::MAX).
            pub fn new(years: u8) -> Result<Self, InvalidValue> {
                within($what, years, 0, $max)?;
                Ok(Self(years))
            }

            /// Returns whole years.
            #[must_use]
            pub const fn get(self) -> u8 {
                self.0
            }
        }

        impl TryFrom<u8> for $name {
            type Error = InvalidValue;

            fn try_from(years: u8) -> Result<Self, InvalidValue> {
                Self::new(years)
            }
        }

        impl From<$name> for u8 {
            fn from(years: $name) -> Self {
                years.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    )+};
}

years! {
    /// How many whole years a trainer has worked with dogs, from 0 to 80.
    Experience = "years_of_experience", 80;
    /// How old a dog is in whole years, from 0 to 40.
    DogAge = "age", 40;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_included() {
        assert_eq!(Experience::new(80), Ok(Experience::MAX));
        assert!(Experience::new(81).is_err());
        assert_eq!(DogAge::new(40), Ok(DogAge::MAX));
        assert!(serde_json::from_str::<DogAge>("41").is_err());
    }
}
