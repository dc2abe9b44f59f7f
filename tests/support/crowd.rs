//! Many clients of several instances at once, and what must hold of the database afterwards.
#![allow(dead_code, unreachable_pub, reason = "every test binary uses its own part of this")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../../examples/load/causes.rs"]
mod causes;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sitstay::{
    booking::Attendance,
    command::{Actor, Call},
    ids::BookingId,
    platform::{
        AcceptBooking, AcceptProposal, CancelBooking, Command, CompleteBooking, DeclineBooking,
        MoveBooking, ProposeMove, RequestSeries, WithdrawBooking, WriteReview,
    },
    review::Points,
    text::Text,
    time::Instant,
};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, postgres::PgConnectOptions};
use uuid::Uuid;

use self::causes::with_causes;
use super::{
    postgres_server::{number, until},
    town::{Town, minute_of, on},
};

/// The refusals that clients who get into each other's way may meet.
const REFUSALS: &[&str] = &[
    "booking.refused",
    "booking.series_refused",
    "booking.no_edge",
    "booking.ended",
    "booking.not_over",
    "booking.moved_too_often",
    "booking.too_late_to_move",
    "booking.not_moved",
    "booking.proposal_open",
    "booking.proposal_closed",
];

/// What clients found.
#[derive(Debug, Default)]
pub struct Found {
    /// The commands that were acknowledged, each with the entry that it must have left.
    pub acknowledged: Vec<(Uuid, Uuid, &'static str)>,
    /// The commands that were refused for good.
    pub refused: Vec<Uuid>,
    /// The codes of all errors, and how often each came.
    pub codes: BTreeMap<&'static str, usize>,
    /// Errors that should not be, of which a test tells.
    pub unexpected: BTreeSet<String>,
}

impl Found {
    fn add(&mut self, other: Self) {
        self.acknowledged.extend(other.acknowledged);
        self.refused.extend(other.refused);
        for (code, count) in other.codes {
            *self.codes.entry(code).or_default() += count;
        }
        self.unexpected.extend(other.unexpected);
    }
}

/// How long clients go on.
#[derive(Debug, Clone)]
pub enum Until {
    /// Each gives as many commands.
    Commands(usize),
    /// Until the flag is set.
    Stopped(Arc<AtomicBool>),
}

impl Until {
    /// On how many days lessons are asked for: few, so that clients get into each other's way; but who
    /// goes on for long must not find every day full.
    fn days(&self) -> u64 {
        match self {
            Self::Commands(_) => 3,
            Self::Stopped(_) => 40,
        }
    }

    fn is_over(&self, given: usize) -> bool {
        match self {
            Self::Commands(number) => given >= *number,
            Self::Stopped(flag) => flag.load(Ordering::Relaxed),
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Booked {
    booking: BookingId,
    owner: usize,
    trainer: usize,
}

type Bookings = Arc<Mutex<Vec<Booked>>>;

/// Lets as many clients as there are owners give commands at the same time, through the instances
/// in turn.
pub async fn mingle(instances: &[Town], until: Until) -> Found {
    let bookings = Bookings::default();
    let clients: Vec<_> = (0..instances[0].owners.len())
        .map(|number| {
            let client = Client {
                town: instances[number % instances.len()].clone(),
                owner: number,
                bookings: Arc::clone(&bookings),
                days: until.days(),
                random: fastrand::Rng::with_seed(number as u64),
                found: Found::default(),
            };
            tokio::spawn(client.live(until.clone()))
        })
        .collect();
    let mut found = Found::default();
    for client in clients {
        found.add(client.await.unwrap());
    }
    found
}

/// Waits until as many more commands are stored: a slow machine gets as far as a fast one.
pub async fn goes_on(server: &PgConnectOptions, commands: usize) {
    let mut connection = PgConnection::connect_with(server).await.unwrap();
    let stored = "SELECT count(*) FROM sitstay.commands";
    let enough = number(&mut connection, stored).await + i64::try_from(commands).unwrap();
    until(&mut connection, &format!("SELECT ({stored}) >= {enough}")).await;
}

struct Client {
    town: Town,
    owner: usize,
    bookings: Bookings,
    days: u64,
    random: fastrand::Rng,
    found: Found,
}

impl Client {
    async fn live(mut self, until: Until) -> Found {
        let mut given = 0;
        while !until.is_over(given) {
            given += 1;
            match self.below(20) {
                0..9 => self.request().await,
                9 => self.request_series().await,
                _ => self.answer().await,
            }
        }
        self.found
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.random.u64(..bound)
    }

    fn start(&mut self) -> Instant {
        let (day, quarter) = (self.below(self.days), self.below(60));
        minute_of(1 + day.cast_signed(), 360 + 15 * quarter.cast_signed())
    }

    async fn request(&mut self) {
        let start = self.start();
        let trainer = self.below(self.town.trainers.len() as u64);
        let trainer = usize::try_from(trainer).unwrap();
        let wish = self.town.wish(self.owner, trainer, start);
        let (booking, owner) = (wish.booking, self.owner);
        let actor = self.town.owner(owner);
        if self.gives(actor, early(), wish, (booking.as_uuid(), "booking.requested")).await {
            self.bookings.lock().unwrap().push(Booked { booking, owner, trainer });
        }
    }

    async fn request_series(&mut self) {
        let start = self.start();
        let wish = self.town.wish(self.owner, 0, start);
        let series = RequestSeries {
            series: self.town.make.id(),
            bookings: (0..3).map(|_| self.town.make.id()).collect(),
            trainer: wish.trainer,
            dog: wish.dog,
            wish: wish.wish,
            start,
            every_weeks: 1,
        };
        let ids = series.bookings.clone();
        let (actor, effect) = (self.town.owner(self.owner), series.series.as_uuid());
        if self.gives(actor, early(), series, (effect, "series.requested")).await {
            let owner = self.owner;
            let booked = ids.into_iter().map(|booking| Booked { booking, owner, trainer: 0 });
            self.bookings.lock().unwrap().extend(booked);
        }
    }

    /// Does something with a booking that somebody made lately.
    async fn answer(&mut self) {
        let made = self.bookings.lock().unwrap().len() as u64;
        if made == 0 {
            return;
        }
        let back = self.below(made.min(40));
        let place = usize::try_from(made - 1 - back).unwrap();
        let Booked { booking, owner, trainer } = self.bookings.lock().unwrap()[place];
        let (id, reason) = (booking.as_uuid(), Some("Rain".parse().unwrap()));
        let (owner, trainer) = (self.town.owner(owner), self.town.trainer(trainer));
        let proposal = self.town.make.id();
        let start = self.start();
        match self.below(12) {
            0..3 => {
                let accept = AcceptBooking { booking };
                self.gives(trainer, early(), accept, (id, "booking.accepted")).await;
            }
            3 => {
                let decline = DeclineBooking { booking, reason: None };
                self.gives(trainer, early(), decline, (id, "booking.cancelled")).await;
            }
            4 => {
                let withdraw = WithdrawBooking { booking };
                self.gives(owner, early(), withdraw, (id, "booking.cancelled")).await;
            }
            5..7 => {
                let cancel = CancelBooking { booking, reason };
                let actor = if self.below(2) == 0 { owner } else { trainer };
                self.gives(actor, early(), cancel, (id, "booking.cancelled")).await;
            }
            7..9 => {
                let moving = MoveBooking { booking, start, proposal };
                // At once, or by a proposal: either leaves a command behind.
                self.gives(owner, early(), moving, (id, "")).await;
            }
            9 => {
                let propose = ProposeMove { booking, start, proposal };
                let effect = (proposal.as_uuid(), "reschedule.proposed");
                if self.gives(trainer, early(), propose, effect).await {
                    let accept = AcceptProposal { booking, proposal, start };
                    let effect = (proposal.as_uuid(), "reschedule.accepted");
                    self.gives(owner, early(), accept, effect).await;
                }
            }
            _ => {
                let (attendance, late) = (Attendance::Attended, on(60, "06:00"));
                let complete = CompleteBooking { booking, attendance };
                if self.gives(trainer, late, complete, (id, "booking.completed")).await {
                    let review = WriteReview {
                        review: self.town.make.id(),
                        booking,
                        rating: Points::new(5).unwrap(),
                        comment: Text::parse("Rex listens now.").unwrap(),
                    };
                    let effect = (review.review.as_uuid(), "review.written");
                    self.gives(owner, late, review, effect).await;
                }
            }
        }
    }

    /// Gives a command until it is carried out or refused for good; says whether it was.
    async fn gives<C: Command + Clone>(
        &mut self,
        actor: Actor,
        now: Instant,
        command: C,
        (entity, action): (Uuid, &'static str),
    ) -> bool {
        let call: Call = self.town.call(actor, now);
        for _ in 0..2_000 {
            let Err(error) = self.town.platform.execute(call, command.clone()).await else {
                self.found.acknowledged.push((call.id.as_uuid(), entity, action));
                return true;
            };
            *self.found.codes.entry(error.code()).or_default() += 1;
            if error.is_retryable() {
                tokio::time::sleep(Duration::from_millis(1 + self.below(20))).await;
                continue;
            }
            if !REFUSALS.contains(&error.code()) {
                let told = format!("{} ({})", error.code(), with_causes(&error));
                self.found.unexpected.insert(told);
            }
            self.found.refused.push(call.id.as_uuid());
            return false;
        }
        self.found.unexpected.insert("a command was neither carried out nor refused".to_owned());
        false
    }
}

fn early() -> Instant {
    on(0, "06:00")
}

/// Two bookings of one trainer, or sessions of one dog, at the same time.
const OVERLAPS: &str = "
    SELECT count(*) FROM sitstay.bookings a JOIN sitstay.bookings b ON a.id < b.id
     WHERE a.status <> 'cancelled' AND b.status <> 'cancelled'
       AND ((a.trainer_id = b.trainer_id
             AND a.start_time - a.buffer_before_minutes * interval '1 minute'
                 < b.end_time + b.buffer_after_minutes * interval '1 minute'
             AND b.start_time - b.buffer_before_minutes * interval '1 minute'
                 < a.end_time + a.buffer_after_minutes * interval '1 minute')
         -- A lesson that is completed before its time, as clients here do, frees its dog.
         OR (a.dog_id = b.dog_id AND a.start_time < b.end_time AND b.start_time < a.end_time
             AND 'completed' NOT IN (a.status, b.status)))";

/// Shows by plain SQL that nobody is booked twice, that everything that was acknowledged is there,
/// and that nothing is there in part.
pub async fn verify(found: &Found, town: &Town, connection: &mut PgConnection) {
    assert!(found.unexpected.is_empty(), "{:#?}", found.unexpected);
    assert_eq!(number(connection, OVERLAPS).await, 0, "somebody is booked twice");
    assert_eq!(town.repository().mismatched_claims(10).await.unwrap(), []);

    let stored: BTreeSet<Uuid> =
        column(connection, "SELECT command_id FROM sitstay.commands").await.into_iter().collect();
    let entries: Vec<(Uuid, String)> =
        sqlx::query_as("SELECT entity_id, action FROM sitstay.audit_logs")
            .fetch_all(&mut *connection)
            .await
            .unwrap();
    let entries: BTreeSet<(Uuid, &str)> =
        entries.iter().map(|(entity, action)| (*entity, action.as_str())).collect();
    for (command, entity, action) in &found.acknowledged {
        assert!(stored.contains(command), "{action} was acknowledged and is not stored");
        assert!(
            action.is_empty() || entries.contains(&(*entity, action)),
            "{action} was acknowledged and left no entry"
        );
    }
    for command in &found.refused {
        assert!(!stored.contains(command), "a refused command is stored");
    }
    whole(connection).await;
}

/// Every command has left all of its rows, and no row is without its command.
async fn whole(connection: &mut PgConnection) {
    let commands =
        |kinds: &str| format!("SELECT count(*) FROM sitstay.commands WHERE kind IN ({kinds})");
    let entries =
        |action: &str| format!("SELECT count(*) FROM sitstay.audit_logs WHERE action = '{action}'");
    for (one, other) in [
        (
            commands("'request_booking'"),
            "SELECT count(*) FROM sitstay.bookings WHERE series_id IS NULL".to_owned(),
        ),
        (
            commands("'request_series'"),
            "SELECT count(*) / 3 FROM sitstay.bookings WHERE series_id IS NOT NULL".to_owned(),
        ),
        (commands("'request_series'"), "SELECT count(*) FROM sitstay.booking_series".to_owned()),
        (commands("'request_series'"), entries("series.requested")),
        (commands("'accept_booking'"), entries("booking.accepted")),
        (
            commands("'decline_booking', 'withdraw_booking', 'cancel_booking'"),
            entries("booking.cancelled"),
        ),
        (
            entries("booking.cancelled"),
            "SELECT count(*) FROM sitstay.bookings WHERE status = 'cancelled'".to_owned(),
        ),
        (commands("'complete_booking'"), entries("booking.completed")),
        (
            entries("booking.completed"),
            "SELECT count(*) FROM sitstay.bookings WHERE status = 'completed'".to_owned(),
        ),
        (commands("'write_review'"), entries("review.written")),
        (entries("review.written"), "SELECT count(*) FROM sitstay.reviews".to_owned()),
        (
            "SELECT count(*) FROM sitstay.reviews".to_owned(),
            "SELECT sum(total_reviews)::bigint FROM sitstay.dog_trainers".to_owned(),
        ),
        (
            "SELECT coalesce(sum(rating), 0)::bigint FROM sitstay.reviews".to_owned(),
            "SELECT sum(rating_sum)::bigint FROM sitstay.dog_trainers".to_owned(),
        ),
        (
            "SELECT count(*) FROM sitstay.occupied WHERE kind = 'dog'".to_owned(),
            "SELECT count(*) FROM sitstay.bookings WHERE status IN ('pending', 'accepted')"
                .to_owned(),
        ),
    ] {
        let (left, right) = (number(connection, &one).await, number(connection, &other).await);
        assert_eq!(left, right, "{one} and {other}");
    }
}

async fn column(connection: &mut PgConnection, sql: &str) -> Vec<Uuid> {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(connection).await.unwrap()
}
