//! What is asked of the platform for the picture, as wall clock.

use chrono::{Days, NaiveDate, TimeDelta};
use sitstay::{
    availability::{OpeningHours, Session},
    booking::BookingStatus,
    platform::{LessonSought, LessonsQuery, SlotQuery},
    repository::PageRequest,
    time::{Interval, LocalTime, WallTime, Weekday, Zone},
};

use super::{
    Outcome,
    town::{SYSTEM, Town},
};

pub(crate) const DAYS: usize = 7;

/// A stretch of one day of the week, in minutes since its midnight.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretch {
    pub(crate) day: i64,
    pub(crate) from: i64,
    pub(crate) to: i64,
}

pub(crate) struct Lesson {
    pub(crate) at: Stretch,
    pub(crate) words: String,
    pub(crate) is_pending: bool,
}

/// A trainer's week.
pub(crate) struct Week {
    pub(crate) title: String,
    pub(crate) first: NaiveDate,
    /// What is to be said of a day: that its clock jumps, or that it has hours of its own.
    pub(crate) notes: Vec<(i64, String)>,
    pub(crate) open: Vec<Stretch>,
    pub(crate) blocked: Vec<Stretch>,
    /// Lessons with their buffers.
    pub(crate) taken: Vec<Stretch>,
    pub(crate) lessons: Vec<Lesson>,
    /// Where lessons can start.
    pub(crate) starts: Vec<Stretch>,
}

impl Week {
    pub(crate) async fn of(town: &Town) -> Outcome<Self> {
        let (platform, now, cast) = (&town.platform, town.now, &town.cast);
        let trainer = cast.trainer.id;
        let calendar = platform.calendar_of(SYSTEM, trainer, now).await?;
        let zone = calendar.time_zone.zone();
        let first = next_monday(zone.date(now));
        let midnight = |date| zone.resolve(date, WallTime::MIDNIGHT).map(LocalTime::earliest);
        let range = Interval::new(midnight(first)?, midnight(first + Days::new(DAYS as u64))?)?;
        let on = |during| stretches(&zone, first, during);

        let hours = OpeningHours::new(zone.clone(), &calendar.hours, &calendar.exceptions);
        let page = PageRequest::first(200)?;
        let query = LessonsQuery::within(range);
        let booked = platform.lessons(town.trainer(), &query, page, now).await?.items;
        let mut week = Self {
            title: String::new(),
            first,
            notes: clock_changes(&zone, first, range),
            open: hours.open(range).flat_map(on).collect(),
            blocked: calendar.blocks.iter().flat_map(|block| on(block.during)).collect(),
            taken: Vec::new(),
            lessons: Vec::new(),
            starts: Vec::new(),
        };
        let own_hours = calendar.exceptions.iter().map(|dated| (dated.date() - first).num_days());
        week.notes.extend(own_hours.map(|day| (day, "other hours".to_owned())));
        for lesson in &booked {
            // The first claim of a booking is on its trainer's time.
            let claims = platform.repository().claims(lesson.booking).await?;
            week.taken.extend(claims.first().into_iter().flat_map(|claim| on(claim.during)));
            let words = format!("{} & {}", lesson.owner_first_name, lesson.dog_name);
            let is_pending = lesson.status == BookingStatus::Pending;
            let drawn = on(lesson.session).into_iter();
            week.lessons.extend(drawn.map(|at| Lesson { at, words: words.clone(), is_pending }));
        }
        let lesson = LessonSought::Service(cast.service.id);
        let query = SlotQuery { trainer, lesson, dog: None, range };
        let slots = platform.slots(SYSTEM, query, now).await?;
        let length = Session::of_minutes(slots.minutes)?;
        for &start in &slots.starts {
            week.starts.extend(on(length.lesson(start)?));
        }
        let card = platform.trainer_card(SYSTEM, trainer).await?;
        week.title = format!(
            "{} {}: {}, {} minutes, {}",
            card.first_name,
            card.last_name,
            cast.service.name,
            slots.minutes,
            slots.price.map(|price| price.to_string()).unwrap_or_default()
        );
        Ok(week)
    }
}

fn next_monday(date: NaiveDate) -> NaiveDate {
    let mut days = date.iter_days().skip(1);
    days.find(|day| Weekday::of(*day) == Weekday::Monday).unwrap_or(date)
}

/// Cuts an interval into stretches of one date and one offset from UTC each.
fn stretches(zone: &Zone, first: NaiveDate, during: Interval) -> Vec<Stretch> {
    const MIDNIGHT: i64 = 24 * 60;
    let mut cut = Vec::new();
    for segment in zone.segments(during) {
        let local = zone.local(segment.interval.start());
        let mut day = (local.date - first).num_days();
        let mut from = i64::from(local.time.as_minutes());
        let mut left = segment.interval.duration().num_minutes();
        while left > 0 {
            let to = MIDNIGHT.min(from + left);
            cut.push(Stretch { day, from, to });
            left -= to - from;
            (day, from) = (day + 1, 0);
        }
    }
    cut
}

/// Says on which days of the week the clock jumps, and how.
fn clock_changes(zone: &Zone, first: NaiveDate, range: Interval) -> Vec<(i64, String)> {
    let segments: Vec<_> = zone.segments(range).collect();
    let change = |pair: &[sitstay::time::Segment]| {
        let after = zone.local(pair[1].interval.start());
        let minutes = (pair[1].offset_seconds - pair[0].offset_seconds) / 60;
        let before = i64::from(after.time.as_minutes()) - i64::from(minutes);
        let before = TimeDelta::minutes(before);
        let words = format!(
            "clocks {:02}:{:02} → {}",
            before.num_hours(),
            before.num_minutes() % 60,
            after.time
        );
        ((after.date - first).num_days(), words)
    };
    segments.windows(2).map(change).collect()
}
