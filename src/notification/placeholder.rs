use super::NotificationKind;
use crate::code::codes;

codes! {
    /// What a text can name, as it is written between braces.
    pub enum Placeholder as "placeholder" {
        /// The first name of whoever is told.
        Reader = "reader",
        /// The trainer's first and last name.
        Trainer = "trainer",
        /// The owner's first name.
        Owner = "owner",
        /// The other side of the lesson: for its trainer the owner, for its owner the trainer.
        Other = "other",
        /// The dog's name.
        Dog = "dog",
        /// The service's name, or what [`Templates`](super::Templates) call a lesson without one.
        Service = "service",
        /// When the lesson begins.
        Start = "start",
        /// When the lesson ends.
        End = "end",
        /// When the lesson would begin as it was proposed.
        ProposedStart = "proposed_start",
        /// An amount with its currency, such as `12.50 EUR`.
        Amount = "amount",
        /// The points of a review, 1 to 5.
        Points = "points",
    }
}

impl Placeholder {
    /// Says whether it stands for an instant, and so takes a format.
    #[must_use]
    pub const fn is_instant(self) -> bool {
        matches!(self, Self::Start | Self::End | Self::ProposedStart)
    }
}

impl NotificationKind {
    /// Says whether notifications of this kind can name it.
    #[must_use]
    pub const fn offers(self, placeholder: Placeholder) -> bool {
        match placeholder {
            Placeholder::Reader => true,
            Placeholder::Trainer
            | Placeholder::Owner
            | Placeholder::Other
            | Placeholder::Dog
            | Placeholder::Service
            | Placeholder::Start
            | Placeholder::End => !matches!(
                self,
                Self::PayoutProcessed
                    | Self::PayoutFailed
                    | Self::TrainerVerified
                    | Self::AccountSuspended
                    | Self::AccountReactivated
            ),
            Placeholder::ProposedStart => matches!(
                self,
                Self::ProposalMade
                    | Self::ProposalDeclined
                    | Self::ProposalWithdrawn
                    | Self::ProposalExpired
            ),
            Placeholder::Amount => matches!(
                self,
                Self::RefundDue
                    | Self::RefundSucceeded
                    | Self::LessonPaid
                    | Self::PaymentReceived
                    | Self::PaymentFailed
                    | Self::PayoutProcessed
                    | Self::PayoutFailed
            ),
            Placeholder::Points => matches!(self, Self::ReviewReceived | Self::ReviewReplied),
        }
    }
}
