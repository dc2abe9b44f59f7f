//! Notifications: read, marked as read, muted.

use std::collections::BTreeSet;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{
    Error, Platform,
    acting::Acting,
    execute::{Command, Loading},
    reading::reads,
    work::Work,
};
use crate::{
    audit::{Event, SubjectKind},
    authority::Denied,
    command::{Actor, CommandKind},
    ids::{NotificationId, UserId},
    notification::{Notification, NotificationKind, Preferences},
    repository::{
        Belongings, BelongingsQuery, Caller, NotificationFilter, Page, PageRequest,
        RepositoryError, Told, Versioned,
    },
};

/// Chooses which notifications one does not want; the choice replaces the one before.
///
/// Muted kinds are not written from then on; what was written stays.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetPreferences {
    /// The kinds that are not wanted; empty: all are wanted.
    pub muted: BTreeSet<NotificationKind>,
}

#[async_trait]
impl Command for SetPreferences {
    const KIND: CommandKind = CommandKind::SetPreferences;
    type Outcome = ();
    type Facts = Belongings;

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, Belongings), RepositoryError> {
        let query =
            BelongingsQuery { preferences: loading.caller.user, ..BelongingsQuery::default() };
        loading.repository.belongings(loading.caller, query).await
    }

    fn decide(&self, facts: Belongings, work: &mut Work<'_>) -> Result<(), Error> {
        let user = work.acting.user().ok_or(Denied::NotPermitted)?;
        let chosen =
            Preferences { user: user.id, muted: self.muted.clone(), updated_at: work.now() };
        match facts.preferences {
            Some(preferences) => work.changes.update(preferences.with(chosen)),
            None => {
                // Rests on a row that is absent: of two first choices, the second looks again.
                work.changes.update(user.clone());
                work.changes.insert(chosen);
            }
        }
        work.record(Event::PreferencesSet { user: user.id });
        Ok(())
    }
}

/// Marks one of one's own notifications as read; nothing happens where it is.
///
/// # Errors
///
/// [`Error::NotFound`] if it is not one's own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadNotification {
    /// Which notification.
    pub notification: NotificationId,
}

#[async_trait]
impl Command for ReadNotification {
    const KIND: CommandKind = CommandKind::ReadNotification;
    type Outcome = ();
    type Facts = Belongings;

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, Belongings), RepositoryError> {
        let query =
            BelongingsQuery { notification: Some(self.notification), ..BelongingsQuery::default() };
        loading.repository.belongings(loading.caller, query).await
    }

    fn decide(&self, facts: Belongings, work: &mut Work<'_>) -> Result<(), Error> {
        let user = work.acting.user_id();
        let own = facts.notification.filter(|known| user == Some(known.user));
        let notification = own.ok_or(Error::NotFound(SubjectKind::Notification))?;
        mark(work, notification.user, [notification].into());
        Ok(())
    }
}

/// Marks one's own unread notifications as read, the newest first, at most 200 at a time.
///
/// Where [`NotificationsRead::is_all`] says that some are left, another one goes on.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct ReadAllNotifications;

/// Notifications that were marked as read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationsRead {
    /// How many.
    pub count: u64,
    /// Whether no other was unread.
    pub is_all: bool,
}

#[async_trait]
impl Command for ReadAllNotifications {
    const KIND: CommandKind = CommandKind::ReadAllNotifications;
    type Outcome = NotificationsRead;
    type Facts = Page<Versioned<Notification>>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Page<Versioned<Notification>>), RepositoryError> {
        let caller = loading.repository.caller(loading.caller).await?;
        // Each of them is written at the version read here, so it need not be the same instant.
        let unread = match loading.caller.user {
            Some(user) => {
                let filter = NotificationFilter::unread(user);
                loading.repository.notifications(&filter, PageRequest::MAX).await?
            }
            None => Page { items: Vec::new(), next: None },
        };
        Ok((caller, unread))
    }

    fn decide(
        &self,
        unread: Page<Versioned<Notification>>,
        work: &mut Work<'_>,
    ) -> Result<NotificationsRead, Error> {
        let user = work.acting.user_id().ok_or(Denied::NotPermitted)?;
        let is_all = unread.next.is_none();
        let count = mark(work, user, unread.items);
        Ok(NotificationsRead { count, is_all })
    }
}

/// Marks a user's notifications as read, and returns how many were not.
fn mark(work: &mut Work<'_>, user: UserId, notifications: Vec<Versioned<Notification>>) -> u64 {
    let updated_at = work.now();
    let mut count = 0;
    for unread in notifications.into_iter().filter(|known| !known.is_read) {
        work.changes.update(unread.map(|known| Notification {
            is_read: true,
            updated_at,
            ..known
        }));
        count += 1;
    }
    if count > 0 {
        work.record(Event::NotificationsRead { user, count });
    }
    count
}

impl Platform {
    /// Returns a page of a user's notifications, the newest first, each with what its text can
    /// name: one's own, or as an admin anybody's.
    ///
    /// [`Templates::render`](crate::notification::Templates::render) puts them in words.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the actor may not see them.
    pub async fn notifications(
        &self,
        actor: Actor,
        filter: impl Into<NotificationFilter> + Send,
        page: PageRequest,
    ) -> Result<Page<Told>, Error> {
        let filter: NotificationFilter = filter.into();
        self.reader_of(actor, filter.user).await?;
        Ok(self.repository().inbox(&filter, page).await?)
    }

    /// Returns how many notifications a user has not read: oneself, or as an admin anybody.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the actor may not see them.
    pub async fn unread_notifications(&self, actor: Actor, user: UserId) -> Result<u64, Error> {
        self.reader_of(actor, user).await?;
        Ok(self.repository().unread_count(user).await?)
    }

    /// Returns the kinds of notification that a user does not want: one's own, or as an admin
    /// anybody's.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the actor may not see them.
    pub async fn muted_notifications(
        &self,
        actor: Actor,
        user: UserId,
    ) -> Result<BTreeSet<NotificationKind>, Error> {
        let query = BelongingsQuery { preferences: Some(user), ..BelongingsQuery::default() };
        let (caller, known) = self.repository().belongings(reads(actor), query).await?;
        require_own(&Acting::read(actor, caller.standing)?, user)?;
        Ok(known.preferences.map(|known| known.into_value().muted).unwrap_or_default())
    }

    async fn reader_of(&self, actor: Actor, user: UserId) -> Result<(), Error> {
        require_own(&self.reader(actor).await?, user)
    }
}

fn require_own(reader: &Acting, user: UserId) -> Result<(), Error> {
    if reader.may_read(user) { Ok(()) } else { Err(Error::NotFound(SubjectKind::User)) }
}
