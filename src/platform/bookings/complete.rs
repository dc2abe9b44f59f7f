use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::case::{Case, Obliged, found, side};
use crate::{
    audit::Event,
    authority::Denied,
    booking::{Attendance, Taker},
    command::CommandKind,
    ids::BookingId,
    money::{BasisPoints, Money},
    notification::NotificationKind,
    platform::{
        Error,
        execute::{Command, Loading},
        work::Work,
    },
    repository::{BookingFile, Caller, RepositoryError},
};

/// Completes a lesson that is over, as its trainer; the system does so after a while, as attended.
///
/// Where the trainer did not come, everything that was paid goes back in the same commit.
///
/// # Errors
///
/// [`BookingError`](crate::booking::BookingError) if it is not accepted, or not over.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CompleteBooking {
    /// Which booking.
    pub booking: BookingId,
    /// Who came.
    pub attendance: Attendance,
}

/// A lesson that was completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonCompleted {
    /// Which booking.
    pub booking: BookingId,
    /// What goes back to the owner, where the trainer did not come.
    pub refund_due: Option<Money>,
}

#[async_trait]
impl Command for CompleteBooking {
    const KIND: CommandKind = CommandKind::CompleteBooking;
    type Outcome = LessonCompleted;
    type Facts = Option<BookingFile>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<BookingFile>), RepositoryError> {
        loading.repository.booking_file(loading.caller, self.booking).await
    }

    fn decide(
        &self,
        facts: Option<BookingFile>,
        work: &mut Work<'_>,
    ) -> Result<LessonCompleted, Error> {
        let file = found(facts)?;
        let taker = side(work.acting, &file)?;
        if taker == Taker::System && self.attendance != Attendance::Attended {
            return Err(Denied::NotPermitted.into());
        }
        let case = Case::from(&file);
        let occasion = case.occasion(work, taker);
        let completed = file.booking.clone().into_value().complete(&occasion, self.attendance)?;
        let obliged = match self.attendance {
            Attendance::TrainerNoShow => case.oblige(work, &completed, BasisPoints::FULL)?,
            Attendance::Attended | Attendance::OwnerNoShow => Obliged::default(),
        };
        let refund_due = obliged.refund_due();
        work.changes.update(file.booking.with(completed));
        work.record(Event::BookingCompleted { booking: self.booking, attendance: self.attendance });
        case.close_proposal(work)?;
        case.tell(work, Some(NotificationKind::BookingCompleted), None);
        case.settle_own(work, obliged);
        Ok(LessonCompleted { booking: self.booking, refund_due })
    }
}
