//! What trainers offer.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use sitstay::{
    authority::Denied,
    dog::DogSize,
    ids::{ServiceId, TrainerId},
    platform::{AddService, Error, UpdateService},
    repository::Versioned,
    trainer::{Service, ServiceTerms},
};
use utoipa::{ToSchema, openapi::schema::Array};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    answer::{Created, Done},
    app::App,
    extract::{Ask, Body, Named, SignedIn},
    problem::Reply,
    wire::{Amount, Made, codes},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(own_services))
        .routes(routes!(add_service))
        .routes(routes!(update_service))
}

/// A service that can be booked.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ServiceView {
    id: Uuid,
    name: String,
    description: String,
    duration_minutes: u16,
    price: Amount,
    /// The sizes of dogs that it is for; empty: all.
    #[schema(schema_with = sizes)]
    accepted_dog_sizes: Vec<DogSize>,
}

impl From<Service> for ServiceView {
    fn from(service: Service) -> Self {
        Self {
            id: service.id.as_uuid(),
            name: service.name.into(),
            description: service.description.into(),
            duration_minutes: service.duration_minutes,
            price: service.price.into(),
            accepted_dog_sizes: service.accepted_dog_sizes,
        }
    }
}

fn sizes() -> Array {
    Array::new(codes::dog_size())
}

const fn yes() -> bool {
    true
}

/// What a service is.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ServiceWritten {
    name: String,
    #[serde(default)]
    description: String,
    /// How long a lesson is: 5 minutes to 24 hours.
    duration_minutes: u16,
    /// What a lesson costs.
    price: Amount,
    /// Whether it can be booked.
    #[serde(default = "yes")]
    is_active: bool,
    /// The pause that is kept free before a lesson.
    #[serde(default)]
    buffer_before_minutes: u16,
    /// The pause that is kept free after a lesson.
    #[serde(default)]
    buffer_after_minutes: u16,
    /// The sizes of dogs that it is for; empty: all.
    #[serde(default)]
    #[schema(schema_with = sizes, required = false)]
    accepted_dog_sizes: Vec<DogSize>,
}

impl ServiceWritten {
    fn terms(self) -> Reply<ServiceTerms> {
        Ok(ServiceTerms {
            name: self.name.parse()?,
            description: self.description.parse()?,
            duration_minutes: self.duration_minutes,
            price: self.price.price()?,
            is_active: self.is_active,
            buffer_before_minutes: self.buffer_before_minutes,
            buffer_after_minutes: self.buffer_after_minutes,
            accepted_dog_sizes: self.accepted_dog_sizes.into_iter().collect(),
        })
    }
}

impl From<Service> for ServiceWritten {
    fn from(service: Service) -> Self {
        Self {
            name: service.name.into(),
            description: service.description.into(),
            duration_minutes: service.duration_minutes,
            price: service.price.into(),
            is_active: service.is_active,
            buffer_before_minutes: service.buffer_before_minutes,
            buffer_after_minutes: service.buffer_after_minutes,
            accepted_dog_sizes: service.accepted_dog_sizes,
        }
    }
}

/// A service as its trainer sees it.
#[derive(Debug, Serialize, ToSchema)]
struct OwnService {
    id: Uuid,
    terms: ServiceWritten,
}

impl From<Versioned<Service>> for OwnService {
    fn from(service: Versioned<Service>) -> Self {
        Self { id: service.id.as_uuid(), terms: service.into_value().into() }
    }
}

/// Lists one's own services, also those that cannot be booked, with their buffers.
#[utoipa::path(
    get, path = "/me/services", tag = "trainers", responses((status = 200, body = Vec<OwnService>)),
)]
async fn own_services(State(app): State<App>, by: SignedIn) -> Reply<Json<Vec<OwnService>>> {
    let profile = app.platform.profile(by.trainer(), by.user, app.now()).await?;
    let trainer = profile.account.and_then(|account| account.trainer);
    let trainer = trainer.ok_or(Error::Denied(Denied::RoleNotHeld))?;
    let services = app.platform.repository().services(trainer).await?;
    Ok(Json(services.into_iter().map(OwnService::from).collect()))
}

/// Offers a service, as the trainer.
#[utoipa::path(
    post, path = "/trainers/{trainer}/services", tag = "trainers",
    request_body = ServiceWritten, responses((status = 201, body = Made)),
)]
async fn add_service(
    ask: Ask,
    Named(trainer): Named<TrainerId>,
    Body(body): Body<ServiceWritten>,
) -> Reply<Created<Made>> {
    let (service, terms) = (ServiceId::from_uuid(ask.key.0), body.terms()?);
    ask.as_trainer(AddService { trainer, service, terms }).await?;
    Ok(Created::under(ask.key))
}

/// Replaces what a service is, as the trainer; what is booked stays as it was booked.
#[utoipa::path(
    put, path = "/trainers/{trainer}/services/{service}", tag = "trainers",
    request_body = ServiceWritten, responses((status = 204)),
)]
async fn update_service(
    ask: Ask,
    Named((trainer, service)): Named<(TrainerId, ServiceId)>,
    Body(body): Body<ServiceWritten>,
) -> Reply<Done> {
    let terms = body.terms()?;
    ask.as_trainer(UpdateService { trainer, service, terms }).await.map(|()| Done)
}
