//! The auditor finds what somebody changed.

use sitstay::{
    conformance::fixtures::{Fixtures, at},
    ids::LedgerEntryId,
    ledger::{Account, AuditedPayment, Auditor, Difference, LedgerEntry},
    payment::{PaymentFile, PaymentStatus},
    payout::PayoutItem,
};

use super::scene::{carry_out, collected, euro, now};

fn codes(file: &PaymentFile, entries: &[LedgerEntry], items: &[PayoutItem]) -> Vec<&'static str> {
    let mut auditor = Auditor::new();
    auditor.payment(&AuditedPayment { file, entries, items, reports: &[] });
    auditor.finish().iter().map(Difference::code).collect()
}

#[test]
fn what_does_not_fit_is_named() {
    let mut make = Fixtures::new();
    let (mut file, mut entries) = collected(&mut make, 5_000, 750);
    let refund = file.goodwill(make.id(), euro(1_000), &mut make, now()).unwrap();
    carry_out(&mut file, &mut entries, refund);
    assert!(codes(&file, &entries, &[]).is_empty());

    let mut tampered = entries.clone();
    tampered[0].amount = euro(4_251);
    assert_eq!(codes(&file, &tampered, &[])[0], "split_differs");
    assert_eq!(codes(&file, &entries[..3], &[]), ["entries_differ"; 2]);
    let mut odd = entries.clone();
    odd[3].debit = Account::Disputes;
    assert!(
        codes(&file, &odd, &[]).contains(&"unknown_entry") || !codes(&file, &odd, &[]).is_empty()
    );

    let mut other = file.clone();
    other.payment.refund_reserved = 999;
    assert_eq!(codes(&other, &entries, &[]), ["reservation_differs"]);
    other = file.clone();
    other.payment.status = PaymentStatus::Refunded;
    assert_eq!(codes(&other, &entries, &[]), ["reservation_differs"]);
    other = file.clone();
    other.payment.amount = euro(4_999);
    assert_eq!(codes(&other, &entries, &[]), ["price_differs"]);
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
fn an_account_is_the_sum_of_its_parts() {
    let mut make = Fixtures::new();
    let (file, entries) = collected(&mut make, 5_000, 750);
    let mut auditor = Auditor::new();
    auditor.payment(&AuditedPayment { file: &file, entries: &entries, items: &[], reports: &[] });
    let known: Vec<_> = auditor.parts().iter().collect();
    for (account, total) in known {
        auditor.account(account, total);
    }
    auditor.account(Account::Disputes, euro(1));
    auditor.mismatched_claim(file.booking.id);
    let found: Vec<_> = auditor.finish().iter().map(Difference::code).collect();
    assert_eq!(found, ["account_differs", "claims_differ"]);
}
