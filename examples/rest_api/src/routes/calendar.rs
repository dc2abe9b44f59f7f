//! When a trainer works.

use axum::{Json, extract::State};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sitstay::{
    availability::{DatedHours, WeeklyHours, Window},
    error::InvalidValue,
    ids::{TimeBlockId, TrainerId},
    platform::{
        BlockTime, CalendarWritten, ChangeZone, OutsideLesson, OwnCalendar, RemoveException,
        SetException, SetHours, UnblockTime,
    },
    time::Weekday,
    trainer::{BlockSource, TimeBlock},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::policy::Policy;
use crate::{
    answer::Created,
    app::App,
    extract::{Ask, Body, Named, SignedIn},
    problem::Reply,
    wire::{Dated, Period},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(own_calendar))
        .routes(routes!(calendar_of))
        .routes(routes!(set_hours))
        .routes(routes!(set_exception, remove_exception))
        .routes(routes!(block_time))
        .routes(routes!(unblock_time))
        .routes(routes!(change_zone))
}

/// A stretch of wall-clock time; an end that is not after the start lies on the next date.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Hours {
    #[schema(example = "09:00")]
    start: String,
    #[schema(example = "17:30")]
    end: String,
}

impl Hours {
    fn window(&self) -> Result<Window, InvalidValue> {
        Window::parse(&self.start, &self.end)
    }
}

impl From<Window> for Hours {
    fn from(window: Window) -> Self {
        Self { start: window.start().to_string(), end: window.end().to_string() }
    }
}

/// Hours on a day of every week.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WeekdayHours {
    /// 0 is Sunday, 6 is Saturday.
    #[schema(minimum = 0, maximum = 6)]
    weekday: u8,
    hours: Hours,
}

/// Hours on one date, instead of those of its weekday; none of them closes it.
#[derive(Debug, Serialize, ToSchema)]
struct DateHours {
    date: NaiveDate,
    hours: Vec<Hours>,
}

/// Time that was taken out.
#[derive(Debug, Serialize, ToSchema)]
struct Block {
    id: Uuid,
    during: Period,
}

/// A lesson that is booked and that the calendar, as it is now, would not take.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OutsideView {
    booking: Uuid,
    start: DateTime<Utc>,
}

/// A trainer's calendar.
#[derive(Debug, Serialize, ToSchema)]
struct CalendarView {
    /// The zone in which the hours are wall clock.
    time_zone: String,
    hours: Vec<WeekdayHours>,
    exceptions: Vec<DateHours>,
    blocks: Vec<Block>,
    policy: Policy,
    outside: Vec<OutsideView>,
}

/// What a write of a calendar came to.
#[derive(Debug, Serialize, ToSchema)]
struct CalendarAnswer {
    /// The lessons that stay booked, though they lie outside the calendar now.
    outside: Vec<OutsideView>,
}

impl From<OwnCalendar> for CalendarView {
    fn from(calendar: OwnCalendar) -> Self {
        let hours = calendar.hours.iter().map(|(weekday, window)| WeekdayHours {
            weekday: weekday.number(),
            hours: window.into(),
        });
        Self {
            time_zone: calendar.time_zone.to_string(),
            hours: hours.collect(),
            exceptions: calendar.exceptions.iter().map(DateHours::from).collect(),
            blocks: calendar.blocks.into_iter().map(Block::from).collect(),
            policy: calendar.policy.into(),
            outside: calendar.outside.into_iter().map(OutsideView::from).collect(),
        }
    }
}

impl From<&DatedHours> for DateHours {
    fn from(hours: &DatedHours) -> Self {
        let windows = hours.windows().iter().copied();
        Self { date: hours.date(), hours: windows.map(Hours::from).collect() }
    }
}

impl From<TimeBlock> for Block {
    fn from(block: TimeBlock) -> Self {
        Self { id: block.id.as_uuid(), during: block.during.into() }
    }
}

impl From<OutsideLesson> for OutsideView {
    fn from(lesson: OutsideLesson) -> Self {
        Self { booking: lesson.booking.as_uuid(), start: lesson.start.to_utc() }
    }
}

impl From<CalendarWritten> for CalendarAnswer {
    fn from(written: CalendarWritten) -> Self {
        Self { outside: written.outside.into_iter().map(OutsideView::from).collect() }
    }
}

/// Returns the calendar of the trainer who is signed in.
#[utoipa::path(
    get, path = "/me/calendar", tag = "calendar",
    responses((status = 200, body = CalendarView)),
)]
async fn own_calendar(State(app): State<App>, by: SignedIn) -> Reply<Json<CalendarView>> {
    let calendar = app.platform.own_calendar(by.trainer(), app.now()).await?;
    Ok(Json(calendar.into()))
}

/// Returns any trainer's calendar, to an admin.
#[utoipa::path(
    get, path = "/trainers/{trainer}/calendar", tag = "calendar",
    responses((status = 200, body = CalendarView)),
)]
async fn calendar_of(
    State(app): State<App>,
    by: SignedIn,
    Named(trainer): Named<TrainerId>,
) -> Reply<Json<CalendarView>> {
    let calendar = app.platform.calendar_of(by.admin(), trainer, app.now()).await?;
    Ok(Json(calendar.into()))
}

/// Replaces one's own weekly hours.
#[utoipa::path(
    put, path = "/me/hours", tag = "calendar",
    request_body = Vec<WeekdayHours>, responses((status = 200, body = CalendarAnswer)),
)]
async fn set_hours(ask: Ask, Body(body): Body<Vec<WeekdayHours>>) -> Reply<Json<CalendarAnswer>> {
    let windows = body
        .iter()
        .map(|day| Ok((Weekday::from_number(day.weekday)?, day.hours.window()?)))
        .collect::<Result<Vec<_>, InvalidValue>>()?;
    let hours = WeeklyHours::new(windows)?;
    Ok(Json(ask.as_trainer(SetHours { hours }).await?.into()))
}

/// Replaces one's own hours on one date; an empty list closes it.
#[utoipa::path(
    put, path = "/me/exceptions/{date}", tag = "calendar",
    request_body = Vec<Hours>, responses((status = 200, body = CalendarAnswer)),
)]
async fn set_exception(
    ask: Ask,
    Named(Dated { date }): Named<Dated>,
    Body(body): Body<Vec<Hours>>,
) -> Reply<Json<CalendarAnswer>> {
    let windows = body.iter().map(Hours::window).collect::<Result<Vec<_>, _>>()?;
    let hours = DatedHours::new(date, windows)?;
    Ok(Json(ask.as_trainer(SetException { hours }).await?.into()))
}

/// Gives a date its weekly hours back.
#[utoipa::path(
    delete, path = "/me/exceptions/{date}", tag = "calendar",
    responses((status = 200, body = CalendarAnswer)),
)]
async fn remove_exception(
    ask: Ask,
    Named(Dated { date }): Named<Dated>,
) -> Reply<Json<CalendarAnswer>> {
    Ok(Json(ask.as_trainer(RemoveException { date }).await?.into()))
}

/// Takes time out of one's own calendar; the block's id is the key.
#[utoipa::path(
    post, path = "/me/blocks", tag = "calendar",
    request_body = Period, responses((status = 201, body = CalendarAnswer)),
)]
async fn block_time(ask: Ask, Body(during): Body<Period>) -> Reply<Created<CalendarAnswer>> {
    let block = TimeBlockId::from_uuid(ask.key.0);
    let (during, source) = (during.interval()?, BlockSource::Manual);
    let written = ask.as_trainer(BlockTime { block, during, source }).await?;
    Ok(Created::new(written.into()))
}

/// Opens blocked time again.
#[utoipa::path(
    delete, path = "/me/blocks/{block}", tag = "calendar",
    responses((status = 200, body = CalendarAnswer)),
)]
async fn unblock_time(ask: Ask, Named(block): Named<TimeBlockId>) -> Reply<Json<CalendarAnswer>> {
    Ok(Json(ask.as_trainer(UnblockTime { block }).await?.into()))
}

/// A new zone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewZone {
    #[schema(example = "Europe/Berlin")]
    time_zone: String,
}

/// Changes the zone in which one's own hours are wall clock; bookings keep their instants.
#[utoipa::path(
    put, path = "/me/time-zone", tag = "calendar",
    request_body = NewZone, responses((status = 200, body = CalendarAnswer)),
)]
async fn change_zone(ask: Ask, Body(body): Body<NewZone>) -> Reply<Json<CalendarAnswer>> {
    let zone = body.time_zone.parse()?;
    Ok(Json(ask.as_trainer(ChangeZone { zone }).await?.into()))
}
