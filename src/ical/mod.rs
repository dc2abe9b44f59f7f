//! iCalendar (RFC 5545): lessons as a feed that calendars subscribe to, and busy time from a file.
//!
//! Everything here is pure: no HTTP and no clock. A service serves what a [`Publisher`] writes,
//! under an address that only its reader knows, and hands over the files that trainers upload.
//!
//! What is written is our own, because it is little: instants in UTC, and so no time zones. Reading
//! asks for more than parsing does. Of the crates that parse, none bounds what a hostile file may
//! cost and at the same time says what it could not read; of those that expand recurrences, none
//! takes the time-zone database of this library. So both are written here, and compared with such
//! crates in tests.
//!
//! # Example: what is written is read again
//!
//! ```
//! use sitstay::{
//!     ical::{BusyTimeReader, EventStatus, LessonEvent, Publisher},
//!     time::{Interval, ZoneId},
//! };
//!
//! let publisher = Publisher::new("lessons.example")?;
//! let lesson = LessonEvent {
//!     booking: "018f3b4e-0000-7000-8000-000000000001".parse()?,
//!     session: Interval::parse("2027-03-01T09:00:00Z", "2027-03-01T10:00:00Z")?,
//!     status: EventStatus::Confirmed,
//!     sequence: 1,
//!     modified_at: "2027-02-20T17:30:00Z".parse()?,
//!     summary: "Recall – Rex – Tina Berg".to_owned(),
//!     description: None,
//!     location: None,
//! };
//! let feed = publisher.publish(&[lesson.clone()], "2027-02-21T08:00:00Z".parse()?);
//! assert!(feed.contains("UID:018f3b4e-0000-7000-8000-000000000001@lessons.example\r\n"));
//! assert!(feed.contains("DTSTART:20270301T090000Z\r\n"));
//!
//! let march = Interval::parse("2027-03-01T00:00:00Z", "2027-04-01T00:00:00Z")?;
//! let read = BusyTimeReader::new(march, ZoneId::UTC).read(feed.as_bytes())?;
//! assert_eq!(read.busy, lesson.session.into());
//! assert!(read.unread.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Example: an hour every week, across a change of the clocks
//!
//! ```
//! use sitstay::{ical::BusyTimeReader, time::Interval};
//!
//! let file = "BEGIN:VCALENDAR\r\n\
//!     BEGIN:VEVENT\r\n\
//!     UID:choir\r\n\
//!     DTSTART;TZID=Europe/Berlin:20270322T190000\r\n\
//!     DURATION:PT1H\r\n\
//!     RRULE:FREQ=WEEKLY\r\n\
//!     END:VEVENT\r\n\
//!     END:VCALENDAR\r\n";
//! let weeks = Interval::parse("2027-03-22T00:00:00Z", "2027-04-05T00:00:00Z")?;
//! let read = BusyTimeReader::new(weeks, "Europe/Berlin".parse()?).read(file.as_bytes())?;
//! // 19:00 in Berlin is 18:00 UTC in winter, and 17:00 once the clocks have jumped.
//! let choir = [
//!     Interval::parse("2027-03-22T18:00:00Z", "2027-03-22T19:00:00Z")?,
//!     Interval::parse("2027-03-29T17:00:00Z", "2027-03-29T18:00:00Z")?,
//! ];
//! assert_eq!(read.busy.as_slice(), choir);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod lesson_event;
mod publisher;
mod reading;
mod text;

pub(crate) use lesson_event::Reader;
pub use lesson_event::{EventStatus, LessonEvent};
pub use publisher::Publisher;
pub use reading::{
    BusyTime, BusyTimeReader, CalendarFileError, MAX_FILE_BYTES, Unread, UnreadReason,
};
