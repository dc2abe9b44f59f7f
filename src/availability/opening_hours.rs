use super::{
    AvailabilityError, DatedHours, Session, Starts, WeeklyHours,
    days::{Days, OpenSpan},
};
use crate::{
    error::within,
    time::{Instant, Interval, MICROS_PER_DAY, Segments, Zone},
};

/// When a trainer is open: weekly hours and dated exceptions, in the trainer's time zone.
///
/// An instant is open when the wall clock at that instant lies in one of the windows. Where the
/// clocks jump forward the skipped times give nothing, and where they go back the repeated ones
/// are open twice; no edge is ever rounded to one of two instants.
///
/// # Example: the morning on which the clocks jump
///
/// ```
/// use sitstay::{
///     availability::{OpeningHours, WeeklyHours, Window},
///     time::{Interval, Weekday, ZoneId},
/// };
///
/// let zone = "America/New_York".parse::<ZoneId>()?.zone();
/// let weekly = WeeklyHours::new([(Weekday::Sunday, Window::parse("01:00", "04:00")?)])?;
/// let hours = OpeningHours::new(zone, &weekly, &[]);
///
/// // 02:00 to 03:00 does not exist on 14 March 2027: two hours are left of three.
/// let march = Interval::parse("2027-03-14T00:00:00Z", "2027-03-15T00:00:00Z")?;
/// let open: Vec<_> = hours.open(march).collect();
/// assert_eq!(open, [Interval::parse("2027-03-14T06:00:00Z", "2027-03-14T08:00:00Z")?]);
/// # Ok::<(), sitstay::error::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpeningHours {
    zone: Zone,
    days: Days,
}

/// The longest range that is listed at once, in days of 24 hours.
pub const MAX_LISTING_DAYS: u16 = 400;

impl OpeningHours {
    /// Takes the weekly hours and the exceptions, of which the last one given for a date counts.
    #[must_use]
    pub fn new(zone: Zone, weekly: &WeeklyHours, dated: &[DatedHours]) -> Self {
        Self { zone, days: Days::new(weekly, dated) }
    }

    /// Returns the time zone whose wall clock counts.
    #[must_use]
    pub const fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Lists the maximal open intervals, clipped to `interval`, in order.
    ///
    /// They never touch: windows that meet, also at midnight or across a gap, are one interval.
    #[must_use]
    pub fn open(&self, interval: Interval) -> Open<'_> {
        Open { pieces: self.pieces(interval), pending: None }
    }

    /// Says whether a trainer is open at an instant.
    #[must_use]
    pub fn is_open(&self, at: Instant) -> bool {
        let micros = at.as_micros();
        Interval::clamped(micros, micros + 1).is_some_and(|moment| self.covers(moment))
    }

    /// Says whether all of `interval` is open.
    #[must_use]
    pub fn covers(&self, interval: Interval) -> bool {
        self.place(interval).is_open
    }

    /// Lists the starts on the grid at which a session fits into opening hours and into `range`.
    ///
    /// The grid has a step of 1 to 1,440 minutes on the wall clock and begins at the start of
    /// each merged window of each local date; one that crosses midnight begins anew at 00:00.
    /// Nothing is known here of now, notice and limits: that is
    /// [`Calendar::slots`](super::Calendar::slots).
    ///
    /// # Errors
    ///
    /// [`AvailabilityError::RangeTooLong`] over [`MAX_LISTING_DAYS`], and
    /// [`AvailabilityError::Invalid`] for a step out of its bounds.
    pub fn starts(
        &self,
        session: Session,
        step_minutes: u32,
        range: Interval,
    ) -> Result<Starts<'_>, AvailabilityError> {
        within("slot_step_minutes", step_minutes, 1, 24 * 60)?;
        check_listing(range)?;
        Ok(Starts::new(self, session, step_minutes, range))
    }

    pub(super) fn pieces(&self, interval: Interval) -> Pieces<'_> {
        let mut pieces = Pieces {
            days: &self.days,
            segments: self.zone.segments(interval),
            clip: (0, 0),
            midnight: 0,
            day: 0,
            last_day: 0,
            spans: [].iter(),
        };
        // No interval is empty, so there is a first stretch.
        let _first = pieces.enter_next_stretch();
        pieces
    }

    /// Finds out how `interval` lies in the windows.
    pub(super) fn place(&self, interval: Interval) -> Place {
        let pieces = self.pieces(interval);
        let day = pieces.day;
        let mut pieces = pieces.peekable();
        let start = interval.start().as_micros();
        let anchor = pieces.peek().filter(|piece| piece.start == start).map(|piece| piece.anchor);
        let mut reached = start;
        for piece in pieces {
            if piece.start != reached {
                break;
            }
            reached = piece.end;
        }
        Place { day, anchor, is_open: reached == interval.end().as_micros() }
    }
}

pub(super) fn check_listing(range: Interval) -> Result<(), AvailabilityError> {
    let longest = i64::from(MAX_LISTING_DAYS) * MICROS_PER_DAY;
    if range.end().as_micros() - range.start().as_micros() > longest {
        return Err(AvailabilityError::RangeTooLong { max_days: MAX_LISTING_DAYS });
    }
    Ok(())
}

/// How an interval lies in the windows.
pub(super) struct Place {
    /// The number of the local date at its start.
    pub(super) day: i64,
    /// Where the grid of the window begins that holds the start; `None` if none does.
    pub(super) anchor: Option<i64>,
    pub(super) is_open: bool,
}

/// The part of one merged window of one local date in one stretch of constant offset.
///
/// All in microseconds since the Unix epoch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) start: i64,
    pub(super) end: i64,
    /// When the merged window would start with this offset: where its grid begins.
    pub(super) anchor: i64,
    /// The number of the local date.
    pub(super) day: i64,
}

/// The pieces in an interval, in order.
///
/// Cutting the time line at every change of the offset is the one rule that agrees with the
/// definition everywhere: inside a stretch, local and elapsed time differ by a constant.
#[derive(Debug, Clone)]
pub(super) struct Pieces<'a> {
    days: &'a Days,
    segments: Segments<'a>,
    /// The current stretch.
    clip: (i64, i64),
    /// The current local date: its midnight by the offset of the stretch, and its number.
    midnight: i64,
    day: i64,
    /// The last local date that the stretch touches.
    last_day: i64,
    spans: std::slice::Iter<'a, OpenSpan>,
}

impl Pieces<'_> {
    fn enter_next_stretch(&mut self) -> Option<()> {
        let segment = self.segments.next()?;
        let offset = segment.offset_micros();
        let (start, end) =
            (segment.interval.start().as_micros(), segment.interval.end().as_micros());
        self.clip = (start, end);
        self.day = (start + offset).div_euclid(MICROS_PER_DAY);
        self.last_day = (end - 1 + offset).div_euclid(MICROS_PER_DAY);
        self.midnight = self.day * MICROS_PER_DAY - offset;
        self.spans = self.days.on(self.day).iter();
        Some(())
    }
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        loop {
            for span in self.spans.by_ref() {
                let anchor = self.midnight + span.start;
                let start = anchor.max(self.clip.0);
                let end = (self.midnight + span.end).min(self.clip.1);
                if start < end {
                    return Some(Piece { start, end, anchor, day: self.day });
                }
            }
            if self.day < self.last_day {
                self.day += 1;
                self.midnight += MICROS_PER_DAY;
                self.spans = self.days.on(self.day).iter();
            } else {
                self.enter_next_stretch()?;
            }
        }
    }
}

/// The open intervals of a trainer; see [`OpeningHours::open`].
#[derive(Debug, Clone)]
pub struct Open<'a> {
    pieces: Pieces<'a>,
    pending: Option<(i64, i64)>,
}

impl Iterator for Open<'_> {
    type Item = Interval;

    fn next(&mut self) -> Option<Interval> {
        loop {
            let piece = self.pieces.next().map(|piece| (piece.start, piece.end));
            match (&mut self.pending, piece) {
                (Some(pending), Some((start, end))) if start == pending.1 => pending.1 = end,
                (pending, next) => {
                    let done = std::mem::replace(pending, next);
                    if let Some((start, end)) = done {
                        return Interval::clamped(start, end);
                    }
                    next?;
                }
            }
        }
    }
}
