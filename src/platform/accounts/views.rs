use serde::Serialize;

use crate::{
    account::{Location, RoleName, UserStatus},
    audit::SubjectKind,
    authority::Capacity,
    booking::{Booking, BookingStatus},
    command::Actor,
    contact::{Email, PersonName, Phone},
    ids::{OwnerId, RoleId, TrainerId, UserId},
    platform::{Error, Platform, acting::Acting, reading::reads},
    repository::{LessonFilter, PageRequest, Person, Standing, Versioned},
    time::Instant,
    trainer::LESSON_MAX_MINUTES,
};

/// How a user is reached, and for themselves and admins also what they are.
///
/// `Debug` shows neither e-mail address, phone nor street.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Profile {
    /// Who.
    pub user: UserId,
    /// First name.
    pub first_name: PersonName,
    /// Last name.
    pub last_name: PersonName,
    /// Where mail goes.
    pub email: Email,
    /// Where calls go.
    pub phone: Option<Phone>,
    /// The user's places, exactly, by id.
    pub locations: Vec<Versioned<Location>>,
    /// What the user is; `None` for the other party of a lesson.
    pub account: Option<AccountDetails>,
}

/// What a user is, for themselves and admins to see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountDetails {
    /// Whether the user may act.
    pub status: UserStatus,
    /// The roles held, by id.
    pub roles: Vec<RoleId>,
    /// The profile as owner.
    pub owner: Option<OwnerId>,
    /// The profile as trainer.
    pub trainer: Option<TrainerId>,
    /// When the user signed up.
    pub created_at: Instant,
}

impl AccountDetails {
    /// Says whether the user holds a role.
    #[must_use]
    pub fn holds(&self, role: RoleName) -> bool {
        self.roles.contains(&role.id())
    }
}

impl From<&Standing> for AccountDetails {
    fn from(standing: &Standing) -> Self {
        Self {
            status: standing.user.status,
            roles: standing.roles.iter().copied().collect(),
            owner: standing.owner.as_ref().map(|owner| owner.id),
            trainer: standing.trainer.as_ref().map(|trainer| trainer.id),
            created_at: standing.user.created_at,
        }
    }
}

impl Platform {
    /// Returns how a user is reached.
    ///
    /// Users see themselves, admins everybody. An owner and a trainer, each acting as that, see
    /// each other from the moment a lesson is accepted until
    /// [`contact_window`](crate::policy::PlatformPolicy::contact_window) after its end; a lesson
    /// that was cancelled does not count.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if there is no such user, or the actor may not see them.
    pub async fn profile(
        &self,
        actor: Actor,
        user: UserId,
        now: Instant,
    ) -> Result<Profile, Error> {
        let unknown = Error::NotFound(SubjectKind::User);
        let (caller, person) = self.repository().person(reads(actor), user).await?;
        let reader = Acting::read(actor, caller.standing)?;
        let Some(person) = person else { return Err(unknown) };
        let is_full = reader.may_read(user);
        if !is_full && !self.share_lesson(&reader, &person, now).await? {
            return Err(unknown);
        }
        let locations = self.repository().locations(user).await?;
        let account = is_full.then(|| AccountDetails::from(&person.standing));
        let known = person.standing.user.into_value();
        Ok(Profile {
            user,
            first_name: known.first_name,
            last_name: known.last_name,
            email: known.email,
            phone: known.phone,
            locations,
            account,
        })
    }

    /// Says whether the reader has a lesson with a person of which the parties know how to reach
    /// each other.
    async fn share_lesson(
        &self,
        reader: &Acting,
        person: &Person,
        now: Instant,
    ) -> Result<bool, Error> {
        let other = &person.standing;
        let (owner, trainer) = match reader.capacity {
            Capacity::Owner => (reader.owner_id(), other.trainer.as_ref().map(|it| it.id)),
            Capacity::Trainer => (other.owner.as_ref().map(|it| it.id), reader.trainer_id()),
            _ => return Ok(false),
        };
        if owner.is_none() || trainer.is_none() {
            return Ok(false);
        }
        let window = self.policy().contact_window;
        let longest = chrono::TimeDelta::minutes(LESSON_MAX_MINUTES);
        let filter = LessonFilter {
            owner,
            trainer,
            from: Some(now.saturating_add(-(window + longest))),
            statuses: vec![BookingStatus::Accepted, BookingStatus::Completed],
            ..LessonFilter::default()
        };
        let is_shared = |booking: &Booking| now < booking.session.end().saturating_add(window);
        let mut page = PageRequest::default();
        loop {
            let lessons = self.repository().lessons(&filter, page).await?;
            if lessons.items.iter().any(|lesson| is_shared(&lesson.booking)) {
                return Ok(true);
            }
            match lessons.next {
                Some(next) => page = page.after(Some(next)),
                None => return Ok(false),
            }
        }
    }
}
