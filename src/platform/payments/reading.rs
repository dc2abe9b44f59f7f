//! What both sides see of payments.

use serde::{Deserialize, Serialize};

use crate::{
    audit::SubjectKind,
    command::Actor,
    ids::PaymentId,
    money::Money,
    payment::{Payment, PaymentStatus},
    platform::{Error, LessonSummary, Platform},
    repository::{LessonPayment, Page, PageRequest, PaymentFilter, PaymentsOf},
    time::Instant,
};

/// A payment as both sides of its lesson see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentSummary {
    /// Which payment.
    pub payment: PaymentId,
    /// What it is for.
    pub lesson: LessonSummary,
    /// How much.
    pub amount: Money,
    /// Where it stands.
    pub status: PaymentStatus,
    /// How much of it went back.
    pub refunded_amount: Money,
    /// Whether it was paid although nothing, or nothing more, was owed.
    pub surplus: bool,
    /// When it was started.
    pub created_at: Instant,
    /// When it was paid.
    pub paid_at: Option<Instant>,
}

impl PaymentSummary {
    fn of(LessonPayment { payment, lesson }: LessonPayment, now: Instant) -> Self {
        let Payment { id, amount, status, refunded_amount, surplus, created_at, paid_at, .. } =
            payment.into_value();
        Self {
            payment: id,
            lesson: LessonSummary::of(lesson, now),
            amount,
            status,
            refunded_amount: Money::new(refunded_amount, amount.currency()),
            surplus,
            created_at,
            paid_at,
        }
    }
}

impl Platform {
    /// Returns a page of the payments for a trainer's or an owner's lessons, the newest first: to
    /// the trainer or the owner themselves, to admins and the system.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] to everybody else.
    pub async fn payments(
        &self,
        actor: Actor,
        filter: &PaymentFilter,
        page: PageRequest,
        now: Instant,
    ) -> Result<Page<PaymentSummary>, Error> {
        let reader = self.reader(actor).await?;
        let (is_own, kind) = match filter.of {
            PaymentsOf::Trainer(trainer) => {
                (reader.trainer_id() == Some(trainer), SubjectKind::Trainer)
            }
            PaymentsOf::Owner(owner) => (reader.owner_id() == Some(owner), SubjectKind::Owner),
        };
        if !is_own && !reader.sees_all() {
            return Err(Error::NotFound(kind));
        }
        let payments = self.repository().lesson_payments(filter, page).await?;
        Ok(payments.map(|payment| PaymentSummary::of(payment, now)))
    }
}
