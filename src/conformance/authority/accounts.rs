//! Commands about users, by themselves and by admins.

use super::Trial;
use crate::{
    account::{User, UserStatus},
    command::{CommandKind, CommandKind as K},
    conformance::town::early,
    notification::NotificationKind,
    platform::{
        AddLocation, BecomeOwner, BecomeTrainer, ChangeEmail, ChangePassword, EraseUser, Error,
        GrantAdmin, ReactivateUser, ReadAllNotifications, ReadNotification, RemoveLocation,
        RevokeAdmin, SetPreferences, SignUp, SuspendUser, UpdateLocation, UpdateProfile,
        VerifyTrainer,
    },
};

impl Trial {
    pub(super) async fn give_of_accounts(&self, kind: CommandKind) -> Result<(), Error> {
        let (town, make, now) = (&self.town, &self.town.make, early());
        let fresh = make.user();
        let owner = &town.cast.owner_user;
        let location = make.location(owner);
        match kind {
            K::SignUp => {
                let (user, email, password) = (fresh.id, fresh.email, fresh.password);
                let (first_name, last_name) = (fresh.first_name, fresh.last_name);
                let phone = None;
                let command = SignUp { user, email, password, first_name, last_name, phone };
                self.gives(now, command).await
            }
            K::UpdateProfile => {
                let (first_name, last_name) = (fresh.first_name, fresh.last_name);
                self.gives(now, UpdateProfile { first_name, last_name, phone: None }).await
            }
            K::ChangeEmail => self.gives(now, ChangeEmail { email: fresh.email }).await,
            K::ChangePassword => {
                let password = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".parse().unwrap();
                self.gives(now, ChangePassword { password }).await
            }
            K::SetPreferences => {
                let muted = [NotificationKind::LessonReminder].into();
                self.gives(now, SetPreferences { muted }).await
            }
            K::ReadNotification => {
                let notification = town.insert(make.notification(owner)).await.id;
                self.gives(now, ReadNotification { notification }).await
            }
            K::ReadAllNotifications => self.gives(now, ReadAllNotifications).await,
            K::AddLocation => {
                let (address, point) = (location.address, location.point);
                self.gives(now, AddLocation { location: location.id, address, point }).await
            }
            K::UpdateLocation => {
                town.insert(location.clone()).await;
                let (address, point) = (location.address, location.point);
                self.gives(now, UpdateLocation { location: location.id, address, point }).await
            }
            K::RemoveLocation => {
                let location = town.insert(location).await.id;
                self.gives(now, RemoveLocation { location }).await
            }
            K::BecomeOwner => {
                let (user, owner) = (self.named.id, make.id());
                self.gives(now, BecomeOwner { user, owner }).await
            }
            _ => {
                let trainer = &town.cast.trainer;
                let command = BecomeTrainer {
                    user: self.named.id,
                    trainer: make.id(),
                    years_of_experience: trainer.years_of_experience,
                    bio: trainer.bio.clone(),
                    time_zone: trainer.time_zone,
                };
                self.gives(now, command).await
            }
        }
    }

    pub(super) async fn give_of_admins(&self, kind: CommandKind) -> Result<(), Error> {
        let (town, now, user) = (&self.town, early(), self.named.id);
        match kind {
            K::SuspendUser => self.gives(now, SuspendUser { user }).await,
            K::ReactivateUser => {
                let status = UserStatus::Suspended;
                let suspended = User { status, ..town.make.user() };
                let suspended = town.insert(suspended).await.id;
                let is_self = self.actor.user() == Some(user);
                let user = if is_self { user } else { suspended };
                self.gives(now, ReactivateUser { user }).await
            }
            K::EraseUser => self.gives(now, EraseUser { user }).await,
            K::GrantAdmin => self.gives(now, GrantAdmin { user }).await,
            K::RevokeAdmin => {
                let other = town.admin().await.user().unwrap();
                town.admin().await;
                let is_self = self.actor.user() == Some(user);
                self.gives(now, RevokeAdmin { user: if is_self { user } else { other } }).await
            }
            _ => {
                let trainer = town.cast.trainer.id;
                self.gives(now, VerifyTrainer { trainer, verified: true }).await
            }
        }
    }
}
