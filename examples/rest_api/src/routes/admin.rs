//! What only admins do: verifying trainers, and looking after the whole.

use axum::{Json, extract::State};
use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Serialize;
use sitstay::{
    ids::TrainerId,
    platform::{MovedLesson, VerifyTrainer},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    answer::Done,
    app::App,
    extract::{Ask, Asked, Named, SignedIn},
    problem::{Problem, Reply},
    wire::{Page, PageAsked},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(verify_trainer, unverify_trainer))
        .routes(routes!(audit_money))
        .routes(routes!(moved_lessons))
}

/// Verifies a trainer.
#[utoipa::path(
    put, path = "/trainers/{trainer}/verification", tag = "admin",
    responses((status = 204)),
)]
async fn verify_trainer(ask: Ask, Named(trainer): Named<TrainerId>) -> Reply<Done> {
    ask.as_admin(VerifyTrainer { trainer, verified: true }).await.map(|()| Done)
}

/// Takes a trainer's verification back.
#[utoipa::path(
    delete, path = "/trainers/{trainer}/verification", tag = "admin",
    responses((status = 204)),
)]
async fn unverify_trainer(ask: Ask, Named(trainer): Named<TrainerId>) -> Reply<Done> {
    ask.as_admin(VerifyTrainer { trainer, verified: false }).await.map(|()| Done)
}

/// What an audit of all money found.
#[derive(Debug, Serialize, ToSchema)]
struct AuditView {
    /// How many payments were looked at.
    payments: u64,
    /// How many payouts were looked at.
    payouts: u64,
    /// Whether the accounts' totals were compared too.
    is_total: bool,
    /// Everything that does not fit together.
    #[schema(value_type = Vec<Object>)]
    differences: Vec<serde_json::Value>,
}

/// Recomputes all that money did from the ledger.
#[utoipa::path(get, path = "/audit", tag = "admin", responses((status = 200, body = AuditView)))]
async fn audit_money(State(app): State<App>, by: SignedIn) -> Reply<Json<AuditView>> {
    let audit = app.platform.audit_money(by.admin()).await?;
    let differences = audit.differences.iter().map(serde_json::to_value);
    let differences = differences.collect::<Result<_, _>>();
    Ok(Json(AuditView {
        payments: audit.payments,
        payouts: audit.payouts,
        is_total: audit.is_total,
        differences: differences.map_err(|error| Problem::internal(&error))?,
    }))
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

/// Lists lessons to come that a change of a zone's rules would move.
#[utoipa::path(
    get, path = "/moved-lessons", tag = "admin",
    params(PageAsked), responses((status = 200, body = Page<MovedLessonView>)),
)]
async fn moved_lessons(
    State(app): State<App>,
    by: SignedIn,
    Asked(page): Asked<PageAsked>,
) -> Reply<Json<Page<MovedLessonView>>> {
    let (page, now) = (page.request()?, app.now());
    let moved = app.platform.bookings_moved_by_zone_database(by.admin(), None, page, now).await?;
    Ok(Json(Page::of(moved)))
}
