//! How a notification is read together with what its text can name.
//!
//! Each thing is looked up by its key for one notification after the other, so that no planner can
//! make a walk through a table of it.

use super::{Fields, Record as _};
use crate::{
    ids::BookingId,
    money::{Currency, Money},
    notification::{Facts, Notification, Recipient},
    repository::{Result, Table, Told},
};

/// What is read of the user `recipient` who is told.
pub(crate) const RECIPIENT: &str =
    "recipient.email, recipient.first_name, recipient.phone, recipient.status";

/// Selects the booking that the subject of the notification `t` leads to; `place` stands before the
/// names of tables.
pub(crate) fn told_booking(place: &str) -> String {
    format!(
        "CASE t.subject_kind
             WHEN 'booking' THEN t.subject_id
             WHEN 'reschedule' THEN (SELECT booking_id FROM {place}reschedule_requests
                                      WHERE id = t.subject_id)
             WHEN 'review' THEN (SELECT booking_id FROM {place}reviews WHERE id = t.subject_id)
             WHEN 'payment' THEN (SELECT booking_id FROM {place}payments WHERE id = t.subject_id)
             WHEN 'refund' THEN (SELECT booking_id FROM {place}payments
                                  WHERE id = (SELECT payment_id FROM {place}refunds
                                               WHERE id = t.subject_id))
             WHEN 'dispute' THEN (SELECT booking_id FROM {place}disputes WHERE id = t.subject_id)
         END"
    )
}

/// Selects the proposed start, the amount, its currency, and the points that the text of the
/// notification `t` can name.
pub(crate) fn told_facts(place: &str) -> String {
    let of_money = |column: &str| {
        format!(
            "CASE t.subject_kind
                 WHEN 'payment' THEN (SELECT {column} FROM {place}payments WHERE id = t.subject_id)
                 WHEN 'refund' THEN (SELECT {column} FROM {place}refunds WHERE id = t.subject_id)
                 WHEN 'payout' THEN (SELECT {column} FROM {place}payouts WHERE id = t.subject_id)
             END"
        )
    };
    format!(
        "CASE t.subject_kind
             WHEN 'reschedule' THEN (SELECT start_time FROM {place}reschedule_requests
                                      WHERE id = t.subject_id)
         END,
         {}, {},
         CASE t.subject_kind
             WHEN 'review' THEN (SELECT rating FROM {place}reviews WHERE id = t.subject_id)
         END",
        of_money("amount"),
        of_money("currency")
    )
}

/// Reads a notification, the booking that it leads to, [`RECIPIENT`] and [`told_facts`].
pub(crate) fn told(fields: &mut Fields<'_>) -> Result<(Told, Option<BookingId>)> {
    let notification = Notification::decode_versioned(fields)?;
    let booking = fields.take_of(Table::Notification)?;
    let recipient = Recipient {
        user: notification.user,
        email: fields.take_of(Table::User)?,
        first_name: fields.take_of(Table::User)?,
        phone: fields.take_of(Table::User)?,
        status: fields.take_of(Table::User)?,
    };
    let proposed_start = fields.take_of(Table::Reschedule)?;
    let amount: Option<i64> = fields.take_of(Table::Payment)?;
    let currency: Option<Currency> = fields.take_of(Table::Payment)?;
    let facts = Facts {
        proposed_start,
        amount: amount.zip(currency).map(|(minor, currency)| Money::new(minor, currency)),
        points: fields.take_of(Table::Review)?,
        ..Facts::from(recipient)
    };
    Ok((Told { notification, facts }, booking))
}
