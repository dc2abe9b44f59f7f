use crate::{
    error::{ErrorKind, InvalidValue},
    money::MoneyError,
};

/// Why a rule of trainers' profiles and calendars turned something down.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrainerError {
    /// The date or the time is over, so nothing about it can be written any more; 422.
    #[error("that time is over")]
    TimeOver,
    /// The trainer has no exception for the date; 404.
    #[error("there is no exception for that date")]
    NoException,
    /// The trainer has no such block of time; 404.
    #[error("there is no such block of time")]
    NoBlock,
    /// There are more stretches of busy time than are imported at once; 422.
    #[error("at most {max} stretches of busy time are imported")]
    TooMuchBusyTime {
        /// The largest number that is accepted.
        max: usize,
    },
    /// A price cannot be charged; see the source. 422.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A value is out of its bounds; 422.
    #[error(transparent)]
    Invalid(#[from] InvalidValue),
}

impl TrainerError {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TimeOver => "trainer.time_over",
            Self::NoException => "trainer.no_exception",
            Self::NoBlock => "trainer.no_block",
            Self::TooMuchBusyTime { .. } => "trainer.too_much_busy_time",
            Self::Money(error) => error.code(),
            Self::Invalid(error) => error.code(),
        }
    }

    /// Returns the kind of failure, which fixes the HTTP status.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::TimeOver | Self::TooMuchBusyTime { .. } => ErrorKind::Invalid,
            Self::NoException | Self::NoBlock => ErrorKind::NotFound,
            Self::Money(error) => error.kind(),
            Self::Invalid(error) => error.kind(),
        }
    }
}
