//! What people are told: of everything that happens, in words, each once.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    fixtures::{accepted, at, between, minute},
    payouts::{hour, later},
    scripted::{Scripted, Step},
    town::{SYSTEM, Town, early, noon},
    world::World,
};
use crate::{
    account::{User, UserStatus},
    audit::{FeedPosition, Subject, SubjectKind},
    booking::{Attendance, Booking},
    contact::PersonName,
    ids::{BookingId, NotificationId, RescheduleId, UserId},
    money::Money,
    notification::{
        Facts, LessonFacts, Notification, NotificationKind, Placeholder, Recipient, Templates,
    },
    payment::Refund,
    payout::PayoutState,
    platform::{
        AcceptBooking, AcceptProposal, AmendAttendance, ClaimNoShow, CompleteBooking,
        ContestNoShow, DeclineBooking, DeclineProposal, Dispatch, EraseUser, MoveBooking,
        MoveOutcome, ReactivateUser, ReplyToReview, SuspendUser, VerifyTrainer, WithdrawBooking,
        WithdrawProposal, WriteReview,
    },
    provider::{DisputeOutcome, Happening, RefundOutcome, fake::Behaviour},
    repository::{NotificationFilter, PageRequest, Told},
    review::Points,
    text::Text,
    time::{Instant, ZoneId},
};

impl Town {
    /// Asks for a lesson as the owner, and returns it.
    async fn asks(&self, start: Instant) -> BookingId {
        self.requests(start, early()).await.unwrap().booking
    }

    /// Proposes as the owner to move a lesson, and returns the proposal.
    async fn proposes_to_move(&self, booking: BookingId, start: Instant) -> RescheduleId {
        let command = MoveBooking { booking, start, proposal: self.make.id() };
        match self.gives(self.owner(), early(), command).await.unwrap() {
            MoveOutcome::Proposed { proposal, .. } => proposal,
            MoveOutcome::Moved(moved) => panic!("moved without asking: {moved:?}"),
        }
    }

    /// Everything that a user was told, the newest first.
    async fn inbox_of(&self, user: UserId) -> Vec<Told> {
        self.platform.notifications(SYSTEM, user, PageRequest::MAX).await.unwrap().items
    }

    /// Everything that the owner and the trainer were told.
    async fn all_told(&self) -> Vec<Told> {
        let mut all = self.inbox_of(self.cast.owner_user.id).await;
        all.extend(self.inbox_of(self.cast.trainer_user.id).await);
        all
    }

    /// Reads all dispatches, a few entries at a time, once all that was committed is certain.
    async fn dispatched(&self) -> Vec<Dispatch> {
        self.whole_feed().await;
        let (mut all, mut position) = (Vec::new(), FeedPosition::START);
        loop {
            let some = self.platform.dispatches(SYSTEM, position, 3).await.unwrap();
            let Some(last) = some.last() else { return all };
            position = last.entry.position;
            all.extend(some);
        }
    }
}

/// Lets everything happen that anybody is told of.
async fn everything_happens(town: &Town) {
    let lesson = lessons_are_asked_for(town).await;
    a_lesson_is_moved(town).await;
    money_comes_and_goes(town).await;
    a_lesson_is_held(town, lesson).await;
    the_trainer_is_paid(town).await;
    let (admin, user) = (town.admin().await, town.cast.owner_user.id);
    let trainer = town.cast.trainer.id;
    town.gives(admin, noon(), VerifyTrainer { trainer, verified: true }).await.unwrap();
    town.gives(admin, noon(), SuspendUser { user }).await.unwrap();
    town.gives(admin, noon(), ReactivateUser { user }).await.unwrap();
}

/// Returns the lesson that comes about, from 09:00 to 10:00.
async fn lessons_are_asked_for(town: &Town) -> BookingId {
    let (owner, trainer) = (town.owner(), town.trainer());
    let booking = town.asks(at("11:00")).await;
    let decline = DeclineBooking { booking, reason: None };
    town.gives(trainer, early(), decline).await.unwrap();
    let booking = town.asks(at("11:00")).await;
    town.gives(owner, early(), WithdrawBooking { booking }).await.unwrap();
    let booking = town.asks(at("09:00")).await;
    town.gives(trainer, early(), AcceptBooking { booking }).await.unwrap();
    town.held_until(between("13:00", "14:00"), at("07:00")).await;
    // The hold lapses, and the lesson is near.
    let report = town.platform.run_due(at("07:00"), 100).await.unwrap();
    assert_eq!(report.done.len(), 2, "{report:?}");
    booking
}

async fn a_lesson_is_moved(town: &Town) {
    let (owner, trainer) = (town.owner(), town.trainer());
    let booking = town.accepted(between("17:00", "18:00")).await.id;
    let proposal = town.proposes_to_move(booking, at("18:00")).await;
    let decline = DeclineProposal { booking, proposal };
    town.gives(trainer, early(), decline).await.unwrap();
    let proposal = town.proposes_to_move(booking, at("18:00")).await;
    let withdraw = WithdrawProposal { booking, proposal };
    town.gives(owner, early(), withdraw).await.unwrap();
    let proposal = town.proposes_to_move(booking, at("18:00")).await;
    let accept = AcceptProposal { booking, proposal, start: at("18:00") };
    town.gives(trainer, early(), accept).await.unwrap();
    town.proposes_to_move(booking, at("19:00")).await;
    // Nobody answers until the lesson begins.
    let report = town.platform.run_due(at("18:00"), 100).await.unwrap();
    assert_eq!(report.done.len(), 1, "{report:?}");
}

async fn money_comes_and_goes(town: &Town) {
    let booking = town.accepted(between("13:00", "14:00")).await.id;
    town.pays(booking).await;
    town.calls_off(booking).await;
    let (refund, _) = town.due_of(booking).await[0];
    town.sends_back(refund, RefundOutcome::Succeeded).await;

    let booking = town.accepted(between("15:00", "16:00")).await.id;
    let (payment, reference) = (Some(town.starts(booking).await.unwrap()), town.make.token());
    town.hears(Happening::PaymentFailed { payment, reference }).await;
    let (payment, payment_reference) = town.pays(booking).await;
    let amount = town.payment_of(booking, payment).await.amount;
    let (reference, outcome) = (town.make.token(), DisputeOutcome::Open);
    town.hears(Happening::Dispute { reference, payment_reference, amount, outcome }).await;
}

async fn a_lesson_is_held(town: &Town, booking: BookingId) {
    let (owner, trainer, admin) = (town.owner(), town.trainer(), town.admin().await);
    let complete = CompleteBooking { booking, attendance: Attendance::Attended };
    town.gives(trainer, at("10:00"), complete).await.unwrap();
    let review = town.make.id();
    let (rating, comment) = (Points::new(4).unwrap(), Text::parse("Rex listens now.").unwrap());
    let write = WriteReview { review, booking, rating, comment };
    town.gives(owner, at("11:00"), write).await.unwrap();
    let reply = ReplyToReview { review, reply: Text::parse("Thanks!").unwrap() };
    town.gives(trainer, at("11:00"), reply).await.unwrap();
    let claim = ClaimNoShow { booking, dispute: town.make.id() };
    town.gives(owner, at("11:00"), claim).await.unwrap();
    let amend = AmendAttendance { booking, attendance: Attendance::OwnerNoShow };
    town.gives(admin, at("11:00"), amend).await.unwrap();

    let booking = town.accepted(between("07:00", "08:00")).await.id;
    let complete = CompleteBooking { booking, attendance: Attendance::OwnerNoShow };
    town.gives(trainer, at("08:00"), complete).await.unwrap();
    let contest = ContestNoShow { booking, dispute: town.make.id() };
    town.gives(owner, at("08:00"), contest).await.unwrap();
}

async fn the_trainer_is_paid(town: &Town) {
    let provider = Scripted::new();
    town.teaches(&town.cast, hour(20)).await;
    assert_eq!(town.pays_out(&provider, later()).await, [PayoutState::Processed]);
    town.teaches(&town.cast, hour(21)).await;
    provider.next(Step::Transfer(Behaviour::Decline));
    assert_eq!(town.pays_out(&provider, later()).await, [PayoutState::Failed]);
}

pub(super) async fn every_kind_of_notification_is_put_in_words(world: World) {
    let town = Town::new(world).await;
    everything_happens(&town).await;
    let (templates, mut kinds) = (Templates::english(), BTreeSet::new());
    let elsewhere: ZoneId = "Australia/Lord_Howe".parse().unwrap();
    for Told { notification, facts } in town.all_told().await {
        let kind = notification.kind;
        kinds.insert(kind);
        for zone in [None, Some(elsewhere)] {
            let message = templates.render(&notification, &facts, zone);
            assert_ne!(message.body, kind.message(), "{notification:?} {facts:?}");
        }
        // Whatever the kind offers is there.
        let offers = |placeholder: &&Placeholder| kind.offers(**placeholder);
        let body: String =
            Placeholder::ALL.iter().filter(offers).map(|named| format!("{{{named}}}")).collect();
        let whole = Templates::english().with(kind, "all of it", &body).unwrap();
        let message = whole.render(&notification, &facts, None);
        assert_eq!(message.title, "all of it", "{body} of {notification:?} {facts:?}");
    }
    let all: BTreeSet<NotificationKind> = NotificationKind::ALL.iter().copied().collect();
    assert_eq!(kinds, all);
}

pub(super) async fn a_reminder_reads_well(world: World) {
    let town = Town::new(world).await;
    town.accepted(between("09:00", "10:00")).await;
    let _ = town.platform.run_due(early(), 100).await.unwrap();
    let (cast, new_york) = (&town.cast, Some("America/New_York".parse::<ZoneId>().unwrap()));
    let trainer = format!("{} {}", cast.trainer_user.first_name, cast.trainer_user.last_name);
    let sides =
        [(&cast.owner_user, trainer), (&cast.trainer_user, cast.owner_user.first_name.to_string())];
    for (user, other) in sides {
        let told = town.inbox_of(user.id).await.remove(0);
        for (zone, times) in [(None, "09:00 to 10:00"), (new_york, "04:00 to 05:00")] {
            let message = Templates::english().render(&told.notification, &told.facts, zone);
            let (service, dog) = (&cast.service.name, &cast.dog.name);
            let expected = format!(
                "We remind you of {service} with {other} and {dog} on Monday, 1 March, from {times}."
            );
            assert_eq!(message.body, expected);
        }
    }
}

/// Stores a notification of a user about a thing, and returns it.
async fn note(world: &World, user: &User, subject: Subject, minutes: i64) -> Notification {
    let created_at = minute(minutes);
    let row = Notification { subject, created_at, ..world.make.notification(user) };
    world.insert(row.clone()).await;
    row
}

pub(super) async fn a_text_names_what_its_subject_leads_to(world: World) {
    let rows = world.everything().await;
    let (cast, booking) = (&rows.cast, &rows.booking);
    let custom =
        Booking { service: None, ..accepted(world.make.booking(cast, between("19:00", "20:00"))) };
    world.insert(custom.clone()).await;
    let some = Money::new(1_234, rows.payment.amount.currency());
    let part = Refund { amount: some, ..world.make.refund(&rows.payment) };
    world.insert(part.clone()).await;
    let lesson = |booking: &Booking| LessonFacts {
        booking: booking.id,
        trainer_user: cast.trainer_user.id,
        trainer_name: (cast.trainer_user.first_name.clone(), cast.trainer_user.last_name.clone()),
        owner_user: cast.owner_user.id,
        owner_first_name: cast.owner_user.first_name.clone(),
        dog_name: cast.dog.name.clone(),
        service_name: booking.service.map(|_| cast.service.name.clone()),
        session: booking.session,
        zone: booking.wall_start.zone,
    };
    let bare = Facts::from(Recipient::from(&cast.owner_user));
    let around = Facts { lesson: Some(lesson(booking)), ..bare.clone() };
    let start = rows.reschedule.session.start();
    let mut named = vec![
        (Subject::new(SubjectKind::Booking, booking.id), around.clone()),
        (
            Subject::new(SubjectKind::Booking, custom.id),
            Facts { lesson: Some(lesson(&custom)), ..bare.clone() },
        ),
        (
            Subject::new(SubjectKind::Reschedule, rows.reschedule.id),
            Facts { proposed_start: Some(start), ..around.clone() },
        ),
        (
            Subject::new(SubjectKind::Review, rows.review.id),
            Facts { points: Some(rows.review.rating), ..around.clone() },
        ),
        (
            Subject::new(SubjectKind::Payment, rows.payment.id),
            Facts { amount: Some(rows.payment.amount), ..around.clone() },
        ),
        (
            Subject::new(SubjectKind::Refund, part.id),
            Facts { amount: Some(part.amount), ..around.clone() },
        ),
        (Subject::new(SubjectKind::Dispute, rows.dispute.id), around.clone()),
        (
            Subject::new(SubjectKind::Payout, rows.payout.id),
            Facts { amount: Some(rows.payout.amount), ..bare.clone() },
        ),
        (Subject::new(SubjectKind::User, cast.owner_user.id), bare.clone()),
        (Subject::new(SubjectKind::Series, rows.series.id), bare.clone()),
    ];
    // What is not there says nothing, and neither does the key of another kind of thing.
    for kind in SubjectKind::ALL {
        named.push((Subject { kind: *kind, id: uuid::Uuid::max() }, bare.clone()));
    }
    named.push((Subject { kind: SubjectKind::Review, id: booking.id.as_uuid() }, bare.clone()));

    let (mut expected, mut ids) = (Vec::new(), BTreeSet::new());
    for (minutes, (subject, facts)) in (1..).zip(named) {
        let row = note(&world, &cast.owner_user, subject, minutes).await;
        ids.insert(row.id);
        let notification = super::world::first(&row);
        expected.insert(0, Told { notification, facts });
    }
    ids.insert(NotificationId::from_uuid(uuid::Uuid::max()));
    assert_eq!(world.told(&ids).await.unwrap(), expected);
    assert_eq!(world.told(&BTreeSet::new()).await.unwrap(), []);

    // An inbox says the same, and so does each page of it.
    let (mut filter, mut request) =
        (NotificationFilter::of(cast.owner_user.id), PageRequest::first(4).unwrap());
    filter.kinds = vec![expected[0].notification.kind];
    let mut inbox = Vec::new();
    loop {
        let page = world.inbox(&filter, request).await.unwrap();
        inbox.extend(page.items);
        let Some(next) = page.next else { break };
        request = request.after(Some(next));
    }
    inbox.retain(|told| ids.contains(&told.notification.id));
    assert_eq!(inbox, expected);
}

pub(super) async fn whatever_is_told_is_dispatched_once(world: World) {
    let town = Town::new(world).await;
    everything_happens(&town).await;
    let (whole, dispatches) = (town.whole_feed().await, town.dispatched().await);
    let entries: Vec<_> = dispatches.iter().map(|dispatch| dispatch.entry.clone()).collect();
    assert_eq!(entries, whole);
    let mut known: BTreeMap<NotificationId, Told> = BTreeMap::new();
    for told in town.all_told().await {
        known.insert(told.notification.id, told);
    }
    for Dispatch { entry, told } in dispatches {
        let ids: Vec<_> = told.iter().map(|told| told.notification.id).collect();
        assert_eq!(entry.entry.notified, ids);
        for told in told {
            assert_eq!(told.notification.subject, entry.entry.event.subject());
            assert_eq!(known.remove(&told.notification.id), Some(told), "told twice");
        }
    }
    assert!(known.is_empty(), "never dispatched: {known:?}");

    for actor in [town.owner(), town.trainer()] {
        let refused = town.platform.dispatches(actor, FeedPosition::START, 10).await;
        assert_eq!(super::town::code(refused), "denied.not_permitted");
    }
}

pub(super) async fn the_suspended_are_told_and_the_erased_are_not(world: World) {
    let town = Town::new(world).await;
    let admin = town.admin().await;
    let (user, _) = town.another_owner().await;
    let other = town.cast.owner_user.id;
    for user in [user.id, other] {
        town.gives(admin, noon(), SuspendUser { user }).await.unwrap();
    }
    let told = |dispatches: Vec<Dispatch>| -> Vec<UserId> {
        dispatches
            .iter()
            .flat_map(|known| &known.told)
            .map(|told| told.facts.recipient.user)
            .collect()
    };
    assert_eq!(told(town.dispatched().await), [user.id, other]);
    town.gives(admin, noon(), EraseUser { user: user.id }).await.unwrap();
    assert_eq!(told(town.dispatched().await), [other]);
    // The trail still says that somebody was told, and storage that it was nobody any more.
    let notified = town.whole_feed().await.into_iter().find(|known| {
        known.entry.event.subject() == Subject::new(SubjectKind::User, user.id)
            && !known.entry.notified.is_empty()
    });
    let ids: BTreeSet<_> = notified.unwrap().entry.notified.into_iter().collect();
    let kept = town.world.told(&ids).await.unwrap().remove(0);
    assert_eq!(kept.facts.recipient.status, UserStatus::Deleted);
    assert_eq!(kept.facts.recipient.first_name, PersonName::tombstone());
}
