//! The ledger against payments and refunds, booking by booking.

use std::collections::BTreeMap;

use sitstay::{
    ids::{BookingId, MovementId},
    ledger::{Account, LedgerEntry},
    money::{Money, cumulative_share},
    payment::{Payment, PaymentStatus, Refund, RefundStatus},
    repository::{Census, Repository, RepositoryError, Table, Versioned},
};

use super::{
    Findings, Promise, Told,
    bookings::{Bookings, Stored},
    rows_of,
    together::together,
};

/// How many bookings are read before it is asked whether all rows were found.
const GROUP: usize = 64;

type OfBooking = (Vec<Versioned<Payment>>, Vec<Versioned<Refund>>, Vec<LedgerEntry>);

/// Reads money from the latest booking back, until every row of it was found.
pub(super) async fn check(
    repository: &dyn Repository,
    bookings: &Bookings,
    census: &Census,
    findings: &mut Findings,
    told: Told<'_>,
) -> Result<(), RepositoryError> {
    let tables = [Table::Payment, Table::Refund, Table::LedgerEntry];
    let stored = tables.map(|table| rows_of(census, table));
    let mut found = [0; 3];
    let latest_first: Vec<&Stored> = bookings.all.iter().rev().collect();
    for group in latest_first.chunks(GROUP) {
        if found == stored {
            break;
        }
        let money = together(group.iter().map(|booking| read(repository, booking.id))).await?;
        for (booking, (payments, refunds, legs)) in group.iter().zip(&money) {
            found[0] += payments.len() as u64;
            found[1] += refunds.len() as u64;
            found[2] += legs.len() as u64;
            compare(booking, payments, refunds, legs, findings);
        }
        told(group.len());
    }
    for ((table, stored), found) in tables.into_iter().zip(stored).zip(found) {
        findings.require(stored == found, Promise::Ledger, || {
            format!("{table} has {stored} rows, and {found} are of a booking that is there")
        });
    }
    findings.look_at("ledger_entries", usize::try_from(found[2]).unwrap_or(usize::MAX));
    Ok(())
}

async fn read(
    repository: &dyn Repository,
    booking: BookingId,
) -> Result<OfBooking, RepositoryError> {
    let payments = repository.payments(booking).await?;
    let legs = repository.ledger(booking).await?;
    // There is no refund without a payment; the sizes of the tables tell of one all the same.
    let refunds =
        if payments.is_empty() { Vec::new() } else { repository.refunds(booking).await? };
    Ok((payments, refunds, legs))
}

/// What a booking's legs move, by account, in minor units: debits less credits.
#[derive(Debug, Default, PartialEq, Eq)]
struct Balance {
    clearing: i64,
    refunds_due: i64,
    fees: i64,
    trainer: i64,
}

impl Balance {
    fn of(legs: &[LedgerEntry], booking: &Stored) -> Option<Self> {
        let mut balance = Self::default();
        for leg in legs {
            *balance.account(leg.debit, booking)? += leg.amount.minor();
            *balance.account(leg.credit, booking)? -= leg.amount.minor();
        }
        Some(balance)
    }

    /// `None` for the accounts that nothing in this version books on, and another trainer's.
    fn account(&mut self, account: Account, booking: &Stored) -> Option<&mut i64> {
        match account {
            Account::ProviderClearing => Some(&mut self.clearing),
            Account::RefundsDue => Some(&mut self.refunds_due),
            Account::PlatformFees => Some(&mut self.fees),
            Account::TrainerPayable(trainer) if trainer == booking.trainer => {
                Some(&mut self.trainer)
            }
            _ => None,
        }
    }

    /// What the payments of a booking should have moved: the price came in, what is reserved is
    /// due to the owner but for what went back, and the fee shrinks with it.
    fn due(payments: &[Versioned<Payment>], booking: &Stored) -> Option<Self> {
        let mut due = Self::default();
        let settled = [PaymentStatus::Paid, PaymentStatus::Refunded];
        for payment in payments.iter().filter(|payment| settled.contains(&payment.status)) {
            let amount = payment.amount.minor();
            let reserved = Money::new(payment.refund_reserved, payment.amount.currency());
            let fee = booking.fee.minor()
                - cumulative_share(booking.fee, reserved, payment.amount).ok()?.minor();
            due.clearing += amount - payment.refunded_amount;
            due.refunds_due -= payment.refund_reserved - payment.refunded_amount;
            due.fees -= fee;
            due.trainer -= amount - payment.refund_reserved - fee;
        }
        Some(due)
    }
}

fn compare(
    booking: &Stored,
    payments: &[Versioned<Payment>],
    refunds: &[Versioned<Refund>],
    legs: &[LedgerEntry],
    findings: &mut Findings,
) {
    let (balance, due) = (Balance::of(legs, booking), Balance::due(payments, booking));
    findings.require(balance.is_some() && balance == due, Promise::Ledger, || {
        format!("the ledger moved {balance:?} over booking {}, and {due:?} is due", booking.id)
    });
    for payment in payments {
        let paid = payment.amount == booking.price;
        findings.require(paid, Promise::Ledger, || {
            format!("payment {} is not of its booking's price", payment.id)
        });
        let live = [RefundStatus::Due, RefundStatus::Pending, RefundStatus::Succeeded];
        let of_payment = refunds.iter().filter(|refund| refund.payment == payment.id);
        let reserved: i64 = of_payment
            .filter(|refund| live.contains(&refund.status))
            .map(|refund| refund.amount.minor())
            .sum();
        findings.require(reserved == payment.refund_reserved, Promise::Ledger, || {
            let noted = payment.refund_reserved;
            format!("payment {} reserves {noted}, and its refunds {reserved}", payment.id)
        });
    }
    let mut movements: BTreeMap<MovementId, usize> = BTreeMap::new();
    for leg in legs {
        *movements.entry(leg.movement).or_default() += 1;
    }
    // A movement is split between the trainer and the platform, and no leg is zero.
    for (movement, _) in movements.iter().filter(|(_, legs)| **legs > 2) {
        findings.add(Promise::Ledger, || format!("movement {movement} has too many legs"));
    }
}
