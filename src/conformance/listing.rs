//! Who is listed: the active, where they chose to be found, as they are now.

use super::{
    draw::Draw,
    fixtures::between,
    region::centres,
    world::{World, race, schedule_of},
};
use crate::{
    account::{Location, User, UserStatus},
    geo::GeoPoint,
    ids::TrainerId,
    repository::{
        Candidate, ChangeSet, NearbyQuery, RatingDelta, RepositoryError, ScheduleQuery, Version,
        Versioned,
    },
    search::{Criteria, MAX_RADIUS_METRES, Ring},
    trainer::{Rating, Service, TimeBlock, Trainer},
};

/// Looks for everybody who is listed anywhere.
async fn everybody(world: &World) -> Vec<Candidate> {
    let query = NearbyQuery {
        rings: vec![Ring::around(centres()[0], MAX_RADIUS_METRES)],
        enough: 1,
        limit: 1_000,
        criteria: Criteria::default(),
    };
    let (ring, mut found) = world.nearby(&query).await.unwrap();
    assert_eq!(ring, 0);
    found.sort_by_key(|candidate| candidate.trainer);
    found
}

/// Says where somebody is listed now, and with which rating.
async fn listed(world: &World, trainer: TrainerId) -> Option<(GeoPoint, Rating)> {
    let found = everybody(world).await;
    let own: Vec<_> = found.iter().filter(|candidate| candidate.trainer == trainer).collect();
    assert!(own.len() <= 1, "listed twice: {own:?}");
    own.first().map(|candidate| (candidate.public_point, candidate.rating))
}

/// A trainer with two places, who is found at the first.
struct Mover {
    user: Versioned<User>,
    places: [Versioned<Location>; 2],
    trainer: Versioned<Trainer>,
}

async fn mover(world: &World) -> Mover {
    let make = &world.make;
    let user = make.user();
    let places = [0, 2].map(|place| Location { point: centres()[place], ..make.location(&user) });
    let trainer = Trainer { search_location: Some(places[0].id), ..make.trainer(&user) };
    let changes = ChangeSet::new()
        .inserting(user.clone())
        .inserting(places[0].clone())
        .inserting(places[1].clone())
        .inserting(trainer.clone());
    world.commits(changes).await;
    Mover {
        user: world.user(user.id).await.unwrap().unwrap(),
        places: [
            world.location(places[0].id).await.unwrap().unwrap(),
            world.location(places[1].id).await.unwrap().unwrap(),
        ],
        trainer: world.trainer(trainer.id).await.unwrap().unwrap(),
    }
}

pub(super) async fn a_trainer_is_listed_as_they_are_now(world: World) {
    let Mover { user, places, trainer } = mover(&world).await;
    let id = trainer.id;
    let unrated = Rating::default();
    let [here, there] = [&places[0], &places[1]].map(|place| place.public_point());
    assert_eq!(listed(&world, id).await, Some((here, unrated)));

    let with_status = |user: Versioned<User>, status| user.map(|user| User { status, ..user });
    let user = world.update(with_status(user, UserStatus::Suspended)).await;
    assert_eq!(listed(&world, id).await, None);
    let user = world.update(with_status(user, UserStatus::Active)).await;
    assert_eq!(listed(&world, id).await, Some((here, unrated)));

    let found_at = |trainer: Versioned<Trainer>, place| {
        trainer.map(|trainer| Trainer { search_location: place, ..trainer })
    };
    let trainer = world.update(found_at(trainer, Some(places[1].id))).await;
    assert_eq!(listed(&world, id).await, Some((there, unrated)));
    // The place that nobody is found at may move.
    let moved = GeoPoint::new(1, 1).unwrap();
    let [first, second] = places;
    let first = world.update(first.map(|place| Location { point: moved, ..place })).await;
    assert_eq!(listed(&world, id).await, Some((there, unrated)));
    world.update(second.map(|place| Location { point: moved, ..place })).await;
    assert_eq!(listed(&world, id).await, Some((moved.rounded_public(), unrated)));

    let mut rated = ChangeSet::new();
    rated.rate(RatingDelta { trainer: id, sum: 5, count: 1 });
    world.commits(rated).await;
    let rating = Rating { sum: 5, count: 1 };
    assert_eq!(listed(&world, id).await, Some((moved.rounded_public(), rating)));

    let trainer = world.update(found_at(trainer, None)).await;
    assert_eq!(listed(&world, id).await, None);
    // A place goes, and comes back, in one commit with who is found there.
    let back = ChangeSet::new()
        .updating(found_at(trainer, Some(first.id)))
        .updating(first.map(|place| Location { point: centres()[1], ..place }))
        .updating(with_status(user, UserStatus::Active));
    world.commits(back).await;
    assert_eq!(listed(&world, id).await, Some((centres()[1].rounded_public(), rating)));
}

pub(super) async fn what_is_refused_lists_nobody(world: World) {
    let Mover { user, places, trainer } = mover(&world).await;
    let before = everybody(&world).await;
    let block = world.make.time_block(&trainer, between("09:00", "10:00"));
    let changes = ChangeSet::new()
        .updating(user.map(|user| User { status: UserStatus::Suspended, ..user }))
        .updating(places[0].clone().map(|place| Location { point: centres()[3], ..place }));
    let refused = changes.clone().updating(Versioned::new(block.clone(), Version::FIRST));
    assert!(matches!(world.commit(refused).await, Err(RepositoryError::Conflict(_))));
    assert_eq!(everybody(&world).await, before);

    // What is found out when all rows stand is undone row by row.
    let service = world.make.service(&trainer);
    let of_nobody = TimeBlock { trainer: world.make.id(), ..block };
    for refused in [changes, ChangeSet::new()] {
        let refused = refused.inserting(service.clone()).inserting(of_nobody.clone());
        assert!(matches!(world.commit(refused).await, Err(RepositoryError::MissingReference(_))));
        assert_eq!(everybody(&world).await, before);
    }
}

pub(super) async fn whoever_changes_a_listing_last_is_right(world: World) {
    let Mover { user, places, trainer } = mover(&world).await;
    let (id, user_id) = (trainer.id, user.id);
    let mut draw = Draw::new(7);
    for round in 0..25 {
        let user = world.user(user_id).await.unwrap().unwrap();
        let trainer = world.trainer(id).await.unwrap().unwrap();
        let place = world.location(places[0].id).await.unwrap().unwrap();
        let status = draw.one_of(&[UserStatus::Active, UserStatus::Active, UserStatus::Suspended]);
        let point = GeoPoint::new(100_000 * round, 0).unwrap();
        let chosen = Some(draw.one_of(&[places[0].id, places[0].id, places[1].id]));
        let mut rated = ChangeSet::new();
        rated.rate(RatingDelta { trainer: id, sum: 4, count: 1 });
        let rivals = [
            ChangeSet::new().updating(user.map(|user| User { status, ..user })),
            ChangeSet::new().updating(place.map(|place| Location { point, ..place })),
            ChangeSet::new()
                .updating(trainer.map(|own| Trainer { search_location: chosen, ..own })),
            rated.clone(),
            rated,
        ];
        let tasks = rivals.map(|changes| {
            let world = world.clone();
            async move {
                // Who waits for each other in a circle is told to try again.
                while let Err(error) = world.commit(changes.clone()).await {
                    assert!(error.is_retryable(), "{error:?}");
                }
            }
        });
        race(tasks).await;
        let user = world.user(user_id).await.unwrap().unwrap();
        let trainer = world.trainer(id).await.unwrap().unwrap();
        let place = world.location(trainer.search_location.unwrap()).await.unwrap().unwrap();
        let expected = user.is_active().then(|| (place.public_point(), trainer.rating));
        assert_eq!(listed(&world, id).await, expected, "round {round}");
    }
}

pub(super) async fn rings_are_looked_at_until_it_is_enough(world: World) {
    let centre = centres()[0];
    // One trainer on each step away from the centre, 1.1 km apart.
    let mut ids = Vec::new();
    for step in 0..20 {
        let user = world.make.user();
        let point = GeoPoint::new(centre.latitude() + 100_000 * step, centre.longitude()).unwrap();
        let location = Location { point, ..world.make.location(&user) };
        let trainer = Trainer { search_location: Some(location.id), ..world.make.trainer(&user) };
        ids.push(trainer.id);
        let changes = ChangeSet::new().inserting(user).inserting(location).inserting(trainer);
        world.commits(changes).await;
    }
    let rings: Vec<Ring> = [1_500, 5_000, 12_000].map(|radius| Ring::around(centre, radius)).into();
    for (enough, ring) in [(0, 0), (2, 0), (3, 1), (5, 1), (7, 2), (1_000, 2)] {
        let query =
            NearbyQuery { rings: rings.clone(), enough, limit: 100, criteria: Criteria::default() };
        let (chosen, found) = world.nearby(&query).await.unwrap();
        assert_eq!(chosen, ring, "enough: {enough}");
        let mut found: Vec<_> = found.iter().map(|candidate| candidate.trainer).collect();
        found.sort_unstable();
        let within = [2, 5, 11][ring];
        assert_eq!(found, ids[..within], "enough: {enough}");
    }
    let few = NearbyQuery { rings, enough: 1_000, limit: 4, criteria: Criteria::default() };
    assert_eq!(world.nearby(&few).await.unwrap().1.len(), 4);
}

pub(super) async fn offerings_are_of_active_trainers_by_id(world: World) {
    let (cast, other) = (world.cast().await, world.cast().await);
    let Mover { user, trainer, places } = mover(&world).await;
    let make = &world.make;
    let closed = Service { is_active: false, ..make.service(&cast.trainer) };
    let more = make.service(&cast.trainer);
    let hours = make.hours(&cast.trainer);
    let block = make.time_block(&cast.trainer, between("08:00", "09:00"));
    let booking = make.booking(&cast, between("10:00", "11:00"));
    let changes = ChangeSet::new()
        .inserting(closed)
        .inserting(more.clone())
        .inserting(hours)
        .inserting(block)
        .inserting(booking);
    world.commits(changes).await;
    let range = between("08:30", "12:00");
    let asked = [trainer.id, other.trainer.id, cast.trainer.id, world.make.id()].into();
    let offerings = world.offerings(&asked, range).await.unwrap();
    let mut expected = [cast.trainer.id, other.trainer.id, trainer.id];
    expected.sort_unstable();
    assert_eq!(offerings.iter().map(|own| own.trainer.id).collect::<Vec<_>>(), expected);
    for own in &offerings {
        let query = schedule_of(&cast, range);
        let query = ScheduleQuery { trainer: own.trainer.id, ..query };
        let Some(schedule) = world.schedule(query).await.unwrap() else {
            assert_eq!(own.trainer.id, trainer.id, "only the mover has no calendar");
            assert_eq!(own.public_point, Some(places[0].public_point()));
            assert_eq!(own.city.as_ref(), Some(places[0].address.city()));
            continue;
        };
        assert_eq!(own.trainer, schedule.trainer);
        assert_eq!(own.agenda, schedule.agenda);
        assert_eq!((own.public_point, &own.city), (None, &None));
    }
    let of_cast = offerings.iter().find(|own| own.trainer.id == cast.trainer.id).unwrap();
    let services: Vec<_> = of_cast.services.iter().map(|service| service.id).collect();
    assert_eq!(services, [cast.service.id, more.id]);
    assert_eq!(of_cast.agenda.bookings.len(), 1);
    world.update(user.map(|user| User { status: UserStatus::Suspended, ..user })).await;
    assert_eq!(world.offerings(&[trainer.id].into(), range).await.unwrap(), []);
}
