use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    error::{InvalidValue, Problem, within},
    time::Instant,
};

/// A place in a list: after the row with this key.
///
/// Opaque: a client stores its text and hands it back for the next page. A row whose key did not
/// change is neither repeated nor skipped, whatever is written in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cursor {
    at: Instant,
    id: Uuid,
}

impl Cursor {
    /// Makes the cursor behind the row with this sort key.
    #[must_use]
    pub const fn new(at: Instant, id: Uuid) -> Self {
        Self { at, id }
    }

    /// Returns the instant in the sort key.
    #[must_use]
    pub const fn at(self) -> Instant {
        self.at
    }

    /// Returns the id in the sort key, which breaks ties.
    #[must_use]
    pub const fn id(self) -> Uuid {
        self.id
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}.{}", self.at.as_micros(), self.id.simple())
    }
}

impl FromStr for Cursor {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let malformed = || InvalidValue::new("cursor", Problem::Malformed("a cursor"));
        let (at, id) = text.split_once('.').ok_or_else(malformed)?;
        let micros = i64::from_str_radix(at, 16).map_err(|_| malformed())?;
        let id = Uuid::try_parse(id).map_err(|_| malformed())?;
        Ok(Self { at: Instant::from_micros(micros)?, id })
    }
}

impl TryFrom<String> for Cursor {
    type Error = InvalidValue;

    fn try_from(text: String) -> Result<Self, InvalidValue> {
        text.parse()
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.to_string()
    }
}

/// Which page of a list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    after: Option<Cursor>,
    limit: u16,
}

impl PageRequest {
    /// The first 200 rows, which is the longest page.
    pub const MAX: Self = Self { after: None, limit: 200 };

    /// Asks for the first `limit` rows, 1 to 200.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] outside of that.
    pub fn first(limit: u16) -> Result<Self, InvalidValue> {
        within("page_limit", limit, 1, 200)?;
        Ok(Self { after: None, limit })
    }

    /// Asks for as many rows after a cursor; `None` stays at the beginning.
    #[must_use]
    pub const fn after(self, cursor: Option<Cursor>) -> Self {
        Self { after: cursor, limit: self.limit }
    }

    /// Leaves out what is not before an instant, where the newest rows come first; `None` leaves
    /// out nothing.
    #[must_use]
    pub fn before(self, until: Option<Instant>) -> Self {
        // No id is below this one, so that no row of that instant comes after the cursor.
        let end = until.map(|until| Cursor::new(until, Uuid::nil()));
        let cursors = [self.after, end].into_iter().flatten();
        self.after(cursors.min_by_key(|cursor| (cursor.at, cursor.id)))
    }

    /// Returns the cursor after which the page begins.
    #[must_use]
    pub const fn cursor(self) -> Option<Cursor> {
        self.after
    }

    /// Returns the largest number of rows on the page.
    #[must_use]
    pub const fn limit(self) -> u16 {
        self.limit
    }
}

impl Default for PageRequest {
    /// The first 50 rows.
    fn default() -> Self {
        Self { after: None, limit: 50 }
    }
}

/// One page of a list.
///
/// # Example: a client carries the place of the next page
///
/// ```
/// use sitstay::{
///     repository::{Cursor, Page, PageRequest},
///     time::Instant,
/// };
/// use uuid::Uuid;
///
/// let key = |row: &u128| Cursor::new(Instant::MIN, Uuid::from_u128(*row));
/// let request = PageRequest::first(2)?;
/// let page = Page::cut(vec![1, 2, 3], request, key);
/// assert_eq!(page.items, [1, 2]);
///
/// let text = page.next.map(|next| next.to_string()).unwrap_or_default();
/// let next = request.after(Some(text.parse()?));
/// assert_eq!(next.cursor(), page.next);
/// # Ok::<(), sitstay::error::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    /// The rows, in the list's order.
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Cuts a page from rows of which one more than the limit was read, if there were as many.
    #[must_use]
    pub fn cut(mut rows: Vec<T>, request: PageRequest, key: impl FnOnce(&T) -> Cursor) -> Self {
        let limit = usize::from(request.limit);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(key) } else { None };
        Self { items: rows, next }
    }

    /// Turns every row into something else.
    #[must_use]
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(change).collect(), next: self.next }
    }
}
