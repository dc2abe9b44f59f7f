//! A town with a payment provider, and what happens in it.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicI64, Ordering},
};

use chrono::TimeDelta;
use proptest::test_runner::TestCaseError;
use sitstay::{
    audit::FeedPosition,
    command::{Actor, SystemReason},
    ids::{BookingId, PaymentId, RefundId},
    ledger::{Account, Difference},
    money::{Currency, Money},
    payment::{Payment, RefundStatus, ReportOutcome},
    platform::{
        AcceptBooking, AmendAttendance, CallOffRefund, CancelBooking, CompleteBooking, Error,
        GiveBack, RecordPayment, RecordRefund, SendRefund, StartPayment, TakeReport,
    },
    provider::{
        Answer, CreatePayment, Happening, IdempotencyKey, PaymentProvider as _, ProviderError,
        ProviderEvent, RefundOutcome, RefundPayment,
        fake::{Behaviour, FakeProvider},
    },
    repository::{Repository, Versioned},
    text::{Reason, Token},
    time::Instant,
};
use tokio::task::JoinSet;

use super::{
    step::Step,
    town::{Town, minute_of, on},
};

const SYSTEM: Actor = Actor::System(SystemReason::ProviderEvent);

/// The town with what was done in it. Several things may be done at once.
pub(super) struct Scene {
    town: Town,
    provider: FakeProvider,
    hours: AtomicI64,
    lessons: Mutex<Vec<(usize, BookingId)>>,
    payments: Mutex<Vec<Payment>>,
    disputes: Mutex<Vec<Token>>,
}

/// Chooses one of some things.
fn one_of<T: Clone>(things: &Mutex<Vec<T>>, number: usize) -> Option<T> {
    let things = things.lock().unwrap();
    let place = number.checked_rem(things.len())?;
    things.get(place).cloned()
}

/// A refusal by a rule is as good as an outcome; anything else is not.
fn tolerate<T>(outcome: Result<T, Error>) -> Option<T> {
    match outcome {
        Ok(done) => Some(done),
        Err(error) => {
            assert!(!error.code().starts_with("storage."), "{error}");
            None
        }
    }
}

impl Scene {
    pub(super) async fn open(repository: Arc<dyn Repository>) -> Arc<Self> {
        Arc::new(Self {
            town: Town::found(repository, 1, 2).await,
            provider: FakeProvider::new(7),
            hours: AtomicI64::new(0),
            lessons: Mutex::default(),
            payments: Mutex::default(),
            disputes: Mutex::default(),
        })
    }

    fn now(&self) -> Instant {
        on(0, "06:00").saturating_add(TimeDelta::hours(self.hours.load(Ordering::Relaxed)))
    }

    /// Lets everything of a group happen at once.
    pub(super) async fn carry_out(self: &Arc<Self>, group: &[Step]) {
        let mut happening = JoinSet::new();
        for step in group {
            let (scene, step) = (Arc::clone(self), step.clone());
            happening.spawn(async move { scene.happen(&step).await });
        }
        happening.join_all().await;
    }

    async fn happen(self: &Arc<Self>, step: &Step) {
        let (town, now) = (&self.town, self.now());
        match step {
            Step::Book { owner, hour } => {
                let start = minute_of(1 + hour / 16, 360 + 60 * (hour % 16));
                let wish = town.wish(*owner, 0, start);
                let booking = wish.booking;
                if tolerate(town.gives(town.owner(*owner), now, wish).await).is_some() {
                    let accept = AcceptBooking { booking };
                    let _ = tolerate(town.gives(town.trainer(0), now, accept).await);
                    self.lessons.lock().unwrap().push((*owner, booking));
                }
            }
            Step::Pay { lesson, behaviour } => self.pay(*lesson, *behaviour).await,
            Step::Collect { payment, succeeds } => {
                let Some(payment) = one_of(&self.payments, *payment) else { return };
                if *succeeds {
                    self.provider.succeed_payment(payment.id);
                } else {
                    self.provider.fail_payment(payment.id);
                }
            }
            Step::Deliver => self.deliver().await,
            Step::Cancel { lesson, by_trainer } => {
                let Some((owner, booking)) = one_of(&self.lessons, *lesson) else { return };
                let actor = if *by_trainer { town.trainer(0) } else { town.owner(owner) };
                let reason = Some(Reason::parse("The hall is flooded.").unwrap());
                let _ = tolerate(town.gives(actor, now, CancelBooking { booking, reason }).await);
            }
            Step::Complete { lesson, attendance } => {
                let Some((_, booking)) = one_of(&self.lessons, *lesson) else { return };
                let complete = CompleteBooking { booking, attendance: *attendance };
                let _ = tolerate(town.gives(town.trainer(0), now, complete).await);
            }
            Step::Amend { lesson, attendance } => {
                let Some((_, booking)) = one_of(&self.lessons, *lesson) else { return };
                let amend = AmendAttendance { booking, attendance: *attendance };
                let _ = tolerate(town.gives(town.admin(), now, amend).await);
            }
            Step::GiveBack { payment, percent } => {
                let Some(payment) = one_of(&self.payments, *payment) else { return };
                let amount = part(payment.amount, *percent);
                let give = GiveBack { payment: payment.id, refund: town.make.id(), amount };
                let _ = tolerate(town.gives(town.admin(), now, give).await);
            }
            Step::CallOff { refund } => {
                let refunds = self.refunds().await;
                let Some(place) = refund.checked_rem(refunds.len()) else { return };
                let call_off = CallOffRefund { refund: refunds[place].0 };
                let _ = tolerate(town.gives(town.admin(), now, call_off).await);
            }
            Step::Refund { lesson, behaviour } => {
                let Some((_, booking)) = one_of(&self.lessons, *lesson) else { return };
                for refund in town.repository().refunds(booking).await.unwrap() {
                    if refund.status == RefundStatus::Due {
                        self.refund(refund.id, *behaviour).await;
                    }
                }
            }
            Step::MoveRefund { refund, outcome } => {
                let refunds = self.refunds().await;
                let Some(place) = refund.checked_rem(refunds.len()) else { return };
                self.provider.move_refund(refunds[place].0, *outcome);
            }
            Step::RefundElsewhere { payment, percent } => {
                let Some(payment) = self.collected(*payment) else { return };
                self.provider.refund_elsewhere(payment.id, part(payment.amount, *percent));
            }
            Step::Dispute { payment, percent } => {
                let Some(payment) = self.collected(*payment) else { return };
                let opened = self.provider.dispute(payment.id, part(payment.amount, *percent));
                self.disputes.lock().unwrap().extend(opened);
            }
            Step::Decide { dispute, outcome } => {
                let Some(dispute) = one_of(&self.disputes, *dispute) else { return };
                self.provider.decide_dispute(&dispute, *outcome);
            }
            Step::Wait { hours } => {
                self.hours.fetch_add(*hours, Ordering::Relaxed);
            }
        }
    }

    /// Chooses a payment that the provider has the money of.
    fn collected(&self, number: usize) -> Option<Payment> {
        let payment = one_of(&self.payments, number)?;
        let is_success = |event: &ProviderEvent| matches!(&event.happening, Happening::PaymentSucceeded { payment: Some(id), .. } if *id == payment.id);
        self.provider.history().iter().any(is_success).then_some(payment)
    }

    async fn pay(&self, lesson: usize, behaviour: Behaviour) {
        let (town, now) = (&self.town, self.now());
        let Some((owner, booking)) = one_of(&self.lessons, lesson) else { return };
        let start = StartPayment {
            payment: town.make.id::<PaymentId>(),
            booking,
            provider: FakeProvider::provider(),
        };
        let Some(started) = tolerate(town.gives(town.owner(owner), now, start).await) else {
            return;
        };
        let payments = town.repository().payments(booking).await.unwrap();
        let begun = payments.into_iter().find(|known| known.id == started.payment);
        let begun = begun.map(Versioned::into_value).unwrap();
        self.payments.lock().unwrap().push(begun.clone());
        self.provider.plan(behaviour);
        if let Ok(answer) = self.provider.create_payment(CreatePayment::of(&begun)).await {
            let record = RecordPayment::of(begun.id, FakeProvider::provider(), &answer);
            let _ = tolerate(town.gives(SYSTEM, now, record).await);
        }
    }

    /// Hands a refund to the provider, and records what it answers.
    async fn refund(&self, refund: RefundId, behaviour: Behaviour) {
        let (town, now) = (&self.town, self.now());
        let Some(sent) = tolerate(town.gives(SYSTEM, now, SendRefund { refund }).await) else {
            return;
        };
        let Some((amount, payment_reference)) = sent.amount.zip(sent.payment_reference) else {
            return;
        };
        self.provider.plan(behaviour);
        let key = IdempotencyKey::refund(refund);
        let request = RefundPayment { key, refund, payment_reference, amount };
        let answer = match self.provider.refund(request.clone()).await {
            Ok(answer) => Some(answer),
            Err(ProviderError::Declined { .. }) => None,
            // Nobody knows: it is looked up, and made again under the same key.
            Err(_) => match self.provider.find_refund(refund).await.unwrap() {
                Some(found) => Some(found),
                None => self.provider.refund(request).await.ok(),
            },
        };
        let (reference, outcome) = match answer {
            Some(Answer { reference, outcome }) => (Some(reference), outcome),
            None => (None, RefundOutcome::Failed),
        };
        let record = RecordRefund { refund, reference, outcome };
        let _ = tolerate(town.gives(SYSTEM, now, record).await);
    }

    /// Takes in what the provider tells, two events at a time.
    async fn deliver(self: &Arc<Self>) {
        let events = self.provider.deliver();
        for pair in events.chunks(2) {
            let mut arriving = JoinSet::new();
            for event in pair.iter().cloned() {
                let scene = Arc::clone(self);
                arriving.spawn(async move { scene.take_in(event).await });
            }
            arriving.join_all().await;
        }
    }

    async fn take_in(&self, event: ProviderEvent) {
        let outcome = self.town.gives(SYSTEM, self.now(), TakeReport { event }).await;
        if let Some(taken) = tolerate(outcome) {
            assert_ne!(taken.outcome, ReportOutcome::AmountDiffers);
        }
    }

    async fn refunds(&self) -> Vec<(RefundId, Money)> {
        let mut refunds = Vec::new();
        let lessons = self.lessons.lock().unwrap().clone();
        for (_, booking) in lessons {
            let of_booking = self.town.repository().refunds(booking).await.unwrap();
            refunds.extend(of_booking.iter().map(|refund| (refund.id, refund.amount)));
        }
        refunds
    }

    /// Lets the auditor look at everything. Reports that wait are no difference yet.
    pub(super) async fn adds_up(&self) -> Result<(), TestCaseError> {
        let audit = self.town.platform.audit_money(self.town.admin()).await.unwrap();
        let waits = |found: &Difference| {
            matches!(found, Difference::ReportIdle { outcome: ReportOutcome::Waits, .. })
        };
        let found: Vec<_> = audit.differences.into_iter().filter(|found| !waits(found)).collect();
        proptest::prop_assert_eq!(found, []);
        proptest::prop_assert!(audit.is_total);
        let totals = self.town.repository().account_totals().await.unwrap();
        proptest::prop_assert!(totals.sum(Currency::EUR).unwrap().is_zero());
        Ok(())
    }

    /// Lets everything arrive, and compares the ledger with the provider's own books.
    pub(super) async fn comes_to_rest(self: &Arc<Self>) -> Result<(), TestCaseError> {
        for _ in 0..3 {
            self.deliver().await;
        }
        self.adds_up().await?;
        let totals = self.town.repository().account_totals().await.unwrap();
        let held = -totals.on(Account::ProviderClearing, Currency::EUR).minor();
        proptest::prop_assert_eq!(held, self.provider.balance(Currency::EUR).minor());
        Ok(())
    }

    /// Returns the codes of everything that happened.
    pub(super) async fn trail(&self) -> Vec<&'static str> {
        let feed = self.town.repository().feed(FeedPosition::START, 10_000).await.unwrap();
        feed.iter().map(|entry| entry.entry.event.code()).collect()
    }
}

/// Returns so many hundredths of an amount, and a cent at least.
fn part(amount: Money, percent: i64) -> Money {
    Money::new((amount.minor() * percent / 100).max(1), amount.currency())
}
