//! Users, their roles, the owner's profile and places.

use std::{collections::BTreeSet, sync::LazyLock};

use async_trait::async_trait;

use super::{
    PostgresRepository,
    parameters::Parameters,
    part::{Part, Statement, count, list, records_of, row, rows},
};
use crate::{
    account::{Location, Owner, Role, RoleName, User},
    command::CommandRecord,
    contact::EmailKey,
    ids::{LocationId, UserId},
    notification::{NotificationKind, Preferences},
    repository::{
        AccountQueries, Caller, CallerQuery, Party, Person, Result, Standing, Table, Versioned,
    },
    sql::Record as _,
    trainer::Trainer,
};

/// Asks who gives a command, `$2`, and for the stored command of the same id, `$1`.
pub(super) fn caller() -> Part<Caller> {
    records_of::<CommandRecord, _>("", "WHERE t.command_id = $1", CommandRecord::decode)
        .first()
        .and(standing("$2"))
        .map(|(replay, standing)| Ok(Caller { replay, standing }))
}

pub(super) fn caller_parameters(query: CallerQuery) -> Result<Parameters> {
    Parameters::new().and(query.command)?.and(query.user)
}

fn standing(user: &str) -> Part<Option<Standing>> {
    row::<User>(&format!("WHERE t.id = {user}"))
        .and(list(
            "t.role_id",
            &format!("FROM @.user_roles t WHERE t.user_id = {user}"),
            |fields| fields.take_of(Table::UserRole),
        ))
        .and(row::<Owner>(&format!("WHERE t.user_id = {user}")))
        .and(row::<Trainer>(&format!("WHERE t.user_id = {user}")))
        .and(row::<Role>(&format!("WHERE t.id = '{}'", RoleName::Admin.id().as_uuid())))
        .map(|((((user, roles), owner), trainer), admin_role)| {
            let (Some(user), Some(admin_role)) = (user, admin_role) else { return Ok(None) };
            let roles = roles.into_iter().collect();
            Ok(Some(Standing { user, roles, owner, trainer, admin_role }))
        })
}

pub(super) fn person(user: &str) -> Part<Option<Person>> {
    let active_admins = format!(
        "FROM @.user_roles held JOIN @.users ON users.id = held.user_id
          WHERE held.role_id = '{}' AND users.status = 'active'",
        RoleName::Admin.id().as_uuid()
    );
    // Counts a booking once, also if one person has both sides of it.
    let active_bookings = format!(
        "FROM @.bookings
          WHERE (owner_id = (SELECT id FROM @.dog_owners WHERE user_id = {user})
              OR trainer_id = (SELECT id FROM @.dog_trainers WHERE user_id = {user}))
            AND status IN ('pending', 'accepted')"
    );
    standing(user)
        .and(count(&active_admins))
        .and(count(&active_bookings))
        .and(row::<Preferences>(&format!("WHERE t.user_id = {user}")))
        .map(|(((standing, active_admins), active_bookings), preferences)| {
            Ok(standing.map(|standing| Person {
                standing,
                active_admins,
                active_bookings,
                preferences,
            }))
        })
}

/// Makes the side of a booking that a user is from all users and preferences that were loaded.
pub(super) fn party(
    user: UserId,
    users: &[Versioned<User>],
    preferences: &[Versioned<Preferences>],
) -> Option<Party> {
    let user = users.iter().find(|row| row.id == user)?.clone();
    Some(Party { muted: muted(user.id, preferences), user })
}

/// Returns what a user does not want to be told.
pub(super) fn muted(
    user: UserId,
    preferences: &[Versioned<Preferences>],
) -> BTreeSet<NotificationKind> {
    let own = preferences.iter().find(|row| row.user == user);
    own.map_or_else(BTreeSet::new, |row| row.muted.clone())
}

#[async_trait]
impl AccountQueries for PostgresRepository {
    async fn user(&self, id: UserId) -> Result<Option<Versioned<User>>> {
        static USER: LazyLock<Statement<Option<Versioned<User>>>> =
            LazyLock::new(|| row::<User>("WHERE t.id = $1").into());
        self.ask(&USER, Parameters::new().and(id)?).await
    }

    async fn user_by_email(&self, key: &EmailKey) -> Result<Option<Versioned<User>>> {
        static USER: LazyLock<Statement<Option<Versioned<User>>>> = LazyLock::new(|| {
            row::<User>("WHERE t.email_key = $1 AND t.status <> 'deleted'").into()
        });
        self.ask(&USER, Parameters::new().and(key.clone())?).await
    }

    async fn location(&self, id: LocationId) -> Result<Option<Versioned<Location>>> {
        static LOCATION: LazyLock<Statement<Option<Versioned<Location>>>> =
            LazyLock::new(|| row::<Location>("WHERE t.id = $1").into());
        self.ask(&LOCATION, Parameters::new().and(id)?).await
    }

    async fn locations(&self, user: UserId) -> Result<Vec<Versioned<Location>>> {
        static LOCATIONS: LazyLock<Statement<Vec<Versioned<Location>>>> =
            LazyLock::new(|| rows::<Location>("WHERE t.user_id = $1 ORDER BY t.id").into());
        self.ask_replica(&LOCATIONS, Parameters::new().and(user)?).await
    }
}
