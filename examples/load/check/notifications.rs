//! Notifications: that each is somebody's, and about something that is there.

use sitstay::{
    audit::{Subject, SubjectKind},
    ids::{BookingId, ReviewId, UserId},
    repository::{Census, PageRequest, Repository, RepositoryError, Table},
};

use super::{
    Findings, Promise, Told, bookings::Bookings, rows_of, together::together, trail::Trail,
};

pub(super) async fn check(
    repository: &dyn Repository,
    trail: &Trail,
    bookings: &Bookings,
    census: &Census,
    findings: &mut Findings,
    told: Told<'_>,
) -> Result<(), RepositoryError> {
    let count = |user| count(repository, user, trail, bookings, told);
    let counts = together(trail.users.iter().map(|user| count(*user))).await?;
    let mut listed = 0;
    for (rows, lost) in counts {
        listed += rows;
        for subject in lost {
            findings.add(Promise::Orphans, || format!("a notification is about {subject}"));
        }
    }
    let stored = rows_of(census, Table::Notification);
    findings.require(stored == listed as u64, Promise::Orphans, || {
        format!("{stored} notifications are stored, and {listed} are for a user who is there")
    });
    findings.look_at("notifications", listed);
    Ok(())
}

/// Counts a user's notifications, and names those whose subject is not there.
async fn count(
    repository: &dyn Repository,
    user: UserId,
    trail: &Trail,
    bookings: &Bookings,
    told: Told<'_>,
) -> Result<(usize, Vec<Subject>), RepositoryError> {
    let is_there = |subject: &Subject| match subject.kind {
        SubjectKind::Booking => bookings.find(BookingId::from_uuid(subject.id)).is_some(),
        SubjectKind::Review => trail.reviews.contains_key(&ReviewId::from_uuid(subject.id)),
        _ => true,
    };
    let (mut rows, mut lost, mut after) = (0, Vec::new(), None);
    loop {
        let page = PageRequest::MAX.after(after);
        let page = repository.notifications(&user.into(), page).await?;
        told(page.items.len());
        rows += page.items.len();
        lost.extend(page.items.iter().map(|row| row.subject).filter(|about| !is_there(about)));
        after = page.next;
        if after.is_none() {
            return Ok((rows, lost));
        }
    }
}
