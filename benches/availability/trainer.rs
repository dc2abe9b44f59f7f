//! A trainer with a full calendar, as rows that storage hands over, and what is asked about it.

use chrono::{NaiveDate, TimeDelta};
use sitstay::{
    availability::{
        Calendar, DatedHours, Grid, OpeningHours, SchedulingPolicy, Session, WeeklyHours, Window,
    },
    booking::{RequestFacts, Wish},
    conformance::fixtures::{Cast, Fixtures, date, days_later, minute, minutes},
    ids::BookingId,
    money::{BasisPoints, ChargeRule, Currency, MoneyPolicy},
    policy::PlatformPolicy,
    time::{Instant, Interval, Weekday, ZoneId},
};

use crate::measure::Case;

const DAYS: i64 = 84;
/// How far around a start its context reaches: the week of a weekly limit, in every zone.
const AROUND: TimeDelta = TimeDelta::days(9);

/// What storage knows of a trainer's time in a range.
#[derive(Debug, Clone)]
struct Rows {
    zone: ZoneId,
    weekly: Vec<(Weekday, Window)>,
    exceptions: Vec<(NaiveDate, Vec<Window>)>,
    blocks: Vec<Interval>,
    lessons: Vec<Interval>,
    dog_lessons: Vec<Interval>,
    policy: SchedulingPolicy,
    now: Instant,
}

impl Rows {
    /// Twelve weeks with split days, late Fridays, two or three lessons a day, holidays, short days,
    /// blocks, and limits a day and a week.
    fn new() -> Self {
        let window = |start, end| Window::parse(start, end).unwrap();
        let workdays = Weekday::ALL[1..6].iter().flat_map(|&weekday| {
            [(weekday, window("09:00", "12:30")), (weekday, window("14:00", "18:00"))]
        });
        let weekly = workdays
            .chain([
                (Weekday::Friday, window("20:00", "01:00")),
                (Weekday::Saturday, window("10:00", "16:00")),
            ])
            .collect();
        let exceptions = (0..DAYS)
            .filter_map(|day| match (day % 10, day % 13) {
                (9, _) => Some((date(day), Vec::new())),
                (_, 5) => Some((date(day), vec![window("10:00", "12:00")])),
                _ => None,
            })
            .collect();
        let hour = |day: i64, hour: i64| minutes((24 * day + hour) * 60, 60);
        let lessons = (0..DAYS)
            .flat_map(|day| (0..2 + day % 2).map(move |lesson| hour(day, 8 + 3 * lesson + day % 3)))
            .collect();
        Self {
            zone: "Europe/Berlin".parse().unwrap(),
            weekly,
            exceptions,
            blocks: [(16, 5 * 24 * 60), (40, 300), (47, 300), (54, 300)]
                .map(|(day, length)| minutes((24 * day + 11) * 60, length))
                .to_vec(),
            lessons,
            dog_lessons: (0..12).map(|week| hour(7 * week + 2, 15)).collect(),
            policy: SchedulingPolicy::default()
                .with_notice_minutes(24 * 60)
                .and_then(|policy| policy.with_days_ahead(90))
                .and_then(|policy| policy.with_daily_limit(Some(3)))
                .and_then(|policy| policy.with_weekly_limit(Some(18)))
                .unwrap(),
            now: minute(-12 * 60),
        }
    }

    /// What is read to decide on a start.
    fn around(&self, start: Instant) -> Self {
        let range =
            Interval::new(start.saturating_add(-AROUND), start.saturating_add(AROUND)).unwrap();
        let meeting = |intervals: &[Interval]| {
            intervals.iter().copied().filter(|interval| interval.overlaps(range)).collect()
        };
        let dates = range.start().to_utc().date_naive()..=range.end().to_utc().date_naive();
        let mut exceptions = self.exceptions.clone();
        exceptions.retain(|(date, _)| dates.contains(date));
        Self {
            exceptions,
            blocks: meeting(&self.blocks),
            lessons: meeting(&self.lessons),
            dog_lessons: meeting(&self.dog_lessons),
            weekly: self.weekly.clone(),
            ..*self
        }
    }

    fn calendar(&self) -> Calendar {
        let weekly = WeeklyHours::new(self.weekly.iter().copied()).unwrap();
        let dated: Vec<_> = self
            .exceptions
            .iter()
            .map(|(date, windows)| DatedHours::new(*date, windows.iter().copied()).unwrap())
            .collect();
        let hours = OpeningHours::new(self.zone.zone(), &weekly, &dated);
        let (before, after) = (TimeDelta::minutes(10), TimeDelta::minutes(20));
        let occupied = self.lessons.iter().map(|lesson| lesson.padded(before, after));
        Calendar::new(hours, self.policy, self.now)
            .with_blocks(self.blocks.iter().copied().collect())
            .with_occupied(occupied.collect())
            .with_dog_lessons(self.dog_lessons.iter().copied().collect())
            .with_counted_starts(self.lessons.iter().map(|lesson| lesson.start()))
    }

    fn slots(&self, session: Session, range: Interval) -> Vec<Instant> {
        self.calendar().slots(session, range).unwrap().collect()
    }

    /// Asks of every minute whether it can be booked.
    fn bookable(&self, session: Session, range: Interval) -> Vec<Instant> {
        let calendar = self.calendar();
        (0..=(range.duration() - session.duration()).num_minutes())
            .map(|minutes| range.start().saturating_add(TimeDelta::minutes(minutes)))
            .filter(|&start| calendar.reasons(session, start, Grid::Kept).is_empty())
            .collect()
    }
}

/// The rows and the people of a request.
#[derive(Debug, Clone)]
struct Request {
    rows: Rows,
    cast: Cast,
    policy: PlatformPolicy,
    booking: BookingId,
    start: Instant,
}

impl Request {
    /// Decides, and says whether there is a booking.
    fn is_booked(&self, calendar: &Calendar) -> bool {
        let facts = RequestFacts {
            trainer: &self.cast.trainer,
            trainer_active: true,
            owner: &self.cast.owner,
            owner_active: true,
            dog: Some(&self.cast.dog),
            service: Some(&self.cast.service),
            calendar,
            quoted: None,
            policy: &self.policy,
        };
        let wish = Wish::Service(self.cast.service.id);
        facts.decide(self.booking, wish, self.start, None).is_ok()
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let rows = Rows::new();
    let session = Session::new(60, 10, 20).unwrap();
    let weeks = |weeks: i64| Interval::new(minute(0), days_later(minute(0), 7 * weeks)).unwrap();
    let mut cases = Vec::new();
    for (name, range) in [("listing/4w", weeks(4)), ("listing/12w", weeks(12))] {
        let (listed, checked) = (rows.clone(), rows.clone());
        let list = move || listed.slots(session, range);
        cases.push(Case::new(name, list, move |slots| {
            assert_eq!(slots, checked.bookable(session, range));
        }));
    }
    let slots = rows.slots(session, weeks(12));
    let free = slots[slots.len() / 2];
    let taken = rows.lessons[rows.lessons.len() / 2].start();
    for (outcome, start, expected) in [("booked", free, true), ("refused", taken, false)] {
        let request = request(&rows, start);
        let calendar = request.rows.calendar();
        let with_rows = request.clone();
        cases.push(Case::new(
            format!("decision/{outcome}"),
            move || request.is_booked(&calendar),
            move |is_booked| assert_eq!(is_booked, expected, "{start}"),
        ));
        cases.push(Case::new(
            format!("decision/{outcome}/rows"),
            move || with_rows.is_booked(&with_rows.rows.calendar()),
            move |is_booked| assert_eq!(is_booked, expected, "{start}"),
        ));
    }
    cases
}

fn request(rows: &Rows, start: Instant) -> Request {
    let make = Fixtures::new();
    let mut cast = make.cast();
    cast.trainer.time_zone = rows.zone;
    cast.service.buffer_before_minutes = 10;
    cast.service.buffer_after_minutes = 20;
    let money = MoneyPolicy::new([ChargeRule::new(Currency::EUR, 1, 50).unwrap()]).unwrap();
    Request {
        rows: rows.around(start),
        cast,
        policy: PlatformPolicy::new(BasisPoints::new(1_500).unwrap(), money),
        booking: make.id(),
        start,
    }
}
