//! Published cases: what other engines were caught on, and cases made for this rule.
//!
//! The `conventions` in each file say what its fields mean.

use std::collections::BTreeMap;

use serde::Deserialize;
use sitstay::{
    availability::{
        BookedTime, Calendar, DatedHours, Grid, IntervalSet, OpeningHours, Reason,
        SchedulingPolicy, Session, WeeklyHours, Window,
    },
    ids::BookingId,
    time::{Instant, Interval, WallTime, Weekday, ZoneId},
};
use uuid::Uuid;

#[derive(Deserialize)]
struct File<Case> {
    count: usize,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Hours {
    timezone: ZoneId,
    weekly: Vec<WeeklyWindow>,
    exceptions: Vec<Exception>,
}

#[derive(Deserialize)]
struct WeeklyWindow {
    day_of_week: Weekday,
    #[serde(flatten)]
    window: DayWindow,
}

#[derive(Deserialize)]
struct DayWindow {
    start: WallTime,
    end: String,
}

#[derive(Deserialize)]
struct Exception {
    date: chrono::NaiveDate,
    windows: Vec<DayWindow>,
}

impl DayWindow {
    fn window(&self) -> Window {
        let end = if self.end == "24:00" { "00:00" } else { &self.end };
        Window::new(self.start, end.parse().unwrap())
    }
}

impl Hours {
    fn opening_hours(&self) -> OpeningHours {
        let weekly = self.weekly.iter().map(|weekly| (weekly.day_of_week, weekly.window.window()));
        let dated: Vec<_> = self
            .exceptions
            .iter()
            .map(|exception| {
                let windows = exception.windows.iter().map(DayWindow::window);
                DatedHours::new(exception.date, windows).unwrap()
            })
            .collect();
        OpeningHours::new(self.timezone.zone(), &WeeklyHours::new(weekly).unwrap(), &dated)
    }
}

#[derive(Deserialize)]
struct SlotCase {
    name: String,
    #[serde(flatten)]
    hours: Hours,
    busy: Vec<(Instant, Instant)>,
    duration_minutes: u32,
    step_minutes: u32,
    buffer_before_minutes: u32,
    buffer_after_minutes: u32,
    now: Option<Instant>,
    min_notice_minutes: u32,
    window: (Instant, Instant),
    expected_available: Vec<(Instant, Instant)>,
    expected_free: Vec<(Instant, Instant)>,
    expected_slots: Vec<Instant>,
}

fn interval((start, end): (Instant, Instant)) -> Interval {
    Interval::new(start, end).unwrap()
}

fn intervals(pairs: &[(Instant, Instant)]) -> Vec<Interval> {
    pairs.iter().copied().map(interval).collect()
}

#[test]
fn slot_vectors_hold() {
    let file: File<SlotCase> = serde_json::from_str(include_str!("../vectors/slots.json")).unwrap();
    assert_eq!(file.cases.len(), file.count);
    for case in &file.cases {
        let name = &case.name;
        let hours = case.hours.opening_hours();
        let window = interval(case.window);
        let busy: IntervalSet = intervals(&case.busy).into();

        let open: IntervalSet = hours.open(window).collect();
        assert_eq!(open.as_slice(), intervals(&case.expected_available), "{name}");
        assert_eq!(open.subtract(&busy).as_slice(), intervals(&case.expected_free), "{name}");

        let session = Session::new(
            case.duration_minutes,
            case.buffer_before_minutes,
            case.buffer_after_minutes,
        );
        let notice = chrono::TimeDelta::minutes(case.min_notice_minutes.into());
        let earliest = case.now.map_or(Instant::MIN, |now| now.saturating_add(notice));
        let slots: Vec<_> = hours
            .starts(session.unwrap(), case.step_minutes, window)
            .unwrap()
            .avoiding(&busy)
            .not_before(earliest)
            .collect();
        assert_eq!(slots, case.expected_slots, "{name}");
    }
}

#[derive(Deserialize)]
struct ConflictCase {
    name: String,
    existing: Vec<Booking>,
    request: Request,
    availability: Option<Hours>,
    now: Option<Instant>,
    #[serde(default)]
    min_notice_minutes: u32,
    expected: Expected,
}

#[derive(Deserialize)]
struct Booking {
    id: String,
    status: String,
    #[serde(flatten)]
    request: Request,
}

#[derive(Deserialize)]
struct Request {
    trainer_id: String,
    dog_id: String,
    start: Instant,
    end: Instant,
    buffer_before_minutes: u32,
    buffer_after_minutes: u32,
    ignore_booking_id: Option<String>,
}

#[derive(Deserialize)]
struct Expected {
    accept: bool,
    reasons: Vec<Reason>,
    conflicting_ids: Vec<String>,
}

impl Request {
    fn claim(&self, booking_id: &str) -> Option<BookedTime> {
        let lesson = Interval::new(self.start, self.end).ok()?;
        let minutes = |minutes: u32| chrono::TimeDelta::minutes(minutes.into());
        Some(BookedTime {
            booking_id: BookingId::from_uuid(uuid(booking_id)),
            trainer_id: uuid(&self.trainer_id).to_string().parse().unwrap(),
            dog_id: uuid(&self.dog_id).to_string().parse().unwrap(),
            lesson,
            occupied: lesson
                .padded(minutes(self.buffer_before_minutes), minutes(self.buffer_after_minutes)),
        })
    }
}

fn uuid(name: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes())
}

/// The reasons of a case, in order, and the bookings in the way.
fn decide(case: &ConflictCase) -> (Vec<Reason>, Vec<String>) {
    let request = &case.request;
    // A booking that is moved is tested under its own id, and so never meets itself.
    let id = request.ignore_booking_id.as_deref().unwrap_or("the request");
    let Some(wanted) = request.claim(id) else {
        return (vec![Reason::InvalidInterval], Vec::new());
    };
    let blocking: Vec<BookedTime> = case
        .existing
        .iter()
        .filter(|booking| matches!(booking.status.as_str(), "pending" | "accepted"))
        .filter_map(|booking| booking.request.claim(&booking.id))
        .collect();
    let conflicts = wanted.conflicts(&blocking);

    let mut reasons = conflicts.reasons();
    assert_eq!(conflicts.is_empty(), reasons.is_empty());
    if case.availability.is_some() || case.now.is_some() {
        let minutes = u32::try_from(wanted.lesson.duration().num_minutes()).unwrap();
        reasons.extend(reasons_of_hours(case, minutes).iter());
    }
    let names: BTreeMap<BookingId, &str> = case
        .existing
        .iter()
        .map(|booking| (BookingId::from_uuid(uuid(&booking.id)), booking.id.as_str()))
        .collect();
    let mut ids: Vec<_> = conflicts.booking_ids().iter().map(|id| names[id].to_owned()).collect();
    ids.sort_unstable();
    (reasons.iter().collect(), ids)
}

fn reasons_of_hours(case: &ConflictCase, minutes: u32) -> sitstay::availability::Reasons {
    let always_open = || {
        let day = Window::parse("00:00", "00:00").unwrap();
        let weekly = WeeklyHours::new(Weekday::ALL.map(|weekday| (weekday, day))).unwrap();
        OpeningHours::new(ZoneId::UTC.zone(), &weekly, &[])
    };
    let hours = case.availability.as_ref().map_or_else(always_open, Hours::opening_hours);
    let policy = SchedulingPolicy::default().with_notice_minutes(case.min_notice_minutes).unwrap();
    let day_before = case.request.start.saturating_add(chrono::TimeDelta::days(-1));
    let calendar = Calendar::new(hours, policy, case.now.unwrap_or(day_before));
    let session = Session::of_minutes(minutes).unwrap();
    calendar.reasons(session, case.request.start, Grid::Waived)
}

#[test]
fn conflict_vectors_hold() {
    let file: File<ConflictCase> =
        serde_json::from_str(include_str!("../vectors/conflicts.json")).unwrap();
    assert_eq!(file.cases.len(), file.count);
    for case in &file.cases {
        let (reasons, ids) = decide(case);
        assert_eq!(reasons, case.expected.reasons, "{}", case.name);
        assert_eq!(ids, case.expected.conflicting_ids, "{}", case.name);
        assert_eq!(reasons.is_empty(), case.expected.accept, "{}", case.name);
    }
}
