use std::collections::BTreeMap;

use super::{Account, LedgerEntry};
use crate::money::{Currency, Money, MoneyError};

/// What stands on each account, in each currency.
///
/// An entry takes its amount from the account that it credits to the one that it debits: what the
/// platform owes is above zero, what others hold for it is below. All accounts together always have
/// zero.
///
/// # Example: what a payment leaves where
///
/// ```
/// use sitstay::{
///     conformance::fixtures::{Fixtures, between},
///     ledger::{Account, Balances},
///     money::{Currency, Money},
/// };
///
/// let make = Fixtures::new();
/// let booking = make.booking(&make.cast(), between("09:00", "10:00"));
/// let entry = make.ledger_entry(&booking);
/// let balances = Balances::of([&entry])?;
/// let owed = balances.on(Account::TrainerPayable(booking.trainer), Currency::EUR);
/// assert_eq!(owed, Money::new(5_000, Currency::EUR));
/// assert!(balances.sum(Currency::EUR)?.is_zero());
/// # Ok::<(), sitstay::money::MoneyError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Balances {
    accounts: BTreeMap<(Currency, Account), i128>,
}

impl Balances {
    /// Adds up entries.
    ///
    /// # Errors
    ///
    /// [`MoneyError::Overflow`] past what 128 bits hold.
    pub fn of<'e>(entries: impl IntoIterator<Item = &'e LedgerEntry>) -> Result<Self, MoneyError> {
        let mut balances = Self::default();
        for entry in entries {
            balances.add(entry)?;
        }
        Ok(balances)
    }

    /// Adds an entry.
    ///
    /// # Errors
    ///
    /// [`MoneyError::Overflow`] past what 128 bits hold.
    pub fn add(&mut self, entry: &LedgerEntry) -> Result<(), MoneyError> {
        let (amount, currency) = (i128::from(entry.amount.minor()), entry.amount.currency());
        for (account, change) in [(entry.credit, amount), (entry.debit, -amount)] {
            let sum = self.accounts.entry((currency, account)).or_default();
            *sum = sum.checked_add(change).ok_or(MoneyError::Overflow)?;
        }
        Ok(())
    }

    /// Adds what stands on an account elsewhere, for instance a total that a database computed.
    ///
    /// # Errors
    ///
    /// [`MoneyError::Overflow`] past what 128 bits hold.
    pub fn add_total(&mut self, account: Account, total: Money) -> Result<(), MoneyError> {
        let sum = self.accounts.entry((total.currency(), account)).or_default();
        *sum = sum.checked_add(total.minor().into()).ok_or(MoneyError::Overflow)?;
        Ok(())
    }

    /// Returns what stands on an account; zero where nothing was booked, and the most that an amount
    /// holds where it is more.
    #[must_use]
    pub fn on(&self, account: Account, currency: Currency) -> Money {
        let sum = self.accounts.get(&(currency, account)).copied().unwrap_or_default();
        let most = if sum.is_negative() { i64::MIN } else { i64::MAX };
        Money::new(i64::try_from(sum).unwrap_or(most), currency)
    }

    /// Returns every account with what stands on it, by currency and account, where that is not zero.
    pub fn iter(&self) -> impl Iterator<Item = (Account, Money)> {
        let booked = self.accounts.iter().filter(|(_, sum)| **sum != 0);
        booked.map(|((currency, account), _)| (*account, self.on(*account, *currency)))
    }

    /// Adds up all accounts of a currency: zero, always.
    ///
    /// # Errors
    ///
    /// [`MoneyError::Overflow`] past what 64 bits hold.
    pub fn sum(&self, currency: Currency) -> Result<Money, MoneyError> {
        let of_currency = self.accounts.iter().filter(|((other, _), _)| *other == currency);
        let sum = of_currency.map(|(_, sum)| *sum).try_fold(0_i128, i128::checked_add);
        let minor = sum.and_then(|sum| i64::try_from(sum).ok()).ok_or(MoneyError::Overflow)?;
        Ok(Money::new(minor, currency))
    }
}
