//! Payouts, their items, and the entries of the ledger that no payout holds.

use std::{borrow::Cow, collections::BTreeSet};

use super::{
    error::failure,
    rows::{Snapshot, codes, newest, newest_of, select},
};
use crate::{
    ids::{BookingId, PaymentId, PayoutId, TrainerId},
    ledger::{Account, LedgerEntry},
    money::{Currency, Money},
    payment::Payment,
    payout::{Payout, PayoutItem},
    repository::{
        EarningFile, Page, PageRequest, PayoutCase, PayoutDue, PayoutFilter, PayoutRound,
        PayoutSought, Result, StatementRows, Table, TrainerEarnings, Versioned,
    },
    sql::{Fields, Record as _, Value, currency_bounds, orphan, payout_due},
    time::Interval,
};

impl Snapshot<'_> {
    /// Says whether a payout holds an entry over a booking.
    pub(super) fn is_paid_out(self, booking: BookingId) -> Result<bool> {
        self.exists(
            "SELECT 1 FROM ledger_entries entry
              CROSS JOIN payout_items item ON item.entry_id = entry.id AND item.released_at IS NULL
              WHERE entry.booking_id = $1 LIMIT 1",
            &[booking.into()],
        )
    }

    fn payout(self, id: PayoutId) -> Result<Option<Versioned<Payout>>> {
        self.row(select!(Payout, "WHERE id = $1"), &[id.into()])
    }

    pub(super) fn payout_items(self, payout: PayoutId) -> Result<Vec<Versioned<PayoutItem>>> {
        self.rows(select!(PayoutItem, "WHERE payout_id = $1 ORDER BY entry_id"), &[payout.into()])
    }

    fn earning_file(self, trainer: TrainerId, payment: PaymentId) -> Result<EarningFile> {
        let payment: Option<Versioned<Payment>> =
            self.row(select!(Payment, "WHERE id = $1"), &[payment.into()])?;
        let payment = payment.ok_or_else(orphan)?;
        let booking = self.booking(payment.booking)?.ok_or_else(orphan)?;
        let owed = [payment.id.into(), payable(trainer)];
        let entries = self.all(
            select!(
                LedgerEntry,
                "WHERE payment_id = $1 AND (debit_account = $2 OR credit_account = $2)
                 ORDER BY created_at, id"
            ),
            &owed,
            LedgerEntry::decode,
        )?;
        let items = self.rows(
            select!(
                PayoutItem,
                "WHERE entry_id IN (
                     SELECT id FROM ledger_entries
                      WHERE payment_id = $1 AND (debit_account = $2 OR credit_account = $2))
                 ORDER BY entry_id, payout_id"
            ),
            &owed,
        )?;
        let disputes = self.disputes(booking.id)?;
        Ok(EarningFile { booking, payment, disputes, entries, items })
    }

    /// Returns a trainer's earnings that are open, by payment, and what was written off, by id; in
    /// one currency, or in all of them.
    fn open_earnings(
        self,
        trainer: TrainerId,
        currency: Option<Currency>,
    ) -> Result<(Vec<EarningFile>, Vec<LedgerEntry>)> {
        let (least, greatest) = currency_bounds(currency);
        let open = [trainer.into(), least.as_str().into(), greatest.as_str().into()];
        let payments: Vec<PaymentId> = self.all(
            "SELECT DISTINCT payment_id FROM open_earnings
              WHERE trainer_id = $1 AND currency BETWEEN $2 AND $3 AND payment_id IS NOT NULL
              ORDER BY payment_id",
            &open,
            |fields| fields.take_of(Table::Payment),
        )?;
        let rests = self.all(
            select!(
                LedgerEntry,
                "WHERE id IN (SELECT entry_id FROM open_earnings
                               WHERE trainer_id = $1 AND currency BETWEEN $2 AND $3
                                 AND payment_id IS NULL)
                 ORDER BY id"
            ),
            &open,
            LedgerEntry::decode,
        )?;
        let earnings = payments.into_iter().map(|payment| self.earning_file(trainer, payment));
        Ok((earnings.collect::<Result<_>>()?, rests))
    }

    pub(super) fn payout_round(
        self,
        trainer: TrainerId,
        currency: Currency,
    ) -> Result<Option<PayoutRound>> {
        let Some(trainer) = self.trainer(trainer)? else { return Ok(None) };
        let (earnings, rests) = self.open_earnings(trainer.id, Some(currency))?;
        let own = [trainer.id.into(), currency.code().into()];
        Ok(Some(PayoutRound {
            party: self.party(trainer.user)?.ok_or_else(orphan)?,
            currency,
            earnings,
            rests,
            last: self.row(
                select!(
                    Payout,
                    "WHERE trainer_id = $1 AND currency = $2 AND state = 'processed'
                     ORDER BY processed_at DESC, id DESC LIMIT 1"
                ),
                &own,
            )?,
            running: self.row(
                select!(
                    Payout,
                    "WHERE trainer_id = $1 AND currency = $2
                       AND state IN ('created', 'in_flight', 'unknown')"
                ),
                &own,
            )?,
            trainer,
        }))
    }

    fn payout_sought(self, sought: &PayoutSought) -> Result<Option<Versioned<Payout>>> {
        let (provider, reference, payout) = match sought {
            PayoutSought::Payout(id) => return self.payout(*id),
            PayoutSought::Reported { provider, reference, payout } => (provider, reference, payout),
        };
        let by_name = select!(Payout, "WHERE provider = $1 AND provider_reference = $2");
        if let Some(named) =
            self.row(by_name, &[provider.as_str().into(), reference.as_str().into()])?
        {
            return Ok(Some(named));
        }
        let Some(payout) = *payout else { return Ok(None) };
        Ok(self.payout(payout)?.filter(|payout| payout.provider == *provider))
    }

    /// Loads a payout with everything around it.
    pub(super) fn payout_case(self, sought: &PayoutSought) -> Result<Option<PayoutCase>> {
        let Some(payout) = self.payout_sought(sought)? else { return Ok(None) };
        let trainer = self.trainer(payout.trainer)?.ok_or_else(orphan)?;
        let asked = match sought {
            PayoutSought::Reported { reference, .. } => Some(reference),
            PayoutSought::Payout(_) => None,
        };
        let own = payout.provider_reference.as_ref();
        Ok(Some(PayoutCase {
            items: self.payout_items(payout.id)?,
            party: self.party(trainer.user)?.ok_or_else(orphan)?,
            reports: self.reports_about(&payout.provider, own, asked)?,
            payout,
        }))
    }

    pub(super) fn payouts_due(
        self,
        after: Option<PayoutDue>,
        limit: u16,
    ) -> Result<Vec<PayoutDue>> {
        // In SQLite a number comes before all bytes, and so before all ids.
        let first = || Value::Integer(i64::MIN);
        let bound = [
            after.map_or_else(first, |due| due.trainer.into()),
            after.as_ref().map_or("", |due| due.currency.code()).into(),
            Value::Integer(limit.into()),
        ];
        let open = self.all(
            "SELECT DISTINCT trainer_id, currency FROM open_earnings
              WHERE (trainer_id, currency) > ($1, $2) ORDER BY trainer_id, currency LIMIT $3",
            &bound,
            payout_due,
        )?;
        let running = self.all(
            "SELECT trainer_id, currency FROM payouts
              WHERE (trainer_id, currency) > ($1, $2)
                AND state IN ('created', 'in_flight', 'unknown')
              ORDER BY trainer_id, currency LIMIT $3",
            &bound,
            payout_due,
        )?;
        let due: BTreeSet<PayoutDue> = open.into_iter().chain(running).collect();
        Ok(due.into_iter().take(limit.into()).collect())
    }

    pub(super) fn payouts(
        self,
        filter: &PayoutFilter,
        page: PageRequest,
    ) -> Result<Page<Versioned<Payout>>> {
        let (currency, states) = (codes(filter.currency), codes(&filter.states));
        let rows = self.rows::<Payout>(
            select!(
                Payout,
                "WHERE trainer_id = $1
                   AND ($2 = '' OR instr($2, ',' || currency || ','))
                   AND ($3 = '' OR instr($3, ',' || state || ','))
                   AND (created_at, id) < ($4, $5)
                 ORDER BY created_at DESC, id DESC LIMIT $6"
            ),
            &newest(&[filter.trainer.into(), currency, states], page),
        )?;
        Ok(Page::cut(rows, page, |last| newest_of(last.created_at, last.id)))
    }

    pub(super) fn statement_rows(
        self,
        trainer: TrainerId,
        currency: Currency,
        period: Interval,
    ) -> Result<StatementRows> {
        let rows = [
            trainer.into(),
            payable(trainer),
            currency.code().into(),
            period.start().into(),
            period.end().into(),
        ];
        let opening = self.first(
            "SELECT coalesce(sum(amount), 0) FROM (
                 SELECT amount FROM ledger_entries
                  WHERE credit_trainer_id = $1 AND credit_account = $2 AND currency = $3
                    AND created_at < $4
                 UNION ALL
                 SELECT -amount FROM ledger_entries
                  WHERE debit_trainer_id = $1 AND debit_account = $2 AND currency = $3
                    AND created_at < $4)",
            &rows[..4],
            |fields: &mut Fields<'_>| fields.take::<i64>().map_err(failure),
        )?;
        let entries = self.all(
            select!(
                LedgerEntry,
                "WHERE id IN (
                     SELECT id FROM ledger_entries
                      WHERE credit_trainer_id = $1 AND credit_account = $2 AND currency = $3
                        AND created_at >= $4 AND created_at < $5
                     UNION ALL
                     SELECT id FROM ledger_entries
                      WHERE debit_trainer_id = $1 AND debit_account = $2 AND currency = $3
                        AND created_at >= $4 AND created_at < $5)
                 ORDER BY created_at, id"
            ),
            &rows,
            LedgerEntry::decode,
        )?;
        Ok(StatementRows { opening: Money::new(opening.unwrap_or_default(), currency), entries })
    }

    pub(super) fn trainer_earnings(self, trainer: TrainerId) -> Result<TrainerEarnings> {
        let (earnings, rests) = self.open_earnings(trainer, None)?;
        let payouts = self.rows(
            select!(Payout, "WHERE trainer_id = $1 AND state <> 'failed' ORDER BY id"),
            &[trainer.into()],
        )?;
        Ok(TrainerEarnings { earnings, rests, payouts })
    }
}

/// The name of the account of what a trainer is owed.
fn payable(trainer: TrainerId) -> Value<'static> {
    Value::Text(Cow::Owned(Account::TrainerPayable(trainer).to_string()))
}
