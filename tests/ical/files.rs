//! Files as a whole: line ends, folds, and what is no calendar.

use sitstay::{
    ical::{BusyTimeReader, CalendarFileError, MAX_FILE_BYTES, Publisher},
    time::ZoneId,
};

use crate::{SPRING, berlin, read_file, span, stretches, unread};

const FILE: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1@lessons.example\r\n\
    DTSTART:20270302T090000Z\r\nDTEND:20270302T100000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
const BUSY: [&str; 1] = ["2027-03-02T09:00:00Z/2027-03-02T10:00:00Z"];

#[test]
fn lines_may_end_and_be_folded_as_they_like() {
    let everywhere =
        FILE.replace("20270302", "20\r\n 27\r\n\t0302").replace("VEVENT", "VEV\r\n ENT");
    for file in [
        FILE.to_owned(),
        FILE.replace("\r\n", "\n"),
        FILE.trim_end().to_owned(),
        format!("\u{feff}{FILE}"),
        everywhere.clone(),
        everywhere.replace('\r', ""),
        FILE.replace("\r\n", "\r\n\r\n"),
        FILE.to_lowercase(),
        format!("{FILE}{}", FILE.replace("UID:1", "UID:2")),
    ] {
        let read = read_file(&file).unwrap_or_else(|error| panic!("{error}: {file}"));
        assert_eq!(stretches(&read), BUSY, "{file}");
        assert_eq!(unread(&read), [""; 0], "{file}");
    }
}

#[test]
fn folds_within_a_character_are_mended() {
    // The zone's own name has an umlaut, which is folded after its first byte.
    let zone = "BEGIN:VTIMEZONE\nTZID:Köln\nX-LIC-LOCATION:Europe/Berlin\nEND:VTIMEZONE\n";
    let event = "BEGIN:VEVENT\nDTSTART;TZID=Köln:20270302T100000\nDURATION:PT1H\nEND:VEVENT\n";
    let file = format!("BEGIN:VCALENDAR\n{zone}{event}END:VCALENDAR\n").into_bytes();
    let umlaut = file.windows(2).rposition(|bytes| bytes == "ö".as_bytes()).unwrap();
    let folded = [&file[..=umlaut], b"\r\n ", &file[umlaut + 1..]].concat();
    assert!(std::str::from_utf8(&folded).is_err());
    let read = BusyTimeReader::new(span(SPRING), ZoneId::UTC).read(&folded).unwrap();
    assert_eq!(stretches(&read), BUSY);
    assert_eq!(unread(&read), [""; 0]);
}

#[test]
fn a_file_that_is_no_whole_calendar_is_refused() {
    let card = "BEGIN:VCARD\r\nVERSION:4.0\r\nEND:VCARD\r\n";
    for (file, expected) in [
        (String::new(), CalendarFileError::NotACalendar),
        ("\r\n\r\n".to_owned(), CalendarFileError::NotACalendar),
        ("<!DOCTYPE html>\n<html></html>".to_owned(), CalendarFileError::NotACalendar),
        ("VERSION:2.0".to_owned(), CalendarFileError::NotACalendar),
        (card.to_owned(), CalendarFileError::NotACalendar),
        (format!("{FILE}{card}"), CalendarFileError::Unbalanced { line: 9 }),
        (format!("{FILE}X:1"), CalendarFileError::Unbalanced { line: 9 }),
        (format!("{FILE}END:VCALENDAR"), CalendarFileError::Unbalanced { line: 9 }),
        (FILE.replace("END:VEVENT\r\n", ""), CalendarFileError::Unbalanced { line: 7 }),
        (FILE.replace("END:VEVENT", "END:VTODO"), CalendarFileError::Unbalanced { line: 7 }),
        (FILE.replace("END:VCALENDAR\r\n", ""), CalendarFileError::Truncated),
        (FILE[..60].to_owned(), CalendarFileError::Truncated),
        ("BEGIN:VCALENDAR\n".to_owned() + &"X".repeat(MAX_FILE_BYTES), CalendarFileError::TooLarge),
    ] {
        let refused = read_file(&file).unwrap_err();
        assert_eq!(refused, expected, "{file:.200}");
        assert_eq!(refused.kind().http_status(), 422);
        assert!(refused.code().starts_with("ical."));
    }
}

#[test]
fn a_services_own_events_can_be_left_out() {
    let file = FILE.replace(
        "END:VCALENDAR",
        "BEGIN:VEVENT\r\nUID:1@notlessons.example\r\n\
        DTSTART:20270303\r\nEND:VEVENT\r\nEND:VCALENDAR",
    );
    let reader = BusyTimeReader::new(span(SPRING), ZoneId::UTC);
    assert_eq!(reader.read(file.as_bytes()).unwrap().busy.len(), 2);
    let publisher = Publisher::new("lessons.example").unwrap();
    let read = reader.without_events_of(&publisher).read(file.as_bytes()).unwrap();
    assert_eq!(stretches(&read), ["2027-03-03T00:00:00Z/2027-03-04T00:00:00Z"]);
    assert_eq!(unread(&read), [""; 0]);
}

#[test]
fn a_range_may_reach_over_all_of_time() {
    let file = FILE.replace("DTEND:20270302T100000Z", "DURATION:PT1H\r\nRRULE:FREQ=YEARLY");
    let reader = BusyTimeReader::new(sitstay::time::Interval::ALL, berlin());
    let read = reader.read(file.as_bytes()).unwrap();
    assert_eq!(read.busy.len(), 2200 - 2027);
}
