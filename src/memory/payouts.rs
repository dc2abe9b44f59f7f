//! Payouts, their items, and the entries of the ledger that no payout holds.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    index::{Edit, Index, Pairs, newest},
    sorted::Sorted,
    stored::{Shared, Stored},
    tables::{Row, Tables},
};
use crate::{
    ids::{BookingId, LedgerEntryId, PaymentId, PayoutId, TrainerId},
    ledger::{Account, LedgerEntry},
    money::{Currency, Money},
    payout::{Payout, PayoutItem, PayoutState},
    repository::{
        Cursor, EarningFile, Page, PageRequest, PayoutCase, PayoutDue, PayoutFilter, PayoutRound,
        PayoutSought, RepositoryError, Result, StatementRows, TrainerEarnings, UniqueKey,
        Versioned,
    },
    time::{Instant, Interval},
};

/// How payouts are found.
#[derive(Debug, Default)]
pub(super) struct PayoutIndexes {
    trainer: Index<TrainerId, (Instant, PayoutId)>,
    pub(super) processed: Pairs<PayoutDue, (Instant, PayoutId)>,
    running: Sorted<PayoutDue>,
}

impl Row for Payout {
    type Rows = Sorted<Self::Key, Stored<Self>>;
    type Indexes = PayoutIndexes;

    fn file(row: &Shared<Self>, by: &mut PayoutIndexes, edit: Edit) {
        let due = PayoutDue { trainer: row.trainer, currency: row.amount.currency() };
        edit.index(&mut by.trainer, row.trainer, (row.created_at, row.id));
        if row.state.is_running() {
            edit.set(&mut by.running, due);
        }
        if let Some(processed_at) = row.processed_at {
            edit.pair(&mut by.processed, due, (processed_at, row.id));
        }
    }
}

/// How the items of payouts are found.
#[derive(Debug, Default)]
pub(super) struct PayoutItemIndexes {
    pub(super) payout: Pairs<PayoutId, LedgerEntryId>,
    entry: Pairs<LedgerEntryId, PayoutId>,
}

impl Row for PayoutItem {
    type Rows = Sorted<Self::Key, Stored<Self>>;
    type Indexes = PayoutItemIndexes;

    fn file(row: &Shared<Self>, by: &mut PayoutItemIndexes, edit: Edit) {
        edit.pair(&mut by.payout, row.payout, row.entry);
        edit.pair(&mut by.entry, row.entry, row.payout);
    }

    fn derive(tables: &mut Tables, (_, entry): Self::Key) {
        tables.keep_open(entry);
    }
}

/// The entries that a payout may pay and none holds: what trainers are owed by payments, and what
/// was written off below the step of payouts.
#[derive(Debug, Default)]
pub(super) struct OpenEarnings {
    trainers: BTreeMap<TrainerId, BTreeSet<OpenEarning>>,
    places: BTreeMap<LedgerEntryId, (TrainerId, OpenEarning)>,
}

type OpenEarning = (Currency, Option<PaymentId>, LedgerEntryId);

impl OpenEarnings {
    fn put(&mut self, entry: LedgerEntryId, place: Option<(TrainerId, OpenEarning)>) {
        let former = match place {
            Some(place) => self.places.insert(entry, place),
            None => self.places.remove(&entry),
        };
        if let Some((trainer, key)) = former
            && let Some(keys) = self.trainers.get_mut(&trainer)
        {
            keys.remove(&key);
            if keys.is_empty() {
                self.trainers.remove(&trainer);
            }
        }
        if let Some((trainer, key)) = place {
            self.trainers.entry(trainer).or_default().insert(key);
        }
    }

    /// Returns a trainer's entries in one currency, or in all of them.
    fn of(
        &self,
        trainer: TrainerId,
        currency: Option<Currency>,
    ) -> impl Iterator<Item = &OpenEarning> {
        let keys = self.trainers.get(&trainer).into_iter().flatten();
        keys.filter(move |(own, ..)| currency.is_none_or(|currency| currency == *own))
    }
}

/// Says whose entry a payout may pay, if it may.
fn earner(entry: &LedgerEntry) -> Option<TrainerId> {
    let trainer = |account| match account {
        Account::TrainerPayable(trainer) => Some(trainer),
        _ => None,
    };
    match (entry.payout, entry.payment) {
        (None, Some(_)) => trainer(entry.credit).or_else(|| trainer(entry.debit)),
        (None, None) if entry.credit == Account::Discrepancies => trainer(entry.debit),
        _ => None,
    }
}

impl Tables {
    /// Sees to it that an entry counts as open exactly while no payout holds it.
    pub(super) fn keep_open(&mut self, id: LedgerEntryId) {
        let is_held = self.is_held(id);
        let entry = self.ledger.get(id).filter(|_| !is_held);
        let place = entry
            .and_then(|entry| Some((earner(entry)?, (entry.amount.currency(), entry.payment, id))));
        self.open_earnings.put(id, place);
    }

    fn is_held(&self, entry: LedgerEntryId) -> bool {
        self.unique.contains_key(&UniqueKey::LivePayoutItem(entry))
    }

    /// Says whether a payout holds an entry over a booking.
    pub(super) fn is_paid_out(&self, booking: BookingId) -> bool {
        self.ledger.by.booking.of(booking).any(|(_, entry)| self.is_held(*entry))
    }

    /// Counts a trainer's payouts that are on their way.
    pub(super) fn open_payouts(&self, trainer: TrainerId) -> u64 {
        let running = self.payouts.by.running.keys();
        running.filter(|due| due.trainer == trainer).count() as u64
    }

    pub(super) fn items_of(&self, payout: PayoutId) -> Vec<Versioned<PayoutItem>> {
        let entries = self.payout_items.by.payout.of(payout);
        entries.filter_map(|entry| self.payout_items.cloned((payout, *entry))).collect()
    }

    pub(super) fn items_over(
        &self,
        entry: LedgerEntryId,
    ) -> impl Iterator<Item = Versioned<PayoutItem>> {
        let payouts = self.payout_items.by.entry.of(entry);
        payouts.filter_map(move |payout| self.payout_items.cloned((*payout, entry)))
    }

    fn earning_file(&self, trainer: TrainerId, payment: PaymentId) -> Option<EarningFile> {
        let payment = self.payments.cloned(payment)?;
        let booking = self.bookings.cloned(payment.booking)?;
        let payable = Account::TrainerPayable(trainer);
        let entries = self.ledger.by.payment.of(payment.id);
        let entries = entries.filter_map(|(_, id)| self.ledger.get(*id));
        let owed =
            |entry: &&Versioned<LedgerEntry>| entry.debit == payable || entry.credit == payable;
        let entries: Vec<LedgerEntry> = entries.filter(owed).map(|it| (**it).clone()).collect();
        let items = entries.iter().flat_map(|entry| self.items_over(entry.id));
        let mut items: Vec<_> = items.collect();
        items.sort_by_key(|item| (item.entry, item.payout));
        let disputes = self.disputes_over(booking.id);
        Some(EarningFile { booking, payment, disputes, entries, items })
    }

    /// Returns a trainer's earnings that are open, by payment, and what was written off, by id.
    fn open_earnings(
        &self,
        trainer: TrainerId,
        currency: Option<Currency>,
    ) -> (Vec<EarningFile>, Vec<LedgerEntry>) {
        let open = self.open_earnings.of(trainer, currency);
        let (mut payments, mut rests) = (BTreeSet::new(), BTreeSet::new());
        for (_, payment, entry) in open {
            match payment {
                Some(payment) => payments.insert(*payment),
                None => rests.insert(*entry),
            };
        }
        let rests = rests.into_iter().filter_map(|id| self.ledger.get(id));
        (
            payments.into_iter().filter_map(|id| self.earning_file(trainer, id)).collect(),
            rests.map(|rest| (**rest).clone()).collect(),
        )
    }

    pub(super) fn payout_round(
        &self,
        trainer: TrainerId,
        currency: Currency,
    ) -> Option<PayoutRound> {
        let trainer = self.trainers.cloned(trainer)?;
        let due = PayoutDue { trainer: trainer.id, currency };
        let (earnings, rests) = self.open_earnings(trainer.id, Some(currency));
        let last = self.payouts.by.processed.of(due).last();
        let running = UniqueKey::RunningPayout(trainer.id, currency);
        Some(PayoutRound {
            party: self.party(trainer.user)?,
            currency,
            earnings,
            rests,
            last: last.and_then(|(_, id)| self.payouts.cloned(*id)),
            running: self.unique(&running).cloned(),
            trainer,
        })
    }

    fn payout_sought(&self, sought: &PayoutSought) -> Option<&Versioned<Payout>> {
        match sought {
            PayoutSought::Payout(id) => self.payouts.get(*id),
            PayoutSought::Reported { provider, reference, payout } => {
                let name = UniqueKey::PayoutReference(provider.clone(), reference.clone());
                let of_provider = |payout: &&Versioned<Payout>| payout.provider == *provider;
                self.unique(&name).or_else(|| self.payouts.get((*payout)?).filter(of_provider))
            }
        }
    }

    pub(super) fn payout_case(&self, sought: &PayoutSought) -> Option<PayoutCase> {
        let payout = self.payout_sought(sought)?.clone();
        let own = payout.provider_reference.as_ref();
        let asked = match sought {
            PayoutSought::Reported { reference, .. } => Some(reference),
            PayoutSought::Payout(_) => None,
        };
        let reports = self.reports_about(own.into_iter().chain(asked).map(|name| {
            // All are the provider's of the payout: no other finds it.
            (&payout.provider, name)
        }));
        let trainer = self.trainers.get(payout.trainer)?;
        Some(PayoutCase {
            items: self.items_of(payout.id),
            party: self.party(trainer.user)?,
            reports,
            payout,
        })
    }

    pub(super) fn payouts_due(&self, after: Option<PayoutDue>, limit: u16) -> Vec<PayoutDue> {
        let limit = usize::from(limit);
        let is_after = |due: &PayoutDue| after.is_none_or(|after| *due > after);
        let open = match after {
            Some(after) => self.open_earnings.trainers.range(after.trainer..),
            None => self.open_earnings.trainers.range(..),
        };
        let open = open.flat_map(|(trainer, keys)| {
            let mut currencies: Vec<Currency> =
                keys.iter().map(|(currency, ..)| *currency).collect();
            currencies.dedup();
            currencies.into_iter().map(|currency| PayoutDue { trainer: *trainer, currency })
        });
        let running = self.payouts.by.running.keys().copied();
        let open = open.filter(is_after).take(limit);
        let due: BTreeSet<PayoutDue> = open.chain(running.filter(is_after).take(limit)).collect();
        due.into_iter().take(limit).collect()
    }

    pub(super) fn payouts_of(
        &self,
        filter: &PayoutFilter,
        page: PageRequest,
    ) -> Page<Versioned<Payout>> {
        let is_wanted = |payout: &Payout| {
            filter.currency.is_none_or(|currency| payout.amount.currency() == currency)
                && (filter.states.is_empty() || filter.states.contains(&payout.state))
        };
        let rows = newest(self.payouts.by.trainer.of(filter.trainer), page.cursor())
            .filter_map(|id| self.payouts.get(id))
            .filter(|payout| is_wanted(payout))
            .take(usize::from(page.limit()) + 1)
            .cloned();
        Page::cut(rows.collect(), page, |last| Cursor::new(last.created_at, last.id.as_uuid()))
    }

    pub(super) fn statement_rows(
        &self,
        trainer: TrainerId,
        currency: Currency,
        period: Interval,
    ) -> Result<StatementRows> {
        let payable = Account::TrainerPayable(trainer);
        let entries = self.ledger.by.account.of(payable).keys();
        let entries = entries.filter_map(|id| self.ledger.get(*id));
        let (before, since): (Vec<_>, Vec<_>) = entries
            .filter(|entry| entry.amount.currency() == currency)
            .filter(|entry| entry.created_at < period.end())
            .partition(|entry| entry.created_at < period.start());
        let opening = Money::checked_sum(currency, before.iter().map(|it| it.brings(payable)));
        let opening = opening.map_err(|source| RepositoryError::Backend {
            backend: "memory",
            source: source.into(),
        })?;
        let mut entries: Vec<LedgerEntry> = since.into_iter().map(|it| (**it).clone()).collect();
        entries.sort_by_key(|entry| (entry.created_at, entry.id));
        Ok(StatementRows { opening, entries })
    }

    pub(super) fn trainer_earnings(&self, trainer: TrainerId) -> TrainerEarnings {
        let (earnings, rests) = self.open_earnings(trainer, None);
        let ids: BTreeSet<_> = self.payouts.by.trainer.of(trainer).keys().collect();
        let payouts = ids.into_iter().filter_map(|(_, id)| self.payouts.cloned(*id));
        let mut payouts: Vec<_> =
            payouts.filter(|payout| payout.state != PayoutState::Failed).collect();
        payouts.sort_by_key(|payout| payout.id);
        TrainerEarnings { earnings, rests, payouts }
    }
}
