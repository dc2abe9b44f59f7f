//! What the promises are worth when many commit at once.

use std::collections::BTreeMap;

use super::{
    draw::Draw,
    fixtures::{Cast, accepted, between, buffered, cancelled, completed, minutes, moved},
    world::{World, count, first, page, race, schedule_of},
};
use crate::{
    booking::{Booking, BookingStatus, Resource},
    repository::{Census, ChangeSet, LessonFilter, RepositoryError, Table, Version},
    time::Interval,
};

/// Reads every booking that there is.
async fn all_bookings(world: &World) -> Vec<Booking> {
    let filter = LessonFilter::default();
    let (mut bookings, mut request) = (Vec::new(), page(200));
    loop {
        let page = world.lessons(&filter, request).await.unwrap();
        bookings.extend(page.items.into_iter().map(|lesson| lesson.booking.into_value()));
        match page.next {
            Some(next) => request = request.after(Some(next)),
            None => return bookings,
        }
    }
}

/// Looks for double bookings in the rows alone, without regard to what storage says of claims.
async fn nobody_is_booked_twice(world: &World) {
    assert_eq!(world.mismatched_claims(200).await.unwrap(), []);
    let mut taken: BTreeMap<Resource, Vec<Interval>> = BTreeMap::new();
    for booking in all_bookings(world).await {
        if booking.status.is_active() {
            taken.entry(Resource::Dog(booking.dog)).or_default().push(booking.session);
        }
        if booking.status != BookingStatus::Cancelled {
            taken.entry(Resource::Trainer(booking.trainer)).or_default().push(booking.occupied());
        }
    }
    let claims: usize = taken.values().map(Vec::len).sum();
    assert_eq!(world.census().await.unwrap().claims, claims as u64);
    for (resource, mut times) in taken {
        times.sort_unstable();
        for pair in times.windows(2) {
            assert!(!pair[0].overlaps(pair[1]), "{resource:?} at {} and {}", pair[0], pair[1]);
        }
    }
}

fn lost(error: &RepositoryError) {
    let expected = matches!(error, RepositoryError::TimeTaken { .. }) || error.is_retryable();
    assert!(expected, "{error:?}");
}

/// Makes the change set of a request, with rows that a loser must not leave behind.
fn request(world: &World, cast: &Cast, booking: Booking) -> ChangeSet {
    ChangeSet::new()
        .expecting(&first(&cast.calendar))
        .inserting(world.make.notification(&cast.trainer_user))
        .inserting(booking)
        .appending(world.make.command(&cast.owner_user))
        .appending(world.make.audit_entry(&cast.owner_user))
}

async fn one_wins(world: &World, requests: Vec<ChangeSet>) {
    let before = world.census().await.unwrap();
    let outcomes = race(requests.into_iter().map(|changes| {
        let world = world.clone();
        async move { world.commit(changes).await }
    }))
    .await;
    outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).for_each(lost);
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let after = world.census().await.unwrap();
    let added =
        |census: &Census| -> u64 { census.tables.iter().map(|(_, count)| count.rows).sum() };
    assert_eq!(added(&after), added(&before) + 4, "losers left rows behind");
    assert_eq!(after.claims, before.claims + 2, "losers left claims behind");
    nobody_is_booked_twice(world).await;
}

pub(super) async fn one_of_many_rivals_gets_a_trainers_time(world: World) {
    let cast = world.cast().await;
    let mut dogs = Vec::new();
    for _ in 0..32 {
        dogs.push(world.insert(world.make.dog(&cast.owner)).await.into_value());
    }
    for round in 0..4 {
        let requests = dogs.iter().enumerate().map(|(rival, dog)| {
            // All of them overlap, and no two are the same.
            let session = minutes(round * 240 + i64::try_from(rival).unwrap(), 60);
            let booking = Booking { dog: dog.id, ..world.make.booking(&cast, session) };
            request(&world, &cast, booking)
        });
        one_wins(&world, requests.collect()).await;
    }
}

pub(super) async fn one_of_many_rivals_gets_a_dogs_time(world: World) {
    let cast = world.cast().await;
    let mut requests = Vec::new();
    for _ in 0..16 {
        let other = world.cast().await;
        let booking = world.make.booking(&other, between("10:00", "11:00"));
        let booking = Booking { dog: cast.dog.id, owner: cast.owner.id, ..booking };
        requests.push(request(&world, &other, booking));
    }
    one_wins(&world, requests).await;
}

pub(super) async fn crossing_moves_neither_hang_nor_overlap(world: World) {
    let cast = world.cast().await;
    let (nine, ten, noon) =
        (between("09:00", "10:00"), between("10:00", "11:00"), between("12:00", "13:00"));
    let left = world.book(&cast, nine).await.id;
    let right = world.book(&cast, ten).await.id;
    for round in 0..60 {
        let left = world.booking(left).await.unwrap().unwrap();
        let right = world.booking(right).await.unwrap().unwrap();
        let (here, there) = (left.session, right.session);
        // In odd rounds one of the two makes way, if it comes first.
        let makes_way = round % 2 == 1;
        let aside = [nine, ten, noon].into_iter().find(|hour| *hour != here && *hour != there);
        let target = if makes_way { aside.unwrap() } else { here };
        let moves = [
            left.map(|booking| moved(booking, there)),
            right.map(|booking| moved(booking, target)),
        ];
        let outcomes = race(moves.map(|booking| {
            let world = world.clone();
            async move { world.commit(ChangeSet::new().updating(booking)).await }
        }))
        .await;
        outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).for_each(lost);
        if !makes_way {
            assert!(outcomes.iter().all(Result::is_err), "round {round}: {outcomes:?}");
        }
        nobody_is_booked_twice(&world).await;
    }
}

pub(super) async fn crossing_swaps_neither_hang_nor_overlap(world: World) {
    let cast = world.cast().await;
    let mut lessons = Vec::new();
    for hour in 8..12 {
        lessons.push(world.book(&cast, minutes(hour * 60, 60)).await.id);
    }
    for _ in 0..30 {
        let mut swaps = Vec::new();
        for (one, two) in [(0, 1), (1, 2), (2, 3), (3, 0)] {
            let one = world.booking(lessons[one]).await.unwrap().unwrap();
            let two = world.booking(lessons[two]).await.unwrap().unwrap();
            let (here, there) = (one.session, two.session);
            let changes = ChangeSet::new()
                .updating(one.map(|booking| moved(booking, there)))
                .updating(two.map(|booking| moved(booking, here)));
            let world = world.clone();
            swaps.push(async move { world.commit(changes).await });
        }
        let outcomes = race(swaps).await;
        outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).for_each(lost);
        assert!(outcomes.iter().any(Result::is_ok), "{outcomes:?}");
        nobody_is_booked_twice(&world).await;
    }
}

/// Books, moves, cancels and completes at random, on one trainer's day.
async fn be_busy(world: World, cast: Cast, seed: u64) -> usize {
    let mut draw = Draw::new(seed);
    let mut mine: Vec<Booking> = Vec::new();
    for _ in 0..80 {
        let session = minutes(draw.number(150) * 7, 5 + 5 * draw.number(8));
        let buffers = [draw.number(3), draw.number(3)].map(|five| u16::try_from(five * 5).unwrap());
        let choice = draw.number(6);
        let stored = match mine.last() {
            Some(last) if choice < 3 => world.booking(last.id).await.unwrap(),
            _ => None,
        };
        let changes = match stored {
            None => {
                let booking = world.make.booking(&cast, session);
                let booking = buffered(booking, buffers[0], buffers[1]);
                mine.push(booking.clone());
                ChangeSet::new().inserting(booking)
            }
            Some(booking) if !booking.status.is_active() => continue,
            Some(booking) => ChangeSet::new().updating(booking.map(|booking| match choice {
                0 => cancelled(booking),
                1 => moved(booking, session),
                _ if booking.status == BookingStatus::Accepted => completed(booking),
                _ => accepted(booking),
            })),
        };
        if let Err(error) = world.commit(changes).await {
            lost(&error);
        }
    }
    mine.len()
}

pub(super) async fn a_crowded_day_has_no_overlap(world: World) {
    let cast = world.cast().await;
    let mut crowd = Vec::new();
    for seed in 0..8 {
        let dog = world.insert(world.make.dog(&cast.owner)).await.into_value();
        let cast = Cast { dog, ..cast.clone() };
        crowd.push(be_busy(world.clone(), cast, seed));
    }
    let tried: usize = race(crowd).await.into_iter().sum();
    let bookings = all_bookings(&world).await.len();
    assert!(bookings > 20 && bookings < tried, "{bookings} of {tried} are stored");
    nobody_is_booked_twice(&world).await;
}

/// Every commit writes all rows around a booking, so that a reader who sees two of them at different
/// versions has seen half a commit.
pub(super) async fn a_reader_sees_whole_commits(world: World) {
    const COMMITS: usize = 60;
    let stored = world.everything().await;
    let (cast, id) = (stored.cast.clone(), stored.booking.id);
    let writer = {
        let (world, cast) = (world.clone(), cast.clone());
        tokio::spawn(async move {
            for _ in 0..COMMITS {
                let file = world.file(id).await.unwrap();
                let payment = file.settled_payment().cloned().unwrap();
                let calendar = world.calendar(cast.trainer.id).await.unwrap().unwrap();
                let changes = ChangeSet::new()
                    .updating(file.booking)
                    .updating(file.trainer)
                    .updating(file.trainer_party.user)
                    .updating(file.owner)
                    .updating(file.owner_party.user)
                    .updating(file.dog)
                    .updating(payment)
                    .updating(file.review.unwrap())
                    .updating(calendar)
                    .inserting(world.make.notification(&cast.owner_user))
                    .appending(world.make.audit_entry(&cast.owner_user));
                world.commits(changes).await;
            }
        })
    };
    let mut seen = Version::FIRST;
    while seen.as_i64() <= COMMITS as i64 {
        let file = world.file(id).await.unwrap();
        let versions = [
            file.trainer.version(),
            file.trainer_party.user.version(),
            file.owner.version(),
            file.owner_party.user.version(),
            file.dog.version(),
            file.settled_payment().unwrap().version(),
            file.review.unwrap().version(),
        ];
        assert_eq!(versions, [file.booking.version(); 7]);
        let schedule = world.schedule(schedule_of(&cast, between("00:00", "23:00"))).await;
        let schedule = schedule.unwrap().unwrap();
        assert_eq!(schedule.trainer.version(), schedule.user.version());
        assert_eq!(schedule.trainer.version(), schedule.calendar.version());
        let census = world.census().await.unwrap();
        let [told, audited] =
            [Table::Notification, Table::AuditEntry].map(|table| count(&census, table).rows);
        assert_eq!(told, audited);
        assert!(file.booking.version() >= seen, "a reader went back in time");
        seen = file.booking.version();
        tokio::task::yield_now().await;
    }
    writer.await.unwrap();
}
