//! Other people: how they are reached, and what admins do about their accounts.

use axum::{Json, extract::State};
use sitstay::{
    ids::UserId,
    platform::{EraseUser, GrantAdmin, ReactivateUser, RevokeAdmin, SuspendUser},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::accounts::UserView;
use crate::{
    answer::Done,
    app::App,
    extract::{Ask, Named, SignedIn},
    openapi::ActingAs,
    problem::Reply,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(user, erase_user))
        .routes(routes!(suspend_user))
        .routes(routes!(reactivate_user))
        .routes(routes!(grant_admin, revoke_admin))
}

/// Returns how a user is reached: oneself, the other party of a lesson, and for admins anybody.
#[utoipa::path(
    get, path = "/users/{user}", tag = "people",
    params(ActingAs), responses((status = 200, body = UserView)),
)]
async fn user(
    State(app): State<App>,
    by: SignedIn,
    Named(user): Named<UserId>,
) -> Reply<Json<UserView>> {
    let profile = app.platform.profile(by.actor(), user, app.now()).await?;
    Ok(Json(profile.into()))
}

/// Erases a user for good, as an admin.
#[utoipa::path(delete, path = "/users/{user}", tag = "people", responses((status = 204)))]
async fn erase_user(ask: Ask, Named(user): Named<UserId>) -> Reply<Done> {
    ask.as_admin(EraseUser { user }).await?;
    ask.app.lock_out(user).await.map(|()| Done)
}

/// Suspends a user, as an admin: from then on they can only read.
#[utoipa::path(
    post, path = "/users/{user}/suspension", tag = "people",
    responses((status = 204)),
)]
async fn suspend_user(ask: Ask, Named(user): Named<UserId>) -> Reply<Done> {
    ask.as_admin(SuspendUser { user }).await.map(|()| Done)
}

/// Lets a suspended user act again, as an admin.
#[utoipa::path(
    post, path = "/users/{user}/reactivation", tag = "people",
    responses((status = 204)),
)]
async fn reactivate_user(ask: Ask, Named(user): Named<UserId>) -> Reply<Done> {
    ask.as_admin(ReactivateUser { user }).await.map(|()| Done)
}

/// Makes a user an admin, as another one.
#[utoipa::path(put, path = "/users/{user}/admin", tag = "people", responses((status = 204)))]
async fn grant_admin(ask: Ask, Named(user): Named<UserId>) -> Reply<Done> {
    ask.as_admin(GrantAdmin { user }).await.map(|()| Done)
}

/// Takes the role of an admin from somebody else.
#[utoipa::path(delete, path = "/users/{user}/admin", tag = "people", responses((status = 204)))]
async fn revoke_admin(ask: Ask, Named(user): Named<UserId>) -> Reply<Done> {
    ask.as_admin(RevokeAdmin { user }).await.map(|()| Done)
}
