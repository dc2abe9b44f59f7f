//! What is due.

use async_trait::async_trait;

use super::{SqliteRepository, rows::Snapshot};
use crate::{
    repository::{Due, DueQueries, PayoutDue, Result, Table},
    sql::{Fields, Value},
    time::Instant,
};

/// The queries of all kinds, in the order of [`Due`]; the last parameter is the limit.
const LAPSED_HOLDS: &str = "
    SELECT id FROM bookings
     WHERE status = 'pending' AND hold_expires_at <= $1
     ORDER BY hold_expires_at, id LIMIT $2";
const COMPLETIONS: &str = "
    SELECT id FROM bookings
     WHERE status = 'accepted' AND end_time <= $1
     ORDER BY end_time, id LIMIT $2";
const FINISHED_CLAIMS: &str = "
    SELECT held.booking_id
      FROM occupied held JOIN bookings ON bookings.id = held.booking_id
     WHERE held.kind = 'trainer' AND held.end_at <= $1 AND bookings.status = 'completed'
     ORDER BY held.end_at, held.booking_id LIMIT $2";
const LAPSED_PROPOSALS: &str = "
    SELECT open.booking_id, open.id
      FROM reschedule_requests open JOIN bookings ON bookings.id = open.booking_id
     WHERE open.status = 'open'
       AND (open.expires_at <= $1 OR bookings.status IN ('cancelled', 'completed'))
     ORDER BY open.expires_at, open.id LIMIT $2";
const REMINDERS: &str = "
    SELECT id FROM bookings
     WHERE status = 'accepted' AND start_time > $1 AND start_time < $2
       AND NOT EXISTS (SELECT 1 FROM reminders
                        WHERE reminders.booking_id = bookings.id
                          AND reminders.starts_at = bookings.start_time)
     ORDER BY start_time, id LIMIT $3";

impl Snapshot<'_> {
    /// Takes what is due in the order of [`Due`], of one kind the oldest first, until the limit is
    /// reached.
    fn due(
        self,
        now: Instant,
        completed_before: Instant,
        remind_before: Instant,
        limit: u16,
    ) -> Result<Vec<Due>> {
        let mut due = Vec::new();
        let mut take = |sql: &str, until: &[Instant], read: fn(&mut Fields<'_>) -> Result<Due>| {
            let left = usize::from(limit) - due.len();
            if left == 0 {
                return Ok(());
            }
            let mut parameters: Vec<Value<'_>> = until.iter().map(|at| (*at).into()).collect();
            parameters.push(Value::Integer(i64::try_from(left).unwrap_or(0)));
            due.extend(self.all(sql, &parameters, read)?);
            Ok(())
        };
        take(LAPSED_HOLDS, &[now], |row| row.take_of(Table::Booking).map(Due::LapsedHold))?;
        take(COMPLETIONS, &[completed_before], |row| {
            row.take_of(Table::Booking).map(Due::Completion)
        })?;
        take(FINISHED_CLAIMS, &[now], |row| row.take_of(Table::Booking).map(Due::FinishedClaim))?;
        take(LAPSED_PROPOSALS, &[now], |row| {
            let table = Table::Reschedule;
            Ok(Due::LapsedProposal(row.take_of(table)?, row.take_of(table)?))
        })?;
        take(REMINDERS, &[now, remind_before], |row| {
            row.take_of(Table::Booking).map(Due::Reminder)
        })?;
        due.sort_unstable();
        Ok(due)
    }
}

#[async_trait]
impl DueQueries for SqliteRepository {
    async fn due(
        &self,
        now: Instant,
        completed_before: Instant,
        remind_before: Instant,
        limit: u16,
    ) -> Result<Vec<Due>> {
        self.read(move |snapshot| snapshot.due(now, completed_before, remind_before, limit)).await
    }

    async fn payouts_due(&self, after: Option<PayoutDue>, limit: u16) -> Result<Vec<PayoutDue>> {
        self.read(move |snapshot| snapshot.payouts_due(after, limit)).await
    }
}
