//! The sizes of the tables, and that what bookings refer to is there.

use std::collections::{BTreeMap, BTreeSet};

use sitstay::repository::{Census, Repository, RepositoryError, Table};

use super::{
    Findings, Promise, Told, bookings::Bookings, rows_of, together::together, trail::Trail,
};

/// Compares what the trail tells with the sizes of tables whose rows never go.
pub(super) fn check(trail: &Trail, census: &Census, findings: &mut Findings) {
    let told = [
        (Table::User, trail.users.len()),
        (Table::Owner, trail.owners.len()),
        (Table::Trainer, trail.trainers.len()),
        (Table::CalendarGuard, trail.trainers.len()),
        (Table::Service, trail.services.len()),
        (Table::Dog, trail.dogs.len()),
        (Table::Booking, trail.bookings.len()),
        (Table::Series, trail.series.len()),
        (Table::Reschedule, trail.proposals.len()),
        (Table::Review, trail.reviews.len()),
    ];
    let told = told.map(|(table, count)| (table, count as u64)).into_iter();
    let counted = [(Table::Reminder, trail.reminders), (Table::AuditEntry, trail.entries)];
    for (table, told) in told.chain(counted) {
        let stored = rows_of(census, table);
        findings.require(stored == told, Promise::Audit, || {
            format!("{table} has {stored} rows, and the trail tells of {told}")
        });
    }
}

/// Looks for everybody and everything that bookings refer to.
pub(super) async fn check_parents(
    repository: &dyn Repository,
    trail: &Trail,
    bookings: &Bookings,
    findings: &mut Findings,
    told: Told<'_>,
) -> Result<(), RepositoryError> {
    let all = &bookings.all;
    let trainers: BTreeSet<_> = all.iter().map(|booking| booking.trainer).collect();
    let found = together(trainers.iter().map(|id| repository.trainer(*id))).await?;
    for (id, row) in trainers.iter().zip(&found) {
        let user = row.as_ref().map(|row| row.user);
        findings.require(
            user.is_some() && user == trail.trainers.get(id).copied(),
            Promise::Orphans,
            || format!("trainer {id} has bookings, and is not there"),
        );
    }
    let services: BTreeMap<_, _> =
        all.iter().filter_map(|booking| Some((booking.service?, booking.trainer))).collect();
    let found = together(services.keys().map(|id| repository.service(*id))).await?;
    for ((id, trainer), row) in services.iter().zip(&found) {
        findings.require(
            row.as_ref().is_some_and(|row| row.trainer == *trainer),
            Promise::Orphans,
            || format!("service {id} was booked of {trainer}, who does not offer it"),
        );
    }
    let dogs: BTreeMap<_, _> = all.iter().map(|booking| (booking.dog, booking.owner)).collect();
    let found = together(dogs.keys().map(|id| repository.dog(*id))).await?;
    for ((id, owner), row) in dogs.iter().zip(&found) {
        findings.require(
            row.as_ref().is_some_and(|row| row.owner == *owner),
            Promise::Orphans,
            || format!("dog {id} has lessons that {owner} booked, and is not theirs"),
        );
    }
    let owners: BTreeMap<_, _> =
        all.iter().map(|booking| (booking.owner, booking.owner_user)).collect();
    let found = together(owners.values().map(|user| repository.user(*user))).await?;
    for ((id, user), row) in owners.iter().zip(&found) {
        findings.require(
            row.is_some() && trail.owners.get(id) == Some(user),
            Promise::Orphans,
            || format!("owner {id} has bookings, and is not there"),
        );
    }
    let looked_at = trainers.len() + services.len() + dogs.len() + owners.len();
    told(looked_at);
    findings.look_at("parents_of_bookings", looked_at);
    Ok(())
}
