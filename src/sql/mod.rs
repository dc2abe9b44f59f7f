//! What the SQL backends share: how each row is laid out in columns, and the statements made of that.
//!
//! A table is described once, by its [`Record`]. The types of the driver appear nowhere: a backend
//! binds [`Value`]s and reads through a [`Source`].

mod field;
mod migration;
mod notifications;
mod projections;
mod record;
mod records;
pub(crate) mod search;
mod value;

pub(crate) use field::Field;
pub(crate) use migration::{ChangedMigration, MIGRATIONS_TABLE, checksum};
pub(crate) use notifications::{RECIPIENT, told, told_booking, told_facts};
pub(crate) use projections::{
    LAST_DATE, LONGEST_BUFFER, LONGEST_LESSON, account_total, balances, claim, corrupt,
    currency_bounds, lesson, lesson_payment, occupancy, orphan, payout_due, utc_date,
};
#[cfg(feature = "postgres")]
pub(crate) use record::{Bind, columns_of};
pub(crate) use record::{Column, Fields, Part, Record, Statements, statements_of};
pub(crate) use value::{Kind, Source, Value};
