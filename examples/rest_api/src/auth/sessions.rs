//! Sessions: random tokens, of which only a digest is kept, and until when each holds.

use std::{fmt, sync::Arc};

use rusqlite::{OptionalExtension, params};
use sitstay::{
    ids::UserId,
    time::{Clock, Instant},
};
use uuid::Uuid;

use super::{Digests, Token};
use crate::problem::{Problem, Reply};

/// How long a session lasts.
const LIFETIME: chrono::TimeDelta = chrono::TimeDelta::days(14);

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS sessions (
        digest BLOB PRIMARY KEY,
        user_id TEXT NOT NULL,
        expires_at INTEGER NOT NULL -- microseconds since 1970
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS sessions_by_user ON sessions (user_id);
";

/// A session that was just begun.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) token: Token,
    pub(crate) expires_at: Instant,
}

/// Who is signed in.
#[derive(Clone)]
pub(crate) struct Sessions {
    digests: Digests,
    clock: Arc<dyn Clock>,
}

impl Sessions {
    pub(crate) fn new(digests: Digests, clock: Arc<dyn Clock>) -> rusqlite::Result<Self> {
        digests.prepare(SCHEMA)?;
        Ok(Self { digests, clock })
    }

    /// Signs a user in, whose password was checked.
    pub(crate) async fn begin(&self, user: UserId) -> Reply<Session> {
        let now = self.clock.now();
        let (token, expires_at) = (Token::random(), now.saturating_add(LIFETIME));
        let digest = token.digest();
        self.digests
            .with(move |database| {
                let old = "DELETE FROM sessions WHERE expires_at <= ?1";
                database.execute(old, params![now.as_micros()])?;
                let new = "INSERT INTO sessions VALUES (?1, ?2, ?3)";
                database.execute(new, params![digest, user.to_string(), expires_at.as_micros()])
            })
            .await?;
        Ok(Session { token, expires_at })
    }

    /// Returns who is signed in by a token.
    pub(crate) async fn user(&self, token: &Token) -> Reply<UserId> {
        let (digest, now) = (token.digest(), self.clock.now().as_micros());
        let found: Option<String> = self
            .digests
            .with(move |database| {
                let query = "SELECT user_id FROM sessions WHERE digest = ?1 AND expires_at > ?2";
                database.query_row(query, params![digest, now], |row| row.get(0)).optional()
            })
            .await?;
        let user = found.and_then(|text| Uuid::try_parse(&text).ok()).map(UserId::from_uuid);
        user.ok_or_else(|| {
            Problem::unauthenticated("session.over", "the session is over; sign in again")
        })
    }

    /// Ends one session.
    pub(crate) async fn end(&self, token: &Token) -> Reply<()> {
        let ended = "DELETE FROM sessions WHERE digest = ?1";
        self.digests.execute(ended, (token.digest(),)).await
    }

    /// Ends every session of a user, for instance because the password changed.
    pub(crate) async fn end_all(&self, user: UserId) -> Reply<()> {
        let ended = "DELETE FROM sessions WHERE user_id = ?1";
        self.digests.execute(ended, (user.to_string(),)).await
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions").finish_non_exhaustive()
    }
}
