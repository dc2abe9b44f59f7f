//! What is due.

use std::{collections::BTreeSet, sync::LazyLock};

use async_trait::async_trait;
use uuid::Uuid;

use super::{
    PostgresRepository,
    parameters::Parameters,
    part::{Part, Statement, list},
    payouts::PAYOUTS_DUE,
};
use crate::{
    repository::{Due, DueQueries, PayoutDue, Result, Table},
    sql::Fields,
    time::Instant,
};

/// Asks for what is due at `$1`; completions are due before `$2`, reminders before `$3`, and of each
/// kind at most `$4` are returned, in the order of [`Due`].
fn due() -> Part<Vec<Due>> {
    let of_booking = |columns: &str, from: &str, read: fn(&mut Fields<'_>) -> Result<Due>| {
        list(columns, &format!("{from} LIMIT $4"), read)
    };
    of_booking(
        "id",
        "FROM @.bookings WHERE status = 'pending' AND hold_expires_at <= $1
         ORDER BY hold_expires_at, id",
        |row| row.take_of(Table::Booking).map(Due::LapsedHold),
    )
    .and(of_booking(
        "id",
        "FROM @.bookings WHERE status = 'accepted' AND end_time <= $2 ORDER BY end_time, id",
        |row| row.take_of(Table::Booking).map(Due::Completion),
    ))
    .and(of_booking(
        "held.booking_id",
        "FROM @.occupied held JOIN @.bookings ON bookings.id = held.booking_id
         WHERE held.kind = 'trainer' AND upper(held.during) <= $1 AND bookings.status = 'completed'
         ORDER BY upper(held.during), held.booking_id",
        |row| row.take_of(Table::Booking).map(Due::FinishedClaim),
    ))
    .and(of_booking(
        "open.booking_id, open.id",
        "FROM @.reschedule_requests open JOIN @.bookings ON bookings.id = open.booking_id
         WHERE open.status = 'open'
           AND (open.expires_at <= $1 OR bookings.status IN ('cancelled', 'completed'))
         ORDER BY open.expires_at, open.id",
        |row| {
            let table = Table::Reschedule;
            Ok(Due::LapsedProposal(row.take_of(table)?, row.take_of(table)?))
        },
    ))
    .and(of_booking(
        "id",
        "FROM @.bookings WHERE status = 'accepted' AND start_time > $1 AND start_time < $3
           AND NOT EXISTS (SELECT FROM @.reminders
                            WHERE reminders.booking_id = bookings.id
                              AND reminders.starts_at = bookings.start_time)
         ORDER BY start_time, id",
        |row| row.take_of(Table::Booking).map(Due::Reminder),
    ))
    .map(|((((mut due, completions), claims), proposals), reminders)| {
        for kind in [completions, claims, proposals, reminders] {
            due.extend(kind);
        }
        Ok(due)
    })
}

#[async_trait]
impl DueQueries for PostgresRepository {
    async fn due(
        &self,
        now: Instant,
        completed_before: Instant,
        remind_before: Instant,
        limit: u16,
    ) -> Result<Vec<Due>> {
        static DUE: LazyLock<Statement<Vec<Due>>> = LazyLock::new(|| due().into());
        let parameters = Parameters::new()
            .and(now)?
            .and(completed_before)?
            .and(remind_before)?
            .and(i64::from(limit))?;
        let mut due = self.ask(&DUE, parameters).await?;
        due.truncate(limit.into());
        due.sort_unstable();
        Ok(due)
    }

    async fn payouts_due(&self, after: Option<PayoutDue>, limit: u16) -> Result<Vec<PayoutDue>> {
        let after_all = after.map_or_else(Uuid::nil, |due| due.trainer.as_uuid());
        let currency = after.map_or_else(String::new, |due| due.currency.code().to_owned());
        let parameters =
            Parameters::new().and::<Uuid>(after_all)?.and(currency)?.and(i64::from(limit))?;
        let due: BTreeSet<PayoutDue> = self.ask(&PAYOUTS_DUE, parameters).await?;
        Ok(due.into_iter().take(limit.into()).collect())
    }
}
