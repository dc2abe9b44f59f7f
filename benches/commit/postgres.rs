//! The Postgres backend against a hand-written statement on `sqlx`, on one throw-away server that
//! waits for its disk.

use std::sync::Arc;

use sitstay::{
    ids::UserId,
    postgres::PostgresRepository,
    repository::{ChangeSet, Repository},
    time::Instant,
};
use sqlx::{
    AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool, Row as _,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{
    Options,
    measure::{Contender, Library, Setting, compare},
    postgres_server::{DURABLE, Server},
    scene::{Crowd, Request, Scene, id},
};

/// As many as clients at most.
const CONNECTIONS: u32 = 16;
const BATCH: u64 = 1_000;

pub(crate) async fn run(options: &Options, existing: u64) {
    let server = Server::start(DURABLE);
    let [ours, theirs] = ["library", "raw"].map(|name| server.options().database(name));
    let mut admin = PgConnection::connect_with(&server.options()).await.unwrap();
    admin.execute("CREATE DATABASE library").await.unwrap();
    let repository = PostgresRepository::builder(ours.clone()).connect().await.unwrap();
    Scene::new().settle(&repository).await;
    fill(&repository, existing).await;
    repository.close().await;
    let mut connection = PgConnection::connect_with(&ours).await.unwrap();
    // Of tables that were vacuumed while they were empty the planner believes that they stay so, and
    // goes through them whole until it hears of something else.
    if existing > 0 {
        connection.execute("VACUUM ANALYZE").await.unwrap();
    }
    connection.close().await.unwrap();
    admin.execute("CREATE DATABASE raw TEMPLATE library").await.unwrap();
    admin.execute("CHECKPOINT").await.unwrap();

    let repository = PostgresRepository::builder(ours.clone()).connections(CONNECTIONS);
    let library = Arc::new(Library(Arc::new(repository.connect().await.unwrap())));
    let raw = Arc::new(Raw::open(&theirs));
    let mut next = existing;
    for &crowd in &options.crowds {
        for &clients in &options.clients {
            let setting = Setting { backend: "postgres", existing, clients, crowd };
            let first = next;
            next = compare(options, setting, first, &library, Some(&raw)).await;
            if crowd == Crowd::Spread || clients == 1 {
                assert_eq!(digest(&ours, first).await, digest(&theirs, first).await);
            }
        }
    }
}

async fn fill(repository: &PostgresRepository, existing: u64) {
    let scene = Scene::new();
    let mut number = 0;
    while number < existing {
        let mut changes = ChangeSet::new();
        for number in number..(number + BATCH).min(existing) {
            let request = scene.request(Crowd::Spread, number);
            changes.insert(request.booking);
            changes.insert(request.notification);
            changes.append(request.command);
            changes.append(request.entry);
        }
        repository.commit(changes).await.unwrap();
        number += BATCH;
    }
}

/// Digests all rows that were written since the request `first`.
async fn digest(database: &PgConnectOptions, first: u64) -> Vec<String> {
    let mut connection = PgConnection::connect_with(database).await.unwrap();
    let first: sitstay::ids::BookingId = id(first);
    let mut digests = Vec::new();
    for (table, columns, key) in [
        ("bookings", "t", "id"),
        ("notifications", "t", "id"),
        ("commands", "t", "command_id"),
        ("occupied", "t", "booking_id"),
        (
            "audit_logs",
            "(id, actor_user_id, action, entity, entity_id, payload, notified, created_at)",
            "id",
        ),
    ] {
        let sql = format!(
            "SELECT md5(string_agg({columns}::text, ',' ORDER BY {columns}::text))
               FROM sitstay.{table} t WHERE {key} >= '{}'",
            first.as_uuid()
        );
        let row = connection.fetch_one(AssertSqlSafe(sql)).await.unwrap();
        digests.push(row.get::<Option<String>, _>(0).unwrap_or_default());
    }
    digests
}

struct Raw(PgPool);

impl Raw {
    fn open(database: &PgConnectOptions) -> Self {
        Self(
            PgPoolOptions::new()
                .max_connections(CONNECTIONS)
                .test_before_acquire(false)
                .connect_lazy_with(database.clone()),
        )
    }
}

/// The rows of a request, under the same locks.
const BOOK: &str = "
WITH owner AS MATERIALIZED (
    SELECT 1 FROM sitstay.users WHERE id = $1 AND version = 1 FOR SHARE),
calendar AS MATERIALIZED (
    SELECT 1 FROM sitstay.trainer_calendars
     WHERE trainer_id = $2 AND version = 1 AND EXISTS (SELECT FROM owner) FOR SHARE),
trainer AS (
    INSERT INTO sitstay.occupied (booking_id, kind, resource_id, during)
    SELECT $3, 'trainer', $4, tstzrange($5, $6) WHERE EXISTS (SELECT FROM calendar)
    ON CONFLICT DO NOTHING RETURNING 1),
dog AS (
    INSERT INTO sitstay.occupied (booking_id, kind, resource_id, during)
    SELECT $3, 'dog', $7, tstzrange($8, $9) WHERE EXISTS (SELECT FROM trainer)
    ON CONFLICT DO NOTHING RETURNING 1),
booking AS (
    INSERT INTO sitstay.bookings
        (id, trainer_id, owner_id, dog_id, start_time, end_time, buffer_before_minutes,
         buffer_after_minutes, price_snapshot, currency, fee, cancellation_policy, status,
         hold_expires_at, local_start, time_zone, utc_offset, refund_cap_bp, reschedules,
         created_at, updated_at)
    SELECT $3, $4, $10, $7, $8, $9, $11, $12, $13, $14, $15, $16::text::jsonb, $17, $18, $19, $20,
           $21, $22, $23, $24, $25 FROM dog),
notification AS (
    INSERT INTO sitstay.notifications
        (id, user_id, type, message, subject_kind, subject_id, is_read, created_at, updated_at)
    SELECT $26, $27, $28, $29, $30, $31, $32, $33, $34 FROM dog),
command AS (
    INSERT INTO sitstay.commands
        (command_id, actor_user_id, kind, fingerprint, result, created_at)
    SELECT $35, $36, $37, $38, $39, $40 FROM dog),
entry AS (
    INSERT INTO sitstay.audit_logs
        (id, actor_user_id, action, entity, entity_id, payload, created_at)
    SELECT $41, $42, $43, $44, $45, $46::text::jsonb, $47 FROM dog)
SELECT CASE WHEN EXISTS (SELECT FROM dog) THEN 0
            WHEN NOT EXISTS (SELECT FROM calendar) THEN 1
            WHEN NOT EXISTS (SELECT FROM trainer) THEN 2
            ELSE sitstay.commit_refused(3) END";

impl Contender for Raw {
    type Work = Request;

    fn work(request: Request) -> Request {
        request
    }

    async fn carry_out(&self, request: Request) -> bool {
        let Request { calendar, owner, booking, notification, command, entry } = request;
        let (trainer, dog) = (booking.trainer_claim(), booking.dog_claim());
        let subject = entry.event.subject();
        let verdict: i32 = sqlx::query_scalar(BOOK)
            .bind(owner.id.as_uuid())
            .bind(calendar.trainer.as_uuid())
            .bind(booking.id.as_uuid())
            .bind(trainer.resource.as_uuid())
            .bind(trainer.during.start().to_utc())
            .bind(trainer.during.end().to_utc())
            .bind(dog.resource.as_uuid())
            .bind(dog.during.start().to_utc())
            .bind(dog.during.end().to_utc())
            .bind(booking.owner.as_uuid())
            .bind(i32::from(booking.buffer_before_minutes))
            .bind(i32::from(booking.buffer_after_minutes))
            .bind(booking.price.minor())
            .bind(booking.price.currency().code())
            .bind(booking.fee.minor())
            .bind(serde_json::to_string(&booking.cancellation_policy).unwrap())
            .bind(booking.status.code())
            .bind(booking.hold_expires_at.map(Instant::to_utc))
            .bind(booking.wall_start.local)
            .bind(booking.wall_start.zone.as_str())
            .bind(booking.wall_start.utc_offset)
            .bind(i32::from(u16::from(booking.refund_cap)))
            .bind(i32::from(booking.reschedules))
            .bind(booking.created_at.to_utc())
            .bind(booking.updated_at.to_utc())
            .bind(notification.id.as_uuid())
            .bind(notification.user.as_uuid())
            .bind(notification.kind.code())
            .bind(notification.kind.message())
            .bind(notification.subject.kind.code())
            .bind(notification.subject.id)
            .bind(notification.is_read)
            .bind(notification.created_at.to_utc())
            .bind(notification.updated_at.to_utc())
            .bind(command.id.as_uuid())
            .bind(command.actor.map(UserId::as_uuid))
            .bind(command.kind.code())
            .bind(command.fingerprint.as_uuid())
            .bind(command.result)
            .bind(command.created_at.to_utc())
            .bind(entry.id.as_uuid())
            .bind(entry.actor.map(UserId::as_uuid))
            .bind(entry.event.code())
            .bind(subject.kind.code())
            .bind(subject.id)
            .bind(serde_json::to_string(&entry.event).unwrap())
            .bind(entry.created_at.to_utc())
            .fetch_one(&self.0)
            .await
            .unwrap();
        match verdict {
            0 => true,
            2 => false,
            other => panic!("the request was refused: {other}"),
        }
    }
}
