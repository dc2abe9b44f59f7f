//! Checks a caller's claim against what is stored.

use crate::{
    account::{Owner, RoleName, User, UserStatus},
    authority::{Capacity, Denied, permits},
    command::{Actor, CommandKind},
    ids::{OwnerId, TrainerId, UserId},
    repository::{ChangeSet, Standing, Versioned},
    trainer::Trainer,
};

/// Somebody whose claim holds, in the capacity that they act in.
#[derive(Debug)]
pub(super) struct Acting {
    pub(super) capacity: Capacity,
    standing: Option<Standing>,
}

impl Acting {
    /// Checks that a command may be given by the actor.
    pub(super) fn check(
        command: CommandKind,
        actor: Actor,
        standing: Option<Standing>,
    ) -> Result<Self, Denied> {
        let capacity = capacity(actor, standing.as_ref())?;
        if !permits(command, capacity) {
            return Err(Denied::NotPermitted);
        }
        Ok(Self { capacity, standing })
    }

    pub(super) fn standing(&self) -> Option<&Standing> {
        self.standing.as_ref()
    }

    pub(super) fn user(&self) -> Option<&Versioned<User>> {
        self.standing.as_ref().map(|standing| &standing.user)
    }

    pub(super) fn user_id(&self) -> Option<UserId> {
        self.user().map(|user| user.id)
    }

    /// The profile of somebody who acts as an owner.
    pub(super) fn owner(&self) -> Result<&Versioned<Owner>, Denied> {
        let owner = self.standing.as_ref().and_then(|standing| standing.owner.as_ref());
        owner.filter(|_| self.capacity == Capacity::Owner).ok_or(Denied::RoleNotHeld)
    }

    /// The profile of somebody who acts as a trainer.
    pub(super) fn trainer(&self) -> Result<&Versioned<Trainer>, Denied> {
        let trainer = self.standing.as_ref().and_then(|standing| standing.trainer.as_ref());
        trainer.filter(|_| self.capacity == Capacity::Trainer).ok_or(Denied::RoleNotHeld)
    }

    pub(super) fn owner_id(&self) -> Option<OwnerId> {
        self.owner().ok().map(|owner| owner.id)
    }

    pub(super) fn trainer_id(&self) -> Option<TrainerId> {
        self.trainer().ok().map(|trainer| trainer.id)
    }

    pub(super) fn is(&self, capacity: Capacity) -> bool {
        self.capacity == capacity
    }

    /// Makes the commit fail if what the claim rested on has changed: the user's status, and an
    /// admin's role.
    pub(super) fn expect(&self, changes: &mut ChangeSet) {
        if let Some(standing) = &self.standing {
            changes.expect(&standing.user);
            if self.capacity == Capacity::Admin {
                changes.expect(&standing.admin_role);
            }
        }
    }
}

fn capacity(actor: Actor, standing: Option<&Standing>) -> Result<Capacity, Denied> {
    let role = match actor {
        Actor::Anonymous => return Ok(Capacity::Anonymous),
        Actor::System(_) => return Ok(Capacity::System),
        Actor::User { role, .. } => role,
    };
    let standing = standing.ok_or(Denied::UnknownUser)?;
    match standing.user.status {
        UserStatus::Active => {}
        UserStatus::Suspended => return Err(Denied::Suspended),
        UserStatus::Deleted => return Err(Denied::UnknownUser),
    }
    let (capacity, holds) = match role {
        None => (Capacity::Member, true),
        Some(RoleName::Owner) => (Capacity::Owner, standing.owner.is_some()),
        Some(RoleName::Trainer) => (Capacity::Trainer, standing.trainer.is_some()),
        Some(RoleName::Admin) => (Capacity::Admin, true),
    };
    let holds = holds && role.is_none_or(|role| standing.holds(role));
    if holds { Ok(capacity) } else { Err(Denied::RoleNotHeld) }
}
