//! The whole ledger, with what an audit compares it with.

use async_trait::async_trait;
use uuid::Uuid;

use super::{
    SqliteRepository,
    rows::{Snapshot, select},
};
use crate::{
    ids::{Id, LedgerEntryId, PaymentId, PayoutId, ProviderEventId},
    ledger::{AuditedPayment, AuditedPayout, Balances, LedgerEntry},
    payment::{Payment, PaymentFile},
    payout::{Payout, PayoutItem},
    provider::{Provider, ProviderEvent, ProviderEventRecord},
    repository::{LedgerQueries, Result, Versioned},
    sql::{Record as _, Value, account_total, balances, orphan},
    text::Token,
};

/// The parameters of a page of rows that follow a key: from which key on, whether that one is part
/// of the page, and how many.
fn page<K: Id>(after: Option<K>, limit: u16) -> [Value<'static>; 3] {
    let from = after.map_or(Uuid::nil(), Id::as_uuid);
    [Value::Uuid(from), Value::Bool(after.is_none()), Value::Integer(limit.into())]
}

impl Snapshot<'_> {
    fn audited_payment(self, payment: &Payment) -> Result<AuditedPayment> {
        let booking = self.booking(payment.booking)?.ok_or_else(orphan)?;
        let siblings = self.payments(booking.id)?;
        let refunds = self.refunds_of(payment.id)?;
        let disputes = self.disputes(booking.id)?;
        let entries = self.all(
            select!(LedgerEntry, "WHERE payment_id = $1 ORDER BY id"),
            &[payment.id.into()],
            LedgerEntry::decode,
        )?;
        let items = self.rows::<PayoutItem>(
            select!(
                PayoutItem,
                "WHERE entry_id IN (SELECT id FROM ledger_entries WHERE payment_id = $1)
                 ORDER BY entry_id, payout_id"
            ),
            &[payment.id.into()],
        )?;
        Ok(AuditedPayment {
            file: PaymentFile::gather(
                &booking,
                payment,
                siblings.iter().map(|sibling| &**sibling),
                refunds.iter().map(|refund| &**refund),
                disputes.iter().map(|dispute| &**dispute),
            ),
            entries,
            items: items.into_iter().map(Versioned::into_value).collect(),
            reports: self.reports_on(&payment.provider, payment.provider_reference.as_ref())?,
        })
    }

    fn reports_on(
        self,
        provider: &Provider,
        reference: Option<&Token>,
    ) -> Result<Vec<ProviderEvent>> {
        let Some(reference) = reference else { return Ok(Vec::new()) };
        let records = self.all(
            select!(ProviderEventRecord, "WHERE provider = $1 AND reference = $2 ORDER BY id"),
            &[provider.as_str().into(), reference.as_str().into()],
            ProviderEventRecord::decode,
        )?;
        Ok(records.into_iter().map(|record| record.event).collect())
    }

    fn audited_payout(self, payout: Payout) -> Result<AuditedPayout> {
        let own = [payout.id.into()];
        let items = self.rows::<PayoutItem>(
            select!(PayoutItem, "WHERE payout_id = $1 ORDER BY entry_id"),
            &own,
        )?;
        let held = self.all(
            select!(
                LedgerEntry,
                "WHERE id IN (SELECT entry_id FROM payout_items WHERE payout_id = $1) ORDER BY id"
            ),
            &own,
            LedgerEntry::decode,
        )?;
        let entries = self.all(
            select!(LedgerEntry, "WHERE payout_id = $1 ORDER BY id"),
            &own,
            LedgerEntry::decode,
        )?;
        let currency = payout.amount.currency();
        let last = self.row::<Payout>(
            select!(
                Payout,
                "WHERE trainer_id = $1 AND currency = $2 AND state = 'processed'
                   AND processed_at <= $3 AND id <> $4
                 ORDER BY processed_at DESC, id DESC LIMIT 1"
            ),
            &[
                payout.trainer.into(),
                currency.code().into(),
                payout.created_at.into(),
                payout.id.into(),
            ],
        )?;
        Ok(AuditedPayout {
            reports: self.reports_on(&payout.provider, payout.provider_reference.as_ref())?,
            payout,
            items: items.into_iter().map(Versioned::into_value).collect(),
            held,
            entries,
            last: last.map(Versioned::into_value),
        })
    }
}

#[async_trait]
impl LedgerQueries for SqliteRepository {
    async fn audited_payments(
        &self,
        after: Option<PaymentId>,
        limit: u16,
    ) -> Result<Vec<AuditedPayment>> {
        self.read(move |snapshot| {
            let payments = snapshot.rows::<Payment>(
                select!(Payment, "WHERE id >= $1 AND (id > $1 OR $2) ORDER BY id LIMIT $3"),
                &page(after, limit),
            )?;
            payments.iter().map(|payment| snapshot.audited_payment(payment)).collect()
        })
        .await
    }

    async fn audited_payouts(
        &self,
        after: Option<PayoutId>,
        limit: u16,
    ) -> Result<Vec<AuditedPayout>> {
        self.read(move |snapshot| {
            let payouts = snapshot.rows::<Payout>(
                select!(Payout, "WHERE id >= $1 AND (id > $1 OR $2) ORDER BY id LIMIT $3"),
                &page(after, limit),
            )?;
            let payouts = payouts.into_iter().map(Versioned::into_value);
            payouts.map(|payout| snapshot.audited_payout(payout)).collect()
        })
        .await
    }

    async fn stray_entries(
        &self,
        after: Option<LedgerEntryId>,
        limit: u16,
    ) -> Result<Vec<LedgerEntry>> {
        self.read(move |snapshot| {
            snapshot.all(
                select!(
                    LedgerEntry,
                    "WHERE payment_id IS NULL AND payout_id IS NULL
                       AND id >= $1 AND (id > $1 OR $2)
                     ORDER BY id LIMIT $3"
                ),
                &page(after, limit),
                LedgerEntry::decode,
            )
        })
        .await
    }

    async fn stray_reports(
        &self,
        after: Option<ProviderEventId>,
        limit: u16,
    ) -> Result<Vec<ProviderEventRecord>> {
        self.read(move |snapshot| {
            snapshot.all(
                select!(
                    ProviderEventRecord,
                    "WHERE id >= $1 AND (id > $1 OR $2)
                       AND NOT EXISTS (SELECT 1 FROM payments
                                        WHERE provider = t.provider
                                          AND provider_reference = t.reference)
                       AND NOT EXISTS (SELECT 1 FROM payouts
                                        WHERE provider = t.provider
                                          AND provider_reference = t.reference)
                     ORDER BY id LIMIT $3"
                ),
                &page(after, limit),
                ProviderEventRecord::decode,
            )
        })
        .await
    }

    async fn account_totals(&self) -> Result<Balances> {
        self.read(|snapshot| {
            let sums = snapshot.all(
                "SELECT account, currency, sum(amount) FROM (
                     SELECT credit_account AS account, currency, amount FROM ledger_entries
                     UNION ALL
                     SELECT debit_account, currency, -amount FROM ledger_entries)
                  GROUP BY account, currency",
                &[],
                account_total,
            )?;
            balances(sums)
        })
        .await
    }
}
