//! What providers report counts the same in whatever order it comes, and however often.

use proptest::prelude::*;
use sitstay::{
    conformance::fixtures::{Fixtures, at},
    ledger::{AuditedPayment, Auditor, LedgerEntry},
    payment::{Payment, PaymentFile, PaymentStatus, Refund, RefundStatus, ReportOutcome},
    provider::ProviderEvent,
};

use super::scene::{
    any_reports, carry_out, check, collected, ended, euro, events, now, owing, started,
};

/// Lets reports come in one after the other, each seen beside all that came before.
fn receive(
    mut file: PaymentFile,
    mut entries: Vec<LedgerEntry>,
    reports: &[ProviderEvent],
    order: &[usize],
    make: &mut Fixtures,
) -> (PaymentFile, Vec<LedgerEntry>) {
    let mut inbox = Vec::new();
    for &place in order {
        inbox.push(reports[place].clone());
        let reported = file.reported(&inbox, make, now()).unwrap();
        carry_out(&mut file, &mut entries, reported.settlement);
        // What was seen once more changes nothing.
        let again = file.reported(&inbox, make, now()).unwrap();
        assert!(again.settlement.is_empty(), "{again:#?}");
    }
    (file, entries)
}

/// What of a file does not depend on ids and clocks.
fn essence(file: &PaymentFile) -> impl PartialEq + std::fmt::Debug {
    // What never left us, and never will, came to nothing.
    let is_void = |refund: &&Refund| {
        refund.status == RefundStatus::Canceled && refund.provider_reference.is_none()
    };
    let mut refunds: Vec<_> = file
        .refunds
        .iter()
        .filter(|refund| !is_void(refund))
        .map(|refund| {
            let reference = refund.provider_reference.clone();
            (reference, refund.cause, refund.status, refund.amount.minor())
        })
        .collect();
    refunds.sort();
    let mut disputes: Vec<_> = file
        .disputes
        .iter()
        .map(|dispute| (dispute.provider_reference.clone(), dispute.status, dispute.amount))
        .map(|(reference, status, amount)| {
            (reference, status, amount.map(sitstay::money::Money::minor))
        })
        .collect();
    disputes.sort();
    let payment = &file.payment;
    let sums = (payment.refunded_amount, payment.refund_reserved, payment.surplus);
    (payment.status, sums, file.cover().unwrap(), refunds, disputes)
}

fn orders(count: usize) -> impl Strategy<Value = Vec<usize>> {
    let once: Vec<usize> = (0..count).collect();
    let twice = once.iter().chain(&once).copied().collect::<Vec<_>>();
    prop_oneof![Just(once).prop_shuffle(), Just(twice).prop_shuffle()]
}

fn any_case() -> impl Strategy<Value = (i64, i64, Vec<super::scene::Report>, Vec<usize>, bool)> {
    (1..200_i64, any_reports()).prop_flat_map(|(price, reports)| {
        let count = reports.len();
        (Just(price), 0..=price, Just(reports), orders(count), any::<bool>())
    })
}

proptest! {
    #[test]
    fn reports_count_the_same_in_any_order((price, fee, reports, order, has_ended) in any_case()) {
        let mut make = Fixtures::new();
        let file = started(&make, price, fee);
        let file = if has_ended { ended(file) } else { file };
        let ours = (sitstay::ids::RefundId::from_uuid(uuid::Uuid::nil()), euro(1));
        let reports = events(&file.payment, ours, &reports);
        let in_order: Vec<usize> = (0..reports.len()).collect();
        let (one, _) = receive(file.clone(), vec![], &reports, &in_order, &mut make);
        let (other, entries) = receive(file.clone(), vec![], &reports, &order, &mut make);
        prop_assert_eq!(essence(&one), essence(&other));
        prop_assert_eq!(one.payment.surplus, has_ended);

        // All at once is the same as one by one, and the auditor agrees.
        let at_once = file.reported(&reports, &mut make, now()).unwrap();
        let at_once = file.settled(&at_once.settlement);
        prop_assert_eq!(essence(&at_once), essence(&other));
        let mut auditor = Auditor::new();
        auditor.payment(&AuditedPayment { file: other, entries, items: vec![], reports });
        prop_assert_eq!(auditor.finish(), []);
    }

    #[test]
    fn a_refund_of_ours_counts_the_same_in_any_order(
        (price, fee, reports, order, _) in any_case(),
        part in 1..200_i64,
    ) {
        let mut make = Fixtures::new();
        // An obligation that fails is due again.
        let amount = euro(part.min(price));
        let (mut file, mut entries) = owing(&mut make, price, fee, amount.minor());
        let id = file.refunds[0].id;
        let sent = file.send(id, &mut make, now()).unwrap();
        carry_out(&mut file, &mut entries, sent);
        let reports = events(&file.payment, (id, amount), &reports);
        let in_order: Vec<usize> = (0..reports.len()).collect();
        let (one, _) = receive(file.clone(), entries.clone(), &reports, &in_order, &mut make);
        let (other, _) = receive(file, entries, &reports, &order, &mut make);
        prop_assert_eq!(essence(&one), essence(&other));
    }

    #[test]
    fn a_refund_may_be_known_as_ours_later(
        known in proptest::collection::vec(any::<bool>(), 1..6),
        (price, part, order) in (1..200_i64, 1..200_i64, any::<u64>()),
        furthest in 0..4_usize,
    ) {
        use super::scene::Report;
        use sitstay::provider::RefundOutcome::{Canceled, Failed, Pending, Succeeded};

        let mut make = Fixtures::new();
        let amount = euro(part.min(price));
        let (mut file, mut entries) = owing(&mut make, price, 0, amount.minor());
        let id = file.refunds[0].id;
        let sent = file.send(id, &mut make, now()).unwrap();
        carry_out(&mut file, &mut entries, sent);

        // At the end somebody says that it is ours.
        let outcomes = [Pending, Succeeded, Canceled, Failed];
        let report = |(place, is_known): (usize, bool)| {
            let outcome = outcomes[place.min(furthest)];
            Report::OurRefund { is_known, outcome, more: 0 }
        };
        let reports: Vec<_> = known.into_iter().chain([true]).enumerate().map(report).collect();
        let reports = events(&file.payment, (id, amount), &reports);
        let in_order: Vec<usize> = (0..reports.len()).collect();
        let mut other_order = in_order.clone();
        other_order.sort_by_key(|place| (order >> (place * 7)) & 0x7f);
        let ends = [in_order, other_order].map(|order| {
            let (end, _) = receive(file.clone(), entries.clone(), &reports, &order, &mut make);
            (end.cover().unwrap(), end.payment.status, end.payment.refund_reserved)
        });
        prop_assert_eq!(ends[0], ends[1]);
    }
}

#[test]
fn what_waits_for_the_payment_counts_once_it_is_paid() {
    use super::scene::Report;
    use sitstay::provider::RefundOutcome;

    let mut make = Fixtures::new();
    let file = started(&make, 100, 15);
    let refund = Report::Refund { thing: 0, amount: 40, outcome: RefundOutcome::Succeeded };
    let reports = events(&file.payment, (make.id(), euro(1)), &[refund, Report::Succeeded]);
    let early = file.reported(&reports[..1], &mut make, now()).unwrap();
    assert_eq!(early.outcomes, [ReportOutcome::Waits]);
    assert!(early.settlement.is_empty());
    let late = file.reported(&reports, &mut make, now()).unwrap();
    assert_eq!(late.outcomes, [ReportOutcome::Counts; 2]);
    let (file, entries) = (file.settled(&late.settlement), late.settlement.legs);
    assert_eq!(file.cover().unwrap().back, 40);
    check(&file, &entries);
}

#[test]
fn another_amount_moves_nothing() {
    use super::scene::Report;
    use sitstay::provider::Happening;

    let mut make = Fixtures::new();
    let file = started(&make, 100, 15);
    let mut reports = events(&file.payment, (make.id(), euro(1)), &[Report::Succeeded]);
    if let Happening::PaymentSucceeded { amount, .. } = &mut reports[0].happening {
        *amount = euro(99);
    }
    let reported = file.reported(&reports, &mut make, now()).unwrap();
    assert_eq!(reported.outcomes, [ReportOutcome::AmountDiffers]);
    assert!(reported.settlement.is_empty());
}

#[test]
fn a_report_on_a_payment_means_the_one_that_it_names() {
    use sitstay::provider::Happening;

    let mut make = Fixtures::new();
    let pending = started(&make, 100, 15);
    let paid = pending.settled(&pending.succeed(at("06:00"), &mut make, now()).unwrap());
    let known = pending.payment.provider_reference.clone().unwrap();
    let (own, other) = (Some(pending.payment.id), Some(make.id()));
    let strange = make.token();
    let unnamed = PaymentFile {
        payment: Payment { provider_reference: None, ..pending.payment.clone() },
        ..pending.clone()
    };
    // Our id counts until the money was collected under a name.
    for (file, payment, reference, is_meant) in [
        (&pending, None, &known, true),
        (&pending, other, &known, true),
        (&pending, own, &strange, true),
        (&pending, other, &strange, false),
        (&paid, None, &known, true),
        (&paid, own, &strange, false),
        (&unnamed, own, &strange, true),
        (&unnamed, other, &strange, false),
        (&unnamed, None, &strange, false),
    ] {
        let reference = reference.clone();
        let failed = Happening::PaymentFailed { payment, reference: reference.clone() };
        let amount = file.payment.amount;
        let succeeded = Happening::PaymentSucceeded { payment, reference, amount };
        for (happening, status) in
            [(failed, PaymentStatus::Failed), (succeeded, PaymentStatus::Paid)]
        {
            let event = ProviderEvent { happening, ..make.provider_event(&file.payment).event };
            let reported = file.reported([&event], &mut make, now()).unwrap();
            let after = file.settled(&reported.settlement).payment.status;
            let is_paid = file.payment.status.was_paid();
            let status = if is_meant && !is_paid { status } else { file.payment.status };
            assert_eq!(after, status, "{event:?}");
            let outcome = if is_meant { ReportOutcome::Counts } else { ReportOutcome::Unmatched };
            assert_eq!(reported.outcomes, [outcome], "{event:?}");
        }
    }
}

#[test]
fn the_last_report_of_an_outcome_says_how_much() {
    use super::scene::Report;
    use sitstay::provider::RefundOutcome::{Pending, Succeeded};

    let mut make = Fixtures::new();
    let (file, _) = collected(&mut make, 100, 15);
    let told = |amount, outcome| Report::Refund { thing: 0, amount, outcome };
    let reports = [told(30, Succeeded), told(40, Succeeded), told(50, Pending)];
    let reports = events(&file.payment, (make.id(), euro(1)), &reports);
    let reported = file.reported(&reports, &mut make, now()).unwrap();
    let refund = &reported.settlement.new_refunds[0];
    assert_eq!((refund.amount, refund.status), (euro(40), RefundStatus::Succeeded));
}

#[test]
fn of_a_refund_of_ours_another_amount_than_we_asked_for_moves_nothing() {
    use super::scene::Report;
    use sitstay::provider::RefundOutcome::Succeeded;

    let mut make = Fixtures::new();
    let (mut file, mut entries) = owing(&mut make, 100, 15, 80);
    let id = file.refunds[0].id;
    let sent = file.send(id, &mut make, now()).unwrap();
    carry_out(&mut file, &mut entries, sent);
    for (more, outcome) in [(1, ReportOutcome::AmountDiffers), (0, ReportOutcome::Counts)] {
        let told = [Report::OurRefund { is_known: true, outcome: Succeeded, more }];
        let reports = events(&file.payment, (id, euro(80)), &told);
        let reported = file.reported(&reports, &mut make, now()).unwrap();
        assert_eq!(reported.outcomes, [outcome]);
        assert_eq!(reported.settlement.is_empty(), outcome == ReportOutcome::AmountDiffers);
    }
}
