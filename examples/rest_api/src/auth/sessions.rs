//! Sessions: random tokens, of which only a digest is kept, and until when each holds.
//!
//! They lie in a small SQLite file of their own, so that a restart signs nobody out. Several instances
//! of a service on one Postgres would keep them there.

use std::{
    fmt,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use argon2::password_hash::rand_core::{OsRng, RngCore};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};
use sitstay::{
    ids::UserId,
    time::{Clock, Instant},
};
use uuid::Uuid;

use crate::problem::{Problem, Reply};

/// How long a session lasts.
const LIFETIME: chrono::TimeDelta = chrono::TimeDelta::days(14);

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    CREATE TABLE IF NOT EXISTS sessions (
        digest BLOB PRIMARY KEY,
        user_id TEXT NOT NULL,
        expires_at INTEGER NOT NULL -- microseconds since 1970
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS sessions_by_user ON sessions (user_id);
";

/// 256 random bits, as 64 hexadecimal digits. `Debug` does not show them.
#[derive(Clone)]
pub(crate) struct Token(String);

impl Token {
    fn random() -> Self {
        let mut bytes = [0; 32];
        OsRng.fill_bytes(&mut bytes);
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_token = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_token.then(|| Self(text.to_owned()))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// A session that was just begun.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) token: Token,
    pub(crate) expires_at: Instant,
}

/// Who is signed in.
#[derive(Clone)]
pub(crate) struct Sessions {
    database: Arc<Mutex<Connection>>,
    clock: Arc<dyn Clock>,
}

impl Sessions {
    /// Opens the file, or makes it; without one they are kept in memory.
    pub(crate) fn open(path: Option<&Path>, clock: Arc<dyn Clock>) -> rusqlite::Result<Self> {
        let database = match path {
            Some(path) => Connection::open(path)?,
            None => Connection::open_in_memory()?,
        };
        database.execute_batch(SCHEMA)?;
        Ok(Self { database: Arc::new(Mutex::new(database)), clock })
    }

    /// Signs a user in, whose password was checked.
    pub(crate) async fn begin(&self, user: UserId) -> Reply<Session> {
        let now = self.clock.now();
        let (token, expires_at) = (Token::random(), now.saturating_add(LIFETIME));
        let digest = token.digest();
        self.with(move |database| {
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
        let digest = token.digest();
        self.with(move |database| {
            database.execute("DELETE FROM sessions WHERE digest = ?1", params![digest])
        })
        .await
        .map(drop)
    }

    /// Ends every session of a user, for instance because the password changed.
    pub(crate) async fn end_all(&self, user: UserId) -> Reply<()> {
        self.with(move |database| {
            database.execute("DELETE FROM sessions WHERE user_id = ?1", params![user.to_string()])
        })
        .await
        .map(drop)
    }

    /// Uses the file where nobody waits for the thread.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Reply<T> {
        let database = self.database.clone();
        let done = tokio::task::spawn_blocking(move || {
            work(&database.lock().unwrap_or_else(PoisonError::into_inner))
        });
        match done.await {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(error)) => Err(Problem::internal(&error)),
            Err(error) => Err(Problem::internal(&error)),
        }
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions").finish_non_exhaustive()
    }
}
