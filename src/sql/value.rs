use std::borrow::Cow;

use chrono::{NaiveDate, NaiveDateTime};
use uuid::Uuid;

use crate::{
    ids::Id,
    repository::BoxError,
    time::{Instant, WallTime},
};

/// The kinds of value that columns hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Bool,
    Integer,
    Uuid,
    Text,
    Instant,
    Date,
    Time,
    LocalDateTime,
    Json,
}

/// A value on its way between a row and a driver.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Bool(bool),
    Integer(i64),
    Uuid(Uuid),
    Text(Cow<'a, str>),
    Instant(Instant),
    Date(NaiveDate),
    Time(WallTime),
    LocalDateTime(NaiveDateTime),
    Json(Cow<'a, str>),
}

impl Value<'_> {
    /// Takes over what is borrowed.
    #[cfg(feature = "postgres")]
    pub(crate) fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(value),
            Self::Integer(value) => Value::Integer(value),
            Self::Uuid(value) => Value::Uuid(value),
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Instant(value) => Value::Instant(value),
            Self::Date(value) => Value::Date(value),
            Self::Time(value) => Value::Time(value),
            Self::LocalDateTime(value) => Value::LocalDateTime(value),
            Self::Json(text) => Value::Json(Cow::Owned(text.into_owned())),
        }
    }
}

/// A row as a driver hands it over.
pub(crate) trait Source {
    /// Reads the column at `index` as a value of this kind, or [`Value::Null`].
    fn value(&self, index: usize, kind: Kind) -> Result<Value<'_>, BoxError>;
}

impl<T: Id> From<T> for Value<'_> {
    fn from(id: T) -> Self {
        Self::Uuid(id.as_uuid())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value<'_> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

macro_rules! from {
    ($($ty:ty as $kind:ident;)+) => {$(
        impl From<$ty> for Value<'_> {
            fn from(value: $ty) -> Self {
                Self::$kind(value)
            }
        }
    )+};
}

from! {
    bool as Bool;
    i64 as Integer;
    Uuid as Uuid;
    Instant as Instant;
    NaiveDate as Date;
}
