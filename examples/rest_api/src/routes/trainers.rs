//! Trainers, on a list and one by one, as everybody sees them, and what a trainer says of themselves.

use axum::{Json, extract::State};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sitstay::{
    error::{InvalidValue, Problem as Bound},
    ids::{LocationId, TrainerId},
    platform::{Error, UpdateTrainer},
    repository::{PageRequest, TrainerCard, Versioned},
    trainer::{Certification, Rating, Service, Trainer},
    years::Experience,
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::services::ServiceView;
use crate::{
    answer::Done,
    app::App,
    extract::{Ask, Asked, Body, Caller, Named},
    openapi::ActingAs,
    problem::Reply,
    wire::{Page, Point},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(trainers))
        .routes(routes!(trainer))
        .routes(routes!(update_trainer))
}

/// What everybody may see of a trainer.
#[derive(Debug, Serialize, ToSchema)]
struct TrainerView {
    id: Uuid,
    first_name: String,
    last_name: String,
    bio: String,
    years_of_experience: u8,
    is_verified: bool,
    rating: RatingView,
    /// The zone in which the trainer's hours are wall clock.
    time_zone: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    city: Option<String>,
    /// Rounded to 0.01°.
    #[serde(skip_serializing_if = "Option::is_none")]
    point: Option<Point>,
    services: Vec<ServiceView>,
    certifications: Vec<CertificationView>,
}

/// What owners say.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RatingView {
    /// How many reviews.
    count: i64,
    /// Their mean, in 1/10,000 of a point; missing without reviews.
    #[serde(skip_serializing_if = "Option::is_none")]
    mean_e4: Option<i64>,
}

/// A trainer's certification.
#[derive(Debug, Serialize, ToSchema)]
struct CertificationView {
    id: Uuid,
    name: String,
    issued_by: String,
    issued_at: NaiveDate,
}

impl From<TrainerCard> for TrainerView {
    fn from(card: TrainerCard) -> Self {
        let TrainerCard { trainer, first_name, last_name, .. } = card;
        let services = card.services.into_iter().map(Versioned::into_value);
        let certifications = card.certifications.into_iter().map(Versioned::into_value);
        let Trainer { id, bio, years_of_experience, is_verified, rating, time_zone, .. } =
            trainer.into_value();
        Self {
            id: id.as_uuid(),
            first_name: first_name.into(),
            last_name: last_name.into(),
            bio: bio.into(),
            years_of_experience: years_of_experience.get(),
            is_verified,
            rating: rating.into(),
            time_zone: time_zone.to_string(),
            city: card.city.map(Into::into),
            point: card.public_point.map(Point::from),
            services: services
                .filter(|service: &Service| service.is_active)
                .map(ServiceView::from)
                .collect(),
            certifications: certifications.map(CertificationView::from).collect(),
        }
    }
}

impl From<Rating> for RatingView {
    fn from(rating: Rating) -> Self {
        Self { count: rating.count, mean_e4: rating.mean_e4() }
    }
}

impl From<Certification> for CertificationView {
    fn from(certification: Certification) -> Self {
        let Certification { id, name, issued_by, issued_at, .. } = certification;
        Self { id: id.as_uuid(), name: name.into(), issued_by: issued_by.into(), issued_at }
    }
}

/// Which page of the trainers.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct TrainersAsked {
    /// How many at most, 1 to 200; 50 unless said.
    limit: Option<u16>,
    /// What the page before said in `next`.
    after: Option<String>,
}

/// Lists the trainers who take requests, those who came first first.
#[utoipa::path(
    get, path = "/trainers", tag = "trainers", security((), ("session" = [])),
    params(TrainersAsked), responses((status = 200, body = Page<TrainerView>)),
)]
async fn trainers(
    State(app): State<App>,
    caller: Caller,
    Asked(asked): Asked<TrainersAsked>,
) -> Reply<Json<Page<TrainerView>>> {
    let limit = asked.limit.map_or_else(|| Ok(PageRequest::default()), PageRequest::first)?.limit();
    let skip = match asked.after {
        Some(text) => text.parse().map_err(|_| {
            InvalidValue::new("after", Bound::Malformed("what the page before said"))
        })?,
        None => 0_usize,
    };
    let (known, is_more) = app.directory.page(&app.platform, skip, limit.into()).await?;
    let next = is_more.then(|| (skip + known.len()).to_string());
    let mut items = Vec::new();
    for trainer in known {
        match app.platform.trainer_card(caller.actor(), trainer).await {
            Ok(card) if card.is_listed => items.push(card.into()),
            // Suspended, or erased.
            Ok(_) | Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Json(Page { items, next }))
}

/// Returns what everybody may see of a trainer.
#[utoipa::path(
    get, path = "/trainers/{trainer}", tag = "trainers", security((), ("session" = [])),
    params(ActingAs), responses((status = 200, body = TrainerView)),
)]
async fn trainer(
    State(app): State<App>,
    caller: Caller,
    Named(trainer): Named<TrainerId>,
) -> Reply<Json<TrainerView>> {
    let card = app.platform.trainer_card(caller.actor(), trainer).await?;
    Ok(Json(card.into()))
}

/// What a trainer says of themselves.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TrainerWritten {
    /// Whole years, up to 80.
    years_of_experience: u8,
    bio: String,
    /// At which of the trainer's own places search finds them; without one, at none.
    search_location: Option<Uuid>,
}

/// Replaces what the trainer who is signed in says of themselves.
#[utoipa::path(
    put, path = "/me/trainer", tag = "trainers",
    request_body = TrainerWritten, responses((status = 204)),
)]
async fn update_trainer(ask: Ask, Body(body): Body<TrainerWritten>) -> Reply<Done> {
    let command = UpdateTrainer {
        years_of_experience: Experience::new(body.years_of_experience)?,
        bio: body.bio.parse()?,
        search_location: body.search_location.map(LocationId::from_uuid),
    };
    ask.as_trainer(command).await.map(|()| Done)
}
