//! The auditor finds what somebody changed.

use sitstay::{
    conformance::fixtures::{Fixtures, at},
    ids::LedgerEntryId,
    ledger::{Account, AuditedPayment, Auditor, Balances, Difference, LedgerEntry},
    payment::{PaymentFile, PaymentStatus},
    payout::PayoutItem,
};

use super::scene::{carry_out, collected, euro, now, policy};

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
