//! What is written, as another program reads it.

use icalendar::{Calendar, CalendarComponent, Component, Event};
use proptest::prelude::*;
use sitstay::{
    booking::BookingStatus,
    ical::{BusyTimeReader, EventStatus, LessonEvent, Publisher},
    time::{Instant, Interval, ZoneId},
};
use uuid::Uuid;

fn at(seconds: i64) -> Instant {
    Instant::from_seconds(seconds).unwrap()
}

fn publisher() -> Publisher {
    Publisher::new("lessons.example").unwrap()
}

fn texts() -> impl Strategy<Value = String> {
    // What has a meaning in the format, and characters of one to four bytes.
    prop_oneof![
        "[a-zA-Z ,;:\\\\\"=\nn\u{e4}\u{20ac}\u{1f415}]{0,200}",
        "\u{1f415}{0,60}",
        "[^\\p{C}]{0,90}",
    ]
}

fn lessons() -> impl Strategy<Value = LessonEvent> {
    let status = prop::sample::select(vec![
        EventStatus::Tentative,
        EventStatus::Confirmed,
        EventStatus::Cancelled,
    ]);
    let times = (0_i64..7_000_000_000, 300_i64..86_400, 0_i64..7_000_000_000);
    let words = (texts(), prop::option::of(texts()), prop::option::of(texts()));
    (any::<u128>(), times, status, 0..=i32::MAX.cast_unsigned(), words).prop_map(
        |(id, (start, length, modified), status, sequence, (summary, description, location))| {
            LessonEvent {
                booking: sitstay::ids::BookingId::from_uuid(Uuid::from_u128(id)),
                session: Interval::new(at(start), at(start + length)).unwrap(),
                status,
                sequence,
                modified_at: at(modified),
                summary,
                description,
                location,
            }
        },
    )
}

/// The events of a feed, as another program reads them.
fn events(feed: &str) -> Vec<Event> {
    let calendar: Calendar = feed.parse().unwrap();
    let event = |component: &CalendarComponent| component.as_event().cloned();
    calendar.components.iter().filter_map(event).collect()
}

fn time(event: &Event, property: &str) -> Instant {
    let value = event.property_value(property).unwrap();
    let parsed = chrono::NaiveDateTime::parse_from_str(value, "%Y%m%dT%H%M%SZ").unwrap();
    at(parsed.and_utc().timestamp())
}

proptest! {
    #[test]
    fn another_program_reads_what_was_meant(lessons in prop::collection::vec(lessons(), 0..5), now in 0_i64..7_000_000_000) {
        let feed = publisher().publish(&lessons, at(now));
        let read = events(&feed);
        prop_assert_eq!(read.len(), lessons.len());
        for (event, lesson) in read.iter().zip(&lessons) {
            let uid = format!("{}@lessons.example", lesson.booking);
            prop_assert_eq!(event.get_uid(), Some(uid.as_str()));
            prop_assert_eq!(time(event, "DTSTART"), lesson.session.start());
            prop_assert_eq!(time(event, "DTEND"), lesson.session.end());
            prop_assert_eq!(time(event, "DTSTAMP"), at(now));
            prop_assert_eq!(time(event, "LAST-MODIFIED"), lesson.modified_at);
            prop_assert_eq!(event.get_sequence(), Some(lesson.sequence));
            prop_assert_eq!(event.property_value("STATUS"), Some(lesson.status.as_str()));
        }
    }

    #[test]
    fn words_survive_whatever_is_in_them(lesson in lessons()) {
        let feed = publisher().publish(std::slice::from_ref(&lesson), at(0));
        let [event] = &events(&feed)[..] else { panic!("not one event in {feed}") };
        prop_assert_eq!(event.get_summary(), Some(lesson.summary.as_str()));
        prop_assert_eq!(event.get_description(), lesson.description.as_deref());
        prop_assert_eq!(event.property_value("LOCATION"), lesson.location.as_deref());
    }

    #[test]
    fn lines_are_short_and_whole(lessons in prop::collection::vec(lessons(), 0..4), name in texts()) {
        let feed = publisher().named(name).publish(&lessons, at(0));
        prop_assert!(feed.ends_with("\r\n"));
        for line in feed.trim_end_matches("\r\n").split("\r\n") {
            prop_assert!((1..=75).contains(&line.len()), "{} octets: {}", line.len(), line);
            prop_assert!(!line.chars().any(char::is_control), "{:?}", line);
        }
    }

    /// Also through our own reader: what is not called off is busy.
    #[test]
    fn a_feed_is_read_back(lessons in prop::collection::vec(lessons(), 0..8)) {
        let feed = publisher().publish(&lessons, at(0));
        let reader = BusyTimeReader::new(Interval::ALL, ZoneId::UTC);
        let read = reader.read(feed.as_bytes()).unwrap();
        let takes_place = |lesson: &&LessonEvent| lesson.status != EventStatus::Cancelled;
        let sessions = lessons.iter().filter(takes_place).map(|lesson| lesson.session);
        prop_assert_eq!(read.busy, sessions.collect());
        prop_assert_eq!(read.unread, []);
        let own = reader.without_events_of(&publisher()).read(feed.as_bytes()).unwrap();
        prop_assert!(own.busy.is_empty());
    }
}

#[test]
fn a_feed_says_what_it_is() {
    let publisher = Publisher::new("Lessons.Example").unwrap().named("Tina, \r\nmornings\u{7}");
    let feed = publisher.publish(&[], at(0));
    let version = env!("CARGO_PKG_VERSION");
    let expected = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        &format!("PRODID:-//sitstay//sitstay {version}//EN"),
        "METHOD:PUBLISH",
        "NAME:Tina\\, \\nmornings",
        "X-WR-CALNAME:Tina\\, \\nmornings",
        "END:VCALENDAR",
        "",
    ];
    assert_eq!(feed, expected.join("\r\n"));
    for domain in ["", "lessons example", "lessons.example/", "b\u{fc}cher.example", "-a.example"] {
        assert!(Publisher::new(domain).is_err(), "{domain}");
    }
}

#[test]
fn every_status_has_its_word() {
    let words = BookingStatus::ALL.iter().map(|&status| EventStatus::from(status).as_str());
    let expected = ["TENTATIVE", "CONFIRMED", "CANCELLED", "CONFIRMED"];
    assert_eq!(words.collect::<Vec<_>>(), expected);
}
