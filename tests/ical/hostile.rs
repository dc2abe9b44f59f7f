//! Files that mean no good: they are refused or read, and never panic or run for long.

use proptest::prelude::*;
use sitstay::{
    ical::{BusyTimeReader, CalendarFileError},
    time::Interval,
};

use crate::{SPRING, berlin, read_file, span};

fn event(lines: &str) -> String {
    format!("BEGIN:VEVENT\nDTSTART:20270302T090000Z\nDURATION:PT1M\n{lines}\nEND:VEVENT\n")
}

fn file(body: &str) -> String {
    format!("BEGIN:VCALENDAR\n{body}END:VCALENDAR\n")
}

#[test]
fn what_recurs_without_end_costs_no_more_than_it_may() {
    let refused = Err(CalendarFileError::TooManyOccurrences);
    let all = BusyTimeReader::new(Interval::ALL, berlin());
    let daily = "RRULE:FREQ=DAILY";
    assert!(all.read(file(&event(daily)).as_bytes()).is_ok());
    let many = file(&event(daily).repeat(2_000));
    assert_eq!(all.read(many.as_bytes()).map(drop), refused);
    // The same in two months is nothing.
    assert!(read_file(&many).is_ok());
    // Never on any day, since ever, counted.
    let never = "DTSTART:00010101\nRRULE:FREQ=DAILY;COUNT=9;BYMONTH=2;BYMONTHDAY=30";
    let never = format!("BEGIN:VEVENT\n{never}\nEND:VEVENT\n");
    assert!(read_file(&file(&never)).is_ok());
    assert_eq!(read_file(&file(&never.repeat(20))).map(drop), refused);
    // Each occurrence lasts for ever, so that all of them meet the range.
    let lasting =
        "BEGIN:VEVENT\nDTSTART:00010101\nDURATION:P999999W\nRRULE:FREQ=DAILY\nEND:VEVENT\n";
    assert_eq!(read_file(&file(lasting)).map(drop), refused);
    // A zone whose clocks change every day since 1601.
    let zone = |name: usize| {
        format!(
            "BEGIN:VTIMEZONE\nTZID:Z{name}\nBEGIN:STANDARD\nDTSTART:16010101T000000\n\
             TZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=DAILY\nEND:STANDARD\nEND:VTIMEZONE\n"
        )
    };
    let zones: String = (0..100).map(zone).collect();
    assert_eq!(read_file(&file(&zones)).map(drop), refused);
}

#[test]
fn what_is_large_in_other_ways_is_read_or_refused() {
    let deep = "BEGIN:X\n".repeat(100_000) + &"END:X\n".repeat(100_000);
    assert_eq!(read_file(&file(&deep)), Err(CalendarFileError::TooManyComponents));
    let deep = "BEGIN:X\n".repeat(90_000) + &"END:X\n".repeat(90_000);
    assert!(read_file(&file(&deep)).unwrap().busy.is_empty());
    let rule = format!("RRULE:FREQ=YEARLY;BYMONTHDAY={}1", "1,".repeat(500_000));
    assert!(read_file(&file(&event(&rule))).is_ok());
    let dates = format!("RDATE:{}20270303T090000Z", "20270302T090000Z,".repeat(200_000));
    assert_eq!(read_file(&file(&event(&dates))).unwrap().busy.len(), 2);
    let long = format!("X-LONG;A={}:1", "\"a\"".repeat(500_000));
    assert!(read_file(&file(&event(&long))).unwrap().unread.is_empty());
    let zone = format!(
        "BEGIN:VEVENT\nDTSTART;TZID={}:20270302T090000\nEND:VEVENT\n",
        "/a".repeat(500_000)
    );
    assert_eq!(read_file(&file(&zone)).unwrap().unread.len(), 1);
    for lines in [
        "RRULE:FREQ=YEARLY;INTERVAL=4294967295",
        "RRULE:FREQ=DAILY;INTERVAL=4294967295;COUNT=4294967295",
        "RRULE:FREQ=WEEKLY;INTERVAL=4294967295;UNTIL=99991231T235959Z",
        "RRULE:FREQ=MONTHLY;BYSETPOS=-366,366;BYDAY=-53SU,53MO",
        "EXDATE:00000101T000000Z,99991231T235960Z",
        "RDATE;VALUE=PERIOD:99991231T235959Z/P99999W,00000101T000000/99991231T235959",
        "RECURRENCE-ID:99991231T235959",
    ] {
        assert!(read_file(&file(&event(lines))).is_ok(), "{lines}");
    }
}

/// What makes a file, and what does not quite.
fn line() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("20270302"),
        Just("20270328T023000"),
        Just("20270302T090000Z"),
        Just("00010101"),
        Just("99991231T235959Z"),
        Just("P1W"),
        Just("PT1H"),
        Just("-PT1H"),
        Just("+0100"),
        Just("DAILY"),
        Just("WEEKLY"),
        Just("MONTHLY"),
        Just("YEARLY"),
        Just("-1SU"),
        Just("MO"),
        Just("1"),
        Just("-1"),
        Just("366"),
        Just("4294967295"),
        Just("CANCELLED"),
        Just("a"),
        Just("VEVENT"),
        Just("VTIMEZONE"),
        Just("STANDARD"),
        Just("VFREEBUSY"),
        Just("VALARM"),
        Just("\u{e4}"),
        Just(""),
    ];
    let mark = prop_oneof![
        Just(","),
        Just(";"),
        Just(":"),
        Just("/"),
        Just("="),
        Just("\""),
        Just(" "),
        Just("\n "),
        Just(";TZID="),
        Just(";UNTIL="),
        Just(";COUNT="),
        Just(";INTERVAL="),
        Just(";BYDAY="),
        Just(";BYMONTH="),
        Just(";BYMONTHDAY="),
        Just(";BYSETPOS="),
        Just("Europe/Berlin:"),
    ];
    let name = prop_oneof![
        Just("BEGIN:"),
        Just("END:"),
        Just("DTSTART:"),
        Just("DTEND:"),
        Just("DURATION:"),
        Just("RRULE:FREQ="),
        Just("RDATE:"),
        Just("EXDATE:"),
        Just("RECURRENCE-ID:"),
        Just("UID:"),
        Just("TZOFFSETFROM:"),
        Just("TZOFFSETTO:"),
        Just("TZID:"),
        Just("FREEBUSY:"),
        Just("DTSTART"),
        Just("SEQUENCE:"),
        Just("STATUS:"),
        Just(""),
    ];
    (name, prop::collection::vec((word, mark), 0..4), prop::option::of("[ -~]{0,8}")).prop_map(
        |(name, parts, end)| {
            let parts: String = parts.iter().map(|(word, mark)| format!("{word}{mark}")).collect();
            format!("{name}{parts}{}", end.unwrap_or_default())
        },
    )
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let reader = BusyTimeReader::new(span(SPRING), berlin());
        let _ = reader.read(&bytes);
        let _ = reader.read(&[b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n", &bytes[..]].concat());
    }

    #[test]
    fn no_lines_make_it_panic(lines in prop::collection::vec(line(), 0..12), closes in any::<bool>()) {
        let body = lines.join("\n");
        let end = if closes { "\nEND:VEVENT\nEND:VCALENDAR\n" } else { "" };
        let read = read_file(&format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270302\n{body}{end}"));
        if let Ok(read) = read {
            let range = span(SPRING);
            prop_assert!(read.busy.iter().all(|stretch| range.covers(stretch)));
        }
    }
}

#[test]
fn whatever_is_cut_off_is_noticed() {
    let whole = file(&event("UID:a\nRRULE:FREQ=DAILY;COUNT=3"));
    // The last line needs no end.
    let whole = whole.trim_end();
    assert!(read_file(whole).is_ok());
    for cut in 0..whole.len() {
        assert!(read_file(&whole[..cut]).is_err(), "{}", &whole[..cut]);
    }
}
