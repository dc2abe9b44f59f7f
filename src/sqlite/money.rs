//! Payments, refunds, disputes and the ledger.

use async_trait::async_trait;

use super::{
    SqliteRepository,
    rows::{Snapshot, select},
};
use crate::{
    ids::{BookingId, PaymentId, PayoutId, QuoteId, TrainerId},
    ledger::LedgerEntry,
    money::Currency,
    payment::{Dispute, Payment, Refund},
    payout::{Payout, PayoutItem},
    provider::{Provider, ProviderEventRecord},
    quote::Quote,
    repository::{
        LessonPayment, MoneyQueries, Page, PageRequest, PaymentCase, PaymentFilter, PaymentSought,
        PayoutFilter, Result, StatementRows, TrainerEarnings, Versioned,
    },
    sql::{Record as _, Value, orphan},
    text::Token,
    time::Interval,
};

impl Snapshot<'_> {
    pub(super) fn payments(self, booking: BookingId) -> Result<Vec<Versioned<Payment>>> {
        self.rows(select!(Payment, "WHERE booking_id = $1 ORDER BY id"), &[booking.into()])
    }

    /// Returns the refunds of a booking's payments, by id.
    pub(super) fn refunds(self, booking: BookingId) -> Result<Vec<Versioned<Refund>>> {
        self.rows(
            select!(
                Refund,
                "WHERE payment_id IN (SELECT id FROM payments WHERE booking_id = $1)
                 ORDER BY id"
            ),
            &[booking.into()],
        )
    }

    pub(super) fn refunds_of(self, payment: PaymentId) -> Result<Vec<Versioned<Refund>>> {
        self.rows(select!(Refund, "WHERE payment_id = $1 ORDER BY id"), &[payment.into()])
    }

    pub(super) fn quote(self, id: QuoteId) -> Result<Option<Versioned<Quote>>> {
        self.row(select!(Quote, "WHERE id = $1"), &[id.into()])
    }

    fn payment_sought(self, sought: &PaymentSought) -> Result<Option<Versioned<Payment>>> {
        match sought {
            PaymentSought::Payment(id) => {
                self.row(select!(Payment, "WHERE id = $1"), &[(*id).into()])
            }
            PaymentSought::Refund(id) => self.row(
                select!(Payment, "WHERE id = (SELECT payment_id FROM refunds WHERE id = $1)"),
                &[(*id).into()],
            ),
            PaymentSought::Dispute(id) => self.row(
                select!(Payment, "WHERE id = (SELECT payment_id FROM disputes WHERE id = $1)"),
                &[(*id).into()],
            ),
            PaymentSought::Reported { provider, reference, payment, refund } => {
                let name = [provider.as_str().into(), reference.as_str().into()];
                let by_name = select!(Payment, "WHERE provider = $1 AND provider_reference = $2");
                if let Some(named) = self.row(by_name, &name)? {
                    return Ok(Some(named));
                }
                let of_provider = |payment: &Versioned<Payment>| payment.provider == *provider;
                for sought in
                    [payment.map(PaymentSought::Payment), refund.map(PaymentSought::Refund)]
                {
                    let Some(sought) = sought else { continue };
                    if let Some(found) = self.payment_sought(&sought)?.filter(of_provider) {
                        return Ok(Some(found));
                    }
                }
                Ok(None)
            }
        }
    }

    /// Loads a payment with everything around it.
    pub(super) fn payment_case(self, sought: &PaymentSought) -> Result<Option<PaymentCase>> {
        let Some(payment) = self.payment_sought(sought)? else { return Ok(None) };
        let file = self.booking_file(payment.booking)?.ok_or_else(orphan)?;
        let asked = match sought {
            PaymentSought::Reported { reference, .. } => Some(reference),
            _ => None,
        };
        let own = payment.provider_reference.as_ref();
        let reports = self.reports_about(&payment.provider, own, asked)?;
        Ok(Some(PaymentCase { payment: payment.id, file, reports }))
    }

    /// Returns a provider's events about either of two names, by id.
    pub(super) fn reports_about(
        self,
        provider: &Provider,
        own: Option<&Token>,
        asked: Option<&Token>,
    ) -> Result<Vec<ProviderEventRecord>> {
        self.all(
            select!(
                ProviderEventRecord,
                "WHERE provider = $1 AND reference IN ($2, $3) ORDER BY id"
            ),
            &[provider.as_str().into(), or_null(own), or_null(asked)],
            ProviderEventRecord::decode,
        )
    }

    pub(super) fn disputes(self, booking: BookingId) -> Result<Vec<Versioned<Dispute>>> {
        self.rows(select!(Dispute, "WHERE booking_id = $1 ORDER BY id"), &[booking.into()])
    }
}

fn or_null(name: Option<&Token>) -> Value<'_> {
    name.map_or(Value::Null, |name| name.as_str().into())
}

#[async_trait]
impl MoneyQueries for SqliteRepository {
    async fn payments(&self, booking: BookingId) -> Result<Vec<Versioned<Payment>>> {
        self.read(move |snapshot| snapshot.payments(booking)).await
    }

    async fn lesson_payments(
        &self,
        filter: &PaymentFilter,
        page: PageRequest,
    ) -> Result<Page<LessonPayment>> {
        let filter = filter.clone();
        self.read(move |snapshot| snapshot.lesson_payments(&filter, page)).await
    }

    async fn refunds(&self, booking: BookingId) -> Result<Vec<Versioned<Refund>>> {
        self.read(move |snapshot| snapshot.refunds(booking)).await
    }

    async fn disputes(&self, booking: BookingId) -> Result<Vec<Versioned<Dispute>>> {
        self.read(move |snapshot| snapshot.disputes(booking)).await
    }

    async fn ledger(&self, booking: BookingId) -> Result<Vec<LedgerEntry>> {
        self.read(move |snapshot| {
            snapshot.all(
                select!(LedgerEntry, "WHERE booking_id = $1 ORDER BY created_at, id"),
                &[booking.into()],
                LedgerEntry::decode,
            )
        })
        .await
    }

    async fn payouts(
        &self,
        filter: &PayoutFilter,
        page: PageRequest,
    ) -> Result<Page<Versioned<Payout>>> {
        let filter = filter.clone();
        self.read(move |snapshot| snapshot.payouts(&filter, page)).await
    }

    async fn payout_items(&self, payout: PayoutId) -> Result<Vec<Versioned<PayoutItem>>> {
        self.read(move |snapshot| snapshot.payout_items(payout)).await
    }

    async fn statement_rows(
        &self,
        trainer: TrainerId,
        currency: Currency,
        period: Interval,
    ) -> Result<StatementRows> {
        self.read(move |snapshot| snapshot.statement_rows(trainer, currency, period)).await
    }

    async fn trainer_earnings(&self, trainer: TrainerId) -> Result<TrainerEarnings> {
        self.read(move |snapshot| snapshot.trainer_earnings(trainer)).await
    }
}
