use super::{Bind, BoxError, Field, Fields, Part, Statements, record};
use crate::{
    account::{Location, Owner, Role, User, UserRole, UserStatus},
    contact::{
        Address, AddressLine, City, CountryCode, Email, EmailKey, PasswordHash, PersonName, Phone,
        PostalCode, Region,
    },
    geo::GeoPoint,
    ids::{LocationId, OwnerId, RoleId, UserId},
    text::Name,
    time::Instant,
};

record! {
    Role as role, VERSIONED
    key { id: RoleId = role.id; }
    data {
        name: Name = role.name;
        updated_at: Instant = role.updated_at;
    }
    => Role { id, name, updated_at }
}

record! {
    User as user, VERSIONED
    key { id: UserId = user.id; }
    data {
        email: Email = user.email;
        password: Option<PasswordHash> = user.password;
        first_name: PersonName = user.first_name;
        last_name: PersonName = user.last_name;
        phone: Option<Phone> = user.phone;
        status: UserStatus = user.status;
        created_at: Instant = user.created_at;
        updated_at: Instant = user.updated_at;
    }
    derived { email_key: EmailKey = user.email.key(); }
    => User { id, email, password, first_name, last_name, phone, status, created_at, updated_at }
}

record! {
    UserRole as held, VERSIONED
    key {
        user_id: UserId = held.user;
        role_id: RoleId = held.role;
    }
    data { updated_at: Instant = held.updated_at; }
    => UserRole { user: user_id, role: role_id, updated_at }
}

record! {
    Owner as owner, VERSIONED
    key { id: OwnerId = owner.id; }
    data {
        user_id: UserId = owner.user;
        created_at: Instant = owner.created_at;
        updated_at: Instant = owner.updated_at;
    }
    => Owner { id, user: user_id, created_at, updated_at }
}

record! {
    Location as location, VERSIONED
    key { id: LocationId = location.id; }
    data {
        user_id: UserId = location.user;
        address: AddressLine = location.address.line().clone();
        city: City = location.address.city().clone();
        state: Option<Region> = location.address.state().cloned();
        zip_code: Option<PostalCode> = location.address.postal_code().cloned();
        country_code: CountryCode = location.address.country();
        latitude: i32 = location.point.latitude();
        longitude: i32 = location.point.longitude();
        created_at: Instant = location.created_at;
        updated_at: Instant = location.updated_at;
    }
    derived {
        public_latitude: i32 = location.public_point().latitude();
        public_longitude: i32 = location.public_point().longitude();
    }
    => Location {
        id,
        user: user_id,
        address: Address::new(address, city, state, zip_code, country_code)?,
        point: GeoPoint::new(latitude, longitude)?,
        created_at,
        updated_at,
    }
}
