//! Statements and splits.

use proptest::prelude::*;
use sitstay::{
    conformance::fixtures::{Fixtures, minute, minutes},
    ids::MovementId,
    ledger::{Account, Balances, LedgerEntry, Statement},
    money::{BasisPoints, Currency, Price, split_fee},
};

use super::scene::{carry_out, collected, euro, policy};

proptest! {
    #[test]
    fn fee_and_share_sum_to_the_price(minor in 0..=Price::MAX_MINOR, fee in 0..=10_000_u16) {
        let price = Price::new(minor, Currency::EUR).unwrap();
        let split = split_fee(price, BasisPoints::new(fee).unwrap());
        prop_assert!(!split.fee.is_negative() && !split.trainer_share.is_negative());
        prop_assert_eq!(split.fee.checked_add(split.trainer_share).unwrap(), price.money());
    }

    #[test]
    fn a_statement_closes_at_its_opening_and_its_lines(
        booked in proptest::collection::vec((0..600_i64, 1..1_000_i64, 0..4_u8), 0..30),
        (start, length) in (0..500_i64, 1..200_i64),
    ) {
        let make = Fixtures::new();
        let booking = make.booking(&make.cast(), minutes(0, 60));
        let payable = Account::TrainerPayable(booking.trainer);
        let entries: Vec<LedgerEntry> = booked
            .iter()
            .map(|(at, minor, kind)| {
                let (debit, credit) = match kind {
                    0 => (Account::ProviderClearing, payable),
                    1 => (payable, Account::RefundsDue),
                    2 => (payable, Account::TrainerInFlight(booking.trainer)),
                    _ => (Account::ProviderClearing, Account::PlatformFees),
                };
                let amount = euro(*minor);
                LedgerEntry { debit, credit, amount, created_at: minute(*at), ..make.ledger_entry(&booking) }
            })
            .collect();
        let period = minutes(start, length);
        let statement = Statement::of(booking.trainer, period, euro(0), &entries).unwrap();
        let lines: i64 = statement.lines.iter().map(|line| line.amount.minor()).sum();
        prop_assert_eq!(statement.opening.minor() + lines, statement.closing.minor());
        prop_assert!(statement.lines.is_sorted_by_key(|line| line.at));
        prop_assert!(statement.lines.iter().all(|line| period.start() <= line.at && line.at < period.end()));

        let until = |end| {
            let before = entries.iter().filter(|entry| entry.created_at < end);
            Balances::of(before).unwrap().on(payable, Currency::EUR)
        };
        prop_assert_eq!(statement.opening, until(period.start()));
        prop_assert_eq!(statement.closing, until(period.end()));
    }
}

#[test]
fn the_parts_of_one_movement_make_one_line() {
    let mut make = Fixtures::new();
    let (mut file, mut entries) = collected(&mut make, 5_000, 750);
    let refund = file.goodwill(make.id(), euro(1_000), &policy(), &mut make, minute(800)).unwrap();
    carry_out(&mut file, &mut entries, refund);
    let day = minutes(0, 1_000);
    let statement = Statement::of(file.booking.trainer, day, euro(0), &entries).unwrap();
    let lines: Vec<_> = statement
        .lines
        .iter()
        .map(|line| (line.kind.unwrap().code(), line.amount.minor(), line.booking))
        .collect();
    let booking = Some(file.booking.id);
    assert_eq!(lines, [("paid", 4_250, booking), ("refund_due", -850, booking)]);
    let json = serde_json::to_value(&statement).unwrap();
    assert_eq!(json["lines"][0]["kind"], "paid");
    assert_eq!(json["closing"]["amount"], 3_400);
}

#[test]
fn a_line_is_of_one_movement_and_one_kind() {
    let make = Fixtures::new();
    let booking = make.booking(&make.cast(), minutes(0, 60));
    let payable = Account::TrainerPayable(booking.trainer);
    let (one, other): (MovementId, MovementId) = (make.id(), make.id());
    let paid = |minor| (Account::ProviderClearing, payable, minor);
    let refunded = |minor| (payable, Account::RefundsDue, minor);
    // The period begins with the first of them.
    let start = minute(1);
    let entry = |(movement, (debit, credit, minor))| LedgerEntry {
        movement,
        debit,
        credit,
        amount: euro(minor),
        created_at: start,
        ..make.ledger_entry(&booking)
    };
    let entries =
        [(one, paid(4)), (one, paid(3)), (one, refunded(2)), (other, refunded(1))].map(entry);
    let statement = Statement::of(booking.trainer, minutes(1, 9), euro(0), &entries).unwrap();
    let lines: Vec<_> = statement
        .lines
        .iter()
        .map(|line| (line.movement, line.kind.unwrap().code(), line.amount.minor()))
        .collect();
    assert_eq!(lines, [(one, "paid", 7), (one, "refund_due", -2), (other, "refund_due", -1)]);
    assert!(statement.opening.is_zero());
}

#[test]
fn an_account_reads_back_what_it_writes() {
    let trainer = Fixtures::new().id();
    for account in [
        Account::ProviderClearing,
        Account::PlatformFees,
        Account::TrainerPayable(trainer),
        Account::TrainerInFlight(trainer),
        Account::RefundsDue,
        Account::Disputes,
        Account::Discrepancies,
    ] {
        let json = serde_json::to_string(&account).unwrap();
        assert_eq!(json, format!("\"{account}\""));
        assert_eq!(serde_json::from_str::<Account>(&json).unwrap(), account);
    }
    for text in ["", "fees", "trainer_payable", "trainer_payable:x", "disputes "] {
        assert!(text.parse::<Account>().is_err(), "{text}");
    }
}

#[test]
fn every_currency_is_added_up_alone() {
    let mut balances = Balances::default();
    balances.add_total(Account::Disputes, euro(1)).unwrap();
    balances.add_total(Account::Discrepancies, euro(2)).unwrap();
    let sums = [Currency::EUR, Currency::USD].map(|it| balances.sum(it).unwrap().minor());
    assert_eq!(sums, [3, 0]);
}
