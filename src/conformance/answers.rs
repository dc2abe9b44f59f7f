//! What a provider answers when it is asked counts as what it reports.

use super::{
    fixtures::{between, minutes},
    town::{Town, code, early},
    world::World,
};
use crate::{
    command::{Actor, SystemReason},
    ids::{BookingId, PaymentId},
    payment::{PaymentStatus, RefundCause, ReportOutcome},
    platform::{CancelBooking, Error, PaymentRecorded, RecordPayment, StartPayment, TakeReport},
    provider::{Continuation, Happening, PaymentAnswer, PaymentOutcome, Provider},
    text::{Reason, Token},
};

const SYSTEM: Actor = Actor::System(SystemReason::Maintenance);

fn acme() -> Provider {
    "acme".parse().unwrap()
}

impl Town {
    /// Stores an accepted lesson whose payment was begun; returns the payment and a name for it.
    async fn begun(&self) -> (BookingId, PaymentId, Token) {
        let booking = self.accepted(between("14:00", "15:00")).await.id;
        (booking, self.starts(booking).await.unwrap(), self.make.token())
    }

    /// Records an answer, as the system.
    async fn answered(
        &self,
        payment: PaymentId,
        reference: &Token,
        outcome: PaymentOutcome,
    ) -> Result<PaymentRecorded, Error> {
        let reference = reference.clone();
        let command = RecordPayment { payment, provider: acme(), reference, outcome };
        self.gives(SYSTEM, early(), command).await
    }
}

pub(super) async fn an_answer_pays_a_lesson(world: World) {
    let town = Town::new(world).await;
    let (booking, payment, reference) = town.begun().await;
    let continuation = Some(Continuation::new("the owner's secret".to_owned()).unwrap());
    let outcome = PaymentOutcome::Succeeded;
    let answer = PaymentAnswer { reference: reference.clone(), outcome, continuation };
    let command = RecordPayment::of(payment, acme(), &answer);
    // What is meant for the owner's device is not kept.
    assert!(!serde_json::to_string(&command).unwrap().contains("secret"));
    let recorded = town.gives(SYSTEM, early(), command).await.unwrap();
    let status = PaymentStatus::Paid;
    assert_eq!(recorded, PaymentRecorded { payment, status, surplus: false });
    let paid = town.payment_of(booking, payment).await;
    assert_eq!((paid.status, paid.paid_at), (PaymentStatus::Paid, Some(early())));
    assert_eq!(paid.provider_reference, Some(reference.clone()));
    assert_eq!(town.told(&town.cast.trainer_user).await, ["lesson_paid"]);
    town.adds_up(booking).await;

    // The report says nothing new, whenever it comes.
    let (payment_id, amount) = (Some(payment), paid.amount);
    let report = Happening::PaymentSucceeded { payment: payment_id, reference, amount };
    assert_eq!(town.hears(report).await.outcome, ReportOutcome::Counts);
    assert_eq!(town.ledger(booking).await.unwrap().len(), 2);
    town.adds_up(booking).await;
}

pub(super) async fn an_answer_that_says_nothing_new_writes_nothing(world: World) {
    let town = Town::new(world).await;
    let (booking, payment, reference) = town.begun().await;
    for (outcome, status) in [
        (PaymentOutcome::Pending, PaymentStatus::Pending),
        (PaymentOutcome::Authorised, PaymentStatus::Pending),
        (PaymentOutcome::Failed, PaymentStatus::Failed),
        (PaymentOutcome::Succeeded, PaymentStatus::Paid),
        // A failure after the success is nothing.
        (PaymentOutcome::Failed, PaymentStatus::Paid),
        (PaymentOutcome::Pending, PaymentStatus::Paid),
    ] {
        let recorded = town.answered(payment, &reference, outcome).await.unwrap();
        assert_eq!(recorded.status, status, "{outcome:?}");
        let before = town.payments(booking).await.unwrap();
        assert_eq!(before[0].status, status);
        let again = town.answered(payment, &reference, outcome).await.unwrap();
        assert_eq!(again, recorded);
        assert_eq!(town.payments(booking).await.unwrap(), before, "{outcome:?}");
    }
    let subject = crate::audit::Subject::new(crate::audit::SubjectKind::Payment, payment);
    let history = town.history(&subject.into(), super::world::page(10)).await.unwrap().items;
    let mut events: Vec<_> = history.iter().map(|entry| entry.entry.event.code()).collect();
    // All of them are of one moment.
    events.sort_unstable();
    let expected = ["payment.failed", "payment.named", "payment.started", "payment.succeeded"];
    assert_eq!(events, expected);
    town.adds_up(booking).await;
}

pub(super) async fn a_payment_that_failed_may_still_be_paid(world: World) {
    let town = Town::new(world).await;
    let (booking, payment, reference) = town.begun().await;
    let failed = town.answered(payment, &reference, PaymentOutcome::Failed).await.unwrap();
    assert_eq!(failed.status, PaymentStatus::Failed);
    assert_eq!(town.told(&town.cast.owner_user).await, ["payment_failed"]);
    let amount = town.payment_of(booking, payment).await.amount;
    let reference = reference.clone();
    town.hears(Happening::PaymentSucceeded { payment: None, reference, amount }).await;
    assert_eq!(town.payment_of(booking, payment).await.status, PaymentStatus::Paid);
    town.adds_up(booking).await;
}

pub(super) async fn an_answer_for_what_nobody_owes_is_surplus(world: World) {
    let town = Town::new(world).await;
    let (booking, payment, reference) = town.begun().await;
    let reason = Some(Reason::parse("The hall is flooded.").unwrap());
    town.gives(town.trainer(), early(), CancelBooking { booking, reason }).await.unwrap();
    let recorded = town.answered(payment, &reference, PaymentOutcome::Succeeded).await.unwrap();
    assert!(recorded.surplus);
    let refunds = town.refunds_of(booking).await;
    assert_eq!(refunds.len(), 1);
    assert_eq!((refunds[0].payment, refunds[0].cause), (payment, RefundCause::Surplus));
    assert_eq!(refunds[0].amount, town.payment_of(booking, payment).await.amount);
    town.adds_up(booking).await;
}

pub(super) async fn an_answer_and_a_report_that_cross_count_once(world: World) {
    let town = Town::new(world).await;
    for round in 0..8 {
        let booking = town.accepted(minutes(60 * 24 * round, 60)).await.id;
        let payment = town.starts(booking).await.unwrap();
        let (amount, reference) =
            (town.payment_of(booking, payment).await.amount, town.make.token());
        let paid = Happening::PaymentSucceeded {
            payment: (round % 2 == 0).then_some(payment),
            reference: reference.clone(),
            amount,
        };
        let report = TakeReport { event: town.event(paid) };
        let outcome = PaymentOutcome::Succeeded;
        let answer = RecordPayment { payment, provider: acme(), reference, outcome };
        let calls = [(); 2].map(|()| (town.platform.clone(), town.call(SYSTEM, early())));
        let [(one, first), (other, second)] = calls;
        let answered = tokio::spawn(async move { one.execute(first, answer).await });
        let taken = tokio::spawn(async move { other.execute(second, report).await });
        assert_eq!(answered.await.unwrap().unwrap().status, PaymentStatus::Paid);
        taken.await.unwrap().unwrap();
        assert_eq!(town.payment_of(booking, payment).await.status, PaymentStatus::Paid);
        assert_eq!(town.ledger(booking).await.unwrap().len(), 2);
        town.adds_up(booking).await;
    }
}

pub(super) async fn a_payment_has_one_name(world: World) {
    let town = Town::new(world).await;
    let (booking, payment, reference) = town.begun().await;
    let pending = PaymentOutcome::Pending;
    town.answered(payment, &reference, pending).await.unwrap();
    let other = town.answered(payment, &town.make.token(), PaymentOutcome::Succeeded).await;
    assert_eq!(code(other), "payment.other_name");
    // The provider calls one payment so, and another provider has none of either.
    let provider = acme();
    let again = StartPayment { payment: town.make.id(), booking, provider };
    let second = town.gives(town.owner(), early(), again).await.unwrap().payment;
    assert_eq!(code(town.answered(second, &reference, pending).await), "not_found");
    let (provider, outcome) = ("other".parse().unwrap(), PaymentOutcome::Succeeded);
    let elsewhere = RecordPayment { payment, provider, reference, outcome };
    assert_eq!(code(town.gives(SYSTEM, early(), elsewhere).await), "not_found");
    assert_eq!(town.payment_of(booking, payment).await.status, PaymentStatus::Pending);
}
