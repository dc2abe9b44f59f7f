//! Whether the service can serve.

use axum::{Json, extract::State};
use serde::Serialize;
use sitstay::ids::TrainerId;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{app::App, problem::Reply};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(healthz))
}

/// That the service can serve.
#[derive(Debug, Serialize, ToSchema)]
struct Health {
    status: &'static str,
}

/// Says whether the service runs and its storage answers.
#[utoipa::path(get, path = "/healthz", tag = "health", security(()), responses((status = 200, body = Health)))]
async fn healthz(State(app): State<App>) -> Reply<Json<Health>> {
    app.platform.repository().trainer(TrainerId::from_uuid(Uuid::nil())).await?;
    Ok(Json(Health { status: "ok" }))
}
