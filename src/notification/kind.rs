use crate::code::codes;

codes! {
    /// What a notification tells.
    pub enum NotificationKind as "notification_kind" {
        /// An owner asks for a lesson.
        BookingRequested = "booking_requested",
        /// The trainer accepted.
        BookingAccepted = "booking_accepted",
        /// The trainer turned the request down.
        BookingDeclined = "booking_declined",
        /// The owner took the request back.
        BookingWithdrawn = "booking_withdrawn",
        /// The request ran out without an answer.
        BookingExpired = "booking_expired",
        /// A lesson was called off.
        BookingCancelled = "booking_cancelled",
        /// A lesson has another time.
        BookingMoved = "booking_moved",
        /// A lesson is over.
        BookingCompleted = "booking_completed",
        /// The other side proposes another time.
        ProposalMade = "proposal_made",
        /// The other side declined the proposed time.
        ProposalDeclined = "proposal_declined",
        /// The other side took its proposal back.
        ProposalWithdrawn = "proposal_withdrawn",
        /// A proposal ran out without an answer.
        ProposalExpired = "proposal_expired",
        /// The owner says that the trainer did not come.
        NoShowClaimed = "no_show_claimed",
        /// The owner contests having stayed away.
        NoShowContested = "no_show_contested",
        /// An admin decided who came to a lesson.
        AttendanceAmended = "attendance_amended",
        /// Money is on its way back.
        RefundDue = "refund_due",
        /// The owner has a refund.
        RefundSucceeded = "refund_succeeded",
        /// A lesson was paid; for its trainer.
        LessonPaid = "lesson_paid",
        /// A payment arrived; for the owner who made it.
        PaymentReceived = "payment_received",
        /// A payment could not be collected.
        PaymentFailed = "payment_failed",
        /// A payment is disputed at the owner's bank.
        PaymentDisputed = "payment_disputed",
        /// A trainer has a payout.
        PayoutProcessed = "payout_processed",
        /// A payout did not arrive.
        PayoutFailed = "payout_failed",
        /// An owner wrote a review.
        ReviewReceived = "review_received",
        /// The trainer answered a review.
        ReviewReplied = "review_replied",
        /// A lesson is near.
        LessonReminder = "lesson_reminder",
        /// An admin verified the trainer.
        TrainerVerified = "trainer_verified",
        /// An admin suspended the user.
        AccountSuspended = "account_suspended",
        /// An admin let the user act again.
        AccountReactivated = "account_reactivated",
    }
}

impl NotificationKind {
    /// Returns the stored message: one English sentence without names.
    ///
    /// A service shows the text that [`Templates`](super::Templates) render.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::BookingRequested => "A lesson was requested.",
            Self::BookingAccepted => "Your lesson was accepted.",
            Self::BookingDeclined => "Your request was declined.",
            Self::BookingWithdrawn => "A request was withdrawn.",
            Self::BookingExpired => "A request expired without an answer.",
            Self::BookingCancelled => "A lesson was cancelled.",
            Self::BookingMoved => "A lesson was moved to another time.",
            Self::BookingCompleted => "Your lesson is complete. You can review it.",
            Self::ProposalMade => "Another time was proposed for a lesson.",
            Self::ProposalDeclined => "Your proposed time was declined.",
            Self::ProposalWithdrawn => "A proposed time was withdrawn.",
            Self::ProposalExpired => "A proposed time expired without an answer.",
            Self::NoShowClaimed => "The owner reports that the lesson did not take place.",
            Self::NoShowContested => "The owner contests having missed the lesson.",
            Self::AttendanceAmended => "The attendance of a lesson was decided.",
            Self::RefundDue => "A refund is on its way.",
            Self::RefundSucceeded => "A refund was paid out to you.",
            Self::LessonPaid => "A lesson was paid.",
            Self::PaymentReceived => "Your payment was received.",
            Self::PaymentFailed => "A payment could not be collected.",
            Self::PaymentDisputed => "The payment of a lesson is disputed.",
            Self::PayoutProcessed => "Your earnings were paid out.",
            Self::PayoutFailed => "A payout to you failed. It will be tried again.",
            Self::ReviewReceived => "You received a review.",
            Self::ReviewReplied => "Your review was answered.",
            Self::LessonReminder => "A lesson is coming up.",
            Self::TrainerVerified => "Your profile was verified.",
            Self::AccountSuspended => "Your account was suspended.",
            Self::AccountReactivated => "Your account is active again.",
        }
    }
}
