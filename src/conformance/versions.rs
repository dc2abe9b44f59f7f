//! A row that a commit relies on is still what it was when it was read.

use super::{
    broken::{Broken, each_is_refused},
    fixtures::{Everything, between},
    world::{World, conflict, first, next, race},
};
use crate::{
    account::{Role, User},
    dog::Dog,
    ids::TrainerId,
    repository::{
        Change, ChangeSet, Entity, EntityRef, RatingDelta, Removable, RepositoryError, Table,
        Version, Versioned, Write,
    },
    trainer::{CalendarGuard, Rating, Trainer},
    years::DogAge,
};

fn outdated<T: Entity>(row: &T) -> Versioned<T> {
    Versioned::new(row.clone(), Version::FIRST.next())
}

macro_rules! each_versioned {
    ($visit:ident of $everything:expr) => {{
        let (all, cast) = ($everything, &$everything.cast);
        vec![
            $visit(&all.role),
            $visit(&cast.owner_user),
            $visit(&all.admin),
            $visit(&cast.owner),
            $visit(&all.location),
            $visit(&cast.trainer),
            $visit(&cast.calendar),
            $visit(&cast.service),
            $visit(&all.certification),
            $visit(&all.hours),
            $visit(&all.exception),
            $visit(&all.time_block),
            $visit(&cast.dog),
            $visit(&all.photo),
            $visit(&all.series),
            $visit(&all.booking),
            $visit(&all.reschedule),
            $visit(&all.review),
            $visit(&all.payment),
            $visit(&all.refund),
            $visit(&all.dispute),
            $visit(&all.notification),
            $visit(&all.preferences),
        ]
    }};
}

/// Updates a row of every table, and expects one, at a version that it is not at.
pub(super) fn stale_updates(of: &Everything) -> Vec<Broken> {
    fn stale<T: Entity>(row: &T) -> Broken
    where
        Change: From<Write<T>>,
    {
        Broken::update(outdated(row), conflict(row))
    }
    fn expected<T: Entity>(row: &T) -> Broken {
        let read = outdated(row);
        Broken::new(conflict(row), move |changes| changes.expect(&read))
    }
    let mut broken = each_versioned!(stale of of);
    broken.extend(each_versioned!(expected of of));
    broken
}

/// Removes a row of every table that allows it, at a version that it is not at.
pub(super) fn stale_deletes(of: &Everything) -> Vec<Broken> {
    fn stale<T: Removable>(row: &T) -> Broken
    where
        Change: From<Write<T>>,
    {
        Broken::remove(outdated(row), conflict(row))
    }
    vec![
        stale(&of.admin),
        stale(&of.location),
        stale(&of.certification),
        stale(&of.hours),
        stale(&of.exception),
        stale(&of.time_block),
        stale(&of.photo),
        stale(&of.preferences),
    ]
}

pub(super) async fn what_changed_since_it_was_read_conflicts(world: World) {
    let stored = world.everything().await;
    each_is_refused(&world, stale_updates(&stored)).await;
    each_is_refused(&world, stale_deletes(&stored)).await;
}

pub(super) async fn what_does_not_exist_conflicts(world: World) {
    fn update<T: Entity>(row: &T) -> Broken
    where
        Change: From<Write<T>>,
    {
        Broken::update(first(row), conflict(row))
    }
    fn expect<T: Entity>(row: &T) -> Broken {
        let read = first(row);
        Broken::new(conflict(row), move |changes| changes.expect(&read))
    }
    world.everything().await;
    let unknown = world.make.everything();
    each_is_refused(&world, each_versioned!(expect of &unknown)).await;
    each_is_refused(&world, each_versioned!(update of &unknown)).await;
    let mut removal = ChangeSet::new();
    removal.remove(first(&unknown.photo));
    world.refuses(removal, &conflict(&unknown.photo)).await;
}

pub(super) async fn a_removed_row_conflicts_ever_after(world: World) {
    let stored = world.everything().await;
    let mut removal = ChangeSet::new();
    removal.remove(first(&stored.photo));
    world.commits(removal.clone()).await;
    world.refuses(removal, &conflict(&stored.photo)).await;
    let update = ChangeSet::new().updating(first(&stored.photo));
    world.refuses(update, &conflict(&stored.photo)).await;

    // The key is free again, and begins at the first version.
    world.insert(stored.photo.clone()).await;
    assert_eq!(world.belongings_of(&stored).await.photo, Some(first(&stored.photo)));
}

pub(super) async fn an_update_bumps_the_version_by_one(world: World) {
    let cast = world.cast().await;
    let mut dog = first(&cast.dog);
    for age in 4..8 {
        let read = world.dog(cast.dog.id).await.unwrap().unwrap();
        assert_eq!(read, dog);
        let age = Some(DogAge::new(age).unwrap());
        dog = world.update(read.map(|dog| Dog { age, ..dog })).await;
    }
    assert_eq!(dog.version().as_i64(), 5);

    // Also where the row stays as it is: that is how one decision makes another look again.
    let same = world.update(dog.clone()).await;
    assert_eq!(world.dog(cast.dog.id).await.unwrap(), Some(same));
    world.refuses(ChangeSet::new().expecting(&dog), &conflict(&cast.dog)).await;
}

pub(super) async fn an_expectation_bumps_nothing(world: World) {
    let cast = world.cast().await;
    let dog = first(&cast.dog);
    let booking = world.make.booking(&cast, between("09:00", "10:00"));
    let changes = ChangeSet::new()
        .expecting(&dog)
        .expecting(&first(&cast.calendar))
        .expecting(&dog)
        .inserting(booking);
    world.commits(changes).await;
    assert_eq!(world.dog(cast.dog.id).await.unwrap(), Some(dog));
}

pub(super) async fn a_row_is_expected_at_one_version(world: World) {
    let cast = world.cast().await;
    let dog = world.update(first(&cast.dog)).await;
    let torn = [
        ChangeSet::new().expecting(&first(&cast.dog)).expecting(&dog),
        ChangeSet::new().expecting(&dog).expecting(&next(dog.clone())),
        ChangeSet::new().expecting(&first(&cast.dog)).updating(dog.clone()),
        ChangeSet::new().updating(dog.clone()).expecting(&first(&cast.dog)),
    ];
    for changes in torn {
        world.refuses(changes, &conflict(&cast.dog)).await;
    }
    // Expecting what is updated as well says nothing new.
    world.commits(ChangeSet::new().expecting(&dog).updating(dog.clone())).await;
    assert_eq!(world.dog(cast.dog.id).await.unwrap(), Some(next(dog)));
}

pub(super) async fn a_row_is_written_once_in_a_set(world: World) {
    let stored = world.everything().await;
    let user = world.make.user();
    let (photo, trainer) = (first(&stored.photo), first(&stored.cast.trainer));
    let mut removed_twice = ChangeSet::new();
    removed_twice.remove(photo.clone());
    removed_twice.remove(photo.clone());
    let mut updated_and_removed = ChangeSet::new().updating(photo.clone());
    updated_and_removed.remove(photo.clone());
    let mut rated_and_updated = ChangeSet::new().updating(trainer.clone());
    rated_and_updated.rate(RatingDelta { trainer: trainer.id, sum: 5, count: 1 });
    let entry = world.make.audit_entry(&user);
    let sets = [
        (ChangeSet::new().inserting(user.clone()).inserting(user.clone()), user.reference()),
        (ChangeSet::new().inserting(user.clone()).updating(first(&user)), user.reference()),
        (ChangeSet::new().updating(trainer.clone()).updating(trainer.clone()), trainer.reference()),
        (removed_twice, photo.reference()),
        (updated_and_removed, photo.reference()),
        (rated_and_updated, trainer.reference()),
        (ChangeSet::new().appending(entry.clone()).appending(entry.clone()), entry.reference()),
    ];
    for (changes, row) in sets {
        world.refuses(changes, &RepositoryError::WrittenTwice(row)).await;
    }
}

fn rating_of(trainer: TrainerId, sum: i64, count: i64) -> ChangeSet {
    let mut changes = ChangeSet::new();
    changes.rate(RatingDelta { trainer, sum, count });
    changes
}

async fn trainer(world: &World, id: TrainerId) -> Versioned<Trainer> {
    world.trainer(id).await.unwrap().unwrap()
}

pub(super) async fn rating_deltas_merge_and_bump_nothing(world: World) {
    let cast = world.cast().await;
    let id = cast.trainer.id;
    let mut changes = rating_of(id, 5, 1);
    changes.rate(RatingDelta { trainer: id, sum: 3, count: 1 });
    changes.expect(&first(&cast.trainer));
    world.commits(changes).await;
    world.commits(rating_of(id, -1, 0)).await;

    let rated = trainer(&world, id).await;
    assert_eq!(rated.rating, Rating { sum: 7, count: 2 });
    assert_eq!(rated.version(), Version::FIRST);
    let card = world.trainer_card(id).await.unwrap().unwrap();
    assert_eq!(card.trainer, rated);
    let unknown = world.make.id();
    let missing = RepositoryError::MissingReference(EntityRef::new(Table::Trainer, unknown));
    world.refuses(rating_of(unknown, 5, 1), &missing).await;
}

pub(super) async fn an_update_never_overwrites_a_rating(world: World) {
    let cast = world.cast().await;
    let read = trainer(&world, cast.trainer.id).await;
    world.commits(rating_of(cast.trainer.id, 5, 1)).await;
    let verified = read.map(|trainer| Trainer {
        is_verified: true,
        rating: Rating { sum: 1, count: 1 },
        ..trainer
    });
    world.update(verified).await;
    let stored = trainer(&world, cast.trainer.id).await;
    assert!(stored.is_verified);
    assert_eq!(stored.rating, Rating { sum: 5, count: 1 });
}

pub(super) async fn racing_ratings_sum_exactly(world: World) {
    const TASKS: i64 = 16;
    const ROUNDS: i64 = 12;
    let cast = world.cast().await;
    let id = cast.trainer.id;
    race((0..TASKS).map(|task| {
        let world = world.clone();
        async move {
            for round in 0..ROUNDS {
                world.commits(rating_of(id, 1 + (task + round) % 5, 1)).await;
            }
        }
    }))
    .await;
    let expected: i64 =
        (0..TASKS).flat_map(|task| (0..ROUNDS).map(move |round| 1 + (task + round) % 5)).sum();
    let stored = trainer(&world, id).await;
    assert_eq!(stored.rating, Rating { sum: expected, count: TASKS * ROUNDS });
    assert_eq!(stored.version(), Version::FIRST);
}

pub(super) async fn racing_counters_lose_no_update(world: World) {
    const TASKS: i64 = 6;
    const ROUNDS: i64 = 20;
    let cast = world.cast().await;
    let id = cast.trainer.id;
    race((0..TASKS).map(|_| {
        let world = world.clone();
        async move {
            for _ in 0..ROUNDS {
                loop {
                    let read = world.calendar(id).await.unwrap().unwrap();
                    let later = super::fixtures::just_after(read.updated_at);
                    let next = read.map(|guard| CalendarGuard { updated_at: later, ..guard });
                    match world.commit(ChangeSet::new().updating(next)).await {
                        Ok(()) => break,
                        Err(error) => assert!(error.is_retryable(), "{error:?}"),
                    }
                    tokio::task::yield_now().await;
                }
            }
        }
    }))
    .await;
    let stored = world.calendar(id).await.unwrap().unwrap();
    let counted = stored.updated_at.as_micros() - cast.calendar.updated_at.as_micros();
    assert_eq!(counted, TASKS * ROUNDS);
    assert_eq!(stored.version().as_i64(), 1 + TASKS * ROUNDS);
}

/// Write skew: each side writes the row that the other relies on. Whichever commits first makes
/// the other stale; if both commit, an expectation was checked but did not hold until the end.
pub(super) async fn crossed_expectations_cannot_both_commit(world: World) {
    const PAIRS: usize = 8;
    for round in 0..40 {
        let mut sides = Vec::new();
        for _ in 0..PAIRS {
            let left = world.insert(world.make.user()).await;
            let right = world.insert(world.make.user()).await;
            sides.push(ChangeSet::new().expecting(&left).updating(right.clone()));
            sides.push(ChangeSet::new().expecting(&right).updating(left));
        }
        let outcomes = race(sides.into_iter().map(|changes| {
            let world = world.clone();
            async move { world.commit(changes).await }
        }))
        .await;
        for pair in outcomes.chunks(2) {
            let committed = pair.iter().filter(|outcome| outcome.is_ok()).count();
            assert_eq!(committed, 1, "round {round}: {pair:?}");
            for refused in pair.iter().filter_map(|outcome| outcome.as_ref().err()) {
                assert!(refused.is_retryable(), "round {round}: {refused:?}");
            }
        }
    }
}

/// A row that is absent cannot be expected; whoever makes one bumps a row that can be.
pub(super) async fn racing_bumps_of_a_guard_admit_one_at_a_time(world: World) {
    let admin = |role: &Role| role.id == crate::account::RoleName::Admin.id();
    let user: User = world.insert(world.make.user()).await.into_value();
    let guard = world.about(user.id).await.standing.admin_role;
    assert!(admin(&guard));
    let outcomes = race((0..12).map(|_| {
        let (world, guard) = (world.clone(), guard.clone());
        let told = world.make.notification(&user);
        async move { world.commit(ChangeSet::new().updating(guard).inserting(told)).await }
    }))
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(world.unread_count(user.id).await.unwrap(), 1);
    assert_eq!(world.about(user.id).await.standing.admin_role, next(guard));
}
