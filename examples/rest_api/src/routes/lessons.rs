//! Lessons, as their parties see them.

use std::collections::BTreeSet;

use axum::{Json, extract::State};
use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use sitstay::{
    booking::{Attendance, BookingStatus, CancelKind},
    error::InvalidValue,
    ids::{BookingId, DogId, OwnerId, SeriesId, ServiceId, TrainerId},
    platform::{Contact, LessonDetails, LessonParty, LessonSummary, LessonsOf, LessonsQuery},
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::dogs::DogWritten;
use crate::{
    app::App,
    extract::{Asked, Named, SignedIn},
    openapi::ActingAs,
    problem::Reply,
    wire::{Amount, Page, PageAsked, Period, Place, codes, instant},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(lessons))
        .routes(routes!(lesson))
        .routes(routes!(lessons_of_trainer))
        .routes(routes!(lessons_of_owner))
        .routes(routes!(lessons_of_dog))
}

/// Which lessons.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LessonsAsked {
    /// Those that start at or after this; now, unless said.
    from: Option<DateTime<Utc>>,
    /// Those that start before this.
    until: Option<DateTime<Utc>>,
    /// Those that stand so; all, unless said.
    #[param(schema_with = codes::booking_status, required = false)]
    status: Option<BookingStatus>,
}

impl LessonsAsked {
    fn query(&self, app: &App) -> Result<LessonsQuery, InvalidValue> {
        Ok(LessonsQuery {
            from: self.from.map_or(Ok(app.now()), instant)?,
            until: self.until.map(instant).transpose()?,
            statuses: BTreeSet::from_iter(self.status),
        })
    }
}

/// A lesson as both sides see it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LessonView {
    id: Uuid,
    trainer: Uuid,
    trainer_first_name: String,
    trainer_last_name: String,
    owner: Uuid,
    owner_first_name: String,
    dog: Uuid,
    dog_name: String,
    /// Missing for a custom lesson.
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_name: Option<String>,
    session: Period,
    /// The wall clock at the start, as it was booked.
    local_start: NaiveDateTime,
    /// The zone of that wall clock.
    time_zone: String,
    price: Amount,
    /// A lapsed request reads as cancelled.
    #[schema(schema_with = codes::booking_status)]
    status: BookingStatus,
    #[schema(schema_with = codes::cancel_kind, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    cancel_kind: Option<CancelKind>,
    /// Until when the trainer can answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    hold_expires_at: Option<DateTime<Utc>>,
    #[schema(schema_with = codes::attendance, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    attendance: Option<Attendance>,
    #[serde(skip_serializing_if = "Option::is_none")]
    series: Option<Uuid>,
}

impl From<LessonSummary> for LessonView {
    fn from(lesson: LessonSummary) -> Self {
        let (trainer_first_name, trainer_last_name) = lesson.trainer_name;
        Self {
            id: lesson.booking.as_uuid(),
            trainer: lesson.trainer.as_uuid(),
            trainer_first_name: trainer_first_name.into(),
            trainer_last_name: trainer_last_name.into(),
            owner: lesson.owner.as_uuid(),
            owner_first_name: lesson.owner_first_name.into(),
            dog: lesson.dog.as_uuid(),
            dog_name: lesson.dog_name.into(),
            service: lesson.service.map(ServiceId::as_uuid),
            service_name: lesson.service_name.map(Into::into),
            session: lesson.session.into(),
            local_start: lesson.local_start,
            time_zone: lesson.time_zone.to_string(),
            price: lesson.price.into(),
            status: lesson.status,
            cancel_kind: lesson.cancel_kind,
            hold_expires_at: lesson.hold_expires_at.map(Into::into),
            attendance: lesson.attendance,
            series: lesson.series.map(SeriesId::as_uuid),
        }
    }
}

/// Lists one's own lessons by start, as an owner or as a trainer.
#[utoipa::path(
    get, path = "/bookings", tag = "bookings",
    params(LessonsAsked, PageAsked, ActingAs), responses((status = 200, body = Page<LessonView>)),
)]
async fn lessons(
    State(app): State<App>,
    by: SignedIn,
    Asked(asked): Asked<LessonsAsked>,
    Asked(page): Asked<PageAsked>,
) -> Reply<Json<Page<LessonView>>> {
    let (query, now) = (asked.query(&app)?, app.now());
    let lessons = app.platform.lessons(by.actor(), &query, page.request()?, now).await?;
    Ok(Json(Page::of(lessons)))
}

/// Lists a trainer's lessons by start: to the trainer, and to admins.
#[utoipa::path(
    get, path = "/trainers/{trainer}/bookings", tag = "bookings",
    params(LessonsAsked, PageAsked, ActingAs), responses((status = 200, body = Page<LessonView>)),
)]
async fn lessons_of_trainer(
    State(app): State<App>,
    by: SignedIn,
    Named(trainer): Named<TrainerId>,
    Asked(asked): Asked<LessonsAsked>,
    Asked(page): Asked<PageAsked>,
) -> Reply<Json<Page<LessonView>>> {
    listed(&app, by, LessonsOf::Trainer(trainer), &asked, &page).await
}

/// Lists an owner's lessons by start: to the owner, and to admins.
#[utoipa::path(
    get, path = "/owners/{owner}/bookings", tag = "bookings",
    params(LessonsAsked, PageAsked, ActingAs), responses((status = 200, body = Page<LessonView>)),
)]
async fn lessons_of_owner(
    State(app): State<App>,
    by: SignedIn,
    Named(owner): Named<OwnerId>,
    Asked(asked): Asked<LessonsAsked>,
    Asked(page): Asked<PageAsked>,
) -> Reply<Json<Page<LessonView>>> {
    listed(&app, by, LessonsOf::Owner(owner), &asked, &page).await
}

/// Lists a dog's lessons by start: to its owner, and to admins.
#[utoipa::path(
    get, path = "/dogs/{dog}/bookings", tag = "bookings",
    params(LessonsAsked, PageAsked, ActingAs), responses((status = 200, body = Page<LessonView>)),
)]
async fn lessons_of_dog(
    State(app): State<App>,
    by: SignedIn,
    Named(dog): Named<DogId>,
    Asked(asked): Asked<LessonsAsked>,
    Asked(page): Asked<PageAsked>,
) -> Reply<Json<Page<LessonView>>> {
    listed(&app, by, LessonsOf::Dog(dog), &asked, &page).await
}

async fn listed(
    app: &App,
    by: SignedIn,
    of: LessonsOf,
    asked: &LessonsAsked,
    page: &PageAsked,
) -> Reply<Json<Page<LessonView>>> {
    let (query, page, now) = (asked.query(app)?, page.request()?, app.now());
    let lessons = app.platform.lessons_of(by.actor(), of, &query, page, now).await?;
    Ok(Json(Page::of(lessons)))
}

/// A lesson with all that its reader may see of it.
#[derive(Debug, Serialize, ToSchema)]
struct LessonInFull {
    lesson: LessonView,
    dog: DogWritten,
    /// Why it was cancelled, in the words of who did.
    #[serde(skip_serializing_if = "Option::is_none")]
    cancellation_reason: Option<String>,
    owner: PartyView,
    trainer: PartyView,
}

/// One side of a lesson.
#[derive(Debug, Serialize, ToSchema)]
struct PartyView {
    first_name: String,
    /// An owner's is seen together with the contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
    /// Seen by the other side from acceptance until a day after the lesson.
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<ContactView>,
}

/// How to reach somebody.
#[derive(Debug, Serialize, ToSchema)]
struct ContactView {
    email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    places: Vec<Place>,
}

impl From<LessonDetails> for LessonInFull {
    fn from(details: LessonDetails) -> Self {
        Self {
            lesson: details.lesson.into(),
            dog: details.dog.into(),
            cancellation_reason: details.cancellation_reason.map(Into::into),
            owner: details.owner.into(),
            trainer: details.trainer.into(),
        }
    }
}

impl From<LessonParty> for PartyView {
    fn from(party: LessonParty) -> Self {
        let LessonParty { first_name, last_name, contact } = party;
        Self {
            first_name: first_name.into(),
            last_name: last_name.map(Into::into),
            contact: contact.map(ContactView::from),
        }
    }
}

impl From<Contact> for ContactView {
    fn from(contact: Contact) -> Self {
        let places = contact.places.iter().map(|place| Place::new(&place.address, place.point));
        Self {
            places: places.collect(),
            email: contact.email.into(),
            phone: contact.phone.map(Into::into),
        }
    }
}

/// Returns a lesson with all that its reader may see of it.
#[utoipa::path(
    get, path = "/bookings/{booking}", tag = "bookings",
    params(ActingAs), responses((status = 200, body = LessonInFull)),
)]
async fn lesson(
    State(app): State<App>,
    by: SignedIn,
    Named(booking): Named<BookingId>,
) -> Reply<Json<LessonInFull>> {
    Ok(Json(app.platform.lesson(by.actor(), booking, app.now()).await?.into()))
}
