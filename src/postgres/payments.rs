//! The list of somebody's payments.

use std::sync::LazyLock;

use super::{
    bookings::{NAMED, NAMES},
    newest::Newest,
    part::{Part, list},
};
use crate::{
    booking::Booking,
    payment::Payment,
    repository::LessonPayment,
    sql::{Record as _, lesson_payment},
};

/// The payments for lessons with the trainer `$1`, from `$2` on and in one of the statuses `$3`.
pub(super) static OF_TRAINER: LazyLock<Newest<LessonPayment>> = LazyLock::new(|| of("trainer_id"));

/// The payments for lessons of the owner `$1`, from `$2` on and in one of the statuses `$3`.
pub(super) static OF_OWNER: LazyLock<Newest<LessonPayment>> = LazyLock::new(|| of("owner_id"));

fn of(party: &str) -> Newest<LessonPayment> {
    let condition = format!(
        "t.{party} = $1 AND t.created_at >= $2
         AND (cardinality($3) = 0 OR payment.status = ANY($3))"
    );
    Newest::by("t.payment_id", &condition, 3, payments)
}

/// Asks for payments by everything after `FROM`. The page is cut before lessons and names are looked
/// up.
fn payments(rest: &str) -> Part<Vec<LessonPayment>> {
    let (payment, booking) =
        (Payment::statements().columns_of("payment"), Booking::statements().columns_of("t"));
    list(
        &format!("{payment}, {booking}, {NAMES}"),
        &format!(
            "FROM (SELECT payment.* FROM @.payment_parties t
                     JOIN @.payments payment ON payment.id = t.payment_id {rest}) payment
             JOIN @.bookings t ON t.id = payment.booking_id {NAMED}
            ORDER BY payment.created_at DESC, payment.id DESC"
        ),
        lesson_payment,
    )
}
