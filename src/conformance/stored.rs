use super::fixtures::{Everything, between};
use super::world::{World, nobody, schedule_of};
use crate::{
    audit::{AuditEntry, FeedEntry},
    booking::Claim,
    ids::UserId,
    ledger::LedgerEntry,
    payment::{Dispute, Payment, Refund},
    repository::{
        Belongings, BelongingsQuery, BookingFile, Census, Desk, Person, Schedule, TrainerCard,
        Versioned,
    },
};

/// All that the queries tell of the rows of [`Everything`].
#[derive(Debug, PartialEq)]
pub(super) struct Picture {
    pub(super) census: Census,
    pub(super) trainer: Person,
    pub(super) owner: Person,
    pub(super) desk: Desk,
    pub(super) card: TrainerCard,
    pub(super) schedule: Schedule,
    pub(super) file: BookingFile,
    pub(super) claims: Vec<Claim>,
    pub(super) payments: Vec<Versioned<Payment>>,
    pub(super) refunds: Vec<Versioned<Refund>>,
    pub(super) disputes: Vec<Versioned<Dispute>>,
    pub(super) ledger: Vec<LedgerEntry>,
    pub(super) belongings: Belongings,
    pub(super) feed: Vec<FeedEntry>,
}

impl World {
    /// Reads all that the queries tell of stored rows.
    pub(super) async fn picture(&self, of: &Everything) -> Picture {
        let (cast, booking) = (&of.cast, of.booking.id);
        let day = between("00:00", "23:00");
        let desk = self.desk(nobody(), cast.trainer_user.id, day.start()).await.unwrap().1;
        assert_eq!(self.mismatched_claims(200).await.unwrap(), []);
        Picture {
            census: self.census().await.unwrap(),
            trainer: self.about(cast.trainer_user.id).await,
            owner: self.about(cast.owner_user.id).await,
            desk: desk.unwrap(),
            card: self.trainer_card(cast.trainer.id).await.unwrap().unwrap(),
            schedule: self.schedule(schedule_of(cast, day)).await.unwrap().unwrap(),
            file: self.file(booking).await.unwrap(),
            claims: self.claims(booking).await.unwrap(),
            payments: self.payments(booking).await.unwrap(),
            refunds: self.refunds(booking).await.unwrap(),
            disputes: self.disputes(booking).await.unwrap(),
            ledger: self.ledger(booking).await.unwrap(),
            belongings: self.belongings_of(of).await,
            feed: self.whole_feed().await,
        }
    }

    /// Reads every single row that a query by keys can return.
    pub(super) async fn belongings_of(&self, of: &Everything) -> Belongings {
        let query = BelongingsQuery {
            location: Some(of.location.id),
            service: Some(of.cast.service.id),
            certification: Some(of.certification.id),
            exception: Some((of.cast.trainer.id, of.exception.local_date)),
            time_block: Some(of.time_block.id),
            dog: Some(of.cast.dog.id),
            photo: Some(of.photo.id),
            notification: Some(of.notification.id),
            preferences: Some(of.preferences.user),
            calendar: Some(of.cast.trainer.id),
        };
        self.belongings(nobody(), query).await.unwrap().1
    }

    pub(super) async fn about(&self, user: UserId) -> Person {
        self.person(nobody(), user).await.unwrap().1.unwrap()
    }

    pub(super) async fn belonging(&self, query: BelongingsQuery) -> Belongings {
        self.belongings(nobody(), query).await.unwrap().1
    }

    /// Reads what the whole feed tells.
    pub(super) async fn audited(&self) -> Vec<AuditEntry> {
        self.whole_feed().await.into_iter().map(|entry| entry.entry).collect()
    }
}
