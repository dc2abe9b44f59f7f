//! What a booking's commit costs on the memory backend, and that it does not grow with the tables.
//!
//! A commit inserts the booking, its audit entry, a notification and the command, and expects the
//! trainer's calendar and the owner's user. Change sets are built before the watch starts; what
//! building one costs is told apart.
//!
//! Run with `cargo bench --bench memory_commit`, or with `-- 20000` for other sizes than the usual
//! ones; without `--bench` (under `cargo test`) it runs once at toy sizes.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints and may stop")]

use std::time::Instant as Stopwatch;

use chrono::TimeDelta;
use sitstay::{
    account::{Owner, User, UserStatus},
    audit::{AuditEntry, Event},
    booking::{Booking, BookingStatus, WallStart},
    cancellation::CancellationPolicy,
    command::{CommandKind, CommandRecord, Fingerprint},
    dog::{Dog, DogSize},
    ids::Id,
    memory::MemoryRepository,
    money::{BasisPoints, Money, Price},
    notification::{Notification, NotificationKind},
    repository::{ChangeSet, Repository, Version, Versioned},
    time::{Instant, Interval},
    trainer::{BookingPolicy, CalendarGuard, Rating, Trainer},
    years::Experience,
};
use uuid::Uuid;

const TRAINERS: u64 = 2_000;
const OWNERS: u64 = 20_000;
/// Odd, and prime to both numbers above: steps through them without order.
const STRIDE: u64 = 7_919;

/// How many commits are timed as one. Few, so that most batches are not interrupted also on a busy
/// machine.
const BATCH: u64 = 50;
/// How many batches one size has its turn for.
const TURN: usize = 20;

fn main() {
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let asked: Vec<u64> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let (sizes, turns) = match (is_bench, asked.is_empty()) {
        (true, true) => (vec![10_000, 100_000, 1_000_000], 20),
        (true, false) => (asked, 20),
        (false, _) => (vec![100, 1_000], 1),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut towns: Vec<Town> =
        sizes.into_iter().map(|size| runtime.block_on(Town::of(size))).collect();
    // The sizes take turns, so that whatever disturbs the machine disturbs them all.
    for _ in 0..turns {
        for town in &mut towns {
            runtime.block_on(town.measure());
        }
    }
    let least = towns.first().map_or(0, |town| percentile(&town.commits, 10));
    for town in &towns {
        let commit = percentile(&town.commits, 10);
        println!(
            "{:>9} bookings: {commit:>6} ns a commit undisturbed (first decile), {:>6} ns in the \
             median; {:>7} commits a second undisturbed; {:>3} % of the first; {:>5} ns to build \
             the change set",
            town.size,
            percentile(&town.commits, 50),
            1_000_000_000 / commit.max(1),
            100 * commit / least.max(1),
            percentile(&town.builds, 10),
        );
    }
}

fn percentile(costs: &[u128], percent: usize) -> u128 {
    let mut costs = costs.to_vec();
    costs.sort_unstable();
    costs[costs.len() * percent / 100]
}

/// A repository with some bookings, and what more of them cost.
struct Town {
    size: u64,
    repository: MemoryRepository,
    scene: Scene,
    /// How many bookings there are by now.
    booked: u64,
    /// What a commit costs in each batch, in nanoseconds.
    commits: Vec<u128>,
    /// What building a change set costs in each batch, in nanoseconds.
    builds: Vec<u128>,
}

impl Town {
    async fn of(size: u64) -> Self {
        let repository = MemoryRepository::new();
        settle(&repository).await;
        let scene = Scene::new();
        for number in 0..size {
            repository.commit(scene.request(number)).await.unwrap();
        }
        Self { size, repository, scene, booked: size, commits: Vec::new(), builds: Vec::new() }
    }

    async fn measure(&mut self) {
        for _ in 0..TURN {
            let watch = Stopwatch::now();
            let numbers = self.booked..self.booked + BATCH;
            let requests: Vec<ChangeSet> =
                numbers.map(|number| self.scene.request(number)).collect();
            self.builds.push(watch.elapsed().as_nanos() / u128::from(BATCH));
            let watch = Stopwatch::now();
            for request in requests {
                self.repository.commit(request).await.unwrap();
            }
            self.commits.push(watch.elapsed().as_nanos() / u128::from(BATCH));
            self.booked += BATCH;
        }
    }
}

/// Makes the trainers, each with a user and a calendar, and the owners, each with a user and a dog.
async fn settle(repository: &MemoryRepository) {
    for number in 0..TRAINERS {
        let changes = ChangeSet::new()
            .inserting(user(trainer_user(number)))
            .inserting(Trainer {
                id: id(number),
                user: id(trainer_user(number)),
                years_of_experience: Experience::new(5).unwrap(),
                bio: "".parse().unwrap(),
                is_verified: true,
                rating: Rating::default(),
                time_zone: "Europe/Berlin".parse().unwrap(),
                search_location: None,
                policy: BookingPolicy::default(),
                created_at: at(0),
                updated_at: at(0),
            })
            .inserting(calendar(number));
        repository.commit(changes).await.unwrap();
    }
    for number in 0..OWNERS {
        let changes = ChangeSet::new()
            .inserting(user(number))
            .inserting(Owner {
                id: id(number),
                user: id(number),
                created_at: at(0),
                updated_at: at(0),
            })
            .inserting(Dog {
                id: id(number),
                owner: id(number),
                name: "Rex".parse().unwrap(),
                breed: None,
                age: None,
                size: DogSize::Medium,
                notes: "".parse().unwrap(),
                removed_at: None,
                created_at: at(0),
                updated_at: at(0),
            });
        repository.commit(changes).await.unwrap();
    }
}

/// What all requests share.
struct Scene {
    booking: Booking,
    fingerprint: Fingerprint,
}

impl Scene {
    fn new() -> Self {
        let currency = "EUR".parse().unwrap();
        let session = Interval::new(at(0), at(60)).unwrap();
        let booking = Booking {
            id: id(0),
            trainer: id(0),
            owner: id(0),
            dog: id(0),
            service: None,
            session,
            buffer_before_minutes: 0,
            buffer_after_minutes: 15,
            price: Price::new(5_000, currency).unwrap(),
            fee: Money::new(500, currency),
            cancellation_policy: CancellationPolicy::one_day(),
            status: BookingStatus::Pending,
            hold_expires_at: Some(at(0)),
            wall_start: WallStart {
                local: at(0).to_utc().naive_utc(),
                zone: "Europe/Berlin".parse().unwrap(),
                utc_offset: 3_600,
            },
            accepted_at: None,
            cancellation: None,
            completed_at: None,
            attendance: None,
            refund_cap: BasisPoints::new(10_000).unwrap(),
            rescheduled_from: None,
            reschedules: 0,
            series: None,
            created_at: at(0),
            updated_at: at(0),
        };
        let fingerprint = Fingerprint::of(CommandKind::RequestBooking, "{}");
        Self { booking, fingerprint }
    }

    /// Asks for the next free lesson of a trainer, for a dog that is free then.
    fn request(&self, number: u64) -> ChangeSet {
        let trainer = number * STRIDE % TRAINERS;
        let owner = number * STRIDE % OWNERS;
        let start = 90 * i64::try_from(number / TRAINERS).unwrap();
        let session = Interval::new(at(start), at(start + 60)).unwrap();
        let now = at(0).saturating_add(TimeDelta::milliseconds(i64::try_from(number).unwrap()));
        let event = Event::BookingRequested {
            booking: id(number),
            trainer: id(trainer),
            owner: id(owner),
            dog: id(owner),
            session,
            price: self.booking.price.money(),
            accepted: false,
        };
        let subject = event.subject();
        ChangeSet::new()
            .expecting(&Versioned::new(calendar(trainer), Version::FIRST))
            .expecting(&Versioned::new(user(owner), Version::FIRST))
            .inserting(Booking {
                id: id(number),
                trainer: id(trainer),
                owner: id(owner),
                dog: id(owner),
                session,
                hold_expires_at: Some(session.start()),
                created_at: now,
                updated_at: now,
                ..self.booking.clone()
            })
            .inserting(Notification {
                id: id(number),
                user: id(trainer_user(trainer)),
                kind: NotificationKind::BookingRequested,
                subject,
                is_read: false,
                created_at: now,
                updated_at: now,
            })
            .appending(CommandRecord {
                id: id(number),
                actor: Some(id(owner)),
                kind: CommandKind::RequestBooking,
                fingerprint: self.fingerprint,
                result: "{}".to_owned(),
                created_at: now,
            })
            .appending(AuditEntry {
                id: id(number),
                actor: Some(id(owner)),
                event,
                created_at: now,
            })
    }
}

fn user(number: u64) -> User {
    User {
        id: id(number),
        email: format!("user{number}@example.com").parse().unwrap(),
        password: None,
        first_name: "Ann".parse().unwrap(),
        last_name: "Lee".parse().unwrap(),
        phone: None,
        status: UserStatus::Active,
        created_at: at(0),
        updated_at: at(0),
    }
}

fn calendar(trainer: u64) -> CalendarGuard {
    CalendarGuard { trainer: id(trainer), updated_at: at(0) }
}

fn trainer_user(trainer: u64) -> u64 {
    OWNERS + trainer
}

/// New ids sort after old ones, as those of version 7 do.
fn id<T: Id>(number: u64) -> T {
    T::from_uuid(Uuid::from_u64_pair(number, 0x8000_0000_0000_0000 | number))
}

fn at(minutes: i64) -> Instant {
    let first: Instant = "2027-03-01T00:00:00Z".parse().unwrap();
    first.saturating_add(TimeDelta::minutes(minutes))
}
