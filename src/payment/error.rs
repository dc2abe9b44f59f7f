use crate::{
    error::ErrorKind,
    ids::{DisputeId, RefundId},
    money::{Money, MoneyError},
};

/// Why a rule of payments turned something down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PaymentError {
    /// The booking is cancelled, its hold has run out, or the trainer did not come; 409.
    #[error("the booking has ended and is not paid any more")]
    BookingEnded,
    /// There is nothing to pay; 409.
    #[error("the lesson is free")]
    Free,
    /// Another payment of the booking is paid; 409.
    #[error("the booking is paid already")]
    AlreadyPaid,
    /// The payment is not paid, or all of it went back; 409.
    #[error("nothing of the payment is left to give back")]
    NothingPaid,
    /// The payment has no such refund; 404.
    #[error("the payment has no refund {0}")]
    UnknownRefund(RefundId),
    /// The payment has no such dispute; 404.
    #[error("the payment has no dispute {0}")]
    UnknownDispute(DisputeId),
    /// The refund has left `due`; 409.
    #[error("the refund is not due any more")]
    NotDue,
    /// The refund has to be made, whatever anybody decides; 409.
    #[error("the refund is owed")]
    Owed,
    /// What is to go back is disputed, and waits for the dispute's end; 409.
    #[error("the payment is disputed")]
    Disputed,
    /// More would go back than is free; 409.
    #[error("at most {free} can go back")]
    ExceedsFree {
        /// What is neither reserved nor went back.
        free: Money,
    },
    /// The provider calls the payment by another name; 409.
    #[error("the provider calls the payment by another name")]
    OtherName,
    /// The provider's event was taken in before, or with other content; 409.
    #[error("the event was taken in before")]
    AlreadyReported,
    /// Amounts do not fit together; see there.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl PaymentError {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BookingEnded => "payment.booking_ended",
            Self::Free => "payment.free",
            Self::AlreadyPaid => "payment.already_paid",
            Self::NothingPaid => "payment.nothing_paid",
            Self::UnknownRefund(_) => "payment.unknown_refund",
            Self::UnknownDispute(_) => "payment.unknown_dispute",
            Self::NotDue => "payment.refund_not_due",
            Self::Owed => "payment.refund_owed",
            Self::Disputed => "payment.disputed",
            Self::ExceedsFree { .. } => "payment.exceeds_free",
            Self::OtherName => "payment.other_name",
            Self::AlreadyReported => "payment.already_reported",
            Self::Money(error) => error.code(),
        }
    }

    /// Returns the kind of failure, which fixes the HTTP status.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::UnknownRefund(_) | Self::UnknownDispute(_) => ErrorKind::NotFound,
            Self::Money(error) => error.kind(),
            _ => ErrorKind::Conflict,
        }
    }
}
