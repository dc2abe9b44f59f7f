//! How rows come out of an answer.
//!
//! A statement answers with one row, each of whose columns is an array of records: so that one
//! round trip loads rows of several tables, all of one moment. `sqlx` has no type for such an
//! array whose records it does not know beforehand; the binary format is that of the functions
//! `array_send` and `record_send` of Postgres (`arrayfuncs.c`, `rowtypes.c`).

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, TimeDelta};
use uuid::Uuid;

use crate::{
    repository::BoxError,
    sql::{Kind, Source, Value},
    time::{Instant, WallTime},
};

// Numbers of types, from `pg_type.dat`.
const BOOL: u32 = 16;
const INT8: u32 = 20;
const INT2: u32 = 21;
const INT4: u32 = 23;
const TEXT: u32 = 25;
const DATE: u32 = 1082;
const TIME: u32 = 1083;
const TIMESTAMP: u32 = 1114;
const TIMESTAMPTZ: u32 = 1184;
const RECORD: u32 = 2249;
const UUID: u32 = 2950;
const JSONB: u32 = 3802;

/// From the Unix epoch to that of Postgres, 1 January 2000.
const EPOCH_MICROS: i64 = 946_684_800_000_000;
const EPOCH_DATE: NaiveDate = match NaiveDate::from_ymd_opt(2000, 1, 1) {
    Some(date) => date,
    None => NaiveDate::MIN,
};
const MICROS_PER_MINUTE: i64 = 60_000_000;

/// Bytes that are read from left to right.
#[derive(Debug, Clone, Copy)]
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], BoxError> {
        let (taken, rest) =
            self.0.split_at_checked(count).ok_or("an answer that ends too early")?;
        self.0 = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Result<i32, BoxError> {
        Ok(i32::from_be_bytes(self.take(4)?.try_into()?))
    }

    fn type_number(&mut self) -> Result<u32, BoxError> {
        Ok(u32::from_be_bytes(self.take(4)?.try_into()?))
    }

    fn count(&mut self) -> Result<usize, BoxError> {
        Ok(usize::try_from(self.number()?)?)
    }

    /// Takes bytes that their length precedes; -1 stands for null.
    fn value(&mut self) -> Result<Option<&'a [u8]>, BoxError> {
        match self.number()? {
            -1 => Ok(None),
            length => self.take(usize::try_from(length)?).map(Some),
        }
    }
}

/// Cuts an array of records.
pub(super) fn records(array: &[u8]) -> Result<Vec<Record<'_>>, BoxError> {
    let mut bytes = Bytes(array);
    let dimensions = bytes.count()?;
    let _has_nulls = bytes.number()?;
    if bytes.type_number()? != RECORD {
        return Err("an array of anything but records".into());
    }
    if dimensions == 0 {
        return Ok(Vec::new());
    }
    let length = bytes.count()?;
    let _first_index = bytes.number()?;
    if dimensions != 1 {
        return Err("an array of more than one dimension".into());
    }
    // A length that is no true one must not reserve memory.
    let mut records = Vec::with_capacity(length.min(array.len() / 8));
    for _ in 0..length {
        records.push(Record::cut(bytes.value()?.ok_or("null for a record")?)?);
    }
    Ok(records)
}

/// A row, as bytes.
#[derive(Debug)]
pub(super) struct Record<'a> {
    fields: Vec<(u32, Option<&'a [u8]>)>,
}

impl<'a> Record<'a> {
    fn cut(record: &'a [u8]) -> Result<Self, BoxError> {
        let mut bytes = Bytes(record);
        let count = bytes.count()?;
        let mut fields = Vec::with_capacity(count.min(record.len() / 8));
        for _ in 0..count {
            fields.push((bytes.type_number()?, bytes.value()?));
        }
        Ok(Self { fields })
    }
}

impl Source for Record<'_> {
    fn value(&self, index: usize, kind: Kind) -> Result<Value<'_>, BoxError> {
        let (column, value) = *self.fields.get(index).ok_or("a row of too few columns")?;
        let Some(bytes) = value else { return Ok(Value::Null) };
        Ok(match (kind, column) {
            (Kind::Bool, BOOL) => Value::Bool(bytes == [1]),
            (Kind::Integer, INT2) => Value::Integer(i16::from_be_bytes(bytes.try_into()?).into()),
            (Kind::Integer, INT4) => Value::Integer(i32::from_be_bytes(bytes.try_into()?).into()),
            (Kind::Integer, INT8) => Value::Integer(long(bytes)?),
            (Kind::Uuid, UUID) => Value::Uuid(Uuid::from_slice(bytes)?),
            (Kind::Text, TEXT) => Value::Text(Cow::Borrowed(str::from_utf8(bytes)?)),
            (Kind::Json, JSONB) => Value::Json(Cow::Borrowed(json(bytes)?)),
            (Kind::Instant, TIMESTAMPTZ) => {
                Value::Instant(Instant::from_micros(since_1970(bytes)?)?)
            }
            (Kind::LocalDateTime, TIMESTAMP) => {
                let at = DateTime::from_timestamp_micros(since_1970(bytes)?);
                Value::LocalDateTime(at.ok_or("a time that is out of range")?.naive_utc())
            }
            (Kind::Date, DATE) => {
                let days = i32::from_be_bytes(bytes.try_into()?);
                let date = EPOCH_DATE.checked_add_signed(TimeDelta::days(days.into()));
                Value::Date(date.ok_or("a date that is out of range")?)
            }
            (Kind::Time, TIME) => {
                let micros = long(bytes)?;
                if micros % MICROS_PER_MINUTE != 0 {
                    return Err("a time of day that is no whole minute".into());
                }
                let minutes = u16::try_from(micros / MICROS_PER_MINUTE)?;
                Value::Time(WallTime::from_minutes(minutes)?)
            }
            _ => return Err(format!("a column of type {column} where {kind:?} must be").into()),
        })
    }
}

fn long(bytes: &[u8]) -> Result<i64, BoxError> {
    Ok(i64::from_be_bytes(bytes.try_into()?))
}

fn since_1970(bytes: &[u8]) -> Result<i64, BoxError> {
    // The two ends of the range stand for infinity.
    long(bytes)?.checked_add(EPOCH_MICROS).ok_or_else(|| "an instant that is out of range".into())
}

/// The binary format is the text after the number of its version.
fn json(bytes: &[u8]) -> Result<&str, BoxError> {
    match bytes {
        [1, text @ ..] => Ok(str::from_utf8(text)?),
        _ => Err("JSON of an unknown version".into()),
    }
}
