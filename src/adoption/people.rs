//! Roles, users, owners, locations and trainers.

use uuid::Uuid;

use super::{Flag, LeftBehind, Reason, Remark, SourceTable, Spare, piece::Piece, reading::Reading};
use crate::{
    account::{Location, Owner, Role, RoleName, User, UserRole, UserStatus},
    audit::{Subject, SubjectKind},
    contact::{
        Address, AddressLine, City, Email, PasswordHash, PersonName, Phone, PostalCode, Region,
    },
    geo::GeoPoint,
    ids::{LocationId, RoleId, UserId},
    repository::{Change, Write},
    text::Name,
    trainer::{CalendarGuard, Rating, Trainer},
    years::Experience,
};

pub(super) fn role(reading: &mut Reading<'_>) -> Option<Piece> {
    let name = reading.text("name").unwrap_or_default();
    if reading.context.terms.role_of(&name).is_some() {
        // The target has it from the start.
        return reading.piece(None, Vec::new());
    }
    // As a role of the service's own it would give its holders nothing.
    let is_misspelled = reading.context.terms.role_of(&name.trim().to_lowercase()).is_some();
    reading.require(!is_misspelled, "name", Reason::MisspelledRole);
    let name = reading.parsed("name", Name::parse)?;
    reading.require_first("name", Reason::DuplicateRole);
    let role = Role { id: reading.id(), name, updated_at: reading.context.now };
    let subject = Subject::new(SubjectKind::Role, role.id);
    reading.piece(Some(subject), vec![Write::Insert(role).into()])
}

pub(super) fn user(reading: &mut Reading<'_>) -> Option<Piece> {
    let status = reading.code("status", Reason::UnknownStatus);
    let dates = reading.made_and_changed();
    let id: UserId = reading.id();
    let user = if status == Some(UserStatus::Deleted) {
        // Whatever the service kept of a deleted user is not taken over.
        let (created_at, updated_at) = dates?;
        User {
            id,
            email: Email::tombstone(id),
            password: None,
            first_name: PersonName::tombstone(),
            last_name: PersonName::tombstone(),
            phone: None,
            status: UserStatus::Deleted,
            created_at,
            updated_at,
        }
    } else {
        let email = reading.parsed("email", Email::parse);
        if email.is_some() {
            reading.require_first("email", Reason::DuplicateEmail);
        }
        let password = reading.spare(Spare::Password, PasswordHash::parse);
        let first_name = reading.parsed("first_name", PersonName::parse);
        let last_name = reading.parsed("last_name", PersonName::parse);
        let phone = reading.spare(Spare::Phone, Phone::parse);
        let (created_at, updated_at) = dates?;
        User {
            id,
            email: email?,
            password,
            first_name: first_name?,
            last_name: last_name?,
            phone,
            status: status?,
            created_at,
            updated_at,
        }
    };
    reading.piece(Some(Subject::new(SubjectKind::User, id)), vec![Write::Insert(user).into()])
}

pub(super) fn user_role(reading: &mut Reading<'_>) -> Option<Piece> {
    let user: Option<UserId> = reading.parent("user_id", SourceTable::Users, "user_found");
    let role: Option<RoleId> = reading.parent("role_id", SourceTable::Roles, "role_found");
    let nth: i64 = reading.get("nth_alike").unwrap_or(1);
    reading.require(nth == 1, "role_id", Reason::DuplicateRole);
    reading.leave_if_erased();
    // The roles that the library seeds have ids of their own.
    let name = reading.text("role_name").unwrap_or_default();
    let (user, role) = (user?, reading.context.terms.role_of(&name).unwrap_or(role?));
    let held = UserRole { user, role, updated_at: reading.context.now };
    let subject = Subject::new(SubjectKind::User, user);
    reading.piece(Some(subject), vec![Write::Insert(held).into()])
}

pub(super) fn owner(reading: &mut Reading<'_>) -> Option<Piece> {
    let user = reading.parent("user_id", SourceTable::Users, "user_found");
    reading.require_first("user_id", Reason::DuplicateProfile);
    let granted = missing_role(reading, user, RoleName::Owner);
    let (created_at, updated_at) = reading.made_and_changed()?;
    let owner = Owner { id: reading.id(), user: user?, created_at, updated_at };
    let subject = Subject::new(SubjectKind::Owner, owner.id);
    let mut changes = vec![Write::Insert(owner).into()];
    changes.extend(granted);
    reading.piece(Some(subject), changes)
}

/// Looks for the role without which nobody can act in a profile, and grants it where that is
/// declared.
fn missing_role(reading: &mut Reading<'_>, user: Option<UserId>, role: RoleName) -> Option<Change> {
    let user = user?;
    let names: Vec<Option<String>> = reading.get("role_names").unwrap_or_default();
    let terms = reading.context.terms;
    let is_held = names.iter().flatten().any(|name| terms.role_of(name) == Some(role.id()));
    // The roles of who is erased stay behind.
    if is_held || reading.is_erased() {
        return None;
    }
    reading.require(terms.grants_roles, "user_id", Reason::MissingRole);
    reading.remark(Remark::GrantedRole);
    let held = UserRole { user, role: role.id(), updated_at: reading.context.now };
    Some(Write::Insert(held).into())
}

pub(super) fn location(reading: &mut Reading<'_>) -> Option<Piece> {
    let country = reading.context.terms.country;
    let user = reading.parent("user_id", SourceTable::Users, "user_found");
    let line = reading.parsed("address", AddressLine::parse);
    let city = reading.parsed("city", City::parse);
    let state = reading.spare(Spare::State, Region::parse);
    let code = reading.spare(Spare::ZipCode, |text| PostalCode::parse_in(country, text));
    let latitude: Option<f64> = reading.get("latitude");
    let longitude: Option<f64> = reading.get("longitude");
    reading.require(latitude.is_some(), "latitude", Reason::Missing);
    reading.require(longitude.is_some(), "longitude", Reason::Missing);
    let point = match latitude.zip(longitude).map(|(lat, lon)| GeoPoint::from_degrees(lat, lon)) {
        Some(Err(error)) => {
            let column = if error.what() == "latitude" { "latitude" } else { "longitude" };
            reading.fault(Some(column), error.into());
            None
        }
        Some(Ok(point)) => Some(point),
        None => None,
    };
    reading.leave_if_erased();
    let now = reading.context.now;
    let location = Location {
        id: reading.id(),
        user: user?,
        // The postal code has the form of the country.
        address: Address::new(line?, city?, state, code, country).ok()?,
        point: point?,
        created_at: now,
        updated_at: now,
    };
    let subject = Subject::new(SubjectKind::Location, location.id);
    reading.piece(Some(subject), vec![Write::Insert(location).into()])
}

pub(super) fn trainer(reading: &mut Reading<'_>) -> Option<Piece> {
    let user = reading.parent("user_id", SourceTable::Users, "user_found");
    reading.require_first("user_id", Reason::DuplicateProfile);
    let years_of_experience = reading.number("years_of_experience", Experience::new);
    let bio = reading.long_text("bio");
    let is_verified = reading.flag(Flag::Verified);
    let granted = missing_role(reading, user, RoleName::Trainer);
    let place: Option<Uuid> = reading.get("location_id");
    let dates = reading.made_and_changed();
    let is_erased = reading.is_erased();
    let (terms, now) = (reading.context.terms, reading.context.now);
    let (created_at, updated_at) = dates?;
    let trainer = Trainer {
        id: reading.id(),
        user: user?,
        years_of_experience: years_of_experience?,
        bio: bio?,
        is_verified: is_verified?,
        rating: Rating::default(),
        time_zone: terms.trainer_zone,
        search_location: place.map(LocationId::from_uuid),
        policy: terms.policy.clone(),
        created_at,
        updated_at,
    };
    let trainer = if is_erased { trainer.erase(updated_at) } else { trainer };
    let guard = CalendarGuard { trainer: trainer.id, updated_at: now };
    let subject = Subject::new(SubjectKind::Trainer, trainer.id);
    let mut changes = vec![Write::Insert(trainer).into(), Write::Insert(guard).into()];
    changes.extend(granted);
    reading.piece(Some(subject), changes)
}

/// Rows that only say what happened: they have no place in the library.
pub(super) fn not_kept(reading: &mut Reading<'_>) -> Option<Piece> {
    reading.leave(LeftBehind::NotKept);
    None
}
