//! Payments from the first attempt to the last refund, through the platform.

use super::{
    fixtures::{at, between, minutes},
    town::{Town, early},
    world::{World, nobody, race},
};
use crate::{
    audit::{Subject, SubjectKind},
    booking::{Attendance, BookingStatus},
    command::{Actor, SystemReason},
    ids::{BookingId, PaymentId, RefundId},
    ledger::{AuditedPayment, Auditor, Balances, LedgerEntry},
    money::Money,
    payment::{Cover, Payment, PaymentStatus, Refund, RefundCause, RefundStatus, ReportOutcome},
    platform::{
        AmendAttendance, CallOffRefund, CancelBooking, CompleteBooking, Error, GiveBack,
        RecordPayment, RecordRefund, RefundSettled, ReportTaken, SendRefund, StartPayment,
        TakeReport,
    },
    provider::{DisputeOutcome, Happening, PaymentOutcome, Provider, ProviderEvent, RefundOutcome},
    repository::{PageRequest, PaymentSought, Versioned},
    text::{Reason, Token},
};

const SYSTEM: Actor = Actor::System(SystemReason::Maintenance);

impl Town {
    /// Begins to pay for a booking, as its owner.
    pub(super) async fn starts(&self, booking: BookingId) -> Result<PaymentId, Error> {
        let (payment, provider) = (self.make.id(), "acme".parse().unwrap());
        let command = StartPayment { payment, booking, provider };
        self.gives(self.owner(), early(), command).await.map(|started| started.payment)
    }

    /// Takes in a report, as the system.
    pub(super) async fn hears(&self, happening: Happening) -> ReportTaken {
        let event = self.event(happening);
        self.gives(SYSTEM, early(), TakeReport { event }).await.unwrap()
    }

    pub(super) fn event(&self, happening: Happening) -> ProviderEvent {
        ProviderEvent {
            provider: "acme".parse().unwrap(),
            id: self.make.token(),
            occurred_at: early(),
            happening,
        }
    }

    /// Stores an accepted booking that is paid, and returns the payment.
    pub(super) async fn pays(&self, booking: BookingId) -> (PaymentId, Token) {
        let (payment, reference) = (self.starts(booking).await.unwrap(), self.make.token());
        let amount = self.payment_of(booking, payment).await.amount;
        let payment_id = Some(payment);
        let taken = self
            .hears(Happening::PaymentSucceeded {
                payment: payment_id,
                reference: reference.clone(),
                amount,
            })
            .await;
        assert_eq!((taken.payment, taken.outcome), (payment_id, ReportOutcome::Counts));
        (payment, reference)
    }

    pub(super) async fn payment_of(&self, booking: BookingId, payment: PaymentId) -> Payment {
        let payments = self.payments(booking).await.unwrap();
        let found = payments.into_iter().find(|known| known.id == payment);
        found.unwrap().into_value()
    }

    pub(super) async fn refunds_of(&self, booking: BookingId) -> Vec<Refund> {
        let refunds = self.refunds(booking).await.unwrap();
        refunds.into_iter().map(Versioned::into_value).collect()
    }

    /// Lets the auditor look at every payment of a booking, and compares the ledger with what the rows
    /// say that its money is doing.
    pub(super) async fn adds_up(&self, booking: BookingId) {
        let entries = self.ledger(booking).await.unwrap();
        let disputes = self.disputes(booking).await.unwrap();
        let refunds = self.refunds_of(booking).await;
        let trainer = self.cast.trainer.id;
        for payment in self.payments(booking).await.unwrap() {
            let own: Vec<&LedgerEntry> =
                entries.iter().filter(|entry| entry.payment == Some(payment.id)).collect();
            let cover = Cover::of(
                payment.amount,
                refunds.iter().filter(|refund| refund.payment == payment.id),
                disputes
                    .iter()
                    .map(|dispute| &**dispute)
                    .filter(|dispute| dispute.payment == Some(payment.id)),
            )
            .unwrap();
            let balances = Balances::of(own.iter().copied()).unwrap();
            let of = |account| balances.on(account, payment.amount.currency()).minor();
            let booking = self.file_of(booking).await.booking;
            let due = cover.balances(payment.amount, booking.fee).unwrap();
            for (side, minor) in due {
                let minor = if payment.paid_at.is_some() { minor } else { 0 };
                assert_eq!(of(side.account(trainer)), minor, "{side} of {payment:?}, {cover:?}");
            }
            assert_eq!(payment.refund_reserved, cover.reserved());
            assert_eq!(payment.refunded_amount, cover.back);
            self.audit(payment.id, own.into_iter().cloned().collect()).await;
        }
    }

    async fn audit(&self, payment: PaymentId, entries: Vec<LedgerEntry>) {
        let sought = PaymentSought::Payment(payment);
        let case = self.payment_case(nobody(), &sought).await.unwrap().1.unwrap();
        let file = case.file.payment_file(payment).unwrap();
        let reports: Vec<_> = case.reports.into_iter().map(|record| record.event).collect();
        let mut auditor = Auditor::new();
        auditor.payment(&AuditedPayment { file, entries, items: Vec::new(), reports });
        assert_eq!(auditor.finish(), []);
    }

    /// Takes a refund on its way, and has it answered.
    pub(super) async fn sends_back(
        &self,
        refund: RefundId,
        outcome: RefundOutcome,
    ) -> RefundSettled {
        self.gives(SYSTEM, at("08:00"), SendRefund { refund }).await.unwrap();
        let reference = Some(self.make.token());
        let command = RecordRefund { refund, reference, outcome };
        self.gives(SYSTEM, at("08:00"), command).await.unwrap()
    }

    /// Calls a lesson off as its trainer, so that all that was paid is owed.
    pub(super) async fn calls_off(&self, booking: BookingId) {
        let reason = Some(Reason::parse("The hall is flooded.").unwrap());
        let cancel = CancelBooking { booking, reason };
        self.gives(self.trainer(), early(), cancel).await.unwrap();
    }

    pub(super) async fn due_of(&self, booking: BookingId) -> Vec<(RefundId, i64)> {
        let refunds = self.refunds_of(booking).await;
        let due = refunds.into_iter().filter(|refund| refund.status == RefundStatus::Due);
        due.map(|refund| (refund.id, refund.amount.minor())).collect()
    }
}

pub(super) async fn a_lesson_is_paid_by_what_the_provider_reports(world: World) {
    let town = Town::new(world).await;
    let booking = town.accepted(between("14:00", "15:00")).await.id;
    let (payment, reference) = town.pays(booking).await;
    let paid = town.payment_of(booking, payment).await;
    assert_eq!((paid.status, paid.surplus), (PaymentStatus::Paid, false));
    assert_eq!(paid.provider_reference, Some(reference.clone()));
    assert_eq!(town.told(&town.cast.trainer_user.clone()).await, ["lesson_paid"]);
    // What is paid is not begun to be paid again, and a later failure is nothing.
    let refused = town.starts(booking).await.unwrap_err();
    assert_eq!(refused.code(), "payment.already_paid");
    let payment_id = Some(payment);
    town.hears(Happening::PaymentFailed { payment: payment_id, reference }).await;
    assert_eq!(town.payment_of(booking, payment).await.status, PaymentStatus::Paid);
    town.adds_up(booking).await;
}

pub(super) async fn a_report_counts_once(world: World) {
    let town = Town::new(world).await;
    let booking = town.accepted(between("14:00", "15:00")).await.id;
    let payment = town.starts(booking).await.unwrap();
    let amount = town.payment_of(booking, payment).await.amount;
    let (payment_id, reference) = (Some(payment), town.make.token());
    let event = town.event(Happening::PaymentSucceeded { payment: payment_id, reference, amount });
    for is_repeated in [false, true, true] {
        let command = TakeReport { event: event.clone() };
        let taken = town.gives(SYSTEM, early(), command).await.unwrap();
        assert_eq!((taken.outcome, taken.is_repeated), (ReportOutcome::Counts, is_repeated));
    }
    assert_eq!(town.ledger(booking).await.unwrap().len(), 2);
    // One that is about nothing of ours is kept as well, and once.
    let stray = TakeReport {
        event: town.event(Happening::PaymentFailed { payment: None, reference: town.make.token() }),
    };
    let taken = town.gives(SYSTEM, early(), stray.clone()).await.unwrap();
    assert_eq!((taken.payment, taken.outcome), (None, ReportOutcome::Unmatched));
    let again = town.gives(SYSTEM, early(), stray).await.unwrap_err();
    assert_eq!(again.code(), "payment.already_reported");
    let other = ProviderEvent { occurred_at: at("08:00"), ..event };
    let other = town.gives(SYSTEM, early(), TakeReport { event: other }).await.unwrap_err();
    assert_eq!(other.code(), "payment.already_reported");
}

pub(super) async fn what_was_reported_before_its_name_was_known_counts(world: World) {
    let town = Town::new(world).await;
    let booking = town.accepted(between("14:00", "15:00")).await.id;
    let payment = town.starts(booking).await.unwrap();
    let (amount, name) = (town.payment_of(booking, payment).await.amount, town.make.token());
    let half = Money::new(amount.minor() / 2, amount.currency());
    let back = town
        .hears(Happening::Refund {
            refund: None,
            reference: town.make.token(),
            payment_reference: name.clone(),
            amount: half,
            outcome: RefundOutcome::Succeeded,
        })
        .await;
    assert_eq!(back.outcome, ReportOutcome::Unmatched);
    let reference = name.clone();
    town.hears(Happening::PaymentSucceeded { payment: None, reference, amount }).await;
    let (provider, outcome) = ("acme".parse().unwrap(), PaymentOutcome::Pending);
    let command = RecordPayment { payment, provider, reference: name, outcome };
    town.gives(SYSTEM, early(), command).await.unwrap();
    let paid = town.payment_of(booking, payment).await;
    assert_eq!((paid.status, paid.refunded_amount), (PaymentStatus::Paid, half.minor()));
    town.adds_up(booking).await;
}

pub(super) async fn a_name_and_a_report_that_cross_find_each_other(world: World) {
    let town = Town::new(world).await;
    for round in 0..8 {
        let booking = town.accepted(minutes(60 * 24 * round, 60)).await.id;
        let payment = town.starts(booking).await.unwrap();
        let (amount, name) = (town.payment_of(booking, payment).await.amount, town.make.token());
        let provider: Provider = "acme".parse().unwrap();
        let paid = Happening::PaymentSucceeded { payment: None, reference: name.clone(), amount };
        let report = TakeReport { event: town.event(paid) };
        let outcome = PaymentOutcome::Pending;
        let naming = RecordPayment { payment, provider, reference: name, outcome };
        let calls = [(); 2].map(|()| (town.platform.clone(), town.call(SYSTEM, early())));
        let [(one, first), (other, second)] = calls;
        let named = tokio::spawn(async move { one.execute(first, naming).await });
        let taken = tokio::spawn(async move { other.execute(second, report).await });
        named.await.unwrap().unwrap();
        taken.await.unwrap().unwrap();
        assert_eq!(town.payment_of(booking, payment).await.status, PaymentStatus::Paid);
        town.adds_up(booking).await;
    }
}

pub(super) async fn what_nobody_owes_is_surplus_and_due(world: World) {
    let town = Town::new(world).await;
    let booking = town.accepted(between("14:00", "15:00")).await.id;
    let late = town.starts(booking).await.unwrap();
    town.pays(booking).await;
    let amount = town.payment_of(booking, late).await.amount;
    let (payment, reference) = (Some(late), town.make.token());
    town.hears(Happening::PaymentSucceeded { payment, reference, amount }).await;
    let second = town.payment_of(booking, late).await;
    assert!(second.surplus);
    let refunds = town.refunds_of(booking).await;
    assert_eq!(refunds.len(), 1);
    assert_eq!((refunds[0].payment, refunds[0].amount), (late, amount));
    assert_eq!((refunds[0].cause, refunds[0].status), (RefundCause::Surplus, RefundStatus::Due));
    town.adds_up(booking).await;

    // Likewise for a lesson that was called off meanwhile.
    let other = town.accepted(between("16:00", "17:00")).await.id;
    let attempt = town.starts(other).await.unwrap();
    town.calls_off(other).await;
    let amount = town.payment_of(other, attempt).await.amount;
    let (payment, reference) = (Some(attempt), town.make.token());
    town.hears(Happening::PaymentSucceeded { payment, reference, amount }).await;
    assert!(town.payment_of(other, attempt).await.surplus);
    assert_eq!(town.refunds_of(other).await[0].amount, amount);
    assert_eq!(town.status(other).await, BookingStatus::Cancelled);
    town.adds_up(other).await;
}

pub(super) async fn a_lesson_that_the_trainer_missed_is_not_paid_later(world: World) {
    let town = Town::new(world).await;
    let lesson = town.accepted(between("09:00", "10:00")).await.id;
    let attempt = town.starts(lesson).await.unwrap();
    let attendance = Attendance::TrainerNoShow;
    let complete = CompleteBooking { booking: lesson, attendance };
    town.gives(town.trainer(), at("10:00"), complete).await.unwrap();
    let amount = town.payment_of(lesson, attempt).await.amount;
    let (payment, reference) = (Some(attempt), town.make.token());
    town.hears(Happening::PaymentSucceeded { payment, reference, amount }).await;
    let paid = town.payment_of(lesson, attempt).await;
    assert_eq!((paid.status, paid.surplus), (PaymentStatus::Paid, false));
    let refund = town.refunds_of(lesson).await[0].clone();
    assert_eq!((refund.cause, refund.amount), (RefundCause::TrainerNoShow, amount));
    town.adds_up(lesson).await;

    // Once it turns out that the trainer was there, the payment stands.
    let amend = AmendAttendance { booking: lesson, attendance: Attendance::Attended };
    let admin = town.admin().await;
    town.gives(admin, at("11:00"), amend).await.unwrap();
    assert_eq!(town.due_of(lesson).await, []);
    assert_eq!(town.payment_of(lesson, attempt).await.refund_reserved, 0);
    town.adds_up(lesson).await;
}

pub(super) async fn what_is_owed_is_never_forgotten(world: World) {
    let town = Town::new(world).await;
    let booking = town.accepted(between("14:00", "15:00")).await.id;
    let (payment, name) = town.pays(booking).await;
    let amount = town.payment_of(booking, payment).await.amount;
    let dispute = town.make.token();
    let disputed = |outcome| Happening::Dispute {
        reference: dispute.clone(),
        payment_reference: name.clone(),
        amount,
        outcome,
    };
    // A lesson that is called off while a bank asks for all of it leaves nothing free.
    town.hears(disputed(DisputeOutcome::Open)).await;
    town.calls_off(booking).await;
    let due = town.due_of(booking).await;
    assert_eq!(due.iter().map(|(_, minor)| *minor).collect::<Vec<_>>(), [amount.minor()]);
    town.adds_up(booking).await;
    let waits = town.gives(SYSTEM, early(), SendRefund { refund: due[0].0 }).await.unwrap_err();
    assert_eq!(waits.code(), "payment.disputed");
    town.hears(disputed(DisputeOutcome::Won)).await;
    town.adds_up(booking).await;

    // What goes back elsewhere need not go back again, unless it returns.
    let reference = town.make.token();
    let third = Money::new(amount.minor() / 3, amount.currency());
    let elsewhere = |outcome| Happening::Refund {
        refund: None,
        reference: reference.clone(),
        payment_reference: name.clone(),
        amount: third,
        outcome,
    };
    town.hears(elsewhere(RefundOutcome::Succeeded)).await;
    let rest = amount.minor() - third.minor();
    assert_eq!(town.due_of(booking).await, [(due[0].0, rest)]);
    town.adds_up(booking).await;
    town.sends_back(due[0].0, RefundOutcome::Succeeded).await;
    assert_eq!(town.payment_of(booking, payment).await.status, PaymentStatus::Refunded);
    town.adds_up(booking).await;
    town.hears(elsewhere(RefundOutcome::Failed)).await;
    assert_eq!(town.payment_of(booking, payment).await.status, PaymentStatus::Paid);
    let again = town.due_of(booking).await;
    assert_eq!(again.iter().map(|(_, minor)| *minor).collect::<Vec<_>>(), [third.minor()]);
    town.adds_up(booking).await;
    town.sends_back(again[0].0, RefundOutcome::Succeeded).await;
    assert_eq!(town.due_of(booking).await, []);
    town.adds_up(booking).await;

    let subject = Subject::new(SubjectKind::Payment, payment);
    let history = town.history(&subject.into(), PageRequest::first(50).unwrap()).await.unwrap();
    let mut codes: Vec<_> =
        history.items.iter().map(|entry| entry.entry.event.code().to_owned()).collect();
    codes.retain(|code| code != "payment.started" && code != "payment.succeeded");
    codes.sort_unstable();
    assert_eq!(codes, ["payment.refunded", "payment.refunded", "payment.restored"]);
}

pub(super) async fn what_no_rule_asks_for_can_be_called_off(world: World) {
    let town = Town::new(world).await;
    let booking = town.accepted(between("14:00", "15:00")).await.id;
    let (payment, _) = town.pays(booking).await;
    let amount = Money::new(100, town.payment_of(booking, payment).await.amount.currency());
    let refund: RefundId = town.make.id();
    town.gives(SYSTEM, early(), GiveBack { payment, refund, amount }).await.unwrap();
    town.gives(SYSTEM, early(), CallOffRefund { refund }).await.unwrap();
    assert_eq!(town.due_of(booking).await, []);
    assert_eq!(town.payment_of(booking, payment).await.refund_reserved, 0);
    let again = town.gives(SYSTEM, early(), CallOffRefund { refund }).await.unwrap_err();
    assert_eq!(again.code(), "payment.refund_not_due");
    town.adds_up(booking).await;

    town.calls_off(booking).await;
    let owed = town.due_of(booking).await[0].0;
    let refused = town.gives(SYSTEM, early(), CallOffRefund { refund: owed }).await.unwrap_err();
    assert_eq!(refused.code(), "payment.refund_owed");
    town.adds_up(booking).await;
}

pub(super) async fn what_was_collected_twice_goes_back(world: World) {
    let town = Town::new(world).await;
    let booking = town.accepted(between("14:00", "15:00")).await.id;
    let (payment, _) = town.pays(booking).await;
    let amount = town.payment_of(booking, payment).await.amount;
    let (payment, reference) = (Some(payment), town.make.token());
    let twice = Happening::PaymentSucceeded { payment, reference, amount };
    let event = town.event(twice);
    let mut others = Vec::new();
    for is_repeated in [false, true] {
        let command = TakeReport { event: event.clone() };
        let taken = town.gives(SYSTEM, early(), command).await.unwrap();
        assert_eq!((taken.outcome, taken.is_repeated), (ReportOutcome::Counts, is_repeated));
        others.extend(taken.payment);
    }
    assert_eq!(others[0], others[1]);
    assert_ne!(Some(others[0]), payment);
    let other = town.payment_of(booking, others[0]).await;
    assert!(other.surplus);
    assert_eq!(town.due_of(booking).await.len(), 1);
    town.adds_up(booking).await;
}

pub(super) async fn a_report_has_the_last_word(world: World) {
    let town = Town::new(world).await;
    let booking = town.accepted(between("14:00", "15:00")).await.id;
    let (payment, name) = town.pays(booking).await;
    town.calls_off(booking).await;
    let (refund, minor) = town.due_of(booking).await[0];
    // The provider's answer got lost, and looking it up found nothing: it counts as failed.
    town.gives(SYSTEM, early(), SendRefund { refund }).await.unwrap();
    let failed = RecordRefund { refund, reference: None, outcome: RefundOutcome::Failed };
    let settled = town.gives(SYSTEM, early(), failed.clone()).await.unwrap();
    assert!(settled.successor.is_some());
    town.adds_up(booking).await;
    // It had gone through after all, so that nothing is due any more.
    let arrived = Happening::Refund {
        refund: Some(refund),
        reference: town.make.token(),
        payment_reference: name,
        amount: Money::new(minor, town.payment_of(booking, payment).await.amount.currency()),
        outcome: RefundOutcome::Succeeded,
    };
    town.hears(arrived).await;
    assert_eq!(town.due_of(booking).await, []);
    assert_eq!(town.payment_of(booking, payment).await.status, PaymentStatus::Refunded);
    town.adds_up(booking).await;
    let settled = town.gives(SYSTEM, at("08:00"), failed).await.unwrap();
    assert_eq!(settled.status, RefundStatus::Succeeded);
    town.adds_up(booking).await;
}

pub(super) async fn a_failed_obligation_is_due_again(world: World) {
    let town = Town::new(world).await;
    let booking = town.accepted(between("14:00", "15:00")).await.id;
    let (payment, _) = town.pays(booking).await;
    town.calls_off(booking).await;
    let first = town.refunds_of(booking).await[0].clone();
    town.adds_up(booking).await;

    let sent = town.gives(SYSTEM, at("08:00"), SendRefund { refund: first.id }).await.unwrap();
    assert_eq!(sent.amount, Some(first.amount));
    let record = |refund: RefundId, outcome| RecordRefund {
        refund,
        reference: Some(town.make.token()),
        outcome,
    };
    let failed = record(first.id, RefundOutcome::Failed);
    let settled = town.gives(SYSTEM, at("08:00"), failed).await.unwrap();
    assert_eq!(settled.status, RefundStatus::Failed);
    let second = settled.successor.unwrap();
    town.adds_up(booking).await;
    town.gives(SYSTEM, at("08:00"), SendRefund { refund: second }).await.unwrap();
    let done = record(second, RefundOutcome::Succeeded);
    town.gives(SYSTEM, at("08:00"), done).await.unwrap();
    let paid = town.payment_of(booking, payment).await;
    assert_eq!(paid.status, PaymentStatus::Refunded);
    town.adds_up(booking).await;
}

pub(super) async fn refunds_never_exceed_the_payment(world: World) {
    let town = Town::new(world).await;
    let booking = town.accepted(between("14:00", "15:00")).await.id;
    let (payment, _) = town.pays(booking).await;
    let all = town.payment_of(booking, payment).await.amount;
    let two_thirds = Money::new(all.minor() * 2 / 3, all.currency());
    let given = (0..8).map(|_| {
        let (platform, call) = (town.platform.clone(), town.call(SYSTEM, early()));
        let command = GiveBack { payment, refund: town.make.id(), amount: two_thirds };
        async move { platform.execute(call, command).await }
    });
    let outcomes = race(given).await;
    let given = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(given, 1);
    for refused in outcomes.into_iter().filter_map(Result::err) {
        assert_eq!(refused.code(), "payment.exceeds_free");
    }
    assert_eq!(town.refunds_of(booking).await.len(), 1);
    town.adds_up(booking).await;
}

pub(super) async fn a_dispute_takes_what_is_left(world: World) {
    let town = Town::new(world).await;
    let booking = town.accepted(between("14:00", "15:00")).await.id;
    let (payment, name) = town.pays(booking).await;
    let amount = town.payment_of(booking, payment).await.amount;
    let third = Money::new(amount.minor() / 3, amount.currency());
    let refund: RefundId = town.make.id();
    let command = GiveBack { payment, refund, amount: third };
    town.gives(SYSTEM, early(), command).await.unwrap();
    let reference = town.make.token();
    let dispute = |outcome| Happening::Dispute {
        reference: reference.clone(),
        payment_reference: name.clone(),
        amount,
        outcome,
    };
    town.hears(dispute(DisputeOutcome::Open)).await;
    town.adds_up(booking).await;
    let waits = town.gives(SYSTEM, early(), SendRefund { refund }).await.unwrap_err();
    assert_eq!(waits.code(), "payment.disputed");
    town.hears(dispute(DisputeOutcome::Lost)).await;
    town.adds_up(booking).await;
    // The bank took all of it: there is nothing to give back any more.
    let sent = town.gives(SYSTEM, early(), SendRefund { refund }).await.unwrap();
    assert_eq!(sent.amount, None);
    town.adds_up(booking).await;
}

pub(super) async fn a_payment_is_found_by_whatever_is_known_of_it(world: World) {
    let stored = world.everything().await;
    let (payment, refund) = (&stored.payment, &stored.refund);
    let name = payment.provider_reference.clone().unwrap();
    let reported = |provider: &str, reference: Token| PaymentSought::Reported {
        provider: provider.parse().unwrap(),
        reference,
        payment: None,
        refund: None,
    };
    let named = |payment, refund| PaymentSought::Reported {
        provider: stored.payment.provider.clone(),
        reference: world.make.token(),
        payment,
        refund,
    };
    let provider = payment.provider.as_str();
    let found = [
        PaymentSought::Payment(payment.id),
        PaymentSought::Refund(refund.id),
        reported(provider, name.clone()),
        named(Some(payment.id), None),
        named(None, Some(refund.id)),
    ];
    let file = world.file(stored.booking.id).await.unwrap();
    for sought in found {
        let case = world.payment_case(nobody(), &sought).await.unwrap().1.unwrap();
        assert_eq!((case.payment, &case.file), (payment.id, &file), "{sought:?}");
    }
    let unknown = [
        PaymentSought::Payment(world.make.id()),
        PaymentSought::Refund(world.make.id()),
        PaymentSought::Dispute(world.make.id()),
        reported("another", name),
        named(None, None),
    ];
    for sought in unknown {
        let case = world.payment_case(nobody(), &sought).await.unwrap().1;
        assert_eq!(case, None, "{sought:?}");
    }
}
