//! Random rows, random filters: pages of any size make up all that is asked for, in its order.

use super::{
    draw::Draw,
    fixtures::{accepted, cancelled, completed, minute, minutes, paid, refunded},
    queries_lists::{all_pages, newest_first},
    town::forint,
    world::{World, first, page},
};
use crate::{
    audit::{AuditEntry, Event, Subject, SubjectKind},
    booking::{Booking, BookingStatus},
    ids::DogId,
    money::{Currency, Money},
    notification::{Notification, NotificationKind},
    payment::{Payment, PaymentStatus},
    payout::{Payout, PayoutState},
    repository::{
        AuditFilter, ChangeSet, Cursor, LessonFilter, NotificationFilter, Page, PageRequest,
        PaymentFilter, PaymentsOf, PayoutFilter, ReviewFilter, Trail, Versioned,
    },
    review::{Points, Review},
    text::Text,
    time::Instant,
};

const ROWS: usize = 40;
const FILTERS: usize = 60;

fn is_one_of<T: PartialEq>(of: &[T], one: &T) -> bool {
    of.is_empty() || of.contains(one)
}

fn is_within((from, until): (Option<Instant>, Option<Instant>), at: Instant) -> bool {
    from.is_none_or(|from| at >= from) && until.is_none_or(|until| at < until)
}

pub(super) async fn lessons_of_any_filter_come_whole_and_in_order(world: World) {
    let mut draw = Draw::new(1);
    let casts = [world.cast().await, world.cast().await];
    let (mut rows, mut changes) = (Vec::new(), ChangeSet::new());
    for hour in 0..ROWS {
        let (trainers, owners) = (draw.one_of(&casts), draw.one_of(&casts));
        let status = draw.one_of(BookingStatus::ALL);
        // What is called off may be at the same time as something else.
        let is_off = status == BookingStatus::Cancelled;
        let hour = if is_off { draw.below(ROWS) } else { hour };
        let lesson = world.make.booking(&trainers, minutes(60 * hour as i64, 60));
        let lesson = Booking { owner: owners.owner.id, dog: owners.dog.id, ..lesson };
        let lesson = match status {
            BookingStatus::Pending => lesson,
            BookingStatus::Accepted => accepted(lesson),
            BookingStatus::Cancelled => cancelled(lesson),
            BookingStatus::Completed => completed(lesson),
        };
        changes.insert(lesson.clone());
        rows.push(lesson);
    }
    world.commits(changes).await;
    rows.sort_by_key(|lesson| (lesson.session.start(), lesson.id));
    for _ in 0..FILTERS {
        let (trainers, owners) = (draw.one_of(&casts), draw.one_of(&casts));
        let hour = |draw: &mut Draw| minute(60 * draw.below(ROWS) as i64);
        let (from, until) = (hour(&mut draw), hour(&mut draw));
        let filter = LessonFilter {
            trainer: draw.maybe(trainers.trainer.id),
            owner: draw.maybe(owners.owner.id),
            dog: draw.maybe(owners.dog.id),
            from: draw.maybe(from),
            until: draw.maybe(until),
            statuses: draw.some_of(BookingStatus::ALL),
        };
        let is_wanted = |lesson: &&Booking| {
            filter.trainer.is_none_or(|trainer| lesson.trainer == trainer)
                && filter.owner.is_none_or(|owner| lesson.owner == owner)
                && filter.dog.is_none_or(|dog| lesson.dog == dog)
                && is_within((filter.from, filter.until), lesson.session.start())
                && is_one_of(&filter.statuses, &lesson.status)
        };
        let expected: Vec<_> = rows.iter().filter(is_wanted).map(first).collect();
        let limit = draw.limit();
        let all = all_pages!(limit, request => world.lessons(&filter, request).await.unwrap());
        let all: Vec<_> = all.into_iter().map(|lesson| lesson.booking).collect();
        assert_eq!(all, expected, "{filter:?}, {limit} a page");
    }
}

pub(super) async fn payments_of_any_filter_come_whole_and_in_order(world: World) {
    let mut draw = Draw::new(2);
    let casts = [world.cast().await, world.cast().await];
    let [left, right] = &casts;
    let lesson = |cast| cancelled(world.make.booking(cast, minutes(60, 60)));
    let mixed = Booking { owner: right.owner.id, dog: right.dog.id, ..lesson(left) };
    let lessons = [lesson(left), lesson(right), mixed];
    let (mut rows, mut changes) = (Vec::new(), ChangeSet::new());
    for lesson in &lessons {
        changes.insert(lesson.clone());
    }
    for _ in 0..ROWS {
        let lesson = draw.one_of(&lessons);
        let started = Payment { created_at: draw.instant(), ..world.make.payment(&lesson) };
        let payment = match draw.one_of(PaymentStatus::ALL) {
            PaymentStatus::Pending => started,
            PaymentStatus::Paid => Payment { surplus: true, ..paid(started) },
            PaymentStatus::Failed => Payment { status: PaymentStatus::Failed, ..started },
            PaymentStatus::Refunded => refunded(started),
        };
        changes.insert(payment.clone());
        rows.push((lesson, payment));
    }
    world.commits(changes).await;
    let parties = casts
        .each_ref()
        .map(|cast| [PaymentsOf::Trainer(cast.trainer.id), PaymentsOf::Owner(cast.owner.id)]);
    for _ in 0..FILTERS {
        let (from, until) = draw.range();
        let of = draw.one_of(parties.as_flattened());
        let statuses = draw.some_of(PaymentStatus::ALL);
        let filter = PaymentFilter { of, statuses, from, until };
        let is_theirs = |lesson: &Booking| match of {
            PaymentsOf::Trainer(trainer) => lesson.trainer == trainer,
            PaymentsOf::Owner(owner) => lesson.owner == owner,
        };
        let wanted = rows.iter().filter(|(lesson, payment)| {
            is_theirs(lesson)
                && is_one_of(&filter.statuses, &payment.status)
                && is_within((from, until), payment.created_at)
        });
        let wanted: Vec<Payment> = wanted.map(|(_, payment)| payment.clone()).collect();
        let expected = newest_first(&wanted, |row| (row.created_at, row.id.as_uuid()));
        let limit = draw.limit();
        let all =
            all_pages!(limit, request => world.lesson_payments(&filter, request).await.unwrap());
        let all: Vec<_> = all.into_iter().map(|row| row.payment).collect();
        assert_eq!(all, expected, "{filter:?}, {limit} a page");
    }
}

pub(super) async fn reviews_of_any_filter_come_whole_and_in_order(world: World) {
    let mut draw = Draw::new(3);
    let casts = [world.cast().await, world.cast().await];
    let points: Vec<Points> = (1..=5).map(|points| Points::new(points).unwrap()).collect();
    let (mut rows, mut changes) = (Vec::new(), ChangeSet::new());
    for _ in 0..ROWS {
        let cast = draw.one_of(&casts);
        let lesson = cancelled(world.make.booking(&cast, minutes(60, 60)));
        let review = Review {
            rating: draw.one_of(&points),
            reply: draw.maybe(Text::parse("Thanks!").unwrap()),
            is_hidden: draw.below(3) == 0,
            created_at: draw.instant(),
            ..world.make.review(&lesson)
        };
        changes.insert(lesson);
        changes.insert(review.clone());
        rows.push(review);
    }
    world.commits(changes).await;
    for _ in 0..FILTERS {
        let (has_reply, is_hidden) = (draw.is_so(), draw.is_so());
        let author = draw.one_of(&casts).owner.id;
        let filter = ReviewFilter {
            trainer: draw.one_of(&casts).trainer.id,
            points: draw.some_of(&points),
            has_reply: draw.maybe(has_reply),
            is_hidden: draw.maybe(is_hidden),
            hidden_of: draw.maybe(author),
        };
        let wanted = rows.iter().filter(|review| {
            review.trainer == filter.trainer
                && is_one_of(&filter.points, &review.rating)
                && filter.has_reply.is_none_or(|wanted| review.reply.is_some() == wanted)
                && filter.is_hidden.is_none_or(|wanted| review.is_hidden == wanted)
                && filter.hidden_of.is_none_or(|author| !review.is_hidden || review.owner == author)
        });
        let wanted: Vec<Review> = wanted.cloned().collect();
        let expected = newest_first(&wanted, |row| (row.created_at, row.id.as_uuid()));
        let limit = draw.limit();
        let all = all_pages!(limit, request => world.reviews(&filter, request).await.unwrap());
        assert_eq!(all, expected, "{filter:?}, {limit} a page");
    }
}

pub(super) async fn payouts_of_any_filter_come_whole_and_in_order(world: World) {
    let mut draw = Draw::new(4);
    let casts = [world.cast().await, world.cast().await];
    let currencies = [Currency::EUR, forint()];
    let payout = |draw: &mut Draw, trainer: usize, currency, state| Payout {
        amount: Money::new(4_200, currency),
        state,
        processed_at: (state == PayoutState::Processed).then(|| minute(10)),
        created_at: draw.instant(),
        ..world.make.payout(&casts[trainer].trainer)
    };
    let mut rows = Vec::new();
    for trainer in 0..2 {
        // Only one of a currency may be on its way.
        for (currency, state) in currencies.into_iter().zip([
            [PayoutState::Created, PayoutState::InFlight],
            [PayoutState::Unknown, PayoutState::Created],
        ]) {
            rows.push(payout(&mut draw, trainer, currency, state[trainer]));
        }
    }
    for _ in 0..ROWS {
        let (trainer, currency) = (draw.below(2), draw.one_of(&currencies));
        let state = draw.one_of(&[PayoutState::Processed, PayoutState::Failed]);
        rows.push(payout(&mut draw, trainer, currency, state));
    }
    let mut changes = ChangeSet::new();
    for payout in &rows {
        changes.insert(payout.clone());
    }
    world.commits(changes).await;
    for _ in 0..FILTERS {
        let currency = draw.one_of(&currencies);
        let filter = PayoutFilter {
            trainer: draw.one_of(&casts).trainer.id,
            currency: draw.maybe(currency),
            states: draw.some_of(PayoutState::ALL),
        };
        let wanted = rows.iter().filter(|payout| {
            payout.trainer == filter.trainer
                && filter.currency.is_none_or(|currency| payout.amount.currency() == currency)
                && is_one_of(&filter.states, &payout.state)
        });
        let wanted: Vec<Payout> = wanted.cloned().collect();
        let expected = newest_first(&wanted, |row| (row.created_at, row.id.as_uuid()));
        let limit = draw.limit();
        let all = all_pages!(limit, request => world.payouts(&filter, request).await.unwrap());
        assert_eq!(all, expected, "{filter:?}, {limit} a page");
    }
}

pub(super) async fn notifications_of_any_filter_come_whole_and_in_order(world: World) {
    let mut draw = Draw::new(5);
    let users = [world.insert(world.make.user()).await, world.insert(world.make.user()).await];
    let kinds = [
        NotificationKind::RefundDue,
        NotificationKind::RefundSucceeded,
        NotificationKind::PaymentReceived,
        NotificationKind::ReviewReceived,
    ];
    let (mut rows, mut changes) = (Vec::new(), ChangeSet::new());
    for _ in 0..ROWS {
        let user = draw.one_of(&users);
        let told = Notification {
            kind: draw.one_of(&kinds),
            is_read: draw.is_so(),
            created_at: draw.instant(),
            ..world.make.notification(&user)
        };
        changes.insert(told.clone());
        rows.push(told);
    }
    world.commits(changes).await;
    for _ in 0..FILTERS {
        let filter = NotificationFilter {
            user: draw.one_of(&users).id,
            unread_only: draw.is_so(),
            kinds: draw.some_of(&kinds),
        };
        let wanted = rows.iter().filter(|told| {
            told.user == filter.user
                && !(filter.unread_only && told.is_read)
                && is_one_of(&filter.kinds, &told.kind)
        });
        let wanted: Vec<Notification> = wanted.cloned().collect();
        let expected = newest_first(&wanted, |row| (row.created_at, row.id.as_uuid()));
        let limit = draw.limit();
        let all =
            all_pages!(limit, request => world.notifications(&filter, request).await.unwrap());
        assert_eq!(all, expected, "{filter:?}, {limit} a page");
        let told = all_pages!(limit, request => world.inbox(&filter, request).await.unwrap());
        let rows: Vec<_> = told.into_iter().map(|told| told.notification).collect();
        assert_eq!(rows, expected, "{filter:?}, {limit} a page of the inbox");
    }
}

pub(super) async fn history_of_any_filter_comes_whole_and_in_order(world: World) {
    let mut draw = Draw::new(6);
    let users =
        [world.insert(world.make.user()).await.id, world.insert(world.make.user()).await.id];
    // The same key is that of different kinds of thing.
    let dog = DogId::from_uuid(users[0].as_uuid());
    let events = [
        Event::ProfileUpdated { user: users[0] },
        Event::ProfileUpdated { user: users[1] },
        Event::DogUpdated { dog },
    ];
    let trails = [
        Trail::About(Subject::new(SubjectKind::User, users[0])),
        Trail::About(Subject::new(SubjectKind::Dog, dog)),
        Trail::By(users[0]),
        Trail::By(users[1]),
    ];
    let (mut rows, mut changes) = (Vec::new(), ChangeSet::new());
    for _ in 0..ROWS {
        let user = draw.one_of(&users);
        let entry = AuditEntry {
            id: world.make.id(),
            actor: draw.maybe(user),
            event: draw.one_of(&events),
            notified: Vec::new(),
            created_at: draw.instant(),
        };
        changes.append(entry.clone());
        rows.push(entry);
    }
    world.commits(changes).await;
    for _ in 0..FILTERS {
        let (from, until) = draw.range();
        let filter = AuditFilter { trail: draw.one_of(&trails), from, until };
        let wanted = rows.iter().filter(|entry| {
            let is_of_trail = match filter.trail {
                Trail::About(subject) => entry.event.subject() == subject,
                Trail::By(user) => entry.actor == Some(user),
            };
            is_of_trail && is_within((from, until), entry.created_at)
        });
        let wanted: Vec<AuditEntry> = wanted.cloned().collect();
        let expected = newest_first(&wanted, |row| (row.created_at, row.id.as_uuid()));
        let expected: Vec<_> = expected.into_iter().map(Versioned::into_value).collect();
        let limit = draw.limit();
        let all = all_pages!(limit, request => world.history(&filter, request).await.unwrap());
        let all: Vec<_> = all.into_iter().map(|entry| entry.entry).collect();
        assert_eq!(all, expected, "{filter:?}, {limit} a page");
    }
}
