use crate::{
    account::AccountError,
    audit::SubjectKind,
    authority::Denied,
    availability::AvailabilityError,
    booking::BookingError,
    dog::DogError,
    error::{ErrorKind, InvalidValue},
    money::MoneyError,
    payment::PaymentError,
    payout::PayoutError,
    quote::QuoteError,
    repository::{EntityRef, RepositoryError, Unique},
    review::ReviewError,
    search::SearchError,
    time::LocalTimeError,
    trainer::TrainerError,
};

/// Why a command or a read was turned down.
///
/// Nothing was written, and nothing of the refusal is stored: the same command may succeed later.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The thing does not exist, or the caller may not know that it does; 404.
    #[error("the {0} does not exist")]
    NotFound(SubjectKind),
    /// The caller may not do this; 403.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The command's id was used for another command, or by somebody else; 409.
    #[error("the command's id was used before")]
    IdReused,
    /// The id of something that the command creates is taken; 409.
    #[error("{0} exists already")]
    IdTaken(EntityRef),
    /// A rule of accounts; see there.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// A rule of bookings; see there.
    #[error(transparent)]
    Booking(#[from] BookingError),
    /// A rule of quotes; see there.
    #[error(transparent)]
    Quote(#[from] QuoteError),
    /// A rule of trainers; see there.
    #[error(transparent)]
    Trainer(#[from] TrainerError),
    /// A rule of dogs; see there.
    #[error(transparent)]
    Dog(#[from] DogError),
    /// A rule of reviews; see there.
    #[error(transparent)]
    Review(#[from] ReviewError),
    /// A rule of availability; see there.
    #[error(transparent)]
    Availability(#[from] AvailabilityError),
    /// A rule of searches; see there.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// A rule of local times; see there.
    #[error(transparent)]
    LocalTime(#[from] LocalTimeError),
    /// A rule of money; see there.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A rule of payments; see there.
    #[error(transparent)]
    Payment(#[from] PaymentError),
    /// A rule of payouts; see there.
    #[error(transparent)]
    Payout(#[from] PayoutError),
    /// A value is out of its bounds; 422.
    #[error(transparent)]
    Invalid(#[from] InvalidValue),
    /// The stored result of the command cannot be read back; 500.
    #[error("the stored result of the command cannot be read")]
    Result(#[source] serde_json::Error),
    /// Storage could not do it; see there.
    #[error(transparent)]
    Storage(RepositoryError),
}

impl Error {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not_found",
            Self::Denied(error) => error.code(),
            Self::IdReused => "id_reused",
            Self::IdTaken(_) => "id_taken",
            Self::Account(error) => error.code(),
            Self::Booking(error) => error.code(),
            Self::Quote(error) => error.code(),
            Self::Trainer(error) => error.code(),
            Self::Dog(error) => error.code(),
            Self::Review(error) => error.code(),
            Self::Availability(error) => error.code(),
            Self::Search(error) => error.code(),
            Self::LocalTime(error) => error.code(),
            Self::Money(error) => error.code(),
            Self::Payment(error) => error.code(),
            Self::Payout(error) => error.code(),
            Self::Invalid(error) => error.code(),
            Self::Result(_) => "command.result_unreadable",
            Self::Storage(error) => error.code(),
        }
    }

    /// Returns the kind of failure, which fixes the HTTP status.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::Denied(error) => error.kind(),
            Self::IdReused | Self::IdTaken(_) => ErrorKind::Conflict,
            Self::Account(error) => error.kind(),
            Self::Booking(error) => error.kind(),
            Self::Quote(error) => error.kind(),
            Self::Trainer(error) => error.kind(),
            Self::Dog(error) => error.kind(),
            Self::Review(error) => error.kind(),
            Self::Availability(error) => error.kind(),
            Self::Search(error) => error.kind(),
            Self::LocalTime(error) => error.kind(),
            Self::Money(error) => error.kind(),
            Self::Payment(error) => error.kind(),
            Self::Payout(error) => error.kind(),
            Self::Invalid(error) => error.kind(),
            Self::Result(_) => ErrorKind::Internal,
            Self::Storage(error) => error.kind(),
        }
    }

    /// Says whether the same command, under the same id, may succeed when it is sent again.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Storage(error) if error.is_retryable())
    }
}

impl From<RepositoryError> for Error {
    fn from(error: RepositoryError) -> Self {
        match error {
            RepositoryError::AlreadyExists(entity) => Self::IdTaken(entity),
            RepositoryError::Duplicate(Unique::EmailKey) => AccountError::EmailTaken.into(),
            RepositoryError::Duplicate(Unique::OwnerProfile) => AccountError::AlreadyOwner.into(),
            RepositoryError::Duplicate(Unique::TrainerProfile) => {
                AccountError::AlreadyTrainer.into()
            }
            RepositoryError::Duplicate(Unique::ProviderEvent) => {
                PaymentError::AlreadyReported.into()
            }
            RepositoryError::Invalid { source, .. } => Self::Invalid(source),
            other => Self::Storage(other),
        }
    }
}
