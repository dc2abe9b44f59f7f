//! Whose payments are whose, and the list of somebody's.

use super::{
    index::{Edit, Index, newest_since},
    sorted::Sorted,
    tables::Tables,
};
use crate::{
    ids::{OwnerId, PaymentId, TrainerId},
    repository::{Cursor, LessonPayment, Page, PageRequest, PaymentFilter, PaymentsOf},
    time::Instant,
};

/// Payments by the parties of their bookings.
#[derive(Debug, Default)]
pub(super) struct PaymentParties {
    trainers: Index<TrainerId, (Instant, PaymentId)>,
    owners: Index<OwnerId, (Instant, PaymentId)>,
    /// Under whom each payment is filed.
    places: Sorted<PaymentId, Place>,
}

/// Where a payment is filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    trainer: TrainerId,
    owner: OwnerId,
    created_at: Instant,
}

impl PaymentParties {
    fn put(&mut self, payment: PaymentId, place: Option<Place>) {
        let former = match place {
            Some(place) => self.places.insert(payment, place),
            None => self.places.remove(&payment),
        };
        if former != place {
            self.file(payment, former, Edit::Remove);
            self.file(payment, place, Edit::Add);
        }
    }

    fn file(&mut self, payment: PaymentId, place: Option<Place>, edit: Edit) {
        let Some(Place { trainer, owner, created_at }) = place else { return };
        edit.index(&mut self.trainers, trainer, (created_at, payment));
        edit.index(&mut self.owners, owner, (created_at, payment));
    }
}

impl Tables {
    /// Sees to it that a payment is filed under the parties of its booking.
    pub(super) fn keep_parties(&mut self, id: PaymentId) {
        let place = self.payments.get(id).and_then(|payment| {
            let booking = self.bookings.get(payment.booking)?;
            let (trainer, owner) = (booking.trainer, booking.owner);
            Some(Place { trainer, owner, created_at: payment.created_at })
        });
        self.payment_parties.put(id, place);
    }

    pub(super) fn lesson_payments(
        &self,
        filter: &PaymentFilter,
        page: PageRequest,
    ) -> Page<LessonPayment> {
        let line = match filter.of {
            PaymentsOf::Trainer(trainer) => self.payment_parties.trainers.of(trainer),
            PaymentsOf::Owner(owner) => self.payment_parties.owners.of(owner),
        };
        let statuses = &filter.statuses;
        let rows = newest_since(line, filter.from, page.before(filter.until).cursor())
            .filter_map(|id| self.payments.get(id))
            .filter(|payment| statuses.is_empty() || statuses.contains(&payment.status))
            .filter_map(|payment| {
                let lesson = self.lesson(self.bookings.get(payment.booking)?)?;
                Some(LessonPayment { payment: payment.clone(), lesson })
            })
            .take(usize::from(page.limit()) + 1);
        Page::cut(rows.collect(), page, |last| {
            Cursor::new(last.payment.created_at, last.payment.id.as_uuid())
        })
    }
}
