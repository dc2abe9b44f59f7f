//! What decisions and views are made from, each loaded whole by one query.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Serialize;

use super::Versioned;
use crate::{
    account::{Location, Owner, Role, RoleName, User},
    booking::{Booking, BookingStatus, Reschedule},
    command::CommandRecord,
    contact::{City, PersonName},
    dog::{Dog, DogPhoto},
    geo::GeoPoint,
    ids::{
        BookingId, CertificationId, CommandId, DisputeId, DogId, LocationId, NotificationId,
        PaymentId, PhotoId, QuoteId, RefundId, RescheduleId, RoleId, ServiceId, TimeBlockId,
        TrainerId, UserId,
    },
    notification::{Facts, LessonFacts, Notification, NotificationKind, Preferences},
    payment::{Dispute, Payment, PaymentFile, PaymentStatus, Refund},
    provider::{Provider, ProviderEventRecord},
    quote::Quote,
    review::Review,
    text::{Name, Token},
    time::{Instant, Interval},
    trainer::{
        CalendarGuard, Certification, HoursException, HoursWindow, Service, TimeBlock, Trainer,
    },
};

/// Asks who gives a command, and whether it was carried out before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallerQuery {
    /// The command's id.
    pub command: CommandId,
    /// The user who gives it; `None` for nobody and for the system.
    pub user: Option<UserId>,
}

/// Who gives a command, and whether it was carried out before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caller {
    /// The stored command of the same id.
    pub replay: Option<CommandRecord>,
    /// What the user is; `None` where there is no such user.
    pub standing: Option<Standing>,
}

/// A user with everything that says what they may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The user.
    pub user: Versioned<User>,
    /// The roles held.
    pub roles: BTreeSet<RoleId>,
    /// The profile as owner.
    pub owner: Option<Versioned<Owner>>,
    /// The profile as trainer.
    pub trainer: Option<Versioned<Trainer>>,
    /// The seeded row of the role `admin`, which every change of an admin bumps.
    pub admin_role: Versioned<Role>,
}

impl Standing {
    /// Says whether the user holds a role.
    #[must_use]
    pub fn holds(&self, role: RoleName) -> bool {
        self.roles.contains(&role.id())
    }
}

/// A user about whom somebody decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What the user is.
    pub standing: Standing,
    /// How many users that are active hold the role `admin`.
    pub active_admins: u64,
    /// How many bookings are pending or accepted, on either side; each counts once.
    pub active_bookings: u64,
    /// Which notifications the user does not want.
    pub preferences: Option<Versioned<Preferences>>,
}

/// A user who is to be erased, with what stands against it and everything personal about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureFile {
    /// The user.
    pub person: Person,
    /// How many refunds are due or pending, of payments for the user's bookings on either side.
    pub open_refunds: u64,
    /// How many disputes over the user's bookings, on either side, are open.
    pub open_disputes: u64,
    /// In how many currencies the ledger's account of the trainer, payable or in flight, is not at
    /// zero.
    pub open_balances: u64,
    /// How many payouts to the trainer are on their way.
    pub open_payouts: u64,
    /// The user's locations, by id.
    pub locations: Vec<Versioned<Location>>,
    /// The trainer's certifications, by day of issue and id.
    pub certifications: Vec<Versioned<Certification>>,
    /// The trainer's services, active or not, by id.
    pub services: Vec<Versioned<Service>>,
    /// The owner's dogs, removed or not, by id.
    pub dogs: Vec<Versioned<Dog>>,
    /// The photos of those dogs, by id.
    pub photos: Vec<Versioned<DogPhoto>>,
    /// The bookings that the user cancelled with a reason, as party or as admin, by id.
    pub cancelled: Vec<Versioned<Booking>>,
    /// The reviews with a comment by the owner or a reply by the trainer, hidden or not, by id.
    pub reviews: Vec<Versioned<Review>>,
}

/// Asks for single rows by their keys, each at most once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BelongingsQuery {
    /// A location.
    pub location: Option<LocationId>,
    /// A service.
    pub service: Option<ServiceId>,
    /// A certification.
    pub certification: Option<CertificationId>,
    /// The exception of a trainer for a local date.
    pub exception: Option<(TrainerId, NaiveDate)>,
    /// A time block.
    pub time_block: Option<TimeBlockId>,
    /// A dog.
    pub dog: Option<DogId>,
    /// A photo.
    pub photo: Option<PhotoId>,
    /// A notification.
    pub notification: Option<NotificationId>,
    /// A user's preferences.
    pub preferences: Option<UserId>,
    /// The guard row of a trainer's calendar.
    pub calendar: Option<TrainerId>,
}

/// The rows that a [`BelongingsQuery`] asked for, as far as they exist.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Belongings {
    /// The location.
    pub location: Option<Versioned<Location>>,
    /// The service.
    pub service: Option<Versioned<Service>>,
    /// The certification.
    pub certification: Option<Versioned<Certification>>,
    /// The exception.
    pub exception: Option<Versioned<HoursException>>,
    /// The time block.
    pub time_block: Option<Versioned<TimeBlock>>,
    /// The dog.
    pub dog: Option<Versioned<Dog>>,
    /// Whether the dog has a pending or accepted booking.
    pub dog_has_active_booking: bool,
    /// The photo.
    pub photo: Option<Versioned<DogPhoto>>,
    /// The notification.
    pub notification: Option<Versioned<Notification>>,
    /// The preferences.
    pub preferences: Option<Versioned<Preferences>>,
    /// The guard row of the calendar.
    pub calendar: Option<Versioned<CalendarGuard>>,
}

/// A trainer's whole calendar, for the trainer's own changes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    /// The trainer.
    pub trainer: Versioned<Trainer>,
    /// The guard row.
    pub calendar: Versioned<CalendarGuard>,
    /// The weekly hours, by weekday and start.
    pub hours: Vec<Versioned<HoursWindow>>,
    /// The exceptions for dates from the day before the instant's date in UTC, by date.
    pub exceptions: Vec<Versioned<HoursException>>,
    /// The blocks that end after the instant asked for, by start.
    pub blocks: Vec<Versioned<TimeBlock>>,
    /// The pending and accepted bookings that end after the instant asked for, by start.
    pub upcoming: Vec<Versioned<Booking>>,
}

/// Asks for what is needed to say which of a trainer's times are free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScheduleQuery {
    /// Whose times.
    pub trainer: TrainerId,
    /// For which service, if for one.
    pub service: Option<ServiceId>,
    /// For which dog, if for one.
    pub dog: Option<DogId>,
    /// By which quote, if by one.
    pub quote: Option<QuoteId>,
    /// The range of time that matters, with room for buffers and limits at both ends.
    pub range: Interval,
    /// The current instant, by which holds lapse.
    pub now: Instant,
}

/// Everything that says which of a trainer's times are free in a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// The trainer.
    pub trainer: Versioned<Trainer>,
    /// The trainer's user.
    pub user: Versioned<User>,
    /// Which notifications the trainer's user does not want.
    pub muted: BTreeSet<NotificationKind>,
    /// The guard row.
    pub calendar: Versioned<CalendarGuard>,
    /// The service that was asked for, whoever offers it.
    pub service: Option<Versioned<Service>>,
    /// The dog that was asked for.
    pub dog: Option<Versioned<Dog>>,
    /// The quote that was asked for, whosever it is.
    pub quote: Option<Versioned<Quote>>,
    /// When the trainer works and what takes that time.
    pub agenda: Agenda,
    /// The dog's pending and accepted bookings whose session meets the range, by start and id.
    pub dog_bookings: Vec<Occupancy>,
    /// Of both, the pending bookings whose hold had lapsed by the instant asked for, once each, by
    /// start and id.
    pub lapsed: Vec<LapsedHold>,
}

/// When a trainer works in a range, and what takes that time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agenda {
    /// The weekly hours, by weekday and start.
    pub hours: Vec<Versioned<HoursWindow>>,
    /// The exceptions for dates from two days before the date in UTC of the range's start to two days
    /// after that of its end, by date.
    pub exceptions: Vec<Versioned<HoursException>>,
    /// The blocks that meet the range, by start.
    pub blocks: Vec<Versioned<TimeBlock>>,
    /// The trainer's bookings that are not cancelled and whose time with buffers meets the range,
    /// by start and id.
    pub bookings: Vec<Occupancy>,
}

/// The time that a booking takes, without the rest of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occupancy {
    /// Which booking.
    pub booking: BookingId,
    /// Where it stands.
    pub status: BookingStatus,
    /// From when a pending one is lapsed.
    pub hold_expires_at: Option<Instant>,
    /// The session.
    pub session: Interval,
    /// The session with its buffers.
    pub occupied: Interval,
    /// Whether it still claims its trainer's time; a completed one until that is released.
    pub claims_trainer: bool,
}

impl Occupancy {
    /// Projects a booking on the time it takes; a completed one as if that was not released.
    #[must_use]
    pub fn of(booking: &Booking) -> Self {
        Self {
            booking: booking.id,
            status: booking.status,
            hold_expires_at: booking.hold_expires_at,
            session: booking.session,
            occupied: booking.occupied(),
            claims_trainer: booking.status.claims_trainer(),
        }
    }

    /// Says whether a pending booking's hold has run out by `now`.
    #[must_use]
    pub fn is_lapsed(&self, now: Instant) -> bool {
        self.status == BookingStatus::Pending
            && self.hold_expires_at.is_some_and(|expires_at| expires_at <= now)
    }

    /// Says whether the booking takes its trainer's time at `now`; see [`Booking::occupies`].
    #[must_use]
    pub fn occupies(&self, now: Instant) -> bool {
        match self.status {
            BookingStatus::Pending => !self.is_lapsed(now),
            BookingStatus::Accepted => true,
            BookingStatus::Completed => now < self.occupied.end(),
            BookingStatus::Cancelled => false,
        }
    }
}

/// A pending booking whose hold has lapsed, with what its end must write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LapsedHold {
    /// The booking.
    pub booking: Versioned<Booking>,
    /// The owner's user and what they do not want to be told.
    pub owner: (UserId, BTreeSet<NotificationKind>),
    /// The trainer's user and what they do not want to be told.
    pub trainer: (UserId, BTreeSet<NotificationKind>),
    /// The payments, by id.
    pub payments: Vec<Versioned<Payment>>,
    /// The refunds of those payments, by id.
    pub refunds: Vec<Versioned<Refund>>,
    /// The disputes, by id.
    pub disputes: Vec<Versioned<Dispute>>,
    /// The open proposal to move the booking.
    pub proposal: Option<Versioned<Reschedule>>,
}

/// One side of a booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// The user.
    pub user: Versioned<User>,
    /// Which notifications the user does not want.
    pub muted: BTreeSet<NotificationKind>,
}

/// A booking with everything that decisions about it rest on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingFile {
    /// The booking.
    pub booking: Versioned<Booking>,
    /// The trainer.
    pub trainer: Versioned<Trainer>,
    /// The trainer's user.
    pub trainer_party: Party,
    /// The owner.
    pub owner: Versioned<Owner>,
    /// The owner's user.
    pub owner_party: Party,
    /// The dog.
    pub dog: Versioned<Dog>,
    /// The open proposal to move the booking, lapsed or not.
    pub proposal: Option<Versioned<Reschedule>>,
    /// The payments, whatever became of them, by id.
    pub payments: Vec<Versioned<Payment>>,
    /// The refunds of all those payments, by id.
    pub refunds: Vec<Versioned<Refund>>,
    /// The disputes over the booking, by id.
    pub disputes: Vec<Versioned<Dispute>>,
    /// The review.
    pub review: Option<Versioned<Review>>,
    /// Whether a payout holds some of what one of the payments brought the trainer.
    pub is_paid_out: bool,
}

impl BookingFile {
    /// Returns the payment by which the booking is, or was, paid: the one that is paid and not
    /// surplus, or else the last one by id that is all refunded and not surplus.
    #[must_use]
    pub fn settled_payment(&self) -> Option<&Versioned<Payment>> {
        let mut own = self.payments.iter().filter(|payment| !payment.surplus);
        let refunded = own.clone().rfind(|payment| payment.status == PaymentStatus::Refunded);
        own.find(|payment| payment.status == PaymentStatus::Paid).or(refunded)
    }

    /// Returns one of the payments with all that belongs to it, for the rules; `None` if it is not
    /// of this booking.
    #[must_use]
    pub fn payment_file(&self, payment: PaymentId) -> Option<PaymentFile> {
        let known = self.payments.iter().find(|known| known.id == payment)?;
        Some(PaymentFile::gather(
            &self.booking,
            known,
            self.payments.iter().map(|payment| &**payment),
            self.refunds.iter().map(|refund| &**refund),
            self.disputes.iter().map(|dispute| &**dispute),
        ))
    }
}

/// Says which payment is sought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaymentSought {
    /// The one of this key.
    Payment(PaymentId),
    /// The one that a refund is of.
    Refund(RefundId),
    /// The one that a dispute at the provider is over.
    Dispute(DisputeId),
    /// The one that a provider reports on.
    Reported {
        /// Who reports.
        provider: Provider,
        /// The provider's name for the payment; it decides.
        reference: Token,
        /// Our id of the payment, for one that the provider's name does not find.
        payment: Option<PaymentId>,
        /// Our id of a refund of it, for one that neither finds.
        refund: Option<RefundId>,
    },
}

/// A payment with its booking, everything around that, and what its provider reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentCase {
    /// Which of the booking's payments was sought.
    pub payment: PaymentId,
    /// The booking with everything around it.
    pub file: BookingFile,
    /// The provider's events about the payment's reference, or about the one that it was sought
    /// by, by id.
    pub reports: Vec<ProviderEventRecord>,
}

/// Something that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Due {
    /// A pending booking's hold has lapsed.
    LapsedHold(BookingId),
    /// An accepted booking ended long enough ago to be completed.
    Completion(BookingId),
    /// A completed booking's time is over and still claimed.
    FinishedClaim(BookingId),
    /// An open proposal has lapsed, or its booking has ended.
    LapsedProposal(BookingId, RescheduleId),
    /// An accepted lesson is near and nobody was reminded of this start.
    Reminder(BookingId),
}

/// What everybody may see of a trainer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrainerCard {
    /// The trainer, with rating and policy.
    pub trainer: Versioned<Trainer>,
    /// The user's first name.
    pub first_name: PersonName,
    /// The user's last name.
    pub last_name: PersonName,
    /// Whether the trainer's user is active.
    pub is_listed: bool,
    /// Where search finds the trainer, rounded to 0.01°.
    pub public_point: Option<GeoPoint>,
    /// The city of that place.
    pub city: Option<City>,
    /// The active services, by name and id.
    pub services: Vec<Versioned<Service>>,
    /// The certifications, by day of issue and id.
    pub certifications: Vec<Versioned<Certification>>,
}

/// A booking with the names that a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lesson {
    /// The booking.
    pub booking: Versioned<Booking>,
    /// The trainer's user.
    pub trainer_user: UserId,
    /// The trainer's first and last name.
    pub trainer_name: (PersonName, PersonName),
    /// The owner's user.
    pub owner_user: UserId,
    /// The owner's first name.
    pub owner_first_name: PersonName,
    /// The dog's name.
    pub dog_name: Name,
    /// The service's name.
    pub service_name: Option<Name>,
}

/// A notification with what its text can name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    /// The notification.
    pub notification: Versioned<Notification>,
    /// What its text can name, as it is now.
    pub facts: Facts,
}

impl From<Lesson> for LessonFacts {
    fn from(lesson: Lesson) -> Self {
        Self {
            booking: lesson.booking.id,
            session: lesson.booking.session,
            zone: lesson.booking.wall_start.zone,
            trainer_user: lesson.trainer_user,
            trainer_name: lesson.trainer_name,
            owner_user: lesson.owner_user,
            owner_first_name: lesson.owner_first_name,
            dog_name: lesson.dog_name,
            service_name: lesson.service_name,
        }
    }
}

/// A payment with the lesson that it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LessonPayment {
    /// The payment.
    pub payment: Versioned<Payment>,
    /// Its lesson.
    pub lesson: Lesson,
}
