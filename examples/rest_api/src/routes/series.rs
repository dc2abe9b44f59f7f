//! Lessons every so many weeks.

use axum::Json;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sitstay::{
    ids::{BookingId, DogId, SeriesId, TrainerId},
    platform::{CancelSeries, RequestSeries, SeriesCancelled, SeriesRequested},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    bookings::{EndedView, RequestedView},
    slots::WishWritten,
};
use crate::{
    answer::Created,
    app::App,
    extract::{Ask, Body, Named},
    money,
    openapi::ActingAs,
    problem::Reply,
    wire::{instant, optional},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(request_series)).routes(routes!(cancel_series))
}

/// Lessons to be asked for, at one wall-clock time.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSeries {
    trainer: Uuid,
    dog: Uuid,
    wish: WishWritten,
    /// When the first lesson starts.
    start: DateTime<Utc>,
    /// How many lessons, 2 to 52.
    lessons: u8,
    /// How many weeks lie between two, 1 to 52.
    every_weeks: u16,
}

/// Lessons that were asked for.
#[derive(Debug, Serialize, ToSchema)]
struct SeriesView {
    id: Uuid,
    lessons: Vec<RequestedView>,
}

impl From<SeriesRequested> for SeriesView {
    fn from(requested: SeriesRequested) -> Self {
        let lessons = requested.lessons.into_iter().map(RequestedView::from).collect();
        Self { id: requested.series.as_uuid(), lessons }
    }
}

/// Asks for lessons every so many weeks, as an owner: all are booked, or none is.
///
/// The ids of the lessons are derived from the key.
#[utoipa::path(
    post, path = "/series", tag = "bookings",
    request_body = NewSeries, responses((status = 201, body = SeriesView)),
)]
async fn request_series(ask: Ask, Body(body): Body<NewSeries>) -> Reply<Created<SeriesView>> {
    let key = ask.key.0;
    let lesson = |index: u8| BookingId::from_uuid(Uuid::new_v5(&key, &[index]));
    let command = RequestSeries {
        series: SeriesId::from_uuid(key),
        bookings: (0..body.lessons).map(lesson).collect(),
        trainer: TrainerId::from_uuid(body.trainer),
        dog: DogId::from_uuid(body.dog),
        wish: body.wish.wish()?,
        start: instant(body.start)?,
        every_weeks: body.every_weeks,
    };
    Ok(Created::new(ask.as_owner(command).await?.into()))
}

/// From which lesson on, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RestOfSeries {
    /// Lessons that start before this stay.
    from: DateTime<Utc>,
    /// Why, for the other side to read.
    reason: Option<String>,
}

/// Lessons that were called off.
#[derive(Debug, Serialize, ToSchema)]
struct SeriesEnded {
    lessons: Vec<EndedView>,
}

impl From<SeriesCancelled> for SeriesEnded {
    fn from(cancelled: SeriesCancelled) -> Self {
        Self { lessons: cancelled.lessons.into_iter().map(EndedView::from).collect() }
    }
}

/// Calls the rest of a series off.
#[utoipa::path(
    post, path = "/series/{series}/cancellation", tag = "bookings",
    params(ActingAs), request_body = RestOfSeries, responses((status = 200, body = SeriesEnded)),
)]
async fn cancel_series(
    ask: Ask,
    Named(series): Named<SeriesId>,
    Body(body): Body<RestOfSeries>,
) -> Reply<Json<SeriesEnded>> {
    let (from, reason) = (instant(body.from)?, optional(body.reason.as_deref())?);
    let command = CancelSeries { series, from, reason };
    let cancelled = ask.as_named(command).await?;
    for lesson in &cancelled.lessons {
        money::give_back_what_is_due(&ask.app, lesson.booking).await;
    }
    Ok(Json(cancelled.into()))
}
