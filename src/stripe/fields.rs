//! Fields of Stripe's JSON objects, read strictly; whatever is not asked for is not looked at.

use std::str::FromStr;

use serde_json::{Map, Value};

use super::{EventError, StripeAmount};
use crate::{
    error::InvalidValue,
    money::{Currency, Money},
    text::Token,
    time::Instant,
};

/// A JSON object, and what Stripe calls it.
#[derive(Clone, Copy)]
pub(super) struct Object<'a> {
    name: &'static str,
    fields: &'a Map<String, Value>,
}

impl<'a> Object<'a> {
    /// Takes a value that must be an object which says that it is a `name`.
    pub(super) fn new(name: &'static str, value: &'a Value) -> Result<Self, EventError> {
        let malformed = EventError::Malformed { object: name, field: "object" };
        let object = Self { name, fields: value.as_object().ok_or(malformed)? };
        if object.text("object")? == name { Ok(object) } else { Err(malformed) }
    }

    pub(super) const fn malformed(self, field: &'static str) -> EventError {
        EventError::Malformed { object: self.name, field }
    }

    pub(super) const fn missing(self, field: &'static str) -> EventError {
        EventError::Missing { object: self.name, field }
    }

    /// Returns a field that may be absent; `null` is absent.
    pub(super) fn optional(self, field: &str) -> Option<&'a Value> {
        self.fields.get(field).filter(|value| !value.is_null())
    }

    pub(super) fn value(self, field: &'static str) -> Result<&'a Value, EventError> {
        self.optional(field).ok_or(self.missing(field))
    }

    pub(super) fn text(self, field: &'static str) -> Result<&'a str, EventError> {
        self.value(field)?.as_str().ok_or(self.malformed(field))
    }

    pub(super) fn integer(self, field: &'static str) -> Result<i64, EventError> {
        self.value(field)?.as_i64().ok_or(self.malformed(field))
    }

    pub(super) fn flag(self, field: &'static str) -> Result<bool, EventError> {
        self.value(field)?.as_bool().ok_or(self.malformed(field))
    }

    pub(super) fn token(self, field: &'static str) -> Result<Token, EventError> {
        self.text(field)?.parse().map_err(|_| self.malformed(field))
    }

    /// Reads whole seconds since the Unix epoch.
    pub(super) fn instant(self, field: &'static str) -> Result<Instant, EventError> {
        Instant::from_seconds(self.integer(field)?).map_err(|_| self.malformed(field))
    }

    /// Reads an amount in the object's own currency.
    pub(super) fn money(self, field: &'static str) -> Result<Money, EventError> {
        let code = self.text("currency")?.to_ascii_uppercase();
        let currency = Currency::parse(&code).map_err(|_| self.malformed("currency"))?;
        Ok(StripeAmount::from_units(self.integer(field)?, currency)?.money())
    }

    /// Reads the id of another object, which may stand there whole instead of by its id.
    pub(super) fn reference(self, field: &'static str) -> Result<Option<Token>, EventError> {
        let Some(value) = self.optional(field) else { return Ok(None) };
        let id = value.as_str().or_else(|| value.get("id")?.as_str());
        let token = id.and_then(|id| id.parse().ok());
        token.map(Some).ok_or(self.malformed(field))
    }

    /// Reads an id of ours from the object's metadata. What is no id was not put there by us: it
    /// would come again for days if it were an error, and none of it would be any better.
    pub(super) fn own_id<T: FromStr<Err = InvalidValue>>(
        self,
        key: &'static str,
    ) -> Result<Option<T>, EventError> {
        let Some(metadata) = self.optional("metadata") else { return Ok(None) };
        let metadata = metadata.as_object().ok_or(self.malformed("metadata"))?;
        Ok(metadata.get(key).and_then(Value::as_str).and_then(|id| id.parse().ok()))
    }
}
