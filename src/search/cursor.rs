use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Order, SortKey};
use crate::{
    error::{InvalidValue, Problem},
    ids::TrainerId,
    time::Instant,
};

/// Where the next page of a search begins: behind the trainer with this key.
///
/// Opaque: a client stores its text and hands it back with the same search. A trainer whose key did
/// not change in between is neither repeated nor skipped. What is free is computed for the instant at
/// which the search began, on every page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SearchCursor {
    pub(crate) order: Order,
    /// Which search this is, its order included.
    pub(crate) digest: u64,
    /// When the first page was asked for.
    pub(crate) as_of: Instant,
    pub(crate) last: SortKey,
    /// How many trainers came before; it only says how far to look at once.
    pub(crate) seen: u32,
}

impl SearchCursor {
    /// Returns the instant for which the whole search is answered.
    #[must_use]
    pub const fn as_of(&self) -> Instant {
        self.as_of
    }
}

impl fmt::Display for SearchCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { order, digest, as_of, last, seen } = self;
        write!(
            f,
            "{order}.{digest:x}.{:x}.{:x}.{}.{seen:x}",
            as_of.as_micros(),
            last.value,
            last.trainer.as_uuid().simple()
        )
    }
}

impl FromStr for SearchCursor {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let malformed = || InvalidValue::new("search_cursor", Problem::Malformed("a cursor"));
        let parts: Vec<&str> = text.split('.').collect();
        let [order, digest, as_of, value, trainer, seen] = parts[..] else {
            return Err(malformed());
        };
        let number = |text| u64::from_str_radix(text, 16).map_err(|_| malformed());
        let micros = i64::try_from(number(as_of)?).map_err(|_| malformed())?;
        let trainer = Uuid::try_parse(trainer).map_err(|_| malformed())?;
        Ok(Self {
            order: order.parse().map_err(|_| malformed())?,
            digest: number(digest)?,
            as_of: Instant::from_micros(micros)?,
            last: SortKey {
                value: number(value)?.cast_signed(),
                trainer: TrainerId::from_uuid(trainer),
            },
            seen: u32::try_from(number(seen)?).map_err(|_| malformed())?,
        })
    }
}

impl TryFrom<String> for SearchCursor {
    type Error = InvalidValue;

    fn try_from(text: String) -> Result<Self, InvalidValue> {
        text.parse()
    }
}

impl From<SearchCursor> for String {
    fn from(cursor: SearchCursor) -> Self {
        cursor.to_string()
    }
}
