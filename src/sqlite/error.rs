use std::{fmt, sync::Arc};

use rusqlite::{ErrorCode, ffi};

use crate::repository::{BoxError, RepositoryError, Unique};

const BACKEND: &str = "sqlite";

/// Tells an overtaken call, and one for which there was no room, from a failure.
pub(super) fn backend(error: rusqlite::Error) -> RepositoryError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            RepositoryError::Contention(error.into())
        }
        Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure | ErrorCode::OutOfMemory) => {
            RepositoryError::Unavailable(error.into())
        }
        _ => failure(error),
    }
}

/// Says what an error of `COMMIT` itself means.
///
/// What cannot be written to the log is not in it. Where the log was written and could not be
/// brought to the disk, the next process that opens the file may find it there all the same.
pub(super) fn uncommitted(error: rusqlite::Error) -> RepositoryError {
    let is_written = error.sqlite_error().is_some_and(|error| {
        matches!(error.code, ErrorCode::SystemIoFailure | ErrorCode::OutOfMemory)
            && error.extended_code != ffi::SQLITE_IOERR_WRITE
    });
    if is_written { RepositoryError::Uncertain(error.into()) } else { backend(error) }
}

pub(super) fn failure(source: impl Into<BoxError>) -> RepositoryError {
    RepositoryError::Backend { backend: BACKEND, source: source.into() }
}

/// What a call gets whose code panicked.
pub(super) fn panicked() -> RepositoryError {
    failure("the call panicked")
}

/// One error of a transaction, for each of the change sets that were in it.
pub(super) struct Shared {
    make: fn(BoxError) -> RepositoryError,
    source: SharedSource,
}

#[derive(Debug, Clone)]
struct SharedSource(Arc<BoxError>);

impl Shared {
    pub(super) fn new(error: RepositoryError) -> Self {
        let (make, source): (fn(_) -> _, BoxError) = match error {
            RepositoryError::Contention(source) => (RepositoryError::Contention, source),
            RepositoryError::Unavailable(source) => (RepositoryError::Unavailable, source),
            RepositoryError::Uncertain(source) => (RepositoryError::Uncertain, source),
            RepositoryError::Backend { source, .. } => (failure, source),
            other => (failure, other.into()),
        };
        Self { make, source: SharedSource(Arc::new(source)) }
    }

    pub(super) fn to_repository_error(&self) -> RepositoryError {
        (self.make)(self.source.clone().into())
    }
}

impl fmt::Display for SharedSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for SharedSource {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

/// Which promise of the schema a statement would break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    Uniqueness,
    Reference,
    Bound,
}

/// Names the promise that a statement would break, if that is why it failed.
pub(super) fn broken(error: &rusqlite::Error) -> Option<Broken> {
    match error.sqlite_error()?.extended_code {
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY
        | ffi::SQLITE_CONSTRAINT_ROWID
        | ffi::SQLITE_CONSTRAINT_UNIQUE => Some(Broken::Uniqueness),
        ffi::SQLITE_CONSTRAINT_TRIGGER if columns(error).is_some() => Some(Broken::Uniqueness),
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Some(Broken::Reference),
        ffi::SQLITE_CONSTRAINT_CHECK
        | ffi::SQLITE_CONSTRAINT_NOTNULL
        | ffi::SQLITE_CONSTRAINT_DATATYPE => Some(Broken::Bound),
        _ => None,
    }
}

/// Returns the columns whose values are taken, as SQLite's message lists them.
fn columns(error: &rusqlite::Error) -> Option<&str> {
    let rusqlite::Error::SqliteFailure(_, Some(message)) = error else { return None };
    message.strip_prefix("UNIQUE constraint failed: ")
}

/// Names the unique value that is taken, if it is not a key.
pub(super) fn taken(error: &rusqlite::Error) -> Option<Unique> {
    Some(match columns(error)? {
        "roles.name" => Unique::RoleName,
        "users.email_key" => Unique::EmailKey,
        "dog_owners.user_id" => Unique::OwnerProfile,
        "dog_trainers.user_id" => Unique::TrainerProfile,
        "trainer_availability_exceptions.trainer_id, trainer_availability_exceptions.local_date" => {
            Unique::ExceptionDate
        }
        "reschedule_requests.booking_id" => Unique::OpenProposal,
        "reviews.booking_id" => Unique::BookingReview,
        "payments.booking_id" => Unique::PaidPayment,
        "payments.provider, payments.provider_reference" => Unique::PaymentReference,
        "refunds.payment_id, refunds.provider_reference" => Unique::RefundReference,
        "disputes.payment_id, disputes.provider_reference" => Unique::DisputeReference,
        "reminders.booking_id, reminders.starts_at" => Unique::ReminderStart,
        "payouts.trainer_id, payouts.currency" => Unique::RunningPayout,
        "payouts.provider, payouts.provider_reference" => Unique::PayoutReference,
        "payout_items.entry_id" => Unique::LivePayoutItem,
        "provider_events.provider, provider_events.event_id" => Unique::ProviderEvent,
        _ => return None,
    })
}
