//! What the erasure of a user is decided on: all that is personal, and all that is still open.

use super::{
    fixtures::{Cast, accepted, at, between, cancelled, date, minutes, paid},
    world::{World, first, nobody},
};
use crate::{
    account::User,
    booking::{Booking, Cancellation},
    dog::Dog,
    ledger::{Account, LedgerEntry},
    money::{Currency, Money},
    payment::{Dispute, DisputeStatus, Refund, RefundStatus},
    payout::{Payout, PayoutState},
    repository::ErasureFile,
    review::Review,
    text::{Reason, Text},
    trainer::{Certification, Service},
};

impl World {
    async fn erasure_of(&self, user: &User) -> ErasureFile {
        self.erasure_file(nobody(), user.id).await.unwrap().1.unwrap()
    }
}

pub(super) async fn an_erasure_finds_all_that_is_personal(world: World) {
    let (stored, other) = (world.everything().await, world.everything().await);
    let (make, cast) = (&world.make, &stored.cast);
    let inactive = Service { is_active: false, ..make.service(&cast.trainer) };
    let recent = Certification { issued_at: date(-1), ..make.certification(&cast.trainer) };
    let removed = Dog { removed_at: Some(at("07:00")), ..make.dog(&cast.owner) };
    let photo = make.photo(&removed);
    world.insert(inactive.clone()).await;
    world.insert(recent.clone()).await;
    world.insert(removed.clone()).await;
    world.insert(photo.clone()).await;

    let trainer = world.erasure_of(&cast.trainer_user).await;
    assert_eq!(trainer.person, world.about(cast.trainer_user.id).await);
    assert_eq!(trainer.locations, [first(&stored.location)]);
    assert_eq!(trainer.certifications, [first(&stored.certification), first(&recent)]);
    assert_eq!(trainer.services, [first(&cast.service), first(&inactive)]);
    assert_eq!((trainer.dogs, trainer.photos), (Vec::new(), Vec::new()));
    let owner = world.erasure_of(&cast.owner_user).await;
    assert_eq!(owner.person, world.about(cast.owner_user.id).await);
    assert_eq!((owner.locations, owner.services), (Vec::new(), Vec::new()));
    assert_eq!(owner.certifications, []);
    assert_eq!(owner.dogs, [first(&cast.dog), first(&removed)]);
    assert_eq!(owner.photos, [first(&stored.photo), first(&photo)]);

    let nobody_yet = world.insert(make.user()).await;
    let empty = world.erasure_of(&nobody_yet).await;
    assert_eq!((empty.locations, empty.dogs, empty.reviews), (Vec::new(), Vec::new(), Vec::new()));
    assert_eq!((empty.open_refunds, empty.open_disputes, empty.open_balances), (0, 0, 0));
    assert_eq!(
        other.cast.service,
        world.erasure_of(&other.cast.trainer_user).await.services[0].clone().into_value()
    );
    let unknown = world.erasure_file(nobody(), make.id()).await.unwrap().1;
    assert_eq!(unknown, None);
}

pub(super) async fn an_erasure_finds_a_users_own_words(world: World) {
    let (cast, admin) = (world.cast().await, world.insert(world.make.user()).await);
    let make = &world.make;
    let session = |hour: i64| minutes(60 * hour, 60);
    let called_off = |hour, by: Option<&User>, reason: Option<&str>| {
        let off = cancelled(make.booking(&cast, session(hour)));
        let cancellation = off.cancellation.clone().map(|plain| Cancellation {
            by: by.map(|user| user.id),
            reason: reason.map(|reason| Reason::parse(reason).unwrap()),
            ..plain
        });
        Booking { cancellation, ..off }
    };
    let by_owner = called_off(1, Some(&cast.owner_user), Some("Rex is ill"));
    let by_trainer = called_off(2, Some(&cast.trainer_user), Some("I am ill"));
    let by_admin = called_off(3, Some(&admin), Some("Fraud"));
    let wordless = called_off(4, Some(&cast.owner_user), None);
    let expired = called_off(5, None, None);
    for booking in [&expired, &wordless, &by_admin, &by_trainer, &by_owner] {
        world.insert(booking.clone()).await;
    }
    for (user, booking) in
        [(&cast.owner_user, &by_owner), (&cast.trainer_user, &by_trainer), (&admin, &by_admin)]
    {
        assert_eq!(world.erasure_of(user).await.cancelled, [first(booking)]);
    }

    let plain = |booking| Review { comment: Text::default(), ..make.review(booking) };
    let commented = make.review(&by_owner);
    let replied = Review { reply: Some(Text::parse("Thanks").unwrap()), ..plain(&by_trainer) };
    let both = Review { is_hidden: true, comment: commented.comment.clone(), ..replied.clone() };
    let both = Review { id: make.id(), booking: by_admin.id, ..both };
    let neither = plain(&expired);
    for review in [&neither, &both, &replied, &commented] {
        world.insert(review.clone()).await;
    }
    assert_eq!(world.erasure_of(&cast.owner_user).await.reviews, [first(&commented), first(&both)]);
    assert_eq!(world.erasure_of(&cast.trainer_user).await.reviews, [first(&replied), first(&both)]);
}

/// Returns how many refunds, disputes and balances are open on both sides of a lesson.
async fn open(world: &World, cast: &Cast) -> [(u64, u64, u64); 2] {
    let mut counts = [(0, 0, 0); 2];
    for (count, user) in counts.iter_mut().zip([&cast.owner_user, &cast.trainer_user]) {
        let file = world.erasure_of(user).await;
        *count = (file.open_refunds, file.open_disputes, file.open_balances);
    }
    counts
}

pub(super) async fn an_erasure_waits_for_money_that_is_open(world: World) {
    let (cast, other) = (world.cast().await, world.cast().await);
    let make = &world.make;
    let booking = world.insert(accepted(make.booking(&cast, between("09:00", "10:00")))).await;
    let payment = world.insert(paid(make.payment(&booking))).await;
    assert_eq!(open(&world, &cast).await, [(0, 0, 0); 2]);

    for status in RefundStatus::ALL {
        world.insert(Refund { status: *status, ..make.refund(&payment) }).await;
    }
    for status in DisputeStatus::ALL {
        let closed_at = (*status != DisputeStatus::Open).then(|| at("07:00"));
        let dispute = make.provider_dispute(&payment);
        world.insert(Dispute { status: *status, closed_at, ..dispute }).await;
    }
    world.insert(make.dispute(&booking, &cast.owner_user)).await;
    assert_eq!(open(&world, &cast).await, [(2, 2, 0); 2]);

    let payable = Account::TrainerPayable(cast.trainer.id);
    let in_flight = Account::TrainerInFlight(cast.trainer.id);
    let entry = |debit, credit, minor, currency| LedgerEntry {
        debit,
        credit,
        amount: Money::new(minor, currency),
        ..make.ledger_entry(&booking)
    };
    let clearing = Account::ProviderClearing;
    let (euro, yen) = (Currency::EUR, Currency::JPY);
    // Owed in two currencies; then one is on its way, arrives, and the other goes back.
    for (entry, balances) in [
        (entry(clearing, payable, 500, euro), 1),
        (entry(clearing, payable, 500, yen), 2),
        (entry(payable, in_flight, 500, euro), 2),
        (entry(in_flight, clearing, 499, euro), 2),
        (entry(in_flight, clearing, 1, euro), 1),
        (entry(payable, clearing, 500, yen), 0),
    ] {
        world.append(entry).await;
        assert_eq!(open(&world, &cast).await, [(2, 2, 0), (2, 2, balances)]);
    }
    assert_eq!(open(&world, &other).await, [(0, 0, 0); 2]);

    // A payout on its way counts even where nothing is owed any more.
    let mut running = 0;
    for (state, counts) in [
        (PayoutState::Failed, false),
        (PayoutState::Processed, false),
        (PayoutState::Created, true),
    ] {
        let processed_at = (state == PayoutState::Processed).then(|| at("07:00"));
        world.insert(Payout { state, processed_at, ..make.payout(&cast.trainer) }).await;
        running += u64::from(counts);
        assert_eq!(world.erasure_of(&cast.trainer_user).await.open_payouts, running);
    }
    assert_eq!(world.erasure_of(&cast.owner_user).await.open_payouts, 0);
}
