use std::fmt;

use chrono::NaiveDate;

use crate::{
    contact::EmailKey,
    ids::{BookingId, LedgerEntryId, PaymentId, TrainerId, UserId},
    money::Currency,
    text::Token,
    time::Instant,
};

/// The values that only one row may have, beside the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Unique {
    /// The name of a role.
    RoleName,
    /// The e-mail key among users that are not deleted.
    EmailKey,
    /// The owner's profile of a user.
    OwnerProfile,
    /// The trainer's profile of a user.
    TrainerProfile,
    /// The exception of a trainer for a local date.
    ExceptionDate,
    /// The open proposal of a booking.
    OpenProposal,
    /// The review of a booking.
    BookingReview,
    /// The payment of a booking that is paid and not surplus.
    PaidPayment,
    /// The provider's reference of a payment.
    PaymentReference,
    /// The provider's reference of a refund.
    RefundReference,
    /// The provider's reference of a dispute.
    DisputeReference,
    /// The reminder of a booking for a start.
    ReminderStart,
    /// The payout of a trainer in a currency that is on its way.
    RunningPayout,
    /// The provider's reference of a payout.
    PayoutReference,
    /// The payout that pays an entry of the ledger.
    LivePayoutItem,
    /// The event of a provider.
    ProviderEvent,
}

impl fmt::Display for Unique {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RoleName => "the role's name",
            Self::EmailKey => "the e-mail address",
            Self::OwnerProfile => "the user's profile as owner",
            Self::TrainerProfile => "the user's profile as trainer",
            Self::ExceptionDate => "the trainer's exception for the date",
            Self::OpenProposal => "the booking's open proposal",
            Self::BookingReview => "the booking's review",
            Self::PaidPayment => "the booking's paid payment",
            Self::PaymentReference => "the provider's reference of the payment",
            Self::RefundReference => "the provider's reference of the refund",
            Self::DisputeReference => "the provider's reference of the dispute",
            Self::ReminderStart => "the booking's reminder for the start",
            Self::RunningPayout => "the trainer's payout that is on its way",
            Self::PayoutReference => "the provider's reference of the payout",
            Self::LivePayoutItem => "the entry that a payout pays",
            Self::ProviderEvent => "the provider's event",
        })
    }
}

/// A value that only one row may have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UniqueKey {
    /// A role's name.
    RoleName(String),
    /// A user's e-mail key.
    EmailKey(EmailKey),
    /// The user of an owner's profile.
    OwnerProfile(UserId),
    /// The user of a trainer's profile.
    TrainerProfile(UserId),
    /// The trainer and date of an exception.
    ExceptionDate(TrainerId, NaiveDate),
    /// The booking of an open proposal.
    OpenProposal(BookingId),
    /// The booking of a review.
    BookingReview(BookingId),
    /// The booking of a payment that is paid and not surplus.
    PaidPayment(BookingId),
    /// The provider and reference of a payment.
    PaymentReference(Token, Token),
    /// The payment and the provider's reference of a refund.
    RefundReference(PaymentId, Token),
    /// The payment and the provider's reference of a dispute.
    DisputeReference(PaymentId, Token),
    /// The booking and start of a reminder.
    ReminderStart(BookingId, Instant),
    /// The trainer and currency of a payout that is on its way.
    RunningPayout(TrainerId, Currency),
    /// The provider and reference of a payout.
    PayoutReference(Token, Token),
    /// The entry that a payout pays.
    LivePayoutItem(LedgerEntryId),
    /// The provider of an event and its name for it.
    ProviderEvent(Token, Token),
}

impl UniqueKey {
    /// Names the promise that the value falls under.
    #[must_use]
    pub const fn promise(&self) -> Unique {
        match self {
            Self::RoleName(_) => Unique::RoleName,
            Self::EmailKey(_) => Unique::EmailKey,
            Self::OwnerProfile(_) => Unique::OwnerProfile,
            Self::TrainerProfile(_) => Unique::TrainerProfile,
            Self::ExceptionDate(..) => Unique::ExceptionDate,
            Self::OpenProposal(_) => Unique::OpenProposal,
            Self::BookingReview(_) => Unique::BookingReview,
            Self::PaidPayment(_) => Unique::PaidPayment,
            Self::PaymentReference(..) => Unique::PaymentReference,
            Self::RefundReference(..) => Unique::RefundReference,
            Self::DisputeReference(..) => Unique::DisputeReference,
            Self::ReminderStart(..) => Unique::ReminderStart,
            Self::RunningPayout(..) => Unique::RunningPayout,
            Self::PayoutReference(..) => Unique::PayoutReference,
            Self::LivePayoutItem(_) => Unique::LivePayoutItem,
            Self::ProviderEvent(..) => Unique::ProviderEvent,
        }
    }
}
