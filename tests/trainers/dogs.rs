use std::sync::{Arc, Barrier};

use sitstay::{
    dog::DogSize,
    platform::{AddDog, AddPhoto, RemoveDog, RemovePhoto, UpdateDog, WithdrawBooking},
    repository::DogQueries,
};

use crate::world::{World, code, dog_facts, id, now, olga, omar, theo};

#[tokio::test]
async fn an_owner_keeps_dogs_and_photos() {
    let world = World::new().await;
    let facts = dog_facts("Luna", DogSize::Large);
    world.run(omar(), now(), AddDog { dog: id(7), facts }).await.unwrap();
    let facts = dog_facts("Luna II", DogSize::Giant);
    world.run(omar(), now(), UpdateDog { dog: id(7), facts }).await.unwrap();
    let url = "https://example.com/luna.jpg".parse().unwrap();
    world.run(omar(), now(), AddPhoto { dog: id(7), photo: id(1), url }).await.unwrap();
    let dog = world.repository.dog(id(7)).await.unwrap().unwrap();
    assert_eq!((dog.name.as_str(), dog.size), ("Luna II", DogSize::Giant));
    let photos = world.repository.photos(id(7)).await.unwrap();
    let dates: Vec<_> = photos.iter().map(|photo| (photo.created_at, photo.updated_at)).collect();
    assert_eq!(dates, [(now(), now())]);
    let of_other_dog = RemovePhoto { dog: id(1), photo: id(1) };
    assert_eq!(code(&world.run(omar(), now(), of_other_dog).await), "dog.no_photo");
    world.run(omar(), now(), RemovePhoto { dog: id(7), photo: id(1) }).await.unwrap();
    assert!(world.repository.photos(id(7)).await.unwrap().is_empty());
    world.run(omar(), now(), RemoveDog { dog: id(7) }).await.unwrap();
    assert_eq!(world.repository.dogs(id(1)).await.unwrap().len(), 1);
    // What was removed is gone for its owner too.
    assert_eq!(code(&world.run(omar(), now(), RemoveDog { dog: id(7) }).await), "not_found");
}

#[tokio::test]
async fn another_owners_dog_does_not_exist() {
    let world = World::new().await;
    let facts = dog_facts("Mine", DogSize::Small);
    let url: sitstay::text::HttpsUrl = "https://example.com/rex.jpg".parse().unwrap();
    for dog in [1, 77] {
        let update = UpdateDog { dog: id(dog), facts: facts.clone() };
        assert_eq!(code(&world.run(olga(), now(), update).await), "not_found");
        let removed = RemoveDog { dog: id(dog) };
        assert_eq!(code(&world.run(olga(), now(), removed).await), "not_found");
        let photo = AddPhoto { dog: id(dog), photo: id(1), url: url.clone() };
        assert_eq!(code(&world.run(olga(), now(), photo).await), "not_found");
        let photo = RemovePhoto { dog: id(dog), photo: id(1) };
        assert_eq!(code(&world.run(olga(), now(), photo).await), "not_found");
    }
    let as_trainer = RemoveDog { dog: id(1) };
    assert_eq!(code(&world.run(theo(), now(), as_trainer).await), "denied.not_permitted");
}

#[tokio::test]
async fn a_dog_with_a_booking_stays() {
    let world = World::new().await;
    world.request(1, omar(), 1, "2027-03-08T09:00:00Z").await.unwrap();
    let removed = RemoveDog { dog: id(1) };
    assert_eq!(code(&world.run(omar(), now(), removed).await), "dog.has_active_booking");
    world.run(omar(), now(), WithdrawBooking { booking: id(1) }).await.unwrap();
    world.run(omar(), now(), removed).await.unwrap();
    let again = world.request(2, omar(), 1, "2027-03-08T09:00:00Z").await;
    assert_eq!(code(&again), "booking.refused");
}

/// Of a removal and a request one sees the other, so no active booking is left without its dog.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_removal_never_races_a_request() {
    for round in 0..64 {
        let world = Arc::new(World::new().await);
        let barrier = Arc::new(Barrier::new(2));
        let request = tokio::spawn({
            let (world, barrier) = (world.clone(), barrier.clone());
            async move {
                barrier.wait();
                world.request(1, omar(), 1, "2027-03-08T09:00:00Z").await.is_ok()
            }
        });
        let removal = tokio::spawn({
            let (world, barrier) = (world.clone(), barrier.clone());
            async move {
                barrier.wait();
                world.run(omar(), now(), RemoveDog { dog: id(1) }).await.is_ok()
            }
        });
        let (booked, removed) = (request.await.unwrap(), removal.await.unwrap());
        assert!(booked != removed, "round {round}: booked {booked}, removed {removed}");
    }
}
