//! When a trainer works, and on what terms lessons can be booked.

use axum::{Json, extract::State};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sitstay::{
    availability::{DatedHours, WeeklyHours, Window},
    cancellation::{CancellationPolicy, CutOff, Tier},
    error::InvalidValue,
    ids::{TimeBlockId, TrainerId},
    money::BasisPoints,
    platform::{
        BlockTime, CalendarWritten, ChangeZone, OutsideLesson, OwnCalendar, RemoveException,
        SetException, SetHours, SetPolicy, UnblockTime,
    },
    time::{WallTime, Weekday},
    trainer::{BlockSource, BookingPolicy, CustomRequests, TimeBlock},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    answer::{Created, Done},
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
        .routes(routes!(set_policy))
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
struct OutsideView {
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

/// The terms on which lessons can be booked.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Policy {
    /// The grid of starts, 1 to 1,440.
    slot_step_minutes: u32,
    /// How long before its start a lesson must be asked for.
    notice_minutes: u32,
    /// How many days ahead it can be asked for, 1 to 730.
    days_ahead: u32,
    /// How many lessons a day at most.
    daily_limit: Option<u32>,
    /// How many lessons a week at most.
    weekly_limit: Option<u32>,
    /// How long a request holds its time without an answer, 1 to 43,200.
    hold_minutes: u32,
    /// Whether requests for a service are accepted at once.
    auto_accept: bool,
    /// On what terms lessons without a service can be asked for; without it, not at all.
    custom_requests: Option<Custom>,
    /// Until when an owner gets back which share after cancelling.
    cancellation: Vec<RefundTier>,
}

/// The bounds of lessons without a service.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Custom {
    min_minutes: u16,
    max_minutes: u16,
    /// In minor units.
    min_price: i64,
    /// In minor units.
    max_price: i64,
    #[schema(example = "EUR")]
    currency: String,
    #[serde(default)]
    buffer_before_minutes: u16,
    #[serde(default)]
    buffer_after_minutes: u16,
}

/// A share of the price that is given back until a moment before the start.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RefundTier {
    until: Until,
    /// In hundredths of a per cent, 0 to 10,000.
    refund_basis_points: u16,
}

/// Until when.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Until {
    /// This many minutes before the start.
    MinutesBefore(u32),
    /// A wall-clock time so many days before.
    LocalTime {
        days_before: u16,
        #[schema(example = "12:00")]
        time: String,
    },
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

impl From<BookingPolicy> for Policy {
    fn from(policy: BookingPolicy) -> Self {
        let scheduling = policy.scheduling;
        Self {
            slot_step_minutes: scheduling.slot_step_minutes(),
            notice_minutes: scheduling.notice_minutes(),
            days_ahead: scheduling.days_ahead(),
            daily_limit: scheduling.daily_limit(),
            weekly_limit: scheduling.weekly_limit(),
            hold_minutes: policy.hold_minutes,
            auto_accept: policy.auto_accept,
            custom_requests: policy.custom_requests.map(Custom::from),
            cancellation: policy.cancellation.tiers().iter().map(RefundTier::from).collect(),
        }
    }
}

impl Policy {
    fn terms(&self) -> Result<BookingPolicy, InvalidValue> {
        let BookingPolicy { scheduling, .. } = BookingPolicy::default();
        let scheduling = scheduling
            .with_slot_step_minutes(self.slot_step_minutes)?
            .with_notice_minutes(self.notice_minutes)?
            .with_days_ahead(self.days_ahead)?
            .with_daily_limit(self.daily_limit)?
            .with_weekly_limit(self.weekly_limit)?;
        let tiers = self.cancellation.iter().map(RefundTier::tier).collect::<Result<_, _>>()?;
        Ok(BookingPolicy {
            scheduling,
            hold_minutes: self.hold_minutes,
            auto_accept: self.auto_accept,
            custom_requests: self.custom_requests.as_ref().map(Custom::bounds).transpose()?,
            cancellation: CancellationPolicy::new(tiers)?,
        })
    }
}

impl From<CustomRequests> for Custom {
    fn from(custom: CustomRequests) -> Self {
        Self {
            min_minutes: custom.min_minutes,
            max_minutes: custom.max_minutes,
            min_price: custom.min_price,
            max_price: custom.max_price,
            currency: custom.currency.to_string(),
            buffer_before_minutes: custom.buffer_before_minutes,
            buffer_after_minutes: custom.buffer_after_minutes,
        }
    }
}

impl Custom {
    fn bounds(&self) -> Result<CustomRequests, InvalidValue> {
        Ok(CustomRequests {
            min_minutes: self.min_minutes,
            max_minutes: self.max_minutes,
            min_price: self.min_price,
            max_price: self.max_price,
            currency: self.currency.parse()?,
            buffer_before_minutes: self.buffer_before_minutes,
            buffer_after_minutes: self.buffer_after_minutes,
        })
    }
}

impl From<&Tier> for RefundTier {
    fn from(tier: &Tier) -> Self {
        let until = match tier.until {
            CutOff::MinutesBefore(minutes) => Until::MinutesBefore(minutes),
            CutOff::LocalTime { days_before, time } => {
                Until::LocalTime { days_before, time: time.to_string() }
            }
        };
        Self { until, refund_basis_points: tier.refund.get() }
    }
}

impl RefundTier {
    fn tier(&self) -> Result<Tier, InvalidValue> {
        let until = match &self.until {
            Until::MinutesBefore(minutes) => CutOff::MinutesBefore(*minutes),
            Until::LocalTime { days_before, time } => {
                CutOff::LocalTime { days_before: *days_before, time: time.parse::<WallTime>()? }
            }
        };
        Ok(Tier { until, refund: BasisPoints::new(self.refund_basis_points)? })
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

/// Replaces the terms on which one's own lessons can be booked.
#[utoipa::path(
    put, path = "/me/policy", tag = "calendar",
    request_body = Policy, responses((status = 204)),
)]
async fn set_policy(ask: Ask, Body(body): Body<Policy>) -> Reply<Done> {
    ask.as_trainer(SetPolicy { policy: body.terms()? }).await.map(|()| Done)
}
