use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::case::{Case, found, side};
use crate::{
    audit::SubjectKind,
    booking::{BookingError, Edge, Taker, Verb},
    command::CommandKind,
    ids::{BookingId, SeriesId},
    money::Money,
    platform::{
        Error,
        execute::{Command, Loading},
        work::Work,
    },
    repository::{BookingFile, Caller, RepositoryError},
    text::Reason,
    time::Instant,
};

/// A booking that ended without a lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingEnded {
    /// Which booking.
    pub booking: BookingId,
    /// What goes back to the owner, if anything was paid.
    pub refund_due: Option<Money>,
}

/// Calls a lesson off: an owner an accepted one, a trainer or an admin also a pending one.
///
/// The owner gets back what the cancellation policy says; when a trainer or an admin cancels, or
/// the trainer is suspended, all of it. The refund becomes due in the same commit.
///
/// # Errors
///
/// [`BookingError`] if it is not active or has begun, or if a trainer or an admin gives no reason.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CancelBooking {
    /// Which booking.
    pub booking: BookingId,
    /// Why; a trainer and an admin must say.
    pub reason: Option<Reason>,
}

#[async_trait]
impl Command for CancelBooking {
    const KIND: CommandKind = CommandKind::CancelBooking;
    type Outcome = BookingEnded;
    type Facts = Option<BookingFile>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<BookingFile>), RepositoryError> {
        loading.repository.booking_file(loading.caller, self.booking).await
    }

    fn decide(
        &self,
        facts: Option<BookingFile>,
        work: &mut Work<'_>,
    ) -> Result<BookingEnded, Error> {
        let file = found(facts)?;
        let taker = side(work.acting, &file)?;
        let refund_due = cancel(&file, taker, self.reason.clone(), work)?;
        Ok(BookingEnded { booking: self.booking, refund_due })
    }
}

fn cancel(
    file: &BookingFile,
    taker: Taker,
    reason: Option<Reason>,
    work: &mut Work<'_>,
) -> Result<Option<Money>, Error> {
    // How much goes back depends on whether the trainer is suspended.
    work.changes.expect(&file.trainer_party.user);
    Case::from(file).end(work, Verb::Cancel, taker, reason)
}

/// Calls off a lesson of a series and all later ones, as far as they can still be.
///
/// An owner's pending lessons among them are withdrawn.
///
/// # Errors
///
/// [`BookingError::NothingToCancel`] if there is none; else as for [`CancelBooking`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CancelSeries {
    /// Which series.
    pub series: SeriesId,
    /// The start of the first lesson that is called off.
    pub from: Instant,
    /// Why; a trainer and an admin must say.
    pub reason: Option<Reason>,
}

/// The lessons of a series that ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesCancelled {
    /// Every lesson that ended, by start.
    pub lessons: Vec<BookingEnded>,
}

#[async_trait]
impl Command for CancelSeries {
    const KIND: CommandKind = CommandKind::CancelSeries;
    type Outcome = SeriesCancelled;
    type Facts = Vec<BookingFile>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Vec<BookingFile>), RepositoryError> {
        loading.repository.series_files(loading.caller, self.series, self.from).await
    }

    fn decide(
        &self,
        facts: Vec<BookingFile>,
        work: &mut Work<'_>,
    ) -> Result<SeriesCancelled, Error> {
        let unknown = Error::NotFound(SubjectKind::Series);
        let taker = match facts.first().ok_or(unknown).map(|file| side(work.acting, file)) {
            Ok(Ok(taker)) => taker,
            Ok(Err(Error::NotFound(_))) => return Err(Error::NotFound(SubjectKind::Series)),
            Ok(Err(error)) | Err(error) => return Err(error),
        };
        let now = work.now();
        let mut lessons = Vec::new();
        for file in &facts {
            let booking = &file.booking;
            let verb = [Verb::Cancel, Verb::Withdraw]
                .into_iter()
                .find(|&verb| Edge::find(verb, booking.status, taker).is_some());
            let Some(verb) = verb.filter(|_| now < booking.session.start()) else { continue };
            work.changes.expect(&file.trainer_party.user);
            let refund_due = Case::from(file).end(work, verb, taker, self.reason.clone())?;
            lessons.push(BookingEnded { booking: booking.id, refund_due });
        }
        if lessons.is_empty() {
            return Err(BookingError::NothingToCancel.into());
        }
        Ok(SeriesCancelled { lessons })
    }
}
