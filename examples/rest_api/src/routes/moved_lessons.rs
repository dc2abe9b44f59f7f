//! Lessons that would start at another instant, by the time-zone rules of now.

use axum::{Json, extract::State};
use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Serialize;
use sitstay::{command::Actor, ids::TrainerId, platform::MovedLesson};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    app::App,
    extract::{Asked, Named, SignedIn},
    openapi::ActingAs,
    problem::Reply,
    wire::{Page, PageAsked},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(moved_lessons)).routes(routes!(moved_lessons_of_trainer))
}

/// A lesson to come whose wall clock names another instant than the one that was booked.
#[derive(Debug, Serialize, ToSchema)]
struct MovedLessonView {
    booking: Uuid,
    start: DateTime<Utc>,
    local_start: NaiveDateTime,
    time_zone: String,
    would_start: DateTime<Utc>,
}

impl From<MovedLesson> for MovedLessonView {
    fn from(lesson: MovedLesson) -> Self {
        Self {
            booking: lesson.booking.as_uuid(),
            start: lesson.start.to_utc(),
            local_start: lesson.local_start,
            time_zone: lesson.time_zone.to_string(),
            would_start: lesson.would_start.to_utc(),
        }
    }
}

/// Lists lessons to come that a change of a zone's rules would move, to an admin.
#[utoipa::path(
    get, path = "/moved-lessons", tag = "admin",
    params(PageAsked), responses((status = 200, body = Page<MovedLessonView>)),
)]
async fn moved_lessons(
    State(app): State<App>,
    by: SignedIn,
    Asked(page): Asked<PageAsked>,
) -> Reply<Json<Page<MovedLessonView>>> {
    listed(&app, by.admin(), None, &page).await
}

/// Lists a trainer's lessons to come that a change of a zone's rules would move: to the trainer, and to
/// admins.
#[utoipa::path(
    get, path = "/trainers/{trainer}/moved-lessons", tag = "calendar",
    params(PageAsked, ActingAs), responses((status = 200, body = Page<MovedLessonView>)),
)]
async fn moved_lessons_of_trainer(
    State(app): State<App>,
    by: SignedIn,
    Named(trainer): Named<TrainerId>,
    Asked(page): Asked<PageAsked>,
) -> Reply<Json<Page<MovedLessonView>>> {
    listed(&app, by.actor(), Some(trainer), &page).await
}

async fn listed(
    app: &App,
    reader: Actor,
    trainer: Option<TrainerId>,
    page: &PageAsked,
) -> Reply<Json<Page<MovedLessonView>>> {
    let (page, now) = (page.request()?, app.now());
    let moved = app.platform.bookings_moved_by_zone_database(reader, trainer, page, now).await?;
    Ok(Json(Page::of(moved)))
}
