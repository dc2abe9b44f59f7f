use std::future::Future;

use super::world::{
    at, audit, become_status, booking, command, dog_id, id, interval, notification, owner_id,
    settled, trainer_id,
};
use crate::{
    audit::FeedPosition,
    booking::{Booking, BookingStatus},
    ids::{AuditId, BookingId, NotificationId},
    notification::Reminder,
    repository::{
        AuditQueries, BookingQueries, ChangeSet, Due, DueQueries, LessonFilter, NotificationFilter,
        NotificationQueries, Page, PageRequest, Repository, Table,
    },
};

/// Reads a list from its first page to its last, two rows at a time.
async fn all<T, E, F>(read: impl Fn(PageRequest) -> F) -> Vec<T>
where
    E: std::fmt::Debug,
    F: Future<Output = Result<Page<T>, E>>,
{
    let mut rows = Vec::new();
    let mut next = None;
    loop {
        let page = read(PageRequest::first(2).unwrap().after(next)).await.unwrap();
        assert!(page.items.len() <= 2);
        rows.extend(page.items);
        next = page.next;
        if next.is_none() {
            return rows;
        }
    }
}

#[tokio::test]
async fn lists_go_on_where_they_stopped_also_at_equal_instants() {
    let repository = settled().await;
    let mut changes = ChangeSet::new();
    for number in 1..=5 {
        // Two instants for five rows.
        let created_at = at(i64::try_from(number % 2).unwrap());
        changes.insert(notification(number, id(3), created_at));
        changes.append(audit(number, 1, created_at));
        changes.append(command(number, created_at));
    }
    repository.commit(changes).await.unwrap();
    let newest_first = [5, 3, 1, 4, 2];
    let unread = NotificationFilter::unread(id(3));

    let found = all(|page| repository.notifications(&unread, page)).await;
    let found: Vec<_> = found.iter().map(|row| row.id).collect();
    assert_eq!(found, newest_first.map(id::<NotificationId>));
    assert_eq!(repository.unread_count(id(3)).await.unwrap(), 5);

    let subject = audit(1, 1, at(0)).event.subject().into();
    let found = all(|page| repository.history(&subject, page)).await;
    let found: Vec<_> = found.iter().map(|row| row.entry.id).collect();
    assert_eq!(found, newest_first.map(id::<AuditId>));

    let mut position = FeedPosition::START;
    for number in 1..=5 {
        let next = repository.feed(position, 1).await.unwrap();
        assert_eq!(next.iter().map(|row| row.entry.id).collect::<Vec<_>>(), [id(number)]);
        position = next[0].position;
    }
    assert_eq!(repository.feed(position, 1).await.unwrap(), []);

    assert_eq!(repository.purge_commands(at(1)).await.unwrap(), 2);
    let census = repository.census().await.unwrap();
    assert!(census.tables.iter().any(|(table, count)| *table == Table::Command && count.rows == 3));
}

#[tokio::test]
async fn lessons_are_paged_by_start_whatever_the_filter() {
    let repository = settled().await;
    let mut changes = ChangeSet::new();
    for number in 1..=6 {
        // Cancelled ones may share a start.
        let start = i64::try_from(number / 2).unwrap() * 60;
        let cancelled =
            become_status(booking(number, interval(start, start + 60)), BookingStatus::Cancelled);
        changes.insert(Booking { trainer: id(1 + number % 2), ..cancelled });
    }
    repository.commit(changes).await.unwrap();
    let lessons = |filter: LessonFilter| {
        let repository = &repository;
        async move {
            let found = all(|page| repository.lessons(&filter, page)).await;
            found.iter().map(|lesson| lesson.booking.id).collect::<Vec<_>>()
        }
    };
    let ids =
        |numbers: &[u128]| numbers.iter().map(|number| id(*number)).collect::<Vec<BookingId>>();

    let any = LessonFilter::default();
    assert_eq!(lessons(any.clone()).await, ids(&[1, 2, 3, 4, 5, 6]));
    let of_dog = LessonFilter { dog: Some(dog_id(1)), from: Some(at(60)), ..any.clone() };
    assert_eq!(lessons(of_dog).await, ids(&[2, 3, 4, 5, 6]));
    let of_owner = LessonFilter { owner: Some(owner_id()), until: Some(at(120)), ..any.clone() };
    assert_eq!(lessons(of_owner.clone()).await, ids(&[1, 2, 3]));
    let of_both = LessonFilter { trainer: Some(trainer_id(2)), ..of_owner };
    assert_eq!(lessons(of_both).await, ids(&[1, 3]));
    let backwards = LessonFilter { from: Some(at(120)), until: Some(at(60)), ..any.clone() };
    assert_eq!(lessons(backwards).await, []);
    let pending = LessonFilter { statuses: vec![BookingStatus::Pending], ..any };
    assert_eq!(lessons(pending).await, []);
}

#[tokio::test]
async fn what_is_due_comes_kind_by_kind_and_the_longest_due_is_chosen_first() {
    let repository = settled().await;
    let bookings = [
        (1, 300, BookingStatus::Pending),
        (2, 100, BookingStatus::Pending),
        (3, 200, BookingStatus::Pending),
        (4, 0, BookingStatus::Accepted),
        (5, 400, BookingStatus::Completed),
        (6, 1_000, BookingStatus::Accepted),
        (7, 1_100, BookingStatus::Accepted),
    ];
    let mut changes = ChangeSet::new();
    for (number, start, status) in bookings {
        changes.insert(become_status(booking(number, interval(start, start + 60)), status));
    }
    let reminded = |number, start| Reminder {
        id: id(number),
        booking: id(number),
        starts_at: at(start),
        created_at: at(0),
    };
    // Lesson 6 was moved after its reminder, so that it is due for another.
    changes.append(reminded(6, 999));
    changes.append(reminded(7, 1_100));
    repository.commit(changes).await.unwrap();

    let due = async |limit| repository.due(at(500), at(60), at(1_200), limit).await.unwrap();
    assert_eq!(due(2).await, [Due::LapsedHold(id(2)), Due::LapsedHold(id(3))]);
    let everything = [
        Due::LapsedHold(id(1)),
        Due::LapsedHold(id(2)),
        Due::LapsedHold(id(3)),
        Due::Completion(id(4)),
        Due::FinishedClaim(id(5)),
        Due::Reminder(id(6)),
    ];
    assert_eq!(due(10).await, everything);
    let nothing_ended = repository.due(at(99), at(59), at(1_000), 10).await.unwrap();
    assert_eq!(nothing_ended, []);
}
