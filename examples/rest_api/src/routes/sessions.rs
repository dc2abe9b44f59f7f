//! Signing in and out.

use axum::{extract::State, http::HeaderMap};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sitstay::contact::Email;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    answer::{Created, Done},
    app::App,
    auth::Session,
    extract::{self, Body},
    problem::{Problem, Reply},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(sign_in, sign_out))
}

/// An address and a password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Credentials {
    email: String,
    #[schema(format = Password)]
    password: String,
}

/// A session that was begun.
#[derive(Serialize, ToSchema)]
struct SessionBegun {
    /// What later requests send as `Authorization: Bearer`. It is told this once.
    token: String,
    /// Until when it holds.
    expires_at: DateTime<Utc>,
    /// Who is signed in.
    user: Uuid,
}

/// Begins a session.
#[utoipa::path(
    post, path = "/sessions", tag = "accounts", security(()),
    request_body = Credentials, responses((status = 201, body = SessionBegun)),
)]
async fn sign_in(
    State(app): State<App>,
    Body(Credentials { email, password }): Body<Credentials>,
) -> Reply<Created<SessionBegun>> {
    let key = Email::parse(&email)?.key();
    app.throttle.check(&key)?;
    let user = app.platform.repository().user_by_email(&key).await?;
    let known = user.as_ref().and_then(|user| user.password.as_ref());
    let is_right = app.passwords.matches(password, known).await?;
    let user = user.filter(|_| is_right).ok_or_else(|| {
        let detail = "the address or the password is wrong";
        Problem::unauthenticated("session.refused", detail)
    })?;
    let Session { token, expires_at } = app.sessions.begin(user.id).await?;
    Ok(Created::new(SessionBegun {
        token: token.expose().to_owned(),
        expires_at: expires_at.to_utc(),
        user: user.id.as_uuid(),
    }))
}

/// Ends the session of the request's token.
#[utoipa::path(delete, path = "/sessions", tag = "accounts", responses((status = 204)))]
async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Reply<Done> {
    if let Some(token) = extract::token(&headers)? {
        app.sessions.end(&token).await?;
    }
    Ok(Done)
}
