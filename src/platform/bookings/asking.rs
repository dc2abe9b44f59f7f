//! What a request, a series and a quote are decided on, and what is free instead.

use crate::{
    account::Owner,
    availability::{Calendar, Nearest, Reason},
    booking::{BookingError, Inquiry, Refusal, RequestFacts},
    ids::QuoteId,
    platform::{
        Error,
        execute::Loading,
        schedule::{calendar, range_around},
    },
    policy::PlatformPolicy,
    repository::{Caller, RepositoryError, Schedule, ScheduleQuery},
    time::{Instant, Interval},
};

/// How far around a refused start alternatives are looked for, in days.
const ALTERNATIVES_WITHIN_DAYS: i64 = 35;

/// The range within which alternatives to a start are looked for.
pub(super) fn alternatives_around(start: Instant, now: Instant) -> Option<Interval> {
    let around = chrono::TimeDelta::days(ALTERNATIVES_WITHIN_DAYS);
    Interval::new(start.saturating_add(-around).max(now), start.saturating_add(around)).ok()
}

/// Leaves out the alternatives that lie where the schedule was not loaded.
pub(super) fn within(nearest: Nearest, range: Interval) -> Nearest {
    let known = |at: &Instant| range.contains(*at);
    Nearest { before: nearest.before.filter(known), after: nearest.after.filter(known) }
}

fn query(inquiry: &Inquiry, range: Interval, now: Instant) -> ScheduleQuery {
    ScheduleQuery {
        trainer: inquiry.trainer,
        service: inquiry.wish.service(),
        dog: Some(inquiry.dog),
        quote: None,
        range,
        now,
    }
}

/// Loads what says whether a lesson can be booked, with the quote that it is asked for by.
pub(in crate::platform) async fn load(
    loading: Loading<'_>,
    inquiry: &Inquiry,
    quote: Option<QuoteId>,
) -> Result<(Caller, Option<Schedule>), RepositoryError> {
    let range = range_around(inquiry.start, inquiry.start);
    let query = ScheduleQuery { quote, ..query(inquiry, range, loading.call.now) };
    loading.repository.request(loading.caller, query).await
}

/// Adds to a refusal what is free instead.
///
/// That is told on the terms of now: a quote is for one start.
pub(in crate::platform) async fn explain(
    loading: Loading<'_>,
    inquiry: &Inquiry,
    refusal: Error,
) -> Error {
    match refusal {
        Error::Booking(BookingError::Refused(refusal)) => {
            let nearest = nearest(loading, inquiry).await;
            BookingError::Refused(Refusal { nearest, ..refusal }).into()
        }
        other => other,
    }
}

async fn nearest(loading: Loading<'_>, inquiry: &Inquiry) -> Option<Nearest> {
    let now = loading.call.now;
    let range = alternatives_around(inquiry.start, now)?;
    let wide = range_around(range.start(), range.end());
    let query = query(inquiry, wide, now);
    let (caller, schedule) = loading.repository.request(loading.caller, query).await.ok()?;
    let (standing, schedule) = (caller.standing?, schedule?);
    let calendar = calendar(&schedule, now, None).ok()?;
    let owner = standing.owner.as_deref()?;
    let facts = facts_of(&schedule, owner, &calendar, loading.policy);
    Some(within(facts.nearest(inquiry.wish, inquiry.start)?, range))
}

/// Puts together what an owner's wish is decided on. Whoever acts is active.
pub(in crate::platform) fn facts_of<'a>(
    schedule: &'a Schedule,
    owner: &'a Owner,
    calendar: &'a Calendar,
    policy: &'a PlatformPolicy,
) -> RequestFacts<'a> {
    RequestFacts {
        trainer: &schedule.trainer,
        trainer_active: schedule.user.is_active(),
        owner,
        owner_active: true,
        dog: schedule.dog.as_deref(),
        service: schedule.service.as_deref(),
        calendar,
        policy,
        quoted: None,
    }
}

/// What a request to a trainer who does not exist is told.
pub(in crate::platform) fn unknown_trainer(start: Instant) -> Error {
    let reasons = Reason::NotFound.into();
    BookingError::Refused(Refusal { start, reasons, nearest: None }).into()
}
