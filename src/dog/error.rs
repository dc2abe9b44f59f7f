use crate::error::ErrorKind;

/// Why a rule of dogs turned something down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DogError {
    /// A lesson of the dog is asked for or accepted; 409.
    #[error("the dog has a lesson that is asked for or accepted")]
    HasActiveBooking,
    /// The dog has no such photo; 404.
    #[error("the dog has no such photo")]
    NoPhoto,
}

impl DogError {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::HasActiveBooking => "dog.has_active_booking",
            Self::NoPhoto => "dog.no_photo",
        }
    }

    /// Returns the kind of failure, which fixes the HTTP status.
    #[must_use]
    pub const fn kind(self) -> ErrorKind {
        match self {
            Self::HasActiveBooking => ErrorKind::Conflict,
            Self::NoPhoto => ErrorKind::NotFound,
        }
    }
}
