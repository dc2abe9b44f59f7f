//! Every write that requests are decided on bumps the guard row.

use std::sync::{Arc, Barrier};

use crate::world::{World, code, id, now, omar, span, terms, theo, tina, working_week};
use sitstay::{
    audit::{Event, FeedPosition, Subject, SubjectKind},
    availability::DatedHours,
    dog::DogSize,
    money::{Currency, Price},
    platform::{
        AddCertification, AddService, BlockTime, ChangeZone, Command, ImportBusyTime,
        RemoveCertification, RemoveException, SetException, SetHours, SetPolicy, UnblockTime,
        UpdateCertification, UpdateService, UpdateTrainer,
    },
    repository::{AuditQueries, PageRequest, TrainerQueries},
    trainer::{BlockSource, BookingPolicy, Certificate, CustomRequests, ServiceTerms},
    years::Experience,
};

async fn bumps<C: Command>(world: &World, command: C) -> i64 {
    let before = world.guard_version().await;
    world.run(tina(), now(), command).await.unwrap();
    world.guard_version().await - before
}

fn revised(change: impl FnOnce(&mut ServiceTerms)) -> UpdateService {
    let mut terms = terms(60);
    change(&mut terms);
    UpdateService { trainer: id(1), service: id(1), terms }
}

fn certificate(day: &str) -> Certificate {
    let name = |text: &str| text.parse().unwrap();
    let issued_at = day.parse().unwrap();
    Certificate { name: name("Dog trainer"), issued_by: name("The chamber"), issued_at }
}

fn day_off() -> DatedHours {
    DatedHours::closed("2027-03-10".parse().unwrap())
}

#[tokio::test]
async fn what_requests_are_decided_on_bumps_the_guard_row() {
    let world = &World::new().await;
    let block = BlockTime {
        block: id(1),
        during: span("2027-03-10T09:00:00Z", "2027-03-11T09:00:00Z"),
        source: BlockSource::Manual,
    };
    let zone = "Europe/Lisbon".parse().unwrap();
    let (unchanged, changed) = (working_week("09:00", "17:00"), working_week("10:00", "12:00"));
    assert_eq!(bumps(world, SetHours { hours: unchanged }).await, 1, "the same hours");
    assert_eq!(bumps(world, SetHours { hours: changed }).await, 1, "other hours");
    assert_eq!(bumps(world, SetException { hours: day_off() }).await, 1, "a new exception");
    assert_eq!(bumps(world, SetException { hours: day_off() }).await, 1, "an exception");
    let date = day_off().date();
    assert_eq!(bumps(world, RemoveException { date }).await, 1, "an exception less");
    assert_eq!(bumps(world, block).await, 1, "a block");
    assert_eq!(bumps(world, UnblockTime { block: id(1) }).await, 1, "a block less");
    let imported = || ImportBusyTime { busy: block.during.into() };
    assert_eq!(bumps(world, imported()).await, 1, "another calendar's busy time");
    assert_eq!(bumps(world, imported()).await, 1, "the same busy time");
    assert_eq!(bumps(world, ChangeZone { zone }).await, 1, "the zone");
    let policy = BookingPolicy::default();
    assert_eq!(bumps(world, SetPolicy { policy }).await, 1, "the policy");
    let added = AddService { trainer: id(1), service: id(7), terms: terms(45) };
    assert_eq!(bumps(world, added).await, 1, "a service");
    let price = Price::new(7_000, Currency::EUR).unwrap();
    let edits = [
        revised(|terms| terms.duration_minutes = 90),
        revised(|terms| terms.price = price),
        revised(|terms| terms.buffer_before_minutes = 0),
        revised(|terms| terms.buffer_after_minutes = 0),
        revised(|terms| terms.is_active = false),
        revised(|terms| terms.accepted_dog_sizes = [DogSize::Giant].into()),
    ];
    for edit in edits {
        let told = format!("{edit:?}");
        assert_eq!(bumps(world, edit).await, 1, "{told}");
        // And back again.
        assert_eq!(bumps(world, revised(|_| {})).await, 1);
    }
}

#[tokio::test]
async fn what_requests_do_not_look_at_leaves_the_guard_row_alone() {
    let world = &World::new().await;
    let profile = UpdateTrainer {
        years_of_experience: Experience::new(20).unwrap(),
        bio: "Patient.".parse().unwrap(),
        search_location: None,
    };
    assert_eq!(bumps(world, profile).await, 0);
    let words = revised(|terms| {
        terms.name = "Recall".parse().unwrap();
        terms.description = "".parse().unwrap();
    });
    assert_eq!(bumps(world, words).await, 0);
    let (first, second) = (certificate("2020-05-01"), certificate("2021-05-01"));
    let added = AddCertification { certification: id(1), certificate: first };
    assert_eq!(bumps(world, added).await, 0);
    let updated = UpdateCertification { certification: id(1), certificate: second };
    assert_eq!(bumps(world, updated).await, 0);
    assert_eq!(bumps(world, RemoveCertification { certification: id(1) }).await, 0);
}

#[tokio::test]
async fn values_out_of_their_bounds_are_not_written() {
    let world = &World::new().await;
    let before = world.guard_version().await;
    let priced = |minor, currency| {
        revised(|terms| {
            terms.price = Price::new(minor, Currency::parse(currency).unwrap()).unwrap();
        })
    };
    let services = [
        (revised(|terms| terms.duration_minutes = 4), "value.out_of_range"),
        (revised(|terms| terms.duration_minutes = 1_441), "value.out_of_range"),
        (revised(|terms| terms.buffer_after_minutes = 721), "value.out_of_range"),
        (priced(49, "EUR"), "money.below_minimum"),
        (priced(6_000, "USD"), "money.currency_not_allowed"),
    ];
    for (update, expected) in services {
        let told = format!("{update:?}");
        let added = AddService { trainer: id(1), service: id(8), terms: update.terms.clone() };
        assert_eq!(code(&world.run(tina(), now(), added).await), expected, "{told}");
        assert_eq!(code(&world.run(tina(), now(), update).await), expected, "{told}");
    }
    let custom = CustomRequests {
        min_minutes: 30,
        max_minutes: 60,
        min_price: 100,
        max_price: 9_000,
        currency: Currency::EUR,
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
    };
    let policies = [
        (CustomRequests { max_minutes: 29, ..custom.clone() }, "value.out_of_range"),
        (CustomRequests { min_price: 10, ..custom.clone() }, "money.below_minimum"),
        (CustomRequests { currency: Currency::USD, ..custom }, "money.currency_not_allowed"),
    ];
    for (custom, expected) in policies {
        let policy = BookingPolicy { custom_requests: Some(custom), ..BookingPolicy::default() };
        assert_eq!(code(&world.run(tina(), now(), SetPolicy { policy }).await), expected);
    }
    for day in ["1899-12-31", "2027-03-02"] {
        let added = AddCertification { certification: id(1), certificate: certificate(day) };
        assert_eq!(code(&world.run(tina(), now(), added).await), "value.malformed", "{day}");
    }
    let today = AddCertification { certification: id(1), certificate: certificate("2027-03-01") };
    assert_eq!(code(&world.run(tina(), now(), today).await), "ok");
    assert_eq!(world.guard_version().await, before);
}

#[tokio::test]
async fn another_trainers_things_do_not_exist() {
    let world = &World::new().await;
    let added = AddCertification { certification: id(1), certificate: certificate("2020-05-01") };
    world.run(tina(), now(), added).await.unwrap();
    let block = BlockTime {
        block: id(1),
        during: span("2027-03-10T09:00:00Z", "2027-03-11T09:00:00Z"),
        source: BlockSource::Manual,
    };
    world.run(tina(), now(), block).await.unwrap();
    let updated =
        UpdateCertification { certification: id(1), certificate: certificate("2021-05-01") };
    assert_eq!(code(&world.run(theo(), now(), updated).await), "not_found");
    let removed = RemoveCertification { certification: id(1) };
    assert_eq!(code(&world.run(theo(), now(), removed).await), "not_found");
    assert_eq!(code(&world.run(theo(), now(), revised(|_| {})).await), "not_found");
    let foreign = UpdateService { trainer: id(2), service: id(1), terms: terms(60) };
    assert_eq!(code(&world.run(theo(), now(), foreign).await), "not_found");
    let planted = AddService { trainer: id(1), service: id(8), terms: terms(60) };
    assert_eq!(code(&world.run(theo(), now(), planted).await), "not_found");
    let unblocked = UnblockTime { block: id(1) };
    assert_eq!(code(&world.run(theo(), now(), unblocked).await), "trainer.no_block");
    assert_eq!(world.repository.services(id(1)).await.unwrap().len(), 1);
}

/// Of a request and a change of hours, one sees the other: a lesson outside the new hours was
/// booked before they were written.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_request_never_races_a_change_of_hours() {
    for round in 0..64 {
        let world = Arc::new(World::new().await);
        let barrier = Arc::new(Barrier::new(2));
        let request = tokio::spawn({
            let (world, barrier) = (world.clone(), barrier.clone());
            async move {
                barrier.wait();
                world.request(1, omar(), 1, "2027-03-02T09:00:00Z").await
            }
        });
        let change = tokio::spawn({
            let (world, barrier) = (world.clone(), barrier.clone());
            async move {
                barrier.wait();
                let hours = working_week("13:00", "17:00");
                world.run(tina(), now(), SetHours { hours }).await
            }
        });
        let (requested, changed) = (request.await.unwrap(), change.await.unwrap());
        assert_eq!(code(&changed), "ok", "round {round}");
        let feed = world.repository.feed(FeedPosition::START, 100).await.unwrap();
        let place =
            |wanted: fn(&Event) -> bool| feed.iter().position(|known| wanted(&known.entry.event));
        let booked = place(|event| matches!(event, Event::BookingRequested { .. }));
        let written = place(|event| matches!(event, Event::HoursSet { .. })).unwrap();
        assert_eq!(booked.is_some(), requested.is_ok(), "round {round}");
        assert!(booked.is_none_or(|booked| booked < written), "round {round}: booked outside");
    }
}

#[tokio::test]
async fn every_write_leaves_an_audit_entry_and_a_repeat_none() {
    let world = &World::new().await;
    let call = sitstay::command::Call::new(id(500), tina(), now());
    for _ in 0..2 {
        let set = SetException { hours: day_off() };
        let written = world.platform.execute(call, set).await.unwrap();
        assert!(written.outside.is_empty());
    }
    let subject = Subject::new(SubjectKind::Trainer, id::<sitstay::ids::TrainerId>(1));
    let history = world.repository.history(&subject.into(), PageRequest::default()).await.unwrap();
    let codes: Vec<_> = history.items.iter().map(|known| known.entry.event.code()).collect();
    assert_eq!(codes, ["trainer.exception_set"]);
}
