//! The list of somebody's payments.

use std::sync::LazyLock;

use super::{
    bookings::{NAMED, NAMES},
    rows::{Snapshot, codes, newest, newest_of},
};
use crate::{
    booking::Booking,
    payment::Payment,
    repository::{LessonPayment, Page, PageRequest, PaymentFilter, PaymentsOf, Result},
    sql::{Record as _, lesson_payment},
    time::Instant,
};

static OF_TRAINER: LazyLock<String> = LazyLock::new(|| of("trainer_id"));
static OF_OWNER: LazyLock<String> = LazyLock::new(|| of("owner_id"));

/// Makes the text of the list of the payments of one party.
fn of(party: &str) -> String {
    format!(
        "SELECT {}, {}, {NAMES}
           FROM payment_parties party
          CROSS JOIN payments payment ON payment.id = party.payment_id
          CROSS JOIN bookings t ON t.id = payment.booking_id {NAMED}
          WHERE party.{party} = $1 AND party.created_at >= $2
            AND ($3 = '' OR instr($3, ',' || payment.status || ','))
            AND (party.created_at, party.payment_id) < ($4, $5)
          ORDER BY party.created_at DESC, party.payment_id DESC LIMIT $6",
        Payment::statements().columns_of("payment"),
        Booking::statements().columns_of("t"),
    )
}

impl Snapshot<'_> {
    pub(super) fn lesson_payments(
        self,
        filter: &PaymentFilter,
        page: PageRequest,
    ) -> Result<Page<LessonPayment>> {
        let (sql, party) = match filter.of {
            PaymentsOf::Trainer(trainer) => (&OF_TRAINER, trainer.into()),
            PaymentsOf::Owner(owner) => (&OF_OWNER, owner.into()),
        };
        let from = filter.from.unwrap_or(Instant::MIN).into();
        let list = [party, from, codes(&filter.statuses)];
        let rows = self.all(sql, &newest(&list, page.before(filter.until)), lesson_payment)?;
        Ok(Page::cut(rows, page, |last| newest_of(last.payment.created_at, last.payment.id)))
    }
}
