//! What services call: commands, reads, and the work that is due.
//!
//! A command is a value, for instance [`RequestBooking`]. [`Platform::execute`] loads what it is
//! decided on, lets the rules decide, commits, and does it again where another call was faster.
//! There is no rule and no SQL in here. The [guide](crate::guide::first_booking) begins with an empty
//! project.
//!
//! | about | commands | reads |
//! |---|---|---|
//! | people | [`SignUp`], [`UpdateProfile`], [`ChangeEmail`], [`ChangePassword`], [`AddLocation`], [`UpdateLocation`], [`RemoveLocation`], [`EraseUser`] | [`profile`](Platform::profile), [`export`](Platform::export) |
//! | roles | [`BecomeOwner`], [`BecomeTrainer`], [`VerifyTrainer`], [`SuspendUser`], [`ReactivateUser`], [`GrantAdmin`], [`RevokeAdmin`] | |
//! | dogs | [`AddDog`], [`UpdateDog`], [`RemoveDog`], [`AddPhoto`], [`RemovePhoto`] | [`dog`](Platform::dog), [`dogs`](Platform::dogs) |
//! | trainers | [`UpdateTrainer`], [`AddService`], [`UpdateService`], [`AddCertification`], [`UpdateCertification`], [`RemoveCertification`], [`SetPolicy`] | [`trainer_card`](Platform::trainer_card), [`search`](Platform::search), [`free_lessons`](Platform::free_lessons) |
//! | calendars | [`SetHours`], [`SetException`], [`RemoveException`], [`BlockTime`], [`UnblockTime`], [`ImportBusyTime`], [`ChangeZone`] | [`own_calendar`](Platform::own_calendar), [`calendar_of`](Platform::calendar_of), [`slots`](Platform::slots), [`bookings_moved_by_zone_database`](Platform::bookings_moved_by_zone_database) |
//! | lessons | [`RequestQuote`], [`RequestBooking`], [`RequestSeries`], [`AcceptBooking`], [`DeclineBooking`], [`WithdrawBooking`], [`CancelBooking`], [`CancelSeries`], [`CompleteBooking`] | [`lesson`](Platform::lesson), [`lessons`](Platform::lessons), [`lessons_of`](Platform::lessons_of), [`lesson_events`](Platform::lesson_events) |
//! | moves | [`MoveBooking`], [`ProposeMove`], [`AcceptProposal`], [`DeclineProposal`], [`WithdrawProposal`] | |
//! | attendance | [`ClaimNoShow`], [`ContestNoShow`], [`AmendAttendance`] | |
//! | payments | [`StartPayment`], [`RecordPayment`], [`TakeReport`], [`ApplyReports`], [`DecideDispute`] | [`payments`](Platform::payments), [`audit_money`](Platform::audit_money) |
//! | refunds | [`GiveBack`], [`CallOffRefund`], [`SendRefund`], [`RecordRefund`] | |
//! | payouts | [`CreatePayout`], [`SendPayout`], [`RecordPayout`], [`WriteOffRest`], and all of them by [`run_payouts`](Platform::run_payouts) | [`payouts`](Platform::payouts), [`statement`](Platform::statement), [`balances`](Platform::balances) |
//! | reviews | [`WriteReview`], [`EditReview`], [`ReplyToReview`], [`HideReview`], [`UnhideReview`] | [`reviews`](Platform::reviews) |
//! | notifications | [`SetPreferences`], [`ReadNotification`], [`ReadAllNotifications`] | [`notifications`](Platform::notifications), [`unread_notifications`](Platform::unread_notifications), [`muted_notifications`](Platform::muted_notifications), [`dispatches`](Platform::dispatches) |
//! | the trail | | [`history`](Platform::history), [`feed`](Platform::feed) |
//! | due work | [`ExpireBooking`], [`ExpireProposal`], [`ReleaseTime`], [`SendReminder`], and all of them by [`run_due`](Platform::run_due) | |
//!
//! # Example: a command, and the same command again
//!
//! ```
//! # #[cfg(all(feature = "memory", feature = "testing"))]
//! # sitstay::conformance::run(async {
//! use std::sync::Arc;
//!
//! use sitstay::{
//!     command::{Actor, Call, SystemReason},
//!     ids::{CommandId, UserId},
//!     memory::MemoryRepository,
//!     money::{BasisPoints, ChargeRule, Currency, MoneyPolicy},
//!     platform::{Platform, SignUp},
//!     policy::PlatformPolicy,
//! };
//! # use uuid::Uuid;
//!
//! let money = MoneyPolicy::new([ChargeRule::any(Currency::EUR)]).unwrap();
//! let policy = PlatformPolicy::new(BasisPoints::new(1_500).unwrap(), money);
//! let platform = Platform::new(Arc::new(MemoryRepository::new()), policy);
//!
//! let sign_up = SignUp {
//!     user: UserId::from_uuid(Uuid::from_u128(1)),
//!     email: "ann@example.com".parse().unwrap(),
//!     password: None,
//!     first_name: "Ann".parse().unwrap(),
//!     last_name: "Lee".parse().unwrap(),
//!     phone: None,
//! };
//! let id = CommandId::from_uuid(Uuid::from_u128(2));
//! let call = Call::new(id, Actor::System(SystemReason::SignUp), "2027-03-01T09:00:00Z".parse().unwrap());
//! platform.execute(call, sign_up.clone()).await.unwrap();
//! platform.execute(call, sign_up).await.unwrap(); // It is answered, and nothing happens.
//! # });
//! ```

mod accounts;
mod acting;
mod audit_trail;
mod bookings;
mod dispatches;
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
pub use dispatches::Dispatch;
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
