//! The auditor finds what somebody changed.

use sitstay::{
    conformance::fixtures::{Fixtures, at, between},
    ids::LedgerEntryId,
    ledger::{Account, AuditedPayment, Auditor, Balances, Difference, LedgerEntry, Movement},
    money::{Currency, Money},
    payment::{PaymentFile, PaymentStatus, ReportOutcome},
    payout::PayoutItem,
};

use super::scene::{carry_out, collected, ended, euro, now, policy, started};

fn codes(file: &PaymentFile, entries: &[LedgerEntry], items: &[PayoutItem]) -> Vec<&'static str> {
    let mut auditor = Auditor::new();
    let (file, entries, items) = (file.clone(), entries.to_vec(), items.to_vec());
    auditor.payment(&AuditedPayment { file, entries, items, reports: vec![] });
    auditor.finish().iter().map(Difference::code).collect()
}

#[test]
fn what_does_not_fit_is_named() {
    let mut make = Fixtures::new();
    let (mut file, mut entries) = collected(&mut make, 5_000, 750);
    let refund = file.goodwill(make.id(), euro(1_000), &policy(), &mut make, now()).unwrap();
    carry_out(&mut file, &mut entries, refund);
    assert!(codes(&file, &entries, &[]).is_empty());

    let mut tampered = entries.clone();
    tampered[0].amount = euro(4_251);
    assert_eq!(codes(&file, &tampered, &[])[0], "split_differs");
    assert_eq!(codes(&file, &entries[..3], &[]), ["entries_differ"; 2]);
    let mut odd = entries.clone();
    odd[3].debit = Account::TrainerInFlight(file.booking.trainer);
    assert_eq!(codes(&file, &odd, &[]), ["unknown_entry", "entries_differ", "entries_differ"]);
    let mut stray = entries.clone();
    stray[0].payment = None;
    assert_eq!(codes(&file, &stray, &[]), ["stray_entry"]);

    let mut other = file.clone();
    other.payment.refund_reserved = 999;
    assert_eq!(codes(&other, &entries, &[]), ["reservation_differs", "not_settled"]);
    other = file.clone();
    other.another_is_paid = true;
    assert_eq!(codes(&other, &entries, &[]), ["settled_twice"]);
    other = file.clone();
    other.payment.refund_owed = 10;
    assert_eq!(codes(&other, &entries, &[]), ["owed_differs", "not_settled"]);
    other = file.clone();
    other.payment.status = PaymentStatus::Refunded;
    assert_eq!(codes(&other, &entries, &[]), ["reservation_differs", "not_settled"]);
    other = file.clone();
    other.payment.amount = euro(4_999);
    assert_eq!(codes(&other, &entries, &[]), ["price_differs"]);
    for fee in [euro(5_001), Money::new(750, Currency::USD)] {
        other = file.clone();
        other.booking.fee = fee;
        assert_eq!(codes(&other, &entries, &[]), ["price_differs"], "{fee}");
    }
    other = file.clone();
    other.refunds.clear();
    assert!(codes(&other, &entries, &[]).contains(&"entries_differ"));

    let entry: LedgerEntryId = entries[0].id;
    let item = |make: &Fixtures| PayoutItem {
        payout: make.id(),
        entry,
        released_at: None,
        updated_at: at("12:00"),
    };
    let twice = [item(&make), item(&make)];
    assert_eq!(codes(&file, &entries, &twice), ["paid_twice"]);
}

#[test]
fn what_is_not_paid_owes_nothing() {
    let mut file = ended(started(&Fixtures::new(), 5_000, 750));
    assert_eq!(codes(&file, &[], &[]), [""; 0]);
    file.payment.refund_owed = 10;
    assert_eq!(codes(&file, &[], &[]), ["owed_differs"]);
}

#[test]
fn an_entry_of_nothing_is_a_rest() {
    let make = Fixtures::new();
    let booking = make.booking(&make.cast(), between("09:00", "10:00"));
    let paid = LedgerEntry { payment: None, payout: None, ..make.ledger_entry(&booking) };
    let [rest] = Movement::RestLeft.legs() else { panic!("a rest is one leg") };
    let (debit, credit) =
        (rest.debit.account(booking.trainer), rest.credit.account(booking.trainer));
    let rest = LedgerEntry { debit, credit, ..paid.clone() };
    for (entry, is_stray) in [
        (rest.clone(), false),
        (LedgerEntry { payment: Some(make.id()), ..rest.clone() }, true),
        (LedgerEntry { payout: Some(make.id()), ..rest }, true),
        (paid, true),
    ] {
        let mut auditor = Auditor::new();
        auditor.other_entry(&entry);
        let found: Vec<_> = auditor.finish().iter().map(Difference::code).collect();
        assert_eq!(found, ["stray_entry"].repeat(usize::from(is_stray)), "{entry:?}");
    }
}

#[test]
fn a_report_that_moved_nothing_is_named() {
    let make = Fixtures::new();
    let file = started(&make, 100, 15);
    let report = make.provider_event(&file.payment).event;
    let mut auditor = Auditor::new();
    for outcome in ReportOutcome::ALL {
        auditor.report(&report, *outcome);
    }
    let found: Vec<_> = auditor.finish().iter().map(Difference::code).collect();
    assert_eq!(found, ["report_idle"; 4]);
}

#[test]
fn an_account_is_the_sum_of_its_parts() {
    let mut make = Fixtures::new();
    let (file, entries) = collected(&mut make, 5_000, 750);
    let mut auditor = Auditor::new();
    let booking = file.booking.id;
    auditor.payment(&AuditedPayment { file, entries, items: vec![], reports: vec![] });
    let mut found = auditor.parts().clone();
    found.add_total(Account::Disputes, euro(1)).unwrap();
    auditor.totals(&found);
    // What the parts have and the ledger has not is seen as well.
    auditor.totals(&Balances::default());
    auditor.mismatched_claim(booking);
    let found: Vec<_> = auditor.finish().iter().map(Difference::code).collect();
    let all = ["account_differs"; 4].into_iter().chain(["claims_differ"]);
    assert_eq!(found, all.collect::<Vec<_>>());
}
