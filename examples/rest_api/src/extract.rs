//! What a handler asks of a request: its body, its path, who sent it, and under which command id.
//!
//! All of them refuse with a [`Problem`].

use axum::{
    body::Bytes,
    extract::{FromRef, FromRequest, FromRequestParts, Request},
    http::{HeaderMap, Method, header, request::Parts},
};
use sitstay::{
    account::RoleName,
    command::Actor,
    ids::{CommandId, UserId},
    platform::Command,
};
use uuid::Uuid;

use crate::{
    app::App,
    auth::Token,
    problem::{Problem, Reply},
};

/// The header with the id of a command, which makes it repeatable.
pub(crate) const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The header in which a caller says in which role they act, where more than one may.
pub(crate) const ACTING_AS: &str = "acting-as";

/// A JSON body.
#[derive(Debug, FromRequest)]
#[from_request(via(axum::Json), rejection(Problem))]
pub(crate) struct Body<T>(pub(crate) T);

/// A body as it was sent.
#[derive(Debug)]
pub(crate) struct Raw(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Reply<Self> {
        Ok(Self(Bytes::from_request(request, state).await?))
    }
}

/// What the path names.
#[derive(Debug, FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Problem))]
pub(crate) struct Named<T>(pub(crate) T);

/// What the query asks for.
#[derive(Debug, FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Problem))]
pub(crate) struct Asked<T>(pub(crate) T);

/// Whoever reads, signed in or not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller {
    user: Option<UserId>,
    role: Option<RoleName>,
}

impl Caller {
    /// In the role that the caller named; nobody, if nobody is signed in.
    pub(crate) fn actor(self) -> Actor {
        let Self { user, role } = self;
        user.map_or(Actor::Anonymous, |user| Actor::User { user, role })
    }
}

impl<S> FromRequestParts<S> for Caller
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Reply<Self> {
        let role = role(&parts.headers)?;
        let user = match token(&parts.headers)? {
            Some(token) => Some(App::from_ref(state).sessions.user(&token).await?),
            None => None,
        };
        if let Some(user) = user {
            tracing::Span::current().record("user", tracing::field::display(user));
        }
        Ok(Self { user, role })
    }
}

/// Somebody who is signed in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignedIn {
    pub(crate) user: UserId,
    role: Option<RoleName>,
}

impl SignedIn {
    /// In the role that the caller named.
    pub(crate) const fn actor(self) -> Actor {
        Actor::User { user: self.user, role: self.role }
    }

    pub(crate) const fn owner(self) -> Actor {
        Actor::owner(self.user)
    }

    pub(crate) const fn trainer(self) -> Actor {
        Actor::trainer(self.user)
    }

    pub(crate) const fn admin(self) -> Actor {
        Actor::admin(self.user)
    }

    /// In no role, for what everybody may do for themselves.
    pub(crate) const fn member(self) -> Actor {
        Actor::member(self.user)
    }
}

impl<S> FromRequestParts<S> for SignedIn
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Reply<Self> {
        let Caller { user, role } = Caller::from_request_parts(parts, state).await?;
        let user = user.ok_or_else(|| {
            Problem::unauthenticated("session.missing", "this needs a token of a session")
        })?;
        Ok(Self { user, role })
    }
}

/// The id of a command, made by the client.
///
/// A `POST` must have one. Where there is none, other methods get one of their own: they may be
/// repeated by what they mean.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key(pub(crate) Uuid);

impl Key {
    pub(crate) const fn command(self) -> CommandId {
        CommandId::from_uuid(self.0)
    }
}

impl<S: Sync> FromRequestParts<S> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Reply<Self> {
        match parts.headers.get(IDEMPOTENCY_KEY) {
            Some(key) => key
                .to_str()
                .ok()
                .and_then(|key| Uuid::try_parse(key).ok())
                .map(Self)
                .ok_or_else(|| malformed("idempotency-key must be a UUID")),
            None if parts.method == Method::POST => {
                Err(malformed("a POST needs the header idempotency-key with a new UUID"))
            }
            None => Ok(Self(Uuid::now_v7())),
        }
    }
}

fn malformed(detail: &str) -> Problem {
    Problem::malformed("request.idempotency_key", detail)
}

/// What somebody who is signed in wants to change: who, and under which command id.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) app: App,
    pub(crate) by: SignedIn,
    pub(crate) key: Key,
}

impl<S> FromRequestParts<S> for Ask
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Reply<Self> {
        let by = SignedIn::from_request_parts(parts, state).await?;
        let key = Key::from_request_parts(parts, state).await?;
        Ok(Self { app: App::from_ref(state), by, key })
    }
}

impl Ask {
    /// What follows from this, under a key that is derived from this one.
    pub(crate) fn then(&self, name: &str) -> Self {
        let key = Key(Uuid::new_v5(&self.key.0, name.as_bytes()));
        Self { key, ..self.clone() }
    }

    pub(crate) async fn as_owner<C: Command>(&self, command: C) -> Reply<C::Outcome> {
        self.app.execute(self.key.command(), self.by.owner(), command).await
    }

    pub(crate) async fn as_trainer<C: Command>(&self, command: C) -> Reply<C::Outcome> {
        self.app.execute(self.key.command(), self.by.trainer(), command).await
    }

    pub(crate) async fn as_admin<C: Command>(&self, command: C) -> Reply<C::Outcome> {
        self.app.execute(self.key.command(), self.by.admin(), command).await
    }

    /// In no role, for what everybody may do for themselves.
    pub(crate) async fn as_member<C: Command>(&self, command: C) -> Reply<C::Outcome> {
        self.app.execute(self.key.command(), self.by.member(), command).await
    }

    /// In the role that the caller named.
    pub(crate) async fn as_named<C: Command>(&self, command: C) -> Reply<C::Outcome> {
        self.app.execute(self.key.command(), self.by.actor(), command).await
    }
}

/// The token of a session, from `Authorization: Bearer`.
pub(crate) fn token(headers: &HeaderMap) -> Reply<Option<Token>> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let token = value.to_str().ok().and_then(|value| value.strip_prefix("Bearer "));
    token.and_then(Token::parse).map(Some).ok_or_else(|| {
        Problem::unauthenticated("session.invalid", "the token is none of a session")
    })
}

fn role(headers: &HeaderMap) -> Reply<Option<RoleName>> {
    let Some(value) = headers.get(ACTING_AS) else { return Ok(None) };
    let named = RoleName::ALL.into_iter().find(|role| value == role.code());
    named.map(Some).ok_or_else(|| {
        Problem::malformed("request.acting_as", "acting-as must be owner, trainer or admin")
    })
}
