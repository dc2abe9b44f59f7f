//! Every combination of what each list can be narrowed down to.

use super::fixtures::Everything;
use crate::{
    audit::{Subject, SubjectKind},
    repository::{
        AuditFilter, LessonFilter, NotificationFilter, PaymentFilter, PaymentsOf, PayoutFilter,
        ReviewFilter, Trail,
    },
    time::{Instant, Interval},
};

pub(super) fn of_the_trail(rows: &Everything, range: Interval) -> Vec<AuditFilter> {
    let user = rows.cast.owner_user.id;
    let trails = [Trail::About(Subject::new(SubjectKind::User, user)), Trail::By(user)];
    ranges(range)
        .flat_map(|(from, until)| trails.map(|trail| AuditFilter { trail, from, until }))
        .collect()
}

pub(super) fn of_payments(rows: &Everything, range: Interval) -> Vec<PaymentFilter> {
    let parties =
        [PaymentsOf::Trainer(rows.cast.trainer.id), PaymentsOf::Owner(rows.cast.owner.id)];
    let statuses = [vec![], vec![rows.payment.status]];
    ranges(range)
        .flat_map(|(from, until)| parties.map(|of| (of, from, until)))
        .flat_map(|(of, from, until)| {
            statuses.clone().map(|statuses| PaymentFilter { of, statuses, from, until })
        })
        .collect()
}

/// A range, and what is open on one side of it or on both.
fn ranges(range: Interval) -> impl Iterator<Item = (Option<Instant>, Option<Instant>)> {
    let (from, until) = (Some(range.start()), Some(range.end()));
    [(None, None), (from, None), (None, until), (from, until)].into_iter()
}

pub(super) fn of_payouts(rows: &Everything) -> Vec<PayoutFilter> {
    let payout = &rows.payout;
    [None, Some(payout.amount.currency())]
        .into_iter()
        .flat_map(|currency| [vec![], vec![payout.state]].map(|states| (currency, states)))
        .map(|(currency, states)| PayoutFilter { trainer: payout.trainer, currency, states })
        .collect()
}

pub(super) fn of_reviews(rows: &Everything) -> Vec<ReviewFilter> {
    const EITHER: [Option<bool>; 3] = [None, Some(false), Some(true)];
    let trainer = rows.review.trainer;
    [vec![], vec![rows.review.rating]]
        .into_iter()
        .flat_map(|points| EITHER.map(|has_reply| (points.clone(), has_reply)))
        .flat_map(|(points, has_reply)| {
            EITHER.map(|is_hidden| (points.clone(), has_reply, is_hidden))
        })
        .flat_map(|(points, has_reply, is_hidden)| {
            [None, Some(rows.review.owner)].map(|hidden_of| {
                let points = points.clone();
                ReviewFilter { trainer, points, has_reply, is_hidden, hidden_of }
            })
        })
        .collect()
}

pub(super) fn of_notifications(rows: &Everything) -> Vec<NotificationFilter> {
    let user = rows.notification.user;
    [true, false]
        .into_iter()
        .flat_map(|unread_only| {
            [vec![], vec![rows.notification.kind]].map(|kinds| NotificationFilter {
                user,
                unread_only,
                kinds,
            })
        })
        .collect()
}

pub(super) fn of_lessons(rows: &Everything, range: Interval) -> Vec<LessonFilter> {
    (0..64_u32)
        .map(|bits| {
            let has = |bit: u32| bits & (1 << bit) != 0;
            LessonFilter {
                trainer: has(0).then_some(rows.cast.trainer.id),
                owner: has(1).then_some(rows.cast.owner.id),
                dog: has(2).then_some(rows.cast.dog.id),
                from: has(3).then_some(range.start()),
                until: has(4).then_some(range.end()),
                statuses: if has(5) { vec![rows.booking.status] } else { Vec::new() },
            }
        })
        .collect()
}
