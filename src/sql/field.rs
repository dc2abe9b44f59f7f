use std::{borrow::Cow, collections::BTreeSet};

use chrono::{NaiveDate, NaiveDateTime};
use uuid::Uuid;

use super::{Kind, Value};
use crate::{
    account::UserStatus,
    audit::{Event, SubjectKind},
    availability::Window,
    booking::{Attendance, BookingStatus, CancelKind, ProposalStatus, Proposer},
    cancellation::CancellationPolicy,
    command::{CommandKind, Fingerprint},
    contact::{
        AddressLine, City, CountryCode, Email, EmailKey, PasswordHash, PersonName, Phone,
        PostalCode, Region,
    },
    dog::DogSize,
    ids::{Id, NotificationId},
    ledger::Account,
    money::{BasisPoints, Currency},
    notification::NotificationKind,
    payment::{DisputeKind, DisputeStatus, PaymentStatus, RefundCause, RefundStatus},
    payout::{PayoutState, PayoutStatus},
    provider::ProviderEvent,
    repository::{BoxError, Version},
    review::Points,
    text::{HttpsUrl, Name, Reason, Text, Token},
    time::{Instant, WallTime, Weekday, ZoneId},
    trainer::BlockSource,
    years::{DogAge, Experience},
};

/// What one column of a row holds, and how it gets there and back through the type's own rules.
pub(crate) trait Field: Sized {
    /// The kind of value that the column stores.
    const KIND: Kind;

    fn encode(&self) -> Result<Value<'_>, BoxError>;

    fn decode(value: Value<'_>) -> Result<Self, BoxError>;
}

fn unexpected<T: Field>(value: &Value<'_>) -> BoxError {
    match value {
        Value::Null => "null where a value must be".into(),
        _ => format!("a value of another kind than {:?}", T::KIND).into(),
    }
}

impl<T: Field> Field for Option<T> {
    const KIND: Kind = T::KIND;

    fn encode(&self) -> Result<Value<'_>, BoxError> {
        self.as_ref().map_or(Ok(Value::Null), T::encode)
    }

    fn decode(value: Value<'_>) -> Result<Self, BoxError> {
        match value {
            Value::Null => Ok(None),
            value => T::decode(value).map(Some),
        }
    }
}

impl<T: Id> Field for T {
    const KIND: Kind = Kind::Uuid;

    fn encode(&self) -> Result<Value<'_>, BoxError> {
        Ok(Value::Uuid(self.as_uuid()))
    }

    fn decode(value: Value<'_>) -> Result<Self, BoxError> {
        Uuid::decode(value).map(T::from_uuid)
    }
}

macro_rules! plain_fields {
    ($($ty:ty as $kind:ident;)+) => {$(
        impl Field for $ty {
            const KIND: Kind = Kind::$kind;

            fn encode(&self) -> Result<Value<'_>, BoxError> {
                Ok(Value::$kind(*self))
            }

            fn decode(value: Value<'_>) -> Result<Self, BoxError> {
                match value {
                    Value::$kind(value) => Ok(value),
                    other => Err(unexpected::<Self>(&other)),
                }
            }
        }
    )+};
}

plain_fields! {
    bool as Bool;
    i64 as Integer;
    Uuid as Uuid;
    Instant as Instant;
    NaiveDate as Date;
    WallTime as Time;
    NaiveDateTime as LocalDateTime;
}

/// Types that are stored through a number that they can be made of.
macro_rules! number_fields {
    ($($ty:ty as $number:ty;)+) => {$(
        impl Field for $ty {
            const KIND: Kind = Kind::Integer;

            fn encode(&self) -> Result<Value<'_>, BoxError> {
                Ok(Value::Integer(i64::from(<$number>::from(*self))))
            }

            fn decode(value: Value<'_>) -> Result<Self, BoxError> {
                Ok(Self::try_from(<$number>::try_from(i64::decode(value)?)?)?)
            }
        }
    )+};
}

number_fields! {
    u16 as u16;
    u32 as u32;
    i32 as i32;
    BasisPoints as u16;
    Points as u8;
    Experience as u8;
    DogAge as u8;
    Weekday as u8;
}

/// Types that are stored as text: how it is borrowed, and `FromStr` for the way back.
macro_rules! text_fields {
    ($($ty:ty => $text:expr;)+) => {$(
        impl Field for $ty {
            const KIND: Kind = Kind::Text;

            fn encode(&self) -> Result<Value<'_>, BoxError> {
                let text: fn(&Self) -> &str = $text;
                Ok(Value::Text(Cow::Borrowed(text(self))))
            }

            fn decode(value: Value<'_>) -> Result<Self, BoxError> {
                match value {
                    Value::Text(text) => Ok(text.parse()?),
                    other => Err(unexpected::<Self>(&other)),
                }
            }
        }
    )+};
}

text_fields! {
    String => Self::as_str;
    Name => Self::as_str;
    Reason => Self::as_str;
    Text => Self::as_str;
    Token => Self::as_str;
    HttpsUrl => Self::as_str;
    PersonName => Self::as_str;
    Email => Self::as_str;
    EmailKey => Self::as_str;
    Phone => Self::as_str;
    PasswordHash => Self::expose;
    AddressLine => Self::as_str;
    City => Self::as_str;
    Region => Self::as_str;
    PostalCode => Self::as_str;
    CountryCode => Self::as_str;
    Currency => Self::code;
    ZoneId => |zone| zone.as_str();
    UserStatus => |code| code.code();
    SubjectKind => |code| code.code();
    BookingStatus => |code| code.code();
    CancelKind => |code| code.code();
    Attendance => |code| code.code();
    ProposalStatus => |code| code.code();
    Proposer => |code| code.code();
    CommandKind => |code| code.code();
    DogSize => |code| code.code();
    NotificationKind => |code| code.code();
    PaymentStatus => |code| code.code();
    RefundStatus => |code| code.code();
    RefundCause => |code| code.code();
    DisputeKind => |code| code.code();
    DisputeStatus => |code| code.code();
    PayoutState => |code| code.code();
    PayoutStatus => |code| code.code();
    BlockSource => |code| code.code();
}

impl Field for Account {
    const KIND: Kind = Kind::Text;

    fn encode(&self) -> Result<Value<'_>, BoxError> {
        Ok(Value::Text(Cow::Owned(self.to_string())))
    }

    fn decode(value: Value<'_>) -> Result<Self, BoxError> {
        match value {
            Value::Text(text) => Ok(text.parse()?),
            other => Err(unexpected::<Self>(&other)),
        }
    }
}

impl Field for Fingerprint {
    const KIND: Kind = Kind::Uuid;

    fn encode(&self) -> Result<Value<'_>, BoxError> {
        Ok(Value::Uuid(self.as_uuid()))
    }

    fn decode(value: Value<'_>) -> Result<Self, BoxError> {
        Uuid::decode(value).map(Self::from_uuid)
    }
}

impl Field for Version {
    const KIND: Kind = Kind::Integer;

    fn encode(&self) -> Result<Value<'_>, BoxError> {
        Ok(Value::Integer(self.as_i64()))
    }

    fn decode(value: Value<'_>) -> Result<Self, BoxError> {
        i64::decode(value).map(Self::from_i64)
    }
}

/// Small values that no query looks into.
macro_rules! json_fields {
    ($($ty:ty;)+) => {$(
        impl Field for $ty {
            const KIND: Kind = Kind::Json;

            fn encode(&self) -> Result<Value<'_>, BoxError> {
                Ok(Value::Json(Cow::Owned(serde_json::to_string(self)?)))
            }

            fn decode(value: Value<'_>) -> Result<Self, BoxError> {
                match value {
                    Value::Json(text) => Ok(serde_json::from_str(&text)?),
                    other => Err(unexpected::<Self>(&other)),
                }
            }
        }
    )+};
}

json_fields! {
    CancellationPolicy;
    Event;
    ProviderEvent;
    Vec<Window>;
    Vec<DogSize>;
    Vec<NotificationId>;
    BTreeSet<NotificationKind>;
}
