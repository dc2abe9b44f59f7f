use super::{
    CalendarFileError, MAX_COMPONENTS, MAX_FILE_BYTES, Unread, UnreadReason,
    line::{Line, Unfolded},
};

/// The properties that are looked at; the rest of a file is not kept.
const LOOKED_AT: [&str; 17] = [
    "DTEND",
    "DTSTART",
    "DURATION",
    "EXDATE",
    "EXRULE",
    "FREEBUSY",
    "RDATE",
    "RECURRENCE-ID",
    "RRULE",
    "SEQUENCE",
    "STATUS",
    "TRANSP",
    "TZID",
    "TZOFFSETFROM",
    "TZOFFSETTO",
    "UID",
    "X-LIC-LOCATION",
];

/// The properties of one component, without those of components in it.
#[derive(Debug, Default)]
pub(super) struct Component {
    /// Where it begins.
    pub(super) number: u32,
    pub(super) lines: Vec<Line>,
}

impl Component {
    /// Returns the first line of a property.
    pub(super) fn line(&self, name: &'static str) -> Option<&Line> {
        self.lines(name).next()
    }

    /// Returns the lines of a property.
    pub(super) fn lines(&self, name: &'static str) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.name == name)
    }
}

/// A time zone as a file defines it: its own properties, and its observances.
#[derive(Debug, Default)]
pub(super) struct ZoneComponent {
    pub(super) properties: Component,
    pub(super) observances: Vec<Component>,
}

/// What of a file is looked at.
#[derive(Debug, Default)]
pub(super) struct CalendarFile {
    pub(super) events: Vec<Component>,
    pub(super) free_busy: Vec<Component>,
    pub(super) zones: Vec<ZoneComponent>,
    pub(super) unread: Vec<Unread>,
}

impl CalendarFile {
    /// Takes a file apart.
    pub(super) fn parse(file: &[u8]) -> Result<Self, CalendarFileError> {
        if file.len() > MAX_FILE_BYTES {
            return Err(CalendarFileError::TooLarge);
        }
        let mut parsed = Self::default();
        // The names of the open components, outermost first.
        let mut open: Vec<String> = Vec::new();
        let mut components = 0;
        for (number, text) in Unfolded::new(file) {
            let line = Line::parse(number, &text);
            match line {
                Some(line) if line.name == "BEGIN" => {
                    let name = line.value.trim().to_ascii_uppercase();
                    if open.is_empty() && name != "VCALENDAR" {
                        return Err(outside(number, components));
                    }
                    components += 1;
                    if components > MAX_COMPONENTS {
                        return Err(CalendarFileError::TooManyComponents);
                    }
                    open.push(name);
                    parsed.begin(&open, number);
                }
                Some(line) if line.name == "END" => {
                    let name = line.value.trim().to_ascii_uppercase();
                    if open.pop().is_none_or(|begun| begun != name) {
                        return Err(CalendarFileError::Unbalanced { line: number });
                    }
                }
                _ if open.is_empty() => return Err(outside(number, components)),
                Some(line) if LOOKED_AT.contains(&line.name.as_str()) => {
                    if let Some(component) = parsed.open(&open) {
                        component.lines.push(line);
                    }
                }
                Some(_) => {}
                None => {
                    if parsed.open(&open).is_some() {
                        parsed
                            .unread
                            .push(Unread { line: number, reason: UnreadReason::Malformed });
                    }
                }
            }
        }
        match (components, open.is_empty()) {
            (0, _) => Err(CalendarFileError::NotACalendar),
            (_, false) => Err(CalendarFileError::Truncated),
            (_, true) => Ok(parsed),
        }
    }

    /// Makes the component that was just opened, if it is one that is looked at.
    fn begin(&mut self, open: &[String], number: u32) {
        let component = Component { number, lines: Vec::new() };
        match Place::of(open) {
            Place::Event => self.events.push(component),
            Place::FreeBusy => self.free_busy.push(component),
            Place::Zone => {
                let zone = ZoneComponent { properties: component, observances: Vec::new() };
                self.zones.push(zone);
            }
            Place::Observance => {
                if let Some(zone) = self.zones.last_mut() {
                    zone.observances.push(component);
                }
            }
            Place::Elsewhere => {}
        }
    }

    /// Returns the component that is open, if it is one that is looked at.
    fn open(&mut self, open: &[String]) -> Option<&mut Component> {
        match Place::of(open) {
            Place::Event => self.events.last_mut(),
            Place::FreeBusy => self.free_busy.last_mut(),
            Place::Zone => self.zones.last_mut().map(|zone| &mut zone.properties),
            Place::Observance => self.zones.last_mut()?.observances.last_mut(),
            Place::Elsewhere => None,
        }
    }
}

fn outside(line: u32, components: usize) -> CalendarFileError {
    if components == 0 {
        CalendarFileError::NotACalendar
    } else {
        CalendarFileError::Unbalanced { line }
    }
}

/// Where in a file a line stands.
enum Place {
    Event,
    FreeBusy,
    Zone,
    Observance,
    Elsewhere,
}

impl Place {
    fn of(open: &[String]) -> Self {
        let Some((calendar, within)) = open.split_first() else { return Self::Elsewhere };
        let first = within.first().map_or("", String::as_str);
        let second = within.get(1).map(String::as_str);
        match (calendar.as_str(), within.len(), first, second) {
            ("VCALENDAR", 1, "VEVENT", _) => Self::Event,
            ("VCALENDAR", 1, "VFREEBUSY", _) => Self::FreeBusy,
            ("VCALENDAR", 1, "VTIMEZONE", _) => Self::Zone,
            ("VCALENDAR", 2, "VTIMEZONE", Some("STANDARD" | "DAYLIGHT")) => Self::Observance,
            _ => Self::Elsewhere,
        }
    }
}
