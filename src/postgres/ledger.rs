//! The whole ledger, with what an audit compares it with.

use std::sync::LazyLock;

use async_trait::async_trait;
use uuid::Uuid;

use super::{
    PostgresRepository,
    parameters::Parameters,
    part::{Part, Statement, list, records_of, rows},
};
use crate::{
    booking::Booking,
    ids::{Id, LedgerEntryId, PaymentId, PayoutId, ProviderEventId},
    ledger::{AuditedPayment, AuditedPayout, Balances, LedgerEntry},
    payment::{Dispute, Payment, PaymentFile, Refund},
    payout::{Payout, PayoutItem},
    provider::{Provider, ProviderEvent, ProviderEventRecord},
    repository::{LedgerQueries, Result, Table, Versioned},
    sql::{Field, Record as _, account_total, balances, orphan},
    text::Token,
};

/// From which key on (`$1`), whether that one is part of the page (`$2`), and how many (`$3`).
const PAGE: &str = "t.id >= $1 AND (t.id > $1 OR $2)";

fn page<K: Id + Field>(after: Option<K>, limit: u16) -> Result<Parameters> {
    let from = after.map_or(Uuid::nil(), Id::as_uuid);
    Parameters::new().and(from)?.and(after.is_none())?.and(i64::from(limit))
}

/// Names a page of the keys of a table.
fn page_of(table: Table, columns: &str) -> String {
    let table = table.name();
    format!(
        "WITH page AS MATERIALIZED (
             SELECT {columns} FROM @.{table} t WHERE {PAGE} ORDER BY t.id LIMIT $3)"
    )
}

/// Asks for the events under the names of what is on the page.
fn reports() -> Part<Vec<ProviderEventRecord>> {
    records_of::<ProviderEventRecord, _>(
        "",
        "WHERE (t.provider, t.reference) IN (SELECT provider, provider_reference FROM page)
         ORDER BY t.id",
        ProviderEventRecord::decode,
    )
}

fn reports_on(
    reports: &[ProviderEventRecord],
    provider: &Provider,
    reference: Option<&Token>,
) -> Vec<ProviderEvent> {
    let is_on = |event: &&ProviderEvent| {
        event.provider == *provider && Some(event.happening.reference()) == reference
    };
    reports.iter().map(|report| &report.event).filter(is_on).cloned().collect()
}

static PAYMENTS: LazyLock<Statement<Vec<AuditedPayment>>> = LazyLock::new(|| {
    let page = page_of(Table::Payment, "t.id, t.booking_id, t.provider, t.provider_reference");
    let ids = list("id", "FROM page ORDER BY id", |fields| fields.take_of(Table::Payment));
    let parts = ids
        .and(rows::<Payment>("WHERE t.booking_id IN (SELECT booking_id FROM page) ORDER BY t.id"))
        .and(rows::<Booking>("WHERE t.id IN (SELECT booking_id FROM page)"))
        .and(rows::<Refund>("WHERE t.payment_id IN (SELECT id FROM page) ORDER BY t.id"))
        .and(rows::<Dispute>("WHERE t.booking_id IN (SELECT booking_id FROM page) ORDER BY t.id"))
        .and(records_of::<LedgerEntry, _>(
            "",
            "WHERE t.payment_id IN (SELECT id FROM page) ORDER BY t.id",
            LedgerEntry::decode,
        ))
        .and(rows::<PayoutItem>(
            // As an array, which the planner does not join by a walk through the table.
            "WHERE t.entry_id = ANY(ARRAY(SELECT id FROM @.ledger_entries
                                           WHERE payment_id IN (SELECT id FROM page)))
             ORDER BY t.entry_id, t.payout_id",
        ))
        .and(reports());
    let audited = parts.map(|(((loaded, entries), items), reports)| {
        let ((((ids, payments), bookings), refunds), disputes) = loaded;
        let around =
            AroundPayments { payments, bookings, refunds, disputes, entries, items, reports };
        ids.into_iter().map(|id| around.audited(id)).collect()
    });
    Statement::with(&page, audited)
});

struct AroundPayments {
    payments: Vec<Versioned<Payment>>,
    bookings: Vec<Versioned<Booking>>,
    refunds: Vec<Versioned<Refund>>,
    disputes: Vec<Versioned<Dispute>>,
    entries: Vec<LedgerEntry>,
    items: Vec<Versioned<PayoutItem>>,
    reports: Vec<ProviderEventRecord>,
}

impl AroundPayments {
    fn audited(&self, id: PaymentId) -> Result<AuditedPayment> {
        let payment = self.payments.iter().find(|known| known.id == id).ok_or_else(orphan)?;
        let booking = self.bookings.iter().find(|known| known.id == payment.booking);
        let file = PaymentFile::gather(
            booking.ok_or_else(orphan)?,
            payment,
            self.payments.iter().map(|other| &**other),
            self.refunds.iter().map(|refund| &**refund),
            self.disputes.iter().map(|dispute| &**dispute),
        );
        let entries = self.entries.iter().filter(|entry| entry.payment == Some(id));
        let entries: Vec<LedgerEntry> = entries.cloned().collect();
        let is_own =
            |item: &&Versioned<PayoutItem>| entries.iter().any(|entry| entry.id == item.entry);
        let items = self.items.iter().filter(is_own).map(|item| **item).collect();
        let reports =
            reports_on(&self.reports, &payment.provider, payment.provider_reference.as_ref());
        Ok(AuditedPayment { reports, file, entries, items })
    }
}

static PAYOUTS: LazyLock<Statement<Vec<AuditedPayout>>> = LazyLock::new(|| {
    let page = page_of(
        Table::Payout,
        "t.id, t.trainer_id, t.currency, t.provider, t.provider_reference, t.created_at",
    );
    let parts = rows::<Payout>("WHERE t.id IN (SELECT id FROM page) ORDER BY t.id")
        .and(rows::<PayoutItem>("WHERE t.payout_id IN (SELECT id FROM page) ORDER BY t.entry_id"))
        .and(records_of::<LedgerEntry, _>(
            "",
            "WHERE t.id = ANY(ARRAY(SELECT entry_id FROM @.payout_items
                                     WHERE payout_id IN (SELECT id FROM page)))
             ORDER BY t.id",
            LedgerEntry::decode,
        ))
        .and(records_of::<LedgerEntry, _>(
            "",
            "WHERE t.payout_id IN (SELECT id FROM page) ORDER BY t.id",
            LedgerEntry::decode,
        ))
        .and(rows::<Payout>(
            "WHERE t.id IN (
                 SELECT last.id FROM page CROSS JOIN LATERAL (
                     SELECT p.id FROM @.payouts p
                      WHERE p.trainer_id = page.trainer_id AND p.currency = page.currency
                        AND p.state = 'processed' AND p.processed_at <= page.created_at
                        AND p.id <> page.id
                      ORDER BY p.processed_at DESC, p.id DESC LIMIT 1) last)",
        ))
        .and(reports());
    let audited = parts.map(|(((((payouts, items), held), entries), last), reports)| {
        let audited = payouts.into_iter().map(|payout| {
            let payout = payout.into_value();
            let items = items.iter().filter(|item| item.payout == payout.id);
            let items: Vec<PayoutItem> = items.map(|item| **item).collect();
            let held = held.iter().filter(|entry| items.iter().any(|item| item.entry == entry.id));
            let entries = entries.iter().filter(|entry| entry.payout == Some(payout.id));
            let came_before = |other: &&Versioned<Payout>| {
                other.trainer == payout.trainer
                    && other.amount.currency() == payout.amount.currency()
                    && other.id != payout.id
                    && other.processed_at.is_some_and(|at| at <= payout.created_at)
            };
            let last = last.iter().filter(came_before);
            let last = last.max_by_key(|other| (other.processed_at, other.id));
            AuditedPayout {
                reports: reports_on(&reports, &payout.provider, payout.provider_reference.as_ref()),
                held: held.cloned().collect(),
                entries: entries.cloned().collect(),
                last: last.map(|last| (**last).clone()),
                items,
                payout,
            }
        });
        Ok(audited.collect())
    });
    Statement::with(&page, audited)
});

#[async_trait]
impl LedgerQueries for PostgresRepository {
    async fn audited_payments(
        &self,
        after: Option<PaymentId>,
        limit: u16,
    ) -> Result<Vec<AuditedPayment>> {
        self.ask_replica(&PAYMENTS, page(after, limit)?).await
    }

    async fn audited_payouts(
        &self,
        after: Option<PayoutId>,
        limit: u16,
    ) -> Result<Vec<AuditedPayout>> {
        self.ask_replica(&PAYOUTS, page(after, limit)?).await
    }

    async fn stray_entries(
        &self,
        after: Option<LedgerEntryId>,
        limit: u16,
    ) -> Result<Vec<LedgerEntry>> {
        static ENTRIES: LazyLock<Statement<Vec<LedgerEntry>>> = LazyLock::new(|| {
            let strays = format!(
                "WHERE t.payment_id IS NULL AND t.payout_id IS NULL AND {PAGE}
                 ORDER BY t.id LIMIT $3"
            );
            records_of::<LedgerEntry, _>("", &strays, LedgerEntry::decode).into()
        });
        self.ask_replica(&ENTRIES, page(after, limit)?).await
    }

    async fn stray_reports(
        &self,
        after: Option<ProviderEventId>,
        limit: u16,
    ) -> Result<Vec<ProviderEventRecord>> {
        static REPORTS: LazyLock<Statement<Vec<ProviderEventRecord>>> = LazyLock::new(|| {
            let strays = format!(
                "WHERE {PAGE}
                   AND (SELECT true FROM @.payments p
                         WHERE p.provider = t.provider
                           AND p.provider_reference = t.reference) IS NULL
                   AND (SELECT true FROM @.payouts p
                         WHERE p.provider = t.provider
                           AND p.provider_reference = t.reference) IS NULL
                 ORDER BY t.id LIMIT $3"
            );
            records_of::<ProviderEventRecord, _>("", &strays, ProviderEventRecord::decode).into()
        });
        self.ask_replica(&REPORTS, page(after, limit)?).await
    }

    async fn account_totals(&self) -> Result<Balances> {
        static TOTALS: LazyLock<Statement<Balances>> = LazyLock::new(|| {
            let totals = list(
                "account, currency, total",
                "FROM (SELECT account, currency, sum(amount)::bigint AS total FROM (
                           SELECT credit_account AS account, currency, amount
                             FROM @.ledger_entries
                           UNION ALL
                           SELECT debit_account, currency, -amount FROM @.ledger_entries) legs
                        GROUP BY account, currency) totals",
                account_total,
            );
            totals.map(balances).into()
        });
        self.ask_replica(&TOTALS, Parameters::new()).await
    }
}
