//! A platform on the repository under test, with somebody to book and somebody who books.

use std::{ops::Deref, sync::Arc};

use super::{
    fixtures::{Cast, accepted, at, buffered, made_at},
    world::World,
};
use crate::{
    account::User,
    availability::{Reason, Window},
    booking::{Booking, BookingError, BookingStatus, Wish},
    command::{Actor, Call, SystemReason},
    dog::Dog,
    ids::{BookingId, CommandId},
    money::{BasisPoints, ChargeRule, Currency, MoneyPolicy},
    payment::Payment,
    platform::{Command, Error, Platform, RequestBooking, RequestQuote, Requested},
    policy::PlatformPolicy,
    repository::{BookingFile, ChangeSet, NotificationFilter, PageRequest, Versioned},
    time::{Instant, Interval, Weekday},
    trainer::{CustomRequests, HoursWindow},
};

/// A town with one trainer, who works from 06:00 to 22:00 UTC every day, and one owner with a dog.
///
/// The trainer wants no notice. Prices are in euros, or in forints, and the fee is 15 %.
#[derive(Debug, Clone)]
pub(super) struct Town {
    pub(super) world: World,
    pub(super) platform: Platform,
    pub(super) cast: Cast,
}

impl Deref for Town {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl Town {
    pub(super) async fn new(world: World) -> Self {
        Self::with(world, |_| {}).await
    }

    /// Founds a town whose cast is a little different.
    pub(super) async fn with(world: World, adapt: impl FnOnce(&mut Cast)) -> Self {
        let mut cast = world.make.cast();
        let scheduling = cast.trainer.policy.scheduling;
        cast.trainer.policy.scheduling = scheduling.with_notice_minutes(0).unwrap();
        adapt(&mut cast);
        let mut changes = ChangeSet::new();
        cast.insert_into(&mut changes);
        for weekday in Weekday::ALL {
            changes.insert(HoursWindow {
                weekday,
                window: Window::parse("06:00", "22:00").unwrap(),
                ..world.make.hours(&cast.trainer)
            });
        }
        world.commits(changes).await;
        let whole = ChargeRule::any(forint()).with_payout_step(100).unwrap();
        let money = MoneyPolicy::new([ChargeRule::new(Currency::EUR, 1, 50).unwrap(), whole]);
        let money = money.unwrap();
        let policy = PlatformPolicy::new(BasisPoints::new(1_500).unwrap(), money);
        let platform = Platform::new(Arc::clone(&world.repository), policy);
        Self { world, platform, cast }
    }

    pub(super) fn owner(&self) -> Actor {
        Actor::owner(self.cast.owner_user.id)
    }

    pub(super) fn trainer(&self) -> Actor {
        Actor::trainer(self.cast.trainer_user.id)
    }

    /// Frames a new command.
    pub(super) fn call(&self, actor: Actor, now: Instant) -> Call {
        Call::new(self.make.id::<CommandId>(), actor, now)
    }

    /// Gives a command under a new id.
    pub(super) async fn gives<C: Command>(
        &self,
        actor: Actor,
        now: Instant,
        command: C,
    ) -> Result<C::Outcome, Error> {
        self.platform.execute(self.call(actor, now), command).await
    }

    /// The request of the cast's owner for the cast's service.
    pub(super) fn wish(&self, start: Instant) -> RequestBooking {
        RequestBooking {
            booking: self.make.id::<BookingId>(),
            trainer: self.cast.trainer.id,
            dog: self.cast.dog.id,
            wish: Wish::Service(self.cast.service.id),
            start,
            quote: None,
        }
    }

    /// The same owner's question what that would cost.
    pub(super) fn enquiry(&self, start: Instant) -> RequestQuote {
        let RequestBooking { trainer, dog, wish, start, .. } = self.wish(start);
        RequestQuote { quote: self.make.id(), trainer, dog, wish, start }
    }

    /// Asks for a lesson as the cast's owner.
    pub(super) async fn requests(&self, start: Instant, now: Instant) -> Result<Requested, Error> {
        self.gives(self.owner(), now, self.wish(start)).await
    }

    /// Stores another owner with a dog, and returns a request of theirs.
    pub(super) async fn another_owner(&self) -> (User, Dog) {
        let user = self.make.user();
        let owner = self.make.owner(&user);
        let dog = self.make.dog(&owner);
        let role = self.make.user_role(&user, crate::account::RoleName::Owner);
        let changes = ChangeSet::new()
            .inserting(user.clone())
            .inserting(role)
            .inserting(owner)
            .inserting(dog.clone());
        self.commits(changes).await;
        (user, dog)
    }

    /// Stores an admin.
    pub(super) async fn admin(&self) -> Actor {
        let user = self.make.user();
        let role = self.make.user_role(&user, crate::account::RoleName::Admin);
        self.commits(ChangeSet::new().inserting(user.clone()).inserting(role)).await;
        Actor::admin(user.id)
    }

    /// Stores an accepted booking of the cast.
    pub(super) async fn accepted(&self, session: Interval) -> Versioned<Booking> {
        self.insert(accepted(self.make.booking(&self.cast, session))).await
    }

    /// Stores a pending booking of the cast whose hold runs out at an instant.
    pub(super) async fn held_until(&self, session: Interval, hold: Instant) -> Versioned<Booking> {
        let booking =
            Booking { hold_expires_at: Some(hold), ..self.make.booking(&self.cast, session) };
        self.insert(buffered(booking, 0, 0)).await
    }

    /// Stores the payment of a booking.
    pub(super) async fn paid(&self, booking: &Booking) -> Versioned<Payment> {
        self.insert(super::fixtures::paid(self.make.payment(booking))).await
    }

    pub(super) async fn file_of(&self, booking: BookingId) -> BookingFile {
        self.file(booking).await.unwrap()
    }

    pub(super) async fn status(&self, booking: BookingId) -> BookingStatus {
        self.file_of(booking).await.booking.status
    }

    /// The codes of what happened to a booking, in order.
    pub(super) async fn history_of(&self, booking: BookingId) -> Vec<&'static str> {
        let subject = crate::audit::Subject::new(crate::audit::SubjectKind::Booking, booking);
        let page = self.history(&subject.into(), PageRequest::first(200).unwrap()).await.unwrap();
        page.items.iter().rev().map(|entry| entry.entry.event.code()).collect()
    }

    /// The kinds of the notifications that a user has not read, in order.
    pub(super) async fn told(&self, user: &User) -> Vec<&'static str> {
        let page = PageRequest::first(200).unwrap();
        let page = self.notifications(&NotificationFilter::unread(user.id), page).await.unwrap();
        page.items.iter().rev().map(|told| told.kind.code()).collect()
    }
}

/// The forint, which is paid out in whole ones only.
pub(super) fn forint() -> Currency {
    Currency::parse("HUF").unwrap()
}

/// Morning of the Monday that everything happens around.
pub(super) fn early() -> Instant {
    made_at()
}

/// Noon of that day.
pub(super) fn noon() -> Instant {
    at("12:00")
}

/// The reasons of a refusal, by code.
pub(super) fn reasons<T: std::fmt::Debug>(refused: Result<T, Error>) -> Vec<&'static str> {
    match refused {
        Err(Error::Booking(BookingError::Refused(refusal))) => {
            refusal.reasons.iter().map(Reason::code).collect()
        }
        other => panic!("not refused for reasons: {other:?}"),
    }
}

/// The stable code of an error.
pub(super) fn code<T: std::fmt::Debug>(refused: Result<T, Error>) -> &'static str {
    refused.unwrap_err().code()
}

/// The system, at work that is due.
pub(super) const SYSTEM: Actor = Actor::System(SystemReason::DueWork);

/// Returns bounds for lessons that owners word themselves.
pub(super) fn custom_requests() -> CustomRequests {
    CustomRequests {
        min_minutes: 30,
        max_minutes: 90,
        min_price: 2_000,
        max_price: 9_000,
        currency: Currency::EUR,
        buffer_before_minutes: 0,
        buffer_after_minutes: 15,
    }
}
