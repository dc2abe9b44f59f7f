//! Bookings, series, proposals to move a booking, and the time that bookings take.

use std::{collections::BTreeSet, sync::LazyLock};

use async_trait::async_trait;

use super::{
    SqliteRepository,
    rows::{Snapshot, newest_of, one_more, select},
};
use crate::{
    booking::{Booking, BookingStatus, Claim, Reschedule},
    ids::{BookingId, DogId, SeriesId, TrainerId, UserId},
    repository::{
        BookingFile, BookingQueries, Cursor, LapsedHold, Lesson, LessonFilter, Occupancy, Page,
        PageRequest, Result, Table, Versioned,
    },
    sql::{
        LONGEST_BUFFER, LONGEST_LESSON, Record as _, Value, claim, corrupt, lesson, occupancy,
        orphan,
    },
    time::{Instant, Interval},
};

/// The names that a list shows beside a booking.
pub(super) const NAMES: &str = "trainer_user.id, trainer_user.first_name, trainer_user.last_name,
                owner_user.id, owner_user.first_name, dogs.name, trainer_services.name";
/// Where they are, by the columns of a booking `t`. CROSS JOIN keeps the order of the tables: what the
/// list goes by comes first, by one of its indexes.
pub(super) const NAMED: &str = "
          CROSS JOIN dog_trainers ON dog_trainers.id = t.trainer_id
          CROSS JOIN users trainer_user ON trainer_user.id = dog_trainers.user_id
          CROSS JOIN dog_owners ON dog_owners.id = t.owner_id
          CROSS JOIN users owner_user ON owner_user.id = dog_owners.user_id
          CROSS JOIN dogs ON dogs.id = t.dog_id
           LEFT JOIN trainer_services ON trainer_services.id = t.service_id";

impl Snapshot<'_> {
    pub(super) fn booking(self, id: BookingId) -> Result<Option<Versioned<Booking>>> {
        self.row(select!(Booking, "WHERE id = $1"), &[id.into()])
    }

    fn open_proposal(self, booking: BookingId) -> Result<Option<Versioned<Reschedule>>> {
        self.row(
            select!(Reschedule, "WHERE booking_id = $1 AND status = 'open'"),
            &[booking.into()],
        )
    }

    /// Returns a trainer's bookings that are not cancelled and whose time with buffers meets a
    /// range, by start and id.
    pub(super) fn occupying(self, trainer: TrainerId, range: Interval) -> Result<Vec<Occupancy>> {
        let from = range.start().saturating_add(-(LONGEST_LESSON + LONGEST_BUFFER));
        let until = range.end().saturating_add(LONGEST_BUFFER);
        let longest_buffer = LONGEST_BUFFER.num_minutes() * 60_000_000;
        // The claims of a trainer lie side by side, and a claim begins with its booking, or before it
        // by no more than a buffer. Without the `+` they would be looked up all over the table.
        let mut near = self.all(
            "SELECT id, status, hold_expires_at, start_time, end_time, buffer_before_minutes,
                    buffer_after_minutes,
                    EXISTS (SELECT 1 FROM occupied
                             WHERE resource_id = ?1 AND kind = 'trainer'
                               AND start_at BETWEEN start_time - ?4 AND start_time
                               AND +booking_id = bookings.id)
               FROM bookings
              WHERE trainer_id = ?1 AND start_time >= ?2 AND start_time < ?3
                AND status <> 'cancelled'
              ORDER BY start_time, id",
            &[trainer.into(), from.into(), until.into(), Value::Integer(longest_buffer)],
            occupancy,
        )?;
        near.retain(|booking| booking.occupied.overlaps(range));
        Ok(near)
    }

    /// Returns a dog's pending and accepted bookings whose session meets a range, by start and id.
    pub(super) fn sessions(self, dog: DogId, range: Interval) -> Result<Vec<Occupancy>> {
        let from = range.start().saturating_add(-LONGEST_LESSON);
        self.all(
            "SELECT id, status, hold_expires_at, start_time, end_time, buffer_before_minutes,
                    buffer_after_minutes, TRUE
               FROM bookings
              WHERE dog_id = $1 AND start_time >= $2 AND start_time < $3 AND end_time > $4
                AND status IN ('pending', 'accepted')
              ORDER BY start_time, id",
            &[dog.into(), from.into(), range.end().into(), range.start().into()],
            occupancy,
        )
    }

    /// Returns those of some bookings that are lapsed, once each, by start and id.
    pub(super) fn lapsed<'o>(
        self,
        bookings: impl Iterator<Item = &'o Occupancy>,
        now: Instant,
    ) -> Result<Vec<LapsedHold>> {
        let lapsed: BTreeSet<_> = bookings
            .filter(|booking| booking.is_lapsed(now))
            .map(|booking| (booking.session.start(), booking.booking))
            .collect();
        let mut holds = Vec::with_capacity(lapsed.len());
        for (_, id) in lapsed {
            holds.extend(self.lapsed_hold(id)?);
        }
        Ok(holds)
    }

    fn lapsed_hold(self, id: BookingId) -> Result<Option<LapsedHold>> {
        let users: Option<(UserId, UserId)> = self.first(
            "SELECT dog_owners.user_id, dog_trainers.user_id
               FROM bookings
               JOIN dog_owners ON dog_owners.id = bookings.owner_id
               JOIN dog_trainers ON dog_trainers.id = bookings.trainer_id
              WHERE bookings.id = $1",
            &[id.into()],
            |fields| Ok((fields.take_of(Table::Owner)?, fields.take_of(Table::Trainer)?)),
        )?;
        let (Some(booking), Some((owner, trainer))) = (self.booking(id)?, users) else {
            return Ok(None);
        };
        Ok(Some(LapsedHold {
            booking,
            owner: (owner, self.muted(owner)?),
            trainer: (trainer, self.muted(trainer)?),
            payments: self.payments(id)?,
            refunds: self.refunds(id)?,
            disputes: self.disputes(id)?,
            proposal: self.open_proposal(id)?,
        }))
    }

    /// Loads a booking with everything around it.
    pub(super) fn booking_file(self, id: BookingId) -> Result<Option<BookingFile>> {
        let Some(booking) = self.booking(id)? else { return Ok(None) };
        let trainer = self.trainer(booking.trainer)?.ok_or_else(orphan)?;
        let owner = self.owner(booking.owner)?.ok_or_else(orphan)?;
        Ok(Some(BookingFile {
            trainer_party: self.party(trainer.user)?.ok_or_else(orphan)?,
            owner_party: self.party(owner.user)?.ok_or_else(orphan)?,
            dog: self.dog(booking.dog)?.ok_or_else(orphan)?,
            proposal: self.open_proposal(id)?,
            payments: self.payments(id)?,
            refunds: self.refunds(id)?,
            disputes: self.disputes(id)?,
            review: self.review_of(id)?,
            is_paid_out: self.is_paid_out(id)?,
            booking,
            trainer,
            owner,
        }))
    }

    /// Loads the bookings of a series that start at or after an instant, by start and id.
    pub(super) fn series_files(self, series: SeriesId, from: Instant) -> Result<Vec<BookingFile>> {
        let bookings: Vec<BookingId> = self.all(
            "SELECT id FROM bookings WHERE series_id = $1 AND start_time >= $2
              ORDER BY start_time, id",
            &[series.into(), from.into()],
            |fields| fields.take_of(Table::Booking),
        )?;
        let mut files = Vec::with_capacity(bookings.len());
        for id in bookings {
            files.extend(self.booking_file(id)?);
        }
        Ok(files)
    }

    /// Loads a booking with names.
    pub(super) fn lesson(self, id: BookingId) -> Result<Option<Lesson>> {
        static SQL: LazyLock<String> = LazyLock::new(|| {
            let columns = Booking::statements().columns_of("t");
            format!("SELECT {columns}, {NAMES} FROM bookings t {NAMED} WHERE t.id = $1")
        });
        self.first(&SQL, &[id.into()], lesson)
    }

    fn lessons(self, filter: &LessonFilter, page: PageRequest) -> Result<Page<Lesson>> {
        let from = filter.from.unwrap_or(Instant::MIN);
        // In SQLite a number comes before all bytes, and so before all ids.
        let after = page.cursor().filter(|last| last.at() >= from);
        let (sql, mut parameters) = lessons_sql(filter);
        parameters.extend([
            after.map_or(from, Cursor::at).into(),
            after.map_or(Value::Integer(i64::MIN), |last| last.id().into()),
            filter.until.map_or(Value::Integer(i64::MAX), Into::into),
            one_more(page),
        ]);
        let rows = self.all(&sql, &parameters, lesson)?;
        Ok(Page::cut(rows, page, |last| newest_of(last.booking.session.start(), last.booking.id)))
    }

    fn claims(self, booking: BookingId) -> Result<Vec<Claim>> {
        self.all(
            "SELECT kind, resource_id, start_at, end_at, booking_id FROM occupied
              WHERE booking_id = $1 ORDER BY kind DESC",
            &[booking.into()],
            |fields| claim(fields).map_err(|source| corrupt("occupied", source)),
        )
    }

    /// Recomputes all claims from all bookings.
    fn mismatched_claims(self, limit: u16) -> Result<Vec<BookingId>> {
        self.all(
            "SELECT booking_id FROM (
                 SELECT booking_id, kind, resource_id, start_at, end_at FROM occupied
                 EXCEPT
                 SELECT booking_id, kind, resource_id, start_at, end_at FROM claims_due)
              UNION
             SELECT booking_id FROM (
                 SELECT booking_id, kind, resource_id, start_at, end_at FROM claims_due
                  WHERE is_active
                 EXCEPT
                 SELECT booking_id, kind, resource_id, start_at, end_at FROM occupied)
              ORDER BY 1 LIMIT $1",
            &[Value::Integer(limit.into())],
            |fields| fields.take_of(Table::Booking),
        )
    }
}

/// Makes the text of a list of lessons, and the parameters of its conditions.
///
/// Four parameters follow: instant and id of the key behind which the page begins, the instant
/// before which lessons start, and how many rows to read.
fn lessons_sql(filter: &LessonFilter) -> (String, Vec<Value<'static>>) {
    let mut sql = format!(
        "SELECT {}, {NAMES} FROM bookings t {NAMED} WHERE true",
        Booking::statements().columns_of("t")
    );
    let mut parameters = Vec::new();
    let mut equal = |column: &str, value: Option<Value<'static>>| {
        if let Some(value) = value {
            parameters.push(value);
            sql.push_str(&format!(" AND t.{column} = ${}", parameters.len()));
        }
    };
    equal("trainer_id", filter.trainer.map(Into::into));
    equal("owner_id", filter.owner.map(Into::into));
    equal("dog_id", filter.dog.map(Into::into));
    if !filter.statuses.is_empty() {
        let codes: Vec<_> = BookingStatus::ALL
            .iter()
            .filter(|status| filter.statuses.contains(status))
            .map(|status| format!("'{}'", status.code()))
            .collect();
        sql.push_str(&format!(" AND t.status IN ({})", codes.join(", ")));
    }
    let next = parameters.len() + 1;
    sql.push_str(&format!(
        " AND (t.start_time, t.id) > (${next}, ${}) AND t.start_time < ${}
          ORDER BY t.start_time, t.id LIMIT ${}",
        next + 1,
        next + 2,
        next + 3
    ));
    (sql, parameters)
}

#[async_trait]
impl BookingQueries for SqliteRepository {
    async fn booking(&self, id: BookingId) -> Result<Option<Versioned<Booking>>> {
        self.read(move |snapshot| snapshot.booking(id)).await
    }

    async fn lessons(&self, filter: &LessonFilter, page: PageRequest) -> Result<Page<Lesson>> {
        let filter = filter.clone();
        self.read(move |snapshot| snapshot.lessons(&filter, page)).await
    }

    async fn claims(&self, booking: BookingId) -> Result<Vec<Claim>> {
        self.read(move |snapshot| snapshot.claims(booking)).await
    }

    async fn mismatched_claims(&self, limit: u16) -> Result<Vec<BookingId>> {
        self.read(move |snapshot| snapshot.mismatched_claims(limit)).await
    }
}
