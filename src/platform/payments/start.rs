use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::settling::sought;
use crate::{
    audit::{Event, SubjectKind},
    command::{Call, CommandKind},
    ids::{BookingId, PaymentId},
    money::Money,
    payment::{Payment, PaymentError},
    platform::{
        Error, Platform,
        bookings::{Case, found, side},
        execute::{Command, Loading},
        work::Work,
    },
    provider::Provider,
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
/// [`PaymentError`] if the booking has ended or lapsed, the trainer did not come, it is free, or is
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

/// Notes how the provider calls a payment, as it answered when it was asked to collect it.
///
/// What the provider reported under that name before it was known counts from now on. Nothing
/// happens where the name is known already.
///
/// # Errors
///
/// [`Error::NotFound`] if the provider has no such payment, or calls another one so;
/// [`PaymentError::OtherName`] if it calls this one by another name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NamePayment {
    /// Which payment.
    pub payment: PaymentId,
    /// Who collects it.
    pub provider: Provider,
    /// The provider's name for it.
    pub reference: Token,
}

#[async_trait]
impl Command for NamePayment {
    const KIND: CommandKind = CommandKind::NamePayment;
    type Outcome = ();
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

    fn decide(&self, facts: Option<PaymentCase>, work: &mut Work<'_>) -> Result<(), Error> {
        let case = facts.filter(|case| case.payment == self.payment);
        let (file, payment, mut rows) = sought(case.as_ref(), SubjectKind::Payment)?;
        match &payment.provider_reference {
            Some(known) if *known == self.reference => return Ok(()),
            Some(_) => return Err(PaymentError::OtherName.into()),
            None => {}
        }
        let now = work.now();
        rows.payment.provider_reference = Some(self.reference.clone());
        rows.payment.updated_at = now;
        let reports = case.iter().flat_map(|case| &case.reports).map(|report| &report.event);
        let mut settlement = rows.reported(reports, &mut work.ids, now)?.settlement;
        settlement.payment.get_or_insert(rows.payment);
        work.settle(&Case::from(file), payment, settlement);
        work.record(Event::PaymentNamed { payment: self.payment });
        Ok(())
    }

    async fn follow_up(&self, platform: &Platform, call: Call, (): ()) -> Result<(), Error> {
        // What was taken in meanwhile did not find the payment yet.
        platform.catch_up(call, &self.provider, &self.reference).await
    }
}
