//! Quotes through the platform: what is shown is what is charged and given back, once and in time.

use std::{collections::BTreeSet, sync::Arc};

use chrono::TimeDelta;

use super::{
    fixtures::{at, between, days_later, just_before},
    town::{Town, code, custom_requests, early, reasons},
    world::{World, race, schedule_of},
};
use crate::{
    booking::{Booking, BookingError, BookingStatus, Wish},
    cancellation::CancellationPolicy,
    command::Actor,
    dog::DogSize,
    error::ErrorKind,
    ids::{BookingId, QuoteId},
    money::{BasisPoints, Currency, Price},
    platform::{
        CancelBooking, ChangeZone, Error, Platform, Quoted, RequestBooking, RequestQuote,
        SetPolicy, UpdateService,
    },
    policy::PlatformPolicy,
    quote::Quote,
    repository::{ScheduleQuery, Table, Versioned},
    time::{Instant, ZoneId},
    trainer::{BookingPolicy, CustomRequests, ServiceTerms},
};

impl Town {
    /// Asks as the cast's owner what a lesson would cost.
    async fn quotes(&self, start: Instant) -> Quoted {
        self.gives(self.owner(), early(), self.enquiry(start)).await.unwrap()
    }

    /// The request of the cast's owner by a quote.
    fn by(&self, quoted: &Quoted) -> RequestBooking {
        RequestBooking { quote: Some(quoted.quote), ..self.wish(quoted.session.start()) }
    }

    async fn books(&self, quoted: &Quoted, now: Instant) -> Result<Booking, Error> {
        let requested = self.gives(self.owner(), now, self.by(quoted)).await?;
        Ok(self.file_of(requested.booking).await.booking.into_value())
    }

    async fn quote_of(&self, quote: QuoteId) -> Versioned<Quote> {
        let asked = schedule_of(&self.cast, between("06:00", "07:00"));
        let asked = ScheduleQuery { quote: Some(quote), ..asked };
        self.schedule(asked).await.unwrap().unwrap().quote.unwrap()
    }

    /// Changes the cast's service, as its trainer.
    async fn revises(&self, change: impl FnOnce(&mut ServiceTerms)) {
        let service = &self.cast.service;
        let mut terms = ServiceTerms {
            name: service.name.clone(),
            description: service.description.clone(),
            duration_minutes: service.duration_minutes,
            price: service.price,
            is_active: service.is_active,
            buffer_before_minutes: service.buffer_before_minutes,
            buffer_after_minutes: service.buffer_after_minutes,
            accepted_dog_sizes: BTreeSet::new(),
        };
        change(&mut terms);
        let (trainer, service) = (service.trainer, service.id);
        let command = UpdateService { trainer, service, terms };
        self.gives(self.trainer(), early(), command).await.unwrap();
    }

    /// Changes the trainer's terms, as the trainer.
    async fn governs(&self, change: impl FnOnce(&mut BookingPolicy)) {
        let mut policy = self.cast.trainer.policy.clone();
        change(&mut policy);
        self.gives(self.trainer(), early(), SetPolicy { policy }).await.unwrap();
    }

    /// The same storage under other terms of the platform.
    fn under(&self, policy: PlatformPolicy) -> Platform {
        Platform::new(Arc::clone(&self.repository), policy)
    }
}

fn euros(minor: i64) -> Price {
    Price::new(minor, Currency::EUR).unwrap()
}

pub(super) async fn a_quote_shows_what_a_lesson_would_cost(world: World) {
    let town = Town::new(world).await;
    let start = days_later(at("15:00"), 1);
    let enquiry = town.enquiry(start);
    let quoted = town.gives(town.owner(), early(), enquiry.clone()).await.unwrap();
    assert_eq!((quoted.quote, quoted.session.start()), (enquiry.quote, start));
    assert_eq!(quoted.session.end(), days_later(at("16:00"), 1));
    assert_eq!(quoted.price, euros(5_000));
    assert_eq!((quoted.fee.minor(), quoted.trainer_share.minor()), (750, 4_250));
    let noon = (at("12:00"), BasisPoints::FULL);
    assert_eq!(quoted.refund_terms, [noon, (start, BasisPoints::HALF)]);
    assert_eq!(quoted.expires_at, at("06:15"));

    let stored = town.quote_of(quoted.quote).await;
    assert_eq!(Quoted::from(&*stored), quoted);
    assert_eq!(stored.booking, None);
    let subject = crate::audit::Subject::new(crate::audit::SubjectKind::Quote, quoted.quote);
    let history = town.history(&subject.into(), super::world::page(10)).await.unwrap().items;
    let events: Vec<_> = history.iter().map(|entry| entry.entry.event.code()).collect();
    assert_eq!(events, ["quote.given"]);
    // Nobody is told, and no time is held.
    assert_eq!(town.told(&town.cast.trainer_user).await, [""; 0]);
    assert_eq!(town.count(Table::Booking).await.rows, 0);
}

pub(super) async fn what_was_quoted_is_charged(world: World) {
    let town = Town::with(world, |cast| {
        cast.service.buffer_before_minutes = 30;
        cast.service.buffer_after_minutes = 15;
    })
    .await;
    let start = days_later(at("14:00"), 2);
    let quoted = town.quotes(start).await;
    // Everything that the price and the terms were made of changes.
    town.revises(|terms| {
        terms.price = euros(9_000);
        terms.duration_minutes = 90;
        terms.buffer_before_minutes = 0;
        terms.buffer_after_minutes = 0;
    })
    .await;
    town.governs(|policy| policy.cancellation = CancellationPolicy::seven_days()).await;
    let zone: ZoneId = "Europe/Berlin".parse().unwrap();
    town.gives(town.trainer(), early(), ChangeZone { zone }).await.unwrap();
    let money = town.platform.policy().money.clone();
    let dearer = town.under(PlatformPolicy::new(BasisPoints::new(3_000).unwrap(), money));

    let call = town.call(town.owner(), at("06:10"));
    let requested = dearer.execute(call, town.by(&quoted)).await.unwrap();
    assert_eq!((requested.session, requested.price), (quoted.session, quoted.price));
    let booking = town.file_of(requested.booking).await.booking;
    assert_eq!((booking.price, booking.fee), (quoted.price, quoted.fee));
    assert_eq!((booking.buffer_before_minutes, booking.buffer_after_minutes), (30, 15));
    assert_eq!(booking.cancellation_policy, CancellationPolicy::one_day());
    assert_eq!(booking.wall_start.zone, ZoneId::UTC);
    assert_eq!(town.claimed(&booking).await.len(), 2);
    let used = town.quote_of(quoted.quote).await;
    assert_eq!((used.booking, used.updated_at), (Some(booking.id), at("06:10")));

    // Without the quote all of it is as it became.
    let call = town.call(town.owner(), at("06:10"));
    let other = dearer.execute(call, town.wish(days_later(at("14:00"), 3))).await.unwrap();
    let other = town.file_of(other.booking).await.booking;
    assert_eq!((other.price, other.fee.minor()), (euros(9_000), 2_700));
    assert_eq!((other.session.duration().num_minutes(), other.buffer_before_minutes), (90, 0));
    assert_eq!(other.cancellation_policy, CancellationPolicy::seven_days());
    assert_eq!(other.wall_start.zone, zone);
}

pub(super) async fn quoted_buffers_are_kept_free(world: World) {
    let town = Town::with(world, |cast| cast.service.buffer_after_minutes = 30).await;
    let wide = town.quotes(at("14:00")).await;
    town.revises(|terms| terms.buffer_after_minutes = 0).await;
    let narrow = town.quotes(at("18:00")).await;
    town.revises(|terms| terms.buffer_after_minutes = 60).await;
    town.accepted(between("15:15", "16:00")).await;
    town.accepted(between("19:15", "20:00")).await;
    // What was quoted with a buffer needs it, and what was quoted without has no use for it.
    assert_eq!(reasons(town.books(&wide, early()).await), ["trainer_conflict"]);
    let without = town.requests(at("18:00"), early()).await;
    assert_eq!(reasons(without), ["trainer_conflict"]);
    let booking = town.books(&narrow, early()).await.unwrap();
    assert_eq!(booking.occupied(), between("18:00", "19:00"));
    assert_eq!(town.claimed(&booking).await.len(), 2);
}

pub(super) async fn what_was_shown_comes_back(world: World) {
    let town = Town::with(world, |cast| {
        cast.trainer.time_zone = "America/New_York".parse().unwrap();
        cast.trainer.policy.cancellation = CancellationPolicy::three_days();
        cast.trainer.policy.auto_accept = true;
    })
    .await;
    // Around these days the clocks change.
    let first_day = days_later(at("18:00"), 12);
    let terms = town.quotes(first_day).await.refund_terms.len();
    assert_eq!(terms, 2);
    for (day, place) in (0_i64..).zip((0..terms).flat_map(|place| [place; 2])) {
        let quoted = town.quotes(days_later(first_day, day)).await;
        let (until, share) = quoted.refund_terms[place];
        let later =
            quoted.refund_terms.get(place + 1).map_or(BasisPoints::NONE, |(_, share)| *share);
        let (now, share) = if day % 2 == 0 { (just_before(until), share) } else { (until, later) };
        let booking = town.books(&quoted, early()).await.unwrap();
        assert_eq!(booking.status, BookingStatus::Accepted);
        town.paid(&booking).await;
        let cancel = CancelBooking { booking: booking.id, reason: None };
        let ended = town.gives(town.owner(), now, cancel).await.unwrap();
        let shown = quoted.price.money().share(share);
        assert_eq!(ended.refund_due, Some(shown).filter(|due| due.is_positive()), "{quoted:?}");
    }
}

pub(super) async fn a_quote_holds_no_time(world: World) {
    let town = Town::new(world).await;
    let quoted = town.quotes(at("14:00")).await;
    let (rival, dog) = town.another_owner().await;
    let wish = RequestBooking { dog: dog.id, ..town.wish(at("14:00")) };
    town.gives(Actor::owner(rival.id), early(), wish).await.unwrap();
    let refused = town.books(&quoted, early()).await;
    let Err(Error::Booking(BookingError::Refused(refusal))) = &refused else {
        panic!("booked twice: {refused:?}")
    };
    let nearest = refusal.nearest.unwrap();
    assert_eq!((nearest.before, nearest.after), (Some(at("13:00")), Some(at("15:00"))));
    assert_eq!(reasons(refused), ["trainer_conflict"]);
    assert_eq!(town.quote_of(quoted.quote).await.booking, None);
}

pub(super) async fn a_quote_is_used_once(world: World) {
    let town = Town::new(world).await;
    let quoted = town.quotes(at("14:00")).await;
    let rivals = (0..8).map(|_| {
        let (platform, call) = (town.platform.clone(), town.call(town.owner(), early()));
        let wish = town.by(&quoted);
        async move { platform.execute(call, wish).await }
    });
    let mut booked: Vec<BookingId> = Vec::new();
    for outcome in race(rivals).await {
        match outcome {
            Ok(requested) => booked.push(requested.booking),
            Err(refused) => assert_eq!(refused.code(), "quote.used"),
        }
    }
    assert_eq!(booked.len(), 1);
    assert_eq!(town.quote_of(quoted.quote).await.booking, Some(booked[0]));
    assert_eq!(town.count(Table::Booking).await.rows, 1);
    // It stays used when its lesson is called off.
    let withdraw = crate::platform::WithdrawBooking { booking: booked[0] };
    town.gives(town.owner(), early(), withdraw).await.unwrap();
    assert_eq!(code(town.books(&quoted, early()).await), "quote.used");
}

pub(super) async fn a_quote_is_for_its_owner_and_its_lesson(world: World) {
    let town = Town::with(world, |cast| {
        cast.trainer.policy.custom_requests = Some(custom_requests());
    })
    .await;
    let quoted = town.quotes(at("14:00")).await;
    let (rival, dog) = town.another_owner().await;
    let theirs = RequestBooking { dog: dog.id, ..town.by(&quoted) };
    let unknown = RequestBooking { quote: Some(town.make.id()), ..town.by(&quoted) };
    for (actor, wish) in [
        (Actor::owner(rival.id), town.by(&quoted)),
        (Actor::owner(rival.id), theirs),
        (town.owner(), unknown),
    ] {
        let refused = town.gives(actor, early(), wish).await.unwrap_err();
        assert_eq!((refused.code(), refused.kind()), ("quote.unknown", ErrorKind::NotFound));
    }
    let elsewhere = town.world.cast().await;
    let second_dog = town.insert(town.make.dog(&town.cast.owner)).await;
    let custom = |minutes, minor| Wish::Custom { minutes, price: euros(minor) };
    for other in [
        RequestBooking { start: at("14:15"), ..town.by(&quoted) },
        RequestBooking { dog: second_dog.id, ..town.by(&quoted) },
        RequestBooking { trainer: elsewhere.trainer.id, ..town.by(&quoted) },
        RequestBooking { wish: Wish::Service(elsewhere.service.id), ..town.by(&quoted) },
        RequestBooking { wish: custom(60, 5_000), ..town.by(&quoted) },
    ] {
        let refused = town.gives(town.owner(), early(), other).await.unwrap_err();
        assert_eq!((refused.code(), refused.kind()), ("quote.differs", ErrorKind::Conflict));
    }
    let wish = custom(60, 5_000);
    let custom_quote = RequestQuote { wish, ..town.enquiry(at("18:00")) };
    let quoted_custom = town.gives(town.owner(), early(), custom_quote).await.unwrap();
    for wish in [custom(61, 5_000), custom(60, 5_001), town.wish(at("18:00")).wish] {
        let other = RequestBooking { wish, ..town.by(&quoted_custom) };
        assert_eq!(code(town.gives(town.owner(), early(), other).await), "quote.differs");
    }
    town.books(&quoted, early()).await.unwrap();
}

pub(super) async fn a_quote_holds_until_it_expires(world: World) {
    let town = Town::new(world).await;
    let quoted = town.quotes(at("14:00")).await;
    assert_eq!(code(town.books(&quoted, at("06:15")).await), "quote.expired");
    town.books(&quoted, just_before(at("06:15"))).await.unwrap();
    // It never holds beyond the start, however long quotes hold.
    let policy = town.platform.policy().clone();
    let patient = town.under(policy.with_quote_lifetime(TimeDelta::hours(3)).unwrap());
    for (start, expires_at) in [(at("08:00"), at("08:00")), (at("10:00"), at("09:00"))] {
        let call = town.call(town.owner(), early());
        let quoted = patient.execute(call, town.enquiry(start)).await.unwrap();
        assert_eq!(quoted.expires_at, expires_at);
    }
}

pub(super) async fn a_quote_is_refused_as_a_request_would_be(world: World) {
    let town = Town::new(world).await;
    let (_, dog) = town.another_owner().await;
    town.accepted(between("09:00", "10:00")).await;
    let now = at("08:00");
    let usual = |start| town.enquiry(start);
    for enquiry in [
        usual(at("09:07")),
        usual(at("09:00:30")),
        usual(at("07:00")),
        usual(at("08:30")),
        usual(at("23:00")),
        usual(days_later(at("09:00"), 90)),
        RequestQuote { dog: dog.id, ..usual(at("11:00")) },
        RequestQuote { trainer: town.make.id(), ..usual(at("11:00")) },
        RequestQuote { wish: Wish::Service(town.make.id()), ..usual(at("11:00")) },
        RequestQuote {
            wish: Wish::Custom { minutes: 60, price: euros(5_000) },
            ..usual(at("11:00"))
        },
    ] {
        let RequestQuote { trainer, dog, wish, start, .. } = enquiry;
        let (booking, quote) = (town.make.id(), None);
        let request = RequestBooking { booking, trainer, dog, wish, start, quote };
        let refused = town.gives(town.owner(), now, request).await.unwrap_err();
        let Error::Booking(BookingError::Refused(refusal)) = refused else {
            panic!("not refused for reasons: {refused:?}")
        };
        match town.gives(town.owner(), now, enquiry).await {
            Err(Error::Booking(BookingError::Refused(quoted))) => assert_eq!(quoted, refusal),
            other => panic!("instead of {refusal:?}: {other:?}"),
        }
    }
    assert_eq!(town.count(Table::Quote).await.rows, 0);
}

pub(super) async fn what_a_trainer_gave_up_is_not_booked_by_its_quote(world: World) {
    let town = Town::with(world, |cast| cast.dog.size = DogSize::Small).await;
    let quoted = town.quotes(at("14:00")).await;
    town.revises(|terms| terms.is_active = false).await;
    assert_eq!(reasons(town.books(&quoted, early()).await), ["not_active"]);
    town.revises(|terms| terms.accepted_dog_sizes = [DogSize::Giant].into()).await;
    assert_eq!(reasons(town.books(&quoted, early()).await), ["dog_not_accepted"]);
    town.revises(|terms| terms.price = euros(1_000)).await;
    let booking = town.books(&quoted, early()).await.unwrap();
    assert_eq!(booking.price, quoted.price);
}

pub(super) async fn a_custom_lesson_is_quoted(world: World) {
    let town = Town::with(world, |cast| {
        cast.trainer.policy.auto_accept = true;
        cast.trainer.policy.custom_requests = Some(custom_requests());
    })
    .await;
    let wish = Wish::Custom { minutes: 50, price: euros(3_333) };
    let enquiry = RequestQuote { wish, ..town.enquiry(at("14:07")) };
    let quoted = town.gives(town.owner(), early(), enquiry).await.unwrap();
    assert_eq!(quoted.session, between("14:07", "14:57"));
    assert_eq!((quoted.fee.minor(), quoted.trainer_share.minor()), (500, 2_833));
    let by_quote = || RequestBooking { wish, ..town.by(&quoted) };
    town.governs(|policy| policy.custom_requests = None).await;
    let refused = town.gives(town.owner(), early(), by_quote()).await;
    assert_eq!(reasons(refused), ["custom_not_allowed"]);
    // Narrower bounds are for those who ask later.
    town.governs(|policy| {
        policy.custom_requests = Some(CustomRequests {
            max_minutes: 45,
            min_price: 5_000,
            buffer_after_minutes: 0,
            ..custom_requests()
        });
    })
    .await;
    let without = RequestBooking { quote: None, ..by_quote() };
    let refused = town.gives(town.owner(), early(), without).await;
    assert_eq!(reasons(refused), ["custom_not_allowed", "price_out_of_bounds"]);
    let requested = town.gives(town.owner(), early(), by_quote()).await.unwrap();
    let booking = town.file_of(requested.booking).await.booking;
    assert_eq!((booking.price, booking.status), (quoted.price, BookingStatus::Pending));
    assert_eq!(booking.occupied(), between("14:07", "15:12"));
}

pub(super) async fn a_repeated_command_is_answered_as_at_first(world: World) {
    let town = Town::new(world).await;
    let (call, enquiry) = (town.call(town.owner(), early()), town.enquiry(at("14:00")));
    let quoted = town.platform.execute(call, enquiry.clone()).await.unwrap();
    town.revises(|terms| terms.price = euros(9_000)).await;
    assert_eq!(town.platform.execute(call, enquiry).await.unwrap(), quoted);
    assert_eq!(town.count(Table::Quote).await.rows, 1);
    let (call, wish) = (town.call(town.owner(), early()), town.by(&quoted));
    let requested = town.platform.execute(call, wish.clone()).await.unwrap();
    assert_eq!(town.platform.execute(call, wish.clone()).await.unwrap(), requested);
    let another = RequestBooking { quote: None, ..wish };
    assert_eq!(code(town.platform.execute(call, another).await), "id_reused");
}
