//! One row of the source on its way into the domain.

use std::collections::HashSet;

use chrono::{NaiveDateTime, Timelike as _};
use sqlx::{Decode, Postgres, Row as _, Type, postgres::PgRow};
use uuid::Uuid;

use super::{
    AdoptionError, Flag, LeftBehind, Offender, Reason, Remark, SourceTable, Spare, Terms,
    amount::minor_units,
    piece::{Found, Piece, row_key},
};
use crate::{
    audit::Subject,
    error::InvalidValue,
    ids::{CommandId, DerivedIds, Id},
    money::{Money, Price},
    repository::{Change, RowKey},
    text::Text,
    time::{Instant, LocalTime, WallTime, Zone, ZoneId},
};

/// What every row is read with.
#[derive(Debug)]
pub(super) struct Context<'a> {
    pub(super) terms: &'a Terms,
    pub(super) zone: Zone,
    pub(super) trainer_zone: Zone,
    pub(super) now: Instant,
    /// The users whom the target has erased since they were copied.
    erased: HashSet<Uuid>,
}

impl<'a> Context<'a> {
    pub(super) fn new(terms: &'a Terms, now: Instant, erased: HashSet<Uuid>) -> Self {
        let (zone, trainer_zone) = (terms.zone.zone(), terms.trainer_zone.zone());
        Self { terms, zone, trainer_zone, now, erased }
    }
}

/// A row that is being read: what it breaks is noted, all of it and not only the first.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    pub(super) context: &'a Context<'a>,
    row: &'a PgRow,
    table: SourceTable,
    key: RowKey,
    leave: Option<LeftBehind>,
    offenders: Vec<Offender>,
    emptied: Vec<Spare>,
    remarks: Vec<Remark>,
    parents: Vec<(SourceTable, RowKey)>,
    failure: Option<sqlx::Error>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(table: SourceTable, row: &'a PgRow, context: &'a Context<'a>) -> Self {
        let mut reading = Self {
            context,
            row,
            table,
            key: row_key(Uuid::nil(), None),
            leave: None,
            offenders: Vec::new(),
            emptied: Vec::new(),
            remarks: Vec::new(),
            parents: Vec::new(),
            failure: None,
        };
        let mut id = |column| reading.get(column).unwrap_or_default();
        reading.key = match table {
            SourceTable::UserRoles => row_key(id("user_id"), Some(id("role_id"))),
            _ => row_key(id("id"), None),
        };
        reading
    }

    pub(super) fn finish(mut self, piece: Option<Piece>) -> Result<Found, AdoptionError> {
        if let Some(failure) = self.failure {
            return Err(failure.into());
        }
        if self.leave.is_some() {
            // What stays behind anyway may be as it is.
            self.offenders.clear();
        }
        let is_sound = self.offenders.is_empty() && self.leave.is_none();
        Ok(Found {
            key: self.key,
            piece: piece.filter(|_| is_sound),
            leave: self.leave,
            offenders: self.offenders,
            emptied: self.emptied,
            remarks: self.remarks,
            parents: self.parents,
        })
    }

    /// Makes what the row becomes.
    pub(super) fn piece(&self, subject: Option<Subject>, changes: Vec<Change>) -> Option<Piece> {
        Some(Piece { key: self.key, changes, subject })
    }

    /// The row's own key, in a table whose key is one id.
    pub(super) fn id<T: Id>(&self) -> T {
        T::from_uuid(self.key.first())
    }

    /// Ids for what is made beside the row, the same in every run.
    pub(super) fn derived_ids(&self, at: Instant) -> DerivedIds {
        let about = format!("adoption of {} {}", self.table, self.key);
        DerivedIds::new(CommandId::of_the_system(&about), at)
    }

    /// Leaves the row behind: it is no offender, but there is no place for it.
    pub(super) fn leave(&mut self, why: LeftBehind) {
        self.leave.get_or_insert(why);
    }

    /// Says whether the row is personal to a user who is deleted, in the source or since they were
    /// copied.
    pub(super) fn is_erased(&mut self) -> bool {
        self.get("is_erased").unwrap_or_default() || self.is_erased_since("person")
    }

    /// Says whether a user was erased in the target since they were copied.
    pub(super) fn is_erased_since(&mut self, user: &str) -> bool {
        self.get(user).is_some_and(|user| self.context.erased.contains(&user))
    }

    pub(super) fn leave_if_erased(&mut self) {
        if self.is_erased() {
            self.leave(LeftBehind::Erased);
        }
    }

    pub(super) fn fault(&mut self, column: Option<&'static str>, reason: Reason) {
        let (table, key) = (self.table, self.key);
        self.offenders.push(Offender { table, key, reason, column, other: None });
    }

    pub(super) fn require(&mut self, holds: bool, column: &'static str, reason: Reason) {
        if !holds {
            self.fault(Some(column), reason);
        }
    }

    /// Notes that another row, which comes first, has the same value.
    pub(super) fn require_first(&mut self, column: &'static str, reason: Reason) {
        let first: Option<Uuid> = self.get("first_alike");
        if let Some(first) = first.filter(|first| *first != self.key.first()) {
            self.fault(Some(column), reason);
            if let Some(offender) = self.offenders.last_mut() {
                offender.other = Some(row_key(first, None));
            }
        }
    }

    pub(super) fn get<T>(&mut self, column: &str) -> Option<T>
    where
        T: for<'r> Decode<'r, Postgres> + Type<Postgres>,
    {
        self.row.try_get(column).unwrap_or_else(|error| {
            self.failure.get_or_insert(error);
            None
        })
    }

    pub(super) fn text(&mut self, column: &str) -> Option<String> {
        self.get(column)
    }

    /// Says something of the row that is no offence.
    pub(super) fn remark(&mut self, remark: Remark) {
        self.remarks.push(remark);
    }

    /// Reads a flag, which must be there or declared.
    pub(super) fn flag(&mut self, flag: Flag) -> Option<bool> {
        let found = self.get(flag.code());
        let assumed = || self.context.terms.flags.get(&flag).copied();
        let value = found.or_else(assumed);
        self.require(value.is_some(), flag.code(), Reason::Missing);
        if found.is_none() && value.is_some() {
            self.remark(Remark::AssumedFlag);
        }
        value
    }

    fn required<T>(&mut self, column: &'static str) -> Option<T>
    where
        T: for<'r> Decode<'r, Postgres> + Type<Postgres>,
    {
        let value = self.get(column);
        self.require(value.is_some(), column, Reason::Missing);
        value
    }

    fn accept<T>(
        &mut self,
        column: &'static str,
        value: Result<T, impl Into<Reason>>,
    ) -> Option<T> {
        value.map_err(|reason| self.fault(Some(column), reason.into())).ok()
    }

    /// Reads a text that must be there and have a form.
    pub(super) fn parsed<T>(
        &mut self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Result<T, InvalidValue>,
    ) -> Option<T> {
        let text: String = self.required(column)?;
        self.accept(column, parse(&text))
    }

    /// Reads a code; what is not known is told as `unknown`.
    pub(super) fn code<T: std::str::FromStr>(
        &mut self,
        column: &'static str,
        unknown: Reason,
    ) -> Option<T> {
        let text: String = self.required(column)?;
        self.accept(column, text.parse().map_err(|_| unknown))
    }

    /// Reads a text that the row can do without: a blank one counts as none.
    pub(super) fn spare<T>(
        &mut self,
        spare: Spare,
        parse: impl FnOnce(&str) -> Result<T, InvalidValue>,
    ) -> Option<T> {
        let column = spare.code();
        let text = self.text(column).filter(|text| !text.trim().is_empty())?;
        match parse(&text) {
            Err(_) if self.context.terms.emptied.contains(&spare) => {
                self.emptied.push(spare);
                None
            }
            parsed => self.accept(column, parsed),
        }
    }

    /// Reads a longer text, which may be blank.
    pub(super) fn long_text(&mut self, column: &'static str) -> Option<Text> {
        let text = self.text(column).unwrap_or_default();
        self.accept(column, Text::parse(&text))
    }

    /// Reads a whole number that fits a small type.
    pub(super) fn number<N, T>(
        &mut self,
        column: &'static str,
        bound: impl FnOnce(N) -> Result<T, InvalidValue>,
    ) -> Option<T>
    where
        N: TryFrom<i64>,
    {
        let text: String = self.required(column)?;
        let value = whole_number(&text).and_then(|number| bound(number).map_err(Reason::from));
        self.accept(column, value)
    }

    /// Reads a reference to a row that must be there.
    pub(super) fn parent<T: Id + Into<RowKey>>(
        &mut self,
        column: &'static str,
        parents: SourceTable,
        found: &str,
    ) -> Option<T> {
        let id: Uuid = self.required(column)?;
        self.refers(column, parents, found, id)
    }

    /// Reads a reference that may be missing.
    pub(super) fn optional_parent<T: Id + Into<RowKey>>(
        &mut self,
        column: &'static str,
        parents: SourceTable,
        found: &str,
    ) -> Option<T> {
        let id: Uuid = self.get(column)?;
        self.refers(column, parents, found, id)
    }

    fn refers<T: Id + Into<RowKey>>(
        &mut self,
        column: &'static str,
        parents: SourceTable,
        found: &str,
        id: Uuid,
    ) -> Option<T> {
        let is_there = self.get::<Uuid>(found).is_some();
        self.require(is_there, column, Reason::Orphan);
        let id = T::from_uuid(id);
        self.parents.push((parents, id.into()));
        is_there.then_some(id)
    }

    /// Reads an amount in the declared currency.
    pub(super) fn amount(&mut self, column: &'static str) -> Option<Money> {
        let text: String = self.required(column)?;
        let minor = self.minor_units(&text);
        let minor = self.accept(column, minor)?;
        let currency = self.context.terms.currency;
        if minor_units(&text, currency.iso_exponent(), false).is_err() {
            self.remark(Remark::ForgivenNoise);
        }
        Some(Money::new(minor, currency))
    }

    /// Reads an amount out of a text.
    pub(super) fn minor_units(&self, text: &str) -> Result<i64, Reason> {
        let terms = self.context.terms;
        minor_units(text, terms.currency.iso_exponent(), terms.forgives_noise)
    }

    /// Reads a price: from nothing to 10¹² minor units.
    pub(super) fn price(&mut self, column: &'static str) -> Option<Price> {
        let amount = self.amount(column)?;
        self.accept(column, Price::try_from(amount))
    }

    /// Reads a local time that names one instant.
    pub(super) fn instant(&mut self, column: &'static str) -> Option<Instant> {
        let local: NaiveDateTime = self.required(column)?;
        let at = match resolve(&self.context.zone, local) {
            Ok(LocalTime::One(at)) => Ok(at),
            Ok(LocalTime::Twice(..)) => Err(Reason::AmbiguousLocalTime),
            Ok(LocalTime::Skipped { .. }) => Err(Reason::SkippedLocalTime),
            Err(reason) => Err(reason),
        };
        self.accept(column, at)
    }

    /// Reads when something was written down. Nothing is decided on it to the hour, so the earlier
    /// of two instants will do, and the first one after a gap.
    pub(super) fn written(&mut self, column: &'static str) -> Option<Instant> {
        let local: NaiveDateTime = self.required(column)?;
        let at = resolve(&self.context.zone, local).map(LocalTime::earliest);
        self.accept(column, at)
    }

    /// As [`written`](Self::written), for what may be missing.
    pub(super) fn written_if_any(&mut self, column: &'static str) -> Option<Instant> {
        self.get::<NaiveDateTime>(column)?;
        self.written(column)
    }

    /// Reads when the row was made and when it last changed, or was made, if it never did.
    pub(super) fn made_and_changed(&mut self) -> Option<(Instant, Instant)> {
        let created_at = self.written("created_at");
        let updated_at = self.written_if_any("updated_at");
        created_at.map(|created_at| (created_at, updated_at.unwrap_or(created_at)))
    }
}

/// Reads a whole number.
pub(super) fn whole_number<N: TryFrom<i64>>(text: &str) -> Result<N, Reason> {
    let number: i64 = text.parse().map_err(|_| Reason::Malformed)?;
    N::try_from(number).map_err(|_| Reason::OutOfRange)
}

/// Finds the instants at which the zone's clocks show a local time, to the microsecond.
pub(super) fn resolve(zone: &Zone, local: NaiveDateTime) -> Result<LocalTime, Reason> {
    if zone.id() == ZoneId::UTC {
        let at = Instant::from_micros(local.and_utc().timestamp_micros())?;
        return Ok(LocalTime::One(at));
    }
    let minute = u16::try_from(local.num_seconds_from_midnight() / 60).unwrap_or_default();
    let within = i64::from(local.second()) * 1_000_000 + i64::from(local.nanosecond() / 1_000);
    let later = |at: Instant| Instant::from_micros(at.as_micros() + within);
    let shown = zone.resolve(local.date(), WallTime::from_minutes(minute)?);
    Ok(match shown.map_err(|_| Reason::OutOfRange)? {
        LocalTime::One(at) => LocalTime::One(later(at)?),
        LocalTime::Twice(first, second) => LocalTime::Twice(later(first)?, later(second)?),
        gap @ LocalTime::Skipped { .. } => gap,
    })
}
