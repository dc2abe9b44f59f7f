use chrono::NaiveDate;
use sitstay::{
    availability::{DatedHours, WeeklyHours},
    ids::WindowId,
    platform::{
        AcceptBooking, BlockTime, CalendarWritten, ChangeZone, OutsideLesson, RemoveException,
        SetException, SetHours, UnblockTime,
    },
    repository::DecisionQueries,
    time::{Instant, Weekday},
    trainer::BlockSource,
};

use crate::world::{
    TINA, World, at, code, hours, id, now, olga, omar, span, tina, window, working_week,
};

const MONDAY: &str = "2027-03-08T09:00:00Z"; // 10:00 in Berlin
const TUESDAY: &str = "2027-03-09T13:00:00Z"; // 14:00 in Berlin

/// An accepted lesson on Monday morning and a request for Tuesday afternoon.
async fn booked() -> World {
    let world = World::new().await;
    world.request(1, omar(), 1, MONDAY).await.unwrap();
    world.run(tina(), now(), AcceptBooking { booking: id(1) }).await.unwrap();
    world.request(2, olga(), 2, TUESDAY).await.unwrap();
    world
}

fn outside(lessons: &[(u128, &str)]) -> CalendarWritten {
    let lessons = lessons
        .iter()
        .map(|&(number, start)| OutsideLesson { booking: id(number), start: at(start) });
    CalendarWritten { outside: lessons.collect() }
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[tokio::test]
async fn writing_hours_changes_no_booking_and_names_those_outside() {
    let world = booked().await;
    let before = (world.booking(1).await, world.booking(2).await);
    let set = |start, end| SetHours { hours: working_week(start, end) };
    let written = world.run(tina(), now(), set("12:00", "17:00")).await.unwrap();
    assert_eq!(written, outside(&[(1, MONDAY)]));
    let none = SetHours { hours: WeeklyHours::default() };
    let written = world.run(tina(), now(), none.clone()).await.unwrap();
    assert_eq!(written, outside(&[(1, MONDAY), (2, TUESDAY)]));
    assert_eq!((world.booking(1).await, world.booking(2).await), before);
    // The request for Tuesday lapses after a day; a lesson counts until it is over.
    let lapsed = hours(now(), 24);
    let written = world.run(tina(), lapsed, none.clone()).await.unwrap();
    assert_eq!(written, outside(&[(1, MONDAY)]));
    let almost_over = at("2027-03-08T09:59:59.999999Z");
    let written = world.run(tina(), almost_over, none.clone()).await.unwrap();
    assert_eq!(written, outside(&[(1, MONDAY)]));
    let over = at("2027-03-08T10:00:00Z");
    assert_eq!(world.run(tina(), over, none).await.unwrap(), outside(&[]));
    let written = world.run(tina(), now(), set("09:00", "17:00")).await.unwrap();
    assert_eq!(written, outside(&[]));
}

#[tokio::test]
async fn exceptions_blocks_and_the_zone_name_lessons_outside_too() {
    let world = booked().await;
    let closed = SetException { hours: DatedHours::closed(date("2027-03-08")) };
    let written = world.run(tina(), now(), closed).await.unwrap();
    assert_eq!(written, outside(&[(1, MONDAY)]));
    let calendar = world.platform.own_calendar(tina(), now()).await.unwrap();
    assert_eq!(calendar.outside, written.outside);
    let opened = RemoveException { date: date("2027-03-08") };
    assert_eq!(world.run(tina(), now(), opened).await.unwrap(), outside(&[]));

    // A block meets the buffer of 30 minutes after the lesson, up to its last instant.
    let block = |number, start, end| BlockTime {
        block: id(number),
        during: span(start, end),
        source: BlockSource::Manual,
    };
    let beside = block(1, "2027-03-08T10:30:00Z", "2027-03-08T11:00:00Z");
    assert_eq!(world.run(tina(), now(), beside).await.unwrap(), outside(&[]));
    let inside = block(2, "2027-03-08T10:29:00Z", "2027-03-08T11:00:00Z");
    assert_eq!(world.run(tina(), now(), inside).await.unwrap(), outside(&[(1, MONDAY)]));
    let unblocked = UnblockTime { block: id(2) };
    assert_eq!(world.run(tina(), now(), unblocked).await.unwrap(), outside(&[]));

    // 14:00 in Berlin is 08:00 in New York, before the hours begin, and 10:00 is 04:00.
    let zone = "America/New_York".parse().unwrap();
    let written = world.run(tina(), now(), ChangeZone { zone }).await.unwrap();
    assert_eq!(written, outside(&[(1, MONDAY), (2, TUESDAY)]));
    assert_eq!(world.booking(1).await.wall_start.zone.as_str(), "Europe/Berlin");
}

async fn rows(world: &World) -> Vec<(WindowId, Weekday, String)> {
    let caller = sitstay::repository::CallerQuery { command: id(999), user: None };
    let (_, desk) = world.repository.desk(caller, id(TINA), now()).await.unwrap();
    let rows = desk.unwrap().hours;
    rows.iter().map(|row| (row.id, row.weekday, row.window.to_string())).collect()
}

#[tokio::test]
async fn windows_that_stay_keep_their_rows() {
    let world = World::new().await;
    let before = rows(&world).await;
    let week = before.iter().filter(|row| row.1 != Weekday::Monday);
    let kept: Vec<_> = week.cloned().collect();
    let tuesday_to_friday = working_week("09:00", "17:00")
        .iter()
        .filter(|(day, _)| *day != Weekday::Monday)
        .chain([
            (Weekday::Monday, window("08:00", "12:00")),
            (Weekday::Saturday, window("20:00", "02:00")),
        ])
        .collect::<Vec<_>>();
    let hours = WeeklyHours::new(tuesday_to_friday).unwrap();
    world.run(tina(), now(), SetHours { hours: hours.clone() }).await.unwrap();
    let after = rows(&world).await;
    assert_eq!(after.len(), 6);
    assert!(kept.iter().all(|row| after.contains(row)));
    assert_eq!(world.platform.own_calendar(tina(), now()).await.unwrap().hours, hours);
}

#[tokio::test]
async fn overlapping_windows_are_refused() {
    let world = World::new().await;
    let overlap = "availability.windows_overlap";
    let late = (Weekday::Saturday, window("22:00", "03:00"));
    let weeks = [
        (
            vec![
                (Weekday::Monday, window("09:00", "12:00")),
                (Weekday::Monday, window("11:59", "13:00")),
            ],
            overlap,
        ),
        (
            vec![
                (Weekday::Monday, window("09:00", "12:00")),
                (Weekday::Monday, window("12:00", "13:00")),
            ],
            "ok",
        ),
        (vec![late, (Weekday::Sunday, window("02:59", "04:00"))], overlap),
        (vec![late, (Weekday::Sunday, window("03:00", "04:00"))], "ok"),
    ];
    for (week, expected) in weeks {
        let hours = WeeklyHours::new(week).unwrap();
        let told = format!("{hours:?}");
        let outcome = world.run(tina(), now(), SetHours { hours }).await;
        assert_eq!(code(&outcome), expected, "{told}");
    }
    let dates = [
        (vec![window("09:00", "12:00"), window("11:59", "13:00")], overlap),
        (vec![window("22:00", "03:00"), window("23:00", "23:30")], overlap),
        // 01:00 belongs to the date's own early morning, not to the night after it.
        (vec![window("22:00", "03:00"), window("01:00", "02:00")], "ok"),
    ];
    for (windows, expected) in dates {
        let told = format!("{windows:?}");
        let hours = DatedHours::new(date("2027-03-12"), windows).unwrap();
        let outcome = world.run(tina(), now(), SetException { hours }).await;
        assert_eq!(code(&outcome), expected, "{told}");
    }
}

#[tokio::test]
async fn one_exception_per_date_is_replaced() {
    let world = World::new().await;
    let day = |windows: &[(&str, &str)]| {
        let windows = windows.iter().map(|(start, end)| window(start, end));
        DatedHours::new(date("2027-03-12"), windows).unwrap()
    };
    for hours in [day(&[("09:00", "10:00")]), day(&[]), day(&[("10:00", "12:00")])] {
        world.run(tina(), now(), SetException { hours: hours.clone() }).await.unwrap();
        let calendar = world.platform.own_calendar(tina(), now()).await.unwrap();
        assert_eq!(calendar.exceptions, [hours]);
    }
}

#[tokio::test]
async fn time_that_is_over_is_not_written() {
    let world = World::new().await;
    // 01:00 on Monday, 1 March in Berlin.
    let now = now();
    let set = |day: &str| SetException { hours: DatedHours::closed(date(day)) };
    let block = |end: Instant| BlockTime {
        block: id(1),
        during: sitstay::time::Interval::new(hours(end, -1), end).unwrap(),
        source: BlockSource::Manual,
    };
    let over = "trainer.time_over";
    assert_eq!(code(&world.run(tina(), now, set("2027-02-27")).await), over);
    assert_eq!(code(&world.run(tina(), now, set("2027-02-28")).await), "ok");
    assert_eq!(code(&world.run(tina(), now, set("2201-01-01")).await), "value.malformed");
    assert_eq!(code(&world.run(tina(), now, block(now)).await), over);
    let running = now.saturating_add(chrono::TimeDelta::microseconds(1));
    assert_eq!(code(&world.run(tina(), now, block(running)).await), "ok");
    let removed = RemoveException { date: date("2027-03-12") };
    assert_eq!(code(&world.run(tina(), now, removed).await), "trainer.no_exception");
}
