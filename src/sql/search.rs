//! How a search is asked for: the conditions that narrow it down, and how its answer is read.

use super::{Fields, Kind, Record as _, Value};
use crate::{
    geo::GeoPoint,
    money::{Currency, Price},
    repository::{Agenda, BoxError, Candidate, Offering, Result, Table},
    search::Criteria,
    sql::corrupt,
    trainer::{Rating, Trainer},
};

/// What a backend writes in its own way.
pub(crate) struct Dialect {
    /// The function that finds a text in another one, 0 if it is not there.
    pub(crate) position: &'static str,
    /// The accepted sizes of the service `o`, as the text of a JSON array.
    pub(crate) sizes: &'static str,
    /// What stands in front of a table's name.
    pub(crate) place: &'static str,
    /// What stands in front of a parameter's number.
    pub(crate) marker: char,
}

/// A search in SQL.
pub(crate) struct Narrowed<'c> {
    /// The join of each listed trainer `l` with the cheapest service `s` that meets the criteria.
    pub(crate) cheapest: String,
    /// What else is asked of the trainer `l`, each condition behind an `AND`.
    pub(crate) conditions: String,
    /// The parameters of both.
    pub(crate) parameters: Vec<(Kind, Value<'c>)>,
    taken: usize,
    marker: char,
}

/// The columns of a [`candidate`].
pub(crate) const CANDIDATE: &str =
    "l.trainer_id, l.latitude, l.longitude, l.rating_sum, l.total_reviews, s.price, s.currency";

impl<'c> Narrowed<'c> {
    /// Writes the criteria down, behind as many parameters as are `taken`.
    pub(crate) fn by(criteria: &'c Criteria, taken: usize, dialect: &Dialect) -> Self {
        let mut narrowed = Self {
            cheapest: String::new(),
            conditions: String::new(),
            parameters: Vec::new(),
            taken,
            marker: dialect.marker,
        };
        if criteria.is_verified {
            narrowed.conditions.push_str(" AND l.is_verified");
        }
        if let Some(least) = criteria.min_mean_e4 {
            let least = narrowed.number(least);
            narrowed.conditions.push_str(&format!(
                " AND l.total_reviews > 0
                  AND (l.rating_sum * 20000 + l.total_reviews) / (2 * l.total_reviews) >= {least}"
            ));
        }
        let service = narrowed.service(criteria, dialect);
        let join = if criteria.asks_of_services() { "JOIN" } else { "LEFT JOIN" };
        let place = dialect.place;
        narrowed.cheapest = format!(
            "{join} {place}trainer_services s ON s.trainer_id = l.trainer_id AND s.id =
                (SELECT o.id FROM {place}trainer_services o
                  WHERE o.trainer_id = l.trainer_id AND o.is_active{service}
                  ORDER BY o.currency, o.price, o.id LIMIT 1)"
        );
        narrowed
    }

    /// Writes down what is asked of the service `o`.
    fn service(&mut self, criteria: &'c Criteria, dialect: &Dialect) -> String {
        let mut asked = String::new();
        if let Some(range) = &criteria.price {
            let currency = self.text(range.currency().code().to_owned());
            let [min, max] = [range.min(), range.max()].map(|minor| self.number(minor));
            asked.push_str(&format!(
                " AND o.currency = {currency} AND o.price BETWEEN {min} AND {max}"
            ));
        }
        if let Some(least) = criteria.min_minutes {
            let least = self.number(least.into());
            asked.push_str(&format!(" AND o.duration_minutes >= {least}"));
        }
        let Dialect { position, sizes, .. } = dialect;
        if let Some(size) = criteria.dog_size {
            let size = self.text(format!("\"{size}\""));
            asked.push_str(&format!(" AND ({sizes} = '[]' OR {position}({sizes}, {size}) > 0)"));
        }
        for word in criteria.words.as_slice() {
            let word = self.text(word.clone());
            asked.push_str(&format!(" AND {position}(o.search_text, {word}) > 0"));
        }
        asked
    }

    fn number(&mut self, value: i64) -> String {
        self.push(Kind::Integer, Value::Integer(value))
    }

    fn text(&mut self, value: String) -> String {
        self.push(Kind::Text, Value::Text(value.into()))
    }

    fn push(&mut self, kind: Kind, value: Value<'c>) -> String {
        self.parameters.push((kind, value));
        format!("{}{}", self.marker, self.taken + self.parameters.len())
    }
}

pub(crate) fn candidate(fields: &mut Fields<'_>) -> Result<Candidate> {
    let mut read = || {
        let trainer = fields.take()?;
        let public_point = GeoPoint::new(fields.take()?, fields.take()?)?;
        let rating = Rating { sum: fields.take()?, count: fields.take()? };
        let cheapest = price(fields.take()?, fields.take()?)?;
        Ok(Candidate { trainer, public_point, rating, cheapest })
    };
    read().map_err(|source: BoxError| corrupt("listed_trainers", source))
}

fn price(minor: Option<i64>, currency: Option<Currency>) -> Result<Option<Price>, BoxError> {
    let (Some(minor), Some(currency)) = (minor, currency) else { return Ok(None) };
    Ok(Some(Price::new(minor, currency)?))
}

/// The columns of an [`offering`] behind those of the trainer.
pub(crate) const OFFERING: &str = ", users.first_name, users.last_name, place.public_latitude,
     place.public_longitude, place.city";

/// Reads a trainer with nothing on offer yet.
pub(crate) fn offering(fields: &mut Fields<'_>) -> Result<Offering> {
    let trainer = Trainer::decode_versioned(fields)?;
    let (first_name, last_name) = (fields.take_of(Table::User)?, fields.take_of(Table::User)?);
    let place = Table::Location;
    let latitude: Option<i32> = fields.take_of(place)?;
    let longitude: Option<i32> = fields.take_of(place)?;
    let public_point = latitude.zip(longitude).map(|(north, east)| GeoPoint::new(north, east));
    Ok(Offering {
        trainer,
        first_name,
        last_name,
        public_point: public_point
            .transpose()
            .map_err(|source| corrupt(place.name(), source.into()))?,
        city: fields.take_of(place)?,
        services: Vec::new(),
        agenda: Agenda::default(),
    })
}
