//! What we do to payments and refunds ourselves.

use proptest::prelude::*;
use sitstay::{
    conformance::fixtures::{Fixtures, at},
    money::{BasisPoints, ChargeRule, Currency, Money, MoneyError, MoneyPolicy},
    payment::{
        Payment, PaymentError, PaymentFile, PaymentStatus, Refund, RefundCause, RefundStatus,
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
