//! How rows are read that are parts of a record, or of several.

use chrono::{NaiveDate, TimeDelta};

use super::{Fields, Record as _};
use crate::{
    booking::{Booking, Claim, Resource},
    ledger::{Account, Balances},
    money::{Currency, Money},
    payment::Payment,
    repository::{
        BoxError, Lesson, LessonPayment, Occupancy, PayoutDue, RepositoryError, Result, Table,
    },
    time::{Instant, Interval},
    trainer::{BUFFER_MAX_MINUTES, LESSON_MAX_MINUTES},
};

/// No session lasts longer.
pub(crate) const LONGEST_LESSON: TimeDelta = TimeDelta::minutes(LESSON_MAX_MINUTES);
/// No buffer lasts longer.
pub(crate) const LONGEST_BUFFER: TimeDelta = TimeDelta::minutes(BUFFER_MAX_MINUTES);
/// No stored date is later; see `Entity::check`.
pub(crate) const LAST_DATE: NaiveDate = match NaiveDate::from_ymd_opt(2200, 12, 31) {
    Some(date) => date,
    None => NaiveDate::MAX,
};

/// Returns the date in UTC some days before or after that of an instant.
pub(crate) fn utc_date(at: Instant, days: i64) -> NaiveDate {
    let date = at.to_utc().date_naive();
    date.checked_add_signed(TimeDelta::days(days)).unwrap_or(date)
}

pub(crate) fn lesson(fields: &mut Fields<'_>) -> Result<Lesson> {
    Ok(Lesson {
        booking: Booking::decode_versioned(fields)?,
        trainer_user: fields.take_of(Table::User)?,
        trainer_name: (fields.take_of(Table::User)?, fields.take_of(Table::User)?),
        owner_user: fields.take_of(Table::User)?,
        owner_first_name: fields.take_of(Table::User)?,
        dog_name: fields.take_of(Table::Dog)?,
        service_name: fields.take_of(Table::Service)?,
    })
}

pub(crate) fn lesson_payment(fields: &mut Fields<'_>) -> Result<LessonPayment> {
    Ok(LessonPayment { payment: Payment::decode_versioned(fields)?, lesson: lesson(fields)? })
}

pub(crate) fn occupancy(fields: &mut Fields<'_>) -> Result<Occupancy> {
    let mut read = || {
        let (booking, status, hold_expires_at) = (fields.take()?, fields.take()?, fields.take()?);
        let session = Interval::new(fields.take()?, fields.take()?)?;
        let mut buffer = || fields.take::<u16>().map(|minutes| TimeDelta::minutes(minutes.into()));
        let occupied = session.padded(buffer()?, buffer()?);
        let claims_trainer = fields.take()?;
        Ok(Occupancy { booking, status, hold_expires_at, session, occupied, claims_trainer })
    };
    read().map_err(|source| corrupt(Table::Booking.name(), source))
}

pub(crate) fn claim(fields: &mut Fields<'_>) -> std::result::Result<Claim, BoxError> {
    let kind: String = fields.take()?;
    let resource = match kind.as_str() {
        "trainer" => Resource::Trainer(fields.take()?),
        "dog" => Resource::Dog(fields.take()?),
        _ => return Err("neither a trainer nor a dog".into()),
    };
    let during = Interval::new(fields.take()?, fields.take()?)?;
    Ok(Claim { resource, during, booking: fields.take()? })
}

pub(crate) fn payout_due(fields: &mut Fields<'_>) -> Result<PayoutDue> {
    let table = Table::Payout;
    Ok(PayoutDue { trainer: fields.take_of(table)?, currency: fields.take_of(table)? })
}

/// Returns codes between which a currency lies, or without one all of them.
pub(crate) fn currency_bounds(currency: Option<Currency>) -> (String, String) {
    let bound = |none: &str| currency.as_ref().map_or(none, Currency::code).to_owned();
    (bound(""), bound("ZZZZ"))
}

pub(crate) fn corrupt(table: &'static str, source: BoxError) -> RepositoryError {
    RepositoryError::Corrupt { table, source }
}

/// What a booking is that refers to nothing: only a writer that switched foreign keys off can make
/// it.
pub(crate) fn orphan() -> RepositoryError {
    corrupt(Table::Booking.name(), "it refers to a row that does not exist".into())
}

/// Reads what stands on an account.
pub(crate) fn account_total(fields: &mut Fields<'_>) -> Result<(Account, Money)> {
    let account = fields.take_of(Table::LedgerEntry)?;
    let currency = fields.take_of(Table::LedgerEntry)?;
    Ok((account, Money::new(fields.take_of(Table::LedgerEntry)?, currency)))
}

/// Adds up what stands on each account.
pub(crate) fn balances(totals: Vec<(Account, Money)>) -> Result<Balances> {
    let mut balances = Balances::default();
    for (account, total) in totals {
        balances
            .add_total(account, total)
            .map_err(|source| corrupt(Table::LedgerEntry.name(), source.into()))?;
    }
    Ok(balances)
}
