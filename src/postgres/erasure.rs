//! What an erasure is decided on.

use super::{
    accounts::person,
    part::{Part, count, rows},
};
use crate::repository::ErasureFile;

/// Asks for everything personal about a user, and what stands against an erasure.
pub(super) fn erasure_file(user: &str) -> Part<Option<ErasureFile>> {
    let owner = format!("(SELECT id FROM @.dog_owners WHERE user_id = {user})");
    let trainer = format!("(SELECT id FROM @.dog_trainers WHERE user_id = {user})");
    let sides = format!(
        "(SELECT id FROM @.bookings WHERE owner_id = {owner}
          UNION SELECT id FROM @.bookings WHERE trainer_id = {trainer}) sides"
    );
    let open_refunds = format!(
        "FROM {sides}
         JOIN @.payments ON payments.booking_id = sides.id
         JOIN @.refunds ON refunds.payment_id = payments.id
        WHERE refunds.status IN ('due', 'pending')"
    );
    let open_disputes = format!(
        "FROM {sides} JOIN @.disputes ON disputes.booking_id = sides.id
        WHERE disputes.status = 'open'"
    );
    let open_balances = format!(
        "FROM (SELECT DISTINCT currency FROM (
             SELECT account, currency FROM (
                 SELECT debit_account AS account, currency, amount
                   FROM @.ledger_entries WHERE debit_trainer_id = {trainer}
                 UNION ALL
                 SELECT credit_account, currency, -amount
                   FROM @.ledger_entries WHERE credit_trainer_id = {trainer}) legs
              GROUP BY account, currency HAVING sum(amount) <> 0) accounts) currencies"
    );
    let open_payouts = format!(
        "FROM @.payouts
          WHERE trainer_id = {trainer} AND state IN ('created', 'in_flight', 'unknown')"
    );
    person(user)
        .and(count(&open_refunds))
        .and(count(&open_disputes))
        .and(count(&open_balances))
        .and(count(&open_payouts))
        .and(rows(&format!("WHERE t.user_id = {user} ORDER BY t.id")))
        .and(rows(&format!("WHERE t.trainer_id = {trainer} ORDER BY t.issued_at, t.id")))
        .and(rows(&format!("WHERE t.trainer_id = {trainer} ORDER BY t.id")))
        .and(rows(&format!("WHERE t.owner_id = {owner} ORDER BY t.id")))
        .and(rows(&format!(
            "WHERE t.dog_id IN (SELECT id FROM @.dogs WHERE owner_id = {owner})
             ORDER BY t.dog_id, t.id"
        )))
        .and(rows(&format!(
            "WHERE t.cancelled_by = {user} AND t.cancellation_reason IS NOT NULL ORDER BY t.id"
        )))
        .and(rows(&format!(
            "WHERE (t.owner_id = {owner} AND t.comment <> '')
                OR (t.trainer_id = {trainer} AND t.reply IS NOT NULL) ORDER BY t.id"
        )))
        .map(|loaded| {
            let (((loaded, photos), cancelled), reviews) = loaded;
            let ((((loaded, locations), certifications), services), dogs) = loaded;
            let ((((person, open_refunds), open_disputes), open_balances), open_payouts) = loaded;
            Ok(person.map(|person| ErasureFile {
                person,
                open_refunds,
                open_disputes,
                open_balances,
                open_payouts,
                locations,
                certifications,
                services,
                dogs,
                photos,
                cancelled,
                reviews,
            }))
        })
}
