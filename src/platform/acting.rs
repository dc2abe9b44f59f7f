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
        if is_suspended(standing.as_ref()) {
            return Err(Denied::Suspended);
        }
        let acting = Self::claim(actor, standing)?;
        if permits(command, acting.capacity) { Ok(acting) } else { Err(Denied::NotPermitted) }
    }

    /// Checks that something may be read by the actor: a suspended user reads as everybody else,
    /// but not as an admin.
    pub(super) fn read(actor: Actor, standing: Option<Standing>) -> Result<Self, Denied> {
        let acting = Self::claim(actor, standing)?;
        if acting.is(Capacity::Admin) && is_suspended(acting.standing()) {
            return Err(Denied::Suspended);
        }
        Ok(acting)
    }

    fn claim(actor: Actor, standing: Option<Standing>) -> Result<Self, Denied> {
        let capacity = capacity(actor, standing.as_ref())?;
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

fn is_suspended(standing: Option<&Standing>) -> bool {
    standing.is_some_and(|standing| standing.user.status == UserStatus::Suspended)
}

fn capacity(actor: Actor, standing: Option<&Standing>) -> Result<Capacity, Denied> {
    let role = match actor {
        Actor::Anonymous => return Ok(Capacity::Anonymous),
        Actor::System(_) => return Ok(Capacity::System),
        Actor::User { role, .. } => role,
    };
    let standing = standing.ok_or(Denied::UnknownUser)?;
    if standing.user.status == UserStatus::Deleted {
        return Err(Denied::UnknownUser);
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
