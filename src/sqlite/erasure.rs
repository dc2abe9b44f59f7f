//! What an erasure is decided on.

use super::rows::{Snapshot, select};
use crate::{
    account::Location,
    booking::Booking,
    dog::{Dog, DogPhoto},
    ids::UserId,
    repository::{ErasureFile, Result},
    review::Review,
    sql::Value,
    trainer::{Certification, Service},
};

/// The bookings of an owner, `$1`, or a trainer, `$2`.
macro_rules! of_sides {
    ($select:literal) => {
        concat!(
            "WITH sides (id) AS (
                 SELECT id FROM bookings WHERE owner_id = $1
                 UNION SELECT id FROM bookings WHERE trainer_id = $2) ",
            $select
        )
    };
}

impl Snapshot<'_> {
    pub(super) fn erasure_file(self, user: UserId) -> Result<Option<ErasureFile>> {
        let Some(person) = self.person(user)? else { return Ok(None) };
        let owner: Value<'_> = person.standing.owner.as_ref().map(|owner| owner.id).into();
        let trainer: Value<'_> = person.standing.trainer.as_ref().map(|trainer| trainer.id).into();
        let sides = [owner.clone(), trainer.clone()];
        Ok(Some(ErasureFile {
            open_refunds: self.count(
                of_sides!(
                    "SELECT count(*) FROM sides
                       JOIN payments ON payments.booking_id = sides.id
                       JOIN refunds ON refunds.payment_id = payments.id
                      WHERE refunds.status IN ('due', 'pending')"
                ),
                &sides,
            )?,
            open_disputes: self.count(
                of_sides!(
                    "SELECT count(*) FROM sides
                       JOIN disputes ON disputes.booking_id = sides.id
                      WHERE disputes.status = 'open'"
                ),
                &sides,
            )?,
            open_balances: self.count(
                "SELECT count(DISTINCT currency) FROM (
                     SELECT account, currency, sum(amount) AS balance FROM (
                         SELECT debit_account AS account, currency, amount
                           FROM ledger_entries WHERE debit_trainer_id = $1
                         UNION ALL
                         SELECT credit_account, currency, -amount
                           FROM ledger_entries WHERE credit_trainer_id = $1)
                      GROUP BY account, currency)
                  WHERE balance <> 0",
                std::slice::from_ref(&trainer),
            )?,
            open_payouts: self.count(
                "SELECT count(*) FROM payouts
                  WHERE trainer_id = $1 AND state IN ('created', 'in_flight', 'unknown')",
                std::slice::from_ref(&trainer),
            )?,
            locations: self
                .rows(select!(Location, "WHERE user_id = $1 ORDER BY id"), &[user.into()])?,
            certifications: self.rows(
                select!(Certification, "WHERE trainer_id = $1 ORDER BY issued_at, id"),
                std::slice::from_ref(&trainer),
            )?,
            services: self.rows(
                select!(Service, "WHERE trainer_id = $1 ORDER BY id"),
                std::slice::from_ref(&trainer),
            )?,
            dogs: self.rows(
                select!(Dog, "WHERE owner_id = $1 ORDER BY id"),
                std::slice::from_ref(&owner),
            )?,
            photos: self.rows(
                select!(
                    DogPhoto,
                    "WHERE dog_id IN (SELECT id FROM dogs WHERE owner_id = $1)
                     ORDER BY dog_id, id"
                ),
                std::slice::from_ref(&owner),
            )?,
            cancelled: self.rows::<Booking>(
                select!(
                    Booking,
                    "WHERE cancelled_by = $1 AND cancellation_reason IS NOT NULL ORDER BY id"
                ),
                &[user.into()],
            )?,
            reviews: self.rows::<Review>(
                select!(
                    Review,
                    "WHERE (owner_id = $1 AND comment <> '')
                        OR (trainer_id = $2 AND reply IS NOT NULL) ORDER BY id"
                ),
                &sides,
            )?,
            person,
        }))
    }
}
