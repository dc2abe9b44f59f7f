//! `chrono-slots`: the gaps that bookings leave in a span of time. It knows no weekly hours: its
//! spans are the yardstick's windows, and each is asked for with all bookings.

use chrono::{DateTime, TimeZone};
use chrono_slots::{Block, Input, Output, Period, PeriodError, Slot, Span, find};
use chrono_tz_06::Tz;

use crate::{
    measure::Case,
    workload::{LESSON_MINUTES, Query, STEP_MINUTES, ZONE},
    yardstick::{by_weekday, open_times},
};

const LESSON: i64 = LESSON_MINUTES as i64 * 60;
const STEP: i64 = STEP_MINUTES as i64 * 60;

pub(crate) fn case(name: String, query: Query) -> Case {
    let zone: Tz = ZONE.parse().unwrap();
    let week = by_weekday();
    let at = |seconds| zone.timestamp_opt(seconds, 0).unwrap();
    let booked: Vec<Stretch> =
        query.booked().map(|(start, end)| Stretch { start: at(start), end: at(end) }).collect();
    let starts = move || {
        let mut starts = Vec::new();
        for (opens, closes) in open_times(&zone, &week, query) {
            let anchor = opens.timestamp();
            let gaps: Vec<Stretch> =
                find(Span::new(opens, closes).unwrap(), booked.clone()).unwrap();
            for gap in gaps {
                let (from, to) = (gap.start.timestamp(), gap.end.timestamp());
                let first = from + (anchor - from).rem_euclid(STEP);
                starts.extend((first..=to - LESSON).step_by(STEP as usize));
            }
        }
        starts
    };
    Case::new(name, starts, move |starts: Vec<i64>| query.check(starts))
}

#[derive(Clone)]
struct Stretch {
    start: DateTime<Tz>,
    end: DateTime<Tz>,
}

impl Period for Stretch {
    fn start(&self) -> DateTime<Tz> {
        self.start
    }

    fn end(&self) -> DateTime<Tz> {
        self.end
    }
}

impl Input for Stretch {
    fn to_block(&self) -> Result<Block, PeriodError> {
        Block::new(self.start, self.end)
    }
}

impl Output for Stretch {
    fn create_from_slot(slot: Slot) -> Self {
        Self { start: slot.start(), end: slot.end() }
    }
}
