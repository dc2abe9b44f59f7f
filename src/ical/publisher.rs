use super::{
    LessonEvent,
    text::{escape, push_line},
};
use crate::{
    error::{InvalidValue, Problem},
    text::is_host,
    time::Instant,
};

/// Who publishes feeds: a service, under its domain.
///
/// # Example: a feed with a name
///
/// ```
/// use sitstay::ical::Publisher;
///
/// let publisher = Publisher::new("Lessons.Example")?.named("Lessons, and more");
/// let feed = publisher.publish(&[], "2027-02-21T08:00:00Z".parse()?);
/// assert!(feed.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"));
/// assert!(feed.contains("X-WR-CALNAME:Lessons\\, and more\r\n"));
/// # Ok::<(), sitstay::error::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    domain: String,
    name: Option<String>,
}

impl Publisher {
    /// Takes the domain in which the service's events have their identities.
    ///
    /// It must stay the same for ever: under another one, calendars take every lesson for a new
    /// one. Nothing is looked up there.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] for what is no name of a host in ASCII.
    pub fn new(domain: &str) -> Result<Self, InvalidValue> {
        if !is_host(domain) {
            return Err(InvalidValue::new("domain", Problem::Malformed("the name of a host")));
        }
        Ok(Self { domain: domain.to_ascii_lowercase(), name: None })
    }

    /// Gives the feeds a name, which calendars show.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..self }
    }

    /// Writes events as an iCalendar object, in UTF-8, to be sent as `text/calendar` at `now`.
    ///
    /// The events come in the order in which they are given.
    #[must_use]
    pub fn publish(&self, events: &[LessonEvent], now: Instant) -> String {
        let mut calendar = String::with_capacity(256 + events.len() * 384);
        let mut line = |line: &str| push_line(&mut calendar, line);
        line("BEGIN:VCALENDAR");
        line("VERSION:2.0");
        line(concat!("PRODID:-//sitstay//sitstay ", env!("CARGO_PKG_VERSION"), "//EN"));
        line("METHOD:PUBLISH");
        if let Some(name) = &self.name {
            let name = escape(name);
            line(&format!("NAME:{name}"));
            // What calendars read that do not know the name of RFC 7986.
            line(&format!("X-WR-CALNAME:{name}"));
        }
        for event in events {
            line("BEGIN:VEVENT");
            line(&format!("UID:{}{}", event.booking, self.identity_suffix()));
            line(&format!("DTSTAMP:{}", utc(now)));
            line(&format!("LAST-MODIFIED:{}", utc(event.modified_at)));
            line(&format!("SEQUENCE:{}", event.sequence));
            line(&format!("STATUS:{}", event.status.as_str()));
            line(&format!("DTSTART:{}", utc(event.session.start())));
            line(&format!("DTEND:{}", utc(event.session.end())));
            line(&format!("SUMMARY:{}", escape(&event.summary)));
            let texts = [("DESCRIPTION", &event.description), ("LOCATION", &event.location)];
            for (property, text) in texts {
                if let Some(text) = text {
                    line(&format!("{property}:{}", escape(text)));
                }
            }
            line("END:VEVENT");
        }
        line("END:VCALENDAR");
        calendar
    }

    /// Returns what the identities of all events of this service end with.
    pub(super) fn identity_suffix(&self) -> String {
        format!("@{}", self.domain)
    }
}

/// Writes an instant in the form of UTC, in whole seconds, rounded down.
fn utc(instant: Instant) -> impl std::fmt::Display {
    instant.to_utc().format("%Y%m%dT%H%M%SZ")
}
