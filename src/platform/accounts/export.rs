use std::{collections::BTreeSet, future::Future};

use serde::Serialize;

use crate::{
    account::{Location, Owner, User},
    audit::{AuditEntry, Subject, SubjectKind},
    booking::{Booking, Reschedule},
    command::Actor,
    dog::{Dog, DogPhoto},
    ids::{ReviewId, RoleId, UserId},
    notification::{Notification, NotificationKind},
    payment::{Dispute, Payment, Refund},
    payout::{Payout, PayoutItem},
    platform::{Error, Platform, acting::Acting, reading::reads},
    repository::{
        AuditFilter, BookingFile, ErasureFile, LessonFilter, NotificationFilter, Page, PageRequest,
        PayoutFilter, RepositoryError, Versioned,
    },
    review::Review,
    text::Text,
    time::Instant,
    trainer::{Certification, HoursException, HoursWindow, Service, TimeBlock, Trainer},
};

/// Everything that is stored about a user, the password hash apart, for them to take along.
///
/// It is one value, which a service serialises, for instance as JSON. Other people stand in it by
/// their ids and by what they wrote to the user, never by name. Quotes, proposals that are closed and
/// the frames of series stand in [`trail`](Self::trail), as what the user did.
///
/// `Debug` shows neither e-mail address, phone nor street.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Export {
    /// The account; the password hash cannot be serialised.
    pub user: User,
    /// The roles held, by id.
    pub roles: BTreeSet<RoleId>,
    /// Which notifications the user does not want.
    pub muted: BTreeSet<NotificationKind>,
    /// The user's places, by id.
    pub locations: Vec<Location>,
    /// What is stored about the user as an owner.
    pub owner: Option<OwnerExport>,
    /// What is stored about the user as a trainer.
    pub trainer: Option<TrainerExport>,
    /// The lessons that the user called off in words, as a party or as an admin, by id.
    pub called_off: Vec<Booking>,
    /// What the user was told, the newest first.
    pub notifications: Vec<Notification>,
    /// What happened to the account, whoever did it, the newest first.
    pub history: Vec<AuditEntry>,
    /// What the user did, whatever it was done to, the newest first.
    pub trail: Vec<AuditEntry>,
}

/// What is stored about a user as an owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnerExport {
    /// The profile.
    pub profile: Owner,
    /// The dogs, removed or not, by id.
    pub dogs: Vec<Dog>,
    /// The photos of those dogs, by dog and id.
    pub photos: Vec<DogPhoto>,
    /// The lessons, by start.
    pub lessons: Vec<LessonExport>,
}

/// What is stored about a user as a trainer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrainerExport {
    /// The profile, with rating and policy.
    pub profile: Trainer,
    /// The certifications, by day of issue and id.
    pub certifications: Vec<Certification>,
    /// The services, active or not, by id.
    pub services: Vec<Service>,
    /// The weekly hours, by weekday and start.
    pub hours: Vec<HoursWindow>,
    /// The exceptions, by date.
    pub exceptions: Vec<HoursException>,
    /// The blocks, by start.
    pub blocks: Vec<TimeBlock>,
    /// The lessons, by start.
    pub lessons: Vec<LessonExport>,
    /// What the trainer replied to reviews, also to those that are hidden from them by now, by review.
    pub replies: Vec<(ReviewId, Text)>,
    /// The payouts, the newest first.
    pub payouts: Vec<PayoutExport>,
}

/// A lesson with all that came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LessonExport {
    /// The booking.
    pub booking: Booking,
    /// The open proposal to move it.
    pub proposal: Option<Reschedule>,
    /// The payments, by id.
    pub payments: Vec<Payment>,
    /// The refunds of those payments, by id.
    pub refunds: Vec<Refund>,
    /// The disputes, by id.
    pub disputes: Vec<Dispute>,
    /// The review; `None` for a trainer from whom it is hidden.
    pub review: Option<Review>,
}

/// A payout with what it pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PayoutExport {
    /// The payout.
    pub payout: Payout,
    /// Its items, released ones too, by entry.
    pub items: Vec<PayoutItem>,
}

/// Who is told of a lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Owner,
    Trainer,
}

impl LessonExport {
    fn of(file: BookingFile, side: Side) -> Self {
        let is_shown = |review: &Review| side == Side::Owner || !review.is_hidden;
        Self {
            booking: file.booking.into_value(),
            proposal: file.proposal.map(Versioned::into_value),
            payments: plain(file.payments),
            refunds: plain(file.refunds),
            disputes: plain(file.disputes),
            review: file.review.map(Versioned::into_value).filter(is_shown),
        }
    }
}

impl Platform {
    /// Returns everything that is stored about a user: to themselves, to admins and to the system.
    ///
    /// It reads every list to its end, and one booking after the other: it is made for a request of
    /// every now and then. What changes meanwhile may stand in one part of it and not in another.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if there is no such user, and to everybody else.
    ///
    /// # Example: what a user takes along
    ///
    /// ```
    /// # #[cfg(all(feature = "memory", feature = "testing"))]
    /// # sitstay::conformance::run(async {
    /// use std::sync::Arc;
    ///
    /// use sitstay::{
    ///     command::{Actor, Call, SystemReason},
    ///     conformance::fixtures::{Fixtures, made_at},
    ///     memory::MemoryRepository,
    ///     money::{BasisPoints, ChargeRule, Currency, MoneyPolicy},
    ///     platform::{Platform, SignUp},
    ///     policy::PlatformPolicy,
    /// };
    ///
    /// let money = MoneyPolicy::new([ChargeRule::any(Currency::EUR)]).unwrap();
    /// let policy = PlatformPolicy::new(BasisPoints::NONE, money);
    /// let platform = Platform::new(Arc::new(MemoryRepository::new()), policy);
    /// let make = Fixtures::new();
    /// let sign_up = SignUp {
    ///     user: make.id(),
    ///     email: "ann@example.com".parse().unwrap(),
    ///     password: None,
    ///     first_name: "Ann".parse().unwrap(),
    ///     last_name: "Lee".parse().unwrap(),
    ///     phone: None,
    /// };
    /// let (ann, system) = (sign_up.user, Actor::System(SystemReason::SignUp));
    /// platform.execute(Call::new(make.id(), system, made_at()), sign_up).await.unwrap();
    ///
    /// let export = platform.export(Actor::member(ann), ann).await.unwrap();
    /// let json = serde_json::to_value(&export).unwrap();
    /// assert_eq!(json["user"]["email"], "ann@example.com");
    /// assert_eq!(json["history"][0]["event"]["type"], "user.signed_up");
    /// # });
    /// ```
    pub async fn export(&self, actor: Actor, user: UserId) -> Result<Export, Error> {
        let repository = self.repository();
        let (caller, file) = repository.erasure_file(reads(actor), user).await?;
        let reader = Acting::read(actor, caller.standing)?;
        let Some(file) = file.filter(|_| reader.may_read(user)) else {
            return Err(Error::NotFound(SubjectKind::User));
        };
        let told = NotificationFilter::of(user);
        let happened = AuditFilter::about(Subject::new(SubjectKind::User, user));
        let done = AuditFilter::by(user);
        let told = all(|page| repository.notifications(&told, page)).await?;
        let happened = all(|page| repository.history(&happened, page)).await?;
        let done = all(|page| repository.history(&done, page)).await?;
        let owner = self.owner_export(&file).await?;
        let trainer = self.trainer_export(&file).await?;
        let preferences = file.person.preferences.map(Versioned::into_value);
        Ok(Export {
            roles: file.person.standing.roles,
            user: file.person.standing.user.into_value(),
            muted: preferences.map(|known| known.muted).unwrap_or_default(),
            locations: plain(file.locations),
            owner,
            trainer,
            called_off: plain(file.cancelled),
            notifications: plain(told),
            history: happened.into_iter().map(|known| known.entry).collect(),
            trail: done.into_iter().map(|known| known.entry).collect(),
        })
    }

    async fn owner_export(&self, file: &ErasureFile) -> Result<Option<OwnerExport>, Error> {
        let Some(profile) = &file.person.standing.owner else { return Ok(None) };
        let filter = LessonFilter { owner: Some(profile.id), ..LessonFilter::default() };
        Ok(Some(OwnerExport {
            profile: profile.clone().into_value(),
            dogs: plain(file.dogs.clone()),
            photos: plain(file.photos.clone()),
            lessons: self.lesson_exports(&filter, Side::Owner).await?,
        }))
    }

    async fn trainer_export(&self, file: &ErasureFile) -> Result<Option<TrainerExport>, Error> {
        let Some(profile) = &file.person.standing.trainer else { return Ok(None) };
        let repository = self.repository();
        let nobody = reads(Actor::Anonymous);
        let (_, desk) = repository.desk(nobody, profile.user, Instant::MIN).await?;
        let desk = desk.ok_or(Error::NotFound(SubjectKind::Trainer))?;
        let filter = LessonFilter { trainer: Some(profile.id), ..LessonFilter::default() };
        let own = file.reviews.iter().filter(|review| review.trainer == profile.id);
        let replies = own.filter_map(|review| Some((review.id, review.reply.clone()?)));
        let paid = PayoutFilter::of(profile.id);
        let mut payouts = Vec::new();
        for payout in all(|page| repository.payouts(&paid, page)).await? {
            let items = plain(repository.payout_items(payout.id).await?);
            payouts.push(PayoutExport { payout: payout.into_value(), items });
        }
        Ok(Some(TrainerExport {
            profile: profile.clone().into_value(),
            certifications: plain(file.certifications.clone()),
            services: plain(file.services.clone()),
            hours: plain(desk.hours),
            exceptions: plain(desk.exceptions),
            blocks: plain(desk.blocks),
            lessons: self.lesson_exports(&filter, Side::Trainer).await?,
            replies: replies.collect(),
            payouts,
        }))
    }

    async fn lesson_exports(
        &self,
        filter: &LessonFilter,
        side: Side,
    ) -> Result<Vec<LessonExport>, Error> {
        let (repository, nobody) = (self.repository(), reads(Actor::Anonymous));
        let mut lessons = Vec::new();
        for lesson in all(|page| repository.lessons(filter, page)).await? {
            let (_, file) = repository.booking_file(nobody, lesson.booking.id).await?;
            lessons.extend(file.map(|file| LessonExport::of(file, side)));
        }
        Ok(lessons)
    }
}

fn plain<T>(rows: Vec<Versioned<T>>) -> Vec<T> {
    rows.into_iter().map(Versioned::into_value).collect()
}

/// Reads a list to its end.
async fn all<T, F>(read: impl Fn(PageRequest) -> F + Send) -> Result<Vec<T>, RepositoryError>
where
    T: Send,
    F: Future<Output = Result<Page<T>, RepositoryError>> + Send,
{
    let (mut rows, mut page) = (Vec::new(), PageRequest::MAX);
    loop {
        let Page { items, next } = read(page).await?;
        rows.extend(items);
        if next.is_none() {
            return Ok(rows);
        }
        page = page.after(next);
    }
}
