use serde::Serialize;

use super::{Account, LedgerEntry, Movement};
use crate::{
    ids::{BookingId, MovementId, PaymentId, PayoutId, TrainerId},
    money::{Currency, Money, MoneyError},
    time::{Instant, Interval},
};

/// What a trainer was owed during a period, and why it changed.
///
/// It is about what is payable: a payout leaves it when it is sent, and comes back if it fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// Whose.
    pub trainer: TrainerId,
    /// Of which period; its end is not part of it.
    pub period: Interval,
    /// What was owed when the period began.
    pub opening: Money,
    /// Every change, in the order in which they were booked.
    pub lines: Vec<StatementLine>,
    /// What was owed when the period ended: the opening balance and all lines.
    pub closing: Money,
}

/// One change of what a trainer is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StatementLine {
    /// When it was booked.
    pub at: Instant,
    /// By which movement.
    pub movement: MovementId,
    /// What kind of change it is; `None` for one that was written past the library.
    pub kind: Option<Movement>,
    /// Over which booking.
    pub booking: Option<BookingId>,
    /// Over which payment.
    pub payment: Option<PaymentId>,
    /// By which payout.
    pub payout: Option<PayoutId>,
    /// How much more the trainer is owed; below zero for less.
    pub amount: Money,
}

impl Statement {
    /// Writes a trainer's statement in one currency.
    ///
    /// `entries` are the trainer's until the period's end; what lies before it only makes the
    /// opening balance, and may be given as `opening` instead. Entries of others, of other accounts
    /// and in other currencies do not matter.
    ///
    /// # Errors
    ///
    /// [`MoneyError`] where stored amounts do not fit together.
    ///
    /// # Example: a payment and nothing else
    ///
    /// ```
    /// use sitstay::{
    ///     conformance::fixtures::{Fixtures, between},
    ///     ledger::{Movement, Statement},
    ///     money::{Currency, Money},
    /// };
    ///
    /// let make = Fixtures::new();
    /// let booking = make.booking(&make.cast(), between("09:00", "10:00"));
    /// let entry = make.ledger_entry(&booking);
    /// let (day, nothing) = (between("00:00", "23:00"), Money::zero(Currency::EUR));
    /// let statement = Statement::of(booking.trainer, day, nothing, [&entry])?;
    /// assert_eq!(statement.lines[0].kind, Some(Movement::Paid));
    /// assert_eq!(statement.closing.to_string(), "50.00 EUR");
    /// # Ok::<(), sitstay::money::MoneyError>(())
    /// ```
    pub fn of<'e>(
        trainer: TrainerId,
        period: Interval,
        opening: Money,
        entries: impl IntoIterator<Item = &'e LedgerEntry>,
    ) -> Result<Self, MoneyError> {
        let account = Account::TrainerPayable(trainer);
        let currency: Currency = opening.currency();
        let mut meant: Vec<&LedgerEntry> = entries
            .into_iter()
            .filter(|entry| {
                let is_of_account = entry.debit == account || entry.credit == account;
                let is_in_time = entry.created_at < period.end();
                is_of_account && is_in_time && entry.amount.currency() == currency
            })
            .collect();
        meant.sort_by_key(|entry| (entry.created_at, entry.movement, entry.id));
        let mut statement = Self { trainer, period, opening, lines: Vec::new(), closing: opening };
        for entry in meant {
            let amount = entry.brings(account);
            statement.closing = statement.closing.checked_add(amount)?;
            if entry.created_at < period.start() {
                statement.opening = statement.opening.checked_add(amount)?;
            } else {
                statement.add_line(entry, amount)?;
            }
        }
        Ok(statement)
    }

    /// Adds a line, or to the last one where both are of one movement and kind.
    fn add_line(&mut self, entry: &LedgerEntry, amount: Money) -> Result<(), MoneyError> {
        let kind = Movement::of(entry.debit, entry.credit);
        let same = self
            .lines
            .last_mut()
            .filter(|line| line.movement == entry.movement && line.kind == kind);
        if let Some(line) = same {
            line.amount = line.amount.checked_add(amount)?;
            return Ok(());
        }
        self.lines.push(StatementLine {
            at: entry.created_at,
            movement: entry.movement,
            kind,
            booking: entry.booking,
            payment: entry.payment,
            payout: entry.payout,
            amount,
        });
        Ok(())
    }
}
