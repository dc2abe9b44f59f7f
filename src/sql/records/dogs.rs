use super::{Bind, BoxError, Field, Fields, Part, Statements, record};
use crate::{
    dog::{Dog, DogPhoto, DogSize},
    ids::{DogId, OwnerId, PhotoId},
    text::{HttpsUrl, Name, Text},
    time::Instant,
    years::DogAge,
};

record! {
    Dog as dog, VERSIONED
    key { id: DogId = dog.id; }
    data {
        owner_id: OwnerId = dog.owner;
        name: Name = dog.name;
        breed: Option<Name> = dog.breed;
        age: Option<DogAge> = dog.age;
        size: DogSize = dog.size;
        notes: Text = dog.notes;
        removed_at: Option<Instant> = dog.removed_at;
        created_at: Instant = dog.created_at;
        updated_at: Instant = dog.updated_at;
    }
    => Dog { id, owner: owner_id, name, breed, age, size, notes, removed_at, created_at, updated_at }
}

record! {
    DogPhoto as photo, VERSIONED
    key { id: PhotoId = photo.id; }
    data {
        dog_id: DogId = photo.dog;
        photo_url: HttpsUrl = photo.url;
        created_at: Instant = photo.created_at;
        updated_at: Instant = photo.updated_at;
    }
    => DogPhoto { id, dog: dog_id, url: photo_url, created_at, updated_at }
}
