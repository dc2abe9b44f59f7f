use chrono::TimeDelta;
use sitstay::{
    account::UserStatus,
    availability::{
        AvailabilityError, Calendar, DatedHours, Grid, IntervalSet, OpeningHours, Reason,
        SchedulingPolicy, Session,
    },
    booking::{BookingError, Wish},
    command::Actor,
    dog::DogSize,
    money::{Currency, Price},
    platform::{
        AcceptBooking, BlockTime, Error, LessonSought, RequestBooking, SetException, SetPolicy,
        SlotQuery, UpdateDog, UpdateService,
    },
    time::{Instant, Interval, ZoneId},
    trainer::{BlockSource, BookingPolicy, CustomRequests},
};

use crate::world::{
    World, at, code, dog_facts, id, now, olga, omar, span, terms, tina, window, working_week,
};

/// The week in which the clocks of Berlin jump, on Sunday.
const WEEK: (&str, &str) = ("2027-03-22T00:00:00Z", "2027-03-29T00:00:00Z");
const TUESDAY: &str = "2027-03-23T10:00:00Z";
const WEDNESDAY: &str = "2027-03-24T10:00:00Z";
const THURSDAY: &str = "2027-03-25T10:00:00Z";
const AWAY: (&str, &str) = ("2027-03-26T09:30:00Z", "2027-03-26T11:00:00Z");

/// When everybody asks: Wednesday's request, made long before, has lapsed by then.
fn asked_at() -> Instant {
    at("2027-03-20T00:00:00Z")
}

fn scheduling() -> SchedulingPolicy {
    SchedulingPolicy::default()
        .with_notice_minutes(3 * 24 * 60)
        .and_then(|policy| policy.with_slot_step_minutes(30))
        .and_then(|policy| policy.with_days_ahead(8))
        .and_then(|policy| policy.with_daily_limit(Some(1)))
        .unwrap()
}

fn sunday() -> DatedHours {
    let date = "2027-03-28".parse().unwrap();
    DatedHours::new(date, [window("00:00", "06:00")]).unwrap()
}

/// A week with something of everything: notice, a limit, an exception over the jump of the clocks,
/// a block, a lesson of another owner's dog, a lapsed request, and a lesson of the dog elsewhere.
async fn busy() -> World {
    let world = World::new().await;
    world.request(1, olga(), 2, TUESDAY).await.unwrap();
    world.run(tina(), now(), AcceptBooking { booking: id(1) }).await.unwrap();
    world.request(2, olga(), 2, WEDNESDAY).await.unwrap();
    let elsewhere = RequestBooking {
        booking: id(3),
        trainer: id(2),
        dog: id(1),
        wish: Wish::Service(id(2)),
        start: at(THURSDAY),
        quote: None,
    };
    world.run(omar(), now(), elsewhere).await.unwrap();
    let theo = crate::world::theo();
    world.run(theo, now(), AcceptBooking { booking: id(3) }).await.unwrap();
    let policy = BookingPolicy { scheduling: scheduling(), ..BookingPolicy::default() };
    world.run(tina(), now(), SetPolicy { policy }).await.unwrap();
    world.run(tina(), now(), SetException { hours: sunday() }).await.unwrap();
    let away =
        BlockTime { block: id(1), during: span(AWAY.0, AWAY.1), source: BlockSource::Imported };
    world.run(tina(), now(), away).await.unwrap();
    world
}

/// The same week, told to the engine by hand.
fn calendar() -> Calendar {
    let zone = "Europe/Berlin".parse::<ZoneId>().unwrap().zone();
    let hours = OpeningHours::new(zone, &working_week("09:00", "17:00"), &[sunday()]);
    let tuesday = span("2027-03-23T09:45:00Z", "2027-03-23T11:30:00Z");
    let thursday = span(THURSDAY, "2027-03-25T11:00:00Z");
    Calendar::new(hours, scheduling(), asked_at())
        .with_blocks(span(AWAY.0, AWAY.1).into())
        .with_occupied(tuesday.into())
        .with_dog_lessons(IntervalSet::from(thursday))
        .with_counted_starts([at(TUESDAY)])
}

fn request(start: Instant) -> RequestBooking {
    let wish = Wish::Service(id(1));
    RequestBooking { booking: id(9), trainer: id(1), dog: id(1), wish, start, quote: None }
}

fn slots_of_week(dog: Option<u128>) -> SlotQuery {
    SlotQuery {
        trainer: id(1),
        lesson: LessonSought::Service(id(1)),
        dog: dog.map(id),
        range: span(WEEK.0, WEEK.1),
    }
}

#[tokio::test]
async fn what_is_listed_can_be_booked_and_nothing_else() {
    let world = busy().await;
    let listed = world.platform.slots(omar(), slots_of_week(Some(1)), asked_at()).await.unwrap();
    assert!(listed.obstacles.is_empty());
    assert_eq!((listed.minutes, listed.price), (60, Some(terms(60).price)));
    let (calendar, session) = (calendar(), Session::new(60, 15, 30).unwrap());
    let (mut start, mut booked) = (at(WEEK.0), 0);
    while start < at(WEEK.1) {
        let expected = calendar.reasons(session, start, Grid::Kept);
        assert_eq!(expected.is_empty(), listed.starts.contains(&start), "{start}: {expected}");
        if expected.is_empty() {
            let copy = busy().await;
            let outcome = copy.run(omar(), asked_at(), request(start)).await;
            assert_eq!(code(&outcome), "ok", "{start}");
            booked += 1;
        } else {
            let outcome = world.run(omar(), asked_at(), request(start)).await;
            let Err(Error::Booking(BookingError::Refused(refusal))) = outcome else {
                panic!("{start}: {outcome:?} instead of {expected}");
            };
            assert_eq!(refusal.reasons, expected, "{start}");
        }
        start = start.saturating_add(TimeDelta::minutes(15));
    }
    assert_eq!(booked, listed.starts.len());
    // Wednesday is free again, and Sunday has five hours instead of six.
    assert!(listed.starts.contains(&at(WEDNESDAY)));
    let sunday = span("2027-03-27T23:00:00Z", "2027-03-28T04:00:00Z");
    assert_eq!(listed.starts.iter().filter(|start| sunday.contains(**start)).count(), 9);
}

#[tokio::test]
async fn the_public_listing_knows_no_dog() {
    let world = busy().await;
    let public = slots_of_week(None);
    let public = world.platform.slots(Actor::Anonymous, public, asked_at()).await.unwrap();
    let own = world.platform.slots(omar(), slots_of_week(Some(1)), asked_at()).await.unwrap();
    let mut without_lesson = public.starts.clone();
    let lesson = span(THURSDAY, "2027-03-25T11:00:00Z");
    let around = lesson.padded(TimeDelta::minutes(59), TimeDelta::zero());
    without_lesson.retain(|start| !around.contains(*start));
    assert!(without_lesson.len() < public.starts.len());
    assert_eq!(own.starts, without_lesson);
}

#[tokio::test]
async fn a_listing_says_what_stands_against_a_dog_at_any_time() {
    let world = World::new().await;
    let giant = UpdateDog { dog: id(1), facts: dog_facts("Rex", DogSize::Giant) };
    world.run(omar(), now(), giant).await.unwrap();
    let listed = world.platform.slots(omar(), slots_of_week(Some(1)), now()).await.unwrap();
    assert_eq!(listed.obstacles, Reason::DogNotAccepted.into());
    assert!(!listed.starts.is_empty());
    world.set_status(2, UserStatus::Suspended).await;
    let listed = world.platform.slots(omar(), slots_of_week(Some(1)), now()).await.unwrap();
    let both = [Reason::NotActive, Reason::DogNotAccepted];
    assert_eq!(listed.obstacles, both.into_iter().collect());
}

#[tokio::test]
async fn only_an_owner_lists_for_their_own_dog() {
    let world = World::new().await;
    let query = slots_of_week(Some(1));
    for actor in [olga(), tina(), Actor::Anonymous, Actor::member(id(crate::world::OMAR))] {
        let outcome = world.platform.slots(actor, query, now()).await;
        assert!(matches!(code(&outcome), "not_found"), "{actor:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn nothing_is_listed_of_who_cannot_be_booked() {
    let world = World::new().await;
    let list = async |query| world.platform.slots(Actor::Anonymous, query, now()).await;
    let query = slots_of_week(None);
    assert_eq!(code(&list(query).await), "ok");
    let foreign = SlotQuery { lesson: LessonSought::Service(id(2)), ..query };
    assert_eq!(code(&list(foreign).await), "not_found");
    let unknown = SlotQuery { trainer: id(77), ..query };
    assert_eq!(code(&list(unknown).await), "not_found");
    let terms = sitstay::trainer::ServiceTerms { is_active: false, ..terms(60) };
    let closed = UpdateService { trainer: id(1), service: id(1), terms };
    world.run(tina(), now(), closed).await.unwrap();
    assert_eq!(code(&list(query).await), "not_found");
    world.set_status(5, UserStatus::Suspended).await;
    let suspended = SlotQuery { trainer: id(2), ..foreign };
    assert_eq!(code(&list(suspended).await), "not_found");
}

#[tokio::test]
async fn a_listing_covers_at_most_400_days() {
    let world = World::new().await;
    let long = |days| Interval::new(now(), now().saturating_add(TimeDelta::days(days))).unwrap();
    let query = slots_of_week(None);
    let fits = SlotQuery { range: long(400), ..query };
    assert_eq!(code(&world.platform.slots(Actor::Anonymous, fits, now()).await), "ok");
    let past = SlotQuery { range: long(400), ..query };
    let later = now().saturating_add(TimeDelta::days(500));
    assert!(world.platform.slots(Actor::Anonymous, past, later).await.unwrap().starts.is_empty());
    let too_long = SlotQuery { range: long(401), ..query };
    let refused = world.platform.slots(Actor::Anonymous, too_long, now()).await.unwrap_err();
    let expected = AvailabilityError::RangeTooLong { max_days: 400 };
    assert!(matches!(refused, Error::Availability(error) if error == expected));
}

#[tokio::test]
async fn custom_lessons_are_listed_where_the_trainer_takes_them() {
    let world = World::new().await;
    let query = SlotQuery { lesson: LessonSought::Custom { minutes: 45 }, ..slots_of_week(None) };
    let none = world.platform.slots(Actor::Anonymous, query, now()).await.unwrap();
    assert_eq!((none.obstacles, none.starts.len()), (Reason::CustomNotAllowed.into(), 0));

    let custom = CustomRequests {
        min_minutes: 30,
        max_minutes: 60,
        min_price: 1_000,
        max_price: 9_000,
        currency: Currency::EUR,
        buffer_before_minutes: 0,
        buffer_after_minutes: 60,
    };
    let policy = BookingPolicy { custom_requests: Some(custom), ..BookingPolicy::default() };
    world.run(tina(), now(), SetPolicy { policy }).await.unwrap();
    let listed = world.platform.slots(Actor::Anonymous, query, now()).await.unwrap();
    assert!(listed.obstacles.is_empty());
    // Five days of eight hours: 30 starts each on a grid of 15 minutes.
    assert_eq!(listed.starts.len(), 5 * 30);
    let wish = Wish::Custom { minutes: 45, price: Price::new(2_000, Currency::EUR).unwrap() };
    let wanted = RequestBooking { wish, ..request(listed.starts[7]) };
    world.run(omar(), now(), wanted).await.unwrap();
}
