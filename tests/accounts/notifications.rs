//! Notifications: read one, read all, muted.

use sitstay::{
    audit::{Subject, SubjectKind},
    command::Actor,
    notification::{Notification, NotificationKind},
    platform::{
        NotificationsRead, ReactivateUser, ReadAllNotifications, ReadNotification, SetPreferences,
        SuspendUser,
    },
    repository::{ChangeSet, NotificationFilter, PageRequest, Repository},
};

use crate::world::{World, now};

#[tokio::test]
async fn muted_kinds_are_not_written() {
    let world = World::new();
    let admin = Actor::admin(world.admin("root@example.com").await);
    let user = world.member("ann@example.com").await;
    let me = Actor::member(user);
    for (muted, told) in [(true, 1), (false, 3)] {
        let muted: std::collections::BTreeSet<_> =
            muted.then_some(NotificationKind::AccountSuspended).into_iter().collect();
        world.give(me, SetPreferences { muted: muted.clone() }).await.unwrap();
        assert_eq!(world.last_event().await, "user.preferences_set");
        assert_eq!(world.platform.muted_notifications(me, user).await.unwrap(), muted);
        world.give(admin, SuspendUser { user }).await.unwrap();
        world.give(admin, ReactivateUser { user }).await.unwrap();
        assert_eq!(world.told(user).await.len(), told);
    }
}

#[tokio::test]
async fn notifications_are_marked_one_by_one_or_in_bulk() {
    let world = World::new();
    let ann = world.member("ann@example.com").await;
    let bob = world.member("bob@example.com").await;
    let me = Actor::member(ann);
    let mut changes = ChangeSet::new();
    for number in 0..252 {
        changes.insert(Notification {
            id: world.id(),
            user: if number == 251 { bob } else { ann },
            kind: NotificationKind::LessonReminder,
            subject: Subject::new(SubjectKind::User, ann),
            is_read: false,
            created_at: now(),
            updated_at: now(),
        });
    }
    world.repository.commit(changes).await.unwrap();
    let unread = async || world.platform.unread_notifications(me, ann).await.unwrap();

    let filter = NotificationFilter::unread(ann);
    let first = world.platform.notifications(me, filter, PageRequest::default()).await.unwrap();
    let notification = first.items[7].notification.id;
    for _ in 0..2 {
        world.give(me, ReadNotification { notification }).await.unwrap();
        assert_eq!(unread().await, 250);
    }
    let steps = [(200, false, 50), (50, true, 0), (0, true, 0)];
    for (count, is_all, left) in steps {
        let read = world.give(me, ReadAllNotifications).await.unwrap();
        assert_eq!(read, NotificationsRead { count, is_all });
        assert_eq!(unread().await, left);
    }
    let events = world.trail().await;
    let counts: Vec<_> = events.iter().filter_map(|event| event["count"].as_u64()).collect();
    assert_eq!(counts, [1, 200, 50]);
    assert_eq!(world.platform.unread_notifications(Actor::member(bob), bob).await.unwrap(), 1);
}
