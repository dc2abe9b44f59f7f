//! Free lessons of many trainers, and searches for free time: what is offered can be booked.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::{
    draw::Draw,
    fixtures::{accepted, at, days_later},
    region::{Neighbour, Region, centres},
    town::{code, early},
    world::World,
};
use crate::{
    account::Location,
    booking::Booking,
    ids::{ServiceId, TrainerId},
    platform::{FreeLessonsQuery, LessonSought, SearchRequest, SlotQuery, Whom},
    repository::ChangeSet,
    search::{MAX_RADIUS_METRES, Order, TrainerSearch},
    time::{Instant, Interval},
    trainer::{Service, TimeBlock, Trainer},
};

/// A region in which many are busy.
async fn busy_region(world: World, seed: u64) -> Region {
    let region = Region::with(world, 15, seed).await;
    let mut draw = Draw::new(seed);
    let mut changes = ChangeSet::new();
    for neighbour in &region.neighbours {
        // Away until some day, so that they come in a mixed order.
        let until = days_later(at("00:00"), draw.number(20));
        changes.insert(TimeBlock {
            during: Interval::new(Instant::MIN, until).unwrap(),
            ..region.make.time_block(&neighbour.trainer, week())
        });
        let start = until.saturating_add(TimeDelta::minutes(30 * draw.number(96)));
        let session = Interval::new(start, start.saturating_add(TimeDelta::hours(2))).unwrap();
        let (_, dog) = region.another_owner().await;
        let service = neighbour.services.first();
        changes.insert(Booking {
            trainer: neighbour.trainer.id,
            owner: dog.owner,
            dog: dog.id,
            service: service.map(|service| service.id),
            ..accepted(region.make.booking(&region.cast, session))
        });
    }
    region.commits(changes).await;
    region
}

fn week() -> Interval {
    Interval::new(at("00:00"), days_later(at("00:00"), 7)).unwrap()
}

/// Lists every start of every listed trainer's services of at least so many minutes, by start and
/// trainer, one by one.
async fn one_by_one(
    region: &Region,
    minutes: u16,
    range: Interval,
) -> Vec<(Instant, TrainerId, ServiceId)> {
    let mut starts: BTreeMap<(Instant, TrainerId), (_, i64, ServiceId)> = BTreeMap::new();
    for neighbour in region.neighbours.iter().filter(|it| it.user.is_active()) {
        let long = |service: &&crate::trainer::Service| {
            service.is_active && service.duration_minutes >= minutes
        };
        for service in neighbour.services.iter().filter(long) {
            let query = SlotQuery {
                trainer: neighbour.trainer.id,
                lesson: LessonSought::Service(service.id),
                dog: None,
                range,
            };
            let slots = region.platform.slots(region.owner(), query, early()).await.unwrap();
            let price = (service.price.currency(), service.price.minor(), service.id);
            for start in slots.starts {
                let cheapest = starts.entry((start, neighbour.trainer.id)).or_insert(price);
                *cheapest = (*cheapest).min(price);
            }
        }
    }
    starts.into_iter().map(|((start, trainer), (.., service))| (start, trainer, service)).collect()
}

pub(super) async fn free_lessons_of_many_are_those_of_each(world: World) {
    let region = busy_region(world, 21).await;
    let trainers: BTreeSet<_> = region.neighbours.iter().map(|it| it.trainer.id).collect();
    for (minutes, days, limit) in [(5, 30, 1_000), (45, 10, 25), (90, 20, 3), (91, 30, 1)] {
        let range = Interval::new(at("00:00"), days_later(at("00:00"), days)).unwrap();
        let whom = Whom::Trainers(trainers.clone());
        let query = FreeLessonsQuery { whom, minutes, range, limit };
        let lessons = region.platform.free_lessons(&query, early()).await.unwrap();
        let lessons: Vec<_> = lessons
            .into_iter()
            .map(|lesson| (lesson.start, lesson.trainer, lesson.service.service))
            .collect();
        let mut expected = one_by_one(&region, minutes, range).await;
        assert_eq!(expected.is_empty(), minutes > 90);
        expected.truncate(limit.into());
        assert_eq!(lessons, expected, "{minutes} minutes in {days} days");
    }
}

pub(super) async fn a_search_for_free_time_finds_who_is_free(world: World) {
    let region = busy_region(world, 22).await;
    for (minutes, days) in [(5, 30), (60, 8), (90, 3)] {
        let range = Interval::new(at("00:00"), days_later(at("00:00"), days)).unwrap();
        let free = one_by_one(&region, minutes, range).await;
        let first = |trainer| free.iter().find(|(_, id, _)| *id == trainer).copied();
        for order in [Order::Distance, Order::Rating, Order::NextSlot] {
            let search = TrainerSearch::near(centres()[0], MAX_RADIUS_METRES)
                .unwrap()
                .with_free_time(minutes, range)
                .unwrap()
                .ordered_by(order);
            let mut expected: Vec<_> =
                region.scan(&search).into_iter().filter_map(|(id, ..)| first(id)).collect();
            if order == Order::NextSlot {
                expected.sort_unstable();
            }
            assert!(!expected.is_empty());
            let found = region.all_pages(&search, 4, early()).await;
            let found: Vec<_> = found
                .into_iter()
                .map(|found| {
                    let lesson = found.next_lesson.unwrap();
                    (lesson.start, found.trainer, lesson.service.service)
                })
                .collect();
            assert_eq!(found, expected, "{order}: {minutes} minutes in {days} days");
        }
    }
}

pub(super) async fn a_result_tells_the_next_free_lesson(world: World) {
    let region = busy_region(world, 23).await;
    let month = Interval::new(early(), days_later(early(), 30)).unwrap();
    let free = one_by_one(&region, 5, month).await;
    let search = TrainerSearch::near(centres()[1], MAX_RADIUS_METRES).unwrap();
    let by_slot = search.clone().ordered_by(Order::NextSlot);
    let found = region.all_pages(&search, 7, early()).await;
    for found in &found {
        let expected = free.iter().find(|(_, id, _)| *id == found.trainer).map(|it| it.0);
        assert_eq!(found.next_lesson.as_ref().map(|lesson| lesson.start), expected);
    }
    // Without a range that they must be free in, those who are not come last.
    let mut expected: Vec<_> = found
        .iter()
        .map(|it| (it.next_lesson.as_ref().map_or(Instant::MAX, |next| next.start), it.trainer))
        .collect();
    expected.sort_unstable();
    assert!(expected.iter().any(|(start, _)| *start == Instant::MAX));
    let sorted = region.all_pages(&by_slot, 7, early()).await;
    let sorted: Vec<_> = sorted.iter().map(|found| found.trainer).collect();
    assert_eq!(sorted, expected.into_iter().map(|(_, id)| id).collect::<Vec<_>>());
}

pub(super) async fn a_long_lesson_may_begin_before_a_short_one(world: World) {
    let region = Region::with(world, 0, 0).await;
    let make = &region.make;
    let user = make.user();
    let location = Location { point: centres()[0], ..make.location(&user) };
    let trainer = Trainer { search_location: Some(location.id), ..make.trainer(&user) };
    let long = Service { duration_minutes: 300, ..make.service(&trainer) };
    let short =
        Service { duration_minutes: 30, buffer_before_minutes: 60, ..make.service(&trainer) };
    let services = vec![short, long.clone()];
    let block = make.time_block(&trainer, week());
    let mut changes = ChangeSet::new();
    region.move_in(&Neighbour { user, location, trainer, services }, &mut changes);
    // Away until nine on the Monday after; before the short lesson there is time to get there.
    let until = days_later(at("09:00"), 7);
    changes.insert(TimeBlock { during: Interval::new(Instant::MIN, until).unwrap(), ..block });
    region.commits(changes).await;
    let search = TrainerSearch::near(centres()[0], 1_000).unwrap();
    // Also when so many days were looked through that only the short one ended within them.
    for minutes in (0..3 * 24 * 60).step_by(120) {
        let now = at("00:00").saturating_add(TimeDelta::minutes(minutes - 2 * 24 * 60));
        let found = region.all_pages(&search, 1, now).await;
        let next = found[0].next_lesson.as_ref().unwrap();
        assert_eq!((next.start, next.service.service), (until, long.id), "{now}");
    }
}

pub(super) async fn too_much_free_time_is_refused(world: World) {
    let region = Region::with(world, 280, 24).await;
    let search = TrainerSearch::near(centres()[0], MAX_RADIUS_METRES).unwrap();
    let listed = region.scan(&search).len();
    assert!(listed > 500, "{listed}");
    let by_slot = search.clone().ordered_by(Order::NextSlot);
    let request = SearchRequest::default();
    let refused = region.platform.search(&by_slot, request, early()).await;
    assert_eq!(code(refused), "search.too_many_candidates");
    let lessons = |whom| FreeLessonsQuery { whom, minutes: 5, range: week(), limit: 5 };
    let all: Vec<_> = region.neighbours.iter().map(|it| it.trainer.id).collect();
    let some = all[..500].iter().copied().collect();
    for whom in [Whom::Found(search.clone().verified()), Whom::Trainers(some)] {
        assert_eq!(region.platform.free_lessons(&lessons(whom), early()).await.unwrap().len(), 5);
    }
    // Of all who are found, those count who offer anything.
    let offering = search.clone().with_free_time(5, week()).unwrap();
    assert!(region.scan(&offering).len() > 500);
    for whom in [Whom::Found(search.clone()), Whom::Trainers(all.into_iter().collect())] {
        let answer = region.platform.free_lessons(&lessons(whom), early()).await;
        assert_eq!(code(answer), "search.too_many_candidates");
    }
    let long = Interval::new(at("00:00"), days_later(at("00:01"), 30)).unwrap();
    assert_eq!(search.with_free_time(60, long).unwrap_err().code(), "search.range_too_long");
    let too_long = FreeLessonsQuery { range: long, ..lessons(Whom::Trainers(BTreeSet::new())) };
    let refused = region.platform.free_lessons(&too_long, early()).await;
    assert_eq!(code(refused), "search.range_too_long");
    // Nobody is free in so short a time: a page ends after 500 calendars, and the next goes on.
    let moment = Interval::new(at("09:00"), at("09:30")).unwrap();
    let busy = TrainerSearch::near(centres()[0], MAX_RADIUS_METRES).unwrap();
    let busy = busy.with_free_time(5, moment).unwrap();
    let expected = region.scan(&busy).len();
    let found = region.all_pages(&busy, 20, days_later(early(), 1)).await;
    assert!(found.is_empty() && expected > 0, "{} of {expected}", found.len());
}
