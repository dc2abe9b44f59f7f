//! One command by one actor.

use std::pin::Pin;

use super::Who;
use crate::{
    account::{RoleName, User, UserStatus},
    command::{Actor, Call, CommandKind, CommandKind as K, SystemReason},
    conformance::{town::Town, world::World},
    platform::{Command, Error},
    repository::ChangeSet,
    time::Instant,
};

/// One command by one actor, in a town of their own.
pub(super) struct Trial {
    pub(super) town: Town,
    pub(super) actor: Actor,
    /// Whom a command names that is about a user.
    pub(super) named: User,
}

type Outcome<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>>;

impl Trial {
    pub(super) async fn new(world: World, kind: CommandKind, who: Who) -> Self {
        let town = Town::new(world).await;
        let member = town.insert(town.make.user()).await.into_value();
        let party = match kind {
            K::VerifyTrainer
            | K::CreatePayout
            | K::SendPayout
            | K::RecordPayout
            | K::WriteOffRest => town.cast.trainer_user.clone(),
            _ => town.cast.owner_user.clone(),
        };
        let mut named = member.clone();
        let actor = match who {
            Who::Anonymous => Actor::Anonymous,
            Who::Member => Actor::member(member.id),
            Who::Owner | Who::Suspended | Who::Deleted => town.owner(),
            Who::OtherOwner => Actor::owner(town.another_owner().await.0.id),
            Who::Trainer => town.trainer(),
            Who::OtherTrainer => {
                let other = town.world.cast().await;
                Actor::trainer(other.trainer_user.id)
            }
            Who::Admin => town.admin().await,
            Who::PartyAdmin => {
                town.insert(town.make.user_role(&party, RoleName::Admin)).await;
                named = party.clone();
                Actor::admin(party.id)
            }
            Who::System => Actor::System(SystemReason::Maintenance),
        };
        let status = match who {
            Who::Suspended => Some(UserStatus::Suspended),
            Who::Deleted => Some(UserStatus::Deleted),
            _ => None,
        };
        if let Some(status) = status {
            let stored = town.user(town.cast.owner_user.id).await.unwrap().unwrap();
            let changed = stored.map(|user| User { status, ..user });
            town.commits(ChangeSet::new().updating(changed)).await;
        }
        Self { town, actor, named }
    }

    pub(super) async fn gives<C: Command>(&self, now: Instant, command: C) -> Result<(), Error> {
        let call = Call::new(self.town.make.id(), self.actor, now);
        self.town.platform.execute(call, command).await.map(drop)
    }

    /// Makes what the command needs, and gives it.
    pub(super) fn give(&self, kind: CommandKind) -> Outcome<'_> {
        match kind {
            K::SignUp
            | K::UpdateProfile
            | K::ChangeEmail
            | K::ChangePassword
            | K::SetPreferences
            | K::ReadNotification
            | K::ReadAllNotifications
            | K::AddLocation
            | K::UpdateLocation
            | K::RemoveLocation
            | K::BecomeOwner
            | K::BecomeTrainer => Box::pin(self.give_of_accounts(kind)),
            K::SuspendUser
            | K::ReactivateUser
            | K::EraseUser
            | K::GrantAdmin
            | K::RevokeAdmin
            | K::VerifyTrainer => Box::pin(self.give_of_admins(kind)),
            K::AddDog
            | K::UpdateDog
            | K::RemoveDog
            | K::AddPhoto
            | K::RemovePhoto
            | K::UpdateTrainer
            | K::ChangeZone
            | K::SetHours
            | K::SetException
            | K::RemoveException
            | K::BlockTime
            | K::UnblockTime
            | K::ImportBusyTime
            | K::SetPolicy
            | K::AddService
            | K::UpdateService
            | K::AddCertification
            | K::UpdateCertification
            | K::RemoveCertification => Box::pin(self.give_of_profiles(kind)),
            K::StartPayment
            | K::RecordPayment
            | K::GiveBack
            | K::CallOffRefund
            | K::SendRefund
            | K::RecordRefund
            | K::DecideDispute
            | K::TakeReport
            | K::ApplyReports => Box::pin(self.give_of_payments(kind)),
            K::CreatePayout | K::SendPayout | K::RecordPayout | K::WriteOffRest => {
                Box::pin(self.give_of_payouts(kind))
            }
            _ => Box::pin(self.give_of_bookings(kind)),
        }
    }
}
