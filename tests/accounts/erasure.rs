//! Erasure: what goes, what stays, and what stands against it.

use sitstay::{
    account::UserStatus,
    booking::Attendance,
    command::{Actor, Call},
    contact::Email,
    dog::DogPhoto,
    ids::UserId,
    ledger::{Account, LedgerEntry},
    money::{Currency, Money},
    payment::{
        Dispute, DisputeKind, DisputeStatus, Payment, PaymentStatus, Refund, RefundCause,
        RefundStatus,
    },
    platform::{
        CancelBooking, ClaimNoShow, CompleteBooking, EraseUser, Error, SetPreferences, SuspendUser,
        UserErased,
    },
    repository::{
        AccountQueries, BookingQueries, ChangeSet, DecisionQueries, DogQueries, Repository,
        ReviewQueries, TrainerQueries,
    },
    review::{Points, Review},
    text::Text,
    trainer::{Certification, Trainer},
};

use crate::world::{Coach, Keeper, SYSTEM, World, at, code, now};

/// An owner and a trainer with a lesson that is over and one that was cancelled, and a review with
/// a reply of the first.
async fn history() -> (World, Keeper, Coach) {
    let world = World::new();
    let (ann, tom) = (world.keeper("ann@example.com").await, world.coach("tom@example.com").await);
    let mut places = Vec::new();
    for user in [ann.user, tom.user] {
        places.push(world.place(user).await);
        world.give(Actor::member(user), SetPreferences { muted: [].into() }).await.unwrap();
    }
    let lesson = world.request(ann, tom, "2027-03-02T10:00:00Z").await;
    world.accept(tom, lesson).await;
    world.complete(lesson, "2027-03-02T11:00:00Z").await;
    for (start, actor) in [
        ("2027-03-03T10:00:00Z", Actor::owner(ann.user)),
        ("2027-03-04T10:00:00Z", Actor::trainer(tom.user)),
    ] {
        let booking = world.request(ann, tom, start).await;
        world.accept(tom, booking).await;
        let reason = Some("My street is flooded".parse().unwrap());
        world.give(actor, CancelBooking { booking, reason }).await.unwrap();
    }
    let review = Review {
        id: world.id(),
        booking: lesson,
        trainer: tom.trainer,
        owner: ann.owner,
        rating: Points::new(5).unwrap(),
        comment: Text::parse("Tom is great with Rex").unwrap(),
        reply: Some(Text::parse("Thank you, Ann").unwrap()),
        is_hidden: false,
        created_at: now(),
        updated_at: now(),
    };
    let photo = DogPhoto {
        id: world.id(),
        dog: ann.dog,
        url: "https://example.com/rex.jpg".parse().unwrap(),
        created_at: now(),
        updated_at: now(),
    };
    let certification = Certification {
        id: world.id(),
        trainer: tom.trainer,
        name: "Dog school".parse().unwrap(),
        issued_by: "Kennel club".parse().unwrap(),
        issued_at: "2020-02-02".parse().unwrap(),
        created_at: now(),
        updated_at: now(),
    };
    let trainer = world.repository.trainer(tom.trainer).await.unwrap().unwrap();
    let found = trainer.map(|trainer| Trainer { search_location: places.pop(), ..trainer });
    let changes = ChangeSet::new().inserting(review).inserting(photo).inserting(certification);
    world.repository.commit(changes.updating(found)).await.unwrap();
    (world, ann, tom)
}

async fn erase(world: &World, user: UserId) -> Result<UserErased, Error> {
    world.give(Actor::member(user), EraseUser { user }).await
}

async fn status(world: &World, user: UserId) -> UserStatus {
    world.repository.user(user).await.unwrap().unwrap().status
}

#[tokio::test]
async fn an_erased_owner_leaves_no_words_and_frees_the_address() {
    let (world, ann, tom) = history().await;
    let erased = erase(&world, ann.user).await.unwrap();
    assert_eq!(erased, UserErased { user: ann.user, former_status: UserStatus::Active });

    let user = world.repository.user(ann.user).await.unwrap().unwrap();
    assert_eq!(user.status, UserStatus::Deleted);
    assert_eq!(user.email, Email::tombstone(ann.user));
    assert_eq!((user.first_name.as_str(), user.last_name.as_str()), ("Deleted", "Deleted"));
    assert!(user.phone.is_none() && user.password.is_none());
    assert!(world.places(ann.user).await.is_empty());
    let dog = world.repository.dog(ann.dog).await.unwrap().unwrap();
    assert_eq!((dog.name.as_str(), dog.notes.as_str(), &dog.breed), ("Deleted", "", &None));
    assert!(!dog.is_kept());
    assert!(world.repository.photos(ann.dog).await.unwrap().is_empty());

    // The trainer's own words stay, and so do bookings and points.
    let page = Default::default();
    let reviews = world.repository.reviews(&tom.trainer.into(), page).await.unwrap();
    assert_eq!(reviews.items[0].rating.get(), 5);
    assert_eq!(reviews.items[0].comment.as_str(), "");
    assert!(reviews.items[0].reply.is_some());
    let lessons = world.repository.lessons(&Default::default(), page).await.unwrap();
    let reasons = lessons.items.iter().filter_map(|lesson| lesson.booking.cancellation.as_ref());
    let reasons: Vec<_> = reasons.map(|ended| (ended.by, ended.reason.is_some())).collect();
    assert_eq!(reasons, [(Some(ann.user), false), (Some(tom.user), true)]);
    assert_eq!(lessons.items.len(), 3);

    world.member("ann@example.com").await;
    let refused = world.give(Actor::member(ann.user), SetPreferences { muted: [].into() }).await;
    assert_eq!(code(refused), "denied.unknown_user");
    assert_eq!(code(world.give(SYSTEM, EraseUser { user: ann.user }).await), "not_found");
    let codes: Vec<_> = world.trail().await.iter().map(|event| event["type"].clone()).collect();
    for code in ["user.suspended", "user.role_revoked", "user.erased"] {
        assert_eq!(codes.iter().filter(|known| *known == code).count(), 1, "{code}");
    }
}

#[tokio::test]
async fn an_erased_trainer_leaves_no_words_either() {
    let (world, ann, tom) = history().await;
    erase(&world, tom.user).await.unwrap();
    let card = world.repository.trainer_card(tom.trainer).await.unwrap().unwrap();
    assert_eq!(card.trainer.bio.as_str(), "");
    assert_eq!(card.trainer.search_location, None);
    assert!(!card.is_listed && card.services.is_empty() && card.certifications.is_empty());
    let services = world.repository.services(tom.trainer).await.unwrap();
    assert_eq!((services[0].name.as_str(), services[0].description.as_str()), ("Deleted", ""));
    let page = Default::default();
    let reviews = world.repository.reviews(&tom.trainer.into(), page).await.unwrap();
    assert!(reviews.items[0].reply.is_none() && !reviews.items[0].comment.is_empty());
    let lessons = world.repository.lessons(&Default::default(), page).await.unwrap();
    let reasons = lessons.items.iter().filter_map(|lesson| lesson.booking.cancellation.as_ref());
    let reasons: Vec<_> = reasons.map(|ended| (ended.by, ended.reason.is_some())).collect();
    assert_eq!(reasons, [(Some(ann.user), true), (Some(tom.user), false)]);
}

#[tokio::test]
async fn erasure_by_an_admin_takes_a_suspended_user_too() {
    let (world, ann, _) = history().await;
    let admin = Actor::admin(world.admin("root@example.com").await);
    world.give(admin, SuspendUser { user: ann.user }).await.unwrap();
    let erased = world.give(admin, EraseUser { user: ann.user }).await.unwrap();
    assert_eq!(erased.former_status, UserStatus::Suspended);
    assert_eq!(status(&world, ann.user).await, UserStatus::Deleted);
}

#[tokio::test]
async fn a_repeat_of_an_erasure_gets_the_same_result_also_later() {
    let (world, ann, _) = history().await;
    let call = world.call(Actor::member(ann.user));
    let erased = world.platform.execute(call, EraseUser { user: ann.user }).await.unwrap();
    let before = world.repository.census().await.unwrap();
    let later = Call { now: at("2027-04-01T00:00:00Z"), ..call };
    let again = world.platform.execute(later, EraseUser { user: ann.user }).await.unwrap();
    assert_eq!(again, erased);
    assert_eq!(world.repository.census().await.unwrap(), before);
}

fn payment(world: &World, booking: sitstay::ids::BookingId) -> Payment {
    Payment {
        id: world.id(),
        booking,
        amount: Money::new(5_000, Currency::EUR),
        provider: "stripe".parse().unwrap(),
        provider_reference: None,
        status: PaymentStatus::Paid,
        paid_at: Some(now()),
        refunded_amount: 0,
        refund_reserved: 0,
        refund_owed: 0,
        surplus: false,
        created_at: now(),
        updated_at: now(),
    }
}

#[tokio::test]
async fn what_is_open_stands_against_erasure_and_changes_nothing() {
    for case in ["active_booking", "open_refund", "open_dispute", "open_balance"] {
        let (world, ann, tom) = history().await;
        let page = Default::default();
        let lessons = world.repository.lessons(&Default::default(), page).await.unwrap();
        let lesson = lessons.items[0].booking.id;
        let mut sides = vec![ann.user, tom.user];
        let mut changes = ChangeSet::new();
        match case {
            "active_booking" => {
                world.request(ann, tom, "2027-03-09T10:00:00Z").await;
            }
            "open_refund" => {
                let payment = payment(&world, lesson);
                changes.insert(Refund {
                    id: world.id(),
                    payment: payment.id,
                    amount: payment.amount,
                    status: RefundStatus::Pending,
                    cause: RefundCause::Cancellation,
                    provider_reference: None,
                    replaces: None,
                    created_at: now(),
                    updated_at: now(),
                });
                changes.insert(payment);
            }
            "open_dispute" => changes.insert(Dispute {
                id: world.id(),
                kind: DisputeKind::Attendance,
                booking: lesson,
                payment: None,
                amount: None,
                status: DisputeStatus::Open,
                opened_by: Some(ann.user),
                provider_reference: None,
                closed_at: None,
                created_at: now(),
                updated_at: now(),
            }),
            _ => {
                sides = vec![tom.user];
                changes.append(LedgerEntry {
                    id: world.id(),
                    movement: world.id(),
                    debit: Account::ProviderClearing,
                    credit: Account::TrainerPayable(tom.trainer),
                    amount: Money::new(5_000, Currency::EUR),
                    booking: Some(lesson),
                    payment: None,
                    payout: None,
                    created_at: now(),
                });
            }
        }
        world.repository.commit(changes).await.unwrap();
        for user in sides {
            let before = world.repository.census().await.unwrap();
            let refused = erase(&world, user).await;
            let Err(error) = refused else { panic!("{case}: erased") };
            assert_eq!(error.code(), "account.not_erasable");
            assert!(error.to_string().ends_with(case), "{error}");
            assert_eq!(world.repository.census().await.unwrap(), before);
            assert_eq!(status(&world, user).await, UserStatus::Active);
        }
    }
}

#[tokio::test]
async fn money_that_came_and_went_is_no_open_balance() {
    let (world, _, tom) = history().await;
    let payable = Account::TrainerPayable(tom.trainer);
    let legs = [
        (Account::ProviderClearing, payable),
        (payable, Account::TrainerInFlight(tom.trainer)),
        (Account::TrainerInFlight(tom.trainer), Account::ProviderClearing),
    ];
    for (step, (debit, credit)) in legs.into_iter().enumerate() {
        let entry = LedgerEntry {
            id: world.id(),
            movement: world.id(),
            debit,
            credit,
            amount: Money::new(5_000, Currency::EUR),
            booking: None,
            payment: None,
            payout: None,
            created_at: now(),
        };
        world.repository.commit(ChangeSet::new().appending(entry)).await.unwrap();
        let erased = erase(&world, tom.user).await;
        assert_eq!(erased.is_ok(), step == 2, "{erased:?}");
    }
}

#[tokio::test]
async fn a_no_show_that_the_owner_claims_stands_against_the_trainers_erasure() {
    let world = World::new();
    let (ann, tom) = (world.keeper("ann@example.com").await, world.coach("tom@example.com").await);
    let booking = world.request(ann, tom, "2027-03-02T10:00:00Z").await;
    world.accept(tom, booking).await;
    let after = at("2027-03-02T11:00:00Z");
    let completed = CompleteBooking { booking, attendance: Attendance::Attended };
    world.give_at(Actor::trainer(tom.user), after, completed).await.unwrap();
    world
        .give_at(Actor::owner(ann.user), after, ClaimNoShow { booking, dispute: world.id() })
        .await
        .unwrap();
    let refused = erase(&world, tom.user).await.unwrap_err().to_string();
    assert!(refused.ends_with("open_dispute"), "{refused}");
}

#[tokio::test]
async fn the_erasure_file_of_nobody_is_none() {
    let world = World::new();
    let call = world.call(SYSTEM);
    let query = sitstay::repository::CallerQuery { command: call.id, user: None };
    let (_, file) = world.repository.erasure_file(query, world.id()).await.unwrap();
    assert_eq!(file, None);
    assert_eq!(code(world.give(SYSTEM, EraseUser { user: world.id() }).await), "not_found");
}
