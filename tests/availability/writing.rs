//! What trainers may write: hours, exceptions, sessions and policies.

use proptest::prelude::*;
use sitstay::{
    availability::{
        AvailabilityError, DatedHours, Reason, Reasons, SchedulingPolicy, Session, WeeklyHours,
        Window,
    },
    time::{WallTime, Weekday},
};

use crate::oracle::Hours;

fn window(start: &str, end: &str) -> Window {
    Window::parse(start, end).unwrap()
}

fn any_window() -> impl Strategy<Value = (Weekday, Window)> {
    // Few times, so that windows often touch.
    let time = (0..12_u16).prop_map(|hours| WallTime::from_minutes(hours * 120).unwrap());
    (0..7_u8, time.clone(), time).prop_map(|(weekday, start, end)| {
        (Weekday::from_number(weekday).unwrap(), Window::new(start, end))
    })
}

/// Marks the minutes of a window in a week that begins on Sunday; false if one was taken.
fn take(week: &mut [bool], (weekday, window): (Weekday, Window)) -> bool {
    let start = usize::from(weekday.number()) * 1_440 + usize::from(window.start().as_minutes());
    let length = (1_440 + usize::from(window.end().as_minutes())
        - usize::from(window.start().as_minutes()))
        % 1_440;
    let length = if length == 0 { 1_440 } else { length };
    (start..start + length).all(|minute| !std::mem::replace(&mut week[minute % (7 * 1_440)], true))
}

proptest! {
    #[test]
    fn a_written_week_is_refused_exactly_when_two_windows_share_a_minute(
        windows in prop::collection::vec(any_window(), 0..6)
    ) {
        let mut week = vec![false; 7 * 1_440];
        let is_disjoint = windows.iter().all(|&window| take(&mut week, window));
        match WeeklyHours::disjoint(windows.iter().copied()) {
            Ok(_) => prop_assert!(is_disjoint),
            Err(AvailabilityError::WindowsOverlap { first, second }) => {
                prop_assert!(!is_disjoint);
                let mut week = vec![false; 7 * 1_440];
                prop_assert!(take(&mut week, first) && !take(&mut week, second));
                prop_assert!(windows.contains(&first) && windows.contains(&second));
            }
            Err(other) => prop_assert!(false, "{other}"),
        }
    }
}

#[test]
fn an_overlap_names_both_windows() {
    let refused = WeeklyHours::disjoint([
        (Weekday::Sunday, window("02:00", "04:00")),
        (Weekday::Saturday, window("20:00", "03:00")),
    ]);
    assert_eq!(
        refused.unwrap_err().to_string(),
        "Saturday 20:00–03:00 overlaps Sunday 02:00–04:00"
    );
}

#[test]
fn at_most_24_windows_start_on_one_date() {
    let windows = |count: u16| {
        (0..count).map(|index| {
            let time = |minutes| WallTime::from_minutes(minutes).unwrap();
            Window::new(time(index * 50), time(index * 50 + 20))
        })
    };
    let monday = |count| windows(count).map(|window| (Weekday::Monday, window));
    assert!(WeeklyHours::disjoint(monday(24)).is_ok());
    assert!(WeeklyHours::disjoint(monday(25)).is_err());
    assert!(WeeklyHours::new(monday(25)).is_err());
    let date = "2027-03-01".parse().unwrap();
    assert!(DatedHours::new(date, windows(24)).is_ok());
    assert!(DatedHours::new(date, windows(25)).is_err());
}

#[test]
fn an_exception_keeps_the_tail_of_the_night_before() {
    // Friday night runs into a Saturday that is closed, and a Saturday night is cut at its start.
    let hours = Hours {
        zone: sitstay::time::ZoneId::UTC,
        weekly: vec![
            (Weekday::Friday, window("20:00", "03:00")),
            (Weekday::Saturday, window("20:00", "03:00")),
        ],
        dated: vec![("2027-03-06".parse().unwrap(), Vec::new())],
    };
    let weekend = sitstay::time::Interval::parse("2027-03-05T00:00:00Z", "2027-03-08T00:00:00Z");
    let open: Vec<_> = hours.opening_hours().open(weekend.unwrap()).collect();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].to_string(), "2027-03-05T20:00:00Z/2027-03-06T03:00:00Z");
}

#[test]
fn bounds_hold_in_constructors_and_in_json() {
    for (session, is_valid) in [
        ((5, 0, 0), true),
        ((1_440, 720, 720), true),
        ((4, 0, 0), false),
        ((1_441, 0, 0), false),
        ((60, 721, 0), false),
        ((60, 0, 721), false),
    ] {
        let (duration, before, after) = session;
        assert_eq!(Session::new(duration, before, after).is_ok(), is_valid, "{session:?}");
        let json = format!(
            r#"{{"duration_minutes":{duration},"buffer_before_minutes":{before},"buffer_after_minutes":{after}}}"#
        );
        let parsed = serde_json::from_str::<Session>(&json);
        assert_eq!(parsed.is_ok(), is_valid, "{json}");
        if let Ok(parsed) = parsed {
            assert_eq!(serde_json::to_string(&parsed).unwrap(), json);
            assert_eq!(parsed.duration().num_minutes(), i64::from(duration));
        }
    }

    let policy = SchedulingPolicy::default();
    let steps = [(0, false), (1, true), (1_440, true), (1_441, false)];
    let notices = [(0, true), (525_600, true), (525_601, false)];
    let days = [(0, false), (1, true), (730, true), (731, false)];
    let limits = [(0, false), (1, true), (1_000, true), (1_001, false)];
    for (step, is_valid) in steps {
        assert_eq!(policy.with_slot_step_minutes(step).is_ok(), is_valid);
    }
    for (notice, is_valid) in notices {
        assert_eq!(policy.with_notice_minutes(notice).is_ok(), is_valid);
    }
    for (days, is_valid) in days {
        assert_eq!(policy.with_days_ahead(days).is_ok(), is_valid);
    }
    for (limit, is_valid) in limits {
        assert_eq!(policy.with_daily_limit(Some(limit)).is_ok(), is_valid);
        assert_eq!(policy.with_weekly_limit(Some(limit)).is_ok(), is_valid);
    }
    let json = r#"{"slot_step_minutes":15,"notice_minutes":0,"days_ahead":731}"#;
    assert!(serde_json::from_str::<SchedulingPolicy>(json).is_err());
    let json = serde_json::to_string(&policy.with_daily_limit(Some(3)).unwrap()).unwrap();
    assert_eq!(serde_json::from_str::<SchedulingPolicy>(&json).unwrap().daily_limit(), Some(3));
}

#[test]
fn hours_keep_their_form_in_json() {
    let week = WeeklyHours::new([(Weekday::Monday, window("09:00", "12:00"))]).unwrap();
    let json = serde_json::to_string(&week).unwrap();
    assert_eq!(json, r#"[[],[{"start":"09:00","end":"12:00"}],[],[],[],[],[]]"#);
    assert_eq!(serde_json::from_str::<WeeklyHours>(&json).unwrap(), week);
    assert!(!week.is_empty() && WeeklyHours::default().is_empty());

    let closed = DatedHours::closed("2027-03-01".parse().unwrap());
    let json = serde_json::to_string(&closed).unwrap();
    assert_eq!(json, r#"{"date":"2027-03-01","windows":[]}"#);
    assert_eq!(serde_json::from_str::<DatedHours>(&json).unwrap(), closed);
}

#[test]
fn reasons_have_their_codes_and_their_order() {
    let codes: Vec<_> = Reason::ALL.iter().map(|reason| reason.code()).collect();
    assert_eq!(
        codes.join(", "),
        "not_active, own_service, not_found, dog_not_accepted, custom_not_allowed, \
         price_out_of_bounds, invalid_interval, in_past, notice, too_far_ahead, \
         outside_availability, off_grid, trainer_conflict, dog_conflict, daily_limit, weekly_limit"
    );
    assert!(Reason::ALL.is_sorted());
    for &reason in Reason::ALL {
        let json = serde_json::to_string(&reason).unwrap();
        assert_eq!(json, format!("\"{}\"", reason.code()));
    }
    let reasons: Reasons = [Reason::DogConflict, Reason::Notice].into_iter().collect();
    let json = serde_json::to_string(&reasons).unwrap();
    assert_eq!(json, r#"["notice","dog_conflict"]"#);
    assert_eq!(serde_json::from_str::<Reasons>(&json).unwrap(), reasons);
    let twice: Reasons =
        [Reason::Notice, Reason::DogConflict, Reason::Notice].into_iter().collect();
    assert_eq!(twice, reasons);
    assert_eq!(
        reasons.to_string(),
        "the trainer needs more notice; the dog has another lesson then"
    );
}
