//! Some values belong to one row only, and are free again once it lets go of them.

use super::{
    broken::{Broken, each_is_refused},
    fixtures::{Everything, Fixtures, between, closed, date, paid, refunded, released, returned},
    world::{World, first, next, race},
};
use crate::{
    account::{Owner, Role, RoleName, User, UserStatus},
    booking::{ProposalStatus, Reschedule},
    contact::Email,
    money::{Currency, Money},
    notification::Reminder,
    payment::{Dispute, Payment, Refund},
    payout::{Payout, PayoutState},
    provider::ProviderEventRecord,
    repository::{ChangeSet, RepositoryError, Table, Unique, Version, Versioned},
    review::Review,
    trainer::{HoursException, Trainer},
};

fn shouted(email: &Email) -> Email {
    Email::parse(&email.as_str().to_uppercase()).unwrap()
}

/// Makes a new row for every promise of uniqueness, with the value of a stored row.
pub(super) fn taken_values(make: &Fixtures, of: &Everything) -> Vec<Broken> {
    let (cast, evening) = (&of.cast, between("20:00", "21:00"));
    let duplicate = RepositoryError::Duplicate;
    let seeded = RoleName::Admin.code().parse().unwrap();
    let reference = of.payment.provider_reference.clone();
    vec![
        Broken::insert(
            Role { name: of.role.name.clone(), ..make.role() },
            duplicate(Unique::RoleName),
        ),
        Broken::insert(Role { name: seeded, ..make.role() }, duplicate(Unique::RoleName)),
        Broken::insert(
            User { email: shouted(&cast.owner_user.email), ..make.user() },
            duplicate(Unique::EmailKey),
        ),
        Broken::insert(make.owner(&cast.owner_user), duplicate(Unique::OwnerProfile)),
        Broken::insert(make.trainer(&cast.trainer_user), duplicate(Unique::TrainerProfile)),
        Broken::insert(
            make.exception(&cast.trainer, of.exception.local_date),
            duplicate(Unique::ExceptionDate),
        ),
        Broken::insert(
            make.reschedule(&of.booking, &cast.trainer_user, evening),
            duplicate(Unique::OpenProposal),
        ),
        Broken::insert(make.review(&of.booking), duplicate(Unique::BookingReview)),
        Broken::insert(paid(make.payment(&of.booking)), duplicate(Unique::PaidPayment)),
        Broken::insert(
            Payment { provider_reference: reference, ..make.payment(&of.spare) },
            duplicate(Unique::PaymentReference),
        ),
        Broken::insert(
            Refund {
                provider_reference: of.refund.provider_reference.clone(),
                ..make.refund(&of.payment)
            },
            duplicate(Unique::RefundReference),
        ),
        Broken::insert(
            Dispute {
                provider_reference: of.dispute.provider_reference.clone(),
                ..make.provider_dispute(&of.payment)
            },
            duplicate(Unique::DisputeReference),
        ),
        Broken::append(make.reminder(&of.booking), duplicate(Unique::ReminderStart)),
        Broken::insert(make.payout(&cast.trainer), duplicate(Unique::RunningPayout)),
        Broken::insert(
            Payout {
                provider_reference: of.payout.provider_reference.clone(),
                ..returned(make.payout(&cast.trainer))
            },
            duplicate(Unique::PayoutReference),
        ),
        Broken::insert(
            make.payout_item(&of.spare_payout, &of.ledger_entry),
            duplicate(Unique::LivePayoutItem),
        ),
        Broken::append(
            ProviderEventRecord { id: make.id(), ..of.provider_event.clone() },
            duplicate(Unique::ProviderEvent),
        ),
    ]
}

/// Gives stored rows the values of other stored rows.
pub(super) fn grabbed_values(of: &Everything, other: &Everything) -> Vec<Broken> {
    macro_rules! updates {
        ($($row:ident { $($field:ident: $value:expr),+ } of $stored:expr => $unique:ident;)+) => {
            vec![$({
                let row = $row { $($field: $value,)+ ..$stored.clone() };
                Broken::update(first(&row), RepositoryError::Duplicate(Unique::$unique))
            }),+]
        };
    }
    let (cast, others) = (&of.cast, &other.cast);
    updates![
        Role { name: other.role.name.clone() } of of.role => RoleName;
        User { email: shouted(&others.owner_user.email) } of cast.owner_user => EmailKey;
        Owner { user: others.owner_user.id } of cast.owner => OwnerProfile;
        Trainer { user: others.trainer_user.id } of cast.trainer => TrainerProfile;
        HoursException { trainer: others.trainer.id } of of.exception => ExceptionDate;
        Reschedule { booking: other.booking.id } of of.reschedule => OpenProposal;
        Review { booking: other.booking.id } of of.review => BookingReview;
        Payment { booking: other.booking.id } of of.payment => PaidPayment;
        Payment {
            provider_reference: other.payment.provider_reference.clone()
        } of of.payment => PaymentReference;
        Refund {
            payment: other.payment.id,
            provider_reference: other.refund.provider_reference.clone()
        } of of.refund => RefundReference;
        Dispute {
            payment: Some(other.payment.id),
            provider_reference: other.dispute.provider_reference.clone()
        } of of.dispute => DisputeReference;
        Payout { trainer: others.trainer.id } of of.payout => RunningPayout;
        Payout {
            provider_reference: other.payout.provider_reference.clone()
        } of of.payout => PayoutReference;
    ]
}

pub(super) async fn a_new_row_takes_no_value_of_another(world: World) {
    let stored = world.everything().await;
    each_is_refused(&world, taken_values(&world.make, &stored)).await;
}

pub(super) async fn an_update_takes_no_value_of_another(world: World) {
    let (stored, other) = (world.everything().await, world.everything().await);
    each_is_refused(&world, grabbed_values(&stored, &other)).await;
}

pub(super) async fn one_set_takes_no_value_twice(world: World) {
    let one = world.make.user();
    let two = User { email: one.email.clone(), ..world.make.user() };
    let changes = ChangeSet::new().inserting(one).inserting(two);
    world.refuses(changes, &RepositoryError::Duplicate(Unique::EmailKey)).await;
}

pub(super) async fn a_deleted_user_frees_the_address(world: World) {
    let old = world.insert(world.make.user()).await;
    let key = old.email.key();
    let heir = User { email: old.email.clone(), ..world.make.user() };
    let suspended =
        world.update(old.map(|user| User { status: UserStatus::Suspended, ..user })).await;
    assert_eq!(world.user_by_email(&key).await.unwrap().as_ref(), Some(&suspended));
    Broken::insert(heir.clone(), RepositoryError::Duplicate(Unique::EmailKey))
        .is_refused(&world)
        .await;

    let deleted = suspended.map(|user| User { status: UserStatus::Deleted, ..user });
    let deleted = world.update(deleted).await;
    assert_eq!(world.user_by_email(&key).await.unwrap(), None);
    let heir = world.insert(heir).await;
    assert_eq!(world.user_by_email(&key).await.unwrap(), Some(heir));
    assert_eq!(world.user(deleted.id).await.unwrap().as_ref(), Some(&deleted));

    // Two deleted users may share what neither of them holds.
    let revived = deleted.map(|user| User { status: UserStatus::Active, ..user });
    Broken::update(revived, RepositoryError::Duplicate(Unique::EmailKey)).is_refused(&world).await;
}

pub(super) async fn a_changed_address_frees_the_old_one(world: World) {
    let user = world.insert(world.make.user()).await;
    let old = user.email.clone();
    let email = Email::parse("elsewhere@example.org").unwrap();
    let moved = world.update(user.map(|user| User { email, ..user })).await;
    assert_eq!(world.user_by_email(&old.key()).await.unwrap(), None);
    assert_eq!(world.user_by_email(&moved.email.key()).await.unwrap(), Some(moved));
    world.insert(User { email: old, ..world.make.user() }).await;
}

pub(super) async fn a_closed_proposal_makes_way_for_another(world: World) {
    let stored = world.everything().await;
    let target = between("20:00", "21:00");
    for status in ProposalStatus::ALL.iter().skip(1) {
        let user = &stored.cast.owner_user;
        world.insert(closed(world.make.reschedule(&stored.booking, user, target), *status)).await;
    }
    let another = world.make.reschedule(&stored.booking, &stored.cast.owner_user, target);
    let declined = closed(stored.reschedule.clone(), ProposalStatus::Declined);
    // Closing one and opening another is one change set: what frees comes before what takes.
    world.commits(ChangeSet::new().inserting(another.clone()).updating(first(&declined))).await;
    let file = world.file(stored.booking.id).await.unwrap();
    assert_eq!(file.proposal, Some(first(&another)));

    let reopened = next(first(&stored.reschedule));
    Broken::update(reopened, RepositoryError::Duplicate(Unique::OpenProposal))
        .is_refused(&world)
        .await;
}

pub(super) async fn only_one_payment_counts_as_paid(world: World) {
    let stored = world.everything().await;
    let (make, booking) = (&world.make, &stored.booking);
    let surplus = Payment { surplus: true, ..paid(make.payment(booking)) };
    world.insert(surplus.clone()).await;
    world.insert(Payment { surplus: true, ..paid(make.payment(booking)) }).await;
    world.insert(refunded(make.payment(booking))).await;
    let pending = world.insert(make.payment(booking)).await;

    let late = pending.map(paid);
    Broken::update(late.clone(), RepositoryError::Duplicate(Unique::PaidPayment))
        .is_refused(&world)
        .await;
    let owed = first(&Payment { surplus: false, ..surplus });
    Broken::update(owed, RepositoryError::Duplicate(Unique::PaidPayment)).is_refused(&world).await;

    // Once the paid one is all refunded, the next may take its place.
    world.update(first(&stored.payment).map(refunded)).await;
    world.update(late).await;
}

pub(super) async fn references_are_unique_per_provider(world: World) {
    let stored = world.everything().await;
    let make = &world.make;
    let elsewhere = Payment {
        provider: "paypal".parse().unwrap(),
        provider_reference: stored.payment.provider_reference.clone(),
        ..make.payment(&stored.booking)
    };
    world.insert(elsewhere).await;
    let sent_elsewhere = Payout {
        provider: "paypal".parse().unwrap(),
        provider_reference: stored.payout.provider_reference.clone(),
        ..returned(make.payout(&stored.cast.trainer))
    };
    world.insert(sent_elsewhere).await;
    for _ in 0..2 {
        let none = Payment { provider_reference: None, ..make.payment(&stored.booking) };
        let payment = world.insert(none).await;
        world.insert(Refund { provider_reference: None, ..make.refund(&payment) }).await;
        world.insert(make.dispute(&stored.booking, &stored.cast.owner_user)).await;
    }
}

pub(super) async fn a_payout_that_ended_makes_way_for_another(world: World) {
    let stored = world.everything().await;
    let make = &world.make;
    let trainer = &stored.cast.trainer;
    let next = make.payout(trainer);
    let dollars = Payout { amount: Money::new(1, Currency::USD), ..make.payout(trainer) };
    world.insert(dollars).await;

    for state in [PayoutState::InFlight, PayoutState::Unknown] {
        let running = Payout { state, ..next.clone() };
        Broken::insert(running, RepositoryError::Duplicate(Unique::RunningPayout))
            .is_refused(&world)
            .await;
    }
    let mut changes = ChangeSet::new().updating(first(&returned(stored.payout.clone())));
    changes.update(first(&released(stored.payout_item)));
    world.commits(changes).await;
    let item = make.payout_item(&next, &stored.ledger_entry);
    world.commits(ChangeSet::new().inserting(next.clone()).inserting(item)).await;

    let again = Versioned::new(stored.payout_item, Version::FIRST.next());
    Broken::update(again, RepositoryError::Duplicate(Unique::LivePayoutItem))
        .is_refused(&world)
        .await;
}

pub(super) async fn events_are_unique_per_provider(world: World) {
    let stored = world.everything().await;
    let mut elsewhere = world.make.provider_event(&stored.payment);
    elsewhere.event.id = stored.provider_event.event.id.clone();
    elsewhere.event.provider = "paypal".parse().unwrap();
    world.append(elsewhere).await;
}

pub(super) async fn a_removed_exception_frees_its_date(world: World) {
    let stored = world.everything().await;
    let trainer = &stored.cast.trainer;
    world.insert(world.make.exception(trainer, date(2))).await;
    let heir = world.make.exception(trainer, stored.exception.local_date);
    let mut changes = ChangeSet::new().inserting(heir.clone());
    changes.remove(first(&stored.exception));
    world.commits(changes).await;
    assert_eq!(world.belongings_of(&stored).await.exception, Some(first(&heir)));
}

pub(super) async fn a_moved_lesson_gets_another_reminder(world: World) {
    let stored = world.everything().await;
    let reminder = world.make.reminder(&stored.booking);
    let starts_at = between("15:00", "16:00").start();
    world.append(Reminder { starts_at, ..reminder }).await;
    assert_eq!(world.count(Table::Reminder).await.rows, 2);
}

pub(super) async fn racing_sign_ups_of_one_address_admit_one(world: World) {
    for round in 0..10 {
        let email: Email = format!("rival.{round}@example.com").parse().unwrap();
        let before = world.count(Table::User).await.rows;
        let sign_ups = (0..16).map(|_| {
            let world = world.clone();
            let user = User { email: email.clone(), ..world.make.user() };
            let told = world.make.notification(&user);
            async move { world.commit(ChangeSet::new().inserting(user).inserting(told)).await }
        });
        let outcomes = race(sign_ups).await;
        for refused in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
            assert!(matches!(refused, RepositoryError::Duplicate(Unique::EmailKey)), "{refused:?}");
        }
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert_eq!(world.count(Table::User).await.rows, before + 1);
        assert_eq!(world.count(Table::Notification).await.rows, before + 1);
    }
}
