//! What is due.

use async_trait::async_trait;

use super::{
    MemoryRepository,
    index::{since, up_to},
    tables::Tables,
};
use crate::{
    repository::{Due, DueQueries, PayoutDue, Result, UniqueKey},
    time::Instant,
};

impl Tables {
    fn due(
        &self,
        now: Instant,
        completed_before: Instant,
        remind_before: Instant,
        limit: u16,
    ) -> Vec<Due> {
        let by = &self.bookings.by;
        let mut due: Vec<Due> = up_to(&by.hold_end, now)
            .map(Due::LapsedHold)
            .chain(up_to(&by.accepted_end, completed_before).map(Due::Completion))
            .chain(up_to(by.diaries.finished(), now).map(Due::FinishedClaim))
            .chain(self.lapsed_proposals(now))
            .chain(self.reminders(now, remind_before))
            .take(limit.into())
            .collect();
        due.sort_unstable();
        due
    }

    fn lapsed_proposals(&self, now: Instant) -> impl Iterator<Item = Due> {
        let open = self.reschedules.by.open_until.keys();
        let open = open.filter_map(|(_, id)| self.reschedules.get(*id));
        open.filter(move |proposal| {
            let booking = self.bookings.get(proposal.booking);
            !proposal.is_open(now) || booking.is_none_or(|booking| !booking.status.is_active())
        })
        .map(|proposal| Due::LapsedProposal(proposal.booking, proposal.id))
    }

    fn reminders(&self, now: Instant, remind_before: Instant) -> impl Iterator<Item = Due> {
        since(&self.bookings.by.accepted_start, now)
            .filter(move |(start, _)| now < *start)
            .take_while(move |(start, _)| *start < remind_before)
            .filter(|(start, id)| !self.unique.contains_key(&UniqueKey::ReminderStart(*id, *start)))
            .map(|(_, id)| Due::Reminder(id))
    }
}

#[async_trait]
impl DueQueries for MemoryRepository {
    async fn due(
        &self,
        now: Instant,
        completed_before: Instant,
        remind_before: Instant,
        limit: u16,
    ) -> Result<Vec<Due>> {
        Ok(self.read().due(now, completed_before, remind_before, limit))
    }

    async fn payouts_due(&self, after: Option<PayoutDue>, limit: u16) -> Result<Vec<PayoutDue>> {
        Ok(self.read().payouts_due(after, limit))
    }
}
