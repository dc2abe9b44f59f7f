//! One's own account: signing up, names, address, password, and the roles of owner and trainer.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sitstay::{
    account::{Location, RoleName, UserStatus},
    command::{Actor, SystemReason},
    ids::{OwnerId, TrainerId, UserId},
    platform::{
        AccountDetails, BecomeOwner, BecomeTrainer, ChangeEmail, ChangePassword, EraseUser,
        Profile, SignUp, UpdateProfile,
    },
    repository::Versioned,
    years::Experience,
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    answer::{Created, Done},
    app::App,
    extract::{Ask, Body, Key, SignedIn},
    problem::{Problem, Reply},
    wire::{Made, Place, codes, optional},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sign_up))
        .routes(routes!(me, update_profile, erase_me))
        .routes(routes!(change_email))
        .routes(routes!(change_password))
        .routes(routes!(become_owner))
        .routes(routes!(become_trainer))
}

/// Who signs up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewUser {
    email: String,
    /// Eight characters or more.
    #[schema(format = Password)]
    password: String,
    first_name: String,
    last_name: String,
    /// In international form, for instance `+4930901820`.
    phone: Option<String>,
}

/// Makes a user, without a role.
///
/// A real service would confirm the address first.
#[utoipa::path(
    post, path = "/users", tag = "accounts", security(()),
    request_body = NewUser, responses((status = 201, body = Made)),
)]
async fn sign_up(
    State(app): State<App>,
    key: Key,
    Body(body): Body<NewUser>,
) -> Reply<Created<Made>> {
    let command = SignUp {
        user: UserId::from_uuid(key.0),
        email: body.email.parse()?,
        first_name: body.first_name.parse()?,
        last_name: body.last_name.parse()?,
        phone: optional(body.phone.as_deref())?,
        password: Some(app.passwords.hash(body.password).await?),
    };
    app.execute(key.command(), Actor::System(SystemReason::SignUp), command).await?;
    Ok(Created::under(key).at("users", key.0))
}

/// How a user is reached, and for themselves and admins also what they are.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UserView {
    id: Uuid,
    first_name: String,
    last_name: String,
    email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    locations: Vec<LocationView>,
    /// Missing for the other party of a lesson.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<AccountView>,
}

/// One of a user's places.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LocationView {
    id: Uuid,
    place: Place,
}

/// What a user is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AccountView {
    #[schema(schema_with = codes::user_status)]
    status: UserStatus,
    /// The profile as an owner, if there is one.
    owner: Option<Uuid>,
    /// The profile as a trainer, if there is one.
    trainer: Option<Uuid>,
    is_admin: bool,
    created_at: DateTime<Utc>,
}

impl From<Profile> for UserView {
    fn from(profile: Profile) -> Self {
        Self {
            id: profile.user.as_uuid(),
            first_name: profile.first_name.into(),
            last_name: profile.last_name.into(),
            email: profile.email.into(),
            phone: profile.phone.map(Into::into),
            locations: profile.locations.into_iter().map(LocationView::from).collect(),
            account: profile.account.map(AccountView::from),
        }
    }
}

impl From<Versioned<Location>> for LocationView {
    fn from(location: Versioned<Location>) -> Self {
        let Location { id, address, point, .. } = location.into_value();
        Self { id: id.as_uuid(), place: Place::new(&address, point) }
    }
}

impl From<AccountDetails> for AccountView {
    fn from(account: AccountDetails) -> Self {
        Self {
            status: account.status,
            owner: account.owner.map(OwnerId::as_uuid),
            trainer: account.trainer.map(TrainerId::as_uuid),
            is_admin: account.holds(RoleName::Admin),
            created_at: account.created_at.to_utc(),
        }
    }
}

/// Returns who is signed in.
#[utoipa::path(get, path = "/me", tag = "accounts", responses((status = 200, body = UserView)))]
async fn me(State(app): State<App>, by: SignedIn) -> Reply<Json<UserView>> {
    let profile = app.platform.profile(by.member(), by.user, app.now()).await?;
    Ok(Json(profile.into()))
}

/// A user's names and phone number.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProfileWritten {
    first_name: String,
    last_name: String,
    /// Left out, the number is taken away.
    phone: Option<String>,
}

/// Replaces one's own names and phone number.
#[utoipa::path(
    put, path = "/me", tag = "accounts",
    request_body = ProfileWritten, responses((status = 204)),
)]
async fn update_profile(ask: Ask, Body(body): Body<ProfileWritten>) -> Reply<Done> {
    let command = UpdateProfile {
        first_name: body.first_name.parse()?,
        last_name: body.last_name.parse()?,
        phone: optional(body.phone.as_deref())?,
    };
    ask.as_member(command).await.map(|()| Done)
}

/// Erases one's own account for good; bookings, ratings and the ledger stay, without names.
#[utoipa::path(delete, path = "/me", tag = "accounts", responses((status = 204)))]
async fn erase_me(ask: Ask) -> Reply<Done> {
    let user = ask.by.user;
    ask.as_member(EraseUser { user }).await?;
    ask.app.lock_out(user).await.map(|()| Done)
}

/// A new address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewEmail {
    email: String,
}

/// Changes one's own e-mail address.
#[utoipa::path(
    put, path = "/me/email", tag = "accounts",
    request_body = NewEmail, responses((status = 204)),
)]
async fn change_email(ask: Ask, Body(body): Body<NewEmail>) -> Reply<Done> {
    ask.as_member(ChangeEmail { email: body.email.parse()? }).await.map(|()| Done)
}

/// The password as it is, and as it shall be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    #[schema(format = Password)]
    current: String,
    /// Eight characters or more.
    #[schema(format = Password)]
    new: String,
}

/// Changes one's own password, and ends all of one's sessions.
#[utoipa::path(
    put, path = "/me/password", tag = "accounts",
    request_body = NewPassword, responses((status = 204)),
)]
async fn change_password(ask: Ask, Body(body): Body<NewPassword>) -> Reply<Done> {
    let user = ask.app.platform.repository().user(ask.by.user).await?;
    let known = user.as_ref().and_then(|user| user.password.as_ref());
    if !ask.app.passwords.matches(body.current, known).await? {
        let detail = "the current password is wrong";
        return Err(Problem::unauthenticated("session.refused", detail));
    }
    let password = ask.app.passwords.hash(body.new).await?;
    ask.as_member(ChangePassword { password }).await?;
    ask.app.sessions.end_all(ask.by.user).await.map(|()| Done)
}

/// Makes the user an owner of dogs; the new profile's id is the key.
#[utoipa::path(post, path = "/me/owner", tag = "accounts", responses((status = 201, body = Made)))]
async fn become_owner(ask: Ask) -> Reply<Created<Made>> {
    let owner = OwnerId::from_uuid(ask.key.0);
    ask.as_member(BecomeOwner { user: ask.by.user, owner }).await?;
    Ok(Created::under(ask.key))
}

/// Who becomes a trainer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTrainer {
    /// Whole years, up to 80.
    years_of_experience: u8,
    /// What the trainer says of themselves.
    #[serde(default)]
    bio: String,
    /// The IANA zone in which the weekly hours are wall clock.
    #[schema(example = "Europe/Berlin")]
    time_zone: String,
}

/// Makes the user a trainer, without hours and services; the new profile's id is the key.
#[utoipa::path(
    post, path = "/me/trainer", tag = "accounts",
    request_body = NewTrainer, responses((status = 201, body = Made)),
)]
async fn become_trainer(ask: Ask, Body(body): Body<NewTrainer>) -> Reply<Created<Made>> {
    let command = BecomeTrainer {
        user: ask.by.user,
        trainer: TrainerId::from_uuid(ask.key.0),
        years_of_experience: Experience::new(body.years_of_experience)?,
        bio: body.bio.parse()?,
        time_zone: body.time_zone.parse()?,
    };
    ask.as_member(command).await?;
    Ok(Created::under(ask.key).at("trainers", ask.key.0))
}
