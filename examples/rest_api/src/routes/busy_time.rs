//! When a trainer is busy elsewhere, by a file of their own calendar.

use axum::{
    Json,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, Request},
    http::{StatusCode, header},
};
use chrono::{NaiveTime, TimeDelta};
use serde::Serialize;
use sitstay::{
    error::InvalidValue,
    ical::{BusyTimeReader, MAX_FILE_BYTES, Unread, UnreadReason},
    platform::ImportBusyTime,
    time::{Instant, Interval},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::calendar::OutsideView;
use crate::{
    app::App,
    extract::{Ask, Raw},
    problem::{Problem, Reply},
    wire::{codes, instant},
};

/// How many days are looked at: two more than anybody can book ahead under any terms.
const DAYS: i64 = 732;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(import_busy_time))
        .layer(DefaultBodyLimit::max(MAX_FILE_BYTES))
}

/// An iCalendar file.
#[derive(Debug)]
struct CalendarFile(Bytes);

impl<S: Send + Sync> FromRequest<S> for CalendarFile {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Reply<Self> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim_end();
        if !kind.eq_ignore_ascii_case("text/calendar") {
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Err(Problem::new(status, "request.body", "expected text/calendar"));
        }
        let Raw(file) = Raw::from_request(request, state).await?;
        Ok(Self(file))
    }
}

/// What an import came to.
#[derive(Debug, Serialize, ToSchema)]
struct BusyTimeAnswer {
    /// The lessons that stay booked, though they lie outside the calendar now.
    outside: Vec<OutsideView>,
    /// What could not be read, by line. It may be busy time that was not taken out.
    unread: Vec<UnreadView>,
}

/// Something that could not be read; it names a line, and not what stands there.
#[derive(Debug, Serialize, ToSchema)]
struct UnreadView {
    /// Counted from 1.
    line: u32,
    #[schema(schema_with = codes::unread_reason)]
    reason: UnreadReason,
}

impl From<Unread> for UnreadView {
    fn from(Unread { line, reason }: Unread) -> Self {
        Self { line, reason }
    }
}

/// Replaces the busy time that was imported by what a file of another calendar says, as the trainer.
///
/// Lessons of the service's own feeds in it do not count. What the trainer blocked by hand stays.
#[utoipa::path(
    put, path = "/me/busy-time", tag = "calendar",
    request_body(content = String, content_type = "text/calendar"),
    responses((status = 200, body = BusyTimeAnswer)),
)]
async fn import_busy_time(
    ask: Ask,
    CalendarFile(file): CalendarFile,
) -> Reply<Json<BusyTimeAnswer>> {
    let now = ask.app.now();
    let calendar = ask.app.platform.own_calendar(ask.by.trainer(), now).await?;
    let reader =
        BusyTimeReader::new(ahead(now)?, calendar.time_zone).without_events_of(&ask.app.publisher);
    // A large file takes longer than other requests should have to wait for the thread.
    let read = tokio::task::spawn_blocking(move || reader.read(&file)).await;
    let read = read.map_err(|error| Problem::internal(&error))??;
    let written = ask.as_trainer(ImportBusyTime { busy: read.busy }).await?;
    Ok(Json(BusyTimeAnswer {
        outside: written.outside.into_iter().map(OutsideView::from).collect(),
        unread: read.unread.into_iter().map(UnreadView::from).collect(),
    }))
}

/// Returns the time that is looked at: whole days, so that a repeat on the same day is the same command.
fn ahead(now: Instant) -> Result<Interval, InvalidValue> {
    let midnight = now.to_utc().date_naive().and_time(NaiveTime::MIN).and_utc();
    let start = instant(midnight)?;
    Interval::new(start, start.saturating_add(TimeDelta::days(DAYS)))
}
