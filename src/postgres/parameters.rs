//! How values get into statements.

use std::borrow::Cow;

use chrono::NaiveTime;
use sqlx::{Arguments as _, Encode, Postgres, Type, postgres::PgArguments};

use super::error::failure;
use crate::{
    repository::{BoxError, Result},
    sql::{Field, Kind, Value},
    time::WallTime,
};

/// The parameters of a statement, in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Parameters {
    arguments: PgArguments,
    count: usize,
}

impl Parameters {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Adds a parameter.
    #[expect(clippy::needless_pass_by_value, reason = "keys are given as they are")]
    pub(super) fn and<F: Field>(mut self, field: F) -> Result<Self> {
        let value = field.encode().map_err(failure)?;
        self.push(F::KIND, value).map_err(failure)?;
        Ok(self)
    }

    /// Adds a parameter that is a list.
    pub(super) fn and_all<'f, F: Field + 'f>(
        mut self,
        fields: impl IntoIterator<Item = &'f F>,
    ) -> Result<Self> {
        let values: Result<Vec<_>, _> = fields.into_iter().map(F::encode).collect();
        self.push_all(F::KIND, values.map_err(failure)?).map_err(failure)?;
        Ok(self)
    }

    /// Adds a value of a kind, and returns its number.
    pub(super) fn push(&mut self, kind: Kind, value: Value<'_>) -> Result<usize, BoxError> {
        // The kind decides the type also of a null: a statement is prepared once for all values.
        match kind {
            Kind::Bool => self.bind(boolean(value)?),
            Kind::Integer => self.bind(integer(value)?),
            Kind::Uuid => self.bind(uuid(value)?),
            Kind::Text | Kind::Json => self.bind(text(value)?),
            Kind::Instant => self.bind(instant(value)?),
            Kind::Date => self.bind(date(value)?),
            Kind::Time => self.bind(time(value)?),
            Kind::LocalDateTime => self.bind(local(value)?),
        }
    }

    /// Adds a list of values of a kind, and returns its number.
    pub(super) fn push_all(
        &mut self,
        kind: Kind,
        values: Vec<Value<'_>>,
    ) -> Result<usize, BoxError> {
        match kind {
            Kind::Bool => self.bind(all(values, boolean)?),
            Kind::Integer => self.bind(all(values, integer)?),
            Kind::Uuid => self.bind(all(values, uuid)?),
            Kind::Text | Kind::Json => {
                let texts = all(values, text)?;
                self.bind(texts.iter().map(Option::as_deref).collect::<Vec<_>>())
            }
            Kind::Instant => self.bind(all(values, instant)?),
            Kind::Date => self.bind(all(values, date)?),
            Kind::Time => self.bind(all(values, time)?),
            Kind::LocalDateTime => self.bind(all(values, local)?),
        }
    }

    fn bind<'v, T: Encode<'v, Postgres> + Type<Postgres>>(
        &mut self,
        value: T,
    ) -> Result<usize, BoxError> {
        self.arguments.add(value)?;
        self.count += 1;
        Ok(self.count)
    }

    pub(super) fn into_arguments(self) -> PgArguments {
        self.arguments
    }
}

fn all<'v, T>(
    values: Vec<Value<'v>>,
    convert: fn(Value<'v>) -> Result<Option<T>, BoxError>,
) -> Result<Vec<Option<T>>, BoxError> {
    values.into_iter().map(convert).collect()
}

fn unexpected<T>(value: &Value<'_>) -> Result<T, BoxError> {
    Err(format!("a parameter of another kind: {value:?}").into())
}

macro_rules! conversions {
    ($($name:ident: $($kind:ident($value:ident) => $converted:expr),+; as $ty:ty;)+) => {$(
        fn $name(value: Value<'_>) -> Result<Option<$ty>, BoxError> {
            match value {
                Value::Null => Ok(None),
                $(Value::$kind($value) => Ok(Some($converted)),)+
                other => unexpected(&other),
            }
        }
    )+};
}

conversions! {
    boolean: Bool(value) => value; as bool;
    integer: Integer(value) => value; as i64;
    uuid: Uuid(value) => value; as uuid::Uuid;
    instant: Instant(value) => value.to_utc(); as chrono::DateTime<chrono::Utc>;
    date: Date(value) => value; as chrono::NaiveDate;
    time: Time(value) => time_of_day(value); as NaiveTime;
    local: LocalDateTime(value) => value; as chrono::NaiveDateTime;
}

fn text(value: Value<'_>) -> Result<Option<Cow<'_, str>>, BoxError> {
    match value {
        Value::Null => Ok(None),
        Value::Text(text) | Value::Json(text) => Ok(Some(text)),
        other => unexpected(&other),
    }
}

fn time_of_day(time: WallTime) -> NaiveTime {
    NaiveTime::from_num_seconds_from_midnight_opt(u32::from(time.as_minutes()) * 60, 0)
        .unwrap_or_default()
}
