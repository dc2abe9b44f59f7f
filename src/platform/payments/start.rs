use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::settling::sought;
use crate::{
    audit::{Event, SubjectKind},
    command::{Call, CommandKind},
    ids::{BookingId, PaymentId},
    money::Money,
    payment::{Payment, PaymentFile, PaymentStatus},
    platform::{
        Error, Platform,
        bookings::{Case, found, side},
        execute::{Command, Loading},
        work::Work,
    },
    provider::{PaymentAnswer, PaymentOutcome, Provider},
    repository::{BookingFile, Caller, PaymentCase, PaymentSought, RepositoryError},
    text::Token,
};

/// Begins to pay for a lesson, as its owner.
///
/// Every attempt is a payment of its own; one that failed or was left alone hinders no other. What
/// the provider is asked for carries the payment's id, so that its reports find it.
///
/// # Errors
///
/// [`PaymentError`](crate::payment::PaymentError) if the booking has ended or lapsed, the trainer did not come, it is free, or is
/// paid already.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StartPayment {
    /// The id of the new payment, made by the caller.
    pub payment: PaymentId,
    /// Which booking.
    pub booking: BookingId,
    /// Who is to collect it.
    pub provider: Provider,
}

/// A payment that was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentStarted {
    /// Which payment.
    pub payment: PaymentId,
    /// How much is to be collected: the booking's price.
    pub amount: Money,
}

#[async_trait]
impl Command for StartPayment {
    const KIND: CommandKind = CommandKind::StartPayment;
    type Outcome = PaymentStarted;
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
    ) -> Result<PaymentStarted, Error> {
        let file = found(facts)?;
        side(work.acting, &file)?;
        let earlier = file.payments.iter().map(|payment| &**payment);
        let provider = self.provider.clone();
        let payment = Payment::start(self.payment, &file.booking, provider, earlier, work.now())?;
        let amount = payment.amount;
        // Whoever ends or pays the booking meanwhile bumps its row.
        work.changes.expect(&file.booking);
        work.changes.insert(payment);
        let (payment, booking) = (self.payment, self.booking);
        work.record(Event::PaymentStarted { payment, booking, amount });
        Ok(PaymentStarted { payment, amount })
    }
}

/// Records how a provider answered when it was asked to collect, capture or give up a payment, or what
/// looking that up showed.
///
/// What it calls the payment is noted, and what it reported under that name before counts from now
/// on. Whether it has the money counts as if it had reported so, in whatever order the two come; a
/// service that asks again and again needs no reports. What an owner's device needs to go on is not
/// for us to keep.
///
/// # Errors
///
/// [`Error::NotFound`] if the provider has no such payment, or calls another one so;
/// [`PaymentError::OtherName`](crate::payment::PaymentError::OtherName) if it calls this one by another name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordPayment {
    /// Which payment.
    pub payment: PaymentId,
    /// Who collects it.
    pub provider: Provider,
    /// The provider's name for it.
    pub reference: Token,
    /// How it stands.
    pub outcome: PaymentOutcome,
}

/// How a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentRecorded {
    /// Which payment.
    pub payment: PaymentId,
    /// How it stands.
    pub status: PaymentStatus,
    /// Whether nothing, or nothing more, was owed, so that all of it goes back.
    pub surplus: bool,
}

impl RecordPayment {
    /// Takes what is to be kept of an answer.
    #[must_use]
    pub fn of(payment: PaymentId, provider: Provider, answer: &PaymentAnswer) -> Self {
        let (reference, outcome) = (answer.reference.clone(), answer.outcome);
        Self { payment, provider, reference, outcome }
    }
}

#[async_trait]
impl Command for RecordPayment {
    const KIND: CommandKind = CommandKind::RecordPayment;
    type Outcome = PaymentRecorded;
    type Facts = Option<PaymentCase>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<PaymentCase>), RepositoryError> {
        let sought = PaymentSought::Reported {
            provider: self.provider.clone(),
            reference: self.reference.clone(),
            payment: Some(self.payment),
            refund: None,
        };
        loading.repository.payment_case(loading.caller, &sought).await
    }

    fn decide(
        &self,
        facts: Option<PaymentCase>,
        work: &mut Work<'_>,
    ) -> Result<PaymentRecorded, Error> {
        let case = facts.filter(|case| case.payment == self.payment);
        let (file, payment, rows) = sought(case.as_ref(), SubjectKind::Payment)?;
        let reports = case.iter().flat_map(|case| &case.reports).map(|report| &report.event);
        let (ids, now) = (&mut work.ids, work.call.now);
        let settlement = rows.answered(&self.reference, self.outcome, reports, ids, now)?;
        let PaymentFile { payment: after, .. } = rows.settled(&settlement);
        if payment.provider_reference.is_none() {
            work.record(Event::PaymentNamed { payment: self.payment });
        }
        if !settlement.is_empty() {
            work.settle(&Case::from(file), payment, settlement);
        }
        let (status, surplus) = (after.status, after.surplus);
        Ok(PaymentRecorded { payment: self.payment, status, surplus })
    }

    async fn follow_up(
        &self,
        platform: &Platform,
        call: Call,
        outcome: PaymentRecorded,
    ) -> Result<PaymentRecorded, Error> {
        // What was taken in meanwhile did not find the payment yet.
        platform.catch_up(call, &self.provider, &self.reference).await?;
        Ok(outcome)
    }
}
