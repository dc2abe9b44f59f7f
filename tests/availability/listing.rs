//! Listing is booking: what is listed can be booked, and what is not listed is refused with all
//! its reasons.

use chrono::{Datelike, NaiveDate};
use sitstay::{
    availability::{
        Calendar, Grid, IntervalSet, Nearest, Reason, Reasons, SchedulingPolicy, Session, Window,
    },
    time::{Instant, Interval, WallTime, Weekday, ZoneId},
};

use crate::oracle::{Dice, Hours, Ticks, at, between, local_date, rules, wall_clock};

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;

/// Zones and instants near which local dates and hours are not what one expects.
const SCENES: &[(&str, i64)] = &[
    ("UTC", 1_800_000_000),
    ("America/New_York", 1_805_007_600), // 2027-03-14: an hour is skipped
    ("America/New_York", 1_825_567_200), // 2027-11-07: an hour is repeated
    ("Australia/Lord_Howe", 1_806_764_400), // 2027-04-03: half an hour is repeated
    ("Pacific/Apia", 1_325_239_200),     // 2011-12-30 does not exist
    ("America/St_Johns", 1_289_097_060), // 2010-11-07: one minute past midnight, back to the day before
    ("Asia/Beirut", 1_648_332_000),      // 2022-03-27 has no midnight
    ("America/Havana", 1_667_710_800),   // 2022-11-06 has its first hour twice
];

/// One trainer and one moment, as they were drawn.
#[derive(Debug)]
struct Scene {
    hours: Hours,
    policy: SchedulingPolicy,
    now: i64,
    blocks: Vec<Interval>,
    occupied: Vec<Interval>,
    dog_lessons: Vec<Interval>,
    counted: Vec<Instant>,
    session: Session,
    range: Interval,
}

impl Scene {
    fn draw(dice: &mut Dice) -> Self {
        let (zone, middle) = dice.pick(SCENES);
        let from = middle - DAY - dice.below(600) as i64 * MINUTE;
        let range = between(from, middle + DAY + dice.below(1_200) as i64 * MINUTE);
        let mut weekly = Vec::new();
        for weekday in Weekday::ALL {
            for _ in 0..dice.below(3) {
                weekly.push((weekday, window(dice)));
            }
            if dice.chance(4) {
                weekly.push((weekday, Window::parse("00:00", "00:00").unwrap()));
            }
        }
        let zone: ZoneId = zone.parse().unwrap();
        let mut dated = Vec::new();
        if dice.chance(2) {
            dated.push((local_date(&rules(zone), middle), vec![window(dice)]));
        }
        let limit = |dice: &mut Dice| dice.chance(2).then(|| 1 + dice.below(5) as u32);
        let policy = SchedulingPolicy::default()
            .with_slot_step_minutes(dice.pick(&[1, 7, 15, 30, 60]))
            .and_then(|policy| policy.with_notice_minutes(dice.pick(&[0, 0, 90, 1_500])))
            .and_then(|policy| policy.with_days_ahead(dice.pick(&[1, 2, 30])))
            .and_then(|policy| policy.with_daily_limit(limit(dice)))
            .and_then(|policy| policy.with_weekly_limit(limit(dice)))
            .unwrap();
        let session = Session::new(
            dice.pick(&[5, 30, 45, 60, 240, 1_440]),
            dice.pick(&[0, 0, 10, 45]),
            dice.pick(&[0, 0, 10, 45]),
        );
        Self {
            hours: Hours { zone, weekly, dated },
            policy,
            now: from + dice.below(4_320) as i64 * MINUTE - 2 * DAY + dice.pick(&[0, 0, 1, 59]),
            blocks: intervals(middle, 3, dice),
            occupied: intervals(middle, 8, dice),
            dog_lessons: intervals(middle, 4, dice),
            counted: (0..dice.below(12))
                .map(|_| at(from + dice.below(5_760) as i64 * MINUTE - DAY))
                .collect(),
            session: session.unwrap(),
            range,
        }
    }

    fn calendar(&self) -> Calendar {
        Calendar::new(self.hours.opening_hours(), self.policy, at(self.now))
            .with_blocks(self.blocks.iter().copied().collect())
            .with_occupied(self.occupied.iter().copied().collect())
            .with_dog_lessons(self.dog_lessons.iter().copied().collect())
            .with_counted_starts(self.counted.iter().copied())
    }
}

/// What the rule says of each minute of a scene, word by word.
struct Rule<'a> {
    scene: &'a Scene,
    ticks: Ticks,
    dates: Vec<NaiveDate>,
    today: NaiveDate,
    counted: Vec<NaiveDate>,
}

impl<'a> Rule<'a> {
    fn new(scene: &'a Scene) -> Self {
        let rules = rules(scene.hours.zone);
        let from = scene.range.start().as_seconds();
        let clock = wall_clock(&rules, from, scene.range.end().as_seconds() + DAY, MINUTE);
        let date = |start: &Instant| local_date(&rules, start.as_seconds());
        Self {
            scene,
            ticks: Ticks::new(&scene.hours, &clock, from, MINUTE),
            today: local_date(&rules, scene.now),
            counted: scene.counted.iter().map(date).collect(),
            dates: clock.into_iter().map(|(date, _)| date).collect(),
        }
    }

    fn reasons(&self, tick: usize, grid: Grid) -> Reasons {
        let Scene { session, policy, .. } = self.scene;
        let start = self.ticks.instant(tick);
        let minutes = session.duration_minutes() as usize;
        let lesson = between(start, start + minutes as i64 * MINUTE);
        let occupied = lesson.padded(session.buffer_before(), session.buffer_after());
        let meets = |intervals: &[Interval], with: Interval| {
            intervals.iter().any(|interval| interval.overlaps(with))
        };
        let is_open = self.ticks.open[tick..tick + minutes].iter().all(|&open| open);
        let step = i64::from(policy.slot_step_minutes()) * MINUTE;
        let is_off_grid = self.ticks.since_anchor[tick].is_some_and(|since| since % step != 0);
        let date = self.dates[tick];
        let days_ahead = date.signed_duration_since(self.today).num_days();
        let is_full = |limit: Option<u32>, same: &dyn Fn(&NaiveDate) -> bool| {
            let count = self.counted.iter().filter(|counted| same(counted)).count();
            limit.is_some_and(|limit| count >= limit as usize)
        };
        let notice = i64::from(policy.notice_minutes()) * MINUTE;
        [
            (start <= self.scene.now, Reason::InPast),
            (start < self.scene.now + notice, Reason::Notice),
            (days_ahead > i64::from(policy.days_ahead()), Reason::TooFarAhead),
            (!is_open || meets(&self.scene.blocks, occupied), Reason::OutsideAvailability),
            (is_off_grid && grid == Grid::Kept, Reason::OffGrid),
            (meets(&self.scene.occupied, occupied), Reason::TrainerConflict),
            (meets(&self.scene.dog_lessons, lesson), Reason::DogConflict),
            (is_full(policy.daily_limit(), &|counted| *counted == date), Reason::DailyLimit),
            (
                is_full(policy.weekly_limit(), &|counted| counted.iso_week() == date.iso_week()),
                Reason::WeeklyLimit,
            ),
        ]
        .into_iter()
        .filter_map(|(applies, reason)| applies.then_some(reason))
        .collect()
    }
}

fn window(dice: &mut Dice) -> Window {
    let mut time = || WallTime::from_minutes(dice.below(96) as u16 * 15).unwrap();
    Window::new(time(), time())
}

fn intervals(middle: i64, at_most: u64, dice: &mut Dice) -> Vec<Interval> {
    (0..dice.below(at_most))
        .map(|_| {
            let start = middle + dice.below(4_320) as i64 * MINUTE - DAY * 3 / 2;
            between(start, start + (1 + dice.below(240) as i64) * MINUTE)
        })
        .collect()
}

#[test]
fn every_minute_is_listed_or_refused_with_all_its_reasons() {
    let mut dice = Dice::new(3);
    let (mut listed, mut seen) = (0, Reasons::NONE);
    for _ in 0..120 {
        let scene = Scene::draw(&mut dice);
        let calendar = scene.calendar();
        assert_eq!(*calendar.policy(), scene.policy);
        let slots: Vec<_> = calendar.slots(scene.session, scene.range).unwrap().collect();

        let rule = Rule::new(&scene);
        let mut bookable = Vec::new();
        for tick in 0..scene.range.duration().num_minutes() as usize {
            let start = at(rule.ticks.instant(tick));
            for grid in [Grid::Kept, Grid::Waived] {
                let reasons = calendar.reasons(scene.session, start, grid);
                assert_eq!(reasons, rule.reasons(tick, grid), "{start} {grid:?} {scene:?}");
                seen.extend(reasons.iter());
            }
            let lesson = scene.session.lesson(start).unwrap();
            if rule.reasons(tick, Grid::Kept).is_empty() && scene.range.covers(lesson) {
                bookable.push(start);
            }
        }
        assert_eq!(slots, bookable, "{scene:?}");
        listed += slots.len();
    }
    assert!(listed > 1_000, "{listed}");
    assert_eq!(seen.iter().count(), 9);
}

#[test]
fn the_nearest_starts_are_the_last_listed_before_and_the_first_listed_after() {
    let mut dice = Dice::new(5);
    let (mut befores, mut afters) = (0, 0);
    for _ in 0..150 {
        let scene = Scene::draw(&mut dice);
        let calendar = scene.calendar();
        let all = between(scene.now - DAY, scene.now + 40 * DAY);
        let slots: Vec<_> = calendar.slots(scene.session, all).unwrap().collect();
        for _ in 0..8 {
            let start = match slots.as_slice() {
                [] => at(scene.now),
                _ if dice.chance(2) => dice.pick(&slots),
                _ => at(scene.now + dice.below(50_000) as i64 * MINUTE - DAY),
            };
            let expected = Nearest {
                before: slots.iter().copied().rfind(|&slot| slot < start),
                after: slots.iter().copied().find(|&slot| slot > start),
            };
            assert_eq!(calendar.nearest(scene.session, start), expected, "{start} {scene:?}");
            befores += usize::from(expected.before.is_some());
            afters += usize::from(expected.after.is_some());
        }
    }
    assert!(befores > 200 && afters > 200);
}

#[test]
fn a_listing_of_more_than_400_days_is_refused() {
    let hours = Hours { zone: ZoneId::UTC, weekly: Vec::new(), dated: Vec::new() };
    let calendar = Calendar::new(hours.opening_hours(), SchedulingPolicy::default(), at(DAY));
    let session = Session::of_minutes(60).unwrap();
    assert!(calendar.slots(session, between(0, 400 * DAY)).is_ok());
    let refused = calendar.slots(session, between(0, 400 * DAY + 1)).map(Iterator::count);
    assert_eq!(refused.unwrap_err().code(), "availability.range_too_long");
}

#[test]
fn a_lesson_that_would_end_after_2200_has_no_valid_interval() {
    let hours = Hours { zone: ZoneId::UTC, weekly: Vec::new(), dated: Vec::new() };
    let calendar = Calendar::new(hours.opening_hours(), SchedulingPolicy::default(), at(DAY));
    let reasons = calendar.reasons(Session::of_minutes(60).unwrap(), Instant::MAX, Grid::Kept);
    assert_eq!(reasons, Reason::InvalidInterval.into());
}

#[test]
fn the_bounds_of_instants_do_not_move_slots() {
    let day = Window::parse("00:00", "00:00").unwrap();
    let weekly = Weekday::ALL.map(|weekday| (weekday, day)).to_vec();
    let hours = Hours { zone: ZoneId::UTC, weekly, dated: Vec::new() }.opening_hours();
    let session = Session::new(60, 720, 720).unwrap();
    let ends = [
        Interval::new(Instant::MIN, at(7_200)).unwrap(),
        Interval::new(at(Instant::MAX.as_seconds() - 7_200), Instant::MAX).unwrap(),
    ];
    for end in ends {
        let starts: Vec<_> = hours.starts(session, 60, end).unwrap().collect();
        assert_eq!(starts, [end.start(), at(end.start().as_seconds() + 3_600)]);
        let busy: IntervalSet = end.into();
        assert_eq!(hours.starts(session, 60, end).unwrap().avoiding(&busy).count(), 0);
    }
}

#[test]
fn the_bounds_of_instants_do_not_move_the_nearest_starts() {
    let day = Window::parse("00:00", "00:00").unwrap();
    let weekly = Weekday::ALL.map(|weekday| (weekday, day)).to_vec();
    let hours = |zone| Hours { zone, weekly: weekly.clone(), dated: Vec::new() }.opening_hours();
    let policy = SchedulingPolicy::default().with_notice_minutes(0).unwrap();
    let (policy, session) = (policy.with_days_ahead(1).unwrap(), Session::of_minutes(60).unwrap());
    // Where it is still 1969, the next day is the first one.
    let honolulu = "Pacific/Honolulu".parse().unwrap();
    let first = Calendar::new(hours(honolulu), policy, Instant::MIN);
    let midnight = at(10 * 3_600);
    assert_eq!(first.nearest(session, midnight).after, Some(at(10 * 3_600 + 900)));
    // The last lesson ends with the last instant.
    let last = at(Instant::MAX.as_seconds() - 3_600);
    let end = Calendar::new(hours(ZoneId::UTC), policy, at(last.as_seconds() - DAY));
    let earlier = at(last.as_seconds() - 900);
    assert_eq!(
        end.nearest(session, earlier),
        Nearest { before: Some(at(last.as_seconds() - 1_800)), after: Some(last) }
    );
    assert_eq!(end.nearest(session, last).after, None);
}

#[test]
fn a_break_between_two_starts_forbids_neither() {
    let weekly = vec![(Weekday::Thursday, Window::parse("08:00", "10:30").unwrap())];
    let hours = Hours { zone: ZoneId::UTC, weekly, dated: Vec::new() }.opening_hours();
    // 1970 began on a Thursday.
    let (eight, ten) = (at(8 * 3_600), at(10 * 3_600));
    let rest: IntervalSet = between(9 * 3_600, 9 * 3_600 + 600).into();
    let starts = hours.starts(Session::of_minutes(30).unwrap(), 120, between(0, DAY)).unwrap();
    assert_eq!(starts.avoiding(&rest).collect::<Vec<_>>(), [eight, ten]);
}

#[test]
fn it_is_known_how_many_starts_follow_at_least() {
    let weekly = vec![(Weekday::Thursday, Window::parse("09:00", "12:00").unwrap())];
    let hours = Hours { zone: ZoneId::UTC, weekly, dated: Vec::new() }.opening_hours();
    let session = Session::of_minutes(60).unwrap();
    let mut starts = hours.starts(session, 30, between(0, DAY)).unwrap();
    assert_eq!(starts.size_hint(), (0, None));
    starts.next();
    assert_eq!((starts.size_hint(), starts.count()), ((4, None), 4));
}

#[test]
fn a_policy_without_limits_looks_at_no_starts() {
    let hours =
        || Hours { zone: ZoneId::UTC, weekly: Vec::new(), dated: Vec::new() }.opening_hours();
    let looked = std::cell::Cell::new(0);
    let starts = || std::iter::once(at(DAY)).inspect(|_| looked.set(looked.get() + 1));
    let policy = SchedulingPolicy::default();
    for (policy, expected) in [
        (policy, 0),
        (policy.with_daily_limit(Some(1)).unwrap(), 1),
        (policy.with_weekly_limit(Some(1)).unwrap(), 2),
    ] {
        let _ = Calendar::new(hours(), policy, at(DAY)).with_counted_starts(starts());
        assert_eq!(looked.get(), expected);
    }
}

#[test]
fn the_last_bookable_date_goes_on_when_the_clock_returns_to_it() {
    // In Newfoundland the clock went from 00:01 on 7 November 2010 back to 23:01 on the 6th.
    let day = Window::parse("00:00", "00:00").unwrap();
    let weekly = Weekday::ALL.map(|weekday| (weekday, day)).to_vec();
    let zone = "America/St_Johns".parse().unwrap();
    let hours = Hours { zone, weekly, dated: Vec::new() }.opening_hours();
    let policy = SchedulingPolicy::default()
        .with_slot_step_minutes(1)
        .and_then(|policy| policy.with_days_ahead(1))
        .unwrap();
    let calendar = Calendar::new(hours, policy, "2010-11-05T12:00:00Z".parse().unwrap());
    let night = Interval::parse("2010-11-07T02:28:00Z", "2010-11-07T04:00:00Z").unwrap();
    let slots: Vec<_> = calendar.slots(Session::of_minutes(5).unwrap(), night).unwrap().collect();

    let midnight: Instant = "2010-11-07T02:30:00Z".parse().unwrap();
    let last: Instant = "2010-11-07T03:29:00Z".parse().unwrap();
    assert!(!slots.contains(&midnight));
    assert_eq!((slots.len(), slots.last()), (2 + 59, Some(&last)));
}
