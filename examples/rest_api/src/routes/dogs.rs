//! Dogs and their photos.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use sitstay::{
    dog::{Dog, DogFacts, DogPhoto, DogSize},
    error::InvalidValue,
    ids::{DogId, OwnerId, PhotoId},
    platform::{AddDog, AddPhoto, DogDetails, RemoveDog, RemovePhoto, UpdateDog},
    years::DogAge,
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    answer::{Created, Done},
    app::App,
    extract::{Ask, Body, Named, SignedIn},
    openapi::ActingAs,
    problem::Reply,
    wire::{Made, codes, optional},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(add_dog))
        .routes(routes!(dog, update_dog, remove_dog))
        .routes(routes!(dogs_of))
        .routes(routes!(add_photo))
        .routes(routes!(remove_photo))
}

/// What is known of a dog.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DogWritten {
    name: String,
    breed: Option<String>,
    /// Whole years, up to 40.
    age: Option<u8>,
    #[schema(schema_with = codes::dog_size)]
    size: DogSize,
    /// What its trainer should know.
    #[serde(default)]
    notes: String,
}

impl DogWritten {
    fn facts(&self) -> Result<DogFacts, InvalidValue> {
        Ok(DogFacts {
            name: self.name.parse()?,
            breed: optional(self.breed.as_deref())?,
            age: self.age.map(DogAge::new).transpose()?,
            size: self.size,
            notes: self.notes.parse()?,
        })
    }
}

impl From<DogFacts> for DogWritten {
    fn from(facts: DogFacts) -> Self {
        Self {
            name: facts.name.into(),
            breed: facts.breed.map(Into::into),
            age: facts.age.map(DogAge::get),
            size: facts.size,
            notes: facts.notes.into(),
        }
    }
}

/// A dog.
#[derive(Debug, Serialize, ToSchema)]
struct DogView {
    id: Uuid,
    facts: DogWritten,
}

/// A dog with its photos.
#[derive(Debug, Serialize, ToSchema)]
struct DogWithPhotos {
    id: Uuid,
    facts: DogWritten,
    photos: Vec<PhotoView>,
}

/// A picture of a dog.
#[derive(Debug, Serialize, ToSchema)]
struct PhotoView {
    id: Uuid,
    url: String,
}

impl From<Dog> for DogView {
    fn from(dog: Dog) -> Self {
        Self { id: dog.id.as_uuid(), facts: DogFacts::from(dog).into() }
    }
}

impl From<DogDetails> for DogWithPhotos {
    fn from(details: DogDetails) -> Self {
        let DogDetails { dog, photos } = details;
        let DogView { id, facts } = dog.into_value().into();
        let photos = photos.into_iter().map(|photo| PhotoView::from(photo.into_value()));
        Self { id, facts, photos: photos.collect() }
    }
}

impl From<DogPhoto> for PhotoView {
    fn from(photo: DogPhoto) -> Self {
        Self { id: photo.id.as_uuid(), url: photo.url.into() }
    }
}

/// Adds a dog, as its owner.
#[utoipa::path(
    post, path = "/dogs", tag = "dogs",
    request_body = DogWritten, responses((status = 201, body = Made)),
)]
async fn add_dog(ask: Ask, Body(body): Body<DogWritten>) -> Reply<Created<Made>> {
    ask.as_owner(AddDog { dog: DogId::from_uuid(ask.key.0), facts: body.facts()? }).await?;
    Ok(Created::under(ask.key).at("dogs", ask.key.0))
}

/// Returns a dog with its photos: to its owner, and to trainers who have or had a lesson with it.
#[utoipa::path(
    get, path = "/dogs/{dog}", tag = "dogs",
    params(ActingAs), responses((status = 200, body = DogWithPhotos)),
)]
async fn dog(
    State(app): State<App>,
    by: SignedIn,
    Named(dog): Named<DogId>,
) -> Reply<Json<DogWithPhotos>> {
    Ok(Json(app.platform.dog(by.actor(), dog).await?.into()))
}

/// Replaces what is known of a dog, as its owner.
#[utoipa::path(
    put, path = "/dogs/{dog}", tag = "dogs",
    request_body = DogWritten, responses((status = 204)),
)]
async fn update_dog(
    ask: Ask,
    Named(dog): Named<DogId>,
    Body(body): Body<DogWritten>,
) -> Reply<Done> {
    ask.as_owner(UpdateDog { dog, facts: body.facts()? }).await.map(|()| Done)
}

/// Removes a dog without lessons to come, as its owner.
#[utoipa::path(delete, path = "/dogs/{dog}", tag = "dogs", responses((status = 204)))]
async fn remove_dog(ask: Ask, Named(dog): Named<DogId>) -> Reply<Done> {
    ask.as_owner(RemoveDog { dog }).await.map(|()| Done)
}

/// Returns the dogs that an owner keeps: to the owner, and to admins.
#[utoipa::path(
    get, path = "/owners/{owner}/dogs", tag = "dogs",
    params(ActingAs), responses((status = 200, body = Vec<DogView>)),
)]
async fn dogs_of(
    State(app): State<App>,
    by: SignedIn,
    Named(owner): Named<OwnerId>,
) -> Reply<Json<Vec<DogView>>> {
    let dogs = app.platform.dogs(by.actor(), owner).await?;
    Ok(Json(dogs.into_iter().map(|dog| dog.into_value().into()).collect()))
}

/// Where a picture is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPhoto {
    #[schema(example = "https://photos.example/rex.jpg")]
    url: String,
}

/// Adds a picture of a dog, as its owner.
#[utoipa::path(
    post, path = "/dogs/{dog}/photos", tag = "dogs",
    request_body = NewPhoto, responses((status = 201, body = Made)),
)]
async fn add_photo(
    ask: Ask,
    Named(dog): Named<DogId>,
    Body(body): Body<NewPhoto>,
) -> Reply<Created<Made>> {
    let (photo, url) = (PhotoId::from_uuid(ask.key.0), body.url.parse()?);
    ask.as_owner(AddPhoto { dog, photo, url }).await?;
    Ok(Created::under(ask.key))
}

/// Removes a picture of a dog, as its owner.
#[utoipa::path(delete, path = "/dogs/{dog}/photos/{photo}", tag = "dogs", responses((status = 204)))]
async fn remove_photo(ask: Ask, Named((dog, photo)): Named<(DogId, PhotoId)>) -> Reply<Done> {
    ask.as_owner(RemovePhoto { dog, photo }).await.map(|()| Done)
}
