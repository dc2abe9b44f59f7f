//! The feed of a platform's lessons, and files that block its slots.

use std::sync::Arc;

use sitstay::{
    booking::Attendance,
    command::Actor,
    ical::{BusyTimeReader, EventStatus, LessonEvent, Publisher},
    ids::BookingId,
    memory::MemoryRepository,
    platform::{
        AcceptBooking, CancelBooking, CompleteBooking, DeclineBooking, ImportBusyTime, MoveBooking,
        WithdrawBooking,
    },
    time::{Instant, Interval},
};

use crate::town::{Town, on};

async fn town() -> Town {
    let repository = Arc::new(MemoryRepository::new());
    Town::adapted(repository, 2, 2, |_, (trainer, _)| {
        trainer.time_zone = "Europe/Berlin".parse().unwrap();
    })
    .await
}

fn week() -> Interval {
    Interval::new(on(0, "00:00"), on(7, "00:00")).unwrap()
}

async fn feed(town: &Town, actor: Actor, now: Instant) -> Vec<LessonEvent> {
    town.platform.lesson_events(actor, week(), now).await.unwrap()
}

async fn booked(town: &Town, owner: usize, trainer: usize, start: Instant) -> BookingId {
    let wish = town.wish(owner, trainer, start);
    let booking = wish.booking;
    town.gives(town.owner(owner), on(0, "06:00"), wish).await.unwrap();
    booking
}

#[tokio::test]
async fn everybody_has_a_feed_of_their_own_lessons() {
    let town = town().await;
    let now = on(0, "06:00");
    let second = booked(&town, 0, 0, on(2, "09:00")).await;
    let first = booked(&town, 0, 0, on(1, "09:00")).await;
    let elsewhere = booked(&town, 0, 1, on(3, "09:00")).await;
    let others = booked(&town, 1, 0, on(4, "09:00")).await;
    booked(&town, 0, 0, on(7, "09:00")).await;
    town.gives(town.trainer(0), now, AcceptBooking { booking: first }).await.unwrap();
    let ids = |events: Vec<LessonEvent>| -> Vec<_> {
        events.into_iter().map(|event| event.booking).collect()
    };
    assert_eq!(ids(feed(&town, town.owner(0), now).await), [first, second, elsewhere]);
    assert_eq!(ids(feed(&town, town.trainer(0), now).await), [first, second, others]);
    assert_eq!(ids(feed(&town, town.owner(1), now).await), [others]);

    let [event, ..] = &feed(&town, town.owner(0), now).await[..] else { panic!("no lesson") };
    let (user, _, service) = &town.trainers[0];
    let dog = &town.owners[0].2;
    let summary =
        format!("{} – {} – {} {}", service.name, dog.name, user.first_name, user.last_name);
    assert_eq!((event.summary.as_str(), event.status), (summary.as_str(), EventStatus::Confirmed));
    assert_eq!(event.session, Interval::new(on(1, "09:00"), on(1, "10:00")).unwrap());
    // The trainer sees no last name of the owner's, and nobody a place.
    let [event, ..] = &feed(&town, town.trainer(0), now).await[..] else { panic!("no lesson") };
    let owner = &town.owners[0].0;
    assert_eq!(event.summary, format!("{} – {} – {}", service.name, dog.name, owner.first_name));
    assert_eq!((&event.location, &event.description), (&None, &None));
}

#[tokio::test]
async fn only_parties_have_a_feed_and_a_range_has_a_bound() {
    let town = town().await;
    let now = on(0, "06:00");
    let nobody = Actor::owner(town.make.id());
    let actors = [
        (Actor::Anonymous, "denied.not_permitted"),
        (Actor::member(town.owners[0].0.id), "denied.not_permitted"),
        (town.admin(), "denied.not_permitted"),
        (Actor::trainer(town.owners[0].0.id), "denied.role_not_held"),
        (nobody, "denied.unknown_user"),
    ];
    for (actor, expected) in actors {
        let refused = town.platform.lesson_events(actor, week(), now).await.unwrap_err();
        assert_eq!(refused.code(), expected, "{actor:?}");
    }
    let days = |days| Interval::new(on(0, "00:00"), on(days, "00:00")).unwrap();
    town.platform.lesson_events(town.owner(0), days(400), now).await.unwrap();
    let refused = town.platform.lesson_events(town.owner(0), days(401), now).await.unwrap_err();
    assert_eq!(refused.code(), "availability.range_too_long");
}

#[tokio::test]
async fn a_feed_of_many_pages_holds_every_lesson_once() {
    let town = town().await;
    let now = on(0, "06:00");
    let mut expected = Vec::new();
    for number in 0..450 {
        let wish = town.wish(0, 0, on(1 + number % 5, "09:00"));
        let booking = wish.booking;
        town.gives(town.owner(0), now, wish).await.unwrap();
        town.gives(town.owner(0), now, WithdrawBooking { booking }).await.unwrap();
        expected.push(booking);
    }
    let mut found: Vec<_> =
        feed(&town, town.trainer(0), now).await.iter().map(|event| event.booking).collect();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

/// What a feed says of one lesson: revision, status, start.
async fn told(town: &Town, booking: BookingId, now: Instant) -> (u32, EventStatus, Instant) {
    let events = feed(town, town.owner(0), now).await;
    let twin = feed(town, town.trainer(0), now).await;
    let find = |events: &[LessonEvent]| {
        let event = events.iter().find(|event| event.booking == booking).unwrap();
        assert!(event.modified_at <= now, "{event:?} at {now}");
        (event.sequence, event.status, event.session.start())
    };
    assert_eq!(find(&events), find(&twin), "both sides see the same");
    find(&events)
}

#[tokio::test]
async fn every_change_of_a_lesson_raises_its_sequence() {
    let town = town().await;
    let now = on(0, "07:00");
    let (owner, trainer) = (town.owner(0), town.trainer(0));
    let booking = booked(&town, 0, 0, on(3, "09:00")).await;
    let mut known = vec![told(&town, booking, now).await];
    assert_eq!((known[0].1, known[0].2), (EventStatus::Tentative, on(3, "09:00")));
    let proposal = town.make.id();
    let moved = MoveBooking { booking, start: on(4, "15:00"), proposal };
    town.gives(owner, now, moved).await.unwrap();
    known.push(told(&town, booking, now).await);
    assert_eq!((known[1].1, known[1].2), (EventStatus::Tentative, on(4, "15:00")));
    town.gives(trainer, now, AcceptBooking { booking }).await.unwrap();
    known.push(told(&town, booking, now).await);
    assert_eq!(known[2].1, EventStatus::Confirmed);
    town.gives(owner, now, CancelBooking { booking, reason: None }).await.unwrap();
    known.push(told(&town, booking, now).await);
    assert_eq!(known[3].1, EventStatus::Cancelled);
    assert!(known.is_sorted_by(|one, next| one.0 < next.0), "{known:?}");

    // A request that lapses is called off before any row says so, and once one does.
    let booking = booked(&town, 0, 0, on(3, "09:00")).await;
    let asked = told(&town, booking, now).await;
    let lapsed = on(2, "12:00");
    let unwritten = told(&town, booking, lapsed).await;
    assert_eq!((asked.1, unwritten.1), (EventStatus::Tentative, EventStatus::Cancelled));
    assert!(!town.platform.run_due(lapsed, 100).await.unwrap().is_empty());
    let written = told(&town, booking, lapsed).await;
    assert_eq!(written.1, EventStatus::Cancelled);
    assert!(asked.0 < unwritten.0 && unwritten.0 < written.0);

    for (number, day) in [(0, 5), (1, 6)] {
        let booking = booked(&town, 0, 0, on(day, "09:00")).await;
        let asked = told(&town, booking, now).await;
        if number == 0 {
            town.gives(trainer, now, DeclineBooking { booking, reason: None }).await.unwrap();
            assert_eq!(told(&town, booking, now).await.1, EventStatus::Cancelled);
        } else {
            town.gives(trainer, now, AcceptBooking { booking }).await.unwrap();
            let over = on(day, "10:00");
            let attendance = Attendance::Attended;
            let complete = CompleteBooking { booking, attendance };
            town.gives(trainer, over, complete).await.unwrap();
            assert_eq!(told(&town, booking, over).await.1, EventStatus::Confirmed);
        }
        assert!(told(&town, booking, on(7, "00:00")).await.0 > asked.0);
    }
}

#[tokio::test]
async fn a_file_blocks_slots_and_ones_own_feed_does_not() {
    let town = town().await;
    let now = on(0, "06:00");
    let lesson = booked(&town, 0, 0, on(1, "14:00")).await;
    let publisher = Publisher::new("lessons.example").unwrap();
    let own = publisher.publish(&feed(&town, town.trainer(0), now).await, now);
    // The trainer's calendar shows the lessons beside a choir of Tuesdays from 10 to 12 in Berlin.
    let choir = "BEGIN:VEVENT\r\nUID:choir\r\nDTSTART;TZID=Europe/Berlin:20270105T100000\r\n\
        DURATION:PT2H\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\nEND:VCALENDAR";
    let file = own.replace("END:VCALENDAR", choir);
    let zone = "Europe/Berlin".parse().unwrap();
    let reader = BusyTimeReader::new(week(), zone).without_events_of(&publisher);
    let read = reader.read(file.as_bytes()).unwrap();
    assert!(read.unread.is_empty());
    let written =
        town.gives(town.trainer(0), now, ImportBusyTime { busy: read.busy }).await.unwrap();
    assert_eq!(written.outside, []);
    let refused =
        town.gives(town.owner(1), now, town.wish(1, 0, on(1, "09:00"))).await.unwrap_err();
    assert_eq!(refused.code(), "booking.refused");
    town.gives(town.owner(1), now, town.wish(1, 0, on(1, "11:00"))).await.unwrap();

    // With its own lessons in, every one of them would be outside.
    let read = BusyTimeReader::new(week(), zone).read(file.as_bytes()).unwrap();
    let written =
        town.gives(town.trainer(0), now, ImportBusyTime { busy: read.busy }).await.unwrap();
    let outside: Vec<_> = written.outside.iter().map(|outside| outside.booking).collect();
    assert_eq!(outside, [lesson]);
}
