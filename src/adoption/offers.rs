//! What trainers offer and when they work; and dogs.

use chrono::{NaiveDate, Timelike as _};

use super::{
    Flag, Reason, SourceTable, Spare,
    piece::Piece,
    reading::{Reading, whole_number},
};
use crate::{
    audit::{Subject, SubjectKind},
    availability::Window,
    dog::{Dog, DogPhoto},
    error::{InvalidValue, Problem},
    ids::{DogId, OwnerId, TrainerId},
    repository::{Entity, Write},
    text::{HttpsUrl, Name},
    time::{WallTime, Weekday},
    trainer::{Certification, HoursWindow, LESSON_MAX_MINUTES, LESSON_MIN_MINUTES, Service},
    years::DogAge,
};

fn trainer(reading: &mut Reading<'_>) -> Option<TrainerId> {
    reading.parent("trainer_id", SourceTable::Trainers, "trainer_found")
}

/// Reads a name; what stands there of a deleted user does not matter, and may be blank.
fn kept_name(reading: &mut Reading<'_>, is_erased: bool) -> Option<Name> {
    if is_erased { Some(Name::tombstone()) } else { reading.parsed("name", Name::parse) }
}

pub(super) fn service(reading: &mut Reading<'_>) -> Option<Piece> {
    let trainer = trainer(reading);
    let is_erased = reading.is_erased();
    let name = kept_name(reading, is_erased);
    let description = reading.long_text("description");
    let duration_minutes = reading.number("duration_minutes", |minutes: u16| {
        crate::error::within("duration_minutes", minutes, LESSON_MIN_MINUTES, LESSON_MAX_MINUTES)?;
        Ok(minutes)
    });
    let price = reading.price("price");
    let is_active = reading.flag(Flag::Active);
    let dates = reading.made_and_changed();
    let (created_at, updated_at) = dates?;
    let service = Service {
        id: reading.id(),
        trainer: trainer?,
        name: name?,
        description: description?,
        duration_minutes: duration_minutes?,
        price: price?,
        is_active: is_active?,
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        accepted_dog_sizes: Vec::new(),
        created_at,
        updated_at,
    };
    let service = if is_erased { service.erase(updated_at) } else { service };
    let subject = Subject::new(SubjectKind::Service, service.id);
    reading.piece(Some(subject), vec![Write::Insert(service).into()])
}

pub(super) fn certification(reading: &mut Reading<'_>) -> Option<Piece> {
    let trainer = trainer(reading);
    let name = reading.parsed("name", Name::parse);
    let issued_by = reading.parsed("issued_by", Name::parse);
    let issued_at = reading.parsed("issued_at", date);
    let dates = reading.made_and_changed();
    reading.leave_if_erased();
    let (created_at, updated_at) = dates?;
    let certification = Certification {
        id: reading.id(),
        trainer: trainer?,
        name: name?,
        issued_by: issued_by?,
        issued_at: issued_at?,
        created_at,
        updated_at,
    };
    if let Err(error) = certification.check() {
        reading.fault(Some("issued_at"), error.into());
    }
    let subject = Subject::new(SubjectKind::Certification, certification.id);
    reading.piece(Some(subject), vec![Write::Insert(certification).into()])
}

/// Reads a date; a `timestamp` is cut off to its date.
fn date(text: &str) -> Result<NaiveDate, InvalidValue> {
    let day = text.split(' ').next().unwrap_or_default();
    NaiveDate::parse_from_str(day, "%Y-%m-%d")
        .map_err(|_| InvalidValue::new("issued_at", Problem::Malformed("a date")))
}

pub(super) fn hours_window(reading: &mut Reading<'_>) -> Option<Piece> {
    let trainer = trainer(reading);
    let weekday = reading.number("day_of_week", Weekday::from_number);
    let start = wall_time(reading, "start_time", false);
    let end = wall_time(reading, "end_time", true);
    let dates = reading.made_and_changed();
    let (created_at, updated_at) = dates?;
    let window = HoursWindow {
        id: reading.id(),
        trainer: trainer?,
        weekday: weekday?,
        window: Window::new(start?, end?),
        created_at,
        updated_at,
    };
    let subject = Subject::new(SubjectKind::Trainer, window.trainer);
    reading.piece(Some(subject), vec![Write::Insert(window).into()])
}

/// Reads a `time`. Postgres has a 24:00, which as an end is the midnight that a window ends on.
fn wall_time(reading: &mut Reading<'_>, column: &'static str, is_end: bool) -> Option<WallTime> {
    let malformed = InvalidValue::new(column, Problem::Malformed("a time of day"));
    let text = reading.parsed(column, |text| Ok(text.to_owned()))?;
    if is_end && text == "24:00:00" {
        return Some(WallTime::MIDNIGHT);
    }
    let Ok(time) = text.parse::<chrono::NaiveTime>() else {
        reading.fault(Some(column), malformed.into());
        return None;
    };
    let seconds = time.num_seconds_from_midnight();
    if seconds % 60 != 0 || time.nanosecond() != 0 {
        reading.fault(Some(column), Reason::FractionalMinutes);
        return None;
    }
    WallTime::from_minutes(u16::try_from(seconds / 60).ok()?).ok()
}

pub(super) fn dog(reading: &mut Reading<'_>) -> Option<Piece> {
    let owner: Option<OwnerId> = reading.parent("owner_id", SourceTable::Owners, "owner_found");
    let is_erased = reading.is_erased();
    let name = kept_name(reading, is_erased);
    let breed = reading.spare(Spare::Breed, Name::parse);
    let age = reading.spare(Spare::Age, |text| {
        let bad = InvalidValue::new("age", Problem::Malformed("whole years"));
        match whole_number::<u8>(text) {
            Ok(years) => DogAge::new(years),
            Err(Reason::OutOfRange) => DogAge::new(u8::MAX),
            Err(_) => Err(bad),
        }
    });
    let size = reading.code("size", Reason::UnknownSize);
    let notes = reading.long_text("notes");
    let dates = reading.made_and_changed();
    let (created_at, updated_at) = dates?;
    let dog = Dog {
        id: reading.id(),
        owner: owner?,
        name: name?,
        breed,
        age,
        size: size?,
        notes: notes?,
        removed_at: None,
        created_at,
        updated_at,
    };
    let dog = if is_erased { dog.erase(updated_at) } else { dog };
    let subject = Subject::new(SubjectKind::Dog, dog.id);
    reading.piece(Some(subject), vec![Write::Insert(dog).into()])
}

pub(super) fn photo(reading: &mut Reading<'_>) -> Option<Piece> {
    let dog: Option<DogId> = reading.parent("dog_id", SourceTable::Dogs, "dog_found");
    let url = reading.parsed("photo_url", HttpsUrl::parse);
    let created_at = reading.written("created_at");
    reading.leave_if_erased();
    let created_at = created_at?;
    let photo =
        DogPhoto { id: reading.id(), dog: dog?, url: url?, created_at, updated_at: created_at };
    let subject = Subject::new(SubjectKind::Dog, photo.dog);
    reading.piece(Some(subject), vec![Write::Insert(photo).into()])
}
