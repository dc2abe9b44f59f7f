//! Payouts from the earning to the trainer's account, through the platform.

use chrono::TimeDelta;

use super::{
    fixtures::{Cast, accepted, at, days_later, minutes},
    scripted::{Interleaved, Scripted, Step},
    town::{Town, early, forint},
    world::{World, nobody, race},
};
use crate::{
    account::User,
    audit::{Subject, SubjectKind},
    booking::{Attendance, Booking},
    command::{Actor, SystemReason},
    ids::{BookingId, CommandId, PaymentId, PayoutId, TrainerId},
    money::{Currency, Money, Price},
    payment::ReportOutcome,
    payout::{Payout, PayoutAnswer, PayoutItem, PayoutState},
    platform::{
        AmendAttendance, Command, CompleteBooking, CreatePayout, Error, GiveBack, PayoutRun,
        PayoutSettled, Platform, ReactivateUser, RecordPayout, ReportTaken, SendPayout,
        StartPayment, SuspendUser, TakeReport,
    },
    provider::{
        DisputeOutcome, Happening, PayoutOutcome, ProviderEvent, TransferOutcome,
        fake::{Behaviour, FakeProvider},
    },
    repository::{PageRequest, PaymentSought, PayoutDue, PayoutSought, Versioned},
    text::Token,
    time::{Instant, Interval},
};

pub(super) const SYSTEM: Actor = Actor::System(SystemReason::Maintenance);
pub(super) const EUR: Currency = Currency::EUR;
/// What a trainer earns by a lesson of the fixtures: 50.00 € without a fee of 15 %.
pub(super) const SHARE: i64 = 4_250;

/// Late enough for everything to be available.
pub(super) fn later() -> Instant {
    days_later(early(), 30)
}

pub(super) fn euro(minor: i64) -> Money {
    Money::new(minor, EUR)
}

impl Town {
    /// Gives a trainer a lesson that is paid and completed.
    pub(super) async fn teaches(&self, cast: &Cast, session: Interval) -> (BookingId, PaymentId) {
        self.teaches_for(cast, session, self.make.booking(cast, session).price).await
    }

    pub(super) async fn teaches_for(
        &self,
        cast: &Cast,
        session: Interval,
        price: Price,
    ) -> (BookingId, PaymentId) {
        let fee = Money::new(price.minor() * 15 / 100, price.currency());
        let lesson = accepted(Booking { price, fee, ..self.make.booking(cast, session) });
        let (booking, payment) = (self.insert(lesson).await.id, self.make.id());
        let provider = FakeProvider::provider();
        let start = StartPayment { payment, booking, provider };
        self.gives(Actor::owner(cast.owner_user.id), early(), start).await.unwrap();
        let (reference, amount) = (self.make.token(), price.money());
        let payment_id = Some(payment);
        let paid = Happening::PaymentSucceeded { payment: payment_id, reference, amount };
        let taken = self.hears_of(paid, early()).await;
        assert_eq!(taken.outcome, ReportOutcome::Counts);
        let command = CompleteBooking { booking, attendance: Attendance::Attended };
        self.gives(Actor::trainer(cast.trainer_user.id), session.end(), command).await.unwrap();
        (booking, payment)
    }

    pub(super) async fn hears_of(&self, happening: Happening, now: Instant) -> ReportTaken {
        let event = self.told_by(happening, now);
        self.gives(SYSTEM, now, TakeReport { event }).await.unwrap()
    }

    pub(super) async fn hears_later(&self, happening: Happening) -> ReportTaken {
        self.hears_of(happening, later()).await
    }

    pub(super) fn told_by(&self, happening: Happening, occurred_at: Instant) -> ProviderEvent {
        let (provider, id) = (FakeProvider::provider(), self.make.token());
        ProviderEvent { provider, id, occurred_at, happening }
    }

    /// Runs payouts for everybody, with nothing failing.
    async fn runs(&self, provider: &Scripted, now: Instant) -> PayoutRun {
        let run: CommandId = self.make.id();
        let report = self.platform.run_payouts(run, provider, None, 1_000, now).await.unwrap();
        assert!(report.failed.is_empty(), "{:?}", report.failed);
        assert_eq!(report.next, None);
        report
    }

    pub(super) async fn pays_out(&self, provider: &Scripted, now: Instant) -> Vec<PayoutState> {
        self.runs(provider, now).await.payouts.into_iter().map(|(_, state)| state).collect()
    }

    pub(super) async fn create(&self, currency: Currency) -> Result<PayoutId, Error> {
        let command = CreatePayout {
            trainer: self.cast.trainer.id,
            currency,
            provider: FakeProvider::provider(),
            is_last: false,
        };
        self.gives(SYSTEM, later(), command).await.map(|created| created.payout)
    }

    /// Makes a payout of all that is available, and takes it on its way.
    pub(super) async fn sends(&self) -> PayoutId {
        let payout = self.create(EUR).await.unwrap();
        self.gives(SYSTEM, later(), SendPayout { payout }).await.unwrap();
        payout
    }

    pub(super) async fn records(
        &self,
        payout: PayoutId,
        answer: PayoutAnswer,
    ) -> Result<PayoutState, Error> {
        let command = RecordPayout { payout, provider: FakeProvider::provider(), answer };
        self.gives(SYSTEM, later(), command).await.map(|PayoutSettled { state, .. }| state)
    }

    pub(super) async fn payout(&self, id: PayoutId) -> Payout {
        let case = self.payout_case(nobody(), &PayoutSought::Payout(id)).await.unwrap().1;
        case.unwrap().payout.into_value()
    }

    async fn items_of(&self, id: PayoutId) -> Vec<PayoutItem> {
        let items = self.payout_items(id).await.unwrap();
        items.into_iter().map(Versioned::into_value).collect()
    }

    /// What stands on the trainer's account of what is payable.
    pub(super) async fn owed(&self, trainer: TrainerId, currency: Currency) -> i64 {
        let end = days_later(later(), 1_000);
        let since = Interval::new(end, days_later(end, 1)).unwrap();
        let rows = self.statement_rows(trainer, currency, since).await.unwrap();
        rows.opening.minor()
    }

    /// In how many currencies the trainer is owed something, or something is on its way.
    pub(super) async fn open_balances(&self, user: &User) -> u64 {
        self.erasure_file(nobody(), user.id).await.unwrap().1.unwrap().open_balances
    }

    /// Gives a command that is overtaken by another between its question and its commit.
    pub(super) async fn meanwhile<C: Command, O: Command + 'static>(
        &self,
        question: &'static str,
        command: C,
        other: O,
    ) -> Result<C::Outcome, Error> {
        self.meanwhile_by(SYSTEM, question, command, other).await
    }

    async fn meanwhile_by<C: Command, O: Command + 'static>(
        &self,
        actor: Actor,
        question: &'static str,
        command: C,
        other: O,
    ) -> Result<C::Outcome, Error> {
        let (platform, call) = (self.platform.clone(), self.call(actor, later()));
        let store = Interleaved::after(&self.world.repository, question, async move {
            platform.execute(call, other).await.map(drop).unwrap();
        });
        let overtaken = Platform::new(store, self.platform.policy().clone());
        overtaken.execute(self.call(SYSTEM, later()), command).await
    }

    /// What the trainer is told of payouts.
    async fn told_of_payouts(&self) -> Vec<&'static str> {
        let told = self.told(&self.cast.trainer_user.clone()).await;
        told.into_iter().filter(|kind| kind.starts_with("payout")).collect()
    }
}

/// The `n`th hour of the Monday.
pub(super) fn hour(n: i64) -> Interval {
    minutes(60 * n, 60)
}

pub(super) fn known(reference: &Token, outcome: TransferOutcome) -> PayoutAnswer {
    PayoutAnswer::Known { reference: reference.clone(), outcome }
}

pub(super) async fn a_trainer_is_paid_what_they_earned(world: World) {
    let (town, provider) = (Town::new(world).await, Scripted::new());
    town.teaches(&town.cast, hour(9)).await;
    town.teaches(&town.cast, hour(11)).await;
    // The first lesson waits 48 hours from its end on.
    let too_early = at("10:00").saturating_add(TimeDelta::hours(48) - TimeDelta::seconds(1));
    assert_eq!(town.pays_out(&provider, too_early).await, []);
    let report = town.runs(&provider, later()).await;
    let [(payout, PayoutState::Processed)] = report.payouts[..] else { panic!("{report:?}") };
    assert_eq!(provider.transfers(), [(payout, euro(2 * SHARE))]);
    assert_eq!(town.open_balances(&town.cast.trainer_user).await, 0);
    assert_eq!(town.told_of_payouts().await, ["payout_processed"]);
    let stored = town.payout(payout).await;
    assert_eq!((stored.amount, stored.processed_at), (euro(2 * SHARE), Some(later())));
    let subject = Subject::new(SubjectKind::Payout, payout);
    let page = PageRequest::first(10).unwrap();
    let history = town.platform.history(town.trainer(), subject, page).await.unwrap();
    let mut codes: Vec<_> = history.items.iter().map(|it| it.entry.event.code()).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["payout.created", "payout.processed", "payout.sent"]);

    assert_eq!(town.pays_out(&provider, later()).await, []);
    let owner = Actor::owner(town.cast.owner_user.id);
    let hidden = town.platform.history(owner, subject, page).await.unwrap_err();
    assert_eq!(hidden.code(), "not_found");
}

pub(super) async fn what_is_below_the_step_is_carried_over(world: World) {
    let (town, provider) = (Town::new(world).await, Scripted::new());
    let trainer = town.cast.trainer.id;
    // Without the fee the trainer earns 85.85 and 42.93 forints; whole ones are sent.
    for (place, price, paid, owed) in [(9, 10_100, 8_500, 85), (11, 5_050, 4_300, 78)] {
        let price = Price::new(price, forint()).unwrap();
        town.teaches_for(&town.cast, hour(place), price).await;
        let report = town.runs(&provider, later()).await;
        let payout = town.payout(report.payouts[0].0).await;
        assert_eq!((payout.amount.minor(), payout.carried_out), (paid, owed));
        assert_eq!(town.owed(trainer, forint()).await, owed);
    }
    assert_eq!(code(town.create(forint()).await), "payout.too_little");
}

pub(super) fn code<T: std::fmt::Debug>(refused: Result<T, Error>) -> &'static str {
    refused.unwrap_err().code()
}

pub(super) async fn a_late_refund_is_taken_off_the_next_payout(world: World) {
    let (town, provider) = (Town::new(world).await, Scripted::new());
    let trainer = town.cast.trainer.id;
    let (_, payment) = town.teaches(&town.cast, hour(9)).await;
    assert_eq!(town.pays_out(&provider, later()).await, [PayoutState::Processed]);
    let give_back = GiveBack { payment, refund: town.make.id(), amount: euro(1_000) };
    town.gives(SYSTEM, later(), give_back).await.unwrap();
    // 15 % of it were the platform's.
    assert_eq!(town.owed(trainer, EUR).await, -850);
    assert_eq!(town.pays_out(&provider, later()).await, []);
    town.teaches(&town.cast, hour(11)).await;
    assert_eq!(town.pays_out(&provider, later()).await, [PayoutState::Processed]);
    assert_eq!(provider.amounts(), [SHARE - 850, SHARE]);
    assert_eq!(town.owed(trainer, EUR).await, 0);
}

pub(super) async fn a_failed_payout_frees_what_it_held(world: World) {
    let (town, provider) = (Town::new(world).await, Scripted::new());
    town.teaches(&town.cast, hour(9)).await;
    provider.next(Step::Transfer(Behaviour::Decline));
    let report = town.runs(&provider, later()).await;
    let [(failed, PayoutState::Failed)] = report.payouts[..] else { panic!("{report:?}") };
    assert_eq!(town.owed(town.cast.trainer.id, EUR).await, SHARE);
    let items = town.items_of(failed).await;
    assert!(!items.is_empty() && items.iter().all(|item| !item.is_live()));
    assert_eq!(town.told_of_payouts().await, ["payout_failed"]);
    // The entries are in another one now, and the first one stays failed.
    assert_eq!(town.pays_out(&provider, later()).await, [PayoutState::Processed]);
    assert_eq!(provider.amounts(), [SHARE]);
    assert_eq!(town.payout(failed).await.state, PayoutState::Failed);
    assert_eq!(town.open_balances(&town.cast.trainer_user).await, 0);

    // One that came back later is paid again as well.
    town.teaches(&town.cast, hour(11)).await;
    provider.next(Step::Transfer(Behaviour::Delay));
    let report = town.runs(&provider, later()).await;
    let [(delayed, PayoutState::InFlight)] = report.payouts[..] else { panic!("{report:?}") };
    provider.books.end_transfer(delayed, PayoutOutcome::Failed);
    let states = town.pays_out(&provider, later()).await;
    assert_eq!(states, [PayoutState::Failed, PayoutState::Processed]);
    assert_eq!(provider.amounts(), [SHARE, SHARE]);
}

pub(super) async fn what_became_of_an_unknown_payout_is_looked_up(world: World) {
    let (town, provider) = (Town::new(world).await, Scripted::new());
    let lost = [Behaviour::TimeOutAfter, Behaviour::TimeOutBefore];
    for (round, behaviour) in (1_usize..).zip(lost) {
        town.teaches(&town.cast, hour(8 + 2 * i64::try_from(round).unwrap())).await;
        provider.next(Step::Transfer(behaviour));
        let report = town.runs(&provider, later()).await;
        let [(payout, PayoutState::Unknown)] = report.payouts[..] else { panic!("{report:?}") };
        // Nobody says anything: it stays unknown, and nothing is sent again.
        for unreachable in [Behaviour::Vanish, Behaviour::TimeOutBefore] {
            provider.next(Step::LookUp(unreachable));
            let report = town.runs(&provider, later()).await;
            assert_eq!(report.payouts, [(payout, PayoutState::Unknown)]);
            assert_eq!(report.unreached.len(), 1);
        }
        let report = town.runs(&provider, later()).await;
        assert_eq!(report.payouts, [(payout, PayoutState::Processed)]);
        assert_eq!(provider.amounts(), vec![SHARE; round]);
    }
    // It declines what it carried out before: that is found before anything fails.
    town.teaches(&town.cast, hour(13)).await;
    for step in [Step::Transfer(Behaviour::TimeOutAfter), Step::Miss] {
        provider.next(step);
    }
    assert_eq!(town.pays_out(&provider, later()).await, [PayoutState::Unknown]);
    provider.next(Step::Transfer(Behaviour::Decline));
    assert_eq!(town.pays_out(&provider, later()).await, [PayoutState::Processed]);
    assert_eq!(provider.amounts(), [SHARE; 3]);
    // Where it could not be reached at all, it is asked again later.
    town.teaches(&town.cast, hour(15)).await;
    provider.next(Step::Transfer(Behaviour::Vanish));
    assert_eq!(town.pays_out(&provider, later()).await, [PayoutState::InFlight]);
    assert_eq!(town.pays_out(&provider, later()).await, [PayoutState::Processed]);
    assert_eq!(provider.amounts(), [SHARE; 4]);
}

pub(super) async fn racing_payouts_make_one(world: World) {
    let town = Town::new(world).await;
    town.teaches(&town.cast, hour(9)).await;
    let command = CreatePayout {
        trainer: town.cast.trainer.id,
        currency: EUR,
        provider: FakeProvider::provider(),
        is_last: false,
    };
    let tasks = (0..8).map(|_| {
        let (platform, call) = (town.platform.clone(), town.call(SYSTEM, later()));
        let command = command.clone();
        async move { platform.execute(call, command).await }
    });
    let outcomes = race(tasks).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for refused in outcomes.into_iter().filter_map(Result::err) {
        assert_eq!(refused.code(), "payout.running");
    }
}

pub(super) async fn a_payout_and_a_refund_that_race_both_count(world: World) {
    let town = Town::new(world).await;
    for round in 0..6 {
        let (_, payment) = town.teaches(&town.cast, minutes(60 * 24 * round + 540, 60)).await;
        let create = CreatePayout {
            trainer: town.cast.trainer.id,
            currency: EUR,
            provider: FakeProvider::provider(),
            is_last: false,
        };
        let give_back = GiveBack { payment, refund: town.make.id(), amount: euro(1_000) };
        let calls = [(); 2].map(|()| (town.platform.clone(), town.call(SYSTEM, later())));
        let [(one, first), (other, second)] = calls;
        let created = tokio::spawn(async move { one.execute(first, create).await });
        let given = tokio::spawn(async move { other.execute(second, give_back).await });
        let payout = created.await.unwrap().unwrap().payout;
        given.await.unwrap().unwrap();
        town.gives(SYSTEM, later(), SendPayout { payout }).await.unwrap();
        let answer = known(&town.make.token(), TransferOutcome::Processed);
        town.records(payout, answer).await.unwrap();
        // Either the payout is that much smaller, or the next one will be.
        let owed = town.owed(town.cast.trainer.id, EUR).await;
        let open = town.trainer_earnings(town.cast.trainer.id).await.unwrap().earnings;
        let open: i64 = open.iter().map(|it| it.earning().open_sum().unwrap().minor()).sum();
        assert_eq!(owed, open);
    }
}

pub(super) async fn what_changes_meanwhile_is_not_paid_out(world: World) {
    let town = Town::new(world).await;
    let (_, payment) = town.teaches(&town.cast, hour(9)).await;
    let create = CreatePayout {
        trainer: town.cast.trainer.id,
        currency: EUR,
        provider: FakeProvider::provider(),
        is_last: false,
    };
    // A bank disputes it.
    let case = town.payment_case(nobody(), &PaymentSought::Payment(payment)).await.unwrap().1;
    let file = case.unwrap().file;
    let dispute = |outcome| Happening::Dispute {
        reference: "dp_1".parse().unwrap(),
        payment_reference: file.payments[0].provider_reference.clone().unwrap(),
        amount: file.payments[0].amount,
        outcome,
    };
    let event = town.told_by(dispute(DisputeOutcome::Open), later());
    let made = town.meanwhile("payout_round", create.clone(), TakeReport { event }).await;
    assert_eq!(code(made), "payout.too_little");
    town.hears_later(dispute(DisputeOutcome::Won)).await;
    // An admin finds that the trainer was not there.
    let (booking, attendance) = (file.booking.id, Attendance::TrainerNoShow);
    let admin = town.admin().await;
    let amend = AmendAttendance { booking, attendance };
    let made = town.meanwhile_by(admin, "payout_round", create.clone(), amend).await;
    assert_eq!(code(made), "payout.too_little");
    // The trainer is suspended, before it is made and before it is sent.
    town.teaches(&town.cast, hour(11)).await;
    let user = town.cast.trainer_user.id;
    let suspend = SuspendUser { user };
    let made = town.meanwhile("payout_round", create.clone(), suspend.clone()).await;
    assert_eq!(code(made), "payout.suspended");
    town.gives(SYSTEM, later(), ReactivateUser { user }).await.unwrap();
    let payout = town.gives(SYSTEM, later(), create).await.unwrap().payout;
    let sent = town.meanwhile("payout_case", SendPayout { payout }, suspend).await;
    assert_eq!(code(sent), "payout.suspended");
}

pub(super) async fn the_suspended_wait(world: World) {
    let (town, provider) = (Town::new(world).await, Scripted::new());
    let user = town.cast.trainer_user.id;
    let due = PayoutDue { trainer: town.cast.trainer.id, currency: EUR };
    town.teaches(&town.cast, hour(9)).await;
    let payout = town.create(EUR).await.unwrap();
    town.gives(SYSTEM, later(), SuspendUser { user }).await.unwrap();
    let report = town.runs(&provider, later()).await;
    assert_eq!(report.payouts, [(payout, PayoutState::Created)]);
    assert_eq!(report.waiting, [due]);
    let sent = town.gives(SYSTEM, later(), SendPayout { payout }).await;
    assert_eq!(code(sent), "payout.suspended");
    // It is called off, and no other is made.
    town.records(payout, PayoutAnswer::Declined).await.unwrap();
    let report = town.runs(&provider, later()).await;
    assert_eq!((report.payouts.len(), report.waiting), (0, vec![due]));
    town.gives(SYSTEM, later(), ReactivateUser { user }).await.unwrap();
    assert_eq!(town.pays_out(&provider, later()).await, [PayoutState::Processed]);
}

pub(super) async fn attendance_is_final_once_it_is_paid_out(world: World) {
    let town = Town::new(world).await;
    let (booking, _) = town.teaches(&town.cast, hour(9)).await;
    let admin = town.admin().await;
    let amend = |attendance| {
        let command = AmendAttendance { booking, attendance };
        town.gives(admin, later(), command)
    };
    amend(Attendance::OwnerNoShow).await.unwrap();
    let payout = town.create(EUR).await.unwrap();
    assert_eq!(code(amend(Attendance::Attended).await), "booking.paid_out");
    town.records(payout, PayoutAnswer::Declined).await.unwrap();
    amend(Attendance::Attended).await.unwrap();
}
