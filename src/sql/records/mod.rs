//! The layout of every row type in columns, one file per area.

mod accounts;
mod audit;
mod bookings;
mod dogs;
mod money;
mod notifications;
mod reviews;
mod trainers;

use super::{
    Statements,
    field::Field,
    record::{self, Bind, Fields, Part, record},
};
use crate::{
    error::{InvalidValue, Problem},
    repository::BoxError,
};

/// Pairs two columns that are null together.
fn both<A, B>(
    first: Option<A>,
    second: Option<B>,
    what: &'static str,
) -> Result<Option<(A, B)>, InvalidValue> {
    match (first, second) {
        (Some(first), Some(second)) => Ok(Some((first, second))),
        (None, None) => Ok(None),
        _ => Err(InvalidValue::new(what, Problem::Malformed("whole, or null in every column"))),
    }
}
