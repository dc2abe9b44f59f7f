//! Whom an account command is about, and whether the actor may decide about them.

use crate::{
    account::{Role, RoleName, User, UserStatus},
    audit::{Subject, SubjectKind},
    authority::{Capacity, Denied},
    ids::UserId,
    notification::NotificationKind,
    platform::{Error, acting::Acting, work::Work},
    repository::{Person, Versioned},
};

/// The user who acts, for what users do for themselves.
pub(super) fn myself(acting: &Acting) -> Result<&Versioned<User>, Denied> {
    acting.user().ok_or(Denied::NotPermitted)
}

/// The user whom a command is about: oneself, or for admins and the system anybody else.
///
/// Whoever may not decide about the user does not learn that they exist, and an erased user is
/// nobody any more.
pub(super) fn target(acting: &Acting, person: Option<Person>) -> Result<Person, Error> {
    let unknown = Error::NotFound(SubjectKind::User);
    let Some(person) = person else { return Err(unknown) };
    let user = &person.standing.user;
    let is_self = acting.user_id() == Some(user.id);
    match acting.capacity {
        Capacity::Admin if is_self => return Err(Denied::IsParty.into()),
        Capacity::Admin | Capacity::System => {}
        _ if is_self => {}
        _ => return Err(unknown),
    }
    if user.status == UserStatus::Deleted { Err(unknown) } else { Ok(person) }
}

/// Bumps the row of the role `admin` if the person holds it: how many admins are active may
/// change, and everybody who counts them looks again.
pub(super) fn guard_admins(work: &mut Work<'_>, person: &Person) {
    if person.standing.holds(RoleName::Admin) {
        bump_admin_role(work, person);
    }
}

/// Bumps the row of the role `admin`, on which everybody rests who acts as one.
pub(super) fn bump_admin_role(work: &mut Work<'_>, person: &Person) {
    let updated_at = work.now();
    let role = person.standing.admin_role.clone();
    work.changes.update(role.map(|role| Role { updated_at, ..role }));
}

/// How many admins are active beside the person.
pub(super) fn other_active_admins(person: &Person) -> u64 {
    let standing = &person.standing;
    let counts = standing.holds(RoleName::Admin) && standing.user.is_active();
    person.active_admins.saturating_sub(counts.into())
}

/// Tells the person about themselves.
pub(super) fn tell(work: &mut Work<'_>, person: &Person, kind: NotificationKind) {
    let subject = Subject::new(SubjectKind::User, person.standing.user.id);
    tell_about(work, person, kind, subject);
}

/// Tells the person about something of theirs.
pub(super) fn tell_about(
    work: &mut Work<'_>,
    person: &Person,
    kind: NotificationKind,
    subject: Subject,
) {
    let user: UserId = person.standing.user.id;
    let muted = person.preferences.as_ref().map(|known| known.muted.clone()).unwrap_or_default();
    work.notify_user(user, &muted, kind, subject);
}
