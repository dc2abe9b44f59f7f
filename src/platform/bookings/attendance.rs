use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::case::{Case, Obliged, found, side};
use crate::{
    audit::{Event, Subject, SubjectKind},
    booking::{Attendance, BookingError},
    command::CommandKind,
    ids::{BookingId, DisputeId},
    money::{BasisPoints, Money},
    notification::NotificationKind,
    payment::{DisputeKind, DisputeStatus, RefundCause, RefundStatus},
    platform::{
        Error,
        execute::{Command, Loading},
        work::Work,
    },
    repository::{BookingFile, Caller, RepositoryError},
};

/// Says that the trainer did not come, as the owner.
///
/// Open from the start of the lesson until it is completed by itself, also where the trainer
/// completed it earlier. It blocks the trainer's payout until an admin decides.
///
/// # Errors
///
/// [`BookingError::AttendanceClosed`] outside of that, [`BookingError::AlreadyDisputed`] the
/// second time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ClaimNoShow {
    /// Which booking.
    pub booking: BookingId,
    /// The id of the new dispute, made by the caller.
    pub dispute: DisputeId,
}

/// Contests having stayed away from a lesson, as the owner.
///
/// # Errors
///
/// [`BookingError::AttendanceClosed`] unless the trainer completed it so and not too long ago,
/// [`BookingError::AlreadyDisputed`] the second time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ContestNoShow {
    /// Which booking.
    pub booking: BookingId,
    /// The id of the new dispute, made by the caller.
    pub dispute: DisputeId,
}

/// A dispute over attendance that was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoShowDisputed {
    /// Which dispute.
    pub dispute: DisputeId,
}

fn refuse_second(file: &BookingFile) -> Result<(), BookingError> {
    if file.disputes.iter().any(|dispute| dispute.kind == DisputeKind::Attendance) {
        return Err(BookingError::AlreadyDisputed);
    }
    Ok(())
}

#[async_trait]
impl Command for ClaimNoShow {
    const KIND: CommandKind = CommandKind::ClaimNoShow;
    type Outcome = NoShowDisputed;
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
    ) -> Result<NoShowDisputed, Error> {
        let file = found(facts)?;
        side(work.acting, &file)?;
        refuse_second(&file)?;
        let user = file.owner_party.user.id;
        let waits = work.policy.auto_complete_after;
        let dispute = file.booking.claim_no_show(self.dispute, user, waits, work.now())?;
        // The booking's row is bumped, so that of two claims one sees the other.
        work.changes.update(file.booking.clone());
        work.changes.insert(dispute);
        work.record(Event::NoShowClaimed { dispute: self.dispute, booking: self.booking });
        let about = Subject::new(SubjectKind::Dispute, self.dispute);
        let kind = NotificationKind::NoShowClaimed;
        Case::from(&file).tell_about(work, about, None, Some(kind));
        Ok(NoShowDisputed { dispute: self.dispute })
    }
}

#[async_trait]
impl Command for ContestNoShow {
    const KIND: CommandKind = CommandKind::ContestNoShow;
    type Outcome = NoShowDisputed;
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
    ) -> Result<NoShowDisputed, Error> {
        let file = found(facts)?;
        side(work.acting, &file)?;
        refuse_second(&file)?;
        let user = file.owner_party.user.id;
        let window = work.policy.contest_window;
        let dispute = file.booking.contest_no_show(self.dispute, user, window, work.now())?;
        work.changes.update(file.booking.clone());
        work.changes.insert(dispute);
        work.record(Event::NoShowContested { dispute: self.dispute, booking: self.booking });
        let about = Subject::new(SubjectKind::Dispute, self.dispute);
        let kind = NotificationKind::NoShowContested;
        Case::from(&file).tell_about(work, about, None, Some(kind));
        Ok(NoShowDisputed { dispute: self.dispute })
    }
}

/// Decides who came to a completed lesson, as an admin who is no party to it.
///
/// It closes an open dispute over attendance. `trainer_no_show` makes all that was paid due for
/// the owner; taking that back calls the refund off, as long as it has not left `due`.
///
/// # Errors
///
/// [`BookingError::AttendanceClosed`] if the lesson is not completed, or a refund for the
/// trainer's absence is on its way already; [`BookingError::PaidOut`] once a payout holds what the
/// lesson earned.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AmendAttendance {
    /// Which booking.
    pub booking: BookingId,
    /// Who came.
    pub attendance: Attendance,
}

/// An attendance that was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttendanceAmended {
    /// Which booking.
    pub booking: BookingId,
    /// What goes back to the owner, where the trainer did not come.
    pub refund_due: Option<Money>,
}

#[async_trait]
impl Command for AmendAttendance {
    const KIND: CommandKind = CommandKind::AmendAttendance;
    type Outcome = AttendanceAmended;
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
    ) -> Result<AttendanceAmended, Error> {
        let file = found(facts)?;
        side(work.acting, &file)?;
        let now = work.now();
        let from = file.booking.attendance.ok_or(BookingError::AttendanceClosed)?;
        if file.is_paid_out {
            return Err(BookingError::PaidOut.into());
        }
        let amended = file.booking.clone().into_value().amend_attendance(self.attendance, now)?;
        let case = Case::from(&file);
        let obliged = match (from, self.attendance) {
            (_, Attendance::TrainerNoShow) => case.oblige(work, &amended, BasisPoints::FULL)?,
            (Attendance::TrainerNoShow, _) if refund_has_left(&file) => {
                return Err(BookingError::AttendanceClosed.into());
            }
            (Attendance::TrainerNoShow, _) => case.oblige(work, &amended, BasisPoints::NONE)?,
            (_, _) => Obliged::default(),
        };
        let refund_due = obliged.refund_due();
        work.changes.update(file.booking.with(amended));
        work.record(Event::AttendanceAmended { booking: self.booking, from, to: self.attendance });
        for dispute in &file.disputes {
            let is_open = dispute.status == DisputeStatus::Open;
            if is_open && dispute.kind == DisputeKind::Attendance {
                let closed = dispute.clone().into_value().close(self.attendance, now);
                work.changes.update(dispute.with(closed));
                let (dispute, booking) = (dispute.id, self.booking);
                work.record(Event::DisputeClosed { dispute, booking });
            }
        }
        let kind = Some(NotificationKind::AttendanceAmended);
        case.tell(work, kind, kind);
        case.settle_own(work, obliged);
        Ok(AttendanceAmended { booking: self.booking, refund_due })
    }
}

/// Says whether money is on its way back, or was, because the trainer had not come.
fn refund_has_left(file: &BookingFile) -> bool {
    file.refunds.iter().any(|refund| {
        refund.cause == RefundCause::TrainerNoShow
            && matches!(
                refund.status,
                RefundStatus::Pending | RefundStatus::Succeeded | RefundStatus::Failed
            )
    })
}
