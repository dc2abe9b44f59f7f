//! Notifications, preferences and reminders.

use std::{cmp::Reverse, collections::BTreeSet};

use async_trait::async_trait;

use super::{
    MemoryRepository,
    by_id::ById,
    index::{Edit, Kept, Timeline, Under, newest},
    sorted::Sorted,
    stored::{Shared, Stored},
    tables::{Row, Tables},
};
use crate::{
    audit::SubjectKind,
    ids::{
        BookingId, DisputeId, NotificationId, PaymentId, PayoutId, RefundId, RescheduleId,
        ReviewId, UserId,
    },
    notification::{Facts, Notification, Preferences, Recipient, Reminder},
    repository::{
        Cursor, NotificationFilter, NotificationQueries, Page, PageRequest, Result, Told, Versioned,
    },
};

/// How notifications are found.
#[derive(Debug, Default)]
pub(super) struct NotificationIndexes {
    pub(super) user: Under<UserId, Inbox>,
}

/// The notifications of one user.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    all: Timeline<NotificationId>,
    unread: Timeline<NotificationId>,
}

impl Kept for Inbox {
    const NOTHING: Self = Self { all: Timeline::NEW, unread: Timeline::NEW };

    fn is_nothing(&self) -> bool {
        self.all.is_empty()
    }
}

impl Row for Notification {
    type Rows = Sorted<Self::Key, Stored<Self>>;
    type Indexes = NotificationIndexes;

    fn file(row: &Shared<Self>, by: &mut NotificationIndexes, edit: Edit) {
        let key = (row.created_at, row.id);
        by.user.edit(row.user, |inbox| {
            edit.set(&mut inbox.all, key);
            if !row.is_read {
                edit.set(&mut inbox.unread, key);
            }
        });
    }
}

impl Row for Preferences {
    type Rows = ById<Self::Key, Stored<Self>>;
    type Indexes = ();

    fn file(_: &Shared<Self>, (): &mut (), _: Edit) {}
}

impl Row for Reminder {
    type Rows = Sorted<Self::Key, Stored<Self>>;
    type Indexes = ();

    fn file(_: &Shared<Self>, (): &mut (), _: Edit) {}
}

impl Tables {
    fn notifications(
        &self,
        filter: &NotificationFilter,
        page: PageRequest,
    ) -> Page<Versioned<Notification>> {
        let inbox = self.notifications.by.user.of(filter.user);
        let line = if filter.unread_only { &inbox.unread } else { &inbox.all };
        let rows = newest(line, page.cursor())
            .filter_map(|id| self.notifications.get(id))
            .filter(|told| filter.kinds.is_empty() || filter.kinds.contains(&told.kind))
            .take(usize::from(page.limit()) + 1)
            .cloned();
        Page::cut(rows.collect(), page, |last| Cursor::new(last.created_at, last.id.as_uuid()))
    }

    /// Adds to a notification what its text can name.
    fn told(&self, notification: Versioned<Notification>) -> Option<Told> {
        let recipient = self.users.get(notification.user)?;
        let mut facts = Facts::from(Recipient::from(&**recipient));
        let booking = self.look_up(&notification, &mut facts);
        let booking = booking.and_then(|booking| self.bookings.get(booking));
        facts.lesson = booking.and_then(|booking| self.lesson(booking)).map(Into::into);
        Some(Told { notification, facts })
    }

    /// Looks the subject up, and returns the booking that it leads to.
    fn look_up(&self, notification: &Notification, facts: &mut Facts) -> Option<BookingId> {
        let id = notification.subject.id;
        match notification.subject.kind {
            SubjectKind::Booking => Some(BookingId::from_uuid(id)),
            SubjectKind::Reschedule => {
                let proposal = self.reschedules.get(RescheduleId::from_uuid(id))?;
                facts.proposed_start = Some(proposal.session.start());
                Some(proposal.booking)
            }
            SubjectKind::Review => {
                let review = self.reviews.get(ReviewId::from_uuid(id))?;
                facts.points = Some(review.rating);
                Some(review.booking)
            }
            SubjectKind::Payment => {
                let payment = self.payments.get(PaymentId::from_uuid(id))?;
                facts.amount = Some(payment.amount);
                Some(payment.booking)
            }
            SubjectKind::Refund => {
                let refund = self.refunds.get(RefundId::from_uuid(id))?;
                facts.amount = Some(refund.amount);
                Some(self.payments.get(refund.payment)?.booking)
            }
            SubjectKind::Dispute => Some(self.disputes.get(DisputeId::from_uuid(id))?.booking),
            SubjectKind::Payout => {
                facts.amount = Some(self.payouts.get(PayoutId::from_uuid(id))?.amount);
                None
            }
            _ => None,
        }
    }
}

#[async_trait]
impl NotificationQueries for MemoryRepository {
    async fn notifications(
        &self,
        filter: &NotificationFilter,
        page: PageRequest,
    ) -> Result<Page<Versioned<Notification>>> {
        Ok(self.read().notifications(filter, page))
    }

    async fn inbox(&self, filter: &NotificationFilter, page: PageRequest) -> Result<Page<Told>> {
        let tables = self.read();
        let Page { items, next } = tables.notifications(filter, page);
        Ok(Page { items: items.into_iter().filter_map(|row| tables.told(row)).collect(), next })
    }

    async fn told(&self, ids: &BTreeSet<NotificationId>) -> Result<Vec<Told>> {
        let tables = self.read();
        let rows = ids.iter().filter_map(|id| tables.notifications.cloned(*id));
        let mut found: Vec<Told> = rows.filter_map(|row| tables.told(row)).collect();
        found.sort_by_key(|told| Reverse((told.notification.created_at, told.notification.id)));
        Ok(found)
    }

    async fn unread_count(&self, user: UserId) -> Result<u64> {
        Ok(self.read().notifications.by.user.of(user).unread.count())
    }
}
