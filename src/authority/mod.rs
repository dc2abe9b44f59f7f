//! Who may do what: one table in code, which the rules look up and the tests walk.
//!
//! An [`Actor`](crate::command::Actor) is a claim. Once it is checked against what is stored, it is a
//! [`Capacity`], and [`RULES`] says what each of them may do.
//!
//! # Example: who may call a lesson off
//!
//! ```
//! use sitstay::{
//!     authority::{Capacity, permits},
//!     command::CommandKind::CancelBooking,
//! };
//!
//! let may = Capacity::ALL.iter().filter(|capacity| permits(CancelBooking, **capacity));
//! let may: Vec<_> = may.map(|capacity| capacity.code()).collect();
//! assert_eq!(may, ["owner", "trainer", "admin"]);
//! ```

use crate::{code::codes, command::CommandKind, error::ErrorKind};

codes! {
    /// In which capacity somebody asks, after their claim was checked.
    pub enum Capacity as "capacity" {
        /// Nobody is signed in.
        Anonymous = "anonymous",
        /// A signed-in user, for themselves.
        Member = "member",
        /// An owner of dogs.
        Owner = "owner",
        /// A trainer.
        Trainer = "trainer",
        /// An admin.
        Admin = "admin",
        /// The system.
        System = "system",
    }
}

use Capacity::{Admin, Member, Owner, System, Trainer};
use CommandKind as K;

/// The capacities in which each command may be given.
///
/// What is one's own is a further question that each command answers: an owner cancels their own
/// bookings, not another's. An admin acts as admin on nothing that they are party to.
pub const RULES: &[(CommandKind, &[Capacity])] = &[
    (K::SignUp, &[System]),
    (K::UpdateProfile, &[Member, Owner, Trainer]),
    (K::ChangeEmail, &[Member, Owner, Trainer]),
    (K::ChangePassword, &[Member, Owner, Trainer]),
    (K::SetPreferences, &[Member, Owner, Trainer]),
    (K::ReadNotification, &[Member, Owner, Trainer]),
    (K::ReadAllNotifications, &[Member, Owner, Trainer]),
    (K::AddLocation, &[Member, Owner, Trainer]),
    (K::UpdateLocation, &[Member, Owner, Trainer]),
    (K::RemoveLocation, &[Member, Owner, Trainer]),
    (K::BecomeOwner, &[Member, Owner, Trainer, Admin, System]),
    (K::BecomeTrainer, &[Member, Owner, Trainer, Admin, System]),
    (K::SuspendUser, &[Admin, System]),
    (K::ReactivateUser, &[Admin, System]),
    (K::EraseUser, &[Member, Owner, Trainer, Admin, System]),
    (K::GrantAdmin, &[Admin, System]),
    (K::RevokeAdmin, &[Admin, System]),
    (K::VerifyTrainer, &[Admin, System]),
    (K::AddDog, &[Owner]),
    (K::UpdateDog, &[Owner]),
    (K::RemoveDog, &[Owner]),
    (K::AddPhoto, &[Owner]),
    (K::RemovePhoto, &[Owner]),
    (K::UpdateTrainer, &[Trainer]),
    (K::ChangeZone, &[Trainer]),
    (K::SetHours, &[Trainer]),
    (K::SetException, &[Trainer]),
    (K::RemoveException, &[Trainer]),
    (K::BlockTime, &[Trainer]),
    (K::UnblockTime, &[Trainer]),
    (K::ImportBusyTime, &[Trainer]),
    (K::SetPolicy, &[Trainer]),
    (K::AddService, &[Trainer]),
    (K::UpdateService, &[Trainer]),
    (K::AddCertification, &[Trainer]),
    (K::UpdateCertification, &[Trainer]),
    (K::RemoveCertification, &[Trainer]),
    (K::RequestQuote, &[Owner]),
    (K::RequestBooking, &[Owner]),
    (K::RequestSeries, &[Owner]),
    (K::AcceptBooking, &[Trainer]),
    (K::DeclineBooking, &[Trainer]),
    (K::WithdrawBooking, &[Owner]),
    (K::CancelBooking, &[Owner, Trainer, Admin]),
    (K::CancelSeries, &[Owner, Trainer, Admin]),
    (K::CompleteBooking, &[Trainer, System]),
    (K::MoveBooking, &[Owner]),
    (K::ProposeMove, &[Trainer]),
    (K::AcceptProposal, &[Owner, Trainer]),
    (K::DeclineProposal, &[Owner, Trainer]),
    (K::WithdrawProposal, &[Owner, Trainer]),
    (K::ClaimNoShow, &[Owner]),
    (K::ContestNoShow, &[Owner]),
    (K::AmendAttendance, &[Admin]),
    (K::ExpireBooking, &[System]),
    (K::ExpireProposal, &[System]),
    (K::ReleaseTime, &[System]),
    (K::SendReminder, &[System]),
    (K::StartPayment, &[Owner]),
    (K::RecordPayment, &[System]),
    (K::GiveBack, &[Admin, System]),
    (K::CallOffRefund, &[Admin, System]),
    (K::SendRefund, &[Admin, System]),
    (K::RecordRefund, &[System]),
    (K::DecideDispute, &[Admin, System]),
    (K::TakeReport, &[System]),
    (K::ApplyReports, &[System]),
    (K::CreatePayout, &[Admin, System]),
    (K::SendPayout, &[Admin, System]),
    (K::RecordPayout, &[Admin, System]),
    (K::WriteOffRest, &[Admin, System]),
    (K::WriteReview, &[Owner]),
    (K::EditReview, &[Owner]),
    (K::ReplyToReview, &[Trainer]),
    (K::HideReview, &[Admin, System]),
    (K::UnhideReview, &[Admin, System]),
];

/// Says whether a command may be given in a capacity at all.
///
/// A command that the table does not name may be given by nobody.
#[must_use]
pub fn permits(command: CommandKind, capacity: Capacity) -> bool {
    RULES
        .iter()
        .find(|(kind, _)| *kind == command)
        .is_some_and(|(_, capacities)| capacities.contains(&capacity))
}

/// Why somebody may not do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Denied {
    /// There is no such user, or the user was erased; 403.
    #[error("the acting user does not exist")]
    UnknownUser,
    /// The user is suspended and may read only; 403.
    #[error("the acting user is suspended")]
    Suspended,
    /// The user does not hold the role that they act in; 403.
    #[error("the acting user does not hold the role they act in")]
    RoleNotHeld,
    /// Nobody in that capacity may do this; 403.
    #[error("this may not be done in this capacity")]
    NotPermitted,
    /// An admin acts as admin on nothing that they are party to; 403.
    #[error("an admin does not decide where they are party")]
    IsParty,
}

impl Denied {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnknownUser => "denied.unknown_user",
            Self::Suspended => "denied.suspended",
            Self::RoleNotHeld => "denied.role_not_held",
            Self::NotPermitted => "denied.not_permitted",
            Self::IsParty => "denied.is_party",
        }
    }

    /// Returns [`ErrorKind::Forbidden`].
    #[must_use]
    pub const fn kind(self) -> ErrorKind {
        ErrorKind::Forbidden
    }
}
