//! Pages: in order, whole, and neither repeating nor skipping while rows are added.

use super::{
    fixtures::{
        Cast, at, between, cancelled, completed, days_later, just_after, just_before, minute,
    },
    world::{World, first, page},
};
use crate::{
    account::User,
    audit::{AuditEntry, Event, Subject, SubjectKind},
    booking::Booking,
    notification::Notification,
    repository::{
        Cursor, LessonFilter, NotificationFilter, Page, PageRequest, ReviewFilter, Version,
        Versioned,
    },
    review::Review,
    time::Instant,
};

/// Reads a list page by page, with cursors that went through their text.
macro_rules! all_pages {
    ($limit:expr, $request:ident => $read:expr) => {{
        let (mut rows, mut $request): (Vec<_>, PageRequest) = (Vec::new(), page($limit));
        loop {
            let read: Page<_> = $read;
            assert!(read.items.len() <= usize::from($limit));
            rows.extend(read.items);
            match read.next {
                Some(next) => {
                    let next: Cursor = next.to_string().parse().unwrap();
                    assert_eq!(rows.len() % usize::from($limit), 0, "a page that is not full");
                    $request = $request.after(Some(next));
                }
                None => break rows,
            }
        }
    }};
}

pub(super) use all_pages;

const LIMITS: [u16; 6] = [1, 2, 3, 5, 6, 200];

/// Returns instants of which several are the same, so that ids must break ties.
fn instants() -> [Instant; 6] {
    let noon = at("12:00");
    [noon, just_after(noon), noon, Instant::MIN, noon, just_before(noon)]
}

/// Returns places in the order of time and id, and the other way round for the newest first.
pub(super) fn newest_first<T: Clone>(
    rows: &[T],
    key: impl Fn(&T) -> (Instant, uuid::Uuid),
) -> Vec<Versioned<T>> {
    let mut rows = rows.to_vec();
    rows.sort_by_key(|row| std::cmp::Reverse(key(row)));
    rows.into_iter().map(|row| Versioned::new(row, Version::FIRST)).collect()
}

async fn notify(world: &World, user: &User) -> Vec<Notification> {
    let mut written = Vec::new();
    for (index, created_at) in instants().into_iter().enumerate() {
        let is_read = index % 3 == 1;
        let told = Notification { created_at, is_read, ..world.make.notification(user) };
        written.push(told);
    }
    for told in written.iter().rev() {
        world.insert(told.clone()).await;
    }
    written
}

pub(super) async fn notifications_come_newest_first(world: World) {
    let user = world.insert(world.make.user()).await;
    let other = world.insert(world.make.user()).await;
    let written = notify(&world, &user).await;
    notify(&world, &other).await;
    let expected = newest_first(&written, |told| (told.created_at, told.id.as_uuid()));
    let unread: Vec<_> = expected.iter().filter(|told| !told.is_read).cloned().collect();
    for limit in LIMITS {
        let all = all_pages!(limit, request => world.notifications(&user.id.into(), request).await.unwrap());
        assert_eq!(all, expected, "{limit} a page");
        let filter = NotificationFilter::unread(user.id);
        let new =
            all_pages!(limit, request => world.notifications(&filter, request).await.unwrap());
        assert_eq!(new, unread, "{limit} a page");
        for (filter, expected) in [(user.id.into(), &expected), (filter, &unread)] {
            let told = all_pages!(limit, request => world.inbox(&filter, request).await.unwrap());
            let rows: Vec<_> = told.into_iter().map(|told| told.notification).collect();
            assert_eq!(&rows, expected, "{limit} a page of the inbox");
        }
    }
}

pub(super) async fn unread_notifications_are_counted(world: World) {
    let user = world.insert(world.make.user()).await;
    let other = world.insert(world.make.user()).await;
    let mut told = Vec::new();
    for expected in 1..=3 {
        told.push(world.insert(world.make.notification(&user)).await);
        assert_eq!(world.unread_count(user.id).await.unwrap(), expected);
    }
    let read =
        |told: Versioned<Notification>, is_read| told.map(|told| Notification { is_read, ..told });
    let once = world.update(read(told.remove(0), true)).await;
    assert_eq!(world.unread_count(user.id).await.unwrap(), 2);
    assert_eq!(world.unread_count(other.id).await.unwrap(), 0);
    let unread =
        world.notifications(&NotificationFilter::unread(user.id), page(10)).await.unwrap().items;
    assert_eq!(unread.len(), 2);
    world.update(read(once, false)).await;
    assert_eq!(world.unread_count(user.id).await.unwrap(), 3);
}

/// Stores a completed lesson and its review for every instant.
async fn review(world: &World, cast: &Cast) -> Vec<Review> {
    let mut written = Vec::new();
    for (index, created_at) in instants().into_iter().enumerate() {
        let session = super::fixtures::minutes(60 * index as i64, 60);
        let lesson = world.insert(completed(world.make.booking(cast, session))).await;
        let is_hidden = index % 3 == 1;
        written.push(Review { created_at, is_hidden, ..world.make.review(&lesson) });
    }
    for review in written.iter().rev() {
        world.insert(review.clone()).await;
    }
    written
}

pub(super) async fn reviews_come_newest_first_hidden_only_if_asked_for(world: World) {
    let (cast, other) = (world.cast().await, world.cast().await);
    let written = review(&world, &cast).await;
    review(&world, &other).await;
    let (all, open) = (ReviewFilter::of(cast.trainer.id), ReviewFilter::shown(cast.trainer.id));
    let expected = newest_first(&written, |review| (review.created_at, review.id.as_uuid()));
    let shown: Vec<_> = expected.iter().filter(|review| !review.is_hidden).cloned().collect();
    for limit in LIMITS {
        let all = all_pages!(limit, request => world.reviews(&all, request).await.unwrap());
        assert_eq!(all, expected, "{limit} a page");
        let open = all_pages!(limit, request => world.reviews(&open, request).await.unwrap());
        assert_eq!(open, shown, "{limit} a page");
    }
}

pub(super) async fn history_comes_newest_first(world: World) {
    let user = world.insert(world.make.user()).await;
    let other = world.insert(world.make.user()).await;
    let mut written = Vec::new();
    for created_at in instants() {
        written.push(AuditEntry { created_at, ..world.make.audit_entry(&user) });
    }
    for entry in written.iter().rev() {
        world.append(entry.clone()).await;
        world.append(world.make.audit_entry(&other)).await;
    }
    // The same id as another kind of thing has a history of its own.
    let id = crate::ids::DogId::from_uuid(user.id.as_uuid());
    let of_dog =
        AuditEntry { event: Event::DogUpdated { dog: id }, ..world.make.audit_entry(&user) };
    world.append(of_dog.clone()).await;

    let subject = Subject::new(SubjectKind::User, user.id).into();
    let expected: Vec<_> = newest_first(&written, |entry| (entry.created_at, entry.id.as_uuid()))
        .into_iter()
        .map(Versioned::into_value)
        .collect();
    let feed = world.whole_feed().await;
    for limit in LIMITS {
        let all = all_pages!(limit, request => world.history(&subject, request).await.unwrap());
        assert!(all.iter().all(|entry| feed.contains(entry)), "other positions than the feed's");
        let all: Vec<_> = all.into_iter().map(|entry| entry.entry).collect();
        assert_eq!(all, expected, "{limit} a page");
    }
    let about_dog = Subject::new(SubjectKind::Dog, id).into();
    let of_dogs = world.history(&about_dog, page(10)).await.unwrap().items;
    assert_eq!(of_dogs.into_iter().map(|entry| entry.entry).collect::<Vec<_>>(), [of_dog]);
}

pub(super) async fn lessons_come_by_start(world: World) {
    let cast = world.cast().await;
    let hours = [12, 9, 12, 1, 12, 10];
    let mut lessons: Vec<Booking> = Vec::new();
    for hour in hours {
        let session = super::fixtures::minutes(60 * hour, 60);
        lessons.push(cancelled(world.make.booking(&cast, session)));
    }
    for lesson in lessons.iter().rev() {
        world.insert(lesson.clone()).await;
    }
    lessons.sort_by_key(|lesson| (lesson.session.start(), lesson.id));
    let expected: Vec<_> = lessons.iter().map(first).collect();
    let filters = [
        LessonFilter::default(),
        LessonFilter { trainer: Some(cast.trainer.id), ..Default::default() },
        LessonFilter { owner: Some(cast.owner.id), ..Default::default() },
        LessonFilter { dog: Some(cast.dog.id), ..Default::default() },
        LessonFilter {
            owner: Some(cast.owner.id),
            from: Some(minute(60)),
            until: Some(minute(13 * 60)),
            statuses: vec![crate::booking::BookingStatus::Cancelled],
            ..Default::default()
        },
    ];
    for filter in &filters {
        for limit in LIMITS {
            let all = all_pages!(limit, request => world.lessons(filter, request).await.unwrap());
            let all: Vec<_> = all.into_iter().map(|lesson| lesson.booking).collect();
            assert_eq!(all, expected, "{filter:?}, {limit} a page");
        }
    }
}

pub(super) async fn a_page_stays_in_place_while_rows_are_added(world: World) {
    let cast = world.cast().await;
    let lesson =
        |hour: i64| cancelled(world.make.booking(&cast, super::fixtures::minutes(60 * hour, 60)));
    let known = [2, 4, 6, 8].map(lesson);
    for booking in &known {
        world.insert(booking.clone()).await;
    }
    let filter = LessonFilter { owner: Some(cast.owner.id), ..Default::default() };
    let one = world.lessons(&filter, page(2)).await.unwrap();
    // One row before the cursor and one after it; and the row of the cursor itself goes on.
    let (before, after) = (lesson(3), lesson(7));
    world.insert(before).await;
    world.insert(after.clone()).await;
    let changed = Booking { updated_at: at("07:00"), ..known[1].clone() };
    world.update(first(&changed)).await;
    let two = world.lessons(&filter, page(200).after(one.next)).await.unwrap();
    let ids = |page: Page<crate::repository::Lesson>| -> Vec<_> {
        page.items.into_iter().map(|lesson| lesson.booking.id).collect()
    };
    assert_eq!(ids(one), [known[0].id, known[1].id]);
    assert_eq!(ids(two), [known[2].id, after.id, known[3].id]);

    let told = world.insert(world.make.notification(&cast.owner_user)).await;
    let older = Notification {
        created_at: days_later(told.created_at, -1),
        ..world.make.notification(&cast.owner_user)
    };
    let older = world.insert(older).await;
    let filter = cast.owner_user.id.into();
    let newest = world.notifications(&filter, page(1)).await.unwrap();
    world.insert(world.make.notification(&cast.owner_user)).await;
    let rest = world.notifications(&filter, page(5).after(newest.next)).await.unwrap();
    assert_eq!((newest.items, rest.items), (vec![told], vec![older]));
}

pub(super) async fn a_full_last_page_has_no_next(world: World) {
    let cast = world.cast().await;
    let filter = LessonFilter::default();
    let none = world.lessons(&filter, page(1)).await.unwrap();
    assert_eq!((none.items.len(), none.next), (0, None));
    for hour in ["09:00", "10:00"] {
        world.insert(cancelled(world.make.booking(&cast, between(hour, "11:00")))).await;
    }
    let full = world.lessons(&filter, page(2)).await.unwrap();
    assert_eq!((full.items.len(), full.next), (2, None));
    let half = world.lessons(&filter, page(1)).await.unwrap();
    let last = &half.items[0].booking;
    assert_eq!(half.next, Some(Cursor::new(last.session.start(), last.id.as_uuid())));
}
