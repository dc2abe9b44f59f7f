//! What a client did, how long it took, and what it was answered.

use std::{collections::BTreeMap, time::Duration};

use hdrhistogram::Histogram;
use sitstay::{booking::BookingError, ids::CommandId, platform::Error};

use super::{
    Failure,
    check::{Ending, Given},
    tally::Tally,
};

/// The longest latency that is told apart, in nanoseconds: a minute.
const LONGEST: u64 = 60_000_000_000;

/// One kind of command or read.
#[derive(Debug, Clone)]
pub(crate) struct Kind {
    pub(crate) is_command: bool,
    pub(crate) done: u64,
    pub(crate) refused: u64,
    /// Calls of storage for what was done.
    pub(crate) calls: u64,
    /// Calls of storage for what was refused.
    pub(crate) calls_refused: u64,
    /// Commits that lost a race and were decided again.
    pub(crate) lost_races: u64,
    /// In nanoseconds, done and refused.
    pub(crate) latency: Histogram<u64>,
}

impl Kind {
    pub(crate) fn new(is_command: bool) -> Result<Self, Failure> {
        Ok(Self {
            is_command,
            done: 0,
            refused: 0,
            calls: 0,
            calls_refused: 0,
            lost_races: 0,
            latency: Histogram::new_with_bounds(1, LONGEST, 2)?,
        })
    }

    pub(crate) fn add(&mut self, other: &Self) -> Result<(), Failure> {
        self.done += other.done;
        self.refused += other.refused;
        self.calls += other.calls;
        self.calls_refused += other.calls_refused;
        self.lost_races += other.lost_races;
        Ok(self.latency.add(&other.latency)?)
    }
}

/// Everything that one client did.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) kinds: BTreeMap<&'static str, Kind>,
    /// How often each code was answered.
    pub(crate) refusals: BTreeMap<String, u64>,
    /// How often a command was sent again under its id, because storage gave it up.
    pub(crate) sent_again: u64,
    pub(crate) given: Vec<Given>,
}

impl Log {
    fn kind(&mut self, name: &'static str, is_command: bool) -> Result<&mut Kind, Failure> {
        if !self.kinds.contains_key(name) {
            self.kinds.insert(name, Kind::new(is_command)?);
        }
        self.kinds.get_mut(name).ok_or_else(|| "a kind was just added".into())
    }

    /// Notes a command or a read that one call carried out.
    pub(crate) fn note(
        &mut self,
        name: &'static str,
        is_command: bool,
        refusal: Option<&Error>,
        took: Duration,
        tally: &Tally,
    ) -> Result<(), Failure> {
        if let Some(refusal) = refusal {
            *self.refusals.entry(code(refusal)).or_default() += 1;
        }
        let kind = self.kind(name, is_command)?;
        if refusal.is_some() {
            kind.refused += 1;
            kind.calls_refused += tally.calls();
        } else {
            kind.done += 1;
            kind.calls += tally.calls();
        }
        kind.lost_races += tally.lost;
        kind.latency.saturating_record(nanos(took));
        Ok(())
    }

    /// Notes commands that were carried out together, each at its part of the time.
    pub(crate) fn note_many(
        &mut self,
        name: &'static str,
        done: u64,
        failed: &[&Error],
        took: Duration,
        tally: &Tally,
    ) -> Result<(), Failure> {
        for refusal in failed {
            *self.refusals.entry(code(refusal)).or_default() += 1;
        }
        let kind = self.kind(name, true)?;
        kind.done += done;
        kind.refused += failed.len() as u64;
        kind.calls += tally.calls();
        kind.lost_races += tally.lost;
        if let Some(each) = nanos(took).checked_div(done) {
            kind.latency.saturating_record_n(each.max(1), done);
        }
        Ok(())
    }

    /// Keeps a command, to be looked for when all is over.
    pub(crate) fn keep(&mut self, command: CommandId, ending: Ending) {
        self.given.push(Given { command, ending });
    }

    pub(crate) fn add(&mut self, other: Self) -> Result<(), Failure> {
        for (name, kind) in &other.kinds {
            self.kind(name, kind.is_command)?.add(kind)?;
        }
        for (code, count) in other.refusals {
            *self.refusals.entry(code).or_default() += count;
        }
        self.sent_again += other.sent_again;
        self.given.extend(other.given);
        Ok(())
    }
}

fn nanos(took: Duration) -> u64 {
    u64::try_from(took.as_nanos()).unwrap_or(LONGEST).max(1)
}

/// The code of a refusal; where a start was refused, with the first reason.
fn code(refusal: &Error) -> String {
    let code = refusal.code();
    let reason = match refusal {
        Error::Booking(BookingError::Refused(refused)) => refused.reasons.iter().next(),
        Error::Booking(BookingError::SeriesRefused(refused)) => {
            refused.first().and_then(|refused| refused.reasons.iter().next())
        }
        _ => None,
    };
    reason.map_or_else(|| code.to_owned(), |reason| format!("{code}: {}", reason.code()))
}
