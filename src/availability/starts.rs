use super::{
    IntervalSet, OpeningHours, Session,
    limits::BookableDays,
    opening_hours::{Piece, Pieces},
    session::micros,
};
use crate::time::{Instant, Interval};

/// The starts on the grid at which a session fits, lazily and in order.
///
/// See [`OpeningHours::starts`] and [`Calendar::slots`](super::Calendar::slots). Its cost grows
/// with the windows and the busy intervals in range; a start that follows another costs an addition.
///
/// # Example: the first free start of a morning
///
/// ```
/// use sitstay::{
///     availability::{IntervalSet, OpeningHours, Session, WeeklyHours, Window},
///     time::{Interval, Weekday, ZoneId},
/// };
///
/// let weekly = WeeklyHours::new([(Weekday::Monday, Window::parse("09:00", "12:00")?)])?;
/// let hours = OpeningHours::new("Europe/Paris".parse::<ZoneId>()?.zone(), &weekly, &[]);
/// let busy: IntervalSet = Interval::parse("2027-03-01T08:00:00Z", "2027-03-01T09:10:00Z")?.into();
///
/// let monday = Interval::parse("2027-03-01T00:00:00Z", "2027-03-02T00:00:00Z")?;
/// let starts = hours.starts(Session::new(60, 0, 0)?, 30, monday)?.avoiding(&busy);
/// let starts: Vec<_> = starts.map(|start| start.to_string()).collect();
/// assert_eq!(starts, ["2027-03-01T09:30:00Z", "2027-03-01T10:00:00Z"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Starts<'a> {
    pieces: Pieces<'a>,
    upcoming: Option<Piece>,
    /// How far time is known to be open from the current piece on.
    open_until: i64,
    session: Session,
    step: i64,
    earliest: i64,
    days: Option<&'a BookableDays>,
    obstacles: [Obstacles<'a>; 3],
    /// The starts of the current piece that are not yet given out, all on its grid; the first of
    /// them up to `clear_until` are known to be free.
    next: i64,
    clear_until: i64,
    last: i64,
}

impl<'a> Starts<'a> {
    pub(super) fn new(
        hours: &'a OpeningHours,
        session: Session,
        step_minutes: u32,
        range: Interval,
    ) -> Self {
        let mut pieces = hours.pieces(range);
        Self {
            upcoming: pieces.next(),
            pieces,
            open_until: i64::MIN,
            session,
            step: micros(step_minutes),
            earliest: i64::MIN,
            days: None,
            obstacles: [Obstacles::NONE; 3],
            next: 0,
            clear_until: -1,
            last: -1,
        }
    }

    /// Leaves out the starts at which the session or a buffer of it would meet `busy`.
    ///
    /// Call it before the first start is drawn. A later call replaces an earlier one.
    #[must_use]
    pub fn avoiding(mut self, busy: &'a IntervalSet) -> Self {
        self.obstacles[0] = self.around_session(busy);
        self
    }

    /// Leaves out what meets `blocks`, buffers included.
    pub(super) fn avoiding_blocks(mut self, blocks: &'a IntervalSet) -> Self {
        self.obstacles[1] = self.around_session(blocks);
        self
    }

    /// Leaves out the lessons that overlap those of the dog, which has no buffers.
    pub(super) fn avoiding_lessons(mut self, lessons: &'a IntervalSet) -> Self {
        self.obstacles[2] = Obstacles {
            intervals: lessons.as_slice(),
            lead: self.session.duration_micros(),
            trail: 0,
        };
        self
    }

    /// Leaves out the starts before `earliest`.
    ///
    /// Call it before the first start is drawn. A later call replaces an earlier one.
    #[must_use]
    pub fn not_before(mut self, earliest: Instant) -> Self {
        self.earliest = earliest.as_micros();
        self
    }

    pub(super) fn on_days(mut self, days: &'a BookableDays) -> Self {
        self.days = Some(days);
        self
    }

    fn around_session(&self, intervals: &'a IntervalSet) -> Obstacles<'a> {
        Obstacles {
            intervals: intervals.as_slice(),
            lead: self.session.duration_micros() + self.session.buffer_after_micros(),
            trail: self.session.buffer_before_micros(),
        }
    }

    /// Goes on to the next start that is free, and finds out which after it are too.
    #[inline(never)]
    fn find_next(&mut self) -> Option<()> {
        while self.next > self.clear_until {
            if self.next > self.last {
                self.enter_next_piece()?;
            }
            self.skip_obstacles();
        }
        Some(())
    }

    /// Goes on to the next piece that may hold a start.
    fn enter_next_piece(&mut self) -> Option<()> {
        loop {
            let piece = self.upcoming?;
            self.upcoming = self.pieces.next();
            if let Some(days) = self.days {
                if days.is_over(piece.day) {
                    self.upcoming = None;
                    return None;
                }
                if !days.is_bookable(piece.day) {
                    continue;
                }
            }
            let duration = self.session.duration_micros();
            self.look_ahead(piece, piece.end + duration);
            let first = piece.start.max(self.earliest);
            self.last = (piece.end - 1).min(self.open_until - duration);
            self.next = align(first, piece.anchor, self.step);
            if self.next <= self.last {
                return Some(());
            }
        }
    }

    /// Finds out how far time is open from `piece` on, at least until `needed` or the end.
    fn look_ahead(&mut self, piece: Piece, needed: i64) {
        if self.open_until >= needed {
            return;
        }
        self.open_until = piece.end;
        let Some(upcoming) = self.upcoming.filter(|next| next.start == piece.end) else { return };
        self.open_until = upcoming.end;
        // Rare: windows meet at midnight or at a change of the offset.
        for later in self.pieces.clone() {
            if self.open_until >= needed || later.start != self.open_until {
                return;
            }
            self.open_until = later.end;
        }
    }

    /// Skips the starts that an obstacle forbids and finds out up to where the next ones are free.
    fn skip_obstacles(&mut self) {
        'moved: loop {
            self.clear_until = self.last;
            for obstacles in &mut self.obstacles {
                match obstacles.ahead_of(self.next) {
                    Ahead::Clear { until } => self.clear_until = self.clear_until.min(until),
                    Ahead::Blocked { until } => {
                        self.next = align(until, self.next, self.step);
                        if self.next <= self.last {
                            continue 'moved;
                        }
                    }
                }
            }
            return;
        }
    }
}

impl Iterator for Starts<'_> {
    type Item = Instant;

    #[inline]
    fn next(&mut self) -> Option<Instant> {
        if self.next > self.clear_until {
            self.find_next()?;
        }
        let start = self.next;
        self.next += self.step;
        Some(Instant::clamped(start))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let known = (self.clear_until - self.next).div_euclid(self.step) + 1;
        (usize::try_from(known).unwrap_or_default(), None)
    }
}

impl std::iter::FusedIterator for Starts<'_> {}

/// Returns the first instant from `from` on that lies on the grid through `anchor`.
fn align(from: i64, anchor: i64, step: i64) -> i64 {
    // Most windows are entered at their start, and a division is slow.
    if from == anchor { from } else { from + (anchor - from).rem_euclid(step) }
}

/// Sorted intervals that a session may not meet, walked once from start to end.
#[derive(Debug, Clone, Copy)]
struct Obstacles<'a> {
    intervals: &'a [Interval],
    /// How long before an obstacle the last start must be, and how long after it the first.
    lead: i64,
    trail: i64,
}

enum Ahead {
    /// The start is free, and so are all up to and with this one.
    Clear { until: i64 },
    /// The start is not free; this is the first one that may be again.
    Blocked { until: i64 },
}

impl Obstacles<'_> {
    const NONE: Self = Self { intervals: &[], lead: 0, trail: 0 };

    /// Looks what is ahead of a start; never asked for an earlier start than before.
    fn ahead_of(&mut self, start: i64) -> Ahead {
        while let Some((obstacle, later)) = self.intervals.split_first() {
            let until = obstacle.end().as_micros() + self.trail;
            if until > start {
                let last_before = obstacle.start().as_micros() - self.lead;
                return if start <= last_before {
                    Ahead::Clear { until: last_before }
                } else {
                    Ahead::Blocked { until }
                };
            }
            self.intervals = later;
        }
        Ahead::Clear { until: i64::MAX }
    }
}
