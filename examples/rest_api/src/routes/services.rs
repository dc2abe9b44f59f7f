//! What trainers offer.

use serde::{Deserialize, Serialize};
use sitstay::{
    dog::DogSize,
    ids::{ServiceId, TrainerId},
    platform::{AddService, UpdateService},
    trainer::{Service, ServiceTerms},
};
use utoipa::{ToSchema, openapi::schema::Array};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    answer::{Created, Done},
    app::App,
    extract::{Ask, Body, Named},
    problem::Reply,
    wire::{Amount, Made, codes},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(add_service)).routes(routes!(update_service))
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
#[derive(Debug, Deserialize, ToSchema)]
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
