//! Zones, wall clocks and local input.

use chrono::NaiveDate;
use sitstay::time::{
    Instant, LocalTime, LocalTimeError, LocalWeek, WallTime, Weekday, Zone, ZoneId, tzdb_version,
};

use crate::oracle::{at, between, rules};

fn zone(name: &str) -> Zone {
    name.parse::<ZoneId>().unwrap().zone()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn time(text: &str) -> WallTime {
    text.parse().unwrap()
}

fn instant(text: &str) -> Instant {
    text.parse().unwrap()
}

#[test]
fn zone_ids_are_found_in_any_case_and_unknown_ones_are_refused() {
    assert_eq!("AMERICA/new_york".parse::<ZoneId>().unwrap().as_str(), "America/New_York");
    assert_eq!("utc".parse::<ZoneId>().unwrap(), ZoneId::UTC);
    for refused in ["Etc/Unknown", "etc/unknown", "Mars/Olympus", "", "+02:00", "EST5EDT,M3.2.0"] {
        assert!(refused.parse::<ZoneId>().is_err(), "{refused}");
    }
    let paris = zone("europe/paris");
    assert_eq!(
        (paris.id().as_ref(), paris.id().to_string().as_str()),
        ("Europe/Paris", "Europe/Paris")
    );
    assert_eq!(paris, zone("Europe/Paris"));
    assert_ne!(paris, zone("Europe/Berlin"));
    let json = serde_json::to_string(&paris.id()).unwrap();
    assert_eq!(json, r#""Europe/Paris""#);
    assert!(serde_json::from_str::<ZoneId>(r#""Europe/Atlantis""#).is_err());
    for id in ZoneId::all() {
        assert_eq!(id.as_str().to_lowercase().parse::<ZoneId>().unwrap(), id);
    }
}

#[test]
fn the_zone_database_is_the_one_built_in() {
    // British Columbia stays on summer time since 2026; older databases answer -08:00.
    let vancouver = zone("America/Vancouver");
    assert_eq!(vancouver.offset_seconds(instant("2026-11-22T20:00:00Z")), -7 * 3_600);
    assert!(("2026e".."2100a").contains(&tzdb_version()), "{}", tzdb_version());
}

#[test]
fn a_wall_clock_shows_its_date_time_and_offset() {
    let local = zone("Asia/Kathmandu").local(instant("2027-02-28T18:29:59Z"));
    assert_eq!((local.date, local.time), (date("2027-03-01"), time("00:14")));
    assert_eq!(local.offset_seconds, 20_700);
    assert_eq!(local.to_string(), "2027-03-01 00:14");

    // Until 1972 Liberia was 44 minutes and 30 seconds behind.
    let local = zone("Africa/Monrovia").local(instant("1971-07-01T00:44:29Z"));
    assert_eq!((local.date, local.time), (date("1971-06-30"), time("23:59")));
}

#[test]
fn local_times_are_resolved_to_what_the_clock_shows() {
    let table = [
        ("America/New_York", "2027-03-14", "01:59", "2027-03-14T06:59:00Z", None),
        ("America/New_York", "2027-03-14", "03:00", "2027-03-14T07:00:00Z", None),
        (
            "America/New_York",
            "2027-11-07",
            "01:00",
            "2027-11-07T05:00:00Z",
            Some("2027-11-07T06:00:00Z"),
        ),
        ("America/New_York", "2027-11-07", "02:00", "2027-11-07T07:00:00Z", None),
        ("Africa/Monrovia", "1971-07-01", "09:00", "1971-07-01T09:44:30Z", None),
        ("UTC", "1970-01-01", "00:00", "1970-01-01T00:00:00Z", None),
        ("UTC", "2200-01-01", "00:00", "2200-01-01T00:00:00Z", None),
        ("Asia/Tokyo", "2200-01-01", "09:00", "2200-01-01T00:00:00Z", None),
    ];
    for (name, day, clock, first, second) in table {
        let expected = match second {
            None => LocalTime::One(instant(first)),
            Some(second) => LocalTime::Twice(instant(first), instant(second)),
        };
        assert_eq!(
            zone(name).resolve(date(day), time(clock)),
            Ok(expected),
            "{name} {day} {clock}"
        );
    }
    for (name, day) in [("UTC", "1969-12-31"), ("UTC", "2200-01-02"), ("UTC", "1900-01-01")] {
        assert!(zone(name).resolve(date(day), time("12:00")).is_err(), "{name} {day}");
    }
}

#[test]
fn skipped_times_carry_the_jump_and_repeated_ones_need_an_offset() {
    let new_york = zone("America/New_York");
    let jump = instant("2027-03-14T07:00:00Z");
    let skipped = new_york.instant(date("2027-03-14"), time("02:30"), None);
    assert_eq!(skipped, Err(LocalTimeError::Skipped { jump }));

    let (earlier, later) = (instant("2027-11-07T05:30:00Z"), instant("2027-11-07T06:30:00Z"));
    let half_past_one = |offset| new_york.instant(date("2027-11-07"), time("01:30"), offset);
    assert_eq!(half_past_one(None), Err(LocalTimeError::Ambiguous { earlier, later }));
    assert_eq!(half_past_one(Some(-4 * 3_600)), Ok(earlier));
    assert_eq!(half_past_one(Some(-5 * 3_600)), Ok(later));
    assert_eq!(half_past_one(Some(0)), Err(LocalTimeError::WrongOffset));
    assert_eq!(
        new_york.instant(date("2027-11-07"), time("12:00"), Some(-4 * 3_600)),
        Err(LocalTimeError::WrongOffset)
    );

    let codes = [skipped, half_past_one(None), half_past_one(Some(0))]
        .map(|refused| refused.unwrap_err().code());
    assert_eq!(codes, ["local_time.skipped", "local_time.ambiguous", "local_time.wrong_offset"]);

    // Samoa skipped a whole date.
    let apia = zone("Pacific/Apia").resolve(date("2011-12-30"), time("12:00")).unwrap();
    assert_eq!(apia, LocalTime::Skipped { jump: instant("2011-12-30T10:00:00Z") });
    assert_eq!(apia.earliest(), apia.latest());
}

#[test]
fn resolving_undoes_showing_in_every_zone() {
    for id in ZoneId::all() {
        let zone = id.zone();
        for step in 0..60 {
            let at = at(step * 35_000_000 + step * 60);
            let local = zone.local(at);
            let seconds = (at.as_seconds() + i64::from(local.offset_seconds)).rem_euclid(60);
            let shown = zone.instant(local.date, local.time, Some(local.offset_seconds));
            let minute = Instant::from_micros(at.as_micros() - seconds * 1_000_000);
            // Before the first minute of 1970 there is nothing to undo.
            if let Ok(minute) = minute {
                assert_eq!(shown, Ok(minute), "{id} {at}");
            }
        }
    }
}

#[test]
fn segments_cover_an_interval_and_change_only_with_the_offset() {
    let whole = between(0, 4_102_444_800);
    for id in ZoneId::all() {
        let (zone, rules) = (id.zone(), rules(id));
        let mut reached = whole.start();
        let mut last_offset = None;
        for segment in zone.segments(whole) {
            assert_eq!(segment.interval.start(), reached, "{id}");
            assert_ne!(last_offset, Some(segment.offset_seconds), "{id} {reached}");
            let (start, end) =
                (segment.interval.start().as_seconds(), segment.interval.end().as_seconds());
            for second in [start, start + (end - start) / 2, end - 1] {
                let timestamp = jiff::Timestamp::from_second(second).unwrap();
                assert_eq!(rules.to_offset(timestamp).seconds(), segment.offset_seconds);
            }
            (reached, last_offset) = (segment.interval.end(), Some(segment.offset_seconds));
        }
        assert_eq!(reached, whole.end(), "{id}");
    }
}

#[test]
fn weekdays_are_numbered_from_sunday_and_weeks_begin_on_monday() {
    assert_eq!(Weekday::of(date("2027-03-14")).number(), 0);
    assert_eq!(Weekday::Saturday.next(), Weekday::Sunday);
    assert_eq!(serde_json::to_string(&Weekday::Saturday).unwrap(), "6");
    assert!(serde_json::from_str::<Weekday>("7").is_err());
    for weekday in Weekday::ALL {
        assert_eq!(Weekday::from(chrono::Weekday::from(weekday)), weekday);
    }
    assert_eq!(LocalWeek::of(date("2027-01-03")), LocalWeek { year: 2026, week: 53 });
    assert_eq!(LocalWeek::of(date("2027-01-04")), LocalWeek { year: 2027, week: 1 });
}

#[test]
fn wall_times_are_whole_minutes_of_one_day() {
    for minutes in 0..1_440 {
        let time = WallTime::from_minutes(minutes).unwrap();
        assert_eq!(time.to_string().parse(), Ok(time));
    }
    for refused in ["24:00", "9:00", "09:60", "09:00:00", "0900", " 9:00", "+9:00", "０9:00"] {
        assert!(refused.parse::<WallTime>().is_err(), "{refused}");
    }
    assert!(WallTime::from_minutes(1_440).is_err());
    assert_eq!((WallTime::MIDNIGHT, WallTime::NOON), (time("00:00"), time("12:00")));
}
