//! Time zones that a file defines itself.

use proptest::prelude::*;
use sitstay::{
    ical::BusyTimeReader,
    time::{Instant, Interval, ZoneId},
};

use crate::{read, span, stretches, unread};

/// Central Europe as an office program writes it: under a name of its own, since 1601.
const OFFICE: &str = "BEGIN:VTIMEZONE
    TZID:W. Europe Standard Time
    BEGIN:STANDARD
    DTSTART:16010101T030000
    TZOFFSETFROM:+0200
    TZOFFSETTO:+0100
    RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
    END:STANDARD
    BEGIN:DAYLIGHT
    DTSTART:16010101T020000
    TZOFFSETFROM:+0100
    TZOFFSETTO:+0200
    RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
    END:DAYLIGHT
    END:VTIMEZONE";

fn event(zone: &str, lines: &str) -> String {
    format!("BEGIN:VEVENT\nDTSTART;TZID={zone}:{lines}\nDURATION:PT1H\nEND:VEVENT")
}

#[test]
fn a_zone_without_a_known_name_is_the_one_that_the_file_defines() {
    let weekly = event("W. Europe Standard Time", "20270323T100000\nRRULE:FREQ=WEEKLY;COUNT=2");
    // Before the events or after them.
    for file in [format!("{OFFICE}\n{weekly}"), format!("{weekly}\n{OFFICE}")] {
        let read = read(&file);
        let expected = [
            "2027-03-23T09:00:00Z/2027-03-23T10:00:00Z",
            "2027-03-30T08:00:00Z/2027-03-30T09:00:00Z",
        ];
        assert_eq!(stretches(&read), expected);
        assert_eq!(unread(&read), [""; 0]);
    }
}

#[test]
fn a_known_name_is_better_than_a_definition() {
    // A definition of Berlin that is wrong by five hours.
    let wrong = OFFICE.replace("W. Europe Standard Time", "Europe/Berlin");
    let wrong = wrong.replace("+0200", "+0700").replace("+0100", "+0600");
    let read = read(&format!("{wrong}\n{}", event("Europe/Berlin", "20270323T100000")));
    assert_eq!(stretches(&read), ["2027-03-23T09:00:00Z/2027-03-23T10:00:00Z"]);
    let named = "BEGIN:VTIMEZONE
        TZID:Home
        X-LIC-LOCATION:Asia/Kathmandu
        END:VTIMEZONE";
    let read = crate::read(&format!("{named}\n{}", event("Home", "20270323T100000")));
    assert_eq!(stretches(&read), ["2027-03-23T04:15:00Z/2027-03-23T05:15:00Z"]);
}

#[test]
fn a_definition_that_cannot_be_read_is_listed_with_what_needs_it() {
    let event = event("Zone", "20270323T100000");
    for (definition, expected) in [
        ("", &["line 3: unknown_zone"][..]),
        ("BEGIN:VTIMEZONE\nTZID:Zone\nEND:VTIMEZONE\n", &["line 6: unknown_zone"]),
        (
            "BEGIN:VTIMEZONE\nTZID:Zone\nBEGIN:STANDARD\nDTSTART:19700101T000000\n\
             TZOFFSETFROM:+0100\nTZOFFSETTO:1 h\nEND:STANDARD\nEND:VTIMEZONE\n",
            &["line 7: malformed", "line 11: unknown_zone"],
        ),
        (
            "BEGIN:VTIMEZONE\nTZID:Zone\nBEGIN:STANDARD\nDTSTART:19700101T000000\n\
             TZOFFSETFROM:+0100\nTZOFFSETTO:+0100\nRRULE:FREQ=HOURLY\nEND:STANDARD\n\
             END:VTIMEZONE\n",
            &["line 8: unsupported_recurrence", "line 12: unknown_zone"],
        ),
    ] {
        let read = read(&format!("{definition}{event}"));
        assert_eq!(stretches(&read), [""; 0]);
        assert_eq!(unread(&read), expected);
    }
}

proptest! {
    /// The definition of a zone and the database agree, around the jumps too.
    #[test]
    fn a_definition_agrees_with_the_database(day in 0_i64..730, second in 0_i64..86_400, near in any::<bool>()) {
        // Half of them within hours of the jumps of 2027 and 2028.
        let jumps = ["2027-03-28", "2027-10-31", "2028-03-26", "2028-10-29"];
        let date = if near {
            jumps[usize::try_from(day % 4).unwrap()].parse().unwrap()
        } else {
            chrono::NaiveDate::from_ymd_opt(2027, 1, 2).unwrap() + chrono::TimeDelta::days(day)
        };
        let second = if near { second % (4 * 3_600) } else { second };
        let wall = date.and_time(chrono::NaiveTime::MIN) + chrono::TimeDelta::seconds(second);
        let wall = wall.format("%Y%m%dT%H%M%S");
        let years = span(("2027-01-01T00:00:00Z", "2029-01-01T00:00:00Z"));
        let busy = |zone: &str| {
            let event = event(zone, &wall.to_string());
            // Since 1970, which is less to compute.
            let office = OFFICE.replace("1601", "1970");
            let file = format!("BEGIN:VCALENDAR\n{office}\n{event}\nEND:VCALENDAR");
            let lines: Vec<_> = file.lines().map(str::trim).collect();
            let read = BusyTimeReader::new(years, ZoneId::UTC).read(lines.join("\n").as_bytes()).unwrap();
            prop_assert_eq!(read.unread.len(), 0);
            let starts: Vec<Instant> = read.busy.iter().map(Interval::start).collect();
            Ok(starts)
        };
        prop_assert_eq!(busy("W. Europe Standard Time")?, busy("Europe/Berlin")?);
    }
}
