use super::{LedgerEntry, Movement};
use crate::{
    ids::{BookingId, IdSource, MovementId, PaymentId, PayoutId, TrainerId},
    money::{Currency, Money, Price},
    time::Instant,
};

/// The entries of one event while they are written down.
///
/// All of them belong to one movement and are about the same payment or payout.
///
/// # Example: a payment of 50.00 € with a fee of 7.50 €
///
/// ```
/// use sitstay::{
///     conformance::fixtures::{Fixtures, at, between, paid},
///     ledger::{Account, Journal, Movement},
/// };
///
/// let mut ids = Fixtures::new();
/// let booking = ids.booking(&ids.cast(), between("09:00", "10:00"));
/// let payment = paid(ids.payment(&booking));
/// let mut journal = Journal::of_payment(
///     booking.trainer, booking.id, payment.id, payment.amount.currency(), at("08:00"), &mut ids,
/// );
/// journal.post(Movement::Paid, &[4_250, 750]);
/// let entries = journal.into_entries();
/// assert_eq!(entries[0].credit, Account::TrainerPayable(booking.trainer));
/// assert_eq!(entries[1].amount.to_string(), "7.50 EUR");
/// ```
#[derive(Debug)]
pub struct Journal<'i, I: IdSource> {
    trainer: TrainerId,
    booking: Option<BookingId>,
    payment: Option<PaymentId>,
    payout: Option<PayoutId>,
    currency: Currency,
    now: Instant,
    ids: &'i mut I,
    movement: Option<MovementId>,
    entries: Vec<LedgerEntry>,
}

impl<'i, I: IdSource> Journal<'i, I> {
    /// Begins the entries of an event over a payment.
    #[must_use]
    pub const fn of_payment(
        trainer: TrainerId,
        booking: BookingId,
        payment: PaymentId,
        currency: Currency,
        now: Instant,
        ids: &'i mut I,
    ) -> Self {
        Self {
            trainer,
            booking: Some(booking),
            payment: Some(payment),
            payout: None,
            currency,
            now,
            ids,
            movement: None,
            entries: Vec::new(),
        }
    }

    /// Begins the entries of an event over a payout, or over what no payout took.
    #[must_use]
    pub const fn of_payout(
        trainer: TrainerId,
        payout: Option<PayoutId>,
        currency: Currency,
        now: Instant,
        ids: &'i mut I,
    ) -> Self {
        Self {
            trainer,
            booking: None,
            payment: None,
            payout,
            currency,
            now,
            ids,
            movement: None,
            entries: Vec::new(),
        }
    }

    /// Writes down the legs of a movement with an amount each, in minor units and in the order of
    /// [`Movement::legs`].
    ///
    /// A leg of zero is left out. One that is larger than an entry may be becomes several. An amount
    /// below zero makes an entry that no storage takes.
    pub fn post(&mut self, movement: Movement, amounts: &[i64]) {
        for (leg, amount) in movement.legs().iter().zip(amounts) {
            let (debit, credit) =
                (leg.debit.account(self.trainer), leg.credit.account(self.trainer));
            let mut rest = *amount;
            while rest != 0 {
                let part = rest.min(Price::MAX_MINOR);
                rest -= part;
                let movement = *self.movement.get_or_insert_with(|| self.ids.next_id());
                self.entries.push(LedgerEntry {
                    id: self.ids.next_id(),
                    movement,
                    debit,
                    credit,
                    amount: Money::new(part, self.currency),
                    booking: self.booking,
                    payment: self.payment,
                    payout: self.payout,
                    created_at: self.now,
                });
            }
        }
    }

    /// Returns the entries.
    #[must_use]
    pub fn into_entries(self) -> Vec<LedgerEntry> {
        self.entries
    }
}
