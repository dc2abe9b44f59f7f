//! What we do to payments and refunds ourselves.

use proptest::prelude::*;
use sitstay::{
    conformance::fixtures::{Fixtures, at, completed},
    ledger::Movement,
    money::{BasisPoints, ChargeRule, Currency, Money, MoneyError, MoneyPolicy},
    payment::{
        DisputeStatus, Payment, PaymentError, PaymentFile, PaymentStatus, Refund, RefundCause,
        RefundStatus, Settlement,
    },
    provider::{DisputeOutcome, PaymentOutcome, RefundOutcome},
};

use super::scene::{
    Report, already_paid, carry_out, check, collected, ended, euro, events, now, owing, policy,
    started,
};

#[derive(Debug, Clone)]
enum Step {
    Goodwill(i64),
    Owe(u16),
    Send(usize),
    CallOff(usize),
    Answer(usize, RefundOutcome),
    Dispute(u8, i64, DisputeOutcome),
}

fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    let outcome = prop_oneof![
        Just(RefundOutcome::Pending),
        Just(RefundOutcome::Succeeded),
        Just(RefundOutcome::Canceled),
        Just(RefundOutcome::Failed),
    ];
    let dispute = prop_oneof![
        Just(DisputeOutcome::Open),
        Just(DisputeOutcome::Won),
        Just(DisputeOutcome::Lost)
    ];
    let step = prop_oneof![
        (1..120_i64).prop_map(Step::Goodwill),
        (0..=10_000_u16).prop_map(Step::Owe),
        (0..6_usize).prop_map(Step::Send),
        (0..6_usize).prop_map(Step::CallOff),
        (0..6_usize, outcome).prop_map(|(place, outcome)| Step::Answer(place, outcome)),
        (0..2_u8, 1..120_i64, dispute)
            .prop_map(|(thing, amount, outcome)| Step::Dispute(thing, amount, outcome)),
    ];
    proptest::collection::vec(step, 0..24)
}

/// Returns the sum of what was handed to the provider and did not come back.
fn asked_for(file: &PaymentFile) -> i64 {
    let is_out =
        |refund: &&Refund| matches!(refund.status, RefundStatus::Pending | RefundStatus::Succeeded);
    file.refunds.iter().filter(is_out).map(|refund| refund.amount.minor()).sum()
}

proptest! {
    #[test]
    fn entries_equal_the_cover_and_refunds_never_exceed_the_payment(
        (price, fee) in (1..120_i64).prop_flat_map(|price| (Just(price), 0..=price)),
        steps in any_steps(),
    ) {
        let mut make = Fixtures::new();
        let (mut file, mut entries) = collected(&mut make, price, fee);
        check(&file, &entries);
        let mut inbox = Vec::new();
        for step in steps {
            let refund = |place: usize| file.refunds.get(place).map(|refund| refund.id);
            let settlement = match step {
                Step::Goodwill(minor) => file.goodwill(make.id(), euro(minor), &policy(), &mut make, now()),
                Step::Owe(share) => {
                    let share = BasisPoints::new(share).unwrap();
                    let booking = ended(file.clone()).booking;
                    let owed = file.oblige(booking.clone(), share, &policy(), &mut make, now());
                    file.booking = booking;
                    owed
                }
                Step::Send(place) => {
                    let Some(refund) = refund(place) else { continue };
                    file.send(refund, &mut make, now())
                }
                Step::CallOff(place) => {
                    let Some(refund) = refund(place) else { continue };
                    file.call_off(refund, &mut make, now())
                }
                Step::Answer(place, outcome) => {
                    let Some(known) = file.refunds.get(place) else { continue };
                    if matches!(known.status, RefundStatus::Due) {
                        continue;
                    }
                    let reference = format!("re_{}", known.id).parse().unwrap();
                    let (id, reference) = (known.id, Some(&reference));
                    file.refund_answered(id, reference, outcome, &inbox, &mut make, now())
                }
                Step::Dispute(thing, amount, outcome) => {
                    let report = Report::Dispute { thing, amount, outcome };
                    let mut reports =
                        events(&file.payment, (make.id(), euro(1)), std::slice::from_ref(&report));
                    reports[0].id = make.token();
                    inbox.extend(reports);
                    file.reported(&inbox, &mut make, now())
                        .map(|reported| reported.settlement)
                        .map_err(PaymentError::Money)
                }
            };
            let (lost, asked) = (file.cover().unwrap().lost, asked_for(&file));
            if let Ok(settlement) = settlement {
                carry_out(&mut file, &mut entries, settlement);
                let is_more = asked_for(&file) > asked;
                prop_assert!(!is_more || asked_for(&file) + lost <= price, "{:#?}", file);
            }
        }
    }
}

#[test]
fn a_payment_is_started_for_what_can_be_paid() {
    let make = Fixtures::new();
    let file = started(&make, 100, 15);
    let start = |booking, earlier: &[Payment], now| {
        Payment::start(make.id(), booking, file.payment.provider.clone(), earlier, now)
    };
    let payment = start(&file.booking, std::slice::from_ref(&file.payment), now()).unwrap();
    assert_eq!((payment.status, payment.amount), (PaymentStatus::Pending, euro(100)));
    let earlier = [already_paid(&file)];
    assert_eq!(start(&file.booking, &earlier, now()), Err(PaymentError::AlreadyPaid));
    let over = ended(file.clone()).booking;
    assert_eq!(start(&over, &[], now()), Err(PaymentError::BookingEnded));
    let waiting =
        make.booking(&make.cast(), sitstay::conformance::fixtures::between("09:00", "10:00"));
    assert!(start(&waiting, &[], at("08:59")).is_ok());
    assert_eq!(start(&waiting, &[], at("09:00")), Err(PaymentError::BookingEnded));
    let price = sitstay::money::Price::free(Currency::EUR);
    let free = sitstay::booking::Booking { price, fee: euro(0), ..file.booking.clone() };
    assert_eq!(start(&free, &[], now()), Err(PaymentError::Free));
}

#[test]
fn payments_go_their_way() {
    let mut make = Fixtures::new();
    let file = started(&make, 100, 15);
    let name = file.payment.provider_reference.clone().unwrap();
    let fail = |file: &PaymentFile, make: &mut Fixtures| {
        file.answered(&name, PaymentOutcome::Failed, [], make, now()).unwrap()
    };
    let failed = file.settled(&fail(&file, &mut make));
    assert_eq!(failed.payment.status, PaymentStatus::Failed);
    let paid = failed.settled(&failed.succeed(at("07:00"), &mut make, now()).unwrap());
    assert_eq!(paid.payment.status, PaymentStatus::Paid);
    assert!(fail(&paid, &mut make).is_empty());
    assert!(paid.succeed(now(), &mut make, now()).unwrap().is_empty());
}

#[test]
fn a_success_for_nothing_that_is_owed_is_due_at_once() {
    let mut make = Fixtures::new();
    let file = started(&make, 100, 15);
    let second = PaymentFile { another_is_paid: true, ..file.clone() };
    for file in [second, ended(file)] {
        let settlement = file.succeed(at("07:00"), &mut make, now()).unwrap();
        let file = file.settled(&settlement);
        check(&file, &settlement.legs);
        assert!(file.payment.surplus);
        let refund = &file.refunds[0];
        assert_eq!((refund.cause, refund.amount), (RefundCause::Surplus, euro(100)));
    }
}

#[test]
fn a_payment_that_comes_back_beside_another_is_surplus() {
    let mut make = Fixtures::new();
    let (mut file, mut entries) = collected(&mut make, 100, 15);
    let refund = make.id();
    let settlement = file.goodwill(refund, euro(100), &policy(), &mut make, now()).unwrap();
    carry_out(&mut file, &mut entries, settlement);
    let settlement = file.send(refund, &mut make, now()).unwrap();
    carry_out(&mut file, &mut entries, settlement);
    let mut answer = |file: &PaymentFile, outcome| {
        let reference = "re_1".parse().unwrap();
        file.refund_answered(refund, Some(&reference), outcome, [], &mut make, now()).unwrap()
    };
    let settlement = answer(&file, RefundOutcome::Succeeded);
    carry_out(&mut file, &mut entries, settlement);
    assert_eq!(file.payment.status, PaymentStatus::Refunded);
    file.another_is_paid = true;
    // As long as it stays away, nothing is to be done.
    assert!(answer(&file, RefundOutcome::Succeeded).is_empty());
    let settlement = answer(&file, RefundOutcome::Failed);
    carry_out(&mut file, &mut entries, settlement);
    assert!(file.payment.surplus);
    assert_eq!(file.cover().unwrap().due, 100);
}

#[test]
fn what_is_disputed_is_not_sent() {
    let mut make = Fixtures::new();
    let (mut file, mut entries) = collected(&mut make, 100, 15);
    let refund = make.id();
    let settlement = file.goodwill(refund, euro(60), &policy(), &mut make, now()).unwrap();
    carry_out(&mut file, &mut entries, settlement);
    let dispute = |outcome| Report::Dispute { thing: 0, amount: 70, outcome };
    let reports = [DisputeOutcome::Open, DisputeOutcome::Lost].map(dispute);
    let reports = events(&file.payment, (make.id(), euro(1)), &reports);
    let open = file.reported(&reports[..1], &mut make, now()).unwrap();
    carry_out(&mut file, &mut entries, open.settlement);
    assert_eq!(file.send(refund, &mut make, now()), Err(PaymentError::Disputed));

    // Once it is lost, what is left of the payment can still go back.
    let lost = file.reported(&reports, &mut make, now()).unwrap();
    carry_out(&mut file, &mut entries, lost.settlement);
    let sent = file.send(refund, &mut make, now()).unwrap();
    assert_eq!((sent.refunds[0].status, sent.refunds[0].amount), (RefundStatus::Pending, euro(30)));
    assert!(sent.legs.is_empty());
}

#[test]
fn what_is_on_its_way_is_not_sent_again() {
    let mut make = Fixtures::new();
    let (mut file, mut entries) = collected(&mut make, 100, 15);
    for _ in 0..2 {
        let kind = file.goodwill(make.id(), euro(40), &policy(), &mut make, now()).unwrap();
        carry_out(&mut file, &mut entries, kind);
    }
    let lost = Report::Dispute { thing: 0, amount: 50, outcome: DisputeOutcome::Lost };
    let reports = events(&file.payment, (make.id(), euro(1)), &[lost]);
    let reported = file.reported(&reports, &mut make, now()).unwrap();
    carry_out(&mut file, &mut entries, reported.settlement);
    for place in 0..2 {
        let sent = file.send(file.refunds[place].id, &mut make, now()).unwrap();
        carry_out(&mut file, &mut entries, sent);
    }
    let amounts: Vec<_> = file.refunds.iter().map(|refund| refund.amount.minor()).collect();
    assert_eq!(amounts, [40, 10]);
}

#[test]
fn what_is_owed_shrinks_with_what_went_back_and_grows_again() {
    use sitstay::provider::RefundOutcome::{Failed, Succeeded};

    let mut make = Fixtures::new();
    let (mut file, mut entries) = owing(&mut make, 100, 15, 80);
    let elsewhere = |amount, outcome| Report::Refund { thing: 0, amount, outcome };
    let reports = [elsewhere(50, Succeeded), elsewhere(50, Failed)];
    let reports = events(&file.payment, (make.id(), euro(1)), &reports);
    let mut due = Vec::new();
    for seen in 0..=2 {
        let reported = file.reported(&reports[..seen], &mut make, now()).unwrap();
        carry_out(&mut file, &mut entries, reported.settlement);
        due.push(file.refunds[0].amount.minor());
    }
    assert_eq!(due, [80, 50, 80]);
    let id = file.refunds[0].id;
    assert_eq!(file.call_off(id, &mut make, now()), Err(PaymentError::Owed));
}

#[test]
fn a_goodwill_keeps_the_step_of_its_currency() {
    let mut make = Fixtures::new();
    let (file, _) = collected(&mut make, 100, 15);
    let rule = ChargeRule::new(Currency::EUR, 10, 50).unwrap();
    let tens = MoneyPolicy::new([rule]).unwrap();
    let odd = file.goodwill(make.id(), euro(15), &tens, &mut make, now());
    assert_eq!(odd, Err(PaymentError::Money(MoneyError::OffStep { step: euro(10) })));
    assert!(file.goodwill(make.id(), euro(20), &tens, &mut make, now()).is_ok());
}

#[test]
fn no_more_goes_back_than_is_free() {
    let mut make = Fixtures::new();
    let (file, _) = collected(&mut make, 100, 15);
    let more = file.goodwill(make.id(), euro(101), &policy(), &mut make, now());
    assert_eq!(more, Err(PaymentError::ExceedsFree { free: euro(100) }));
    let nothing = file.goodwill(make.id(), euro(0), &policy(), &mut make, now());
    assert_eq!(nothing, Err(PaymentError::ExceedsFree { free: euro(100) }));
    let dollars =
        file.goodwill(make.id(), Money::new(1, Currency::USD), &policy(), &mut make, now());
    assert!(matches!(dollars, Err(PaymentError::Money(_))));
}

#[test]
fn what_passes_between_refunds_and_disputes_passes_directly() {
    let mut make = Fixtures::new();
    let (mut file, mut entries) = collected(&mut make, 100, 0);
    let refund = file.goodwill(make.id(), euro(60), &policy(), &mut make, now()).unwrap();
    carry_out(&mut file, &mut entries, refund);
    let dispute = |outcome| Report::Dispute { thing: 0, amount: 70, outcome };
    let reports = [DisputeOutcome::Open, DisputeOutcome::Won].map(dispute);
    let reports = events(&file.payment, (make.id(), euro(1)), &reports);
    for (seen, passed, rest) in [
        (1, Movement::RefundDisputed, Movement::DisputeOpened),
        (2, Movement::DisputeRefunded, Movement::DisputeWon),
    ] {
        let reported = file.reported(&reports[..seen], &mut make, now()).unwrap().settlement;
        let legs = reported.legs.iter();
        let moved: Vec<_> = legs
            .map(|leg| (Movement::of(leg.debit, leg.credit).unwrap(), leg.amount.minor()))
            .collect();
        assert_eq!(moved, [(passed, 30), (rest, 40)]);
        carry_out(&mut file, &mut entries, reported);
    }
}

/// Decides how much of a payment has to go back, and carries that out.
fn oblige(
    file: &mut PaymentFile,
    entries: &mut Vec<sitstay::ledger::LedgerEntry>,
    share: u16,
    make: &mut Fixtures,
) -> Settlement {
    let (booking, share) = (file.booking.clone(), BasisPoints::new(share).unwrap());
    let owed = file.oblige(booking, share, &policy(), make, now()).unwrap();
    carry_out(file, entries, owed.clone());
    owed
}

#[test]
fn only_what_a_rule_obliges_to_is_told_as_due() {
    let mut make = Fixtures::new();
    let (mut file, mut entries) = collected(&mut make, 100, 15);
    let kind = file.goodwill(make.id(), euro(10), &policy(), &mut make, now()).unwrap();
    assert_eq!(kind.refund_due(), None);
    carry_out(&mut file, &mut entries, kind);
    let mut file = ended(file);
    let owed = oblige(&mut file, &mut entries, 5_000, &mut make);
    assert_eq!(owed.refund_due(), Some(euro(50)));
    let sent = file.send(file.refunds[1].id, &mut make, now()).unwrap();
    assert_eq!((sent.refunds[0].status, sent.refund_due()), (RefundStatus::Pending, None));
}

#[test]
fn what_is_owed_goes_by_the_booking_as_it_will_be() {
    let mut make = Fixtures::new();
    let (file, _) = collected(&mut make, 100, 15);
    let mut missed = completed(file.booking.clone());
    missed.attendance = Some(sitstay::booking::Attendance::TrainerNoShow);
    let full = BasisPoints::FULL;
    let owed = file.oblige(missed, full, &policy(), &mut make, now()).unwrap();
    assert_eq!(owed.new_refunds[0].cause, RefundCause::TrainerNoShow);

    // What is not paid owes nothing, and what is surplus all of it.
    let unpaid = ended(started(&make, 100, 15));
    let owed = unpaid.oblige(unpaid.booking.clone(), full, &policy(), &mut make, now());
    assert!(owed.unwrap().is_empty());
    let second = PaymentFile { another_is_paid: true, ..started(&make, 100, 15) };
    let surplus = second.settled(&second.succeed(now(), &mut make, now()).unwrap());
    let none = BasisPoints::new(0).unwrap();
    let owed = surplus.oblige(surplus.booking.clone(), none, &policy(), &mut make, now());
    assert!(owed.unwrap().is_empty());
}

/// Sends a refund, which fails.
fn fail(
    file: &mut PaymentFile,
    entries: &mut Vec<sitstay::ledger::LedgerEntry>,
    place: usize,
    make: &mut Fixtures,
) {
    let id = file.refunds[place].id;
    let sent = file.send(id, make, now()).unwrap();
    carry_out(file, entries, sent);
    let failed = file.refund_answered(id, None, RefundOutcome::Failed, [], make, now());
    carry_out(file, entries, failed.unwrap());
}

#[test]
fn an_obligation_that_fails_is_taken_over_by_the_next() {
    let mut make = Fixtures::new();
    let (mut file, mut entries) = collected(&mut make, 100, 15);
    let kind = file.goodwill(make.id(), euro(10), &policy(), &mut make, now()).unwrap();
    carry_out(&mut file, &mut entries, kind);
    fail(&mut file, &mut entries, 0, &mut make);
    let mut file = ended(file);
    oblige(&mut file, &mut entries, 5_000, &mut make);
    fail(&mut file, &mut entries, 1, &mut make);
    fail(&mut file, &mut entries, 2, &mut make);
    let known = |place: usize| Some(file.refunds[place].id);
    let replaced: Vec<_> = file.refunds.iter().map(|refund| refund.replaces).collect();
    // What nobody was obliged to has no successor.
    assert_eq!(replaced, [None, None, known(1), known(2)]);

    // What is only on its way has none either.
    let (mut file, mut entries) = owing(&mut make, 100, 15, 50);
    let sent = file.send(file.refunds[0].id, &mut make, now()).unwrap();
    carry_out(&mut file, &mut entries, sent);
    oblige(&mut file, &mut entries, 8_000, &mut make);
    assert_eq!((file.refunds[1].amount, file.refunds[1].replaces), (euro(30), None));
}

#[test]
fn what_a_bank_took_is_not_owed_again() {
    let mut make = Fixtures::new();
    let (mut file, mut entries) = owing(&mut make, 100, 15, 80);
    let lost = |thing, amount| Report::Dispute { thing, amount, outcome: DisputeOutcome::Lost };
    let reports = events(&file.payment, (make.id(), euro(1)), &[lost(0, 40), lost(1, 30)]);
    let reported = file.reported(&reports, &mut make, now()).unwrap();
    carry_out(&mut file, &mut entries, reported.settlement);
    assert_eq!(file.refunds[0].amount, euro(30));
}

#[test]
fn a_dispute_ended_when_its_first_report_says() {
    let mut make = Fixtures::new();
    let (mut file, mut entries) = collected(&mut make, 100, 15);
    let outcomes = [DisputeOutcome::Open, DisputeOutcome::Lost, DisputeOutcome::Lost];
    let reports = outcomes.map(|outcome| Report::Dispute { thing: 0, amount: 70, outcome });
    let reports = events(&file.payment, (make.id(), euro(1)), &reports);
    let open = file.reported(&reports[..1], &mut make, now()).unwrap();
    carry_out(&mut file, &mut entries, open.settlement);
    let id = file.disputes[0].id;
    let decided = file.dispute_decided(id, DisputeOutcome::Lost, &mut make, now()).unwrap();
    carry_out(&mut file, &mut entries, decided);
    let dispute = &file.disputes[0];
    assert_eq!((dispute.status, dispute.closed_at), (DisputeStatus::Lost, Some(now())));
    let told = file.reported(&reports, &mut make, now()).unwrap();
    carry_out(&mut file, &mut entries, told.settlement);
    assert_eq!(file.disputes[0].closed_at, Some(reports[1].occurred_at));
    // Nothing leads back.
    for outcome in [DisputeOutcome::Open, DisputeOutcome::Won] {
        let back = file.dispute_decided(id, outcome, &mut make, at("05:00")).unwrap();
        assert!(back.is_empty(), "{outcome:?}");
    }
    let unknown = file.dispute_decided(make.id(), DisputeOutcome::Won, &mut make, now());
    assert!(matches!(unknown, Err(PaymentError::UnknownDispute(_))));
}

#[test]
fn a_name_stays_with_the_refund_that_has_it() {
    let mut make = Fixtures::new();
    let (mut file, mut entries) = collected(&mut make, 100, 15);
    for _ in 0..2 {
        let kind = file.goodwill(make.id(), euro(20), &policy(), &mut make, now()).unwrap();
        carry_out(&mut file, &mut entries, kind);
        let id = file.refunds.last().unwrap().id;
        let sent = file.send(id, &mut make, now()).unwrap();
        carry_out(&mut file, &mut entries, sent);
    }
    let [first, second] = [0, 1].map(|place| file.refunds[place].id);
    let name = "re_1".parse().unwrap();
    let (named, pending) = (Some(&name), RefundOutcome::Pending);
    let settlement = file.refund_answered(first, named, pending, [], &mut make, now()).unwrap();
    carry_out(&mut file, &mut entries, settlement);
    // Whatever is told of the other one under that name is about the first.
    let told = file.refund_answered(second, named, pending, [], &mut make, now()).unwrap();
    assert!(told.is_empty(), "{told:#?}");

    // Nor does a refund that has ended take over what the provider made by itself.
    let failed = RefundOutcome::Failed;
    let settlement = file.refund_answered(second, None, failed, [], &mut make, now()).unwrap();
    carry_out(&mut file, &mut entries, settlement);
    let stray = [Report::Refund { thing: 9, amount: 20, outcome: RefundOutcome::Succeeded }];
    let reports = events(&file.payment, (make.id(), euro(1)), &stray);
    let reported = file.reported(&reports, &mut make, now()).unwrap();
    carry_out(&mut file, &mut entries, reported.settlement);
    let name = "re_9".parse().unwrap();
    let told = file.refund_answered(second, Some(&name), pending, &reports, &mut make, now());
    assert!(told.as_ref().unwrap().is_empty(), "{told:#?}");
    assert_eq!(file.refunds[2].cause, RefundCause::Provider);
}
