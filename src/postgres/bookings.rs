//! Bookings, series, proposals to move a booking, and the time that bookings take.

use std::sync::LazyLock;

use async_trait::async_trait;

use super::{
    PostgresRepository,
    accounts::muted,
    newest::one_more,
    parameters::Parameters,
    part::{Part, Statement, list, row, rows},
    trainers::ScheduleNumbers,
};
use crate::{
    booking::{Booking, BookingStatus, Claim, Reschedule},
    ids::{BookingId, UserId},
    notification::Preferences,
    payment::{Dispute, Payment, Refund},
    repository::{
        BookingQueries, Cursor, LapsedHold, Lesson, LessonFilter, Occupancy, Page, PageRequest,
        Result, Table, Versioned,
    },
    sql::{Fields, Record as _, claim, corrupt, lesson, occupancy, orphan},
    time::Instant,
};

/// The names that a list shows beside a booking.
pub(super) const NAMES: &str = "trainer_user.id, trainer_user.first_name, trainer_user.last_name,
             owner_user.id, owner_user.first_name, dogs.name, trainer_services.name";
/// Where they are, by the columns of a booking `t`.
pub(super) const NAMED: &str = "
             JOIN @.dog_trainers ON dog_trainers.id = t.trainer_id
             JOIN @.users trainer_user ON trainer_user.id = dog_trainers.user_id
             JOIN @.dog_owners ON dog_owners.id = t.owner_id
             JOIN @.users owner_user ON owner_user.id = dog_owners.user_id
             JOIN @.dogs ON dogs.id = t.dog_id
             LEFT JOIN @.trainer_services ON trainer_services.id = t.service_id";

/// Asks for a trainer's bookings that are not cancelled and may meet the range, by start and id.
pub(super) fn occupying(trainer: &str, numbers: ScheduleNumbers) -> Part<Vec<Occupancy>> {
    list(
        "id, status, hold_expires_at, start_time, end_time, buffer_before_minutes,
         buffer_after_minutes,
         EXISTS (SELECT FROM @.occupied WHERE booking_id = bookings.id AND kind = 'trainer')",
        &format!(
            "FROM @.bookings
              WHERE trainer_id = {trainer} AND start_time >= {} AND start_time < {}
                AND status <> 'cancelled'
              ORDER BY start_time, id",
            numbers.bookings_from(),
            numbers.bookings_until()
        ),
        occupancy,
    )
}

/// Asks for a dog's pending and accepted bookings whose session meets the range, by start and id.
pub(super) fn sessions(dog: &str, numbers: ScheduleNumbers) -> Part<Vec<Occupancy>> {
    list(
        "id, status, hold_expires_at, start_time, end_time, buffer_before_minutes,
         buffer_after_minutes, true",
        &format!("FROM @.bookings WHERE {} ORDER BY start_time, id", meets(dog, numbers)),
        occupancy,
    )
}

fn meets(dog: &str, numbers: ScheduleNumbers) -> String {
    format!(
        "dog_id = {dog} AND start_time >= {} AND start_time < {} AND end_time > {}
         AND status IN ('pending', 'accepted')",
        numbers.sessions_from(),
        numbers.range_end(),
        numbers.range_start()
    )
}

/// Asks for the lapsed ones of the bookings that [`occupying`] and [`sessions`] ask for.
pub(super) fn lapsed_holds(
    trainer: &str,
    dog: &str,
    numbers: ScheduleNumbers,
) -> Part<Vec<LapsedHold>> {
    let is_lapsed = format!("status = 'pending' AND hold_expires_at <= {}", numbers.now());
    let lapsed = format!(
        "lapsed AS MATERIALIZED (
             SELECT b.id, dog_owners.user_id AS owner_user, dog_trainers.user_id AS trainer_user
               FROM @.bookings b
               JOIN @.dog_owners ON dog_owners.id = b.owner_id
               JOIN @.dog_trainers ON dog_trainers.id = b.trainer_id
              WHERE b.id IN (SELECT id FROM @.bookings
                              WHERE {is_lapsed} AND trainer_id = {trainer}
                                AND start_time >= {} AND start_time < {}
                              UNION
                             SELECT id FROM @.bookings WHERE {is_lapsed} AND {}))",
        numbers.bookings_from(),
        numbers.bookings_until(),
        meets(dog, numbers)
    );
    rows::<Booking>("WHERE t.id IN (SELECT id FROM lapsed) ORDER BY t.start_time, t.id")
        .sharing(lapsed)
        .and(list("id, owner_user, trainer_user", "FROM lapsed", users_of_booking))
        .and(rows::<Preferences>(
            "WHERE t.user_id IN (SELECT owner_user FROM lapsed
                                 UNION SELECT trainer_user FROM lapsed)",
        ))
        .and(rows::<Payment>("WHERE t.booking_id IN (SELECT id FROM lapsed) ORDER BY t.id"))
        .and(rows::<Refund>(
            "WHERE t.payment_id IN (SELECT id FROM @.payments
                                     WHERE booking_id IN (SELECT id FROM lapsed))
             ORDER BY t.id",
        ))
        .and(rows::<Dispute>("WHERE t.booking_id IN (SELECT id FROM lapsed) ORDER BY t.id"))
        .and(rows::<Reschedule>(
            "WHERE t.booking_id IN (SELECT id FROM lapsed) AND t.status = 'open'",
        ))
        .map(|(((loaded, refunds), disputes), proposals)| {
            let (((bookings, users), preferences), payments) = loaded;
            let hold = |booking: Versioned<Booking>| {
                let id = booking.id;
                let sides = users.iter().find(|(booking, ..)| *booking == id);
                let (_, owner, trainer) = *sides.ok_or_else(orphan)?;
                let own = payments.iter().filter(|row| row.booking == id);
                let payments: Vec<_> = own.cloned().collect();
                let is_of_own = |refund: &&Versioned<Refund>| {
                    payments.iter().any(|row| row.id == refund.payment)
                };
                let refunds = refunds.iter().filter(is_of_own);
                let disputes = disputes.iter().filter(|row| row.booking == id);
                Ok(LapsedHold {
                    booking,
                    owner: (owner, muted(owner, &preferences)),
                    trainer: (trainer, muted(trainer, &preferences)),
                    refunds: refunds.cloned().collect(),
                    disputes: disputes.cloned().collect(),
                    payments,
                    proposal: proposals.iter().find(|row| row.booking == id).cloned(),
                })
            };
            bookings.into_iter().map(hold).collect()
        })
}

fn users_of_booking(fields: &mut Fields<'_>) -> Result<(BookingId, UserId, UserId)> {
    let booking = fields.take_of(Table::Booking)?;
    Ok((booking, fields.take_of(Table::Owner)?, fields.take_of(Table::Trainer)?))
}

/// Makes the statement of a page of lessons; statements differ by what the filter narrows down.
fn lessons(
    filter: &LessonFilter,
    page: PageRequest,
) -> Result<(Statement<Vec<Lesson>>, Parameters)> {
    let mut parameters =
        Parameters::new().and(filter.from.unwrap_or(Instant::MIN))?.and(one_more(page))?;
    let mut conditions = "t.start_time >= $1".to_owned();
    let mut next = 3;
    let mut narrow = |condition: &str, count: usize| {
        conditions.push_str(" AND ");
        let mut pieces = condition.split('?');
        conditions.push_str(pieces.next().unwrap_or_default());
        for (number, piece) in (next..).zip(pieces) {
            conditions.push_str(&format!("${number}{piece}"));
        }
        next += count;
    };
    if let Some(until) = filter.until {
        narrow("t.start_time < ?", 1);
        parameters = parameters.and(until)?;
    }
    if let Some(last) = page.cursor() {
        narrow("(t.start_time, t.id) > (?, ?)", 2);
        parameters = parameters.and(last.at())?.and(last.id())?;
    }
    if let Some(trainer) = filter.trainer {
        narrow("t.trainer_id = ?", 1);
        parameters = parameters.and(trainer)?;
    }
    if let Some(owner) = filter.owner {
        narrow("t.owner_id = ?", 1);
        parameters = parameters.and(owner)?;
    }
    if let Some(dog) = filter.dog {
        narrow("t.dog_id = ?", 1);
        parameters = parameters.and(dog)?;
    }
    if !filter.statuses.is_empty() {
        narrow("t.status = ANY(?)", 1);
        parameters = parameters.and_all::<BookingStatus>(&filter.statuses)?;
    }
    // The page is cut before the names are looked up.
    let part = list(
        &format!("{}, {NAMES}", Booking::statements().columns_of("t")),
        &format!(
            "FROM (SELECT * FROM @.bookings t WHERE {conditions}
                    ORDER BY t.start_time, t.id LIMIT $2) t {NAMED}
            ORDER BY t.start_time, t.id"
        ),
        lesson,
    );
    Ok((part.into(), parameters))
}

#[async_trait]
impl BookingQueries for PostgresRepository {
    async fn booking(&self, id: BookingId) -> Result<Option<Versioned<Booking>>> {
        static BOOKING: LazyLock<Statement<Option<Versioned<Booking>>>> =
            LazyLock::new(|| row::<Booking>("WHERE t.id = $1").into());
        self.ask(&BOOKING, Parameters::new().and(id)?).await
    }

    async fn lessons(&self, filter: &LessonFilter, page: PageRequest) -> Result<Page<Lesson>> {
        let (statement, parameters) = lessons(filter, page)?;
        let rows = self.ask_replica_once(&statement, parameters).await?;
        Ok(Page::cut(rows, page, |last| {
            Cursor::new(last.booking.session.start(), last.booking.id.as_uuid())
        }))
    }

    async fn claims(&self, booking: BookingId) -> Result<Vec<Claim>> {
        static CLAIMS: LazyLock<Statement<Vec<Claim>>> = LazyLock::new(|| {
            list(
                "kind, resource_id, lower(during), upper(during), booking_id",
                "FROM @.occupied WHERE booking_id = $1 ORDER BY kind DESC",
                |fields| claim(fields).map_err(|source| corrupt("occupied", source)),
            )
            .into()
        });
        self.ask(&CLAIMS, Parameters::new().and(booking)?).await
    }

    /// Recomputes all claims from all bookings.
    async fn mismatched_claims(&self, limit: u16) -> Result<Vec<BookingId>> {
        static MISMATCHED: LazyLock<Statement<Vec<BookingId>>> = LazyLock::new(|| {
            list(
                "booking_id",
                "FROM (
                     SELECT booking_id FROM (
                         SELECT booking_id, kind, resource_id, during FROM @.occupied
                         EXCEPT SELECT booking_id, kind, resource_id, during FROM @.claims_due
                     ) unfounded
                     UNION
                     SELECT booking_id FROM (
                         SELECT booking_id, kind, resource_id, during FROM @.claims_due
                          WHERE is_active
                         EXCEPT SELECT booking_id, kind, resource_id, during FROM @.occupied
                     ) missing
                     ORDER BY 1 LIMIT $1
                 ) mismatched ORDER BY 1",
                |fields| fields.take_of(Table::Booking),
            )
            .into()
        });
        self.ask(&MISMATCHED, Parameters::new().and(i64::from(limit))?).await
    }
}
