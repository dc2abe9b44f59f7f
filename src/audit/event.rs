use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Subject, SubjectKind};
use crate::{
    booking::{Attendance, CancelKind, Proposer},
    ids::{
        BookingId, CertificationId, DisputeId, DogId, LocationId, OwnerId, PaymentId, PayoutId,
        PhotoId, QuoteId, RefundId, RescheduleId, ReviewId, RoleId, SeriesId, ServiceId,
        TimeBlockId, TrainerId, UserId,
    },
    money::Money,
    review::Points,
    time::{Instant, Interval, ZoneId},
};

/// What an event is about: a thing of one kind, or a thing that the event itself names.
macro_rules! subject {
    (Any, $subject:ident) => {
        *$subject
    };
    ($kind:ident, $key:ident) => {
        Subject::new(SubjectKind::$kind, *$key)
    };
}

macro_rules! events {
    ($(
        $(#[$doc:meta])*
        $name:ident = $code:literal of $kind:ident($key:ident) {
            $($(#[$field_doc:meta])* $field:ident: $ty:ty,)*
        }
    )+) => {
        /// Something that changed.
        ///
        /// Payloads are versioned: they are stored and sent as JSON with a `type`, the event's
        /// code, and fields are only ever added, as optional ones. Ids, codes, instants and
        /// amounts, and nothing personal.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "type")]
        #[non_exhaustive]
        pub enum Event {$(
            $(#[$doc])*
            #[serde(rename = $code)]
            $name {
                $($(#[$field_doc])* $field: $ty,)*
            },
        )+}

        impl Event {
            /// The codes of all events.
            pub const CODES: &[&str] = &[$($code),+];

            /// Returns the stable code, for instance `booking.requested`.
            #[must_use]
            pub const fn code(&self) -> &'static str {
                match self {
                    $(Self::$name { .. } => $code,)+
                }
            }

            /// Returns what the event happened to.
            #[must_use]
            pub fn subject(&self) -> Subject {
                match self {
                    $(Self::$name { $key, .. } => subject!($kind, $key),)+
                }
            }
        }
    };
}

events! {
    /// A user signed up.
    UserSignedUp = "user.signed_up" of User(user) {
        /// Who.
        user: UserId,
    }
    /// A user changed their profile.
    ProfileUpdated = "user.profile_updated" of User(user) {
        /// Whose.
        user: UserId,
    }
    /// A user changed their e-mail address.
    EmailChanged = "user.email_changed" of User(user) {
        /// Whose.
        user: UserId,
    }
    /// A user changed their password.
    PasswordChanged = "user.password_changed" of User(user) {
        /// Whose.
        user: UserId,
    }
    /// A user changed which notifications they want.
    PreferencesSet = "user.preferences_set" of User(user) {
        /// Whose.
        user: UserId,
    }
    /// A user read notifications.
    NotificationsRead = "user.notifications_read" of User(user) {
        /// Whose.
        user: UserId,
        /// How many.
        count: u64,
    }
    /// An admin suspended a user.
    UserSuspended = "user.suspended" of User(user) {
        /// Who.
        user: UserId,
    }
    /// An admin let a user act again.
    UserReactivated = "user.reactivated" of User(user) {
        /// Who.
        user: UserId,
    }
    /// A user was erased.
    UserErased = "user.erased" of User(user) {
        /// Who.
        user: UserId,
    }
    /// A user was given a role.
    RoleGranted = "user.role_granted" of User(user) {
        /// Who.
        user: UserId,
        /// Which role.
        role: RoleId,
    }
    /// A role was taken from a user.
    RoleRevoked = "user.role_revoked" of User(user) {
        /// Who.
        user: UserId,
        /// Which role.
        role: RoleId,
    }
    /// A user became an owner.
    OwnerRegistered = "owner.registered" of Owner(owner) {
        /// The new profile.
        owner: OwnerId,
        /// Whose.
        user: UserId,
    }
    /// A user became a trainer.
    TrainerRegistered = "trainer.registered" of Trainer(trainer) {
        /// The new profile.
        trainer: TrainerId,
        /// Whose.
        user: UserId,
    }
    /// A user added a location.
    LocationAdded = "location.added" of Location(location) {
        /// Which.
        location: LocationId,
        /// Whose.
        user: UserId,
    }
    /// A user changed a location.
    LocationUpdated = "location.updated" of Location(location) {
        /// Which.
        location: LocationId,
    }
    /// A user removed a location.
    LocationRemoved = "location.removed" of Location(location) {
        /// Which.
        location: LocationId,
    }
    /// A trainer changed their profile.
    TrainerUpdated = "trainer.updated" of Trainer(trainer) {
        /// Whose.
        trainer: TrainerId,
    }
    /// An admin verified a trainer, or took that back.
    TrainerVerified = "trainer.verified" of Trainer(trainer) {
        /// Who.
        trainer: TrainerId,
        /// Whether the trainer is verified now.
        verified: bool,
    }
    /// A trainer changed their time zone.
    ZoneChanged = "trainer.zone_changed" of Trainer(trainer) {
        /// Whose.
        trainer: TrainerId,
        /// The new zone.
        zone: ZoneId,
    }
    /// A trainer set their weekly hours.
    HoursSet = "trainer.hours_set" of Trainer(trainer) {
        /// Whose.
        trainer: TrainerId,
        /// How many windows the week has.
        windows: u64,
    }
    /// A trainer set an exception for a date.
    ExceptionSet = "trainer.exception_set" of Trainer(trainer) {
        /// Whose.
        trainer: TrainerId,
        /// The local date.
        date: NaiveDate,
    }
    /// A trainer removed the exception of a date.
    ExceptionRemoved = "trainer.exception_removed" of Trainer(trainer) {
        /// Whose.
        trainer: TrainerId,
        /// The local date.
        date: NaiveDate,
    }
    /// A trainer took time out.
    TimeBlocked = "trainer.time_blocked" of Trainer(trainer) {
        /// Whose.
        trainer: TrainerId,
        /// The block.
        block: TimeBlockId,
        /// The time taken out.
        during: Interval,
    }
    /// A trainer opened blocked time again.
    TimeUnblocked = "trainer.time_unblocked" of Trainer(trainer) {
        /// Whose.
        trainer: TrainerId,
        /// The block.
        block: TimeBlockId,
    }
    /// A trainer replaced the busy time of another calendar.
    BusyTimeImported = "trainer.busy_time_imported" of Trainer(trainer) {
        /// Whose.
        trainer: TrainerId,
        /// How many blocks are new.
        added: u64,
        /// How many blocks went.
        removed: u64,
    }
    /// A trainer changed their booking policy.
    PolicySet = "trainer.policy_set" of Trainer(trainer) {
        /// Whose.
        trainer: TrainerId,
    }
    /// A trainer offers another service.
    ServiceAdded = "service.added" of Service(service) {
        /// Which.
        service: ServiceId,
        /// Whose.
        trainer: TrainerId,
        /// At which price.
        price: Money,
    }
    /// A trainer changed a service.
    ServiceUpdated = "service.updated" of Service(service) {
        /// Which.
        service: ServiceId,
        /// At which price.
        price: Money,
        /// Whether it can be booked.
        active: bool,
    }
    /// A trainer added a certification.
    CertificationAdded = "certification.added" of Certification(certification) {
        /// Which.
        certification: CertificationId,
        /// Whose.
        trainer: TrainerId,
    }
    /// A trainer changed a certification.
    CertificationUpdated = "certification.updated" of Certification(certification) {
        /// Which.
        certification: CertificationId,
    }
    /// A trainer removed a certification.
    CertificationRemoved = "certification.removed" of Certification(certification) {
        /// Which.
        certification: CertificationId,
    }
    /// An owner added a dog.
    DogAdded = "dog.added" of Dog(dog) {
        /// Which.
        dog: DogId,
        /// Whose.
        owner: OwnerId,
    }
    /// An owner changed what is known of a dog.
    DogUpdated = "dog.updated" of Dog(dog) {
        /// Which.
        dog: DogId,
    }
    /// An owner removed a dog.
    DogRemoved = "dog.removed" of Dog(dog) {
        /// Which.
        dog: DogId,
    }
    /// An owner added a photo.
    PhotoAdded = "dog.photo_added" of Dog(dog) {
        /// Of which dog.
        dog: DogId,
        /// The photo.
        photo: PhotoId,
    }
    /// An owner removed a photo.
    PhotoRemoved = "dog.photo_removed" of Dog(dog) {
        /// Of which dog.
        dog: DogId,
        /// The photo.
        photo: PhotoId,
    }
    /// An owner was shown what a lesson would cost.
    QuoteGiven = "quote.given" of Quote(quote) {
        /// Which.
        quote: QuoteId,
        /// With whom the lesson would be.
        trainer: TrainerId,
        /// To whom.
        owner: OwnerId,
        /// For which dog.
        dog: DogId,
        /// When the lesson would be.
        session: Interval,
        /// At which price.
        price: Money,
        /// The platform's part of it.
        fee: Money,
        /// Until when it holds.
        expires_at: Instant,
    }
    /// An owner asked for a lesson.
    BookingRequested = "booking.requested" of Booking(booking) {
        /// Which.
        booking: BookingId,
        /// With whom.
        trainer: TrainerId,
        /// For whom.
        owner: OwnerId,
        /// For which dog.
        dog: DogId,
        /// When.
        session: Interval,
        /// At which price.
        price: Money,
        /// Whether it was accepted at once.
        accepted: bool,
        /// By which quote.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        quote: Option<QuoteId>,
    }
    /// A trainer accepted a lesson.
    BookingAccepted = "booking.accepted" of Booking(booking) {
        /// Which.
        booking: BookingId,
    }
    /// A booking was cancelled.
    BookingCancelled = "booking.cancelled" of Booking(booking) {
        /// Which.
        booking: BookingId,
        /// By which edge.
        kind: CancelKind,
        /// What the owner gets back.
        refund_due: Option<Money>,
    }
    /// A booking has another time.
    BookingMoved = "booking.moved" of Booking(booking) {
        /// Which.
        booking: BookingId,
        /// Where it was.
        from: Instant,
        /// Where it is.
        to: Interval,
        /// At whose wish.
        proposer: Proposer,
    }
    /// A lesson was completed.
    BookingCompleted = "booking.completed" of Booking(booking) {
        /// Which.
        booking: BookingId,
        /// Who came.
        attendance: Attendance,
    }
    /// A completed lesson's time was released.
    TimeReleased = "booking.time_released" of Booking(booking) {
        /// Which.
        booking: BookingId,
    }
    /// A reminder of a lesson was written.
    ReminderSent = "booking.reminder_sent" of Booking(booking) {
        /// Which.
        booking: BookingId,
        /// The start it was for.
        starts_at: Instant,
    }
    /// An owner asked for a series of lessons.
    SeriesRequested = "series.requested" of Series(series) {
        /// Which.
        series: SeriesId,
        /// With whom.
        trainer: TrainerId,
        /// For whom.
        owner: OwnerId,
        /// How many lessons.
        lessons: u16,
    }
    /// One side proposed another time.
    ProposalMade = "reschedule.proposed" of Reschedule(proposal) {
        /// Which.
        proposal: RescheduleId,
        /// Of which booking.
        booking: BookingId,
        /// By which side.
        proposer: Proposer,
        /// Where to.
        session: Interval,
    }
    /// The other side agreed to the proposed time.
    ProposalAccepted = "reschedule.accepted" of Reschedule(proposal) {
        /// Which.
        proposal: RescheduleId,
        /// Of which booking.
        booking: BookingId,
    }
    /// The other side declined the proposed time.
    ProposalDeclined = "reschedule.declined" of Reschedule(proposal) {
        /// Which.
        proposal: RescheduleId,
        /// Of which booking.
        booking: BookingId,
    }
    /// Whoever made a proposal took it back.
    ProposalWithdrawn = "reschedule.withdrawn" of Reschedule(proposal) {
        /// Which.
        proposal: RescheduleId,
        /// Of which booking.
        booking: BookingId,
    }
    /// A proposal ran out, or its booking ended.
    ProposalExpired = "reschedule.expired" of Reschedule(proposal) {
        /// Which.
        proposal: RescheduleId,
        /// Of which booking.
        booking: BookingId,
    }
    /// An owner claimed that the trainer did not come.
    NoShowClaimed = "dispute.no_show_claimed" of Dispute(dispute) {
        /// Which.
        dispute: DisputeId,
        /// Over which booking.
        booking: BookingId,
    }
    /// An owner contested having stayed away.
    NoShowContested = "dispute.no_show_contested" of Dispute(dispute) {
        /// Which.
        dispute: DisputeId,
        /// Over which booking.
        booking: BookingId,
    }
    /// An admin closed a dispute over attendance.
    DisputeClosed = "dispute.closed" of Dispute(dispute) {
        /// Which.
        dispute: DisputeId,
        /// Over which booking.
        booking: BookingId,
    }
    /// An admin set who came to a lesson.
    AttendanceAmended = "booking.attendance_amended" of Booking(booking) {
        /// Which.
        booking: BookingId,
        /// What was stored.
        from: Attendance,
        /// What is stored now.
        to: Attendance,
    }
    /// A refund became due.
    RefundDue = "refund.due" of Refund(refund) {
        /// Which.
        refund: RefundId,
        /// Of which payment.
        payment: PaymentId,
        /// How much.
        amount: Money,
    }
    /// A refund that was due was called off.
    RefundCalledOff = "refund.called_off" of Refund(refund) {
        /// Which.
        refund: RefundId,
        /// Of which payment.
        payment: PaymentId,
    }
    /// A refund was handed to the provider.
    RefundSent = "refund.sent" of Refund(refund) {
        /// Which.
        refund: RefundId,
        /// Of which payment.
        payment: PaymentId,
        /// How much.
        amount: Money,
    }
    /// A refund is of another amount than before, or for another reason.
    RefundChanged = "refund.changed" of Refund(refund) {
        /// Which refund.
        refund: RefundId,
        /// Of which payment.
        payment: PaymentId,
        /// How much it is of now.
        amount: Money,
    }
    /// An owner has a refund.
    RefundSucceeded = "refund.succeeded" of Refund(refund) {
        /// Which.
        refund: RefundId,
        /// Of which payment.
        payment: PaymentId,
        /// How much.
        amount: Money,
    }
    /// The provider could not return a refund.
    RefundFailed = "refund.failed" of Refund(refund) {
        /// Which.
        refund: RefundId,
        /// Of which payment.
        payment: PaymentId,
    }
    /// An owner began to pay for a lesson.
    PaymentStarted = "payment.started" of Payment(payment) {
        /// Which.
        payment: PaymentId,
        /// For which booking.
        booking: BookingId,
        /// How much.
        amount: Money,
    }
    /// It became known how the provider calls a payment.
    PaymentNamed = "payment.named" of Payment(payment) {
        /// Which.
        payment: PaymentId,
    }
    /// The provider has the money.
    PaymentSucceeded = "payment.succeeded" of Payment(payment) {
        /// Which.
        payment: PaymentId,
        /// How much.
        amount: Money,
        /// Whether nothing, or nothing more, was owed.
        surplus: bool,
    }
    /// The provider could not collect a payment.
    PaymentFailed = "payment.failed" of Payment(payment) {
        /// Which.
        payment: PaymentId,
    }
    /// All of a payment went back.
    PaymentRefunded = "payment.refunded" of Payment(payment) {
        /// Which.
        payment: PaymentId,
    }
    /// Something of a payment came back that had all gone back.
    PaymentRestored = "payment.restored" of Payment(payment) {
        /// Which.
        payment: PaymentId,
        /// Whether another payment has taken its place.
        surplus: bool,
    }
    /// An owner's bank disputes a payment.
    PaymentDisputed = "dispute.opened" of Dispute(dispute) {
        /// Which.
        dispute: DisputeId,
        /// Over which booking.
        booking: BookingId,
    }
    /// A dispute is over another amount than before.
    DisputeChanged = "dispute.changed" of Dispute(dispute) {
        /// Which.
        dispute: DisputeId,
        /// Over which booking.
        booking: BookingId,
        /// How much is disputed now.
        amount: Money,
    }
    /// A dispute at the provider was won.
    DisputeWon = "dispute.won" of Dispute(dispute) {
        /// Which.
        dispute: DisputeId,
        /// Over which booking.
        booking: BookingId,
    }
    /// A dispute at the provider was lost.
    DisputeLost = "dispute.lost" of Dispute(dispute) {
        /// Which.
        dispute: DisputeId,
        /// Over which booking.
        booking: BookingId,
    }
    /// What a trainer can be paid was put into a payout.
    PayoutCreated = "payout.created" of Payout(payout) {
        /// Which.
        payout: PayoutId,
        /// To whom.
        trainer: TrainerId,
        /// How much.
        amount: Money,
    }
    /// A payout was handed to the provider.
    PayoutSent = "payout.sent" of Payout(payout) {
        /// Which.
        payout: PayoutId,
        /// How much.
        amount: Money,
    }
    /// It became known how the provider calls a payout.
    PayoutNamed = "payout.named" of Payout(payout) {
        /// Which.
        payout: PayoutId,
    }
    /// Nobody knows what became of a payout.
    PayoutLost = "payout.lost" of Payout(payout) {
        /// Which.
        payout: PayoutId,
    }
    /// A trainer has a payout.
    PayoutProcessed = "payout.processed" of Payout(payout) {
        /// Which.
        payout: PayoutId,
        /// How much.
        amount: Money,
    }
    /// A payout did not arrive; what it was made of is free again.
    PayoutFailed = "payout.failed" of Payout(payout) {
        /// Which.
        payout: PayoutId,
    }
    /// What a trainer was owed below the step of payouts was written off.
    RestWrittenOff = "trainer.rest_written_off" of Trainer(trainer) {
        /// Whose.
        trainer: TrainerId,
        /// How much.
        amount: Money,
    }
    /// An owner wrote a review.
    ReviewWritten = "review.written" of Review(review) {
        /// Which.
        review: ReviewId,
        /// Of which booking.
        booking: BookingId,
        /// Whom it rates.
        trainer: TrainerId,
        /// The points.
        rating: Points,
    }
    /// An owner edited a review.
    ReviewEdited = "review.edited" of Review(review) {
        /// Which.
        review: ReviewId,
        /// The points before.
        from: Points,
        /// The points now.
        to: Points,
    }
    /// A trainer answered a review.
    ReviewReplied = "review.replied" of Review(review) {
        /// Which.
        review: ReviewId,
    }
    /// An admin hid a review.
    ReviewHidden = "review.hidden" of Review(review) {
        /// Which.
        review: ReviewId,
    }
    /// An admin showed a hidden review again.
    ReviewUnhidden = "review.unhidden" of Review(review) {
        /// Which.
        review: ReviewId,
    }
    /// Rows of a thing were copied from the database that the service had before.
    Adopted = "record.adopted" of Any(subject) {
        /// Of which thing.
        subject: Subject,
    }
}
