use serde::Serialize;

use crate::{
    dog::DogSize,
    error::{InvalidValue, Problem},
    money::{Currency, Price},
    text::search_text,
    trainer::{Rating, Service},
};

/// No search has more words.
const MAX_WORDS: usize = 10;
/// No search text is longer, in characters.
const MAX_CHARACTERS: usize = 200;

/// What a trainer, and one and the same service of theirs, must meet to be found.
///
/// Nothing is asked for by default. Backends narrow down by the same rules; the conformance suite
/// compares them with [`admits`](Self::admits) and [`accepts`](Self::accepts).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Criteria {
    /// The trainer is verified.
    pub is_verified: bool,
    /// The mean of the trainer's reviews is at least this, in 1/10,000 of a point.
    pub min_mean_e4: Option<i64>,
    /// The service's name and description hold each of these.
    pub words: SearchWords,
    /// The service's price lies in this range.
    pub price: Option<PriceRange>,
    /// The service is for dogs of this size.
    pub dog_size: Option<DogSize>,
    /// The service takes at least this long, in minutes.
    pub min_minutes: Option<u16>,
}

impl Criteria {
    /// Says whether a trainer meets what is asked of trainers.
    #[must_use]
    pub fn admits(&self, is_verified: bool, rating: Rating) -> bool {
        let is_good = |least| rating.mean_e4().is_some_and(|mean| mean >= least);
        (is_verified || !self.is_verified) && self.min_mean_e4.is_none_or(is_good)
    }

    /// Says whether a service can be booked and meets what is asked of services.
    #[must_use]
    pub fn accepts(&self, service: &Service) -> bool {
        let Service { price, duration_minutes, .. } = *service;
        service.is_active
            && self.accepts_terms(price, duration_minutes, |size| service.accepts(size))
            && self.accepts_text(|| service.search_text())
    }

    /// Says whether a service's terms meet what is asked of them.
    pub(crate) fn accepts_terms(
        &self,
        price: Price,
        minutes: u16,
        accepts: impl Fn(DogSize) -> bool,
    ) -> bool {
        self.price.is_none_or(|range| range.contains(price))
            && self.dog_size.is_none_or(accepts)
            && self.min_minutes.is_none_or(|least| minutes >= least)
    }

    /// Says whether a service's text, which is only made if words are asked for, holds them.
    pub(crate) fn accepts_text(&self, text: impl FnOnce() -> String) -> bool {
        self.words.is_empty() || self.words.are_in(&text())
    }

    /// Says whether anything is asked of services: then only trainers are found who offer one that
    /// meets it.
    #[must_use]
    pub fn asks_of_services(&self) -> bool {
        !self.words.is_empty()
            || self.price.is_some()
            || self.dog_size.is_some()
            || self.min_minutes.is_some()
    }
}

/// A range of prices in one currency, bounds included, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PriceRange {
    currency: Currency,
    min: i64,
    max: i64,
}

impl PriceRange {
    /// Takes two prices, both included.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] if they are of different currencies, or the first is the greater one.
    pub fn between(least: Price, greatest: Price) -> Result<Self, InvalidValue> {
        let (min, max) = (least.minor(), greatest.minor());
        if least.currency() != greatest.currency() || min > max {
            let problem = Problem::Malformed("two prices of one currency, the lower one first");
            return Err(InvalidValue::new("price_range", problem));
        }
        Ok(Self { currency: least.currency(), min, max })
    }

    /// Takes prices up to and with one.
    #[must_use]
    pub const fn up_to(greatest: Price) -> Self {
        Self { currency: greatest.currency(), min: 0, max: greatest.minor() }
    }

    /// Takes all prices in a currency.
    #[must_use]
    pub const fn any(currency: Currency) -> Self {
        Self { currency, min: 0, max: i64::MAX }
    }

    /// Returns the currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// Returns the lowest price, in minor units.
    #[must_use]
    pub const fn min(&self) -> i64 {
        self.min
    }

    /// Returns the highest price, in minor units.
    #[must_use]
    pub const fn max(&self) -> i64 {
        self.max
    }

    /// Says whether a price lies in the range.
    #[must_use]
    pub fn contains(&self, price: Price) -> bool {
        price.currency() == self.currency && (self.min..=self.max).contains(&price.minor())
    }
}

/// The words of a search, in lower case, each once.
///
/// A service is found if its name and description hold every one of them, in any order, also inside
/// longer words: `welp` finds "Welpenkurs". Both are folded by [`search_text`]; no database folds
/// them again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SearchWords(Vec<String>);

impl SearchWords {
    /// Takes what somebody typed; blanks part words.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] over 200 characters or ten words.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let too_long =
            |max: usize| InvalidValue::new("search_text", Problem::TooLong { max: max as u64 });
        if text.chars().count() > MAX_CHARACTERS {
            return Err(too_long(MAX_CHARACTERS));
        }
        let folded = text.split_whitespace().map(|word| search_text([word]));
        let mut words: Vec<String> = folded.collect();
        words.sort_unstable();
        words.dedup();
        if words.len() > MAX_WORDS {
            return Err(too_long(MAX_WORDS));
        }
        Ok(Self(words))
    }

    /// Says whether there is no word.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the words, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }

    /// Says whether each word is in a text, which is in lower case.
    #[must_use]
    pub fn are_in(&self, text: &str) -> bool {
        self.0.iter().all(|word| text.contains(word.as_str()))
    }
}
