//! Users, their roles, the owner's profile and places.

use std::collections::BTreeSet;

use async_trait::async_trait;

use super::{
    SqliteRepository,
    rows::{Snapshot, select},
};
use crate::{
    account::{Location, Owner, Role, RoleName, User},
    contact::EmailKey,
    ids::{LocationId, OwnerId, TrainerId, UserId},
    notification::{NotificationKind, Preferences},
    repository::{
        AccountQueries, Caller, CallerQuery, Party, Person, Result, Standing, Table, Versioned,
    },
    trainer::Trainer,
};

impl Snapshot<'_> {
    pub(super) fn caller(self, query: CallerQuery) -> Result<Caller> {
        Ok(Caller {
            replay: self.command(query.command)?,
            standing: query.user.map_or(Ok(None), |user| self.standing(user))?,
        })
    }

    fn standing(self, user: UserId) -> Result<Option<Standing>> {
        let (Some(user), Some(admin_role)) = (self.user(user)?, self.admin_role()?) else {
            return Ok(None);
        };
        let roles = self.all(
            "SELECT role_id FROM user_roles WHERE user_id = $1",
            &[user.id.into()],
            |fields| fields.take_of(Table::UserRole),
        )?;
        let owner: Option<Versioned<Owner>> =
            self.row(select!(Owner, "WHERE user_id = $1"), &[user.id.into()])?;
        let trainer = self.trainer_of(user.id)?;
        Ok(Some(Standing { roles: roles.into_iter().collect(), owner, trainer, admin_role, user }))
    }

    pub(super) fn user(self, id: UserId) -> Result<Option<Versioned<User>>> {
        self.row(select!(User, "WHERE id = $1"), &[id.into()])
    }

    pub(super) fn trainer_of(self, user: UserId) -> Result<Option<Versioned<Trainer>>> {
        self.row(select!(Trainer, "WHERE user_id = $1"), &[user.into()])
    }

    fn admin_role(self) -> Result<Option<Versioned<Role>>> {
        self.row(select!(Role, "WHERE id = $1"), &[RoleName::Admin.id().into()])
    }

    pub(super) fn location(self, id: LocationId) -> Result<Option<Versioned<Location>>> {
        self.row(select!(Location, "WHERE id = $1"), &[id.into()])
    }

    pub(super) fn owner(self, id: OwnerId) -> Result<Option<Versioned<Owner>>> {
        self.row(select!(Owner, "WHERE id = $1"), &[id.into()])
    }

    pub(super) fn person(self, user: UserId) -> Result<Option<Person>> {
        let Some(standing) = self.standing(user)? else { return Ok(None) };
        let owner = standing.owner.as_ref().map(|owner| owner.id);
        let trainer = standing.trainer.as_ref().map(|trainer| trainer.id);
        Ok(Some(Person {
            active_admins: self.active_admins()?,
            active_bookings: self.active_bookings(owner, trainer)?,
            preferences: self.preferences(user)?,
            standing,
        }))
    }

    fn active_admins(self) -> Result<u64> {
        self.count(
            "SELECT count(*) FROM user_roles held JOIN users ON users.id = held.user_id
              WHERE held.role_id = $1 AND users.status = 'active'",
            &[RoleName::Admin.id().into()],
        )
    }

    /// Counts a booking once, also if one person has both sides of it.
    fn active_bookings(self, owner: Option<OwnerId>, trainer: Option<TrainerId>) -> Result<u64> {
        self.count(
            "SELECT count(*) FROM bookings
              WHERE (owner_id = $1 OR trainer_id = $2) AND status IN ('pending', 'accepted')",
            &[owner.into(), trainer.into()],
        )
    }

    pub(super) fn preferences(self, user: UserId) -> Result<Option<Versioned<Preferences>>> {
        self.row(select!(Preferences, "WHERE user_id = $1"), &[user.into()])
    }

    pub(super) fn party(self, user: UserId) -> Result<Option<Party>> {
        let Some(user) = self.user(user)? else { return Ok(None) };
        Ok(Some(Party { muted: self.muted(user.id)?, user }))
    }

    pub(super) fn muted(self, user: UserId) -> Result<BTreeSet<NotificationKind>> {
        let preferences = self.preferences(user)?;
        Ok(preferences.map_or_else(BTreeSet::new, |preferences| preferences.into_value().muted))
    }
}

#[async_trait]
impl AccountQueries for SqliteRepository {
    async fn user(&self, id: UserId) -> Result<Option<Versioned<User>>> {
        self.read(move |snapshot| snapshot.user(id)).await
    }

    async fn user_by_email(&self, key: &EmailKey) -> Result<Option<Versioned<User>>> {
        let key = key.clone();
        self.read(move |snapshot| {
            snapshot.row(
                select!(User, "WHERE email_key = $1 AND status <> 'deleted'"),
                &[key.as_str().into()],
            )
        })
        .await
    }

    async fn location(&self, id: LocationId) -> Result<Option<Versioned<Location>>> {
        self.read(move |snapshot| snapshot.location(id)).await
    }

    async fn locations(&self, user: UserId) -> Result<Vec<Versioned<Location>>> {
        self.read(move |snapshot| {
            snapshot.rows(select!(Location, "WHERE user_id = $1 ORDER BY id"), &[user.into()])
        })
        .await
    }
}
