//! Bookings with everything around them.

use std::sync::LazyLock;

use super::{
    accounts::{caller, party},
    part::{Part, Statement, list, records_of, rows},
    trainers::{ScheduleNumbers, ScheduleRows, schedule},
};
use crate::{
    account::{Owner, User},
    booking::{Booking, Reschedule},
    dog::Dog,
    ids::{BookingId, PaymentId},
    notification::Preferences,
    payment::{Dispute, Payment, Refund},
    provider::ProviderEventRecord,
    repository::{BookingFile, Caller, PaymentCase, Result, Table, Versioned},
    review::Review,
    sql::{Record as _, orphan},
    trainer::Trainer,
};

/// Gives the bookings that a condition holds for a name, together with whose they are.
fn asked(condition: &str) -> String {
    format!("WITH {}", asked_as(condition))
}

fn asked_as(condition: &str) -> String {
    format!(
        "asked AS MATERIALIZED (
             SELECT b.id, b.trainer_id, b.service_id, b.owner_id, b.dog_id,
                    dog_trainers.user_id AS trainer_user, dog_owners.user_id AS owner_user
               FROM @.bookings b
               JOIN @.dog_trainers ON dog_trainers.id = b.trainer_id
               JOIN @.dog_owners ON dog_owners.id = b.owner_id
              WHERE {condition})"
    )
}

/// The bookings of the series `$3` that start at or after `$4`.
pub(super) static SERIES_FILES: LazyLock<Statement<(Caller, Vec<BookingFile>)>> =
    LazyLock::new(|| {
        let of_series = asked("b.series_id = $3 AND b.start_time >= $4");
        Statement::with(&of_series, caller().and(files()))
    });

/// The booking `$3`.
pub(super) static BOOKING_FILE: LazyLock<Statement<(Caller, Option<BookingFile>)>> =
    LazyLock::new(|| Statement::with(&asked("b.id = $3"), caller().and(files().first())));

/// The booking of the review `$3`.
pub(super) static REVIEW_FILE: LazyLock<Statement<(Caller, Option<BookingFile>)>> =
    LazyLock::new(|| {
        let of_review = asked("b.id = (SELECT booking_id FROM @.reviews WHERE id = $3)");
        Statement::with(&of_review, caller().and(files().first()))
    });

/// The payment of the id `$3`, of the refund `$4` or of the dispute `$5`, or the one that the provider
/// `$6` calls `$7`, which decides; where the provider is given, it is the payment's.
pub(super) static PAYMENT_CASE: LazyLock<Statement<(Caller, Option<PaymentCase>)>> =
    LazyLock::new(|| {
        let of_payment = asked_as(
            "b.id = (SELECT booking_id FROM @.payments WHERE id = (SELECT id FROM sought))",
        );
        let prelude = format!(
            "WITH sought AS MATERIALIZED (SELECT coalesce(
                 (SELECT id FROM @.payments WHERE provider = $6 AND provider_reference = $7),
                 (SELECT id FROM @.payments WHERE id = $3 AND provider = coalesce($6, provider)),
                 (SELECT p.id FROM @.refunds r JOIN @.payments p ON p.id = r.payment_id
                   WHERE r.id = $4 AND p.provider = coalesce($6, p.provider)),
                 (SELECT payment_id FROM @.disputes WHERE id = $5)) AS id),
             {of_payment}"
        );
        let id = list("id", "FROM sought WHERE id IS NOT NULL", |fields| {
            fields.take_of::<PaymentId>(Table::Payment)
        });
        let reports = reports_about("payments", "$6", "$7");
        let parts = caller().and(id.first()).and(files().first()).and(reports);
        Statement::with(
            &prelude,
            parts.map(|(((caller, payment), file), reports)| {
                let case = payment.zip(file);
                let case = case.map(|(payment, file)| PaymentCase { payment, file, reports });
                Ok((caller, case))
            }),
        )
    });

/// Asks for the events about the row of a table that is `sought`, by its provider's name for it, or by
/// the one that it was sought by.
pub(super) fn reports_about(
    table: &str,
    provider: &str,
    reference: &str,
) -> Part<Vec<ProviderEventRecord>> {
    let of_sought =
        |column| format!("(SELECT {column} FROM @.{table} WHERE id = (SELECT id FROM sought))");
    records_of::<ProviderEventRecord, _>(
        "",
        &format!(
            "WHERE t.id IN (
                 SELECT id FROM @.provider_events
                  WHERE provider = {} AND reference = {}
                  UNION
                 SELECT id FROM @.provider_events
                  WHERE provider = {provider} AND reference = {reference}
                    AND (SELECT id FROM sought) IS NOT NULL)
             ORDER BY t.id",
            of_sought("provider"),
            of_sought("provider_reference"),
        ),
        ProviderEventRecord::decode,
    )
}

type MoveRows = ((Caller, Option<BookingFile>), Option<ScheduleRows>);

/// The booking `$3`, and what says which times of its trainer and dog are free.
pub(super) static MOVE_FILE: LazyLock<Statement<MoveRows>> = LazyLock::new(|| {
    let schedule = schedule(
        "(SELECT trainer_id FROM asked)",
        "(SELECT service_id FROM asked)",
        "(SELECT dog_id FROM asked)",
        "NULL::uuid",
        ScheduleNumbers::after(3),
    );
    Statement::with(&asked("b.id = $3"), caller().and(files().first()).and(schedule))
});

/// Asks for the files of all bookings that were asked for, by start and id.
fn files() -> Part<Vec<BookingFile>> {
    rows::<Booking>("WHERE t.id IN (SELECT id FROM asked) ORDER BY t.start_time, t.id")
        .and(rows::<Trainer>("WHERE t.id IN (SELECT trainer_id FROM asked)"))
        .and(rows::<Owner>("WHERE t.id IN (SELECT owner_id FROM asked)"))
        .and(rows::<User>(
            "WHERE t.id IN (SELECT trainer_user FROM asked UNION SELECT owner_user FROM asked)",
        ))
        .and(rows::<Preferences>(
            "WHERE t.user_id IN (SELECT trainer_user FROM asked
                                 UNION SELECT owner_user FROM asked)",
        ))
        .and(rows::<Dog>("WHERE t.id IN (SELECT dog_id FROM asked)"))
        .and(rows::<Reschedule>(
            "WHERE t.booking_id IN (SELECT id FROM asked) AND t.status = 'open'",
        ))
        .and(rows::<Payment>("WHERE t.booking_id IN (SELECT id FROM asked) ORDER BY t.id"))
        .and(rows::<Refund>(
            "WHERE t.payment_id IN (SELECT id FROM @.payments
                                     WHERE booking_id IN (SELECT id FROM asked))
             ORDER BY t.id",
        ))
        .and(rows::<Dispute>("WHERE t.booking_id IN (SELECT id FROM asked) ORDER BY t.id"))
        .and(rows::<Review>("WHERE t.booking_id IN (SELECT id FROM asked)"))
        .and(list(
            "id",
            "FROM asked WHERE EXISTS (
                 SELECT FROM @.ledger_entries entry
                  WHERE entry.booking_id = asked.id
                    AND EXISTS (SELECT FROM @.payout_items item
                                 WHERE item.entry_id = entry.id AND item.released_at IS NULL))",
            |fields| fields.take_of::<BookingId>(Table::Booking),
        ))
        .map(|loaded| {
            let ((((loaded, refunds), disputes), reviews), paid_out) = loaded;
            let (((loaded, dogs), proposals), payments) = loaded;
            let ((((bookings, trainers), owners), users), preferences) = loaded;
            let around = Around {
                trainers,
                owners,
                users,
                preferences,
                dogs,
                proposals,
                payments,
                refunds,
                disputes,
                reviews,
                paid_out,
            };
            bookings.into_iter().map(|booking| around.file(booking)).collect()
        })
}

/// Everything around some bookings.
struct Around {
    trainers: Vec<Versioned<Trainer>>,
    owners: Vec<Versioned<Owner>>,
    users: Vec<Versioned<User>>,
    preferences: Vec<Versioned<Preferences>>,
    dogs: Vec<Versioned<Dog>>,
    proposals: Vec<Versioned<Reschedule>>,
    payments: Vec<Versioned<Payment>>,
    refunds: Vec<Versioned<Refund>>,
    disputes: Vec<Versioned<Dispute>>,
    reviews: Vec<Versioned<Review>>,
    paid_out: Vec<BookingId>,
}

impl Around {
    fn file(&self, booking: Versioned<Booking>) -> Result<BookingFile> {
        let id = booking.id;
        let trainer = find(&self.trainers, |row| row.id == booking.trainer).ok_or_else(orphan)?;
        let owner = find(&self.owners, |row| row.id == booking.owner).ok_or_else(orphan)?;
        let party = |user| party(user, &self.users, &self.preferences).ok_or_else(orphan);
        let payments: Vec<_> =
            self.payments.iter().filter(|row| row.booking == id).cloned().collect();
        let is_own = |row: &&Versioned<Refund>| payments.iter().any(|own| own.id == row.payment);
        let of_booking = |row: &&Versioned<Dispute>| row.booking == id;
        Ok(BookingFile {
            trainer_party: party(trainer.user)?,
            owner_party: party(owner.user)?,
            dog: find(&self.dogs, |row| row.id == booking.dog).ok_or_else(orphan)?,
            proposal: find(&self.proposals, |row| row.booking == id),
            refunds: self.refunds.iter().filter(is_own).cloned().collect(),
            disputes: self.disputes.iter().filter(of_booking).cloned().collect(),
            review: find(&self.reviews, |row| row.booking == id),
            is_paid_out: self.paid_out.contains(&id),
            booking,
            trainer,
            owner,
            payments,
        })
    }
}

pub(super) fn find<T: Clone>(
    rows: &[Versioned<T>],
    mut is_it: impl FnMut(&T) -> bool,
) -> Option<Versioned<T>> {
    rows.iter().find(|row| is_it(row)).cloned()
}
