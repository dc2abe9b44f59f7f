use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{
    cancel::BookingEnded,
    case::{Case, found, side},
};
use crate::{
    audit::Event,
    booking::Verb,
    command::CommandKind,
    ids::BookingId,
    notification::NotificationKind,
    platform::{
        Error,
        execute::{Command, Loading},
        work::Work,
    },
    repository::{BookingFile, Caller, RepositoryError},
    text::Reason,
};

/// Accepts a request, as its trainer.
///
/// # Errors
///
/// [`BookingError`](crate::booking::BookingError) if it is not pending, its hold has run out, it
/// has begun, or a party is suspended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AcceptBooking {
    /// Which booking.
    pub booking: BookingId,
}

#[async_trait]
impl Command for AcceptBooking {
    const KIND: CommandKind = CommandKind::AcceptBooking;
    type Outcome = ();
    type Facts = Option<BookingFile>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<BookingFile>), RepositoryError> {
        loading.repository.booking_file(loading.caller, self.booking).await
    }

    fn decide(&self, facts: Option<BookingFile>, work: &mut Work<'_>) -> Result<(), Error> {
        let file = found(facts)?;
        let taker = side(work.acting, &file)?;
        let case = Case::from(&file);
        let accepted = file.booking.clone().into_value().accept(&case.occasion(work, taker))?;
        work.changes.expect(&file.owner_party.user);
        work.changes.expect(&file.trainer_party.user);
        work.changes.update(file.booking.with(accepted));
        work.record(Event::BookingAccepted { booking: self.booking });
        case.tell(work, Some(NotificationKind::BookingAccepted), None);
        Ok(())
    }
}

/// Turns a request down, as its trainer; the owner gets back whatever was paid.
///
/// # Errors
///
/// [`BookingError`](crate::booking::BookingError) if it is not pending.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeclineBooking {
    /// Which booking.
    pub booking: BookingId,
    /// Why, for the owner to read.
    pub reason: Option<Reason>,
}

#[async_trait]
impl Command for DeclineBooking {
    const KIND: CommandKind = CommandKind::DeclineBooking;
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
        let refund_due = Case::from(&file).end(work, Verb::Decline, taker, self.reason.clone())?;
        Ok(BookingEnded { booking: self.booking, refund_due })
    }
}

/// Takes a request back, as its owner, who gets back whatever was paid.
///
/// # Errors
///
/// [`BookingError`](crate::booking::BookingError) if it is not pending.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawBooking {
    /// Which booking.
    pub booking: BookingId,
}

#[async_trait]
impl Command for WithdrawBooking {
    const KIND: CommandKind = CommandKind::WithdrawBooking;
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
        let refund_due = Case::from(&file).end(work, Verb::Withdraw, taker, None)?;
        Ok(BookingEnded { booking: self.booking, refund_due })
    }
}
