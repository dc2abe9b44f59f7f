//! Recomputes everything from the entries and says what does not fit together.

use std::collections::{BTreeMap, BTreeSet};

use super::{Account, Balances, Difference, LedgerEntry, Movement, Side};
use crate::{
    booking::{Attendance, Booking, BookingStatus},
    ids::{BookingId, CommandId, DerivedIds, LedgerEntryId},
    money::{Money, MoneyError},
    payment::{Payment, PaymentFile, PaymentStatus, ReportOutcome},
    payout::{Payout, PayoutItem, PayoutState},
    provider::ProviderEvent,
    time::Instant,
};

/// Checks the ledger against payments, refunds, disputes, bookings and payouts, piece by piece.
///
/// It only folds over what it is given, in any order and as many pages as there are: first every
/// payment and payout with all that belongs to it and every entry of neither, then what stands on
/// each account.
///
/// # Example: a payment without any entry
///
/// ```
/// use sitstay::{
///     conformance::fixtures::{Fixtures, between, paid},
///     ledger::{AuditedPayment, Auditor},
///     payment::PaymentFile,
/// };
///
/// let make = Fixtures::new();
/// let booking = make.booking(&make.cast(), between("09:00", "10:00"));
/// let file = PaymentFile {
///     payment: paid(make.payment(&booking)),
///     booking,
///     refunds: vec![],
///     disputes: vec![],
///     another_is_paid: false,
/// };
/// let mut auditor = Auditor::new();
/// let (entries, items, reports) = (vec![], vec![], vec![]);
/// auditor.payment(&AuditedPayment { file, entries, items, reports });
/// assert_eq!(auditor.finish()[0].code(), "split_differs");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Auditor {
    parts: Balances,
    differences: Vec<Difference>,
}

/// A payment with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditedPayment {
    /// The payment with its booking, refunds and disputes.
    pub file: PaymentFile,
    /// Every entry of the payment.
    pub entries: Vec<LedgerEntry>,
    /// Every item of these entries, released ones too.
    pub items: Vec<PayoutItem>,
    /// Every event that was stored under the payment's reference.
    pub reports: Vec<ProviderEvent>,
}

/// A payout with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditedPayout {
    /// The payout.
    pub payout: Payout,
    /// Its items, released ones too.
    pub items: Vec<PayoutItem>,
    /// The entries that its items hold.
    pub held: Vec<LedgerEntry>,
    /// The entries that the payout itself made.
    pub entries: Vec<LedgerEntry>,
    /// The payout that was the last processed one, in its currency, when this one was made.
    pub last: Option<Payout>,
    /// Every event that was stored under the payout's reference.
    pub reports: Vec<ProviderEvent>,
}

impl Auditor {
    /// Begins an audit.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Checks a payment.
    pub fn payment(&mut self, audited: &AuditedPayment) {
        self.count(&audited.entries);
        let is_own = |entry: &&LedgerEntry| {
            entry.payment == Some(audited.file.payment.id) && entry.payout.is_none()
        };
        self.strays(audited.entries.iter().filter(|entry| !is_own(entry)));
        if self.check_payment(audited).is_err() {
            let payment = Some(audited.file.payment.id);
            self.differences.push(Difference::Unreadable { payment, payout: None });
        }
    }

    /// Checks a payout.
    pub fn payout(&mut self, audited: &AuditedPayout) {
        self.count(&audited.entries);
        let is_own = |entry: &&LedgerEntry| {
            entry.payout == Some(audited.payout.id) && entry.payment.is_none()
        };
        self.strays(audited.entries.iter().filter(|entry| !is_own(entry)));
        if self.check_payout(audited).is_err() {
            let payout = Some(audited.payout.id);
            self.differences.push(Difference::Unreadable { payment: None, payout });
        }
    }

    /// Takes in an entry that is of no payment and no payout, which is none but what a trainer who
    /// left had below the step of payouts.
    pub fn other_entry(&mut self, entry: &LedgerEntry) {
        self.count(std::slice::from_ref(entry));
        let is_rest = Movement::of(entry.debit, entry.credit) == Some(Movement::RestLeft);
        if !is_rest || entry.payment.is_some() || entry.payout.is_some() {
            self.differences.push(Difference::StrayEntry { entry: entry.id });
        }
    }

    /// Takes in a report that moved no money, for instance one that nothing was found for.
    pub fn report(&mut self, report: &ProviderEvent, outcome: ReportOutcome) {
        if outcome != ReportOutcome::Counts {
            let event = report.id.clone();
            self.differences.push(Difference::ReportIdle { event, outcome });
        }
    }

    /// Takes in that a booking's claims were found not to fit it, as
    /// [`mismatched_claims`](crate::repository::BookingQueries::mismatched_claims) says.
    pub fn mismatched_claim(&mut self, booking: BookingId) {
        self.differences.push(Difference::ClaimsDiffer { booking });
    }

    /// Checks what stands on all accounts of the ledger, after all entries were taken in.
    pub fn totals(&mut self, found: &Balances) {
        let known = self.parts.iter().chain(found.iter());
        let places: BTreeSet<_> =
            known.map(|(account, total)| (account, total.currency())).collect();
        for (account, currency) in places {
            let (expected, found) = (self.parts.on(account, currency), found.on(account, currency));
            if expected != found {
                self.differences.push(Difference::AccountDiffers { account, expected, found });
            }
        }
    }

    /// Returns what stands on each account by the entries that were taken in.
    #[must_use]
    pub const fn parts(&self) -> &Balances {
        &self.parts
    }

    /// Returns every difference, in the order in which they were found.
    #[must_use]
    pub fn finish(self) -> Vec<Difference> {
        self.differences
    }

    fn strays<'e>(&mut self, entries: impl Iterator<Item = &'e LedgerEntry>) {
        let strays = entries.map(|entry| Difference::StrayEntry { entry: entry.id });
        self.differences.extend(strays);
    }

    fn count(&mut self, entries: &[LedgerEntry]) {
        for entry in entries {
            let is_known = Movement::of(entry.debit, entry.credit).is_some();
            if !is_known || self.parts.add(entry).is_err() {
                self.differences.push(Difference::UnknownEntry { entry: entry.id });
            }
        }
    }

    fn check_payment(&mut self, audited: &AuditedPayment) -> Result<(), MoneyError> {
        let PaymentFile { booking, payment, .. } = &audited.file;
        let (id, amount, fee) = (payment.id, payment.amount, booking.fee);
        let is_part = fee.currency() == amount.currency() && fee.minor() <= amount.minor();
        if amount != booking.price.money() || !is_part {
            self.differences.push(Difference::PriceDiffers { payment: id });
            return Ok(());
        }
        let was_paid = payment.status.was_paid();
        let split = |side| {
            let paid = audited.entries.iter().filter(|entry| {
                Movement::of(entry.debit, entry.credit) == Some(Movement::Paid)
                    && entry.credit.side() == side
            });
            Money::checked_sum(amount.currency(), paid.map(|entry| entry.amount))
        };
        let nothing = Money::zero(amount.currency());
        let shares = (split(Side::TrainerPayable)?, split(Side::PlatformFees)?);
        let expected = if was_paid { (amount.checked_sub(fee)?, fee) } else { (nothing, nothing) };
        if shares != expected {
            self.differences.push(Difference::SplitDiffers { payment: id });
        }

        let cover = audited.file.cover()?;
        let is_back = was_paid && cover.back == amount.minor();
        let (reserved, refunded) = (payment.refund_reserved, payment.refunded_amount);
        if (reserved, refunded) != (cover.reserved(), cover.back)
            || (payment.status == PaymentStatus::Refunded) != is_back
        {
            let of = |minor| Money::new(minor, amount.currency());
            let (reserved, refunded) = (of(cover.reserved()), of(cover.back));
            let payment = id;
            self.differences.push(Difference::ReservationDiffers { payment, reserved, refunded });
        }

        if payment.settles_booking() && audited.file.another_is_paid {
            self.differences.push(Difference::SettledTwice { payment: id });
        }
        if !is_owed_rightly(booking, payment) {
            self.differences.push(Difference::OwedDiffers { payment: id });
        }

        let mut expected = BTreeMap::new();
        if was_paid {
            for (side, minor) in cover.balances(amount, fee)? {
                expected.insert(side.account(booking.trainer), minor);
            }
        }
        for (account, expected, found) in unequal(&expected, &audited.entries, amount)? {
            let payment = id;
            self.differences.push(Difference::EntriesDiffer { payment, account, expected, found });
        }

        let mut live: Vec<LedgerEntryId> =
            audited.items.iter().filter(|item| item.is_live()).map(|item| item.entry).collect();
        live.sort_unstable();
        let twice = live.windows(2).filter(|pair| pair[0] == pair[1]);
        self.differences.extend(twice.map(|pair| Difference::PaidTwice { entry: pair[0] }));

        let recomputed = audited.file.recomputed(&audited.reports)?;
        for (report, outcome) in audited.reports.iter().zip(&recomputed.outcomes) {
            self.report(report, *outcome);
        }
        if !recomputed.settlement.is_empty() {
            self.differences.push(Difference::NotSettled { payment: Some(id), payout: None });
        }
        Ok(())
    }

    fn check_payout(&mut self, audited: &AuditedPayout) -> Result<(), MoneyError> {
        let payout = &audited.payout;
        let (id, trainer, currency) = (payout.id, payout.trainer, payout.amount.currency());
        let payable = Account::TrainerPayable(trainer);
        let carried_on = audited.last.as_ref().map_or(0, |last| last.carried_out);
        if payout.carried_in != carried_on {
            let expected = Money::new(carried_on, currency);
            self.differences.push(Difference::CarryDiffers { payout: id, expected });
        }

        let mut sum = Money::new(payout.carried_in, currency);
        for item in &audited.items {
            let entry = audited.held.iter().find(|entry| entry.id == item.entry);
            let fits = entry.filter(|entry| is_payable(entry, payable, payout));
            match fits {
                Some(entry) => sum = sum.checked_add(entry.brings(payable))?,
                None => {
                    let entry = item.entry;
                    self.differences.push(Difference::ItemNotPayable { payout: id, entry });
                }
            }
            if item.is_live() == (payout.state == PayoutState::Failed) {
                self.differences.push(Difference::ItemState { payout: id, entry: item.entry });
            }
        }
        let expected = sum.checked_sub(Money::new(payout.carried_out, currency))?;
        if expected != payout.amount {
            self.differences.push(Difference::PayoutDiffers { payout: id, expected });
        }

        let amount = payout.amount.minor();
        let (sent, gone) = match payout.state {
            PayoutState::Created | PayoutState::Failed => (0, 0),
            PayoutState::InFlight | PayoutState::Unknown => (amount, 0),
            PayoutState::Processed => (0, amount),
        };
        let expected = BTreeMap::from([
            (payable, -(sent + gone)),
            (Account::TrainerInFlight(trainer), sent),
            (Account::ProviderClearing, gone),
        ]);
        for (account, expected, found) in unequal(&expected, &audited.entries, payout.amount)? {
            let payout = id;
            let difference = Difference::PayoutEntriesDiffer { payout, account, expected, found };
            self.differences.push(difference);
        }

        // What is computed is thrown away, and its ids with it.
        let mut ids = DerivedIds::new(CommandId::from_uuid(id.as_uuid()), payout.updated_at);
        let reported = payout.reported(&audited.reports, &audited.items, &mut ids, Instant::MAX);
        let Ok(reported) = reported else { return Err(MoneyError::Overflow) };
        for (report, outcome) in audited.reports.iter().zip(&reported.outcomes) {
            self.report(report, *outcome);
        }
        if reported.step.is_some() {
            self.differences.push(Difference::NotSettled { payment: None, payout: Some(id) });
        }
        Ok(())
    }
}

/// Says whether a payment owes what its booking asks for. What a cancelled one gives back depends on
/// when and by whom it was cancelled.
fn is_owed_rightly(booking: &Booking, payment: &Payment) -> bool {
    let all = payment.amount.minor();
    let was_missed = booking.attendance == Some(Attendance::TrainerNoShow);
    let owed = payment.refund_owed;
    match booking.status {
        _ if !payment.status.was_paid() => owed == 0,
        _ if payment.surplus || was_missed => owed == all,
        BookingStatus::Cancelled => (0..=all).contains(&owed),
        BookingStatus::Pending | BookingStatus::Accepted | BookingStatus::Completed => owed == 0,
    }
}

fn is_payable(entry: &LedgerEntry, payable: Account, payout: &Payout) -> bool {
    let is_of_account = entry.debit == payable || entry.credit == payable;
    let is_of_currency = entry.amount.currency() == payout.amount.currency();
    let is_rest = Movement::of(entry.debit, entry.credit) == Some(Movement::RestLeft);
    let is_payable = entry.payment.is_some() || is_rest;
    is_of_account && is_of_currency && is_payable && entry.payout.is_none()
}

/// Returns every account on which the entries bring something else than expected.
fn unequal(
    expected: &BTreeMap<Account, i64>,
    entries: &[LedgerEntry],
    of: Money,
) -> Result<Vec<(Account, Money, Money)>, MoneyError> {
    let found = Balances::of(entries)?;
    let currency = of.currency();
    let mut unequal = Vec::new();
    for (account, minor) in expected {
        let (expected, found) = (Money::new(*minor, currency), found.on(*account, currency));
        if expected != found {
            unequal.push((*account, expected, found));
        }
    }
    for (account, found) in found.iter() {
        if found.currency() != currency || !expected.contains_key(&account) {
            unequal.push((account, Money::zero(found.currency()), found));
        }
    }
    Ok(unequal)
}
