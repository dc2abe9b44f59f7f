//! Users, their roles, the owner's profile and places.

use std::collections::BTreeSet;

use async_trait::async_trait;

use super::{
    MemoryRepository,
    by_id::ById,
    index::{Edit, Index, Kept, Shelf},
    stored::{Shared, Stored, copies_of},
    tables::{Row, Tables},
};
use crate::{
    account::{Location, Owner, Role, RoleName, User, UserRole},
    contact::EmailKey,
    ids::{LocationId, OwnerId, RoleId, TrainerId, UserId},
    notification::NotificationKind,
    repository::{
        AccountQueries, Caller, CallerQuery, Party, Person, Result, Standing, UniqueKey, Versioned,
    },
};

impl Row for Role {
    type Rows = ById<Self::Key, Stored<Self>>;
    type Indexes = ();

    fn file(_: &Shared<Self>, (): &mut (), _: Edit) {}
}

impl Row for User {
    type Rows = ById<Self::Key, Stored<Self>>;
    type Indexes = ();

    fn file(_: &Shared<Self>, (): &mut (), _: Edit) {}

    fn derive(tables: &mut Tables, user: UserId) {
        tables.keep_user_listed(user);
    }

    fn is_referred_to(tables: &Tables, user: UserId) -> bool {
        !tables.notifications.by.user.of(user).is_nothing()
    }
}

/// How the roles that users hold are found.
#[derive(Debug, Default)]
pub(super) struct UserRoleIndexes {
    user: Index<UserId, RoleId>,
    pub(super) role: Index<RoleId, UserId>,
}

impl Row for UserRole {
    type Rows = ById<Self::Key, Stored<Self>>;
    type Indexes = UserRoleIndexes;

    fn file(row: &Shared<Self>, by: &mut UserRoleIndexes, edit: Edit) {
        edit.index(&mut by.user, row.user, row.role);
        edit.index(&mut by.role, row.role, row.user);
    }
}

impl Row for Owner {
    type Rows = ById<Self::Key, Stored<Self>>;
    type Indexes = ();

    fn file(_: &Shared<Self>, (): &mut (), _: Edit) {}

    fn is_referred_to(tables: &Tables, owner: OwnerId) -> bool {
        !tables.bookings.by.diaries.of_owner(owner).lessons.is_empty()
    }
}

/// How locations are found.
#[derive(Debug, Default)]
pub(super) struct LocationIndexes {
    pub(super) user: Shelf<UserId, LocationId, Location>,
}

impl Row for Location {
    type Rows = ById<Self::Key, Stored<Self>>;
    type Indexes = LocationIndexes;

    fn file(row: &Shared<Self>, by: &mut LocationIndexes, edit: Edit) {
        edit.shelve(&mut by.user, row.user, row.id, row);
    }

    fn derive(tables: &mut Tables, location: LocationId) {
        tables.keep_location_listed(location);
    }

    fn is_referred_to(tables: &Tables, location: LocationId) -> bool {
        !tables.trainers.by.search_location.of(location).is_empty()
    }
}

impl Tables {
    pub(super) fn caller(&self, query: CallerQuery) -> Caller {
        Caller {
            replay: self.commands.get(query.command).map(|record| (**record).clone()),
            standing: query.user.and_then(|user| self.standing(user)),
        }
    }

    pub(super) fn standing(&self, user: UserId) -> Option<Standing> {
        Some(Standing {
            user: self.users.cloned(user)?,
            roles: self.user_roles.by.user.of(user).keys().copied().collect(),
            owner: self.unique(&UniqueKey::OwnerProfile(user)).cloned(),
            trainer: self.unique(&UniqueKey::TrainerProfile(user)).cloned(),
            admin_role: self.roles.cloned(RoleName::Admin.id())?,
        })
    }

    pub(super) fn person(&self, user: UserId) -> Option<Person> {
        let standing = self.standing(user)?;
        let owner = standing.owner.as_ref().map(|owner| owner.id);
        let trainer = standing.trainer.as_ref().map(|trainer| trainer.id);
        Some(Person {
            active_admins: self.active_admins(),
            active_bookings: self.active_bookings(owner, trainer),
            preferences: self.preferences.cloned(user),
            standing,
        })
    }

    fn active_admins(&self) -> u64 {
        let admins = self.user_roles.by.role.of(RoleName::Admin.id()).keys();
        let active =
            admins.filter_map(|user| self.users.get(*user)).filter(|user| user.is_active());
        active.count() as u64
    }

    /// Counts a booking once, also if one person has both sides of it.
    fn active_bookings(&self, owner: Option<OwnerId>, trainer: Option<TrainerId>) -> u64 {
        let diaries = &self.bookings.by.diaries;
        let as_owner = owner.map_or(0, |owner| diaries.of_owner(owner).active);
        let as_trainer = trainer.map_or(0, |trainer| diaries.of_trainer(trainer).active);
        as_owner + as_trainer - self.active_bookings_between(owner, trainer)
    }

    fn active_bookings_between(&self, owner: Option<OwnerId>, trainer: Option<TrainerId>) -> u64 {
        let (Some(owner), Some(trainer)) = (owner, trainer) else { return 0 };
        // Whatever is active claims its trainer's time.
        let claiming = self.bookings.by.diaries.of_trainer(trainer).claimed_by();
        let claiming = claiming.filter_map(|id| self.bookings.get(id));
        let active = claiming.filter(|it| it.owner == owner && it.status.is_active());
        active.count() as u64
    }

    pub(super) fn party(&self, user: UserId) -> Option<Party> {
        Some(Party { user: self.users.cloned(user)?, muted: self.muted(user) })
    }

    pub(super) fn muted(&self, user: UserId) -> BTreeSet<NotificationKind> {
        let preferences = self.preferences.get(user);
        preferences.map_or_else(BTreeSet::new, |preferences| preferences.muted.clone())
    }
}

#[async_trait]
impl AccountQueries for MemoryRepository {
    async fn user(&self, id: UserId) -> Result<Option<Versioned<User>>> {
        Ok(self.read().users.cloned(id))
    }

    async fn user_by_email(&self, key: &EmailKey) -> Result<Option<Versioned<User>>> {
        Ok(self.read().unique(&UniqueKey::EmailKey(key.clone())).cloned())
    }

    async fn location(&self, id: LocationId) -> Result<Option<Versioned<Location>>> {
        Ok(self.read().locations.cloned(id))
    }

    async fn locations(&self, user: UserId) -> Result<Vec<Versioned<Location>>> {
        Ok(copies_of(self.read().locations.by.user.of(user).values()))
    }
}
