#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sitstay::{
    ical::{BusyTimeReader, EventStatus, LessonEvent, Publisher},
    time::{Interval, ZoneId},
};

static SPRING: LazyLock<(Interval, ZoneId)> = LazyLock::new(|| {
    let spring = Interval::parse("2027-03-01T00:00:00Z", "2027-05-01T00:00:00Z");
    (spring.expect("two months"), "Europe/Berlin".parse().expect("a zone"))
});

/// A file is read or refused, the same way each time, and nothing outside of the range is busy.
fn reads(file: &[u8]) {
    let (range, zone) = *SPRING;
    let reader = BusyTimeReader::new(range, zone);
    let read = reader.read(file);
    if let Ok(read) = &read {
        assert!(read.busy.iter().all(|busy| range.covers(busy)));
    }
    assert_eq!(read, reader.read(file));
}

/// Whatever a lesson is called, a calendar reads when it is.
fn writes(words: &str) {
    let (range, zone) = *SPRING;
    let session = Interval::parse("2027-03-02T09:00:00Z", "2027-03-02T10:00:00Z").expect("an hour");
    let lesson = LessonEvent {
        booking: "018f3b4e-0000-7000-8000-000000000001".parse().expect("an id"),
        session,
        status: EventStatus::Confirmed,
        sequence: 1,
        modified_at: range.start(),
        summary: words.to_owned(),
        description: Some(words.to_owned()),
        location: Some(words.to_owned()),
    };
    let publisher = Publisher::new("lessons.example").expect("a domain").named(words);
    let feed = publisher.publish(&[lesson], range.start());
    assert!(feed.lines().all(|line| line.len() <= 75));
    let read = BusyTimeReader::new(range, zone).read(feed.as_bytes()).expect("a calendar");
    assert_eq!((read.busy, read.unread), (session.into(), Vec::new()));
}

fuzz_target!(|data: &[u8]| {
    reads(data);
    if let Ok(words) = str::from_utf8(data) {
        writes(words);
    }
});
