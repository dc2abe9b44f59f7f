use serde::{Deserialize, Serialize};

use super::lessons::{LessonSummary, Names};
use crate::{
    account::User,
    audit::SubjectKind,
    authority::{Capacity, Denied},
    command::Actor,
    contact::{Address, Email, PersonName, Phone},
    dog::DogFacts,
    geo::GeoPoint,
    ids::BookingId,
    platform::{Error, Platform, acting::Acting, reading::reads},
    repository::BookingFile,
    text::Reason,
    time::Instant,
};

/// A lesson with all that its reader may see of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonDetails {
    /// What both sides see at any time.
    pub lesson: LessonSummary,
    /// The dog, with the notes that its trainer should know.
    pub dog: DogFacts,
    /// Why it was cancelled, in the words of who did.
    pub cancellation_reason: Option<Reason>,
    /// The owner.
    pub owner: LessonParty,
    /// The trainer.
    pub trainer: LessonParty,
}

/// One side of a lesson, as its reader may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonParty {
    /// First name.
    pub first_name: PersonName,
    /// Last name: an owner's is seen together with the contact.
    pub last_name: Option<PersonName>,
    /// How to reach them: seen by the other side from acceptance until the platform's contact
    /// window after the lesson, and by admins.
    pub contact: Option<Contact>,
}

/// How to reach somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Where mail goes.
    pub email: Email,
    /// Where calls go.
    pub phone: Option<Phone>,
    /// Their places.
    pub places: Vec<Place>,
}

/// An exact place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The address.
    pub address: Address,
    /// The coordinates.
    pub point: GeoPoint,
}

/// Who reads a lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Owner,
    Trainer,
    Neither,
}

fn side(reader: &Acting, file: &BookingFile) -> Result<Side, Error> {
    let parties = [file.owner_party.user.id, file.trainer_party.user.id];
    match reader.capacity {
        Capacity::Owner if reader.owner_id() == Some(file.owner.id) => Ok(Side::Owner),
        Capacity::Trainer if reader.trainer_id() == Some(file.trainer.id) => Ok(Side::Trainer),
        Capacity::Admin if reader.user_id().is_some_and(|user| parties.contains(&user)) => {
            Err(Denied::IsParty.into())
        }
        Capacity::Admin | Capacity::System => Ok(Side::Neither),
        _ => Err(Error::NotFound(SubjectKind::Booking)),
    }
}

impl Platform {
    /// Returns a lesson with all that its reader may see of it.
    ///
    /// Until a lesson is accepted, its trainer sees the owner's first name, the dog and its notes.
    /// One's own contact is left out.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] to who is no party to it, apart from admins and the system.
    pub async fn lesson(
        &self,
        actor: Actor,
        booking: BookingId,
        now: Instant,
    ) -> Result<LessonDetails, Error> {
        let missing = || Error::NotFound(SubjectKind::Booking);
        let (reader, file) = self.repository().booking_file(reads(actor), booking).await?;
        let reader = Acting::read(actor, reader.standing)?;
        let file = file.ok_or_else(missing)?;
        let side = side(&reader, &file)?;
        let service = match file.booking.service {
            Some(service) => self.repository().service(service).await?,
            None => None,
        };
        let (owner, trainer) = (&file.owner_party.user, &file.trainer_party.user);
        let names = Names {
            trainer: (trainer.first_name.clone(), trainer.last_name.clone()),
            owner: owner.first_name.clone(),
            dog: file.dog.name.clone(),
            service: service.map(|service| service.name.clone()),
        };
        let is_open = file.booking.reveals_contacts(self.policy().contact_window, now);
        let sees = |other: Side| side == Side::Neither || (side == other && is_open);
        let owners_contact = self.contact(owner, sees(Side::Trainer)).await?;
        let trainers_contact = self.contact(trainer, sees(Side::Owner)).await?;
        let sees_owner = side == Side::Owner || owners_contact.is_some();
        let cancellation = file.booking.cancellation.as_ref();
        Ok(LessonDetails {
            cancellation_reason: cancellation.and_then(|cancelled| cancelled.reason.clone()),
            lesson: LessonSummary::new(&file.booking, names, now),
            owner: LessonParty {
                first_name: owner.first_name.clone(),
                last_name: sees_owner.then(|| owner.last_name.clone()),
                contact: owners_contact,
            },
            trainer: LessonParty {
                first_name: trainer.first_name.clone(),
                last_name: Some(trainer.last_name.clone()),
                contact: trainers_contact,
            },
            dog: DogFacts::from(file.dog.into_value()),
        })
    }

    async fn contact(&self, user: &User, is_seen: bool) -> Result<Option<Contact>, Error> {
        if !is_seen {
            return Ok(None);
        }
        let locations = self.repository().locations(user.id).await?;
        let places = locations.into_iter().map(|location| {
            let location = location.into_value();
            Place { address: location.address, point: location.point }
        });
        let (email, phone) = (user.email.clone(), user.phone.clone());
        Ok(Some(Contact { email, phone, places: places.collect() }))
    }
}
