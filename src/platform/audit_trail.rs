//! What happened, for those whom it concerns.

use super::{Error, Platform, acting::Acting, reading::reads};
use crate::{
    audit::{FeedEntry, FeedPosition, Subject, SubjectKind},
    authority::{Capacity, Denied},
    command::Actor,
    error::within,
    ids::{
        BookingId, DogId, LocationId, OwnerId, PayoutId, ReviewId, ServiceId, TrainerId, UserId,
    },
    repository::{AuditFilter, Page, PageRequest, PayoutSought, Trail},
};

impl Platform {
    /// Returns a page of what happened to a thing, or of what a user did, the newest first.
    ///
    /// Admins see all of it. An owner sees it of themselves, their places, dogs, lessons and
    /// reviews; a trainer of themselves, their places, services, lessons, payouts and visible
    /// reviews. The history of what was removed, and of anything else, is for admins. What a user
    /// did is seen by themselves as an owner or a trainer, and by admins.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the thing is not the actor's, or the actor is another user.
    pub async fn history(
        &self,
        actor: Actor,
        filter: impl Into<AuditFilter> + Send,
        page: PageRequest,
    ) -> Result<Page<FeedEntry>, Error> {
        let filter: AuditFilter = filter.into();
        let reader = self.reader(actor).await?;
        let subject = match filter.trail {
            Trail::About(subject) => subject,
            // Whoever may see what happened to a user may see what the user did.
            Trail::By(user) => Subject::new(SubjectKind::User, user),
        };
        let is_readable = match reader.capacity {
            Capacity::Admin | Capacity::System => true,
            Capacity::Owner | Capacity::Trainer => self.is_own(&reader, subject).await?,
            Capacity::Anonymous | Capacity::Member => false,
        };
        if !is_readable {
            return Err(Error::NotFound(subject.kind));
        }
        Ok(self.repository().history(&filter, page).await?)
    }

    /// Returns at most `limit` entries of the whole trail after a position, in a stable order; for
    /// admins and the system.
    ///
    /// Whoever goes on from the position of the last entry sees each entry exactly once, also
    /// those that were committed late.
    ///
    /// # Errors
    ///
    /// [`Denied::NotPermitted`] for anybody else, [`Error::Invalid`] for a limit outside 1 to
    /// 1,000.
    ///
    /// # Example: follow every change
    ///
    /// ```
    /// # #[cfg(all(feature = "memory", feature = "testing"))]
    /// # sitstay::conformance::run(async {
    /// # use std::sync::Arc;
    /// # use sitstay::{
    /// #     memory::MemoryRepository,
    /// #     money::{BasisPoints, ChargeRule, Currency, MoneyPolicy},
    /// #     platform::Platform,
    /// #     policy::PlatformPolicy,
    /// # };
    /// use sitstay::{
    ///     audit::FeedPosition,
    ///     command::{Actor, SystemReason},
    /// };
    ///
    /// # let money = MoneyPolicy::new([ChargeRule::any(Currency::EUR)]).unwrap();
    /// # let policy = PlatformPolicy::new(BasisPoints::new(1_500).unwrap(), money);
    /// # let platform = Platform::new(Arc::new(MemoryRepository::new()), policy);
    /// let system = Actor::System(SystemReason::Maintenance);
    /// let mut position = FeedPosition::START; // or where the consumer left off
    /// loop {
    ///     let entries = platform.feed(system, position, 1_000).await.unwrap();
    ///     let Some(last) = entries.last() else { break };
    ///     for known in &entries {
    ///         println!("{} {}", known.entry.created_at, known.entry.event.code());
    ///     }
    ///     position = last.position; // stored together with what was made of the entries
    /// }
    /// # });
    /// ```
    pub async fn feed(
        &self,
        actor: Actor,
        after: FeedPosition,
        limit: u16,
    ) -> Result<Vec<FeedEntry>, Error> {
        within("feed_limit", limit, 1, 1_000)?;
        if !self.reader(actor).await?.sees_all() {
            return Err(Denied::NotPermitted.into());
        }
        Ok(self.repository().feed(after, limit).await?)
    }

    /// Says whether a thing is the reader's, in the capacity that they read in.
    async fn is_own(&self, reader: &Acting, subject: Subject) -> Result<bool, Error> {
        let repository = self.repository();
        let (user, owner, trainer) = (reader.user_id(), reader.owner_id(), reader.trainer_id());
        let is_owner = |id: OwnerId| owner == Some(id);
        let is_trainer = |id: TrainerId| trainer == Some(id);
        Ok(match subject.kind {
            SubjectKind::User => user == Some(UserId::from_uuid(subject.id)),
            SubjectKind::Owner => is_owner(OwnerId::from_uuid(subject.id)),
            SubjectKind::Trainer => is_trainer(TrainerId::from_uuid(subject.id)),
            SubjectKind::Location => {
                let location = repository.location(LocationId::from_uuid(subject.id)).await?;
                location.is_some_and(|location| user == Some(location.user))
            }
            SubjectKind::Service => {
                let service = repository.service(ServiceId::from_uuid(subject.id)).await?;
                service.is_some_and(|service| is_trainer(service.trainer))
            }
            SubjectKind::Dog => {
                let dog = repository.dog(DogId::from_uuid(subject.id)).await?;
                dog.is_some_and(|dog| is_owner(dog.owner))
            }
            SubjectKind::Booking => {
                let booking = repository.booking(BookingId::from_uuid(subject.id)).await?;
                booking.is_some_and(|known| is_owner(known.owner) || is_trainer(known.trainer))
            }
            SubjectKind::Payout => {
                let sought = PayoutSought::Payout(PayoutId::from_uuid(subject.id));
                let case = repository.payout_case(reads(Actor::Anonymous), &sought).await?.1;
                case.is_some_and(|case| is_trainer(case.payout.trainer))
            }
            SubjectKind::Review => {
                let review = repository.review(ReviewId::from_uuid(subject.id)).await?;
                review.is_some_and(|review| {
                    is_owner(review.owner) || (is_trainer(review.trainer) && !review.is_hidden)
                })
            }
            _ => false,
        })
    }
}
