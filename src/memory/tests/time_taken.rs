use proptest::prelude::*;

use super::world::{
    DOGS, TRAINERS, at, become_status, booking, dog_id, id, interval, settled, stored, trainer_id,
};
use crate::{
    booking::{Attendance, Booking, BookingStatus},
    memory::MemoryRepository,
    repository::{
        BookingQueries, CallerQuery, ChangeSet, DecisionQueries, Due, DueQueries, Occupancy,
        Repository, Schedule, ScheduleQuery, TrainerQueries, Versioned,
    },
    time::{Instant, Interval},
};

async fn try_commit(repository: &MemoryRepository, changes: ChangeSet) -> Result<(), &'static str> {
    repository.commit(changes).await.map_err(|refusal| refusal.code())
}

#[tokio::test]
async fn two_bookings_swap_their_times_in_one_commit() {
    let repository = settled().await;
    let (early, late) = (interval(0, 60), interval(60, 120));
    let both = ChangeSet::new().inserting(booking(1, early)).inserting(booking(2, late));
    repository.commit(both).await.unwrap();
    let moved = |booking: Versioned<Booking>, session: Interval| {
        let hold_expires_at = Some(session.start());
        booking.map(|booking| Booking { session, hold_expires_at, ..booking })
    };
    let swap = ChangeSet::new()
        .updating(moved(stored(&repository, 1).await, late))
        .updating(moved(stored(&repository, 2).await, early));
    repository.commit(swap).await.unwrap();
    let claims = repository.claims(id(1)).await.unwrap();
    assert_eq!(claims.iter().map(|claim| claim.during).collect::<Vec<_>>(), [late, late]);
}

#[tokio::test]
async fn bookings_of_one_commit_do_not_overlap_each_other() {
    let repository = settled().await;
    let both = ChangeSet::new()
        .inserting(booking(1, interval(0, 60)))
        .inserting(booking(2, interval(59, 119)));
    assert_eq!(try_commit(&repository, both).await, Err("storage.time_taken"));
}

#[tokio::test]
async fn a_released_booking_is_not_claimed_again_when_it_is_amended() {
    let repository = settled().await;
    let lesson = become_status(booking(1, interval(0, 60)), BookingStatus::Completed);
    repository.commit(ChangeSet::new().inserting(lesson)).await.unwrap();
    let amended =
        |attendance| move |lesson: Booking| Booking { attendance: Some(attendance), ..lesson };

    let kept = stored(&repository, 1).await.map(amended(Attendance::OwnerNoShow));
    repository.commit(ChangeSet::new().updating(kept)).await.unwrap();
    assert_eq!(repository.claims(id(1)).await.unwrap().len(), 1);
    let due = repository.due(at(60), at(0), at(0), 10).await.unwrap();
    assert_eq!(due, [Due::FinishedClaim(id(1))]);

    let mut release = ChangeSet::new();
    release.release(id(1));
    repository.commit(release.clone()).await.unwrap();
    repository.commit(release).await.unwrap();
    let again = stored(&repository, 1).await.map(amended(Attendance::TrainerNoShow));
    let other = booking(2, interval(0, 60));
    repository.commit(ChangeSet::new().updating(again).inserting(other)).await.unwrap();
    assert_eq!(repository.claims(id(1)).await.unwrap(), []);
    assert_eq!(repository.due(at(60), at(0), at(0), 10).await.unwrap(), [Due::LapsedHold(id(2))]);
}

/// What a random step does with one of eight bookings.
#[derive(Debug, Clone)]
struct Step {
    booking: u128,
    trainer: u128,
    dog: u128,
    start: i64,
    minutes: i64,
    buffers: (u16, u16),
    status: BookingStatus,
    releases: bool,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (
        1..=8_u128,
        prop::sample::select(TRAINERS.to_vec()),
        prop::sample::select(DOGS.to_vec()),
        0..40_i64,
        prop_oneof![Just(30), Just(60), Just(24 * 60)],
        prop_oneof![Just((0, 0)), Just((15, 30)), Just((720, 720))],
        prop::sample::select(BookingStatus::ALL.to_vec()),
        any::<bool>(),
    )
        .prop_map(|(booking, trainer, dog, start, minutes, buffers, status, releases)| Step {
            booking,
            trainer,
            dog,
            start: start * 60,
            minutes,
            buffers,
            status,
            releases,
        });
    prop::collection::vec(step, 1..30)
}

/// The plainest model: all bookings, each with whether its trainer's time is claimed.
#[derive(Debug, Clone, Default)]
struct Model(Vec<(Booking, bool)>);

impl Model {
    fn write(&self, booking: &Booking) -> Option<Self> {
        let mut others = self.0.clone();
        let position = others.iter().position(|(other, _)| other.id == booking.id);
        let claimed = position.map(|position| others.swap_remove(position).1);
        let claims = match booking.status {
            BookingStatus::Completed => claimed != Some(false),
            status => status.is_active(),
        };
        let is_free = others.iter().all(|(other, other_claims)| {
            let of_trainer = claims && *other_claims && other.trainer == booking.trainer;
            let both_active = booking.status.is_active() && other.status.is_active();
            !(of_trainer && other.occupied().overlaps(booking.occupied())
                || both_active
                    && other.dog == booking.dog
                    && other.session.overlaps(booking.session))
        });
        others.push((booking.clone(), claims));
        is_free.then_some(Self(others))
    }

    fn release(&mut self, number: u128) -> bool {
        let booking = self.0.iter_mut().find(|(booking, _)| booking.id == id(number));
        match booking {
            Some((booking, claims)) if !booking.status.is_active() => {
                *claims = false;
                true
            }
            _ => false,
        }
    }

    fn claims(&self) -> u64 {
        let claims = |(booking, claims): &(Booking, bool)| {
            u64::from(*claims) + u64::from(booking.status.is_active())
        };
        self.0.iter().map(claims).sum()
    }

    fn occupancies(&self, meets: impl Fn(&Booking) -> bool) -> Vec<Occupancy> {
        let mut found: Vec<&(Booking, bool)> =
            self.0.iter().filter(|(booking, _)| meets(booking)).collect();
        found.sort_by_key(|(booking, _)| (booking.session.start(), booking.id));
        let seen = |(booking, claims): &(Booking, bool)| {
            let claims_trainer = *claims;
            Occupancy { claims_trainer, ..Occupancy::of(booking) }
        };
        found.into_iter().map(seen).collect()
    }
}

fn assert_schedule(model: &Model, schedule: &Schedule, range: Interval, now: Instant) {
    let trainer = trainer_id(1);
    let expected = model.occupancies(|booking| {
        booking.trainer == trainer
            && booking.status != BookingStatus::Cancelled
            && booking.occupied().overlaps(range)
    });
    assert_eq!(schedule.agenda.bookings, expected);
    let expected_dog = model.occupancies(|booking| {
        booking.dog == dog_id(1) && booking.status.is_active() && booking.session.overlaps(range)
    });
    assert_eq!(schedule.dog_bookings, expected_dog);
    let lapsed = model.occupancies(|booking| {
        let occupancy = Occupancy::of(booking);
        booking.is_lapsed(now)
            && (expected.contains(&occupancy) || expected_dog.contains(&occupancy))
    });
    let found: Vec<_> = schedule.lapsed.iter().map(|hold| hold.booking.id).collect();
    assert_eq!(found, lapsed.iter().map(|booking| booking.booking).collect::<Vec<_>>());
}

async fn run(steps: Vec<Step>) {
    let repository = settled().await;
    let mut model = Model::default();
    for step in steps {
        let number = step.booking;
        if step.releases {
            let mut changes = ChangeSet::new();
            changes.release(id(number));
            let released = repository.commit(changes).await.is_ok();
            assert_eq!(released, model.release(number), "{step:?}");
        } else {
            let session = interval(step.start, step.start + step.minutes);
            let (buffer_before_minutes, buffer_after_minutes) = step.buffers;
            let next = Booking {
                trainer: id(step.trainer),
                dog: id(step.dog),
                buffer_before_minutes,
                buffer_after_minutes,
                ..become_status(booking(number, session), step.status)
            };
            let changes = match repository.booking(id(number)).await.unwrap() {
                Some(stored) => ChangeSet::new().updating(stored.with(next.clone())),
                None => ChangeSet::new().inserting(next.clone()),
            };
            let written = try_commit(&repository, changes).await;
            match model.write(&next) {
                Some(after) => {
                    assert_eq!(written, Ok(()), "{step:?}");
                    model = after;
                }
                None => assert_eq!(written, Err("storage.time_taken"), "{step:?}"),
            }
        }
        assert_eq!(repository.mismatched_claims(10).await.unwrap(), []);
        assert_eq!(repository.census().await.unwrap().claims, model.claims());
    }
    let now = at(900);
    for range in [interval(0, 60), interval(1_500, 1_501), interval(600, 2_000)] {
        let (service, dog, quote) = (None, Some(id(1)), None);
        let query = ScheduleQuery { trainer: id(1), service, dog, quote, range, now };
        let schedule = repository.schedule(query).await.unwrap().unwrap();
        assert_schedule(&model, &schedule, range, now);
    }
    let nobody = CallerQuery { command: id(1), user: None };
    let (_, owner) = repository.person(nobody, id(3)).await.unwrap();
    let active = model.0.iter().filter(|(booking, _)| booking.status.is_active()).count();
    assert_eq!(owner.unwrap().active_bookings, active as u64);
}

proptest! {
    #[test]
    fn claims_and_schedules_follow_the_bookings(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(run(steps));
    }
}
