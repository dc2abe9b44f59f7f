//! All that is stored about somebody, for them to take along.

use axum::{
    Json,
    extract::State,
    http::{HeaderName, header},
};
use serde::Serialize;
use sitstay::{command::Actor, ids::UserId, platform::Export};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    extract::{Named, SignedIn},
    problem::Reply,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(export_me)).routes(routes!(export_user))
}

/// All that is stored about somebody, the password apart, in the library's own form.
#[derive(Debug, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = Object)]
struct ExportView(Export);

/// A file to be saved, and to be kept nowhere else.
type ToSave<T> = ([(HeaderName, &'static str); 2], Json<T>);

/// Returns all that is stored about the user who is signed in.
#[utoipa::path(
    get, path = "/me/export", tag = "accounts", responses((status = 200, body = ExportView)),
)]
async fn export_me(State(app): State<App>, by: SignedIn) -> Reply<ToSave<ExportView>> {
    exported(&app, by.member(), by.user).await
}

/// Returns all that is stored about a user, to an admin.
#[utoipa::path(
    get, path = "/users/{user}/export", tag = "people",
    responses((status = 200, body = ExportView)),
)]
async fn export_user(
    State(app): State<App>,
    by: SignedIn,
    Named(user): Named<UserId>,
) -> Reply<ToSave<ExportView>> {
    exported(&app, by.admin(), user).await
}

async fn exported(app: &App, actor: Actor, user: UserId) -> Reply<ToSave<ExportView>> {
    let export = app.platform.export(actor, user).await?;
    let headers = [
        (header::CONTENT_DISPOSITION, "attachment; filename=\"export.json\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Json(ExportView(export))))
}
