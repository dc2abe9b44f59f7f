//! A change set is carried out whole or not at all.

use std::{pin::pin, task::Poll};

use super::{
    bounds::broken_bounds,
    broken::Broken,
    claims::{colliding_bookings, kept_claims},
    fixtures::{Cast, Everything, Fixtures, minutes},
    keys::taken_keys,
    references::{lost_parents, missing_parents, orphaning},
    uniques::{grabbed_values, taken_values},
    versions::{stale_deletes, stale_updates},
    world::{World, first},
};
use crate::{
    audit::FeedPosition,
    repository::{Census, ChangeSet, Entity as _, RatingDelta, RepositoryError, Table, Version},
};

/// A change set that writes to every table in every way that there is.
struct Busy {
    /// Stored already: updated, removed or rated.
    old: Everything,
    /// Not stored yet: inserted.
    new: Everything,
}

impl Busy {
    fn add_to(&self, changes: &mut ChangeSet) {
        let Self { old, new } = self;
        new.insert_into(changes);
        changes.expect(&first(&old.cast.calendar));
        changes.update(first(&old.role));
        changes.update(first(&old.cast.owner_user));
        changes.update(first(&old.cast.owner));
        changes.update(first(&old.location));
        changes.rate(RatingDelta { trainer: old.cast.trainer.id, sum: 4, count: 1 });
        changes.update(first(&old.cast.service));
        changes.update(first(&old.cast.dog));
        changes.update(first(&old.series));
        changes.update(first(&old.booking));
        changes.update(first(&old.reschedule));
        changes.update(first(&old.review));
        changes.update(first(&old.payment));
        changes.update(first(&old.refund));
        changes.update(first(&old.dispute));
        changes.update(first(&old.notification));
        changes.release(old.spare.id);
        changes.remove(first(&old.admin));
        changes.remove(first(&old.certification));
        changes.remove(first(&old.hours));
        changes.remove(first(&old.exception));
        changes.remove(first(&old.time_block));
        changes.remove(first(&old.photo));
        changes.remove(first(&old.preferences));
    }
}

fn every_breach(make: &Fixtures, of: &Everything, other: &Everything, free: &Cast) -> Vec<Broken> {
    let mut broken = stale_updates(of);
    broken.extend(stale_deletes(of));
    broken.extend(taken_keys(make, of));
    broken.extend(taken_values(make, of));
    broken.extend(grabbed_values(of, other));
    broken.extend(missing_parents(make, of));
    broken.extend(lost_parents(make, of));
    broken.push(orphaning(of));
    broken.extend(broken_bounds(make, of));
    broken.extend(colliding_bookings(make, of, free));
    broken.extend(kept_claims(make, of));
    broken
}

pub(super) async fn a_part_that_is_refused_takes_all_others_along(world: World) {
    let (stored, other) = (world.everything().await, world.everything().await);
    let busy = Busy { old: world.everything().await, new: world.make.everything() };
    let breaches = every_breach(&world.make, &stored, &other, &world.cast().await);
    let before = (world.picture(&stored).await, world.picture(&busy.old).await);

    for breach in &breaches {
        for is_first in [true, false] {
            let mut changes = ChangeSet::new();
            if is_first {
                breach.add_to(&mut changes);
                busy.add_to(&mut changes);
            } else {
                busy.add_to(&mut changes);
                breach.add_to(&mut changes);
            }
            world.refuses(changes, &breach.error).await;
            assert_eq!(world.file(busy.new.booking.id).await, None, "{breach:?}");
        }
    }
    let after = (world.picture(&stored).await, world.picture(&busy.old).await);
    assert_eq!(after, before);

    // Without such a part the very same set is carried out.
    let mut changes = ChangeSet::new();
    busy.add_to(&mut changes);
    world.commits(changes).await;
    assert_eq!(world.file(busy.new.booking.id).await.unwrap().booking, first(&busy.new.booking));
    let review = world.review(busy.old.review.id).await.unwrap().unwrap();
    assert_eq!(review.version(), Version::FIRST.next());
}

pub(super) async fn an_empty_set_changes_nothing(world: World) {
    let stored = world.everything().await;
    let before = world.picture(&stored).await;
    world.commits(ChangeSet::new()).await;
    world.commits(ChangeSet::new().expecting(&first(&stored.cast.calendar))).await;
    assert_eq!(world.picture(&stored).await, before);
}

/// Says how often a change set was carried out, or that it was torn.
pub(super) async fn a_dropped_commit_is_whole_or_nothing(world: World) {
    let cast = world.cast().await;
    for round in 0..24_i64 {
        let (make, before) = (&world.make, world.census().await.unwrap());
        let session = minutes(round * 60, 60);
        let booking = make.booking(&cast, session);
        let command = make.command(&cast.owner_user);
        let changes = ChangeSet::new()
            .inserting(booking.clone())
            .inserting(make.notification(&cast.owner_user))
            .appending(command.clone())
            .appending(make.audit_entry(&cast.owner_user));
        let mut once = before.clone();
        once.claims += 2;
        for table in [Table::Booking, Table::Notification, Table::Command, Table::AuditEntry] {
            add(&mut once, table);
        }
        {
            let mut commit = pin!(world.commit(changes));
            // Rounds differ in how far the commit has come when nobody waits for it any more.
            for _ in 0..=round % 4 {
                let poll = std::future::poll_fn(|context| {
                    Poll::Ready(commit.as_mut().poll(context).is_ready())
                });
                if poll.await {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        // The next commit works. It wants the dropped one's command, so that one of both gets it:
        // whichever that is, the dropped one is not carried out any more after this.
        let mut none = before;
        add(&mut none, Table::Command);
        let is_stored = match world.commit(ChangeSet::new().appending(command.clone())).await {
            Ok(()) => false,
            Err(RepositoryError::AlreadyExists(row)) if row == command.reference() => true,
            Err(error) => panic!("{error:?}"),
        };
        let expected = if is_stored { once } else { none };
        assert_eq!(world.census().await.unwrap(), expected, "torn");
        assert_eq!(world.booking(booking.id).await.unwrap().is_some(), is_stored);
        assert_eq!(world.claimed(&booking).await.len(), if is_stored { 2 } else { 0 });
    }
    assert!(world.feed(FeedPosition::START, 200).await.is_ok());
}

fn add(census: &mut Census, table: Table) {
    for (counted, count) in &mut census.tables {
        if *counted == table {
            count.rows += 1;
            count.writes += 1;
        }
    }
}

pub(super) async fn the_census_counts_rows_and_writes(world: World) {
    let empty = world.census().await.unwrap();
    assert_eq!(empty.claims, 0);
    for (table, counted) in &empty.tables {
        let seeded = if *table == Table::Role { 3 } else { 0 };
        assert_eq!((counted.rows, counted.writes), (seeded, seeded), "{table}");
    }
    let tables: Vec<Table> = empty.tables.iter().map(|(table, _)| *table).collect();
    assert_eq!(tables, Table::ALL);

    let stored = world.everything().await;
    let full = world.census().await.unwrap();
    assert_eq!(full.claims, 2);
    for (table, counted) in &full.tables {
        let rows = match table {
            Table::Role => 4,
            Table::UserRole => 3,
            Table::User | Table::Booking | Table::Payout => 2,
            _ => 1,
        };
        assert_eq!((counted.rows, counted.writes), (rows, rows), "{table}");
    }

    world.update(first(&stored.cast.dog)).await;
    let mut removal = ChangeSet::new();
    removal.remove(first(&stored.photo));
    world.commits(removal).await;
    let dogs = world.count(Table::Dog).await;
    assert_eq!((dogs.rows, dogs.writes), (1, 2));
    let photos = world.count(Table::DogPhoto).await;
    assert_eq!((photos.rows, photos.writes), (0, 0));
    assert_eq!(stored.photo.reference().table(), Table::DogPhoto);
}
