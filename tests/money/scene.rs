//! A payment of a lesson, whatever its price and fee, and the reports on it.

use proptest::prelude::*;
use sitstay::{
    booking::Booking,
    conformance::fixtures::{Fixtures, accepted, at, between, cancelled, paid},
    ids::{PaymentId, RefundId},
    ledger::{Balances, LedgerEntry},
    money::{ChargeRule, Currency, Money, MoneyPolicy, Price},
    payment::{Payment, PaymentFile, Settlement},
    provider::{DisputeOutcome, Happening, ProviderEvent, RefundOutcome},
    time::Instant,
};

pub(super) fn euro(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

pub(super) fn now() -> Instant {
    at("12:00")
}

pub(super) fn policy() -> MoneyPolicy {
    MoneyPolicy::new([ChargeRule::new(Currency::EUR, 1, 50).unwrap()]).unwrap()
}

/// Makes the file of a payment that was only started.
pub(super) fn started(make: &Fixtures, price: i64, fee: i64) -> PaymentFile {
    let lesson = accepted(make.booking(&make.cast(), between("09:00", "10:00")));
    let price = Price::new(price, Currency::EUR).unwrap();
    let booking = Booking { price, fee: euro(fee), ..lesson };
    PaymentFile {
        payment: make.payment(&booking),
        booking,
        refunds: Vec::new(),
        disputes: Vec::new(),
        another_is_paid: false,
    }
}

/// Makes the file of a payment that is paid, with its entries.
pub(super) fn collected(
    make: &mut Fixtures,
    price: i64,
    fee: i64,
) -> (PaymentFile, Vec<LedgerEntry>) {
    let file = started(make, price, fee);
    let settlement = file.succeed(at("06:00"), make, now()).unwrap();
    (file.settled(&settlement), settlement.legs)
}

/// Makes the file of a payment of a cancelled lesson, with its entries, of which a part is owed.
pub(super) fn owing(
    make: &mut Fixtures,
    price: i64,
    fee: i64,
    owed: i64,
) -> (PaymentFile, Vec<LedgerEntry>) {
    let (file, mut entries) = collected(make, price, fee);
    let mut file = ended(file);
    file.payment.refund_owed = owed;
    let due = file.reported([], make, now()).unwrap();
    carry_out(&mut file, &mut entries, due.settlement);
    (file, entries)
}

/// Carries a settlement out: the rows change and the entries are added.
pub(super) fn carry_out(
    file: &mut PaymentFile,
    entries: &mut Vec<LedgerEntry>,
    settlement: Settlement,
) {
    *file = file.settled(&settlement);
    entries.extend(settlement.legs);
    check(file, entries);
}

/// Everything that holds for a payment at any time.
pub(super) fn check(file: &PaymentFile, entries: &[LedgerEntry]) {
    let PaymentFile { payment, booking, .. } = file;
    payment.check().unwrap();
    for entry in entries {
        entry.check().unwrap();
    }
    let balances = Balances::of(entries).unwrap();
    assert!(balances.sum(Currency::EUR).unwrap().is_zero());
    if !payment.status.was_paid() {
        assert!(entries.is_empty(), "nothing moves before the payment is paid");
        return;
    }
    assert!(file.recomputed(&[]).unwrap().settlement.is_empty(), "{file:#?}");
    let cover = file.cover().unwrap();
    assert_eq!(payment.refund_reserved, cover.reserved());
    assert_eq!(payment.refunded_amount, cover.back);
    let expected = cover.balances(payment.amount, booking.fee).unwrap();
    let found = expected
        .map(|(side, _)| (side, balances.on(side.account(booking.trainer), Currency::EUR).minor()));
    assert_eq!(found, expected, "{file:#?}");
}

/// A report without what makes it one of a payment.
#[derive(Debug, Clone)]
pub(super) enum Report {
    Succeeded,
    Failed,
    Refund { thing: u8, amount: i64, outcome: RefundOutcome },
    OurRefund { is_known: bool, outcome: RefundOutcome, more: i64 },
    Dispute { thing: u8, amount: i64, outcome: DisputeOutcome },
}

/// Draws reports in which one thing has one amount, or several.
pub(super) fn any_reports() -> impl Strategy<Value = Vec<Report>> {
    let refund = prop_oneof![
        Just(RefundOutcome::Pending),
        Just(RefundOutcome::Succeeded),
        Just(RefundOutcome::Canceled),
        Just(RefundOutcome::Failed),
    ];
    let dispute = prop_oneof![
        Just(DisputeOutcome::Open),
        Just(DisputeOutcome::Won),
        Just(DisputeOutcome::Lost),
    ];
    let amounts = proptest::array::uniform3(1..150_i64);
    let ours = refund.clone();
    let report = prop_oneof![
        Just(Report::Failed),
        (0..3_u8, refund).prop_map(|(thing, outcome)| Report::Refund { thing, amount: 0, outcome }),
        (ours, prop_oneof![4 => Just(0), 1 => 1..3_i64])
            .prop_map(|(outcome, more)| Report::OurRefund { is_known: true, outcome, more }),
        (0..3_u8, dispute).prop_map(|(thing, outcome)| Report::Dispute {
            thing,
            amount: 0,
            outcome
        }),
    ];
    let reports = proptest::collection::vec((report, 0..3_i64), 0..8);
    (amounts, amounts_again(), reports, any::<bool>()).prop_map(
        |(refunds, disputes, mut reports, agree)| {
            for (report, more) in &mut reports {
                let more = if agree { 0 } else { *more };
                match report {
                    Report::Refund { thing, amount, .. } => {
                        *amount = refunds[usize::from(*thing)] + more;
                    }
                    Report::Dispute { thing, amount, .. } => {
                        *amount = disputes[usize::from(*thing)] + more;
                    }
                    Report::Succeeded | Report::Failed | Report::OurRefund { .. } => {}
                }
            }
            let reports = reports.into_iter().map(|(report, _)| report);
            reports.chain([Report::Succeeded]).collect()
        },
    )
}

fn amounts_again() -> impl Strategy<Value = [i64; 3]> {
    proptest::array::uniform3(1..150_i64)
}

/// Makes events of reports, each a second later than the one before.
pub(super) fn events(
    payment: &Payment,
    ours: (RefundId, Money),
    reports: &[Report],
) -> Vec<ProviderEvent> {
    let reference = payment.provider_reference.clone().unwrap();
    let id: Option<PaymentId> = Some(payment.id);
    let happening = |report: &Report| match report.clone() {
        Report::Succeeded => Happening::PaymentSucceeded {
            payment: id,
            reference: reference.clone(),
            amount: payment.amount,
        },
        Report::Failed => Happening::PaymentFailed { payment: id, reference: reference.clone() },
        Report::Refund { thing, amount, outcome } => Happening::Refund {
            refund: None,
            reference: format!("re_{thing}").parse().unwrap(),
            payment_reference: reference.clone(),
            amount: euro(amount),
            outcome,
        },
        Report::OurRefund { is_known, outcome, more } => Happening::Refund {
            refund: is_known.then_some(ours.0),
            reference: "re_ours".parse().unwrap(),
            payment_reference: reference.clone(),
            amount: euro(ours.1.minor() + more),
            outcome,
        },
        Report::Dispute { thing, amount, outcome } => Happening::Dispute {
            reference: format!("dp_{thing}").parse().unwrap(),
            payment_reference: reference.clone(),
            amount: euro(amount),
            outcome,
        },
    };
    let event = |(place, report)| ProviderEvent {
        provider: payment.provider.clone(),
        id: format!("evt_{place}").parse().unwrap(),
        occurred_at: at("06:00").saturating_add(chrono::TimeDelta::seconds(place as i64)),
        happening: happening(report),
    };
    reports.iter().enumerate().map(event).collect()
}

pub(super) fn ended(file: PaymentFile) -> PaymentFile {
    PaymentFile { booking: cancelled(file.booking), ..file }
}

pub(super) fn already_paid(file: &PaymentFile) -> Payment {
    paid(file.payment.clone())
}
