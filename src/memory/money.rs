//! Payments, refunds, disputes, the ledger, quotes and the inbox of providers' events.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use async_trait::async_trait;

use super::{
    MemoryRepository,
    index::{Edit, Index, Pairs},
    sorted::Sorted,
    stored::{Shared, Stored},
    tables::{Row, Tables},
};
use crate::{
    ids::{
        BookingId, DisputeId, LedgerEntryId, PaymentId, PayoutId, ProviderEventId, RefundId,
        TrainerId,
    },
    ledger::{Account, LedgerEntry},
    money::Currency,
    payment::{Dispute, Payment, Refund},
    payout::{Payout, PayoutItem},
    provider::{Provider, ProviderEvent, ProviderEventRecord},
    quote::Quote,
    repository::{
        LessonPayment, MoneyQueries, Page, PageRequest, PaymentCase, PaymentFilter, PaymentSought,
        PayoutFilter, Result, StatementRows, TrainerEarnings, UniqueKey, Versioned,
    },
    text::Token,
    time::{Instant, Interval},
};

/// How payments are found.
#[derive(Debug, Default)]
pub(super) struct PaymentIndexes {
    pub(super) booking: Pairs<BookingId, PaymentId>,
}

impl Row for Payment {
    type Rows = Sorted<Self::Key, Stored<Self>>;
    type Indexes = PaymentIndexes;

    fn file(row: &Shared<Self>, by: &mut PaymentIndexes, edit: Edit) {
        edit.pair(&mut by.booking, row.booking, row.id);
    }

    fn derive(tables: &mut Tables, key: PaymentId) {
        tables.keep_parties(key);
    }
}

/// How refunds are found.
#[derive(Debug, Default)]
pub(super) struct RefundIndexes {
    pub(super) payment: Pairs<PaymentId, RefundId>,
}

impl Row for Refund {
    type Rows = Sorted<Self::Key, Stored<Self>>;
    type Indexes = RefundIndexes;

    fn file(row: &Shared<Self>, by: &mut RefundIndexes, edit: Edit) {
        edit.pair(&mut by.payment, row.payment, row.id);
    }
}

/// How disputes are found.
#[derive(Debug, Default)]
pub(super) struct DisputeIndexes {
    booking: Pairs<BookingId, DisputeId>,
}

impl Row for Dispute {
    type Rows = Sorted<Self::Key, Stored<Self>>;
    type Indexes = DisputeIndexes;

    fn file(row: &Shared<Self>, by: &mut DisputeIndexes, edit: Edit) {
        edit.pair(&mut by.booking, row.booking, row.id);
    }
}

/// How the ledger's entries are found.
#[derive(Debug, Default)]
pub(super) struct LedgerIndexes {
    pub(super) booking: Pairs<BookingId, (Instant, LedgerEntryId)>,
    pub(super) payment: Pairs<PaymentId, (Instant, LedgerEntryId)>,
    pub(super) payout: Pairs<PayoutId, (Instant, LedgerEntryId)>,
    /// The accounts of trainers.
    pub(super) account: Index<Account, LedgerEntryId>,
}

impl Row for LedgerEntry {
    type Rows = Sorted<Self::Key, Stored<Self>>;
    type Indexes = LedgerIndexes;

    fn file(row: &Shared<Self>, by: &mut LedgerIndexes, edit: Edit) {
        if let Some(booking) = row.booking {
            edit.pair(&mut by.booking, booking, (row.created_at, row.id));
        }
        if let Some(payment) = row.payment {
            edit.pair(&mut by.payment, payment, (row.created_at, row.id));
        }
        if let Some(payout) = row.payout {
            edit.pair(&mut by.payout, payout, (row.created_at, row.id));
        }
        for account in [row.debit, row.credit] {
            if account.trainer().is_some() {
                edit.index(&mut by.account, account, row.id);
            }
        }
    }

    fn derive(tables: &mut Tables, key: LedgerEntryId) {
        tables.keep_open(key);
    }
}

/// How the events of providers are found.
#[derive(Debug, Default)]
pub(super) struct ProviderEventIndexes {
    /// By the provider and its name for what they are about.
    pub(super) reference: BTreeMap<(Provider, Token), BTreeSet<ProviderEventId>>,
}

impl Row for ProviderEventRecord {
    type Rows = Sorted<Self::Key, Stored<Self>>;
    type Indexes = ProviderEventIndexes;

    fn file(row: &Shared<Self>, by: &mut ProviderEventIndexes, edit: Edit) {
        let ProviderEvent { provider, happening, .. } = &row.event;
        let about = (provider.clone(), happening.reference().clone());
        match edit {
            Edit::Add => {
                by.reference.entry(about).or_default().insert(row.id);
            }
            Edit::Remove => {
                if let Entry::Occupied(mut known) = by.reference.entry(about) {
                    known.get_mut().remove(&row.id);
                    if known.get().is_empty() {
                        known.remove();
                    }
                }
            }
        }
    }
}

impl Row for Quote {
    type Rows = Sorted<Self::Key, Stored<Self>>;
    type Indexes = ();

    fn file(_: &Shared<Self>, (): &mut (), _: Edit) {}
}

impl Tables {
    /// Returns the payments of a booking, by id.
    pub(super) fn payments_of(&self, booking: BookingId) -> Vec<Versioned<Payment>> {
        self.payments.all(self.payments.by.booking.of(booking))
    }

    /// Returns the refunds of a booking's payments, by id.
    pub(super) fn refunds_over(&self, booking: BookingId) -> Vec<Versioned<Refund>> {
        let payments = self.payments.by.booking.of(booking);
        let refunds = payments.flat_map(|id| self.refunds.by.payment.of(*id));
        let mut refunds = self.refunds.all(refunds);
        refunds.sort_by_key(|refund| refund.id);
        refunds
    }

    fn payment_sought(&self, sought: &PaymentSought) -> Option<&Versioned<Payment>> {
        match sought {
            PaymentSought::Payment(id) => self.payments.get(*id),
            PaymentSought::Refund(id) => self.payments.get(self.refunds.get(*id)?.payment),
            PaymentSought::Dispute(id) => self.payments.get(self.disputes.get(*id)?.payment?),
            PaymentSought::Reported { provider, reference, payment, refund } => {
                let name = UniqueKey::PaymentReference(provider.clone(), reference.clone());
                let of_provider = |payment: &&Versioned<Payment>| payment.provider == *provider;
                self.unique(&name)
                    .or_else(|| self.payments.get((*payment)?).filter(of_provider))
                    .or_else(|| {
                        let refund = self.refunds.get((*refund)?)?;
                        self.payments.get(refund.payment).filter(of_provider)
                    })
            }
        }
    }

    /// Loads a payment with everything around it.
    pub(super) fn payment_case(&self, sought: &PaymentSought) -> Option<PaymentCase> {
        let payment = self.payment_sought(sought)?;
        let own = payment.provider_reference.as_ref().map(|name| (&payment.provider, name));
        let asked = match sought {
            PaymentSought::Reported { provider, reference, .. } => Some((provider, reference)),
            _ => None,
        };
        Some(PaymentCase {
            payment: payment.id,
            file: self.booking_file(payment.booking)?,
            reports: self.reports_about(own.into_iter().chain(asked)),
        })
    }

    /// Returns the providers' events about some names, by id.
    pub(super) fn reports_about<'n>(
        &self,
        names: impl Iterator<Item = (&'n Provider, &'n Token)>,
    ) -> Vec<ProviderEventRecord> {
        let by = &self.provider_events.by.reference;
        let ids: BTreeSet<_> = names
            .filter_map(|(provider, name)| by.get(&(provider.clone(), name.clone())))
            .flatten()
            .collect();
        let reports = ids.into_iter().filter_map(|id| self.provider_events.get(*id));
        reports.map(|report| (**report).clone()).collect()
    }

    /// Returns the disputes over a booking, by id.
    pub(super) fn disputes_over(&self, booking: BookingId) -> Vec<Versioned<Dispute>> {
        self.disputes.all(self.disputes.by.booking.of(booking))
    }
}

#[async_trait]
impl MoneyQueries for MemoryRepository {
    async fn payments(&self, booking: BookingId) -> Result<Vec<Versioned<Payment>>> {
        Ok(self.read().payments_of(booking))
    }

    async fn lesson_payments(
        &self,
        filter: &PaymentFilter,
        page: PageRequest,
    ) -> Result<Page<LessonPayment>> {
        Ok(self.read().lesson_payments(filter, page))
    }

    async fn refunds(&self, booking: BookingId) -> Result<Vec<Versioned<Refund>>> {
        Ok(self.read().refunds_over(booking))
    }

    async fn disputes(&self, booking: BookingId) -> Result<Vec<Versioned<Dispute>>> {
        Ok(self.read().disputes_over(booking))
    }

    async fn ledger(&self, booking: BookingId) -> Result<Vec<LedgerEntry>> {
        let tables = self.read();
        let entries = tables.ledger.by.booking.of(booking);
        let entries = entries.filter_map(|(_, id)| tables.ledger.get(*id));
        Ok(entries.map(|entry| (**entry).clone()).collect())
    }

    async fn payouts(
        &self,
        filter: &PayoutFilter,
        page: PageRequest,
    ) -> Result<Page<Versioned<Payout>>> {
        Ok(self.read().payouts_of(filter, page))
    }

    async fn payout_items(&self, payout: PayoutId) -> Result<Vec<Versioned<PayoutItem>>> {
        Ok(self.read().items_of(payout))
    }

    async fn statement_rows(
        &self,
        trainer: TrainerId,
        currency: Currency,
        period: Interval,
    ) -> Result<StatementRows> {
        self.read().statement_rows(trainer, currency, period)
    }

    async fn trainer_earnings(&self, trainer: TrainerId) -> Result<TrainerEarnings> {
        Ok(self.read().trainer_earnings(trainer))
    }
}
