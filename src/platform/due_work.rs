//! Work that nobody asks for: what is due is found and carried out by one driver.

use super::{
    CompleteBooking, Error, ExpireBooking, ExpireProposal, Platform, ReleaseTime, SendReminder,
};
use crate::{
    booking::{Attendance, BookingError},
    command::{Actor, Call, SystemReason},
    error::within,
    ids::CommandId,
    repository::{Due, RepositoryError, Unique},
    time::Instant,
};

/// What one run of due work did.
#[derive(Debug, Default)]
#[must_use]
pub struct DueReport {
    /// What was carried out, in order.
    pub done: Vec<Due>,
    /// What had been done by somebody else in the meantime.
    pub overtaken: Vec<Due>,
    /// What failed, and why; a later run tries it again.
    pub failed: Vec<(Due, Error)>,
}

impl DueReport {
    /// Says whether nothing was due.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.done.is_empty() && self.overtaken.is_empty() && self.failed.is_empty()
    }
}

impl Platform {
    /// Carries out at most `limit` things that are due at `now`: lapsed holds, completions,
    /// finished claims, lapsed proposals, reminders.
    ///
    /// Safe to stop at any point and to run on many instances at once: each thing is a command of
    /// its own, and of several instances one carries it out. A service calls it every minute or
    /// so, and again at once while `done` is as long as `limit`.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] for a limit outside 1 to 10,000; [`Error::Storage`] if what is due cannot
    /// be read. What fails of the work itself is in the report.
    ///
    /// # Example: until nothing is due
    ///
    /// ```
    /// # #[cfg(all(feature = "memory", feature = "testing"))]
    /// # sitstay::conformance::run(async {
    /// # use std::sync::Arc;
    /// # use sitstay::{
    /// #     memory::MemoryRepository,
    /// #     money::{BasisPoints, ChargeRule, Currency, MoneyPolicy},
    /// #     platform::Platform,
    /// #     policy::PlatformPolicy,
    /// # };
    /// # let money = MoneyPolicy::new([ChargeRule::any(Currency::EUR)]).unwrap();
    /// # let policy = PlatformPolicy::new(BasisPoints::new(1_500).unwrap(), money);
    /// # let platform = Platform::new(Arc::new(MemoryRepository::new()), policy);
    /// # let now = "2027-03-01T09:00:00Z".parse().unwrap();
    /// loop {
    ///     let report = platform.run_due(now, 1_000).await.unwrap();
    ///     for (due, error) in &report.failed {
    ///         eprintln!("{due:?}: {error}");
    ///     }
    ///     if report.done.len() < 1_000 {
    ///         break; // and come back in a minute
    ///     }
    /// }
    /// # });
    /// ```
    pub async fn run_due(&self, now: Instant, limit: u16) -> Result<DueReport, Error> {
        within("due_limit", limit, 1, 10_000)?;
        let completed_before = now.saturating_add(-self.policy().auto_complete_after);
        let remind_before = now.saturating_add(self.policy().remind_before);
        let work = self.repository().due(now, completed_before, remind_before, limit).await?;
        let mut report = DueReport::default();
        for due in work {
            match self.carry_out(due, now).await {
                Ok(()) => report.done.push(due),
                Err(error) if is_overtaken(&error) => report.overtaken.push(due),
                Err(error) => report.failed.push((due, error)),
            }
        }
        Ok(report)
    }

    async fn carry_out(&self, due: Due, now: Instant) -> Result<(), Error> {
        let call = Call::new(command_of(due, now), Actor::System(SystemReason::DueWork), now);
        match due {
            Due::LapsedHold(booking) => {
                self.execute(call, ExpireBooking { booking }).await.map(drop)
            }
            Due::Completion(booking) => {
                let attendance = Attendance::Attended;
                self.execute(call, CompleteBooking { booking, attendance }).await.map(drop)
            }
            Due::FinishedClaim(booking) => self.execute(call, ReleaseTime { booking }).await,
            Due::LapsedProposal(booking, proposal) => {
                self.execute(call, ExpireProposal { booking, proposal }).await.map(drop)
            }
            Due::Reminder(booking) => self.execute(call, SendReminder { booking }).await,
        }
    }
}

/// Derives the command's id from what is due, so that two instances give the same command.
///
/// All of it happens once, but for reminders: a lesson that is moved gets another one, and storage
/// keeps each start to one.
fn command_of(due: Due, now: Instant) -> CommandId {
    let name = match due {
        Due::Reminder(_) => format!("{due:?} at {}", now.as_micros()),
        _ => format!("{due:?}"),
    };
    CommandId::of_the_system(&name)
}

/// Says whether the thing is not due any more because somebody else was there first.
const fn is_overtaken(error: &Error) -> bool {
    matches!(
        error,
        Error::NotFound(_)
            | Error::Booking(
                BookingError::NoEdge { .. }
                    | BookingError::Ended
                    | BookingError::HoldRuns
                    | BookingError::NotNear
                    | BookingError::NotOver
                    | BookingError::ProposalClosed
                    | BookingError::ProposalOpen
                    | BookingError::Started
            )
            | Error::Storage(RepositoryError::Duplicate(Unique::ReminderStart))
    )
}
