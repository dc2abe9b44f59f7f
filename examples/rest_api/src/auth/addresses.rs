//! Secret addresses of calendar feeds: a calendar app cannot sign in, so whoever knows the address reads.
//!
//! Each is a random token of which only a digest is kept, and holds until it is renewed or revoked.

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use sitstay::{command::Actor, ids::UserId, time::Instant};
use uuid::Uuid;

use super::{Digests, Token};
use crate::problem::Reply;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS addresses (
        user_id TEXT NOT NULL,
        side TEXT NOT NULL,
        digest BLOB NOT NULL UNIQUE,
        made_at INTEGER NOT NULL, -- microseconds since 1970
        PRIMARY KEY (user_id, side)
    ) STRICT, WITHOUT ROWID;
";

/// Whose lessons a feed holds: a user may have both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Side {
    /// The lessons that one's dogs take.
    Owner,
    /// The lessons that one gives.
    Trainer,
}

impl Side {
    pub(crate) const ALL: [Self; 2] = [Self::Owner, Self::Trainer];

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Trainer => "trainer",
        }
    }

    pub(crate) const fn actor(self, user: UserId) -> Actor {
        match self {
            Self::Owner => Actor::owner(user),
            Self::Trainer => Actor::trainer(user),
        }
    }

    fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|side| side.code() == code)
    }
}

/// Who has an address.
#[derive(Debug, Clone)]
pub(crate) struct Addresses(Digests);

impl Addresses {
    pub(crate) fn new(digests: Digests) -> rusqlite::Result<Self> {
        digests.prepare(SCHEMA)?;
        Ok(Self(digests))
    }

    /// Makes an address; the one before does not hold any more.
    pub(crate) async fn renew(&self, user: UserId, side: Side, now: Instant) -> Reply<Token> {
        let token = Token::random();
        let made = "INSERT OR REPLACE INTO addresses VALUES (?1, ?2, ?3, ?4)";
        let row = (user.to_string(), side.code(), token.digest(), now.as_micros());
        self.0.execute(made, row).await?;
        Ok(token)
    }

    /// Returns whose lessons an address shows.
    pub(crate) async fn reader(&self, token: &Token) -> Reply<Option<(UserId, Side)>> {
        let digest = token.digest();
        let query = "SELECT user_id, side FROM addresses WHERE digest = ?1";
        let found: Option<(String, String)> = self
            .0
            .with(move |database| {
                let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
                database.query_row(query, params![digest], read).optional()
            })
            .await?;
        Ok(found.and_then(|(user, side)| {
            Some((UserId::from_uuid(Uuid::try_parse(&user).ok()?), Side::of(&side)?))
        }))
    }

    /// Returns which addresses a user has, and since when.
    pub(crate) async fn of(&self, user: UserId) -> Reply<Vec<(Side, Instant)>> {
        let query = "SELECT side, made_at FROM addresses WHERE user_id = ?1 ORDER BY side";
        let found: Vec<(String, i64)> = self
            .0
            .with(move |database| {
                let mut query = database.prepare(query)?;
                let rows = query
                    .query_map(params![user.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))?;
                rows.collect()
            })
            .await?;
        let known = found.into_iter().filter_map(|(side, at)| Some((Side::of(&side)?, at)));
        known.map(|(side, at)| Ok((side, Instant::from_micros(at)?))).collect()
    }

    /// Takes one address back.
    pub(crate) async fn revoke(&self, user: UserId, side: Side) -> Reply<()> {
        let gone = "DELETE FROM addresses WHERE user_id = ?1 AND side = ?2";
        self.0.execute(gone, (user.to_string(), side.code())).await
    }

    /// Takes every address of a user back.
    pub(crate) async fn revoke_all(&self, user: UserId) -> Reply<()> {
        let gone = "DELETE FROM addresses WHERE user_id = ?1";
        self.0.execute(gone, (user.to_string(),)).await
    }
}
