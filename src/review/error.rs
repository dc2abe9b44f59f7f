use crate::error::ErrorKind;

/// Why a rule of reviews turned something down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReviewError {
    /// The lesson is not completed, or its owner stayed away; 409.
    #[error("only a completed lesson that the owner came to can be reviewed")]
    NotReviewable,
    /// The lesson was reviewed before; 409.
    #[error("the lesson was reviewed already")]
    AlreadyReviewed,
    /// It is too late to review the lesson; 409.
    #[error("it is too late to review the lesson")]
    TooLateToWrite,
    /// It is too late to edit the review; 409.
    #[error("it is too late to edit the review")]
    TooLateToEdit,
    /// The reply says nothing; 422.
    #[error("a reply must say something")]
    EmptyReply,
    /// The trainer answered before; 409.
    #[error("the review was answered already")]
    AlreadyReplied,
    /// The review is hidden already; 409.
    #[error("the review is hidden already")]
    AlreadyHidden,
    /// The review is not hidden; 409.
    #[error("the review is not hidden")]
    NotHidden,
}

impl ReviewError {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotReviewable => "review.not_reviewable",
            Self::AlreadyReviewed => "review.already_reviewed",
            Self::TooLateToWrite => "review.too_late_to_write",
            Self::TooLateToEdit => "review.too_late_to_edit",
            Self::EmptyReply => "review.empty_reply",
            Self::AlreadyReplied => "review.already_replied",
            Self::AlreadyHidden => "review.already_hidden",
            Self::NotHidden => "review.not_hidden",
        }
    }

    /// Returns the kind of failure, which fixes the HTTP status.
    #[must_use]
    pub const fn kind(self) -> ErrorKind {
        match self {
            Self::EmptyReply => ErrorKind::Invalid,
            _ => ErrorKind::Conflict,
        }
    }
}
