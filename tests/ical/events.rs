//! What the entries of a file count for.

use crate::{read, stretches, unread};

/// The lines of one event after `BEGIN:VEVENT`, which is the file's second line; when it is busy;
/// and what of it is not read.
type Case = (&'static str, &'static [&'static str], &'static [&'static str]);

const MORNING: &str = "2027-03-02T09:00:00Z/2027-03-02T10:00:00Z";

#[track_caller]
fn check(cases: &[Case]) {
    for (lines, busy, expected_unread) in cases {
        let event = format!("BEGIN:VEVENT\n{}\nEND:VEVENT", lines.replace('|', "\n"));
        let read = read(&event);
        assert_eq!(stretches(&read), *busy, "{lines}");
        assert_eq!(unread(&read), *expected_unread, "{lines}");
    }
}

#[test]
fn an_event_lasts_as_it_says() {
    check(&[
        ("DTSTART:20270302T090000Z|DTEND:20270302T100000Z", &[MORNING], &[]),
        ("DTSTART;TZID=Europe/Berlin:20270302T100000|DURATION:PT1H", &[MORNING], &[]),
        ("DTSTART;TZID=\"Europe/Berlin\":20270302T100000|DURATION:+P0DT0H60M", &[MORNING], &[]),
        (
            "dtstart;tzid=europe/berlin;X-A=\"b;c:d\":20270302t100000|duration:pt3600s",
            &[MORNING],
            &[],
        ),
        (
            "DTSTART;TZID=/example.org/2027/Europe/Berlin:20270302T100000|DURATION:PT1H",
            &[MORNING],
            &[],
        ),
        ("DTSTART;TZID=America/New_York:20270302T040000|DTEND:20270302T100000Z", &[MORNING], &[]),
        // Without a zone it is the trainer's time.
        ("DTSTART:20270302T100000|DTEND:20270302T110000", &[MORNING], &[]),
        // A leap second.
        (
            "DTSTART:20270302T090000Z|DTEND:20270302T095960Z",
            &["2027-03-02T09:00:00Z/2027-03-02T09:59:59Z"],
            &[],
        ),
        // No length.
        ("DTSTART:20270302T090000Z", &[], &[]),
        ("DTSTART:20270302T090000Z|DTEND:20270302T090000Z", &[], &[]),
        ("DTSTART:20270302T090000Z|DURATION:PT0S", &[], &[]),
    ]);
}

#[test]
fn days_are_those_of_the_trainer() {
    const TUESDAY: &str = "2027-03-01T23:00:00Z/2027-03-02T23:00:00Z";
    // The Sunday on which the clocks jump has 23 hours.
    const SUNDAY: &str = "2027-03-27T23:00:00Z/2027-03-28T22:00:00Z";
    check(&[
        ("DTSTART;VALUE=DATE:20270302", &[TUESDAY], &[]),
        ("DTSTART:20270302", &[TUESDAY], &[]),
        ("DTSTART;VALUE=DATE:20270302|DTEND;VALUE=DATE:20270303", &[TUESDAY], &[]),
        // Some calendars end a day on itself.
        ("DTSTART;VALUE=DATE:20270302|DTEND;VALUE=DATE:20270302", &[TUESDAY], &[]),
        ("DTSTART;VALUE=DATE:20270328|DURATION:P1D", &[SUNDAY], &[]),
        (
            "DTSTART;VALUE=DATE:20270327|DURATION:P1W",
            &["2027-03-26T23:00:00Z/2027-04-02T22:00:00Z"],
            &[],
        ),
        // A day of the calendar, and 24 hours.
        (
            "DTSTART:20270327T120000|DURATION:P1D",
            &["2027-03-27T11:00:00Z/2027-03-28T10:00:00Z"],
            &[],
        ),
        (
            "DTSTART:20270327T120000|DURATION:PT24H",
            &["2027-03-27T11:00:00Z/2027-03-28T11:00:00Z"],
            &[],
        ),
        (
            "DTSTART:20270327T120000|DURATION:P1DT2H",
            &["2027-03-27T11:00:00Z/2027-03-28T12:00:00Z"],
            &[],
        ),
        // What began long before the range still lasts.
        (
            "DTSTART;VALUE=DATE:20270110|DURATION:P3W|RRULE:FREQ=MONTHLY",
            &[
                "2027-03-01T00:00:00Z/2027-03-02T23:00:00Z",
                "2027-03-09T23:00:00Z/2027-03-30T22:00:00Z",
                "2027-04-09T22:00:00Z/2027-04-30T22:00:00Z",
            ],
            &[],
        ),
        // A birthday from before time began here.
        ("DTSTART;VALUE=DATE:19520302|RRULE:FREQ=YEARLY", &[TUESDAY], &[]),
    ]);
}

#[test]
fn a_local_time_that_is_skipped_is_read_by_the_offset_before() {
    check(&[
        (
            "DTSTART:20270328T023000|DURATION:PT30M",
            &["2027-03-28T01:30:00Z/2027-03-28T02:00:00Z"],
            &[],
        ),
        (
            "DTSTART:20270328T015959|DTEND:20270328T030000",
            &["2027-03-28T00:59:59Z/2027-03-28T01:00:00Z"],
            &[],
        ),
        // In autumn of the south 02:30 is there twice, and the first is meant.
        (
            "DTSTART;TZID=Australia/Sydney:20270404T023000|DURATION:PT30M",
            &["2027-04-03T15:30:00Z/2027-04-03T16:00:00Z"],
            &[],
        ),
        (
            "DTSTART;TZID=Australia/Sydney:20270404T030000|DURATION:PT30M",
            &["2027-04-03T17:00:00Z/2027-04-03T17:30:00Z"],
            &[],
        ),
    ]);
}

#[test]
fn what_does_not_take_time_is_not_busy() {
    check(&[
        ("DTSTART:20270302T090000Z|DURATION:PT1H|STATUS:TENTATIVE", &[MORNING], &[]),
        ("DTSTART:20270302T090000Z|DURATION:PT1H|STATUS:CANCELLED", &[], &[]),
        ("DTSTART:20270302T090000Z|DURATION:PT1H|TRANSP:OPAQUE", &[MORNING], &[]),
        ("DTSTART:20270302T090000Z|DURATION:PT1H|TRANSP:transparent ", &[], &[]),
        (
            "BEGIN:VALARM|TRIGGER:-PT5M|DURATION:PT9H|END:VALARM|DTSTART:20270302T090000Z|DURATION:PT1H",
            &[MORNING],
            &[],
        ),
        // Out of the range, and over its edges.
        ("DTSTART:20270228T230000Z|DURATION:PT1H", &[], &[]),
        ("DTSTART:20270501T000000Z|DURATION:PT1H", &[], &[]),
        (
            "DTSTART:20270228T230000Z|DURATION:PT2H",
            &["2027-03-01T00:00:00Z/2027-03-01T01:00:00Z"],
            &[],
        ),
        (
            "DTSTART:20270430T230000Z|DURATION:P9W",
            &["2027-04-30T23:00:00Z/2027-05-01T00:00:00Z"],
            &[],
        ),
        (
            "DTSTART:00010101T000000Z|DTEND:20270301T010000Z",
            &["2027-03-01T00:00:00Z/2027-03-01T01:00:00Z"],
            &[],
        ),
    ]);
}

#[test]
fn what_cannot_be_read_is_listed() {
    check(&[
        ("SUMMARY:No start|DURATION:PT1H", &[], &["line 2: no_start"]),
        ("DTSTART:20270230T090000Z|DURATION:PT1H", &[], &["line 3: malformed"]),
        ("DTSTART:2027-03-02T09:00|DURATION:PT1H", &[], &["line 3: malformed"]),
        ("DTSTART:20270302T090000ZZ|DURATION:PT1H", &[], &["line 3: malformed"]),
        ("DTSTART:+270302T090000Z|DURATION:PT1H", &[], &["line 3: malformed"]),
        ("DTSTART:20270302T240000Z|DURATION:PT1H", &[], &["line 3: malformed"]),
        ("DTSTART;TZID=Mars/Olympus:20270302T090000|DURATION:PT1H", &[], &["line 3: unknown_zone"]),
        (
            "DTSTART:20270302T090000Z|DTEND;TZID=Mars:20270302T090000",
            &[],
            &["line 4: unknown_zone"],
        ),
        ("DTSTART:20270302T090000Z|DTEND:20270302T080000Z", &[], &["line 4: malformed"]),
        ("DTSTART:20270302T090000Z|DTEND:20270303", &[], &["line 4: malformed"]),
        ("DTSTART:20270302|DTEND:20270303T090000Z", &[], &["line 4: malformed"]),
        ("DTSTART:20270302|DTEND:20270301", &[], &["line 4: malformed"]),
        ("DTSTART:20270302T090000Z|DURATION:-PT1H", &[], &["line 4: malformed"]),
        ("DTSTART:20270302T090000Z|DURATION:P", &[], &["line 4: malformed"]),
        ("DTSTART:20270302T090000Z|DURATION:PT", &[], &["line 4: malformed"]),
        ("DTSTART:20270302T090000Z|DURATION:P1H", &[], &["line 4: malformed"]),
        ("DTSTART:20270302T090000Z|DURATION:PT1M1H", &[], &["line 4: malformed"]),
        ("DTSTART:20270302T090000Z|DURATION:P9999999999D", &[], &["line 4: malformed"]),
        // Whatever could be read counts.
        (
            "this is no line|DTSTART:20270302T090000Z|DURATION:PT1H",
            &[MORNING],
            &["line 3: malformed"],
        ),
        (
            "DTSTART:20270302T090000Z|DURATION:PT1H|RRULE FREQ=DAILY",
            &[MORNING],
            &["line 5: malformed"],
        ),
        (
            "DTSTART:20270302T090000Z|DURATION:PT1H|RRULE:FREQ=HOURLY",
            &[MORNING],
            &["line 5: unsupported_recurrence"],
        ),
        (
            "DTSTART:20270302T090000Z|DURATION:PT1H|RRULE:FREQ=YEARLY;BYWEEKNO=9",
            &[MORNING],
            &["line 5: unsupported_recurrence"],
        ),
        (
            "DTSTART:20270302T090000Z|DURATION:PT1H|RRULE:FREQ=DAILY;BYHOUR=9,10",
            &[MORNING],
            &["line 5: unsupported_recurrence"],
        ),
        (
            "DTSTART:20270302T090000Z|DURATION:PT1H|RRULE:FREQ=DAILY;BYHOUR=10",
            &[MORNING],
            &["line 5: unsupported_recurrence"],
        ),
        (
            "DTSTART:20270302T090000Z|DURATION:PT1H|RRULE:FREQ=DAILY;RSCALE=HEBREW",
            &[MORNING],
            &["line 5: unsupported_recurrence"],
        ),
        (
            "DTSTART:20270302T090000Z|DURATION:PT1H|RRULE:FREQ=WEEKLY;BYDAY=2MO",
            &[MORNING],
            &["line 5: unsupported_recurrence"],
        ),
        (
            "DTSTART:20270302T090000Z|DURATION:PT1H|EXRULE:FREQ=DAILY",
            &[MORNING],
            &["line 5: unsupported_recurrence"],
        ),
        (
            "DTSTART:20270302T090000Z|DURATION:PT1H|RRULE:INTERVAL=2",
            &[MORNING],
            &["line 5: malformed"],
        ),
        (
            "DTSTART:20270302T090000Z|DURATION:PT1H|RRULE:FREQ=DAILY;INTERVAL=0",
            &[MORNING],
            &["line 5: malformed"],
        ),
        (
            "DTSTART:20270302T090000Z|DURATION:PT1H|RRULE:FREQ=MONTHLY;BYDAY=XX",
            &[MORNING],
            &["line 5: malformed"],
        ),
        (
            "DTSTART:20270302T090000Z|DURATION:PT1H|RRULE:FREQ=MONTHLY;BYMONTHDAY=0",
            &[MORNING],
            &["line 5: malformed"],
        ),
        (
            "DTSTART:20270302T090000Z|DURATION:PT1H|RRULE:FREQ=MONTHLY;BYDAY=ß",
            &[MORNING],
            &["line 5: malformed"],
        ),
        (
            "DTSTART:20270302T090000Z|DURATION:PT1H|EXDATE:yesterday,20270302T090000Z",
            &[],
            &["line 5: malformed"],
        ),
        (
            "DTSTART:20270302T090000Z|DURATION:PT1H|RDATE:20270303",
            &[MORNING],
            &["line 5: malformed"],
        ),
        (
            "DTSTART:20270302T090000Z|DURATION:PT1H|SEQUENCE:first",
            &[MORNING],
            &["line 5: malformed"],
        ),
    ]);
}

/// The days of March and April on which an event at ten o'clock in Berlin takes place.
fn days(lines: &str) -> Vec<String> {
    let event = "DTSTART;TZID=Europe/Berlin:20270302T100000\nDURATION:PT1H\nUID:a";
    let read = read(&format!("BEGIN:VEVENT\n{event}\n{}\nEND:VEVENT", lines.replace('|', "\n")));
    assert_eq!(unread(&read), [""; 0], "{lines}");
    let zone = crate::berlin().zone();
    read.busy
        .iter()
        .map(|stretch| {
            let start = zone.local(stretch.start());
            assert_eq!(
                (start.time.to_string().as_str(), stretch.duration().num_hours()),
                ("10:00", 1)
            );
            start.date.format("%m-%d").to_string()
        })
        .collect()
}

#[test]
fn a_rule_repeats_an_event_at_its_wall_clock_time() {
    for (rule, expected) in [
        ("FREQ=WEEKLY;INTERVAL=2", "03-02 03-16 03-30 04-13 04-27"),
        ("FREQ=WEEKLY;COUNT=3", "03-02 03-09 03-16"),
        ("FREQ=WEEKLY;UNTIL=20270330", "03-02 03-09 03-16 03-23 03-30"),
        // In UTC it is 08:00 after the jump, and 09:00 before.
        ("FREQ=WEEKLY;UNTIL=20270330T080000Z", "03-02 03-09 03-16 03-23 03-30"),
        ("FREQ=WEEKLY;UNTIL=20270330T075959Z", "03-02 03-09 03-16 03-23"),
        ("FREQ=WEEKLY;UNTIL=20270330T100000", "03-02 03-09 03-16 03-23 03-30"),
        ("FREQ=WEEKLY;UNTIL=20270330T095959", "03-02 03-09 03-16 03-23"),
        ("FREQ=WEEKLY;BYDAY=TU,SA;UNTIL=20270313T235959Z", "03-02 03-06 03-09 03-13"),
        ("FREQ=MONTHLY", "03-02 04-02"),
        ("FREQ=MONTHLY;BYDAY=1TU", "03-02 04-06"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "03-02 03-26 04-30"),
        ("FREQ=MONTHLY;BYMONTHDAY=2,-1", "03-02 03-31 04-02 04-30"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "03-02 03-31 04-30"),
        ("FREQ=DAILY;INTERVAL=10;BYHOUR=10;BYMINUTE=0", "03-02 03-12 03-22 04-01 04-11 04-21"),
        ("FREQ=YEARLY;BYMONTH=4;BYDAY=2SU", "03-02 04-11"),
        ("FREQ=YEARLY;BYYEARDAY=100", "03-02 04-10"),
        ("freq=daily;count=2;wkst=su", "03-02 03-03"),
        ("FREQ=YEARLY;BYDAY=FR;BYMONTHDAY=13;BYMONTH=3,4", "03-02"),
    ] {
        assert_eq!(days(&format!("RRULE:{rule}")).join(" "), expected, "{rule}");
    }
}

#[test]
fn dates_are_added_and_taken_out() {
    for (lines, expected) in [
        ("EXDATE;TZID=Europe/Berlin:20270302T100000", ""),
        ("RRULE:FREQ=WEEKLY;COUNT=4|EXDATE:20270309T090000Z,20270323T090000Z", "03-02 03-16"),
        (
            "RRULE:FREQ=WEEKLY;COUNT=4|EXDATE;TZID=Europe/Berlin:20270309T100000|EXDATE:20270316T090000Z",
            "03-02 03-23",
        ),
        ("RRULE:FREQ=WEEKLY;COUNT=3|EXDATE;VALUE=DATE:20270309", "03-02 03-16"),
        // Not a time at which it takes place.
        ("RRULE:FREQ=WEEKLY;COUNT=2|EXDATE:20270309T100000Z", "03-02 03-09"),
        ("RDATE;TZID=Europe/Berlin:20270405T100000,20270302T100000", "03-02 04-05"),
        (
            "RDATE;VALUE=PERIOD:20270405T080000Z/PT1H,20270406T080000Z/20270406T090000Z",
            "03-02 04-05 04-06",
        ),
        ("RDATE;TZID=Europe/Berlin;VALUE=PERIOD:20270405T100000/20270405T110000", "03-02 04-05"),
        ("RRULE:FREQ=WEEKLY;COUNT=2|RRULE:FREQ=MONTHLY;COUNT=2", "03-02 03-09 04-02"),
    ] {
        assert_eq!(days(lines).join(" "), expected, "{lines}");
    }
}

/// A weekly event on Tuesdays of March, and another entry of the same identity.
fn with_entry(lines: &str) -> (Vec<String>, Vec<String>) {
    let read = read(&format!(
        "BEGIN:VEVENT\nUID:a\nDTSTART;TZID=Europe/Berlin:20270302T100000\nDURATION:PT1H
         RRULE:FREQ=WEEKLY;COUNT=4\nSEQUENCE:3\nEND:VEVENT
         BEGIN:VEVENT\n{}\nEND:VEVENT",
        lines.replace('|', "\n")
    ));
    let starts = stretches(&read).iter().map(|text| text[5..16].to_owned()).collect();
    (starts, unread(&read))
}

#[test]
fn single_occurrences_are_replaced() {
    const MOVED: &str = "DTSTART:20270310T150000Z|DURATION:PT1H";
    let all = ["03-02T09:00", "03-09T09:00", "03-16T09:00", "03-23T09:00"];
    let without = ["03-02T09:00", "03-16T09:00", "03-23T09:00"];
    let moved = ["03-02T09:00", "03-10T15:00", "03-16T09:00", "03-23T09:00"];
    let beside = ["03-02T09:00", "03-09T09:00", "03-10T15:00", "03-16T09:00", "03-23T09:00"];
    for (lines, expected, expected_unread) in [
        ("UID:a|RECURRENCE-ID:20270309T090000Z|", &moved[..], &[][..]),
        ("UID:a|RECURRENCE-ID;TZID=Europe/Berlin:20270309T100000|", &moved, &[]),
        ("UID:a|RECURRENCE-ID;VALUE=DATE:20270309|", &moved, &[]),
        ("UID:a|RECURRENCE-ID:20270309T090000Z|STATUS:CANCELLED|", &without, &[]),
        ("UID:a|RECURRENCE-ID:20270309T090000Z|TRANSP:TRANSPARENT|", &without, &[]),
        // Of another event, or of none that is known.
        ("UID:b|RECURRENCE-ID:20270309T090000Z|", &beside, &[]),
        ("RECURRENCE-ID:20270309T090000Z|", &beside, &[]),
        // All later ones: not computed, and so both count.
        (
            "UID:a|RECURRENCE-ID;RANGE=THISANDFUTURE:20270309T090000Z|",
            &beside,
            &["line 11: unsupported_recurrence"],
        ),
        ("UID:a|RECURRENCE-ID:last week|", &beside, &["line 11: malformed"]),
        // The same event once more: the newer revision counts.
        ("UID:a|SEQUENCE:4|", &["03-10T15:00"], &[]),
        ("UID:a|SEQUENCE:2|", &all, &[]),
        ("UID:a|SEQUENCE:4|STATUS:CANCELLED|", &[], &[]),
        // Nobody knows which is newer, so both count.
        ("UID:a|SEQUENCE:3|", &beside, &[]),
    ] {
        let (starts, unread) = with_entry(&format!("{lines}{MOVED}"));
        assert_eq!(starts, expected, "{lines}");
        assert_eq!(unread, expected_unread, "{lines}");
    }
}

#[test]
fn busy_time_may_be_stated_without_events() {
    let read = read(
        "BEGIN:VFREEBUSY
         DTSTART:20270301T000000Z
         DTEND:20270401T000000Z
         FREEBUSY:20270302T090000Z/PT1H,20270302T110000Z/20270302T120000Z
         FREEBUSY;FBTYPE=BUSY-TENTATIVE:20270303T090000Z/PT1H
         FREEBUSY;FBTYPE=FREE:20270304T090000Z/PT1H
         FREEBUSY:20270305T090000Z
         END:VFREEBUSY
         BEGIN:VTODO
         DTSTART:20270306T090000Z
         DURATION:PT1H
         END:VTODO",
    );
    let expected = [
        MORNING,
        "2027-03-02T11:00:00Z/2027-03-02T12:00:00Z",
        "2027-03-03T09:00:00Z/2027-03-03T10:00:00Z",
    ];
    assert_eq!(stretches(&read), expected);
    assert_eq!(unread(&read), ["line 8: malformed"]);
}
