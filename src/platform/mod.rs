//! What services call: commands, reads, and the work that is due.
//!
//! A command is a value, for instance [`RequestBooking`]. [`Platform::execute`] loads what it is
//! decided on, lets the rules decide, commits, and does it again where another call was faster.
//! There is no rule and no SQL in here.

mod accounts;
mod acting;
mod audit_trail;
mod bookings;
mod dogs;
mod due_work;
mod error;
mod execute;
mod listing;
mod notifications;
mod payments;
mod payouts;
mod quotes;
mod reading;
mod reviews;
mod schedule;
mod search;
mod trainers;
mod work;

use std::sync::Arc;

pub use accounts::{
    AccountDetails, AddLocation, BecomeOwner, BecomeTrainer, ChangeEmail, ChangePassword,
    EraseUser, Export, GrantAdmin, LessonExport, OwnerExport, PayoutExport, Profile,
    ReactivateUser, RemoveLocation, RevokeAdmin, SignUp, SuspendUser, TrainerExport,
    UpdateLocation, UpdateProfile, UserErased, VerifyTrainer,
};
pub use bookings::{
    AcceptBooking, AcceptProposal, AmendAttendance, AttendanceAmended, BookingEnded, BookingMoved,
    CancelBooking, CancelSeries, ClaimNoShow, CompleteBooking, ContestNoShow, DeclineBooking,
    DeclineProposal, ExpireBooking, ExpireProposal, LessonCompleted, MoveBooking, MoveOutcome,
    NoShowDisputed, ProposalClosed, ProposeMove, ReleaseTime, RequestBooking, RequestSeries,
    Requested, SendReminder, SeriesCancelled, SeriesRequested, WithdrawBooking, WithdrawProposal,
};
pub use dogs::{AddDog, AddPhoto, RemoveDog, RemovePhoto, UpdateDog};
pub use due_work::DueReport;
pub use error::Error;
pub use execute::Command;
pub use listing::{
    Contact, DogDetails, LessonDetails, LessonParty, LessonSought, LessonSummary, LessonsOf,
    LessonsQuery, MovedLesson, OwnCalendar, Place, PublicReview, SlotQuery, Slots,
};
pub use notifications::{
    NotificationsRead, ReadAllNotifications, ReadNotification, SetPreferences,
};
pub use payments::{
    ApplyReports, CallOffRefund, DecideDispute, GiveBack, MoneyAudit, PaymentRecorded,
    PaymentStarted, PaymentSummary, RecordPayment, RecordRefund, RefundGiven, RefundSent,
    RefundSettled, ReportTaken, SendRefund, StartPayment, TakeReport,
};
pub use payouts::{
    CreatePayout, PayoutCreated, PayoutRun, PayoutSent, PayoutSettled, RecordPayout,
    RestWrittenOff, SendPayout, WriteOffRest,
};
pub use quotes::{Quoted, RequestQuote};
pub use reviews::{EditReview, HideReview, ReplyToReview, UnhideReview, WriteReview};
pub use search::{
    FoundTrainer, FreeLesson, FreeLessonsQuery, SearchPage, SearchRequest, ServiceOffer, Whom,
};
pub use trainers::{
    AddCertification, AddService, BlockTime, CalendarWritten, ChangeZone, ImportBusyTime,
    OutsideLesson, RemoveCertification, RemoveException, SetException, SetHours, SetPolicy,
    UnblockTime, UpdateCertification, UpdateService, UpdateTrainer,
};

use crate::{policy::PlatformPolicy, repository::Repository};

/// The platform: a repository, and the terms that hold for everybody.
///
/// Cheap to clone; a service keeps one and shares it.
#[derive(Debug, Clone)]
pub struct Platform {
    repository: Arc<dyn Repository>,
    policy: Arc<PlatformPolicy>,
}

impl Platform {
    /// Joins a repository and the platform's terms.
    #[must_use]
    pub fn new(repository: Arc<dyn Repository>, policy: PlatformPolicy) -> Self {
        Self { repository, policy: Arc::new(policy) }
    }

    /// Returns the storage, for reads that need no rule.
    #[must_use]
    pub fn repository(&self) -> &dyn Repository {
        &*self.repository
    }

    /// Returns the platform's terms.
    #[must_use]
    pub fn policy(&self) -> &PlatformPolicy {
        &self.policy
    }
}
