//! What only admins do: verifying trainers, and looking after the whole.

use axum::{Json, extract::State};
use serde::Serialize;
use sitstay::{ids::TrainerId, platform::VerifyTrainer};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::Done,
    app::App,
    extract::{Ask, Named, SignedIn},
    problem::{Problem, Reply},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(verify_trainer, unverify_trainer))
        .routes(routes!(audit_money))
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
