//! What is written about some bookings beside their commands: reviews, and payments.

use chrono::TimeDelta;
use sitstay::{
    audit::{Event, Subject, SubjectKind},
    booking::{Attendance, Booking},
    ids::{LedgerEntryId, MovementId, PaymentId, ReviewId},
    ledger::{Account, LedgerEntry},
    notification::NotificationKind,
    payment::{Payment, PaymentStatus},
    platform::{HideReview, ReplyToReview, WriteReview},
    repository::RatingDelta,
    review::{Points, Review},
    text::{Text, Token},
};

use super::{
    Failure,
    lessons::{Completed, Lessons},
    past::PastCommand,
};

impl Lessons<'_> {
    /// Reviews a completed lesson as its owner, and mostly leaves it at that.
    ///
    /// Of a hundred reviews, the trainer answers twenty and an admin hides two.
    pub(super) fn review(&mut self, lesson: &Completed<'_>) -> Result<(), Failure> {
        let Completed { booking, seat, owner } = lesson;
        if booking.attendance == Some(Attendance::OwnerNoShow) {
            return Ok(());
        }
        let hours = |hours| booking.session.end().saturating_add(TimeDelta::hours(hours));
        let at = hours(20);
        let id: ReviewId = self.random.id(at);
        let points = match booking.attendance {
            Some(Attendance::TrainerNoShow) => 1,
            _ => 3 + u8::try_from(self.random.below(3))?,
        };
        let mut review = Review {
            id,
            booking: booking.id,
            trainer: booking.trainer,
            owner: booking.owner,
            rating: Points::new(points)?,
            comment: Text::parse("Rex listens now.")?,
            reply: None,
            is_hidden: false,
            created_at: at,
            updated_at: at,
        };
        let about = Subject::new(SubjectKind::Review, id);
        let mut changes = std::mem::take(&mut self.inserts);

        let command_id = self.random.id(at);
        self.given.push(command_id);
        let mut command = PastCommand::new(command_id, Some(owner.user), at, &mut changes);
        let (trainer, rating) = (booking.trainer, review.rating);
        command.record(Event::ReviewWritten { review: id, booking: booking.id, trainer, rating });
        command.tell(seat.user, NotificationKind::ReviewReceived, about, true);
        let write = WriteReview {
            review: id,
            booking: booking.id,
            rating,
            comment: review.comment.clone(),
        };
        command.finish(&write, &())?;

        if self.random.in_percent(20) {
            let (at, reply) = (hours(22), Text::parse("He was a joy.")?);
            let command_id = self.random.id(at);
            self.given.push(command_id);
            let mut command = PastCommand::new(command_id, Some(seat.user), at, &mut changes);
            command.record(Event::ReviewReplied { review: id });
            command.tell(owner.user, NotificationKind::ReviewReplied, about, true);
            command.finish(&ReplyToReview { review: id, reply: reply.clone() }, &())?;
            review = Review { reply: Some(reply), updated_at: at, ..review };
        }
        if self.random.in_percent(2) {
            let at = hours(23);
            let command_id = self.random.id(at);
            self.given.push(command_id);
            let mut command = PastCommand::new(command_id, Some(self.town.admin), at, &mut changes);
            command.record(Event::ReviewHidden { review: id });
            command.finish(&HideReview { review: id }, &())?;
            review = Review { is_hidden: true, updated_at: at, ..review };
        }
        let counted = review.counted();
        changes.rate(RatingDelta { trainer, sum: counted.sum, count: counted.count });
        changes.insert(review);
        self.inserts = changes;
        Ok(())
    }

    /// Pays for a booking, as a payment provider reports it: the price goes to the trainer but for
    /// the platform's fee.
    pub(super) fn pay(&mut self, booking: &Booking) -> Result<(), Failure> {
        let Some(at) = booking.accepted_at else { return Ok(()) };
        let id: PaymentId = self.random.id(at);
        let movement: MovementId = self.random.id(at);
        let amount = booking.price.money();
        self.inserts.insert(Payment {
            id,
            booking: booking.id,
            amount,
            provider: Token::parse("stripe")?,
            provider_reference: Some(Token::parse(&format!("pi_{}", id.as_uuid().simple()))?),
            status: PaymentStatus::Paid,
            paid_at: Some(at),
            refunded_amount: 0,
            refund_reserved: 0,
            refund_owed: 0,
            surplus: false,
            created_at: at,
            updated_at: at,
        });
        let legs = [
            (Account::TrainerPayable(booking.trainer), booking.trainer_share()),
            (Account::PlatformFees, booking.fee),
        ];
        for (credit, amount) in legs {
            self.inserts.append(LedgerEntry {
                id: self.random.id::<LedgerEntryId>(at),
                movement,
                debit: Account::ProviderClearing,
                credit,
                amount,
                booking: Some(booking.id),
                payment: Some(id),
                payout: None,
                created_at: at,
            });
        }
        Ok(())
    }
}
