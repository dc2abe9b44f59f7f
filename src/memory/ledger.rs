//! The whole ledger, with what an audit compares it with.

use async_trait::async_trait;

use super::{MemoryRepository, tables::Tables};
use crate::{
    ids::{LedgerEntryId, PaymentId, PayoutId, ProviderEventId},
    ledger::{AuditedPayment, AuditedPayout, Balances, LedgerEntry},
    payment::{Payment, PaymentFile},
    payout::{Payout, PayoutItem},
    provider::{Provider, ProviderEvent, ProviderEventRecord},
    repository::{LedgerQueries, PayoutDue, RepositoryError, Result, Table, UniqueKey, Versioned},
    text::Token,
};

impl Tables {
    fn audited_payment(&self, payment: &Payment) -> Option<AuditedPayment> {
        let booking = self.bookings.get(payment.booking)?;
        let siblings = self.payments_of(booking.id);
        let refunds = self.refunds_over(booking.id);
        let disputes = self.disputes_over(booking.id);
        let file = PaymentFile::gather(
            booking,
            payment,
            siblings.iter().map(|sibling| &**sibling),
            refunds.iter().map(|refund| &**refund),
            disputes.iter().map(|dispute| &**dispute),
        );
        let entries = self.entries(self.ledger.by.payment.of(payment.id).map(|(_, id)| id));
        let items = entries.iter().flat_map(|entry| self.items_over(entry.id));
        let items = items.map(Versioned::into_value).collect();
        let reports = self.reports_on(&payment.provider, payment.provider_reference.as_ref());
        Some(AuditedPayment { items, reports, file, entries })
    }

    fn audited_payout(&self, payout: &Payout) -> AuditedPayout {
        let held = self.payout_items.by.payout.of(payout.id);
        let items = held.filter_map(|entry| self.payout_items.get((payout.id, *entry)));
        let items: Vec<PayoutItem> = items.map(|item| **item).collect();
        AuditedPayout {
            held: self.entries(items.iter().map(|item| &item.entry)),
            entries: self.entries(self.ledger.by.payout.of(payout.id).map(|(_, id)| id)),
            last: self.processed_before(payout).cloned(),
            reports: self.reports_on(&payout.provider, payout.provider_reference.as_ref()),
            payout: payout.clone(),
            items,
        }
    }

    fn entries<'k>(&self, keys: impl IntoIterator<Item = &'k LedgerEntryId>) -> Vec<LedgerEntry> {
        let entries = keys.into_iter().filter_map(|key| self.ledger.get(*key));
        let mut entries: Vec<LedgerEntry> = entries.map(|entry| (**entry).clone()).collect();
        entries.sort_by_key(|entry| entry.id);
        entries
    }

    fn reports_on(&self, provider: &Provider, reference: Option<&Token>) -> Vec<ProviderEvent> {
        let about = reference.map(|reference| (provider.clone(), reference.clone()));
        let ids = about.and_then(|about| self.provider_events.by.reference.get(&about));
        let known = ids.into_iter().flatten().filter_map(|id| self.provider_events.get(*id));
        known.map(|report| report.event.clone()).collect()
    }

    /// Returns the payout that was processed last when another one was made.
    fn processed_before(&self, payout: &Payout) -> Option<&Payout> {
        let due = PayoutDue { trainer: payout.trainer, currency: payout.amount.currency() };
        let processed = self.payouts.by.processed.of(due);
        let before =
            processed.filter(|(at, other)| *at <= payout.created_at && *other != payout.id).last();
        self.payouts.get(before?.1).map(|last| &**last)
    }

    fn is_stray(&self, event: &ProviderEvent) -> bool {
        let (provider, reference) = (&event.provider, event.happening.reference());
        let payment = UniqueKey::PaymentReference(provider.clone(), reference.clone());
        let payout = UniqueKey::PayoutReference(provider.clone(), reference.clone());
        !self.unique.contains_key(&payment) && !self.unique.contains_key(&payout)
    }
}

#[async_trait]
impl LedgerQueries for MemoryRepository {
    async fn audited_payments(
        &self,
        after: Option<PaymentId>,
        limit: u16,
    ) -> Result<Vec<AuditedPayment>> {
        let tables = self.read();
        let page = tables.payments.after(after).take(limit.into());
        Ok(page.filter_map(|payment| tables.audited_payment(payment)).collect())
    }

    async fn audited_payouts(
        &self,
        after: Option<PayoutId>,
        limit: u16,
    ) -> Result<Vec<AuditedPayout>> {
        let tables = self.read();
        let page = tables.payouts.after(after).take(limit.into());
        Ok(page.map(|payout| tables.audited_payout(payout)).collect())
    }

    async fn stray_entries(
        &self,
        after: Option<LedgerEntryId>,
        limit: u16,
    ) -> Result<Vec<LedgerEntry>> {
        let tables = self.read();
        let strays = tables
            .ledger
            .after(after)
            .filter(|entry| entry.payment.is_none() && entry.payout.is_none());
        Ok(strays.take(limit.into()).map(|entry| (**entry).clone()).collect())
    }

    async fn stray_reports(
        &self,
        after: Option<ProviderEventId>,
        limit: u16,
    ) -> Result<Vec<ProviderEventRecord>> {
        let tables = self.read();
        let strays =
            tables.provider_events.after(after).filter(|record| tables.is_stray(&record.event));
        Ok(strays.take(limit.into()).map(|record| (**record).clone()).collect())
    }

    async fn account_totals(&self) -> Result<Balances> {
        let tables = self.read();
        Balances::of(tables.ledger.iter().map(|entry| &**entry)).map_err(|source| {
            RepositoryError::Corrupt { table: Table::LedgerEntry.name(), source: source.into() }
        })
    }
}
