use super::NotificationKind;

impl NotificationKind {
    /// Returns the English title and body of the kind.
    pub(super) const fn english(self) -> (&'static str, &'static str) {
        match self {
            Self::BookingRequested => (
                "{owner} asks for a lesson",
                "{owner} asks for {service} with {dog} on {start:%A, %-d %B, at %H:%M}.",
            ),
            Self::BookingAccepted => (
                "Your lesson is booked",
                "{trainer} accepted: {service} with {dog} on {start:%A, %-d %B, at %H:%M}.",
            ),
            Self::BookingDeclined => (
                "Your request was declined",
                "{trainer} cannot give {service} to {dog} on {start:%A, %-d %B, at %H:%M}.",
            ),
            Self::BookingWithdrawn => (
                "{owner} withdrew a request",
                "{owner} no longer asks for {service} with {dog} on \
                 {start:%A, %-d %B, at %H:%M}.",
            ),
            Self::BookingExpired => (
                "A request expired",
                "Nobody answered in time: {service} with {other} and {dog} on \
                 {start:%A, %-d %B, at %H:%M} is not booked.",
            ),
            Self::BookingCancelled => (
                "A lesson was cancelled",
                "The lesson with {other} and {dog} on {start:%A, %-d %B, at %H:%M} does not take \
                 place.",
            ),
            Self::BookingMoved => (
                "A lesson was moved",
                "The lesson with {other} and {dog} is now on {start:%A, %-d %B, at %H:%M}.",
            ),
            Self::BookingCompleted => (
                "How was your lesson?",
                "Your lesson with {trainer} and {dog} on {start:%A, %-d %B} is complete. You can \
                 review it.",
            ),
            Self::ProposalMade => (
                "{other} proposes another time",
                "{other} would like to move the lesson with {dog} from \
                 {start:%A, %-d %B, at %H:%M} to {proposed_start:%A, %-d %B, at %H:%M}. Until you \
                 agree, it stays where it is.",
            ),
            Self::ProposalDeclined => (
                "{other} declined another time",
                "The lesson with {other} and {dog} stays on {start:%A, %-d %B, at %H:%M}, and does \
                 not move to {proposed_start:%A, %-d %B, at %H:%M}.",
            ),
            Self::ProposalWithdrawn => (
                "{other} took a proposal back",
                "The lesson with {other} and {dog} stays on {start:%A, %-d %B, at %H:%M}: moving \
                 it to {proposed_start:%A, %-d %B, at %H:%M} is not proposed any more.",
            ),
            Self::ProposalExpired => (
                "A proposed time expired",
                "Nobody agreed in time to move the lesson with {other} and {dog} to \
                 {proposed_start:%A, %-d %B, at %H:%M}.",
            ),
            Self::NoShowClaimed => (
                "{owner} reports that you did not come",
                "{owner} reports that the lesson with {dog} on {start:%A, %-d %B, at %H:%M} did \
                 not take place. We look into it.",
            ),
            Self::NoShowContested => (
                "{owner} contests having missed a lesson",
                "{owner} says that they came to the lesson with {dog} on \
                 {start:%A, %-d %B, at %H:%M}. We look into it.",
            ),
            Self::AttendanceAmended => (
                "It was decided who came to a lesson",
                "We looked into the lesson with {other} and {dog} on \
                 {start:%A, %-d %B, at %H:%M}, and decided who came.",
            ),
            Self::RefundDue => (
                "You get {amount} back",
                "{amount} for the lesson with {trainer} and {dog} on {start:%A, %-d %B} are on \
                 their way back to you.",
            ),
            Self::RefundSucceeded => (
                "You have {amount} back",
                "{amount} for the lesson with {trainer} and {dog} on {start:%A, %-d %B} were \
                 returned to you.",
            ),
            Self::LessonPaid => (
                "{owner} paid for a lesson",
                "{owner} paid {amount} for the lesson with {dog} on {start:%A, %-d %B, at %H:%M}.",
            ),
            Self::PaymentReceived => (
                "Thank you for your payment",
                "We received {amount} for the lesson with {trainer} and {dog} on \
                 {start:%A, %-d %B, at %H:%M}.",
            ),
            Self::PaymentFailed => (
                "Your payment failed",
                "{amount} for the lesson with {trainer} and {dog} on \
                 {start:%A, %-d %B, at %H:%M} could not be collected. Please pay again.",
            ),
            Self::PaymentDisputed => (
                "A payment is disputed",
                "A bank disputes the payment for the lesson with {owner} and {dog} on \
                 {start:%A, %-d %B, at %H:%M}.",
            ),
            Self::PayoutProcessed => ("You were paid", "We sent you {amount}."),
            Self::PayoutFailed => (
                "A payout failed",
                "{amount} did not reach you. We will try again; please check your bank details.",
            ),
            Self::ReviewReceived => (
                "{owner} reviewed a lesson",
                "{owner} gave {points} of 5 points for the lesson with {dog} on \
                 {start:%A, %-d %B}.",
            ),
            Self::ReviewReplied => (
                "{trainer} answered your review",
                "{trainer} answered your review of the lesson with {dog} on {start:%A, %-d %B}.",
            ),
            Self::LessonReminder => (
                "Your lesson on {start:%A at %H:%M}",
                "We remind you of {service} with {other} and {dog} on {start:%A, %-d %B}, from \
                 {start:%H:%M} to {end:%H:%M}.",
            ),
            Self::TrainerVerified => {
                ("Your profile is verified", "{reader}, we verified your profile.")
            }
            Self::AccountSuspended => (
                "Your account is suspended",
                "{reader}, your account is suspended. You can still read what is yours.",
            ),
            Self::AccountReactivated => {
                ("Your account is active again", "{reader}, your account is active again.")
            }
        }
    }
}
